//! Each cause played in a company of thirty, and what the doctor says of it, given a catalog and records of before.

use super::Bob;
use crate::run::bobmap;
use crate::snap::snap;
use bobmap::sandbox::Sandbox;
use insta::assert_snapshot;
use std::path::PathBuf;
use tempfile::TempDir;

const USUAL: &str = "scenario: 1\ntoday: 2026-03-01\n";

const MAPPING: &str = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\n\
    fields:\n  id: $.id\n  name: $.displayName\n  title: $.work.title\n  number: $.work.employeeIdInCompany\n\
    \x20 mobile: $.work.workMobile\n  centre: $.work.custom.field_1667499206086\n\
    \x20 badge: $.custom.category_1647463606491.field_1647463700008\n  born: { type: date, from: $.personal.birthDate }\n\
    \x20 left: { type: date, from: $.internal.terminationDate }\n  status: $.internal.lifecycleStatus\n";

/// The fields that the mapping reads.
const FIELDS: [&str; 9] = [
    "root.displayName",
    "work.title",
    "work.employeeIdInCompany",
    "work.workMobile",
    "work.custom.field_1667499206086",
    "custom.category_1647463606491.field_1647463700008",
    "personal.birthDate",
    "internal.terminationDate",
    "internal.lifecycleStatus",
];

struct Company {
    bob: Bob,
    folder: TempDir,
    employees: u64,
}

impl Company {
    /// With a catalog and records saved while everything was as usual.
    fn of(employees: u64) -> Company {
        let (bob, folder) = (Bob::new(), tempfile::tempdir().unwrap());
        bob.is(&format!("{USUAL}employees: {employees}\n"));
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
        write("people.yaml", MAPPING.to_owned());
        write("bob.yaml", bob.catalog("HiBob").to_yaml());
        write("saved.json", format!("[{}]", bob.records(&FIELDS.map(str::to_owned)).join(",")));
        Company { bob, folder, employees }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn becomes(&self, changes: &str) {
        self.bob.is(&format!("{USUAL}employees: {}\n{changes}", self.employees));
    }

    /// The program in the company's folder: its exit code, what it prints, and what it says beside that.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let (id, token) = self.bob.sandbox.service_user();
        let output = bobmap(arguments)
            .current_dir(self.folder.path())
            .env("BOB_BASE_URL", self.bob.sandbox.base_url())
            .env("BOB_SERVICE_USER_ID", id)
            .env("BOB_SERVICE_USER_TOKEN", token)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn doctor(&self, changes: &str, arguments: &[&str]) -> (i32, String) {
        self.becomes(changes);
        let (code, text, error) =
            self.run(&[&["doctor", "people.yaml", "--needed-only", "--before", "bob.yaml"], arguments].concat());
        assert_eq!(error, "");
        (code, text)
    }

    /// What an admin reads, what a repair makes of it, and how many people have each field then.
    fn plays(&self, name: &str, changes: &str) {
        self.plays_with(name, changes, &["--live"], &["--live"]);
    }

    /// The same with the records and the catalog of now saved before: of thirty thousand people, only the fields in question.
    fn plays_saved(&self, name: &str, changes: &str, new: &str) {
        self.becomes(changes);
        let fields: Vec<String> = FIELDS.iter().chain([&new]).map(|id| (*id).to_owned()).collect();
        std::fs::write(self.file("now.yaml"), self.bob.catalog("HiBob").to_yaml()).unwrap();
        std::fs::write(self.file("now.json"), format!("[{}]", self.bob.records(&fields).join(","))).unwrap();
        let records = ["--records", "now.json"];
        self.plays_with(name, changes, &[&records[..], &["--catalog", "now.yaml"]].concat(), &records);
    }

    fn plays_with(&self, name: &str, changes: &str, repair: &[&str], dry_run: &[&str]) {
        let (code, verdict) = self.doctor(changes, &["--records-before", "saved.json"]);
        let before = ["--before", "bob.yaml", "--records-before", "saved.json"];
        let write = ["repair", "people.yaml", "--in-place", "--write", "--as-of", "2026-03-01"];
        let (repaired, proposals, _) = self.run(&[&write[..], &before, repair].concat());
        let map = ["dry-run", "people.yaml", "--out", "rows.jsonl", "--as-of", "2026-03-01"];
        let (_, _, report) = self.run(&[&map[..], dry_run].concat());
        std::fs::write(self.file("people.yaml"), MAPPING).unwrap();
        let (_, report) = report.split_once("\nfield ").unwrap();
        let (filled, _) = report.split_once("\n\n").unwrap();
        let text = format!(
            "{changes}---\n$ bobmap doctor\nexit {code}\n{verdict}\n---\n$ bobmap repair --write\nexit {repaired}\n{proposals}\n---\n\
             $ bobmap dry-run\nfield {filled}\n"
        );
        snap().bind(|| assert_snapshot!(format!("cause__{name}"), text));
    }
}

const NUMBERS: &str = "categories: { category_1720508362305: Numbers }\n";

fn unticked(categories: &[&str]) -> String {
    let boxes: Vec<String> = categories
        .iter()
        .map(|name| format!("\"People's data > People > {name} > View selected employees' {name} sections\""))
        .collect();
    format!("permissions: {{ unticked: [{}] }}\n", boxes.join(", "))
}

/// A field that comes in the place of another.
fn new_field(id: &str, rest: &str) -> String {
    format!("  work.custom.field_{id}: {{ category: work, {rest} }}\n")
}

#[test]
fn each_cause_is_told_from_the_others() {
    let company = Company::of(30);
    let number = |rest: &str| new_field("1719000000001", &format!("name: Employee ID, type: text, {rest}"));
    company.plays("nothing", "fields:\n  work.title: { name: Role }\n");
    company.plays("not_permitted", &unticked(&["Work contact details"]));
    let moved = format!(
        "{NUMBERS}fields:\n  work.employeeIdInCompany: {{ category: category_1720508362305 }}\n  work.manager: {{ category: category_1720508362305 }}\n  work.siteId: {{ category: category_1720508362305 }}\n"
    );
    company.plays("moved", &format!("{}{moved}", unticked(&["Numbers"])));
    company.plays("moved_and_permitted", &moved);
    company.plays("deleted", "fields:\n  work.custom.field_1667499206086: { deleted: true }\n");
    let gone = "fields:\n  work.employeeIdInCompany: { deleted: true }\n";
    company.plays("replaced", &format!("{gone}{}", number("replaces: work.employeeIdInCompany")));
    let half = number("replaces: work.employeeIdInCompany, share: 0.5");
    company.plays("replaced_for_some", &format!("fields:\n{half}"));
    company.plays("another_of_the_same_name", &format!("{gone}{}", number("share: 1")));
    let other = new_field("1719000000002", "name: Employee ID, type: text, share: 0.9");
    company.plays("two_of_the_same_name", &format!("{gone}{}{other}", number("replaces: work.employeeIdInCompany")));
    let title = new_field("1719000000003", "name: Job title, type: text, replaces: work.title");
    company.plays("a_list_became_a_text", &format!("fields:\n{title}"));
    company.plays(
        "replaced_and_not_permitted",
        &format!(
            "{NUMBERS}{}fields:\n  work.employeeIdInCompany: {{ deleted: true }}\n  custom.category_1720508362305.field_1719000000004: \
             {{ name: Employee ID, type: text, category: category_1720508362305, replaces: work.employeeIdInCompany }}\n",
            unticked(&["Numbers"])
        ),
    );
    company.plays("never_filled", "fields:\n  work.custom.field_1667499206086: { share: 0 }\n");
    company.plays("denied_by_itself", "permissions: { hidden_fields: [work.title] }\n");
    company.plays(
        "edit_needed",
        "permissions: { unticked: [\"People's data > People > Personal > Edit selected employees' Personal sections\"] }\n",
    );
    company.plays("outside_the_access_rule", "statuses_visible: [employed]\n");
    company.plays(
        "several_at_once",
        &format!(
            "statuses_visible: [employed, hired]\n{NUMBERS}permissions:\n  hidden_fields: [root.displayName]\n  unticked:\n    \
             - \"People's data > People > Work contact details > View selected employees' Work contact details sections\"\n\
             fields:\n  work.title: {{ category: workContact }}\n  work.custom.field_1667499206086: {{ deleted: true }}\n  \
             custom.category_1647463606491.field_1647463700008: {{ share: 0 }}\n{}",
            number("replaces: work.employeeIdInCompany")
        ),
    );
}

#[test]
fn records_alone_and_catalogs_alone_tell_less() {
    let company = Company::of(30);
    let replaced = new_field("1719000000001", "name: Employee ID, type: text, replaces: work.employeeIdInCompany");
    let changes = format!("fields:\n  work.employeeIdInCompany: {{ deleted: true }}\n{replaced}");
    let (code, text) = company.doctor(&changes, &[]);
    snap().bind(|| assert_snapshot!("cause__without_records_of_before", format!("exit {code}\n{text}")));
}

#[test]
fn a_company_of_thirty_thousand_is_judged_like_one_of_thirty() {
    let company = Company::of(30_000);
    let changes = format!(
        "fields:\n  work.title: {{ category: lifecycle }}\n  work.custom.field_1667499206086: {{ deleted: true }}\n{}{}",
        new_field("1719000000001", "name: Employee ID, type: text, replaces: work.employeeIdInCompany, share: 0.5"),
        unticked(&["Work contact details"])
    );
    company.plays_saved("thirty_thousand", &changes, "work.custom.field_1719000000001");
}

#[test]
fn one_person_is_explained_with_the_cause_of_each_blank() {
    let company = Company::of(30);
    let changes = format!(
        "{NUMBERS}permissions:\n  unticked:\n    - \"People's data > People > Work contact details > View selected employees' Work contact details \
         sections\"\nfields:\n  work.title: {{ category: workContact }}\n  work.custom.field_1667499206086: {{ deleted: true }}\n{}",
        new_field("1719000000001", "name: Employee ID, type: text, replaces: work.employeeIdInCompany")
    );
    company.bob.is(&format!("{USUAL}employees: 30\n{changes}"));
    let new = "work.custom.field_1719000000001".to_owned();
    let fields: Vec<String> = FIELDS.iter().map(|id| (*id).to_owned()).chain([new]).collect();
    std::fs::write(company.file("now.yaml"), company.bob.catalog("HiBob").to_yaml()).unwrap();
    std::fs::write(company.file("now.json"), format!("[{}]", company.bob.records(&fields).join(","))).unwrap();
    let output = bobmap(&["explain"])
        .arg(company.file("people.yaml"))
        .args(["--as-of", "2026-03-01", "--key", &Sandbox::employee_id(3)])
        .arg("--records")
        .arg(company.file("now.json"))
        .arg("--catalog")
        .arg(company.file("now.yaml"))
        .arg("--before")
        .arg(company.file("bob.yaml"))
        .arg("--records-before")
        .arg(company.file("saved.json"))
        .output()
        .unwrap();
    let (text, error) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{error}");
    let folder = format!("{}/", company.folder.path().to_str().unwrap().replace('\\', "/"));
    snap().bind(|| assert_snapshot!("cause__explained", text.replace(&folder, "")));
    // Without the catalog of now, there is nothing to hold the one of before against.
    let output = bobmap(&["explain"])
        .arg(company.file("people.yaml"))
        .args(["--key", "1", "--records"])
        .arg(company.file("now.json"))
        .arg("--before")
        .arg(company.file("bob.yaml"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("give them with --catalog FILE as well"));
}
