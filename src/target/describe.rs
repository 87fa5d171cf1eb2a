//! What a JSON Schema says of one property: kind, words, texts. Read the same way from a built-in struct's schema and from
//! a user's.

use super::model::{At, TargetField};
use super::types::OPEN;
use crate::value::Kind;
use serde_json::Value;

/// Longer chains of `$ref` are taken for loops.
const MAX_REFERENCES: usize = 32;

/// Keywords that no value can break.
const ANNOTATIONS: [&str; 8] = ["title", "description", "$comment", "examples", "default", "deprecated", "readOnly", "writeOnly"];

/// A schema together with those that its local `$ref`s lead to; the first that has a keyword decides.
pub(super) struct Description<'s> {
    root: &'s Value,
    chain: Vec<&'s Value>,
    /// One of two alternatives is null.
    or_null: bool,
}

impl<'s> Description<'s> {
    pub(super) fn new(schema: &'s Value, root: &'s Value) -> Self {
        let mut this = Description { root, chain: vec![schema], or_null: false };
        let mut at = schema;
        while let Some(next) = this.next(at).filter(|_| this.chain.len() < MAX_REFERENCES) {
            this.chain.push(next);
            at = next;
        }
        this
    }

    /// Where `schema` sends its reader: a local `$ref`, or the only alternative besides null.
    fn next(&mut self, schema: &'s Value) -> Option<&'s Value> {
        if let Some(Value::String(reference)) = schema.get("$ref") {
            return self.root.pointer(reference.strip_prefix('#')?);
        }
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        let is_null = |schema: &&Value| schema.get("type").is_some_and(|kind| kind == "null");
        let mut others = alternatives.iter().filter(|schema| !is_null(schema));
        let (only, None) = (others.next()?, others.next()) else { return None };
        self.or_null |= alternatives.iter().any(|schema| is_null(&schema));
        Some(only)
    }

    pub(super) fn keyword(&self, name: &str) -> Option<&'s Value> {
        self.chain.iter().find_map(|schema| schema.get(name))
    }

    pub(super) fn title(&self) -> Option<&'s str> {
        self.keyword("title")?.as_str()
    }

    /// The description, its line breaks inside paragraphs undone.
    pub(super) fn text(&self) -> String {
        let text = self.keyword("description").and_then(Value::as_str).unwrap_or_default();
        let paragraphs: Vec<_> =
            text.split("\n\n").map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        paragraphs.join("\n\n").trim().to_owned()
    }

    /// Each property by name, and whether it is required.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'s str, Description<'s>, bool)> {
        let required = self.keyword("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let properties = self.keyword("properties").and_then(Value::as_object);
        let root = self.root;
        properties.into_iter().flatten().map(move |(name, schema)| {
            (name.as_str(), Description::new(schema, root), required.iter().any(|required| required == name.as_str()))
        })
    }

    /// Whether a property that is not listed is refused.
    pub(super) fn closed(&self) -> bool {
        let refuses = |keyword| self.keyword(keyword) == Some(&Value::Bool(false));
        (refuses("additionalProperties") || refuses("unevaluatedProperties")) && self.keyword("patternProperties").is_none()
    }

    fn types(&self) -> Vec<&'s str> {
        match self.keyword("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// The values that are allowed, where they are listed.
    fn allowed(&self) -> Option<Vec<&'s Value>> {
        match (self.keyword("const"), self.keyword("enum")) {
            (Some(value), _) => Some(vec![value]),
            (None, Some(Value::Array(values))) => Some(values.iter().collect()),
            _ => None,
        }
    }

    /// The allowed values, if all of them are texts (or null).
    fn words(&self) -> Vec<String> {
        let values = self.allowed().unwrap_or_default();
        if !values.iter().all(|value| value.is_string() || value.is_null()) {
            return Vec::new();
        }
        values.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect()
    }

    fn nullable(&self) -> bool {
        let types = self.types();
        let listed = self.allowed().is_none_or(|values| values.contains(&&Value::Null));
        self.or_null || (listed && (types.is_empty() || types.contains(&"null")))
    }

    fn kind(&self) -> Kind {
        let types = self.types();
        let types: Vec<_> = types.into_iter().filter(|name| *name != "null").collect();
        match types[..] {
            [] | ["string"] if !self.words().is_empty() => Kind::Enum,
            ["string"] => match self.keyword("format").and_then(Value::as_str) {
                Some("date") => Kind::Date,
                Some("date-time") => Kind::Datetime,
                Some("email" | "idn-email") => Kind::Email,
                _ => Kind::String,
            },
            ["integer"] => Kind::Integer,
            ["number"] | ["integer", "number"] | ["number", "integer"] => Kind::Decimal,
            ["boolean"] => Kind::Boolean,
            ["array"] => Kind::List,
            _ => Kind::Json,
        }
    }

    fn items(&self) -> Option<Description<'s>> {
        self.keyword("items").filter(|items| items.is_object()).map(|items| Description::new(items, self.root))
    }

    /// The field called `name` that this schema describes.
    pub(super) fn field(&self, name: &str, required: bool) -> TargetField {
        let kind = self.kind();
        let items = if kind == Kind::List { self.items() } else { None };
        let wordy = items.as_ref().unwrap_or(self);
        let words = if wordy.kind() == Kind::Enum { wordy.words() } else { Vec::new() };
        let example = match (self.keyword("examples").and_then(|examples| examples.get(0)), self.keyword("default")) {
            (Some(value), _) | (None, Some(value)) => value.clone(),
            _ if kind == Kind::Enum => words[0].clone().into(),
            _ => sample(kind),
        };
        TargetField {
            name: name.to_owned(),
            kind,
            items: (kind == Kind::List).then(|| items.as_ref().map_or(Kind::Json, Description::kind)),
            required,
            nullable: self.nullable(),
            words,
            open: wordy.keyword(OPEN).is_some(),
            reference: None,
            to: None,
            max_length: self.keyword("maxLength").and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok()),
            title: self.title().map_or_else(|| humanized(name), str::to_owned),
            description: self.text(),
            example,
            unverified: false,
            sensitive: false,
            volatile: false,
            column: None,
            each: None,
        }
    }

    /// What this schema says of the place with these segments.
    pub(super) fn at(&self, place: &[String]) -> At {
        let Some((first, rest)) = place.split_first() else { return At::Free };
        let (child, required) = match self.properties().find(|(name, ..)| name == first) {
            Some((_, child, required)) => (child, required),
            None => match self.items().filter(|_| first.bytes().all(|byte| byte.is_ascii_digit())) {
                Some(items) => (items, false),
                None if self.closed() || !matches!(self.kind(), Kind::Json | Kind::List) => return At::Unknown,
                None => return At::Free,
            },
        };
        if !rest.is_empty() {
            return child.at(rest);
        }
        At::Field(Box::new(child.field(first, required)))
    }

    /// Whether a record is right as soon as each of its fields has the field's kind.
    pub(super) fn kept_by_its_fields(&self) -> bool {
        const HARMLESS: [&str; 8] =
            ["$schema", "$id", "$defs", "definitions", "type", "properties", "required", "additionalProperties"];
        let [schema] = self.chain[..] else { return false };
        let mut keywords = schema.as_object().into_iter().flatten();
        let required = self.keyword("required").and_then(Value::as_array).map_or(0, Vec::len);
        keywords.all(|(name, _)| HARMLESS.contains(&name.as_str()) || ANNOTATIONS.contains(&name.as_str()))
            && self.keyword("additionalProperties").is_none_or(Value::is_boolean)
            && self.properties().filter(|(.., required)| *required).count() == required
            && self.properties().all(|(_, property, required)| property.kept_by_its_kind(required))
    }

    /// Whether every value of this schema's kind satisfies it, so that a mapping with the right types needs no more checks.
    pub(super) fn kept_by_its_kind(&self, required: bool) -> bool {
        let [schema] = self.chain[..] else { return false };
        let Some(keywords) = schema.as_object() else { return false };
        let kind = self.kind();
        (required || self.nullable())
            && keywords.iter().all(|(keyword, value)| match keyword.as_str() {
                annotation if ANNOTATIONS.contains(&annotation) => true,
                "type" => !self.types().is_empty() && kind != Kind::Json,
                "format" => matches!(kind, Kind::Date | Kind::Datetime),
                "enum" => kind == Kind::Enum,
                "items" => kind == Kind::List && Description::new(value, self.root).kept_by_its_kind(true),
                _ => false,
            })
    }
}

/// A value of the kind, for a schema that gives no example.
fn sample(kind: Kind) -> Value {
    match kind {
        Kind::String | Kind::Enum => "text".into(),
        Kind::Integer => 1.into(),
        Kind::Decimal => 1.5.into(),
        Kind::Boolean => true.into(),
        Kind::Date => "2026-03-01".into(),
        Kind::Datetime => "2026-03-01T09:00:00Z".into(),
        Kind::Email => "ada@example.com".into(),
        Kind::List => Value::Array(Vec::new()),
        Kind::Json => Value::Object(serde_json::Map::new()),
    }
}

/// `work_email` and `workEmail` as `Work email`.
pub(super) fn humanized(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        match letter {
            '_' => out.push(' '),
            letter if out.is_empty() => out.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() && out.ends_with(char::is_lowercase) => {
                out.push(' ');
                out.extend(letter.to_lowercase());
            }
            letter => out.push(letter),
        }
    }
    out
}
