//! `bobmap fetch`: records of a company that others then run on, and invented values in the place of people's.

use crate::tenant::{offline, said, tenant};
use serde_json::Value;
use std::path::Path;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob");
const MAPPINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}/{name}")
}

fn offline_printed(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = offline(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn everybody_comes_with_every_field_and_each_value_once() {
    let tenant = tenant("");
    let output = tenant.run(&["fetch", "people", "--out", "people.jsonl"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{}", said(&output));
    assert_eq!(said(&output), "40 records of hibob.people, in people.jsonl; that is all that the service user may see\n");
    let people = lines(&tenant.file("people.jsonl"));
    assert_eq!(people.len(), 40);
    for person in &people {
        let names: Vec<&String> = person.as_object().unwrap().keys().collect();
        assert!(names.iter().all(|name| !name.starts_with('/')) && names.len() > 10, "{names:?}");
        assert!(person["custom"]["category_1647463606491"].is_object());
    }
    assert!(people.iter().any(|person| person["humanReadable"]["work"]["title"].is_string()));
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(tenant.folder.path().join("people.jsonl")).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
}

#[test]
fn what_was_fetched_maps_as_it_does_live() {
    let tenant = tenant("");
    tenant.printed(&["fetch", "people", "--out", "people.jsonl"]);
    let mapping = format!("{MAPPINGS}/activtrak/users.yaml");
    let live = tenant.run(&["dry-run", &mapping, "--live", "--as-of", "2026-03-31"]);
    let recorded = tenant.offline(&["dry-run", &mapping, "--records", "people.jsonl", "--as-of", "2026-03-31"]);
    assert!(!live.stdout.is_empty(), "{}", said(&live));
    assert_eq!((live.status.code(), &live.stdout), (recorded.status.code(), &recorded.stdout));
}

#[test]
fn only_the_fields_that_are_named_or_that_a_mapping_reads_are_asked_for() {
    let tenant = tenant("");
    let people = lines(&tenant.printed(&["fetch", "hibob.people", "--field", "work.title", "--field", "email", "--limit", "3"]));
    assert_eq!(people.len(), 3);
    for person in &people {
        let names: Vec<&String> = person.as_object().unwrap().keys().collect();
        assert_eq!(names.iter().filter(|name| ***name != "humanReadable").count(), 3, "{names:?}");
    }
    let mapping = format!("{MAPPINGS}/activtrak/users.yaml");
    let mapped = lines(&tenant.printed(&["fetch", "people", "--mapping", &mapping, "--limit", "1"]));
    assert!(mapped[0]["email"].is_string() && mapped[0].get("address").is_none(), "{}", mapped[0]);
    let refused = tenant.run(&["fetch", "people", "--field", "work.titel"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(said(&refused), "error: --field: Bob has no field `work.titel`; near it are `work.title` (\"Job title\")\n");
}

#[test]
fn fields_and_lists_are_records_too() {
    let tenant = tenant("");
    let fields = lines(&tenant.printed(&["fetch", "fields"]));
    assert!(fields.iter().any(|field| field["id"] == "root.email"));
    let lists = lines(&tenant.printed(&["fetch", "named_lists", "--pseudonymise"]));
    assert!(lists.iter().any(|list| list["name"] == "department"));
}

#[test]
fn a_read_that_is_not_complete_is_written_and_ends_with_its_own_code() {
    let tenant = tenant("vanishing: [7]\n");
    let output = tenant.run(&["fetch", "people", "--out", "people.jsonl"]);
    assert_eq!(output.status.code(), Some(6), "{}", said(&output));
    assert!(said(&output).contains("NOT ALL: 1 employee disappeared between two calls\nnote: "), "{}", said(&output));
    assert_eq!(lines(&tenant.file("people.jsonl")).len(), 39);
    let users = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/activtrak/users.yaml");
    let run = ["dry-run", users, "--live", "--out", "rows.jsonl", "--report", "report.txt"];
    let output = tenant.run(&run);
    assert!(said(&output).starts_with("39 records read: "), "{}", said(&output));
    let words = "; NOT ALL (cut short: 1 employee disappeared between two calls); the report is in report.txt\n";
    assert!(said(&output).ends_with(words), "{}", said(&output));
    let output = tenant.run(&[&run[..], &["--limit", "3"]].concat());
    assert_eq!(said(&output), "3 records read: 3 written, 0 rejected, 0 skipped; the report is in report.txt\n");
}

#[test]
fn a_read_that_fails_leaves_nothing_behind() {
    let tenant = tenant("");
    let output = tenant.run(&[
        "fetch",
        "people",
        "--out",
        "people.jsonl",
        "--max-body",
        "1",
        "--base-url",
        "http://127.0.0.1:1/v1",
        "--retries",
        "0",
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(tenant.folder.path().read_dir().unwrap().count(), 0);
    std::fs::write(tenant.folder.path().join("bad.jsonl"), "{\"id\":\"1\"}\n{\"id\":\n").unwrap();
    let output = tenant.offline(&["fetch", "people", "--records", "bad.jsonl", "--out", "people.jsonl"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert_eq!(tenant.folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn what_can_not_be_fetched_is_told_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, message) in [
        (vec!["fetch", "peple"], "error: there is nothing called `peple` to fetch: did you mean `people`?\n"),
        (
            vec!["fetch", "work_history", "--field", "x"],
            "error: --field and --mapping choose fields of employees; hibob.work_history comes whole\n",
        ),
        (
            vec!["fetch", "people", "--records", "p.json", "--out", "./p.json"],
            "error: ./p.json is read in this run; write to another file\n",
        ),
    ] {
        let output = offline(folder.path(), &arguments);
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(2), message));
    }
}

#[test]
fn recorded_people_are_copied_without_a_network_and_names_with_slashes_stay_where_nothing_else_is() {
    let people = lines(&offline_printed(&["fetch", "people", "--records", &fixture("people.json"), "--limit", "2"]));
    assert_eq!(people.len(), 2);
    assert!(people[0].as_object().unwrap().keys().all(|name| !name.starts_with('/')));
    let folder = tempfile::tempdir().unwrap();
    let slashed = "{\"/root/id\":{\"value\":\"1\"},\"/work/title\":{\"value\":\"2\"},\"id\":\"1\"}\n";
    std::fs::write(folder.path().join("slashes.jsonl"), slashed).unwrap();
    let output = offline(folder.path(), &["fetch", "people", "--records", "slashes.jsonl"]);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"/work/title\":{\"value\":\"2\"},\"id\":\"1\"}\n");
}

fn pseudonymised(folder: &Path, more: &[&str]) -> String {
    let people = fixture("people.json");
    let (fields, lists) = (fixture("fields.json"), fixture("named_lists.json"));
    let arguments = ["fetch", "people", "--records", &people, "--catalog", &fields, "--lists", &lists, "--pseudonymise"];
    let output = offline(folder, &[&arguments, more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn invented_people_differ_from_run_to_run_unless_the_key_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let runs = [pseudonymised(folder.path(), &[]), pseudonymised(folder.path(), &[])];
    assert_ne!(runs[0], runs[1]);
    let kept = [(); 2].map(|()| pseudonymised(folder.path(), &["--key-file", "key"]));
    assert_eq!(kept[0], kept[1]);
    let key = folder.path().join("key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
        let refused = offline(
            folder.path(),
            &["fetch", "people", "--records", &fixture("people.json"), "--pseudonymise", "--key-file", "key"],
        );
        assert_eq!(refused.status.code(), Some(3));
        assert!(said(&refused).contains("others may read this key"), "{}", said(&refused));
        std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    }
    std::fs::write(&key, "short\n").unwrap();
    let refused =
        offline(folder.path(), &["fetch", "people", "--records", &fixture("people.json"), "--pseudonymise", "--key-file", "key"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(said(&refused).starts_with("error: key holds no key: expected 16 characters or more"), "{}", said(&refused));
}

/// The counts of a report, without what names a record.
fn counts(folder: &Path, mapping: &str, records: &str) -> Value {
    let (fields, lists) = (fixture("fields.json"), fixture("named_lists.json"));
    let arguments = [
        "dry-run",
        mapping,
        "--records",
        records,
        "--catalog",
        &fields,
        "--lists",
        &lists,
        "--as-of",
        "2026-04-01",
        "--report",
        "report.json",
    ];
    let output = offline(folder, &arguments);
    assert!(matches!(output.status.code(), Some(0 | 4)), "{}", said(&output));
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("report.json")).unwrap()).unwrap();
    forget_values(&mut report);
    report
}

/// Takes away what may well differ: words that were counted, and where rejected records stand.
fn forget_values(report: &mut Value) {
    match report {
        Value::Object(members) => {
            for name in ["unknown", "unknown_spellings", "examples", "first_unread"] {
                members.shift_remove(name);
            }
            members.values_mut().for_each(forget_values);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_values),
        _ => {}
    }
}

#[test]
fn a_mapping_does_with_invented_people_what_it_does_with_the_real_ones() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("invented.jsonl"), pseudonymised(folder.path(), &[])).unwrap();
    for mapping in ["activtrak/users", "activtrak/scim_users", "merge/employee", "merge/employment", "scim/user"] {
        let mapping = format!("{MAPPINGS}/{mapping}.yaml");
        let real = counts(folder.path(), &mapping, &fixture("people.json"));
        assert_eq!(counts(folder.path(), &mapping, "invented.jsonl"), real, "{mapping}");
        assert!(real["records"]["read"].as_u64().is_some_and(|read| read == 40), "{real:#}");
    }
}

#[test]
fn invented_people_of_a_live_company_hold_none_of_its_names() {
    let tenant = tenant("");
    let real = lines(&tenant.printed(&["fetch", "people"]));
    let invented = tenant.printed(&["fetch", "people", "--pseudonymise"]);
    assert_eq!(lines(&invented).len(), real.len());
    for person in &real {
        for field in ["id", "email", "fullName"] {
            let value = person[field].as_str().unwrap_or("nobody has this");
            assert!(!invented.contains(value), "{field} is left");
        }
    }
    let site = |person: &Value| person["work"]["site"].clone();
    assert_eq!(lines(&invented).iter().map(site).collect::<Vec<_>>(), real.iter().map(site).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_fetch_that_waits_for_hibob_and_leaves_nothing_behind() {
    use bobmap::sandbox::{FaultKind, Faults, Sandbox, Settings};
    use std::time::{Duration, Instant};
    let faults = Faults { kinds: vec![FaultKind::Slow], rate: 1.0, seed: 1, slow_by: Duration::from_secs(60) };
    let sandbox = Sandbox::start(Settings { faults, ..Settings::default() }).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (id, token) = sandbox.service_user();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_bobmap"))
        .args(["fetch", "people", "--field", "root.email", "--catalog"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob/fields.json"))
        .args(["--out", "people.jsonl"])
        .current_dir(folder.path())
        .envs([("BOB_BASE_URL", sandbox.base_url().as_str()), ("BOB_SERVICE_USER_ID", id), ("BOB_SERVICE_USER_TOKEN", token)])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It waits once the file that the records go into is there.
    let begun = Instant::now();
    while std::fs::read_dir(folder.path()).unwrap().count() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(50) && child.try_wait().unwrap().is_none());
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    let interrupt = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(begun.elapsed() < Duration::from_secs(55));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn people_of_whom_nothing_may_be_seen_are_fetched_with_a_word() {
    let tenant = crate::tenant::tenant("permissions: { only: [] }");
    let output = tenant.run(&["fetch", "people", "--out", "people.jsonl"]);
    let said = crate::tenant::said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("no field came of anybody, only ids") && said.contains("bobmap doctor"), "{said}");
    let ticked = crate::tenant::tenant(
        "permissions: { only: [\"People's data > People > Work > View selected employees' Work sections\"] }",
    );
    assert!(!crate::tenant::said(&ticked.run(&["fetch", "people", "--out", "people.jsonl"])).contains("no field came"));
}
