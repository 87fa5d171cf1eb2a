//! Coverage for people: tables, what matters most first.

use super::{CoverageReport, SourceField, Use};
use crate::report::count;
use crate::report::table::Table;
use crate::report::terminal::lines;
use std::collections::BTreeMap;

/// No category known.
const NO_CATEGORY: &str = "(unknown)";

impl CoverageReport {
    /// `all` shows what is in order, too.
    pub fn text(&self, all: bool) -> String {
        let mut out = format!("{}: {} of {}", self.mapping, count(self.records.read as usize, "record"), self.source);
        out += &format!(", {} kept of {}", self.records.kept, count(self.records.rows as usize, "row"));
        out += &format!("\nrun date {}, scope {}, catalog {}\n", self.run_date, self.scope, self.catalog);
        self.source_part(&mut out, all);
        self.target_part(&mut out, all);
        self.entry_part(&mut out);
        if !self.notes.is_empty() {
            out += "\nNotes\n";
            out.extend(self.notes.iter().map(|note| format!("- {note}\n")));
        }
        lines(&out).into_owned()
    }

    fn source_part(&self, out: &mut String, all: bool) {
        if self.source_fields.is_empty() {
            return;
        }
        let of_use = |use_: Use| self.source_fields.iter().filter(move |field| field.use_ == use_);
        let (mapped, ignored) = (of_use(Use::Mapped).count(), of_use(Use::Ignored).count());
        let passed_by = self.passed_by().count();
        let neither = of_use(Use::Neither).count();
        *out += &format!(
            "\nFields of Bob: {mapped} mapped, {ignored} ignored, {neither} neither, of which people have {passed_by}\n\n"
        );
        *out += &self.categories().text();
        if passed_by > 0 {
            *out += "\nNeither mapped nor ignored, and people have them\n\n";
            *out += &people(self.passed_by(), None);
        }
        if all {
            let none: Vec<&str> =
                of_use(Use::Neither).filter(|field| field.people.filled == 0).map(|field| &*field.path).collect();
            if !none.is_empty() {
                *out += &format!("\nNeither mapped nor ignored, and nobody has them\n\n{}\n", none.join("\n"));
            }
            if ignored > 0 {
                *out += "\nIgnored\n\n";
                *out += &people(of_use(Use::Ignored), Some(("Why", |field| field.reason.clone().unwrap_or_default())));
            }
        }
        let mapped = || of_use(Use::Mapped).filter(|field| all || field.people.filled == 0);
        if mapped().next().is_some() {
            *out += if all { "\nMapped\n\n" } else { "\nMapped, and nobody has a value\n\n" };
            *out += &people(mapped(), Some(("For", |field| field.needed_for.join(", "))));
        }
    }

    /// A row a category, those first in which most is passed by.
    fn categories(&self) -> Table {
        let mut rows: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
        for field in &self.source_fields {
            let row = rows.entry(field.category.as_deref().unwrap_or(NO_CATEGORY)).or_default();
            match field.use_ {
                Use::Mapped => row[0] += 1,
                Use::Ignored => row[1] += 1,
                Use::Neither => row[2] += 1,
            }
            row[3] += usize::from(field.use_ == Use::Neither && field.people.filled > 0);
        }
        let mut rows: Vec<(&str, [usize; 4])> = rows.into_iter().collect();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row[3]));
        let mut table = Table::new(&["Category", "Mapped", "Ignored", "Neither", "Of these, people have"]);
        for (category, row) in rows {
            table.row([category.to_owned()].into_iter().chain(row.map(|number| number.to_string())));
        }
        table
    }

    fn target_part(&self, out: &mut String, all: bool) {
        let Some(target) = &self.target else { return };
        let unfed: Vec<_> = self.unfed.iter().filter(|field| all || !field.ignored).collect();
        let ignored = self.unfed.iter().filter(|field| field.ignored).count();
        let empty = self.fed.iter().filter(|field| field.filled == 0).count();
        let open = self.open().count();
        *out += &format!(
            "\nFields of {target}: {} fed, {empty} of them in no record; {ignored} ignored, {open} neither\n",
            self.fed.len()
        );
        if !unfed.is_empty() {
            let mut table = Table::new(&["Nothing feeds", "Why"]);
            for field in unfed {
                let why = match (&field.reason, field.ignored, field.required) {
                    (Some(reason), ..) => reason.clone(),
                    (None, true, _) => "ignored".to_owned(),
                    (None, false, true) => "required, and not in the mapping".to_owned(),
                    (None, false, false) => "neither in `fields` nor in `ignore`".to_owned(),
                };
                table.row([field.field.clone(), why]);
            }
            *out += &format!("\n{}", table.text());
        }
        let mut table = Table::new(&["Field", "Kept rows with a value"]);
        self.fed.iter().filter(|field| all || field.filled == 0).for_each(|field| {
            table.row([field.field.clone(), format!("{} of {}", field.filled, self.records.kept)]);
        });
        if !table.rows.is_empty() {
            *out += &format!("\n{}", table.text());
        }
    }

    fn entry_part(&self, out: &mut String) {
        if self.unreached.is_empty() {
            *out += "\nEvery entry and default was reached, by a test and by a record\n";
            return;
        }
        let mut table = Table::new(&["Field", "Entry", "Place", "Reached by"]);
        for entry in &self.unreached {
            let by = match (entry.tested, entry.rows) {
                (false, 0) => "nothing".to_owned(),
                (true, _) => "tests only".to_owned(),
                (false, rows) => format!("{} only, no test", count(rows as usize, "row")),
            };
            table.row([entry.field.clone(), entry.entry.clone(), format!("{}:{}", entry.file, entry.line), by]);
        }
        *out += &format!(
            "\nEntries and defaults not reached by both tests and records: {}, {} of them by neither\n\n{}",
            self.unreached.len(),
            self.dark().count(),
            table.text()
        );
    }
}

type Extra = (&'static str, fn(&SourceField) -> String);

fn people<'f>(fields: impl Iterator<Item = &'f SourceField>, extra: Option<Extra>) -> String {
    let headers = ["Category", "Field", "Path", "Have it", "Blank", "Not visible"];
    let headers: Vec<&str> = headers.into_iter().chain(extra.map(|(header, _)| header)).collect();
    let mut table = Table::new(&headers);
    for field in fields {
        let cells = [
            field.category.clone().unwrap_or_else(|| NO_CATEGORY.to_owned()),
            field.name.clone(),
            field.path.clone(),
            field.people.filled.to_string(),
            field.people.blank.to_string(),
            field.people.absent.to_string(),
        ];
        table.row(cells.into_iter().chain(extra.map(|(_, text)| text(field))));
    }
    table.text()
}
