//! What paths select and what they refuse, where neither the public suite nor serde_json_path can be asked: RFC 9535's own
//! tables, exact numbers, what jsonpath-rust reads otherwise, and hostile texts.

use bobmap::value::json::Tree;
use bobmap::value::path::{Path, TooMuchWork};

/// What a path selects, as one JSON text.
fn selected(path: &str, json: &str) -> String {
    let tree = Tree::parse(json).unwrap();
    let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let found: Vec<&str> = path.select(&tree).unwrap().into_iter().map(|node| node.raw).collect();
    format!("[{}]", found.join(","))
}

fn holds(condition: &str, json: &str) -> bool {
    selected(&format!("$[?{condition}]"), json) != "[]"
}

#[test]
fn comparisons_hold_as_table_11_of_the_rfc_says() {
    let json = r#"{"obj": {"x": "y"}, "arr": [2, 3]}"#;
    for (condition, holds_there) in [
        ("$.absent1 == $.absent2", true),
        ("$.absent1 <= $.absent2", true),
        ("$.absent == 'g'", false),
        ("$.absent1 != $.absent2", false),
        ("$.absent != 'g'", true),
        ("1 <= 2", true),
        ("1 > 2", false),
        ("13 == '13'", false),
        ("'a' <= 'b'", true),
        ("'a' > 'b'", false),
        ("$.obj == $.arr", false),
        ("$.obj != $.arr", true),
        ("$.obj == $.obj", true),
        ("$.obj != $.obj", false),
        ("$.arr == $.arr", true),
        ("$.arr != $.arr", false),
        ("$.obj == 17", false),
        ("$.obj != 17", true),
        ("$.obj <= $.arr", false),
        ("$.obj < $.arr", false),
        ("$.obj <= $.obj", true),
        ("$.arr <= $.arr", true),
        ("1 <= $.arr", false),
        ("1 >= $.arr", false),
        ("1 > $.arr", false),
        ("1 < $.arr", false),
        ("true <= true", true),
        ("true > true", false),
        ("$.arr[-1] == 3", true),
        ("null <= null", true),
        ("$.absent <= null", false),
        ("value($..absent) == $.absent", true),
    ] {
        assert_eq!(holds(condition, json), holds_there, "{condition}");
    }
}

#[test]
fn numbers_are_compared_to_the_last_digit() {
    for (condition, json, holds_there) in [
        ("@ == 9007199254740993", "[9007199254740992]", false),
        ("@ == 9007199254740993", "[9007199254740993]", true),
        ("@ < 9007199254740993", "[9007199254740992]", true),
        ("@ == 12345678901234567890123", "[12345678901234567890123]", true),
        ("@ == 12345678901234567890123", "[12345678901234567890124]", false),
        ("@ == 1e400", "[10e399]", true),
        ("@ < 1e400", "[1e401]", false),
        ("@ == 0.1", "[0.1000000000000000055511151231257827]", false),
        ("@ == 100", "[1.00e2]", true),
        ("@ == -0", "[0.0]", true),
        ("@ == $[0]", r#"[{"b": [1.0], "a": 1e0}, {"a": 1, "b": [1]}]"#, true),
    ] {
        assert_eq!(holds(condition, json), holds_there, "{condition} {json}");
    }
    assert_eq!(
        selected("$[?@ == $[0]]", r#"[{"b":[1.0],"a":2},{"a":2,"b":[1]},{"a":2}]"#),
        r#"[{"b":[1.0],"a":2},{"a":2,"b":[1]}]"#
    );
}

#[test]
fn texts_are_ordered_by_their_characters_not_by_utf_16() {
    assert!(holds(r"@ < '\ud83d\ude00'", r#"["ｚ"]"#));
    assert!(holds("length(@) == 2", r#"["😀é"]"#));
}

#[test]
fn descendants_come_parents_first_and_selectors_in_turn_at_each() {
    assert_eq!(selected("$..['a','d']", r#"[{"a":1,"d":2},{"a":3,"d":{"a":4}}]"#), r#"[1,2,3,{"a":4},4]"#);
    assert_eq!(selected("$..*", r#"{"o":[{"a":1}],"p":2}"#), r#"[[{"a":1}],2,{"a":1},1]"#);
    assert_eq!(selected("$[?@[?@>1]]", "[[1],[1,2],[3]]"), "[[1,2],[3]]");
    assert_eq!(selected("$.a[?(@.x==1)].y", r#"{"a":[{"x":1,"y":2},{"x":3,"y":4},{"x":1.0,"y":5}]}"#), "[2,5]");
}

#[test]
fn a_path_can_go_on_from_a_node_and_still_see_the_root() {
    let tree = Tree::parse(r#"{"want": 2, "items": [{"id": 1}, {"id": 2, "name": "x"}]}"#).unwrap();
    let path = Path::parse("$.items[?@.id == $.want].name").unwrap();
    assert_eq!(path.singular_prefix(), 1);
    assert!(path.looks_at_root() && !path.is_singular());
    let items = tree.get("items").unwrap();
    let found = path.select_from(1, items, &tree).unwrap();
    assert_eq!(found[0].raw, "\"x\"");
    assert_eq!(path.select_from(3, items, &tree).unwrap(), [items]);
    assert_eq!(path.select_from(9, items, &tree).unwrap(), [items]);
}

#[test]
fn singular_paths_and_their_simple_beginnings_are_known() {
    for (path, prefix, singular, root) in [
        ("$", 0, true, false),
        ("$.a['b c'][0]", 3, true, false),
        ("$.a[-1].b", 1, true, false),
        ("$.a[*].b", 1, false, false),
        ("$.a['b','c']", 1, false, false),
        ("$..a", 0, false, false),
        ("$[?@.a == length($.b)]", 0, false, true),
        ("$[?!(@[?count($..x) > 1] || @.a)]", 0, false, true),
        ("$[?match(@.a, $.p)]", 0, false, true),
    ] {
        let read = Path::parse(path).unwrap();
        assert_eq!((read.singular_prefix(), read.is_singular(), read.looks_at_root()), (prefix, singular, root), "{path}");
    }
}

#[test]
fn what_jsonpath_rust_would_let_pass_is_refused() {
    for path in [
        "$.first name",
        "$.a[?@.y in ['x']]",
        "$.x[?@.ab c == 1]",
        "$[?@. a == 1]",
        "$[?@[ 'a' ] == 1]",
        "$[?length(@[ 0 ]) == 1]",
        "$[?count(@..*)]",
        "$[?value(@.a)]",
        "$[?length(@.a)]",
        "$[?length(@.*) < 3]",
        "$[?length(@[1, 2]) < 3]",
        "$[?length(@['a', 'b']) < 3]",
        "$[?in(@.a, @.b)]",
        "$[?nin(@.a, @.b)]",
        "$[?none_of(@.a, @.b)]",
        "$[?any_of(@.a, @.b)]",
        "$[?subset_of(@.a, @.b)]",
        "$[?match(@.a, @.b == 'c')]",
        "$[?count(value(@.a)) == 1]",
        "$[?count(true) == 1]",
    ] {
        assert!(Path::parse(path).is_err(), "{path}");
    }
}

#[test]
fn names_that_jsonpath_rust_would_trim_or_refuse_are_read() {
    assert_eq!(selected("$.\u{a0}a\u{3000}", "{\"\u{a0}a\u{3000}\": 1, \"a\": 2}"), "[1]");
    assert_eq!(selected("$[?@.\u{85} == 1]", "[{\"\u{85}\": 1}]"), "[{\"\u{85}\": 1}]");
    assert_eq!(selected("$['first\u{7f}']", "{\"first\u{7f}\": 1}"), "[1]");
    assert_eq!(selected(r"$['\uD83D\ude00\'\/']", r#"{"😀'/": 1}"#), "[1]");
    assert_eq!(Path::parse("$.\u{a0}a").unwrap().to_string(), "$['\u{a0}a']");
}

#[test]
fn paths_print_in_one_form() {
    for (path, canonical) in [
        ("$['work'][\"department\"]", "$.work.department"),
        ("$ .a [ 0 ]", "$.a[0]"),
        ("$[\"first name\"]", "$['first name']"),
        ("$.*..*", "$[*]..[*]"),
        ("$..['größe']['1a']", "$..größe['1a']"),
        ("$[ 1 : , :: -1,'a' ]", "$[1:, ::-1, 'a']"),
        ("$[?(@.a==1.0e0)&&(@.b||!@.c)||!(@.d!=null)]", "$[?@.a == 1.0e0 && (@.b || !@.c) || !(@.d != null)]"),
        ("$[?match( @[\"a\"] , \"it's\" )]", r"$[?match(@.a, 'it\'s')]"),
        ("$[?count( $..x )>=length('a')]", "$[?count($..x) >= length('a')]"),
        (r"$['\u0000\n\\']", r"$['\u0000\n\\']"),
    ] {
        assert_eq!(Path::parse(path).unwrap().to_string(), canonical);
        assert_eq!(Path::parse(canonical).unwrap().to_string(), canonical);
    }
}

#[test]
fn patterns_that_are_no_i_regexp_fit_nothing_and_are_told() {
    assert!(holds(r"match(@, '[0-9]{2}')", r#"["12"]"#) && !holds(r"match(@, '[0-9]{2}')", r#"["123"]"#));
    assert!(holds(r"search(@, '[0-9]{2}')", r#"["123"]"#));
    assert!(!holds(r"match(@, '\\d+')", r#"["12"]"#));
    assert!(!holds("match(@[0], @[1])", r#"[["aa", "a**"]]"#) && holds("match(@[0], @[1])", r#"[["aa", "a*"]]"#));
    let warned = |path: &str| {
        let path = Path::parse(path).unwrap();
        path.warnings().iter().map(|warning| (warning.message.clone(), warning.help.clone())).collect::<Vec<_>>()
    };
    assert_eq!(warned("$[?match(@.a, 'a.*')]"), []);
    assert_eq!(
        warned(r"$[?match(@.a, '\\d+')]"),
        [(
            r"match() is always false: I-Regexp (RFC 9485) does not have `\d`".to_owned(),
            Some(r"write `[0-9]`, or `\\p{Nd}` for the digits of all scripts".to_owned())
        )]
    );
    assert_eq!(warned("$[?search(@.a, '(a{1000}){1000}')]").len(), 1);
}

/// Runs with the stack that threads have.
fn in_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(test).unwrap().join().unwrap();
}

#[test]
fn hostile_paths_end_in_an_error_soon() {
    in_a_small_stack(|| {
        for (start, middle, end) in [
            ("$", "[?@", "]"),
            ("$[?", "(", ")"),
            ("$[?", "!(", ")"),
            ("$[?", "length(", ")"),
            ("$[?", "match(@[?", ",'a')]"),
            ("$[?", "(@ && ", ")"),
            ("$", "[", ""),
            ("$", "..a", ""),
            ("$", "[0:", ""),
            ("$[?@", "==@", "]"),
            ("$[?@", "&&!@", "]"),
            ("$['", "\\\\", "']"),
            ("$[?", "@[?length(", "]"),
        ] {
            for depth in [2, 5, 6, 7, 31, 32, 33, 500, 5_000] {
                for inner in ["", "@.a", "1"] {
                    for closes in [0, depth / 2, depth] {
                        let path = format!(
                            "{start}{}{inner}{}{}",
                            middle.repeat(depth),
                            end.repeat(closes),
                            if start.contains('?') { "]" } else { "" }
                        );
                        if let Err(error) = Path::parse(&path) {
                            assert!(path.get(error.span).is_some());
                        }
                    }
                }
            }
        }
        assert!(Path::parse(&format!("$.{}", "a".repeat(10_000))).unwrap_err().message.contains("longer than"));
    });
}

#[test]
fn filters_nest_as_deep_as_the_limits_say() {
    in_a_small_stack(|| {
        let nested = |depth: usize| format!("${}{}", "[?@".repeat(depth), "]".repeat(depth));
        let json = format!("{}1{}", "[".repeat(40), "]".repeat(40));
        assert!(Path::parse(&nested(33)).unwrap_err().message.contains("more than 32 deep"));
        assert_eq!(selected(&nested(32), &json), format!("[{}1{}]", "[".repeat(39), "]".repeat(39)));
        let groups = format!("$[?{}@{}]", "!(".repeat(31), ")".repeat(31));
        assert_eq!(selected(&groups, "[1]"), "[]");
        let calls = |depth: usize| format!("$[?{}@{} == 1]", "length(".repeat(depth), ")".repeat(depth));
        assert!(Path::parse(&calls(6)).is_ok());
        assert!(Path::parse(&calls(7)).unwrap_err().message.contains("functions are nested"));
    });
}

#[test]
fn the_deepest_records_are_walked_and_compared_in_a_small_stack() {
    in_a_small_stack(|| {
        let deep = |leaf: &str| format!("{}{leaf}{}", r#"{"a":["#.repeat(255), "]}".repeat(255));
        let json = deep("1");
        let tree = Tree::parse(&json).unwrap();
        assert_eq!(Path::parse("$..a").unwrap().select(&tree).unwrap().len(), 255);
        assert_eq!(Path::parse("$..*..a[0]").unwrap().select(&tree).unwrap().len(), 254 * 255);
        assert_eq!(Path::parse(&format!("${}", ".a[0]".repeat(255))).unwrap().select(&tree).unwrap()[0].raw, "1");
        let json = format!("[{0},{0},{1}]", deep("1"), deep("2"));
        assert_eq!(Path::parse("$[?@ == $[0]]").unwrap().select(&Tree::parse(&json).unwrap()).unwrap().len(), 2);
    });
}

#[test]
fn a_search_in_a_search_over_a_huge_record_gives_up() {
    let wide = format!("[{}]", vec![r#"{"a":1}"#; 50_000].join(","));
    let tree = Tree::parse(&wide).unwrap();
    for path in ["$..[?count($..*) > 0]", "$[?@ == $[49999] && count($.*) == 1]"] {
        assert_eq!(Path::parse(path).unwrap().select(&tree), Err(TooMuchWork), "{path}");
    }
    assert_eq!(Path::parse("$..[?@..a]").unwrap().select(&tree).unwrap().len(), 50_000);
    let doubled = Path::parse(&format!("${}", "[*,*]".repeat(2))).unwrap();
    assert_eq!(doubled.select(&tree).unwrap().len(), 200_000);
    let exploding = Path::parse(&format!("${}", "[0,0]".repeat(60))).unwrap();
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(exploding.select(&Tree::parse(&deep).unwrap()), Err(TooMuchWork));
    let members: Vec<String> = (0..20_000).map(|index| format!("\"n{index}\":{{}}")).collect();
    let names = format!("{{{}}}", members.join(","));
    let tree = Tree::parse(&names).unwrap();
    assert_eq!(Path::parse("$[?$.absent]").unwrap().select(&tree), Err(TooMuchWork), "looking for names is counted");
    assert_eq!(TooMuchWork.to_string(), "the path visited more than 10,000,000 values of this record");
    assert_eq!(bobmap::value::path::MAX_STEPS, 10_000_000);
}
