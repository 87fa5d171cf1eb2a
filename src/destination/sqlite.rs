//! Rows in a table of a SQLite file, made and changed as the mapping's columns ask, and written in one transaction.

use super::table::{self, DELETED_AT, Deletes, KEY, OWNERS, SOURCE, quoted};
use super::{Destination, DestinationError, Drift};
use crate::plan::{Change, ChangeKind, Column, Existing, PlanError, Row, Workbench, cells, same};
use crate::value::Kind;
use crate::value::json::write_string;
use jiff::Timestamp;
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params, params_from_iter};
use serde::de::IgnoredAny;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a write waits for another program's.
const PATIENCE: Duration = Duration::from_secs(30);

/// A table of a SQLite file.
pub struct SqliteDestination {
    connection: Connection,
    path: PathBuf,
    table: String,
    job: String,
    columns: Vec<Column>,
    deletes: Deletes,
}

impl SqliteDestination {
    /// Opens the file if there is one; it is made when something is written.
    ///
    /// # Errors
    /// It can't be written, or is no database.
    pub fn open(path: &Path, table: &str, job: &str, columns: Vec<Column>, deletes: Deletes) -> Result<Self, DestinationError> {
        let connection = if path.exists() { connect(path) } else { Connection::open_in_memory() };
        let connection = connection.map_err(|source| DestinationError::Sqlite { name: path.display().to_string(), source })?;
        let (path, table, job) = (path.to_owned(), table.to_owned(), job.to_owned());
        Ok(SqliteDestination { connection, path, table, job, columns, deletes })
    }

    /// Makes the file, its owner's alone.
    fn make(&mut self) -> Result<(), DestinationError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let name = || self.path.display().to_string();
        options.open(&self.path).map_err(|source| DestinationError::Io { name: name(), source })?;
        self.connection = connect(&self.path).map_err(|source| DestinationError::Sqlite { name: name(), source })?;
        Ok(())
    }

    fn error(&self, source: rusqlite::Error) -> DestinationError {
        DestinationError::Sqlite { name: self.name(), source }
    }

    /// The columns that the table has, with their types; `None` if there is no such table.
    fn found(&self) -> Result<Option<Vec<(String, String)>>, DestinationError> {
        let read = || -> rusqlite::Result<Vec<(String, String)>> {
            let mut select = self.connection.prepare("SELECT name, type FROM pragma_table_info(?)")?;
            select.query_map([&self.table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let found = read().map_err(|error| self.error(error))?;
        if found.is_empty() {
            return Ok(None);
        }
        let owner = self.owner().map_err(|error| self.error(error))?;
        match owner {
            Some(owner) if owner == self.job => Ok(Some(found)),
            Some(owner) => Err(DestinationError::Foreign(format!(
                "{}: the table `{}` belongs to the job `{owner}`: give this job another table",
                self.path.display(),
                self.table
            ))),
            None => Err(DestinationError::Foreign(format!(
                "{}: there is a table `{}` that bobmap did not make: name another one, or rename it",
                self.path.display(),
                self.table
            ))),
        }
    }

    fn owner(&self) -> rusqlite::Result<Option<String>> {
        let known = "SELECT 1 FROM sqlite_schema WHERE name = ?";
        if self.connection.query_row(known, [OWNERS], |_| Ok(())).optional()?.is_none() {
            return Ok(None);
        }
        let select = format!("SELECT job FROM {OWNERS} WHERE name = ?");
        self.connection.query_row(&select, [&self.table], |row| row.get(0)).optional()
    }

    /// Columns of the mapping that the table has not, or has in another type; and those of the table that are to go.
    fn differences<'c>(&'c self, found: &'c [(String, String)]) -> (Vec<&'c Column>, Vec<&'c str>) {
        let has = |column: &Column| {
            found.iter().any(|(name, kind)| name.eq_ignore_ascii_case(&column.name) && kind == sql_type(column.kind))
        };
        let own = |name: &str| [KEY, SOURCE, DELETED_AT].contains(&name);
        let wanted = |name: &str, kind: &str| {
            self.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name) && sql_type(column.kind) == kind)
        };
        (
            self.columns.iter().filter(|column| !has(column)).collect(),
            found.iter().filter(|(name, kind)| !own(name) && !wanted(name, kind)).map(|(name, _)| name.as_str()).collect(),
        )
    }

    /// Makes the table, or gives it the columns that the mapping has.
    fn migrate(&self) -> Result<(), DestinationError> {
        let found = self.found()?;
        let table = quoted(&self.table);
        let mut sql = String::new();
        match &found {
            None => {
                let columns = self.columns.iter().map(|column| format!(", {} {}", quoted(&column.name), sql_type(column.kind)));
                sql.push_str(&format!(
                    "CREATE TABLE {table} ({KEY} TEXT PRIMARY KEY, {SOURCE} TEXT, {DELETED_AT} TEXT{}) STRICT, WITHOUT ROWID;
                     CREATE TABLE IF NOT EXISTS {OWNERS} (name TEXT PRIMARY KEY, job TEXT NOT NULL) STRICT;",
                    columns.collect::<String>()
                ));
            }
            Some(found) => {
                let (missing, dropped) = self.differences(found);
                for column in dropped {
                    sql.push_str(&format!("ALTER TABLE {table} DROP COLUMN {};", quoted(column)));
                }
                for column in missing {
                    sql.push_str(&format!("ALTER TABLE {table} ADD COLUMN {} {};", quoted(&column.name), sql_type(column.kind)));
                }
            }
        }
        let migrate = || {
            self.connection.execute_batch(&sql)?;
            self.connection.execute(&format!("INSERT OR REPLACE INTO {OWNERS} VALUES (?, ?)"), [&self.table, &self.job])
        };
        migrate().map_err(|error| self.error(error)).map(drop)
    }

    fn write(&self, plan: &Workbench, now: Timestamp) -> Result<(), DestinationError> {
        self.migrate()?;
        let table = quoted(&self.table);
        let names: String = self.columns.iter().map(|column| format!(", {}", quoted(&column.name))).collect();
        let marks: String = (0..self.columns.len()).map(|at| format!(", ?{}", at + 3)).collect();
        let upsert =
            format!("INSERT OR REPLACE INTO {table} ({KEY}, {SOURCE}, {DELETED_AT}{names}) VALUES (?1, ?2, NULL{marks})");
        let delete = match self.deletes {
            Deletes::Hard => format!("DELETE FROM {table} WHERE {KEY} = ?1 AND ?2 NOT NULL"),
            Deletes::Soft => format!("UPDATE {table} SET {DELETED_AT} = ?2 WHERE {KEY} = ?1"),
        };
        let now = now.to_string();
        let error = |error| self.error(error);
        let mut upsert = self.connection.prepare(&upsert).map_err(error)?;
        let mut delete = self.connection.prepare(&delete).map_err(error)?;
        plan.each_change::<DestinationError>(|Change { kind, key, after, .. }| {
            match (kind, after) {
                (ChangeKind::Create | ChangeKind::Update | ChangeKind::Rewrite, Some(row)) => {
                    let cells = cells(&row.cells);
                    let source = row.source.as_ref().map_or(SqlValue::Null, |source| SqlValue::Text(source.clone()));
                    let mut values = vec![SqlValue::Text(key.clone()), source];
                    for column in &self.columns {
                        let json = cells.get(column.name.as_str()).map_or("null", |raw| raw.get());
                        values.push(sql_value(column.kind, json).map_err(|why| DestinationError::Value {
                            name: self.name(),
                            column: column.name.clone(),
                            why,
                        })?);
                    }
                    upsert.execute(params_from_iter(&values)).map_err(error)?;
                }
                _ => {
                    delete.execute(params![key, now]).map_err(error)?;
                }
            }
            Ok(())
        })
    }
}

impl Destination for SqliteDestination {
    fn name(&self) -> String {
        format!("{}, table {}", self.path.display(), self.table)
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        let found = self.found()?;
        Ok(Box::new(Rows { destination: self, found, page: Vec::new(), last: Some(String::new()) }))
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        Ok(match self.found()? {
            None => Some(Drift::Missing),
            Some(found) => {
                let (missing, dropped) = self.differences(&found);
                (!missing.is_empty() || !dropped.is_empty()).then_some(Drift::Columns)
            }
        })
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        let found = self.found()?.unwrap_or_default();
        Ok(self.differences(&found).1.into_iter().map(str::to_owned).collect())
    }

    fn apply(&mut self, plan: &Workbench, now: Timestamp) -> Result<(), DestinationError> {
        if !self.path.exists() {
            self.make()?;
        }
        let run = |sql: &str| self.connection.execute_batch(sql).map_err(|error| self.error(error));
        run("BEGIN IMMEDIATE")?;
        let written = self.write(plan, now).and_then(|()| run("COMMIT"));
        if written.is_err() {
            // What failed is told; that it could not be taken back would be told by the next to open the file.
            let _ = run("ROLLBACK");
        }
        written
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(PATIENCE)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

/// The rows of the table, a page at a time.
struct Rows<'d> {
    destination: &'d SqliteDestination,
    found: Option<Vec<(String, String)>>,
    /// Latest first.
    page: Vec<Row>,
    last: Option<String>,
}

/// Rows that are read at a time.
const PAGE: i64 = 1000;

impl Rows<'_> {
    fn read(&mut self) -> rusqlite::Result<()> {
        let (Some(found), Some(last)) = (&self.found, &self.last) else { return Ok(()) };
        let columns = &self.destination.columns;
        let there: Vec<&Column> = columns
            .iter()
            .filter(|column| {
                found.iter().any(|(name, kind)| name.eq_ignore_ascii_case(&column.name) && kind == sql_type(column.kind))
            })
            .collect();
        let names: String = there.iter().map(|column| format!(", {}", quoted(&column.name))).collect();
        let select = format!(
            "SELECT {KEY}, {SOURCE}{names} FROM {} WHERE {KEY} > ? AND {DELETED_AT} IS NULL ORDER BY {KEY} LIMIT {PAGE}",
            quoted(&self.destination.table)
        );
        let mut select = self.destination.connection.prepare_cached(&select)?;
        let row = |row: &rusqlite::Row<'_>| {
            let cells = table::cells(&there, |out, at, column| {
                write_cell(out, column.kind, row.get_ref(at + 2)?);
                Ok::<(), rusqlite::Error>(())
            })?;
            Ok(Row { key: row.get(0)?, source: row.get(1)?, cells, line: None })
        };
        self.page = select.query_map([last], row)?.collect::<Result<_, _>>()?;
        self.last = self.page.last().map(|row| row.key.clone());
        self.page.reverse();
        Ok(())
    }
}

impl Existing for Rows<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        if self.page.is_empty() {
            self.read().map_err(|error| PlanError::Existing(format!("{}: {error}", self.destination.name())))?;
        }
        Ok(self.page.pop())
    }
}

/// The type of a column. `ANY` keeps each decimal as exactly as SQLite can: as an integer, a float that says the same, or text.
fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer | Kind::Boolean => "INTEGER",
        Kind::Decimal => "ANY",
        Kind::String | Kind::Email | Kind::Enum | Kind::Date | Kind::Datetime | Kind::List | Kind::Json => "TEXT",
    }
}

/// A JSON text as the value of a column.
fn sql_value(kind: Kind, json: &str) -> Result<SqlValue, &'static str> {
    if json == "null" {
        return Ok(SqlValue::Null);
    }
    Ok(match kind {
        Kind::Boolean => SqlValue::Integer(i64::from(json == "true")),
        Kind::Integer => SqlValue::Integer(json.parse().map_err(|_| "SQLite's integers have 64 bits; make the field a string")?),
        Kind::Decimal => decimal(json),
        Kind::List | Kind::Json => SqlValue::Text(json.to_owned()),
        Kind::String | Kind::Email | Kind::Enum | Kind::Date | Kind::Datetime => {
            SqlValue::Text(serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()))
        }
    })
}

/// A decimal as the number that says the same, or as text where no float does.
fn decimal(digits: &str) -> SqlValue {
    if let Ok(integer) = digits.parse() {
        return SqlValue::Integer(integer);
    }
    match digits.parse::<f64>() {
        Ok(float) if same(Kind::Decimal, &float.to_string(), digits) => SqlValue::Real(float),
        _ => SqlValue::Text(digits.to_owned()),
    }
}

/// The value of a column as JSON. One that has been put there by somebody else may be of any type, and differs then.
fn write_cell(out: &mut Vec<u8>, kind: Kind, value: ValueRef<'_>) {
    match (kind, value) {
        (_, ValueRef::Null) => out.extend_from_slice(b"null"),
        (Kind::Boolean, ValueRef::Integer(value @ (0 | 1))) => out.extend_from_slice(if value == 1 { b"true" } else { b"false" }),
        (_, ValueRef::Integer(value)) => out.extend_from_slice(value.to_string().as_bytes()),
        (_, ValueRef::Real(value)) if value.is_finite() => out.extend_from_slice(value.to_string().as_bytes()),
        (Kind::Decimal | Kind::List | Kind::Json, ValueRef::Text(text)) if serde_json::from_slice::<IgnoredAny>(text).is_ok() => {
            out.extend_from_slice(text);
        }
        (_, ValueRef::Text(text) | ValueRef::Blob(text)) => write_string(out, &String::from_utf8_lossy(text)),
        (_, ValueRef::Real(_)) => out.extend_from_slice(b"\"not a number\""),
    }
}

#[cfg(test)]
mod tests;
