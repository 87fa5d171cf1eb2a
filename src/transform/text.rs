//! What the steps from text to text have in common: a number counts as its digits, and blank text never comes out.

use super::{Context, Failure, Step};
use crate::value::{Shape, Value};
use std::borrow::Cow;
use std::fmt;

/// What text steps take: text, and a number as its digits.
pub const TEXT: &[Shape] = &[Shape::Text, Shape::Number];

/// A step that makes text of text.
pub struct TextStep<A> {
    name: &'static str,
    argument: A,
    work: Work<A>,
    leaves: fn(&str) -> bool,
}

type Work<A> = for<'t> fn(&A, &'t str) -> Result<Cow<'t, str>, Failure>;

/// Boxes a step that does `work` with its argument.
pub fn step<A: fmt::Debug + Send + Sync + 'static>(name: &'static str, argument: A, work: Work<A>) -> Box<dyn Step> {
    Box::new(TextStep { name, argument, work, leaves: |_| false })
}

/// As [`step`], for a step without an argument that leaves many texts as they are: `leaves` tells quickly of most of them.
pub fn sparing(name: &'static str, work: Work<()>, leaves: fn(&str) -> bool) -> Box<dyn Step> {
    Box::new(TextStep { name, argument: (), work, leaves })
}

impl<A: fmt::Debug> fmt::Debug for TextStep<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(self.name).field(&self.argument).finish()
    }
}

impl<A: fmt::Debug + Send + Sync> Step for TextStep<A> {
    fn apply<'v>(&self, value: Value<'v>, _context: &Context<'_>) -> Result<Value<'v>, Failure> {
        let done = match value {
            Value::Text(Cow::Borrowed(text)) | Value::Number(Cow::Borrowed(text)) => (self.work)(&self.argument, text)?,
            Value::Text(Cow::Owned(text)) | Value::Number(Cow::Owned(text)) => {
                match (self.work)(&self.argument, &text)? {
                    // Most texts are already as the step wants them: they are passed on without a copy.
                    Cow::Borrowed(same) if same.len() == text.len() => Cow::Owned(text),
                    other => Cow::Owned(other.into_owned()),
                }
            }
            other => return Err(Failure::shape(&other, "text")),
        };
        nonblank(done, self.name)
    }

    fn leaves(&self, text: &str) -> bool {
        (self.leaves)(text)
    }
}

/// The text as a value, or the failure that nothing is left.
pub fn nonblank<'v>(text: Cow<'v, str>, step: &str) -> Result<Value<'v>, Failure> {
    if text.bytes().next().is_some_and(|first| first.is_ascii_graphic()) {
        return Ok(Value::Text(text));
    }
    if text.trim().is_empty() { Err(Failure::nothing_left(step)) } else { Ok(Value::Text(text)) }
}

/// Whether a value is blank text, which is no value.
pub fn is_blank(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.trim().is_empty())
}
