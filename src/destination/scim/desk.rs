//! Whose the users of a server are: a temporary SQLite file in which they lie beside the rows of the plan, so that memory does not
//! grow with them.

use super::roster;
use super::shape::{id, member};
use crate::plan::{Existing, PlanError, Row};
use crate::state::Link;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use tempfile::TempPath;

/// Users, rows, and which belong together.
pub(super) struct Desk {
    pub(super) connection: Connection,
    _file: TempPath,
}

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE users (id TEXT PRIMARY KEY, external TEXT, json TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE names (name TEXT, id TEXT, PRIMARY KEY (name, id)) WITHOUT ROWID;
    CREATE TABLE wanted (key TEXT PRIMARY KEY, source TEXT, external TEXT, name TEXT, cells TEXT NOT NULL, line TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE known (key TEXT PRIMARY KEY, source TEXT, id TEXT NOT NULL, gone INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE link (key TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE) WITHOUT ROWID;
    CREATE TABLE existing (key TEXT PRIMARY KEY, source TEXT, cells TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE later (key TEXT PRIMARY KEY) WITHOUT ROWID;
";

const INDEXES: &str = "
    CREATE INDEX users_external ON users (external);
    CREATE INDEX wanted_source ON wanted (source);
    CREATE INDEX wanted_external ON wanted (external);
    CREATE INDEX wanted_name ON wanted (name);
    CREATE INDEX known_source ON known (source);
    CREATE INDEX known_id ON known (id);
";

/// Whom the job has linked before: by the source's own id where that tells rows apart, else by the key.
const LINK_KNOWN: [&str; 2] = [
    "INSERT OR IGNORE INTO link SELECT wanted.key, known.id FROM wanted
     JOIN known ON known.source = wanted.source JOIN users ON users.id = known.id
     WHERE (SELECT count(*) FROM wanted AS other WHERE other.source = wanted.source) = 1
       AND (SELECT count(*) FROM known AS other WHERE other.source = wanted.source) = 1",
    "INSERT OR IGNORE INTO link SELECT wanted.key, known.id FROM wanted
     JOIN known ON known.key = wanted.key JOIN users ON users.id = known.id
     WHERE wanted.key NOT IN (SELECT key FROM link) AND known.id NOT IN (SELECT id FROM link)",
];

/// Who is found by a mark of their own.
const FOUND: [&str; 2] = [
    "SELECT wanted.key AS key, wanted.source AS source, users.id AS id FROM wanted JOIN users ON users.external = wanted.external
     WHERE wanted.key NOT IN (SELECT key FROM link) AND users.id NOT IN (SELECT id FROM link)",
    "SELECT wanted.key AS key, wanted.source AS source, names.id AS id FROM wanted JOIN names ON names.name = wanted.name
     WHERE wanted.key NOT IN (SELECT key FROM link) AND names.id NOT IN (SELECT id FROM link)",
];

/// A row that the server should have.
pub(super) struct Wanted {
    pub source: Option<String>,
    pub cells: String,
    pub line: String,
}

impl Desk {
    pub fn new() -> Result<Desk, PlanError> {
        let file = tempfile::Builder::new().prefix(".bobmap-scim-").tempfile()?.into_temp_path();
        let connection = Connection::open(&file)?;
        connection.execute_batch(TABLES)?;
        connection.execute_batch(roster::TABLES)?;
        connection.execute_batch("BEGIN")?;
        Ok(Desk { connection, _file: file })
    }

    /// Takes a user of the server in; `false` if they are there already. `names` are those that people are found by.
    pub fn add_user(&self, user: &Value, names: &[String]) -> Result<bool, PlanError> {
        let Some(user_id) = member(user, "id").and_then(id) else {
            return Err(PlanError::Existing("the server hands out a user without an id".to_owned()));
        };
        let external = member(user, "externalId").and_then(id);
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO users VALUES (?, ?, ?)")?;
        if insert.execute(params![user_id, external, user.to_string()])? == 0 {
            return Ok(false);
        }
        for name in names {
            let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO names VALUES (?, ?)")?;
            insert.execute([name, &user_id])?;
        }
        Ok(true)
    }

    pub fn add_wanted(&self, row: &Row, external: Option<String>, name: Option<String>) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO wanted VALUES (?, ?, ?, ?, ?, ?)")?;
        let line = row.line.as_deref().unwrap_or("{}");
        insert.execute(params![row.key, row.source, external, name, row.cells, line])?;
        Ok(())
    }

    pub fn add_known(&self, link: &Link) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO known VALUES (?, ?, ?, ?)")?;
        insert.execute(params![link.key, link.source, link.id, link.gone])?;
        Ok(())
    }

    /// Finds out whose the users are.
    pub fn link(&self) -> Result<(), PlanError> {
        self.connection.execute_batch(INDEXES)?;
        for known in LINK_KNOWN {
            self.connection.execute(known, [])?;
        }
        for found in FOUND {
            let twice =
                format!("SELECT count(*), min(source) FROM (SELECT source FROM ({found}) GROUP BY key HAVING count(*) > 1)");
            let (people, first): (i64, Option<String>) =
                self.connection.query_row(&twice, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if people > 0 {
                let first = first.map_or_else(String::new, |source| format!("; the first has Bob's id {source}"));
                let said = "have several users on the server who may be theirs";
                let help = "leave one user to each of them there";
                return Err(PlanError::Existing(format!("{people} of the people {said}{first}: {help}")));
            }
            self.connection.execute(&format!("INSERT OR IGNORE INTO link SELECT key, id FROM ({found})"), [])?;
        }
        Ok(())
    }

    /// Hands out the values of each row that the server should have.
    pub fn each_wanted(&self, mut take: impl FnMut(&str) -> Result<(), PlanError>) -> Result<(), PlanError> {
        let mut select = self.connection.prepare("SELECT cells FROM wanted")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let cells: String = row.get(0)?;
            take(&cells)?;
        }
        Ok(())
    }

    /// Hands out each user that belongs to a row.
    pub fn each_linked(&self, mut take: impl FnMut(&str, &Wanted, &str) -> Result<(), PlanError>) -> Result<(), PlanError> {
        const SELECT: &str =
            "SELECT wanted.key, source, cells, line, json FROM link JOIN wanted USING (key) JOIN users USING (id)";
        let mut select = self.connection.prepare(SELECT)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (key, json): (String, String) = (row.get(0)?, row.get(4)?);
            take(&key, &Wanted { source: row.get(1)?, cells: row.get(2)?, line: row.get(3)? }, &json)?;
        }
        Ok(())
    }

    /// Hands out each user whom the job manages and nobody desires any more.
    pub fn each_left(&self, mut take: impl FnMut(&Link, &str) -> Result<(), PlanError>) -> Result<(), PlanError> {
        const SELECT: &str = "SELECT key, source, id, gone, json FROM known JOIN users USING (id)
            WHERE id NOT IN (SELECT id FROM link) AND key NOT IN (SELECT key FROM wanted)";
        let mut select = self.connection.prepare(SELECT)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let link = Link { key: row.get(0)?, source: row.get(1)?, id: row.get(2)?, gone: row.get(3)? };
            let json: String = row.get(4)?;
            take(&link, &json)?;
        }
        Ok(())
    }

    pub fn add_existing(&self, key: &str, source: Option<&str>, cells: &str) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT INTO existing VALUES (?, ?, ?)")?;
        insert.execute(params![key, source, cells])?;
        Ok(())
    }

    /// The rows that the server has, in the order of their keys.
    pub fn existing(&self) -> Rows<'_> {
        Rows { desk: self, page: Vec::new(), last: String::new() }
    }

    /// Links that were found and that the state does not know.
    pub fn new_links(&self) -> Result<Vec<Link>, PlanError> {
        const SELECT: &str = "SELECT link.key, wanted.source, link.id FROM link JOIN wanted USING (key)
            LEFT JOIN known ON known.key = link.key AND known.id = link.id AND known.source IS wanted.source
            WHERE known.key IS NULL";
        let mut select = self.connection.prepare(SELECT)?;
        let rows =
            select.query_map([], |row| Ok(Link { key: row.get(0)?, source: row.get(1)?, id: row.get(2)?, gone: false }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The user of a row: of one that is desired, or of one that the job manages.
    pub fn id_of(&self, key: &str) -> Result<Option<String>, PlanError> {
        const SELECT: &str = "SELECT id FROM link WHERE key = ?1
            UNION ALL SELECT known.id FROM known JOIN users USING (id) WHERE key = ?1 AND known.id NOT IN (SELECT id FROM link) LIMIT 1";
        Ok(self.connection.prepare_cached(SELECT)?.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The user of the person whom a record names as a manager: by key, by the source's own id or by what the server has as
    /// `externalId`.
    pub fn id_of_manager(&self, named: &str) -> Result<Option<String>, PlanError> {
        const SELECT: &str = "SELECT id FROM link WHERE key = ?1
            UNION ALL SELECT link.id FROM wanted JOIN link USING (key) WHERE wanted.source = ?1 OR wanted.external = ?1
            UNION ALL SELECT known.id FROM known JOIN users USING (id) WHERE known.key = ?1 OR known.source = ?1
            LIMIT 1";
        Ok(self.connection.prepare_cached(SELECT)?.query_row([named], |row| row.get(0)).optional()?)
    }

    /// Whether somebody of this name is desired, though they may have no user yet.
    pub fn is_wanted(&self, named: &str) -> Result<bool, PlanError> {
        const SELECT: &str = "SELECT 1 FROM wanted WHERE key = ?1 OR source = ?1 OR external = ?1";
        Ok(self.connection.prepare_cached(SELECT)?.exists([named])?)
    }

    /// The key of a user, if it is known whose it is.
    pub fn key_of(&self, id: &str) -> Result<Option<String>, PlanError> {
        const SELECT: &str = "SELECT key FROM link WHERE id = ?1 UNION ALL SELECT key FROM known WHERE id = ?1 LIMIT 1";
        Ok(self.connection.prepare_cached(SELECT)?.query_row([id], |row| row.get(0)).optional()?)
    }

    /// The id that the source has for a row's person.
    pub fn source_of(&self, key: &str) -> Result<Option<String>, PlanError> {
        const SELECT: &str = "SELECT source FROM wanted WHERE key = ?1 UNION ALL SELECT source FROM known WHERE key = ?1 LIMIT 1";
        Ok(self.connection.prepare_cached(SELECT)?.query_row([key], |row| row.get(0)).optional()?.flatten())
    }

    /// What the job knows of a user.
    pub fn is_gone(&self, id: &str) -> Result<bool, PlanError> {
        let mut select = self.connection.prepare_cached("SELECT 1 FROM known WHERE id = ? AND gone")?;
        Ok(select.exists([id])?)
    }

    pub fn user(&self, id: &str) -> Result<Option<Value>, PlanError> {
        let mut select = self.connection.prepare_cached("SELECT json FROM users WHERE id = ?")?;
        let json: Option<String> = select.query_row([id], |row| row.get(0)).optional()?;
        Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// From here on the user belongs to the row; `false` if they belong to another.
    pub fn set_link(&self, key: &str, id: &str) -> Result<bool, PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO link VALUES (?, ?)")?;
        Ok(insert.execute([key, id])? > 0)
    }

    /// The manager of this row is told when everybody is there.
    pub fn add_later(&self, key: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("INSERT OR IGNORE INTO later VALUES (?)")?.execute([key])?;
        Ok(())
    }

    /// Hands out the rows whose managers are to be told.
    pub fn each_later<E: From<PlanError>>(&self, mut take: impl FnMut(&str, &Wanted, &str) -> Result<(), E>) -> Result<(), E> {
        const SELECT: &str = "SELECT key, source, cells, line, id FROM later JOIN wanted USING (key) JOIN link USING (key)";
        let store = |error: rusqlite::Error| E::from(PlanError::Store(error));
        let mut select = self.connection.prepare(SELECT).map_err(store)?;
        let mut rows = select.query([]).map_err(store)?;
        while let Some(row) = rows.next().map_err(store)? {
            let read = || -> rusqlite::Result<(String, Wanted, String)> {
                Ok((row.get(0)?, Wanted { source: row.get(1)?, cells: row.get(2)?, line: row.get(3)? }, row.get(4)?))
            };
            let (key, wanted, id) = read().map_err(store)?;
            take(&key, &wanted, &id)?;
        }
        Ok(())
    }
}

/// The rows that the server has, a page at a time.
pub(super) struct Rows<'d> {
    desk: &'d Desk,
    /// Latest first.
    page: Vec<Row>,
    last: String,
}

impl Existing for Rows<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        if self.page.is_empty() {
            const SELECT: &str = "SELECT key, source, cells FROM existing WHERE key > ? ORDER BY key LIMIT 1000";
            let mut select = self.desk.connection.prepare_cached(SELECT)?;
            let row = |row: &rusqlite::Row<'_>| Ok(Row { key: row.get(0)?, source: row.get(1)?, cells: row.get(2)?, line: None });
            self.page = select.query_map([&self.last], row)?.collect::<Result<_, _>>()?;
            if let Some(last) = self.page.last() {
                self.last.clone_from(&last.key);
            }
            self.page.reverse();
        }
        Ok(self.page.pop())
    }
}
