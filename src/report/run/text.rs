//! The report of a run for people.

use super::{FieldReport, Records, RunReport};
use crate::report::table::Table;
use crate::report::terminal::one_line;
use std::cmp::Reverse;

/// Spellings that are shown of a field, the most frequent first; the JSON report has more.
const SPELLINGS: usize = 10;

/// The report as text. `rejects` are the first rejected records by name and place, with their reasons; `all_rejects` is the file
/// that lists them all, if there is one.
pub fn text(report: &RunReport, rejects: &[(String, Vec<String>)], all_rejects: Option<&str>) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let RunReport { mapping, source, target, run_date, zone, catalog, scope, records, .. } = report;
    let target = target.as_ref().map_or_else(String::new, |target| format!(" to {target}"));
    line(format!("{mapping}: {source}{target}"));
    let whole = if scope == "complete" { ", everything read" } else { "" };
    line(format!("  run date {run_date} ({zone}), catalog {catalog}{whole}"));
    line(format!("  {}", summary(records)));
    for note in &report.notes {
        line(format!("  NOTE: {note}"));
    }
    for skipped in &report.skipped_by {
        line(format!("  {} skipped by `keep`, which asks for: {}", skipped.rows, one_line(&skipped.condition)));
    }
    for joined in &report.joined {
        line(format!("  joined ${}: {} of {}", joined.name, count(joined.read, "record"), joined.with));
        if let Some(first) = &joined.first_unread {
            line(format!("    {} more can't be read, the first is {first}", joined.unread));
        }
    }
    line(String::new());
    if report.fields.iter().any(|field| rows_of(field) > 0) {
        let rows = report.fields.iter().map(rows_of).max().unwrap_or(0);
        if rows < records.rows {
            line(format!("{} read and not skipped:", count(rows, "row")));
        }
        line(fields(report));
        sources(report, &mut line);
        spellings(report, &mut line);
    }
    if records.read > 0 {
        categories(report, &mut line);
        absent(report, &mut line);
    }
    rejected(report, rejects, all_rejects, &mut line);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

/// The counts of records in one line; they add up.
pub fn summary(records: &Records) -> String {
    let Records { read, rows, without_rows, kept: _, skipped, written, rejected } = records;
    let read_and_made = match rows == read && *without_rows == 0 {
        true => format!("{} read", count(*read, "record")),
        false if *without_rows > 0 => {
            format!("{} read ({without_rows} without a row), {}", count(*read, "record"), count(*rows, "row"))
        }
        false => format!("{} read, {}", count(*read, "record"), count(*rows, "row")),
    };
    format!("{read_and_made}: {written} written, {rejected} rejected, {skipped} skipped")
}

fn categories(report: &RunReport, line: &mut impl FnMut(String)) {
    if report.categories.is_empty() {
        return;
    }
    let mut table = Table::new(&["category in Bob", "paths read", "paths that came"]);
    for category in &report.categories {
        let came = if category.came == 0 { "none".to_owned() } else { category.came.to_string() };
        table.row([category.category.clone(), category.paths.to_string(), came]);
    }
    line(table.text());
}

/// Paths that no record has, under what an admin can tick for them.
fn absent(report: &RunReport, line: &mut impl FnMut(String)) {
    if report.absent_everywhere.is_empty() {
        return;
    }
    line("in no record at all (not permitted: tick the category in Bob; not asked for; or no field of Bob's)".to_owned());
    let told = report.absent_everywhere.iter().any(|absent| absent.cause.is_some());
    let mut table = Table::new(if told { &["category in Bob", "path", "why"] } else { &["category in Bob", "path"] });
    let mut paths: Vec<_> = report.absent_everywhere.iter().collect();
    paths.sort_by_key(|absent| absent.category.as_deref().unwrap_or("\u{10ffff}"));
    let mut last = None;
    for absent in paths {
        let category = absent.category.as_deref().unwrap_or("unknown to the catalog");
        let category = if last.replace(category) == Some(category) { "" } else { category };
        let why = absent.cause.as_deref().filter(|_| told);
        table.row([category, absent.path.as_str()].into_iter().chain(why));
    }
    line(table.text());
}

fn rejected(report: &RunReport, rejects: &[(String, Vec<String>)], all_rejects: Option<&str>, line: &mut impl FnMut(String)) {
    if report.rejected_by.is_empty() {
        return;
    }
    line("rejected".to_owned());
    for rejected in &report.rejected_by {
        let field = if rejected.field.is_empty() { "the record" } else { &rejected.field };
        line(format!("  {:>8}  {field}: {}", rejected.rows, rejected.problem.replace('_', " ")));
    }
    for (name, reasons) in rejects {
        line(format!("  {}: {}", one_line(name), one_line(&reasons.join("; "))));
    }
    let more = report.records.rejected.saturating_sub(rejects.len() as u64);
    match all_rejects {
        Some(file) => line(format!("  all of them are in {file}")),
        None if more > 0 => line(format!("  and {more} more: --rejects FILE lists them all")),
        None => {}
    }
}

fn rows_of(field: &FieldReport) -> u64 {
    let FieldReport { filled, null, blank, absent, invalid, not_applicable, .. } = field;
    filled + null + blank + absent + invalid + not_applicable
}

fn fields(report: &RunReport) -> String {
    let some_do_not_apply = report.fields.iter().any(|field| field.not_applicable > 0);
    let mut headers = vec!["field", "filled", "null", "blank", "absent", "invalid"];
    if some_do_not_apply {
        headers.push("not applicable");
    }
    let mut table = Table::new(&headers);
    for field in &report.fields {
        let FieldReport { name, null, blank, absent, invalid, not_applicable, .. } = field;
        let mut cells = vec![name.clone(), share(field), zero(*null), zero(*blank), zero(*absent), zero(*invalid)];
        if some_do_not_apply {
            cells.push(zero(*not_applicable));
        }
        table.row(cells);
    }
    let any = |count: fn(&FieldReport) -> u64| report.fields.iter().any(|field| count(field) > 0);
    let legend: Vec<&str> = [
        (any(|field| field.null), "null: empty in Bob"),
        (any(|field| field.blank), "blank: blank text, or one of `missing_values`"),
        (any(|field| field.absent), "absent: not in what Bob sent"),
        (any(|field| field.invalid), "invalid: there, but not what the field takes"),
        (some_do_not_apply, "not applicable: `when` does not hold"),
    ]
    .into_iter()
    .filter_map(|(told, words)| told.then_some(words))
    .collect();
    let legend: String = legend.iter().map(|words| format!("  {words}\n")).collect();
    format!("{}{legend}", table.text())
}

/// Filled rows, and their share of those for which the field applies.
fn share(field: &FieldReport) -> String {
    let all = field.filled + field.null + field.blank + field.absent + field.invalid;
    match all {
        0 => "-".to_owned(),
        // Rounded down: 100 % is said of all and of nothing less.
        all => format!("{} ({} %)", field.filled, field.filled * 100 / all),
    }
}

/// Which entries won, for fields that have several places to look.
fn sources(report: &RunReport, line: &mut impl FnMut(String)) {
    let several: Vec<_> = report.fields.iter().filter(|field| field.entries.len() > 1 || field.defaulted > 0).collect();
    if several.is_empty() {
        return;
    }
    line("where values came from".to_owned());
    for field in several {
        line(format!("  {}", field.name));
        for entry in &field.entries {
            let category = entry.category.as_ref().map_or_else(String::new, |category| format!("  ({category})"));
            let invalid =
                if entry.passed_on > 0 { format!(", {} invalid: the next was tried", entry.passed_on) } else { String::new() };
            let when = entry.when.as_ref().map_or_else(String::new, |when| format!(" when {}", one_line(when)));
            line(format!("    {:>8}  {}{when}{category}{invalid}", entry.won, one_line(&entry.from)));
        }
        if field.defaulted > 0 {
            line(format!("    {:>8}  default", field.defaulted));
        }
    }
    line(String::new());
}

fn spellings(report: &RunReport, line: &mut impl FnMut(String)) {
    let unknown: Vec<_> =
        report.fields.iter().filter_map(|field| field.unknown_spellings.as_ref().map(|unknown| (field, unknown))).collect();
    if unknown.is_empty() {
        return;
    }
    line("values that `spellings` does not list".to_owned());
    for (field, unknown) in unknown {
        let mut parts = Vec::new();
        for (times, what) in [
            (unknown.otherwise, "became `otherwise`"),
            (unknown.passed_through, "written as they are"),
            (unknown.refused, "invalid"),
        ] {
            if times > 0 {
                parts.push(format!("{times} {what}"));
            }
        }
        let mut by_times: Vec<(&String, &u64)> = unknown.texts.iter().collect();
        by_times.sort_by_key(|(_, times)| Reverse(**times));
        let mut texts: Vec<String> =
            by_times.iter().take(SPELLINGS).map(|(text, times)| format!("\"{}\" {times}", one_line(text))).collect();
        let others = by_times.iter().skip(SPELLINGS).map(|(_, times)| **times).sum::<u64>() + unknown.beyond;
        if others > 0 {
            texts.push(format!("others {others}"));
        }
        let texts = if texts.is_empty() { String::new() } else { format!(": {}", texts.join(", ")) };
        line(format!("  {}: {}{texts}", field.name, parts.join(", ")));
    }
    line(String::new());
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn zero(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}
