//! Companies that are other than usual.

use super::{call_as, get, one, post, sandbox, search};
use bobmap::sandbox::{Sandbox, Scenario};
use serde_json::{Value, json};

#[test]
fn fields_are_added_renamed_emptied_and_deleted() {
    let sandbox = sandbox(
        "
categories: { category_1720508362305: Squads, work: Job }
fields:
  work.title: { name: Role }
  work.workPhone: { deleted: true }
  home.mobilePhone: { share: 0 }
  custom.category_1720508362305.field_1: { name: Squad, category: category_1720508362305, type: text, copies: work.title }
  custom.category_1720508362305.field_2: { name: Badge, category: category_1720508362305, type: number, share: 0.5 }
  custom.category_1720508362305.field_3: { name: Locker, category: category_1720508362305, type: text, share: 1 }
",
    );
    let metadata = get(&sandbox, "/company/people/fields").json();
    let field = |id: &str| metadata.as_array().unwrap().iter().find(|field| field["id"] == id);
    assert_eq!(field("work.title").unwrap()["name"], "Role");
    assert_eq!(field("work.title").unwrap()["categoryDisplayName"], "Job");
    assert_eq!(field("custom.category_1720508362305.field_1").unwrap()["categoryDisplayName"], "Squads");
    assert!(field("work.workPhone").is_none());
    let wanted = [
        "work.title",
        "work.workPhone",
        "home.mobilePhone",
        "custom.category_1720508362305.field_1",
        "custom.category_1720508362305.field_2",
        "custom.category_1720508362305.field_3",
    ];
    let body = json!({ "fields": wanted, "showInactive": true, "humanReadable": "APPEND" }).to_string();
    let employees = search(&sandbox, &body).employees();
    let mut badges = 0;
    for employee in &employees {
        assert!(employee["work"].get("workPhone").is_none());
        assert_eq!(employee["home"], json!({ "mobilePhone": null }));
        let custom = &employee["custom"]["category_1720508362305"];
        let title = employee["humanReadable"]["work"].get("title").unwrap_or(&Value::Null);
        assert_eq!(&custom["field_1"], title, "a text field holds the labels");
        badges += usize::from(custom["field_2"].is_number());
        assert!(custom["field_3"].is_string(), "everybody has one");
    }
    assert!((5..35).contains(&badges), "{badges}");
}

#[test]
fn lists_are_changed_and_come_in_both_shapes() {
    let lists = "lists:\n  department:\n    - { id: '262634067', label: Promotion }\n    - { id: '9', label: Space, archived: true }\n  squads: [{ id: a, label: A }]\n";
    let keyed = sandbox(lists);
    let all = get(&keyed, "/company/named-lists").json();
    let department = &all["department"];
    assert_eq!(department["name"], "department");
    assert_eq!(department["values"][1]["value"], "Promotion");
    assert!(!department.to_string().contains("Space") && !department.to_string().contains("Optics"));
    assert_eq!(all["squads"]["items"][0], json!({ "id": "a", "value": "A", "name": "A", "archived": false, "children": [] }));
    let one = get(&keyed, "/company/named-lists/department?includeArchived=true").json();
    assert!(one["items"].to_string().contains("Space") && one["items"].to_string().contains("Optics"));
    assert_eq!(get(&keyed, "/company/named-lists/terminationReason").status, 404, "names are written as they are");
    let array = sandbox(&format!("{lists}lists_as_array: true\n"));
    let all = get(&array, "/company/named-lists").json();
    let department = all.as_array().unwrap().iter().find(|list| list["name"] == "department").unwrap();
    assert_eq!(department["items"][1]["id"], 262634067);
    assert!(department.get("values").is_none());
}

#[test]
fn somebody_vanishes_between_two_calls() {
    let sandbox = sandbox("vanishing: [3]\n");
    let id = Sandbox::employee_id(3);
    let all = search(&sandbox, r#"{"fields":["root.id"]}"#).employees();
    assert!(all.iter().any(|one| one["id"] == id));
    assert!(search(&sandbox, &one(3, &["root.id"])).employees().is_empty());
    assert_eq!(post(&sandbox, &format!("/people/{id}"), "").status, 404);
}

#[test]
fn a_scenario_takes_the_place_of_another_while_it_runs() {
    let sandbox = sandbox("employees: 12\n");
    let count = |sandbox: &Sandbox| search(sandbox, r#"{"fields":["root.id"],"showInactive":true}"#).employees().len();
    assert_eq!(count(&sandbox), 12);
    sandbox.set_scenario(Scenario::load("scenario: 1\nemployees: 7\n", "x").unwrap());
    assert_eq!(count(&sandbox), 7);
}

#[test]
fn an_endpoint_can_send_its_callers_elsewhere() {
    let sandbox = sandbox("redirects: { /company/people/fields: 'http://127.0.0.2:9/v1/elsewhere' }\n");
    let reply = call_as(&sandbox.base_url(), None, "GET", "/company/people/fields", "").unwrap();
    assert_eq!((reply.status, reply.header("location")), (307, Some("http://127.0.0.2:9/v1/elsewhere")));
}

#[test]
fn the_log_says_what_was_asked_and_names_nobody() {
    let sandbox = sandbox("");
    search(&sandbox, &one(1, &["root.id", "root.email"]));
    post(&sandbox, "/people/ada.pryce@example.com", "");
    get(&sandbox, "/bulk/people/work?limit=7&employeeIds=1,2&note=ada.pryce");
    let log = serde_json::to_value(sandbox.log()).unwrap();
    assert_eq!(
        log.as_array()
            .unwrap()
            .iter()
            .map(|entry| entry
                .as_object()
                .unwrap()
                .iter()
                .filter(|(key, _)| *key != "millis")
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect())
            .collect::<Vec<Value>>(),
        [
            json!({ "method": "POST", "path": "/v1/people/search", "status": 200, "fields": 2, "ids": 1, "records": 1 }),
            json!({ "method": "POST", "path": "/v1/people/{email}", "status": 200, "records": 1 }),
            json!({ "method": "GET", "path": "/v1/bulk/people/work", "query": "limit=7&employeeIds=…&note=…", "status": 200, "ids": 2, "records": 0 }),
        ]
    );
}
