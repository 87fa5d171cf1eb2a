//! The database that the state lies in. Each question is asked in one SQL for both: values are numbered `?1`, `?2`, and a column
//! holds a text or an integer of 64 bits.

mod postgres;
mod sqlite;

pub use postgres::Postgres;
pub use sqlite::Sqlite;

use super::StateError;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Integer(i64),
    Text(String),
}

impl Cell {
    pub fn text(self) -> Option<String> {
        match self {
            Cell::Text(text) => Some(text),
            Cell::Null | Cell::Integer(_) => None,
        }
    }

    pub fn integer(&self) -> Option<i64> {
        match self {
            Cell::Integer(number) => Some(*number),
            Cell::Null | Cell::Text(_) => None,
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Cell::Integer(number)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

/// The right to run a job.
pub trait JobLock {
    /// # Errors
    /// It is lost, and another worker may have it.
    fn check(&self) -> Result<(), StateError>;
}

/// What the state needs of a database.
pub trait Store {
    /// Runs statements without values.
    fn batch(&self, sql: &str) -> Result<(), StateError>;

    /// Runs a statement, and returns the rows that it comes to.
    fn query(&self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, StateError>;

    /// Adds rows to `written`, many at a time.
    fn add_written(&self, rows: &[[Cell; WRITTEN]]) -> Result<(), StateError>;

    /// Takes the lock of a job.
    fn lock(&self, tenant: &str, job: &str) -> Result<Box<dyn JobLock + '_>, StateError>;
}

/// Columns of `written`.
pub const WRITTEN: usize = 8;

/// The tables. `{id}` counts up; `{text}` holds any text, as bytes where a database's texts lack NUL; `{keyed}` keeps rows in the order
/// of their key.
fn tables(id: &str, text: &str, keyed: &str) -> String {
    const TABLES: &str = "
        CREATE TABLE runs (
            id {id}, tenant TEXT NOT NULL, job TEXT NOT NULL, worker TEXT, started TEXT NOT NULL, ended TEXT,
            outcome TEXT NOT NULL, checksum TEXT, summary TEXT, message TEXT
        );
        CREATE INDEX runs_of_job ON runs (tenant, job, id);
        CREATE TABLE jobs (
            tenant TEXT NOT NULL, job TEXT NOT NULL, generation BIGINT NOT NULL DEFAULT 0, sum TEXT, pending BIGINT,
            pending_sum TEXT, facts TEXT, since TEXT, holder TEXT, PRIMARY KEY (tenant, job)
        );
        CREATE TABLE written (
            tenant TEXT NOT NULL, job TEXT NOT NULL, generation BIGINT NOT NULL, key {text} NOT NULL, source {text},
            cells {text} NOT NULL, line {text} NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (tenant, job, generation, key)
        ) {keyed};
        CREATE TABLE links (
            tenant TEXT NOT NULL, job TEXT NOT NULL, place TEXT NOT NULL, key {text} NOT NULL, source {text},
            id {text} NOT NULL, gone BIGINT NOT NULL, PRIMARY KEY (tenant, job, place, key)
        ) {keyed};
    ";
    TABLES.replace("{id}", id).replace("{text}", text).replace("{keyed}", keyed)
}
