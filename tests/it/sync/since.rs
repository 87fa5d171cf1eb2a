//! From when on requests for time off are read: what a sync has put at its destination does not leave it because days pass.

use super::said;
use crate::tenant::{Tenant, tenant_with};
use bobmap::sandbox::Settings;
use std::process::Output;

const REQUESTS: &str = "\
mapping: leave
format: 1
source: hibob.time_off_requests
key: id
fields:
  id: { type: integer, personal: false, from: $.requestId }
  status: { personal: false, from: $.status }
";

fn company() -> Tenant {
    let tenant = tenant_with("", Settings { employees: Some(120), ..Settings::default() });
    let write = |name: &str, text: &str| std::fs::write(tenant.folder.path().join(name), text).unwrap();
    write("leave.yaml", REQUESTS);
    jobs(&tenant, "");
    tenant
}

fn jobs(tenant: &Tenant, since: &str) {
    let job = format!("leave: {{ mappings: leave.yaml, from: bob, to: {{ file: leave.csv }}{since} }}");
    std::fs::write(tenant.folder.path().join("bobmap.yaml"), format!("connections: {{ bob: {{}} }}\njobs: {{ {job} }}\n"))
        .unwrap();
}

/// `--until` stands for the day on which the sync runs.
fn run(tenant: &Tenant, command: &str, until: &str, flags: &[&str]) -> Output {
    tenant.run(&[&[command, "leave", "--until", until, "--as-of", "2026-03-31", "--changes", "0"], flags].concat())
}

fn synced(tenant: &Tenant, until: &str, flags: &[&str]) -> String {
    let output = run(tenant, "sync", until, flags);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    said(&output)
}

#[test]
fn what_a_sync_has_read_stays_in_its_sight() {
    let company = company();
    let first = synced(&company, "2026-01-31", &[]);
    let rows = company.file("leave.csv").lines().count();
    assert!(rows > 20 && !first.contains("are read from"), "{first}");
    // Two months later: six months back begin two months later, too.
    let plan = String::from_utf8(run(&company, "plan", "2026-03-30", &[]).stdout).unwrap();
    assert!(plan.contains("NOTE: requests for time off are read from 2025-08-01T00:00:00Z on, as by the syncs before"), "{plan}");
    let second = synced(&company, "2026-03-30", &[]);
    // One that was called off meanwhile.
    assert!(second.contains("91 to create, 1 to delete"), "{second}");
    assert!(company.file("leave.csv").lines().count() > rows);
    // What is said counts more, and an earlier beginning stays.
    jobs(&company, ", since: 2025-03-01");
    let wider = synced(&company, "2026-03-30", &[]);
    assert!(wider.contains("to create") && !wider.contains("are read from"), "{wider}");
    jobs(&company, "");
    let then = synced(&company, "2026-03-30", &[]);
    assert!(then.contains("from 2025-03-01T00:00:00Z on") && then.contains("nothing to do"), "{then}");
    let narrower = run(&company, "sync", "2026-03-30", &["--since", "2026-01-15"]);
    assert_eq!(narrower.status.code(), Some(5), "{}", said(&narrower));
}

#[test]
fn a_first_plan_tells_that_its_beginning_stays() {
    let company = company();
    let plan = |flags: &[&str]| {
        let output = company.run(&[&["plan", "leave", "--changes", "0"], flags].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(plan(&[]).contains("six months back, and the first sync makes that the beginning"), "{}", plan(&[]));
    assert!(!plan(&["--since", "2025-01-01"]).contains("requests for time off"));
    // Employees have no beginning.
    std::fs::write(company.folder.path().join("leave.yaml"), super::MAPPING.replace("mapping: people", "mapping: leave"))
        .unwrap();
    assert!(!plan(&[]).contains("requests for time off"));
}
