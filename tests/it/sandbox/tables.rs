//! Tables of dated rows, of everybody and of one person.

use super::{get, sandbox};
use crate::snap::snap;
use bobmap::sandbox::Sandbox;
use serde_json::{Value, json};

/// A cursor, as it must stand in an address.
fn escaped(cursor: &str) -> String {
    cursor.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

#[test]
fn pages_follow_one_another_until_everybody_has_come() {
    let sandbox = sandbox("employees: 130\n");
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let page = get(&sandbox, &format!("/bulk/people/employment?limit=40{cursor}")).json();
        ids.extend(page["results"].as_array().unwrap().iter().map(|one| one["employeeId"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["response_metadata"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={}", escaped(next)),
            None => break,
        }
    }
    assert_eq!((pages, ids.len()), (4, 130));
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 130);
    assert_eq!(get(&sandbox, "/bulk/people/work").json()["results"].as_array().unwrap().len(), 50);
}

#[test]
fn what_bob_refuses_is_a_400() {
    let sandbox = sandbox("");
    let many = vec![Sandbox::employee_id(1); 201].join(",");
    for query in ["limit=201", "limit=0", "limit=x", "cursor=abc", "cursor=+b0b/0==", &format!("employeeIds={many}")] {
        assert_eq!(get(&sandbox, &format!("/bulk/people/work?{query}")).status, 400, "{query}");
    }
}

#[test]
fn named_people_come_in_one_page_each_and_others_do_not() {
    let sandbox = sandbox("");
    let (two, five) = (Sandbox::employee_id(2), Sandbox::employee_id(5));
    let page = get(&sandbox, &format!("/bulk/people/lifecycle?employeeIds={two},123,{five}")).json();
    let ids: Vec<&Value> = page["results"].as_array().unwrap().iter().map(|one| &one["employeeId"]).collect();
    assert_eq!(ids, [&json!(two), &json!(five)]);
    assert_eq!(page["response_metadata"]["next_cursor"], Value::Null);
}

#[test]
fn rows_are_what_bob_has_in_each_table() {
    let sandbox = sandbox("");
    // A change to come, and an employment that ends.
    let (seven, garden) = (Sandbox::employee_id(7), Sandbox::employee_id(20));
    let rows = |id: &str, table: &str| get(&sandbox, &format!("/people/{id}/{table}")).json()["values"].take();
    let last = |rows: Value| rows.as_array().unwrap().last().cloned().unwrap();
    let shown = json!({
        "work": last(rows(&seven, "work")), "employment": last(rows(&seven, "employment")),
        "lifecycle": rows(&garden, "lifecycle"), "salaries": last(rows(&seven, "salaries")),
    });
    snap().bind(|| insta::assert_snapshot!("sandbox__rows", serde_json::to_string_pretty(&shown).unwrap()));
}

#[test]
fn one_row_is_in_force_and_it_is_the_one_of_the_record() {
    let sandbox = sandbox("");
    let body = r#"{"fields":["work.title","work.activeEffectiveDate","work.customColumns.column_1655996461265","payroll.salary.payment","internal.lifecycleStatus"],"showInactive":true}"#;
    for employee in super::search(&sandbox, body).employees() {
        let id = employee["id"].as_str().unwrap();
        let current = |table: &str| -> Value {
            let page = get(&sandbox, &format!("/bulk/people/{table}?employeeIds={id}")).json();
            let rows = page["results"][0]["values"].as_array().unwrap();
            let mut current = rows.iter().filter(|row| row["isCurrent"] == true);
            let found = current.next().cloned().unwrap();
            assert!(current.next().is_none());
            found
        };
        let work = current("work");
        assert_eq!(work["title"], employee["work"]["title"]);
        assert_eq!(work["effectiveDate"], employee["work"]["activeEffectiveDate"]);
        assert_eq!(work["customColumns"], employee["work"]["customColumns"]);
        assert_eq!(current("lifecycle")["status"], employee["internal"]["lifecycleStatus"]);
        let salary = current("salaries");
        assert!(employee["payroll"]["salary"]["payment"] == "" || salary["base"] == employee["payroll"]["salary"]["payment"]);
    }
}

#[test]
fn a_person_whom_nobody_is_has_no_table() {
    assert_eq!(get(&sandbox(""), "/people/3332883884017713202/work").status, 404);
}

#[test]
fn denied_columns_are_null_and_named() {
    let sandbox = sandbox("tables: { employment: { no_view: [fte], no_view_history: [contract] } }\n");
    let id = (1..40)
        .map(Sandbox::employee_id)
        .find(|id| get(&sandbox, &format!("/people/{id}/employment")).json()["values"].as_array().unwrap().len() > 1);
    for path in [format!("/people/{}/employment", id.unwrap()), "/bulk/people/employment".to_owned()] {
        let reply = get(&sandbox, &path);
        assert_eq!(reply.header("x-has-restricted-columns"), Some("true"));
        let body = reply.json();
        assert_eq!(
            body["restricted_columns"],
            json!({ "no_view_permission": ["fte"], "no_view_history_permission": ["contract"] })
        );
        let rows = body.get("values").unwrap_or(&body["results"][0]["values"]).as_array().unwrap();
        for row in rows {
            assert!(row["fte"].is_null() && !row["weeklyHours"].is_null());
            assert_eq!(row["contract"].is_null(), row["isCurrent"] == false, "{row}");
        }
    }
    assert_eq!(get(&sandbox, "/bulk/people/work").header("x-has-restricted-columns"), None);
}

#[test]
fn people_whose_table_fails_stand_among_the_errors() {
    let sandbox = sandbox("tables: { salaries: { errors: [2] } }\n");
    let page = get(&sandbox, "/bulk/people/salaries?limit=3").json();
    let failed = Sandbox::employee_id(2);
    assert_eq!(page["results"].as_array().unwrap().len(), 2);
    assert_eq!(page["errors"][0][&failed]["error"], "MISSING_PERMISSION");
}

#[test]
fn a_cursor_can_be_made_to_repeat() {
    let sandbox = sandbox("tables: { work: { repeat_cursor: true } }\n");
    let cursor = |query: &str| {
        get(&sandbox, &format!("/bulk/people/work?limit=200{query}")).json()["response_metadata"]["next_cursor"].take()
    };
    let first = cursor("");
    assert_eq!(cursor(&format!("&cursor={}", escaped(first.as_str().unwrap()))), first);
}
