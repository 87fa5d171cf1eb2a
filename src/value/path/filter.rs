//! What a filter says of a node (RFC 9535, 2.3.5 and 2.4): tests, comparisons and the five functions.

use super::select::{TooMuchWork, Walk};
use super::{Filter, Operand, Operator, Pattern, Query, regexp};
use crate::value::json::{Data, Tree};
use crate::value::number;
use std::borrow::Cow;
use std::cmp::Ordering;

/// How long a text may be, in bytes, for its comparison to count as one step.
const TEXT_STEP: usize = 256;
/// What the compiling of a pattern counts as.
const PATTERN_STEPS: usize = 2_000;

/// A value on one side of a comparison, or handed to a function.
#[derive(Debug, Clone)]
enum Datum<'x> {
    /// The query found nothing, or the function has no answer: equal to itself alone.
    Nothing,
    Null,
    Boolean(bool),
    Number(Cow<'x, str>),
    Text(&'x str),
    /// An array or an object.
    Structure(&'x Tree<'x>),
}

impl<'x> Datum<'x> {
    fn of(node: &'x Tree<'x>) -> Self {
        match &node.data {
            Data::Null => Datum::Null,
            Data::Boolean(value) => Datum::Boolean(*value),
            Data::Number => Datum::Number(Cow::Borrowed(node.raw)),
            Data::String(text) => Datum::Text(text),
            Data::Array(_) | Data::Object(_) => Datum::Structure(node),
        }
    }

    fn count(count: usize) -> Self {
        Datum::Number(Cow::Owned(count.to_string()))
    }
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn test(&self, filter: &Filter, node: &'t Tree<'a>) -> Result<bool, TooMuchWork> {
        match filter {
            Filter::Or(parts) => {
                for part in parts {
                    if self.test(part, node)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Filter::And(parts) => {
                for part in parts {
                    if !self.test(part, node)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Filter::Not(inner) => Ok(!self.test(inner, node)?),
            Filter::Exists(query) => Ok(!self.query(query, node)?.is_empty()),
            Filter::Compare { left, operator, right } => {
                self.compare(&self.value(left, node)?, *operator, &self.value(right, node)?)
            }
            Filter::Matches { whole, text, pattern } => match self.value(text, node)? {
                Datum::Text(text) => self.matches(*whole, text, pattern, node),
                _ => Ok(false),
            },
        }
    }

    fn query(&self, query: &Query, node: &'t Tree<'a>) -> Result<Vec<&'t Tree<'a>>, TooMuchWork> {
        self.run(&query.segments, if query.absolute { self.root } else { node })
    }

    fn value<'x>(&self, operand: &'x Operand, node: &'t Tree<'a>) -> Result<Datum<'x>, TooMuchWork>
    where
        't: 'x,
        'a: 'x,
    {
        Ok(match operand {
            Operand::Null => Datum::Null,
            Operand::Boolean(value) => Datum::Boolean(*value),
            Operand::Number(digits) => Datum::Number(Cow::Borrowed(digits)),
            Operand::Text(text) => Datum::Text(text),
            Operand::Query(query) => {
                let start = if query.absolute { self.root } else { node };
                self.run_singular(&query.segments, start)?.map_or(Datum::Nothing, Datum::of)
            }
            Operand::Length(operand) => match self.value(operand, node)? {
                Datum::Text(text) => {
                    self.spend(text.len() / TEXT_STEP)?;
                    Datum::count(text.chars().count())
                }
                Datum::Structure(Tree { data: Data::Array(items), .. }) => Datum::count(items.len()),
                Datum::Structure(Tree { data: Data::Object(members), .. }) => Datum::count(members.len()),
                _ => Datum::Nothing,
            },
            Operand::Count(query) => Datum::count(self.query(query, node)?.len()),
            Operand::Value(query) => match self.query(query, node)?.as_slice() {
                [one] => Datum::of(one),
                _ => Datum::Nothing,
            },
        })
    }

    fn compare(&self, left: &Datum<'_>, operator: Operator, right: &Datum<'_>) -> Result<bool, TooMuchWork> {
        Ok(match operator {
            Operator::Equal => self.equal(left, right)?,
            Operator::NotEqual => !self.equal(left, right)?,
            Operator::Less => self.less(left, right)?,
            Operator::Greater => self.less(right, left)?,
            Operator::LessOrEqual => self.less(left, right)? || self.equal(left, right)?,
            Operator::GreaterOrEqual => self.less(right, left)? || self.equal(left, right)?,
        })
    }

    /// Only numbers and texts have an order; texts have that of their Unicode scalar values, which is that of their bytes.
    fn less(&self, left: &Datum<'_>, right: &Datum<'_>) -> Result<bool, TooMuchWork> {
        match (left, right) {
            (Datum::Number(a), Datum::Number(b)) => Ok(self.order(a, b)? == Ordering::Less),
            (Datum::Text(a), Datum::Text(b)) => {
                self.spend(a.len().min(b.len()) / TEXT_STEP)?;
                Ok(a < b)
            }
            _ => Ok(false),
        }
    }

    fn order(&self, a: &str, b: &str) -> Result<Ordering, TooMuchWork> {
        self.spend((a.len() + b.len()) / TEXT_STEP)?;
        Ok(number::compare(a, b))
    }

    fn equal(&self, left: &Datum<'_>, right: &Datum<'_>) -> Result<bool, TooMuchWork> {
        match (left, right) {
            (Datum::Nothing, Datum::Nothing) | (Datum::Null, Datum::Null) => Ok(true),
            (Datum::Boolean(a), Datum::Boolean(b)) => Ok(a == b),
            (Datum::Number(a), Datum::Number(b)) => Ok(self.order(a, b)? == Ordering::Equal),
            (Datum::Text(a), Datum::Text(b)) => {
                self.spend(a.len().min(b.len()) / TEXT_STEP)?;
                Ok(a == b)
            }
            (Datum::Structure(a), Datum::Structure(b)) => self.equal_structure(a, b),
            _ => Ok(false),
        }
    }

    /// Arrays are equal item by item, objects member by member in any order.
    fn equal_structure(&self, a: &Tree<'_>, b: &Tree<'_>) -> Result<bool, TooMuchWork> {
        match (&a.data, &b.data) {
            (Data::Array(a), Data::Array(b)) if a.len() == b.len() => {
                for (a, b) in a.iter().zip(b) {
                    self.spend(1)?;
                    if !self.equal(&Datum::of(a), &Datum::of(b))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Data::Object(a), Data::Object(b)) if a.len() == b.len() => {
                for (at, (name, a)) in a.iter().enumerate() {
                    // Two objects of one kind mostly have their names in the same order.
                    let b = match &b[at] {
                        (same, b) if same == name => Some(b),
                        _ => {
                            self.spend(b.len() / 16)?;
                            b.iter().find(|(other, _)| other == name).map(|(_, b)| b)
                        }
                    };
                    self.spend(1)?;
                    let Some(b) = b else { return Ok(false) };
                    if !self.equal(&Datum::of(a), &Datum::of(b))? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn matches(&self, whole: bool, text: &str, pattern: &Pattern, node: &'t Tree<'a>) -> Result<bool, TooMuchWork> {
        self.spend(text.len() / TEXT_STEP)?;
        let operand = match pattern {
            Pattern::Fixed { text: _, regex } => return Ok(regex.as_ref().is_some_and(|regex| regex.is_match(text))),
            Pattern::Computed(operand) => operand,
        };
        let Datum::Text(pattern) = self.value(operand, node)? else { return Ok(false) };
        let key = (whole, pattern.to_owned());
        let mut patterns = self.patterns.borrow_mut();
        if !patterns.contains_key(&key) {
            self.spend(PATTERN_STEPS + pattern.len())?;
            let regex = regexp::compile(pattern, whole);
            patterns.insert(key.clone(), regex);
        }
        Ok(patterns[&key].as_ref().is_some_and(|regex| regex.is_match(text)))
    }
}
