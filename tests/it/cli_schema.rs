//! `bobmap schema`: names, one schema, and the folder of all of them.

use crate::run::{complaint, ended, printed};

#[test]
fn without_a_name_it_lists_the_names() {
    let names = printed(&["schema"]);
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(names[..2], ["mapping", "catalog"]);
    let targets: Vec<&str> = bobmap::target::names().to_vec();
    assert_eq!(names[2..names.len() - 1], targets);
    assert_eq!(names.last(), Some(&"scenario"));
}

#[test]
fn a_name_prints_that_schema() {
    let text = printed(&["schema", "mapping"]);
    assert_eq!(text, std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/mapping.schema.json")).unwrap());
    assert_eq!(printed(&["schema", "merge.employee.schema.json"]), printed(&["schema", "merge.employee"]));
}

#[test]
fn a_name_that_is_none_is_met_with_the_nearest_one() {
    assert_eq!(
        complaint(&["schema", "merge.employe"], 2),
        "error: there is no schema `merge.employe`; did you mean `merge.employee`?\n"
    );
    assert!(complaint(&["schema", "zz"], 2).contains("there is mapping, catalog,"));
}

#[test]
fn the_folder_in_the_repository_is_fresh() {
    assert!(printed(&["schema", "--check"]).contains("up to date"));
}

#[test]
fn a_stale_folder_is_told_file_by_file_with_the_command_that_refreshes_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("deep/schemas");
    let dir = dir.to_str().unwrap();
    assert!(ended(&["schema", "--check", "--dir", dir], 1).contains("mapping.schema.json: missing"));
    printed(&["schema", "--write", "--dir", dir]);
    assert!(printed(&["schema", "--check", "--dir", dir]).contains("up to date"));
    std::fs::write(format!("{dir}/catalog.schema.json"), "{}").unwrap();
    let text = ended(&["schema", "--check", "--dir", dir], 1);
    assert_eq!(text, format!("{dir}/catalog.schema.json: differs\nrefresh with: bobmap schema --write --dir {dir}\n"));
}

#[test]
fn flags_that_contradict_each_other_are_a_mistake() {
    for arguments in [&["schema", "--write", "--check"][..], &["schema", "mapping", "--write"]] {
        assert!(complaint(arguments, 2).contains("cannot be used with"), "{arguments:?}");
    }
}
