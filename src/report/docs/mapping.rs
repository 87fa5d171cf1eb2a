//! One mapping's part of the page: what it reads and writes, who is sent, its fields, what is left out.

use super::block::{Block, Line, code, joined, path, prose, text};
use super::field::Teller;
use super::notes;
use super::words::{kind, remark, sentence, without_article};
use crate::mapping::Mapping;
use crate::mapping::compiled::{Column, EntrySource, Field, Join, OnMissing, Source};
use crate::mapping::spec::Matches;
use crate::mapping::whole::Whole;
use crate::target::Constant;

pub fn part<'d>(teller: &Teller<'d>, whole: Option<&Whole<'d>>) -> Vec<Block> {
    let mapping = teller.words.mapping;
    let heading =
        |level: usize, words: &str, key: &str| Block::heading(level, vec![text(words)], format!("{}/{key}", mapping.name));
    let mut title = vec![code(mapping.name.clone())];
    title.extend(mapping.target.as_ref().map(|target| text(format!(": {}", target.title))));
    let mut blocks = vec![Block::heading(2, title, format!("{}/top", mapping.name))];
    let files = &teller.words.project.files;
    for layer in whole.iter().flat_map(|whole| &whole.layers) {
        let notes = notes::opening(files.text(layer.mapping.place.file));
        blocks.extend(notes.iter().map(|note| Block::Paragraph(prose(note))));
    }
    blocks.push(Block::list(facts(teller, whole)));
    for key in ["one_row_per", "key"] {
        blocks.extend(remarks(teller, whole, key));
    }
    blocks.push(heading(3, "Who is sent", "keep"));
    blocks.extend(kept(teller, whole));
    if !mapping.joins.is_empty() {
        blocks.push(heading(3, "Other records that are looked at", "joins"));
        blocks.extend(remarks(teller, whole, "joins"));
        blocks.push(Block::list(mapping.joins.iter().map(|join| of_join(teller, join)).collect()));
    }
    blocks.push(heading(3, "Fields at a glance", "fields"));
    blocks.push(glance(teller));
    blocks.push(heading(3, "Each field", "each"));
    blocks.extend(mapping.columns.iter().flat_map(|column| teller.field(column.field, Some(column))));
    let told = told_in_place(mapping);
    for (used, title, key) in [
        (false, "Helpers, computed for other fields and never sent", "helpers"),
        (true, "Rules of other files that the rules above lean on", "rules"),
    ] {
        let fields = mapping.fields.iter().enumerate().filter(|(at, field)| field.hidden && field.used == used && !told[*at]);
        let told: Vec<Block> = fields.flat_map(|(at, _)| teller.field(at, None)).collect();
        if !told.is_empty() {
            blocks.push(heading(3, title, key));
            blocks.extend(told);
        }
    }
    blocks.push(heading(3, "What is left out", "ignore"));
    blocks.extend(left_out(teller, whole));
    blocks
}

/// By field: whether it is another file's rule that is told where it is taken over.
fn told_in_place(mapping: &Mapping) -> Vec<bool> {
    let mut told = vec![false; mapping.fields.len()];
    for field in mapping.fields.iter().filter(|field| !field.used) {
        let mut source = &field.source;
        while let Source::Field(other) = source {
            told[*other] |= mapping.fields[*other].used;
            source = &mapping.fields[*other].source;
        }
    }
    told
}

fn facts<'d>(teller: &Teller<'d>, whole: Option<&Whole<'d>>) -> Vec<Line> {
    let mapping = teller.words.mapping;
    let files = &teller.words.project.files;
    let one = without_article(mapping.source.title);
    let mut facts = vec![match &mapping.rows {
        None => {
            vec![text(format!("Reads {}s of HiBob (", one)), code(mapping.source.name), text("), and writes one record for each")]
        }
        Some(rows) => vec![
            text("Reads "),
            code(mapping.source.name),
            text(" of HiBob, and writes one record for each item at "),
            path(rows.text.clone()),
            text(format!(" in {}; where there is none, nothing is written", mapping.source.title)),
        ],
    }];
    if let Some(target) = &mapping.target {
        let mut line = vec![text("Writes records for "), code(target.name.clone()), text(": ")];
        line.extend(prose(target.description.split("\n\n").next().unwrap_or_default()));
        facts.push(line);
    }
    let mut key = vec![text("Records are told apart by ")];
    key.extend(joined(mapping.key.iter().map(|field| teller.words.field(*field)), " and "));
    key.push(text(if mapping.ignore_case { ", upper and lower case alike" } else { "" }));
    key.push(text("; those that share it are all held back"));
    facts.push(key);
    let mut named: Vec<String> = Vec::new();
    if let Some(whole) = whole {
        let layers = whole.layers.iter().map(|layer| {
            vec![code(layer.mapping.value.clone()), text(" ("), code(files.name(layer.mapping.place.file)), text(")")]
        });
        let layers: Vec<Line> = layers.collect();
        named.extend(whole.layers.iter().map(|layer| files.name(layer.mapping.place.file).to_owned()));
        if layers.len() > 1 {
            facts.push(joined(layers, ", an overlay that changes some of "));
        } else {
            facts.push([vec![text("Written in ")], layers.concat()].concat());
        }
    }
    let mut others: Vec<String> = Vec::new();
    for field in mapping.fields.iter().filter(|field| field.used) {
        let name = files.name(field.place.file).to_owned();
        if !named.contains(&name) && !others.contains(&name) {
            others.push(name);
        }
    }
    if !others.is_empty() {
        facts
            .push([vec![text("Takes rules over from ")], joined(others.into_iter().map(|name| vec![code(name)]), ", ")].concat());
    }
    facts
}

fn kept<'d>(teller: &Teller<'d>, whole: Option<&Whole<'d>>) -> Vec<Block> {
    let mapping = teller.words.mapping;
    let one = without_article(mapping.source.title);
    if mapping.keep.is_empty() {
        return vec![Block::Paragraph(vec![text(format!("Every {one} that Bob sends."))])];
    }
    let mut blocks = remarks(teller, whole, "keep");
    let lead = match mapping.keep.len() {
        1 => format!("Each {one} for which this holds; all others are passed over:"),
        _ => format!("Each {one} for which all of this holds; all others are passed over:"),
    };
    blocks.push(Block::Paragraph(vec![text(lead)]));
    blocks.push(Block::list(teller.words.clauses(&mapping.keep)));
    blocks
}

/// The comments beside a key at the top of the files.
fn remarks<'d>(teller: &Teller<'d>, whole: Option<&Whole<'d>>, key: &str) -> Vec<Block> {
    let project = teller.words.project;
    let mut blocks = Vec::new();
    for layer in whole.iter().flat_map(|whole| &whole.layers) {
        let root = project.root(layer.mapping.place.file);
        if project.child(root, key).is_some() {
            let at = project.key_span(root, key).start;
            let file = project.files.text(root.file);
            let note = notes::above(file, at).or_else(|| notes::behind(file, at).map(str::to_owned));
            blocks.extend(note.map(|note| Block::Paragraph(remark(&note))));
        }
    }
    blocks
}

fn of_join(teller: &Teller<'_>, join: &Join) -> Line {
    let that = join.plan.path(join.that);
    let mut line = vec![code(join.name.clone()), text(": "), text(format!("{} ", join.with.title)), text("(")];
    line.extend([code(join.with.name), text(") whose "), path(that.to_string()), text(" is the same as ")]);
    line.extend(teller.words.place(&join.this, None));
    if join.ignore_case {
        line.push(text(", upper and lower case alike"));
    }
    if !join.filter.is_empty() {
        line.push(text(", and for which "));
        line.extend(joined(teller.words.clauses(&join.filter), "; and "));
    }
    line.push(text(match join.matches {
        Matches::AtMostOne => ". There may be none; where there are several, the record is held back",
        Matches::ExactlyOne => ". Where there is none, or several, the record is held back",
        Matches::AnyNumber => ". There may be none, one or several",
    }));
    line
}

/// One line a column.
fn glance(teller: &Teller<'_>) -> Block {
    let mapping = teller.words.mapping;
    let row = |column: &Column| {
        let field = &mapping.fields[column.field];
        vec![
            teller.words.field(column.field),
            vec![code(column.header.clone())],
            vec![text(kind(field))],
            vec![text(if field.personal { "yes" } else { "no" })],
            vec![text(if field.on_missing == OnMissing::Reject { "yes" } else { "no" })],
            first_place(teller, field),
        ]
    };
    Block::Table {
        caption: "Every field that is sent".to_owned(),
        headers: vec!["Field", "Header", "Holds", "Personal", "Required", "From"],
        rows: mapping.columns.iter().map(row).collect(),
    }
}

/// Where a field looks, each place once.
fn first_place(teller: &Teller<'_>, field: &Field) -> Line {
    match &field.source {
        Source::Field(other) => first_place(teller, &teller.words.mapping.fields[*other]),
        Source::BlankAmong(_) => vec![text("which other fields are blank")],
        Source::Entries(entries) => {
            let mut lines: Vec<Line> = Vec::new();
            for entry in entries {
                let line = match &entry.what {
                    EntrySource::Path { path, take: _ } => teller.words.menu(path, teller.category(field, entry)),
                    EntrySource::Template(_) => vec![code(entry.text.clone())],
                    EntrySource::Constant(value) => vec![text("always "), code(value.to_plain())],
                };
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
            joined(lines, "; else ")
        }
    }
}

fn left_out<'d>(teller: &Teller<'d>, whole: Option<&Whole<'d>>) -> Vec<Block> {
    let mapping = teller.words.mapping;
    let project = teller.words.project;
    let mut rows = Vec::new();
    let mut named: Vec<&str> = mapping.columns.iter().map(|column| column.name.as_str()).collect();
    for ignored in whole.iter().flat_map(|whole| &whole.ignore) {
        let short = project.text(ignored.place);
        let what = match (&ignored.field, &ignored.path) {
            (Some(field), _) => {
                named.push(field);
                vec![code(field.value.clone()), text(", a field of the target")]
            }
            (None, Some(place)) => vec![path(place.value.clone()), text(" in Bob, with all below it")],
            (None, None) if short.starts_with('$') => vec![path(short), text(" in Bob, with all below it")],
            (None, None) => {
                named.push(short);
                vec![code(short), text(", a field of the target")]
            }
        };
        rows.push(vec![
            what,
            ignored.reason.as_deref().map_or_else(|| vec![text("no reason is given")], |reason| prose(&sentence(reason))),
        ]);
    }
    let mut blocks = Vec::new();
    if rows.is_empty() {
        blocks.push(Block::Paragraph(vec![text("Nothing is named as left out on purpose.")]));
    } else {
        blocks.push(Block::Table { caption: "Left out on purpose".to_owned(), headers: vec!["What", "Why"], rows });
    }
    let Some(target) = &mapping.target else { return blocks };
    let others: Vec<Line> = target
        .fields
        .iter()
        .filter(|field| !named.contains(&field.name.as_str()))
        .map(|field| vec![code(field.name.clone())])
        .collect();
    if !others.is_empty() {
        let mut line = vec![text("The target also has these fields, of which the files say nothing: ")];
        line.extend(joined(others, ", "));
        blocks.push(Block::Paragraph(line));
    }
    if !target.constants.is_empty() {
        let row = |constant: &Constant| {
            let mut line = vec![
                code(format!("/{}", constant.to.join("/"))),
                text(" is always "),
                code(constant.value.to_string()),
                text(": "),
            ];
            line.extend(prose(constant.description));
            line
        };
        blocks.push(Block::Paragraph(vec![text("The target itself adds to each record:")]));
        blocks.push(Block::list(target.constants.iter().map(row).collect()));
    }
    blocks
}
