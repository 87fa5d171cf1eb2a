//! Files of before that say nothing about this company.

use crate::run::complaint;
use bobmap::catalog::Catalog;
use std::path::Path;

const FIELDS: &str = "tests/fixtures/hibob/fields.json";

fn said(before: &str, records_before: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let before = write("before.yaml", before);
    let mut arguments = vec![
        "doctor",
        "mappings/activtrak/users.yaml",
        "--records",
        "tests/fixtures/hibob/people.json",
        "--catalog",
        FIELDS,
        "--before",
        &before,
    ];
    let saved = records_before.map(|text| write("saved.json", text));
    if let Some(saved) = &saved {
        arguments.extend(["--records-before", saved]);
    }
    let error = complaint(&arguments, 3);
    error.replace(&format!("{}/", folder.path().to_str().unwrap().replace('\\', "/")), "")
}

fn here() -> String {
    Catalog::load(&std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(FIELDS)).unwrap(), FIELDS)
        .unwrap()
        .to_yaml()
}

#[test]
fn the_catalog_of_another_company_is_not_judged_by() {
    let there = here().replace("_16", "_99").replace("_17", "_98");
    let error = said(&there, None);
    assert!(error.contains("before.yaml is a catalog of another company"), "{error}");
    assert!(error.contains("give the catalog that was pulled from this one"), "{error}");
}

#[test]
fn a_catalog_that_is_cut_off_is_refused() {
    let whole = here();
    let cut = &whole[..whole.find("  work.reportsTo:").unwrap()];
    let error = said(cut, None);
    assert!(error.contains("before.yaml is not a whole catalog: it ends at the field work."), "{error}");
    let cut = &whole[..whole.find("  personal.honorific:").unwrap()];
    assert!(said(cut, None).contains("it lacks the field root.id"));
    let in_a_field = &whole[..whole.find("  work.reportsTo:").unwrap() + 30];
    assert!(said(in_a_field, None).contains("before.yaml:"));
}

#[test]
fn records_of_other_people_are_not_compared() {
    let error = said(&here(), Some(r#"[{"id":"1","email":"a@example.test"},{"id":"2"},{"id":"3"}]"#));
    assert!(error.contains("saved.json has records of 3 people, and none of them is among those of now"), "{error}");
}
