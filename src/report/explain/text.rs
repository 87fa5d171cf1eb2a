//! An explanation for people: a line a field, and below it a branch for each place that was tried.

use super::{EntryStory, Explanation, FieldStory, Join, Outcome, Row, Verdict};
use crate::report::terminal::one_line;
use unicode_width::UnicodeWidthStr;

/// Longer values are cut: what a value is can be seen from its beginning.
const LONGEST: usize = 100;

pub fn text(explanation: &Explanation) -> String {
    let Explanation { version: _, mapping, source, run_date, rows } = explanation;
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let Row { name, record, line, .. } = row;
        let place = format!("record {record}");
        let name = if *name == place { String::new() } else { format!("{}, ", one_line(name)) };
        line_of(&mut out, &format!("{name}{place} of {source} (line {line}), by {mapping} as of {run_date}"));
        tell(&mut out, row);
    }
    if rows.iter().any(|row| row.record != rows[0].record) {
        line_of(&mut out, "\nrecords that share a key are all rejected by a run");
    }
    out
}

fn line_of(out: &mut String, text: &str) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn tell(out: &mut String, row: &Row) {
    line_of(
        out,
        &match (row.outcome, &row.condition) {
            (Outcome::Kept, _) => "KEPT, it is written".to_owned(),
            (Outcome::Skipped, Some(condition)) => format!("SKIPPED, for this condition of `keep` does not hold: {condition}"),
            (Outcome::Skipped, None) => "SKIPPED".to_owned(),
            (Outcome::Rejected, _) => "REJECTED, nothing of it is written:".to_owned(),
            (Outcome::Stopped, _) => "STOPS the run, nothing at all is written:".to_owned(),
        },
    );
    for reason in &row.reasons {
        line_of(out, &format!("  - {}", one_line(reason)));
    }
    if !row.joins.is_empty() {
        line_of(out, "\njoins");
    }
    for Join { name, with: _, this, value, found } in &row.joins {
        let value = value.as_ref().map_or_else(String::new, |value| format!(" is {}", short(value)));
        line_of(out, &format!("  ${name}  {this}{value}: {found}"));
    }
    for (head, helpers) in [("fields", false), ("helpers, computed and never written", true)] {
        let fields: Vec<&FieldStory> = row.fields.iter().filter(|field| field.helper == helpers).collect();
        if fields.is_empty() {
            continue;
        }
        line_of(out, &format!("\n{head}"));
        let width = fields.iter().map(|field| field.name.width()).max().unwrap_or(0);
        for field in fields {
            tell_field(out, field, "", width, 2);
        }
    }
}

/// `lead` stands before the name, `depth` blanks before both.
fn tell_field(out: &mut String, field: &FieldStory, lead: &str, width: usize, depth: usize) {
    let FieldStory { name, helper: _, result, output, when, entries, uses } = field;
    let told = match output {
        Some(value) => format!("= {}", short(value)),
        None => format!("- {}", one_line(result)),
    };
    let origin = match (output, entries.len()) {
        (Some(_), 0 | 1) if uses.is_none() && result.starts_with("entry") => String::new(),
        (Some(_), _) => format!("  ({result})"),
        (None, _) => String::new(),
    };
    line_of(out, &format!("{}{lead}{}  {told}{origin}", " ".repeat(depth), padded(name, width)));
    let inner = " ".repeat(depth + 2);
    if entries.is_empty() && uses.is_none() {
        for condition in when {
            line_of(out, &format!("{inner}when {condition}"));
        }
    }
    let widest = |text: fn(&EntryStory) -> &str| entries.iter().map(|entry| text(entry).width()).max().unwrap_or(0);
    let widths = (widest(|entry| &entry.from).min(60), widest(|entry| entry.category.as_deref().unwrap_or("")));
    for (at, entry) in entries.iter().enumerate() {
        tell_entry(out, entry, &inner, widths, at + 1 == entries.len());
    }
    if let Some(used) = uses {
        tell_field(out, used, "by ", used.name.width(), depth + 2);
    }
}

fn tell_entry(out: &mut String, entry: &EntryStory, indent: &str, (from, category): (usize, usize), last: bool) {
    let EntryStory { number, from: text, category: named, verdict, found, steps, why, cause, permission } = entry;
    let (branch, below) = if last { ("└", " ") } else { ("├", "│") };
    let category = match category {
        0 => String::new(),
        width => format!("  {}", padded(named.as_deref().unwrap_or(""), width)),
    };
    let value = match (found, verdict) {
        (Some(found), _) => format!(": {}", short(found)),
        (None, _) => String::new(),
    };
    line_of(out, &format!("{indent}{branch} {number} {}{category}  {}{value}", padded(&one_line(text), from), verdict.words()));
    let mut beneath = |text: String| line_of(out, &format!("{indent}{below}     {text}"));
    let width = steps.iter().map(|step| step.step.width()).max().unwrap_or(0);
    for step in steps {
        beneath(format!("{} gives {}", padded(&step.step, width), short(&step.gives)));
    }
    if let (Some(why), false) = (why, *verdict == Verdict::Won) {
        beneath(one_line(why).into_owned());
    }
    if let Some(cause) = cause.as_ref().filter(|cause| !cause.evidence.is_empty()) {
        beneath(format!("shown by: {}", one_line(&cause.evidence.join("; "))));
    }
    if let Some(permission) = permission {
        beneath(format!("tick {permission}"));
    }
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// A value on one line; a long one is cut.
fn short(value: &str) -> String {
    let value = one_line(value);
    match value.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.into_owned(),
    }
}
