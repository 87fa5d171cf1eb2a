//! One test: its record, joined records and lists go through the engine, and everything that comes out is kept for judging.

use super::{RUN_DATE, judge};
use crate::engine::observe::{Happened, Observed, Observer};
use crate::engine::state::{Origin, State};
use crate::engine::{Counts, Engine, Joined, Memory, Outcome, Reason};
use crate::mapping::compiled::Source;
use crate::mapping::document::{At, Content, NodeRef, Scalar};
use crate::mapping::spec::Test;
use crate::mapping::{Environment, Mapping, Project};
use crate::report::tests::Mismatch;
use crate::source::Place;
use crate::transform::Lists;
use crate::value::time::{Iso, parse_iso};
use std::collections::HashMap;

/// Which entries and defaults some test has reached, by field.
pub(super) struct Coverage {
    pub fields: Vec<Reached>,
}

#[derive(Clone)]
pub(super) struct Reached {
    pub entries: Vec<bool>,
    pub default: bool,
}

impl Coverage {
    pub fn new(mapping: &Mapping) -> Self {
        let reached = |source: &Source| match source {
            Source::Entries(entries) => entries.len(),
            Source::Field(_) | Source::BlankAmong(_) => 0,
        };
        let fields = mapping.fields.iter().map(|field| Reached { entries: vec![false; reached(&field.source)], default: false });
        Coverage { fields: fields.collect() }
    }

    /// What a row has won or found invalid is reached.
    fn note(&mut self, row: &Observed) {
        for ((field, entry), happened) in &row.entries {
            if happened.iter().any(|event| matches!(event, Happened::Won(_) | Happened::Invalid(_))) {
                self.fields[*field].entries[*entry] = true;
            }
        }
        for (reached, state) in self.fields.iter_mut().zip(&row.fields) {
            reached.default |= matches!(state, Some(State::Value { origin: Origin::Default, .. }));
        }
    }
}

/// What became of a test's record.
pub(super) struct Ran {
    /// In the order of the matches of `one_row_per`; else the one record.
    pub rows: Vec<Row>,
    /// Why the record as a whole could not be read.
    pub unreadable: Vec<Reason>,
}

pub(super) struct Row {
    /// By field of the mapping; fields that come after `keep` are missing where the row was skipped.
    pub fields: Vec<Option<State<'static>>>,
    pub skipped: bool,
    pub reasons: Vec<Reason>,
}

/// Runs one test and says everything that differs from what it expects.
pub(super) fn run(
    project: &Project,
    environment: &Environment<'_>,
    mapping: &Mapping,
    test: &At<Test>,
    coverage: &mut Coverage,
) -> Vec<Mismatch> {
    let (rows, outcomes) = observe(project, environment, mapping, test);
    let mut ran = Ran { rows: Vec::new(), unreadable: Vec::new() };
    if rows.is_empty() {
        ran.unreadable = outcomes.into_iter().flat_map(|(_, reasons)| reasons).collect();
    } else {
        rows.iter().for_each(|row| coverage.note(row));
        let rows = rows.into_iter().zip(outcomes);
        ran.rows = rows.map(|(row, (skipped, reasons))| Row { fields: row.fields, skipped, reasons }).collect();
    }
    judge::judge(project, mapping, test, &ran)
}

/// What happens to the rows of a test's record, and of each whether it is skipped and why it is rejected.
pub(super) fn observe(
    project: &Project,
    environment: &Environment<'_>,
    mapping: &Mapping,
    test: &At<Test>,
) -> (Vec<Observed>, Vec<(bool, Vec<Reason>)>) {
    let lists = TestLists { own: lists(project, test.lists), catalog: environment.catalog };
    let engine = Engine {
        mapping,
        run_date: match test.as_of.as_ref().map(|as_of| parse_iso(as_of)) {
            Some(Ok(Iso::Date(date))) => date,
            _ => RUN_DATE,
        },
        lists: &lists,
        joins: mapping.joins.iter().map(|join| Joined::Given(joined(project, test.joined, &join.name))).collect(),
        look_at_keep: test.kept.is_some(),
    };
    let record = project.document(test.record.0).json(test.record.0.node);
    let mut watch = Observer::new(mapping);
    let mut outcomes = Vec::new();
    let place = Place { record: 1, offset: 0, line: 1 };
    engine.apply(
        &mut Memory::default(),
        record.as_bytes().into(),
        place,
        &mut Counts::new(mapping),
        &mut watch,
        &mut |_, outcome| {
            outcomes.push(match outcome {
                Outcome::Kept(_) => (false, Vec::new()),
                Outcome::Skipped(_) => (true, Vec::new()),
                Outcome::Rejected(reasons) => (false, reasons),
                Outcome::Stop(reason) => (false, vec![reason]),
            });
        },
    );
    (watch.rows, outcomes)
}

/// The records that a test gives a join, as JSON.
fn joined(project: &Project, joined: Option<NodeRef>, join: &str) -> Vec<String> {
    let Some(NodeRef(place)) = joined else { return Vec::new() };
    let document = project.document(place);
    let Some(node) = document.get(place.node, join) else { return Vec::new() };
    match &document.node(node).content {
        Content::List(items) => items.iter().map(|item| document.json(*item)).collect(),
        Content::Scalar { .. } if document.scalar(node) == Some(Scalar::Null) => Vec::new(),
        _ => vec![document.json(node)],
    }
}

/// List id to item id to label.
type OwnLists = HashMap<String, HashMap<String, String>>;

/// A test's own lists before those of the catalog.
struct TestLists<'e> {
    own: OwnLists,
    catalog: &'e dyn Lists,
}

impl Lists for TestLists<'_> {
    fn has(&self, list: &str) -> bool {
        self.own.contains_key(list) || self.catalog.has(list)
    }

    fn label(&self, list: &str, id: &str) -> Option<&str> {
        match self.own.get(list).and_then(|items| items.get(id)) {
            Some(label) => Some(label),
            None => self.catalog.label(list, id),
        }
    }
}

fn lists(project: &Project, lists: Option<NodeRef>) -> OwnLists {
    let Some(NodeRef(place)) = lists else { return OwnLists::new() };
    let document = project.document(place);
    let text = |node| document.text(node).unwrap_or_default().to_owned();
    let items = |list| document.entries(list).iter().map(|(id, label)| (text(*id), text(*label))).collect();
    document.entries(place.node).iter().map(|(list, node)| (text(*list), items(*node))).collect()
}
