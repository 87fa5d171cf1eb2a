//! What a sync would change: for people, for programs, and as Markdown for a pull request. Values of people are masked unless the
//! user asked for them.

use super::table::{Table, markdown_text};
use super::terminal::one_line;
use crate::plan::{Change, ChangeKind, Column, Stop, Summary, changed};
use crate::value::mask::{Reveal, Shown};
use serde::Serialize;

/// A plan, ready to be printed.
#[derive(Debug, Serialize)]
pub struct PlanReport {
    version: u32,
    pub job: String,
    pub destination: String,
    pub checksum: String,
    pub summary: Summary,
    /// What is to be known before anything else.
    pub notes: Vec<String>,
    pub stops: Vec<StopReport>,
    pub changes: Vec<ChangeReport>,
    /// Changes that are not listed.
    pub more: u64,
}

/// Why a guard stops the sync.
#[derive(Debug, Serialize)]
pub struct StopReport {
    #[serde(flatten)]
    pub stop: Stop,
    /// The likely cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The command that shows more.
    pub look: String,
    /// The user lets it pass this time.
    pub allowed: bool,
}

/// A row that changes.
#[derive(Debug, Serialize)]
pub struct ChangeReport {
    pub change: &'static str,
    pub key: String,
    pub fields: Vec<FieldReport>,
}

/// A field of a row that is updated.
#[derive(Debug, Serialize)]
pub struct FieldReport {
    pub name: String,
    pub before: String,
    pub after: String,
}

const BLANK: &str = "(blank)";

/// Collects the changes that are listed.
pub struct Changes<'c> {
    columns: &'c [Column],
    /// The key of rows is personal.
    personal_key: bool,
    reveal: Reveal,
    /// How many are listed at most.
    most: usize,
    listed: Vec<ChangeReport>,
    more: u64,
}

impl<'c> Changes<'c> {
    pub fn new(columns: &'c [Column], personal_key: bool, reveal: Reveal, most: usize) -> Self {
        Changes { columns, personal_key, reveal, most, listed: Vec::new(), more: 0 }
    }

    pub fn add(&mut self, change: &Change) {
        if self.listed.len() >= self.most {
            self.more += 1;
            return;
        }
        let fields = match (&change.before, &change.after) {
            (Some(before), Some(after)) if change.kind == ChangeKind::Update => {
                let shown = |json: &str, column: &Column| match json {
                    "null" | "\"\"" => BLANK.to_owned(),
                    json => {
                        let plain = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
                        Shown::new(plain, column.personal).display(self.reveal)
                    }
                };
                let changes = changed(self.columns, &before.cells, &after.cells).into_iter();
                let field = |change: crate::plan::FieldChange| {
                    let column = &self.columns[change.column];
                    let (before, after) = (shown(&change.before, column), shown(&change.after, column));
                    FieldReport { name: column.name.clone(), before, after }
                };
                changes.map(field).collect()
            }
            _ => Vec::new(),
        };
        let row = change.after.as_ref().or(change.before.as_ref());
        // Bob's own id names a person to those only who may look into Bob.
        let key = match row.and_then(|row| row.source.clone()).filter(|_| self.personal_key && self.reveal == Reveal::Nothing) {
            Some(source) => source,
            None => Shown::new(change.key.clone(), self.personal_key).display(self.reveal),
        };
        self.listed.push(ChangeReport { change: change.kind.word(), key, fields });
    }
}

impl PlanReport {
    pub fn new(job: &str, destination: String, checksum: String, summary: Summary, changes: Changes<'_>) -> Self {
        let Changes { listed, more, .. } = changes;
        PlanReport {
            version: 1,
            job: job.to_owned(),
            destination,
            checksum,
            summary,
            notes: Vec::new(),
            stops: Vec::new(),
            changes: listed,
            more,
        }
    }

    /// Whether a guard stops the sync.
    pub fn is_stopped(&self) -> bool {
        self.stops.iter().any(|stop| !stop.allowed)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("texts, numbers and lists can be written as JSON")
    }

    /// What is done in numbers: `3 to create, 1 to delete, 94 unchanged`.
    pub fn counted(&self) -> String {
        let Summary { creates, updates, rewritten, deletes, unchanged, held, .. } = &self.summary;
        let words = [
            (creates, "to create"),
            (updates, "to update"),
            (rewritten, "to write otherwise"),
            (deletes, "to delete"),
            (unchanged, "unchanged"),
            (held, "held"),
        ];
        let said: Vec<String> =
            words.into_iter().filter(|(count, _)| **count > 0).map(|(count, word)| format!("{count} {word}")).collect();
        if said.is_empty() { "no rows".to_owned() } else { said.join(", ") }
    }

    pub fn text(&self) -> String {
        let mut text = format!("{} → {}: {}\n", self.job, one_line(&self.destination), self.counted());
        for note in &self.notes {
            text += &format!("  NOTE: {note}\n");
        }
        for stop in &self.stops {
            text += &stop.text();
        }
        if !self.changes.is_empty() {
            text += &format!("\n{}", self.table().text());
        }
        if self.more > 0 {
            text += &format!("and {} more (--changes N lists more)\n", self.more);
        }
        if let Some(fields) = self.fields() {
            text += &format!("\n{}", fields.text());
        }
        text += &format!("\nchecksum {}\n", self.checksum);
        text
    }

    pub fn markdown(&self) -> String {
        let mut text = format!("### {} → {}\n\n{}.\n", self.job, markdown_text(&self.destination), self.counted());
        let stops = self.stops.iter().map(|stop| format!("**Guard `{}`:** {}", stop.stop.rule, markdown_text(&stop.sentence())));
        let notes = self.notes.iter().map(|note| format!("**Note:** {}", markdown_text(note)));
        for (at, line) in notes.chain(stops).enumerate() {
            text += &format!("{}- {line}\n", if at == 0 { "\n" } else { "" });
        }
        if !self.changes.is_empty() {
            text += &format!("\n{}", self.table().markdown());
        }
        if self.more > 0 {
            text += &format!("\nand {} more.\n", self.more);
        }
        text += &format!("\nChecksum: `{}`\n", self.checksum);
        text
    }

    fn table(&self) -> Table {
        let mut table = Table::new(&["Change", "Key", "Field", "Before", "After"]);
        for ChangeReport { change, key, fields } in &self.changes {
            match fields.split_first() {
                None => table.row([*change, key]),
                Some((first, rest)) => {
                    table.row([*change, key, &first.name, &first.before, &first.after]);
                    rest.iter().for_each(|field| table.row(["", "", &field.name, &field.before, &field.after]));
                }
            }
        }
        table
    }

    /// The fields that change, and in how many rows.
    fn fields(&self) -> Option<Table> {
        let mut table = Table::new(&["Field", "Updated", "With a value before", "After"]);
        for field in self.summary.fields.iter().filter(|field| field.updates > 0) {
            let numbers = [field.updates, field.filled_before, field.filled_after].map(|count| count.to_string());
            table.row(std::iter::once(field.name.clone()).chain(numbers));
        }
        (!table.rows.is_empty()).then_some(table)
    }
}

impl StopReport {
    fn sentence(&self) -> String {
        let cause = self.cause.as_ref().map_or_else(String::new, |cause| format!("; likely because {cause}"));
        format!("{}{cause}", self.stop.message)
    }

    fn text(&self) -> String {
        let rule = self.stop.rule;
        let end = match self.allowed {
            true => format!("allowed this time by --allow {rule}"),
            false => format!("look with `{}`, or pass this once with --allow {rule}", self.look),
        };
        format!("  {} [{rule}]: {}\n    {end}\n", if self.allowed { "guard" } else { "STOP" }, self.sentence())
    }
}
