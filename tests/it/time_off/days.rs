//! What falls on each day adds up to the total, whatever the total and the person's week.

use super::{completed, person, request, settings, written};
use bigdecimal::BigDecimal;
use bobmap::time_off::{Kind, SiteZones};
use bobmap::value::json::{Data, Tree};
use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq};
use proptest::{array, collection::vec, option, proptest, sample::select};
use serde_json::{Value, json};

fn sum(days: &Value, name: &str) -> BigDecimal {
    days.as_array().unwrap().iter().map(|day| day[name].to_string().parse::<BigDecimal>().unwrap()).sum()
}

/// The sum of the days' numbers as they are written.
fn exact_sum(request: &str, name: &str) -> BigDecimal {
    let tree = Tree::parse(request).unwrap();
    let Data::Array(days) = &tree.get("days").unwrap().data else { panic!("{request}") };
    days.iter().map(|day| day.get(name).unwrap().raw.parse::<BigDecimal>().unwrap()).sum()
}

/// Dates, portions and amounts, and a star where they are estimated.
fn told(request: &Value) -> String {
    let day = |day: &Value| {
        let star = if day["estimated"].as_bool().unwrap() { "*" } else { "" };
        format!("{} {} {}{star}", &day["date"].as_str().unwrap()[5..], day["portion"].as_str().unwrap(), day["amount"])
    };
    request["days"].as_array().unwrap().iter().map(day).collect::<Vec<_>>().join(", ")
}

fn days(from: &str, to: &str, cost: Value, more: Value) -> Value {
    let mut row = json!({
        "requestId": 1, "employeeId": "7", "policyTypeDisplayName": "Holiday", "type": "days", "startDate": from, "endDate": to,
        "durationUnit": "days", "totalCost": cost,
    });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

const FULL: [f64; 7] = [8.0, 8.0, 8.0, 8.0, 8.0, 0.0, 0.0];

#[test]
fn three_and_a_half_days_thirds_part_timers_and_holidays_add_up() {
    let half = days("2026-07-09", "2026-07-14", json!(3.5), json!({ "startPortion": "afternoon" }));
    assert_eq!(
        told(&request(&half, &[person("7", FULL)])),
        "07-09 afternoon 0.5*, 07-10 all_day 1*, 07-11 all_day 0*, 07-12 all_day 0*, 07-13 all_day 1*, 07-14 all_day 1*"
    );
    let third = days("2026-07-07", "2026-07-09", json!(1), json!({}));
    assert_eq!(told(&request(&third, &[person("7", FULL)])), "07-07 all_day 0.34*, 07-08 all_day 0.33*, 07-09 all_day 0.33*");
    // Works on Mondays, Wednesdays and, half, on Thursdays.
    let part_time = days("2026-07-06", "2026-07-10", json!(14), json!({ "durationUnit": "hours" }));
    let people = [person("7", [6.0, 0.0, 6.0, 3.0, 0.0, 0.0, 0.0])];
    assert_eq!(
        told(&request(&part_time, &people)),
        "07-06 all_day 5.6*, 07-07 all_day 0*, 07-08 all_day 5.6*, 07-09 all_day 2.8*, 07-10 all_day 0*"
    );
    // A holiday in the middle costs nothing, and only HiBob knows on which of the days it lies.
    let holiday = days("2026-07-06", "2026-07-10", json!(4), json!({ "totalDuration": 5 }));
    let found = request(&holiday, &[person("7", FULL)]);
    assert_eq!(
        told(&found),
        "07-06 all_day 0.8*, 07-07 all_day 0.8*, 07-08 all_day 0.8*, 07-09 all_day 0.8*, 07-10 all_day 0.8*"
    );
    assert_eq!(sum(&found["days"], "duration"), BigDecimal::from(5));
    let known = json!({ "durations": [
        {"date": "2026-07-06", "duration": 1, "cost": 1}, {"date": "2026-07-07", "duration": 1, "cost": 1},
        {"date": "2026-07-08", "duration": 1, "cost": 0}, {"date": "2026-07-09", "duration": 1, "cost": 1},
        {"date": "2026-07-10", "duration": 1, "cost": 1},
    ]});
    let known = days("2026-07-06", "2026-07-10", json!(4), known);
    assert_eq!(
        told(&request(&known, &[person("7", FULL)])),
        "07-06 all_day 1, 07-07 all_day 1, 07-08 all_day 0, 07-09 all_day 1, 07-10 all_day 1"
    );
}

#[test]
fn who_works_on_none_of_the_days_has_them_all_alike() {
    let weekend = days("2026-07-11", "2026-07-12", json!(1), json!({ "endPortion": "morning" }));
    assert_eq!(told(&request(&weekend, &[person("7", FULL)])), "07-11 all_day 0.67*, 07-12 morning 0.33*");
}

#[test]
fn where_days_off_count_they_have_their_share_and_no_day_has_more_than_there_is_of_it() {
    // Friday to Monday, booked by the calendar.
    let calendar = days("2026-07-10", "2026-07-13", json!(4), json!({ "totalDuration": 4 }));
    let (found, tally) = completed(&calendar, &[person("7", FULL)], settings(SiteZones::default(), None));
    assert_eq!(told(&found), "07-10 all_day 1*, 07-11 all_day 1*, 07-12 all_day 1*, 07-13 all_day 1*");
    assert_eq!((tally.disagreeing, tally.assumed_patterns), (0, 0));
    // Nobody's pattern is needed for that.
    let (unknown, tally) = completed(&calendar, &[], settings(SiteZones::default(), None));
    assert_eq!((told(&unknown), tally.assumed_patterns), (told(&found), 0));
    let halves = json!({ "startPortion": "afternoon", "endPortion": "morning", "totalDuration": 3 });
    let halves = days("2026-07-10", "2026-07-13", json!(3), halves);
    assert_eq!(
        told(&request(&halves, &[person("7", FULL)])),
        "07-10 afternoon 0.5*, 07-11 all_day 1*, 07-12 all_day 1*, 07-13 morning 0.5*"
    );
    // Without a cost there is the length alone; working days that hold the total have all of it.
    let length = days("2026-07-10", "2026-07-13", Value::Null, json!({ "totalDuration": 4 }));
    assert_eq!(told(&request(&length, &[person("7", FULL)])), told(&found));
    let worked = days("2026-07-10", "2026-07-13", json!(2), json!({ "totalDuration": 4 }));
    assert_eq!(
        told(&request(&worked, &[person("7", FULL)])),
        "07-10 all_day 1*, 07-11 all_day 0*, 07-12 all_day 0*, 07-13 all_day 1*"
    );
    let quarters = json!({ "type": "percentageOnRange", "percentageOfDay": 25, "totalDuration": 1 });
    assert_eq!(
        told(&request(&days("2026-07-10", "2026-07-13", json!(1), quarters), &[person("7", FULL)])),
        "07-10 percentage 0.25*, 07-11 percentage 0.25*, 07-12 percentage 0.25*, 07-13 percentage 0.25*"
    );
}

#[test]
fn in_hours_a_day_off_is_as_long_as_the_persons_days_are() {
    let of = |cost: Value, duration: Value| {
        let row = days("2026-07-10", "2026-07-13", cost, json!({ "durationUnit": "hours", "totalDuration": duration }));
        // Six hours on Mondays, four on Fridays.
        let found = request(&row, &[person("7", [6.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0])]);
        let durations: Vec<String> = found["days"].as_array().unwrap().iter().map(|day| day["duration"].to_string()).collect();
        (told(&found).replace(" all_day", "").replace("07-", ""), durations.join(" "))
    };
    let told = |amounts: &str, durations: &str| (amounts.to_owned(), durations.to_owned());
    assert_eq!(of(json!(10), json!(20)), told("10 4*, 11 0*, 12 0*, 13 6*", "4 5 5 6"));
    assert_eq!(of(json!(20), json!(20)), told("10 4*, 11 5*, 12 5*, 13 6*", "4 5 5 6"));
    // Both totals are the working days'.
    assert_eq!(of(json!(10), json!(10)), told("10 4*, 11 0*, 12 0*, 13 6*", "4 0 0 6"));
    // A longer day than the pattern knows makes no day off a working day.
    assert_eq!(of(json!(11), json!(11)), told("10 4.4*, 11 0*, 12 0*, 13 6.6*", "4.4 0 0 6.6"));
}

#[test]
fn a_single_day_takes_the_whole_total_and_nothing_is_estimated() {
    for (portion, cost) in [("all_day", json!(1)), ("morning", json!(0.5)), ("afternoon", json!(0.44))] {
        let one = days("2026-07-06", "2026-07-06", cost.clone(), json!({ "startPortion": portion, "endPortion": portion }));
        assert_eq!(told(&request(&one, &[])), format!("07-06 {portion} {cost}"));
    }
}

#[test]
fn daily_durations_that_disagree_are_scaled_to_the_total_and_counted() {
    let daily = |durations: Value, cost: Value| {
        let row = days(
            "2026-07-06",
            "2026-07-07",
            cost,
            json!({ "type": "differentDayDurations", "durationUnit": "hours", "durations": durations }),
        );
        let (value, tally) = completed(&row, &[person("7", FULL)], settings(SiteZones::default(), None));
        (told(&value), tally.disagreeing)
    };
    let hours =
        |first: f64, second: f64| json!([{"date": "2026-07-06", "hours": first}, {"date": "2026-07-07", "hours": second}]);
    assert_eq!(daily(hours(2.0, 3.0), json!(5)), ("07-06 hours 2, 07-07 hours 3".to_owned(), 0));
    assert_eq!(daily(hours(2.0, 3.0), json!(10)), ("07-06 hours 4*, 07-07 hours 6*".to_owned(), 1));
    assert_eq!(daily(hours(0.0, 0.0), json!(5)), ("07-06 hours 2.5*, 07-07 hours 2.5*".to_owned(), 1));
    // Thirds of an hour, each rounded, still agree.
    let thirds = json!([{"date": "2026-07-06", "hours": 0, "minutes": 20}, {"date": "2026-07-07", "hours": 0, "minutes": 20}]);
    assert_eq!(daily(thirds, json!(0.67)), ("07-06 hours 0.34, 07-07 hours 0.33".to_owned(), 0));
    let astray = json!([{"date": "2026-07-06", "hours": 5}, {"date": "2027-01-01", "hours": 1}, "odd"]);
    assert_eq!(daily(astray, json!(5)), ("07-06 hours 5*, 07-07 all_day 0*".to_owned(), 1));
}

#[test]
fn a_total_that_the_dates_do_not_hold_is_counted() {
    for (cost, duration, disagrees) in [(3, 3, 0), (2, 3, 0), (4, 4, 1), (2, 9, 1), (3, 2, 1)] {
        let row = days("2026-07-06", "2026-07-08", json!(cost), json!({ "totalDuration": duration }));
        let (value, tally) = completed(&row, &[person("7", FULL)], settings(SiteZones::default(), None));
        assert_eq!(tally.disagreeing, disagrees, "{cost} of {duration}");
        assert_eq!(sum(&value["days"], "amount"), BigDecimal::from(cost));
        assert_eq!(sum(&value["days"], "duration"), BigDecimal::from(duration));
    }
}

#[test]
fn without_totals_the_days_are_what_the_dates_and_the_pattern_say() {
    let mut row = days("2026-07-09", "2026-07-13", Value::Null, json!({ "endPortion": "morning" }));
    assert_eq!(
        told(&request(&row, &[person("7", FULL)])),
        "07-09 all_day 1*, 07-10 all_day 1*, 07-11 all_day 0*, 07-12 all_day 0*, 07-13 morning 0.5*"
    );
    row["durationUnit"] = "hours".into();
    assert_eq!(
        told(&request(&row, &[person("7", FULL)])),
        "07-09 all_day 8*, 07-10 all_day 8*, 07-11 all_day 0*, 07-12 all_day 0*, 07-13 morning 4*"
    );
    // Hours of nobody's day are never made up.
    let (value, tally) = completed(&row, &[], settings(SiteZones::default(), None));
    assert_eq!((told(&value).as_str(), tally.without_total), ("", 1));
}

#[test]
fn ranges_of_more_than_ten_years_have_no_days() {
    let (value, tally) =
        completed(&days("2020-01-01", "2031-01-01", json!(7), json!({})), &[], settings(SiteZones::default(), None));
    assert_eq!((told(&value).as_str(), tally.too_long), ("", 1));
    assert_eq!(value["end"]["civil"], "2031-01-02T00:00:00");
    // The last year that there is stands for no end.
    let open = request(&days("2026-07-06", "9999-12-31", Value::Null, json!({})), &[]);
    assert_eq!((&open["end"], &open["days"]), (&Value::Null, &json!([])));
}

/// Totals with up to three decimals, and thirds as floats write them.
fn total() -> impl Strategy<Value = Value> {
    let thirds = [json!(0.3333333333333333), json!(2.6666666666666665), json!(3.5), json!(0), json!(1), json!(-1.5)];
    let any_total = (0..40_000i64, 0..4i64).prop_map(|(digits, scale)| {
        let number = BigDecimal::new(digits.into(), scale);
        serde_json::from_str(&number.to_plain_string()).unwrap()
    });
    proptest::prop_oneof![any_total, select(thirds.to_vec())]
}

fn entry() -> impl Strategy<Value = Value> {
    let number = || (0..900i64).prop_map(|hundredths| json!(hundredths as f64 / 100.0));
    proptest::prop_oneof![
        (0..9u8, option::of(0..60u8)).prop_map(|(hours, minutes)| json!({ "hours": hours, "minutes": minutes })),
        select(vec!["all_day", "morning", "afternoon"]).prop_map(|portion| json!({ "portion": portion })),
        (0..101u8).prop_map(|percentage| json!({ "percentage": percentage })),
        (number(), option::of(number())).prop_map(|(duration, cost)| json!({ "duration": duration, "cost": cost })),
        number().prop_map(|amount| json!({ "amount": amount })),
        Just(json!({ "from": "09:00", "to": "11:30" })),
        Just(json!({ "startTime": "22:00:00", "endTime": "06:00:00" })),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_days_add_up_to_the_totals_exactly(
        kind in select(Kind::ALL.to_vec()),
        start in 0..800i64,
        length in 0..40i64,
        (cost, duration) in (option::of(total()), option::of(total())),
        unit in select(vec!["days", "hours"]),
        week in option::of(array::uniform7(select(vec![0.0, 0.0, 4.0, 7.5, 8.0]))),
        portions in (select(vec!["all_day", "morning", "afternoon"]), select(vec!["all_day", "morning", "afternoon"])),
        daily in vec(option::of(entry()), 0..45),
        (hours, percentage) in (option::of(0..9u8), option::of(0..101u8)),
        given_days in any::<bool>(),
    ) {
        let first: Date = "2025-01-01".parse::<Date>().unwrap() + start.days();
        let last = first + length.days();
        let entries = daily.into_iter().enumerate().filter_map(|(at, entry)| {
            let mut entry = entry?;
            entry["date"] = (first + (at as i64).days()).to_string().into();
            Some(entry)
        });
        let durations: Vec<Value> = entries.collect();
        let mut row = json!({
            "requestId": 1, "employeeId": "7", "type": kind.word(), "durationUnit": unit, "startPortion": portions.0,
            "endPortion": portions.1, "dayPortion": portions.0, "dailyHours": hours, "percentageOfDay": percentage,
            "startDate": first.to_string(), "totalCost": cost, "totalDuration": duration,
            "endDate": (kind != Kind::OpenEnded).then(|| last.to_string()),
        });
        if given_days || kind.is_daily() {
            row["durations"] = durations.into();
        }
        if kind == Kind::Hours {
            row["endDate"] = first.to_string().into();
        }
        let people: Vec<Value> = week.into_iter().map(|week| person("7", week)).collect();
        let (text, _) = written(&row, &people, settings(SiteZones::default(), None));
        let found: Value = serde_json::from_str(&text).unwrap();
        let days = found["days"].as_array().unwrap();
        if found.get("fault").is_some() {
            // Noon to noon of one day.
            prop_assert_eq!(&found["fault"], "the request's end lies before its start");
            return Ok(());
        }
        prop_assert!(found["start"]["civil"].is_string());
        prop_assert_eq!(found["end"].is_null(), kind == Kind::OpenEnded);
        if !days.is_empty() {
            if let Some(total) = cost.as_ref().or(duration.as_ref()) {
                prop_assert_eq!(exact_sum(&text, "amount"), total.to_string().parse::<BigDecimal>().unwrap());
            }
            if let Some(duration) = &duration {
                prop_assert_eq!(exact_sum(&text, "duration"), duration.to_string().parse::<BigDecimal>().unwrap());
            }
            let portion = |day: &Value| match day["portion"].as_str() {
                Some("all_day") => Some(1.0),
                Some("morning" | "afternoon") => Some(0.5),
                _ => None,
            };
            let portions: Option<Vec<f64>> = days.iter().map(portion).collect();
            if let Some(portions) = portions.filter(|_| unit == "days" && row.get("durations").is_none())
                && let Some(total) = cost.as_ref().or(duration.as_ref()).and_then(Value::as_f64)
                && total <= portions.iter().sum()
            {
                for (day, portion) in days.iter().zip(portions) {
                    prop_assert!(day["amount"].as_f64().unwrap() <= portion + 0.02, "{day}");
                }
            }
            for (at, day) in days.iter().enumerate() {
                prop_assert_eq!(day["date"].as_str().unwrap(), (first + (at as i64).days()).to_string());
                prop_assert_eq!(day["unit"].as_str().unwrap(), unit);
            }
        }
        let listed = kind == Kind::OpenEnded || days.len() as i64 == if kind == Kind::Hours { 1 } else { length + 1 };
        let says_something = cost.is_some() || duration.is_some();
        prop_assert!(listed || !says_something && days.is_empty(), "{} days", days.len());
    }
}
