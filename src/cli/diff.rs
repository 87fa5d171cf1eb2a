//! `bobmap diff`

use super::connect::RecordsArgs;
use super::live::without_service_user;
use super::load::{self, CatalogArgs, Loaded};
use super::stop::Interrupts;
use super::{Exit, Usage};
use crate::engine::{Engine, JoinedSet};
use crate::mapping::Mapping;
use crate::pipeline::{Cancel, compare, read_joined, usual_threads};
use crate::report::comparison::{Circumstances, ComparisonReport};
use crate::source::hibob::Hibob;
use crate::value::mask::Reveal;
use anyhow::{Context, bail};
use clap::ValueEnum;
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compare two versions of a mapping over the same records: which fields of how many rows differ, and how
///
/// A version is a file, or REVISION:FILE as git has it, such as main:mappings/people.yaml. Exit codes: 0 they come to the same,
/// 1 they differ or have faults, 3 the comparison failed.
#[derive(Debug, clap::Args)]
pub struct Diff {
    /// The version before
    old: String,
    /// The version now
    new: String,
    /// Files that the versions use or extend, and overlays of them; from git where the version is
    #[arg(value_name = "MAPPING")]
    others: Vec<String>,
    #[command(flatten)]
    records: RecordsArgs,
    /// Stop after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Show people's values
    #[arg(long)]
    show_values: bool,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// How to print the differences
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum DiffFormat {
    Text,
    Json,
    Markdown,
}

impl Diff {
    pub fn run(self) -> anyhow::Result<Exit> {
        let _interrupts = Interrupts::wait();
        let (mut before, mut now) = (self.version(&self.old)?, self.version(&self.new)?);
        let hibob = self.records.hibob()?;
        let Some(old) = before.mapping_for(hibob.as_ref())? else { return Ok(Exit::Findings) };
        let Some(new) = now.mapping_for(hibob.as_ref())? else { return Ok(Exit::Findings) };
        if old.source != new.source {
            return Err(Usage(format!(
                "{} reads {} and {} reads {}: two versions of one mapping read the same source",
                self.old, old.source.name, self.new, new.source.name
            ))
            .into());
        }
        self.compare(&before, &old, &now, &new, hibob)
    }

    fn compare(&self, before: &Loaded, old: &Mapping, now: &Loaded, new: &Mapping, hibob: Option<Hibob>) -> anyhow::Result<Exit> {
        let records = self.records.connect(&[old, new], &now.catalog, hibob)?;
        // Nothing is written that would have to be cleared away: a signal ends the program at once.
        let cancel = Cancel::default();
        let run_date = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let mut notes = Vec::new();
        let mut sets = |mapping: &Mapping| -> anyhow::Result<Vec<JoinedSet>> {
            let read = |join| Ok(read_joined(join, records.joined(join)?, run_date, usual_threads(), &cancel, &mut notes)?);
            mapping.joins.iter().map(read).collect()
        };
        let (old_sets, new_sets) = (sets(old)?, sets(new)?);
        let engine_before = Engine::new(old, run_date, &*before.catalog, &old_sets);
        let engine_now = Engine::new(new, run_date, &*now.catalog, &new_sets);
        let compared = compare(&engine_before, &engine_now, records.main(self.limit)?, self.limit, &cancel)?;
        notes.extend(compared.ended.notes);
        let circumstances = Circumstances {
            old: self.old.clone(),
            new: self.new.clone(),
            source: new.source.name.to_owned(),
            run_date: run_date.to_string(),
            scope: compared.ended.scope.to_string(),
            notes,
        };
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let report = ComparisonReport::new(&compared.comparison, circumstances, reveal);
        super::print(&match self.format {
            DiffFormat::Text => report.text(),
            DiffFormat::Json => format!("{:#}", report.json()),
            DiffFormat::Markdown => report.markdown(),
        })?;
        Ok(if compared.comparison.is_same() { Exit::Clean } else { Exit::Findings })
    }

    fn version(&self, given: &str) -> anyhow::Result<Loaded> {
        let revision = if Path::new(given).exists() { None } else { given.split_once(':') };
        let Some((revision, file)) = revision else {
            let files: Vec<PathBuf> =
                std::iter::once(given).chain(self.others.iter().map(String::as_str)).map(PathBuf::from).collect();
            return load::load(&files, &self.catalog);
        };
        let files = std::iter::once(file).chain(self.others.iter().map(String::as_str));
        let texts: Vec<(String, String)> =
            files.map(|file| Ok((format!("{file}@{revision}"), from_git(revision, file)?))).collect::<anyhow::Result<_>>()?;
        load::of_texts(texts, &self.catalog)
    }
}

/// A file as it is in a revision; `file` is taken from here, as files elsewhere on the command line are.
fn from_git(revision: &str, file: &str) -> anyhow::Result<String> {
    let object = if file.starts_with(['/', '.']) { format!("{revision}:{file}") } else { format!("{revision}:./{file}") };
    // git may be set up to run other programs.
    let output = without_service_user(&mut Command::new("git")).args(["show", "--end-of-options", &object]).output();
    let output = output.with_context(|| format!("{revision}:{file}: git can't be run"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{revision}:{file}: there is no such file, and git has none: {}", why.trim().trim_start_matches("fatal: "));
    }
    String::from_utf8(output.stdout).with_context(|| format!("{revision}:{file}: not UTF-8"))
}
