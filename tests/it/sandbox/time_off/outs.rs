//! Who is out, in a span of days and on one.

use super::{EVERYTHING, keys, kind, listed, own_keys, sandbox, whos_out, words};
use crate::sandbox::get;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Is = fn(&Value) -> bool;

#[test]
fn rows_have_the_keys_of_their_type_and_no_others() {
    let outs = whos_out(&sandbox("employees: 400\n"), "2018-01-01", "2027-01-01", EVERYTHING);
    let mut kinds = BTreeSet::new();
    for row in &outs {
        let common = "employeeId employeeDisplayName requestId policyType policyTypeDisplayName type status totalCost visibility";
        let found: BTreeSet<&str> = keys(row).into_iter().filter(|key| *key != "minutes").collect();
        assert_eq!(found, words(common).chain(words(own_keys(kind(row, "type")))).collect(), "{row}");
        kinds.insert(kind(row, "type"));
    }
    assert_eq!(kinds.len(), 9);
}

#[test]
fn who_is_out_are_the_requests_that_stand_of_active_people_on_these_days() {
    let sandbox = sandbox("employees: 400\n");
    let (from, to) = ("2026-02-01", "2026-03-31");
    let found: BTreeMap<u64, Value> =
        whos_out(&sandbox, from, to, EVERYTHING).into_iter().map(|row| (row["requestId"].as_u64().unwrap(), row)).collect();
    let mut expected = BTreeSet::new();
    let mut inactive = 0;
    for one in sandbox.time_off_truth() {
        let index = (one["employeeId"].as_str().unwrap().parse::<u64>().unwrap() - 3_332_883_884_017_713_201) / 7 % 40;
        let stands = matches!(one["status"].as_str().unwrap(), "approved" | "pending");
        let touches = one["startDate"].as_str().unwrap() <= to && one["endDate"].as_str().is_none_or(|end| end >= from);
        if !stands || !touches {
            continue;
        }
        // Hired, on a sabbatical, or gone.
        match index {
            3 | 11 | 13 | 27 | 35 => inactive += 1,
            _ => _ = expected.insert(one["requestId"].as_u64().unwrap()),
        }
    }
    assert!(inactive > 0 && expected.len() > 50);
    assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), expected);
    let statuses: BTreeSet<&str> = found.values().map(|row| row["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, BTreeSet::from(["Approved", "approved", "pending"]));
}

#[test]
fn what_is_not_asked_for_is_left_out() {
    let sandbox = sandbox("employees: 400\n");
    let out = |flags: &str| whos_out(&sandbox, "2024-01-01", "2026-12-31", flags);
    let without = |flag: &str| out(&EVERYTHING.replace(flag, "ignored"));
    let all = out(EVERYTHING);
    let counts = |rows: &[Value], is: Is| rows.iter().filter(|row| is(row)).count();
    let cases: [(&str, Is); 4] = [
        ("includeHourly", |row| row["type"].as_str().unwrap().to_lowercase().contains("hours") || row["durations"].is_array()),
        ("includePrivate", |row| row["visibility"] == "Private" || row["policyTypeDisplayName"] == "Fertility treatment"),
        ("includePending", |row| row["status"] == "pending"),
        ("includeWorkingRequests", |row| row["policyTypeDisplayName"] == "Working abroad"),
    ];
    for (flag, concerned) in cases {
        assert!(counts(&all, concerned) > 0, "{flag}");
        assert_eq!(counts(&without(flag), concerned), 0, "{flag}");
    }
    assert_eq!(out(""), without("=true"));
    assert!(counts(&out(""), |row| row["policyTypeDisplayName"] == "Personal leave") > 0, "by its public name");
}

#[test]
fn the_span_is_asked_for_in_days() {
    let sandbox = sandbox("");
    for bad in [
        "from=2026-03-01",
        "from=2026-03-01&to=2026-02-28",
        "from=2026-02-30&to=2026-03-01",
        "from=2026-03-01T00:00:00Z&to=2026-03-02",
    ] {
        assert_eq!(get(&sandbox, &format!("/timeoff/whosout?{bad}")).status, 400, "{bad}");
    }
    assert_eq!(get(&sandbox, "/timeoff/outtoday?today=tomorrow").status, 400);
}

#[test]
fn who_is_out_today_has_other_names_for_the_same_things() {
    let sandbox = sandbox("employees: 400\n");
    let mut kinds = BTreeSet::new();
    for day in 1..=28 {
        let day = format!("2026-02-{day:02}");
        let rows = listed(&sandbox, &format!("/timeoff/outtoday?today={day}&includeHourly=true&includePrivate=true"), "outs");
        let span = whos_out(&sandbox, &day, &day, "includeHourly=true&includePrivate=true");
        assert_eq!(rows.len(), span.len());
        for (row, other) in rows.iter().zip(&span) {
            assert_eq!((&row["employeeId"], &row["requestRangeType"]), (&other["employeeId"], &other["type"]));
            let own = match kind(row, "requestRangeType") {
                "days" | "openEnded" => "startDate startDatePortion endDate endDatePortion",
                "hours" => "startDate endDate hours minutes",
                "portionOnRange" => "startDate endDate dayPortion",
                "hoursOnRange" => "startDate endDate dailyHours",
                "percentageOnRange" => "startDate endDate percentageOfDay",
                _ => "startDate endDate durations",
            };
            let common = "employeeId employeeDisplayName employeeEmail policyType policyTypeDisplayName requestRangeType totalCost visibility";
            assert_eq!(keys(row), words(common).chain(words(own)).collect(), "{row}");
            kinds.insert(kind(row, "requestRangeType").to_owned());
        }
    }
    assert!(kinds.len() > 5, "{kinds:?}");
    let (all, london) =
        (listed(&sandbox, "/timeoff/outtoday", "outs"), listed(&sandbox, "/timeoff/outtoday?siteId=2154020", "outs"));
    assert!(!london.is_empty() && london.len() < all.len());
}
