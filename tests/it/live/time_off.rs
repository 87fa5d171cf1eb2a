//! Requests folded from the feed of a company on loopback, held to what the company knows became of each.

use super::{unlimited, write};
use crate::tenant::{Tenant, said, tenant_with};
use bobmap::sandbox::{FaultKind, Faults, Sandbox, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// All that is computed of a request.
const REQUESTS: &str = "\
mapping: requests
format: 1
source: hibob.time_off_requests
key: id
fields:
  id: { type: integer, personal: false, from: $.requestId }
  employee: { personal: false, from: $.employeeId }
  status: { personal: false, from: $.status }
  kind: { personal: false, from: $.type }
  policy: { personal: false, from: $.policyTypeDisplayName }
  private_policy: { personal: false, from: $.privatePolicyTypeDisplayName }
  start: { type: json, personal: false, from: $.start }
  end: { type: json, personal: false, from: $.end }
  zone: { personal: false, from: $.zone }
  zone_from: { personal: false, from: $.zoneFrom }
  unit: { personal: false, from: $.durationUnit }
  duration: { type: decimal, personal: false, from: $.totalDuration }
  cost: { type: decimal, personal: false, from: $.totalCost }
  days: { type: json, personal: false, from: $.days }
";

const ALL_TIMES: [&str; 4] = ["--since", "2017-01-01", "--until", "2026-04-01"];

/// A company of this size in which nobody meets a limit.
fn company(employees: u64, scenario: &str) -> Tenant {
    let tenant = tenant_with(scenario, Settings { employees: Some(employees), ..unlimited() });
    write(&tenant, "requests.yaml", REQUESTS);
    tenant
}

/// What a dry run over the whole feed prints.
fn folded(tenant: &Tenant, details: &str) -> String {
    let run = ["dry-run", "requests.yaml", "--live", "--as-of", "2026-03-31", "--format", "jsonl", "--request-details", details];
    tenant.printed(&[&run[..], &ALL_TIMES].concat())
}

fn rows(printed: &str) -> BTreeMap<u64, Value> {
    let rows = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["id"].as_u64().unwrap(), row)).collect()
}

fn truth(sandbox: &Sandbox) -> BTreeMap<u64, Value> {
    sandbox.time_off_truth().into_iter().map(|one| (one["requestId"].as_u64().unwrap(), one)).collect()
}

/// In millionths.
fn exact(amount: &Value) -> i64 {
    (amount.as_f64().unwrap_or_else(|| panic!("{amount}")) * 1e6).round() as i64
}

fn sum(days: &Value, key: &str) -> i64 {
    days.as_array().unwrap().iter().map(|day| exact(&day[key])).sum()
}

/// Everything but what each day takes. What the feed does not know is in `status`.
fn assert_agrees(row: &Value, one: &Value, status: &str) {
    for (key, known) in
        [("employee", "employeeId"), ("unit", "durationUnit"), ("duration", "totalDuration"), ("cost", "totalCost")]
    {
        assert_eq!(row[key], one[known], "{key}: {row}\n{one}");
    }
    assert_eq!(row["status"], status, "{row}\n{one}");
    assert!(row["kind"].as_str().unwrap().eq_ignore_ascii_case(one["type"].as_str().unwrap()));
    assert_eq!((&row["start"]["date"], row["end"].get("date").unwrap_or(&Value::Null)), (&one["startDate"], &one["endDate"]));
    if !one["totalCost"].is_null() {
        assert_eq!(
            (sum(&row["days"], "amount"), sum(&row["days"], "duration")),
            (exact(&one["totalCost"]), exact(&one["totalDuration"]))
        );
    }
    let dates = |days: &Value| days.as_array().unwrap().iter().map(|day| day["date"].clone()).collect::<Vec<_>>();
    assert_eq!(dates(&row["days"]), dates(&one["days"]), "{row}\n{one}");
}

#[test]
fn with_every_detail_asked_for_the_folded_requests_are_the_truth_to_the_day() {
    let tenant = company(120, "");
    let (rows, truth) = (rows(&folded(&tenant, "all")), truth(&tenant.sandbox));
    assert!(truth.len() > 600);
    assert!(rows.keys().eq(truth.keys()));
    let mut known_by_the_day = 0;
    for (id, one) in &truth {
        let row = &rows[id];
        assert_agrees(row, one, one["status"].as_str().unwrap());
        // What is gone is not asked for, so its days stay an estimate.
        if matches!(one["status"].as_str().unwrap(), "approved" | "pending" | "declined") {
            let days = |days: &Value| -> Vec<Value> {
                let day = |day: &Value| json!([day["date"], day["portion"], day["amount"], day["duration"], day["unit"]]);
                days.as_array().unwrap().iter().map(day).collect()
            };
            assert_eq!(days(&row["days"]), days(&one["days"]), "{row}\n{one}");
            known_by_the_day += row["days"].as_array().unwrap().iter().filter(|day| day["estimated"] == false).count();
        }
    }
    assert!(known_by_the_day > 1_500, "{known_by_the_day}");
}

#[test]
fn without_details_the_feed_alone_leads_to_the_truth_but_for_what_was_declined() {
    let tenant = company(400, "");
    let (rows, truth) = (rows(&folded(&tenant, "never")), truth(&tenant.sandbox));
    assert!(rows.keys().eq(truth.keys()));
    for (id, one) in &truth {
        let status = one["status"].as_str().unwrap();
        assert_agrees(&rows[id], one, if status == "declined" { "pending" } else { status });
    }
}

#[test]
fn a_feed_that_comes_twice_in_any_order_and_through_all_that_goes_wrong_folds_to_the_same_bytes() {
    let plain = folded(&company(40, ""), "pending");
    let disordered = "time_off: { changes: { twice: true, shuffled: true } }\n";
    assert_eq!(folded(&company(40, disordered), "pending"), plain);
    assert_eq!(folded(&company(40, "time_off: { changes: { end_excluded: true } }\n"), "pending"), plain);
    let faults = Faults { kinds: FaultKind::ALL.to_vec(), rate: 0.4, seed: 3, slow_by: Duration::from_millis(5) };
    let tenant = tenant_with(disordered, Settings { employees: Some(40), faults, ..unlimited() });
    write(&tenant, "requests.yaml", REQUESTS);
    let run = ["dry-run", "requests.yaml", "--live", "--as-of", "2026-03-31", "--format", "jsonl"];
    let patient = ["--retry-wait", "1", "--longest-wait", "0"];
    assert_eq!(tenant.printed(&[&run[..], &ALL_TIMES, &patient].concat()), plain);
    let struck = tenant.sandbox.log().iter().filter(|entry| entry.fault.is_some()).count();
    assert!(struck > 5, "{struck}");
}

#[test]
fn a_feed_kept_in_a_file_and_shuffled_by_hand_folds_to_what_a_live_run_folds() {
    let tenant = company(60, "");
    let live = folded(&tenant, "never");
    let fetched = tenant.printed(&[&["fetch", "time_off_changes"][..], &ALL_TIMES].concat());
    let fields = ["work.site", "payroll.employment.actualWorkingPattern"].map(|id| ["--field", id]).concat();
    let people = tenant.printed(&[&["fetch", "people"][..], &fields].concat());
    write(&tenant, "people.jsonl", &people);
    let mut lines: Vec<&str> = fetched.lines().collect();
    for seed in 0..3 {
        fastrand::Rng::with_seed(seed).shuffle(&mut lines);
        let twice: Vec<&str> = lines.iter().chain(&lines[..lines.len() / 2]).copied().collect();
        write(&tenant, "feed.jsonl", &(twice.join("\n") + "\n"));
        let run = [
            "dry-run",
            "requests.yaml",
            "--records",
            "hibob.time_off_changes=feed.jsonl",
            "--records",
            "hibob.people=people.jsonl",
        ];
        let output = tenant.offline(&[&run[..], &["--as-of", "2026-03-31", "--format", "jsonl"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), live);
    }
}

#[test]
fn half_days_on_the_days_on_which_clocks_change_begin_and_end_at_the_right_instants() {
    // Person 1 works in London. Clocks: London 2026-03-29 at 01:00 and 2025-10-26 at 02:00, São Paulo 2018-11-04 at midnight (there
    // was none) and 2018-02-18 at midnight (back to 23:00), Kathmandu never.
    let cases = [
        ("2026-03-29", "morning", "Europe/London", "2026-03-29T00:00:00Z", "2026-03-29T11:00:00Z"),
        ("2026-03-29", "afternoon", "Europe/London", "2026-03-29T11:00:00Z", "2026-03-29T23:00:00Z"),
        ("2025-10-26", "morning", "Europe/London", "2025-10-25T23:00:00Z", "2025-10-26T12:00:00Z"),
        ("2025-10-26", "afternoon", "Europe/London", "2025-10-26T12:00:00Z", "2025-10-27T00:00:00Z"),
        ("2018-11-04", "morning", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04T14:00:00Z"),
        ("2018-11-03", "afternoon", "America/Sao_Paulo", "2018-11-03T15:00:00Z", "2018-11-04T03:00:00Z"),
        ("2018-02-17", "afternoon", "America/Sao_Paulo", "2018-02-17T14:00:00Z", "2018-02-18T03:00:00Z"),
        ("2018-02-18", "morning", "America/Sao_Paulo", "2018-02-18T03:00:00Z", "2018-02-18T15:00:00Z"),
        ("2026-03-29", "morning", "Asia/Kathmandu", "2026-03-28T18:15:00Z", "2026-03-29T06:15:00Z"),
    ];
    let planted: String = cases
        .iter()
        .map(|(day, portion, zone, _, _)| {
            format!(
                "    - {{ employee: 1, start: {day}, start_portion: {portion}, time_zone: {zone}, policy: Parental leave }}\n"
            )
        })
        .collect();
    let tenant = company(1, &format!("time_off:\n  requests_a_person: 0\n  requests:\n{planted}"));
    let rows = rows(&folded(&tenant, "all"));
    for (row, (day, portion, zone, start, end)) in rows.values().zip(cases) {
        let found = (&row["start"]["instant"], &row["end"]["instant"], &row["zone"], &row["end"]["date"]);
        assert_eq!(found, (&json!(start), &json!(end), &json!(zone), &json!(day)), "{row}");
        assert_eq!(
            row["days"],
            json!([{ "date": day, "portion": portion, "amount": 0.5, "unit": "days", "estimated": false, "duration": 0.5 }])
        );
    }
    assert_eq!(rows.len(), cases.len());
}

#[test]
fn a_private_name_stands_apart_whoever_may_see_it() {
    let names = |scenario: &str| {
        let rows = rows(&folded(&company(80, scenario), "never"));
        let mut found: Vec<String> = rows.values().map(|row| format!("{} {}", row["policy"], row["private_policy"])).collect();
        found.sort();
        found.dedup();
        found
    };
    let public =
        ["Holiday", "Parental leave", "Time in lieu", "Unpaid leave", "Working abroad"].map(|name| format!("\"{name}\" null"));
    let secret = ["Fertility treatment", "Medical appointment", "Sick"].map(|name| format!("null \"{name}\""));
    assert_eq!(names(""), [&public[..], &secret].concat());
    let few = names(
        "permissions:\n  unticked: [[People's data, Time off, See who's out today, See who's out because of a private policy or \
         policies with a custom name]]\n",
    );
    assert_eq!(few, [&public[..], &["null \"Personal leave\"".to_owned()]].concat());
}

#[test]
fn the_names_of_policies_that_are_not_known_to_be_public_stand_apart_in_balances_live_and_from_a_file() {
    const BALANCES: &str = "\
mapping: balances
format: 1
source: hibob.time_off_balances
key: [employee, _type]
fields:
  employee: { personal: false, from: $.employeeId }
  type: { personal: false, from: $.policyType }
  policy: { personal: false, from: $.policy }
  private_type: { personal: false, from: $.privatePolicyType }
  _type: { personal: false, from: [$.policyType, $.privatePolicyType] }
";
    let names = |tenant: &Tenant, from: &[&str]| {
        write(tenant, "balances.yaml", BALANCES);
        let run = ["dry-run", "balances.yaml", "--as-of", "2026-03-31", "--format", "jsonl"];
        let printed = tenant.printed(&[&run[..], from].concat());
        let told = |line: &str| {
            let row: Value = serde_json::from_str(line).unwrap();
            assert_eq!(row["type"].is_null(), row["policy"].is_null(), "{row}");
            format!("{} {}", row["type"], row["private_type"])
        };
        let mut found: Vec<String> = printed.lines().map(told).collect();
        found.sort();
        found.dedup();
        found
    };
    let public =
        ["Holiday", "Parental leave", "Time in lieu", "Unpaid leave", "Working abroad"].map(|name| format!("\"{name}\" null"));
    let secret = ["Fertility treatment", "Medical appointment", "Sick"].map(|name| format!("null \"{name}\""));
    let live = ["--live", "--balance-date", "2026-03-31"];
    let tenant = company(80, "");
    assert_eq!(names(&tenant, &live), [&public[..], &secret].concat());
    // A file says it, too; one that does not tells nothing, but for what is named.
    let fetched = tenant.printed(&["fetch", "time_off_balances", "--balance-date", "2026-03-31"]);
    assert!(fetched.contains(r#""policyType":"Sick","unit":"days","visibility":"Private""#), "{fetched}");
    write(&tenant, "balances.jsonl", &fetched);
    assert_eq!(names(&tenant, &["--records", "balances.jsonl"]), [&public[..], &secret].concat());
    write(&tenant, "balances.jsonl", &fetched.replace(r#","visibility":"Public""#, ""));
    let found =
        names(&tenant, &["--records", "balances.jsonl", "--public-policy-type", "Holiday", "--public-policy-type", "Sick"]);
    assert_eq!(found.iter().filter(|name| !name.starts_with("null")).collect::<Vec<_>>(), ["\"Holiday\" null"]);
    // Whoever may not see who is out knows of no type that it is public.
    let few = company(80, "permissions:\n  unticked: [[People's data, Time off, See who's out today, See who's out]]\n");
    assert!(names(&few, &live).iter().all(|name| name.starts_with("null ")));
}
