//! The answer to a search for people: each value twice, flat under `/`-keys and nested, and for readers a third time.

use super::company::{Column, Company};
use super::people::{People, Person};
use super::value::{Value, Writer};
use crate::value::json::write_string;
use indexmap::{IndexMap, IndexSet};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;

/// More ids than this are refused.
const MOST_FIELDS: usize = 400;

/// The body of `POST /people/search` and `POST /people/{identifier}`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchBody {
    pub fields: Option<Vec<String>>,
    filters: Option<Vec<Filter>>,
    #[serde(default)]
    show_inactive: bool,
    human_readable: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    field_path: Option<String>,
    operator: Option<String>,
    values: Option<Vec<String>>,
}

/// Who is looked for.
pub enum Wanted {
    Everyone,
    /// By their numbers; those that nobody has are left out.
    These(Vec<u64>),
}

impl SearchBody {
    /// How many ids or addresses the filter names.
    pub fn filter_size(&self) -> Option<usize> {
        Some(self.filters.as_ref()?.first()?.values.as_ref()?.len())
    }

    /// # Errors
    /// In Bob's manner, what is wrong with the filter.
    pub fn wanted(&self, people: &People) -> Result<Wanted, String> {
        let Some(filters) = &self.filters else { return Ok(Wanted::Everyone) };
        let [filter] = filters.as_slice() else {
            return Err(format!("filters must contain exactly one filter, found {}", filters.len()));
        };
        let path = filter.field_path.as_deref().unwrap_or_default();
        let find: fn(&People, &str) -> Option<u64> = match path {
            "root.id" => People::by_id,
            "root.email" => People::by_email,
            _ => return Err(format!("filtering by '{path}' is not supported, use root.id or root.email")),
        };
        if filter.operator.as_deref() != Some("equals") {
            return Err("the operator of a filter must be equals".to_owned());
        }
        let values = filter.values.as_deref().unwrap_or_default();
        if values.is_empty() {
            return Err("the values of a filter must not be empty".to_owned());
        }
        // Bob answers each employee once, in its own order.
        let mut found: Vec<u64> = values.iter().filter_map(|value| find(people, value)).collect();
        found.sort_unstable();
        found.dedup();
        Ok(Wanted::These(found))
    }

    pub fn shows(&self, person: &Person<'_>) -> bool {
        self.show_inactive || person.stage.is_active()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readable {
    No,
    Append,
    Replace,
}

/// Which fields are written, and how.
pub struct Projection {
    company: Arc<Company>,
    /// The key of the flat form, and the field's place in the company.
    columns: Vec<(Vec<u8>, usize)>,
    tree: Vec<Step>,
    readable: Readable,
}

/// A step through the nested object.
enum Step {
    /// The key, ready to be written.
    Enter(Vec<u8>),
    Leaf(Vec<u8>, usize),
    Leave,
}

/// Buffers that are kept from one person to the next.
#[derive(Default)]
pub struct Scratch {
    machine: Vec<u8>,
    human: Vec<u8>,
    ranges: Vec<(Range<usize>, Range<usize>)>,
}

impl Projection {
    /// Fields that do not exist or may not be read are left out without a word, as Bob does.
    ///
    /// # Errors
    /// In Bob's manner, what is wrong with the body.
    pub fn new(company: &Arc<Company>, body: &SearchBody) -> Result<Projection, String> {
        let readable = match body.human_readable.as_ref() {
            None | Some(serde_json::Value::Null | serde_json::Value::Bool(false)) => Readable::No,
            Some(serde_json::Value::Bool(true)) => Readable::Append,
            Some(serde_json::Value::String(word)) => match word.to_ascii_uppercase().as_str() {
                "" => Readable::No,
                "APPEND" => Readable::Append,
                "REPLACE" => Readable::Replace,
                _ => return Err(format!("humanReadable must be APPEND or REPLACE, found '{word}'")),
            },
            Some(_) => return Err("humanReadable must be APPEND or REPLACE".to_owned()),
        };
        let asked: IndexSet<&str> = match &body.fields {
            Some(fields) if fields.len() > MOST_FIELDS => {
                return Err(format!("fields must contain at most {MOST_FIELDS} fields, found {}", fields.len()));
            }
            Some(fields) => fields.iter().filter_map(|field| id_of(company, field)).collect(),
            None => company.fields.values().filter(|column| is_default(column)).map(|column| column.field.id.as_str()).collect(),
        };
        let columns: Vec<_> = asked
            .into_iter()
            .filter_map(|id| company.fields.get_full(id))
            // The id is what is left of a record of which nothing may be read.
            .filter(|(_, id, column)| *id == "root.id" || company.may_read(&column.field))
            .map(|(at, id, _)| (slash_key(id), at))
            .collect();
        let mut nested = IndexMap::new();
        let mut has_id = false;
        for (index, (_, at)) in columns.iter().enumerate() {
            let field = &company.fields[*at].field;
            has_id |= field.id == "root.id";
            insert(&mut nested, &field.path, index);
        }
        let mut tree = Vec::new();
        if !has_id {
            tree.push(Step::Leaf(key("id"), usize::MAX));
        }
        flatten(&nested, &mut tree);
        Ok(Projection { company: Arc::clone(company), columns, tree, readable })
    }

    pub fn write(&self, person: &Person<'_>, scratch: &mut Scratch, out: &mut Vec<u8>) {
        self.evaluate(person, scratch);
        let Scratch { machine, human, ranges } = &*scratch;
        let shown = |at: usize| -> &[u8] {
            let (value, readable) = &ranges[at];
            if self.readable == Readable::Replace && !readable.is_empty() {
                &human[readable.clone()]
            } else {
                &machine[value.clone()]
            }
        };
        out.push(b'{');
        for (at, (slash, _)) in self.columns.iter().enumerate() {
            let value = shown(at);
            if value != b"null" {
                out.extend_from_slice(slash);
                out.extend_from_slice(value);
                out.extend_from_slice(b"},");
            }
        }
        let id = format!("\"{}\"", person.id());
        self.nested(out, |at| Some(if at == usize::MAX { id.as_bytes() } else { shown(at) }));
        if self.readable == Readable::Append {
            out.extend_from_slice(b",\"humanReadable\":{");
            self.nested(out, |at| match at {
                usize::MAX => Some(id.as_bytes()),
                at => Some(&human[ranges[at].1.clone()]).filter(|text| !text.is_empty()),
            });
            out.push(b'}');
        }
        out.push(b'}');
    }

    fn evaluate(&self, person: &Person<'_>, scratch: &mut Scratch) {
        let Scratch { machine, human, ranges } = scratch;
        machine.clear();
        human.clear();
        ranges.clear();
        for (_, at) in &self.columns {
            let column = &self.company.fields[*at];
            let writer = Writer { people: person.people, list: column.list(&self.company) };
            let (from, from_human) = (machine.len(), human.len());
            let value = column.value(person);
            if column.holds_labels() && !matches!(value, Value::Null) {
                writer.human(machine, &value);
                human.extend_from_slice(&machine[from..]);
            } else {
                writer.machine(machine, &value);
                if self.readable != Readable::No {
                    writer.human(human, &value);
                }
            }
            ranges.push((from..machine.len(), from_human..human.len()));
        }
    }

    /// Members of an object; objects with nothing in them are not written.
    fn nested<'t>(&self, out: &mut Vec<u8>, text: impl Fn(usize) -> Option<&'t [u8]>) {
        let mut open: Vec<(usize, usize)> = Vec::new();
        let top = out.len();
        let comma = |out: &mut Vec<u8>, start: usize| {
            if out.len() > start {
                out.push(b',');
            }
        };
        for step in &self.tree {
            let start = open.last().map_or(top, |(_, inside)| *inside);
            match step {
                Step::Enter(key) => {
                    let before = out.len();
                    comma(out, start);
                    out.extend_from_slice(key);
                    out.push(b'{');
                    open.push((before, out.len()));
                }
                Step::Leaf(key, at) => {
                    if let Some(text) = text(*at) {
                        comma(out, start);
                        out.extend_from_slice(key);
                        out.extend_from_slice(text);
                    }
                }
                Step::Leave => {
                    let (before, inside) = open.pop().expect("each step out has its step in");
                    if out.len() == inside { out.truncate(before) } else { out.push(b'}') }
                }
            }
        }
    }
}

/// The id of a field that was asked for by its id or in the form of its key in answers.
fn id_of<'c>(company: &'c Company, asked: &str) -> Option<&'c str> {
    let column = match asked.strip_prefix('/') {
        Some(rest) => company.fields.get(&rest.replace('/', ".")),
        None => company.fields.get(asked),
    };
    column.map(|column| column.field.id.as_str())
}

/// What Bob sends when nothing is asked for: whole categories, and nothing that the company made itself.
fn is_default(column: &Column) -> bool {
    let field = &column.field;
    matches!(field.category.as_str(), "root" | "about" | "employment" | "work")
        && !field.id.to_ascii_lowercase().contains("custom")
}

fn key(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    write_string(&mut out, name);
    out.push(b':');
    out
}

fn slash_key(id: &str) -> Vec<u8> {
    let mut out = key(&format!("/{}", id.replace('.', "/")));
    out.extend_from_slice(b"{\"value\":");
    out
}

enum Node {
    Leaf(usize),
    Branch(IndexMap<String, Node>),
}

/// A field inside another one's object (`work.reportsTo.email`) is part of that object already.
fn insert(nodes: &mut IndexMap<String, Node>, path: &str, index: usize) {
    match path.split_once('.') {
        None => _ = nodes.insert(path.to_owned(), Node::Leaf(index)),
        Some((first, rest)) => match nodes.entry(first.to_owned()).or_insert_with(|| Node::Branch(IndexMap::new())) {
            Node::Branch(inner) => insert(inner, rest, index),
            Node::Leaf(_) => {}
        },
    }
}

fn flatten(nodes: &IndexMap<String, Node>, tree: &mut Vec<Step>) {
    for (name, node) in nodes {
        match node {
            Node::Leaf(index) => tree.push(Step::Leaf(key(name), *index)),
            Node::Branch(inner) => {
                tree.push(Step::Enter(key(name)));
                flatten(inner, tree);
                tree.push(Step::Leave);
            }
        }
    }
}
