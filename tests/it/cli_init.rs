//! `bobmap init`: shipped mappings made to fit a company, new ones for other targets, and a test from a record.

use crate::snap::snap;
use crate::tenant::{offline, said, tenant};
use bobmap::mapping::draft::shipped::{ALL, Shipped};
use bobmap::mapping::project::FileKind;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CATEGORY: &str = "category_1700000000001";

/// A folder with the invented company's catalog and records, in which the program runs without a network.
struct Desk(TempDir);

impl Desk {
    /// The company as its fixtures say it.
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        for file in ["fields.json", "named_lists.json", "people.json"] {
            std::fs::copy(format!("{ROOT}/tests/fixtures/hibob/{file}"), desk.0.path().join(file)).unwrap();
        }
        desk.write("key", "a key for tests, no secret\n");
        #[cfg(unix)]
        {
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(desk.0.path().join("key"), private).unwrap();
        }
        desk
    }

    /// The same company after its admin has made fields, moved and removed some.
    fn changed() -> Desk {
        let desk = Desk::new();
        let mut fields: Vec<Value> = serde_json::from_str(&desk.read("fields.json")).unwrap();
        fields.retain(|field| !["root.fullName", "work.manager"].contains(&field["id"].as_str().unwrap()));
        for field in &mut fields {
            if ["work.department", "home.mobilePhone"].contains(&field["id"].as_str().unwrap()) {
                field["categoryId"] = json!(CATEGORY);
                field["categoryDisplayName"] = json!("People \"ops\": EMEA, #1");
            }
        }
        let own = |number: u32, name: &str, kind: &str, list: Option<&str>| {
            json!({
                "id": format!("custom.{CATEGORY}.field_{number}"), "categoryId": CATEGORY, "name": name, "type": kind,
                "categoryDisplayName": "People \"ops\": EMEA, #1", "typeData": list.map(|list| json!({ "listId": list })),
            })
        };
        fields.extend([
            own(1, "Employee id", "text", None),
            own(2, "department", "list", Some("department")),
            own(3, "E-mail", "text", None),
            own(4, "Start date", "text", None),
            own(5, "START DATE", "date", None),
            own(6, "Reports to", "employee-reference", None),
            own(7, "Divi\u{1b}sion", "list", Some("unknown")),
            own(8, "Termination date", "boolean", None),
            own(9, "Job title", "list", Some("unknown")),
        ]);
        desk.write("fields.json", &serde_json::to_string(&fields).unwrap());
        desk
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        offline(self.0.path(), arguments)
    }

    /// Begins a mapping in `out.yaml`, and gives the summary.
    fn init(&self, target: &str, more: &[&str]) -> (Option<i32>, String) {
        let known = ["--catalog", "fields.json", "--lists", "named_lists.json", "--records", "people.json"];
        let kept = ["--as-of", "2026-03-01", "--key-file", "key", "--out", "out.yaml"];
        let output = self.run(&[&["init", target], &known[..], &kept, more].concat());
        assert_eq!(output.stdout, b"", "{target}");
        (output.status.code(), said(&output))
    }

    fn passes(&self, files: &[&str]) {
        let catalog = ["--catalog", "fields.json", "--lists", "named_lists.json"];
        for command in ["check", "test"] {
            let output = self.run(&[&[command], files, &catalog[..]].concat());
            let shown = String::from_utf8_lossy(&output.stdout).into_owned() + &said(&output);
            assert_eq!(output.status.code(), Some(0), "{command} {files:?}: {shown}");
        }
    }
}

/// The lines of the new text that the shipped one does not have, each with its number.
fn new_lines(text: &str, shipped: &str) -> String {
    let mut old: Vec<&str> = shipped.lines().collect();
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        match old.iter().position(|known| *known == line) {
            Some(known) => drop(old.remove(known)),
            None => out.push_str(&format!("{:>4} {line}\n", at + 1)),
        }
    }
    let gone: String = old.iter().map(|line| format!("   - {line}\n")).collect();
    format!("{out}\ngone:\n{gone}")
}

/// The shipped mappings that a draft begins with.
fn firsts() -> impl Iterator<Item = &'static Shipped> {
    ALL.iter().filter(|shipped| Shipped::of(shipped.target()) == Some(shipped))
}

#[test]
fn every_shipped_mapping_is_found_by_its_target() {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(format!("{ROOT}/mappings")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if FileKind::of(&text) == FileKind::Mapping && !text.contains("\nextends: ") {
                files.push(path.strip_prefix(format!("{ROOT}/mappings")).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    assert_eq!(ALL.iter().map(|shipped| shipped.file).collect::<Vec<_>>(), files);
    // The people of HRIS.csv are a second mapping for its target; the rows of time off come first.
    let seconds: Vec<&str> =
        ALL.iter().filter(|shipped| Shipped::of(shipped.target()) != Some(shipped)).map(|shipped| shipped.file).collect();
    assert_eq!(seconds, ["activtrak/hris_people.yaml"]);
    for shipped in ALL {
        assert_eq!(Shipped::named(shipped.mapping()), Some(shipped));
        assert!(shipped.uses().iter().all(|name| Shipped::named(name).is_some()), "{}", shipped.file);
    }
}

#[test]
fn shipped_mappings_are_made_to_fit_a_company_and_pass_at_once() {
    for shipped in firsts() {
        for (company, desk) in [("plain", Desk::new()), ("changed", Desk::changed())] {
            let (code, summary) = desk.init(shipped.target(), &[]);
            assert_eq!(code, Some(0), "{summary}");
            let files: Vec<String> = shipped.uses().iter().map(|name| format!("{name}.yaml")).collect();
            let files: Vec<&str> = ["out.yaml"].into_iter().chain(files.iter().map(String::as_str)).collect();
            desk.passes(&files);
            let shown = format!("{summary}\n{}", new_lines(&desk.read("out.yaml"), shipped.text));
            let case = format!("init__{}_{company}", shipped.target().replace('.', "_"));
            snap().bind(|| insta::assert_snapshot!(case, shown));
        }
    }
}

#[test]
fn a_company_that_lacks_a_field_with_a_list_gets_the_mapping_all_the_same() {
    for shipped in firsts() {
        let desk = Desk::new();
        let mut fields: Vec<Value> = serde_json::from_str(&desk.read("fields.json")).unwrap();
        fields.retain(|field| field["id"] != "work.department");
        desk.write("fields.json", &serde_json::to_string(&fields).unwrap());
        let (code, summary) = desk.init(shipped.target(), &[]);
        assert_eq!(code, Some(0), "{summary}");
        let text =
            desk.read("out.yaml") + &shipped.uses().iter().map(|name| desk.read(&format!("{name}.yaml"))).collect::<String>();
        let lacks = text.contains("{ path: $.work.department,");
        assert_eq!(summary.contains("work.department"), lacks, "{summary}");
    }
}

fn badge() -> Value {
    let text = || json!({ "type": ["string", "null"] });
    json!({
        "title": "Badge", "type": "object", "additionalProperties": false, "required": ["first_name"],
        "properties": {
            "badge_id": text(), "first_name": { "type": "string" }, "family_name": text(), "department": { "type": "string" },
            "start_date": { "type": ["string", "null"], "format": "date" }, "birthday": { "type": ["string", "null"], "format": "date" },
            "contract": { "enum": ["Full time", "Part time", null] }, "manager": text(), "division": text(),
            "weekly_hours": { "type": ["number", "null"] }, "is_manager": { "type": ["boolean", "null"] },
            "email": { "type": ["string", "null"], "format": "email" },
            "door": { "type": "object", "description": "Which door\nopens: #1" },
        },
    })
}

#[test]
fn a_target_that_no_mapping_is_shipped_for_is_matched_by_name() {
    let desk = Desk::changed();
    desk.write("badge.schema.json", &badge().to_string());
    let (code, summary) = desk.init("badge.schema.json", &["--name", "badges"]);
    assert_eq!(code, Some(0), "{summary}");
    desk.passes(&["out.yaml"]);
    snap().bind(|| insta::assert_snapshot!("init__own_schema", format!("{summary}\n{}", desk.read("out.yaml"))));
}

#[test]
fn what_a_target_requires_and_nothing_fills_is_left_to_the_user() {
    let desk = Desk::changed();
    let mut schema = badge();
    schema["required"] = json!(["first_name", "door", "birthday"]);
    desk.write("badge.schema.json", &schema.to_string());
    let (code, summary) = desk.init("badge.schema.json", &[]);
    assert_eq!(code, Some(1), "{summary}");
    let text = desk.read("out.yaml");
    assert!(
        text.contains("  # REQUIRED by the target; no field of Bob's is called so\n  # door: $. # json: Which door opens: #1\n"),
        "{text}"
    );
    // A company's own fields are found all the same.
    assert!(text.contains("field_2, category:") && text.contains("mapping: badge\n"), "{text}");
    let check = desk.run(&["check", "out.yaml"]);
    let shown = String::from_utf8(check.stdout).unwrap();
    assert_eq!(shown.matches("error[").count(), shown.matches("error[unmapped-required-target]").count(), "{shown}");
    assert!(summary.contains("door: nothing in Bob is called so; REQUIRED by the target"), "{summary}");
}

#[test]
fn nobodys_values_stand_in_the_test() {
    let people: Value = serde_json::from_str(&Desk::new().read("people.json")).unwrap();
    // Of other records than employees no sample is taken.
    for shipped in firsts().filter(|shipped| shipped.text.contains("\nsource: hibob.people\n")) {
        let desk = Desk::new();
        desk.init(shipped.target(), &[]);
        let text = desk.read("out.yaml");
        let sample = text.split("somebody of this company").nth(1).unwrap_or_else(|| panic!("{}", shipped.file)).to_lowercase();
        for person in people["employees"].as_array().unwrap() {
            let personal = ["id", "email", "firstName", "surname", "fullName", "displayName"].map(|name| person[name].as_str());
            let contact = ["/home/privateEmail", "/home/mobilePhone", "/work/workPhone", "/personal/birthDate", "/address/line1"]
                .map(|pointer| person.pointer(pointer).and_then(Value::as_str));
            for value in personal.into_iter().chain(contact).flatten().filter(|value| value.trim().len() > 3) {
                assert!(!sample.contains(&value.trim().to_lowercase()), "{}: {value}\n{sample}", shipped.file);
            }
        }
    }
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_told_so() {
    let desk = Desk::new();
    desk.write("out.yaml", "mine\n");
    let (code, summary) = desk.init("scim.user", &[]);
    assert_eq!((code, desk.read("out.yaml").as_str()), (Some(2), "mine\n"));
    assert!(summary.contains("out.yaml is there already: give --force to replace it, or another name"), "{summary}");
    assert_eq!(desk.init("scim.user", &["--force"]).0, Some(0));
    desk.passes(&["out.yaml"]);
}

#[test]
fn the_rules_that_a_mapping_uses_are_taken_from_the_file_beside_it() {
    let desk = Desk::new();
    let users = Shipped::named("activtrak_users").unwrap().text.replace("# a number in Bob", "# MINE");
    desk.write("activtrak_users.yaml", &users);
    let (code, summary) = desk.init("activtrak.hris", &[]);
    assert_eq!(code, Some(0), "{summary}");
    assert_eq!(desk.read("activtrak_users.yaml"), users);
    desk.passes(&["out.yaml", "activtrak_users.yaml"]);
    desk.write("activtrak_users.yaml", "something: else\n");
    let (code, summary) = desk.init("activtrak.hris", &["--force"]);
    assert_eq!((code, desk.read("activtrak_users.yaml").as_str()), (Some(3), "something: else\n"));
    assert!(summary.contains("activtrak_users.yaml is there and is no sound mapping `activtrak_users`"), "{summary}");
}

#[test]
fn a_schema_is_found_from_the_new_files_folder() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.0.path().join("a/b")).unwrap();
    desk.write("a/badge.schema.json", &badge().to_string());
    for (out, target) in
        [("a/out.yaml", "badge.schema.json"), ("a/b/out.yaml", "../../a/badge.schema.json"), ("out.yaml", "a/badge.schema.json")]
    {
        let output = desk.run(&["init", "a/badge.schema.json", "--catalog", "fields.json", "--no-sample", "--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(
            desk.read(out).contains(&format!(
                "\ntarget: {}\n",
                if target.starts_with('.') { format!("\"{target}\"") } else { target.to_owned() }
            )),
            "{}",
            desk.read(out)
        );
        assert_eq!(desk.run(&["check", out]).status.code(), Some(0));
    }
}

#[test]
fn what_can_t_be_used_is_refused_with_a_word_that_helps() {
    let desk = Desk::new();
    desk.write("broken.json", "{ \"type\": ");
    desk.write("wrong.yaml", "mapping: a\n");
    desk.write("others.json", "[{\"id\":1,\"requestId\":2}]");
    let catalog = ["--catalog", "fields.json"];
    for (arguments, code, words) in [
        (vec!["activtrak.users"], 2, "there is no target `activtrak.users`: did you mean `activtrak.user`?"),
        (vec!["workday"], 2, "there is no target `workday`: the built-in ones are activtrak.user, "),
        (vec![""], 2, "a value is required"),
        (vec!["missing.json"], 3, "missing.json: there is no such file"),
        (vec!["broken.json"], 3, "broken.json: not JSON"),
        (vec!["fields.json"], 3, "fields.json: expected a JSON Schema"),
        (vec!["scim.user", "--catalog", "people.json"], 3, "people.json: this is no catalog"),
        (vec!["scim.user", "--catalog", "wrong.yaml"], 3, "wrong.yaml:1:1: this is no catalog"),
        (vec!["scim.user", "--catalog", "named_lists.json"], 3, "these are lists without fields"),
        (vec!["scim.user", "--name", "My-Name"], 2, "a mapping's name is made of small letters, digits and _"),
        (vec!["scim.user", "--force"], 2, "--out"),
        (vec!["scim.user"], 2, "no service user to call HiBob as"),
        (vec!["scim.user", catalog[0], catalog[1], "--records", "none.json"], 3, "none.json: "),
        (vec!["scim.user", catalog[0], catalog[1], "--out", "no/such/out.yaml"], 3, "no/such"),
    ] {
        let output = desk.run(&[&["init"], &arguments[..]].concat());
        let shown = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {shown}");
        assert!(shown.contains(words) && output.stdout.is_empty(), "{arguments:?}: {shown}");
    }
}

#[test]
fn without_a_fitting_record_the_mapping_comes_without_a_test() {
    let desk = Desk::new();
    desk.write("empty.json", "[]");
    desk.write("nobody.json", "[{\"id\":\"1\",\"email\":\"no address\"}]");
    for (more, words) in [
        (vec![], "none was made of a record: there are no records; give --records FILE"),
        (vec!["--no-sample"], "none was made of a record: --no-sample"),
        (vec!["--records", "empty.json"], "none was made of a record: there is no record"),
        (vec!["--records", "nobody.json"], "none was made of a record: no record can be mapped; the first is rejected: "),
    ] {
        let output = desk.run(&[&["init", "scim.user", "--catalog", "fields.json"], &more[..]].concat());
        let summary = said(&output);
        assert_eq!(output.status.code(), Some(0), "{summary}");
        assert!(summary.contains(words), "{summary}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("\nmapping: scim_user\n") && !text.contains("somebody of this company"), "{text}");
    }
}

#[test]
fn the_company_itself_is_asked_once_for_its_fields_and_once_for_a_few_people() {
    let company = "fields:\n  work.department: { category: category_1720508362305 }\n  custom.category_1720508362305.field_1720508362311:\n    { name: Employee ID, category: category_1720508362305, type: text }\ncategories: { category_1720508362305: Squads }\n";
    let tenant = tenant(company);
    let output = tenant.run(&["init", "activtrak.user", "--out", "users.yaml", "--as-of", "2026-03-31"]);
    let summary = said(&output);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{summary}");
    for words in [
        "employee_id: $.custom.category_1720508362305.field_1720508362311 (\"Employee ID\", Squads)",
        "group: \"Department\" stands under Squads, not under Work",
        "was made a test, with invented values",
        "bobmap fields pull --out catalog.yaml",
    ] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
    let text = tenant.file("users.yaml");
    assert!(text.starts_with("# Made by `bobmap init activtrak.user` on 2026-03-31"), "{text}");
    let (id, token) = tenant.sandbox.service_user();
    assert!(!text.contains(id) && !text.contains(token) && !text.contains("127.0.0.1"), "{text}");
    let calls: Vec<String> = tenant.sandbox.log().iter().map(|entry| entry.path.clone()).collect();
    assert!(calls.iter().filter(|path| path.contains("search")).count() <= 2, "{calls:?}");
    tenant.printed(&["fields", "pull", "--out", "catalog.yaml"]);
    for command in ["check", "test"] {
        let output = tenant.offline(&[command, "users.yaml", "--catalog", "catalog.yaml"]);
        let shown = String::from_utf8(output.stdout.clone()).unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}: {shown}{}", said(&output));
        assert!(!shown.contains("warning["), "{shown}");
    }
    let run = tenant.run(&["dry-run", "users.yaml", "--live", "--limit", "20"]);
    assert!(matches!(run.status.code(), Some(0 | 4)), "{}", said(&run));
}

#[test]
fn a_company_that_shows_no_people_gets_its_mapping_without_a_test() {
    let tenant = tenant("statuses_visible: []\n");
    let output = tenant.run(&["init", "merge.employee", "--out", "people.yaml"]);
    let summary = said(&output);
    assert_eq!(output.status.code(), Some(0), "{summary}");
    assert!(summary.contains("none was made of a record: there is no record"), "{summary}");
    assert!(Path::new(&tenant.folder.path().join("people.yaml")).exists());
}
