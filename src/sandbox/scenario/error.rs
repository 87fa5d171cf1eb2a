//! Why a file is no scenario.

use crate::value::text::nearest;
use std::fmt;

/// Why a scenario can't be read. Names the file and, where it is known, the line and column, both from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: {problem}", Colons(*place))]
pub struct ScenarioError {
    /// The file's name as the user gave it.
    pub name: String,
    pub place: Option<(usize, usize)>,
    pub problem: Problem,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The reader's own words.
    #[error("{message}{}", DidYouMean(near))]
    Syntax { message: String, near: Option<String> },
    #[error("`scenario` is {found}, and this bobmap reads scenarios of format 1")]
    Format { found: u64 },
    #[error("`employees` must be a number from 1 to {}", super::super::MOST_EMPLOYEES)]
    Employees,
    #[error("`today` must be a date like 2026-03-01")]
    Today,
    #[error("the company has no {what} `{found}`{}", DidYouMean(near))]
    Unknown { what: &'static str, found: String, near: Option<String> },
    #[error("Bob's menus have no box `{found}`: `bobmap permissions` prints them{}", DidYouMean(near))]
    UnknownBox { found: String, near: Option<String> },
    #[error("`{field}` is a new field: it needs `{key}`")]
    Incomplete { field: String, key: &'static str },
    #[error("the share of `{field}` must be a number from 0 to 1")]
    Share { field: String },
    #[error("`{field}` can't both copy one field and replace another")]
    CopiesAndReplaces { field: String },
    #[error("`{redirect}` is no endpoint: expected a path below /v1, like /people/search")]
    Redirect { redirect: String },
    #[error("`requests_a_person` must be a number from 0 to {most}")]
    RequestsAPerson { most: u64 },
    #[error("`{found}` is no date: expected one like 2026-03-01")]
    Date { found: String },
    #[error("`{found}` is no moment: expected one in UTC like 2026-03-01T09:30:00")]
    Moment { found: String },
    #[error("`{found}` is before the event above it: events stand in the order in which they happened")]
    Disordered { found: String },
    #[error("the first event can't be an edit: say `created` or `pending` before it")]
    EditedFirst,
    #[error("the request begins on {start} and ends on {end}: the end must not be before the start, nor ten years after it")]
    EndBeforeStart { start: String, end: String },
    #[error("no time zone is called `{found}`: expected a name like Europe/London")]
    TimeZone { found: String },
    #[error("a request of type `hours` needs a policy type in hours, and `{policy}` is in days")]
    HoursInDays { policy: String },
    #[error("the request id {id} is taken or too large: ids must differ and be at most {most}, those of edits too")]
    RequestId { id: u64, most: u64 },
    #[error("there is no employee {number}: employees are counted from 1 to {}", super::super::MOST_EMPLOYEES)]
    Nobody { number: u64 },
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

struct DidYouMean<'a>(&'a Option<String>);

impl fmt::Display for DidYouMean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(near) => write!(f, "; did you mean `{near}`?"),
            None => Ok(()),
        }
    }
}

/// Finds words in a scenario's text.
pub(super) struct Place;

impl Place {
    /// Line and column of the first place where `word` stands.
    pub(super) fn of(text: &str, word: &str) -> Option<(usize, usize)> {
        Place::from_line(1, text, word)
    }

    /// The same, from a line on.
    fn from_line(line: usize, text: &str, word: &str) -> Option<(usize, usize)> {
        // A box may be written as a list, on several lines: its last word is its own.
        let word = word.rsplit(" > ").next().unwrap_or(word);
        let mut lines = text.lines().enumerate().skip(line - 1);
        let (index, line, at) = lines.find_map(|(index, line)| Some((index, line, line.find(word)?)))?;
        Some((index + 1, line[..at].chars().count() + 1))
    }
}

pub(super) fn syntax(name: &str, text: &str, error: &serde_yaml::Error) -> ScenarioError {
    let mut message = error.to_string();
    let mut place = error.location().map(|place| (place.line(), place.column()));
    if let Some((line, column)) = place {
        // The place stands before the message; once is enough.
        if let Some(start) = message.find(&format!(" at line {line} column {column}")) {
            message.truncate(start);
        }
    }
    let mut near = None;
    // serde's own list of what is expected, after the word that was found.
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let (true, [found, expected @ ..]) = (message.contains("unknown "), words.as_slice()) {
        near = nearest(found, expected.iter().copied()).map(str::to_owned);
        // The reader may name the place of the mapping that the word stands in.
        let line = place.map_or(1, |(line, _)| line.max(1));
        place = Place::from_line(line, text, found).or_else(|| Place::of(text, found)).or(place);
    }
    ScenarioError { name: name.to_owned(), place, problem: Problem::Syntax { message, near } }
}
