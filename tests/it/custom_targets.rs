//! Targets from users' own JSON Schemas.

use bobmap::target::{At, Model, custom};
use bobmap::value::Kind;
use serde_json::json;

fn model(schema: serde_json::Value) -> Model {
    custom(&schema.to_string(), "badge.schema.json").unwrap()
}

fn refusal(text: &str) -> String {
    custom(text, "badge.schema.json").unwrap_err().to_string()
}

fn badge() -> serde_json::Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Badge",
        "type": "object",
        "properties": {
            "id": { "type": "string", "maxLength": 8, "pattern": "^[A-Z0-9]+$", "description": "Printed on\nthe card." },
            "hired": { "type": ["string", "null"], "format": "date" },
            "seen": { "type": "string", "format": "date-time" },
            "mail": { "$ref": "#/$defs/mail" },
            "level": { "enum": ["staff", "guest", null] },
            "floors": { "type": "array", "items": { "type": "integer" } },
            "rate": { "anyOf": [{ "type": "number" }, { "type": "null" }] },
            "door": { "type": "object", "properties": { "code": { "type": "integer" } }, "additionalProperties": false },
            "notes": {},
        },
        "required": ["id"],
        "additionalProperties": false,
        "$defs": { "mail": { "type": "string", "format": "email", "title": "E-mail" } },
    })
}

#[test]
fn properties_become_fields_with_kinds() {
    let model = model(badge());
    let kinds: Vec<_> = model.fields.iter().map(|field| format!("{} {}", field.name, field.kind)).collect();
    let expected =
        "id string, hired date, seen datetime, mail email, level enum, floors list, rate decimal, door json, notes json";
    assert_eq!(kinds.join(", "), expected);
    let id = model.field("id").unwrap();
    assert_eq!((id.required, id.nullable, id.max_length), (true, false, Some(8)));
    assert_eq!(id.description, "Printed on the card.");
    assert_eq!(model.field("mail").unwrap().title, "E-mail");
    assert_eq!(model.field("level").unwrap().words, ["staff", "guest"]);
    assert_eq!(model.field("floors").unwrap().items, Some(Kind::Integer));
    let nullable: Vec<_> = model.fields.iter().filter(|field| field.nullable).map(|field| field.name.as_str()).collect();
    assert_eq!(nullable, ["hired", "level", "rate", "notes"]);
    assert!(model.closed && model.needs_validation);
    assert_eq!((model.name.as_str(), model.title.as_str()), ("badge.schema.json", "Badge"));
    assert_eq!(model.record_schema(), badge());
}

#[test]
fn deeper_places_are_found_by_pointer() {
    let model = model(badge());
    let at = |pointer: &str| model.at(&pointer.split('/').map(str::to_owned).collect::<Vec<_>>());
    let At::Field(code) = at("door/code") else { panic!() };
    assert_eq!((code.name.as_str(), code.kind, code.place().join("/").as_str()), ("code", Kind::Integer, "door/code"));
    assert!(matches!(at("floors/0"), At::Field(field) if field.kind == Kind::Integer));
    assert_eq!(at("door/colour"), At::Unknown);
    assert_eq!(at("id/x"), At::Unknown);
    assert_eq!(at("nothing"), At::Unknown);
    assert_eq!(at("notes/anything"), At::Free);
}

#[test]
fn records_are_held_to_the_whole_schema_without_repeating_their_values() {
    let model = model(badge());
    assert_eq!(model.validate(&json!({ "id": "A1", "door": { "code": 7 }, "hired": "2026-02-28" })), Vec::<String>::new());
    let faults = model.validate(&json!({
        "id": "secret-and-long", "hired": "2026-02-30", "level": "secret", "floors": ["secret"], "door": { "hue": "secret" }
    }));
    assert!(!faults.join("\n").contains("secret"));
    let expected = [
        "/id: expected at most 8 characters",
        "/id: expected text that matches the pattern ^[A-Z0-9]+$",
        "/hired: expected the format date",
        "/level: expected one of [\"staff\",\"guest\",null]",
        "/floors/0: expected a whole number",
        "/door: the schema does not allow the key \"hue\"",
    ];
    for fault in expected {
        assert!(faults.iter().any(|found| found == fault), "{fault} is not in {faults:?}");
    }
    assert_eq!(faults.len(), expected.len(), "{faults:?}");
    assert_eq!(model.validate(&json!({})), ["the whole: the key \"id\" is missing"]);
}

#[test]
fn a_schema_that_asks_for_kinds_alone_needs_no_validation() {
    let with = |property: serde_json::Value| {
        model(json!({ "type": "object", "properties": { "id": { "type": "string" }, "x": property }, "required": ["id"] }))
    };
    for kept in [
        json!({ "type": ["string", "null"], "title": "X", "examples": ["a"] }),
        json!({ "type": ["string", "null"], "format": "date" }),
        json!({ "type": ["string", "null"], "enum": ["a", null] }),
        json!({ "type": ["array", "null"], "items": { "type": "string" } }),
    ] {
        assert!(!with(kept.clone()).needs_validation, "{kept}");
    }
    for not_kept in [
        // A blank would be written as null.
        json!({ "type": "string" }),
        json!({ "type": ["string", "null"], "maxLength": 5 }),
        json!({ "type": ["string", "null"], "format": "uuid" }),
        json!({ "type": ["string", "null"], "enum": ["a"] }),
        json!({ "type": ["object", "null"] }),
        json!({ "type": ["array", "null"], "items": { "type": "string", "minLength": 2 } }),
        json!({ "const": "a" }),
        json!(false),
    ] {
        assert!(with(not_kept.clone()).needs_validation, "{not_kept}");
    }
    let unlisted = model(json!({ "type": "object", "properties": {}, "required": ["id"] }));
    assert!(unlisted.needs_validation);
}

#[test]
fn an_open_schema_allows_fields_of_its_users() {
    let open = model(json!({ "properties": { "a": { "type": "string" } } }));
    assert!(!open.closed);
    assert_eq!(open.at(&["b".to_owned()]), At::Free);
}

#[test]
fn draft_7_is_read_and_others_are_refused_by_name() {
    let schema = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "definitions": { "d": { "type": "integer" } },
        "type": "object", "properties": { "x": { "$ref": "#/definitions/d" } } });
    assert_eq!(model(schema).field("x").unwrap().kind, Kind::Integer);
    let old = refusal(r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "properties": {} }"#);
    assert!(old.contains("draft-04") && old.contains("draft 2020-12"), "{old}");
}

#[test]
fn references_that_lead_out_of_the_file_or_to_nothing_are_refused() {
    let remote = refusal(r#"{ "properties": { "a": { "$ref": "https://example.com/a.json" } } }"#);
    assert!(
        remote.contains("\"https://example.com/a.json\" at /properties/a") && remote.contains("nothing is fetched"),
        "{remote}"
    );
    assert!(refusal(r#"{ "properties": { "a": { "$ref": "other.json" } } }"#).contains("other.json"));
    assert!(refusal(r##"{ "properties": { "a": { "$ref": "#/$defs/gone" } } }"##).contains("leads to nothing"));
    let kept = model(json!({ "properties": { "a": { "const": { "$ref": "https://example.com/a.json" } } } }));
    assert_eq!(kept.fields.len(), 1);
}

#[test]
fn references_that_run_in_a_circle_end() {
    let schema = json!({ "properties": { "a": { "$ref": "#/$defs/a" } }, "$defs": { "a": { "$ref": "#/$defs/a" } } });
    let result = custom(&schema.to_string(), "loop");
    assert!(result.is_err() || result.is_ok_and(|model| model.field("a").unwrap().kind == Kind::Json));
    let tree = json!({ "type": "object", "properties": { "child": { "$ref": "#" }, "n": { "type": "integer" } } });
    let deep = model(tree);
    assert!(
        matches!(deep.at(&["child".to_owned(), "child".to_owned(), "n".to_owned()]), At::Field(field) if field.kind == Kind::Integer)
    );
    assert_eq!(deep.validate(&json!({ "child": { "child": { "n": "x" } } })), ["/child/child/n: expected a whole number"]);
}

#[test]
fn what_is_no_schema_is_refused_with_the_place() {
    assert!(refusal("properties:\n  a: 1\n").contains("line 1, column 1"));
    assert!(refusal("{\n  \"type\": \"object\",\n  \"type\": \"object\"\n}").contains("line 3"));
    assert!(refusal("[]").contains("expected a JSON Schema"));
    assert!(refusal("true").contains("expected a JSON Schema"));
    assert!(refusal("{}").contains("expected a JSON Schema"));
    assert!(refusal(r#"{ "type": "array" }"#).contains("expected a JSON Schema"));
    let wrong = refusal(r#"{ "type": "object", "properties": { "a": { "type": "strin" } } }"#);
    assert!(wrong.contains("/properties/a/type"), "{wrong}");
    assert!(refusal(r#"{ "type": "object", "properties": { "a": { "pattern": "(" } } }"#).contains("/properties/a/pattern"));
}
