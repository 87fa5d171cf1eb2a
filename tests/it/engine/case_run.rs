//! Runs one folder of `tests/cases/engine` and tells all that came of it, as text.

use bobmap::catalog::Catalog;
use bobmap::diagnostic::Severity;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Joined, JoinedSet, Memory, Outcome};
use bobmap::mapping::compiled::{EntrySource, Source as FieldSource};
use bobmap::mapping::{Environment, Mapping, Project, compile, outermost};
use bobmap::source::{Batch, FileSource, Source};
use bobmap::transform::Lists;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Every record of a file of records, with its place.
pub fn records(path: &Path, resource: &'static bobmap::catalog::resource::Resource) -> Vec<(Vec<u8>, bobmap::source::Place)> {
    let mut source = FileSource::open(path, resource).unwrap_or_else(|error| panic!("{error}"));
    let (mut batch, mut records) = (Batch::default(), Vec::new());
    while source.next(&mut batch).unwrap_or_else(|error| panic!("{error}")) {
        records.extend(batch.records.iter().map(|span| (batch.bytes[span.range.clone()].to_vec(), span.place)));
    }
    records
}

/// List id to item id to label.
#[derive(Default)]
pub struct CaseLists(HashMap<String, HashMap<String, String>>);

impl Lists for CaseLists {
    fn has(&self, list: &str) -> bool {
        self.0.contains_key(list)
    }

    fn label(&self, list: &str, id: &str) -> Option<&str> {
        self.0.get(list)?.get(id).map(String::as_str)
    }
}

/// A file of the folder whose name begins with `stem` and that holds records.
fn file_of(folder: &Path, stem: &str) -> Option<PathBuf> {
    ["jsonl", "json"].map(|extension| folder.join(format!("{stem}.{extension}"))).into_iter().find(|path| path.exists())
}

/// The text of all that comes of a case. `mapping.yaml` runs, with the overlays and other files (`*.yaml`) beside it, over
/// `records.jsonl` (or `.json`); joins look among `<source>.jsonl`, or else among the records themselves. `lists.json` holds
/// lists, `as_of.txt` the run date.
pub fn told(folder: &Path) -> String {
    let mut project = Project::default();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort_by_key(|path| (path.file_name().unwrap() != "mapping.yaml", path.clone()));
    for path in &files {
        project.add(&path.file_name().unwrap().to_string_lossy(), &std::fs::read_to_string(path).unwrap());
    }
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("no schema here".to_owned()) };
    let mut text = String::new();
    let first = project.names().next();
    let (mapping, mut findings) = match first.map(|first| outermost(&project, first).expect("one overlay at most")) {
        Some(name) => compile(&project, name, &environment),
        None => (None, Vec::new()),
    };
    findings.extend(project.findings().iter().cloned());
    for finding in findings.iter().filter(|finding| finding.severity > Severity::Note) {
        let at = project.files.place(finding.file, finding.span.start);
        writeln!(text, "{} {}: {}", finding.code, at.line, finding.message).unwrap();
    }
    let Some(mapping) = mapping else { return text };
    run(folder, &mapping, &mut text);
    text
}

fn run(folder: &Path, mapping: &Mapping, text: &mut String) {
    let run_date: Date = match std::fs::read_to_string(folder.join("as_of.txt")) {
        Ok(date) => date.trim().parse().unwrap(),
        Err(_) => "2026-01-01".parse().unwrap(),
    };
    let lists = match std::fs::read_to_string(folder.join("lists.json")) {
        Ok(json) => CaseLists(serde_json::from_str(&json).unwrap()),
        Err(_) => CaseLists::default(),
    };
    let own = file_of(folder, "records").expect("a case has records.jsonl or records.json");
    let sets: Vec<JoinedSet> = mapping
        .joins
        .iter()
        .map(|join| {
            let file = file_of(folder, join.with.name).unwrap_or_else(|| own.clone());
            let mut set = JoinedSet::new(join);
            for (record, _) in records(&file, join.with) {
                if let Err(error) = set.add(join, std::str::from_utf8(&record).unwrap(), run_date) {
                    writeln!(text, "join {}: {error}", join.name).unwrap();
                }
            }
            set
        })
        .collect();
    let joins = sets.iter().map(Joined::Set).collect();
    let engine = Engine { mapping, run_date, lists: &lists, joins, look_at_keep: true };
    let mut counts = Counts::new(mapping);
    let mut memory = Memory::default();
    let constant: Vec<bool> = mapping.columns.iter().map(|column| is_constant(mapping, column.field)).collect();
    for (record, place) in records(&own, mapping.source) {
        let mut outcomes = 0;
        engine.apply(&mut memory, record[..].into(), place, &mut counts, &mut Unwatched, &mut |name, outcome| {
            outcomes += 1;
            write!(text, "{name}: ").unwrap();
            match outcome {
                Outcome::Kept(row) => {
                    let mut out = Vec::new();
                    mapping.layout.write(&row.cells, &constant, &mut out);
                    writeln!(text, "{}", String::from_utf8(out).unwrap()).unwrap();
                }
                Outcome::Skipped(condition) => writeln!(text, "skipped, {}", mapping.keep[condition].text).unwrap(),
                Outcome::Rejected(reasons) => {
                    writeln!(text, "rejected").unwrap();
                    for reason in reasons {
                        writeln!(text, "  {} {reason}", reason.problem.word()).unwrap();
                    }
                }
                Outcome::Stop(reason) => writeln!(text, "STOP {} {reason}", reason.problem.word()).unwrap(),
            }
        });
        if outcomes == 0 {
            writeln!(text, "record {}: no row", place.record).unwrap();
        }
    }
    tell_counts(mapping, &counts, text);
    for (join, set) in mapping.joins.iter().zip(&sets) {
        writeln!(text, "join {}: {} read", join.name, set.read).unwrap();
    }
}

fn is_constant(mapping: &Mapping, field: usize) -> bool {
    match &mapping.fields[field].source {
        FieldSource::Entries(entries) => entries.iter().all(|entry| matches!(entry.what, EntrySource::Constant(_))),
        FieldSource::Field(_) | FieldSource::BlankAmong(_) => false,
    }
}

/// Every count that is not zero.
fn tell_counts(mapping: &Mapping, counts: &Counts, text: &mut String) {
    let parts = |pairs: &[(&str, u64)]| {
        let counted: Vec<String> =
            pairs.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word} {count}")).collect();
        counted.join(", ")
    };
    let Counts { read, rows, without_rows, kept, skipped, rejected, written, matched, fields, slots, row_slots } = counts;
    let skipped = skipped.iter().sum();
    let all = [
        ("read", *read),
        ("rows", *rows),
        ("without rows", *without_rows),
        ("kept", *kept),
        ("skipped", skipped),
        ("rejected", *rejected),
        ("written", *written),
    ];
    writeln!(text, "\ncounts: {}", parts(&all)).unwrap();
    for (join, matched) in mapping.joins.iter().zip(matched) {
        writeln!(text, "  ${}: matched {matched}", join.name).unwrap();
    }
    for (field, count) in mapping.fields.iter().zip(fields) {
        let main = [
            ("filled", count.filled),
            ("default", count.defaulted),
            ("absent", count.absent),
            ("null", count.null),
            ("blank", count.blank),
            ("invalid", count.invalid),
            ("not applicable", count.not_applicable),
            ("otherwise", count.spellings.otherwise),
            ("passed through", count.spellings.passed_through),
            ("refused", count.spellings.refused),
        ];
        write!(text, "  {}{}: {}", field.name, if field.used { " (used)" } else { "" }, parts(&main)).unwrap();
        if count.entries.len() > 1 {
            let won: Vec<String> = count
                .entries
                .iter()
                .map(
                    |entry| {
                        if entry.passed_on > 0 { format!("{}+{}", entry.won, entry.passed_on) } else { entry.won.to_string() }
                    },
                )
                .collect();
            write!(text, "; entries {}", won.join(" ")).unwrap();
        }
        if !count.spellings.texts.is_empty() {
            let texts: BTreeMap<_, _> = count.spellings.texts.iter().collect();
            write!(text, "; unknown {texts:?}").unwrap();
        }
        text.push('\n');
    }
    let mut tell_paths = |head: &str, plan: &bobmap::value::read::ReadPlan, slots: &[[u64; 4]]| {
        for (slot, [absent, null, blank, value]) in slots.iter().enumerate() {
            let states = parts(&[("absent", *absent), ("null", *null), ("blank", *blank), ("value", *value)]);
            writeln!(text, "  {head}{}: {states}", plan.path(slot).text()).unwrap();
        }
    };
    tell_paths("", &mapping.record, slots);
    if let Some(rows) = &mapping.rows {
        tell_paths("row ", &rows.plan, row_slots);
    }
}
