//! What a scenario says of time off.

use super::{EVERYTHING, feed, listed, sandbox, whos_out};
use crate::sandbox::get;
use bobmap::sandbox::Sandbox;
use serde_json::{Value, json};

/// A sandbox in which nobody asks for time off but in these requests.
fn planted(requests: &str) -> Sandbox {
    sandbox(&format!("time_off:\n  requests_a_person: 0\n  requests:\n{requests}"))
}

fn amounts(one: &Value, key: &str) -> Vec<String> {
    one["days"].as_array().unwrap().iter().map(|day| day[key].to_string()).collect()
}

#[test]
fn nobody_is_out_where_the_scenario_says_so() {
    let sandbox = sandbox("time_off: { requests_a_person: 0 }\n");
    assert!(feed(&sandbox).is_empty() && sandbox.time_off_truth().is_empty());
    assert!(whos_out(&sandbox, "2018-01-01", "2027-12-31", EVERYTHING).is_empty());
    assert!(listed(&sandbox, "/timeoff/outtoday", "outs").is_empty());
}

#[test]
fn more_requests_a_person_are_more_requests() {
    let count = |number: u64| sandbox(&format!("time_off: {{ requests_a_person: {number} }}\n")).time_off_truth().len();
    assert!(count(1) < count(6) && count(6) < count(60));
}

#[test]
fn a_request_has_the_story_that_the_scenario_tells() {
    let sandbox = planted(
        "    - employee: 1
      id: 4125836
      start: 2026-07-09
      start_portion: afternoon
      end: 2026-07-12
      end_portion: morning
      time_zone: America/Sao_Paulo
      events:
        - { at: 2026-01-05T10:00:00, what: pending }
        - { at: 2026-01-06T10:00:00.25, what: created }
        - { at: 2026-01-07T10:00:00, what: edited, end: 2026-07-10, end_portion: all_day }
        - { at: 2026-01-08T10:00:00, what: canceled }
",
    );
    let id = Sandbox::employee_id(1);
    let rows = feed(&sandbox);
    let told: Vec<_> = rows.iter().map(|row| (row["changeType"].as_str().unwrap(), row["requestId"].as_u64().unwrap())).collect();
    assert_eq!(
        told,
        [("Pending", 4125836), ("Created", 4125836), ("Canceled", 4125836), ("Created", 4125837), ("Canceled", 4125837)]
    );
    assert_eq!(rows[1]["createdOn"], "2026-01-06T10:00:00.25");
    assert_eq!((&rows[1]["totalDuration"], &rows[1]["totalCost"]), (&json!(3), &json!(1.5)));
    assert_eq!((&rows[4]["totalDuration"], &rows[4]["endDate"]), (&json!(1.5), &json!("2026-07-10")));
    assert_eq!((&rows[3]["previousRequestId"], &rows[3]["timeZone"]), (&json!(4125836), &json!("America/Sao_Paulo")));
    let truth = sandbox.time_off_truth();
    assert_eq!((truth.len(), &truth[0]["status"], &truth[0]["requestId"]), (1, &json!("canceled"), &json!(4125837)));
    assert!(whos_out(&sandbox, "2026-07-01", "2026-07-31", EVERYTHING).is_empty());
    assert_eq!(get(&sandbox, &format!("/timeoff/employees/{id}/requests/4125837")).json()["status"], "canceled");
}

#[test]
fn each_type_is_counted_in_its_own_way() {
    // A week from Monday on, with two holidays at its end, of somebody in London.
    let week = "employee: 1, start: 2025-12-22, end: 2025-12-28";
    let sandbox = planted(&format!(
        "    - {{ {week} }}
    - {{ {week}, type: portionOnRange, portion: afternoon }}
    - {{ {week}, type: percentageOnRange, percent: 33 }}
    - {{ {week}, type: hoursOnRange, minutes: 150, policy: Time in lieu }}
    - {{ employee: 1, start: 2025-12-22, type: hours, minutes: 140, policy: Time in lieu }}
    - {{ {week}, type: differentDayDurations, daily_minutes: [60, 0, 45], policy: Time in lieu }}
    - {{ {week}, type: specificHoursDayDurations, daily_minutes: [120, 120, 120], policy: Time in lieu }}
    - {{ {week}, type: differentSpecificHoursDayDurations, daily_minutes: [480, 0, 30], policy: Time in lieu }}
    - {{ {week}, type: openEnded, start_portion: afternoon }}
    - {{ {week}, policy: Parental leave }}
    - {{ {week}, policy: Time in lieu }}
    - {{ {week}, total_cost: 1 }}
    - {{ employee: 35, start: 2025-12-22, end: 2025-12-28 }}
    - {{ employee: 26, start: 2025-12-22, end: 2025-12-28, policy: Time in lieu }}
"
    ));
    let truth = sandbox.time_off_truth();
    let totals: Vec<_> = truth.iter().map(|one| format!("{} {}", one["totalDuration"], one["totalCost"])).collect();
    let expected = [
        "7 3",
        "3.5 1.5",
        "2.31 0.99",
        "17.5 7.5",
        "2.33 2.33",
        "1.75 1.75",
        "6 6",
        "8.5 8.5",
        "null null",
        "7 7",
        "56 24",
        "7 1",
        "7 3",
        "28 16",
    ];
    assert_eq!(totals, expected);
    assert_eq!(amounts(&truth[11], "amount"), ["0.34", "0.33", "0.33", "0", "0", "0", "0"]);
    assert_eq!(truth[8]["days"], json!([]));
    assert!(truth[8]["endDate"].is_null());
    let days =
        get(&sandbox, &format!("/timeoff/employees/{}/requests/9000061?includeDailyDurations=true", Sandbox::employee_id(1)))
            .json();
    assert_eq!(
        days["durations"][0],
        json!({ "date": "2025-12-22", "localStartTime": "09:00", "localEndTime": "11:00", "hours": 2, "minutes": 0, "duration": 2, "cost": 2 })
    );
}

#[test]
fn who_is_out_may_disagree_with_the_feed() {
    let sandbox = planted(
        "    - { employee: 1, start: 2026-04-01, whos_out: missing }
    - { employee: 1, start: 2026-04-07, end: 2026-04-08, whos_out: other_days }
    - employee: 1
      start: 2026-04-14
      whos_out: present
      events: [{ at: 2026-01-01T09:00:00, what: created }, { at: 2026-01-02T09:00:00, what: deleted }]
    - { employee: 1, start: 2026-04-21, events: [] }
    - { employee: 1, start: 2026-04-28 }
",
    );
    let outs = whos_out(&sandbox, "2026-04-01", "2026-04-30", EVERYTHING);
    let days: Vec<_> = outs.iter().map(|row| format!("{} {}", row["startDate"], row["endDate"]).replace('"', "")).collect();
    assert_eq!(days, ["2026-04-07 2026-04-07", "2026-04-14 2026-04-14", "2026-04-21 2026-04-21", "2026-04-28 2026-04-28"]);
    let statuses: Vec<_> = sandbox.time_off_truth().iter().map(|one| one["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(statuses, ["approved", "approved", "deleted", "approved", "approved"]);
    assert!(feed(&sandbox).iter().all(|row| row["startDate"] != "2026-04-21"));
}

#[test]
fn a_deleted_policy_leaves_its_requests_without_a_name() {
    let sandbox = sandbox(
        "time_off:\n  requests_a_person: 0\n  policies:\n    Study leave: { deleted: true }\n    Volunteering: { unit: hours, visibility: Custom name, public_name: Away }\n  \
         requests:\n    - { employee: 1, start: 2026-03-02, policy: Study leave }\n    - { employee: 1, start: 2026-03-03, policy: Volunteering }\n",
    );
    let names: Vec<Value> = feed(&sandbox).iter().map(|row| row["policyTypeDisplayName"].clone()).collect();
    assert_eq!(names, [Value::Null, json!("Volunteering")]);
    let types = get(&sandbox, "/timeoff/policy-types").json().to_string();
    assert!(!types.contains("Study leave") && types.contains("Volunteering"));
    let id = Sandbox::employee_id(1);
    assert_eq!(get(&sandbox, &format!("/timeoff/employees/{id}/balance?policyType=Study%20leave&date=2026-03-01")).status, 404);
    assert_eq!(get(&sandbox, "/timeoff/policy-types/Study%20leave").status, 404);
    assert_eq!(get(&sandbox, "/timeoff/policy-types/Volunteering").json()["unit"], "hours");
    assert_eq!(whos_out(&sandbox, "2026-03-03", "2026-03-03", "")[0]["policyTypeDisplayName"], "Away");
}

#[test]
fn days_may_disagree_with_the_total_and_rows_say_anything() {
    let sandbox = planted(
        "    - { employee: 1, start: 2026-03-02, end: 2026-03-04, total_cost: 2, days_disagree: true, without_time_zone: true }
    - { employee: 2, start: 2026-03-05, row: { type: weeks, employeeId: null, endDate: 2026-03-01 } }
",
    );
    let id = Sandbox::employee_id(1);
    let found = get(&sandbox, &format!("/timeoff/employees/{id}/requests/9000001")).json();
    assert_eq!(found["totalCost"], 2);
    assert!(found["durations"].as_array().unwrap().iter().all(|day| day["cost"] == 1));
    assert_eq!(amounts(&sandbox.time_off_truth()[0], "amount"), ["0.67", "0.67", "0.66"]);
    let rows = feed(&sandbox);
    assert!(rows[0]["timeZone"].is_null());
    assert_eq!(
        (&rows[1]["type"], &rows[1]["employeeId"], &rows[1]["endDate"]),
        (&json!("weeks"), &Value::Null, &json!("2026-03-01"))
    );
}

#[test]
fn an_offset_is_the_one_of_the_first_day() {
    let offset = |start: &str, zone: &str| {
        let sandbox = planted(&format!(
            "    - {{ employee: 1, start: {start}, type: specificHoursDayDurations, policy: Time in lieu, time_zone: {zone} }}\n"
        ));
        feed(&sandbox)[0]["timeZoneOffset"].clone()
    };
    assert_eq!(offset("2026-03-27", "Europe/London"), "GMT +0:00");
    assert_eq!(offset("2026-03-30", "Europe/London"), "GMT +1:00");
    assert_eq!(offset("2018-11-05", "America/Sao_Paulo"), "GMT -2:00");
    assert_eq!(offset("2025-06-02", "Asia/Kathmandu"), "GMT +5:45");
    assert_eq!(offset("2025-06-02", "America/St_Johns"), "GMT -2:30");
}
