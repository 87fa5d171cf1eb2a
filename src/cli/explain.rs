//! `bobmap explain`

use super::Exit;
use super::connect::RecordsArgs;
use super::earlier::EarlierArgs;
use super::load::{self, CatalogArgs, Loaded};
use super::sighted::Looking;
use super::stop::Interrupts;
use crate::engine::observe::Observer;
use crate::engine::watch::Unwatched;
use crate::engine::{Counts, Engine, Memory, Outcome, RecordName};
use crate::mapping::Mapping;
use crate::pipeline::{Cancel, Unread, follow, read_joined, usual_threads};
use crate::report::explain::{self, Explanation, Row, Teller, sentences, text};
use crate::source::Place;
use crate::source::hibob::Hibob;
use crate::value::mask::Reveal;
use crate::value::text::{fold, nearest};
use clap::ValueEnum;
use jiff::civil::Date;
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// How many keys are remembered for "did you mean".
const REMEMBERED: usize = 10_000;

/// Explain one record, field by field: what was looked at, what was found, what won
#[derive(Debug, clap::Args)]
pub struct Explain {
    /// The mapping that runs, then files that it uses or extends and overlays of them; then names of fields, if only these
    /// are to be explained
    #[arg(required = true, value_name = "MAPPING|FIELD")]
    given: Vec<String>,
    #[command(flatten)]
    records: RecordsArgs,
    /// The record: its key as the mapping makes it, or the source's own id, or with --live an employee's work e-mail address.
    /// Parts of a key are joined by " / "
    #[arg(long, value_name = "ID")]
    key: String,
    /// Show people's values
    #[arg(long)]
    show_values: bool,
    /// The run date, from which `90 days ago` is counted, as YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    as_of: Option<Date>,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    format: ExplainFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    earlier: EarlierArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ExplainFormat {
    Text,
    Json,
}

impl Explain {
    pub fn run(self) -> anyhow::Result<Exit> {
        let _interrupts = Interrupts::wait();
        let (files, wanted): (Vec<String>, Vec<String>) = self.given.iter().cloned().partition(|given| is_file(given));
        let files: Vec<PathBuf> = files.into_iter().map(PathBuf::from).collect();
        if files.is_empty() {
            eprintln!("error: no mapping file is given; `{}` is no file", self.given[0]);
            return Ok(Exit::Usage);
        }
        let mut loaded = load::load(&files, &self.catalog)?;
        let hibob = self.records.hibob()?;
        let Some(mapping) = loaded.mapping_for(hibob.as_ref())? else { return Ok(Exit::Findings) };
        if let Some(fault) = wanted.iter().find_map(|name| unknown_field(&mapping, name)) {
            eprintln!("error: {fault}");
            return Ok(Exit::Usage);
        }
        let run_date = self.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
        let search = self.search(&loaded, &mapping, hibob, run_date, &wanted)?;
        if search.rows.is_empty() {
            eprintln!("error: {}", search.not_found(&mapping, &self.key));
            return Ok(Exit::Failed);
        }
        let explanation = Explanation {
            version: 1,
            mapping: mapping.name.clone(),
            source: mapping.source.name.to_owned(),
            run_date: run_date.to_string(),
            rows: search.rows,
        };
        super::print(&match self.format {
            ExplainFormat::Text => text(&explanation),
            ExplainFormat::Json => serde_json::to_string_pretty(&explanation)? + "\n",
        })?;
        Ok(Exit::Clean)
    }

    /// Maps every record to learn its key, and those that have the wanted one once more, looking on.
    fn search(
        &self,
        loaded: &Loaded,
        mapping: &Mapping,
        hibob: Option<Hibob>,
        run_date: Date,
        wanted: &[String],
    ) -> anyhow::Result<Search> {
        let before = self.earlier.catalog(&loaded.catalog)?;
        let mut looking = Looking::new(mapping, &loaded.catalog, before.as_ref(), &self.earlier, hibob.is_some())?;
        let records = self.records.connect(&[mapping], &loaded.catalog, hibob)?;
        // Nothing is written that would have to be cleared away: a signal ends the program at once.
        let cancel = Cancel::default();
        let mut sets = Vec::new();
        for join in &mapping.joins {
            sets.push(read_joined(join, records.joined(join)?, run_date, usual_threads(), &cancel, &mut Vec::new())?);
        }
        let engine = Engine::new(mapping, run_date, &*loaded.catalog, &sets);
        let mut search = Search::default();
        let mut counts = Counts::new(mapping);
        let mut memory = Memory::default();
        let alone = records.one(&self.key)?.map(|source| (true, Ok(source)));
        for (alone, source) in alone.into_iter().chain(std::iter::once_with(|| (false, records.main(None)))) {
            follow::<Unread>(source?, None, &cancel, &|_| {}, |bytes, place| {
                let mut names = Vec::new();
                engine.apply(&mut memory, bytes.into(), place, &mut counts, &mut Unwatched, &mut |name, _| {
                    names.push(name.into_owned())
                });
                search.read += 1;
                looking.add(bytes);
                // Who Bob itself finds by this e-mail address, in whatever case, is meant, whatever the mapping's key is.
                let found = names.first().and_then(|name| name.source_id.as_deref().map(str::to_owned)).filter(|_| alone);
                if found.is_some() || names.iter().any(|name| is_named(mapping, name, &self.key)) {
                    search.look_on(&engine, bytes, place, found.unwrap_or_else(|| self.key.clone()));
                } else {
                    search.remember(mapping, names);
                }
                Ok(ControlFlow::Continue(()))
            })?;
            if !search.seen.is_empty() {
                break;
            }
        }
        let verdicts = looking.finish()?;
        let reveal = if self.show_values { Reveal::Values } else { Reveal::Nothing };
        let teller = Teller { mapping, project: &loaded.project, catalog: &loaded.catalog, reveal, verdicts: &verdicts };
        search.explain(mapping, &teller, wanted);
        Ok(search)
    }
}

/// What was found on the way through the records.
#[derive(Default)]
struct Search {
    read: u64,
    /// The records that may have the key, as they were mapped.
    seen: Vec<Looked>,
    rows: Vec<Row>,
    /// Keys and ids that may be shown.
    others: Vec<String>,
}

/// A record that may have the key: what names the rows of it that are meant, and what was seen of them.
struct Looked {
    key: String,
    place: Place,
    observer: Observer,
    ends: Vec<Ended>,
}

/// How a row ended: its name, what became of it, the condition that did not hold, and why it was rejected.
type Ended = (RecordName<'static>, explain::Outcome, Option<String>, Vec<String>);

impl Search {
    fn look_on(&mut self, engine: &Engine<'_>, bytes: &[u8], place: Place, key: String) {
        let mapping = engine.mapping;
        let mut observer = Observer::new(mapping);
        let mut ends = Vec::new();
        engine.apply(
            &mut Memory::default(),
            bytes.into(),
            place,
            &mut Counts::new(mapping),
            &mut observer,
            &mut |name, outcome| {
                let (outcome, condition, reasons) = match outcome {
                    Outcome::Kept(_) => (explain::Outcome::Kept, None, Vec::new()),
                    Outcome::Skipped(number) => (explain::Outcome::Skipped, Some(mapping.keep[number].text.clone()), Vec::new()),
                    Outcome::Rejected(reasons) => (explain::Outcome::Rejected, None, sentences(&reasons)),
                    Outcome::Stop(reason) => (explain::Outcome::Stopped, None, sentences(&[reason])),
                };
                ends.push((name.into_owned(), outcome, condition, reasons));
            },
        );
        self.seen.push(Looked { key, place, observer, ends });
    }

    /// Told at the end, when it is known what is so of everybody.
    fn explain(&mut self, mapping: &Mapping, teller: &Teller<'_>, wanted: &[String]) {
        for Looked { key, place, observer, ends } in self.seen.drain(..) {
            let ended = ends.into_iter().zip(&observer.rows).filter(|((name, ..), _)| is_named(mapping, name, &key));
            self.rows.extend(ended.map(|((name, outcome, condition, reasons), row)| Row {
                name: name.to_string(),
                record: place.record,
                line: place.line,
                outcome,
                condition,
                reasons,
                joins: teller.joins(row),
                fields: teller.fields(row, wanted),
            }));
        }
    }

    fn remember(&mut self, mapping: &Mapping, names: Vec<RecordName<'static>>) {
        let personal = mapping.key.iter().any(|field| mapping.fields[*field].personal);
        for RecordName { key, source_id, .. } in names {
            let key = key.filter(|_| !personal).map(|key| key.parts.join(" / "));
            self.others
                .extend(key.into_iter().chain(source_id.map(Cow::into_owned)).take(REMEMBERED.saturating_sub(self.others.len())));
        }
    }

    fn not_found(&self, mapping: &Mapping, key: &str) -> String {
        let fields: Vec<&str> = mapping.key.iter().map(|field| mapping.fields[*field].name.as_str()).collect();
        let read = match self.read {
            1 => "1 record was read".to_owned(),
            read => format!("{read} records were read"),
        };
        let near = match nearest(key, self.others.iter().map(String::as_str)) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        format!("no record of {} has `{key}` as its key ({}) or id; {read}{near}", mapping.source.name, fields.join(" / "))
    }
}

/// Whether the key that a user gave is this row's key or its record's id.
fn is_named(mapping: &Mapping, name: &RecordName<'_>, given: &str) -> bool {
    let given = given.trim();
    let same = |text: &str| if mapping.ignore_case { fold(text) == fold(given) } else { text == given };
    name.key.as_ref().is_some_and(|key| same(&key.parts.join(" / "))) || name.source_id.as_deref() == Some(given)
}

/// Mapping files come with a path or an ending; fields have neither.
fn is_file(given: &str) -> bool {
    let path = Path::new(given);
    given.contains(['/', '\\'])
        || path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
        || path.is_file()
}

fn unknown_field(mapping: &Mapping, name: &str) -> Option<String> {
    let known: Vec<&str> = mapping.fields.iter().filter(|field| !field.used).map(|field| field.name.as_str()).collect();
    if known.contains(&name) {
        return None;
    }
    Some(match nearest(name, known.iter().copied()) {
        Some(near) => format!("`{}` has no field `{name}`; did you mean `{near}`?", mapping.name),
        None => format!("`{}` has no field `{name}`; it has {}", mapping.name, known.join(", ")),
    })
}
