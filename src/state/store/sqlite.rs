//! The state in a SQLite file. Locks are the operating system's own, on files beside it: each is freed when its holder ends, however
//! it ends.

use super::super::{StateError, VERSION};
use super::{Cell, JobLock, Store, WRITTEN, tables};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a write waits for another worker's, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// From the first layout to the second: there were no tenants.
const FROM_FIRST: [&str; 2] = [
    "DROP INDEX runs_of_job; ALTER TABLE runs RENAME TO old_runs; ALTER TABLE jobs RENAME TO old_jobs;
     ALTER TABLE written RENAME TO old_written; ALTER TABLE links RENAME TO old_links;",
    "INSERT INTO runs (id, tenant, job, started, ended, outcome, checksum, summary, message)
        SELECT id, '', job, started, ended, outcome, checksum, summary, message FROM old_runs;
     INSERT INTO jobs (tenant, job, generation, sum, pending, pending_sum, facts)
        SELECT '', job, generation, sum, pending, pending_sum, facts FROM old_jobs;
     INSERT INTO written SELECT '', job, generation, key, source, cells, line, seq FROM old_written;
     INSERT INTO links SELECT '', job, place, key, source, id, gone FROM old_links;
     DROP TABLE old_runs; DROP TABLE old_jobs; DROP TABLE old_written; DROP TABLE old_links;",
];

pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// Opens the file, and makes it where there is none.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let name = || path.display().to_string();
        let io = |source| StateError::Io { name: name(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(io)?;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(|error| StateError::Store { name: name(), why: error.to_string() })?;
        let opened = Sqlite { connection, path: path.to_owned() };
        opened.prepare()?;
        Ok(opened)
    }

    fn prepare(&self) -> Result<(), StateError> {
        let foreign = || StateError::Foreign { name: self.name(), other: "file under `state`" };
        let tables = || tables("INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT", "WITHOUT ROWID");
        self.connection.busy_timeout(PATIENCE).map_err(|error| self.error(&error))?;
        // `IMMEDIATE`: two workers that start at once make the tables once.
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => foreign(),
            _ => self.error(&error),
        })?;
        let number =
            |select| self.connection.query_row(select, [], |row| row.get::<_, i64>(0)).map_err(|error| self.error(&error));
        match (number("PRAGMA user_version")?, number("SELECT count(*) FROM sqlite_schema")?) {
            (0, 0) => self.batch(&tables())?,
            (0, _) => return Err(foreign()),
            (1, _) => self.batch(&[FROM_FIRST[0], &tables(), FROM_FIRST[1]].concat())?,
            (version, _) if version > VERSION => return Err(StateError::Newer { name: self.name(), version }),
            _ => {}
        }
        self.batch(&format!("PRAGMA user_version = {VERSION}; COMMIT"))
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn error(&self, error: &rusqlite::Error) -> StateError {
        StateError::Store { name: self.name(), why: error.to_string() }
    }
}

impl Store for Sqlite {
    fn batch(&self, sql: &str) -> Result<(), StateError> {
        self.connection.execute_batch(sql).map_err(|error| self.error(&error))
    }

    fn query(&self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, StateError> {
        let query = || -> rusqlite::Result<Vec<Vec<Cell>>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let columns = statement.column_count();
            let cells = |row: &rusqlite::Row<'_>| (0..columns).map(|column| cell(row.get_ref(column)?)).collect();
            statement.query_map(params_from_iter(values), cells)?.collect()
        };
        query().map_err(|error| self.error(&error))
    }

    fn add_written(&self, rows: &[[Cell; WRITTEN]]) -> Result<(), StateError> {
        let add = || -> rusqlite::Result<()> {
            let mut insert = self.connection.prepare_cached("INSERT INTO written VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
            rows.iter().try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
        };
        add().map_err(|error| self.error(&error))
    }

    fn lock(&self, tenant: &str, job: &str) -> Result<Box<dyn JobLock + '_>, StateError> {
        let mut path = self.path.clone().into_os_string();
        for name in [tenant, job].into_iter().filter(|name| !name.is_empty()) {
            path.push(".");
            path.push(name);
        }
        path.push(".lock");
        let io = |source| StateError::Io { name: Path::new(&path).display().to_string(), source };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                let holder = if holder.is_empty() { String::new() } else { format!(" (process {holder})") };
                return Err(StateError::Busy { job: job.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let process = std::process::id().to_string();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(process.as_bytes())).map_err(io)?;
        Ok(Box::new(Locked { _file: file }))
    }
}

/// The file is locked until it is closed.
struct Locked {
    _file: File,
}

impl JobLock for Locked {
    fn check(&self) -> Result<(), StateError> {
        Ok(())
    }
}

fn cell(value: ValueRef<'_>) -> rusqlite::Result<Cell> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        value => Cell::Text(value.as_str()?.to_owned()),
    })
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}
