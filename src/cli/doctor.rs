//! `bobmap doctor`

mod absences;

use super::Exit;
use super::earlier::EarlierArgs;
use super::live::HibobArgs;
use super::load::{self, CatalogArgs, Loaded};
use super::permissions::{all_needs, compiled, kept};
use super::progress::Bar;
use super::stop::Interrupts;
use super::time_off;
use crate::catalog::Catalog;
use crate::catalog::permission::{LifecycleStatus, Need, TimeOffData, permissions};
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::Resource;
use crate::diagnosis::absences::Absences;
use crate::diagnosis::agreement::Comparison;
use crate::diagnosis::cause::pairs;
use crate::diagnosis::company::{comparable, same_people};
use crate::diagnosis::observation::{Answer, History, Seen, Tally};
use crate::diagnosis::questions::{Questions, read_fields, table};
use crate::diagnosis::{Case, Observation, judge};
use crate::mapping::Mapping;
use crate::mapping::needs::{guided_fields, needs, said_categories};
use crate::pipeline::{Cancel, Ended, Unread, follow};
use crate::report::doctor::Doctor as Answered;
use crate::source::hibob::{Access, Cause, Hibob, HibobError};
use crate::source::{FileSource, Scope, Source, SourceError};
use crate::value::json::{Data, Tree};
use anyhow::Context;
use clap::ValueEnum;
use indexmap::IndexSet;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What is said of --catalog, which judges nothing where HiBob itself is asked.
const CATALOG: &str =
    "With --records: the company's fields as they are now, by which the records are judged. Else the same as --before";

/// Whether a service user can read what mappings need, and if not, which box an admin has to tick in Bob
///
/// Exit codes: 0 all is well (there may be advice), 1 something is in the way, 3 HiBob could not be asked.
#[derive(Debug, clap::Args)]
#[command(mut_arg("catalog", |arg| arg.help(CATALOG)), mut_arg("lists", |arg| arg.hide(true)))]
pub struct Doctor {
    /// Mapping files, or folders of them; overlays take their parents' place
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    /// Look at people's records in a file in place of HiBob: time off and tables can't be judged then
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Ask HiBob, as is done without --records anyway
    #[arg(long = "live", hide = true, conflicts_with = "records")]
    _live: bool,
    /// Look at the first N people only: quicker in a large company, and less sure
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// People of whom every field is asked for, to find out what may be read; values are counted, and none is kept
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    sample: u64,
    /// Ask for nothing beyond what the mappings need: permissions that go too far are not found then
    #[arg(long)]
    needed_only: bool,
    /// Say what who's out and the requests disagree on, not only of which requests: values of people
    #[arg(long)]
    show_values: bool,
    /// A lifecycle status that nobody in the company has, so that it is not missed
    #[arg(long, value_enum, value_name = "STATUS", value_delimiter = ',')]
    without: Vec<Status>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    earlier: EarlierArgs,
    #[command(flatten)]
    hibob: HibobArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Status {
    Hired,
    Terminated,
    Leave,
}

/// What messages call the list of fields that is read from HiBob itself.
const HIBOB: &str = "HiBob";

/// Rows of a table that are looked at: about as many as come in one answer.
const ROWS: u64 = 400;

impl Doctor {
    pub fn run(self) -> anyhow::Result<Exit> {
        let _interrupts = Interrupts::wait();
        let loaded = load::load(&self.mappings, &self.catalog)?;
        // What is wrong whatever Bob says is said before it is asked.
        let Some(mappings) = compiled(&loaded)? else { return Ok(Exit::Findings) };
        let answered = match &self.records {
            Some(file) => self.recorded(&loaded, &mappings, file)?,
            None => self.live(&loaded, &mappings)?,
        };
        let text = match self.format {
            Format::Text => answered.text(),
            Format::Json => answered.json(),
        };
        super::print(&text)?;
        Ok(if answered.diagnosis.well { Exit::Clean } else { Exit::Findings })
    }

    fn live(&self, loaded: &Loaded, mappings: &[Mapping]) -> anyhow::Result<Answered> {
        let hibob = self.hibob.connect_for(absences::usual(time_off::usual()))?;
        // Needs no permission: it proves the credentials.
        let fields = hibob.fields()?;
        let mut catalog = Catalog::from_metadata(&fields, None, HIBOB)?;
        let before = match (&self.earlier.before, &self.catalog.catalog) {
            (None, Some(_)) => {
                comparable(&catalog, &loaded.catalog)?;
                Some(Catalog::clone(&loaded.catalog))
            }
            _ => self.earlier.catalog(&catalog)?,
        };
        let needs = wanted(loaded, mappings, &catalog);
        let pairs = self.pairs(&needs, &catalog, before.as_ref());
        let list = |id: &String| catalog.field(id).is_some_and(|field| field.list.is_some());
        if pairs.iter().any(|(old, new)| list(old) || list(new)) {
            catalog = Catalog::from_metadata(&fields, Some(&hibob.named_lists()?), HIBOB)?;
        }
        let questions = Questions::new(&permissions(&needs, &catalog), &needs, &catalog, !self.needed_only).comparing(&pairs);
        let comparison = self.comparison(&pairs, &needs, &catalog, before.as_ref())?;
        let mut notes = Vec::new();
        let observation = self.observe(&hibob, &questions, &catalog, comparison, &mut notes)?;
        same_people(&observation.people)?;
        // What is not permitted is said of the permission.
        let refused = matches!(observation.time_off.get(&TimeOffData::WhosOut), Some(Answer::Forbidden | Answer::NotThere));
        let absences = if refused || observation.refused { None } else { self.absences(&hibob, mappings, &mut notes)? };
        let answered = self.answer(loaded, mappings, (&catalog, before.as_ref()), &needs, &observation, notes);
        Ok(match absences {
            Some(absences) => answered.with_absences(absences),
            None => answered,
        })
    }

    /// Where mappings read requests for time off, or days are said: what who's out says against them. What can't be asked is told.
    fn absences(&self, hibob: &Hibob, mappings: &[Mapping], notes: &mut Vec<String>) -> anyhow::Result<Option<Absences>> {
        if !absences::concern(mappings) && !self.hibob.time_off.says_days() {
            return Ok(None);
        }
        match absences::compare(hibob, notes) {
            Ok(absences) if self.show_values => Ok(Some(absences)),
            Ok(absences) => Ok(Some(absences.without_values())),
            Err(error) if cause(&error).is_some() => {
                notes.push(format!("who's out was not held against the requests: {}", super::said(&error)));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The fields that the mappings read, each with those that may have replaced it.
    fn pairs(&self, needs: &[Need], catalog: &Catalog, before: Option<&Catalog>) -> Vec<(String, String)> {
        match self.needed_only && before.is_none() {
            true => Vec::new(),
            false => pairs(&read_ids(needs), catalog, before),
        }
    }

    fn comparison<'c>(
        &self,
        pairs: &[(String, String)],
        needs: &[Need],
        catalog: &'c Catalog,
        before: Option<&'c Catalog>,
    ) -> anyhow::Result<Comparison<'c>> {
        let earlier = self.earlier.records(&read_ids(needs), catalog, before)?;
        Ok(Comparison::new(pairs, catalog, before, earlier))
    }

    fn recorded(&self, loaded: &Loaded, mappings: &[Mapping], file: &Path) -> anyhow::Result<Answered> {
        let catalog = &*loaded.catalog;
        let before = self.earlier.catalog(catalog)?;
        let needs = wanted(loaded, mappings, catalog);
        let pairs = self.pairs(&needs, catalog, before.as_ref());
        let Questions { fields, sample, .. } =
            Questions::new(&permissions(&needs, catalog), &needs, catalog, !self.needed_only).comparing(&pairs);
        let ids: Vec<String> = fields.into_iter().chain(sample).collect();
        let mut tally = Tally::new(&ids, catalog).comparing(self.comparison(&pairs, &needs, catalog, before.as_ref())?);
        let source = Box::new(FileSource::open(file, people())?);
        let read = read(source, self.limit, &mut |record| tally.add(record).context("a record can't be read"))?;
        let observation = Observation {
            people: tally.finish(),
            limited: matches!(read.scope, Scope::CutShort(_)),
            recorded: true,
            ..Observation::default()
        };
        same_people(&observation.people)?;
        Ok(self.answer(loaded, mappings, (catalog, before.as_ref()), &needs, &observation, read.notes))
    }

    fn answer(
        &self,
        loaded: &Loaded,
        mappings: &[Mapping],
        (catalog, before): (&Catalog, Option<&Catalog>),
        needs: &[Need],
        observation: &Observation,
        notes: Vec<String>,
    ) -> Answered {
        let said = mappings.iter().flat_map(|mapping| {
            let said = said_categories(mapping, &loaded.project, catalog);
            said.into_iter().map(|(field, category)| (mapping.name.clone(), field, category))
        });
        let without = self.without.iter().map(|status| match status {
            Status::Hired => LifecycleStatus::Hired,
            Status::Terminated => LifecycleStatus::Terminated,
            Status::Leave => LifecycleStatus::Leave,
        });
        let diagnosis = judge(&Case {
            needs,
            catalog,
            before,
            said: &said.collect::<Vec<_>>(),
            wanted: &kept(mappings),
            without: &without.collect::<Vec<_>>(),
            observation,
        });
        Answered::new(mappings.iter().map(|mapping| mapping.name.clone()).collect(), diagnosis, notes)
    }

    fn observe(
        &self,
        hibob: &Hibob,
        questions: &Questions,
        catalog: &Catalog,
        comparison: Comparison<'_>,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Observation> {
        let everybody = self.limit.map_or(Selection::Everyone, Selection::First);
        let tally = Tally::new(&questions.fields, catalog).comparing(comparison);
        let Some((people, first)) = ask(hibob, &questions.fields, everybody, tally, notes)? else {
            return Ok(Observation { refused: true, time_off: try_time_off(hibob, questions, None), ..Observation::default() });
        };
        let limited = self.limit.is_some_and(|limit| people.people >= limit);
        let sample = if people.people > 0 { self.sample(hibob, &questions.sample, catalog, notes)? } else { Seen::default() };
        let readable = |category: &str| {
            let fields = catalog.fields().filter(|field| field.category == category);
            fields.filter_map(|field| sample.fields.get(&field.id)).any(|presence| presence.is_readable())
        };
        let others = questions.other_histories.iter().filter(|category| readable(category));
        let histories = questions
            .histories
            .iter()
            .chain(others)
            .filter_map(|category| Some(((*category).to_owned(), self.history(hibob, table(category)?))));
        Ok(Observation {
            histories: histories.collect(),
            time_off: try_time_off(hibob, questions, first.as_deref()),
            people,
            sample,
            limited,
            refused: false,
            recorded: false,
            requested: None,
        })
    }

    /// Every field of a few people. Bob may refuse a question for so many where it answers a smaller one.
    fn sample(&self, hibob: &Hibob, fields: &[String], catalog: &Catalog, notes: &mut Vec<String>) -> anyhow::Result<Seen> {
        match ask(hibob, fields, Selection::First(self.sample), Tally::new(fields, catalog), &mut Vec::new()) {
            Ok(asked) => Ok(asked.map(|(seen, _)| seen).unwrap_or_default()),
            Err(error) => match cause(&error) {
                Some(cause @ Cause::Status { status: 400..500, .. }) => {
                    notes.push(format!("HiBob does not answer for all fields at once ({cause}): judged without them"));
                    Ok(Seen::default())
                }
                _ => Err(error),
            },
        }
    }

    /// The first rows of a table. What can't be read is no reason to stop: it is said of the permission.
    fn history(&self, hibob: &Hibob, resource: &'static Resource) -> History {
        let mut history = History { answer: Answer::Allowed, rows: 0, not_current: 0, notes: Vec::new() };
        let request = Request { resource, fields: Vec::new(), human_readable: false, show_inactive: true };
        let source = hibob.source(&request, Selection::First(ROWS)).map_err(SourceError::from);
        let read = source.map_err(anyhow::Error::from).and_then(|source| {
            read(source, None, &mut |record| {
                history.rows += 1;
                let row = Tree::parse(record).context("a row can't be read")?;
                let current = row.get("isCurrent").map(|current| &current.data);
                history.not_current += u64::from(current == Some(&Data::Boolean(false)));
                Ok(())
            })
        });
        match read {
            Ok(read) => history.notes = read.notes,
            Err(error) => history.answer = unclear(&error),
        }
        history
    }
}

/// What the mappings need by this catalog, and what setup guides ask for besides.
fn wanted(loaded: &Loaded, mappings: &[Mapping], catalog: &Catalog) -> Vec<Need> {
    all_needs(mappings, |mapping| {
        let mut needs = needs(mapping, &loaded.project, catalog);
        needs.extend(guided_fields(mapping, &needs));
        needs
    })
}

fn read_ids(needs: &[Need]) -> Vec<String> {
    read_fields(needs).collect::<IndexSet<_>>().into_iter().map(str::to_owned).collect()
}

fn people() -> &'static Resource {
    Resource::find("hibob.people").expect("people are a resource")
}

/// Counts fields of people, and hands out the id of the first. `None` if HiBob refuses the list of people.
fn ask(
    hibob: &Hibob,
    fields: &[String],
    selection: Selection,
    mut tally: Tally<'_>,
    notes: &mut Vec<String>,
) -> anyhow::Result<Option<(Seen, Option<String>)>> {
    let request = Request { resource: people(), fields: fields.to_vec(), human_readable: false, show_inactive: true };
    let mut first = None;
    let source = hibob.source(&request, selection).map_err(SourceError::from)?;
    let read = read(source, None, &mut |record| {
        if first.is_none() {
            let tree = Tree::parse(record).context("a record of HiBob's can't be read")?;
            first = tree.get("id").and_then(|id| match &id.data {
                Data::String(id) => Some(id.clone().into_owned()),
                _ => None,
            });
        }
        tally.add(record).context("a record of HiBob's can't be read")
    });
    match read {
        Ok(read) => {
            notes.extend(read.notes);
            Ok(Some((tally.finish(), first)))
        }
        Err(error) if matches!(cause(&error), Some(Cause::Forbidden { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Hands every record to `take`, up to a limit.
fn read(source: Box<dyn Source>, limit: Option<u64>, take: &mut dyn FnMut(&str) -> anyhow::Result<()>) -> anyhow::Result<Ended> {
    let bar = Bar::new();
    // Nothing is written that would have to be cleared away: a signal ends the program at once.
    let ended = follow::<anyhow::Error>(source, limit, &Cancel::default(), &|progress| bar.show(progress), |bytes, place| {
        let text = std::str::from_utf8(bytes).context("a record is not UTF-8")?;
        take(text).with_context(|| format!("record {} (line {})", place.record, place.line))?;
        Ok(ControlFlow::Continue(()))
    });
    bar.clear();
    ended
}

/// Tries what only an endpoint can show, each once: HiBob blocks a service user after fifty refusals in ten seconds.
fn try_time_off(hibob: &Hibob, questions: &Questions, employee: Option<&str>) -> BTreeMap<TimeOffData, Answer> {
    let today = jiff::Zoned::now().date().to_string();
    let days: &[(&str, &str)] = &[("from", &today), ("to", &today)];
    let policy: &[(&str, &str)] = &[("policyType", "Holiday"), ("date", &today)];
    let mut answers = BTreeMap::new();
    for data in &questions.time_off {
        let (path, query): (String, &[(&str, &str)]) = match (data, employee) {
            (TimeOffData::WhosOut, _) => ("/timeoff/whosout".to_owned(), days),
            (TimeOffData::PolicyTypes, _) => ("/timeoff/policy-types".to_owned(), &[]),
            // No request has this number: whoever may look for it learns that.
            (TimeOffData::Requests, Some(employee)) => (format!("/timeoff/employees/{employee}/requests/0"), &[]),
            (TimeOffData::Balance, Some(employee)) => (format!("/timeoff/employees/{employee}/balance"), policy),
            _ => continue,
        };
        let answer = match hibob.probe(&path, query) {
            Ok(Access::Granted) => Answer::Allowed,
            Ok(Access::Forbidden) => Answer::Forbidden,
            Ok(Access::NotThere) => Answer::NotThere,
            Err(error) => unclear(&anyhow::Error::from(error)),
        };
        answers.insert(*data, answer);
    }
    answers
}

fn unclear(error: &anyhow::Error) -> Answer {
    match cause(error) {
        Some(Cause::Forbidden { .. }) => Answer::Forbidden,
        Some(Cause::NotFound { .. }) => Answer::NotThere,
        Some(cause) => Answer::Unclear(cause.to_string()),
        None => Answer::Unclear(super::said(error)),
    }
}

/// Why a call failed, if one did.
fn cause(error: &anyhow::Error) -> Option<&Cause> {
    let found = error.chain().find_map(|error| match (error.downcast_ref::<Unread>(), error.downcast_ref::<SourceError>()) {
        (Some(Unread::Source(SourceError::Hibob(error))), _) | (_, Some(SourceError::Hibob(error))) => Some(error),
        _ => error.downcast_ref::<HibobError>(),
    });
    found?.cause()
}
