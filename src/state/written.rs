//! What was last written where nobody can be asked what is there. The rows are noted before they are written, as pending, and
//! count from the moment that the destination has them: a run that was killed in between is finished by the next one, which
//! sees by the checksum whether they arrived.

use super::{State, StateError};
use crate::plan::{Existing, PlanError, Row};
use rusqlite::{OptionalExtension, params};

/// Hands out the rows that were last written, in the order of their keys.
pub struct Written<'s> {
    state: &'s State,
    job: String,
    generation: i64,
    /// Read ahead, latest first.
    page: Vec<Row>,
    last: Option<String>,
}

/// Rows that are read at a time.
const PAGE: i64 = 1000;

impl Existing for Written<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        if self.page.is_empty() {
            const SELECT: &str = "SELECT key, source, cells, line FROM written
                WHERE job = ? AND generation = ? AND key > ? ORDER BY key LIMIT ?";
            let mut select = self.state.connection.prepare_cached(SELECT)?;
            let after = self.last.as_deref().unwrap_or_default();
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Row { key: row.get(0)?, source: row.get(1)?, cells: row.get(2)?, line: row.get(3)? })
            };
            let page = select.query_map(params![self.job, self.generation, after, PAGE], row)?;
            self.page = page.collect::<Result<_, _>>()?;
            // At the end the last key stays: who asks again gets nothing again.
            if let Some(row) = self.page.last() {
                self.last = Some(row.key.clone());
            }
            self.page.reverse();
        }
        Ok(self.page.pop())
    }
}

impl State {
    /// The rows that were last written for a job.
    pub fn written(&self, job: &str) -> Result<Written<'_>, StateError> {
        let (generation, _) = self.generations(job)?;
        Ok(Written { state: self, job: job.to_owned(), generation, page: Vec::new(), last: None })
    }

    /// The rows that were about to be written when their run was killed.
    pub fn unsettled(&self, job: &str) -> Result<Option<Written<'_>>, StateError> {
        let (_, pending) = self.generations(job)?;
        let rows = |(generation, _)| Written { state: self, job: job.to_owned(), generation, page: Vec::new(), last: None };
        Ok(pending.map(rows))
    }

    /// The generation that counts, and the pending one with its checksum.
    fn generations(&self, job: &str) -> Result<(i64, Option<(i64, String)>), StateError> {
        let select = "SELECT generation, pending, pending_sum FROM jobs WHERE job = ?";
        let read = |row: &rusqlite::Row<'_>| {
            let pending: Option<i64> = row.get(1)?;
            let sum: Option<String> = row.get(2)?;
            Ok((row.get(0)?, pending.zip(sum)))
        };
        let found = self.connection.query_row(select, [job], read).optional().map_err(|error| self.error(error))?;
        Ok(found.unwrap_or((0, None)))
    }

    /// The checksum of the rows that were last written.
    pub fn written_sum(&self, job: &str) -> Result<Option<String>, StateError> {
        let select = "SELECT sum FROM jobs WHERE job = ?";
        let found = self.connection.query_row(select, [job], |row| row.get(0)).optional().map_err(|error| self.error(error))?;
        Ok(found.flatten())
    }

    /// The checksum of rows that were about to be written when their run was killed.
    pub fn pending(&self, job: &str) -> Result<Option<String>, StateError> {
        Ok(self.generations(job)?.1.map(|(_, sum)| sum))
    }

    /// Notes the rows that are about to be written: `rows` hands each to its argument.
    pub fn pend(
        &self,
        job: &str,
        sum: &str,
        rows: impl FnOnce(&mut dyn FnMut(Row) -> Result<(), PlanError>) -> Result<(), PlanError>,
    ) -> Result<(), PlanError> {
        let (counting, _) = self.generations(job).map_err(|error| PlanError::Existing(error.to_string()))?;
        let pending = counting + 1;
        let transaction = self.connection.unchecked_transaction()?;
        transaction.execute("DELETE FROM written WHERE job = ? AND generation <> ?", params![job, counting])?;
        let mut seq = 0i64;
        rows(&mut |row| {
            let mut insert = transaction.prepare_cached("INSERT INTO written VALUES (?, ?, ?, ?, ?, ?, ?)")?;
            insert.execute(params![job, pending, row.key, row.source, row.cells, row.line.unwrap_or_default(), seq])?;
            seq += 1;
            Ok(())
        })?;
        const UPSERT: &str = "INSERT INTO jobs (job, pending, pending_sum) VALUES (?, ?, ?)
            ON CONFLICT (job) DO UPDATE SET pending = excluded.pending, pending_sum = excluded.pending_sum";
        transaction.execute(UPSERT, params![job, pending, sum])?;
        transaction.commit()?;
        Ok(())
    }

    /// From here on the pending rows count, if the destination has them; else they are forgotten.
    pub fn settle(&self, job: &str, arrived: bool) -> Result<(), StateError> {
        let settle = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            let update = match arrived {
                true => {
                    "UPDATE jobs SET generation = pending, sum = pending_sum, pending = NULL, pending_sum = NULL WHERE job = ? AND pending NOT NULL"
                }
                false => "UPDATE jobs SET pending = NULL, pending_sum = NULL WHERE job = ?",
            };
            transaction.execute(update, [job])?;
            const DELETE: &str = "DELETE FROM written WHERE job = ?1
                AND generation <> (SELECT generation FROM jobs WHERE job = ?1)";
            transaction.execute(DELETE, [job])?;
            transaction.commit()
        };
        settle().map_err(|error| self.error(error))
    }
}
