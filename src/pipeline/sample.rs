//! A test for a mapping file from a real record: the one that fills most fields, with invented values, cut down to what the
//! mapping reads; what it must give is what the engine makes of it.

use crate::engine::{Counts, Engine, Memory, Outcome, Reason};
use crate::mapping::Mapping;
use crate::mapping::edit::write;
use crate::mapping::layout::Cell;
use crate::source::Place;
use crate::transform::Lists;
use crate::value::json::{Data, Tree, write_compact, write_string};
use crate::value::path::leading_names;
use indexmap::IndexMap;
use jiff::civil::Date;
use std::sync::Mutex;

/// Why a lock on what was found is always to be had.
const NO_PANIC: &str = "nothing that holds it can panic";

/// A test, ready to stand in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The lines of the item of `tests`, without a dash and without indentation.
    pub lines: Vec<String>,
    /// Fields that have a value, of how many.
    pub filled: usize,
    pub columns: usize,
}

/// Why there is no sample.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSample {
    #[error("the mapping joins records or makes rows of them, and a sample is one record")]
    SeveralRecords,
    #[error("there is no record")]
    NoRecord,
    #[error("no record can be mapped; the first is rejected: {0}")]
    Rejected(String),
}

/// Replaces the personal values of a record, given as JSON; `None` if it can't be read.
pub type Invent<'i> = dyn FnMut(&str) -> Option<String> + 'i;

/// How wide lines of the test are.
const WIDTH: usize = 120;

/// Makes a test of one of `records`, as JSON. What is invented for it comes from `invent`; no value of the record itself is
/// left where that replaces it.
///
/// # Errors
/// No record gives one.
pub fn sample(
    mapping: &Mapping,
    lists: &dyn Lists,
    run_date: Date,
    records: &[String],
    invent: &mut Invent<'_>,
) -> Result<Sample, NoSample> {
    if mapping.rows.is_some() || !mapping.joins.is_empty() {
        return Err(NoSample::SeveralRecords);
    }
    let mut refused = None;
    let mut best: Option<(Ran, String)> = None;
    for record in records {
        // Judged by what will stand in the file: an invented value may fit where the real one does not, and the other way round.
        let Some(record) = invent(record).and_then(|record| cut(mapping, &record)) else { continue };
        match ran(mapping, lists, run_date, &record) {
            Ok(ran) if best.as_ref().is_none_or(|(known, _)| ran.rank() > known.rank()) => best = Some((ran, record)),
            Ok(_) => {}
            Err(reason) => drop(refused.get_or_insert(reason)),
        }
    }
    match (best, refused) {
        (Some((ran, record)), _) => Ok(written(&ran, &record, run_date)),
        (None, Some(reason)) => Err(NoSample::Rejected(reason.to_string())),
        (None, None) => Err(NoSample::NoRecord),
    }
}

/// What the engine made of a record.
struct Ran {
    kept: bool,
    /// By column: its JSON, `None` where the field is left out.
    columns: Vec<(String, Option<String>)>,
    lists: IndexMap<String, IndexMap<String, String>>,
}

impl Ran {
    fn filled(&self) -> usize {
        self.columns.iter().filter(|(_, value)| value.as_ref().is_some_and(|value| value != "null")).count()
    }

    /// People whom `keep` keeps come before all others.
    fn rank(&self) -> (bool, usize) {
        (self.kept, self.filled())
    }
}

fn ran(mapping: &Mapping, lists: &dyn Lists, run_date: Date, record: &str) -> Result<Ran, Reason> {
    let mut kept = true;
    loop {
        let asked = Asked { lists, found: Mutex::default() };
        let engine = Engine { mapping, run_date, lists: &asked, joins: Vec::new(), look_at_keep: kept };
        let mut columns = Ok(None);
        let place = Place { record: 1, offset: 0, line: 1 };
        engine.apply(
            &mut Memory::default(),
            record.as_bytes().into(),
            place,
            &mut Counts::new(mapping),
            &mut crate::engine::watch::Unwatched,
            &mut |_, outcome| {
                columns = match outcome {
                    Outcome::Kept(row) => Ok(Some(row.cells.iter().map(json).collect::<Vec<_>>())),
                    Outcome::Skipped(_) => Ok(None),
                    Outcome::Rejected(reasons) => Err(reasons.into_iter().next()),
                    Outcome::Stop(reason) => Err(Some(reason)),
                };
            },
        );
        match columns {
            Ok(Some(cells)) => {
                let names = mapping.columns.iter().map(|column| column.name.clone());
                return Ok(Ran { kept, columns: names.zip(cells).collect(), lists: asked.found.into_inner().expect(NO_PANIC) });
            }
            // Somebody whom `keep` skips shows what the fields do all the same.
            Ok(None) => kept = false,
            Err(reason) => return Err(reason.expect("a record is rejected for a reason")),
        }
    }
}

fn json(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Omitted => None,
        Cell::Blank => Some("null".to_owned()),
        Cell::Value(value) => {
            let mut out = Vec::new();
            value.write_json(&mut out);
            Some(String::from_utf8(out).expect("JSON made from text is UTF-8"))
        }
    }
}

/// Lists that remember what was looked up in them, so that the test can bring it along.
struct Asked<'l> {
    lists: &'l dyn Lists,
    found: Mutex<IndexMap<String, IndexMap<String, String>>>,
}

impl Lists for Asked<'_> {
    fn has(&self, list: &str) -> bool {
        self.lists.has(list)
    }

    fn label(&self, list: &str, id: &str) -> Option<&str> {
        let label = self.lists.label(list, id)?;
        self.found.lock().expect(NO_PANIC).entry(list.to_owned()).or_default().insert(id.to_owned(), label.to_owned());
        Some(label)
    }
}

/// Names that lead to what is read.
#[derive(Default)]
struct Names {
    whole: bool,
    inner: IndexMap<String, Names>,
}

/// The record without what the mapping does not read.
fn cut(mapping: &Mapping, record: &str) -> Option<String> {
    let mut names = Names::default();
    for slot in 0..mapping.record.len() {
        let path = mapping.record.path(slot);
        let mut add = |segments| {
            let mut at = &mut names;
            for name in leading_names(segments) {
                at = at.inner.entry(name.to_owned()).or_default();
            }
            at.whole = true;
        };
        add(&path.segments);
        path.each_absolute(&mut add);
    }
    let tree = Tree::parse(record).ok()?;
    let mut out = Vec::new();
    write_cut(&tree, &names, &mut out);
    String::from_utf8(out).ok()
}

fn write_cut(tree: &Tree<'_>, names: &Names, out: &mut Vec<u8>) {
    let Data::Object(members) = &tree.data else { return write_compact(out, tree.raw) };
    if names.whole {
        return write_compact(out, tree.raw);
    }
    out.push(b'{');
    let mut first = true;
    for (name, value) in members {
        let Some(inner) = names.inner.get(&**name) else { continue };
        let start = out.len();
        let was_first = first;
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_string(out, name);
        out.push(b':');
        write_cut(value, inner, out);
        // Nothing of it is read.
        if out.ends_with(b":{}") && !inner.whole {
            out.truncate(start);
            first = was_first;
        }
    }
    out.push(b'}');
}

fn written(ran: &Ran, record: &str, run_date: Date) -> Sample {
    let mut lines = vec!["name: somebody of this company, with invented values".to_owned(), format!("as_of: {run_date}")];
    let mut add = |key: &str, json: &str| {
        let tree = Tree::parse(json).expect("the JSON was written here");
        write::lines(key, &tree, WIDTH, &mut lines);
    };
    add("record", record);
    if !ran.lists.is_empty() {
        add(
            "lists",
            &object(
                ran.lists
                    .iter()
                    .map(|(list, items)| (list.as_str(), object(items.iter().map(|(id, label)| (id.as_str(), string(label)))))),
            ),
        );
    }
    if ran.kept {
        add("kept", "true");
    }
    let given = ran.columns.iter().filter_map(|(name, value)| Some((name.as_str(), value.clone()?)));
    add("expect", &object(given));
    let omitted: Vec<String> = ran.columns.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| string(name)).collect();
    if !omitted.is_empty() {
        add("omitted", &format!("[{}]", omitted.join(",")));
    }
    Sample { lines, filled: ran.filled(), columns: ran.columns.len() }
}

fn object<'o>(members: impl Iterator<Item = (&'o str, String)>) -> String {
    format!("{{{}}}", members.map(|(name, value)| format!("{}:{value}", string(name))).collect::<Vec<_>>().join(","))
}

fn string(text: &str) -> String {
    write::quoted(text)
}
