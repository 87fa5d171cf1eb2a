//! The steps of `then`: one file a step, one line here; the schema, the guide and the tests of every example follow from it.
//! Steps are pure: no clock, no network, no state.

pub mod lower;
pub mod multiply;

use crate::value::{Shape, Value};
use schemars::{Schema, SchemaGenerator};
use std::fmt;

/// Every step, in the order of the guide.
pub static ALL: &[&Definition] = &[&lower::DEFINITION, &multiply::DEFINITION];

/// The step called `name`.
pub fn find(name: &str) -> Option<&'static Definition> {
    ALL.iter().copied().find(|definition| definition.name == name)
}

/// What a step is, for the compiler, the schema, the guide and the tests.
pub struct Definition {
    pub name: &'static str,
    /// One sentence; the editor and the guide show it.
    pub summary: &'static str,
    /// The shapes that it works on. Text steps that list [`Shape::Number`] take a number as its digits.
    pub accepts: &'static [Shape],
    pub gives: Gives,
    pub on_lists: OnLists,
    pub argument: Argument,
    pub examples: &'static [Example],
    /// Makes the step from its argument ([`serde_json::Value::Null`] where none was given).
    pub compile: fn(&serde_json::Value) -> Result<Box<dyn Step>, ArgumentError>,
}

/// The shape that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// The shape that went in.
    Same,
    Shape(Shape),
    /// An element of the list that went in.
    Element,
}

/// What happens when the value is a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLists {
    /// The step is done to each element.
    Each,
    /// The step takes the list.
    Whole,
}

/// What may stand after the step's name.
pub enum Argument {
    /// `- trim`
    None,
    /// `- round` or `- round: 2`
    Optional(fn(&mut SchemaGenerator) -> Schema),
    /// `- prefix: "EMP-"`
    Required(fn(&mut SchemaGenerator) -> Schema),
}

/// A runnable example. `step`, `input` and `output` are YAML; no output means that the step makes the value invalid.
pub struct Example {
    pub step: &'static str,
    pub input: &'static str,
    pub output: Option<&'static str>,
}

/// One compiled step.
pub trait Step: Send + Sync + fmt::Debug {
    /// # Errors
    /// Says what was expected, without the value: it may be personal.
    fn apply<'v>(&self, value: Value<'v>, context: &Context<'_>) -> Result<Value<'v>, Failure>;

    /// The field whose value the step needs, if its argument names one.
    fn operand(&self) -> Option<&str> {
        None
    }

    /// The list that the step looks ids up in, if its argument names one.
    fn list(&self) -> Option<&str> {
        None
    }
}

/// What a step may look at besides the value.
pub struct Context<'c> {
    /// The value of the field that [`Step::operand`] names; `None` where it has none.
    pub operand: Option<&'c Value<'c>>,
    /// The catalog's lists.
    pub lists: &'c dyn Lists,
    /// The id of the list that the catalog gives the path which won.
    pub list: Option<&'c str>,
}

/// Labels of list items by their ids.
pub trait Lists {
    /// Whether the list is known at all.
    fn has(&self, list: &str) -> bool;
    /// The label of an item, archived ones and children included.
    fn label(&self, list: &str, id: &str) -> Option<&str>;
}

/// No lists at all.
pub struct NoLists;

impl Lists for NoLists {
    fn has(&self, _list: &str) -> bool {
        false
    }

    fn label(&self, _list: &str, _id: &str) -> Option<&str> {
        None
    }
}

/// Why a step could not be done to a value. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Failure(message.into())
    }

    /// The value has a shape that the step does not take.
    pub fn shape(found: &Value<'_>, expected: &str) -> Self {
        Failure(format!("expected {expected}, found {}", found.shape()))
    }
}

/// Why an argument makes no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ArgumentError {
    pub message: String,
    pub help: Option<String>,
    /// Two date formats read one text differently: a code of its own.
    pub ambiguous: bool,
}
