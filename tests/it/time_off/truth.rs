//! What a company's changes fold to is what became of its requests, as only the sandbox knows it.

use crate::tenant::{Tenant, tenant_with};
use bigdecimal::BigDecimal;
use bobmap::sandbox::{Limits, Settings};
use bobmap::value::json::{Data, Tree};
use serde_json::Value;

fn company() -> Tenant {
    tenant_with("", Settings { limits: Limits { rate: Some(1_000_000), ..Limits::default() }, ..Settings::default() })
}

const SPAN: [&str; 4] = ["--since", "2016-01-01", "--until", "2026-12-31"];

/// Date, portion, amount and duration of each day.
fn days(request: &Value) -> Vec<[String; 4]> {
    let days = request["days"].as_array().unwrap();
    days.iter().map(|day| ["date", "portion", "amount", "duration"].map(|name| day[name].to_string())).collect()
}

fn id(request: &Value) -> u64 {
    request["requestId"].as_u64().unwrap()
}

#[test]
fn folded_requests_are_the_sandboxs_truth() {
    let tenant = company();
    let mut truth = tenant.sandbox.time_off_truth();
    truth.sort_by_key(id);
    assert!(truth.len() > 100, "{}", truth.len());
    let fetched = tenant.printed(&[&["fetch", "time_off_requests", "--request-details", "all"], &SPAN[..]].concat());
    let requests: Vec<Value> = fetched.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(requests.iter().map(id).collect::<Vec<_>>(), truth.iter().map(id).collect::<Vec<_>>());
    let mut kinds = std::collections::BTreeSet::new();
    for (request, truth) in requests.iter().zip(&truth) {
        assert_eq!(request["status"], truth["status"], "{request}");
        // HiBob is not asked about what was withdrawn: its days are estimated.
        if matches!(truth["status"].as_str().unwrap(), "approved" | "pending") {
            assert_eq!(days(request), days(truth), "{request}");
            kinds.insert(truth["type"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(kinds.len(), 9, "{kinds:?}");
}

#[test]
fn estimated_days_have_the_dates_of_the_truth_and_add_up_however_the_feed_is_shuffled() {
    let tenant = company();
    let changes = tenant.printed(&[&["fetch", "time_off_changes"], &SPAN[..]].concat());
    let people = tenant.printed(&["fetch", "people"]);
    let write = |name: &str, text: &str| std::fs::write(tenant.folder.path().join(name), text).unwrap();
    write("people.jsonl", &people);
    let folded = |changes: &[&str]| {
        write("changes.jsonl", &(changes.join("\n") + "\n"));
        tenant.printed(&["fetch", "time_off_requests", "--records", "changes.jsonl", "--people", "people.jsonl"])
    };
    let mut lines: Vec<&str> = changes.lines().collect();
    let text = folded(&lines);
    // Every line elsewhere, and every other one twice.
    let again: Vec<&str> = lines.iter().step_by(2).copied().collect();
    lines.sort_by_key(|line| line.len() * 7919 % 1009);
    lines.splice(3..3, again);
    assert_eq!(folded(&lines), text);
    let mut truth = tenant.sandbox.time_off_truth();
    truth.sort_by_key(id);
    for (line, truth) in text.lines().zip(&truth) {
        let (request, tree): (Value, _) = (serde_json::from_str(line).unwrap(), Tree::parse(line).unwrap());
        assert_eq!(id(&request), id(truth));
        let dates =
            |request: &Value| request["days"].as_array().unwrap().iter().map(|day| day["date"].to_string()).collect::<Vec<_>>();
        assert_eq!(dates(&request), dates(truth), "{line}");
        let Data::Array(days) = &tree.get("days").unwrap().data else { panic!("{line}") };
        let sum =
            |name: &str| days.iter().map(|day| day.get(name).unwrap().raw.parse::<BigDecimal>().unwrap()).sum::<BigDecimal>();
        for (part, total) in [("amount", "totalCost"), ("duration", "totalDuration")] {
            let total = tree.get(total).unwrap().raw;
            assert!(days.is_empty() || sum(part) == total.parse::<BigDecimal>().unwrap(), "{part} {total}: {line}");
        }
    }
}
