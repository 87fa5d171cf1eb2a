//! The report of a run for people.

use super::{FieldReport, RunReport};
use crate::report::table::Table;

/// The report as text. `rejects` are the first rejected records, by name, line and reasons.
pub fn text(report: &RunReport, rejects: &[(String, u64, Vec<String>)]) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    let RunReport { mapping, source, target, run_date, zone, catalog, scope, records, .. } = report;
    let target = target.as_ref().map_or_else(String::new, |target| format!(" to {target}"));
    line(format!("{mapping}: {source}{target}"));
    line(format!("  run date {run_date} ({zone}), catalog {catalog}, scope {scope}"));
    let mut parts = vec![format!("{} read", count(records.read, "record"))];
    if records.rows != records.read {
        parts.push(count(records.rows, "row"));
    }
    parts.push(format!("{} kept", records.kept));
    parts.push(format!("{} skipped", records.skipped));
    parts.push(format!("{} written", records.written));
    parts.push(format!("{} rejected", records.rejected));
    line(format!("  {}", parts.join(", ")));
    if records.without_rows > 0 {
        line(format!("  {} made no row", count(records.without_rows, "record")));
    }
    for skipped in &report.skipped_by {
        line(format!("  skipped {}: not {}", skipped.rows, skipped.condition));
    }
    for joined in &report.joined {
        line(format!("  joined ${}: {} of {}", joined.name, count(joined.read, "record"), joined.with));
    }
    line(String::new());
    line(fields(report));
    sources(report, &mut line);
    spellings(report, &mut line);
    if !report.categories.is_empty() {
        let mut table = Table::new(&["category in Bob", "paths", "came"]);
        for category in &report.categories {
            table.row([category.category.clone(), category.paths.to_string(), category.came.to_string()]);
        }
        line(table.text());
    }
    if !report.absent_everywhere.is_empty() && records.read > 0 {
        line("no record has these paths at all: not permitted, not fetched, or not there".to_owned());
        for absent in &report.absent_everywhere {
            let category = absent.category.as_ref().map_or_else(String::new, |category| format!(" (category {category})"));
            line(format!("  {}{category}", absent.path));
        }
        line(String::new());
    }
    if !report.rejected_by.is_empty() {
        line("rejected".to_owned());
        for rejected in &report.rejected_by {
            let field = if rejected.field.is_empty() { "the record".to_owned() } else { rejected.field.clone() };
            line(format!("  {} {field} {}", rejected.rows, rejected.problem));
        }
        for (name, at, reasons) in rejects {
            line(format!("  line {at}, {name}: {}", reasons.join("; ")));
        }
        let more = records.rejected.saturating_sub(rejects.len() as u64);
        if more > 0 {
            line(format!("  and {more} more: --rejects FILE lists them all"));
        }
    }
    out
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
    table.text()
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
                if entry.passed_on > 0 { format!(", {} invalid and passed on", entry.passed_on) } else { String::new() };
            line(format!("    {:>8}  {}{category}{invalid}", entry.won, entry.from));
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
    line("spellings that no word lists".to_owned());
    for (field, unknown) in unknown {
        let mut parts = Vec::new();
        for (times, what) in
            [(unknown.otherwise, "otherwise"), (unknown.passed_through, "passed through"), (unknown.refused, "refused")]
        {
            if times > 0 {
                parts.push(format!("{times} {what}"));
            }
        }
        let texts: Vec<String> = unknown
            .texts
            .iter()
            .map(|(text, times)| format!("\"{}\" {times}", crate::report::terminal::one_line(text)))
            .collect();
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
