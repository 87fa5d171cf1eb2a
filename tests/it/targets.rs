//! The built-in targets, as their schemas and as the values that kinds let through.

use bobmap::target::merge::employee::{Employee, EmploymentStatus};
use bobmap::target::types::Open;
use bobmap::target::{At, EMAIL_PATTERN, Model, TargetField, custom, find, generated, names};
use bobmap::value::{Kind, Value, time};
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

fn models() -> impl Iterator<Item = &'static Model> {
    names().iter().map(|name| find(name).unwrap())
}

#[test]
fn every_name_is_found_and_nothing_else() {
    assert!(models().all(|model| names().contains(&model.name.as_str())));
    assert!(find("merge.emploee").is_none());
}

#[test]
fn every_key_of_every_schema_has_a_title_a_description_and_an_example_and_no_alternatives() {
    fn walk(schema: &serde_json::Value, at: &str) {
        for word in ["oneOf", "anyOf", "$ref"] {
            assert!(schema.get(word).is_none(), "{at} has {word}");
        }
        if schema["type"] == "object" {
            assert_eq!(schema["additionalProperties"], false, "{at}");
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            for word in ["title", "description"] {
                assert!(property[word].as_str().is_some_and(|text| !text.is_empty()), "{at} has no {word}");
            }
            assert!(property["examples"].get(0).is_some_and(|example| !example.is_null()), "{at} has no example");
            walk(property, &at);
        }
        if let Some(items) = schema.get("items") {
            walk(items, &format!("{at}[]"));
        }
    }
    for (file, schema) in generated() {
        assert!(schema["description"].as_str().is_some_and(|text| !text.is_empty()), "{file}");
        walk(&schema, &file);
    }
}

#[test]
fn every_example_record_satisfies_its_own_schema() {
    for model in models() {
        assert_eq!(model.validate(&model.record_schema()["examples"][0]), Vec::<String>::new(), "{}", model.name);
    }
}

#[test]
fn every_reference_names_a_target_or_a_model_of_merge_that_is_not_built_in() {
    for model in models() {
        for field in &model.fields {
            let Some(reference) = &field.reference else { continue };
            let known = names().contains(&reference.as_str())
                || ["merge.company", "merge.group", "merge.team", "merge.pay_group"].contains(&reference.as_str());
            assert!(known, "{} {}", model.name, field.name);
        }
    }
}

#[test]
fn words_keep_the_hyphens_of_merge_and_let_others_through() {
    let words = |model: &str, field: &str| find(model).unwrap().field(field).unwrap().clone();
    let gender = words("merge.employee", "gender");
    assert_eq!(gender.words, ["MALE", "FEMALE", "NON-BINARY", "OTHER", "PREFER_NOT_TO_DISCLOSE"]);
    assert!(gender.open && gender.sensitive);
    let frequency = words("merge.employment", "pay_frequency");
    assert!(frequency.words.contains(&"THIRTEEN-MONTHLY".to_owned()));
    let status = words("merge.employee", "employment_status");
    assert_eq!((status.kind, status.words.join(" ").as_str()), (Kind::Enum, "ACTIVE PENDING INACTIVE"));
    let record = json!({ "employment_status": "Garden leave" });
    assert_eq!(find("merge.employee").unwrap().validate(&record), Vec::<String>::new());
}

#[test]
fn kinds_requirements_and_marks_come_from_the_structs() {
    let hrdc = find("activtrak.user").unwrap();
    let required: Vec<_> = hrdc.fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    assert_eq!(required, ["user_lookup_id"]);
    let unverified: Vec<_> = hrdc.fields.iter().filter(|field| field.unverified).map(|field| field.name.as_str()).collect();
    assert_eq!(unverified, ["track", "delete"]);
    assert!(find("activtrak.hris").unwrap().fields.iter().all(|field| field.unverified));

    let employee = find("merge.employee").unwrap();
    let kind = |name: &str| employee.field(name).unwrap().kind;
    assert_eq!(kind("employee_number"), Kind::String);
    assert_eq!(kind("work_email"), Kind::Email);
    assert_eq!(kind("termination_date"), Kind::Date);
    assert_eq!(kind("remote_created_at"), Kind::Datetime);
    assert_eq!(kind("custom_fields"), Kind::Json);
    assert_eq!(kind("remote_was_deleted"), Kind::Boolean);
    let groups = employee.field("groups").unwrap();
    assert_eq!((groups.kind, groups.items, groups.reference.as_deref()), (Kind::List, Some(Kind::String), Some("merge.group")));
    assert!(employee.field("avatar").unwrap().volatile);
    assert_eq!(find("merge.time_off").unwrap().field("amount").unwrap().kind, Kind::Decimal);
    let description = &employee.field("employee_number").unwrap().description;
    assert_eq!(description, "The number that people in the company know the person by. Text, so that leading zeros stay.");
}

#[test]
fn scim_fields_know_their_places() {
    let scim = find("scim.user").unwrap();
    let place = |name: &str| scim.field(name).unwrap().place().join("/");
    assert_eq!(place("work_email"), "emails/0/value");
    assert_eq!(place("cost_center"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/costCenter");
    assert_eq!(place("manager"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value");
    assert_eq!(place("title"), "title");
    let segments = |pointer: &str| pointer.split('/').map(str::to_owned).collect::<Vec<_>>();
    let At::Field(field) = scim.at(&segments("name/givenName")) else { panic!() };
    assert_eq!(field.name, "given_name");
    assert_eq!(scim.at(&segments("name/honorificPrefix")), At::Unknown);
}

#[test]
fn an_entry_in_which_only_constants_have_a_value_is_left_out_and_the_rest_close_up() {
    let scim = find("scim.user").unwrap();
    let record = scim.assemble(|field| match field.name.as_str() {
        "user_name" => Some("ada".into()),
        "home_email" => Some("ada@example.test".into()),
        "work_email" | "title" => Some(serde_json::Value::Null),
        _ => None,
    });
    let expected = json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        ],
        "userName": "ada",
        "title": null,
        "emails": [{ "type": "home", "value": "ada@example.test" }],
    });
    assert_eq!(record, expected);
    assert_eq!(scim.validate(&record), Vec::<String>::new());
}

#[test]
fn a_record_that_breaks_a_schema_is_told_without_its_values() {
    let scim = find("scim.user").unwrap();
    let record = json!({
        "schemas": [], "active": "Secret1", "shoeSize": "Secret2", "name": { "givenName": 5550123 },
        "emails": [{ "type": "Secret3", "value": "Secret4", "primary": true }],
    });
    let mut faults = scim.validate(&record);
    faults.sort();
    let text = faults.join("\n");
    assert!(!text.contains("Secret") && !text.contains("5550123"), "{text}");
    snap().bind(|| insta::assert_snapshot!("targets__faults_of_a_record", text));
}

#[test]
fn editors_get_a_text_and_the_words_for_each_field() {
    for model in models() {
        let fields = model.fields_schema();
        let properties = fields["properties"].as_object().unwrap();
        assert_eq!(properties.len(), model.fields.len());
        assert!(
            properties.values().all(|field| field["title"].is_string() && field["examples"][0].is_object()),
            "{}",
            model.name
        );
    }
    let employee = find("merge.employee").unwrap().fields_schema();
    snap().bind(|| {
        insta::assert_json_snapshot!("targets__fields_for_editors", {
            let mut shown = employee["properties"].as_object().unwrap().clone();
            shown.retain(|name, _| ["employment_status", "manager"].contains(&name.as_str()));
            shown
        });
    });
}

fn snap() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Any value that a field of the kind may end up with.
fn value_of(field: &TargetField, kind: Kind) -> BoxedStrategy<Value<'static>> {
    let text = |pattern: &str| proptest::string::string_regex(pattern).unwrap().prop_map(Value::text).boxed();
    match kind {
        Kind::String => any::<String>().prop_map(Value::text).boxed(),
        Kind::Integer => number("-?(0|[1-9][0-9]{0,60})"),
        Kind::Decimal => number("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?"),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Date => days().prop_map(Value::Date).boxed(),
        Kind::Datetime => (days(), 0i8..24, 0i8..60, 0i8..60, 0i32..1_000_000_000, -14 * 60..=14 * 60)
            .prop_filter_map("at the very end of time", |(date, hour, minute, second, nanosecond, offset)| {
                let offset = jiff::tz::Offset::from_seconds(offset * 60).ok()?;
                let timestamp = offset.to_timestamp(date.at(hour, minute, second, nanosecond)).ok()?;
                Some(Value::Instant(time::Instant { timestamp, offset }))
            })
            .boxed(),
        Kind::Email => text("[^@\\s]{1,20}@[^@\\s]{1,20}"),
        Kind::Enum if field.open => any::<String>().prop_map(Value::text).boxed(),
        Kind::Enum => proptest::sample::select(field.words.clone()).prop_map(Value::text).boxed(),
        Kind::List => proptest::collection::vec(value_of(field, field.items.unwrap()), 0..4).prop_map(Value::List).boxed(),
        Kind::Json => proptest::sample::select(vec!["1.10", "{\"a\":[null]}", "[]", "\"x\"", "true"])
            .prop_map(|text| Value::Json(text.into()))
            .boxed(),
    }
}

fn number(pattern: &str) -> BoxedStrategy<Value<'static>> {
    proptest::string::string_regex(pattern).unwrap().prop_map(|digits| Value::Number(digits.into())).boxed()
}

fn days() -> impl Strategy<Value = jiff::civil::Date> {
    (0i16..=9999, 1i8..=12, 1i8..=31).prop_map(|(year, month, day)| {
        let first = jiff::civil::Date::new(year, month, 1).unwrap();
        first.with().day(day.min(first.days_in_month())).build().unwrap()
    })
}

/// What becomes of each field: a value, null or no key. Required fields always have a value.
fn record(model: &'static Model) -> impl Strategy<Value = Vec<(&'static str, Option<Option<Value<'static>>>)>> {
    let fields = model.fields.iter().map(|field| {
        let value = value_of(field, field.kind);
        let outcome = if field.required {
            value.prop_map(|value| Some(Some(value))).boxed()
        } else {
            prop_oneof![3 => value.prop_map(|value| Some(Some(value))), 1 => Just(Some(None)), 1 => Just(None)].boxed()
        };
        outcome.prop_map(|outcome| (field.name.as_str(), outcome))
    });
    fields.collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_the_kinds_let_through_satisfies_the_schema(
        (name, record) in proptest::sample::select(names()).prop_flat_map(|name| (Just(name), record(find(name).unwrap())))
    ) {
        let model = find(name).unwrap();
        prop_assert!(!model.needs_validation);
        prop_assert_eq!(model.validate(&written(model, &record)), Vec::<String>::new());
    }

    #[test]
    fn whatever_the_kinds_let_through_satisfies_a_users_schema_that_asks_for_no_more(record in record(&BADGE)) {
        prop_assert!(!BADGE.needs_validation);
        prop_assert_eq!(BADGE.validate(&written(&BADGE, &record)), Vec::<String>::new());
    }
}

static BADGE: LazyLock<Model> = LazyLock::new(|| {
    let schema = json!({
        "type": "object",
        "required": ["id"],
        "additionalProperties": false,
        "properties": {
            "id": { "type": "string" },
            "hired": { "type": ["string", "null"], "format": "date" },
            "seen": { "type": ["string", "null"], "format": "date-time" },
            "level": { "type": ["string", "null"], "enum": ["staff", "guest", null] },
            "floors": { "type": ["array", "null"], "items": { "type": "integer" } },
            "rate": { "type": ["number", "null"] },
            "inside": { "type": ["boolean", "null"] },
        },
    });
    custom(&schema.to_string(), "badge").unwrap()
});

fn written(model: &Model, record: &[(&str, Option<Option<Value<'_>>>)]) -> serde_json::Value {
    model.assemble(|field| {
        let (_, outcome) = record.iter().find(|(name, _)| *name == field.name).unwrap();
        outcome.as_ref().map(|value| {
            let mut out = Vec::new();
            match value {
                Some(value) => value.write_json(&mut out),
                None => out.extend_from_slice(b"null"),
            }
            serde_json::from_slice(&out).unwrap()
        })
    })
}

#[test]
fn a_written_record_reads_back_into_its_struct() {
    let mut record = find("merge.employee").unwrap().record_schema()["examples"][0].clone();
    let employee: Employee = serde_json::from_value(record.clone()).unwrap();
    assert_eq!(employee.employment_status, Some(Open::Known(EmploymentStatus::Active)));
    assert_eq!(serde_json::to_value(&employee).unwrap(), record);
    record["employment_status"] = "Garden leave".into();
    let employee: Employee = serde_json::from_value(record).unwrap();
    assert_eq!(employee.employment_status, Some(Open::Other("Garden leave".to_owned())));
}

#[test]
fn the_pattern_of_e_mails_wants_one_at_sign_with_text_on_both_sides() {
    let pattern = regex::Regex::new(EMAIL_PATTERN).unwrap();
    for (text, fits) in [("a@b", true), ("ä+1@x.test", true), ("a@b@c", false), ("@b", false), ("a@", false), ("a b@c", false)] {
        assert_eq!(pattern.is_match(text), fits, "{text}");
    }
}
