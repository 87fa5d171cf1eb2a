//! The feed of changes.

use super::{exact, feed, keys, kind, listed, own_keys, sandbox, words};
use crate::sandbox::{get, settings};
use bobmap::sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const COMMON: &str = "changeType requestId previousRequestId originalRequestId employeeId employeeDisplayName employeeEmail \
    policyTypeDisplayName type durationUnit totalDuration totalCost changeReason visibility createdOn timeZone";

#[test]
fn rows_have_the_keys_of_their_type_and_no_others() {
    let rows = feed(&sandbox(""));
    assert!(rows.len() > 250, "{}", rows.len());
    for row in &rows {
        let found: BTreeSet<&str> = keys(row).into_iter().filter(|key| *key != "minutes").collect();
        assert_eq!(found, words(COMMON).chain(words(own_keys(kind(row, "type")))).collect(), "{row}");
    }
}

#[test]
fn all_that_hibob_sends_is_among_them() {
    let rows = feed(&sandbox(""));
    let among = |key: &str| rows.iter().map(|row| row[key].to_string()).collect::<BTreeSet<_>>();
    let kinds: BTreeSet<&str> = rows.iter().map(|row| kind(row, "type")).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    assert!(among("type").len() > 9, "in two spellings");
    let changes = among("changeType");
    assert!(["Pending", "Created", "Canceled", "Cancelled", "Deleted"].iter().all(|one| changes.contains(&format!("\"{one}\""))));
    assert_eq!(among("visibility").len(), 3);
    let zones = among("timeZone");
    for zone in ["Europe/London", "America/Sao_Paulo", "Asia/Kathmandu", "Asia/Jerusalem", "Asia/Tokyo", "America/New_York"] {
        assert!(zones.contains(&format!("\"{zone}\"")), "{zones:?}");
    }
    assert!(zones.contains("null"));
    assert!(rows.iter().any(|row| row["totalCost"] != row["totalDuration"]));
    assert!(rows.iter().any(|row| row["startDate"].as_str().is_some_and(|day| day > "2026-03-01")), "months ahead");
    assert!(rows.iter().any(|row| row["createdOn"].as_str().unwrap() < "2018-09"), "years ago");
}

#[test]
fn changes_are_sorted_by_the_moment_at_which_they_happened_which_is_before_today() {
    let rows = listed(&sandbox(""), "/timeoff/requests/changes?since=2025-09-01T00:00:00Z&includePending=true", "changes");
    let moments: Vec<jiff::civil::DateTime> =
        rows.iter().map(|row| row["createdOn"].as_str().unwrap().parse().unwrap()).collect();
    assert!(moments.len() > 30 && moments.is_sorted());
    assert!(moments.last().unwrap() < &jiff::civil::date(2026, 3, 1).at(0, 0, 0, 0));
}

#[test]
fn a_window_is_six_months_long_at_most_and_reaches_back_six_months_without_an_end() {
    let sandbox = sandbox("");
    let status = |query: &str| get(&sandbox, &format!("/timeoff/requests/changes?{query}")).status;
    for good in [
        "since=2025-09-01T00:00:00Z",
        "since=2025-09-01T00:00:00",
        "since=2019-01-01T00:00:00Z&to=2019-07-01T00:00:00Z",
        "since=2025-08-31T00:00:00Z&to=2026-02-28T00:00:00Z",
        "since=2019-01-01T00:00:00%2B02:00&to=2019-01-01T00:00:00Z",
        "since=2027-01-01T00:00:00Z",
    ] {
        assert_eq!(status(good), 200, "{good}");
    }
    for bad in [
        "",
        "since=",
        "since=2025-08-31T23:59:59Z",
        "since=2019-01-01T00:00:00Z",
        "since=2019-01-01T00:00:00Z&to=2019-07-01T00:00:01Z",
        "since=2025-08-31T00:00:00Z&to=2026-03-01T00:00:00Z",
        "since=2019-01-01T00:00:00Z&to=2018-12-31T00:00:00Z",
        "since=2026-01-01",
        "since=yesterday",
        "since=2026-01-01T00:00:00+02:00", // the sign for a blank
        "since=2026-01-01T00:00:00Z&to=",
    ] {
        assert_eq!(status(bad), 400, "{bad}");
    }
}

#[test]
fn pending_changes_need_the_flag_and_the_permission() {
    let changes = |scenario: &str, flag: &str| {
        let path = format!("/timeoff/requests/changes?since=2025-09-01T00:00:00Z{flag}");
        let rows = listed(&sandbox(scenario), &path, "changes");
        rows.iter().filter(|row| row["changeType"] == "Pending").count()
    };
    let pending = "permissions:\n  unticked: [[People's data, Time off, Requests, \"Create, edit all fields, and cancel people's \
                   requests that haven't been approved yet\"]]\n";
    assert!(changes("", "&includePending=true") > 3);
    assert_eq!((changes("", ""), changes("", "&includePending=false"), changes(pending, "&includePending=true")), (0, 0, 0));
}

#[test]
fn without_the_private_permission_private_requests_are_absent_and_custom_names_public() {
    let scenario = "permissions:\n  unticked: [[People's data, Time off, See who's out today, See who's out because of a private \
                    policy or policies with a custom name]]\n";
    let (all, few) = (feed(&sandbox("")), feed(&sandbox(scenario)));
    let of = |rows: &[Value], visibility: &str| -> Vec<Value> {
        rows.iter().filter(|row| row["visibility"] == visibility).cloned().collect()
    };
    assert!(of(&few, "Private").is_empty() && of(&all, "Private").len() > 20);
    assert_eq!(of(&few, "Public"), of(&all, "Public"));
    let (secret, public) = (of(&all, "Custom name"), of(&few, "Custom name"));
    assert!(!secret.is_empty() && secret.len() == public.len());
    assert!(secret.iter().all(|row| row["policyTypeDisplayName"] == "Fertility treatment"));
    assert!(public.iter().all(|row| row["policyTypeDisplayName"] == "Personal leave"));
}

/// The last word of the feed on each request, without those that another one took the place of.
fn folded(rows: &[Value]) -> BTreeMap<u64, Value> {
    let mut last = BTreeMap::new();
    for row in rows {
        last.insert(row["requestId"].as_u64().unwrap(), row.clone());
    }
    for row in rows {
        for replaced in ["previousRequestId", "originalRequestId"] {
            row[replaced].as_u64().map(|id| last.remove(&id));
        }
    }
    last
}

#[test]
fn the_last_word_on_each_request_is_the_truth() {
    let sandbox = sandbox("employees: 400\n");
    let (rows, truth) = (feed(&sandbox), sandbox.time_off_truth());
    let folded = folded(&rows);
    assert_eq!(
        folded.keys().copied().collect::<Vec<_>>(),
        truth.iter().map(|one| one["requestId"].as_u64().unwrap()).collect::<Vec<_>>()
    );
    let mut seen = BTreeSet::new();
    for one in &truth {
        let row = &folded[&one["requestId"].as_u64().unwrap()];
        let said = match row["changeType"].as_str().unwrap() {
            "Created" => "approved",
            "Canceled" | "Cancelled" => "canceled",
            "Deleted" => "deleted",
            other => other,
        };
        let status = one["status"].as_str().unwrap();
        assert!(said == status || said == "Pending" && matches!(status, "pending" | "declined"), "{row}\n{one}");
        seen.insert((kind(one, "type"), status));
        for key in
            ["employeeId", "durationUnit", "totalDuration", "totalCost", "timeZone", "previousRequestId", "originalRequestId"]
        {
            assert_eq!(row[key], one[key], "{key}: {row}");
        }
        let first = row.get("date").unwrap_or(&row["startDate"]);
        assert_eq!((first, kind(row, "type")), (&one["startDate"], kind(one, "type")));
        if one["totalCost"].is_null() {
            assert_eq!((kind(one, "type"), &one["days"]), ("openEnded", &json!([])));
            continue;
        }
        for (amount, total) in [("amount", "totalCost"), ("duration", "totalDuration")] {
            let days = one["days"].as_array().unwrap();
            assert_eq!(days.iter().map(|day| exact(&day[amount])).sum::<i64>(), exact(&one[total]), "{one}");
        }
    }
    // Each type meets whatever can happen to it; what has no end is not asked for twice.
    assert!(seen.len() >= 8 * 5, "{seen:?}");
}

#[test]
fn edits_make_new_ids_and_some_of_them_say_that_the_old_one_is_canceled() {
    let rows = feed(&sandbox("employees: 200\n"));
    let edits: Vec<&Value> = rows.iter().filter(|row| !row["previousRequestId"].is_null()).collect();
    assert!(edits.iter().any(|row| row["previousRequestId"] != row["originalRequestId"]), "edited twice");
    let canceled =
        |id: &Value| rows.iter().any(|row| row["requestId"] == *id && row["changeType"].as_str().unwrap().starts_with("Cancel"));
    let (said, unsaid): (Vec<&Value>, Vec<&Value>) = edits.into_iter().partition(|row| canceled(&row["previousRequestId"]));
    assert!(said.len() > 5 && unsaid.len() > 5, "{} {}", said.len(), unsaid.len());
}

#[test]
fn both_ends_of_a_window_belong_to_it_unless_the_scenario_says_otherwise() {
    let count = |scenario: &str| {
        let sandbox = sandbox(&format!(
            "time_off:\n  requests_a_person: 0\n  requests:\n    - {{ employee: 1, start: 2026-02-01, events: [{{ at: 2026-01-01T00:00:00, what: created }}] }}\n{scenario}"
        ));
        let windows =
            ["since=2025-12-01T00:00:00Z&to=2026-01-01T00:00:00Z", "since=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"];
        windows.map(|window| listed(&sandbox, &format!("/timeoff/requests/changes?{window}"), "changes").len())
    };
    assert_eq!(count(""), [1, 1]);
    assert_eq!(count("  changes: { end_excluded: true }\n"), [0, 1]);
}

#[test]
fn the_feed_can_come_twice_and_in_any_order() {
    let path = "/timeoff/requests/changes?since=2025-09-01T00:00:00Z&includePending=true";
    let mut plain = listed(&sandbox(""), path, "changes");
    let mut twice = listed(&sandbox("time_off: { changes: { twice: true, shuffled: true } }\n"), path, "changes");
    assert_eq!(twice.len(), 2 * plain.len());
    assert_ne!(twice[..plain.len()], plain);
    let text = |rows: &mut Vec<Value>| rows.sort_by_key(Value::to_string);
    text(&mut plain);
    text(&mut twice);
    twice.dedup();
    assert_eq!(twice, plain);
}

#[test]
fn a_large_company_answers_like_a_small_one() {
    let path = "/timeoff/requests/changes?since=2025-12-01T00:00:00Z";
    let large = Sandbox::start(bobmap::sandbox::Settings { employees: Some(3_000), ..settings("") }).unwrap();
    let small = sandbox("");
    let ids: BTreeSet<String> = (1..=40).map(Sandbox::employee_id).collect();
    let mut rows = listed(&large, path, "changes");
    assert!(rows.len() > 1_000);
    assert_eq!(large.log().last().unwrap().records, rows.len() as u64);
    rows.retain(|row| ids.contains(row["employeeId"].as_str().unwrap()));
    assert_eq!(rows, listed(&small, path, "changes"));
}
