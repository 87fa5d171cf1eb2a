//! `bobmap diff`: what an edit of a mapping does to real records, before it goes in.

use crate::run::bobmap;
use crate::snap::snap;
use insta::assert_snapshot;
use std::path::Path;
use std::process::Command;

const OLD: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
keep: { path: $.internal.status, is: Active }
fields:
  id: { from: $.id, personal: false }
  name: $.displayName
  number: { personal: false, from: $.work.employeeIdInCompany }
  team: { personal: false, from: $.work.site }
";

/// Lives in a folder of its own with the records beside it.
struct Place(tempfile::TempDir);

impl Place {
    fn new(files: &[(&str, &str)]) -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        for (name, text) in files {
            place.write(name, text);
        }
        place
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn diff(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let people = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hibob/people.json");
        let mut command = bobmap(&["diff"]);
        command.current_dir(self.0.path()).args(arguments).arg("--records").arg(people).args(["--as-of", "2026-03-01"]);
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.0.path()).args(["-c", "user.name=Ada Example", "-c", "user.email=ada@example.com"]);
        assert!(command.args(arguments).output().unwrap().status.success(), "git {arguments:?}");
    }
}

fn edited() -> String {
    OLD.replace("is: Active", "in: [Active, Inactive]")
        .replace("name: $.displayName", "name: { from: [$.fullName, $.displayName] }")
        .replace("number: { personal: false, from", "number: { personal: false, on_missing: reject, from")
        .replace("team:", "city:")
}

#[test]
fn an_edit_is_told_field_by_field_and_people_stay_hidden() {
    let place = Place::new(&[("old.yaml", OLD), ("new.yaml", &edited())]);
    let (code, text, _) = place.diff(&["old.yaml", "new.yaml"]);
    assert_eq!(code, Some(1));
    snap().bind(|| assert_snapshot!("diff__text", text));
    let (code, markdown, _) = place.diff(&["old.yaml", "new.yaml", "--format", "markdown"]);
    assert_eq!(code, Some(1));
    snap().bind(|| assert_snapshot!("diff__markdown", markdown));
    let (_, json, _) = place.diff(&["old.yaml", "new.yaml", "--format", "json"]);
    snap().bind(|| assert_snapshot!("diff__json", json));
    for told in [&text, &markdown, &json] {
        assert!(!told.contains("Ada"), "{told}");
    }
    let (_, shown, _) = place.diff(&["old.yaml", "new.yaml", "--show-values"]);
    assert!(shown.contains("\"Ada Marlowe\" → \"Ada Ruth Marlowe\""), "{shown}");
}

#[test]
fn an_edit_that_changes_nothing_ends_with_zero() {
    let place = Place::new(&[
        ("old.yaml", OLD),
        ("new.yaml", &OLD.replace("name: $.displayName", "name: { from: [$.displayName, $.email] }")),
    ]);
    let (code, text, error) = place.diff(&["old.yaml", "new.yaml"]);
    assert_eq!(
        (code, text.as_str(), error.as_str()),
        (Some(0), "old.yaml → new.yaml: no difference in 40 records of hibob.people\n", "")
    );
}

#[test]
fn a_version_may_come_from_git() {
    let place = Place::new(&[("people.yaml", OLD)]);
    place.git(&["init", "--quiet"]);
    place.git(&["add", "people.yaml"]);
    place.git(&["commit", "--quiet", "--message", "Map people"]);
    place.write("people.yaml", &OLD.replace("$.work.site", "$.work.department"));
    let (code, text, _) = place.diff(&["HEAD:people.yaml", "people.yaml"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("team ") && text.contains("HEAD:people.yaml → people.yaml"), "{text}");
    let (code, _, error) = place.diff(&["HEAD:peoples.yaml", "people.yaml"]);
    assert_eq!(code, Some(3));
    assert!(error.contains("HEAD:peoples.yaml: there is no such file, and git has none"), "{error}");
    let (code, _, error) = place.diff(&["--output=x:people.yaml", "people.yaml"]);
    assert_ne!(code, Some(0), "{error}");
}

#[test]
fn versions_of_two_sources_and_faulty_versions_are_refused() {
    let place = Place::new(&[
        ("old.yaml", OLD),
        ("other.yaml", "mapping: off\nformat: 1\nsource: hibob.whos_out\nkey: id\nfields: { id: $.requestId }\n"),
        ("faulty.yaml", &OLD.replace("from: $.id", "frm: $.id")),
    ]);
    let (code, _, error) = place.diff(&["old.yaml", "other.yaml"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("two versions of one mapping read the same source"), "{error}");
    let (code, _, error) = place.diff(&["old.yaml", "faulty.yaml"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("there is no key `frm` here") && error.contains("faulty.yaml"), "{error}");
}

#[test]
fn a_joined_set_that_only_one_version_looks_into_is_read() {
    let joined = OLD.replace("keep:", "joins: { boss: { with: hibob.people, this: $.work.manager, that: $.id } }\nkeep:")
        + "  boss: $boss.displayName\n";
    let place = Place::new(&[("old.yaml", OLD), ("new.yaml", &joined)]);
    let (code, text, error) = place.diff(&["old.yaml", "new.yaml"]);
    assert_eq!(code, Some(1), "{error}");
    assert!(text.contains("boss (added)"), "{text}");
}
