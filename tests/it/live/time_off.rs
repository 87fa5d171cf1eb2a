//! Time off of a company on loopback: everything that can be fetched, whatever goes wrong on the way.

use super::{IDS, unlimited, write};
use crate::tenant::{Tenant, said, tenant, tenant_with};
use bobmap::sandbox::{FaultKind, Faults, Settings};
use serde_json::Value;
use std::collections::BTreeMap;

const SINCE: &str = "2018-08-31";
const UNTIL: &str = "2026-03-31";

/// Every kind of record of time off, on days that do not move.
pub const FETCHES: [&[&str]; 6] = [
    &["fetch", "time_off_changes", "--since", SINCE, "--until", UNTIL],
    &["fetch", "time_off_requests", "--since", SINCE, "--until", UNTIL],
    &["fetch", "time_off_balances", "--balance-date", UNTIL],
    &["fetch", "whos_out", "--from", "2026-03-01", "--to", "2026-04-30"],
    &["fetch", "out_today", "--from", UNTIL],
    &["fetch", "policy_types"],
];

/// How many people of the company are active: a mapping of balances reads theirs.
const ACTIVE: &str = "35";

/// How often each endpoint was called since `from`, without its query and with ids as requests are planned.
fn made(tenant: &Tenant, from: usize) -> BTreeMap<String, u64> {
    let mut made = BTreeMap::new();
    for entry in &tenant.sandbox.log()[from..] {
        let mut path = entry.path.trim_start_matches("/v1").to_owned();
        if let Some(rest) = path.strip_prefix("/timeoff/employees/") {
            path = format!("/timeoff/employees/EMPLOYEE/{}", rest.split_once('/').unwrap().1);
        }
        *made.entry(format!("{} {path}", entry.method)).or_default() += 1;
    }
    made
}

/// What `bobmap requests` says of a mapping.
fn planned(tenant: &Tenant, arguments: &[&str]) -> Value {
    let output = tenant.offline(&[&["requests", "m.yaml", "--employees", ACTIVE, "--format", "json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_run_over_time_off_makes_the_calls_that_were_told_before() {
    let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob/fields.json");
    for (source, key, flags) in [
        ("time_off_changes", "requestId", &["--since", SINCE, "--until", UNTIL][..]),
        ("time_off_requests", "requestId", &["--since", SINCE, "--until", UNTIL, "--request-details", "never"]),
        ("time_off_balances", "employeeId", &["--policy-type", "Sick", "--policy-type", "Holiday", "--balance-date", UNTIL]),
        ("whos_out", "requestId", &["--from", "2026-03-01", "--to", "2026-03-31"]),
        ("out_today", "employeeId", &["--from", UNTIL]),
    ] {
        let tenant = tenant_with("", unlimited());
        let mapping = format!("mapping: m\nformat: 1\nsource: hibob.{source}\nkey: id\nfields:\n  id: $.{key}\n");
        write(&tenant, "m.yaml", &mapping);
        let shared = [flags, &["--catalog", catalog]].concat();
        let output = tenant.run(&[&["dry-run", "m.yaml", "--live"], &shared[..]].concat());
        assert!(matches!(output.status.code(), Some(0 | 4)), "{source}: {}", said(&output));
        let plan = planned(&tenant, &shared);
        let mut told: BTreeMap<String, u64> = BTreeMap::new();
        for call in plan["resources"].as_array().unwrap().iter().flat_map(|resource| resource["calls"].as_array().unwrap()) {
            let endpoint = call["endpoint"].as_str().unwrap().split('?').next().unwrap();
            assert_eq!(call["for_each"], Value::Null, "{source}");
            let endpoint = endpoint.replace("policy-types/Sick", "policy-types/{name}");
            *told.entry(endpoint).or_default() += call["calls"].as_u64().unwrap();
        }
        let made = made(&tenant, 0).into_iter().fold(BTreeMap::<String, u64>::new(), |mut all, (call, times)| {
            let call =
                call.replace("policy-types/Sick", "policy-types/{name}").replace("policy-types/Holiday", "policy-types/{name}");
            *all.entry(call).or_default() += times;
            all
        });
        assert_eq!(made, told, "{source}");
    }
}

#[test]
fn a_call_that_was_told_before_is_made_to_the_letter() {
    let tenant = tenant_with("", unlimited());
    for (source, key, flags) in [
        ("time_off_changes", "requestId", &["--since", "2025-10-01", "--until", "2025-12-31"][..]),
        ("whos_out", "requestId", &["--from", "2026-03-01", "--to", "2026-03-31"]),
        ("out_today", "employeeId", &["--from", UNTIL]),
    ] {
        write(&tenant, "m.yaml", &format!("mapping: m\nformat: 1\nsource: hibob.{source}\nkey: id\nfields:\n  id: $.{key}\n"));
        let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob/fields.json");
        let shared = [flags, &["--catalog", catalog]].concat();
        let before = tenant.sandbox.log().len();
        tenant.run(&[&["dry-run", "m.yaml", "--live"], &shared[..]].concat());
        let log = &tenant.sandbox.log()[before..];
        let told = planned(&tenant, &shared)["resources"][0]["calls"][0]["endpoint"].as_str().unwrap().to_owned();
        assert_eq!(log.len(), 1, "{source}");
        assert_eq!(format!("{} {}?{}", log[0].method, log[0].path.trim_start_matches("/v1"), log[0].query), told);
    }
}

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_comes_twice_when_a_reading_is_kept_in_parts() {
    use FaultKind::{Html, Reset, ServerError, TooMany, Truncated};
    let kinds = vec![TooMany, ServerError, Reset, Truncated, Html];
    let faults = Faults { kinds, rate: 1.0, seed: 11, ..Faults::default() };
    let (calm, rough) = (tenant_with("", unlimited()), tenant_with("", Settings { faults, ..unlimited() }));
    for fetch in &FETCHES[..3] {
        let arguments = [fetch, &["--out", "out.jsonl", "--retry-wait", "1", "--longest-wait", "0"][..]].concat();
        for tenant in [&calm, &rough] {
            let output = tenant.run(&arguments);
            assert_eq!(output.status.code(), Some(0), "{fetch:?}: {}", said(&output));
            assert!(!tenant.folder.path().join("out.jsonl.parts").exists());
        }
        assert!(calm.file("out.jsonl").lines().count() > 100, "{fetch:?}");
        assert_eq!(rough.file("out.jsonl"), calm.file("out.jsonl"), "{fetch:?}");
    }
}

#[test]
fn a_reading_that_fails_again_and_again_goes_on_to_the_same_bytes() {
    use FaultKind::{Reset, ServerError, Truncated};
    let kinds = vec![ServerError, Reset, Truncated];
    let calm = tenant_with("", unlimited());
    for (fetch, rate, batch) in [(FETCHES[0], 0.3, "1"), (FETCHES[1], 0.1, "200"), (FETCHES[2], 0.02, "2")] {
        let faults = Faults { kinds: kinds.clone(), rate, seed: 5, ..Faults::default() };
        let rough = tenant_with("", Settings { faults, ..unlimited() });
        let arguments = [fetch, &["--out", "out.jsonl", "--batch", batch, "--retries", "0"]].concat();
        calm.printed(&arguments);
        let mut runs = 0;
        while !rough.folder.path().join("out.jsonl").exists() {
            let output = rough.run(&[&arguments[..], if runs == 0 { &[] } else { &["--resume"] }].concat());
            assert!(matches!(output.status.code(), Some(0 | 3)), "{}", said(&output));
            runs += 1;
            assert!(runs < 200, "{fetch:?} never ends");
        }
        assert!(runs > 3, "{fetch:?}: {runs} runs");
        assert_eq!(rough.file("out.jsonl"), calm.file("out.jsonl"), "{fetch:?} in {runs} runs");
    }
}

#[test]
fn the_usual_days_are_those_around_the_run() {
    let tenant = tenant("");
    write(&tenant, "ids.yaml", IDS);
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    tenant.printed(&["fetch", "whos_out"]);
    tenant.printed(&["fetch", "time_off_changes"]);
    let log = tenant.sandbox.log();
    let last = today.saturating_add(jiff::Span::new().days(30));
    assert!(log[0].query.starts_with(&format!("from={today}&to={last}&")), "{}", log[0].query);
    let six_months_ago = today.saturating_sub(jiff::Span::new().months(6));
    // Both windows are asked for at once.
    let mut changes: Vec<&str> = log[1..].iter().map(|entry| entry.query.as_str()).collect();
    changes.sort_unstable();
    assert!(changes[0].starts_with(&format!("since={six_months_ago}T")), "{changes:?}");
    assert!(changes.len() == 2 && changes[1].contains(&format!("&to={today}T")), "{changes:?}");
}
