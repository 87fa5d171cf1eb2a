//! Changes on their way into a table: copied beside it first, and merged in two statements.

use super::super::table::{DELETED_AT, Deletes, KEY, OWNERS, SOURCE, quoted};
use super::value::{sql_type, write_field, write_text};
use super::{DestinationError, PostgresDestination};
use crate::plan::{Change, ChangeKind, Workbench, cells};
use crate::postgres::{Link, lock};
use futures_util::SinkExt;
use jiff::Timestamp;
use std::io::Cursor;
use std::pin::Pin;
use tokio_postgres::{CopyInSink, Error};

/// The changes, while the transaction lasts. Its columns are `c0`, `c1` and so on.
const BESIDE: &str = "pg_temp._bobmap_rows";

/// Bytes that are sent at a time.
const CHUNK: usize = 64 << 10;

impl PostgresDestination {
    /// Makes the table, or gives it the columns that the mapping has.
    pub(super) fn migrate(&self) -> Result<(), DestinationError> {
        let (table, owners) = (self.quoted_table(), self.quoted_owners());
        let Some(found) = self.found()? else {
            let columns = self.columns.iter().map(|column| format!(", {} {}", quoted(&column.name), sql_type(column.kind)));
            // Jobs that make their first table in a schema take turns.
            self.run(&format!(
                "SELECT pg_advisory_xact_lock({});
                 CREATE TABLE {table} ({KEY} text COLLATE \"C\" PRIMARY KEY, {SOURCE} text, {DELETED_AT} timestamptz{});
                 CREATE TABLE IF NOT EXISTS {owners} (name text PRIMARY KEY, job text NOT NULL);",
                lock(&[&self.schema, OWNERS]),
                columns.collect::<String>()
            ))?;
            let insert = format!("INSERT INTO {owners} VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET job = excluded.job");
            let insert = self.link().wait(self.link().client().execute(&insert, &[&self.table, &self.job]));
            return insert.map(drop).map_err(|error| self.error(&error));
        };
        let (missing, dropped) = self.differences(&found);
        let drops = dropped.into_iter().map(|column| format!("ALTER TABLE {table} DROP COLUMN {};", quoted(column)));
        let adds = missing
            .into_iter()
            .map(|column| format!("ALTER TABLE {table} ADD COLUMN {} {};", quoted(&column.name), sql_type(column.kind)));
        self.run(&drops.chain(adds).collect::<String>())
    }

    /// Copies the changes beside the table.
    pub(super) fn copy(&self, plan: &Workbench) -> Result<(), DestinationError> {
        let columns = self.columns.iter().enumerate().map(|(at, column)| format!(", c{at} {}", sql_type(column.kind)));
        self.run(&format!(
            "CREATE TEMPORARY TABLE {BESIDE} (key text COLLATE \"C\", source text, gone boolean{}) ON COMMIT DROP",
            columns.collect::<String>()
        ))?;
        let lost = |error: Error| self.error(&error);
        let mut copy = Copy::begin(self.link()).map_err(lost)?;
        plan.each_change::<DestinationError>(|Change { kind, key, after, .. }| {
            let refused = |column: &str| {
                let column = column.to_owned();
                move |why| DestinationError::Value { name: super::Destination::name(self), column, why }
            };
            let out = &mut copy.buffer;
            write_text(out, key).map_err(refused(KEY))?;
            out.push(b'\t');
            let row = after.as_ref().filter(|_| *kind != ChangeKind::Delete);
            match row.and_then(|row| row.source.as_deref()) {
                Some(source) => write_text(out, source).map_err(refused(SOURCE))?,
                None => out.extend_from_slice(b"\\N"),
            }
            out.extend_from_slice(if row.is_some() { b"\tf" } else { b"\tt" });
            let cells = row.map(|row| cells(&row.cells)).unwrap_or_default();
            for column in &self.columns {
                out.push(b'\t');
                let json = cells.get(column.name.as_str()).map_or("null", |raw| raw.get());
                write_field(out, column.kind, json).map_err(refused(&column.name))?;
            }
            out.push(b'\n');
            if copy.buffer.len() >= CHUNK { copy.send().map_err(lost) } else { Ok(()) }
        })?;
        copy.finish().map_err(lost)
    }

    /// Makes the table what the changes beside it say.
    pub(super) fn merge(&self, now: Timestamp) -> Result<(), DestinationError> {
        let table = self.quoted_table();
        let name = |(_, column): (usize, &crate::plan::Column)| format!(", {}", quoted(&column.name));
        let names: String = self.columns.iter().enumerate().map(name).collect();
        let values: String = (0..self.columns.len()).map(|at| format!(", c{at}")).collect();
        let sets: String = self.columns.iter().map(|column| format!(", {0} = excluded.{0}", quoted(&column.name))).collect();
        let upsert = format!(
            "INSERT INTO {table} ({KEY}, {SOURCE}, {DELETED_AT}{names}) SELECT key, source, NULL{values} FROM {BESIDE} WHERE NOT gone
             ON CONFLICT ({KEY}) DO UPDATE SET {SOURCE} = excluded.{SOURCE}, {DELETED_AT} = NULL{sets}"
        );
        let delete = match self.deletes {
            Deletes::Hard => format!("DELETE FROM {table} USING {BESIDE} WHERE {KEY} = key AND gone AND $1::text IS NOT NULL"),
            Deletes::Soft => {
                format!("UPDATE {table} SET {DELETED_AT} = $1::text::timestamptz FROM {BESIDE} WHERE {KEY} = key AND gone")
            }
        };
        let (link, now) = (self.link(), now.to_string());
        let merge = async {
            link.client().execute(&upsert, &[]).await?;
            link.client().execute(&delete, &[&now]).await
        };
        link.wait(merge).map(drop).map_err(|error| self.error(&error))
    }
}

/// Rows on their way to the server.
struct Copy<'l> {
    link: &'l Link,
    sink: Pin<Box<CopyInSink<Cursor<Vec<u8>>>>>,
    buffer: Vec<u8>,
}

impl<'l> Copy<'l> {
    fn begin(link: &'l Link) -> Result<Self, Error> {
        let copy = format!("COPY {BESIDE} FROM STDIN");
        let sink = link.wait(link.client().copy_in(&copy))?;
        Ok(Copy { link, sink: Box::pin(sink), buffer: Vec::with_capacity(CHUNK * 2) })
    }

    fn send(&mut self) -> Result<(), Error> {
        let rows = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK * 2));
        self.link.wait(self.sink.send(Cursor::new(rows)))
    }

    fn finish(mut self) -> Result<(), Error> {
        self.send()?;
        self.link.wait(self.sink.as_mut().finish()).map(drop)
    }
}
