//! One record, explained: which places were tried for each field, what they held, which won and why the others did not.
//! Values of people are masked unless the user asks for them.

mod text;

pub use text::text;

use crate::catalog::Catalog;
use crate::catalog::permission::{Need, Wanted, permissions};
use crate::diagnosis;
use crate::diagnosis::{CauseKind, Grade};
use crate::engine::cell;
use crate::engine::observe::{FoundBy, Happened, Observed, ObservedJoin};
use crate::engine::outcome::Reason;
use crate::engine::state::{Invalid, Lack, Origin, State};
use crate::mapping::compiled::{Clause, Entry, EntrySource, Field, FieldIndex, OnInvalid, OnMissing, PathUse, Root, Source};
use crate::mapping::layout::Cell;
use crate::mapping::needs::people_field;
use crate::mapping::{Mapping, Project};
use crate::value::Value;
use crate::value::mask::{Reveal, Shown};
use serde::Serialize;

/// What `bobmap explain` tells; `--format json` prints it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The number of this shape.
    pub version: u32,
    pub mapping: String,
    pub source: String,
    /// The date that `run_date` and "N days ago" were counted from.
    pub run_date: String,
    /// The rows that the key names; more than one where records share a key, or a record has several rows.
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub name: String,
    /// Counted from 1.
    pub record: u64,
    /// The line of the input on which the record begins, counted from 1.
    pub line: u64,
    pub outcome: Outcome,
    /// The condition of `keep` that does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    pub reasons: Vec<String>,
    pub joins: Vec<Join>,
    pub fields: Vec<FieldStory>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Kept,
    Skipped,
    Rejected,
    /// A field ends the whole run.
    Stopped,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Join {
    pub name: String,
    pub with: String,
    /// The path that the join starts from, and what it holds.
    pub this: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    pub found: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldStory {
    pub name: String,
    /// Computed for other fields, never written.
    pub helper: bool,
    pub result: String,
    /// What is written, masked if it is a person's; nothing where the field is blank or left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// The conditions of the field's `when`.
    pub when: Vec<String>,
    pub entries: Vec<EntryStory>,
    /// The rule that the field takes over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Box<FieldStory>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryStory {
    /// Counted from 1.
    pub number: usize,
    /// The path, the template or `constant`.
    pub from: String,
    /// The category in which Bob's admin finds the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    pub verdict: Verdict,
    /// What the place held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    pub steps: Vec<StepStory>,
    /// Why the entry lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Why there is nothing, as far as the records and catalogs tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Where to tick what an absent place needs, from the tab of the permission group down to the box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
}

/// Why a place holds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    pub cause: CauseKind,
    pub grade: Grade,
    pub evidence: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepStory {
    pub step: String,
    pub gives: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Won,
    Absent,
    Null,
    Blank,
    Invalid,
    /// The entry's `when` does not hold.
    Condition,
    NotReached,
}

impl Verdict {
    pub fn words(self) -> &'static str {
        match self {
            Verdict::Won => "won",
            Verdict::Absent => "absent",
            Verdict::Null => "null",
            Verdict::Blank => "blank",
            Verdict::Invalid => "invalid",
            Verdict::Condition => "does not apply",
            Verdict::NotReached => "not reached",
        }
    }
}

/// Tells the story of a row.
pub struct Teller<'t> {
    pub mapping: &'t Mapping,
    /// Where the mapping was written, for what it says of categories that the catalog does not know.
    pub project: &'t Project,
    pub catalog: &'t Catalog,
    pub reveal: Reveal,
    /// What is so of the fields of employees that the mapping reads.
    pub verdicts: &'t [diagnosis::Verdict],
}

impl Teller<'_> {
    pub fn joins(&self, row: &Observed) -> Vec<Join> {
        let told = self.mapping.joins.iter().zip(&row.joins);
        told.filter_map(|(join, seen)| {
            let ObservedJoin { this, found } = seen.as_ref()?;
            Some(Join {
                name: join.name.clone(),
                with: join.with.name.to_owned(),
                this: join.this.text.clone(),
                value: (!this.is_empty()).then(|| Shown::new(this.join(", "), true).display(self.reveal)),
                found: match found {
                    FoundBy::Records(0) if this.is_empty() => "nobody, for it is blank".to_owned(),
                    FoundBy::Records(0) => format!("nobody among {}", join.with.name),
                    FoundBy::Records(1) => format!("one record of {}", join.with.name),
                    FoundBy::Records(count) => format!("{count} records of {}", join.with.name),
                    FoundBy::Failed(why) => why.clone(),
                },
            })
        })
        .collect()
    }

    /// The fields of the file in their order, helpers behind them; only those that `wanted` names, if it names any.
    pub fn fields(&self, row: &Observed, wanted: &[String]) -> Vec<FieldStory> {
        let written = self.mapping.columns.iter().map(|column| column.field);
        let helpers = (0..self.mapping.fields.len()).filter(|field| {
            let Field { hidden, used, .. } = self.mapping.fields[*field];
            hidden && !used
        });
        written
            .chain(helpers)
            .filter(|field| wanted.is_empty() || wanted.contains(&self.mapping.fields[*field].name))
            .map(|field| self.field(row, field))
            .collect()
    }

    fn field(&self, row: &Observed, index: FieldIndex) -> FieldStory {
        let field = &self.mapping.fields[index];
        let state = row.fields[index].as_ref();
        let applies = !matches!(state, Some(State::NotApplicable) | None);
        let output = match state {
            Some(State::Value { value, .. }) => Some(self.shown(value, field)),
            _ => None,
        };
        let (entries, uses) = match &field.source {
            _ if !applies => (Vec::new(), None),
            Source::Entries(entries) => {
                let told = entries.iter().enumerate().map(|(at, entry)| self.entry(row, index, at, entry));
                (told.collect(), None)
            }
            Source::Field(used) => (Vec::new(), Some(Box::new(self.field(row, *used)))),
            Source::BlankAmong(_) => (Vec::new(), None),
        };
        FieldStory {
            name: field.name.clone(),
            helper: field.hidden,
            result: self.result(field, state),
            output,
            when: field.when.iter().map(|Clause { text, .. }| text.clone()).collect(),
            entries,
            uses,
        }
    }

    fn result(&self, field: &Field, state: Option<&State<'_>>) -> String {
        let Some(state) = state else { return "not computed, for the record was left aside before".to_owned() };
        let left = match cell(field, Some(state.clone())) {
            Cell::Omitted => "left out",
            Cell::Blank | Cell::Value(_) => "blank",
        };
        match state {
            State::Value { origin: Origin::Default, .. } => "the default".to_owned(),
            State::Value { origin: Origin::Entry(at), .. } => format!("entry {}", at + 1),
            State::Value { origin: Origin::Field, .. } => match &field.source {
                Source::BlankAmong(_) => "the names of the blank fields".to_owned(),
                Source::Entries(_) | Source::Field(_) => "by another rule".to_owned(),
            },
            State::NotApplicable => format!("{left}, for `when` does not hold"),
            State::Missing(lack) => {
                let ends = match field.on_missing {
                    _ if field.used => "",
                    OnMissing::Reject => "; the record is rejected",
                    OnMissing::Stop => "; the run stops",
                    OnMissing::Blank | OnMissing::Omit => "",
                };
                format!("{left}, {}{ends}", lack.sentence())
            }
            State::Invalid(Invalid { message, action, .. }) => {
                let ends = match action {
                    _ if field.used => "",
                    OnInvalid::Reject => "; the record is rejected",
                    OnInvalid::Stop => "; the run stops",
                    OnInvalid::Blank | OnInvalid::Omit | OnInvalid::TryNext => "",
                };
                format!("{left}, invalid: {message}{ends}")
            }
        }
    }

    fn shown(&self, value: &Value<'_>, field: &Field) -> String {
        Shown::new(value.to_plain(), field.personal).display(self.reveal)
    }

    fn entry(&self, row: &Observed, index: FieldIndex, at: usize, entry: &Entry) -> EntryStory {
        let field = &self.mapping.fields[index];
        let path = match &entry.what {
            EntrySource::Path { path, .. } => Some(path),
            EntrySource::Template(_) | EntrySource::Constant(_) => None,
        };
        let known = path.and_then(|path| path.catalog.as_ref()).and_then(|place| self.catalog.category(&place.category));
        let category = known.map(|category| category.name.clone()).or_else(|| path.and(self.written_category(field, entry)));
        let mut story = EntryStory {
            number: at + 1,
            from: entry.text.clone(),
            category,
            verdict: Verdict::NotReached,
            found: None,
            steps: Vec::new(),
            why: None,
            cause: None,
            permission: None,
        };
        for happened in row.entries.get(&(index, at)).into_iter().flatten() {
            match happened {
                Happened::Skipped(condition) => {
                    story.verdict = Verdict::Condition;
                    story.why = Some(format!("`when` does not hold: {condition}"));
                }
                Happened::Lacks(lack) => self.lacks(&mut story, row, path, *lack),
                Happened::Found(value) => story.found = Some(self.shown(value, field)),
                Happened::Step(name, value) => {
                    story.steps.push(StepStory { step: (*name).to_owned(), gives: self.shown(value, field) });
                }
                Happened::Spelled(value) => {
                    story.steps.push(StepStory { step: "spellings".to_owned(), gives: self.shown(value, field) });
                }
                Happened::Invalid(message) => {
                    story.verdict = Verdict::Invalid;
                    let next = if entry.on_invalid == OnInvalid::TryNext { "; the next one is tried" } else { "" };
                    story.why = Some(format!("{message}{next}"));
                }
                Happened::Won(value) => {
                    story.verdict = Verdict::Won;
                    story.found.get_or_insert_with(|| self.shown(value, field));
                }
            }
        }
        story
    }

    fn cause(&self, story: &mut EntryStory, path: &PathUse, lack: Lack) {
        let id = people_field(self.mapping, path, self.catalog);
        let verdict = id.and_then(|id| self.verdicts.iter().find(|verdict| verdict.id == id));
        let verdict = verdict.map(|verdict| verdict.of_person(lack == Lack::Absent)).filter(diagnosis::Verdict::is_lacking);
        let Some(verdict) = verdict else { return };
        // A text that means no value is said to be one.
        if lack != Lack::Blank {
            story.why = Some(verdict.why());
        }
        if lack == Lack::Absent {
            let helps = matches!(verdict.cause, CauseKind::NotPermitted | CauseKind::NotRequested);
            let tick = (!verdict.tick.is_empty()).then(|| verdict.tick.join(" > "));
            story.permission = tick.or(story.permission.take().filter(|_| helps));
        }
        story.cause = Some(Cause { cause: verdict.cause, grade: verdict.grade, evidence: verdict.evidence });
    }

    /// The category that the file gives for an entry, or for the whole field.
    fn written_category(&self, field: &Field, entry: &Entry) -> Option<String> {
        let written = [entry.place, field.place].into_iter().find_map(|place| self.project.child(place, "category"));
        written.map(|place| self.project.text(place).to_owned())
    }

    fn lacks(&self, story: &mut EntryStory, row: &Observed, path: Option<&PathUse>, lack: Lack) {
        story.verdict = match lack {
            Lack::Absent => Verdict::Absent,
            Lack::Null => Verdict::Null,
            Lack::Blank => Verdict::Blank,
        };
        let Some(path) = path else {
            story.why = Some("a part that must have a value has none".to_owned());
            return;
        };
        if let Root::Join(join) = path.root
            && row.joins[join].as_ref().is_none_or(|seen| matches!(seen.found, FoundBy::Records(0) | FoundBy::Failed(_)))
        {
            story.why = Some(format!("the join `{}` found nobody", self.mapping.joins[join].name));
            return;
        }
        story.why = match lack {
            Lack::Absent => Some("not asked for, not permitted, or not there".to_owned()),
            Lack::Null => None,
            Lack::Blank => Some("blank, or a text that means no value".to_owned()),
        };
        let wanted = match (&path.catalog, &story.category) {
            (Some(place), _) if self.catalog.field(&place.field).is_some() => Some(Wanted::Field(place.field.clone())),
            (_, Some(category)) => Some(Wanted::Category(category.clone())),
            _ => None,
        };
        if let (Lack::Absent, Some(what)) = (lack, wanted) {
            let need = Need { what, needed_for: Vec::new() };
            story.permission = permissions(&[need], self.catalog).first().map(|permission| permission.menu.join(" > "));
        }
        self.cause(story, path, lack);
    }
}

/// Reasons as sentences.
pub fn sentences(reasons: &[Reason]) -> Vec<String> {
    reasons.iter().map(Reason::to_string).collect()
}
