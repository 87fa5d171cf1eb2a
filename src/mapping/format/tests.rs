//! What the style is, piece by piece.

use super::{Unformatted, format};
use crate::diagnostic::FileId;

fn formatted(text: &str) -> String {
    let once = format(text, FileId::from_index(0)).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    assert_eq!(format(&once, FileId::from_index(0)).unwrap(), once, "twice");
    once
}

#[test]
fn blanks_indentation_and_line_ends_are_made_alike() {
    let odd = "\n\nmapping:    people   \nfields:\n    id:   {from: $.id,personal:   false}\n    name: [ $.a,$.b ]\n\n\n\n    x: $.x\nignore:\n- $.a\n-   $.b";
    let plain = "mapping: people\nfields:\n  id: { from: $.id, personal: false }\n  name: [$.a, $.b]\n\n  x: $.x\nignore:\n  - $.a\n  - $.b\n";
    assert_eq!(formatted(odd), plain);
}

#[test]
fn comments_stay_where_they_are() {
    let odd = "# top\n\n#two\nmapping: people # one\nfields:   # two\n    # of id\n    id: $.id\n\n    # of nobody\n\n    name: $.name\n    # last\n# end\n";
    let plain = "# top\n\n#two\nmapping: people # one\nfields: # two\n  # of id\n  id: $.id\n\n  # of nobody\n\n  name: $.name\n  # last\n# end\n";
    assert_eq!(formatted(odd), plain);
}

#[test]
fn comments_in_one_column_stay_in_one_column() {
    let lined_up = "mapping: people   # one\nformat: 1         # two\n\nkey: id # three\nfields:\n  id: $.id\n";
    assert_eq!(formatted(lined_up), lined_up);
    assert_eq!(formatted("a: [1,2]  # x\nbé: [3, 4] # y\n"), "a: [1, 2] # x\nbé: [3, 4] # y\n");
    assert_eq!(formatted("é: [1,2]   # x\nb: 2       # y\n"), "é: [1, 2]  # x\nb: 2       # y\n");
    assert_eq!(formatted("a: 1     # alone\nb: 2\nc: 3   # alone\n"), "a: 1 # alone\nb: 2\nc: 3 # alone\n");
}

#[test]
fn quotes_anchors_and_block_texts_stay() {
    let text = "a: 'single'\nb: \"double\"\nc: plain\nd: 'it''s'\ne: &anchor { x: 1 }\nf: *anchor\ng: |-\n  one\n   two\n\n  three\nh: >\n  folded\n  text\n";
    assert_eq!(formatted(text), text);
}

#[test]
fn a_collection_over_several_lines_has_an_item_a_line() {
    assert_eq!(formatted("a: [\n 1,  # one\n   2, 3 ]\n"), "a: [\n  1, # one\n  2,\n  3,\n]\n");
    let long = format!("a: [{}]\n", ["word"; 100].join(", "));
    assert_eq!(formatted(&long), long);
}

#[test]
fn line_ends_are_those_of_the_first_line() {
    assert_eq!(formatted("a:  1\r\nb: 2\n"), "a: 1\r\nb: 2\r\n");
    assert_eq!(formatted("a:  1\nb: 2\r\n"), "a: 1\nb: 2\n");
    assert_eq!(formatted("\u{feff}a:  1\n"), "a: 1\n");
}

#[test]
fn what_is_no_sound_yaml_is_left_alone() {
    for text in ["a: [", "a: 1\na: 2\n", "a: !tag 1\n", "a: 1\n---\nb: 2\n", "", "# nothing\n"] {
        assert!(
            matches!(format(text, FileId::from_index(0)), Err(Unformatted::Faults(faults)) if !faults.is_empty()),
            "{text:?}"
        );
    }
}

#[test]
fn what_stands_too_far_to_the_right_is_left_alone() {
    let nested = |levels: usize, blanks: usize| -> String {
        (0..levels).map(|level| format!("{}k:\n", " ".repeat(level * blanks))).collect()
    };
    assert_eq!(formatted(&nested(30, 1)), nested(30, 2));
    for text in [nested(40, 2), nested(40, 1), nested(2, 63), nested(2, 100), "- ".repeat(40) + "x\n"] {
        assert!(matches!(format(&text, FileId::from_index(0)), Err(Unformatted::TooDeep)), "{text}");
    }
}
