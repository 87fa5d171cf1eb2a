//! `bobmap coverage`

use super::Exit;
use super::connect::RecordsArgs;
use super::load::{self, CatalogArgs, Loaded};
use super::stop::Interrupts;
use crate::diagnosis::observation::Tally;
use crate::engine::{Engine, JoinedSet};
use crate::mapping::Mapping;
use crate::mapping::ignored::ignored;
use crate::pipeline::testing::reached;
use crate::pipeline::{cover, read_joined, usual_threads};
use crate::report::coverage::{Circumstances, CoverageReport, field_ids};
use crate::source::hibob::Hibob;
use clap::ValueEnum;
use jiff::civil::Date;
use std::path::PathBuf;

/// Tell what a mapping covers: which fields of Bob it maps or passes by, and what no test and no record reaches
///
/// Fields of Bob come with how many people have them; fields of the target that nothing feeds are listed as well. Counts and names only, no person's value. Exit codes: 0 done, 1 something of what --deny names was found or the mapping has
/// faults, 3 the records can't be read.
#[derive(Debug, clap::Args)]
pub struct Coverage {
    /// The mapping that runs, then files that it uses or extends and overlays of them
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    #[command(flatten)]
    records: RecordsArgs,
    /// Stop after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// Show what is in order as well
    #[arg(long)]
    all: bool,
    /// End with 1 where there is such a thing; several are joined by commas
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    deny: Vec<Deny>,
    /// How to print it; JSON always holds all
    #[arg(long, value_enum, default_value_t = CoverageFormat::Text)]
    format: CoverageFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// A field of Bob's that people have, and that is neither mapped nor ignored
    Unmapped,
    /// A field of the target that is neither fed nor ignored
    Unfed,
    /// An entry or a default that neither a test nor a record has reached
    Unreached,
}

impl Coverage {
    pub fn run(self) -> anyhow::Result<Exit> {
        let mut loaded = load::load(&self.mappings, &self.catalog)?;
        let hibob = self.records.hibob()?;
        let Some(mapping) = loaded.mapping_for(hibob.as_ref())? else { return Ok(Exit::Findings) };
        let report = self.report(&loaded, &mapping, hibob)?;
        let denied = self.deny.iter().any(|what| match what {
            Deny::Unmapped => report.passed_by().next().is_some(),
            Deny::Unfed => report.open().next().is_some(),
            Deny::Unreached => report.dark().next().is_some(),
        });
        super::print(&match self.format {
            CoverageFormat::Text => report.text(self.all),
            CoverageFormat::Json => report.json(),
        })?;
        Ok(if denied { Exit::Findings } else { Exit::Clean })
    }

    fn report(&self, loaded: &Loaded, mapping: &Mapping, hibob: Option<Hibob>) -> anyhow::Result<CoverageReport> {
        let people = mapping.source.name == "hibob.people";
        let ids = if people { field_ids(mapping, &loaded.project, &loaded.catalog) } else { Vec::new() };
        let records = self.records.connect_also_for(&ids, &[mapping], &loaded.catalog, hibob)?;
        let cancel = Interrupts::wait().heed();
        let run_date = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let mut notes = Vec::new();
        let read = |join| Ok(read_joined(join, records.joined(join)?, run_date, usual_threads(), &cancel, &mut notes)?);
        let sets: Vec<JoinedSet> = mapping.joins.iter().map(read).collect::<anyhow::Result<_>>()?;
        let engine = Engine::new(mapping, run_date, &*loaded.catalog, &sets);
        let tally = people.then(|| Tally::new(&ids, &loaded.catalog));
        let covered = cover(&engine, tally, records.main(self.limit)?, self.limit, &cancel)?;
        notes.extend(covered.ended.notes);
        let circumstances = Circumstances {
            project: &loaded.project,
            catalog: &loaded.catalog,
            catalog_name: loaded.catalog_name(),
            run_date: run_date.to_string(),
            scope: covered.ended.scope.to_string(),
            notes,
            ignored: ignored(&loaded.project, &mapping.name),
            tested: reached(&loaded.project, &loaded.environment()),
        };
        Ok(CoverageReport::new(mapping, &covered.counts, covered.seen.as_ref(), circumstances))
    }
}
