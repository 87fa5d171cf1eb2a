//! What paths read of a record: in one pass, and held to the plain way over a tree of the whole record.

use bobmap::value::path::Path;
use bobmap::value::read::{ReadPlan, Slot, Slots};
use bobmap::value::{Found, Raw};
use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq, proptest};

/// What each path finds, in a few words.
fn found(paths: &[&str], record: &str) -> Vec<String> {
    let mut plan = ReadPlan::new(true);
    let numbers: Vec<usize> = paths.iter().map(|path| plan.add(&Path::parse(path).unwrap())).collect();
    let (mut slots, mut generally) = (Slots::new(), Slots::new());
    let once = plan.read(record, &mut slots).unwrap_or_else(|error| panic!("{record}: {error}"));
    let tree = plan.read_generally(record, &mut generally).unwrap();
    assert_eq!(once, tree, "{record}");
    numbers.into_iter().map(|slot| shown(once.slot(slot))).collect()
}

fn shown(slot: Slot<'_>) -> String {
    match slot {
        Slot::One(Found::Absent) => "absent".to_owned(),
        Slot::One(Found::Null) => "null".to_owned(),
        Slot::One(Found::Blank) => "blank".to_owned(),
        Slot::One(Found::Value(raw)) => raw.text().to_owned(),
        Slot::Many(found) => format!("({})", found.iter().map(Raw::text).collect::<Vec<_>>().join(" | ")),
    }
}

#[test]
fn a_path_tells_absent_from_null_from_blank_from_value() {
    for (record, expected) in [
        ("{}", "absent"),
        (r#"{"work":{}}"#, "absent"),
        (r#"{"work":{"titles":1}}"#, "absent"),
        (r#"{"work":null}"#, "null"),
        (r#"{"work":""}"#, "blank"),
        (r#"{"work":"     "}"#, "blank"),
        (r#"{"work":"text"}"#, "null"),
        (r#"{"work":[{"title":"x"}]}"#, "null"),
        (r#"{"work":7}"#, "null"),
        (r#"{"work":{"title":null}}"#, "null"),
        (r#"{"work":{"title":""}}"#, "blank"),
        (r#"{"work":{"title":"\u00a0"}}"#, "blank"),
        (r#"{"work":{"title":0}}"#, "0"),
        (r#"{"work":{"title":false}}"#, "false"),
        (r#"{"work":{"title":[]}}"#, "[]"),
        (r#"{"work":{"title":{}}}"#, "{}"),
        (r#" { "work" : { "title" : 1.10 } } "#, "1.10"),
        (r#"{"work":{"\u0074itle":"x"}}"#, r#""x""#),
    ] {
        assert_eq!(found(&["$.work.title"], record), [expected], "{record}");
    }
}

#[test]
fn an_index_beyond_a_list_finds_nothing_and_is_no_question_of_permission() {
    for (record, expected) in [
        (r#"{"l":["a","b"]}"#, r#""b""#),
        (r#"{"l":["a"]}"#, "null"),
        (r#"{"l":[]}"#, "null"),
        (r#"{"l":{}}"#, "null"),
        (r#"{"l":{"1":"x"}}"#, "null"),
        (r#"{"l":null}"#, "null"),
        (r#"{"l":""}"#, "blank"),
        (r#"{"l":7}"#, "null"),
        ("{}", "absent"),
    ] {
        assert_eq!(found(&["$.l[1]"], record), [expected], "{record}");
    }
    assert_eq!(found(&["$.l[1].name"], r#"{"l":[{"name":1},{}]}"#), ["absent"]);
    assert_eq!(found(&["$.l[1].name", "$.l.name"], r#"{"l":{"name":"both"}}"#), ["null", r#""both""#]);
    assert_eq!(found(&["$.l[1].name", "$.l.name"], r#"{"l":[1,{"name":"both"}]}"#), [r#""both""#, "null"]);
}

#[test]
fn paths_share_what_they_read() {
    let paths = ["$.a", "$.a.b", "$.a.*", "$.a.b[*]", "$.a.b[0]", "$..b", "$.a.b[?@ > $.least]", "$"];
    let record = r#"{"a":{"b":[1,2]},"least":1}"#;
    let expected = [r#"{"b":[1,2]}"#, "[1,2]", "([1,2])", "(1 | 2)", "1", "([1,2])", "(2)", r#"{"a":{"b":[1,2]},"least":1}"#];
    assert_eq!(found(&paths, record), expected);
    assert_eq!(found(&paths, "{}"), ["absent", "absent", "()", "()", "absent", "()", "()", "{}"]);
    assert_eq!(found(&["$.a", "$.a"], r#"{"a":1}"#), ["1", "1"]);
}

#[test]
fn hibobs_second_copy_is_never_seen() {
    let record = r#"{"/root/id":{"value":1},"id":2,"/work/title":{"value":3},"work":{"/a/b":4},"/c":5}"#;
    assert_eq!(found(&["$['/root/id']", "$.*", "$..value"], record), ["absent", r#"(2 | {"/a/b":4} | 5)"#, "()"]);
    assert_eq!(found(&["$"], record), [r#"{"id":2,"work":{"/a/b":4},"/c":5}"#]);
    assert_eq!(found(&["$.work['/a/b']"], record), ["4"]);
}

#[test]
fn a_label_is_absent_only_with_the_value_that_it_is_of() {
    let label = |record: &str| found(&["$.humanReadable.work.title"], record).swap_remove(0);
    assert_eq!(label(r#"{"id":1,"work":{"title":"7"},"humanReadable":{"work":{"title":"Fitter"}}}"#), r#""Fitter""#);
    assert_eq!(label(r#"{"id":1,"humanReadable":{"work":{"title":"Fitter"}}}"#), r#""Fitter""#);
    // HiBob leaves null values out of the labels, and what may not be seen out of both.
    assert_eq!(label(r#"{"id":1,"work":{"title":null},"humanReadable":{"work":{}}}"#), "null");
    assert_eq!(label(r#"{"id":1,"work":null,"humanReadable":{}}"#), "null");
    assert_eq!(label(r#"{"id":1,"work":{"title":"7"}}"#), "null");
    assert_eq!(label(r#"{"id":1,"work":{"site":"London"},"humanReadable":{"work":{"site":"London"}}}"#), "absent");
    assert_eq!(label(r#"{"id":1}"#), "absent");
    assert_eq!(found(&["$.humanReadable"], r#"{"id":1}"#), ["null"]);
    let both = ["$.humanReadable.teams[0].name", "$.teams", "$.humanReadable.teams"];
    assert_eq!(found(&both, r#"{"teams":[]}"#), ["null", "[]", "null"]);
    assert_eq!(found(&both, "{}"), ["absent", "absent", "absent"]);
}

#[test]
fn a_name_twice_is_refused_only_where_a_path_looks() {
    let read = |path: &str, record: &str| {
        let mut plan = ReadPlan::new(true);
        plan.add(&Path::parse(path).unwrap());
        plan.read(record, &mut Slots::new()).map(drop).map_err(|error| error.to_string())
    };
    let twice = r#"{"a":{"x":1,"x":2},"b":1}"#;
    assert_eq!(read("$.b", twice), Ok(()));
    assert!(read("$.a.y", twice).unwrap_err().contains(r#""x" stands twice"#));
    assert!(read("$.a[?@ == 1]", twice).is_err());
    assert!(read("$.b", r#"{"b":1,"\u0062":2}"#).is_err());
    for broken in [r#"{"a":[1,}"#, r#"{"b":1}}"#, r#"{"b":1"#, "", r#"{"b":01}"#, "{\"c\":\"\u{1}\"}"] {
        assert!(read("$.b", broken).is_err(), "{broken}");
    }
}

/// JSON texts over few names, so that paths meet them; a name may stand twice where `twice` says so.
fn json(twice: bool) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("\"\"".to_owned()),
        Just("\"  \"".to_owned()),
        Just("1.10".to_owned()),
        Just("\"text\"".to_owned()),
        Just("true".to_owned()),
        Just("\"\\ud83d\"".to_owned()),
        Just(" [ ] ".to_owned()),
        Just("{ }".to_owned()),
    ];
    let name = || select(vec!["a", "b", "\\u0061", "/a/b", "humanReadable", "/a", ""]);
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let list = vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(" ,")));
        let member = |(name, value): (&str, String)| format!("\"{name}\":{value}");
        let joined = |members: Vec<String>| format!("{{{}}}", members.join(", "));
        let loose = vec((name(), inner.clone()), 0..5).prop_map(move |members| joined(members.into_iter().map(member).collect()));
        // Written two ways, one name is still one name.
        let strict = btree_map(name().prop_map(|name| if name == "\\u0061" { "c" } else { name }), inner, 0..5)
            .prop_map(move |members| joined(members.into_iter().map(member).collect()));
        let object = if twice { loose.boxed() } else { strict.boxed() };
        prop_oneof![object, list]
    })
}

fn path() -> impl Strategy<Value = String> {
    let segment = select(vec![
        ".a",
        ".b",
        "['/a/b']",
        "['']",
        "[0]",
        "[1]",
        "[-1]",
        "[*]",
        ".*",
        "..a",
        "..*",
        "[0,1]",
        "['a','b']",
        "[0:2]",
        ".humanReadable",
        "[?@.a]",
        "[?@ == $.b]",
        "[?@.a == 'text']",
        "[?$.a]",
        "[?count(@.*) > 1]",
    ]);
    vec(segment, 0..4).prop_map(|segments| format!("${}", segments.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_pass_finds_what_the_tree_finds(record in json(false), paths in vec((path(), any::<bool>()), 1..8), drops in any::<bool>()) {
        let mut plan = ReadPlan::new(drops);
        for (path, matches) in &paths {
            let path = Path::parse(path).unwrap();
            if *matches { plan.add_matches(&path) } else { plan.add(&path) };
        }
        let (mut slots, mut generally) = (Slots::new(), Slots::new());
        let once = plan.read(&record, &mut slots);
        let tree = plan.read_generally(&record, &mut generally);
        prop_assert!(once.is_ok() && tree.is_ok(), "{:?} {:?}", once, tree);
        prop_assert_eq!(once, tree);
    }

    #[test]
    fn one_pass_refuses_no_more_than_the_tree_does(record in json(true), paths in vec(path(), 1..4)) {
        let mut plan = ReadPlan::new(true);
        for path in &paths {
            plan.add(&Path::parse(path).unwrap());
        }
        let (mut slots, mut generally) = (Slots::new(), Slots::new());
        let once = plan.read(&record, &mut slots);
        if let Ok(tree) = plan.read_generally(&record, &mut generally) {
            prop_assert!(once.is_ok());
            prop_assert_eq!(once.unwrap(), tree);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(record in "[\\[\\]{}\":,a01.\\\\u e\\-n\u{e9}]{0,40}", paths in vec(path(), 1..4)) {
        let mut plan = ReadPlan::new(true);
        for path in &paths {
            plan.add(&Path::parse(path).unwrap());
        }
        let (mut slots, mut generally) = (Slots::new(), Slots::new());
        let (once, tree) = (plan.read(&record, &mut slots), plan.read_generally(&record, &mut generally));
        prop_assert!(once.is_ok() || tree.is_err(), "{:?}", once);
    }
}
