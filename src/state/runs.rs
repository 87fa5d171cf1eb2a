//! The runs of jobs: when, how they ended, and what they came to.

use super::{State, StateError};
use crate::plan::{JoinFact, Summary};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At work, or killed: the next run of the job finds out.
    Running,
    /// Everything was applied.
    Applied,
    /// Some rows could not be written: the next run tries again.
    Partial,
    /// There was nothing to do.
    Unchanged,
    /// A guard stopped it, or the plan is not the one that was asked for: nothing was written.
    Stopped,
    Failed,
    /// It ended without a word.
    Killed,
}

impl Outcome {
    const ALL: [Outcome; 7] = [
        Outcome::Running,
        Outcome::Applied,
        Outcome::Partial,
        Outcome::Unchanged,
        Outcome::Stopped,
        Outcome::Failed,
        Outcome::Killed,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Outcome::Running => "running",
            Outcome::Applied => "applied",
            Outcome::Partial => "partial",
            Outcome::Unchanged => "unchanged",
            Outcome::Stopped => "stopped",
            Outcome::Failed => "failed",
            Outcome::Killed => "killed",
        }
    }
}

/// A run, as it is remembered. Holds no value of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    pub id: i64,
    pub job: String,
    /// RFC 3339, in UTC.
    pub started: String,
    pub ended: Option<String>,
    pub outcome: Outcome,
    /// Of its plan.
    pub checksum: Option<String>,
    pub summary: Option<Summary>,
    /// Why it was stopped or failed.
    pub message: Option<String>,
}

const COLUMNS: &str = "id, job, started, ended, outcome, checksum, summary, message";

fn run(row: &rusqlite::Row<'_>) -> rusqlite::Result<Run> {
    let (outcome, summary): (String, Option<String>) = (row.get(4)?, row.get(6)?);
    Ok(Run {
        id: row.get(0)?,
        job: row.get(1)?,
        started: row.get(2)?,
        ended: row.get(3)?,
        outcome: Outcome::ALL.into_iter().find(|known| known.word() == outcome).unwrap_or(Outcome::Killed),
        checksum: row.get(5)?,
        summary: summary.and_then(|summary| serde_json::from_str(&summary).ok()),
        message: row.get(7)?,
    })
}

impl State {
    /// Notes that a job begins. Its lock is held: runs of it that have no end were killed.
    pub fn begin(&self, job: &str, now: Timestamp) -> Result<i64, StateError> {
        let now = now.to_string();
        let killed = "UPDATE runs SET outcome = 'killed' WHERE job = ? AND outcome = 'running'";
        self.connection.execute(killed, [job]).map_err(|error| self.error(error))?;
        let insert = "INSERT INTO runs (job, started, outcome) VALUES (?, ?, 'running')";
        self.connection.execute(insert, [job, &now]).map_err(|error| self.error(error))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Notes how a run ended.
    pub fn end(
        &self,
        id: i64,
        outcome: Outcome,
        (checksum, summary): (Option<&str>, Option<&Summary>),
        message: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StateError> {
        let summary = summary.map(|summary| serde_json::to_string(summary).expect("numbers and names can be written"));
        let update = "UPDATE runs SET outcome = ?, checksum = ?, summary = ?, message = ?, ended = ? WHERE id = ?";
        let values = params![outcome.word(), checksum, summary, message, now.to_string(), id];
        self.connection.execute(update, values).map_err(|error| self.error(error))?;
        Ok(())
    }

    /// The latest runs, of one job or of all, newest first.
    pub fn runs(&self, job: Option<&str>, most: u32) -> Result<Vec<Run>, StateError> {
        let select = format!("SELECT {COLUMNS} FROM runs WHERE ?1 IS NULL OR job = ?1 ORDER BY id DESC LIMIT ?2");
        let read =
            || -> rusqlite::Result<Vec<Run>> { self.connection.prepare(&select)?.query_map(params![job, most], run)?.collect() };
        read().map_err(|error| self.error(error))
    }

    /// One run.
    pub fn run(&self, id: i64) -> Result<Run, StateError> {
        let select = format!("SELECT {COLUMNS} FROM runs WHERE id = ?");
        let found = self.connection.query_row(&select, [id], run).optional().map_err(|error| self.error(error))?;
        found.ok_or(StateError::NoRun(id))
    }

    /// How often the joins of a job matched when it was last applied.
    pub fn joins(&self, job: &str) -> Result<Vec<JoinFact>, StateError> {
        let select = "SELECT facts FROM jobs WHERE job = ?";
        let facts: Option<Option<String>> =
            self.connection.query_row(select, [job], |row| row.get(0)).optional().map_err(|error| self.error(error))?;
        Ok(facts.flatten().and_then(|facts| serde_json::from_str(&facts).ok()).unwrap_or_default())
    }

    /// Remembers how often they matched.
    pub fn set_joins(&self, job: &str, joins: &[JoinFact]) -> Result<(), StateError> {
        let facts = serde_json::to_string(joins).expect("numbers and names can be written");
        let upsert = "INSERT INTO jobs (job, facts) VALUES (?, ?) ON CONFLICT (job) DO UPDATE SET facts = excluded.facts";
        self.connection.execute(upsert, [job, &facts]).map_err(|error| self.error(error))?;
        Ok(())
    }
}
