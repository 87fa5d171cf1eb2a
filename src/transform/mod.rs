//! The steps of `then`: one file a step, one line here; the schema, the guide and the tests of every example follow from it.
//! Steps are pure: no clock, no network, no state.

mod argument;
mod dates;
mod decimal;
mod format;
mod page;
mod schema;
mod text;

pub use page::{guide, page};
pub use schema::step_schema;

macro_rules! transforms {
    ($($name:ident)*) => {
        $(pub mod $name;)*

        /// Every step, in the order of the guide.
        pub static ALL: &[&Definition] = &[$(&$name::DEFINITION),*];

        /// The names of [`ALL`], in the same order.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

transforms! {
    trim
    collapse_spaces
    lower
    upper
    title_case
    strip_accents
    prefix
    suffix
    replace
    replace_pattern
    substring
    pad_start
    digits
    split
    join
    first
    last
    to_string
    to_integer
    to_decimal
    round
    multiply
    parse_date
    format_date
    add_days
    start_of_day
    end_of_day
    assume_zone
    country_code
    list_label
    hash
}

use crate::value::{Shape, Value};
use schemars::{Schema, SchemaGenerator};
use std::fmt;

/// The step called `name`.
pub fn find(name: &str) -> Option<&'static Definition> {
    ALL.iter().copied().find(|definition| definition.name == name)
}

/// What a step is, for the compiler, the schema, the guide and the tests.
pub struct Definition {
    pub name: &'static str,
    /// One sentence; the editor and the guide show it.
    pub summary: &'static str,
    /// What else a reader has to know, in Markdown; may be empty. Only the guide shows it.
    pub notes: &'static str,
    /// The shapes that it works on. Text steps take [`Shape::Number`] as its digits.
    pub accepts: &'static [Shape],
    pub gives: Gives,
    pub on_lists: OnLists,
    pub argument: Argument,
    pub examples: &'static [Example],
    /// Makes the step from its argument ([`serde_json::Value::Null`] where none was given). Call [`Definition::step`], which
    /// looks at whether there may be an argument at all.
    pub compile: fn(&serde_json::Value) -> Result<Box<dyn Step>, ArgumentError>,
}

impl Definition {
    /// The step with this argument; [`serde_json::Value::Null`] where none was given.
    ///
    /// # Errors
    /// Says what was found and what was expected; the help shows an example.
    pub fn step(&self, argument: &serde_json::Value) -> Result<Box<dyn Step>, ArgumentError> {
        let name = self.name;
        let like = self.examples.first().map_or(name, |example| example.step);
        let faults = match (&self.argument, argument) {
            (Argument::Required(_), serde_json::Value::Null) => ArgumentError::new(format!("`{name}` needs an argument")),
            (Argument::None, serde_json::Value::Null) => return (self.compile)(argument),
            (Argument::None, _) => ArgumentError::new(format!("`{name}` takes no argument")),
            _ => match (self.compile)(argument) {
                Err(fault) if fault.help.is_none() => fault,
                done => return done,
            },
        };
        Err(faults.help(format!("write it like `{like}`")))
    }

    /// Does `step`, which this definition made, to a value: to each element of a list unless it takes lists.
    ///
    /// # Errors
    /// The step's own, of the first element that fails.
    pub fn apply<'v>(&self, step: &dyn Step, value: Value<'v>, context: &Context<'_>) -> Result<Value<'v>, Failure> {
        match value {
            Value::List(items) if self.on_lists == OnLists::Each => {
                items.into_iter().map(|item| step.apply(item, context)).collect::<Result<_, _>>().map(Value::List)
            }
            value => step.apply(value, context),
        }
    }
}

/// The shape that comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// The shape that went in.
    Same,
    Shape(Shape),
    /// One of these, by the value that went in.
    OneOf(&'static [Shape]),
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

    /// Whether this text, which has no blanks at its ends, certainly comes out as it goes in.
    fn leaves(&self, _text: &str) -> bool {
        false
    }

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
pub trait Lists: Sync {
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

    /// The step would have yielded blank text.
    pub fn nothing_left(step: &str) -> Self {
        Failure(format!("nothing is left after `{step}`"))
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

impl ArgumentError {
    pub fn new(message: impl Into<String>) -> Self {
        ArgumentError { message: message.into(), help: None, ambiguous: false }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[cfg(test)]
mod tests;

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
