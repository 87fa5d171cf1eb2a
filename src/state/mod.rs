//! What is remembered from run to run, in one SQLite file for all jobs: the runs, what was last written where the destination
//! can't be asked, and who is at work. Holds people's data: the file is its owner's alone.

mod links;
mod lock;
mod runs;
mod written;

pub use links::Link;
pub use lock::JobLock;
pub use runs::{Outcome, Run};
pub use written::Written;

use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a write waits for another worker's, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The layout of the tables; a file of a later one is refused.
const VERSION: i64 = 1;

const TABLES: &str = "
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, outcome TEXT NOT NULL,
        checksum TEXT, summary TEXT, message TEXT
    );
    CREATE INDEX runs_of_job ON runs (job, id);
    CREATE TABLE jobs (job TEXT PRIMARY KEY, generation INTEGER NOT NULL DEFAULT 0, sum TEXT, pending INTEGER, pending_sum TEXT,
        facts TEXT);
    CREATE TABLE written (
        job TEXT NOT NULL, generation INTEGER NOT NULL, key TEXT NOT NULL, source TEXT, cells TEXT NOT NULL, line TEXT NOT NULL,
        seq INTEGER NOT NULL, PRIMARY KEY (job, generation, key)
    ) WITHOUT ROWID;
    CREATE TABLE links (
        job TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, source TEXT, id TEXT NOT NULL, gone INTEGER NOT NULL,
        PRIMARY KEY (job, place, key)
    ) WITHOUT ROWID;
";

/// Why the state can't be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("the state {name}: {source}")]
    Store { name: String, source: rusqlite::Error },
    #[error("the state {name}: {source}")]
    Io { name: String, source: std::io::Error },
    #[error("{0}: this is no state of bobmap; name another file under `state`")]
    Foreign(String),
    #[error("the state {name} is of a later bobmap (version {version}, and this one knows {VERSION}): use that bobmap")]
    Newer { name: String, version: i64 },
    #[error("`{job}` is being run by another bobmap{holder}: wait for it, or stop it")]
    Busy { job: String, holder: String },
    #[error("there is no run {0}")]
    NoRun(i64),
}

/// The state of all jobs of one file.
pub struct State {
    connection: Connection,
    path: PathBuf,
}

impl State {
    /// Opens the file, and makes it where there is none.
    ///
    /// # Errors
    /// It can't be written, or is something else.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let name = path.display().to_string();
        let io = |source| StateError::Io { name: name.clone(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(io)?;
        let state = State {
            connection: Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
                .map_err(|source| StateError::Store { name: name.clone(), source })?,
            path: path.to_owned(),
        };
        state.prepare(&name)?;
        Ok(state)
    }

    fn prepare(&self, name: &str) -> Result<(), StateError> {
        let store = |error| self.error(error);
        self.connection.busy_timeout(PATIENCE).map_err(store)?;
        // `IMMEDIATE`: two workers that start at once make the tables once.
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => StateError::Foreign(name.to_owned()),
            _ => store(error),
        })?;
        let version: i64 = self.connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(store)?;
        let tables: i64 = self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(store)?;
        match (version, tables) {
            (0, 0) => {
                self.connection.execute_batch(TABLES).map_err(store)?;
                self.connection.pragma_update(None, "user_version", VERSION).map_err(store)?;
            }
            (0, _) => return Err(StateError::Foreign(name.to_owned())),
            (version, _) if version > VERSION => return Err(StateError::Newer { name: name.to_owned(), version }),
            _ => {}
        }
        self.connection.execute_batch("COMMIT").map_err(store)
    }

    fn error(&self, source: rusqlite::Error) -> StateError {
        StateError::Store { name: self.path.display().to_string(), source }
    }
}

#[cfg(test)]
mod tests;
