//! How two versions of a mapping differ over the same records: for people, for programs, and as Markdown for a pull request.
//! Values of people are masked unless the user asked for them.

use super::table::Table;
use crate::engine::compare::{Comparison, Example, Fate, FieldChange, Moved};
use crate::value::mask::{Reveal, Shown};
use serde::Serialize;

/// A comparison, ready to be printed.
#[derive(Debug, Serialize)]
pub struct ComparisonReport {
    version: u32,
    old: String,
    new: String,
    source: String,
    run_date: String,
    /// `complete`, or why reading stopped early.
    scope: String,
    notes: Vec<String>,
    records: u64,
    rows_same: u64,
    rows_changed: u64,
    moved: Vec<MovedReport>,
    fields: Vec<FieldReport>,
}

/// Rows that fare otherwise under the new version.
#[derive(Debug, Serialize)]
struct MovedReport {
    from: &'static str,
    to: &'static str,
    rows: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<ReasonReport>,
    /// The first records, by key or id.
    examples: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ReasonReport {
    field: String,
    problem: &'static str,
    rows: u64,
}

#[derive(Debug, Serialize)]
struct FieldReport {
    name: String,
    /// `added` and `removed` columns, or `kept`.
    column: &'static str,
    gained: u64,
    lost: u64,
    changed: u64,
    examples: Vec<ExampleReport>,
}

#[derive(Debug, Serialize)]
struct ExampleReport {
    record: String,
    old: String,
    new: String,
}

/// What is known besides the comparison.
#[derive(Debug)]
pub struct Circumstances {
    /// What the user calls the two versions.
    pub old: String,
    pub new: String,
    pub source: String,
    pub run_date: String,
    pub scope: String,
    pub notes: Vec<String>,
}

const BLANK: &str = "(blank)";

impl ComparisonReport {
    pub fn new(comparison: &Comparison, circumstances: Circumstances, reveal: Reveal) -> Self {
        let Circumstances { old, new, source, run_date, scope, notes } = circumstances;
        let fields = comparison.fields.iter().filter(|(_, field)| field.rows() > 0 || !field.in_old || !field.in_new);
        ComparisonReport {
            version: 1,
            old,
            new,
            source,
            run_date,
            scope,
            notes,
            records: comparison.records,
            rows_same: comparison.rows_same,
            rows_changed: comparison.rows_changed,
            moved: comparison.fates.iter().map(|((from, to), moved)| moved_report(*from, *to, moved)).collect(),
            fields: fields.map(|(name, field)| field_report(name, field, reveal)).collect(),
        }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("texts, numbers and lists can be written as JSON")
    }

    pub fn text(&self) -> String {
        let mut text = format!("{} → {}: {}\n", self.old, self.new, self.counted());
        for note in &self.notes {
            text += &format!("  NOTE: {note}\n");
        }
        for moved in &self.moved {
            text += &format!("  {}\n", moved.sentence());
        }
        if let Some(table) = self.table() {
            text += &format!("\n{}", table.text());
        }
        text
    }

    pub fn markdown(&self) -> String {
        let mut text = format!("### {} → {}\n\n{}.\n", self.old, self.new, self.counted());
        for line in self.notes.iter().map(|note| format!("**Note:** {note}")).chain(self.moved.iter().map(MovedReport::sentence))
        {
            text += &format!("\n- {line}");
        }
        if !self.moved.is_empty() || !self.notes.is_empty() {
            text += "\n";
        }
        if let Some(table) = self.table() {
            text += &format!("\n{}", table.markdown());
        }
        text
    }

    fn counted(&self) -> String {
        let records = count(self.records, "record");
        if self.rows_changed == 0 && self.moved.is_empty() && self.fields.is_empty() {
            return format!("no difference in {records} of {}", self.source);
        }
        let moved: u64 = self.moved.iter().map(|moved| moved.rows).sum();
        format!(
            "{records} of {}: {} alike, {} with other values, {moved} with another outcome",
            self.source,
            count(self.rows_same, "row"),
            self.rows_changed
        )
    }

    fn table(&self) -> Option<Table> {
        if self.fields.is_empty() {
            return None;
        }
        let mut table = Table::new(&["field", "gained", "lost", "changed", "for example"]);
        for field in &self.fields {
            let name = match field.column {
                "kept" => field.name.clone(),
                column => format!("{} ({column})", field.name),
            };
            let examples = field.examples.first().map(|example| format!("{}: {} → {}", example.record, example.old, example.new));
            let counts = [field.gained, field.lost, field.changed].map(|count| count.to_string());
            table.row([name].into_iter().chain(counts).chain(examples));
        }
        Some(table)
    }
}

impl MovedReport {
    fn sentence(&self) -> String {
        let Self { from, to, rows, reasons, examples } = self;
        let reasons: Vec<String> =
            reasons.iter().map(|reason| format!("{} {} {}", reason.rows, reason.field, reason.problem)).collect();
        let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
        format!("{}, {from} before, {to} now{why} (for example {})", count(*rows, "row"), examples.join(", "))
    }
}

fn moved_report(from: Fate, to: Fate, moved: &Moved) -> MovedReport {
    let mut reasons: Vec<_> = moved.reasons.iter().collect();
    reasons.sort_by(|(_, one), (_, other)| other.cmp(one));
    let reason =
        |((field, problem), rows): (&(String, &'static str), &u64)| ReasonReport { field: field.clone(), problem, rows: *rows };
    MovedReport {
        from: word(from),
        to: word(to),
        rows: moved.rows,
        reasons: reasons.into_iter().map(reason).collect(),
        examples: moved.examples.clone(),
    }
}

fn field_report(name: &str, field: &FieldChange, reveal: Reveal) -> FieldReport {
    let value = |value: &Option<String>| match value {
        Some(value) => Shown::new(value.as_str(), field.personal).display(reveal),
        None => BLANK.to_owned(),
    };
    let example =
        |Example { record, old, new }: &Example| ExampleReport { record: record.clone(), old: value(old), new: value(new) };
    FieldReport {
        name: name.to_owned(),
        column: match (field.in_old, field.in_new) {
            (false, _) => "added",
            (_, false) => "removed",
            _ => "kept",
        },
        gained: field.gained,
        lost: field.lost,
        changed: field.changed,
        examples: field.examples.iter().map(example).collect(),
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Written => "written",
        Fate::Skipped => "skipped",
        Fate::Rejected => "rejected",
        Fate::NotMade => "not there",
    }
}

fn count(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
