//! The built program over files of changes and requests: bad input of every kind, any order, and what the commands make of it.

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

const DAYS: &str = "mapping: days_off
format: 1
source: hibob.time_off_requests
one_row_per: $.days[*]
key: [request, date]
keep: { path: $parent.status, is: approved }
fields:
  request: { from: $parent.requestId, type: integer, personal: false }
  date: { from: $.date, type: date, personal: false }
  amount: { from: $.amount, type: decimal, personal: false }
  start: { from: $parent.start.instant, type: datetime, personal: false }
  type: { from: $parent.policyTypeDisplayName, personal: false }
";

fn change(id: u64, more: Value) -> Value {
    let mut row = json!({
        "changeType": "Created", "requestId": id, "employeeId": "3332883884017713201", "policyTypeDisplayName": "Holiday",
        "type": "days", "startDate": "2026-07-09", "startPortion": "all_day", "endDate": "2026-07-10", "endPortion": "all_day",
        "durationUnit": "days", "totalDuration": 2, "totalCost": 2, "visibility": "Public",
        "createdOn": "2026-06-01T10:00:00", "timeZone": "Europe/London",
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

/// Sound requests, and one of each kind that goes wrong.
fn feed() -> Vec<Value> {
    vec![
        change(10, json!({})),
        // Edited, and then canceled.
        change(11, json!({})),
        change(
            12,
            json!({ "previousRequestId": 11, "originalRequestId": 11, "startDate": "2026-08-03", "endDate": "2026-08-04" }),
        ),
        change(12, json!({ "changeType": "Cancelled", "createdOn": "2026-06-02T09:00:00Z" })),
        // Before what it says happened: disordered.
        change(13, json!({ "changeType": "Created", "createdOn": "2026-06-03T09:00:00+02:00" })),
        change(13, json!({ "changeType": "Pending", "createdOn": "2026-06-03T06:59:59" })),
        change(14, json!({ "employeeId": null })),
        change(15, json!({ "endDate": "2026-07-01" })),
        change(16, json!({ "type": "everySecondDay" })),
        change(
            17,
            json!({ "type": "differentDayDurations", "durationUnit": "hours", "totalDuration": 8, "totalCost": 8,
                    "durations": [{"date": "2026-07-09", "hours": 2}, {"date": "2026-07-10", "hours": 2}] }),
        ),
        // The policy has been deleted.
        change(18, json!({ "policyTypeDisplayName": null })),
        change(19, json!({ "policyTypeDisplayName": "Rehab", "visibility": "Private", "timeZone": null })),
        change(20, json!({ "changeType": "Deleted", "startDate": null, "endDate": null, "type": null })),
        // Came twice.
        change(10, json!({})),
    ]
}

fn folder(feed: &[Value]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("days.yaml", DAYS.to_owned());
    write("changes.json", json!({ "changes": feed }).to_string());
    write("people.json", json!([{ "id": "3332883884017713201", "work": { "site": "London" } }]).to_string());
    folder
}

/// Exit code, standard output and standard error.
fn bobmap(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = cargo_bin_cmd!("bobmap");
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env("COLUMNS", "150");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let error = text(output.stderr);
    assert!(!error.contains("panicked"), "{error}");
    (output.status.code(), text(output.stdout), error)
}

#[test]
fn each_bad_request_is_a_reasoned_reject_or_a_counted_warning_and_nothing_else_is_affected() {
    let folder = folder(&feed());
    let arguments = ["dry-run", "days.yaml", "--records", "changes.json", "--format", "csv", "--rejects", "rejects.jsonl"];
    let (code, rows, report) = bobmap(folder.path(), &arguments);
    assert_eq!(code, Some(4), "{report}");
    assert_eq!(
        rows.replace('\r', ""),
        "request,date,amount,start,type\n\
         10,2026-07-09,1,2026-07-08T23:00:00Z,Holiday\n10,2026-07-10,1,2026-07-08T23:00:00Z,Holiday\n\
         13,2026-07-09,1,2026-07-08T23:00:00Z,Holiday\n13,2026-07-10,1,2026-07-08T23:00:00Z,Holiday\n\
         16,2026-07-09,1,2026-07-08T23:00:00Z,Holiday\n16,2026-07-10,1,2026-07-08T23:00:00Z,Holiday\n\
         17,2026-07-09,4,2026-07-08T23:00:00Z,Holiday\n17,2026-07-10,4,2026-07-08T23:00:00Z,Holiday\n\
         18,2026-07-09,1,2026-07-08T23:00:00Z,\n18,2026-07-10,1,2026-07-08T23:00:00Z,\n\
         19,2026-07-09,1,,\n19,2026-07-10,1,,\n"
    );
    let rejects = std::fs::read_to_string(folder.path().join("rejects.jsonl")).unwrap();
    let rejects: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<String> = rejects
        .iter()
        .map(|reject| format!("{} {} {}", reject["source_id"], reject["reasons"][0]["problem"], reject["reasons"][0]["message"]))
        .collect();
    assert_eq!(
        told,
        [
            r#""14" "source" "the request names no employee (employeeId)""#,
            r#""15" "source" "the request's end lies before its start""#,
        ]
    );
    for note in [
        "1 request has a type that is not known: taken as plain ranges",
        "the words that are not known: `everySecondDay`",
        "1 request has a total that disagrees with the days: what falls on each day is scaled to the total, and estimated",
        "1 request has no policy type: the policy may have been deleted, or its name may not be seen",
        "1 request has no time zone: start and end have dates and no instants (--site-zone and --time-zone give one)",
        "1 change came more than once",
    ] {
        assert!(report.contains(note), "{note}\n{report}");
    }
}

#[test]
fn whatever_the_order_and_however_often_the_rows_have_the_same_bytes() {
    let mut feed = feed();
    let runs = |feed: &[Value]| {
        let folder = folder(feed);
        let arguments = [
            "dry-run",
            "days.yaml",
            "--records",
            "hibob.time_off_changes=changes.json",
            "--rejects",
            "rejects.jsonl",
            "--as-of",
            "2026-01-01",
        ];
        let (_, rows, _) = bobmap(folder.path(), &arguments);
        let (_, fetched, _) = bobmap(folder.path(), &["fetch", "time_off_requests", "--records", "changes.json"]);
        (rows, std::fs::read_to_string(folder.path().join("rejects.jsonl")).unwrap(), fetched)
    };
    let first = runs(&feed);
    assert_eq!(first.0.lines().count(), 12);
    feed.reverse();
    assert_eq!(runs(&feed), first);
    // Every third once more, cut at different places.
    let again: Vec<Value> = feed.iter().step_by(3).cloned().collect();
    feed.extend(again);
    feed.rotate_left(5);
    assert_eq!(runs(&feed), first);
}

#[test]
fn fetched_requests_are_folded_once_and_read_again_as_they_are() {
    let folder = folder(&feed());
    let arguments = [
        "fetch",
        "time_off_requests",
        "--records",
        "changes.json",
        "--people",
        "people.json",
        "--site-zone",
        "London=Europe/London",
        "--out",
        "requests.jsonl",
    ];
    let (code, _, said) = bobmap(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{said}");
    let fetched = std::fs::read_to_string(folder.path().join("requests.jsonl")).unwrap();
    let requests: Vec<Value> = fetched.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<String> =
        requests.iter().map(|request| format!("{} {}", request["requestId"], request["status"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            "10 approved",
            "12 canceled",
            "13 approved",
            "14 approved",
            "15 approved",
            "16 approved",
            "17 approved",
            "18 approved",
            "19 approved",
            "20 deleted"
        ]
    );
    // What is fetched has no veil, and the person's site gives the zone.
    let private = &requests[8];
    assert_eq!(
        (&private["policyTypeDisplayName"], &private["zone"], &private["zoneFrom"]),
        (&json!("Rehab"), &json!("Europe/London"), &json!("site"))
    );
    let (_, from_requests, _) = bobmap(folder.path(), &["dry-run", "days.yaml", "--records", "requests.jsonl"]);
    let zones = [
        "dry-run",
        "days.yaml",
        "--records",
        "changes.json",
        "--records",
        "hibob.people=people.json",
        "--site-zone",
        "London=Europe/London",
    ];
    let (_, from_changes, _) = bobmap(folder.path(), &zones);
    assert_eq!(from_requests, from_changes);
    assert!(
        from_requests.contains(r#""request":19,"date":"2026-07-09","amount":1,"start":"2026-07-08T23:00:00Z","type":null"#),
        "{from_requests}"
    );
}

#[test]
fn a_private_name_goes_where_a_mapping_asks_for_it_by_name() {
    let folder = folder(&feed());
    let asks =
        DAYS.replace("$parent.policyTypeDisplayName", "[$parent.privatePolicyTypeDisplayName, $parent.policyTypeDisplayName]");
    std::fs::write(folder.path().join("asks.yaml"), asks).unwrap();
    let (_, rows, _) = bobmap(folder.path(), &["dry-run", "asks.yaml", "--records", "changes.json"]);
    assert_eq!((rows.matches("Rehab").count(), rows.matches("Holiday").count()), (2, 8));
    // The same veil lies over every other record of time off.
    let out = "mapping: out\nformat: 1\nsource: hibob.whos_out\nkey: id\nfields:\n  id: { from: $.requestId, type: integer, personal: false }\n  type: $.policyTypeDisplayName\n";
    std::fs::write(folder.path().join("out.yaml"), out).unwrap();
    std::fs::write(folder.path().join("outs.json"), json!({ "outs": [{ "requestId": 1, "policyTypeDisplayName": "Rehab", "visibility": "Custom name" }, { "requestId": 2, "policyTypeDisplayName": "Holiday", "visibility": "Public" }, { "requestId": 3, "policyTypeDisplayName": "Course" }, { "requestId": 4, "policyTypeDisplayName": "Rehab" }] }).to_string()).unwrap();
    // An absence that does not say who may know its type is nobody's to tell, but for a type that is named.
    let arguments = ["dry-run", "out.yaml", "--records", "outs.json", "--public-policy-type", "Course"];
    let (_, rows, report) = bobmap(folder.path(), &arguments);
    let row = |id: u64, name: &str| format!("{{\"id\":{id},\"type\":{name}}}\n");
    assert_eq!(rows, [row(1, "null"), row(2, "\"Holiday\""), row(3, "\"Course\""), row(4, "null")].concat());
    for note in ["1 record is of private types, whose names", "1 record is of types that nobody says to be public"] {
        assert!(report.contains(note), "{report}");
    }
}

#[test]
fn explain_tells_of_a_folded_request_and_why_one_is_rejected() {
    let folder = folder(&feed());
    let (_, text, _) = bobmap(
        folder.path(),
        &["explain", "days.yaml", "--records", "changes.json", "--key", "13 / 2026-07-10", "--show-values"],
    );
    assert!(
        text.contains("13 / 2026-07-10, record 3 of hibob.time_off_requests") && text.contains("2026-07-08T23:00:00Z"),
        "{text}"
    );
    let (_, text, _) = bobmap(folder.path(), &["explain", "days.yaml", "--records", "changes.json", "--key", "15"]);
    assert!(text.contains("REJECTED") && text.contains("the request's end lies before its start"), "{text}");
}

#[test]
fn joined_requests_are_folded_too_and_one_that_is_broken_spoils_nobody_elses() {
    let folder = folder(&feed());
    let mapping = "mapping: away\nformat: 1\nsource: hibob.people\nkey: id\njoins:\n  leave:\n    with: hibob.time_off_requests\n    this: $.id\n    that: $.employeeId\n    \
                   where: [{ path: $.status, is: approved }, { path: $.policyTypeDisplayName, has_value: false }]\n    matches: at_most_one\nfields:\n  id: { from: $.id, personal: false }\n  \
                   from: { from: $leave.start.date, type: date, personal: false }\n";
    std::fs::write(folder.path().join("away.yaml"), mapping).unwrap();
    std::fs::write(folder.path().join("people.json"), json!([{ "id": "1" }, { "id": "3332883884017713209" }]).to_string())
        .unwrap();
    let feed = [
        change(1, json!({ "employeeId": "1", "policyTypeDisplayName": null })),
        change(
            1,
            json!({ "employeeId": "1", "policyTypeDisplayName": null, "createdOn": "2026-06-02", "startDate": "2026-07-10" }),
        ),
        change(2, json!({ "employeeId": null, "policyTypeDisplayName": null })),
    ];
    std::fs::write(folder.path().join("changes.json"), json!({ "changes": feed }).to_string()).unwrap();
    let (code, rows, report) = bobmap(
        folder.path(),
        &["dry-run", "away.yaml", "--records", "people.json", "--records", "hibob.time_off_changes=changes.json"],
    );
    assert_eq!(rows, "{\"id\":\"1\",\"from\":\"2026-07-10\"}\n{\"id\":\"3332883884017713209\",\"from\":null}\n", "{report}");
    assert_eq!(code, Some(4));
    assert!(report.contains("the request names no employee (employeeId)"), "{report}");
}

#[test]
fn flags_that_can_not_be_meant_are_refused() {
    let folder = folder(&feed());
    for (more, why) in [
        (vec!["--site-zone", "London"], "expected SITE=ZONE"),
        (vec!["--site-zone", "London=Mars/Olympus"], "is no time zone: give an IANA name such as Europe/London"),
        (vec!["--time-zone", "Mars/Olympus"], "is no time zone"),
        (vec!["--site-zone", "London=Europe/London", "--site-zone", "london=UTC"], "--site-zone gives `london` twice"),
        (vec!["--person-zone", "work..["], "--person-zone names no field"),
        (vec!["--records", "hibob.time_off_changes=changes.json"], "--records gives hibob.time_off_requests twice"),
        (vec!["--records", "hibob.whos_out=changes.json"], "no join of it looks among the others"),
    ] {
        let arguments = [&["dry-run", "days.yaml", "--records", "changes.json"], more.as_slice()].concat();
        let (code, rows, error) = bobmap(folder.path(), &arguments);
        assert_eq!((code, rows.as_str()), (Some(2), ""), "{more:?}: {error}");
        assert!(error.contains(why), "{more:?}: {error}");
    }
    // A site that nobody is at is told, and so is one of people who are not given.
    let people = ["--records", "hibob.people=people.json"];
    for (more, told) in [(&people[..], vec!["Londn"]), (&[], vec!["Londn", "london"])] {
        let sites = ["--site-zone", "Londn=Europe/London", "--site-zone", "london=Europe/London"];
        let arguments = [&["dry-run", "days.yaml", "--records", "changes.json"], &sites[..], more].concat();
        let (_, _, report) = bobmap(folder.path(), &arguments);
        let note = |site: &&str| report.contains(&format!("--site-zone names `{site}`, where nobody is: it counts for nothing"));
        assert_eq!(["Londn", "london"].into_iter().filter(note).collect::<Vec<_>>(), told, "{report}");
    }
    let (code, _, error) = bobmap(folder.path(), &["fetch", "whos_out", "--records", "changes.json", "--people", "people.json"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--people completes time_off_requests"), "{error}");
}

#[test]
fn requests_and_permissions_name_the_fields_of_people_that_are_needed() {
    let folder = folder(&feed());
    let fields = |mapping: String| {
        std::fs::write(folder.path().join("asks.yaml"), mapping).unwrap();
        let (_, text, _) = bobmap(folder.path(), &["requests", "asks.yaml"]);
        let (_, boxes, _) = bobmap(folder.path(), &["permissions", "asks.yaml"]);
        [
            text.contains("payroll.employment.actualWorkingPattern"),
            text.contains("work.siteId"),
            boxes.contains("People > Employment"),
            boxes.contains("People > Work"),
        ]
    };
    assert_eq!(fields(DAYS.to_owned()), [true; 4]);
    let without_moments: String = DAYS.replace("$parent.start.instant, type: datetime", "$parent.start.date, type: date");
    assert_eq!(fields(without_moments), [true, false, true, false]);
    let plain = "mapping: plain\nformat: 1\nsource: hibob.time_off_requests\nkey: id\nfields:\n  id: { from: $.requestId, type: integer, personal: false }\n  end: { from: $.end.date, type: date, personal: false }\n";
    assert_eq!(fields(plain.to_owned()), [false; 4]);
}
