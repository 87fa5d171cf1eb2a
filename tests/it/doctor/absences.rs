//! Who's out, held against the requests that the feed of changes comes to.

use crate::snap::snap;
use crate::tenant::{said, tenant};
use insta::assert_snapshot;
use serde_json::{Value, json};

const MAPPING: &str = "\
mapping: leave
format: 1
source: hibob.time_off_requests
key: id
fields:
  id: { from: $.requestId, personal: false }
";

/// Requests of active people in March 2026, about some of which the two disagree.
const PLANTED: &str = "\
time_off:
  requests_a_person: 0
  requests:
    - { employee: 1, id: 501, start: 2026-03-09, end: 2026-03-13, whos_out: missing }
    - { employee: 2, id: 502, start: 2026-03-16, end: 2026-03-18, whos_out: other_days }
    - employee: 3
      id: 503
      start: 2026-03-17
      whos_out: present
      events: [{ at: 2026-02-01T09:00:00, what: created }, { at: 2026-02-03T10:00:00, what: canceled }]
    - { employee: 7, id: 504, start: 2026-03-20, end: 2026-03-24, policy: Sick }
    - { employee: 5, id: 505, start: 2026-03-23, policy: Fertility treatment, whos_out: missing }
    - { employee: 6, id: 506, start: 2026-03-25, events: [{ at: 2024-02-01T09:00:00, what: created }] }
    - { employee: 8, id: 507, start: 2026-03-26, type: portionOnRange, portion: morning }
";

const DOCTOR: [&str; 12] = [
    "doctor",
    "leave.yaml",
    "--needed-only",
    "--since",
    "2025-09-01",
    "--until",
    "2026-03-31",
    "--from",
    "2026-03-01",
    "--to",
    "2026-03-31",
    "--in-flight=2",
];

#[test]
fn what_disagrees_is_told_by_its_kind_and_values_only_if_they_are_asked_for() {
    let tenant = tenant(PLANTED);
    std::fs::write(tenant.folder.path().join("leave.yaml"), MAPPING).unwrap();
    let run = |more: &[&str]| {
        let output = tenant.run(&[&DOCTOR[..], more].concat());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run(&[]);
    assert!(!text.contains("2026-03-16"), "{text}");
    snap().bind(|| assert_snapshot!("doctor__absences", text));
    let text = run(&["--show-values"]);
    assert!(!text.contains("Fertility"), "{text}");
    snap().bind(|| assert_snapshot!("doctor__absences_with_values", text));
    let answer: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    assert_eq!(answer["well"], false);
    assert_eq!(
        answer["absences"],
        json!({
            "from": "2026-03-01", "to": "2026-03-31", "since": "2025-09-01T00:00:00Z", "agreeing": 1,
            "disagreeing": {
                "only_request": [{ "request": "501" }, { "request": "505" }], "dates": [{ "request": "502" }], "status": [{ "request": "503" }],
            },
            "left_out": { "inactive": 0, "private": 1, "pending": 0, "before": 1, "unusable": 0 },
        })
    );
}

#[test]
fn where_both_agree_all_is_well_and_the_days_around_today_are_compared() {
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    let tenant = tenant(&format!("time_off: {{ requests_a_person: 0, requests: [{{ employee: 7, start: '{today}' }}] }}\n"));
    std::fs::write(tenant.folder.path().join("leave.yaml"), MAPPING).unwrap();
    let output = tenant.run(&["doctor", "leave.yaml", "--needed-only", "--since", "2020-01-01"]);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}{text}", said(&output));
    let days = |days| today.saturating_add(jiff::Span::new().days(days));
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = format!(
        "Who's out from {} to {}, held against the requests that the changes come to: 1 request agree",
        days(-7),
        days(14)
    );
    assert!(words.contains(&told), "{words}");
}

#[test]
fn a_feed_that_may_not_be_read_is_a_matter_of_its_permission() {
    let tenant = tenant("permissions: { unticked: [\"People's data > Time off > See who's out today > See who's out\"] }\n");
    std::fs::write(tenant.folder.path().join("leave.yaml"), MAPPING).unwrap();
    let output = tenant.run(&DOCTOR);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(text.contains("See who's out") && !text.contains("held against"), "{text}");
    assert!(tenant.sandbox.log().iter().filter(|entry| entry.status == 403).count() == 1);
    // Whoever reads no requests is not asked about them.
    let calls = tenant.sandbox.log().len();
    std::fs::write(tenant.folder.path().join("ids.yaml"), crate::live::IDS).unwrap();
    tenant.run(&["doctor", "ids.yaml", "--needed-only", "--in-flight=2"]);
    assert!(tenant.sandbox.log()[calls..].iter().all(|entry| !entry.path.contains("timeoff")));
}
