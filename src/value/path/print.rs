//! The canonical text of a path: dots where a name allows it, single quotes where not.

use super::token::name_length;
use super::{Filter, Operand, Operator, Path, Pattern, Query, Segment, Selector};
use std::fmt::{self, Display, Formatter, Write};

/// A text in single quotes, as in the normalized paths of RFC 9535, 2.7.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for char in text.chars() {
        match char {
            '\'' | '\\' => out.extend(['\\', char]),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('\'');
    out
}

/// Whether a name may follow a dot, and people can see where it ends.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name_length(name) == name.len() && name.chars().all(|char| char == '_' || char.is_alphanumeric())
}

/// The segment that selects one name: `.name` or `['the name']`.
pub(super) fn child(name: &str) -> String {
    if is_plain(name) { format!(".{name}") } else { format!("[{}]", quoted(name)) }
}

/// The text of the path that goes down these names from `$`.
pub fn text_of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().fold("$".to_owned(), |text, name| text + &child(name))
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('$')?;
        self.segments.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl Display for Segment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (selectors, dots) = match self {
            Segment::Child(selectors) => (selectors, ""),
            Segment::Descendant(selectors) => (selectors, ".."),
        };
        match selectors.as_slice() {
            [Selector::Name(name)] if dots.is_empty() => f.write_str(&child(name)),
            [Selector::Name(name)] if is_plain(name) => write!(f, "..{name}"),
            _ => {
                write!(f, "{dots}[")?;
                joined(f, selectors, ", ")?;
                f.write_char(']')
            }
        }
    }
}

fn joined<T: Display>(f: &mut Formatter<'_>, parts: &[T], between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        part.fmt(f)?;
    }
    Ok(())
}

impl Display for Selector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Selector::Name(name) => f.write_str(&quoted(name)),
            Selector::Wildcard => f.write_char('*'),
            Selector::Index(index) => index.fmt(f),
            Selector::Slice { start, end, step } => {
                start.iter().try_for_each(|start| start.fmt(f))?;
                f.write_char(':')?;
                end.iter().try_for_each(|end| end.fmt(f))?;
                step.iter().try_for_each(|step| write!(f, ":{step}"))
            }
            Selector::Filter(filter) => write!(f, "?{filter}"),
        }
    }
}

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Filter::Or(parts) => joined(f, parts, " || "),
            Filter::And(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    f.write_str(if index > 0 { " && " } else { "" })?;
                    match part {
                        Filter::Or(_) => write!(f, "({part})")?,
                        _ => part.fmt(f)?,
                    }
                }
                Ok(())
            }
            Filter::Not(inner) => match **inner {
                Filter::Exists(_) | Filter::Matches { .. } => write!(f, "!{inner}"),
                _ => write!(f, "!({inner})"),
            },
            Filter::Exists(query) => query.fmt(f),
            Filter::Compare { left, operator, right } => write!(f, "{left} {operator} {right}"),
            Filter::Matches { whole, text, pattern } => {
                write!(f, "{}({text}, ", if *whole { "match" } else { "search" })?;
                match pattern {
                    Pattern::Fixed { text, regex: _ } => f.write_str(&quoted(text))?,
                    Pattern::Computed(operand) => operand.fmt(f)?,
                }
                f.write_char(')')
            }
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(if self.absolute { '$' } else { '@' })?;
        self.segments.iter().try_for_each(|segment| segment.fmt(f))
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Null => f.write_str("null"),
            Operand::Boolean(value) => value.fmt(f),
            Operand::Number(digits) => f.write_str(digits),
            Operand::Text(text) => f.write_str(&quoted(text)),
            Operand::Query(query) => query.fmt(f),
            Operand::Length(operand) => write!(f, "length({operand})"),
            Operand::Count(query) => write!(f, "count({query})"),
            Operand::Value(query) => write!(f, "value({query})"),
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        })
    }
}
