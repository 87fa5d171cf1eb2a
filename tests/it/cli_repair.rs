//! `bobmap repair`: Bob changes, the mapping is mended, and the values are there again.

use crate::snap::snap;
use crate::tenant::{Tenant, said, tenant};
use insta::assert_snapshot;
use serde_json::Value;

const PEOPLE: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  name: $.displayName # as Bob shows it
  role: $.humanReadable.work.title
  team:
    personal: false
    category: Work
    from:
      - { path: $.work.department, then: [list_label] } # the label
      - { constant: none }
tests:
  - name: somebody
    record: { id: \"1\", displayName: Ada Example }
    expect: { name: Ada Example }
";

/// The new field of most people, in the place of their title.
const REPLACED: &str = "  work.custom.field_1720508362311: { name: Job title, category: work, type: list, list: title, replaces: work.title, share: 0.6 }\n";

/// A company whose catalog and records were saved before its admin changed something.
fn changed(mapping: &str, before: &str, after: &str) -> Tenant {
    let tenant = tenant(before);
    write(&tenant, "people.yaml", mapping);
    tenant.printed(&["fields", "pull", "--out", "before.yaml"]);
    tenant.printed(&["fetch", "hibob.people", "--out", "before.jsonl"]);
    tenant.becomes(after);
    tenant
}

fn write(tenant: &Tenant, name: &str, text: &str) {
    std::fs::write(tenant.folder.path().join(name), text).unwrap();
}

/// Exit code, answer and complaints of a repair over what HiBob says now.
fn repair(tenant: &Tenant, more: &[&str]) -> (Option<i32>, String, String) {
    let known = [
        "repair",
        "people.yaml",
        "--live",
        "--before",
        "before.yaml",
        "--records-before",
        "before.jsonl",
        "--as-of",
        "2026-03-31",
    ];
    let output = tenant.run(&[&known, more].concat());
    (output.status.code(), String::from_utf8(output.stdout.clone()).unwrap(), said(&output))
}

fn json(tenant: &Tenant, more: &[&str]) -> Value {
    let (_, answer, complaints) = repair(tenant, &[&["--format", "json"], more].concat());
    serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}{complaints}"))
}

fn filled(tenant: &Tenant, files: &[&str], field: &str) -> usize {
    let rows = tenant.printed(&[&["dry-run"], files, &["--live", "--as-of", "2026-03-31", "--format", "jsonl"]].concat());
    let value = |row: &str| serde_json::from_str::<Value>(row).unwrap()[field].clone();
    rows.lines().filter(|row| !value(row).is_null()).count()
}

fn shown(case: &str, answer: &str) {
    let mut settings = snap();
    settings.add_filter(r"of \d{4}-\d{2}-\d{2}", "of [day]");
    settings.bind(|| assert_snapshot!(format!("repair__{case}"), answer));
}

#[test]
fn a_field_that_replaced_another_goes_into_an_overlay_and_the_values_are_there_again() {
    let tenant = changed(PEOPLE, "", &format!("fields:\n{REPLACED}"));
    let lost = filled(&tenant, &["people.yaml"], "role");
    let (exit, answer, complaints) = repair(&tenant, &[]);
    assert_eq!(exit, Some(1), "{complaints}");
    shown("replaced", &answer);
    assert!(complaints.contains("--write writes the 1 that is certain"), "{complaints}");
    assert!(!tenant.folder.path().join("people_own.yaml").exists());

    let (exit, _, complaints) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(0), "{complaints}");
    assert!(complaints.contains("people_own.yaml is new: give it together with people.yaml"), "{complaints}");
    assert_eq!(tenant.file("people.yaml"), PEOPLE);
    shown("overlay", &tenant.file("people_own.yaml"));
    let both = ["people.yaml", "people_own.yaml"];
    assert!(lost < 12 && filled(&tenant, &both, "role") > 35, "{lost}");
    tenant.printed(&[&["check"], both.as_slice()].concat());
    tenant.printed(&["test", "people.yaml"]);

    let (exit, answer, _) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(0));
    assert!(answer.contains("nothing to mend"), "{answer}");
}

#[test]
fn an_overlay_that_is_given_takes_the_entry_and_keeps_its_text() {
    let tenant = changed(PEOPLE, "", &format!("fields:\n{REPLACED}"));
    let overlay = "mapping: acme\nformat: 1\nextends: people\n# ours\nfields:\n  role: { personal: true } # theirs\n";
    write(&tenant, "acme.yaml", overlay);
    let (exit, answer, complaints) = repair(&tenant, &["--write", "acme.yaml"]);
    assert_eq!(exit, Some(0), "{answer}{complaints}");
    let entry = "from: [inherited, { path: $.humanReadable.work.custom.field_1720508362311, category: Work }]";
    assert_eq!(tenant.file("acme.yaml"), overlay.replace("true }", &format!("true, {entry} }}")));
}

#[test]
fn only_the_lines_of_a_change_change() {
    let own = "  work.custom.field_1720508362311: { name: Role, category: work, type: text, copies: work.title }\n";
    let new = "  work.custom.field_1720508362399: { name: Role, category: work, type: list, list: title, copies: work.title }\n";
    let mapping = "\
# our own file
mapping: 'people'   # the name
format: 1
source: hibob.people
key: id
defaults: &usual { personal: true }
fields:
  id: { from: $.id, personal: false }
  role: # what people do

    from:
      # made in 2024
      - \"$.work.custom.field_1720508362311\"   # the old one
      - &phone $.home.mobilePhone
  phone: *phone
  dept:
    type: enum
    personal: false
    from: {path:   $.work.department,   then: [list_label]}
    spellings: { tech: [ Engineering,'Platform' ], money: \"Marketing\" }   # by the list
    otherwise: other
"
    .replace('\n', "\r\n");
    let after = format!("fields:\n{new}lists:\n  department: [{{ id: \"262634067\", label: Promotion }}]\n");
    let tenant = changed(&mapping, &format!("fields:\n{own}"), &after);
    let (exit, answer, complaints) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(0), "{answer}{complaints}");
    shown("own_file", &answer);
    let expected = mapping
        .replace(
            "\"$.work.custom.field_1720508362311\"",
            "{ path: $.work.custom.field_1720508362399, category: Work, then: [{ list_label: title }] }",
        )
        .replace("money: \"Marketing\"", "money: [\"Marketing\", Promotion]");
    assert_eq!(tenant.file("people.yaml"), expected);
    assert_eq!(repair(&tenant, &["--write"]).0, Some(0));
    assert_eq!(tenant.file("people.yaml"), expected);
}

#[test]
fn what_is_gone_or_stands_elsewhere_is_followed_and_a_files_own_tests_are_heeded() {
    let own = "  work.custom.field_1720508362311: { name: Nickname at work, category: work, type: text }\n";
    let mapping = PEOPLE.replace("name: $.displayName", "name: { from: [$.work.custom.field_1720508362311, $.displayName] }");
    let after =
        "categories: { category_1720508362305: Squads }\nfields:\n  work.department: { category: category_1720508362305 }\n";
    let tenant = changed(&mapping, &format!("fields:\n{own}"), after);
    let (exit, answer, complaints) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(0), "{answer}{complaints}");
    shown("gone_and_moved", &answer);
    let expected = mapping.replace("[$.work.custom.field_1720508362311, $.displayName]", "[$.displayName]");
    assert_eq!(tenant.file("people.yaml"), expected.replace("category: Work", "category: Squads"));

    let test = "  - name: the nickname\n    record: { id: \"2\", work: { custom: { field_1720508362311: A } } }\n    expect: { name: A }\n";
    let tested = format!("{mapping}{test}");
    write(&tenant, "people.yaml", &tested);
    let left = json(&tenant, &[])["left"].to_string();
    assert!(left.contains("the test \\\"the nickname\\\" of people.yaml would fail"), "{left}");
}

#[test]
fn what_is_not_certain_is_not_written() {
    let title =
        |id: u64, more: &str| format!("  work.custom.field_{id}: {{ name: Job title, category: work, type: text, {more} }}\n");
    let half = "  work.title: { share: 0.4 }\n";
    let two = [title(1720508362311, "copies: work.title"), title(1720508362312, "copies: work.title")].concat();
    let other = title(1720508362311, "share: 1.0");
    for (case, fields) in [("two_of_one_name", two), ("values_disagree", other)] {
        let tenant = changed(PEOPLE, "", &format!("fields:\n{half}{fields}"));
        let (exit, answer, complaints) = repair(&tenant, &["--write"]);
        shown(case, &answer);
        assert!(!answer.contains("certain"), "{case}: {answer}");
        assert!(!tenant.folder.path().join("people_own.yaml").exists(), "{case}: {complaints}");
        assert!(exit == Some(1) || answer.contains("nothing to mend"), "{case}");
    }
}

#[test]
fn a_field_that_is_only_called_otherwise_is_left_alone() {
    let tenant = changed(PEOPLE, "", "fields:\n  work.title: { name: Position }\n");
    let (exit, answer, complaints) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(0), "{answer}{complaints}");
    assert_eq!(answer, "people: nothing to mend, by 40 records of hibob.people\n");
}

#[test]
fn catalogs_that_say_nothing_of_this_company_are_refused() {
    let own = |from: u64| -> String {
        (from..from + 3)
            .map(|id| format!("  work.custom.field_{id}: {{ name: Field {id}, category: work, type: text }}\n"))
            .collect()
    };
    let tenant = changed(PEOPLE, &format!("fields:\n{}", own(1720508362311)), "");
    let cut: String = tenant.file("before.yaml").lines().take(60).map(|line| format!("{line}\n")).collect();
    write(&tenant, "before.yaml", &cut);
    let (exit, answer, complaints) = repair(&tenant, &["--write"]);
    assert_eq!((exit, answer.as_str()), (Some(3), ""), "{complaints}");
    assert!(complaints.contains("not a whole catalog") || complaints.contains("lists without fields"), "{complaints}");

    let foreign = "catalog: 1\ncategories: { root: Basic info, work: Work }\nfields:\n  root.id: { name: ID, category: root, type: text }\n";
    let foreign: String = (1..9).fold(foreign.to_owned(), |text, id| {
        text + &format!("  work.custom.field_{id}: {{ name: Field {id}, category: work, type: text }}\n")
    });
    write(&tenant, "before.yaml", &foreign);
    tenant.becomes(&format!("fields:\n{}", own(1720508362311)));
    let (exit, _, complaints) = repair(&tenant, &["--write"]);
    assert_eq!(exit, Some(3), "{complaints}");
    assert!(complaints.contains("a catalog of another company"), "{complaints}");
    assert_eq!(tenant.file("people.yaml"), PEOPLE);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_read_only_stays_and_a_link_is_followed() {
    use std::os::unix::fs::PermissionsExt;
    let tenant = changed(PEOPLE, "", &format!("fields:\n{REPLACED}"));
    let path = tenant.folder.path().join("people.yaml");
    let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    mode(0o440);
    let (exit, _, complaints) = repair(&tenant, &["--write", "--in-place"]);
    assert_eq!(exit, Some(3));
    assert!(complaints.contains("people.yaml: the file is read-only, and stays as it is"), "{complaints}");
    assert_eq!(tenant.file("people.yaml"), PEOPLE);

    mode(0o640);
    let real = tenant.folder.path().join("real.yaml");
    std::fs::rename(&path, &real).unwrap();
    std::os::unix::fs::symlink("real.yaml", &path).unwrap();
    let (exit, answer, complaints) = repair(&tenant, &["--write", "--in-place"]);
    assert_eq!(exit, Some(0), "{answer}{complaints}");
    assert!(path.is_symlink());
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert!(tenant.file("real.yaml").contains("      - $.humanReadable.work.title\n"));
}

#[test]
fn as_json_every_proposal_has_its_grade_its_evidence_its_effect_and_its_diff() {
    let tenant = changed(PEOPLE, "", &format!("fields:\n{REPLACED}"));
    let told = json(&tenant, &["--show-values"]);
    let proposal = &told["proposals"][0];
    assert_eq!(proposal["kind"], "entry");
    assert_eq!(
        (&proposal["grade"], &proposal["written"], &proposal["new_file"]),
        (&"certain".into(), &false.into(), &true.into())
    );
    assert!(proposal["effect"]["fields"][0]["gained"].as_u64().unwrap() > 20, "{proposal}");
    assert!(!proposal["effect"].to_string().contains('•'));
    assert!(proposal["diff"].as_str().unwrap().contains("+  role:\n"));
    assert!(!json(&tenant, &[])["proposals"][0]["effect"]["fields"][0]["example"].as_str().unwrap().contains("\""));
}

#[test]
fn what_can_not_be_asked_is_said() {
    let tenant = changed(PEOPLE, "", "");
    let (exit, _, complaints) = repair(&tenant, &["--interactive"]);
    assert_eq!(exit, Some(2));
    assert!(complaints.contains("there is no terminal to ask them on"), "{complaints}");
    let output = tenant.offline(&["repair", "people.yaml", "--records", "before.jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("which fields the company has is not known: give --catalog FILE"));
    let output = tenant.offline(&["repair", "people.yaml", "--records", "before.jsonl", "--catalog", "before.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}
