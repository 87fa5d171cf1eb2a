//! What was last written where nobody can be asked what is there. The rows are noted before they are written, as pending, and
//! count from the moment that the destination has them: a run that was killed in between is finished by the next one, which
//! sees by the checksum whether they arrived.

use super::store::{Cell, WRITTEN};
use super::{State, StateError};
use crate::plan::{Existing, PlanError, Row};

/// Hands out the rows that were last written, in the order of their keys.
pub struct Written<'s> {
    state: &'s State,
    job: String,
    generation: i64,
    /// Read ahead, latest first.
    page: Vec<Row>,
    last: String,
}

/// Rows that are read and written at a time.
const PAGE: usize = 1000;

impl Existing for Written<'_> {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        if self.page.is_empty() {
            const SELECT: &str = "SELECT key, source, cells, line FROM written
                WHERE tenant = ?1 AND job = ?2 AND generation = ?3 AND key > ?4 ORDER BY key LIMIT ?5";
            let [tenant, job] = self.state.of(&self.job);
            let values = [tenant, job, self.generation.into(), self.last.as_str().into(), (PAGE as i64).into()];
            self.page = self.state.store.query(SELECT, &values)?.into_iter().map(row).collect();
            // At the end the last key stays: who asks again gets nothing again.
            if let Some(row) = self.page.last() {
                self.last.clone_from(&row.key);
            }
            self.page.reverse();
        }
        Ok(self.page.pop())
    }
}

fn row(cells: Vec<Cell>) -> Row {
    let mut texts = cells.into_iter().map(Cell::text);
    let mut text = || texts.next().flatten();
    Row { key: text().unwrap_or_default(), source: text(), cells: text().unwrap_or_default(), line: text() }
}

impl State {
    /// The rows that were last written for a job.
    pub fn written(&self, job: &str) -> Result<Written<'_>, StateError> {
        let (generation, _) = self.generations(job)?;
        Ok(Written { state: self, job: job.to_owned(), generation, page: Vec::new(), last: String::new() })
    }

    /// The rows that were about to be written when their run was killed.
    pub fn unsettled(&self, job: &str) -> Result<Option<Written<'_>>, StateError> {
        let (counting, pending) = self.generations(job)?;
        let rows =
            |_| Written { state: self, job: job.to_owned(), generation: counting + 1, page: Vec::new(), last: String::new() };
        Ok(pending.map(rows))
    }

    /// The generation that counts, and the checksum of the pending one.
    fn generations(&self, job: &str) -> Result<(i64, Option<String>), StateError> {
        let select = "SELECT generation, pending_sum FROM jobs WHERE tenant = ?1 AND job = ?2";
        let found = self.store.query(select, &self.of(job))?.pop();
        Ok(found.map_or((0, None), |mut row| {
            let sum = row.pop().and_then(Cell::text);
            (row.pop().as_ref().and_then(Cell::integer).unwrap_or_default(), sum)
        }))
    }

    /// The checksum of the rows that were last written.
    pub fn written_sum(&self, job: &str) -> Result<Option<String>, StateError> {
        self.fact("SELECT sum FROM jobs WHERE tenant = ?1 AND job = ?2", job)
    }

    /// The checksum of rows that were about to be written when their run was killed.
    pub fn pending(&self, job: &str) -> Result<Option<String>, StateError> {
        Ok(self.generations(job)?.1)
    }

    /// Notes the rows that are about to be written: `rows` hands each to its argument.
    pub fn pend(
        &self,
        job: &str,
        sum: &str,
        rows: impl FnOnce(&mut dyn FnMut(Row) -> Result<(), PlanError>) -> Result<(), PlanError>,
    ) -> Result<(), PlanError> {
        const DELETE: &str = "DELETE FROM written WHERE tenant = ?1 AND job = ?2 AND generation <> ?3";
        const UPSERT: &str = "INSERT INTO jobs (tenant, job, pending, pending_sum) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (tenant, job) DO UPDATE SET pending = excluded.pending, pending_sum = excluded.pending_sum";
        let (counting, _) = self.generations(job)?;
        let pending = counting + 1;
        let [tenant, job] = self.of(job);
        self.atomically(|| {
            self.store.query(DELETE, &[tenant.clone(), job.clone(), counting.into()])?;
            let (mut seq, mut page) = (0i64, Vec::<[Cell; WRITTEN]>::with_capacity(PAGE));
            rows(&mut |Row { key, source, cells, line }| {
                let line = line.unwrap_or_default();
                let head = (tenant.clone(), job.clone(), Cell::from(pending));
                page.push([head.0, head.1, head.2, key.into(), source.into(), cells.into(), line.into(), seq.into()]);
                seq += 1;
                if page.len() == PAGE {
                    self.store.add_written(&std::mem::take(&mut page))?;
                }
                Ok(())
            })?;
            self.store.add_written(&page)?;
            self.store.query(UPSERT, &[tenant.clone(), job.clone(), pending.into(), sum.into()])?;
            Ok(())
        })
    }

    /// From here on the pending rows count, if the destination has them; else they are forgotten.
    pub fn settle(&self, job: &str, arrived: bool) -> Result<(), StateError> {
        let update = match arrived {
            true => {
                "UPDATE jobs SET generation = pending, sum = pending_sum, pending = NULL, pending_sum = NULL
                    WHERE tenant = ?1 AND job = ?2 AND pending IS NOT NULL"
            }
            false => "UPDATE jobs SET pending = NULL, pending_sum = NULL WHERE tenant = ?1 AND job = ?2",
        };
        const DELETE: &str = "DELETE FROM written WHERE tenant = ?1 AND job = ?2
            AND generation <> (SELECT generation FROM jobs WHERE tenant = ?1 AND job = ?2)";
        self.atomically(|| {
            self.store.query(update, &self.of(job))?;
            self.store.query(DELETE, &self.of(job)).map(drop)
        })
    }
}
