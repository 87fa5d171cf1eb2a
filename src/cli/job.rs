//! A job from its file to its plan: what `bobmap plan` and `bobmap sync` have in common.

use super::connect::{Records, RecordsArgs};
use super::dry_run::place;
use super::jobs::{JobsArgs, JobsFile};
use super::load::{self, CatalogArgs, Loaded, shown};
use super::mapped::{Lines, Mapped, Mapper};
use super::stop::Interrupts;
use super::{Exit, Usage, complain, log};
use crate::destination::{self, Destination, Drift, FileDestination, PostgresDestination, SqliteDestination};
use crate::job::resolve;
use crate::job::spec::{Deletes, FileFormat, Job, To};
use crate::mapping::Mapping;
use crate::pipeline::run::KEEP_PATH_ABSENT;
use crate::pipeline::{Rejects, RunError, desire, usual_threads};
use crate::plan::{Column, FIELD_EMPTIED, Facts, Limits, RULES, Stop, Workbench, guard};
use crate::report::plan::{Changes, PlanReport, StopReport};
use crate::sink::{Format, Output, RowEncoder, RowSpool, columns};
use crate::state::{JobLock, Outcome, State, StateError};
use crate::value::mask::Reveal;
use clap::value_parser;
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// The flags of a command that plans.
#[derive(Debug, clap::Args)]
pub struct JobArgs {
    #[command(flatten)]
    jobs: JobsArgs,
    #[command(flatten)]
    records: RecordsArgs,
    /// Write every rejected record with every reason to a file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// Stop after this many records; nobody is deleted then
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// How many threads map records [default: the processors that there are, at most 8]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// How many changes are listed
    #[arg(long, value_name = "N", default_value_t = 20)]
    changes: usize,
    /// Show people's values: before and after, and in the rejects file
    #[arg(long)]
    show_values: bool,
    /// Let a rule of the guard pass, this once; `bobmap help syncing` lists the rules
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
}

/// A plan, and where it can be applied.
pub struct Planned<'p> {
    pub report: PlanReport,
    pub bench: &'p Workbench,
    pub destination: &'p mut dyn Destination,
    pub drift: Option<Drift>,
    /// Is called before anything is written: the job is still this worker's alone, and remembers from when on it reads.
    pub ready: &'p dyn Fn() -> Result<(), StateError>,
}

/// What is done with a plan; says how the run ended, for the user and for the state.
type Act<'a> = dyn FnOnce(Planned<'_>, Timestamp) -> anyhow::Result<(Exit, Outcome)> + 'a;

/// A job at work.
struct Work<'w> {
    name: &'w str,
    job: &'w Job,
    file: &'w JobsFile,
    records: RecordsArgs,
    state: &'w State,
    lock: &'w dyn JobLock,
    /// The job reads from a moment on that is remembered.
    recalled: bool,
}

impl JobArgs {
    /// Whether people's rejected records go into a file.
    pub fn writes_rejects(&self) -> bool {
        self.rejects.is_some()
    }

    /// Reads the jobs file, as [`JobsArgs::read`] does.
    pub fn read(&self) -> anyhow::Result<Option<JobsFile>> {
        let known = || RULES.iter().map(|(rule, _)| *rule).chain([KEEP_PATH_ABSENT]);
        if let Some(rule) = self.allow.iter().find(|rule| !known().any(|known| known == *rule)) {
            let rules = known().collect::<Vec<_>>().join(", ");
            return Err(Usage(format!("--allow: there is no rule `{rule}`; the rules are: {rules}")).into());
        }
        self.jobs.read()
    }

    /// Makes the plan of a job and hands it to `act`; `remembered` runs are noted in the state.
    pub fn run(
        &self,
        file: &JobsFile,
        name: &str,
        interrupts: &Interrupts,
        remembered: bool,
        act: impl FnOnce(Planned<'_>, Timestamp) -> anyhow::Result<(Exit, Outcome)>,
    ) -> anyhow::Result<Exit> {
        let (job, mut records) = (file.job(name)?, self.records.clone());
        records.take(job, file.connection(job), file.folder())?;
        let state = file.state()?;
        let lock = state.lock(name)?;
        let recalled = state.since(name)?.is_some_and(|since| records.remember_since(since));
        let work = Work { name, job, file, records, state: &state, lock: &*lock, recalled };
        let run = remembered.then(|| state.begin(name, Timestamp::now())).transpose()?;
        run.into_iter().for_each(log::in_run);
        let mut outcome = Ended::default();
        let result = self.plan(&work, interrupts, &mut outcome, remembered, Box::new(act));
        if let Some(run) = run {
            let Ended { outcome, checksum, summary, message } = outcome;
            let (outcome, message) = match &result {
                Ok(_) => (outcome.unwrap_or(Outcome::Stopped), message),
                Err(error) => (Outcome::Failed, Some(super::said(error))),
            };
            let end = state.end(run, outcome, (checksum.as_deref(), summary.as_ref()), message.as_deref(), Timestamp::now());
            // Of two errors the first one is told.
            return result.and_then(|exit| Ok(end.map(|()| exit)?));
        }
        result
    }

    fn plan(
        &self,
        work: &Work<'_>,
        interrupts: &Interrupts,
        ended: &mut Ended,
        remembered: bool,
        act: Box<Act<'_>>,
    ) -> anyhow::Result<Exit> {
        let Work { name, job, file, ref records, state, lock, recalled } = *work;
        let folder = file.folder();
        let Some(Running { loaded, mappings, hibob }) = Self::mappings(work)? else {
            ended.message = Some("the mappings have faults".to_owned());
            ended.outcome = Some(Outcome::Failed);
            return Ok(Exit::Findings);
        };
        let recorded = hibob.is_none();
        let said = records.says_since();
        let records = records.connect_each(&mappings.iter().collect::<Vec<_>>(), &loaded.catalog, hibob)?;
        let columns = columns(&mappings[0]);
        let to = &job.to.value;
        let target = mappings[0].target.as_ref().map(|target| target.name.as_str());
        if let Some(why) = to.misfit(&mappings[0].name, target) {
            return Err(Usage(why).into());
        }
        self.refuse_collisions(job, file, &records)?;
        let made_by = mappings.iter().map(|mapping| mapping.name.as_str()).collect::<Vec<_>>().join(", ");
        let mut encoder = RowEncoder::new(&mappings[0], format(job));
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let mut destination: Box<dyn Destination + '_> = match &to.scim {
            Some(scim) => Box::new(super::scim::destination(name, to, scim, folder, state, &mappings[0], interrupts.heed())?),
            None if to.hrdc.is_some() => {
                Box::new(super::hrdc::destination(name, to, folder, state, (&mappings[0], &mut encoder), reveal)?)
            }
            None => destination(name, job, folder, state, (&columns, &made_by), &mut encoder)?,
        };
        let cancel = interrupts.heed();
        let mut rejects = Rejects::new(self.rejects.as_deref(), reveal)?;
        let today = jiff::Zoned::now();
        let mapper = Mapper {
            loaded: &loaded,
            mappings: &mappings,
            records: &records,
            recorded,
            run_date: self.as_of.unwrap_or_else(|| today.date()),
            zone: if self.as_of.is_some() {
                "given".to_owned()
            } else {
                today.time_zone().iana_name().unwrap_or("local time").to_owned()
            },
            limit: self.limit,
            threads: self.threads.map_or_else(usual_threads, usize::from),
            allow: &self.allow,
            cancel: cancel.clone(),
            keyed: Some(match to {
                _ if encoder.format() == Format::Parquet => Lines::Untold,
                To { file: Some(_), .. } | To { hrdc: Some(_), .. } => Lines::Told,
                To { scim: Some(_), .. } => Lines::Record,
                _ => Lines::Untold,
            }),
        };
        let mut rows = RowSpool::new(&Output::Stdout)?;
        let mapped = match mapper.map(&mut encoder, &mut rows, &mut rejects) {
            Ok(mapped) => mapped,
            Err(error) if matches!(error.downcast_ref(), Some(RunError::KeepPathAbsent { .. })) => {
                complain(&error.to_string());
                (ended.outcome, ended.message) = (Some(Outcome::Stopped), Some(error.to_string()));
                return Ok(Exit::Guard);
            }
            Err(error) => return Err(error),
        };
        rejects.finish()?;
        let mut held = std::mem::take(&mut rejects.held);
        if let Some(why) = &mapped.incomplete {
            held.add_incomplete(why.clone());
        }
        let mut bench = Workbench::new()?;
        desire(rows.into_file()?, &mapped.dropped, &mut bench, &mut held)?;
        destination.meet(&bench)?;
        let summary = bench.compare(&mut *destination.existing()?, &held, &columns)?;
        let drift = destination.drift()?;
        let facts = Facts {
            read: mapped.read(),
            key_twice: mapped.key_twice(),
            foreign: drift == Some(Drift::Foreign),
            dropped_columns: destination.dropped_columns()?,
            joins: mapped.joins.clone(),
            joins_before: state.joins(name)?,
        };
        let usual = Limits::default();
        let limits =
            Limits { deletes: job.guard.deletes.unwrap_or(usual.deletes), updates: job.guard.updates.unwrap_or(usual.updates) };
        let stops = guard(&summary, &facts, limits);
        let scope = format!("{name}\n{}\n{:?}\n{drift:?}", destination.name(), to.deletes);
        let personal_key = mappings.iter().any(|mapping| mapping.key.iter().any(|field| mapping.fields[*field].personal));
        let mut changes = Changes::new(&columns, personal_key, reveal, self.changes);
        bench.each_change(|change| {
            changes.add(change);
            Ok::<(), crate::plan::PlanError>(())
        })?;
        let mut report = PlanReport::new(name, destination.name(), bench.checksum(&scope)?, summary, changes);
        report.notes = notes(&mapped, held.holds_everything().filter(|_| report.summary.held > 0), drift);
        report.notes.extend(destination.notes(&report.summary));
        report.notes.extend(records.changes_since().and_then(|since| beginning(since, said, recalled)));
        report.stops = stops.into_iter().map(|stop| self.stop(stop, name, job, &mapped)).collect();
        (ended.checksum, ended.summary) = (Some(report.checksum.clone()), Some(report.summary.clone()));
        let refused: Vec<&str> =
            report.stops.iter().filter(|stop| !stop.allowed).map(|stop| stop.stop.message.as_str()).collect();
        ended.message = (!refused.is_empty()).then(|| refused.join("; "));
        if cancel.is_cancelled() {
            return Err(crate::pipeline::Unread::Interrupted.into());
        }
        // What is read from must be known before it shows: rows that a killed run has written must not go with the days that pass.
        let ready = || {
            lock.check()?;
            records.changes_since().map_or(Ok(()), |since| state.set_since(name, since))
        };
        let planned = Planned { report, bench: &bench, destination: &mut *destination, drift, ready: &ready };
        let (exit, outcome) = act(planned, Timestamp::now())?;
        ended.outcome = Some(outcome);
        let complete = mapped.incomplete.is_none();
        if matches!(outcome, Outcome::Applied | Outcome::Unchanged) && remembered && complete {
            state.set_joins(name, &mapped.joins)?;
        }
        ended.message = ended.message.take().or(destination.undone().map(str::to_owned));
        Ok(match exit {
            Exit::Clean if mapped.unread => Exit::Partial,
            Exit::Clean if mapped.rejected => Exit::Rejected,
            exit => exit,
        })
    }

    fn mappings(Work { job, file, records, .. }: &Work<'_>) -> anyhow::Result<Option<Running>> {
        let path = |path: &crate::mapping::document::At<String>| file.folder().join(&path.value);
        let files: Vec<PathBuf> = job.mappings.iter().chain(&job.with).map(path).collect();
        let catalog = CatalogArgs { catalog: job.catalog.as_ref().map(path), lists: None };
        let mut loaded = load::load(&files, &catalog)?;
        let beside = loaded.project.names().take(job.mappings.len()).skip(1).map(str::to_owned).collect::<Vec<_>>();
        loaded.run_beside(&beside)?;
        let hibob = records.hibob()?;
        Ok(loaded.mappings_for(hibob.as_ref())?.map(|mappings| Running { loaded, mappings, hibob }))
    }

    /// A destination may not take the place of what the run reads, nor of the rejects.
    fn refuse_collisions(&self, job: &Job, file: &JobsFile, records: &Records) -> anyhow::Result<()> {
        let folder = file.folder();
        let to = &job.to.value;
        let Some(written) = to.file.as_ref().or(to.sqlite.as_ref()).map(|file| folder.join(&file.value)) else { return Ok(()) };
        let files = job.mappings.iter().chain(&job.with).chain(&job.catalog).map(|file| folder.join(&file.value));
        let read = files.chain(records.files().map(Path::to_owned)).chain([file.path.clone()]);
        if read.into_iter().any(|read| place(&read) == place(&written)) {
            return Err(Usage(format!("{} is read in this run; write to another file", shown(&written))).into());
        }
        if self.rejects.as_ref().is_some_and(|rejects| place(rejects) == place(&written)) {
            return Err(Usage(format!("{} is given for two outputs", shown(&written))).into());
        }
        Ok(())
    }

    /// A stop with its likely cause and the command that shows more.
    fn stop(&self, stop: Stop, name: &str, job: &Job, mapped: &Mapped) -> StopReport {
        let mapping = job.mappings.first().map_or("MAPPING", |mapping| &mapping.value);
        let look = match stop.rule {
            FIELD_EMPTIED if job.from.is_some() => format!("bobmap doctor {mapping}"),
            FIELD_EMPTIED => format!("bobmap plan {name} --show-values"),
            _ if stop.rule == crate::plan::KEY_TWICE => format!("bobmap plan {name} --rejects FILE"),
            _ => format!("bobmap plan {name}"),
        };
        let cause = stop.field.as_deref().and_then(|field| cause(field, mapped));
        let allowed = self.allow.iter().any(|rule| rule == stop.rule);
        StopReport { stop, cause, look, allowed }
    }
}

/// The mappings of a job, ready to run.
struct Running {
    loaded: Loaded,
    mappings: Vec<Mapping>,
    hibob: Option<crate::source::hibob::Hibob>,
}

/// What is remembered of a run.
#[derive(Default)]
struct Ended {
    outcome: Option<Outcome>,
    checksum: Option<String>,
    summary: Option<crate::plan::Summary>,
    message: Option<String>,
}

fn format(job: &Job) -> Format {
    let to = &job.to.value;
    match to.file_format() {
        _ if to.hrdc.is_some() => Format::Csv,
        Some(FileFormat::Csv) => Format::Csv,
        Some(FileFormat::Spreadsheet) => Format::Spreadsheet,
        Some(FileFormat::Json) => Format::Json,
        Some(FileFormat::Parquet) => Format::Parquet,
        Some(FileFormat::Ics) => Format::Ics,
        Some(FileFormat::Jsonl) | None => Format::Jsonl,
    }
}

fn destination<'s>(
    name: &str,
    job: &Job,
    folder: &Path,
    state: &'s State,
    (columns, made_by): (&[Column], &str),
    encoder: &mut RowEncoder<'_>,
) -> anyhow::Result<Box<dyn Destination + 's>> {
    let to = &job.to.value;
    let table = to.table.as_ref().map_or("", |table| &table.value);
    let deletes = match to.deletes {
        Some(Deletes::Hard) => destination::Deletes::Hard,
        // The others belong to servers; the judge has said so.
        _ => destination::Deletes::Soft,
    };
    if let Some(file) = &to.file {
        let format = match encoder.format() {
            Format::Json => destination::FileFormat::Json,
            Format::Csv | Format::Spreadsheet => {
                let mut head = Vec::new();
                encoder.head(&mut head);
                let for_spreadsheets = encoder.format() == Format::Spreadsheet;
                destination::FileFormat::Csv { head, columns: columns.to_vec(), for_spreadsheets }
            }
            Format::Ics => destination::FileFormat::Calendar,
            Format::Parquet => destination::FileFormat::Parquet { columns: columns.to_vec(), mapping: made_by.to_owned() },
            Format::Jsonl | Format::Table => destination::FileFormat::Lines,
        };
        return Ok(Box::new(FileDestination { path: folder.join(&file.value), format, state, job: name.to_owned() }));
    }
    if let Some(sqlite) = &to.sqlite {
        let path = folder.join(&sqlite.value);
        return Ok(Box::new(SqliteDestination::open(&path, table, name, columns.to_vec(), deletes)?));
    }
    if let Some(address) = &to.postgres {
        let address = resolve(address, &|name| std::env::var_os(name)).map_err(|error| Usage(error.to_string()))?;
        let table = destination::Table { schema: to.schema.as_ref().map(|schema| schema.value.as_str()), name: table, deletes };
        return Ok(Box::new(PostgresDestination::open(&address, table, name, columns.to_vec())?));
    }
    Err(Usage(format!("the job `{name}` has no destination")).into())
}

fn notes(mapped: &Mapped, holds: Option<String>, drift: Option<Drift>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(drift) = drift {
        notes.push(drift.sentence().to_owned());
    }
    if let Some(why) = holds {
        notes.push(format!("nobody is deleted, for {why}"));
    }
    for (report, shown) in mapped.reports.iter().zip(&mapped.shown) {
        notes.extend(report.notes.iter().cloned());
        if report.records.rejected > 0 {
            let first = shown.first().map(|(record, reasons)| format!("; the first is {record}: {}", reasons.join("; ")));
            let (mapping, rejected) = (&report.mapping, report.records.rejected);
            notes.push(format!("{rejected} rejected by {mapping}, left as they are{}", first.unwrap_or_default()));
        }
    }
    notes
}

/// From when on requests for time off are read, where the user has not said it.
fn beginning(since: Timestamp, said: bool, recalled: bool) -> Option<String> {
    let rest = match (said, recalled) {
        (true, false) => return None,
        (_, true) => "as by the syncs before; `since` in the jobs file counts more",
        (false, false) => {
            "six months back, and the first sync makes that the beginning for all that follow; `since` in the jobs file counts more"
        }
    };
    Some(format!("requests for time off are read from {since} on, {rest}"))
}

/// Why a field has lost its values, as far as the paths that it is made of tell.
fn cause(field: &str, mapped: &Mapped) -> Option<String> {
    let report = mapped.reports.first()?;
    let entries = &report.fields.iter().find(|known| known.name == field)?.entries;
    let absent = |from: &str| report.absent_everywhere.iter().find(|absent| absent.path == from);
    let gone: Vec<_> = entries.iter().filter_map(|entry| absent(&entry.from)).collect();
    let first = gone.first()?;
    let category = first.category.as_ref().map_or_else(String::new, |category| format!(" ({category})"));
    let cause = first.cause.as_ref().map_or_else(|| "the service user may not see it, or it was moved".to_owned(), String::clone);
    Some(format!("`{}`{category} is in no record: {cause}", first.path))
}
