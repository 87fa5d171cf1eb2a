//! Where a sync writes: a destination tells what it has, and takes a plan whole or not at all.

mod file;
mod hrdc;
mod http;
mod postgres;
mod scim;
mod sqlite;
mod table;

pub use file::{FileDestination, FileFormat};
pub use hrdc::HrdcDestination;
pub use http::address;
pub use postgres::{PostgresDestination, Table};
pub use scim::{Leavers, ScimDestination};
pub use sqlite::SqliteDestination;
pub use table::Deletes;

use crate::plan::{Existing, PlanError, Summary, Workbench};
use crate::sink::SinkError;
use crate::state::StateError;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Why a destination can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DestinationError {
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error("{name}: {source}")]
    Io { name: String, source: std::io::Error },
    #[error("{name}: {source}")]
    Sqlite { name: String, source: rusqlite::Error },
    #[error("{name}: {why}")]
    Postgres { name: String, why: String },
    #[error("{0}")]
    Scim(String),
    #[error("{0}")]
    Hrdc(String),
    /// The place holds something that is not this job's.
    #[error("{0}")]
    Foreign(String),
    /// The value is a person's own, and is not said.
    #[error("{name}: the column `{column}` can't hold a value: {why}; nothing is written")]
    Value { name: String, column: String, why: &'static str },
}

/// Why a destination must be written although no row changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// There is nothing yet, or no longer.
    Missing,
    /// Somebody else has changed it since.
    Changed,
    /// It was never this job's.
    Foreign,
    /// Its columns are not the mapping's.
    Columns,
    /// It has people or groups of this job's that the job did not know to be there.
    Unlinked,
    /// It is written in another form than it should be.
    Form,
    /// A send was cut off, and nobody can ask what came of it.
    Unsure,
}

impl Drift {
    pub fn sentence(self) -> &'static str {
        match self {
            Drift::Missing => "it is not there, and is made",
            Drift::Changed => "it was changed by somebody else since the last run, and is written again",
            Drift::Foreign => "what is there was not written by this job, and would be replaced",
            Drift::Unlinked => "people or groups that are there already are taken over by this job",
            Drift::Unsure => "whether the last send was taken is not known, and everything is sent again",
            Drift::Form => "it is written in another form, and is made anew",
            Drift::Columns => "its columns are not the mapping's, and are changed",
        }
    }
}

/// A checksum as text.
fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the rows of a job go.
pub trait Destination {
    /// What messages call it; without secrets.
    fn name(&self) -> String;

    /// Is shown the rows that it should have before it is asked for those that it has: a server knows people by marks of its own.
    ///
    /// # Errors
    /// It can't be read.
    fn meet(&mut self, _desired: &Workbench) -> Result<(), DestinationError> {
        Ok(())
    }

    /// The rows that it has, as far as this job has put them there.
    ///
    /// # Errors
    /// It can't be read, or what is there belongs to somebody else.
    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError>;

    /// Why it must be written although no row changes.
    ///
    /// # Errors
    /// It can't be read.
    fn drift(&mut self) -> Result<Option<Drift>, DestinationError>;

    /// Columns that would be dropped with what they hold, for the mapping no longer has them or has them in another type.
    ///
    /// # Errors
    /// It can't be read.
    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError>;

    /// What its user should know of the plan, of which this is the summary; without values.
    fn notes(&self, _summary: &Summary) -> Vec<String> {
        Vec::new()
    }

    /// Makes it what the plan says, all at once. A run that is killed on the way leaves what was there, or all of the new. A server
    /// that takes rows one by one keeps those that it has taken, and the next run goes on from there.
    ///
    /// # Errors
    /// Nothing has been written then, as far as the destination takes rows all at once.
    fn apply(&mut self, plan: &Workbench, now: Timestamp) -> Result<(), DestinationError>;

    /// After [`apply`](Self::apply), whether it failed or not: what the destination itself had to say. Holds values of people if the
    /// user asked for them, and is never kept.
    fn remarks(&self) -> &[String] {
        &[]
    }

    /// After [`apply`](Self::apply): what could not be written, in a sentence without values. The next run tries again.
    fn undone(&self) -> Option<&str> {
        None
    }
}
