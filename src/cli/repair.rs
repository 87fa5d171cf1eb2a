//! `bobmap repair`

mod files;

use super::connect::{Records, RecordsArgs};
use super::load::{self, CatalogArgs, Loaded};
use super::permissions::kept;
use super::stop::Interrupts;
use super::tenant::live_catalog;
use super::{Exit, Usage, color};
use crate::catalog::Catalog;
use crate::catalog::resource::Resource;
use crate::diagnosis::agreement::{Comparison, Earlier};
use crate::diagnosis::cause::pairs;
use crate::diagnosis::company::comparable;
use crate::diagnosis::observation::Tally;
use crate::diagnosis::questions::read_fields;
use crate::diagnosis::repair::{Left, Mend, ProposalKind, Situation, propose};
use crate::diagnosis::{Case, Grade, Observation, Verdict, judge};
use crate::engine::{Engine, JoinedSet};
use crate::mapping::needs::needs;
use crate::mapping::{Environment, Mapping, compile, outermost};
use crate::pipeline::repair::{Bench, Texts, Tried};
use crate::pipeline::{Cancel, compare, follow, read_joined, usual_threads};
use crate::report::patch;
use crate::report::repair::{Effect, ProposalReport, RepairReport};
use crate::source::{FileSource, Source};
use crate::value::mask::Reveal;
use anyhow::bail;
use clap::ValueEnum;
use files::Files;
use jiff::civil::Date;
use std::borrow::Cow;
use std::io::{BufRead, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Propose changes of a mapping that follow what has changed in Bob, with what speaks for each and what it does to the records
///
/// A field that replaced another, an item of a list with another label, a field that is gone, a category. Nothing is written
/// without --write. Exit codes: 0 there is nothing to propose, or all of it is written, 1 there are proposals, 3 could not run.
#[derive(Debug, clap::Args)]
pub struct Repair {
    /// The mapping file to mend, then files that it uses or extends, and overlays of it
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    #[command(flatten)]
    records: RecordsArgs,
    /// The catalog from before, as `bobmap fields pull` kept it: tells what is new, gone, moved or renamed
    #[arg(long, value_name = "FILE")]
    before: Option<PathBuf>,
    /// Records of employees from before: where people had a value then, it is held against what they have now
    #[arg(long, value_name = "FILE")]
    records_before: Option<PathBuf>,
    /// Write what is certain
    #[arg(long)]
    write: bool,
    /// Write what is certain, and ask about the rest
    #[arg(long)]
    interactive: bool,
    /// The overlay for what only this company has, where none is given [default: MAPPING_own.yaml beside the mapping]
    #[arg(long, value_name = "FILE", conflicts_with = "in_place")]
    overlay: Option<PathBuf>,
    /// The mapping files are this company's alone: they need no overlay
    #[arg(long)]
    in_place: bool,
    /// Show people's values
    #[arg(long)]
    show_values: bool,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// How to print the proposals
    #[arg(long, value_enum, default_value_t = RepairFormat::Text)]
    format: RepairFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RepairFormat {
    Text,
    Json,
}

/// What is known of the company.
struct Company {
    now: Catalog,
    before: Option<Catalog>,
    /// HiBob itself says so.
    live: bool,
}

impl Company {
    fn field_ids(&self) -> Vec<String> {
        self.now.fields().filter(|field| !field.deleted).map(|field| field.id.clone()).collect()
    }
}

impl Repair {
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.interactive && !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return Err(
                Usage("--interactive asks questions, and there is no terminal to ask them on: leave it out".to_owned()).into()
            );
        }
        let interrupts = Interrupts::wait();
        let mut loaded = load::load(&self.mappings, &self.catalog)?;
        let mut files = Files::read(&mut loaded, self.overlay.as_deref())?;
        let hibob = self.records.hibob()?;
        let before = self.before.as_deref().map(read_catalog).transpose()?;
        if let Some(hibob) = hibob.as_ref().filter(|_| loaded.catalog.is_builtin()) {
            loaded.catalog = Cow::Owned(live_catalog(hibob, true)?);
        }
        if loaded.catalog.is_builtin() {
            let message =
                "which fields the company has is not known: give --catalog FILE (`bobmap fields pull` makes one), or --live";
            return Err(Usage(message.to_owned()).into());
        }
        if let Some(before) = &before {
            comparable(&loaded.catalog, before)?;
        }
        let company = Company { now: loaded.catalog.clone().into_owned(), before, live: hibob.is_some() };
        if let Some(before) = &company.before {
            loaded.catalog = Cow::Owned(company.now.clone().keeping_deleted(before));
        }
        if hibob.is_some() {
            loaded.ask_live();
        }
        let Some(mapping) = loaded.mapping()? else { return Ok(Exit::Findings) };
        let records = self.records.connect_whole(&company.field_ids(), &mapping, &loaded.catalog, hibob)?;
        let mut notes = files.notes.clone();
        if company.before.is_none() {
            notes.push("without --before FILE nobody can tell what is new, gone or renamed: nothing is certain".to_owned());
        }
        let cancel = interrupts.heed();
        let (verdicts, said) = self.verdicts(&loaded, &mapping, &company, &records, &cancel)?;
        notes.extend(said);
        let situation = Situation {
            project: &loaded.project,
            mapping: &mapping,
            now: &loaded.catalog,
            before: company.before.as_ref(),
            verdicts: &verdicts,
            in_place: self.in_place,
        };
        let (proposals, mut left) = propose(&situation);
        let run_date = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let environment = loaded.environment();
        let bench = Bench {
            environment: &environment,
            texts: files.texts(&loaded.project),
            overlays: files.overlays(&loaded.project, &proposals, run_date)?,
        };
        let (tried, refused) = bench.tried(proposals);
        left.extend(refused);
        let report = RepairReport {
            version: 1,
            mapping: mapping.name.clone(),
            source: mapping.source.name.to_owned(),
            records: 0,
            proposals: Vec::new(),
            left,
            notes,
        };
        let mut effects =
            Effects { loaded: &loaded, mapping: &mapping, records: &records, run_date, cancel, reveal: self.reveal() };
        self.finish(&bench, tried, &mut effects, &mut files, report)
    }

    fn reveal(&self) -> Reveal {
        if self.show_values { Reveal::Values } else { Reveal::Nothing }
    }

    /// Why each field that the mapping reads has the values that it has.
    fn verdicts(
        &self,
        loaded: &Loaded,
        mapping: &Mapping,
        company: &Company,
        records: &Records,
        cancel: &Cancel,
    ) -> anyhow::Result<(Vec<Verdict>, Vec<String>)> {
        let Company { now, before, live } = company;
        let mut ids = company.field_ids();
        let needs = needs(mapping, &loaded.project, &loaded.catalog);
        let read: Vec<String> = read_fields(&needs).map(str::to_owned).collect();
        ids.extend(read.iter().filter(|id| !ids.contains(id)).cloned().collect::<Vec<_>>());
        let Some(source) = records.people()? else {
            let note = "the mapping reads no employees: only its words and categories are looked at";
            return Ok((Vec::new(), vec![note.to_owned()]));
        };
        let earlier = self.records_before.as_deref().map(|file| earlier(file, &ids, company, cancel)).transpose()?;
        let comparison = Comparison::new(&pairs(&read, now, before.as_ref()), now, before.as_ref(), earlier);
        let mut tally = Tally::new(&ids, now).comparing(comparison);
        let notes = each(source, cancel, |record| drop(tally.add(record)))?;
        let observation = Observation { people: tally.finish(), recorded: !live, ..Observation::default() };
        let one = std::slice::from_ref(mapping);
        let case = Case {
            needs: &needs,
            catalog: now,
            before: before.as_ref(),
            said: &[],
            wanted: &kept(one),
            without: &[],
            observation: &observation,
        };
        Ok((judge(&case).fields.into_iter().map(|judged| judged.verdict).collect(), notes))
    }

    /// Measures what each proposal does, writes what may be written, and tells of it.
    fn finish(
        &self,
        bench: &Bench<'_>,
        tried: Vec<Tried>,
        effects: &mut Effects<'_>,
        files: &mut Files,
        mut report: RepairReport,
    ) -> anyhow::Result<Exit> {
        let base = effects.base()?;
        let mut sound = Vec::new();
        for mut one in tried {
            let Some((effect, records)) = effects.of(&base, &one.texts)? else {
                bail!("{} can't run with a change that `bobmap check` finds nothing against (a fault of the program)", one.file);
            };
            report.records = records;
            let nothing = effect.is_nothing() && one.proposal.kind == ProposalKind::Entry;
            if nothing && !matches!(one.proposal.mend, Mend::Replace { .. }) {
                let why = "no record gains a value by it".to_owned();
                let (field, about) = (Some(one.proposal.field.clone()), one.proposal.title.clone());
                report.left.push(Left { field, about, why });
                continue;
            }
            // What is there must stay, or somebody has to look.
            let changes = effect.changed() > 0 && matches!(one.proposal.mend, Mend::Inherit { first: true, .. });
            if effect.harms() || changes || nothing {
                one.proposal.grade = one.proposal.grade.min(Grade::Likely);
            }
            sound.push((one, effect));
        }
        if report.records == 0 {
            report.records = effects.records_alone(&base)?;
        }
        for (one, effect) in &sound {
            let (old, new) = (bench.texts.get(&one.file), one.texts.get(&one.file).unwrap_or_default());
            report.proposals.push(ProposalReport {
                kind: one.proposal.kind,
                field: one.proposal.field.clone(),
                title: one.proposal.title.clone(),
                grade: one.proposal.grade,
                evidence: one.proposal.evidence.clone(),
                effect: effect.clone(),
                file: one.file.clone(),
                new_file: old.is_none(),
                diff: patch::unified(&one.file, old.unwrap_or_default(), new),
                written: false,
                apart: None,
            });
        }
        let mut chosen: Vec<bool> = sound.iter().map(|(one, _)| self.writes() && one.proposal.grade == Grade::Certain).collect();
        if self.interactive {
            ask(&report, &mut chosen, &mut std::io::stdin().lock(), &mut std::io::stderr())?;
        }
        self.write(bench, &sound, &chosen, files, &mut report)?;
        super::print(&match self.format {
            RepairFormat::Text => report.text(color(std::io::stdout().is_terminal())),
            RepairFormat::Json => report.json(),
        })?;
        self.summarise(&report, files);
        Ok(if report.proposals.iter().all(|proposal| proposal.written) { Exit::Clean } else { Exit::Findings })
    }

    fn writes(&self) -> bool {
        self.write || self.interactive
    }

    fn write(
        &self,
        bench: &Bench<'_>,
        sound: &[(Tried, Effect)],
        chosen: &[bool],
        files: &mut Files,
        report: &mut RepairReport,
    ) -> anyhow::Result<()> {
        let wanted = sound.iter().enumerate().filter(|(at, _)| chosen[*at]).map(|(at, (one, _))| (at, one));
        let (texts, apart) = bench.together(wanted);
        files.write(&bench.texts, &texts)?;
        for (at, proposal) in report.proposals.iter_mut().enumerate() {
            proposal.apart = apart.iter().find(|(other, _)| *other == at).map(|(_, why)| why.clone());
            proposal.written = chosen[at] && proposal.apart.is_none();
        }
        Ok(())
    }

    fn summarise(&self, report: &RepairReport, files: &Files) {
        let written = report.proposals.iter().filter(|proposal| proposal.written).count();
        let certain = report.proposals.iter().filter(|proposal| !proposal.written && proposal.grade == Grade::Certain).count();
        let open = report.proposals.len() - written - certain;
        let mut said = Vec::new();
        if written > 0 {
            said.push(format!("{written} written to {}", files.written.join(", ")));
        }
        if certain > 0 && !self.writes() {
            said.push(format!("--write writes the {certain} that {} certain", if certain == 1 { "is" } else { "are" }));
        }
        if open > 0 {
            said.push(format!(
                "--interactive asks about {}",
                if open == 1 { "the other".to_owned() } else { format!("the other {open}") }
            ));
        }
        let mut stderr = std::io::stderr();
        if !said.is_empty() {
            let _ = writeln!(stderr, "{}", said.join("; "));
        }
        for (overlay, base) in &files.begun {
            let _ = writeln!(stderr, "{overlay} is new: give it together with {base} from now on");
        }
    }
}

/// Measures what changes do to the records.
struct Effects<'e> {
    loaded: &'e Loaded,
    mapping: &'e Mapping,
    records: &'e Records,
    run_date: Date,
    cancel: Cancel,
    reveal: Reveal,
}

impl Effects<'_> {
    fn sets(&self, mapping: &Mapping) -> anyhow::Result<Vec<JoinedSet>> {
        let mut notes = Vec::new();
        let read =
            |join| Ok(read_joined(join, self.records.joined(join)?, self.run_date, usual_threads(), &self.cancel, &mut notes)?);
        mapping.joins.iter().map(read).collect()
    }

    fn base(&self) -> anyhow::Result<Vec<JoinedSet>> {
        self.sets(self.mapping)
    }

    /// What the files come to in the place of the old ones, and over how many records; `None` if they can't run.
    fn of(&self, base: &[JoinedSet], texts: &Texts) -> anyhow::Result<Option<(Effect, u64)>> {
        let project = texts.project();
        let Some(first) = project.names().next() else { return Ok(None) };
        let Ok(running) = outermost(&project, first) else { return Ok(None) };
        let environment: Environment<'_> = self.loaded.environment();
        let (Some(new), _) = compile(&project, running, &environment) else { return Ok(None) };
        let sets = self.sets(&new)?;
        let before = Engine::new(self.mapping, self.run_date, &*self.loaded.catalog, base);
        let now = Engine::new(&new, self.run_date, &*self.loaded.catalog, &sets);
        let compared = compare(&before, &now, self.records.main(None)?, None, &self.cancel)?;
        Ok(Some((Effect::of(&compared.comparison, self.reveal), compared.comparison.records)))
    }

    fn records_alone(&self, base: &[JoinedSet]) -> anyhow::Result<u64> {
        let engine = Engine::new(self.mapping, self.run_date, &*self.loaded.catalog, base);
        Ok(compare(&engine, &engine, self.records.main(None)?, None, &self.cancel)?.comparison.records)
    }
}

/// Asks about each proposal that is not chosen yet: y, n, or q for none of the rest.
fn ask(report: &RepairReport, chosen: &mut [bool], answers: &mut impl BufRead, out: &mut impl Write) -> anyhow::Result<()> {
    for (at, proposal) in report.proposals.iter().enumerate().filter(|(at, _)| !chosen[*at]).collect::<Vec<_>>() {
        write!(out, "\n{}", proposal.text(color(std::io::stderr().is_terminal())))?;
        loop {
            write!(out, "write it? [y/n/q] ")?;
            out.flush()?;
            let mut answer = String::new();
            if answers.read_line(&mut answer)? == 0 {
                return Ok(());
            }
            match answer.trim() {
                "y" | "Y" | "yes" => chosen[at] = true,
                "n" | "N" | "no" => {}
                "q" | "Q" | "quit" => return Ok(()),
                _ => continue,
            }
            break;
        }
    }
    Ok(())
}

fn read_catalog(path: &Path) -> anyhow::Result<Catalog> {
    Ok(Catalog::load(&load::read(path)?, &load::shown(path))?)
}

fn earlier<'c>(file: &Path, ids: &[String], company: &'c Company, cancel: &Cancel) -> anyhow::Result<Earlier<'c>> {
    let people = Resource::find("hibob.people").expect("people are a resource");
    let source = Box::new(FileSource::open(file, people)?);
    let mut earlier = Earlier::new(&load::shown(file), ids, &company.now, company.before.as_ref());
    each(source, cancel, |record| drop(earlier.add(record)))?;
    Ok(earlier)
}

/// Hands on every record that is text, and says what the source said of the reading.
fn each(source: Box<dyn Source>, cancel: &Cancel, mut take: impl FnMut(&str)) -> anyhow::Result<Vec<String>> {
    let ended = follow::<anyhow::Error>(source, None, cancel, &|_| {}, |bytes, _| {
        std::str::from_utf8(bytes).ok().into_iter().for_each(&mut take);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(ended.notes)
}

#[cfg(test)]
mod tests;
