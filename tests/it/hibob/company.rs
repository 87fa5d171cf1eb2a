//! The connector against the sandbox, which answers as HiBob does.

use super::{asked, drain, request};
use bobmap::catalog::request::{Request, Selection};
use bobmap::sandbox::{FaultKind, Faults, Limits, Sandbox, Settings as SandboxSettings};
use bobmap::source::hibob::{Access, Address, Credentials, Hibob, Settings};
use bobmap::source::{Scope, Source};
use secrecy::SecretString;
use std::time::Duration;

fn sandbox(employees: u64, faults: Faults) -> Sandbox {
    let limits = Limits { rate: Some(1_000_000), window: Duration::from_millis(200), ..Limits::default() };
    Sandbox::start(SandboxSettings { employees: Some(employees), limits, faults, ..SandboxSettings::default() }).unwrap()
}

fn connect(sandbox: &Sandbox) -> Hibob {
    let (id, token) = sandbox.service_user();
    let credentials = Credentials::new(SecretString::from(id), SecretString::from(token)).unwrap();
    let settings = Settings::new(Address::parse(&sandbox.base_url()).unwrap(), credentials, asked());
    let (first_wait, longest_wait) = (Duration::from_millis(1), Duration::from_millis(5));
    Hibob::connect(Settings { batch: 20, first_wait, longest_wait, ..settings }).unwrap()
}

const RESOURCES: [&str; 7] = [
    "hibob.people",
    "hibob.fields",
    "hibob.named_lists",
    "hibob.work_history",
    "hibob.employment_history",
    "hibob.lifecycle_history",
    "hibob.salary_history",
];

fn source(hibob: &Hibob, resource: &str, selection: Selection) -> Box<dyn Source> {
    let fields = ["root.email", "work.department", "work.reportsTo", "internal.lifecycleStatus", "payroll.salary.payment"];
    let request = Request { human_readable: true, show_inactive: true, ..request(resource, &fields) };
    hibob.source(&request, selection).unwrap()
}

#[test]
fn every_resource_is_read_whole_and_no_fault_shows_in_it() {
    let (calm, rough) = (
        sandbox(110, Faults::default()),
        sandbox(110, Faults { kinds: FaultKind::ALL.to_vec(), rate: 1.0, seed: 7, slow_by: Duration::from_millis(20) }),
    );
    let (good, bad) = (connect(&calm), connect(&rough));
    for resource in RESOURCES {
        let expected = drain(source(&good, resource, Selection::Everyone)).whole();
        assert!(expected.len() >= 20, "{resource}: {}", expected.len());
        assert_eq!(drain(source(&bad, resource, Selection::Everyone)).whole(), expected, "{resource}");
    }
    assert!(rough.log().len() > 2 * calm.log().len());
}

#[test]
fn one_employee_is_found_by_id_and_by_mail_and_a_probe_is_granted() {
    let sandbox = sandbox(30, Faults::default());
    let hibob = connect(&sandbox);
    let id = Sandbox::employee_id(3);
    let by_id = drain(source(&hibob, "hibob.people", Selection::Employee(id.clone())));
    assert_eq!((by_id.records.len(), by_id.scope), (1, Scope::Keys(vec![id])));
    let record: serde_json::Value = serde_json::from_str(&by_id.records[0]).unwrap();
    let email = record["email"].as_str().unwrap().to_owned();
    let by_mail = drain(source(&hibob, "hibob.people", Selection::Employee(email.clone())));
    assert_eq!(by_mail.records, by_id.records);
    assert!(!drain(source(&hibob, "hibob.work_history", Selection::Employee(email))).records.is_empty());
    assert_eq!(hibob.probe("/timeoff/policy-types", &[]).unwrap(), Access::Granted);
}
