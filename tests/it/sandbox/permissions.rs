//! What a service user sees whose group lacks a box: nothing of it, and not a word.

use super::{get, one, sandbox, search};
use bobmap::sandbox::{Sandbox, Scenario};
use serde_json::{Value, json};

fn unticked(menu: &str) -> String {
    format!("permissions:\n  unticked:\n    - {menu}\n")
}

fn sections(category: &str, part: &str) -> String {
    format!("People's data > People > {category} > {part}")
}

#[test]
fn every_row_that_bobmap_prints_is_a_box_that_can_be_unticked() {
    let mut rows = Vec::new();
    for mappings in ["mappings/activtrak", "mappings/merge", "mappings/scim"] {
        let printed: Value = serde_json::from_str(&crate::run::printed(&["permissions", mappings, "--format", "json"])).unwrap();
        rows.extend(printed["permissions"].as_array().unwrap().iter().map(|row| row["menu"].clone()));
    }
    assert!(rows.len() > 15);
    let sandbox = sandbox("");
    let seen = |sandbox: &Sandbox| -> Vec<Value> {
        let mut seen = vec![search(sandbox, &one(7, &fields())).json()];
        let id = Sandbox::employee_id(7);
        for path in
            ["/timeoff/whosout?from=2026-03-01&to=2026-03-02".to_owned(), "/timeoff/policy-types".to_owned()].into_iter().chain([
                format!("/timeoff/employees/{id}/requests/1"),
                format!("/timeoff/employees/{id}/balance?policyType=Holiday&date=2026-03-01"),
            ])
        {
            seen.push(json!(get(sandbox, &path).status));
        }
        seen
    };
    let all = seen(&sandbox);
    for row in rows {
        // JSON is YAML, and `only` and `unticked` take the very list.
        let scenario = format!("scenario: 1\ntoday: 2026-03-01\npermissions: {{ unticked: [{row}] }}\n");
        sandbox.set_scenario(Scenario::load(&scenario, "x").unwrap());
        let without = seen(&sandbox);
        let changed: Vec<usize> = (0..all.len()).filter(|at| all[*at] != without[*at]).collect();
        assert_eq!(changed.len(), 1, "{row}: {changed:?}");
        assert_eq!(changed[0] == 0, row[1] == "People", "{row}");
    }
}

fn fields() -> Vec<&'static str> {
    bobmap::catalog::Catalog::builtin().fields().map(|field| field.id.as_str()).collect()
}

#[test]
fn a_field_that_may_not_be_read_is_absent_and_not_null() {
    let sandbox = sandbox(&unticked(&sections("Lifecycle", "View selected employees' Lifecycle sections")));
    let employee = &search(&sandbox, &one(1, &["work.title", "internal.status", "internal.terminationDate"])).employees()[0];
    assert!(employee.get("internal").is_none() && employee.get("/internal/status").is_none());
    assert!(employee["humanReadable"].get("internal").is_none());
    assert!(employee["work"].get("title").is_some());
}

#[test]
fn without_basic_info_the_id_is_what_is_left() {
    let sandbox = sandbox(&unticked(&sections("Basic info", "View selected employees' Basic info sections")));
    let employee = &search(&sandbox, &one(1, &["root.id", "root.email"])).employees()[0];
    let id = Sandbox::employee_id(1);
    assert_eq!(employee, &json!({ "/root/id": { "value": id }, "id": id, "humanReadable": { "id": id } }));
}

#[test]
fn sensitive_fields_need_the_box_for_editing() {
    let sandbox = sandbox(&unticked(&sections("Personal", "Edit selected employees' Personal sections")));
    let employee = &search(&sandbox, &one(1, &["personal.birthDate", "personal.age", "personal.shortBirthDate"])).employees()[0];
    assert_eq!(employee["personal"].as_object().unwrap().keys().collect::<Vec<_>>(), ["shortBirthDate"]);
}

#[test]
fn one_field_can_be_denied_by_itself() {
    let sandbox = sandbox("permissions: { hidden_fields: [root.email] }\n");
    let employee = &search(&sandbox, &one(1, &["root.email", "root.firstName"])).employees()[0];
    assert!(employee.get("email").is_none() && employee.get("firstName").is_some());
}

#[test]
fn the_permission_goes_with_a_field_that_was_moved() {
    let moved = "fields: { work.employeeIdInCompany: { category: category_1647463606491 } }\n";
    let lacks = |name: &str| {
        let menu = sections(name, &format!("View selected employees' {name} sections"));
        let sandbox = sandbox(&format!("{moved}{}", unticked(&menu)));
        let fields = get(&sandbox, "/company/people/fields").json();
        let field = fields.as_array().unwrap().iter().find(|field| field["id"] == "work.employeeIdInCompany").unwrap();
        assert_eq!(
            (&field["categoryDisplayName"], &field["jsonPath"]),
            (&json!("IT and payroll ids"), &json!("work.employeeIdInCompany"))
        );
        search(&sandbox, &one(1, &["work.employeeIdInCompany"])).employees()[0].get("work").is_none()
    };
    assert!(lacks("IT and payroll ids"));
    assert!(!lacks("Work"));
}

#[test]
fn a_group_with_one_box_sees_that_and_no_more() {
    let menu = sections("Work", "View selected employees' Work sections");
    let sandbox = sandbox(&format!("permissions: {{ only: [{}] }}\n", json!(menu)));
    let employee = &search(&sandbox, &one(1, &["work.title", "root.email", "internal.status"])).employees()[0];
    assert_eq!(
        employee.as_object().unwrap().keys().filter(|key| !key.starts_with('/')).collect::<Vec<_>>(),
        ["id", "work", "humanReadable"]
    );
    assert_eq!(get(&sandbox, "/company/people/fields").status, 200, "needs no permission");
    assert_eq!(get(&sandbox, "/company/named-lists").status, 200);
    assert_eq!(get(&sandbox, "/timeoff/policy-types").status, 403);
    assert_eq!(get(&sandbox, "/bulk/people/lifecycle").status, 403);
    let rows = get(&sandbox, &format!("/people/{}/work", Sandbox::employee_id(7))).json();
    let rows = rows["values"].as_array().unwrap();
    assert!(rows.len() == 1 && rows[0]["isCurrent"] == true, "without its histories a section has its row of today");
}

#[test]
fn salaries_need_their_histories_too() {
    for part in ["View selected employees' Payroll sections", "View selected employees' Payroll section histories"] {
        let sandbox = sandbox(&unticked(&sections("Payroll", part)));
        let reply = get(&sandbox, "/bulk/people/salaries");
        assert_eq!((reply.status, &reply.json()["key"]), (403, &json!("error.permission.missing")), "{part}");
        assert_eq!(get(&sandbox, "/bulk/people/work").status, 200);
    }
}

#[test]
fn who_is_outside_the_access_rights_is_nowhere() {
    let sandbox = sandbox("statuses_visible: [Employed]\n");
    let employees = search(&sandbox, r#"{"fields":["internal.lifecycleStatus"],"showInactive":true}"#).employees();
    assert_eq!(employees.len(), 32);
    assert!(employees.iter().all(|one| one["internal"]["lifecycleStatus"] == "employed"));
    let leaver = Sandbox::employee_id(12);
    assert!(search(&sandbox, &one(12, &["root.id"])).employees().is_empty());
    assert_eq!(super::post(&sandbox, &format!("/people/{leaver}"), "{}").status, 404);
    assert_eq!(get(&sandbox, &format!("/people/{leaver}/work")).status, 404);
    assert_eq!(get(&sandbox, "/bulk/people/work").json()["results"].as_array().unwrap().len(), 32);
}

#[test]
fn time_off_asks_for_permission_before_it_looks_at_the_question() {
    let id = Sandbox::employee_id(1);
    let request = format!("/timeoff/employees/{id}/requests/5");
    let balance = format!("/timeoff/employees/{id}/balance?policyType=Holiday&date=2026-03-01");
    let all = sandbox("");
    assert_eq!(get(&all, &request).status, 404);
    assert_eq!(get(&all, &balance).json()["employeeId"], json!(id));
    assert_eq!(get(&all, "/timeoff/whosout").status, 400);
    assert_eq!(get(&all, "/timeoff/policy-types").json()["policyTypes"][0], "Holiday");
    let none = sandbox("permissions: { only: [] }\n");
    for path in
        [&request, &balance, "/timeoff/whosout", "/timeoff/outtoday", "/timeoff/requests/changes", "/timeoff/policy-types"]
    {
        assert_eq!(get(&none, path).status, 403, "{path}");
    }
}
