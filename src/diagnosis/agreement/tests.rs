use super::{Agreement, Comparison, Earlier, Meaning};
use crate::catalog::Catalog;
use crate::value::Raw;

fn catalog() -> Catalog {
    let text = "catalog: 1\ncategories: { work: Work }\nfields:\n  root.id: { name: ID, category: work, type: text }\n  \
        work.old: { name: Desk, category: work, type: text }\n  work.new: { name: Desk, category: work, type: list, list: desks }\n\
        lists:\n  desks:\n    - { id: \"1\", label: North }\n    - { id: \"2\", label: South }\n  rooms:\n    - { id: \"1\", label: South }\n";
    Catalog::load(text, "bob.yaml").unwrap()
}

#[test]
fn values_are_compared_by_what_they_mean() {
    let catalog = catalog();
    let agree = |one: &str, list: Option<&str>, other: &str, other_list: Option<&str>| {
        let of = |text: &'static str, list| Meaning::of(Raw::new(text), list, &[&catalog]).unwrap();
        let leak = |text: &str| -> &'static str { text.to_owned().leak() };
        of(leak(one), list).agrees(&of(leak(other), other_list))
    };
    assert!(agree("\" North \"", None, "\"north\"", None));
    assert!(agree("\"NORTH\"", None, "\"1\"", Some("desks")));
    assert!(agree("1", Some("desks"), "\"North\"", None));
    // The same id in two lists is not the same item.
    assert!(!agree("\"1\"", Some("desks"), "\"1\"", Some("rooms")));
    assert!(agree("\"2\"", Some("desks"), "\"1\"", Some("rooms")));
    assert!(agree("\"2026-03-01\"", None, "\"01/03/2026\"", None));
    assert!(agree("\"2026-03-01\"", None, "\"2026-03-01T00:00:00\"", None));
    assert!(agree("7", None, "\"007\"", None) && agree("\"7.50\"", None, "7.5", None));
    assert!(agree("true", None, "\"Yes\"", None));
    assert!(agree(r#"{"id":"12","displayName":"Ada Example"}"#, None, "\"12\"", None));
    assert!(agree(r#"["1"]"#, Some("desks"), "\"North\"", None));
    assert!(agree(r#"["1","2"]"#, Some("desks"), r#"["South","North"]"#, None));
    assert!(agree(r#"["2","1"]"#, Some("desks"), "\"South, North\"", None));
    assert!(!agree("\"North\"", None, "\"South\"", None) && !agree("1", None, "true", None));
}

#[test]
fn people_are_compared_now_and_with_records_saved_before() {
    let catalog = catalog();
    let ids = ["work.old".to_owned()];
    let mut earlier = Earlier::new("before.json", &ids, &catalog, None);
    for (person, desk) in [("1", "North"), ("2", "South"), ("3", "North"), ("9", "South")] {
        earlier.add(&format!(r#"{{"id":"{person}","work":{{"old":"{desk}"}}}}"#)).unwrap();
    }
    let pairs = [("work.old".to_owned(), "work.new".to_owned())];
    let mut comparison = Comparison::new(&pairs, &catalog, None, Some(earlier));
    for record in [
        r#"{"id":"1","work":{"old":null,"new":"1"}}"#,
        r#"{"id":"2","work":{"old":null,"new":"1"}}"#,
        r#"{"id":"3","work":{"old":"North","new":"1"}}"#,
        r#"{"id":"4","work":{"old":"North","new":null}}"#,
        r#"{"id":"5","work":{"old":null,"new":"2"}}"#,
    ] {
        comparison.add(record).unwrap();
    }
    let (pairs, earlier) = comparison.finish();
    let expected =
        Agreement { both: 3, agree: 2, as_is: 0, telling: false, instead: 3, only_old: 1, at_once: 1, taken_over: 1, gone: 2 };
    assert_eq!(pairs[0], expected);
    let earlier = earlier.unwrap();
    assert_eq!((earlier.people, earlier.seen_again, earlier.had_and_unseen[0]), (4, 3, 1));
}

#[test]
fn what_everybody_has_proves_little() {
    let catalog = catalog();
    let telling = |values: &[&str]| {
        let mut comparison = Comparison::new(&[("work.old".to_owned(), "work.site".to_owned())], &catalog, None, None);
        for (at, value) in values.iter().enumerate() {
            comparison.add(&format!(r#"{{"id":"{at}","work":{{"old":"{value}","site":"{value}"}}}}"#)).unwrap();
        }
        comparison.finish().0[0].telling
    };
    assert!(!telling(&["a"; 500]));
    assert!(!telling(&["a", "b", "c"]));
    assert!(!telling(&["a", "b", "a", "b", "a"]));
    assert!(telling(&["a", "b", "c", "d", "e"]));
    assert!(telling(&["a", "b"].repeat(8)));
}
