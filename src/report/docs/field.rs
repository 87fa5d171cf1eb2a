//! One field of a mapping: what it is, where its value comes from, what is done to it, and what it comes to.

use super::Example;
use super::block::{Block, Item, Line, code, joined, link, prose, text};
use super::notes;
use super::words::{Words, field_key, kind, remark};
use crate::mapping::compiled::{Column, Entry, EntrySource, Field, FieldIndex, OnInvalid, OnMissing, Part, Source, Template};
use crate::mapping::document::{At, Place};
use crate::mapping::spec;
use crate::mapping::whole::{Whole, WholeField};
use crate::target::TargetField;
use crate::value::text::fold;
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashSet};

/// A field's part of the page, made from all that is known of it.
pub struct Teller<'d> {
    pub words: Words<'d>,
    /// Every mapping of the run as it counts, for what files say in their own words.
    pub wholes: &'d [Whole<'d>],
    pub examples: &'d [Example],
}

impl<'d> Teller<'d> {
    pub fn field(&self, index: FieldIndex, column: Option<&Column>) -> Vec<Block> {
        let field = &self.words.mapping.fields[index];
        let target = column.and_then(|column| self.target(column));
        let mut title = vec![code(field.name.clone())];
        title.extend(target.map(|target| text(format!(": {}", target.title))));
        let mut blocks = vec![Block::heading(4, title, self.words.key(index))];
        if let Some(target) = target {
            blocks.extend(
                target.description.split("\n\n").filter(|part| !part.is_empty()).map(|part| Block::Paragraph(prose(part))),
            );
        }
        blocks.extend(self.notes(field).into_iter().map(|note| Block::Paragraph(remark(&note))));
        blocks.push(Block::list(self.facts(field, column, target)));
        self.source(field, &mut blocks);
        blocks.extend(self.spellings(field));
        blocks.extend([Block::Paragraph(vec![text("Otherwise:")]), Block::list(self.outcomes(field))]);
        blocks.extend(self.examples(index));
        blocks
    }

    pub fn target(&self, column: &Column) -> Option<&'d TargetField> {
        self.words.mapping.target.as_ref().and_then(|target| target.field(&column.name))
    }

    /// What the files say of a field, in the mapping that it comes from.
    fn written(&self, field: &Field) -> Option<&'d WholeField<'d>> {
        let fields = self.wholes.iter().filter_map(|whole| whole.fields.get(field.name.as_str()));
        fields.into_iter().find(|written| written.place() == field.place)
    }

    /// The comments beside the field in each file that says something of it, each once.
    fn notes(&self, field: &Field) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for layer in self.layers(field) {
            let file = self.words.project.files.text(layer.file);
            let starts = self.starts(field, layer);
            let above = starts.first().and_then(|name| notes::above(file, *name));
            let behind = starts.iter().filter_map(|at| notes::behind(file, *at)).map(str::to_owned);
            for note in above.into_iter().chain(behind) {
                if !found.contains(&note) {
                    found.push(note);
                }
            }
        }
        found
    }

    /// Where the field stands in its file and in those that it extends.
    fn layers(&self, field: &Field) -> Vec<Place> {
        self.written(field).map_or_else(|| vec![field.place], |written| written.layers.iter().map(|layer| layer.place).collect())
    }

    /// Where the field's name and its keys begin in a file. `spellings` is not among them: beside it stands how to read them.
    fn starts(&self, field: &Field, layer: Place) -> Vec<usize> {
        let project = self.words.project;
        let document = project.document(layer);
        let fields = project.child(project.root(layer.file), "fields");
        let name = fields.map(|fields| project.key_span(fields, &field.name).start);
        let keys = document.entries(layer.node).iter().filter(|(key, _)| document.text(*key) != Some("spellings"));
        name.into_iter().chain(keys.map(|(key, _)| document.span(*key).start)).collect()
    }

    /// The comment beside an entry, unless it stands beside the field as well.
    fn note_of_entry(&self, field: &Field, entry: Place) -> Option<&'d str> {
        let project = self.words.project;
        let line = |at: usize| project.files.place(entry.file, at).line;
        let at = project.span(entry).start;
        let mut beside = self.layers(field).into_iter().filter(|layer| layer.file == entry.file);
        let of_the_field = beside.any(|layer| self.starts(field, layer).iter().any(|start| line(*start) == line(at)));
        if of_the_field { None } else { notes::behind(project.files.text(entry.file), at) }
    }

    fn facts(&self, field: &Field, column: Option<&Column>, target: Option<&TargetField>) -> Vec<Line> {
        let mut facts = Vec::new();
        if let Some(column) = column {
            let mut line = vec![text("Column "), code(column.header.clone())];
            if let Some(place) = target.and_then(|target| target.to.as_ref()) {
                line.extend([text(", in nested output "), code(format!("/{}", place.join("/")))]);
            } else if let Some((to, _)) = self.written(field).and_then(|written| written.pick(|field| field.to.as_ref())) {
                line.extend([text(", in nested output "), code(to.value.clone())]);
            }
            if target.is_some_and(|target| target.unverified) {
                line.push(text("; no public text of the target's owner shows this name"));
            }
            facts.push(line);
        }
        let mut holds = format!("Holds: {}", kind(field));
        if let Some(most) = field.max_length {
            holds += &format!(", at most {most} characters");
        }
        facts.push(vec![text(holds)]);
        let personal = match (field.personal, target.is_some_and(|target| target.sensitive)) {
            (true, true) => "Personal data, of a kind that the law protects more than others",
            (true, false) => "Personal data: its values stand in no log and no report",
            (false, _) => "Not personal by itself: reports may show its values",
        };
        facts.push(vec![text(personal)]);
        if field.on_missing == OnMissing::Reject && column.is_some() {
            facts.push(vec![text("Required")]);
        }
        if field.volatile {
            facts.push(vec![text("A change of it alone is no reason to write a record again")]);
        }
        if !field.when.is_empty() {
            let mut line = vec![text("Only where ")];
            line.extend(joined(self.words.clauses(&field.when), "; and "));
            facts.push(line);
        }
        facts
    }

    fn source(&self, field: &Field, blocks: &mut Vec<Block>) {
        match &field.source {
            Source::Entries(entries) => {
                let items: Vec<Item> = entries.iter().map(|entry| self.entry(field, entry)).collect();
                let (lead, numbered) = match entries.as_slice() {
                    [_] => ("It comes from:", false),
                    _ => ("It comes from the first of these places that has a value:", true),
                };
                blocks.extend([Block::Paragraph(vec![text(lead)]), Block::List { numbered, items }]);
            }
            Source::Field(other) => {
                blocks.push(Block::Paragraph(self.used(*other)));
                let other = &self.words.mapping.fields[*other];
                if other.used {
                    self.rule(other, blocks);
                }
            }
            Source::BlankAmong(fields) => {
                let mut line = vec![text("The names of those of these fields that are blank: ")];
                line.extend(joined(fields.iter().map(|(_, field)| self.words.field(*field)), ", "));
                blocks.push(Block::Paragraph(line));
            }
        }
        let steps = self.written(field).map_or(&[][..], |written| written.pick_list(|field| field.then.as_ref()));
        if !steps.is_empty() {
            let lines = steps.iter().map(|step| self.words.step(step)).collect();
            blocks.extend([Block::Paragraph(vec![text("Then, whichever it was:")]), Block::list(lines)]);
        }
    }

    /// A rule that is taken over, as far as it is not the other field's to judge.
    fn rule(&self, rule: &Field, blocks: &mut Vec<Block>) {
        if !rule.when.is_empty() {
            let when = joined(self.words.clauses(&rule.when), "; and ");
            blocks.push(Block::Paragraph([vec![text("Only where ")], when].concat()));
        }
        self.source(rule, blocks);
        blocks.extend(self.spellings(rule));
        if let Some(value) = &rule.default {
            blocks.push(Block::Paragraph(vec![text("Nothing found there: "), code(value.to_plain()), text(" is sent.")]));
        }
    }

    /// Whose rule it is, and on which record it is done.
    fn used(&self, index: FieldIndex) -> Line {
        let other = &self.words.mapping.fields[index];
        if !other.used {
            return [vec![text("The same as ")], self.words.field(index)].concat();
        }
        let file = self.words.project.files.name(other.place.file);
        let is_theirs =
            |whole: &&Whole<'_>| whole.fields.get(other.name.as_str()).is_some_and(|written| written.place() == other.place);
        let owner = self.wholes.iter().find(is_theirs).map_or("", |whole| whole.name().as_str());
        vec![
            text("By the rule of "),
            link(format!("{owner}.{}", other.name), field_key(owner, &other.name)),
            text(" in "),
            code(file),
            text(", which is kept in one place for both:"),
        ]
    }

    fn entry(&self, field: &Field, entry: &Entry) -> Item {
        let written = self.spec_entry(field, entry.place);
        let line = match &entry.what {
            EntrySource::Path { path, take } => {
                let mut line = self.words.place(path, self.category(field, entry));
                line.push(text(match take {
                    spec::Take::Only => "",
                    spec::Take::First => ", the first of several",
                    spec::Take::Last => ", the last of several",
                    spec::Take::All => ", all of them",
                }));
                line
            }
            EntrySource::Template(template) => self.template(template, &entry.text),
            EntrySource::Constant(value) => vec![text("always "), code(value.to_plain())],
        };
        let mut below = Vec::new();
        if !entry.when.is_empty() {
            below.push(joined([vec![text("only where")], joined(self.words.clauses(&entry.when), "; and ")], " "));
        }
        below.extend(written.into_iter().flat_map(|entry| entry.then.iter()).map(|step| self.words.step(step)));
        if entry.on_invalid == OnInvalid::TryNext {
            below.push(vec![text("a value that does not fit counts as none, and the next place is looked at")]);
        } else if entry.on_invalid != field.on_invalid {
            below.push(vec![text(format!("a value that does not fit: {}", invalid(entry.on_invalid)))]);
        }
        below.extend(self.note_of_entry(field, entry.place).map(prose));
        Item { line, below }
    }

    /// The category that the file gives for an entry, or for the whole field.
    pub fn category(&self, field: &Field, entry: &Entry) -> Option<&'d str> {
        let of_entry = self.spec_entry(field, entry.place).and_then(|entry| entry.category.as_ref());
        let of_field = || self.written(field)?.pick(|field| field.category.as_ref()).map(|(category, _)| category);
        of_entry.or_else(of_field).map(|category| category.value.as_str())
    }

    fn spec_entry(&self, field: &Field, place: Place) -> Option<&'d spec::Entry> {
        let layers = self.written(field)?.layers.iter();
        let mut entries = layers.filter_map(|layer| layer.value.full.from.as_ref()).flat_map(|entries| entries.iter());
        let entry: Option<&At<_>> = entries.find(|entry| entry.place == place && !entry.short);
        entry.map(|entry| &entry.value.full)
    }

    fn template(&self, template: &Template, written: &str) -> Line {
        let fields = template.parts.iter().filter_map(|part| match part {
            Part::Field { field, optional } => {
                let mut line = self.words.field(*field);
                line.extend(optional.then(|| text(" (which may be blank)")));
                Some(line)
            }
            Part::Text(_) => None,
        });
        let fields: Vec<Line> = fields.collect();
        let mut line = vec![text("put together as "), code(written)];
        if !fields.is_empty() {
            line.push(text(" from "));
            line.extend(joined(fields, ", "));
        }
        line
    }

    /// Our words and what Bob may say for each, in the order of the files, parents first.
    fn spellings(&self, field: &Field) -> Vec<Block> {
        let Some(spellings) = field.spellings.as_ref().filter(|_| !is_constant(field)) else { return Vec::new() };
        let project = self.words.project;
        let mut seen = HashSet::new();
        let mut layers: Vec<IndexMap<String, Vec<String>>> = Vec::new();
        for layer in self.written(field).into_iter().flat_map(WholeField::spellings) {
            let mut words: IndexMap<String, Vec<String>> = IndexMap::new();
            for (word, said) in layer.iter() {
                let texts = said.iter().map(|spelling| project.text(spelling.value.0).to_owned());
                let new: Vec<String> = texts.filter(|text| seen.insert(fold(text).into_owned())).collect();
                words.entry(word.value.clone()).or_default().extend(new);
            }
            layers.push(words);
        }
        let mut words: IndexMap<String, Vec<String>> = IndexMap::new();
        for (word, said) in layers.into_iter().rev().flatten() {
            words.entry(word).or_default().extend(said);
        }
        let mut blocks = Vec::new();
        if words.is_empty() {
            let own: BTreeSet<String> = spellings.words.iter().map(|(_, word)| word.to_plain().into_owned()).collect();
            let mut line = vec![text("One of the target's own words: ")];
            line.extend(joined(own.into_iter().map(|word| vec![code(word)]), ", "));
            blocks.push(Block::Paragraph(line));
        } else {
            let row = |(word, said): (String, Vec<String>)| {
                vec![joined(said.into_iter().map(|said| vec![code(said)]), ", "), vec![code(word)]]
            };
            let caption = format!("{}: what Bob may say, and what is sent for it", field.name);
            blocks.push(Block::Table { caption, headers: vec!["In Bob", "Sent as"], rows: words.into_iter().map(row).collect() });
        }
        let other = match &spellings.otherwise {
            Some(word) => vec![text("Every other word is sent as "), code(word.to_plain()), text(", and counted in the report.")],
            None if spellings.pass_through => vec![text("Every other word is sent as it is, and counted in the report.")],
            None => vec![text("Every other word does not fit. Upper and lower case do not count.")],
        };
        blocks.push(Block::Paragraph(other));
        blocks
    }

    fn outcomes(&self, field: &Field) -> Vec<Line> {
        let mut lines = Vec::new();
        if !field.when.is_empty() {
            let left = if field.on_missing == OnMissing::Omit { "left out" } else { "left blank" };
            lines.push(vec![text(format!("Where it does not apply: {left}, and that is no problem"))]);
        }
        lines.push(match &field.default {
            Some(value) => vec![text("Nothing found: "), code(value.to_plain()), text(" is sent")],
            None => vec![text(format!("Nothing found: {}", missing(field.on_missing)))],
        });
        lines.push(vec![text(format!("A value that does not fit: {}", invalid(field.on_invalid)))]);
        if !field.missing_values.is_empty() {
            let mut line = vec![text("These count as nothing: ")];
            line.extend(joined(field.missing_values.iter().map(|word| vec![code(word.clone())]), ", "));
            lines.push(line);
        }
        lines
    }
}

/// Whether nothing that Bob holds becomes part of the value.
fn is_constant(field: &Field) -> bool {
    match &field.source {
        Source::Entries(entries) => entries.iter().all(|entry| matches!(entry.what, EntrySource::Constant(_))),
        Source::Field(_) | Source::BlankAmong(_) => false,
    }
}

fn missing(action: OnMissing) -> &'static str {
    match action {
        OnMissing::Blank => "left blank",
        OnMissing::Omit => "left out",
        OnMissing::Reject => "the whole record is held back and listed among the rejects",
        OnMissing::Stop => "the run stops, and nothing at all is sent",
    }
}

fn invalid(action: OnInvalid) -> &'static str {
    match action {
        OnInvalid::Blank => "left blank",
        OnInvalid::Omit => "left out",
        OnInvalid::Reject => "the whole record is held back and listed among the rejects",
        OnInvalid::Stop => "the run stops, and nothing at all is sent",
        OnInvalid::TryNext => "it counts as none",
    }
}
