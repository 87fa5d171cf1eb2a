//! `dry-run --format ics`: calendars that other libraries read as they were meant.

use crate::snap::snap;
use assert_cmd::cargo::cargo_bin_cmd;
use icalendar::parser::{Component, read_calendar, unfold};
use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan, tz::TimeZoneDatabase};
use std::fmt::Write;
use std::process::Output;
use tempfile::TempDir;

/// Every field of the target, just as the record has it.
const MAPPING: &str = r#"mapping: events
format: 1
source: hibob.work_history
target: ical.event
key: uid
defaults: { personal: false }
fields:
  uid: $.uid
  stamp: $.stamp
  summary: $.summary
  description: $.description
  start_date: $.first
  last_date: $.last
  start: $.start
  end: $.end
  zone: $.zone
  status: { from: $.status, spellings: { CONFIRMED: [approved], TENTATIVE: [pending], CANCELLED: [canceled] } }
  sequence: $.sequence
  categories: $.categories
  transparency: { from: $.free, spellings: { TRANSPARENT: [true], OPAQUE: [false] } }
  class: { from: $.private, spellings: { PRIVATE: [true], PUBLIC: [false] } }
  organizer: $.organizer
  attendees: $.attendees
"#;

fn run(records: &str, more: &[&str]) -> (TempDir, Output) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("events.yaml"), MAPPING).unwrap();
    std::fs::write(folder.path().join("records.jsonl"), records).unwrap();
    let mut command = cargo_bin_cmd!("bobmap");
    // The machine's own zone and zone files must not matter.
    command.current_dir(folder.path()).env("TZ", "Pacific/Auckland");
    command.args(["dry-run", "events.yaml", "--records", "records.jsonl", "--format", "ics"]).args(more);
    let output = command.output().unwrap();
    (folder, output)
}

/// The calendar of records none of which is rejected.
fn calendar(records: &str) -> String {
    let (_, output) = run(records, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const SEVERAL: &str = r#"{"uid":"1@example.test","stamp":"2026-02-11T09:30:00.75+01:00","summary":"Zoë Ångström: Urlaub, und \\ ; mehr — über das Wochenende hinweg, bis in den nächsten Monat","description":"two\r\nlines","first":"2026-03-06","last":"2026-03-10","status":"approved","categories":["Time off","a,b;c"],"free":false,"private":false}
{"uid":"2@example.test","stamp":"1999-01-01T00:00:00Z","first":"2026-03-28","last":"2026-03-30","start":"2026-03-28T12:00:00Z","end":"2026-03-30T11:00:00Z","zone":"Europe/London","status":"pending","sequence":3}
{"uid":"3@example.test","stamp":"2026-02-11T09:30:00Z","first":"2018-11-03","start":"2018-11-03T15:00:00Z","end":"2018-11-04T14:00:00Z","zone":"america/sao_paulo","status":"canceled","private":true,"free":true}
{"uid":"4@example.test","stamp":"2026-02-11T09:30:00Z","first":"2026-03-06","start":"2026-03-06T06:15:00Z","end":"2026-03-06T10:00:00Z","zone":"+02:00","organizer":"hr@example.test","attendees":["a@example.test","b@example.test"]}
{"uid":"5@example.test","stamp":"2026-02-11T09:30:00Z","first":"2026-03-06","start":"2026-03-06T06:15:00Z","end":"2026-03-06T10:00:00Z"}
{"uid":"6@example.test","stamp":"2026-02-11T09:30:00Z","first":"2026-10-25","start":"2026-10-25T00:30:00Z","end":"2026-10-25T01:30:00Z","zone":"Europe/London"}
{"uid":"7@example.test","stamp":"2026-02-11T09:30:00Z","first":"2026-12-31","start":"2026-12-31T06:15:00Z"}
"#;

#[test]
fn days_times_and_zones_are_written_as_calendars_read_them() {
    let text = calendar(SEVERAL);
    assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77), "{text}");
    snap().bind(|| insta::assert_snapshot!("ics__several", text.replace("\r\n", "\n")));
}

#[test]
fn two_runs_are_the_same_to_the_byte_in_a_file_too() {
    let (folder, output) = run(SEVERAL, &["--out", "a.ics"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let written = std::fs::read_to_string(folder.path().join("a.ics")).unwrap();
    assert_eq!((written.as_str(), written.as_str()), (calendar(SEVERAL).as_str(), calendar(SEVERAL).as_str()));
    assert_eq!(calendar("[]").matches("\r\n").count(), 5, "a calendar without events is one");
}

/// The value of a component's property.
fn value<'c>(component: &'c Component<'_>, name: &str) -> Option<&'c str> {
    component.find_prop(name).map(|property| property.val.as_str())
}

#[test]
fn another_library_reads_what_was_meant() {
    let text = unfold(&calendar(SEVERAL));
    let read = read_calendar(&text).unwrap_or_else(|error| panic!("{error}"));
    let of = |name: &str| read.components.iter().filter(|component| component.name == name).collect::<Vec<_>>();
    let (zones, events) = (of("VTIMEZONE"), of("VEVENT"));
    let names: Vec<_> = zones.iter().filter_map(|zone| value(zone, "TZID")).collect();
    assert_eq!(names, ["America/Sao_Paulo", "Europe/London"]);
    assert_eq!((events.len(), read.components.len()), (7, 9));
    let summary = "Zoë Ångström: Urlaub, und \\ ; mehr — über das Wochenende hinweg, bis in den nächsten Monat";
    let summary_read = events[0].find_prop("SUMMARY").unwrap().val.clone().unescape_text();
    assert_eq!(summary_read.as_str(), summary);
    assert_eq!((value(events[0], "DTSTART"), value(events[0], "DTEND")), (Some("20260306"), Some("20260311")));
    assert_eq!((value(events[0], "DTSTAMP"), value(events[0], "SEQUENCE")), (Some("20260211T083000Z"), Some("824113800")));
    assert_eq!((value(events[1], "SEQUENCE"), value(events[2], "STATUS")), (Some("3"), Some("CANCELLED")));
    let owned = icalendar::Calendar::from(read);
    assert_eq!(owned.components.len(), 9);
}

/// One rule of a VTIMEZONE: from which moment on which offset counts, in seconds.
struct Rule {
    onset: i64,
    to: i64,
}

fn seconds(offset: &str) -> i64 {
    let digits = |range: std::ops::Range<usize>| offset.get(range).map_or(0, |digits| digits.parse::<i64>().unwrap());
    let size = digits(1..3) * 3600 + digits(3..5) * 60 + if offset.len() > 5 { digits(5..7) } else { 0 };
    if offset.starts_with('-') { -size } else { size }
}

/// Seconds of Unix time on a clock at UTC.
fn at_utc(text: &str) -> i64 {
    let local: DateTime = text.trim_end_matches('Z').parse().unwrap();
    local.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()
}

/// The moment of a property, by the definitions in the file alone: RFC 5545's own reading.
fn moment(event: &Component<'_>, property: &str, zones: &[(String, Vec<Rule>)]) -> i64 {
    let found = event.find_prop(property).unwrap();
    let Some(zone) = found.params.iter().find(|parameter| parameter.key == "TZID") else { return at_utc(found.val.as_str()) };
    let name = zone.val.as_ref().unwrap().as_str();
    let (_, rules) = zones.iter().find(|(known, _)| known == name).expect("every TZID is defined");
    let local = at_utc(found.val.as_str());
    let fits = |(at, rule): (usize, &Rule)| {
        let moment = local - rule.to;
        let until = rules.get(at + 1).map_or(i64::MAX, |next| next.onset);
        (rule.onset <= moment && moment < until).then_some(moment)
    };
    rules.iter().enumerate().filter_map(fits).min().unwrap_or_else(|| panic!("{name} has no rule for {}", found.val.as_str()))
}

#[test]
fn every_moment_can_be_told_from_the_zones_in_the_file() {
    let zones = [
        "Europe/London",
        "Europe/Dublin",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
        "America/New_York",
        "Australia/Lord_Howe",
        "Atlantic/Azores",
        "America/Havana",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Tokyo",
        "Antarctica/Troll",
    ];
    let database = TimeZoneDatabase::bundled();
    let (mut records, mut meant) = (String::new(), Vec::new());
    for name in zones {
        let zone = database.get(name).unwrap();
        // Around each change of the clocks from 2010 to 2030, and on days between them.
        let changes = zone.following("2010-01-01T00:00:00Z".parse().unwrap()).take(42).map(|change| change.timestamp());
        let plain = (0..20).map(|year| format!("{}-06-15T10:00:00Z", 2010 + year).parse::<Timestamp>().unwrap());
        for moment in changes.chain(plain).filter(|moment| moment.as_second() < at_utc("2030-01-01T00:00:00")) {
            for hours in [-2i64, -1, 0, 1] {
                let start = moment + hours.hours();
                let (number, end) = (meant.len(), start + 90.minutes());
                let day = start.to_zoned(zone.clone()).date();
                writeln!(
                    records,
                    r#"{{"uid":"{number}","stamp":"2026-01-01T00:00:00Z","first":"{day}","start":"{start}","end":"{end}","zone":"{name}"}}"#
                )
                .unwrap();
                meant.push((start.as_second(), end.as_second()));
            }
        }
    }
    assert!(meant.len() > 1000);
    let text = unfold(&calendar(&records));
    let read = read_calendar(&text).unwrap_or_else(|error| panic!("{error}"));
    let defined: Vec<(String, Vec<Rule>)> = read
        .components
        .iter()
        .filter(|component| component.name == "VTIMEZONE")
        .map(|zone| {
            let rule = |part: &Component<'_>| Rule {
                onset: at_utc(value(part, "DTSTART").unwrap()) - seconds(value(part, "TZOFFSETFROM").unwrap()),
                to: seconds(value(part, "TZOFFSETTO").unwrap()),
            };
            (value(zone, "TZID").unwrap().to_owned(), zone.components.iter().map(rule).collect())
        })
        .collect();
    assert_eq!(defined.len(), zones.len());
    assert!(defined.iter().all(|(_, rules)| rules.windows(2).all(|pair| pair[0].onset < pair[1].onset)));
    let events = read.components.iter().filter(|component| component.name == "VEVENT");
    let mut in_zones = 0;
    for (event, (start, end)) in events.zip(&meant) {
        assert_eq!((moment(event, "DTSTART", &defined), moment(event, "DTEND", &defined)), (*start, *end));
        in_zones += usize::from(!value(event, "DTSTART").unwrap().ends_with('Z'));
    }
    // Only the second of two times that are alike is written in UTC.
    assert!(in_zones * 10 > meant.len() * 8, "{in_zones} of {}", meant.len());
}

#[test]
fn what_is_no_event_is_rejected_for_its_reason_and_the_rest_is_written() {
    for (record, words) in [
        (r#""first":"2026-03-06","last":"2026-03-05""#, "`last_date` is before `start_date`"),
        (r#""first":"9999-12-31""#, "`last_date` is the last day there is"),
        (r#""first":"2026-03-06","start":"2026-03-06T12:00:00Z","end":"2026-03-06T12:00:00.9Z""#, "`end` is not after `start`"),
        (
            r#""first":"2026-03-06","start":"2026-03-06T12:00:00Z","end":"2026-03-06T13:00:00Z","zone":"Secret/Place""#,
            "`zone` is no time zone of the IANA database",
        ),
        (r#""first":"2026-03-06","sequence":-1"#, "`sequence` is not a number from 0 to 2147483647"),
        (r#""first":"2026-03-06","sequence":2147483648"#, "`sequence` is not a number from 0 to 2147483647"),
        (r#""last":"2026-03-06""#, "start_date: no value"),
    ] {
        let stamp = r#""stamp":"2026-01-01T00:00:00Z""#;
        let good = format!("{{\"uid\":\"good\",{stamp},\"first\":\"2026-03-06\"}}");
        let (_, output) = run(&format!("{{\"uid\":\"bad\",{stamp},{record}}}\n{good}\n"), &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{record}: {said}");
        assert!(said.contains(words) && !said.contains("Secret"), "{record}: {said}");
        let written = String::from_utf8(output.stdout).unwrap();
        assert!(written.contains("UID:good\r\n") && !written.contains("bad"), "{written}");
    }
}

#[test]
fn rows_that_are_no_events_make_no_calendar() {
    let (folder, _) = run("", &[]);
    for (from, words) in
        [("target: ical.event\n", "`events` has no target"), ("target: ical.event\n", "`events` has the target merge.time_off")]
    {
        let target = if words.contains("merge") { "target: merge.time_off\n" } else { "" };
        let head = MAPPING.split("fields:").next().unwrap().replace(from, target).replace("key: uid", "key: remote_id");
        std::fs::write(folder.path().join("events.yaml"), format!("{head}fields:\n  remote_id: $.uid\n")).unwrap();
        let mut command = cargo_bin_cmd!("bobmap");
        command.current_dir(folder.path()).args(["dry-run", "events.yaml", "--records", "records.jsonl", "--format", "ics"]);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--format ics writes events") && said.contains(words), "{said}");
    }
}
