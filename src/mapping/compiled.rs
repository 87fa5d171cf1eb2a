//! A mapping that can run: every name resolved to a number, every path to a slot, every fault ruled out. Only
//! [`compile`](super::compile()) makes one.

use super::document::Place;
use super::layout::Layout;
use super::spec::{Matches, Take};
pub use super::spec::{OnInvalid, OnMissing};
use super::words::Words;
use crate::catalog::resource::Resource;
use crate::target::Model;
use crate::transform::{Definition, Step};
use crate::value::read::ReadPlan;
use crate::value::{Kind, Value};
use jiff::civil::Date;
use std::ops::Deref;
use std::sync::Arc;

/// A checked mapping.
#[derive(Debug)]
pub struct Mapping {
    pub name: String,
    pub place: Place,
    pub source: &'static Resource,
    pub target: Option<Target>,
    /// What is read of a record.
    pub record: ReadPlan,
    /// Where the source keeps a record's own id, in `record`.
    pub source_id: usize,
    /// Where a record of time off says why it can't be used, in `record`.
    pub fault: Option<usize>,
    /// With `one_row_per`: the slot of `record` that gives the rows, and what is read of each.
    pub rows: Option<Rows>,
    pub joins: Vec<Join>,
    /// The order in which joins are looked up: those that others start from come first.
    pub join_order: Vec<usize>,
    /// All of these must hold.
    pub keep: Vec<Clause>,
    /// Every field, helpers and rules of other files included.
    pub fields: Vec<Field>,
    /// Fields in the order of computing: first what the key and `keep` need, then the rest.
    pub first: Vec<FieldIndex>,
    pub rest: Vec<FieldIndex>,
    pub key: Vec<FieldIndex>,
    pub ignore_case: bool,
    /// What is written, in the order of the file.
    pub columns: Vec<Column>,
    pub layout: Layout,
}

impl Mapping {
    /// Every path that the mapping looks at, in the order of the file; some stand more than once.
    pub fn paths(&self) -> impl Iterator<Item = &PathUse> {
        let mut paths: Vec<&PathUse> = Vec::new();
        for join in &self.joins {
            paths.push(&join.this);
            paths.extend(join.filter.iter().flat_map(|clause| &clause.any).filter_map(Condition::path));
        }
        for field in &self.fields {
            paths.extend(field.when.iter().flat_map(|clause| &clause.any).filter_map(Condition::path));
            let Source::Entries(entries) = &field.source else { continue };
            for entry in entries {
                paths.extend(entry.when.iter().flat_map(|clause| &clause.any).filter_map(Condition::path));
                if let EntrySource::Path { path, .. } = &entry.what {
                    paths.push(path);
                }
            }
        }
        paths.extend(self.keep.iter().flat_map(|clause| &clause.any).filter_map(Condition::path));
        paths.into_iter()
    }
}

impl Condition {
    /// The path that the condition looks at, if it looks at one.
    pub fn path(&self) -> Option<&PathUse> {
        match &self.subject {
            Subject::Path(path) => Some(path),
            Subject::Field(_) => None,
        }
    }
}

/// A number of [`Mapping::fields`].
pub type FieldIndex = usize;

#[derive(Debug)]
pub struct Rows {
    /// The slot of the record's plan.
    pub slot: usize,
    pub text: String,
    pub plan: ReadPlan,
}

/// A field that is written.
#[derive(Debug)]
pub struct Column {
    pub field: FieldIndex,
    /// The field's name in the file.
    pub name: String,
    /// The header in a table or CSV file.
    pub header: String,
}

#[derive(Debug)]
pub struct Field {
    pub name: String,
    /// Where the field stands in its file.
    pub place: Place,
    pub kind: Kind,
    pub items: Kind,
    pub when: Vec<Clause>,
    pub source: Source,
    /// What can be told of the first entries at a glance, by entry; the others have to be looked at.
    pub glances: Glances,
    /// Whether a template after those entries, or the list of blank fields, is the value as it stands.
    pub at_once: bool,
    pub then: Vec<StepUse>,
    pub spellings: Option<Spellings>,
    pub default: Option<Value<'static>>,
    pub on_missing: OnMissing,
    pub on_invalid: OnInvalid,
    pub missing_values: Arc<[String]>,
    pub personal: bool,
    pub volatile: bool,
    /// A helper or another file's rule: computed and never written.
    pub hidden: bool,
    /// A rule that another field takes over: what is missing or wrong is that field's to judge.
    pub used: bool,
    /// The target's limit on the length of a text, in characters.
    pub max_length: Option<usize>,
}

#[derive(Debug)]
pub enum Source {
    Entries(Vec<Entry>),
    /// The rule of another field, done as it stands.
    Field(FieldIndex),
    /// The names of those among the fields that are blank.
    BlankAmong(Vec<(String, FieldIndex)>),
}

/// The glances of a field's first entries. They lie in the field: looked for elsewhere, they would have to be waited for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glances {
    all: [Glance; 4],
    count: u8,
}

impl FromIterator<Glance> for Glances {
    /// As many as there is room for.
    fn from_iter<I: IntoIterator<Item = Glance>>(glances: I) -> Self {
        let mut some = Glances::default();
        for (place, glance) in some.all.iter_mut().zip(glances) {
            *place = glance;
            some.count += 1;
        }
        some
    }
}

impl Deref for Glances {
    type Target = [Glance];

    #[inline]
    fn deref(&self) -> &[Glance] {
        &self.all[..usize::from(self.count)]
    }
}

/// Enough of an entry to pass it over, or to be done with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Glance {
    /// The slot of the record: nothing else decides whether the entry has a value.
    pub slot: u32,
    pub shortcut: Option<Shortcut>,
    /// Whether no step, no text that means "no value" and no limit stands between the text and the field.
    pub bare: bool,
}

/// How what a path finds comes to the field's value. A text must have no escapes, no blanks at its ends, and no step that
/// changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// It is the value.
    Text,
    /// It is the value, if it is an e-mail address.
    Email,
    /// It is a spelling of the value.
    Word,
    /// It is an ISO date.
    Date,
    /// It is no text, but a number, and whole.
    Integer,
}

impl Field {
    /// Finds out what a glance at its entries can tell.
    pub fn glance(&mut self) {
        if self.when.is_empty() {
            self.glances = self.glances();
            self.at_once = self.is_at_once();
        }
    }

    fn glances(&self) -> Glances {
        let Source::Entries(entries) = &self.source else { return Glances::default() };
        let glance = |entry: &Entry| match &entry.what {
            EntrySource::Path { path, take } if path.root == Root::Record && entry.when.is_empty() => {
                let shortcut = self.shortcut(entry).filter(|_| *take != Take::All);
                let steps = !entry.then.is_empty() || !self.then.is_empty();
                let bare = !steps && self.missing_values.is_empty() && self.max_length.is_none();
                Some(Glance { slot: u32::try_from(path.slot).ok()?, shortcut, bare })
            }
            _ => None,
        };
        entries.iter().map_while(glance).collect()
    }

    /// Whether neither steps nor spellings, type nor limit stand between what the source makes and the field.
    fn is_at_once(&self) -> bool {
        let plain = self.then.is_empty() && self.spellings.is_none();
        plain
            && match &self.source {
                Source::Entries(entries) => entries.get(self.glances.len()).is_some_and(|entry| {
                    let plain = entry.when.is_empty() && entry.then.is_empty() && self.max_length.is_none();
                    plain && self.kind == Kind::String && matches!(entry.what, EntrySource::Template(_))
                }),
                Source::BlankAmong(_) => self.kind == Kind::List && self.items == Kind::String,
                Source::Field(_) => false,
            }
    }

    fn shortcut(&self, entry: &Entry) -> Option<Shortcut> {
        let mut steps = entry.then.iter().chain(&self.then);
        match (self.kind, &self.spellings) {
            (Kind::String | Kind::Enum, None) => Some(Shortcut::Text),
            (Kind::Email, None) => Some(Shortcut::Email),
            (Kind::String | Kind::Enum, Some(_)) => Some(Shortcut::Word),
            // What this step does first is to read ISO.
            (Kind::Date, None) if steps.all(|step| step.definition.name == "parse_date") => Some(Shortcut::Date),
            (Kind::Integer, None) if steps.next().is_none() => Some(Shortcut::Integer),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub struct Entry {
    /// What messages and reports call it: the path's text, the template, `constant`.
    pub text: String,
    pub place: Place,
    pub what: EntrySource,
    pub when: Vec<Clause>,
    pub then: Vec<StepUse>,
    pub on_invalid: OnInvalid,
}

#[derive(Debug)]
pub enum EntrySource {
    Path {
        path: PathUse,
        take: Take,
    },
    Template(Template),
    /// Already of the field's type.
    Constant(Value<'static>),
}

/// A path, and where its answer lies.
#[derive(Debug, Clone)]
pub struct PathUse {
    pub root: Root,
    pub slot: usize,
    /// As written, with its root word.
    pub text: String,
    /// What the catalog knows of the field at the path.
    pub catalog: Option<CatalogUse>,
    pub human_readable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogUse {
    /// The id to ask Bob for.
    pub field: String,
    /// The category's id.
    pub category: String,
    /// The list that the field's ids belong to.
    pub list: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// The record that the source yields.
    Record,
    /// A match of `one_row_per` in it.
    Row,
    /// The record that a join found.
    Join(usize),
}

#[derive(Debug)]
pub struct StepUse {
    pub definition: &'static Definition,
    pub step: Box<dyn Step>,
    /// The field that the step's argument names.
    pub operand: Option<FieldIndex>,
}

#[derive(Debug)]
pub struct Template {
    pub parts: Vec<Part>,
}

#[derive(Debug)]
pub enum Part {
    Text(String),
    Field { field: FieldIndex, optional: bool },
}

#[derive(Debug)]
pub struct Spellings {
    pub words: Words,
    pub otherwise: Option<Value<'static>>,
    pub pass_through: bool,
}

/// A condition, or several of which one must hold.
#[derive(Debug)]
pub struct Clause {
    /// What reports call it.
    pub text: String,
    pub place: Place,
    pub any: Vec<Condition>,
}

#[derive(Debug)]
pub struct Condition {
    pub subject: Subject,
    pub test: Test,
    pub missing_values: Arc<[String]>,
}

#[derive(Debug)]
pub enum Subject {
    Path(PathUse),
    Field(FieldIndex),
}

#[derive(Debug)]
pub enum Test {
    /// One of these folded words (`is`, `in`).
    In(Vec<String>),
    NotIn(Vec<String>),
    HasValue(bool),
    OnOrAfter(Day),
    OnOrBefore(Day),
}

/// A date that the run date may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    Fixed(Date),
    /// Days after the run date; negative ones lie before it.
    FromRunDate(i64),
}

#[derive(Debug)]
pub struct Join {
    pub name: String,
    pub place: Place,
    pub with: &'static Resource,
    pub this: PathUse,
    /// The slot of `plan` that `this` is compared with.
    pub that: usize,
    /// Where a record of time off says why it can't be used, in `plan`.
    pub fault: Option<usize>,
    pub filter: Vec<Clause>,
    pub matches: Matches,
    pub ignore_case: bool,
    /// What is read of the records that are looked among.
    pub plan: ReadPlan,
}

/// A target: built in, or a JSON Schema file of the user's.
#[derive(Debug, Clone)]
pub enum Target {
    BuiltIn(&'static Model),
    Own(Arc<Model>),
}

impl std::ops::Deref for Target {
    type Target = Model;

    fn deref(&self) -> &Model {
        match self {
            Target::BuiltIn(model) => model,
            Target::Own(model) => model,
        }
    }
}
