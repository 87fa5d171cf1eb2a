//! What is remembered from run to run, in one SQLite file or in one schema of a PostgreSQL database, for all jobs of all tenants: the
//! runs, what was last written where the destination can't be asked, from when on is read, and who is at work. Holds people's data.

mod links;
mod runs;
mod store;
mod written;

pub use links::Link;
pub use runs::{Outcome, Run};
pub use store::JobLock;
pub use written::Written;

use crate::plan::PlanError;
use std::path::PathBuf;
use store::{Cell, Postgres, Sqlite, Store};

/// The layout of the tables; a state of a later one is refused.
const VERSION: i64 = 2;

/// Where the state is.
#[derive(Debug, Clone)]
pub enum Place {
    /// A SQLite file, its owner's alone.
    File(PathBuf),
    /// A schema of a database, which nothing else uses. The address may hold a password.
    Postgres { address: String, schema: String },
}

/// Why the state can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("the state {name}: {why}")]
    Store { name: String, why: String },
    #[error("the state {name}: {source}")]
    Io { name: String, source: std::io::Error },
    #[error("{name}: this is no state of bobmap; name another {other}")]
    Foreign { name: String, other: &'static str },
    #[error("the state {name} is of a later bobmap (version {version}, and this one knows {VERSION}): use that bobmap")]
    Newer { name: String, version: i64 },
    #[error("`{job}` is being run by another bobmap{holder}: wait for it, or stop it")]
    Busy { job: String, holder: String },
    #[error("the state {name}: this run's lock is gone, for its connection was cut: nothing more is written; run it again")]
    Unlocked { name: String },
    #[error("there is no run {0}")]
    NoRun(i64),
}

impl From<StateError> for PlanError {
    fn from(error: StateError) -> Self {
        PlanError::Existing(error.to_string())
    }
}

/// The state of all jobs of a tenant.
pub struct State {
    store: Box<dyn Store>,
    tenant: String,
}

impl State {
    /// Opens the state, and makes it where there is none. Jobs without a tenant are those of the empty name.
    ///
    /// # Errors
    /// It can't be written, or is something else.
    pub fn open(place: &Place, tenant: &str) -> Result<Self, StateError> {
        let store: Box<dyn Store> = match place {
            Place::File(path) => Box::new(Sqlite::open(path)?),
            Place::Postgres { address, schema } => Box::new(Postgres::open(address, schema)?),
        };
        Ok(State { store, tenant: tenant.to_owned() })
    }

    /// Takes the lock of a job: nobody else runs it while it is held, whichever machine they are on. It is free again when it is
    /// dropped, and when its holder is killed.
    ///
    /// # Errors
    /// Another worker has it.
    pub fn lock(&self, job: &str) -> Result<Box<dyn JobLock + '_>, StateError> {
        self.store.lock(&self.tenant, job)
    }

    /// All of `work` is done, or nothing.
    fn atomically<T, E: From<StateError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.store.batch("BEGIN")?;
        let done = work().and_then(|done| Ok(self.store.batch("COMMIT").map(|()| done)?));
        if done.is_err() {
            // What stopped the work is told; where the connection is gone, so is the transaction.
            let _ = self.store.batch("ROLLBACK");
        }
        done
    }

    /// What the rows of a job begin with: its tenant and its name.
    fn of(&self, job: &str) -> [Cell; 2] {
        [Cell::from(&*self.tenant), Cell::from(job)]
    }

    /// One value of what is remembered of a job.
    fn fact(&self, select: &str, job: &str) -> Result<Option<String>, StateError> {
        let rows = self.store.query(select, &self.of(job))?;
        Ok(rows.into_iter().next().and_then(|row| row.into_iter().next()).and_then(Cell::text))
    }
}

#[cfg(test)]
mod tests;
