//! Whatever order changes come in and however often, they fold to the same bytes.

use super::requests_of;
use bobmap::source::time_off::Form;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert_eq};
use proptest::{collection::vec, option, proptest, sample::select};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const KINDS: [&str; 7] = ["Pending", "Created", "created", "Declined", "Canceled", "cancelled", "DELETED"];

/// The same moments in several spellings.
const MOMENTS: [&str; 6] = [
    "2026-01-31T23:30:00",
    "2026-02-01T00:30:00+01:00",
    "2026-01-31T23:30:00.000001Z",
    "2026-02-01",
    "2026-03-29T01:30:00-03:00",
    "no moment",
];

/// A change of one of a few requests, which may replace an older one, or in a circle any.
fn change(circles: bool) -> impl Strategy<Value = String> {
    let id = 1..9u64;
    let replaced = || option::weighted(0.3, 0..9u64);
    (id, select(&KINDS[..]), option::weighted(0.9, select(&MOMENTS[..])), replaced(), replaced(), 0..3u8, any::<bool>()).prop_map(
        move |(id, kind, moment, previous, original, days, spaced)| {
            let older = |other: Option<u64>| other.filter(|other| circles || *other < id);
            let change = json!({
                "changeType": kind, "requestId": id, "previousRequestId": older(previous), "originalRequestId": older(original),
                "employeeId": "7", "type": "days", "startDate": "2026-07-06", "endDate": format!("2026-07-{:02}", 6 + days),
                "createdOn": moment,
            });
            if spaced { serde_json::to_string_pretty(&change).unwrap().replace('\n', " ") } else { change.to_string() }
        },
    )
}

/// Changes, and the same shuffled with some of them doubled.
fn twice(circles: bool) -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    vec(change(circles), 1..25).prop_flat_map(|changes| {
        let doubled = vec(0..changes.len(), 0..12);
        (Just(changes), doubled).prop_flat_map(|(changes, doubled)| {
            let again: Vec<String> = changes.iter().cloned().chain(doubled.into_iter().map(|at| changes[at].clone())).collect();
            (Just(changes), Just(again).prop_shuffle())
        })
    })
}

fn folded(changes: &[String]) -> String {
    requests_of((changes.join("\n") + "\n").as_bytes(), Form::Changes).0
}

/// The stated order, written down once more by other means.
fn order(change: &str) -> (i128, usize, String, String) {
    let value: Value = serde_json::from_str(change).unwrap();
    let moment = match value["createdOn"].as_str() {
        Some(text) if text.len() == 10 => format!("{text}T00:00:00Z"),
        Some(text) if text.get(10..).is_some_and(|rest| rest.contains(['Z', '+', '-'])) => text.to_owned(),
        Some(text) => format!("{text}Z"),
        None => String::new(),
    };
    let instant = moment.parse::<jiff::Timestamp>().map_or(i128::MIN, jiff::Timestamp::as_nanosecond);
    let kind = value["changeType"].as_str().unwrap().to_lowercase().replace("cancelled", "canceled");
    let rank = ["pending", "created", "declined", "canceled", "deleted"].iter().position(|word| *word == kind).unwrap();
    let sorted: BTreeMap<String, Value> = serde_json::from_str(change).unwrap();
    (instant, rank, serde_json::to_string(&sorted).unwrap(), change.to_owned())
}

/// Number and status of what should stand in the end.
fn truth(changes: &[String]) -> Vec<(u64, String)> {
    let (mut newest, mut replaced): (BTreeMap<u64, &String>, BTreeSet<u64>) = (BTreeMap::new(), BTreeSet::new());
    for change in changes {
        let value: Value = serde_json::from_str(change).unwrap();
        let id = value["requestId"].as_u64().unwrap();
        replaced.extend(["previousRequestId", "originalRequestId"].iter().filter_map(|name| value[name].as_u64()));
        let newer = newest.get(&id).is_none_or(|known| order(known) < order(change));
        if newer {
            newest.insert(id, change);
        }
    }
    let status = |change: &str| ["pending", "approved", "declined", "canceled", "deleted"][order(change).1].to_owned();
    newest.into_iter().filter(|(id, _)| !replaced.contains(id)).map(|(id, change)| (id, status(change))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shuffled_and_doubled_changes_fold_to_the_same_bytes_and_to_the_truth((changes, again) in twice(false)) {
        let text = folded(&changes);
        prop_assert_eq!(&folded(&again), &text);
        let values = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let found: Vec<(u64, String)> =
            values.map(|value| (value["requestId"].as_u64().unwrap(), value["status"].as_str().unwrap().to_owned())).collect();
        prop_assert_eq!(found, truth(&changes));
    }

    #[test]
    fn requests_that_replace_one_another_in_circles_fold_to_the_same_bytes((changes, again) in twice(true)) {
        let text = folded(&changes);
        prop_assert_eq!(&folded(&again), &text);
        // Whoever asked for time off has a request in the end.
        prop_assert_eq!(text.is_empty(), false);
    }
}

#[test]
fn what_came_twice_and_what_goes_in_a_circle_is_counted() {
    let one = json!({"changeType":"Created","requestId":1,"previousRequestId":2,"employeeId":"7","policyTypeDisplayName":"Holiday","type":"days","startDate":"2026-07-06","endDate":"2026-07-06","totalCost":1,"createdOn":"2026-01-01T00:00:00","timeZone":"UTC"});
    let mut two = one.clone();
    (two["requestId"], two["previousRequestId"]) = (2.into(), 1.into());
    // What a newer change has replaced counts, too.
    let mut three = one.clone();
    (three["requestId"], three["previousRequestId"]) = (3.into(), Value::Null);
    let mut canceled = three.clone();
    (canceled["changeType"], canceled["createdOn"]) = ("Canceled".into(), "2026-01-02T00:00:00".into());
    for feed in [[&three, &three, &canceled, &three], [&canceled, &three, &three, &three], [&three, &canceled, &three, &canceled]]
    {
        let text: String = feed.iter().map(|change| format!("{change}\n")).collect();
        let (records, notes) = requests_of(text.as_bytes(), Form::AsTheyShow);
        assert_eq!(records.lines().count(), 1);
        let changes = if feed[3] == &canceled { "2 changes" } else { "1 change" };
        assert_eq!(notes, [format!("{changes} came more than once")]);
    }
    let text = format!("{one}\n{two}\n{one}\n");
    let (records, notes) = requests_of(text.as_bytes(), Form::AsTheyShow);
    assert_eq!(records.lines().count(), 1);
    assert_eq!(
        notes,
        ["1 request replace one another in a circle: the newest of each circle is taken", "1 change came more than once"]
    );
}

#[test]
fn what_is_no_change_at_all_is_handed_on_to_be_rejected() {
    let (text, _) = requests_of(
        b"{\"requestId\":2,\"changeType\":\"Created\"}\nnot json\n{\"changeType\":\"Created\"}\n[1]\n",
        Form::Changes,
    );
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].contains("\"requestId\":2") && lines[1].contains("the request has no requestId"));
    assert!(lines[2..].contains(&"not json") && lines[2..].contains(&"[1]"));
}

#[test]
fn requests_that_are_no_feed_are_completed_where_they_stand() {
    let finished = r#"{"requestId":9,"changeType":"Created","days":[],"own":1}"#;
    let open = r#"{"requestId":3,"employeeId":"7","status":"Cancelled","type":"days","startDate":"2026-07-06","endDate":"2026-07-06","totalCost":1}"#;
    let (text, _) = requests_of(format!("{finished}\n{open}\n").as_bytes(), Form::AsTheyShow);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], finished);
    let value: Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!((&value["status"], &value["days"][0]["amount"]), (&json!("canceled"), &json!(1)));
}
