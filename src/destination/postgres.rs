//! Rows in a table of a PostgreSQL database, made and changed as the mapping's columns ask, and written in one transaction: the
//! one in which the rows were read that the plan was made of.

mod rows;
mod value;
mod write;

use super::table::{DELETED_AT, Deletes, KEY, OWNERS, SOURCE, quoted};
use super::{Destination, DestinationError, Drift};
use crate::plan::{Column, Existing, Workbench};
use crate::postgres::{Address, Link, lock, of_statement};
use jiff::Timestamp;
use rows::Rows;
use tokio_postgres::Error;
use value::sql_type;

/// Names are cut off behind so many bytes by the server, without a word.
const LONGEST_NAME: usize = 63;

/// Times are written in UTC whatever the server's settings, the plan may be looked at for as long as it takes, and the server soon
/// notices that this machine is gone.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC';
    SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL tcp_keepalives_idle = 60; SET LOCAL tcp_keepalives_interval = 10; SET LOCAL tcp_keepalives_count = 6";

/// A table of a PostgreSQL database.
pub struct PostgresDestination {
    address: Address,
    /// `None` is the schema in which the user's tables are made.
    given_schema: Option<String>,
    schema: String,
    table: String,
    job: String,
    columns: Vec<Column>,
    deletes: Deletes,
    /// While a transaction is open.
    link: Option<Link>,
}

/// A table, and what becomes of its rows.
#[derive(Debug, Clone, Copy)]
pub struct Table<'t> {
    /// That of the user, if nothing is said.
    pub schema: Option<&'t str>,
    pub name: &'t str,
    pub deletes: Deletes,
}

impl PostgresDestination {
    /// Looks whether the server lets us in, so that nothing is read in vain.
    ///
    /// # Errors
    /// It does not, or there is no such schema.
    pub fn open(address: &str, table: Table<'_>, job: &str, columns: Vec<Column>) -> Result<Self, DestinationError> {
        let refused = |why: &str| DestinationError::Postgres { name: "postgres".to_owned(), why: why.to_owned() };
        let address = Address::read(address).map_err(refused)?;
        let given_schema = table.schema.map(str::to_owned);
        let (schema, name, job) = (String::new(), table.name.to_owned(), job.to_owned());
        let mut opened =
            PostgresDestination { address, given_schema, schema, table: name, job, columns, deletes: table.deletes, link: None };
        let names = opened.columns.iter().map(|column| &column.name).chain([&opened.table]);
        if let Some(long) = names.into_iter().find(|name| name.len() > LONGEST_NAME) {
            return Err(opened.refuse(format!("the name `{long}` is longer than PostgreSQL's {LONGEST_NAME} bytes")));
        }
        let link = opened.connect()?;
        opened.schema = opened.find_schema(&link)?;
        Ok(opened)
    }

    fn refuse(&self, why: String) -> DestinationError {
        DestinationError::Postgres { name: self.name(), why }
    }

    fn error(&self, error: &Error) -> DestinationError {
        let why = of_statement(error, &|at| self.columns.get(at).map(|column| column.name.clone()));
        self.refuse(if error.as_db_error().is_some() { why } else { format!("{why}; nothing is written") })
    }

    fn connect(&self) -> Result<Link, DestinationError> {
        Link::open(&self.address).map_err(|why| self.refuse(why))
    }

    /// The schema's name as the server has it.
    fn find_schema(&self, link: &Link) -> Result<String, DestinationError> {
        const SELECT: &str = "SELECT nspname::text FROM pg_namespace WHERE nspname = coalesce($1::text, current_schema()::text)";
        let found = link.wait(link.client().query_opt(SELECT, &[&self.given_schema])).map_err(|error| self.error(&error))?;
        found.map(|row| row.get(0)).ok_or_else(|| {
            self.refuse(match &self.given_schema {
                Some(schema) => format!("there is no schema `{schema}`: make it with CREATE SCHEMA {}", quoted(schema)),
                None => "the user has no schema of its own: name one under `schema`".to_owned(),
            })
        })
    }

    /// The connection, in a transaction that nobody else of bobmap's has on this table: a killed run's is over then.
    fn begin(&mut self) -> Result<(), DestinationError> {
        if self.link.is_none() {
            let link = self.connect()?;
            let begin = async {
                link.client().batch_execute(BEGIN).await?;
                link.client().execute("SELECT pg_advisory_xact_lock($1)", &[&lock(&[&self.schema, &self.table])]).await
            };
            link.wait(begin).map_err(|error| self.error(&error))?;
            self.link = Some(link);
        }
        Ok(())
    }

    fn link(&self) -> &Link {
        self.link.as_ref().expect("every way here begins a transaction")
    }

    fn run(&self, sql: &str) -> Result<(), DestinationError> {
        self.link().wait(self.link().client().batch_execute(sql)).map_err(|error| self.error(&error))
    }

    /// The table with its schema, as SQL quotes it.
    fn quoted_table(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.table))
    }

    fn quoted_owners(&self) -> String {
        format!("{}.{OWNERS}", quoted(&self.schema))
    }

    /// The columns that the table has, with their types; `None` if there is no such table.
    fn found(&self) -> Result<Option<Vec<(String, String)>>, DestinationError> {
        const SELECT: &str = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute
            JOIN pg_class ON pg_class.oid = attrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = $1 AND relname = $2 AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
        let columns_of = |table: &str| -> Result<Vec<(String, String)>, DestinationError> {
            let (link, table) = (self.link(), table.to_owned());
            let rows = link.wait(link.client().query(SELECT, &[&self.schema, &table])).map_err(|error| self.error(&error))?;
            Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
        };
        let found = columns_of(&self.table)?;
        if found.is_empty() {
            return Ok(None);
        }
        let owner = if columns_of(OWNERS)?.is_empty() { None } else { self.owner().map_err(|error| self.error(&error))? };
        match owner {
            Some(owner) if owner == self.job => Ok(Some(found)),
            Some(owner) => Err(DestinationError::Foreign(format!(
                "{}: the table belongs to the job `{owner}`: give this job another table",
                self.name()
            ))),
            None => Err(DestinationError::Foreign(format!(
                "{}: there is such a table already, and bobmap did not make it: name another one, or rename it",
                self.name()
            ))),
        }
    }

    fn owner(&self) -> Result<Option<String>, Error> {
        let select = format!("SELECT job FROM {} WHERE name = $1", self.quoted_owners());
        let row = self.link().wait(self.link().client().query_opt(&select, &[&self.table]))?;
        Ok(row.map(|row| row.get(0)))
    }

    fn is_there(column: &Column, found: &[(String, String)]) -> bool {
        found.iter().any(|(name, kind)| *name == column.name && kind == sql_type(column.kind))
    }

    /// Columns of the mapping that the table has not, or has in another type; and those of the table that are to go.
    fn differences<'c>(&'c self, found: &'c [(String, String)]) -> (Vec<&'c Column>, Vec<&'c str>) {
        let own = |name: &str| [KEY, SOURCE, DELETED_AT].contains(&name);
        let wanted =
            |name: &str, kind: &str| self.columns.iter().any(|column| column.name == name && sql_type(column.kind) == kind);
        (
            self.columns.iter().filter(|column| !Self::is_there(column, found)).collect(),
            found.iter().filter(|(name, kind)| !own(name) && !wanted(name, kind)).map(|(name, _)| name.as_str()).collect(),
        )
    }

    fn write(&mut self, plan: &Workbench, now: Timestamp) -> Result<(), DestinationError> {
        self.begin()?;
        self.migrate()?;
        self.copy(plan)?;
        self.merge(now)?;
        self.link().wait(self.link().client().batch_execute("COMMIT")).map_err(|error| match error.as_db_error() {
            Some(_) => self.error(&error),
            None => self.refuse(
                "the connection was lost while the changes were being committed: all of them are there, or none; run the sync \
                 again, it asks the table"
                    .to_owned(),
            ),
        })
    }
}

impl Destination for PostgresDestination {
    fn name(&self) -> String {
        let schema = self.given_schema.as_ref().map_or_else(String::new, |schema| format!("{schema}."));
        format!("{}, table {schema}{}", self.address.name, self.table)
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        self.begin()?;
        let found = self.found()?;
        Ok(Box::new(Rows::read(self, found.as_deref())?))
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        self.begin()?;
        Ok(match self.found()? {
            None => Some(Drift::Missing),
            Some(found) => {
                let (missing, dropped) = self.differences(&found);
                (!missing.is_empty() || !dropped.is_empty()).then_some(Drift::Columns)
            }
        })
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        self.begin()?;
        let found = self.found()?.unwrap_or_default();
        Ok(self.differences(&found).1.into_iter().map(str::to_owned).collect())
    }

    fn apply(&mut self, plan: &Workbench, now: Timestamp) -> Result<(), DestinationError> {
        let written = self.write(plan, now);
        // The end of the connection is the end of a transaction that failed.
        self.link = None;
        written
    }
}
