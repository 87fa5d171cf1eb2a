//! Searches for people: the shape of records, filters, what is refused.

use super::{get, one, post, sandbox, search};
use crate::snap::snap;
use bobmap::sandbox::Sandbox;
use serde_json::{Value, json};

#[test]
fn a_record_has_each_value_flat_and_nested_and_for_readers() {
    let sandbox = sandbox("");
    let body = one(
        7,
        &[
            "root.id",
            "root.displayName",
            "root.email",
            "work.startDate",
            "work.title",
            "work.siteId",
            "work.reportsTo",
            "work.reportsTo.email",
            "work.isManager",
            "work.tenureDuration",
            "work.customColumns.column_1655996461265",
            "home.mobilePhone",
            "home.spouse.firstName",
            "about.hobbies",
            "payroll.salary.payment",
            "payroll.employment.fte",
            "payroll.employment.workingPattern",
            "internal.lifecycleStatus",
            "internal.terminationDate",
            "root.creationDateTime",
            "custom.category_1647463606491.field_1704464569961",
        ],
    );
    let employees = search(&sandbox, &body).employees();
    let text = serde_json::to_string_pretty(&employees).unwrap();
    snap().bind(|| insta::assert_snapshot!("sandbox__record", text));
}

#[test]
fn flat_keys_are_there_for_values_alone_and_nested_ones_for_all_that_may_be_read() {
    let sandbox = sandbox("");
    let fields = search(&sandbox, "{\"showInactive\":true,\"humanReadable\":\"APPEND\"}").employees();
    assert_eq!(fields.len(), 40);
    for employee in &fields {
        let flat = employee.as_object().unwrap().iter().filter(|(key, _)| key.starts_with('/'));
        for (key, value) in flat {
            let nested = key[1..].split('/').skip_while(|part| *part == "root").try_fold(employee, |at, part| at.get(part));
            if key.ends_with("/workingPatternId") {
                continue; // a number in the pattern's object, and an item's id by itself
            }
            // `work.reportsTo.email` stands in the object of `work.reportsTo`, which is a text for readers.
            assert_eq!(nested, Some(&value["value"]), "{key}");
            assert!(!value["value"].is_null());
        }
        assert!(!employee["humanReadable"].to_string().contains("null"), "{employee}");
        assert!(employee["work"].as_object().unwrap().contains_key("secondLevelManager"));
    }
}

#[test]
fn without_fields_bobs_own_set_comes_and_nothing_custom() {
    let sandbox = sandbox("");
    let employee = &search(&sandbox, "").employees()[0];
    for category in ["about", "work", "payroll"] {
        assert!(employee.get(category).is_some(), "{category}");
    }
    assert_eq!(employee["payroll"].as_object().unwrap().keys().collect::<Vec<_>>(), ["employment"]);
    assert!(employee.get("humanReadable").is_none() && employee.get("internal").is_none() && employee.get("home").is_none());
    assert!(!employee.to_string().contains("custom"));
}

#[test]
fn only_active_people_come_unless_all_are_asked_for() {
    let sandbox = sandbox("");
    let statuses = |body: &str| -> Vec<String> {
        let employees = search(&sandbox, body).employees();
        employees.iter().map(|one| one["internal"]["lifecycleStatus"].as_str().unwrap().to_owned()).collect()
    };
    let active = statuses(r#"{"fields":["internal.lifecycleStatus"]}"#);
    let all = statuses(r#"{"fields":["internal.lifecycleStatus"],"showInactive":true}"#);
    assert_eq!((active.len(), all.len()), (35, 40));
    for status in ["hired", "terminated", "sabbatical"] {
        assert!(all.contains(&status.to_owned()) && !active.contains(&status.to_owned()), "{status}");
    }
    for status in ["garden leave", "leave", "parental leave"] {
        assert!(active.contains(&status.to_owned()), "{status}");
    }
}

#[test]
fn fields_may_be_asked_for_in_the_form_of_their_keys_and_unknown_ones_are_left_out() {
    let sandbox = sandbox("");
    let body = r#"{"fields":["/work/title","work.title","fullName","no.such","/payroll/variable/Executive bonus/amount"]}"#;
    let employee = &search(&sandbox, body).employees()[0];
    assert_eq!(
        employee,
        &json!({
            "/work/title": { "value": "255490050" }, "id": Sandbox::employee_id(1), "work": { "title": "255490050" },
            "payroll": { "variable": { "Executive bonus": { "amount": null } } },
        })
    );
}

#[test]
fn replace_puts_labels_in_place_of_values() {
    let sandbox = sandbox("");
    let employee = &search(&sandbox, r#"{"fields":["work.title","work.startDate","work.manager"],"humanReadable":"replace"}"#)
        .employees()[0];
    assert_eq!(employee["/work/title"]["value"], "Chief Executive Officer");
    assert_eq!(employee["work"], json!({ "title": "Chief Executive Officer", "startDate": "10/01/2012", "manager": null }));
    assert!(employee.get("humanReadable").is_none());
}

#[test]
fn people_are_found_by_id_and_address_and_those_whom_nobody_is_are_left_out() {
    let sandbox = sandbox("");
    let found = |path: &str, values: &[&str]| -> Vec<Value> {
        let filters = json!([{ "fieldPath": path, "operator": "equals", "values": values }]);
        search(&sandbox, &json!({ "fields": ["root.email"], "filters": filters, "showInactive": true }).to_string()).employees()
    };
    let (two, nine) = (Sandbox::employee_id(2), Sandbox::employee_id(9));
    let by_id = found("root.id", &[&nine, "3332883884017713202", &two, &nine]);
    assert_eq!(by_id.iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(two), &json!(nine)]);
    let email = by_id[1]["email"].as_str().unwrap();
    assert_eq!(found("root.email", &[email, "nobody@example.com"]), [by_id[1].clone()]);
    assert_eq!(found("root.email", &[&email.to_uppercase()]), [by_id[1].clone()]);
}

#[test]
fn a_body_that_bob_refuses_is_a_400_that_says_why() {
    let sandbox = sandbox("");
    let filter = r#"{"fieldPath":"root.id","operator":"equals","values":["1"]}"#;
    let many = format!("{{\"fields\":{}}}", serde_json::to_string(&vec!["root.id"; 401]).unwrap());
    for (body, said) in [
        (r#"{"filters":[]}"#.to_owned(), "exactly one filter, found 0"),
        (format!("{{\"filters\":[{filter},{filter}]}}"), "exactly one filter, found 2"),
        (format!("{{\"filters\":[{}]}}", filter.replace("root.id", "work.title")), "'work.title' is not supported"),
        (format!("{{\"filters\":[{}]}}", filter.replace("equals", "contains")), "must be equals"),
        (format!("{{\"filters\":[{}]}}", filter.replace("\"1\"", "")), "must not be empty"),
        (many, "at most 400 fields, found 401"),
        (r#"{"humanReadable":"both"}"#.to_owned(), "APPEND or REPLACE, found 'both'"),
        (r#"{"fields":"#.to_owned(), "can't be read"),
    ] {
        let reply = search(&sandbox, &body);
        let error = reply.json();
        assert_eq!((reply.status, &error["error"], &error["statusCode"]), (400, &json!("BAD_REQUEST"), &json!(400)), "{body}");
        assert!(error["message"].as_str().unwrap().contains(said), "{error}");
    }
    let full = format!("{{\"fields\":{}}}", serde_json::to_string(&vec!["root.id"; 400]).unwrap());
    assert_eq!(search(&sandbox, &full).status, 200);
}

#[test]
fn one_person_is_a_bare_object_and_nobody_is_a_404() {
    let sandbox = sandbox("");
    let leaver = Sandbox::employee_id(12);
    let person = post(&sandbox, &format!("/people/{leaver}"), r#"{"fields":["root.email","internal.status"]}"#).json();
    assert_eq!((&person["id"], &person["internal"]["status"]), (&json!(leaver), &json!("Inactive")));
    let by_email = post(
        &sandbox,
        &format!("/people/{}", person["email"].as_str().unwrap().replace('@', "%40")),
        r#"{"fields":["root.email","internal.status"]}"#,
    );
    assert_eq!(by_email.json(), person);
    let nobody = post(&sandbox, "/people/3332883884017713202", "{}");
    assert_eq!((nobody.status, &nobody.json()["key"]), (404, &json!("error.employee.not.found")));
}

#[test]
fn every_field_of_the_metadata_can_be_asked_for_and_comes() {
    let sandbox = sandbox("");
    let fields = get(&sandbox, "/company/people/fields").json();
    let fields = fields.as_array().unwrap();
    assert_eq!(fields.len(), 244);
    assert_eq!(
        fields[11],
        json!({
            "id": "personal.honorific", "categoryId": "personal", "category": "personal", "categoryDisplayName": "Personal",
            "name": "Prefix", "description": null, "jsonPath": "personal.honorific", "type": "list",
            "typeData": { "listId": "honorific" }, "historical": false,
        })
    );
    let ids: Vec<&str> = fields.iter().map(|field| field["id"].as_str().unwrap()).collect();
    let employees = search(&sandbox, &json!({ "fields": ids, "showInactive": true }).to_string()).employees();
    for field in fields {
        let path = field["jsonPath"].as_str().unwrap();
        let value = path.split('.').try_fold(&employees[0], |at, part| at.get(part));
        // Inside the object of another field, which may be null.
        let inner = ["work.reportsTo.email", "payroll.salary.payment.currency"].contains(&path);
        assert!(value.is_some() || inner, "{path}");
        let key = format!("/{}", field["id"].as_str().unwrap().replace('.', "/"));
        let blank = field["name"] == "Laptop tag";
        let rare = path.starts_with("payroll.")
            || path.starts_with("actualPayment")
            || path.starts_with("temporaryAddress")
            || path.starts_with("employee.");
        assert!(rare || blank != employees.iter().any(|one| one.get(&key).is_some()), "{key}");
    }
}

#[test]
fn a_large_company_comes_in_one_answer() {
    let sandbox = sandbox("employees: 5000\n");
    let employees = search(&sandbox, r#"{"fields":["root.id","work.reportsTo"],"showInactive":true}"#).employees();
    let ids: std::collections::HashSet<&str> = employees.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5000);
    let managers = employees.iter().filter_map(|one| one["work"]["reportsTo"]["id"].as_str());
    assert!(managers.clone().count() == 4999 && managers.into_iter().all(|manager| ids.contains(manager)));
    assert_eq!(sandbox.log()[0].records, 5000);
}

#[test]
fn the_same_seed_answers_the_same_bytes_and_another_does_not() {
    let body = r#"{"showInactive":true,"humanReadable":"APPEND"}"#;
    let bytes = |seed: u64| search(&sandbox(&format!("seed: {seed}\n")), body).body;
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn another_address_shows_the_login_page() {
    let sandbox = sandbox("");
    for path in ["/people/1/variables", "/bulk/people/entitlements", "/people", "/company/named-list"] {
        let reply = get(&sandbox, path);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
    }
}
