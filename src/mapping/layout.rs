//! Where each field stands in a written record: the tree of names and lists that `to` and the target describe, and how a row
//! of values becomes JSON by it.

use crate::value::Value;
use crate::value::json::write_string;

/// The most elements that a list of placed fields has.
const MAX_ELEMENTS: usize = 1_000;

/// A written record's shape.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    root: Node,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// A value of the row, by column.
    Column(usize),
    /// A list of the row, by column: each element in an object of its own.
    Each(usize, Name),
    /// JSON text of the target's or the file's own; counts for nothing in deciding whether its object is written.
    Constant {
        json: String,
        always: bool,
    },
    Object(Vec<(Name, Node)>),
    List(Vec<Node>),
}

/// A member's name.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    text: String,
    /// A comma, the name as a JSON string, and a colon.
    written: Vec<u8>,
    /// The beginning of that, and what comes after the end.
    block: [u8; BLOCK],
}

/// So many bytes are appended at once: for as few as a name has, that takes less than to append as many as there are.
const BLOCK: usize = 32;

impl Name {
    fn new(text: &str) -> Name {
        let mut written = vec![b','];
        write_string(&mut written, text);
        written.push(b':');
        let mut block = [0; BLOCK];
        written.iter().zip(&mut block).for_each(|(byte, copy)| *copy = *byte);
        Name { text: text.to_owned(), written, block }
    }

    /// Appends the comma, the name and the colon.
    #[inline]
    fn append(&self, out: &mut Vec<u8>) {
        match self.written.get(BLOCK..) {
            None => {
                let end = out.len() + self.written.len();
                out.extend_from_slice(&self.block);
                out.truncate(end);
            }
            Some(rest) => {
                out.extend_from_slice(&self.block);
                out.extend_from_slice(rest);
            }
        }
    }
}

impl Default for Node {
    fn default() -> Self {
        Node::Object(Vec::new())
    }
}

/// What stands at a place of a written record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf<'l> {
    /// A value of the row.
    Column(usize),
    /// JSON text.
    Constant(&'l str),
}

/// Why a place can't be given to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// Something stands at the very place, above it or below it.
    Taken,
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Value(&'a Value<'a>),
    /// Written as null.
    Blank,
    /// Not written at all.
    Omitted,
}

impl<'a> Cell<'a> {
    pub fn value(self) -> Option<&'a Value<'a>> {
        match self {
            Cell::Value(value) => Some(value),
            _ => None,
        }
    }
}

/// The values of a row, by column of the mapping.
pub trait Cells {
    fn cell(&self, column: usize) -> Cell<'_>;
}

impl Cells for [Cell<'_>] {
    fn cell(&self, column: usize) -> Cell<'_> {
        self[column]
    }
}

impl Layout {
    /// Gives the place `path` (names, digits for list elements) to a column; `each` is the name under which each element of its list
    /// stands in an object of its own.
    pub fn place_column(&mut self, path: &[String], column: usize, each: Option<&str>) -> Result<(), Clash> {
        let leaf = each.map_or(Node::Column(column), |name| Node::Each(column, Name::new(name)));
        place(&mut self.root, path, leaf)
    }

    /// Puts a constant at `path`; `always` writes it even where it would be alone.
    pub fn place_constant(&mut self, path: &[String], json: String, always: bool) -> Result<(), Clash> {
        place(&mut self.root, path, Node::Constant { json, always })
    }

    /// What stands where, in the order of the record: path and column, or path and constant.
    pub fn leaves(&self) -> Vec<(Vec<String>, Leaf<'_>)> {
        let mut found = Vec::new();
        leaves(&self.root, &mut Vec::new(), &mut found);
        found
    }

    /// The first list element that nothing is written to.
    pub fn first_gap(&self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        gap(&self.root, &mut path, false).then_some(path)
    }

    /// Appends one record as compact JSON. `constant` tells the columns that hold words of the file's own.
    pub fn write(&self, cells: &(impl Cells + ?Sized), constant: &[bool], out: &mut Vec<u8>) {
        write(&self.root, cells, constant, out);
    }
}

fn leaves<'l>(node: &'l Node, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, Leaf<'l>)>) {
    let mut inside = |name: String, child: &'l Node| {
        path.push(name);
        leaves(child, path, found);
        path.pop();
    };
    match node {
        Node::Column(column) | Node::Each(column, _) => found.push((path.clone(), Leaf::Column(*column))),
        Node::Constant { json, .. } => found.push((path.clone(), Leaf::Constant(json))),
        Node::Object(members) => members.iter().for_each(|(name, child)| inside(name.text.clone(), child)),
        Node::List(items) => items.iter().enumerate().for_each(|(at, child)| inside(at.to_string(), child)),
    }
}

fn gap(node: &Node, path: &mut Vec<String>, element: bool) -> bool {
    let mut inside = |name: String, child: &Node, element: bool| {
        path.push(name);
        let found = gap(child, path, element);
        if !found {
            path.pop();
        }
        found
    };
    match node {
        Node::Object(members) if members.is_empty() => element,
        Node::Object(members) => members.iter().any(|(name, child)| inside(name.text.clone(), child, false)),
        Node::List(items) => items.iter().enumerate().any(|(at, child)| inside(at.to_string(), child, true)),
        Node::Column(_) | Node::Each(..) | Node::Constant { .. } => false,
    }
}

fn place(node: &mut Node, path: &[String], leaf: Node) -> Result<(), Clash> {
    let [first, rest @ ..] = path else { return Err(Clash::Taken) };
    let digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    if let (true, Node::Object(members)) = (digits, &mut *node)
        && members.is_empty()
    {
        *node = Node::List(Vec::new());
    }
    let child = match node {
        Node::Object(members) => match members.iter().position(|(name, _)| name.text == *first) {
            Some(at) => &mut members[at].1,
            None => {
                members.push((Name::new(first), Node::default()));
                &mut members.last_mut().expect("just pushed").1
            }
        },
        Node::List(items) => {
            // No record needs a longer list of single fields; a larger number is a slip.
            let at: usize = if digits { first.parse().map_err(|_| Clash::Taken)? } else { return Err(Clash::Taken) };
            if at > MAX_ELEMENTS {
                return Err(Clash::Taken);
            }
            while items.len() <= at {
                items.push(Node::default());
            }
            &mut items[at]
        }
        _ => return Err(Clash::Taken),
    };
    if rest.is_empty() {
        match child {
            Node::Object(members) if members.is_empty() => {
                *child = leaf;
                Ok(())
            }
            _ => Err(Clash::Taken),
        }
    } else {
        place(child, rest, leaf)
    }
}

/// What stands in a part of a record: decides whether it is written.
#[derive(Clone, Copy, PartialEq)]
struct Holds {
    constants: bool,
    values: bool,
    always: bool,
    /// Whether it would be written as a member of an object, nulls included.
    written: bool,
}

impl Holds {
    const NOTHING: Holds = Holds { constants: false, values: false, always: false, written: false };

    fn add(&mut self, other: Holds) {
        self.constants |= other.constants;
        self.values |= other.values;
        self.always |= other.always;
    }
}

/// Appends the members of an object, or the elements of a list, each after a comma; the first comma becomes the bracket.
struct Series<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    holds: Holds,
}

impl<'o> Series<'o> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        Series { start: out.len(), out, holds: Holds::NOTHING }
    }

    /// Appends what `write` writes, taking it back unless `is_written` says so of what it holds.
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Holds, is_written: impl FnOnce(Holds) -> bool) {
        let start = self.out.len();
        let holds = write(self.out);
        if is_written(holds) {
            self.holds.written = true;
        } else {
            self.out.truncate(start);
        }
        self.holds.add(holds);
    }

    fn end(self, [open, close]: [u8; 2]) -> Holds {
        match self.out.get_mut(self.start) {
            Some(comma) => *comma = open,
            None => self.out.push(open),
        }
        self.out.push(close);
        self.holds
    }
}

/// Writes a cell that is not left out.
#[inline]
fn write_cell(cell: Cell<'_>, constant: bool, out: &mut Vec<u8>) -> Holds {
    match cell {
        Cell::Value(value) => {
            match value {
                // Most of them.
                Value::Text(text) => write_string(out, text),
                value => value.write_json(out),
            }
            Holds { constants: constant, values: !constant, always: false, written: true }
        }
        left => {
            out.extend_from_slice(b"null");
            Holds { written: matches!(left, Cell::Blank), ..Holds::NOTHING }
        }
    }
}

fn write(node: &Node, cells: &(impl Cells + ?Sized), constant: &[bool], out: &mut Vec<u8>) -> Holds {
    match node {
        Node::Column(column) => write_cell(cells.cell(*column), constant[*column], out),
        Node::Each(column, name) => match cells.cell(*column) {
            Cell::Value(Value::List(items)) => {
                let series = Series::new(out);
                for item in items {
                    series.out.extend_from_slice(b",{");
                    series.out.extend_from_slice(&name.written[1..]);
                    item.write_json(series.out);
                    series.out.push(b'}');
                }
                series.end(*b"[]");
                let constant = constant[*column];
                Holds { constants: constant, values: !constant, always: false, written: true }
            }
            cell => write_cell(cell, constant[*column], out),
        },
        Node::Constant { json, always } => {
            out.extend_from_slice(json.as_bytes());
            Holds { constants: true, values: false, always: *always, written: true }
        }
        Node::Object(members) => {
            let mut series = Series::new(out);
            for (name, member) in members {
                // Most members: nothing that might have to be taken back.
                if let Node::Column(column) = member {
                    let cell = cells.cell(*column);
                    if !matches!(cell, Cell::Omitted) {
                        name.append(series.out);
                        series.holds.written = true;
                        series.holds.add(write_cell(cell, constant[*column], series.out));
                    }
                    continue;
                }
                let write = |out: &mut Vec<u8>| {
                    name.append(out);
                    write(member, cells, constant, out)
                };
                series.add(write, |holds| holds.written);
            }
            let mut holds = series.end(*b"{}");
            holds.written &= !holds.constants || holds.values || holds.always;
            holds
        }
        Node::List(items) => {
            let mut series = Series::new(out);
            for item in items {
                let write = |out: &mut Vec<u8>| {
                    out.push(b',');
                    write(item, cells, constant, out)
                };
                // An element in which only constants have a value is not written, nor is one without any value.
                let is_leaf = matches!(item, Node::Column(_) | Node::Constant { .. });
                series.add(write, |holds| holds.values || if is_leaf { holds.constants } else { holds.always });
            }
            series.end(*b"[]")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(pointer: &str) -> Vec<String> {
        pointer.split('/').map(str::to_owned).collect()
    }

    fn layout(columns: &[&str], constants: &[(&str, &str)]) -> Layout {
        let mut layout = Layout::default();
        for (at, column) in columns.iter().enumerate() {
            layout.place_column(&path(column), at, None).unwrap();
        }
        for (at, json) in constants {
            layout.place_constant(&path(at), (*json).to_owned(), false).unwrap();
        }
        layout
    }

    fn written(layout: &Layout, cells: &[Cell<'_>]) -> String {
        let mut out = Vec::new();
        layout.write(cells, &vec![false; cells.len()], &mut out);
        String::from_utf8(out).unwrap()
    }

    fn text(text: &'static str) -> Cell<'static> {
        Cell::Value(Box::leak(Box::new(Value::text(text))))
    }

    #[test]
    fn elements_of_constants_alone_are_left_out_and_the_rest_close_up() {
        let layout =
            layout(&["id", "emails/0/value", "emails/1/value"], &[("emails/0/type", "\"work\""), ("emails/1/type", "\"home\"")]);
        assert_eq!(
            written(&layout, &[text("1"), Cell::Blank, text("h")]),
            r#"{"id":"1","emails":[{"value":"h","type":"home"}]}"#
        );
        assert_eq!(written(&layout, &[text("1"), Cell::Blank, Cell::Omitted]), r#"{"id":"1"}"#);
    }

    #[test]
    fn an_object_of_constants_alone_is_left_out_and_one_of_nulls_is_not() {
        let layout = layout(&["name/given", "name/family", "cost/value"], &[("cost/currency", "\"EUR\"")]);
        assert_eq!(written(&layout, &[Cell::Blank, text("B"), Cell::Blank]), r#"{"name":{"given":null,"family":"B"}}"#);
        assert_eq!(
            written(&layout, &[Cell::Blank, Cell::Omitted, text("5")]),
            r#"{"name":{"given":null},"cost":{"value":"5","currency":"EUR"}}"#
        );
    }

    #[test]
    fn elements_of_a_list_may_stand_in_objects_of_their_own() {
        let mut layout = layout(&["id"], &[]);
        layout.place_column(&path("groups"), 1, Some("display")).unwrap();
        let list = |items: &[&'static str]| {
            let items = items.iter().map(|item| Value::text(*item)).collect();
            Cell::Value(Box::leak(Box::new(Value::List(items))))
        };
        for (cell, expected) in [
            (list(&["A", "B \""]), r#"{"id":"1","groups":[{"display":"A"},{"display":"B \""}]}"#),
            (list(&[]), r#"{"id":"1","groups":[]}"#),
            (Cell::Blank, r#"{"id":"1","groups":null}"#),
            (Cell::Omitted, r#"{"id":"1"}"#),
        ] {
            assert_eq!(written(&layout, &[text("1"), cell]), expected);
        }
    }

    #[test]
    fn names_of_any_length_stand_before_their_values() {
        for length in 1..2 * BLOCK {
            let name = "n".repeat(length);
            let layout = layout(&["a", &name, &format!("o/{name}")], &[]);
            assert_eq!(
                written(&layout, &[Cell::Blank, text("v"), text("w")]),
                format!(r#"{{"a":null,"{name}":"v","o":{{"{name}":"w"}}}}"#)
            );
            assert_eq!(written(&layout, &[Cell::Omitted, text("v"), Cell::Omitted]), format!(r#"{{"{name}":"v"}}"#));
            assert_eq!(written(&layout, &[Cell::Omitted, Cell::Omitted, Cell::Omitted]), "{}");
        }
    }

    #[test]
    fn two_fields_at_one_place_and_gaps_are_refused() {
        let mut layout = layout(&["a", "b/c", "d/0"], &[]);
        for at in ["a", "a/x", "b", "b/c/d", "d/x", "d/0", "d/99999999999999999999", "d/1001"] {
            assert_eq!(layout.place_column(&path(at), 9, None), Err(Clash::Taken), "{at}");
        }
        assert_eq!(layout.first_gap(), None);
        layout.place_column(&path("d/2/x"), 9, None).unwrap();
        assert_eq!(layout.first_gap(), Some(path("d/1")));
    }
}
