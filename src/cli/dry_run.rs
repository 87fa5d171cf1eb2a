//! `bobmap dry-run`

use super::Exit;
use super::connect::RecordsArgs;
use super::load::{self, CatalogArgs, Loaded, shown};
use super::stop::on_interrupt;
use crate::engine::{Engine, Joined};
use crate::mapping::Mapping;
use crate::pipeline::{Rejects, RunError, Settings, read_joined, run};
use crate::report::run::{Circumstances, JoinedReport, Rejected, RunReport, text};
use crate::sink::{Destination, Format, RowEncoder, RowSpool};
use crate::source::Scope;
use crate::value::mask::Reveal;
use anyhow::bail;
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use std::cell::OnceCell;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Map recorded records and report on them; nothing is sent anywhere
#[derive(Debug, clap::Args)]
pub struct DryRun {
    /// The mapping that runs, then files that it uses or extends and overlays of them
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    #[command(flatten)]
    records: RecordsArgs,
    /// Write the result to a file, which appears whole or not at all, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t = OutFormat::Jsonl)]
    format: OutFormat,
    /// Write every rejected record with every reason to a file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Write the report to a file (JSON if its name ends in .json) instead of standard error
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// The run date, from which `90 days ago` is counted [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Stop after this many records
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// Show people's values in the rejects
    #[arg(long)]
    show_values: bool,
    /// Pass a rule of the guard this once: keep-path-absent
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum OutFormat {
    Jsonl,
    Json,
    Csv,
    Table,
}

impl DryRun {
    pub fn run(self) -> anyhow::Result<Exit> {
        if let Some(rule) = self.allow.iter().find(|rule| *rule != crate::pipeline::run::KEEP_PATH_ABSENT) {
            eprintln!("error: there is no rule `{rule}`; the rules are: {}", crate::pipeline::run::KEEP_PATH_ABSENT);
            return Ok(Exit::Usage);
        }
        let loaded = load::load(&self.mappings, &self.catalog)?;
        let Some(mapping) = loaded.mapping()? else { return Ok(Exit::Findings) };
        match self.map(&loaded, &mapping) {
            Ok(exit) => Ok(exit),
            Err(error) => match error.downcast_ref::<RunError>() {
                Some(RunError::Interrupted) => {
                    eprintln!("{error}");
                    Ok(Exit::Interrupted)
                }
                Some(RunError::KeepPathAbsent { .. }) => {
                    eprintln!("error: {error}");
                    Ok(Exit::Guard)
                }
                _ => Err(error),
            },
        }
    }

    fn map(&self, loaded: &Loaded, mapping: &Mapping) -> anyhow::Result<Exit> {
        let records = self.records.connect(mapping)?;
        self.refuse_same_outputs()?;
        for out in [&self.out, &self.rejects, &self.report].into_iter().flatten() {
            records.refuse_overwriting(out)?;
        }
        let cancel = on_interrupt();
        let today = jiff::Zoned::now();
        let (run_date, zone) = match self.as_of {
            Some(date) => (date, "given".to_owned()),
            None => (today.date(), today.time_zone().iana_name().unwrap_or("local time").to_owned()),
        };
        let mut sets = Vec::new();
        for join in &mapping.joins {
            sets.push(read_joined(join, records.joined(join)?, run_date, &cancel)?);
        }
        let engine = Engine {
            mapping,
            run_date,
            lists: &*loaded.catalog,
            joins: sets.iter().map(Joined::Set).collect(),
            look_at_keep: true,
        };
        let format = match self.format {
            OutFormat::Jsonl => Format::Jsonl,
            OutFormat::Json => Format::Json,
            OutFormat::Csv => Format::Csv,
            OutFormat::Table => Format::Table,
        };
        let mut encoder = RowEncoder::new(mapping, format);
        let destination = self.out.clone().map_or(Destination::Stdout, Destination::File);
        let spool = RowSpool::new(&destination)?;
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let mut rejects = Rejects::new(self.rejects.as_deref(), reveal)?;
        let bar = Bar::new();
        let settings = Settings { limit: self.limit, allow: &self.allow, cancel, progress: &|progress| bar.show(progress) };
        let finished = run(&engine, records.main()?, &mut encoder, spool, &mut rejects, &settings);
        bar.clear();
        let finished = finished?;
        rejects.finish()?;
        let scope = match &finished.scope {
            Scope::Complete => "complete".to_owned(),
            Scope::Keys(keys) => format!("{} keys", keys.len()),
            Scope::CutShort(why) => format!("cut short: {why}"),
        };
        let rejected_by = rejects.counts.iter().map(|((field, problem), rows)| Rejected {
            field: field.clone(),
            problem: (*problem).to_owned(),
            rows: *rows,
        });
        let joined = mapping.joins.iter().zip(&sets).map(|(join, set)| JoinedReport {
            name: join.name.clone(),
            with: join.with.name.to_owned(),
            read: set.read,
        });
        let report = RunReport::new(
            mapping,
            &finished.counts,
            Circumstances {
                run_date: run_date.to_string(),
                zone,
                catalog: &loaded.catalog,
                catalog_name: self.catalog.catalog.as_deref().map_or_else(|| "built in".to_owned(), shown),
                scope,
                rejected_by: rejected_by.collect(),
                joined: joined.collect(),
            },
        );
        self.print_report(&report, &rejects)?;
        Ok(if finished.counts.rejected > 0 { Exit::Rejected } else { Exit::Clean })
    }

    fn print_report(&self, report: &RunReport, rejects: &Rejects) -> anyhow::Result<()> {
        let shown: Vec<_> =
            rejects.shown.iter().map(|reject| (reject.name.clone(), reject.line, reject.reasons.clone())).collect();
        let Some(path) = &self.report else {
            std::io::stderr().write_all(text(report, &shown).as_bytes())?;
            return Ok(());
        };
        let written = if path.extension().is_some_and(|extension| extension == "json") {
            serde_json::to_string_pretty(report)? + "\n"
        } else {
            text(report, &shown)
        };
        let mut spool = RowSpool::new(&Destination::File(path.clone()))?;
        spool.push(written.as_bytes())?;
        spool.finish_as_it_is()?;
        let records = &report.records;
        eprintln!(
            "{} read, {} written, {} rejected; the report is in {}",
            records.read,
            records.written,
            records.rejected,
            path.display()
        );
        Ok(())
    }

    fn refuse_same_outputs(&self) -> anyhow::Result<()> {
        let outputs: Vec<&PathBuf> = [&self.out, &self.rejects, &self.report].into_iter().flatten().collect();
        for (at, output) in outputs.iter().enumerate() {
            if outputs[..at].contains(output) {
                bail!("{} is given for two outputs", shown(output));
            }
        }
        Ok(())
    }
}

/// A progress bar that appears on a terminal once a run takes longer than a second.
struct Bar {
    started: Instant,
    bar: OnceCell<ProgressBar>,
    wanted: bool,
}

impl Bar {
    fn new() -> Self {
        Bar { started: Instant::now(), bar: OnceCell::new(), wanted: std::io::stderr().is_terminal() }
    }

    fn show(&self, progress: crate::pipeline::run::Progress) {
        if !self.wanted || self.started.elapsed() < Duration::from_secs(1) {
            return;
        }
        let bar = self.bar.get_or_init(|| match progress.total {
            Some(total) => {
                let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}  {binary_bytes_per_sec}  {eta} left");
                ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }
            None => ProgressBar::new_spinner(),
        });
        bar.set_position(progress.read);
        bar.set_message(format!("{} records", progress.records));
    }

    fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
