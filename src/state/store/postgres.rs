//! The state in a schema of a PostgreSQL database. Locks belong to the connection: each is freed when that ends, however its holder
//! ends.

use super::super::runs::worker;
use super::super::{StateError, VERSION};
use super::{Cell, JobLock, Store, WRITTEN, tables};
use crate::postgres::{Address, Link, lock, of_statement, quoted};
use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error as StdError;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, Row, Statement};

/// The table that says of which layout the others are.
const MARK: &str = "bobmap_state";

/// The connection idles while records are read, for as long as that takes; and the server soon notices that this machine is gone.
/// Settings that a server does not know are left out.
const SETTINGS: &str = "SELECT set_config(name, value, false) FROM (VALUES ('search_path', ?1::text),
    ('default_transaction_isolation', 'read committed'), ('lock_timeout', '30s'), ('idle_session_timeout', '0'),
    ('idle_in_transaction_session_timeout', '0'), ('tcp_keepalives_idle', '60'), ('tcp_keepalives_interval', '10'),
    ('tcp_keepalives_count', '6')) AS wanted (name, value) JOIN pg_settings USING (name)";

/// Before a lock is taken: the server needs a moment to notice that its holder was killed. And behind it.
const LOCK: &str = "SET lock_timeout = '1s'";
const LOCKED: &str = "SET lock_timeout = '30s'";

pub struct Postgres {
    link: Link,
    schema: String,
    /// Host, database and schema.
    name: String,
    statements: RefCell<HashMap<String, Statement>>,
}

impl Postgres {
    /// Connects, and makes the schema where there is none.
    pub fn open(address: &str, schema: &str) -> Result<Self, StateError> {
        let refused = |name: &str, why: String| StateError::Store { name: name.to_owned(), why };
        let address = Address::read(address).map_err(|why| refused("in PostgreSQL", why.to_owned()))?;
        let name = format!("{}, schema {schema}", address.name);
        let link = Link::open(&address).map_err(|why| refused(&name, why))?;
        let opened = Postgres { link, schema: schema.to_owned(), name, statements: RefCell::default() };
        opened.query(SETTINGS, &[Cell::from(quoted(schema))])?;
        opened.prepare()?;
        Ok(opened)
    }

    fn prepare(&self) -> Result<(), StateError> {
        const COUNT: &str = "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = ?1), count(*),
            count(*) FILTER (WHERE relname = 'bobmap_state') FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = ?1";
        // Two workers that start at once make the tables once.
        self.batch(&format!("BEGIN; SELECT pg_advisory_xact_lock({})", lock(&[&self.schema, MARK])))?;
        let found = self.query(COUNT, &[Cell::from(&*self.schema)])?;
        let count = |column: usize| found.first().and_then(|row| row.get(column)?.integer()).unwrap_or_default();
        if count(2) == 0 {
            if count(1) > 0 {
                return Err(StateError::Foreign { name: self.name.clone(), other: "schema under `state`" });
            }
            if count(0) == 0 {
                self.batch(&format!("CREATE SCHEMA {}", quoted(&self.schema)))?;
            }
            self.batch(&tables("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", ""))?;
            self.batch(&format!("CREATE TABLE {MARK} (version BIGINT NOT NULL); INSERT INTO {MARK} VALUES ({VERSION})"))?;
        } else {
            let rows = self.query("SELECT max(version) FROM bobmap_state", &[])?;
            let version = rows.first().and_then(|row| row.first()?.integer()).unwrap_or_default();
            if version > VERSION {
                return Err(StateError::Newer { name: self.name.clone(), version });
            }
        }
        self.batch("COMMIT")
    }

    fn error(&self, error: &Error) -> StateError {
        let why = of_statement(error, &|_| None);
        let lost = error.as_db_error().is_none();
        let why = if lost { format!("{why}; run it again: the next run finds out how far this one came") } else { why };
        StateError::Store { name: self.name.clone(), why }
    }

    /// The statement, prepared when it is first needed.
    async fn prepared(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return Ok(known.clone());
        }
        let statement = self.link.client().prepare(&sql.replace('?', "$")).await?;
        self.statements.borrow_mut().insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn holder(&self, tenant: &str, job: &str) -> Result<String, StateError> {
        let select = "SELECT holder FROM jobs WHERE tenant = ?1 AND job = ?2";
        let mut rows = self.query(select, &[Cell::from(tenant), Cell::from(job)])?;
        let holder = rows.pop().and_then(|mut row| row.pop()).and_then(Cell::text);
        Ok(holder.map_or_else(String::new, |holder| format!(" ({holder})")))
    }
}

impl Store for Postgres {
    fn batch(&self, sql: &str) -> Result<(), StateError> {
        self.link.wait(self.link.client().batch_execute(sql)).map_err(|error| self.error(&error))
    }

    fn query(&self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, StateError> {
        let query = async {
            let statement = self.prepared(sql).await?;
            let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
            let rows = self.link.client().query(&statement, &values).await?;
            let cells = |row: &Row| (0..row.len()).map(|column| row.try_get(column)).collect();
            rows.iter().map(cells).collect::<Result<Vec<Vec<Cell>>, Error>>()
        };
        self.link.wait(query).map_err(|error| self.error(&error))
    }

    fn add_written(&self, rows: &[[Cell; WRITTEN]]) -> Result<(), StateError> {
        const KINDS: [Type; WRITTEN] =
            [Type::TEXT, Type::TEXT, Type::INT8, Type::BYTEA, Type::BYTEA, Type::BYTEA, Type::BYTEA, Type::INT8];
        let copy = async {
            let sink = self.link.client().copy_in("COPY written FROM STDIN BINARY").await?;
            let mut writer = Box::pin(BinaryCopyInWriter::new(sink, &KINDS));
            for row in rows {
                writer.as_mut().write(&row.each_ref().map(|cell| cell as &(dyn ToSql + Sync))).await?;
            }
            writer.as_mut().finish().await
        };
        self.link.wait(copy).map(drop).map_err(|error: Error| self.error(&error))
    }

    fn lock(&self, tenant: &str, job: &str) -> Result<Box<dyn JobLock + '_>, StateError> {
        const HOLDER: &str = "INSERT INTO jobs (tenant, job, holder) VALUES (?1, ?2, ?3)
            ON CONFLICT (tenant, job) DO UPDATE SET holder = excluded.holder";
        let number = lock(&[&self.schema, tenant, job]);
        self.batch(LOCK)?;
        let taking = self.link.wait(self.link.client().execute("SELECT pg_advisory_lock($1)", &[&number]));
        self.batch(LOCKED)?;
        match taking {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                return Err(StateError::Busy { job: job.to_owned(), holder: self.holder(tenant, job)? });
            }
            taking => taking.map_err(|error| self.error(&error))?,
        };
        let taken = Locked { store: self, number };
        self.query(HOLDER, &[Cell::from(tenant), Cell::from(job), Cell::from(worker())])?;
        Ok(Box::new(taken))
    }
}

/// A lock of this connection.
struct Locked<'s> {
    store: &'s Postgres,
    number: i64,
}

impl JobLock for Locked<'_> {
    fn check(&self) -> Result<(), StateError> {
        // A pool that hands out another connection for each transaction has taken the lock away with the first one.
        const HELD: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
            AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) = ?1";
        let unlocked = || StateError::Unlocked { name: self.store.name.clone() };
        let rows = self.store.query(HELD, &[Cell::from(self.number)]).map_err(|_| unlocked())?;
        let held = rows.first().and_then(|row| row.first()?.integer()).is_some_and(|locks| locks > 0);
        held.then_some(()).ok_or_else(unlocked)
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // If nobody answers, the server has freed it, or will when it misses this connection.
        let _ = self.store.link.wait(self.store.link.client().execute("SELECT pg_advisory_unlock($1)", &[&self.number]));
    }
}

impl ToSql for Cell {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Cell::Null => Ok(IsNull::Yes),
            Cell::Integer(number) => number.to_sql(kind, out),
            // A text and its bytes are the same to the server.
            Cell::Text(text) => text.as_bytes().to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA, Type::NAME].contains(kind)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(match *kind {
            Type::INT8 => Cell::Integer(i64::from_sql(kind, raw)?),
            _ => Cell::Text(std::str::from_utf8(raw)?.to_owned()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Cell::Null)
    }

    fn accepts(kind: &Type) -> bool {
        <Cell as ToSql>::accepts(kind)
    }
}
