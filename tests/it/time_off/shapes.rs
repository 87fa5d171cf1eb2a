//! Every shape that HiBob may give a request is read, and what can't be used says why.

use super::{completed, request, settings};
use bobmap::time_off::{Settings, SiteZones};
use serde_json::{Value, json};

fn faulty(more: Value) -> Option<String> {
    let mut row =
        json!({ "requestId": 1, "employeeId": "7", "type": "days", "startDate": "2026-07-06", "endDate": "2026-07-07" });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    let found = request(&row, &[]);
    let fault = found.get("fault").map(|fault| fault.as_str().unwrap().to_owned());
    if fault.is_some() && !row["startDate"].is_null() && row["employeeId"] == "7" && row["requestId"] == 1 {
        assert_eq!((&found["start"], &found["end"], &found["days"]), (&Value::Null, &Value::Null, &json!([])));
    }
    fault
}

#[test]
fn what_cant_be_used_says_why_and_holds_no_value() {
    for (more, fault) in [
        (json!({ "employeeId": null }), "the request names no employee (employeeId)"),
        (json!({ "employeeId": " " }), "the request names no employee (employeeId)"),
        (json!({ "requestId": null }), "the request has no requestId"),
        (json!({ "endDate": "2026-07-05" }), "the request's end lies before its start"),
        (json!({ "endDate": null }), "the request has no endDate, and its type is not openEnded"),
        (json!({ "startDate": null }), "the request has no startDate"),
        (json!({ "startDate": "6 July" }), "the request's startDate is no date (YYYY-MM-DD)"),
        (json!({ "endDate": 20260707 }), "the request's endDate is no date (YYYY-MM-DD)"),
        (
            json!({ "endDate": "2026-07-06", "startPortion": "afternoon", "endPortion": "morning" }),
            "the request's end lies before its start",
        ),
        (
            json!({ "requestId": null, "employeeId": null, "startDate": "2026-02-30" }),
            "the request has no requestId; the request names no employee (employeeId); the request's startDate is no date (YYYY-MM-DD)",
        ),
    ] {
        assert_eq!(faulty(more.clone()).as_deref(), Some(fault), "{more}");
    }
    for more in [
        json!({}),
        json!({ "type": "vacationInSpace" }),
        json!({ "type": null }),
        json!({ "type": "openEnded", "endDate": null }),
    ] {
        assert_eq!(faulty(more.clone()), None, "{more}");
    }
    // Nobody is away by what was withdrawn.
    for change in ["Canceled", "Deleted", "declined"] {
        assert_eq!(faulty(json!({ "changeType": change, "startDate": null, "endDate": null })), None);
        assert!(faulty(json!({ "changeType": change, "employeeId": null })).is_some());
    }
}

#[test]
fn keys_of_both_spellings_and_types_in_any_case_are_read() {
    let expected = request(
        &json!({ "requestId": 1, "employeeId": "7", "type": "days", "startDate": "2026-07-06", "startPortion": "afternoon", "endDate": "2026-07-07", "endPortion": "morning" }),
        &[],
    );
    let other = request(
        &json!({ "requestId": "1", "employeeId": "7", "requestRangeType": "DAYS", "startDate": "2026-07-06T00:00:00", "startDatePortion": "Afternoon", "endDate": "2026-07-07", "endDatePortion": "MORNING" }),
        &[],
    );
    for name in ["start", "end", "days"] {
        assert_eq!(expected[name], other[name]);
    }
    let hours = |row: Value| {
        let mut row = row;
        (row["requestId"], row["employeeId"], row["durationUnit"]) = (1.into(), "7".into(), "hours".into());
        let found = request(&row, &[]);
        assert_eq!(found.get("fault"), None, "{row}");
        found["days"][0]["amount"].clone()
    };
    assert_eq!(hours(json!({ "type": "Hours", "date": "2026-07-06", "hoursOnDate": 2.5 })), 2.5);
    assert_eq!(hours(json!({ "type": "hours", "date": "2026-07-06", "hoursOnDate": 2, "minutes": 15 })), 2.25);
    assert_eq!(
        hours(
            json!({ "requestRangeType": "hours", "startDate": "2026-07-06", "endDate": "2026-07-06", "hours": 1, "minutes": 45 })
        ),
        1.75
    );
    for entry in [
        json!({ "date": "2026-07-06", "hours": 3 }),
        json!({ "date": "2026-07-06", "duration": { "hours": 2, "minutes": 60 } }),
        json!({ "date": "2026-07-06", "duration": 3 }),
        json!({ "day": "2026-07-06", "amount": "3" }),
        json!({ "date": "2026-07-06", "cost": 3, "duration": 4 }),
        json!({ "date": "2026-07-06T00:00:00", "from": "2026-07-06T09:00:00", "to": "12:00" }),
    ] {
        let row =
            json!({ "type": "DifferentDayDurations", "startDate": "2026-07-06", "endDate": "2026-07-06", "durations": [entry] });
        assert_eq!(hours(row), 3, "{entry}");
    }
}

#[test]
fn half_days_on_one_day_are_said_once_or_twice() {
    for (start, end, portion) in [
        (json!("morning"), json!("morning"), "morning"),
        (json!("afternoon"), json!("afternoon"), "afternoon"),
        (json!("morning"), Value::Null, "morning"),
        (Value::Null, json!("afternoon"), "afternoon"),
        (json!("all_day"), json!("morning"), "morning"),
        (json!("afternoon"), json!("all_day"), "afternoon"),
        (json!("morning"), json!("afternoon"), "all_day"),
        (json!("evening"), Value::Null, "all_day"),
    ] {
        let row = json!({ "requestId": 1, "employeeId": "7", "type": "days", "startDate": "2026-07-06", "startPortion": start, "endDate": "2026-07-06", "endPortion": end });
        let found = request(&row, &[]);
        assert_eq!(found["days"][0]["portion"], portion, "{start} {end}");
        let amount = if portion == "all_day" { json!(1) } else { json!(0.5) };
        assert_eq!(found["days"][0]["amount"], amount);
    }
}

#[test]
fn an_unknown_type_is_taken_as_a_plain_range_and_counted() {
    let row = json!({ "requestId": 1, "employeeId": "7", "type": "everySecondDay", "startDate": "2026-07-06", "endDate": "2026-07-07", "totalCost": 2 });
    let (found, tally) = completed(&row, &[], settings(SiteZones::default(), None));
    assert_eq!((found["days"].as_array().unwrap().len(), tally.unknown_types, tally.without_policy_type), (2, 1, 1));
    assert!(tally.sentences().iter().any(|sentence| sentence == "the words that are not known: `everySecondDay`"), "{tally:?}");
}

#[test]
fn a_request_keeps_its_own_keys_and_veils_a_private_name() {
    let row = json!({ "requestId": 1, "employeeId": "7", "policyTypeDisplayName": "Rehab", "visibility": "Private", "status": "Cancelled", "days": "odd", "zone": 7, "own": [1.10] });
    let veiled = completed(&row, &[], Settings { veil: true, ..settings(SiteZones::default(), None) }).0;
    assert_eq!((&veiled["policyTypeDisplayName"], &veiled["privatePolicyTypeDisplayName"]), (&Value::Null, &json!("Rehab")));
    assert_eq!(
        (&veiled["status"], &veiled["days"], &veiled["zone"], &veiled["own"]),
        (&json!("canceled"), &json!([]), &Value::Null, &json!([1.1]))
    );
    let names: Vec<&String> = veiled.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "requestId",
            "employeeId",
            "policyTypeDisplayName",
            "privatePolicyTypeDisplayName",
            "visibility",
            "status",
            "own",
            "start",
            "end",
            "zone",
            "zoneFrom",
            "days"
        ]
    );
    let open = completed(&row, &[], settings(SiteZones::default(), None)).0;
    assert_eq!((&open["policyTypeDisplayName"], open.get("privatePolicyTypeDisplayName")), (&json!("Rehab"), None));
}
