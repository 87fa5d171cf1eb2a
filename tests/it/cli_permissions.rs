//! `bobmap permissions`: the table that an admin ticks off in Bob.

use crate::run::{complaint, printed};
use crate::snap::snap;
use insta::assert_snapshot;
use serde_json::Value;

fn permissions(arguments: &[&str]) -> String {
    printed(&[&["permissions"], arguments].concat())
}

/// A file in a folder of its own, which goes when it is dropped.
struct Written {
    folder: tempfile::TempDir,
}

impl Written {
    fn new(files: &[(&str, &str)]) -> Written {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Written { folder }
    }

    fn path(&self) -> &str {
        self.folder.path().to_str().unwrap()
    }
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&permissions(&[arguments, &["--format", "json"]].concat())).unwrap()
}

/// The sections of the rows, each with what needs it.
fn rows(answer: &Value) -> Vec<(String, Vec<String>)> {
    let texts = |list: &Value| list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let rows = answer["permissions"].as_array().unwrap();
    rows.iter()
        .map(|row| (texts(&row["menu"])[1..3.min(texts(&row["menu"]).len())].join(" > "), texts(&row["needed_for"])))
        .collect()
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["access_rights"]["lifecycle_statuses"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

const PEOPLE: &str = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\n";

#[test]
fn the_activtrak_users_need_what_activtraks_own_guide_asks_for() {
    snap().bind(|| assert_snapshot!("permissions__activtrak_users", permissions(&["mappings/activtrak/users.yaml"])));
}

#[test]
fn activtraks_users_and_their_time_off_yield_every_row_of_its_own_guide() {
    let files = ["mappings/activtrak/users.yaml", "mappings/activtrak/hris.yaml"];
    snap().bind(|| assert_snapshot!("permissions__activtrak_users_and_hris", permissions(&files)));
    let found = rows(&json(&files));
    // Lifecycle is no part of the guide: it is what tells users.yaml who is to be tracked.
    let of_the_guide: Vec<&str> =
        found.iter().map(|(section, _)| section.as_str()).filter(|row| !row.ends_with("Lifecycle")).collect();
    assert_eq!(
        of_the_guide,
        [
            "People > Basic info",
            "People > Employment",
            "People > Work",
            "People > Work contact details",
            "Time off > Balance",
            "Time off > Requests",
            "Time off > See who's out today",
        ]
    );
}

#[test]
fn a_box_that_only_a_guide_asks_for_says_so_until_a_mapping_reads_what_it_shows() {
    let balances = Written::new(&[(
        "balances.yaml",
        "mapping: balances\nformat: 1\nsource: hibob.time_off_balances\nkey: id\nfields: { id: $.employeeId }\n",
    )]);
    let balance = |more: &[&str]| {
        let files = ["mappings/activtrak/users.yaml", "mappings/activtrak/hris.yaml"];
        let answer = json(&[&files, more].concat());
        let row = answer["permissions"].as_array().unwrap().iter().find(|row| row["menu"][2] == "Balance").unwrap();
        (row["needed_for"].clone(), row["note"].as_str().unwrap().to_owned())
    };
    let (needed_for, note) = balance(&[]);
    assert_eq!(needed_for, serde_json::json!(["ActivTrak's setup guide"]));
    assert!(note.contains("no mapping given here reads it"), "{note}");
    let (needed_for, note) = balance(&[balances.path()]);
    assert_eq!(needed_for, serde_json::json!(["ActivTrak's setup guide", "balances.id"]));
    assert!(!note.contains("guide"), "{note}");
    // Who may know the name of a type, only requests say.
    let named = Written::new(&[(
        "named.yaml",
        "mapping: named\nformat: 1\nsource: hibob.time_off_balances\nkey: id\nfields: { id: $.employeeId, type: $.policyType }\n",
    )]);
    let seen = |path: &str| rows(&json(&[path])).into_iter().find(|(section, _)| section == "Time off > See who's out today");
    assert_eq!((seen(balances.path()), seen(named.path()).unwrap().1), (None, vec!["type".to_owned()]));
    let found = rows(&json(&["mappings/activtrak/users.yaml"]));
    assert!(found.iter().all(|(section, _)| !section.starts_with("Time off")), "{found:?}");
}

#[test]
fn several_mappings_make_one_table_that_names_mapping_and_field() {
    snap().bind(|| assert_snapshot!("permissions__activtrak", permissions(&["mappings/activtrak"])));
}

#[test]
fn markdown_and_json_say_the_same() {
    snap().bind(|| {
        assert_snapshot!("permissions__scim_markdown", permissions(&["mappings/scim", "--format", "markdown"]));
        assert_snapshot!("permissions__scim_json", permissions(&["mappings/scim", "--format", "json"]));
    });
}

#[test]
fn an_overlay_takes_its_parents_place_and_brings_its_own_category() {
    let answer = json(&["mappings/activtrak/users.yaml", "mappings/overlays/acme_employee_number.yaml"]);
    assert_eq!(answer["mappings"], serde_json::json!(["activtrak_users_acme"]));
    let rows = rows(&answer);
    let own = rows.iter().find(|(section, _)| section == "People > IT and payroll ids").unwrap();
    assert_eq!(own.1, ["user_lookup_id", "employee_id", "email_address"]);
}

#[test]
fn time_off_brings_its_own_rows_beside_those_of_the_people_it_joins() {
    let time_off = Written::new(&[
        (
            "requests.yaml",
            "mapping: requests\nformat: 1\nsource: hibob.time_off_requests\nkey: id\n\
             joins: { person: { with: hibob.people, this: $.employeeId, that: $.id } }\n\
             fields:\n  id: { type: integer, from: $.requestId }\n  email: $person.email\n",
        ),
        (
            "balances.yaml",
            "mapping: balances\nformat: 1\nsource: hibob.time_off_balances\nkey: id\nfields: { id: $.employeeId }\n",
        ),
    ]);
    let found = rows(&json(&["mappings/activtrak/users.yaml", time_off.path()]));
    let sections: Vec<&str> = found.iter().map(|(section, _)| section.as_str()).collect();
    assert_eq!(
        sections,
        [
            "People > Basic info",
            "People > Employment",
            "People > Lifecycle",
            "People > Work",
            "People > Work contact details",
            "Time off > Balance",
            "Time off > Requests",
            "Time off > See who's out today",
            "Time off > Settings",
        ]
    );
    assert_eq!(found[5].1, ["balances.id"]);
    assert_eq!(found[6].1, ["requests.id", "requests.email"]);
    assert!(found[0].1.contains(&"requests.email".to_owned()));
}

#[test]
fn what_a_helper_a_condition_or_a_join_reads_is_needed_for_the_columns_that_lean_on_it() {
    let folder = Written::new(&[(
        "people.yaml",
        &format!(
            "{PEOPLE}joins: {{ boss: {{ with: hibob.people, this: $.work.reportsTo.id, that: $.id }} }}\n\
             keep: {{ field: _site, is: Oslo }}\n\
             fields:\n  id: {{ from: $.id, personal: false }}\n\
             \x20 _name: $.firstName\n  _site: $.work.site\n\
             \x20 greeting: {{ template: \"Dear {{_name}}\" }}\n\
             \x20 phone: {{ from: $.home.mobilePhone, when: {{ path: $.address.city, has_value: true }} }}\n\
             \x20 boss_born: $boss.personal.shortBirthDate\n"
        ),
    )]);
    let found = rows(&json(&[folder.path()]));
    let expected = [
        ("People > Address", vec!["phone"]),
        ("People > Basic info", vec!["greeting"]),
        ("People > Personal", vec!["boss_born"]),
        ("People > Personal contact details", vec!["phone"]),
        ("People > Work", vec!["boss_born", "keep"]),
    ];
    let expected: Vec<(String, Vec<String>)> =
        expected.into_iter().map(|(row, names)| (row.to_owned(), names.into_iter().map(str::to_owned).collect())).collect();
    assert_eq!(found, expected);
}

#[test]
fn rows_of_employees_need_the_category_that_the_rows_stand_in() {
    let folder = Written::new(&[(
        "people.yaml",
        "mapping: passports\nformat: 1\nsource: hibob.people\none_row_per: \"$.personal.nationality[*]\"\nkey: [id, country]\n\
         fields:\n  id: $parent.id\n  country: $\n  name: $parent.fullName\n",
    )]);
    let expected = [("People > Basic info", "name"), ("People > Personal", "country")];
    let found = rows(&json(&[folder.path()]));
    let found: Vec<(&str, &str)> = found.iter().map(|(row, names)| (row.as_str(), names[0].as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn histories_are_ticked_by_themselves() {
    let folder = Written::new(&[(
        "salaries.yaml",
        "mapping: salaries\nformat: 1\nsource: hibob.salary_history\nkey: [who, row]\n\
         fields: { who: $.employeeId, row: { type: integer, from: $.id } }\n",
    )]);
    let answer = json(&[folder.path()]);
    assert_eq!(answer["permissions"][0]["menu"][3], "View selected employees' Payroll section histories");
}

#[test]
fn the_word_of_the_file_places_what_the_catalog_does_not_know_and_nothing_is_guessed() {
    let folder = Written::new(&[(
        "people.yaml",
        &format!(
            "{PEOPLE}fields:\n  id: $.id\n\
             \x20 squad: {{ category: Squad, from: $.custom.category_1.field_2 }}\n\
             \x20 badge: {{ from: [{{ path: $.work.customColumns.column_3, category: Access }}] }}\n\
             \x20 lost: $.custom.category_4.field_5\n"
        ),
    )]);
    let answer = json(&[folder.path()]);
    let found = rows(&answer);
    let names: Vec<(&str, &str)> = found.iter().map(|(row, names)| (row.as_str(), names[0].as_str())).collect();
    assert_eq!(names, [("People > Access", "badge"), ("People > Squad", "squad"), ("People", "lost")]);
    assert!(answer["permissions"][2]["note"].as_str().unwrap().contains("custom.category_4.field_5"));
}

#[test]
fn the_statuses_to_include_follow_from_keep_where_it_settles_them() {
    let everybody = ["Hired", "Employed", "Terminated", "Leave (every type)"];
    let status = "  status:\n    type: enum\n    from:\n      - { path: $.internal.lifecycleStatus, on_invalid: try_next }\n      \
                  - $.internal.status\n    spellings: { yes: [employed, Active, garden leave], no: [terminated, Inactive] }\n";
    let cases: [(&str, &[&str]); 9] = [
        ("[]", &everybody),
        ("{ path: $.internal.lifecycleStatus, is: employed }", &["Employed"]),
        ("{ path: $.internal.lifecycleStatus, in: [Employed, sabbatical] }", &["Employed", "Leave (every type)"]),
        ("{ path: $.internal.lifecycleStatus, is_not: terminated }", &["Hired", "Employed", "Leave (every type)"]),
        ("{ path: $.internal.status, is: Active }", &["Hired", "Employed", "Leave (every type)"]),
        ("{ path: $.internal.terminationDate, has_value: false }", &everybody),
        ("{ field: status, is: \"yes\" }", &["Hired", "Employed", "Leave (every type)"]),
        (
            "{ any: [{ path: $.internal.lifecycleStatus, is: hired }, { path: $.internal.terminationDate, on_or_after: run_date }] }",
            &everybody,
        ),
        (
            "[{ path: $.internal.status, is: Active }, { path: $.internal.lifecycleStatus, not_in: [hired, terminated] }]",
            &["Employed", "Leave (every type)"],
        ),
    ];
    for (keep, expected) in cases {
        let text = format!("{PEOPLE}keep: {keep}\nfields:\n  id: {{ from: $.id, personal: false }}\n{status}");
        let folder = Written::new(&[("people.yaml", &text)]);
        assert_eq!(statuses(&json(&[folder.path()])), expected, "{keep}");
    }
}

#[test]
fn a_join_with_people_looks_among_all_of_them_whatever_is_kept() {
    let text = format!(
        "{PEOPLE}keep: {{ path: $.internal.lifecycleStatus, is: employed }}\n\
         joins: {{ boss: {{ with: hibob.people, this: $.work.reportsTo.id, that: $.id }} }}\n\
         fields: {{ id: $.id, boss: $boss.email }}\n"
    );
    let folder = Written::new(&[("people.yaml", &text)]);
    assert_eq!(statuses(&json(&[folder.path()])).len(), 4);
}

#[test]
fn a_mapping_with_faults_gives_no_table() {
    let folder = Written::new(&[("people.yaml", &format!("{PEOPLE}fields: {{ id: $.id. }}\n"))]);
    assert!(complaint(&["permissions", folder.path()], 1).contains("bad-path"));
}

#[test]
fn the_companys_own_catalog_speaks_in_its_own_words() {
    let people = Written::new(&[("people.yaml", &format!("{PEOPLE}fields: {{ id: $.id, mail: $.email }}\n"))]);
    let catalog = Written::new(&[(
        "catalog.yaml",
        "catalog: 1\ncategories: { root: Basic info, workContact: Reach me }\nfields:\n  \
         root.id: { name: ID, category: root, type: text }\n  root.email: { name: Email, category: workContact, type: text }\n",
    )]);
    let catalog = format!("{}/catalog.yaml", catalog.path().to_owned());
    let found = rows(&json(&[people.path(), "--catalog", &catalog]));
    assert_eq!(found, [("People > Reach me".to_owned(), vec!["mail".to_owned()])]);
}
