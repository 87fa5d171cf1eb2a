//! The rows that a table has, read as one stream in the order of their keys.

use super::super::table::{DELETED_AT, KEY, SOURCE, cells, quoted};
use super::value::write_cell;
use super::{DestinationError, PostgresDestination};
use crate::plan::{Column, Existing, PlanError, Row};
use futures_util::TryStreamExt;
use std::collections::VecDeque;
use std::pin::Pin;
use tokio_postgres::{Error, RowStream};

/// Rows that are taken from the stream at a time.
const PAGE: usize = 1000;

pub(super) struct Rows<'d> {
    destination: &'d PostgresDestination,
    /// Columns that the table has as the mapping has them.
    there: Vec<&'d Column>,
    /// The server waits while nobody takes; so memory is bounded.
    stream: Option<Pin<Box<RowStream>>>,
    page: VecDeque<Row>,
}

impl<'d> Rows<'d> {
    /// Begins to read a table with these columns; without, there are no rows.
    pub fn read(destination: &'d PostgresDestination, found: Option<&[(String, String)]>) -> Result<Self, DestinationError> {
        let Some(found) = found else {
            return Ok(Rows { destination, there: Vec::new(), stream: None, page: VecDeque::new() });
        };
        let there: Vec<&Column> =
            destination.columns.iter().filter(|column| PostgresDestination::is_there(column, found)).collect();
        let names: String = there.iter().map(|column| format!(", {}::text", quoted(&column.name))).collect();
        let select = format!(
            "SELECT {KEY}, {SOURCE}{names} FROM {} WHERE {DELETED_AT} IS NULL ORDER BY {KEY} COLLATE \"C\"",
            destination.quoted_table()
        );
        let link = destination.link();
        let none: [&str; 0] = [];
        let stream = link.wait(link.client().query_raw(&select, none)).map_err(|error| destination.error(&error))?;
        Ok(Rows { destination, there, stream: Some(Box::pin(stream)), page: VecDeque::new() })
    }

    fn row(&self, row: &tokio_postgres::Row) -> Result<Row, Error> {
        let cells = cells(&self.there, |out, at, column| {
            write_cell(out, column.kind, row.try_get(at + 2)?);
            Ok::<(), Error>(())
        })?;
        Ok(Row { key: row.try_get(0)?, source: row.try_get(1)?, cells, line: None })
    }

    fn turn(&mut self) -> Result<(), Error> {
        let Some(stream) = &mut self.stream else { return Ok(()) };
        let rows = self.destination.link().wait(async {
            let mut rows = Vec::with_capacity(PAGE);
            while rows.len() < PAGE
                && let Some(row) = stream.try_next().await?
            {
                rows.push(row);
            }
            Ok::<_, Error>(rows)
        })?;
        if rows.len() < PAGE {
            self.stream = None;
        }
        self.page = rows.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl Existing for Rows<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        if self.page.is_empty() {
            self.turn().map_err(|error| PlanError::Existing(self.destination.error(&error).to_string()))?;
        }
        Ok(self.page.pop_front())
    }
}
