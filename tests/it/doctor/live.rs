//! The built program against a HiBob on loopback: its boxes are unticked one at a time, and the doctor finds out which.

use crate::run::bobmap;
use crate::snap::snap;
use crate::tenant::as_service_user;
use bobmap::sandbox::{FaultKind, Faults, Sandbox, Scenario, Settings};
use insta::assert_snapshot;
use serde_json::Value;
use std::process::Output;

/// All of ActivTrak's mappings, and days of time off that do not move.
const ACTIVTRAK: [&str; 11] = [
    "mappings/activtrak/hris.yaml",
    "mappings/activtrak/scim_users.yaml",
    "mappings/activtrak/users.yaml",
    "--since",
    "2025-09-01",
    "--until",
    "2026-03-01",
    "--from",
    "2026-02-15",
    "--to",
    "2026-03-15",
];

/// Somebody of every status among forty people, whatever the day.
const COMPANY: &str = "scenario: 1\ntoday: 2026-03-01\nemployees: 40\n";

struct Company {
    sandbox: Sandbox,
}

impl Company {
    fn new() -> Company {
        Company::with(Faults::default())
    }

    fn with(faults: Faults) -> Company {
        let settings = Settings { scenario: scenario(""), faults, ..Settings::default() };
        Company { sandbox: Sandbox::start(settings).unwrap() }
    }

    /// What is other than usual from now on, as YAML.
    fn is(&self, changes: &str) {
        self.sandbox.set_scenario(scenario(changes));
    }

    fn run(&self, arguments: &[&str], token: Option<&str>) -> Output {
        let mut command = bobmap(&[&["doctor"], arguments].concat());
        let Some(wrong) = token else { return as_service_user(&self.sandbox, &mut command) };
        command.env("BOB_BASE_URL", self.sandbox.base_url()).env("BOB_SERVICE_USER_ID", self.sandbox.service_user().0);
        command.env("BOB_SERVICE_USER_TOKEN", wrong).output().unwrap()
    }

    fn text(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments, None);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{error}{}", String::from_utf8_lossy(&output.stdout));
        assert_eq!(error, "");
        String::from_utf8(output.stdout).unwrap()
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        serde_json::from_str(&self.text(&[arguments, &["--format", "json"]].concat(), code)).unwrap()
    }
}

fn scenario(changes: &str) -> Scenario {
    Scenario::load(&format!("{COMPANY}{changes}"), "scenario.yaml").unwrap()
}

/// Unticks boxes.
fn unticked(menus: &[&Value]) -> String {
    format!("permissions: {{ unticked: {} }}\n", serde_json::to_string(menus).unwrap())
}

fn kinds(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

/// The boxes with this standing.
fn boxes<'a>(answer: &'a Value, standing: &str) -> Vec<&'a Value> {
    let rows = answer["permissions"].as_array().unwrap().iter();
    rows.filter(|row| row["standing"] == standing).map(|row| &row["menu"]).collect()
}

#[test]
fn each_row_of_permissions_unticked_is_the_one_that_is_missing() {
    let company = Company::new();
    let printed = crate::run::printed(&[&["permissions"], &ACTIVTRAK[..3], &["--format", "json"]].concat());
    let permissions: Value = serde_json::from_str(&printed).unwrap();
    let rows = permissions["permissions"].as_array().unwrap();
    assert_eq!(rows.len(), 8);
    let well = company.json(&ACTIVTRAK, 0);
    assert_eq!(boxes(&well, "granted"), rows.iter().map(|row| &row["menu"]).collect::<Vec<_>>());
    for row in rows {
        company.is(&unticked(&[&row["menu"]]));
        let only_the_guide = row["note"].as_str().is_some_and(|note| note.contains("ActivTrak's setup guide"));
        let answer = company.json(&ACTIVTRAK, if only_the_guide { 0 } else { 1 });
        assert_eq!(boxes(&answer, "missing"), [&row["menu"]]);
        assert_eq!(boxes(&answer, "granted").len(), rows.len() - 1, "{}", row["menu"]);
        let said = if only_the_guide { &answer["advice"] } else { &answer["findings"] };
        let kind = if only_the_guide { "asked_by_guide" } else { "permission_missing" };
        let said: Vec<&Value> = said.as_array().unwrap().iter().filter(|finding| finding["kind"] == kind).collect();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0]["mend"], serde_json::json!([{ "tick": row["menu"] }]));
        assert!(only_the_guide || answer["findings"].as_array().unwrap().len() == 1);
    }
}

#[test]
fn employed_people_only_are_named_as_the_trap_and_no_field_is_blamed() {
    let company = Company::new();
    company.is("statuses_visible: [employed]\n");
    let answer = company.json(&["mappings/activtrak/users.yaml", "--needed-only"], 1);
    assert_eq!(kinds(&answer), ["access_rights"]);
    assert_eq!(answer["people"]["unseen"], serde_json::json!(["Hired", "Terminated", "Leave (every type)"]));
    let causes: Vec<&Value> = answer["fields"].as_array().unwrap().iter().map(|field| &field["cause"]).collect();
    assert!(causes.iter().all(|cause| *cause == "filled" || *cause == "outside_access"), "{causes:?}");
    let without = ["mappings/activtrak/users.yaml", "--needed-only", "--without", "hired,terminated,leave"];
    assert!(company.text(&without, 0).starts_with("activtrak_users: all is well"));
}

#[test]
fn an_admin_sees_what_to_tick() {
    let company = Company::new();
    let text = |arguments: &[&str], code| company.text(arguments, code);
    let snapshot = |name: &str, text: String| snap().bind(|| assert_snapshot!(format!("doctor__live_{name}"), text));
    snapshot("everything_is_ticked", text(&ACTIVTRAK, 0));
    let work = serde_json::json!(["People's data", "People", "Work", "View selected employees' Work sections"]);
    company.is(&format!("statuses_visible: [employed]\n{}", unticked(&[&work])));
    snapshot("two_things", text(&["mappings/activtrak/users.yaml", "--needed-only"], 1));
    company.is("permissions: { only: [] }\n");
    snapshot("a_new_group", text(&ACTIVTRAK, 1));
    let refused = company.sandbox.log().iter().filter(|entry| entry.status == 403).count();
    // HiBob blocks a service user after fifty in ten seconds.
    assert!((1..10).contains(&refused), "{refused}");
    company.is("statuses_visible: []\n");
    snapshot("nobody", text(&["mappings/activtrak/users.yaml", "--needed-only"], 1));
}

#[test]
fn a_field_that_is_hidden_gone_or_moved_is_told_from_one_that_is_blank() {
    let company = Company::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.yaml");
    let text = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n  title: $.work.title\n\
        \x20 middle: $.secondName\n  born: { type: date, from: $.personal.birthDate }\n  short: $.personal.shortBirthDate\n\
        \x20 number: { category: Work, from: $.work.employeeIdInCompany }\n  lost: $.work.custom.field_1999999999999\n";
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let edit = serde_json::json!(["People's data", "People", "Personal", "Edit selected employees' Personal sections"]);
    company.is(&format!(
        "permissions: {{ hidden_fields: [work.title], unticked: [{edit}] }}\n\
         categories: {{ category_1720508362305: Numbers }}\n\
         fields:\n  work.employeeIdInCompany: {{ category: category_1720508362305 }}\n  root.secondName: {{ share: 0 }}\n"
    ));
    let answer = company.json(&[path], 1);
    let cause = |id: &str| {
        let fields = answer["fields"].as_array().unwrap();
        fields.iter().find(|field| field["id"] == id).unwrap()["cause"].as_str().unwrap().to_owned()
    };
    assert_eq!(cause("work.title"), "field_denied");
    assert_eq!(cause("personal.birthDate"), "edit_needed");
    assert_eq!(cause("personal.shortBirthDate"), "filled");
    assert_eq!(cause("root.secondName"), "never_filled");
    assert_eq!(cause("work.employeeIdInCompany"), "filled");
    assert_eq!(cause("work.custom.field_1999999999999"), "no_such_field");
    assert_eq!(kinds(&answer), ["edit_needed", "field_denied", "no_such_field"]);
    assert_eq!(answer["findings"][0]["mend"], serde_json::json!([{ "tick": edit }]));
    let advice = answer["advice"].as_array().unwrap();
    let moved = advice.iter().find(|advice| advice["kind"] == "field_moved").unwrap();
    assert_eq!(moved["title"], "Employee ID (work.employeeIdInCompany) has moved from Work to Numbers");
}

#[test]
fn tables_are_proven_by_rows_of_days_gone_by() {
    let company = Company::new();
    let folder = tempfile::tempdir().unwrap();
    let judged = |table: &str, code: i32| {
        let path = folder.path().join("rows.yaml");
        let text = format!(
            "mapping: rows\nformat: 1\nsource: hibob.{table}_history\nkey: [who, row]\n\
             fields: {{ who: $.employeeId, row: {{ type: integer, from: $.id }} }}\n"
        );
        std::fs::write(&path, text).unwrap();
        company.json(&[path.to_str().unwrap(), "--needed-only"], code)
    };
    let standing = |answer: &Value| answer["permissions"][0]["standing"].as_str().unwrap().to_owned();
    let of = |category: &str, what: &str| {
        serde_json::json!(["People's data", "People", category, format!("View selected employees' {category} {what}")])
    };
    assert_eq!(standing(&judged("work", 0)), "granted");
    // Rows of today come all the same, and nobody may have an older one.
    company.is(&unticked(&[&of("Work", "section histories")]));
    let answer = judged("work", 0);
    assert_eq!(standing(&answer), "not_provable");
    let evidence = answer["permissions"][0]["evidence"].as_str().unwrap();
    assert!(evidence.ends_with("rows came, all of today: nothing older is there, or it may not be seen"), "{evidence}");
    // Salaries are refused as a whole.
    assert_eq!(standing(&judged("salary", 0)), "granted");
    let (histories, section) = (of("Payroll", "section histories"), of("Payroll", "sections"));
    company.is(&unticked(&[&histories]));
    assert_eq!(judged("salary", 1)["findings"][0]["mend"], serde_json::json!([{ "tick": histories }]));
    company.is(&unticked(&[&histories, &section]));
    let answer = judged("salary", 1);
    assert_eq!(standing(&answer), "missing");
    assert_eq!(answer["findings"][0]["mend"], serde_json::json!([{ "tick": section }, { "tick": histories }]));
}

#[test]
fn wrong_credentials_are_no_finding() {
    let company = Company::new();
    let output = company.run(&["mappings/activtrak/users.yaml"], Some("wrong"));
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("401") && !error.contains("wrong"), "{error}");
    assert_eq!(company.sandbox.log().len(), 1);
}

#[test]
fn what_is_wrong_whatever_hibob_says_makes_no_call() {
    let company = Company::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.yaml");
    std::fs::write(&path, "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields: { id: $.id. }\n").unwrap();
    let output = company.run(&[path.to_str().unwrap()], None);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("bad-path"));
    assert!(company.sandbox.log().is_empty());
}

#[test]
fn nothing_beyond_is_asked_for_where_only_what_is_needed_may_be() {
    let company = Company::new();
    let users = "mappings/activtrak/users.yaml";
    let answer = company.json(&[users, "--needed-only"], 0);
    assert!(answer["advice"].as_array().unwrap().iter().all(|advice| advice["kind"] != "not_needed"));
    let asked = company.sandbox.log();
    assert!(asked.iter().all(|entry| !entry.path.contains("timeoff") && !entry.path.contains("bulk")), "{asked:?}");
    // The most are the fields of the five categories whose boxes are to be judged.
    let most = asked.iter().filter_map(|entry| entry.fields).max().unwrap();
    let fields = company.json(&[users], 0)["permissions"].as_array().unwrap().len();
    assert!(most < 100 && fields == 5, "{most}");
}

#[test]
fn a_catalog_pulled_before_tells_what_moved_and_what_is_gone() {
    let company = Company::new();
    let folder = tempfile::tempdir().unwrap();
    let [path, before] = ["people.yaml", "before.yaml"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let text = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n\
        \x20 number: $.work.employeeIdInCompany\n  badge: $.work.custom.field_1999999999999\n";
    std::fs::write(&path, text).unwrap();
    let catalog = "catalog: 1\npulled: 2026-01-31\ncategories: { root: Basic info, work: Work, badges: Badges }\nfields:\n\
        \x20 root.id: { name: ID, category: root, type: text }\n\
        \x20 work.employeeIdInCompany: { name: Employee ID, category: badges, type: number }\n\
        \x20 work.custom.field_1999999999999: { name: Badge, category: badges, type: text }\n";
    std::fs::write(&before, catalog).unwrap();
    let box_of_work = serde_json::json!(["People's data", "People", "Work", "View selected employees' Work sections"]);
    company.is(&unticked(&[&box_of_work]));
    let answer = company.json(&[&path, "--catalog", &before, "--needed-only"], 1);
    assert_eq!(kinds(&answer), ["permission_missing", "deleted"]);
    let evidence = |at: usize| answer["findings"][at]["evidence"].as_str().unwrap().to_owned();
    assert!(evidence(0).ends_with("; Employee ID has moved here from Badges"), "{}", evidence(0));
    assert!(evidence(1).contains("before.yaml of 2026-01-31 has it as \"Badge\", HiBob has it no more"), "{}", evidence(1));
}

#[test]
fn records_in_a_file_are_judged_as_far_as_they_tell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.json");
    std::fs::write(&path, r#"[{"id":"1","email":"a@example.test","displayName":null,"internal":{"lifecycleStatus":"employed","terminationDate":null}}]"#).unwrap();
    let arguments = ["doctor", "mappings/activtrak/users.yaml", "--format", "json", "--records", path.to_str().unwrap()];
    let answer: Value = serde_json::from_str(&crate::run::ended(&arguments, 1)).unwrap();
    assert_eq!(kinds(&answer), ["access_rights", "permission_missing", "not_requested", "not_requested"]);
    let missing: Vec<&str> = boxes(&answer, "missing").into_iter().map(|menu| menu[2].as_str().unwrap()).collect();
    assert_eq!(missing, ["Work"]);
    // A guide's wish is not asked for when records are fetched.
    let unproven: Vec<&str> = boxes(&answer, "not_provable").into_iter().map(|menu| menu[2].as_str().unwrap()).collect();
    assert_eq!(unproven, ["Employment", "Work contact details"]);
}

#[test]
fn a_hibob_that_stumbles_makes_no_other_diagnosis() {
    use FaultKind::{Html, Reset, ServerError, Truncated};
    let faults = Faults { kinds: vec![ServerError, Reset, Truncated, Html], rate: 0.4, seed: 7, ..Faults::default() };
    let stumbling = Company::with(faults);
    let patient = ["--batch", "5", "--retry-wait", "1", "--retries", "12"];
    let arguments = [&ACTIVTRAK[..], &patient].concat();
    assert_eq!(stumbling.text(&arguments, 0), Company::new().text(&arguments, 0));
    assert!(stumbling.sandbox.log().iter().filter(|entry| entry.fault.is_some()).count() > 3);
}

#[test]
fn a_limit_says_what_the_judgement_rests_on() {
    let company = Company::new();
    let text = company.text(&["mappings/scim/user.yaml", "--needed-only", "--limit", "30"], 0);
    assert!(text.lines().nth(1).unwrap().starts_with("the first 30 people looked at (--limit), so others may differ"), "{text}");
}
