//! Changes to the text of a mapping file: the tree is the old one with the change, and all other bytes are the old ones.

use bobmap::diagnostic::FileId;
use bobmap::mapping::document::Document;
use bobmap::mapping::edit::{Edit, Editor, NewEntry, NotEditable, apply};
use proptest::prelude::{Just, Strategy, any, prop};
use proptest::{prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};

fn read(text: &str) -> Document {
    let (document, faults) = Document::parse(text, FileId::from_index(0));
    assert!(faults.is_empty(), "{text}\n{faults:#?}");
    document.unwrap_or_else(|| panic!("{text}"))
}

fn tree(text: &str) -> Value {
    let document = read(text);
    serde_json::from_str(&document.json(document.root())).unwrap()
}

fn entry() -> NewEntry {
    NewEntry {
        path: "$.work.custom.field_1".to_owned(),
        category: Some("IT, and payroll: ids".to_owned()),
        then: vec!["lower".to_owned(), "list_label: work.column_1".to_owned()],
        comment: Some("\"Employee number\", this company's own".to_owned()),
    }
}

/// The old tree with the entry in the field's `from`.
fn expected(mut old: Value, field: &str, at: usize, entry: &NewEntry) -> Value {
    let new = json!({ "path": entry.path, "category": entry.category, "then": ["lower", { "list_label": "work.column_1" }] });
    let value = &mut old["fields"][field];
    if value.is_string() {
        *value = json!({ "from": value.clone() });
    }
    let from = &mut value["from"];
    let mut list = from.as_array().cloned().unwrap_or_else(|| vec![from.clone()]);
    list.insert(at.min(list.len()), new);
    *from = Value::Array(list);
    old
}

fn added(text: &str, field: &str, at: usize) -> Result<String, NotEditable> {
    Editor::new(text, &read(text)).add_entry(field, at, &entry()).map(|edits| apply(text, &edits))
}

/// One place to look, in a line.
fn place() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("$.email".to_owned()),
        Just("\"$.payroll.variable['Spot bonus'].amount\"".to_owned()),
        Just("'$.email'".to_owned()),
        Just("{ path: $.email, then: [lower] }".to_owned()),
        Just("{path: \"$.a#b\" , category: 'It''s'}".to_owned()),
        Just("&place $.email".to_owned()),
        Just("*seen".to_owned()),
    ]
}

/// What may stand behind a line.
fn behind() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " # a [comment, with: { signs", "  #", " "])
}

/// A field in any of the ways in which people write one. `seen` is an anchor before it.
fn field() -> impl Strategy<Value = String> {
    let places = || prop::collection::vec((place(), behind()), 1..4);
    let many = move || {
        places().prop_map(|places| {
            let anchors = places.iter().filter(|(place, _)| place.starts_with('&')).count();
            if anchors > 1 { vec![places[0].clone()] } else { places }
        })
    };
    let list = |indent: &str, places: &[(String, &str)]| -> String {
        places.iter().map(|(place, behind)| format!("{indent}- {place}{behind}\n")).collect()
    };
    prop_oneof![
        (place().prop_filter("the short form is a path", |place| !place.contains('{')), behind())
            .prop_map(|(place, behind)| format!("  email: {place}{behind}\n")),
        (place(), behind()).prop_map(|(place, behind)| format!("  email:\n    from: {place}{behind}\n    then: [lower]\n")),
        (place(), behind()).prop_map(|(place, behind)| format!("  email: {{ required: true, from: {place} }}{behind}\n")),
        (place(), behind()).prop_map(|(place, behind)| format!("  email: {{ required: true,{behind}\n    from: {place}\n  }}\n")),
        many().prop_map(move |places| format!("  email:\n    # places\n    from:\n{}    then: [lower]\n", list("      ", &places))),
        many().prop_map(move |places| format!("  email:\n    from: # places\n{}\n", list("    ", &places))),
        many().prop_map(|places| {
            let places: Vec<_> = places.into_iter().map(|(place, _)| place).collect();
            format!("  email: {{ from: [{}] }} # x\n", places.join(" , "))
        }),
        many().prop_map(|places| {
            let lines: String = places.into_iter().map(|(place, behind)| format!("      {place} ,{behind}\n")).collect();
            format!("  email:\n    from: [\n{lines}    ]\n    then: [lower]\n")
        }),
        many().prop_map(|places| {
            let lines: Vec<_> = places.into_iter().map(|(place, behind)| format!("      {place}{behind}\n")).collect();
            format!("  email:\n    from: [\n{}    ]\n", lines.join("      ,\n"))
        }),
        behind().prop_map(|behind| {
            format!("  email:\n    from:\n      path: $.email{behind}\n\n      # a step\n      then:\n      - lower\n    required: true\n")
        }),
        behind().prop_map(|behind| format!("  email:\n    from:\n      - path: $.email{behind}\n        then: [lower]\n\n      -\n        path: $.b\n")),
    ]
}

proptest! {
    #[test]
    fn an_entry_comes_to_the_tree_and_nothing_else_does(
        field in field(),
        at in 0usize..5,
        last in any::<bool>(),
        crlf in any::<bool>(),
        cut in any::<bool>(),
    ) {
        let head = "# head\nmapping: a\nformat: 1\nfields:\n  id: &seen $.id # [not, a: list\n";
        let tail = if last { "" } else { "\n  # the next\n  other: *seen\ntests:\n  - { name: \"a # b\" }\n" };
        let mut text = format!("{head}{field}{tail}");
        if cut {
            text.truncate(text.trim_end().len());
        }
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let new = added(&text, "email", at).unwrap();
        prop_assert_eq!(tree(&new).to_string(), expected(tree(&text), "email", at, &entry()).to_string(), "{}", new);
        prop_assert!(new.starts_with(&text[..head.len()]), "{}", new);
        let tail = if crlf { tail.replace('\n', "\r\n") } else { tail.to_owned() };
        prop_assert!(new.trim_end().ends_with(tail.trim_end()), "{}", new);
        prop_assert_eq!(new.matches('\n').count() - text.matches('\n').count(), new.lines().count() - text.lines().count());
        prop_assert!(!crlf || !new.replace("\r\n", "").contains('\n'), "{:?}", new);
        // Whatever was said stays said.
        let comments = text.matches("a [comment, with: { signs").count();
        prop_assert_eq!(new.matches("a [comment, with: { signs").count(), comments, "{}", new);
        prop_assert!(new.contains("# \"Employee number\""), "{}", new);
    }
}

#[test]
fn a_place_becomes_a_list_in_the_way_that_the_file_is_written() {
    for (old, new) in [
        ("  email: $.email # theirs\n  b: $.b\n", "  email:\n    from:\n      - $.email # theirs\n      - NEW # WHY\n  b: $.b\n"),
        ("  email:\n    from: $.email # theirs\n", "  email:\n    from:\n      - $.email # theirs\n      - NEW # WHY\n"),
        ("  email: { personal: false, from: $.email }\n", "  # WHY\n  email: { personal: false, from: [$.email, NEW] }\n"),
        ("  email:\n    from: [$.a, $.b] # c\n", "  # WHY\n  email:\n    from: [$.a, $.b, NEW] # c\n"),
        (
            "  email:\n    from:\n    - $.a\n    then: [lower]\n",
            "  email:\n    from:\n    - $.a\n    - NEW # WHY\n    then: [lower]\n",
        ),
        (
            "  email:\n    from:\n      path: $.a\n      then: [lower]\n",
            "  email:\n    from:\n      - path: $.a\n        then: [lower]\n      - NEW # WHY\n",
        ),
    ] {
        let text = format!("mapping: a\nformat: 1\nfields:\n{old}");
        let new_entry =
            "{ path: $.work.custom.field_1, category: \"IT, and payroll: ids\", then: [lower, { list_label: work.column_1 }] }";
        let new = new.replace("NEW", new_entry).replace("WHY", "\"Employee number\", this company's own");
        assert_eq!(added(&text, "email", 9).unwrap(), format!("mapping: a\nformat: 1\nfields:\n{new}"));
    }
}

#[test]
fn what_others_share_is_not_changed() {
    let text = "mapping: a\nfields:\n  a: &all { from: &places [$.a, $.b] }\n  b: *all\n  c: { from: &more [$.c] }\n  d: { from: *more }\n  e: { constant: x }\n  f:\n    from: >-\n      $.f\n";
    for (field, why) in [
        ("a", NotEditable::Shared),
        ("b", NotEditable::Shared),
        ("c", NotEditable::Shared),
        ("d", NotEditable::Shared),
        ("e", NotEditable::NoFrom),
        ("f", NotEditable::BlockText),
        ("g", NotEditable::NoSuchField),
    ] {
        assert_eq!(added(text, field, 0), Err(why), "{field}");
    }
}

fn one(text: &str, change: impl Fn(&Editor<'_>, &Document) -> Edit) -> String {
    let document = read(text);
    apply(text, &[change(&Editor::new(text, &document), &document)])
}

#[test]
fn a_text_keeps_its_quotes() {
    for (old, new) in
        [("Work", "\"It: new\""), ("'Work'", "'It: new'"), ("\"Work\"", "\"It: new\""), ("Work # c", "\"It: new\" # c")]
    {
        let text = format!("category: {old}\n");
        let made = one(&text, |editor, document| {
            editor.set_text(document.get(document.root(), "category").unwrap(), "It: new").unwrap()
        });
        assert_eq!(made, format!("category: {new}\n"));
    }
}

#[test]
fn a_category_is_given_to_an_entry_of_any_form() {
    for (old, new) in [
        ("$.a # c", "{ path: $.a, category: Work } # c"),
        ("$.a[0]", "{ path: \"$.a[0]\", category: Work }"),
        ("{ path: $.a, then: [lower] }", "{ path: $.a, then: [lower], category: Work }"),
        ("{ path: $.a, category: Home }", "{ path: $.a, category: Work }"),
        ("\n      path: $.a\n      take: first", "\n      category: Work\n      path: $.a\n      take: first"),
    ] {
        let text = format!("fields:\n  a:\n    from: {old}\n");
        let made = one(&text, |editor, document| {
            let entry = document.at_pointer(["fields", "a", "from"]).unwrap();
            editor.set_category(entry, "Work").unwrap()
        });
        assert_eq!(made, format!("fields:\n  a:\n    from: {new}\n"));
    }
}

#[test]
fn an_item_comes_to_the_end_of_a_list() {
    let lines = ["name: x".to_owned(), "record: { id: \"1\" }".to_owned()];
    for (old, new) in [
        (
            "tests:\n  - name: a\n    kept: true # c\n",
            "tests:\n  - name: a\n    kept: true # c\n  - name: x\n    record: { id: \"1\" }\n",
        ),
        ("tests:\n- name: a\nfields: {}\n", "tests:\n- name: a\n- name: x\n  record: { id: \"1\" }\nfields: {}\n"),
        ("mapping: a\r\n", "mapping: a\r\n\r\ntests:\r\n  - name: x\r\n    record: { id: \"1\" }\r\n"),
        ("mapping: a", "mapping: a\n\ntests:\n  - name: x\n    record: { id: \"1\" }\n"),
        ("tests:\n  - name: >-\n      a\n", "tests:\n  - name: >-\n      a\n  - name: x\n    record: { id: \"1\" }\n"),
    ] {
        assert_eq!(one(old, |editor, _| editor.add_item("tests", &lines).unwrap()), new);
    }
    let text = "tests: [{ name: a }]\n";
    assert_eq!(Editor::new(text, &read(text)).add_item("tests", &lines), Err(NotEditable::InBrackets));
}
