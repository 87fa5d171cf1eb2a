//! What a run asks for follows from the mapping, and what HiBob withholds is told.

use super::{HISTORIES, IDS, USERS, unlimited, write};
use crate::hibob::server::{Asked, Reply, Server};
use crate::tenant::{Tenant, offline, said, tenant, tenant_with};
use bobmap::sandbox::{Sandbox, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MAPPINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings");

/// How often each endpoint is called.
type Calls = BTreeMap<String, u64>;

/// What `bobmap requests` says, without a network.
fn planned(tenant: &Tenant, mapping: &str) -> Calls {
    let output = tenant.offline(&["requests", mapping, "--employees", "40", "--batch", "9", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut calls = Calls::new();
    for call in plan["resources"].as_array().unwrap().iter().flat_map(|resource| resource["calls"].as_array().unwrap()) {
        let endpoint = call["endpoint"].as_str().unwrap().split('?').next().unwrap();
        *calls.entry(endpoint.to_owned()).or_default() += call["calls"].as_u64().unwrap();
    }
    calls
}

#[test]
fn a_run_makes_the_calls_that_were_told_before() {
    for mapping in
        ["activtrak/users", "activtrak/scim_users", "merge/employee", "merge/location", "merge/employment", "scim/user"]
    {
        let tenant = tenant("");
        let mapping = format!("{MAPPINGS}/{mapping}.yaml");
        let output = tenant.run(&["dry-run", &mapping, "--live", "--batch", "9"]);
        assert!(matches!(output.status.code(), Some(0 | 4)), "{mapping}: {}", said(&output));
        let mut made = Calls::new();
        for entry in tenant.sandbox.log() {
            *made.entry(format!("{} {}", entry.method, entry.path.trim_start_matches("/v1"))).or_default() += 1;
        }
        assert_eq!(made, planned(&tenant, &mapping), "{mapping}");
    }
}

/// The bodies of a dry run's calls for people, first the one for all ids.
fn bodies(mapping: &str) -> Vec<Value> {
    let server = Server::start(|_: &Asked| Reply::json(r#"{"employees":[{"id":"7"}]}"#));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("m.yaml"), mapping).unwrap();
    let credentials = "printf 'username=SERVICE-1\\npassword=%s\\n' \"$(cat token)\"";
    std::fs::write(folder.path().join("token"), "a-t0ken-for-tests").unwrap();
    let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob/fields.json");
    let arguments = ["dry-run", "m.yaml", "--live", "--catalog", catalog, "--credentials-command", credentials];
    let output =
        offline(folder.path(), &[&arguments[..], &["--base-url", &server.url(), "--allow", "keep-path-absent"]].concat());
    assert!(matches!(output.status.code(), Some(0 | 4)), "{}", said(&output));
    server.log().iter().map(Asked::json).collect()
}

#[test]
fn fields_labels_and_inactive_people_are_asked_for_as_the_mapping_reads_them() {
    let mapping = |keep: &str, from: &str| {
        format!("mapping: m\nformat: 1\nsource: hibob.people\nkey: id\n{keep}fields:\n  id: $.id\n  x: {from}\n")
    };
    let active = "keep: [{ any: [{ path: $.internal.status, is: Active }] }]\n";
    let filter = json!([{ "fieldPath": "root.id", "operator": "equals", "values": ["7"] }]);
    for (keep, from, fields, show_inactive, labels) in [
        ("", "$.work.department", &["root.id", "work.department"][..], true, None),
        ("", "$.humanReadable.work.department", &["root.id", "work.department"], true, Some("APPEND")),
        (active, "$.work.department", &["root.id", "internal.status", "work.department"], false, None),
    ] {
        let asked = bodies(&mapping(keep, from));
        assert_eq!(asked[0], json!({ "fields": ["root.id"], "showInactive": show_inactive }));
        let mut sent: Vec<&str> = asked[1]["fields"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
        sent.sort_unstable_by_key(|field| fields.iter().position(|known| known == field));
        assert_eq!((sent.as_slice(), asked.len()), (fields, 2), "{keep}{from}");
        assert_eq!((&asked[1]["showInactive"], &asked[1]["filters"]), (&json!(show_inactive), &filter));
        assert_eq!(asked[1].get("humanReadable"), labels.map(|word| json!(word)).as_ref());
    }
}

#[test]
fn a_cursor_that_comes_again_ends_the_run() {
    for (resource, table) in HISTORIES {
        let scenario = format!("employees: 30\ntables: {{ {table}: {{ repeat_cursor: true }} }}\n");
        let tenant = tenant_with(&scenario, unlimited());
        let output = tenant.run(&["fetch", resource, "--batch", "10", "--out", "rows.jsonl"]);
        assert_eq!((output.status.code(), tenant.sandbox.log().len()), (Some(3), 2), "{resource}: {}", said(&output));
        assert!(said(&output).contains("names a page that was read before"), "{}", said(&output));
        assert!(!tenant.folder.path().join("rows.jsonl").exists());
    }
}

#[test]
fn rows_that_are_refused_and_columns_that_are_hidden_are_told() {
    for (resource, table) in HISTORIES {
        let scenario = format!("tables: {{ {table}: {{ errors: [2, 5], no_view: [reason] }} }}\n");
        let tenant = tenant_with(&scenario, unlimited());
        let output = tenant.run(&["fetch", resource]);
        assert_eq!(output.status.code(), Some(6), "{resource}: {}", said(&output));
        assert!(said(&output).contains(&format!("NOT ALL: the {table} table of 2 employees was not sent")), "{}", said(&output));
        assert!(said(&output).contains("HiBob says: MISSING_PERMISSION"), "{}", said(&output));
        assert!(said(&output).contains(&format!("may not view `reason` in the {table} table")), "{}", said(&output));
        let rows: Vec<Value> =
            String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(rows.len() > 30 && rows.iter().all(|row| row.get("reason").is_none()), "{resource}");
    }
}

#[test]
fn somebody_who_disappears_is_told_and_the_scope_says_so() {
    let tenant = tenant_with("vanishing: [3]\n", unlimited());
    write(&tenant, "ids.yaml", IDS);
    tenant.run(&["dry-run", "ids.yaml", "--live", "--report", "report.json"]);
    let report: Value = serde_json::from_str(&tenant.file("report.json")).unwrap();
    assert!(report["scope"].as_str().unwrap().contains("1 employee disappeared between two calls"), "{report:#}");
    let output = tenant.run(&["dry-run", "ids.yaml", "--live"]);
    assert!(said(&output).contains("1 employee disappeared between two calls"), "{}", said(&output));
    assert!(said(&output).contains(&Sandbox::employee_id(3)), "{}", said(&output));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 39);
}

#[test]
fn what_takes_records_takes_live() {
    let tenant = tenant_with("", unlimited());
    let somebody = Sandbox::employee_id(3);
    for command in [
        &["dry-run", USERS][..],
        &["explain", USERS, "--key", &somebody],
        &["diff", USERS, USERS],
        &["doctor", USERS],
        &["fetch", "people"],
        &["fields", "work"],
        &["show", &somebody],
        &["init", "activtrak.user"],
    ] {
        let help = tenant.offline(&[command[0], "--help"]);
        assert!(String::from_utf8_lossy(&help.stdout).contains("--records"), "{command:?}");
        let before = tenant.sandbox.log().len();
        let output = tenant.run(&[command, &["--live"]].concat());
        assert!(matches!(output.status.code(), Some(0 | 4)), "{command:?}: {}", said(&output));
        assert!(tenant.sandbox.log().len() > before, "{command:?}");
    }
}

#[test]
fn a_limit_asks_for_as_many_people() {
    let tenant = tenant_with("", Settings { employees: Some(500), ..unlimited() });
    let output = tenant.run(&["dry-run", USERS, "--live", "--limit", "20", "--as-of", "2026-03-31"]);
    assert!(matches!(output.status.code(), Some(0 | 4)), "{}", said(&output));
    let asked: u64 = tenant.sandbox.log().iter().filter_map(|entry| entry.ids).map(|ids| ids as u64).sum();
    assert_eq!(asked, 20);
}
