//! What the doctor found: for an admin as text, for programs as JSON.

mod absences;

use super::table::Table;
use super::terminal::{lines, one_line};
use crate::catalog::permission::{FIELD_LEVEL_NOTE, LifecycleStatus};
use crate::diagnosis::absences::Absences;
use crate::diagnosis::{AskedBy, CauseKind, Deed, Diagnosis, Finding, FindingKind, JudgedField, People, Standing};
use serde::Serialize;
use std::cmp::Reverse;
use unicode_width::UnicodeWidthStr;

/// A diagnosis and whom it is about. As JSON new keys may come; `version` counts up when one goes or changes its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct Doctor {
    pub version: u32,
    /// The names of the mappings.
    pub mappings: Vec<String>,
    #[serde(flatten)]
    pub diagnosis: Diagnosis,
    /// Who's out, held against the requests for time off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absences: Option<Absences>,
    /// What the connection says of the reading: sentences without values of people.
    pub notes: Vec<String>,
}

/// Longer texts go on in the next line.
const WIDTH: usize = 100;

const BETWEEN: &str = " > ";

/// Lifecycle statuses that are named; companies make up types of leave.
const STATUSES: usize = 8;

impl Doctor {
    pub fn new(mappings: Vec<String>, diagnosis: Diagnosis, notes: Vec<String>) -> Doctor {
        Doctor { version: 1, mappings, diagnosis, absences: None, notes }
    }

    /// The same, with who's out held against the requests. A disagreement is in the way.
    pub fn with_absences(mut self, absences: Absences) -> Doctor {
        self.diagnosis.well &= absences.agree();
        self.absences = Some(absences);
        self
    }

    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names and counts can be written as JSON")
    }

    pub fn text(&self) -> String {
        let Diagnosis { well: _, findings, advice, permissions: _, people, fields: _ } = &self.diagnosis;
        let mut out = String::new();
        paragraph(&mut out, "", &format!("{}: {}", self.mappings.join(", "), self.summary()));
        paragraph(&mut out, "", &people_line(people));
        for (at, finding) in findings.iter().enumerate() {
            out.push('\n');
            let number = format!("{}. ", at + 1);
            paragraph(&mut out, &number, &finding.title);
            details(&mut out, &" ".repeat(number.len()), finding);
        }
        if let Some(compared) = &self.absences {
            out.push('\n');
            absences::write(compared, &mut out);
        }
        self.permissions(&mut out);
        self.fields(&mut out);
        if !advice.is_empty() || !self.notes.is_empty() {
            out += "\nGood to know\n";
        }
        for finding in advice {
            paragraph(&mut out, "- ", &format!("{}: {}", finding.title, finding.evidence));
            for deed in &finding.mend {
                line(&mut out, "    ", deed);
            }
        }
        for note in &self.notes {
            paragraph(&mut out, "- ", note);
        }
        if findings.iter().any(|finding| is_about_sections(finding.kind)) {
            out.push('\n');
            paragraph(&mut out, "", FIELD_LEVEL_NOTE);
        }
        lines(&out).into_owned()
    }

    fn summary(&self) -> String {
        let Diagnosis { findings, permissions, .. } = &self.diagnosis;
        let disagreeing = self.absences.as_ref().map_or(0, Absences::count);
        let unproven = permissions.iter().any(|row| row.standing == Standing::NotProvable && row.asked_by == AskedBy::Mappings);
        match findings.len() {
            0 if disagreeing == 1 => "1 request disagrees with who's out".to_owned(),
            0 if disagreeing > 1 => format!("{disagreeing} requests disagree with who's out"),
            0 if unproven => "nothing is in the way, as far as it can be shown".to_owned(),
            0 => "all is well, the service user can read what is needed".to_owned(),
            1 => "1 thing is in the way".to_owned(),
            things => format!("{things} things are in the way, the most important first"),
        }
    }

    fn permissions(&self, out: &mut String) {
        if self.diagnosis.permissions.is_empty() {
            return;
        }
        let mut table = Table::new(&["Permission in Bob", "Is it ticked?", "Shown by"]);
        for row in &self.diagnosis.permissions {
            let standing = match (row.standing, row.asked_by) {
                (Standing::Granted, _) => "✓ yes",
                (Standing::Missing, AskedBy::Mappings) => "✗ MISSING",
                (Standing::Missing, AskedBy::Guide) => "✗ no",
                (Standing::NotProvable, _) => "? not provable",
            };
            let guide = match row.asked_by {
                AskedBy::Mappings => "",
                AskedBy::Guide => "; only ActivTrak's setup guide asks for it",
            };
            let (place, tab) = (row.name(), row.menu.first().map_or("", String::as_str));
            let place = if tab == "Features" { format!("Features > {place}") } else { place };
            table.row([place, standing.to_owned(), format!("{}{guide}", row.evidence)]);
        }
        out.push('\n');
        *out += &table.text();
    }

    /// Fields without a value for anybody. Where nothing at all came, that is said once and not of every field.
    fn fields(&self, out: &mut String) {
        let Diagnosis { findings, fields, people, .. } = &self.diagnosis;
        let blank: Vec<&JudgedField> = fields.iter().filter(|field| field.verdict.is_lacking()).collect();
        let nothing = |finding: &Finding| matches!(finding.kind, FindingKind::NobodyVisible | FindingKind::NothingReadable);
        if blank.is_empty() || findings.iter().any(nothing) {
            return;
        }
        let mut table = Table::new(&["Field without a value", "Category", "Why"]);
        for field in blank {
            let verdict = &field.verdict;
            let sample = if verdict.cause == CauseKind::NeverFilled && !people.all { ", of those who were read" } else { "" };
            let name = verdict.name.as_ref().map_or_else(|| verdict.id.clone(), |name| format!("{name} ({})", verdict.id));
            table.row([name, verdict.category.clone().unwrap_or_default(), format!("{}{sample}", verdict.why())]);
        }
        out.push('\n');
        *out += &table.text();
    }
}

fn people_line(people: &People) -> String {
    let People { seen, all, statuses, .. } = people;
    let whose = match (seen, all) {
        (1, true) => "1 person seen".to_owned(),
        (seen, true) => format!("{seen} people seen"),
        (seen, false) => format!("the first {seen} people looked at (--limit), so others may differ"),
    };
    if statuses.is_empty() {
        return match seen {
            0 => whose,
            _ => format!("{whose}, whose lifecycle status can't be read"),
        };
    }
    let mut words: Vec<(&String, &u64)> = statuses.iter().collect();
    words.sort_by_key(|(word, people)| (LifecycleStatus::of(word) == LifecycleStatus::Leave, Reverse(**people)));
    let mut named: Vec<String> =
        words.iter().take(STATUSES).map(|(word, people)| format!("{people} {}", one_line(word))).collect();
    let others: u64 = words.iter().skip(STATUSES).map(|(_, people)| **people).sum();
    let unknown = seen - statuses.values().sum::<u64>();
    named.extend((others > 0).then(|| format!("{others} with other statuses")));
    named.extend((unknown > 0).then(|| format!("{unknown} without a status")));
    format!("{whose}: {}", named.join(", "))
}

fn details(out: &mut String, indent: &str, finding: &Finding) {
    let Finding { kind, title: _, mend, evidence, needed_for } = finding;
    let mut verb = "";
    for deed in mend {
        // Several boxes stand under one word.
        let said = label(deed);
        line_as(out, indent, if said == verb { "" } else { said }, &what(deed));
        verb = said;
    }
    row(out, indent, "Shown by", evidence);
    let needed_for = needed_for.join(", ");
    match kind {
        _ if needed_for.is_empty() => {}
        FindingKind::AccessRights => row(out, indent, "Never seen", &format!("people with the status {needed_for}")),
        _ => row(out, indent, "Needed for", &needed_for),
    }
}

fn is_about_sections(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::NothingReadable | FindingKind::PermissionMissing | FindingKind::FieldDenied)
}

fn label(deed: &Deed) -> &'static str {
    match deed {
        Deed::Tick(_) => "Tick in Bob",
        Deed::Untick(_) => "Untick",
        Deed::Select { .. } => "In Bob",
        Deed::Allow(_) => "Allow in Bob",
        Deed::Mapping(_) => "Mapping",
    }
}

fn what(deed: &Deed) -> String {
    match deed {
        Deed::Tick(menu) | Deed::Untick(menu) | Deed::Allow(menu) => menu.join(BETWEEN),
        Deed::Select { menu, values } => format!("{}: {}", menu.join(BETWEEN), values.join(", ")),
        Deed::Mapping(sentence) => sentence.clone(),
    }
}

/// The width of the labels.
const LABEL: usize = 14;

/// Menus stay on one line, so that they can be found in it.
fn line_as(out: &mut String, indent: &str, label: &str, text: &str) {
    *out += &format!("{indent}{label:LABEL$}{}\n", one_line(text));
}

fn line(out: &mut String, indent: &str, deed: &Deed) {
    *out += &format!("{indent}{}: {}\n", label(deed), one_line(&what(deed)));
}

fn row(out: &mut String, indent: &str, label: &str, text: &str) {
    paragraph(out, &format!("{indent}{label:LABEL$}"), text);
}

/// Words behind `begin`, and below them where they don't fit.
fn paragraph(out: &mut String, begin: &str, text: &str) {
    let indent = " ".repeat(begin.width());
    let mut line = begin.to_owned();
    let mut empty = true;
    for word in one_line(text).split(' ') {
        if !empty && line.width() + 1 + word.width() > WIDTH {
            *out += &line;
            out.push('\n');
            line.clone_from(&indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line += word;
        empty = false;
    }
    *out += &line;
    out.push('\n');
}
