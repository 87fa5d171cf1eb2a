//! The mappings of a run, one after another into one place, with what there is to say of each.

use super::connect::Records;
use super::load::Loaded;
use super::progress::Bar;
use crate::engine::outcome::ProblemKind;
use crate::engine::{Engine, JoinedSet};
use crate::mapping::Mapping;
use crate::mapping::compiled::Join;
use crate::pipeline::{Cancel, Finished, Rejects, Settings, read_joined, run};
use crate::plan::JoinFact;
use crate::report::run::{Circumstances, JoinedReport, Rejected, RunReport};
use crate::sink::{Keyed, RowEncoder, RowRange, RowSpool};
use crate::source::{Place, Scope};
use jiff::civil::Date;

/// What a run of mappings is told.
pub struct Mapper<'m> {
    pub loaded: &'m Loaded,
    pub mappings: &'m [Mapping],
    pub records: &'m Records,
    /// The records are from files.
    pub recorded: bool,
    pub run_date: Date,
    /// The time zone in which that date is today, or that it was given.
    pub zone: String,
    pub limit: Option<u64>,
    pub threads: usize,
    pub allow: &'m [String],
    pub cancel: Cancel,
    /// Rows are to be compared with others; and they are told with the lines that a file has of them.
    pub keyed: Option<Lines>,
}

/// What is told of a row that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// The row as it stands in the file.
    Told,
    /// The row as JSON, of the only mapping that there is.
    Record,
    Untold,
}

/// What came of each mapping of a run.
#[derive(Default)]
pub struct Mapped {
    pub reports: Vec<RunReport>,
    /// The first rejects of each.
    pub shown: Vec<Vec<(String, Vec<String>)>>,
    pub rejected: bool,
    /// Not everything was read.
    pub unread: bool,
    /// Why some of the records that there are were not looked at, `--limit` included.
    pub incomplete: Option<String>,
    /// How often each join found what it looked for.
    pub joins: Vec<JoinFact>,
    /// Rows that others share their key with.
    pub dropped: Vec<RowRange>,
}

impl<'m> Mapper<'m> {
    /// Maps all records into `rows`, which nobody sees before they are published.
    ///
    /// # Errors
    /// The run could not be finished.
    pub fn map(&self, encoder: &mut RowEncoder<'m>, rows: &mut RowSpool, rejects: &mut Rejects) -> anyhow::Result<Mapped> {
        let Mapper { loaded, mappings, records, recorded, run_date, zone, limit, threads, allow, cancel, keyed } = self;
        let mut mapped = Mapped::default();
        for mapping in *mappings {
            encoder.go_on_with(mapping);
            if mappings.len() > 1 {
                rejects.begin(&mapping.name);
            }
            // A set is looked into by one mapping only: two need not lie in memory at once.
            let (mut sets, mut notes) = (Vec::new(), Vec::new());
            for join in &mapping.joins {
                sets.push(read_joined(join, records.joined(join)?, *run_date, *threads, cancel, &mut notes)?);
            }
            let engine = Engine::new(mapping, *run_date, &*loaded.catalog, &sets);
            let bar = Bar::new();
            let settings = Settings {
                limit: *limit,
                threads: *threads,
                allow,
                cancel: cancel.clone(),
                keyed: keyed.map(|lines| keyed_rows(mapping, lines)),
                progress: &|progress| bar.show(progress),
            };
            let finished = run(&engine, records.of(mapping, *limit)?, encoder, rows, rejects, &settings);
            bar.clear();
            let Finished { counts, scope, notes: said, first, dropped } = finished?;
            mapped.dropped.extend(dropped);
            notes.extend(said);
            notes.extend(encoder.formula_note());
            let circumstances = Circumstances {
                run_date: run_date.to_string(),
                zone: zone.clone(),
                catalog: &loaded.catalog,
                catalog_name: loaded.catalog_name(),
                recorded: *recorded,
                scope: scope.to_string(),
                said: notes,
                rejected_by: rejected_by(rejects),
                joined: mapping.joins.iter().zip(&sets).map(|(join, set)| joined(join, set)).collect(),
                advice: first.map(|first| first.advice(mapping.source)),
            };
            let fact = |(join, matched): (&Join, &u64)| JoinFact {
                name: format!("{}.${}", mapping.name, join.name),
                rows: counts.rows,
                matched: *matched,
            };
            mapped.joins.extend(mapping.joins.iter().zip(&counts.matched).map(fact));
            mapped.reports.push(RunReport::new(mapping, &counts, circumstances));
            mapped.shown.push(rejects.shown.iter().map(|reject| (reject.record.clone(), reject.reasons.clone())).collect());
            mapped.rejected |= counts.rejected > 0 || sets.iter().any(|set| set.unread > 0);
            // Who is missing from the result may be in what was not read: nothing may take them for leavers.
            let not_all = sets.iter().find_map(|set| set.incomplete.clone());
            mapped.unread |= matches!(scope, Scope::CutShort(_)) && limit.is_none() || not_all.is_some();
            let cut = match scope {
                Scope::Complete => None,
                Scope::CutShort(why) => Some(why),
                Scope::Keys(_) => Some(scope.to_string()),
            };
            mapped.incomplete = mapped.incomplete.or(cut).or(not_all);
        }
        Ok(mapped)
    }
}

/// Rows of a file say which mapping they are of: those of several stand in one file, and their keys are of different kinds.
fn keyed_rows(mapping: &Mapping, lines: Lines) -> Keyed {
    match lines {
        Lines::Told => Keyed { prefix: format!("{} ", mapping.name), lines: true },
        Lines::Record => Keyed { prefix: String::new(), lines: true },
        Lines::Untold => Keyed { prefix: String::new(), lines: false },
    }
}

impl Mapped {
    /// Records that were read.
    pub fn read(&self) -> u64 {
        self.reports.iter().map(|report| report.records.read).sum()
    }

    /// Rows that were rejected because others have their key.
    pub fn key_twice(&self) -> u64 {
        let word = ProblemKind::DuplicateKey.word();
        let rejected = self.reports.iter().flat_map(|report| &report.rejected_by);
        rejected.filter(|rejected| rejected.problem == word).map(|rejected| rejected.rows).sum()
    }
}

fn joined(join: &Join, set: &JoinedSet) -> JoinedReport {
    JoinedReport {
        name: join.name.clone(),
        with: join.with.name.to_owned(),
        read: set.read,
        unread: set.unread,
        first_unread: set.first_unread.as_ref().map(|(place, why)| {
            let Place { record, line, .. } = place;
            format!("record {record} (line {line}): {why}")
        }),
        incomplete: set.incomplete.clone(),
    }
}

fn rejected_by(rejects: &Rejects) -> Vec<Rejected> {
    let rejected = |((field, problem), rows): (&(String, &'static str), &u64)| Rejected {
        field: field.clone(),
        problem: (*problem).to_owned(),
        rows: *rows,
    };
    rejects.counts.iter().map(rejected).collect()
}
