//! The quick way over a record is held to the pass with the scanner: over good records and damaged ones, read one after another
//! with what was learned of those before.

use super::pass::Pass;
use super::slots::{Slots, Span};
use super::{Path, ReadPlan};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::{prop_assert_eq, proptest};

const NAMES: [&str; 12] = [
    "a",
    "b",
    "",
    "\\u0061",
    "/a/b",
    "work",
    "humanReadable",
    "field_1647463700007",
    "a name that is far longer than what is compared at once",
    "é",
    "\\\"b\\\\",
    "x y",
];

fn blanks() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => select(vec![" ", "\n", "\r\n\t  ", "                                                  "])]
}

fn scalar() -> impl Strategy<Value = String> {
    let fixed = select(vec![
        "null",
        "true",
        "false",
        "0",
        "-0",
        "7",
        "1234567",
        "12345678",
        "-123456789012",
        "1.10",
        "0.00000000001",
        "1e5",
        "-1.5E+10",
        "2e-07",
        "\"\"",
        "\"  \"",
        "\"\\u00a0\\t\"",
        "\"\u{3000}\"",
        "\"\\ud83d\"",
        "\"\\\\\"",
        "\"\\\"}{][,:\\\"\"",
        // Not JSON.
        "01",
        "1.",
        "-",
        "+1",
        "1e",
        ".5",
        "nul",
        "truefalse",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\u{1}\"",
        "\"a\nb\"",
    ])
    .prop_map(str::to_owned);
    let text = vec(select(vec!["a", "bc", "é", "日本", "😀", " ", "\\n", "\\\\", "\\\"", "\\u0041", "{", "],", "\\/"]), 0..60)
        .prop_map(|parts| format!("\"{}\"", parts.concat()));
    prop_oneof![2 => fixed, 1 => text]
}

fn json() -> impl Strategy<Value = String> {
    scalar().prop_recursive(4, 60, 8, |inner| {
        let list = vec((blanks(), inner.clone(), blanks()), 0..4).prop_map(|items| {
            let items: Vec<String> = items.into_iter().map(|(before, item, after)| format!("{before}{item}{after}")).collect();
            format!("[{}]", items.join(","))
        });
        let member = (select(NAMES.to_vec()), blanks(), blanks(), inner, blanks());
        let object = vec(member, 0..8).prop_map(|members| {
            let members: Vec<String> = members
                .into_iter()
                .map(|(name, before, between, value, after)| format!("{before}\"{name}\"{between}:{before}{value}{after}"))
                .collect();
            format!("{{{}}}", members.join(","))
        });
        prop_oneof![1 => list, 3 => object]
    })
}

/// A change to a text: which character, and what takes its place.
fn damage() -> impl Strategy<Value = Option<(Index, &'static str)>> {
    let instead =
        select(vec!["", "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\u{0}", "\u{1f}", "0", "9", "-", "e", "n", "é"]);
    proptest::option::weighted(0.5, (any::<Index>(), instead))
}

fn damaged(text: &str, damage: Option<(Index, &'static str)>) -> String {
    let Some((at, instead)) = damage else { return text.to_owned() };
    let at = at.index(text.chars().count().max(1));
    text.chars().enumerate().map(|(index, old)| if index == at { instead.to_owned() } else { old.to_string() }).collect()
}

fn plan(paths: &[Vec<&'static str>], drops_slash_names: bool) -> ReadPlan {
    let mut plan = ReadPlan::new(drops_slash_names);
    for segments in paths {
        plan.add(&Path::parse(&format!("${}", segments.concat())).unwrap());
    }
    plan
}

fn segment() -> impl Strategy<Value = &'static str> {
    let names = vec![
        ".a",
        ".b",
        "['']",
        "['/a/b']",
        ".work",
        ".humanReadable",
        ".field_1647463700007",
        "['a name that is far longer than what is compared at once']",
        ".é",
        "['\"b\\\\']",
        "['x y']",
        "[0]",
        "[2]",
        "[*]",
        "..a",
    ];
    select(names)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_quick_way_finds_what_the_scanner_finds_and_refuses_what_it_refuses(
        records in vec((json(), damage(), blanks()), 1..6),
        paths in vec(vec(segment(), 0..4), 1..8),
        drops in any::<bool>(),
    ) {
        let plan = plan(&paths, drops);
        let mut quick = Slots::new();
        let mut exact = Slots::new();
        for (record, damage, around) in records {
            let record = format!("{around}{}{around}", damaged(&record, damage));
            exact.forget(plan.len(), plan.captures);
            let is_good = Pass::run(&plan, &record, &mut exact.spans, &mut exact.captured).is_ok();
            prop_assert_eq!(quick.read_quickly(&plan, &record, None), is_good, "{}", record);
            if is_good {
                prop_assert_eq!(&quick.spans, &exact.spans, "{}", &record);
                prop_assert_eq!(&quick.captured, &exact.captured, "{}", record);
            }
        }
    }
}

#[test]
fn names_beyond_what_is_learned_are_read_all_the_same() {
    let plan = plan(&[vec![".a"]], true);
    let mut slots = Slots::new();
    let many: Vec<String> = (0..10_000).map(|number| format!("\"n{number}\":{number},")).collect();
    for _ in 0..2 {
        let record = format!("{{{}\"a\":1}}", many.concat());
        assert!(!slots.read_quickly(&plan, &record, None));
        assert_eq!(plan.read(&record, &mut slots).unwrap().slot(0), plan.read(r#"{"a":1}"#, &mut Slots::new()).unwrap().slot(0));
    }
    assert!(plan.read(&format!("{{{}{}\"a\":1}}", many.concat(), many[9_999]), &mut slots).is_err());
}

#[test]
fn what_was_learned_with_one_plan_is_not_used_for_another() {
    let mut slots = Slots::new();
    for path in [".a", ".b"] {
        let plan = plan(&[vec![path]], true);
        plan.read(r#"{"a":1,"b":2}"#, &mut slots).unwrap();
        assert_eq!(slots.spans, [if path == ".a" { Span::value(5, 6) } else { Span::value(11, 12) }]);
    }
}

#[test]
fn nesting_is_bounded_the_quick_way_too() {
    let plan = plan(&[vec![".a", ".b"]], true);
    let mut slots = Slots::new();
    let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(slots.read_quickly(&plan, &deep(511), None));
    assert!(!slots.read_quickly(&plan, &deep(512), None));
    assert!(!slots.read_quickly(&plan, &"{\"a\":".repeat(100_000), None));
}
