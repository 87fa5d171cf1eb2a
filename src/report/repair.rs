//! Proposed changes of mapping files: what speaks for each, what it does to the records, and the text that it changes. Values
//! of people are masked unless the user asked for them.

use super::terminal::{lines, one_line, styled};
use crate::diagnosis::cause::Grade;
use crate::diagnosis::repair::{Left, ProposalKind};
use crate::engine::compare::{Comparison, Fate, FieldChange};
use crate::value::mask::{Reveal, Shown};
use annotate_snippets::renderer::{AnsiColor, Style};
use serde::Serialize;

/// Everything that can be mended, and what can't. As JSON new keys may come; `version` counts up when one goes or changes its
/// meaning.
#[derive(Debug, Serialize)]
pub struct RepairReport {
    pub version: u32,
    /// The mapping that runs.
    pub mapping: String,
    pub source: String,
    pub records: u64,
    pub proposals: Vec<ProposalReport>,
    pub left: Vec<Left>,
    /// What is to be known of the reading.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct ProposalReport {
    pub kind: ProposalKind,
    pub field: String,
    pub title: String,
    pub grade: Grade,
    pub evidence: Vec<String>,
    pub effect: Effect,
    pub file: String,
    /// The file is not there yet.
    pub new_file: bool,
    /// Unified.
    pub diff: String,
    pub written: bool,
    /// Why it can't be written together with the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apart: Option<String>,
}

/// What a change does to the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Rows that are rejected without the change and not with it.
    pub no_longer_rejected: u64,
    pub newly_rejected: u64,
    /// Rows that are kept, made or skipped otherwise.
    pub otherwise: u64,
    pub fields: Vec<FieldEffect>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldEffect {
    pub field: String,
    /// Rows in which it was blank and has a value.
    pub gained: u64,
    pub lost: u64,
    /// Rows in which it has another value.
    pub changed: u64,
    /// One row in which it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

impl Effect {
    pub fn of(comparison: &Comparison, reveal: Reveal) -> Effect {
        let mut effect = Effect::default();
        for ((from, to), moved) in &comparison.fates {
            let count = match (from, to) {
                (Fate::Rejected, Fate::Written) => &mut effect.no_longer_rejected,
                (_, Fate::Rejected) => &mut effect.newly_rejected,
                _ => &mut effect.otherwise,
            };
            *count += moved.rows;
        }
        let fields = comparison.fields.iter().filter(|(_, change)| change.rows() > 0);
        effect.fields = fields.map(|(name, change)| FieldEffect::of(name, change, reveal)).collect();
        effect
    }

    /// Whether no row comes out otherwise.
    pub fn is_nothing(&self) -> bool {
        *self == Effect::default()
    }

    /// Whether a row is worse off: a value lost, or a row that is rejected.
    pub fn harms(&self) -> bool {
        self.newly_rejected > 0 || self.otherwise > 0 || self.fields.iter().any(|field| field.lost > 0)
    }

    pub fn changed(&self) -> u64 {
        self.fields.iter().map(|field| field.changed).sum()
    }

    fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        for FieldEffect { field, gained, lost, changed, example } in &self.fields {
            let counts = [
                (gained, "gain a value", "gains a value"),
                (lost, "lose it", "loses it"),
                (changed, "have another one", "has another one"),
            ];
            let counts = counts.into_iter().filter(|(count, ..)| **count > 0);
            let counts: Vec<String> =
                counts.map(|(count, many, one)| format!("{} {}", rows(*count), if *count == 1 { one } else { many })).collect();
            let example = example.as_ref().map(|example| format!(" (for example {example})")).unwrap_or_default();
            said.push(format!("{field}: {}{example}", counts.join(", ")));
        }
        for (count, what) in [
            (self.no_longer_rejected, "no longer rejected"),
            (self.newly_rejected, "rejected that were not"),
            (self.otherwise, "kept or skipped otherwise"),
        ] {
            if count > 0 {
                said.push(format!("{} {what}", rows(count)));
            }
        }
        if said.is_empty() {
            said.push("no row comes out otherwise".to_owned());
        }
        said
    }
}

impl FieldEffect {
    fn of(name: &str, change: &FieldChange, reveal: Reveal) -> FieldEffect {
        let value = |value: &Option<String>| match value {
            Some(value) => Shown::new(value.as_str(), change.personal).display(reveal),
            None => "(blank)".to_owned(),
        };
        let example = change.examples.first();
        FieldEffect {
            field: name.to_owned(),
            gained: change.gained,
            lost: change.lost,
            changed: change.changed,
            example: example.map(|example| format!("{}: {} → {}", example.record, value(&example.old), value(&example.new))),
        }
    }
}

impl RepairReport {
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names, counts and texts can be written as JSON")
    }

    pub fn text(&self, color: bool) -> String {
        let mut out = match self.proposals.len() {
            0 => format!("{}: nothing to mend, by {} of {}\n", self.mapping, count(self.records, "record"), self.source),
            number => format!(
                "{}: {}, by {} of {}\n",
                self.mapping,
                count(number as u64, "proposal"),
                count(self.records, "record"),
                self.source
            ),
        };
        for note in &self.notes {
            out += &format!("  NOTE: {}\n", one_line(note));
        }
        for (at, proposal) in self.proposals.iter().enumerate() {
            out += &format!("\n{}. {}", at + 1, proposal.text(color));
        }
        if !self.left.is_empty() {
            out += "\nLeft as it is\n";
        }
        for Left { field, about, why } in &self.left {
            let field = field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
            out += &format!("- {}\n", one_line(&format!("{field}{about}: {why}")));
        }
        out
    }
}

impl ProposalReport {
    /// The proposal for people, without its number.
    pub fn text(&self, color: bool) -> String {
        let state = if self.written { ", written" } else { "" };
        let mut out = format!("{} ({}{state})\n", one_line(&format!("{}: {}", self.field, self.title)), self.grade.word());
        for sentence in self.evidence.iter().chain(&self.effect.sentences()) {
            out += &format!("   - {}\n", one_line(sentence));
        }
        if let Some(apart) = &self.apart {
            out += &format!("   - not together with the others: {}\n", one_line(apart));
        }
        // The line ends of a file are no change.
        let diff = self.diff.replace("\r\n", "\n");
        let diff = lines(&diff);
        for line in diff.lines() {
            let style = match line.as_bytes().first() {
                Some(b'+') => AnsiColor::Green.on_default(),
                Some(b'-') => AnsiColor::Red.on_default(),
                Some(b'@') => AnsiColor::Cyan.on_default(),
                _ => Style::new(),
            };
            out += &format!("   {}\n", styled(line, style, color));
        }
        out
    }
}

fn rows(number: u64) -> String {
    count(number, "row")
}

fn count(number: u64, noun: &str) -> String {
    super::count(usize::try_from(number).unwrap_or(usize::MAX), noun)
}
