//! What a test expects beside what came out.

use super::DEFAULT;
use super::run::{Ran, Row};
use crate::engine::cell;
use crate::engine::outcome::{ProblemKind, Reason, Subject};
use crate::engine::state::{Invalid, Origin, State};
use crate::mapping::compiled::{FieldIndex, Source};
use crate::mapping::document::{Content, Document, NodeId, NodeRef, Scalar};
use crate::mapping::layout::Cell;
use crate::mapping::spec::Test;
use crate::mapping::{Mapping, Project};
use crate::report::tests::Mismatch;
use crate::value::Value;
use crate::value::json::same;
use std::collections::BTreeSet;

struct Judge<'j> {
    project: &'j Project,
    mapping: &'j Mapping,
    mismatches: Vec<Mismatch>,
}

/// Everything that differs.
pub(super) fn judge(project: &Project, mapping: &Mapping, test: &Test, ran: &Ran) -> Vec<Mismatch> {
    let Test { name: _, record: _, joined: _, lists: _, as_of: _, expect, omitted, problems, used, kept } = test;
    let mut judge = Judge { project, mapping, mismatches: Vec::new() };
    if !ran.unreadable.is_empty() {
        judge.note("record", sentences(&ran.unreadable));
        return judge.mismatches;
    }
    let rows: Vec<&Row> = ran.rows.iter().filter(|row| !row.skipped).collect();
    let asks_for_fields = expect.is_some() || !omitted.is_empty() || problems.is_some() || used.is_some();
    match kept {
        Some(true) if rows.is_empty() => judge.differs("kept", "true", "false"),
        Some(false) if rows.is_empty() && !ran.rows.is_empty() => {
            if asks_for_fields {
                judge.note(
                    "kept",
                    "`keep` skips the record, as the test says, so there is nothing else to expect of it".to_owned(),
                );
            }
            return judge.mismatches;
        }
        Some(false) => {
            let reasons = reasons(&rows);
            judge.differs("kept", "false", if reasons.is_empty() { "true" } else { "rejected" });
            if !reasons.is_empty() {
                judge.note("rejected", sentences(&reasons));
            }
        }
        _ => {}
    }
    if let Some(expect) = expect {
        judge.expect(*expect, &rows);
    }
    if rows.is_empty() && (!omitted.is_empty() || used.is_some()) && mapping.rows.is_some() {
        judge.note("rows", "`one_row_per` matches nothing in the record, so there are no fields".to_owned());
    }
    for (number, row) in rows.iter().enumerate() {
        for name in omitted {
            judge.omitted(name, row, judge.row_prefix(number));
        }
        if let Some(NodeRef(place)) = used {
            let document = project.document(*place);
            for (key, node) in document.entries(place.node) {
                let prefix = judge.row_prefix(number);
                judge.used(document.text(*key).unwrap_or_default(), document.text(*node).unwrap_or_default(), row, &prefix);
            }
        }
    }
    let expected: Option<BTreeSet<(String, ProblemKind)>> = problems
        .as_ref()
        .map(|problems| problems.iter().map(|(name, problem)| (name.value.clone(), ProblemKind::from(problem.value))).collect());
    if *kept != Some(false) {
        judge.problems(expected, &reasons(&rows));
    }
    judge.mismatches
}

/// The reasons of all rows, each once.
fn reasons(rows: &[&Row]) -> Vec<Reason> {
    let mut all: Vec<Reason> = Vec::new();
    for reason in rows.iter().flat_map(|row| &row.reasons) {
        if !all.contains(reason) {
            all.push(reason.clone());
        }
    }
    all
}

fn sentences(reasons: &[Reason]) -> String {
    reasons.iter().map(Reason::to_string).collect::<Vec<_>>().join("\n")
}

impl Judge<'_> {
    fn note(&mut self, what: &str, note: String) {
        self.mismatches.push(Mismatch { what: what.to_owned(), expected: None, found: None, note: Some(note) });
    }

    fn differs(&mut self, what: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) {
        let (expected, found) = (Some(expected.into()), Some(found.into()));
        self.mismatches.push(Mismatch { what: what.into(), expected, found, note: None });
    }

    /// What stands before a field's name where there may be several rows.
    fn row_prefix(&self, number: usize) -> String {
        if self.mapping.rows.is_some() { format!("row {}, ", number + 1) } else { String::new() }
    }

    /// The file's own field of this name, not a rule taken over from another file.
    fn field(&self, name: &str) -> Option<FieldIndex> {
        self.mapping.fields.iter().position(|field| !field.used && field.name == name)
    }

    fn expect(&mut self, NodeRef(place): NodeRef, rows: &[&Row]) {
        let document = self.project.document(place);
        let maps: Vec<NodeId> = match &document.node(place.node).content {
            Content::List(items) => items.clone(),
            _ => vec![place.node],
        };
        if self.mapping.rows.is_some() && maps.len() != rows.len() {
            self.differs("rows", maps.len().to_string(), rows.len().to_string());
        }
        for (number, (map, row)) in maps.into_iter().zip(rows).enumerate() {
            for (key, node) in document.entries(map) {
                let name = document.text(*key).unwrap_or_default();
                self.expect_field(document, name, *node, row, self.row_prefix(number));
            }
        }
    }

    fn expect_field(&mut self, document: &Document, name: &str, node: NodeId, row: &Row, prefix: String) {
        let Some(index) = self.field(name) else { return };
        let state = row.fields[index].as_ref();
        let found = cell(&self.mapping.fields[index], state);
        let wanted = document.json(node);
        let null = document.scalar(node) == Some(Scalar::Null);
        let fits = match &found {
            Cell::Value(value) => same(&wanted, &json(value)),
            Cell::Blank | Cell::Omitted => null,
        };
        if fits {
            return;
        }
        let expected_text = document.text(node).map_or_else(|| wanted.clone(), str::to_owned);
        let found_text = found.value().map(|value| value.to_plain().into_owned());
        // Text and number may look the same without quotes.
        let alike = found_text.as_ref() == Some(&expected_text);
        let expected_text = if alike { wanted } else { expected_text };
        let found_text = if alike { found.value().map(json) } else { found_text };
        self.mismatches.push(Mismatch {
            what: format!("{prefix}{name}"),
            expected: (!null).then_some(expected_text),
            found: found_text,
            note: Some(self.story(index, state)),
        });
    }

    /// How the field came to what it is, in a few words.
    fn story(&self, index: FieldIndex, state: Option<&State<'_>>) -> String {
        let field = &self.mapping.fields[index];
        match state {
            Some(State::Value { origin: Origin::Entry(at), .. }) => match &field.source {
                Source::Entries(entries) => format!("from entry {}: {}", at + 1, entries[*at].text),
                Source::Field(_) | Source::BlankAmong(_) => String::new(),
            },
            Some(State::Value { origin: Origin::Default, .. }) => "from `default`".to_owned(),
            Some(State::Value { origin: Origin::Field, .. }) => match &field.source {
                Source::Field(used) => format!("from the rule of `{}`", self.mapping.fields[*used].name),
                Source::Entries(_) | Source::BlankAmong(_) => "the names of the blank fields".to_owned(),
            },
            Some(State::NotApplicable) => "the field's `when` does not hold".to_owned(),
            Some(State::Missing(lack)) => lack.sentence().to_owned(),
            Some(State::Invalid(Invalid { message, .. })) => format!("invalid: {message}"),
            None => "the field was not computed".to_owned(),
        }
    }

    fn omitted(&mut self, name: &str, row: &Row, prefix: String) {
        let Some(index) = self.field(name) else { return };
        let found = match cell(&self.mapping.fields[index], row.fields[index].as_ref()) {
            Cell::Omitted => return,
            Cell::Blank => "null".to_owned(),
            Cell::Value(value) => value.to_plain().into_owned(),
        };
        self.differs(format!("{prefix}{name}"), "no key (omitted)", found);
    }

    fn used(&mut self, name: &str, wanted: &str, row: &Row, prefix: &str) {
        let Some(mut index) = self.field(name) else { return };
        // A rule taken over is used where it stands.
        while let Source::Field(used) = self.mapping.fields[index].source {
            if !matches!(row.fields[index], Some(State::Value { origin: Origin::Field, .. })) {
                break;
            }
            index = used;
        }
        let (found, fits) = match (&self.mapping.fields[index].source, &row.fields[index]) {
            (_, Some(State::Value { origin: Origin::Default, .. })) => (DEFAULT.to_owned(), wanted == DEFAULT),
            (Source::Entries(entries), Some(State::Value { origin: Origin::Entry(at), .. })) => {
                let number = (at + 1).to_string();
                let text = &entries[*at].text;
                (format!("entry {number}: {text}"), wanted == number || wanted == text)
            }
            (_, state) => (self.story(index, state.as_ref()), false),
        };
        if !fits {
            self.differs(format!("{prefix}used: {name}"), wanted, found);
        }
    }

    fn problems(&mut self, expected: Option<BTreeSet<(String, ProblemKind)>>, reasons: &[Reason]) {
        let Some(expected) = expected else {
            if !reasons.is_empty() {
                self.note(
                    "rejected",
                    format!("{}\nname what is wrong under `problems` if the test means it", sentences(reasons)),
                );
            }
            return;
        };
        let named = |reason: &Reason| match &reason.subject {
            Subject::Field(name) | Subject::Join(name) => Some((name.clone(), reason.problem)),
            Subject::Record if reason.problem == ProblemKind::Source => Some(("$".to_owned(), reason.problem)),
            Subject::Record => None,
        };
        let found: BTreeSet<_> = reasons.iter().filter_map(named).collect();
        let unnamed: Vec<Reason> = reasons.iter().filter(|reason| named(reason).is_none()).cloned().collect();
        if found != expected {
            let text = |set: &BTreeSet<(String, ProblemKind)>| {
                let lines: Vec<String> = set.iter().map(|(name, kind)| format!("{name}: {}", kind.word())).collect();
                (!lines.is_empty()).then(|| lines.join("\n"))
            };
            let note = (!reasons.is_empty()).then(|| sentences(reasons));
            self.mismatches.push(Mismatch { what: "problems".to_owned(), expected: text(&expected), found: text(&found), note });
        } else if !unnamed.is_empty() {
            self.note("rejected", sentences(&unnamed));
        }
    }
}

fn json(value: &Value<'_>) -> String {
    let mut out = Vec::new();
    value.write_json(&mut out);
    String::from_utf8(out).expect("JSON made from text is UTF-8")
}
