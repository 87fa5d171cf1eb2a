//! The text of a YAML file as a tree in which every node knows its bytes. Knows YAML and nothing of mappings: places in
//! messages, the schema check and the typed [spec](super::spec) all come from this one tree.

mod build;
mod deserialize;
mod edit;
mod hazard;

pub use deserialize::{At, Many, NodeRef, deserialize};

use crate::diagnostic::FileId;
use std::ops::Range;

/// The largest mapping file that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;
/// How many values a file may come to once its aliases are written out.
pub const MAX_VALUES: u64 = 500_000;

/// A node of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// A node of one file among many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub file: FileId,
    pub node: NodeId,
}

#[derive(Debug)]
pub struct Document {
    pub file: FileId,
    nodes: Vec<Node>,
    root: NodeId,
}

#[derive(Debug)]
pub struct Node {
    /// The node's bytes. An alias has the bytes of the node it stands for.
    pub span: Range<usize>,
    pub content: Content,
    /// How many values this is when aliases are written out.
    size: u64,
}

#[derive(Debug)]
pub enum Content {
    Scalar {
        text: String,
        /// Written without quotes, so that YAML may read it as a number, a boolean or null.
        plain: bool,
    },
    List(Vec<NodeId>),
    /// Keys and values, in the order of the file.
    Map(Vec<(NodeId, NodeId)>),
}

/// What YAML 1.2 takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'t> {
    Null,
    Boolean(bool),
    /// Digits as JSON writes them.
    Number(&'t str),
    Text(&'t str),
}

impl Document {
    pub fn root(&self) -> NodeId {
        self.root
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn place(&self, node: NodeId) -> Place {
        Place { file: self.file, node }
    }

    pub fn span(&self, id: NodeId) -> Range<usize> {
        self.node(id).span.clone()
    }

    /// The text of a scalar; `None` for lists and maps.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn scalar(&self, id: NodeId) -> Option<Scalar<'_>> {
        match &self.node(id).content {
            Content::Scalar { text, plain } => Some(resolve(text, *plain)),
            _ => None,
        }
    }

    /// The scalar without its quotes: keys are the same word with and without them.
    pub fn unquoted(&self, id: NodeId) -> Option<Scalar<'_>> {
        self.text(id).map(|text| resolve(text, true))
    }

    /// The entries of a map, or nothing.
    pub fn entries(&self, id: NodeId) -> &[(NodeId, NodeId)] {
        match &self.node(id).content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, or nothing.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match &self.node(id).content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    /// The key node and the value node of `key` in the map `id`.
    pub fn entry(&self, id: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        self.entries(id).iter().copied().find(|(name, _)| self.text(*name) == Some(key))
    }

    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entry(id, key).map(|(_, value)| value)
    }

    /// Where the word `key` itself stands in the map `id`; the whole map where it has no such key.
    pub fn key_span(&self, id: NodeId, key: &str) -> Range<usize> {
        self.entry(id, key).map_or_else(|| self.span(id), |(name, _)| self.span(name))
    }

    /// The node at a JSON Pointer, as the schema check reports places.
    pub fn at_pointer<'p>(&self, segments: impl IntoIterator<Item = &'p str>) -> Option<NodeId> {
        segments.into_iter().try_fold(self.root, |node, segment| match &self.node(node).content {
            Content::Map(_) => self.get(node, segment),
            Content::List(items) => items.get(segment.parse::<usize>().ok()?).copied(),
            Content::Scalar { .. } => None,
        })
    }

    /// The bytes inside a scalar, as a range of the file, for a range of its text. Exact where the text stands in the file
    /// as it is (plain, or in quotes without escapes); else the whole scalar.
    pub fn inside(&self, file_text: &str, id: NodeId, range: Range<usize>) -> Range<usize> {
        let span = self.span(id);
        let Some(text) = self.text(id) else { return span };
        let written = &file_text[span.clone()];
        let quote = usize::from(written.starts_with(['"', '\'']));
        if written.get(quote..written.len().saturating_sub(quote)) != Some(text) {
            return span;
        }
        let start = span.start + quote + range.start.min(text.len());
        let end = span.start + quote + range.end.min(text.len());
        if start == end && end < span.end { start..end + 1 } else { start..end }
    }

    /// The node as JSON text. Numbers keep their digits, so that records in tests hold what the file shows.
    pub fn json(&self, id: NodeId) -> String {
        let mut out = Vec::new();
        self.write_json(id, &mut out);
        String::from_utf8(out).expect("JSON made from text is UTF-8")
    }

    fn write_json(&self, id: NodeId, out: &mut Vec<u8>) {
        use crate::value::json::write_string;
        let separate = |out: &mut Vec<u8>, index: usize| {
            if index > 0 {
                out.push(b',');
            }
        };
        match &self.node(id).content {
            Content::Scalar { text, plain } => match resolve(text, *plain) {
                Scalar::Null => out.extend_from_slice(b"null"),
                Scalar::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
                Scalar::Number(digits) => out.extend_from_slice(digits.as_bytes()),
                Scalar::Text(text) => write_string(out, text),
            },
            Content::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    separate(out, index);
                    self.write_json(*item, out);
                }
                out.push(b']');
            }
            Content::Map(entries) => {
                out.push(b'{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    separate(out, index);
                    write_string(out, self.text(*key).unwrap_or_default());
                    out.push(b':');
                    self.write_json(*value, out);
                }
                out.push(b'}');
            }
        }
    }
}

/// YAML 1.2's core schema, for the forms that JSON has too; octal, hexadecimal, `.inf` and the like stay texts.
fn resolve(text: &str, plain: bool) -> Scalar<'_> {
    if !plain {
        return Scalar::Text(text);
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Boolean(true),
        "false" | "False" | "FALSE" => Scalar::Boolean(false),
        _ if text.as_bytes()[0].is_ascii_digit() || text.starts_with('-') => {
            let mut scanner = crate::value::json::Scanner::new(text);
            match scanner.value(0).and_then(|_| scanner.end()) {
                Ok(()) => Scalar::Number(text),
                Err(_) => Scalar::Text(text),
            }
        }
        _ => Scalar::Text(text),
    }
}
