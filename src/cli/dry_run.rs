//! `bobmap dry-run`

use super::connect::{Records, RecordsArgs};
use super::load::{self, CatalogArgs, Loaded, shown};
use super::mapped::{Mapped, Mapper};
use super::stop::Interrupts;
use super::{Exit, Usage, complain};
use crate::mapping::Mapping;
use crate::pipeline::run::KEEP_PATH_ABSENT;
use crate::pipeline::{Rejects, RunError, begin, publish, usual_threads};
use crate::report::run::{Together, summary, text};
use crate::sink::{Format, Output, RowEncoder, RowSpool};
use crate::source::hibob::Hibob;
use crate::target::ical::event;
use crate::value::mask::Reveal;
use clap::{ValueEnum, value_parser};
use jiff::civil::Date;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Map records, from files or from HiBob, and report on them; nothing is sent anywhere
///
/// Rows go to standard output or --out, the report to standard error or --report. Exit codes: 0 all is well, 1 the mapping has
/// faults, 3 the run failed and wrote nothing, 4 some records were rejected, 5 a guard stopped it, 6 not everything was read.
#[derive(Debug, clap::Args)]
pub struct DryRun {
    /// The mapping that runs, then files that it uses or extends and overlays of them
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    /// Another mapping of these files, by its name, that runs as well and writes its rows behind those of the first
    #[arg(long, value_name = "NAME")]
    and: Vec<String>,
    #[command(flatten)]
    records: RecordsArgs,
    /// Write the rows to a file, which appears whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to write the rows [default: as the name of --out ends, else jsonl]
    #[arg(long, value_enum)]
    format: Option<OutFormat>,
    /// Write every rejected record with every reason to a file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write the report to a file (JSON if its name ends in .json) instead of standard error
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// Stop after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// How many threads map records; rows, rejects and report don't depend on it [default: the processors that there are, at
    /// most 8]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Show people's values in the rejects file: personal keys, and each rejected record as it came
    #[arg(long)]
    show_values: bool,
    /// Run although a guard would stop it: keep-path-absent (a path of `keep` is in no record)
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutFormat {
    /// One JSON object a line
    Jsonl,
    /// One JSON array
    Json,
    /// RFC 4180, with a header
    Csv,
    /// CSV for spreadsheets: an apostrophe before texts that they would take for formulas
    Spreadsheet,
    /// For people: columns aligned, long values cut
    Table,
    /// For calendars: RFC 5545, of a mapping whose target is ical.event
    Ics,
    /// Columns in their types, compressed
    Parquet,
}

impl DryRun {
    pub fn run(self) -> anyhow::Result<Exit> {
        if let Some(rule) = self.allow.iter().find(|rule| *rule != KEEP_PATH_ABSENT) {
            return Err(Usage(format!("--allow: there is no rule `{rule}`; the rules are: {KEEP_PATH_ABSENT}")).into());
        }
        let interrupts = Interrupts::wait();
        let mut loaded = load::load(&self.mappings, &self.catalog)?;
        loaded.run_beside(&self.and)?;
        let hibob = self.records.hibob()?;
        let Some(mappings) = loaded.mappings_for(hibob.as_ref())? else { return Ok(Exit::Findings) };
        self.refuse_no_events(&mappings[0])?;
        match self.map(&loaded, &mappings, hibob, &interrupts) {
            Ok(exit) => Ok(exit),
            Err(error) if matches!(error.downcast_ref(), Some(RunError::KeepPathAbsent { .. })) => {
                complain(&error.to_string());
                Ok(Exit::Guard)
            }
            Err(error) => Err(error),
        }
    }

    fn format(&self) -> OutFormat {
        let ending = self.out.as_deref().and_then(Path::extension).and_then(OsStr::to_str);
        let ended = || ending.and_then(|ending| OutFormat::from_str(ending, true).ok());
        self.format.or_else(ended).unwrap_or(OutFormat::Jsonl)
    }

    fn refuse_no_events(&self, mapping: &Mapping) -> anyhow::Result<()> {
        let target = mapping.target.as_ref().map(|target| target.name.as_str());
        match (self.format(), target) {
            (OutFormat::Ics, Some(event::NAME)) => Ok(()),
            (OutFormat::Ics, target) => {
                let (name, event) = (&mapping.name, event::NAME);
                let has = target.map_or("no target".to_owned(), |target| format!("the target {target}"));
                Err(Usage(format!("--format ics writes events, of a mapping with `target: {event}`: `{name}` has {has}")).into())
            }
            _ => Ok(()),
        }
    }

    fn map(&self, loaded: &Loaded, mappings: &[Mapping], hibob: Option<Hibob>, interrupts: &Interrupts) -> anyhow::Result<Exit> {
        let recorded = hibob.is_none();
        let records = self.records.connect_each(&mappings.iter().collect::<Vec<_>>(), &loaded.catalog, hibob)?;
        let destination = match &self.out {
            Some(path) if path.as_os_str() != "-" => Output::File(path.clone()),
            _ => Output::Stdout,
        };
        self.refuse_collisions(&destination, &records)?;
        let cancel = interrupts.heed();
        // Opened before anything is read: a place that can't be written to is not found out at the end.
        let mut rows = RowSpool::new(&destination)?;
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let mut rejects = Rejects::new(self.rejects.as_deref(), reveal)?;
        let report_file = self.report.as_ref().map(|path| RowSpool::new(&Output::File(path.clone()))).transpose()?;
        let today = jiff::Zoned::now();
        let (run_date, zone) = match self.as_of {
            Some(date) => (date, "given".to_owned()),
            None => (today.date(), today.time_zone().iana_name().unwrap_or("local time").to_owned()),
        };
        let threads = self.threads.map_or_else(usual_threads, usize::from);
        let format = match self.format() {
            OutFormat::Jsonl => Format::Jsonl,
            OutFormat::Json => Format::Json,
            OutFormat::Csv => Format::Csv,
            OutFormat::Spreadsheet => Format::Spreadsheet,
            OutFormat::Table => Format::Table,
            OutFormat::Ics => Format::Ics,
            OutFormat::Parquet => Format::Parquet,
        };
        let mut encoder = RowEncoder::new(&mappings[0], format);
        begin(&mut encoder, &mut rows)?;
        let mapper = Mapper {
            loaded,
            mappings,
            records: &records,
            recorded,
            run_date,
            zone,
            limit: self.limit,
            threads,
            allow: &self.allow,
            cancel: cancel.clone(),
            keyed: None,
        };
        let mapped = mapper.map(&mut encoder, &mut rows, &mut rejects)?;
        publish(&encoder, rows, &mapped.dropped, &mut rejects, &cancel)?;
        let exit = match mapped.rejected {
            _ if mapped.unread => Exit::Partial,
            true => Exit::Rejected,
            false => Exit::Clean,
        };
        self.print_report(mapped, report_file)?;
        Ok(exit)
    }

    fn print_report(&self, mapped: Mapped, file: Option<RowSpool>) -> anyhow::Result<()> {
        let Mapped { mut reports, shown, .. } = mapped;
        let all_listed = self.rejects.as_deref().map(load::shown);
        // Who asks for the first few knows that there are more.
        let asked = |scope: &str| scope == "complete" || scope.starts_with("cut short: --limit");
        let not_all = reports.iter().map(|report| report.scope.clone()).find(|scope| !asked(scope));
        let (as_text, as_json, summary) = if let [report] = &mut reports[..] {
            let text = text(report, &shown[0], all_listed.as_deref());
            (text, serde_json::to_string_pretty(report)?, summary(&report.records))
        } else {
            let together = Together::new(reports);
            let text = together.text(&shown, all_listed.as_deref());
            (text, serde_json::to_string_pretty(&together)?, together.summary())
        };
        let (Some(path), Some(mut file)) = (&self.report, file) else {
            // Nobody is left to tell that standard error is closed.
            let _ = std::io::stderr().write_all(as_text.as_bytes());
            return Ok(());
        };
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        file.push(if is_json { as_json + "\n" } else { as_text }.as_bytes())?;
        file.finish_as_it_is()?;
        let part = not_all.map_or_else(String::new, |scope| format!("; NOT ALL ({scope})"));
        let _ = writeln!(std::io::stderr(), "{summary}{part}; the report is in {}", load::shown(path));
        Ok(())
    }

    /// No output may take the place of another one, or of what the run reads.
    fn refuse_collisions(&self, rows: &Output, records: &Records) -> anyhow::Result<()> {
        let rows = match rows {
            Output::File(path) => Some(path.as_path()),
            Output::Stdout => None,
        };
        let others = [&self.rejects, &self.report].into_iter().flatten().map(PathBuf::as_path);
        let outputs: Vec<&Path> = rows.into_iter().chain(others).collect();
        let read: Vec<PathBuf> = self
            .mappings
            .iter()
            .chain(self.catalog.catalog.iter().chain(&self.catalog.lists))
            .map(PathBuf::as_path)
            .chain(records.files())
            .map(place)
            .collect();
        for (at, output) in outputs.iter().enumerate() {
            if output.as_os_str() == "-" {
                return Err(Usage("--rejects and --report need the name of a file: - is none".to_owned()).into());
            }
            if outputs[..at].iter().any(|other| place(other) == place(output)) {
                return Err(Usage(format!("{} is given for two outputs", shown(output))).into());
            }
            if read.contains(&place(output)) {
                return Err(Usage(format!("{} is read in this run; write to another file", shown(output))).into());
            }
        }
        Ok(())
    }
}

/// Where a file is or would be, however its path is written.
pub(super) fn place(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let in_folder = || Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?));
    std::fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| path.to_owned())
}
