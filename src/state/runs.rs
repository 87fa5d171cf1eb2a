//! The runs of jobs: when, how they ended, and what they came to.

use super::store::Cell;
use super::{State, StateError};
use crate::plan::{JoinFact, Summary};
use jiff::Timestamp;
use serde::Serialize;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// At work, or killed: the next run of the job finds out.
    Running,
    /// Everything was applied.
    Applied,
    /// Some rows could not be written: the next run tries again.
    Partial,
    /// There was nothing to do.
    Unchanged,
    /// A guard stopped it, or the plan is not the one that was asked for: nothing was written.
    Stopped,
    Failed,
    /// It ended without a word.
    Killed,
}

impl Outcome {
    const ALL: [Outcome; 7] = [
        Outcome::Running,
        Outcome::Applied,
        Outcome::Partial,
        Outcome::Unchanged,
        Outcome::Stopped,
        Outcome::Failed,
        Outcome::Killed,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Outcome::Running => "running",
            Outcome::Applied => "applied",
            Outcome::Partial => "partial",
            Outcome::Unchanged => "unchanged",
            Outcome::Stopped => "stopped",
            Outcome::Failed => "failed",
            Outcome::Killed => "killed",
        }
    }
}

/// A run, as it is remembered. Holds no value of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    pub id: i64,
    /// Empty if the jobs file names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenant: String,
    pub job: String,
    /// Process and machine.
    pub worker: Option<String>,
    /// RFC 3339, in UTC.
    pub started: String,
    pub ended: Option<String>,
    pub outcome: Outcome,
    /// Of its plan.
    pub checksum: Option<String>,
    pub summary: Option<Summary>,
    /// Why it was stopped or failed.
    pub message: Option<String>,
}

const SELECT: &str = "SELECT id, tenant, job, worker, started, ended, outcome, checksum, summary, message FROM runs
    WHERE (CAST(?1 AS TEXT) IS NULL OR tenant = ?1) AND (CAST(?2 AS TEXT) IS NULL OR job = ?2)
    AND (CAST(?3 AS BIGINT) IS NULL OR id = ?3) ORDER BY id DESC LIMIT ?4";

fn run(row: Vec<Cell>) -> Run {
    let id = row.first().and_then(Cell::integer).unwrap_or_default();
    let mut texts = row.into_iter().skip(1).map(Cell::text);
    let mut text = || texts.next().flatten();
    let (tenant, job, worker) = (text().unwrap_or_default(), text().unwrap_or_default(), text());
    let (started, ended, outcome) = (text().unwrap_or_default(), text(), text());
    Run {
        id,
        tenant,
        job,
        worker,
        started,
        ended,
        outcome: Outcome::ALL.into_iter().find(|known| Some(known.word()) == outcome.as_deref()).unwrap_or(Outcome::Killed),
        checksum: text(),
        summary: text().and_then(|summary| serde_json::from_str(&summary).ok()),
        message: text(),
    }
}

/// This process and the machine that it is on, as far as that has a name.
pub(super) fn worker() -> String {
    let process = format!("process {}", std::process::id());
    let named = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    match named().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()) {
        Some(machine) => format!("{process} on {machine}"),
        None => process,
    }
}

impl State {
    /// Notes that a job begins. Its lock is held: runs of it that have no end were killed.
    pub fn begin(&self, job: &str, now: Timestamp) -> Result<i64, StateError> {
        let killed = "UPDATE runs SET outcome = 'killed' WHERE tenant = ?1 AND job = ?2 AND outcome = 'running'";
        self.store.query(killed, &self.of(job))?;
        const INSERT: &str =
            "INSERT INTO runs (tenant, job, worker, started, outcome) VALUES (?1, ?2, ?3, ?4, 'running') RETURNING id";
        let [tenant, job] = self.of(job);
        let rows = self.store.query(INSERT, &[tenant, job, worker().into(), now.to_string().into()])?;
        Ok(rows.first().and_then(|row| row.first()?.integer()).expect("a row that was inserted has a number"))
    }

    /// Notes how a run ended.
    pub fn end(
        &self,
        id: i64,
        outcome: Outcome,
        (checksum, summary): (Option<&str>, Option<&Summary>),
        message: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StateError> {
        let summary = summary.map(|summary| serde_json::to_string(summary).expect("numbers and names can be written"));
        const UPDATE: &str = "UPDATE runs SET outcome = ?1, checksum = ?2, summary = ?3, message = ?4, ended = ?5 WHERE id = ?6";
        let values = [outcome.word().into(), checksum.into(), summary.into(), message.into(), now.to_string().into(), id.into()];
        self.store.query(UPDATE, &values).map(drop)
    }

    /// The latest runs, of one job or of all, of the tenant or of all, newest first.
    pub fn runs(&self, job: Option<&str>, all_tenants: bool, most: u32) -> Result<Vec<Run>, StateError> {
        let tenant = (!all_tenants).then_some(&*self.tenant);
        let rows = self.store.query(SELECT, &[tenant.into(), job.into(), Cell::Null, i64::from(most).into()])?;
        Ok(rows.into_iter().map(run).collect())
    }

    /// One run of the tenant, or with `all_tenants` of anybody.
    pub fn run(&self, id: i64, all_tenants: bool) -> Result<Run, StateError> {
        let tenant = (!all_tenants).then_some(&*self.tenant);
        let rows = self.store.query(SELECT, &[tenant.into(), Cell::Null, id.into(), 1.into()])?;
        rows.into_iter().next().map(run).ok_or(StateError::NoRun(id))
    }

    /// How often the joins of a job matched when it was last applied.
    pub fn joins(&self, job: &str) -> Result<Vec<JoinFact>, StateError> {
        let facts = self.fact("SELECT facts FROM jobs WHERE tenant = ?1 AND job = ?2", job)?;
        Ok(facts.and_then(|facts| serde_json::from_str(&facts).ok()).unwrap_or_default())
    }

    /// Remembers how often they matched.
    pub fn set_joins(&self, job: &str, joins: &[JoinFact]) -> Result<(), StateError> {
        const UPSERT: &str = "INSERT INTO jobs (tenant, job, facts) VALUES (?1, ?2, ?3)
            ON CONFLICT (tenant, job) DO UPDATE SET facts = excluded.facts";
        let facts = serde_json::to_string(joins).expect("numbers and names can be written");
        let [tenant, job] = self.of(job);
        self.store.query(UPSERT, &[tenant, job, facts.into()]).map(drop)
    }

    /// From when on a job has read what happens: nobody looks at what was before.
    pub fn since(&self, job: &str) -> Result<Option<Timestamp>, StateError> {
        let since = self.fact("SELECT since FROM jobs WHERE tenant = ?1 AND job = ?2", job)?;
        Ok(since.and_then(|since| since.parse().ok()))
    }

    /// Remembers from when on a job reads, unless it has read from an earlier moment before.
    pub fn set_since(&self, job: &str, since: Timestamp) -> Result<(), StateError> {
        const UPSERT: &str = "INSERT INTO jobs (tenant, job, since) VALUES (?1, ?2, ?3)
            ON CONFLICT (tenant, job) DO UPDATE SET since = excluded.since";
        if self.since(job)?.is_some_and(|known| known <= since) {
            return Ok(());
        }
        let [tenant, job] = self.of(job);
        self.store.query(UPSERT, &[tenant, job, since.to_string().into()]).map(drop)
    }
}
