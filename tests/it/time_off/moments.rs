//! Start and end as moments: each half day across each change of the clocks.

use super::{completed, request, settings};
use bobmap::time_off::{SiteZones, find_zone};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

fn row(zone: &str, date: Date, start: &str, end: &str) -> Value {
    json!({
        "requestId": 1, "employeeId": "7", "type": "days", "startDate": date.to_string(), "startPortion": start,
        "endDate": date.to_string(), "endPortion": end, "timeZone": zone,
    })
}

/// The first second at which a clock in the zone shows this time of the date or a later one: looked for second by second, once
/// the five minutes are found in which it lies. Nowhere do clocks go back by less.
fn first_moment(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    let wanted = date.to_datetime(time);
    let mut at = TimeZone::UTC.to_timestamp(wanted).unwrap() - 30.hours();
    while zone.to_datetime(at) < wanted {
        at += 5.minutes();
    }
    let seconds = at.as_second() - 300..=at.as_second();
    seconds.map(|second| Timestamp::from_second(second).unwrap()).find(|at| zone.to_datetime(*at) >= wanted).unwrap()
}

#[test]
fn half_days_across_each_change_of_the_clocks_begin_and_end_when_they_should() {
    let mut changes = 0;
    for (name, from, to) in [
        ("Europe/London", "1995-01-01", "2027-01-01"),
        ("America/Sao_Paulo", "1985-01-01", "2020-01-01"),
        ("Asia/Kathmandu", "1919-01-01", "1990-01-01"),
        // Clocks that go back at midnight, and a day that was left out.
        ("America/Havana", "2010-01-01", "2020-01-01"),
        ("Pacific/Apia", "2011-01-01", "2013-01-01"),
    ] {
        let zone = TimeZone::get(name).unwrap();
        let moment = |date: &str| TimeZone::UTC.to_timestamp(date.parse::<Date>().unwrap().at(0, 0, 0, 0)).unwrap();
        let dates = zone.following(moment(from)).map(|change| change.timestamp()).take_while(|at| *at < moment(to));
        let dates: Vec<Date> = dates.map(|at| zone.to_datetime(at).date()).collect();
        for date in dates.iter().flat_map(|date| [date.yesterday().unwrap(), *date, date.tomorrow().unwrap()]) {
            let (midnight, noon) = (Time::midnight(), Time::constant(12, 0, 0, 0));
            let next = date.tomorrow().unwrap();
            for (start, end, begins, ends) in [
                ("morning", "morning", (date, midnight), (date, noon)),
                ("afternoon", "afternoon", (date, noon), (next, midnight)),
                ("all_day", "all_day", (date, midnight), (next, midnight)),
            ] {
                let found = request(&row(name, date, start, end), &[]);
                for (side, (day, time)) in [("start", begins), ("end", ends)] {
                    let expected = first_moment(&zone, day, time);
                    assert_eq!(found[side]["instant"].as_str().unwrap(), expected.to_string(), "{name} {date} {start} {side}");
                    let offset = zone.to_offset(expected);
                    assert_eq!(found[side]["local"].as_str().unwrap(), expected.display_with_offset(offset).to_string());
                    assert_eq!(found[side]["civil"].as_str().unwrap(), day.to_datetime(time).to_string());
                    assert_eq!(found[side]["date"].as_str().unwrap(), date.to_string());
                }
            }
            changes += 1;
        }
    }
    assert!(changes > 300, "{changes}");
}

#[test]
fn the_days_of_a_range_are_dates_however_long_they_are() {
    // Clocks change on the night to the 29th: that day has 23 hours, and is one day.
    let mut row = row("Europe/London", "2026-03-28".parse().unwrap(), "afternoon", "morning");
    row["endDate"] = "2026-03-30".into();
    row["totalDuration"] = 2.into();
    let found = request(&row, &[]);
    assert_eq!(found["start"]["local"], "2026-03-28T12:00:00+00:00");
    assert_eq!(found["end"]["local"], "2026-03-30T12:00:00+01:00");
    let days: Vec<(&Value, &Value)> =
        found["days"].as_array().unwrap().iter().map(|day| (&day["date"], &day["duration"])).collect();
    assert_eq!(
        days,
        [(&json!("2026-03-28"), &json!(0.5)), (&json!("2026-03-29"), &json!(1)), (&json!("2026-03-30"), &json!(0.5))]
    );
}

#[test]
fn the_zone_is_the_requests_then_the_persons_then_the_sites_then_the_given_one() {
    let person = json!({ "id": "7", "timeZone": "Asia/Tokyo", "work": { "site": "London", "siteId": 12 } });
    let at_site = |site: Value| json!({ "id": "7", "work": site });
    let date = "2026-07-06".parse().unwrap();
    let mut open = row("", date, "all_day", "all_day");
    open["timeZone"] = Value::Null;
    let with = |name: &str, value: &str| {
        let mut row = open.clone();
        row[name] = value.into();
        row
    };
    let mut sites = SiteZones::default();
    assert!(sites.add("london", find_zone("Europe/London").unwrap()) && sites.add("12", find_zone("Asia/Dubai").unwrap()));
    assert!(!sites.add("LONDON", find_zone("UTC").unwrap()));
    let given = Some(find_zone("America/New_York").unwrap());
    let zone = |row: &Value, people: &[Value], sites: &SiteZones, given: &Option<_>| {
        let (found, tally) = completed(row, people, settings(sites.clone(), given.clone()));
        format!("{} {} {}{}", found["zone"], found["zoneFrom"], tally.unknown_zones, tally.without_zone).replace('"', "")
    };
    for (row, people, expected) in [
        (with("timeZone", "europe/paris"), vec![person.clone()], "Europe/Paris request 00"),
        (with("timeZoneOffset", "GMT -5:00"), vec![person.clone()], "-05:00 request 00"),
        (with("timeZone", "Mars/Olympus"), vec![person.clone()], "Asia/Tokyo person 10"),
        (open.clone(), vec![person.clone()], "Asia/Tokyo person 00"),
        (open.clone(), vec![at_site(json!({ "site": "London", "siteId": 12 }))], "Europe/London site 00"),
        (open.clone(), vec![at_site(json!({ "site": "Paris", "siteId": 12 }))], "Asia/Dubai site 00"),
        (open.clone(), vec![at_site(json!({ "site": "Paris" }))], "America/New_York given 00"),
    ] {
        assert_eq!(zone(&row, &people, &sites, &given), expected);
    }
    assert_eq!(zone(&open, &[], &SiteZones::default(), &None), "null null 01");
    let (found, _) = completed(&open, &[], settings(SiteZones::default(), None));
    assert_eq!(found["start"], json!({ "date": "2026-07-06", "civil": "2026-07-06T00:00:00", "instant": null, "local": null }));
}

#[test]
fn hours_of_the_clock_that_hibob_names_are_the_start_and_the_end() {
    let row = json!({
        "requestId": 1, "employeeId": "7", "type": "specificHoursDayDurations", "startDate": "2026-03-27", "endDate": "2026-03-28",
        "durationUnit": "hours", "totalCost": 10, "timeZone": "Europe/London",
        "durations": [
            {"date": "2026-03-28", "localStartTime": "20:00", "localEndTime": "02:00"},
            {"date": "2026-03-27", "startTime": "09:00:00", "endTime": "11:00:00"},
            {"date": "2026-03-27", "from": "13:00", "to": "15:00"},
        ],
    });
    let found = request(&row, &[]);
    assert_eq!(found["start"]["local"], "2026-03-27T09:00:00+00:00");
    // Over midnight, into the night in which the hour from one to two is left out.
    assert_eq!(
        (&found["end"]["civil"], &found["end"]["local"]),
        (&json!("2026-03-29T02:00:00"), &json!("2026-03-29T02:00:00+01:00"))
    );
    let amounts: Vec<&Value> = found["days"].as_array().unwrap().iter().map(|day| &day["amount"]).collect();
    assert_eq!(amounts, [&json!(4), &json!(6)]);
}
