//! What a target is to the rest of the program: its fields, their kinds and their places in the written record.

use super::describe::Description;
use super::types::{HINT, Hint};
use crate::value::Kind;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A target: what records of it look like.
#[derive(Debug)]
pub struct Model {
    /// `merge.employee`, or the name that [`super::custom`] was given.
    pub name: String,
    pub title: String,
    pub description: String,
    /// In the order in which they are written.
    pub fields: Vec<TargetField>,
    /// A field that is not listed is an error.
    pub closed: bool,
    pub constants: Vec<Constant>,
    /// Kinds alone do not make a record right: each must go through [`Model::validate`].
    pub needs_validation: bool,
    pub(super) containers: Vec<Container>,
    /// The user's own schema; built-in targets make theirs from the fields.
    pub(super) own_schema: Option<Value>,
    pub(super) validator: OnceLock<jsonschema::Validator>,
}

/// One field of a target, by the name that mappings use.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetField {
    pub name: String,
    /// `json` also stands for whatever no other kind describes.
    pub kind: Kind,
    /// The kind of a list's elements.
    pub items: Option<Kind>,
    pub required: bool,
    /// Null may be written. A field that is neither required nor nullable must be left out (`on_missing: omit`) where it is blank.
    pub nullable: bool,
    /// The words of an enum, or of a list of enums.
    pub words: Vec<String>,
    /// The enum takes other words too.
    pub open: bool,
    /// The target whose key this field (or each of its elements) takes: `merge.employee`. Some of these targets are not built in.
    pub reference: Option<String>,
    /// The unescaped segments of its place, where that is not its name at the top level. All-digit segments make lists.
    pub to: Option<Vec<String>>,
    /// In characters.
    pub max_length: Option<usize>,
    pub title: String,
    pub description: String,
    pub example: Value,
    /// No public text of the target's owner shows this name or its meaning.
    pub unverified: bool,
    /// Of a kind that the law protects more than a name or an address.
    pub sensitive: bool,
    /// Changes without anything having changed; never the reason for an update.
    pub volatile: bool,
    /// The header of its CSV column, where that is not its name.
    pub column: Option<String>,
    /// The name under which each element of a list stands in an object of its own.
    pub each: Option<String>,
}

/// A value that the target itself puts into each record, wherever something else has a value beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    pub to: Vec<String>,
    pub value: Value,
    pub description: &'static str,
}

/// An object or list that holds placed fields.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) to: Vec<String>,
    pub(super) title: &'static str,
    pub(super) description: &'static str,
}

/// What a target has at a JSON Pointer.
#[derive(Debug, Clone, PartialEq)]
pub enum At {
    Field(Box<TargetField>),
    /// Nothing is said about this place: anything may be written.
    Free,
    /// The target has no such place.
    Unknown,
}

impl Model {
    /// Makes the model of a built-in target from its struct.
    pub(super) fn of<T: JsonSchema>(name: &str) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
        let root = Description::new(&schema, &schema);
        let fields = root.properties().map(|(field, property, required)| property.built_in(field, required)).collect();
        Model {
            name: name.to_owned(),
            title: root.title().unwrap_or(name).to_owned(),
            description: root.text(),
            fields,
            closed: true,
            constants: Vec::new(),
            needs_validation: false,
            containers: Vec::new(),
            own_schema: None,
            validator: OnceLock::new(),
        }
    }

    /// Adds a value that stands at `pointer` in every record.
    pub(super) fn constant(mut self, pointer: &str, value: impl Into<Value>, description: &'static str) -> Self {
        self.constants.push(Constant { to: segments(pointer), value: value.into(), description });
        self
    }

    /// Says what the object or list at `pointer` is.
    pub(super) fn container(mut self, pointer: &str, title: &'static str, description: &'static str) -> Self {
        self.containers.push(Container { to: segments(pointer), title, description });
        self
    }

    pub fn field(&self, name: &str) -> Option<&TargetField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// What stands at the place with these unescaped segments.
    pub fn at(&self, place: &[String]) -> At {
        if let Some(schema) = &self.own_schema {
            return match Description::new(schema, schema).at(place) {
                At::Field(field) => At::Field(Box::new(TargetField { to: (place.len() > 1).then(|| place.to_vec()), ..*field })),
                other => other,
            };
        }
        match self.fields.iter().find(|field| field.place() == place) {
            Some(field) => At::Field(Box::new(field.clone())),
            None if self.closed => At::Unknown,
            None => At::Free,
        }
    }
}

impl TargetField {
    /// The unescaped segments of its place in the written record.
    pub fn place(&self) -> &[String] {
        self.to.as_deref().unwrap_or(std::slice::from_ref(&self.name))
    }

    /// A value as it stands in the record.
    pub(super) fn stands(&self, value: Value) -> Value {
        match (&self.each, value) {
            (Some(name), Value::Array(items)) => items.into_iter().map(|item| json!({ name: item })).collect(),
            (_, value) => value,
        }
    }
}

impl Description<'_> {
    /// The field that this schema of a struct's member describes, with its hints.
    fn built_in(&self, name: &str, required: bool) -> TargetField {
        let mut field = self.field(name, required);
        let hint = self.keyword(HINT).map(|hint| serde_json::from_value(hint.clone()).expect("hints are written by `Hint`"));
        let Hint { to, reference, column, unverified, sensitive, volatile, each } = hint.unwrap_or_default();
        field.nullable = !required;
        TargetField { to: to.as_deref().map(segments), reference, column, unverified, sensitive, volatile, each, ..field }
    }
}

/// The unescaped segments of a JSON Pointer (RFC 6901).
pub(super) fn segments(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect()
}
