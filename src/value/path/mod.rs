//! RFC 9535 JSONPath: text to a plan ([`Path`]), and the plan's walk over a [`Tree`](super::json::Tree).
//! jsonpath-rust reads the text; what it accepts or reads otherwise than the RFC says is caught here.

use std::ops::Range;

/// A JSONPath query that can run.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    pub segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    Child(Vec<Selector>),
    Descendant(Vec<Selector>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    Name(Box<str>),
    Wildcard,
    Index(i64),
}

/// Why a text is no JSONPath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// The bytes of the path's text that are at fault.
    pub span: Range<usize>,
    /// What was found and what was expected.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
}
