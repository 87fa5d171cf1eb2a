//! Why a file is no catalog.

use std::fmt;

/// Why a catalog can't be read. Names the file and, where it is known, the line and column, both from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: {problem}", Colons(*place))]
pub struct CatalogError {
    /// The file's name as the user gave it.
    pub name: String,
    pub place: Option<(usize, usize)>,
    pub problem: Problem,
}

struct Colons(Option<(usize, usize)>);

impl fmt::Display for Colons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the file is empty; a catalog begins with `catalog: 1`")]
    Empty,
    #[error(
        "this is no catalog: its first key is `{first_key}`, and a catalog begins with `catalog: 1`; \
         HiBob's own answer to GET /v1/company/people/fields is taken too"
    )]
    AnotherKind { first_key: String },
    #[error(
        "this is no catalog: expected a file that begins with `catalog: 1`, or HiBob's answer to GET /v1/company/people/fields"
    )]
    NoCatalog,
    #[error("these are lists without fields; save the answer to GET /v1/company/people/fields as well")]
    OnlyLists,
    #[error("the catalog is written in format {found}, and this bobmap reads format {}: use a newer bobmap", super::file::FORMAT)]
    Newer { found: u64 },
    #[error("the field `{field}` stands in the category `{category}`, which `categories` does not have{}", DidYouMean(near))]
    UnknownCategory { field: String, category: String, near: Option<String> },
    #[error("the list `{list}` has the item `{item}` twice")]
    ItemTwice { list: String, item: String },
    #[error("`pulled` is `{found}`, expected a date like 2026-03-01")]
    NoDate { found: String },
    /// The reader's own words.
    #[error("{0}")]
    Syntax(String),
}

struct DidYouMean<'a>(&'a Option<String>);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

impl CatalogError {
    pub(super) fn new(name: &str, problem: Problem) -> Self {
        CatalogError { name: name.to_owned(), place: None, problem }
    }

    pub(super) fn at(name: &str, line: usize, column: usize, problem: Problem) -> Self {
        CatalogError { name: name.to_owned(), place: Some((line, column)), problem }
    }
}
