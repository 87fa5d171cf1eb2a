//! The public JSONPath Compliance Test Suite (tests/fixtures/jsonpath/cts.json), every case of it.

use bobmap::value::json::Tree;
use bobmap::value::path::Path;
use serde_json::Value;

const SUITE: &str = include_str!("../fixtures/jsonpath/cts.json");

fn as_value(tree: &Tree<'_>) -> Value {
    serde_json::from_str(tree.raw).expect("a tree is JSON")
}

/// What a case finds wrong, if anything.
fn fault(case: &Value) -> Option<String> {
    let selector = case["selector"].as_str().expect("a case has a selector");
    let path = match (Path::parse(selector), case["invalid_selector"].as_bool() == Some(true)) {
        (Ok(_), true) => return Some("was accepted".to_owned()),
        (Err(_), true) => return None,
        (Err(error), false) => return Some(format!("was refused: {error:?}")),
        (Ok(path), false) => path,
    };
    let document = case["document"].to_string();
    let tree = Tree::parse(&document).expect("documents of the suite are JSON");
    let found: Value = path.select(&tree).expect("small documents").into_iter().map(as_value).collect();
    let fits = match case.get("results") {
        Some(results) => results.as_array().is_some_and(|results| results.contains(&found)),
        None => found == case["result"],
    };
    if !fits {
        return Some(format!("selected {found}"));
    }
    let canonical = path.to_string();
    match Path::parse(&canonical) {
        Ok(again) if again.segments == path.segments => None,
        _ => Some(format!("is printed as {canonical}, which is another path")),
    }
}

#[test]
fn every_case_of_the_public_suite_holds() {
    let suite: Value = serde_json::from_str(SUITE).expect("the suite is JSON");
    let cases = suite["tests"].as_array().expect("the suite has tests");
    assert_eq!(cases.len(), 687, "the suite in tests/fixtures was cut or exchanged");
    let faults: Vec<String> =
        cases.iter().filter_map(|case| Some(format!("{}: {} {}", case["name"], case["selector"], fault(case)?))).collect();
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
