//! The public JSONPath Compliance Test Suite through whole mappings: what a path selects reaches the output as it stands, and
//! what is no path is refused when the file is checked.

use bobmap::catalog::Catalog;
use bobmap::diagnostic::Code;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Memory, Outcome};
use bobmap::mapping::layout::Cell;
use bobmap::mapping::{Environment, Project, compile};
use bobmap::source::Place;
use bobmap::transform::NoLists;
use serde_json::Value;
use std::fmt::Write;

const SUITE: &str = include_str!("../../fixtures/jsonpath/cts.json");

/// The selector with every root (a `$` outside quotes) led into the member `doc`. Brackets keep what is wrong behind a root wrong.
fn below_doc(selector: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut chars = selector.chars();
    while let Some(c) = chars.next() {
        out.push(c);
        match (quote, c) {
            (Some(_), '\\') => out.extend(chars.next()),
            (Some(open), _) if open == c => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '$') => out.push_str("['doc']"),
            _ => {}
        }
    }
    out
}

/// A text as YAML writes it in double quotes, with everything unusual escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}").unwrap(),
            ' '..='~' => out.push(c),
            _ => write!(out, "\\U{:08X}", u32::from(c)).unwrap(),
        }
    }
    out + "\""
}

/// The nodes that the mapping hands out, or the codes of what is wrong with it.
fn selected(selector: &str, document: &str) -> Result<String, Vec<Code>> {
    let path = quoted(&below_doc(selector));
    let file = format!(
        "mapping: suite\nformat: 1\nsource: hibob.fields\nkey: id\nfields:\n  id: $.id\n  nodes: {{ type: json, from: {{ path: {path}, take: all }}, default: [] }}\n"
    );
    let mut project = Project::default();
    project.add("suite.yaml", &file);
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err(String::new()) };
    let (mapping, findings) = compile(&project, "suite", &environment);
    let Some(mapping) = mapping else { return Err(findings.iter().map(|finding| finding.code).collect()) };
    let engine = Engine {
        mapping: &mapping,
        run_date: "2026-01-01".parse().unwrap(),
        lists: &NoLists,
        joins: Vec::new(),
        look_at_keep: true,
    };
    let record = format!("{{\"id\":\"1\",\"doc\":{document}}}");
    let mut nodes = String::new();
    let place = Place { record: 1, offset: 0, line: 1 };
    engine.apply(
        &mut Memory::default(),
        record.as_bytes().into(),
        place,
        &mut Counts::new(&mapping),
        &mut Unwatched,
        &mut |_, outcome| match outcome {
            Outcome::Kept(row) => {
                let mut out = Vec::new();
                row.cells.iter().nth(1).and_then(Cell::value).expect("there is a default").write_json(&mut out);
                nodes = String::from_utf8(out).unwrap();
            }
            other => nodes = format!("{other:?}"),
        },
    );
    Ok(nodes)
}

fn fault(case: &Value) -> Option<String> {
    let selector = case["selector"].as_str().expect("a case has a selector");
    let invalid = case["invalid_selector"].as_bool() == Some(true);
    let nodes = match (selected(selector, &case["document"].to_string()), invalid) {
        (Err(codes), true) if codes.contains(&Code::BadPath) => return None,
        (Err(codes), _) => return Some(format!("is refused with {codes:?}")),
        (Ok(nodes), true) => return Some(format!("is accepted, and gives {nodes}")),
        (Ok(nodes), false) => nodes,
    };
    let Ok(found) = serde_json::from_str::<Value>(&nodes) else { return Some(nodes) };
    let fits = match case.get("results") {
        Some(results) => results.as_array().is_some_and(|results| results.contains(&found)),
        None => found == case["result"],
    };
    (!fits).then(|| format!("gives {found}"))
}

#[test]
fn every_case_of_the_public_suite_holds_through_a_mapping() {
    let suite: Value = serde_json::from_str(SUITE).expect("the suite is JSON");
    let cases = suite["tests"].as_array().expect("the suite has tests");
    assert_eq!(cases.len(), 687, "the suite in tests/fixtures was cut or exchanged");
    let faults: Vec<String> =
        cases.iter().filter_map(|case| Some(format!("{}: {} {}", case["name"], case["selector"], fault(case)?))).collect();
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}
