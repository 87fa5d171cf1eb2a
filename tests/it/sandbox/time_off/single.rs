//! One request by its id, balances, policy types.

use super::{exact, feed, keys, kind, sandbox, words};
use crate::sandbox::get;
use bobmap::sandbox::Sandbox;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn path(one: &Value) -> String {
    format!("/timeoff/employees/{}/requests/{}", one["employeeId"].as_str().unwrap(), one["requestId"])
}

#[test]
fn every_request_can_be_asked_for_by_its_id_but_deleted_ones() {
    let sandbox = sandbox("employees: 120\n");
    let mut statuses = BTreeSet::new();
    for one in sandbox.time_off_truth() {
        let reply = get(&sandbox, &path(&one));
        if one["status"] == "deleted" {
            assert_eq!(reply.status, 404);
            continue;
        }
        let found = reply.json();
        let own = match kind(&found, "type") {
            "days" => "startDate startPortion endDate endPortion durations",
            "openEnded" => "startDate startPortion endDate endPortion",
            "hours" => "date hoursOnDate durations",
            "portionOnRange" => "startDate endDate dayPortion durations",
            "hoursOnRange" => "startDate endDate dailyHours durations",
            "percentageOnRange" => "startDate endDate percentageOfDay durations",
            _ => "startDate endDate durations",
        };
        let common = "employeeId requestId policyTypeDisplayName createdOn description type durationUnit totalDuration totalCost status \
                      approved hasAttachment attachmentLinks reasonCode previousRequestId originalRequestId approvedBy approvedAt \
                      declinedBy declinedAt declineReason visibility timeZone timeZoneOffset";
        let keys: BTreeSet<&str> = keys(&found).into_iter().filter(|key| *key != "minutes").collect();
        assert_eq!(keys, words(common).chain(words(own)).collect());
        let status = found["status"].as_str().unwrap().to_lowercase().replace("ll", "l");
        assert_eq!(status, one["status"], "{found}");
        assert_eq!(found["approved"], json!(status == "approved"));
        assert_eq!(found["declinedAt"].is_string(), status == "declined");
        for (key, amount) in [("totalCost", "cost"), ("totalDuration", "duration")] {
            assert_eq!(found[key], one[key]);
            if let Some(durations) = found["durations"].as_array() {
                assert_eq!(durations.iter().map(|day| exact(&day[amount])).sum::<i64>(), exact(&found[key]), "{found}");
            }
        }
        statuses.insert(found["status"].as_str().unwrap().to_owned());
    }
    assert!(
        ["approved", "Approved", "pending", "declined", "canceled", "cancelled"].iter().all(|word| statuses.contains(*word)),
        "{statuses:?}"
    );
}

#[test]
fn daily_durations_are_left_out_where_they_are_not_wanted() {
    let sandbox = sandbox("");
    let truth = sandbox.time_off_truth();
    let one = truth.iter().find(|one| one["type"] == "days" && one["status"] == "approved").unwrap();
    let without = get(&sandbox, &format!("{}?includeDailyDurations=false", path(one))).json();
    assert!(without.get("durations").is_none());
    let with = get(&sandbox, &format!("{}?includeDailyDurations=true", path(one))).json();
    assert_eq!(with, get(&sandbox, &path(one)).json());
    assert_eq!(keys(&with["durations"][0]), words("date duration cost").collect());
}

#[test]
fn a_request_is_found_under_its_own_employee_alone() {
    let sandbox = sandbox("");
    let truth = sandbox.time_off_truth();
    let somebody = truth[0]["employeeId"].as_str().unwrap();
    let other = truth.iter().find(|one| one["employeeId"] != somebody).unwrap();
    for wrong in [
        format!("/timeoff/employees/{somebody}/requests/{}", other["requestId"]),
        format!("/timeoff/employees/{somebody}/requests/1"),
        format!("/timeoff/employees/{somebody}/requests/first"),
        format!("/timeoff/employees/{somebody}/requests/99999999999999999999"),
        format!("/timeoff/employees/1/requests/{}", truth[0]["requestId"]),
    ] {
        assert_eq!(get(&sandbox, &wrong).status, 404, "{wrong}");
    }
}

#[test]
fn a_replaced_request_is_canceled_and_names_nobody_after_it() {
    let sandbox = sandbox("");
    let rows = feed(&sandbox);
    let edited = rows.iter().find(|row| !row["previousRequestId"].is_null()).unwrap();
    let old = get(
        &sandbox,
        &format!("/timeoff/employees/{}/requests/{}", edited["employeeId"].as_str().unwrap(), edited["previousRequestId"]),
    );
    assert!(old.json()["status"].as_str().unwrap().starts_with("cancel"));
}

#[test]
fn private_requests_are_not_found_by_their_id_without_the_permission() {
    let sandbox_of_all = sandbox("");
    let truth = sandbox_of_all.time_off_truth();
    let few = sandbox(
        "permissions:\n  unticked: [[People's data, Time off, See who's out today, See who's out because of a private policy or \
         policies with a custom name]]\n",
    );
    let mut seen = BTreeMap::new();
    for one in truth.iter().filter(|one| one["private"] == true && one["status"] != "deleted") {
        assert_eq!(get(&sandbox_of_all, &path(one)).json()["policyTypeDisplayName"], one["policyType"]);
        let reply = get(&few, &path(one));
        match one["policyType"].as_str().unwrap() {
            "Fertility treatment" => assert_eq!(reply.json()["policyTypeDisplayName"], "Personal leave"),
            _ => assert_eq!(reply.status, 404),
        }
        *seen.entry(one["policyType"].to_string()).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn balances_add_up_and_what_was_taken_is_what_was_approved() {
    let sandbox = sandbox("employees: 80\n");
    let truth = sandbox.time_off_truth();
    let mut assignments = BTreeSet::new();
    let mut taken_by = 0;
    for number in 1..=80 {
        let id = Sandbox::employee_id(number);
        for policy in ["Holiday", "Time in lieu"] {
            let query = format!("policyType={}&date=2025-12-31", policy.replace(' ', "%20"));
            let found = get(&sandbox, &format!("/timeoff/employees/{id}/balance?{query}")).json();
            let shape = "employeeId policy pointInTime totalBalanceAsOfDate totalRoundedBalanceAsOfDate startingBalance startingBalanceAsOf \
                         totalTaken totalAdminAdjustments totalSystemAdjustments annualAllowance currentAssignment";
            assert_eq!(keys(&found), words(shape).collect());
            assert_eq!(
                (&found["employeeId"], &found["policy"], &found["pointInTime"]),
                (&json!(id), &json!(policy), &json!("2025-12-31"))
            );
            assignments.insert(found["currentAssignment"].as_str().unwrap().to_owned());
            if found["currentAssignment"] == "Unassigned" {
                continue;
            }
            let taken: i64 = truth
                .iter()
                .filter(|one| one["employeeId"] == json!(id) && one["policyType"] == policy && one["status"] == "approved")
                .flat_map(|one| one["days"].as_array().unwrap())
                .filter(|day| day["date"].as_str().unwrap().starts_with("2025"))
                .map(|day| exact(&day["amount"]))
                .sum();
            assert_eq!(exact(&found["totalTaken"]), taken, "{found}");
            taken_by += u32::from(taken > 0);
            if found["startingBalanceAsOf"] == "2025-01-01" {
                let allowance = if policy == "Holiday" { 25 } else { 40 };
                let sum =
                    exact(&found["startingBalance"]) + exact(&found["totalAdminAdjustments"]) + allowance * 1_000_000 - taken;
                assert_eq!(exact(&found["totalBalanceAsOfDate"]), sum);
            }
        }
    }
    assert!(taken_by > 20 && assignments.len() == 2, "{taken_by} {assignments:?}");
}

#[test]
fn a_balance_grows_month_by_month_and_unknown_things_are_refused() {
    let sandbox = sandbox("time_off: { requests_a_person: 0 }\n");
    let id = Sandbox::employee_id(1);
    let status = |path: &str| get(&sandbox, path).status;
    let of = |date: &str| get(&sandbox, &format!("/timeoff/employees/{id}/balance?policyType=Holiday&date={date}")).json();
    assert_eq!(exact(&of("2026-02-01")["totalBalanceAsOfDate"]) - exact(&of("2026-01-31")["totalBalanceAsOfDate"]), 2_083_333);
    assert_eq!(of("2026-02-01")["totalTaken"], 0);
    let rounded = of("2026-02-01");
    assert_eq!((exact(&rounded["totalRoundedBalanceAsOfDate"]) - exact(&rounded["totalBalanceAsOfDate"])).abs(), 3_334);
    for (wrong, expected) in [
        ("balance?date=2026-01-01", 400),
        ("balance?policyType=Holiday", 400),
        ("balance?policyType=Holiday&date=soon", 400),
        ("balance?policyType=holidays&date=2026-01-01", 404),
    ] {
        assert_eq!(status(&format!("/timeoff/employees/{id}/{wrong}")), expected, "{wrong}");
    }
    assert_eq!(status("/timeoff/employees/17/balance?policyType=Holiday&date=2026-01-01"), 404);
}

#[test]
fn policy_types_have_names_and_each_its_description() {
    let sandbox = sandbox("");
    let names = get(&sandbox, "/timeoff/policy-types").json();
    let names: Vec<&str> = names["policyTypes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(names[..3], ["Holiday", "Sick", "Parental leave"]);
    assert_eq!(
        get(&sandbox, "/timeoff/policy-types/Time%20in%20lieu").json(),
        json!({ "name": "Time in lieu", "activity": "paidTimeoff", "bookingWorkDaysOnly": true, "unit": "hours" })
    );
    assert_eq!(get(&sandbox, "/timeoff/policy-types/Working%20abroad").json()["activity"], "workTime");
    assert_eq!(get(&sandbox, "/timeoff/policy-types/holiday").status, 404);
}
