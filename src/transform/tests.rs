//! Every example of every step is run, and every step meets values that nobody thought of.

use super::{ALL, Context, Definition, Failure, Lists, NAMES, Step, find, guide, page, step_schema};
use crate::value::{Shape, Value};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};
use schemars::SchemaGenerator;
use serde::de::IgnoredAny;
use serde_json::from_str;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The list of the examples.
struct Departments;

impl Lists for Departments {
    fn has(&self, list: &str) -> bool {
        list == "department"
    }

    fn label(&self, list: &str, id: &str) -> Option<&str> {
        (self.has(list) && id == "262634067").then_some("Marketing")
    }
}

fn run<'v>(definition: &Definition, step: &dyn Step, value: Value<'v>) -> Result<Value<'v>, Failure> {
    let eight = Value::Number(Cow::Borrowed("8"));
    let operand = step.operand().map(|field| {
        assert_eq!(field, "_hours_a_day");
        &eight
    });
    let context = Context { operand, lists: &Departments, list: Some("department") };
    definition.apply(step, value, &context)
}

/// `trim`, or `{ round: 2 }`.
fn compile(definition: &Definition, yaml: &str) -> Box<dyn Step> {
    let argument = match serde_yaml::from_str(yaml).unwrap() {
        serde_json::Value::String(name) => {
            assert_eq!(name, definition.name);
            serde_json::Value::Null
        }
        serde_json::Value::Object(mut step) => {
            assert_eq!(step.len(), 1, "{yaml}");
            step.remove(definition.name).unwrap()
        }
        _ => panic!("{yaml} is no step"),
    };
    definition.step(&argument).unwrap_or_else(|fault| panic!("{yaml}: {fault:?}"))
}

/// The value that a YAML text means; a number keeps its digits.
fn value(yaml: &str) -> Value<'static> {
    fn of(value: serde_yaml::Value) -> Value<'static> {
        match value {
            serde_yaml::Value::Bool(truth) => Value::Boolean(truth),
            serde_yaml::Value::Number(number) => Value::Number(Cow::Owned(number.to_string())),
            serde_yaml::Value::String(text) => Value::text(text),
            serde_yaml::Value::Sequence(items) => Value::List(items.into_iter().map(of).collect()),
            other => Value::Json(serde_json::to_string(&other).unwrap().into()),
        }
    }
    match serde_yaml::from_str(yaml).unwrap() {
        serde_yaml::Value::Number(_) => Value::Number(Cow::Owned(yaml.to_owned())),
        other => of(other),
    }
}

#[test]
fn every_example_of_every_step_does_what_it_says() {
    for definition in ALL {
        for example in definition.examples {
            let place = format!("{}: {} on {}", definition.name, example.step, example.input);
            let step = compile(definition, example.step);
            let input = value(example.input);
            let accepted = accepts(definition, &input);
            match (run(definition, &*step, input), example.output.map(value)) {
                (Ok(found), Some(expected)) => {
                    assert!(accepted, "{place} has no shape that the step accepts");
                    // Dates have no YAML type: they are compared as the text that they are written as.
                    let dated = matches!(found, Value::Date(_) | Value::LocalDatetime(_) | Value::Instant(_));
                    let found = if dated { Value::text(found.to_plain().into_owned()) } else { found };
                    assert_eq!(found, expected, "{place}");
                }
                (Err(failure), None) => {
                    assert!(!failure.0.is_empty() && !failure.0.ends_with('.'), "{place}: {failure}");
                }
                (found, _) => panic!("{place} gave {found:?}"),
            }
        }
    }
}

fn accepts(definition: &Definition, value: &Value<'_>) -> bool {
    match value {
        Value::List(items) if !definition.accepts.contains(&Shape::List) => items.iter().all(|item| accepts(definition, item)),
        value => definition.accepts.contains(&value.shape()),
    }
}

#[test]
fn every_step_is_described() {
    assert_eq!(ALL.len(), 31);
    for (definition, name) in ALL.iter().zip(NAMES) {
        assert_eq!(definition.name, *name, "a step is called as its file");
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert!(
            definition.summary.ends_with('.') && definition.summary.matches(". ").count() == 0,
            "{name}: {}",
            definition.summary
        );
        assert!(definition.notes.is_empty() || definition.notes.ends_with('.'), "{name}");
        assert!(!definition.notes.contains("  "), "{name}");
        let invalid = definition.examples.iter().filter(|example| example.output.is_none()).count();
        assert!(invalid > 0 && definition.examples.len() > invalid, "{name} has an example that works and one that does not");
        assert!(std::ptr::eq(find(name).unwrap(), *definition));
        assert!(guide().contains(&page(definition)));
    }
}

#[test]
fn arguments_that_do_not_fit_are_refused_with_what_was_found_and_expected() {
    for (name, argument, message, help) in [
        ("trim", "3", "`trim` takes no argument", "write it like `trim`"),
        ("prefix", "null", "`prefix` needs an argument", "write it like `prefix: \"EMP-\"`"),
        ("prefix", "44", "expected text, found the number `44`", "put it in quotes"),
        ("prefix", "true", "expected text, found `true`", "put it in quotes"),
        ("prefix", "{ text: a }", "expected text, found keys and values", "write it like `prefix: \"EMP-\"`"),
        ("prefix", "''", "expected text, found empty text", "write it like `prefix: \"EMP-\"`"),
        ("replace", "{ text: a, wiht: b }", "there is no key `wiht`; expected `text` or `with`", "did you mean `with`?"),
        ("replace", "{ text: a }", "the key `with` is missing", "write it like `replace: { text: \"&\", with: and }`"),
        ("replace", "['&', and]", "found a list, which this step does not take", "write it like"),
        ("replace", "and", "expected keys and values, found text", "write it like `replace: { text: \"&\", with: and }`"),
        ("replace", "{ text: '', with: a }", "`text` is empty: there is nothing to look for", "write it like"),
        ("substring", "{ from: 0 }", "characters are counted from 1, found 0", "write it like"),
        ("substring", "{ from: 1, length: }", "the key `length` has no value", "write it like"),
        ("substring", "{ from: -1 }", "expected a whole number, 0 or more, found the number `-1`", "write it like"),
        ("pad_start", "{ to: 6, with: ab }", "`with` is not one character", "write it like"),
        ("pad_start", "{ to: 100000, with: a }", "`to` is not between 1 and 1000", "write it like"),
        ("round", "1.5", "expected a whole number, 0 or more, found the number `1.5`", "write it like `round: 2`"),
        ("round", "1000", "expected at most 100 digits, found 1000", "write it like"),
        ("multiply", "'8'", "expected a number or the name of a field, found a number in quotes", "write `multiply: 8`"),
        ("multiply", "1.23456789012345678", "the number has more digits than are kept", "write at most 15 digits"),
        ("add_days", "tomorrow", "expected a whole number, found text", "write it like `add_days: 1`"),
        ("parse_date", "[]", "expected a format, found an empty list", "write it like `parse_date: DD/MM/YYYY`"),
    ] {
        let fault = find(name).unwrap().step(&serde_yaml::from_str(argument).unwrap()).unwrap_err();
        assert_eq!(fault.message, message, "{name}: {argument}");
        assert!(fault.help.as_deref().is_some_and(|found| found.starts_with(help)), "{name}: {argument}: {:?}", fault.help);
        assert!(!fault.ambiguous);
    }
}

#[test]
fn date_formats_that_contradict_each_other_or_iso_are_refused_as_ambiguous() {
    let fault = |formats: serde_json::Value| find("parse_date").unwrap().step(&formats).unwrap_err();
    let both = fault(serde_json::json!(["DD/MM/YYYY", "MM/DD/YYYY"]));
    assert!(both.ambiguous);
    assert_eq!(both.message, "`DD/MM/YYYY` and `MM/DD/YYYY` read `03/04/2026` as two dates");
    let iso = fault(serde_json::json!("YYYY-DD-MM"));
    assert!(iso.ambiguous && iso.message.contains("ISO"), "{iso:?}");
}

#[test]
fn dates_go_from_step_to_step() {
    let steps = [("parse_date", "DD/MM/YYYY"), ("add_days", "1"), ("end_of_day", "null"), ("assume_zone", "Europe/London")];
    let mut value = Value::text("28/03/2026");
    for (name, argument) in steps {
        let definition = find(name).unwrap();
        let step = definition.step(&serde_yaml::from_str(argument).unwrap()).unwrap();
        assert!(definition.accepts.contains(&value.shape()), "{name}");
        value = run(definition, &*step, value).unwrap();
    }
    assert_eq!(value.to_plain(), "2026-03-29T23:59:59+01:00");
}

#[test]
fn a_number_with_a_huge_exponent_fails_at_once() {
    for (name, argument) in [("round", "2"), ("multiply", "8"), ("multiply", "_hours_a_day")] {
        let definition = find(name).unwrap();
        let step = definition.step(&serde_yaml::from_str(argument).unwrap()).unwrap();
        for digits in ["1e999999999", "1e-999999999"] {
            assert!(run(definition, &*step, Value::Number(Cow::Borrowed(digits))).is_err());
        }
    }
}

#[test]
fn list_steps_name_the_list_and_the_field_that_they_need() {
    let step = |yaml: &str| compile(find(yaml.split(':').next().unwrap()).unwrap(), yaml);
    assert_eq!(step("list_label: site").list(), Some("site"));
    assert_eq!(step("list_label").list(), None);
    assert_eq!(step("multiply: _hours_a_day").operand(), Some("_hours_a_day"));
    assert_eq!(step("multiply: 8").operand(), None);
}

#[test]
fn an_unknown_list_keeps_text_and_refuses_numbers() {
    let step = compile(find("list_label").unwrap(), "list_label");
    let context = Context { operand: None, lists: &super::NoLists, list: None };
    assert_eq!(step.apply(Value::text("Sales"), &context).unwrap(), Value::text("Sales"));
    assert!(step.apply(Value::text("262634067"), &context).is_err());
    assert!(step.apply(Value::Number(Cow::Borrowed("262634067")), &context).is_err());
}

#[test]
fn the_schema_takes_every_example_and_refuses_what_is_no_step() {
    let schema = step_schema(&mut SchemaGenerator::default()).to_value();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for example in ALL.iter().flat_map(|definition| definition.examples) {
        assert!(validator.is_valid(&serde_yaml::from_str(example.step).unwrap()), "{}", example.step);
    }
    for wrong in [
        "trimm",
        "prefix",
        "{}",
        "{ trim: 1 }",
        "{ prefix: 3 }",
        "{ prefix: a, suffix: b }",
        "{ replace: { text: a } }",
        "{ replace: { text: a, with: b, case: c } }",
        "{ substring: { from: 0 } }",
        "{ substring: { from: 1, length: null } }",
        "{ round: -1 }",
        "3",
        "null",
    ] {
        assert!(!validator.is_valid(&serde_yaml::from_str(wrong).unwrap()), "{wrong}");
    }
}

#[test]
fn every_key_of_the_schema_has_a_title_a_description_and_an_example() {
    fn look(schema: &serde_json::Value, place: &str) {
        let keys = schema.as_object().unwrap();
        for key in ["title", "description", "examples", "type"] {
            assert!(keys.contains_key(key), "{place} has no {key}");
        }
        for key in ["oneOf", "anyOf", "$ref", "format", "default"] {
            assert!(!keys.contains_key(key), "{place} has {key}");
        }
        if let Some(properties) = keys.get("properties") {
            assert_eq!(keys["additionalProperties"], false, "{place}");
            for (name, property) in properties.as_object().unwrap() {
                look(property, &format!("{place}.{name}"));
            }
        }
        keys.get("items").inspect(|items| look(items, &format!("{place}[]")));
        let own = jsonschema::draft202012::new(schema).unwrap();
        for example in keys["examples"].as_array().unwrap() {
            assert!(own.is_valid(example), "{place}: {example}");
        }
    }
    look(&step_schema(&mut SchemaGenerator::default()).to_value(), "then");
}

fn values() -> impl Strategy<Value = Value<'static>> {
    let text = || {
        prop_oneof![
            "\\PC{0,12}",
            "[ 0-9A-Za-z.,:/T+&ßİ\u{a0}\u{301}\u{663}-]{0,30}",
            "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9]([+-][01][0-9]:[03]0|Z)?)?"
        ]
    };
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,12})?";
    let day = (0..3_652_000i64).prop_map(|day| jiff::civil::date(0, 1, 1) + jiff::Span::new().days(day));
    prop_oneof![
        6 => text().prop_map(Value::text),
        4 => number.prop_map(|digits| Value::Number(Cow::Owned(digits))),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => day.prop_map(Value::Date),
        1 => Just(Value::Json("{}".into())),
        2 => vec(text().prop_map(Value::text), 0..4).prop_map(Value::List),
    ]
}

/// The steps of all examples.
static STEPS: LazyLock<Vec<(&Definition, Box<dyn Step>)>> = LazyLock::new(|| {
    let examples = ALL.iter().flat_map(|definition| definition.examples.iter().map(move |example| (*definition, example.step)));
    examples.map(|(definition, yaml)| (definition, compile(definition, yaml))).collect()
});

proptest! {
    #[test]
    fn no_step_panics_or_gives_blank_text(value in values()) {
        for (definition, step) in STEPS.iter() {
            match run(definition, &**step, value.clone()) {
                Ok(Value::Text(text)) => prop_assert!(!text.trim().is_empty(), "{step:?} gave blank text"),
                Ok(Value::Number(digits)) => prop_assert!(from_str::<IgnoredAny>(&digits).is_ok(), "{step:?}: {digits}"),
                Ok(_) => {}
                Err(failure) => prop_assert!(!failure.0.is_empty()),
            }
        }
    }
}
