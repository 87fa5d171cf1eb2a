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
    /// JSON text of the target's or the file's own; counts for nothing in deciding whether its object is written.
    Constant {
        json: String,
        always: bool,
    },
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
}

impl Default for Node {
    fn default() -> Self {
        Node::Object(Vec::new())
    }
}

/// Why a place can't be given to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// Something stands at the very place, above it or below it.
    Taken,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Value(Value<'a>),
    /// Written as null.
    Blank,
    /// Not written at all.
    Omitted,
}

impl Cell<'_> {
    pub fn value(&self) -> Option<&Value<'_>> {
        match self {
            Cell::Value(value) => Some(value),
            _ => None,
        }
    }
}

impl Layout {
    /// Gives the place `path` (names, digits for list elements) to a column.
    pub fn place_column(&mut self, path: &[String], column: usize) -> Result<(), Clash> {
        place(&mut self.root, path, Node::Column(column))
    }

    /// Puts a constant at `path`; `always` writes it even where it would be alone.
    pub fn place_constant(&mut self, path: &[String], json: String, always: bool) -> Result<(), Clash> {
        place(&mut self.root, path, Node::Constant { json, always })
    }

    /// The first list element that nothing is written to.
    pub fn first_gap(&self) -> Option<Vec<String>> {
        let mut path = Vec::new();
        gap(&self.root, &mut path, false).then_some(path)
    }

    /// Appends one record as compact JSON. `constant` tells the columns that hold words of the file's own.
    pub fn write(&self, cells: &[Cell<'_>], constant: &[bool], out: &mut Vec<u8>) {
        write(&self.root, cells, constant, out, true);
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
        Node::Object(members) => members.iter().any(|(name, child)| inside(name.clone(), child, false)),
        Node::List(items) => items.iter().enumerate().any(|(at, child)| inside(at.to_string(), child, true)),
        Node::Column(_) | Node::Constant { .. } => false,
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
        Node::Object(members) => match members.iter().position(|(name, _)| name == first) {
            Some(at) => &mut members[at].1,
            None => {
                members.push((first.clone(), Node::default()));
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
}

fn holds(node: &Node, cells: &[Cell<'_>], constant: &[bool]) -> Holds {
    let nothing = Holds { constants: false, values: false, always: false };
    match node {
        Node::Column(column) => match &cells[*column] {
            Cell::Value(_) if constant[*column] => Holds { constants: true, ..nothing },
            Cell::Value(_) => Holds { values: true, ..nothing },
            _ => nothing,
        },
        Node::Constant { always, .. } => Holds { constants: true, values: false, always: *always },
        Node::Object(members) => members.iter().map(|(_, node)| holds(node, cells, constant)).fold(nothing, join),
        Node::List(items) => items.iter().map(|node| holds(node, cells, constant)).fold(nothing, join),
    }
}

fn join(a: Holds, b: Holds) -> Holds {
    Holds { constants: a.constants || b.constants, values: a.values || b.values, always: a.always || b.always }
}

/// Whether a member of an object is written at all.
fn is_written(node: &Node, cells: &[Cell<'_>], constant: &[bool]) -> bool {
    match node {
        Node::Column(column) => cells[*column] != Cell::Omitted,
        Node::Constant { .. } => true,
        Node::Object(members) => {
            let held = holds(node, cells, constant);
            let alone = held.constants && !held.values && !held.always;
            !alone && members.iter().any(|(_, member)| is_written(member, cells, constant))
        }
        Node::List(items) => items.iter().any(|item| is_element(item, cells, constant)),
    }
}

/// Whether an element of a list is written: one in which only constants have a value is not, nor is one without any value.
fn is_element(node: &Node, cells: &[Cell<'_>], constant: &[bool]) -> bool {
    let held = holds(node, cells, constant);
    match node {
        Node::Column(_) | Node::Constant { .. } => held.values || held.constants,
        _ => held.values || held.always,
    }
}

fn write(node: &Node, cells: &[Cell<'_>], constant: &[bool], out: &mut Vec<u8>, top: bool) {
    match node {
        Node::Column(column) => match &cells[*column] {
            Cell::Value(value) => value.write_json(out),
            Cell::Blank | Cell::Omitted => out.extend_from_slice(b"null"),
        },
        Node::Constant { json, .. } => out.extend_from_slice(json.as_bytes()),
        Node::Object(members) => {
            out.push(b'{');
            let mut first = true;
            for (name, member) in members {
                let always = top && matches!(member, Node::Constant { .. });
                if !always && !is_written(member, cells, constant) {
                    continue;
                }
                if !first {
                    out.push(b',');
                }
                first = false;
                write_string(out, name);
                out.push(b':');
                write(member, cells, constant, out, false);
            }
            out.push(b'}');
        }
        Node::List(items) => {
            out.push(b'[');
            let mut first = true;
            for item in items.iter().filter(|item| is_element(item, cells, constant)) {
                if !first {
                    out.push(b',');
                }
                first = false;
                write(item, cells, constant, out, false);
            }
            out.push(b']');
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
            layout.place_column(&path(column), at).unwrap();
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

    fn text(text: &str) -> Cell<'_> {
        Cell::Value(Value::text(text))
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
    fn two_fields_at_one_place_and_gaps_are_refused() {
        let mut layout = layout(&["a", "b/c", "d/0"], &[]);
        for at in ["a", "a/x", "b", "b/c/d", "d/x", "d/0", "d/99999999999999999999", "d/1001"] {
            assert_eq!(layout.place_column(&path(at), 9), Err(Clash::Taken), "{at}");
        }
        assert_eq!(layout.first_gap(), None);
        layout.place_column(&path("d/2/x"), 9).unwrap();
        assert_eq!(layout.first_gap(), Some(path("d/1")));
    }
}
