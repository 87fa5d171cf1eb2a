//! The public JSON Parsing Test Suite (tests/fixtures/json/parsing.json), every case of it, by itself and as a value that no path
//! touches: the quick way, the general way and the scanner accept and refuse the same.

use bobmap::value::json::{Scanner, Tree, text};
use bobmap::value::path::Path;
use bobmap::value::read::{ReadPlan, Slots};
use serde::Deserialize;
use serde::de::IgnoredAny;

const SUITE: &str = include_str!("../fixtures/json/parsing.json");

#[derive(Deserialize)]
struct Case {
    name: String,
    text: Option<String>,
    hex: Option<String>,
    times: Option<usize>,
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        if let Some(hex) = &self.hex {
            let digits = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
            return digits.map(|two| u8::from_str_radix(two, 16).unwrap()).collect();
        }
        self.text.as_deref().unwrap().repeat(self.times.unwrap_or(1)).into_bytes()
    }
}

fn cases() -> Vec<Case> {
    let cases: Vec<Case> = serde_json::from_str(SUITE).unwrap();
    assert_eq!(cases.len(), 318);
    cases
}

fn plan(path: &str) -> ReadPlan {
    let mut plan = ReadPlan::new(true);
    plan.add(&Path::parse(path).unwrap());
    plan
}

/// Whether each way accepts a record: the scanner, the quick way, the general way.
fn accepted(plan: &ReadPlan, record: &str) -> [bool; 3] {
    let mut scanner = Scanner::new(record);
    let scanned = scanner.value(0).and_then(|_| scanner.end()).is_ok();
    let quick = plan.read(record, &mut Slots::new()).is_ok();
    [scanned, quick, plan.read_generally(record, &mut Slots::new()).is_ok()]
}

#[test]
fn every_case_of_the_public_suite_is_accepted_or_refused_as_it_must_be() {
    let plan = plan("$.a");
    for case in cases() {
        let bytes = case.bytes();
        let Ok(record) = text(&bytes) else {
            assert!(!case.name.starts_with('y'), "{}", case.name);
            continue;
        };
        let [scanned, quick, general] = accepted(&plan, record);
        match &case.name[..1] {
            "y" => assert!(scanned, "{} was refused", case.name),
            "n" => assert!(!scanned && !quick && !general, "{} was accepted", case.name),
            _ => {}
        }
        assert_eq!(quick, general, "{}", case.name);
        assert_eq!(Tree::parse(record).is_ok(), general, "{}", case.name);
    }
}

#[test]
fn a_value_that_no_path_touches_is_held_to_the_suite_as_well() {
    let plan = plan("$.z");
    for case in cases() {
        let bytes = case.bytes();
        let Ok(inner) = text(&bytes) else { continue };
        for record in [format!(r#"{{"a":{inner},"z":1}}"#), format!(r#"{{"z":1,"a":{{"b":[{inner}]}}}}"#)] {
            let oracle = serde_json::from_str::<IgnoredAny>(&record).is_ok();
            let [scanned, quick, general] = accepted(&plan, &record);
            assert_eq!((scanned, quick), (oracle, oracle), "{} in a record", case.name);
            // Only the general way makes a tree, and so knows names that stand twice where no path looks.
            assert!(general == oracle || oracle && case.name.contains("duplicated_key"), "{} in a record", case.name);
        }
    }
}
