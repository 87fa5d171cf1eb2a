//! Where a plan is made: a temporary SQLite file that holds the rows that are desired and the changes, so that memory does not
//! grow with them. Both sides are read in the order of their keys, side by side.

use super::{Column, Held, Row, Summary, changed};
use rusqlite::{Connection, Rows, params};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use tempfile::TempPath;

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Create,
    Update,
    /// Its values stay, and the file writes them otherwise.
    Rewrite,
    Delete,
}

impl ChangeKind {
    pub fn word(self) -> &'static str {
        match self {
            ChangeKind::Create => "create",
            ChangeKind::Update => "update",
            ChangeKind::Rewrite => "rewrite",
            ChangeKind::Delete => "delete",
        }
    }
}

/// A row that changes: a created one has no `before`, a deleted one no `after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub kind: ChangeKind,
    pub key: String,
    pub before: Option<Row>,
    pub after: Option<Row>,
}

/// The rows that a destination has, in the order of the bytes of their keys.
pub trait Existing {
    /// # Errors
    /// The destination can't be read, or hands rows out of order.
    fn next(&mut self) -> Result<Option<Row>, PlanError>;
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("a temporary file of the plan: {0}")]
    Store(#[from] rusqlite::Error),
    #[error("a temporary file of the plan: {0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Existing(String),
    /// Keys are told apart before; what they are is people's own.
    #[error("two rows have one key")]
    KeyTwice,
}

/// The rows of one sync.
pub struct Workbench {
    connection: Connection,
    desired: i64,
    _file: TempPath,
}

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE desired (key TEXT PRIMARY KEY, source TEXT, cells TEXT NOT NULL, line TEXT, seq INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE held (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, source TEXT, cells TEXT NOT NULL, line TEXT);
    CREATE TABLE change (seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, key TEXT NOT NULL, source TEXT, cells TEXT, line TEXT);
";

impl Workbench {
    /// # Errors
    /// There is no room for temporary files.
    pub fn new() -> Result<Self, PlanError> {
        // Made first, so that nobody else can read what SQLite writes into it.
        let file = tempfile::Builder::new().prefix(".bobmap-plan-").tempfile()?.into_temp_path();
        let connection = Connection::open(&file)?;
        connection.execute_batch(TABLES)?;
        connection.execute_batch("BEGIN")?;
        Ok(Workbench { connection, desired: 0, _file: file })
    }

    /// Adds a row that the destination should have.
    ///
    /// # Errors
    /// A row with its key is there already, or the temporary file can't be written.
    pub fn desire(&mut self, row: &Row) -> Result<(), PlanError> {
        let mut statement = self.connection.prepare_cached("INSERT OR IGNORE INTO desired VALUES (?, ?, ?, ?, ?)")?;
        if statement.execute(params![row.key, row.source, row.cells, row.line, self.desired])? == 0 {
            return Err(PlanError::KeyTwice);
        }
        self.desired += 1;
        Ok(())
    }

    /// How many rows are desired.
    pub fn desired(&self) -> u64 {
        self.desired.unsigned_abs()
    }

    /// Holds the rows that are desired against those that there are, and notes the changes.
    ///
    /// # Errors
    /// A side can't be read.
    pub fn compare(&mut self, existing: &mut dyn Existing, held: &Held, columns: &[Column]) -> Result<Summary, PlanError> {
        let mut summary = Summary { desired: self.desired(), ..Summary::new(columns) };
        let mut select = self.connection.prepare("SELECT key, source, cells, line FROM desired ORDER BY key")?;
        let mut desired = select.query([])?;
        let mut sink = Sink { connection: &self.connection, changes: 0, held: 0 };
        let (mut before, mut after) = (existing.next()?, next(&mut desired)?);
        loop {
            let order = match (&before, &after) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(before), Some(after)) => before.key.cmp(&after.key),
            };
            if order.is_ge() {
                let after = after.take().expect("this side is not behind");
                match before.as_ref().filter(|_| order.is_eq()) {
                    None => {
                        summary.creates += 1;
                        sink.change(ChangeKind::Create, &after.key, None)?;
                    }
                    Some(before) => {
                        let changes = changed(columns, &before.cells, &after.cells);
                        if changes.is_empty() {
                            summary.count_equal(before);
                            if before.line.is_some() && after.line.is_some() && before.line != after.line {
                                summary.rewritten += 1;
                                sink.change(ChangeKind::Rewrite, &after.key, Some(before))?;
                            } else {
                                summary.unchanged += 1;
                            }
                        } else {
                            summary.updates += 1;
                            summary.count_pair(before, &after, &changes);
                            sink.change(ChangeKind::Update, &after.key, Some(before))?;
                        }
                    }
                }
            } else if let Some(before) = &before {
                if held.holds(&before.key, before.source.as_deref()) {
                    summary.held += 1;
                    sink.hold(before)?;
                } else {
                    summary.deletes += 1;
                    sink.change(ChangeKind::Delete, &before.key, Some(before))?;
                }
            }
            if order.is_le() {
                summary.existing += 1;
                let key = before.take().map(|row| row.key);
                before = existing.next()?;
                if before.as_ref().map(|row| &row.key) <= key.as_ref() && before.is_some() {
                    return Err(PlanError::Existing("the destination hands its rows out of order".to_owned()));
                }
            }
            if order.is_ge() {
                after = next(&mut desired)?;
            }
        }
        Ok(summary)
    }

    /// Hands out each change, in the order of the keys.
    ///
    /// # Errors
    /// The temporary file can't be read; or what `take` says.
    pub fn each_change<E: From<PlanError>>(&self, mut take: impl FnMut(&Change) -> Result<(), E>) -> Result<(), E> {
        const SELECT: &str = "SELECT change.key, change.source, change.cells, change.line, change.kind,
            desired.source, desired.cells, desired.line
            FROM change LEFT JOIN desired ON desired.key = change.key AND change.kind < 3 ORDER BY change.seq";
        let store = |error: rusqlite::Error| E::from(PlanError::Store(error));
        let mut select = self.connection.prepare(SELECT).map_err(store)?;
        let mut rows = select.query([]).map_err(store)?;
        while let Some(row) = rows.next().map_err(store)? {
            let change = (|| {
                let key: String = row.get(0)?;
                let of = |source: usize| -> rusqlite::Result<Option<Row>> {
                    let Some(cells) = row.get::<_, Option<String>>(source + 1)? else { return Ok(None) };
                    Ok(Some(Row { key: key.clone(), source: row.get(source)?, cells, line: row.get(source + 2)? }))
                };
                let kind = match row.get::<_, u8>(4)? {
                    0 => ChangeKind::Create,
                    1 => ChangeKind::Update,
                    2 => ChangeKind::Rewrite,
                    _ => ChangeKind::Delete,
                };
                Ok(Change { kind, before: of(1)?, after: of(5)?, key: key.clone() })
            })();
            take(&change.map_err(store)?)?;
        }
        Ok(())
    }

    /// Hands out every row that the destination has when all is applied: first those that are desired, in the order in which
    /// they came, then those that are held.
    ///
    /// # Errors
    /// The temporary file can't be read; or what `take` says.
    pub fn each_row<E: From<PlanError>>(&self, mut take: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        for select in [
            "SELECT key, source, cells, line FROM desired ORDER BY seq",
            "SELECT key, source, cells, line FROM held ORDER BY seq",
        ] {
            let store = |error: rusqlite::Error| E::from(PlanError::Store(error));
            let mut select = self.connection.prepare(select).map_err(store)?;
            let mut rows = select.query([]).map_err(store)?;
            while let Some(row) = next(&mut rows)? {
                take(row)?;
            }
        }
        Ok(())
    }

    /// A text that no other plan has, for this `scope`: the job and where it writes.
    ///
    /// # Errors
    /// The temporary file can't be read.
    pub fn checksum(&self, scope: &str) -> Result<String, PlanError> {
        let mut sum = Sha256::new();
        let mut add = |text: Option<&str>| {
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            sum.update(length.to_le_bytes());
            sum.update(text.unwrap_or_default());
        };
        add(Some(scope));
        self.each_change(|Change { kind, key, before, after }| {
            add(Some(kind.word()));
            add(Some(key));
            for row in [before, after] {
                add(row.as_ref().map(|row| row.cells.as_str()));
                add(row.as_ref().and_then(|row| row.line.as_deref()));
            }
            Ok::<(), PlanError>(())
        })?;
        Ok(sum.finalize().iter().take(CHECKSUM).map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Bytes of a checksum that are shown: enough that no two plans share them.
const CHECKSUM: usize = 16;

/// Where changes are noted down.
struct Sink<'c> {
    connection: &'c Connection,
    changes: i64,
    held: i64,
}

impl Sink<'_> {
    fn change(&mut self, kind: ChangeKind, key: &str, before: Option<&Row>) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)")?;
        let row = before;
        insert.execute(params![
            self.changes,
            kind as u8,
            key,
            row.and_then(|row| row.source.as_deref()),
            row.map(|row| row.cells.as_str()),
            row.and_then(|row| row.line.as_deref())
        ])?;
        self.changes += 1;
        Ok(())
    }

    fn hold(&mut self, row: &Row) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO held VALUES (?, ?, ?, ?, ?)")?;
        insert.execute(params![self.held, row.key, row.source, row.cells, row.line])?;
        self.held += 1;
        Ok(())
    }
}

fn next(rows: &mut Rows<'_>) -> Result<Option<Row>, PlanError> {
    Ok(rows.next()?.map(row).transpose()?)
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row { key: row.get(0)?, source: row.get(1)?, cells: row.get(2)?, line: row.get(3)? })
}
