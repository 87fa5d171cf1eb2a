//! The worked examples of the guide come out as the page says.

use super::{person, request};
use crate::console::blocks;
use bobmap::guide;
use bobmap::time_off::Kind;
use serde_json::Value;

/// Everything that `expected` names is so in `found`.
fn assert_within(expected: &Value, found: &Value, place: &str) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                assert_within(value, found.get(name).unwrap_or(&Value::Null), &format!("{place}.{name}"));
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            assert_eq!(expected.len(), found.len(), "{place}");
            expected
                .iter()
                .zip(found)
                .enumerate()
                .for_each(|(at, (expected, found))| assert_within(expected, found, &format!("{place}[{at}]")));
        }
        _ => assert_eq!(expected, found, "{place}"),
    }
}

#[test]
fn each_type_of_request_is_worked_through_in_the_guide() {
    let page = guide::find("time_off").unwrap();
    let (_, examples) = page.split_once("## Each type, worked through").unwrap();
    let mut kinds = Vec::new();
    for section in examples.split("\n### ").skip(1) {
        let kind = section.lines().next().unwrap();
        let json: Vec<Value> = blocks(section).iter().map(|block| serde_json::from_str(block.text).unwrap()).collect();
        let [sent, expected] = json.as_slice() else { panic!("{kind}: {} blocks", json.len()) };
        assert_eq!(sent["type"], kind);
        let found = request(sent, &[person("1", [8.0, 8.0, 8.0, 8.0, 8.0, 0.0, 0.0])]);
        assert_within(expected, &found, kind);
        assert_eq!((&found["status"], found.get("fault")), (&"approved".into(), None));
        kinds.push(kind.to_owned());
    }
    assert_eq!(kinds, Kind::ALL.map(|kind| kind.word().to_owned()));
}
