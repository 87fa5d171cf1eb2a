//! RFC 9535 JSONPath: text to a plan ([`Path`]), and the plan's walk over a [`Tree`].
//! jsonpath-rust reads the text; what it accepts or reads otherwise than the RFC says is caught here.

mod fault;
mod filter;
mod function;
mod literal;
mod message;
mod parse;
mod plan;
mod print;
mod regexp;
mod select;
mod structure;
mod token;
mod word;

pub use print::text_of_names;
pub use select::{MAX_STEPS, TooMuchWork};

use super::json::Tree;
use std::ops::Range;

/// A JSONPath query that can run.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    text: String,
    pub segments: Vec<Segment>,
    warnings: Vec<PathError>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Segment {
    Child(Vec<Selector>),
    /// The node itself and everything below it.
    Descendant(Vec<Selector>),
}

impl Segment {
    /// The name, if it asks for one name and nothing else.
    pub fn name(&self) -> Option<&str> {
        match self {
            Segment::Child(selectors) => match selectors.as_slice() {
                [Selector::Name(name)] => Some(name),
                _ => None,
            },
            Segment::Descendant(_) => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    Name(Box<str>),
    Wildcard,
    /// Below zero counts from the end.
    Index(i64),
    /// Absent parts have the defaults of RFC 9535, 2.3.4.2.
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: Option<i64>,
    },
    Filter(Box<Filter>),
}

/// What a filter asks of each element or member.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    /// The query selects something.
    Exists(Query),
    Compare {
        left: Operand,
        operator: Operator,
        right: Operand,
    },
    /// `match()`, where the `whole` text must fit, or `search()`.
    Matches {
        whole: bool,
        text: Operand,
        pattern: Pattern,
    },
}

/// A path inside a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Starts at `$`, not at `@`.
    pub absolute: bool,
    pub segments: Vec<Segment>,
}

/// One value of a filter: a literal, what a singular query finds, or what a function gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    Null,
    Boolean(bool),
    /// The digits as written.
    Number(Box<str>),
    Text(Box<str>),
    /// Selects one node or none.
    Query(Query),
    Length(Box<Operand>),
    Count(Query),
    Value(Query),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The second argument of `match()` and `search()`.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// Written in the path, compiled once; no regex if the text is no I-Regexp (RFC 9485), which then fits nothing.
    Fixed { text: Box<str>, regex: Option<regex::Regex> },
    /// Read from the record.
    Computed(Operand),
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // The regex follows from the text.
            (Pattern::Fixed { text: a, .. }, Pattern::Fixed { text: b, .. }) => a == b,
            (Pattern::Computed(a), Pattern::Computed(b)) => a == b,
            _ => false,
        }
    }
}

/// Why a text is no JSONPath.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PathError {
    /// The bytes of the path's text that are at fault.
    pub span: Range<usize>,
    /// What was found and what was expected.
    pub message: String,
    /// What to write instead, where that is known.
    pub help: Option<String>,
}

impl Path {
    /// Reads a path; it starts with `$`.
    ///
    /// # Errors
    /// Whatever RFC 9535 does not call well-formed and valid; and, against hostile texts, paths of more than 10,000 bytes, of
    /// more than 32 brackets in each other or of more than 6 function calls in each other. The first fault is told.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        let (segments, warnings) = parse::parse(text)?;
        Ok(Path { text: text.to_owned(), segments, warnings })
    }

    /// The path as written; its `Display` is the canonical text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is valid but can't be meant: a pattern that no text fits because it is no I-Regexp.
    pub fn warnings(&self) -> &[PathError] {
        &self.warnings
    }

    /// The names that the path begins with.
    pub fn leading_names(&self) -> Vec<&str> {
        leading_names(&self.segments)
    }

    /// How many leading segments are a single name or a single index that is not negative.
    pub fn singular_prefix(&self) -> usize {
        let simple = |segment: &&Segment| matches!(segment, Segment::Child(selectors) if matches!(selectors.as_slice(), [Selector::Name(_) | Selector::Index(0..)]));
        self.segments.iter().take_while(simple).count()
    }

    /// Of a path below `humanReadable`, the place of the value that is made readable there. Messages know it by this path's text.
    pub fn label_of(&self) -> Option<Path> {
        let below = self.segments.get(1..).filter(|_| self.segments[0].name() == Some("humanReadable"))?;
        let names = below.iter().take_while(|segment| segment.name().is_some()).count();
        (names > 0).then(|| Path { text: self.text.clone(), segments: below[..names].to_vec(), warnings: Vec::new() })
    }

    /// Whether every segment is a single name or index, so that there is one match at most.
    pub fn is_singular(&self) -> bool {
        is_singular(&self.segments)
    }

    /// Whether some filter has a query that starts at `$`.
    pub fn looks_at_root(&self) -> bool {
        let mut found = false;
        self.each_absolute(&mut |_| found = true);
        found
    }

    /// The segments of every query that starts at `$` inside a filter.
    pub fn each_absolute<'p>(&'p self, visit: &mut dyn FnMut(&'p [Segment])) {
        each_absolute(&self.segments, visit);
    }

    /// The matches in the record `root`, in the order of RFC 9535.
    ///
    /// # Errors
    /// The path would visit more than [`MAX_STEPS`] values.
    pub fn select<'t, 'a>(&self, root: &'t Tree<'a>) -> Result<Vec<&'t Tree<'a>>, TooMuchWork> {
        self.select_from(0, root, root)
    }

    /// What the segments after the first `skip` select from `node`; absolute queries of filters start at `root`.
    ///
    /// # Errors
    /// The path would visit more than [`MAX_STEPS`] values.
    pub fn select_from<'t, 'a>(
        &self,
        skip: usize,
        node: &'t Tree<'a>,
        root: &'t Tree<'a>,
    ) -> Result<Vec<&'t Tree<'a>>, TooMuchWork> {
        select::Walk::new(root).run(self.segments.get(skip..).unwrap_or_default(), node)
    }
}

/// The names that segments begin with.
pub fn leading_names(segments: &[Segment]) -> Vec<&str> {
    segments.iter().map_while(Segment::name).collect()
}

fn is_singular(segments: &[Segment]) -> bool {
    segments.iter().all(|segment| {
        matches!(segment, Segment::Child(selectors) if matches!(selectors.as_slice(), [Selector::Name(_) | Selector::Index(_)]))
    })
}

impl Segment {
    pub fn selectors(&self) -> &[Selector] {
        let (Segment::Child(selectors) | Segment::Descendant(selectors)) = self;
        selectors
    }
}

fn each_absolute<'p>(segments: &'p [Segment], visit: &mut dyn FnMut(&'p [Segment])) {
    for selector in segments.iter().flat_map(Segment::selectors) {
        if let Selector::Filter(filter) = selector {
            filter.each_absolute(visit);
        }
    }
}

impl Filter {
    fn each_absolute<'p>(&'p self, visit: &mut dyn FnMut(&'p [Segment])) {
        match self {
            Filter::Or(parts) | Filter::And(parts) => parts.iter().for_each(|part| part.each_absolute(visit)),
            Filter::Not(inner) => inner.each_absolute(visit),
            Filter::Exists(query) => query.each_absolute(visit),
            Filter::Compare { left, operator: _, right } => [left, right].iter().for_each(|side| side.each_absolute(visit)),
            Filter::Matches { whole: _, text, pattern } => {
                text.each_absolute(visit);
                if let Pattern::Computed(operand) = pattern {
                    operand.each_absolute(visit);
                }
            }
        }
    }
}

impl Query {
    fn each_absolute<'p>(&'p self, visit: &mut dyn FnMut(&'p [Segment])) {
        if self.absolute {
            visit(&self.segments);
        }
        each_absolute(&self.segments, visit);
    }
}

impl Operand {
    fn each_absolute<'p>(&'p self, visit: &mut dyn FnMut(&'p [Segment])) {
        match self {
            Operand::Null | Operand::Boolean(_) | Operand::Number(_) | Operand::Text(_) => {}
            Operand::Query(query) | Operand::Count(query) | Operand::Value(query) => query.each_absolute(visit),
            Operand::Length(operand) => operand.each_absolute(visit),
        }
    }
}
