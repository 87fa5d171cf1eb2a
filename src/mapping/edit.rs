//! Changes to the text of a mapping file that leave every other byte as it is: comments, order, quotes, line ends. They are
//! found by a [`Document`]'s places, and are nothing but bytes that go and text that comes.

mod part;
mod token;
pub mod write;

use super::document::{Content, Document, NodeId};
use crate::value::text::printable;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes that go, and the text that stands there afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Range<usize>,
    pub text: String,
}

/// Why a text can't be changed in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotEditable {
    #[error("the file has no such field")]
    NoSuchField,
    #[error("the field has no `from`")]
    NoFrom,
    #[error("it is shared by an anchor and an alias: another part of the file would change with it")]
    Shared,
    #[error("it is written as a block of text (`|` or `>`)")]
    BlockText,
    #[error("it is written in brackets where lines are needed")]
    InBrackets,
    #[error("it shares its line with another part, or a comment stands in it")]
    SharedLine,
}

/// One more place to look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEntry {
    pub path: String,
    pub category: Option<String>,
    /// Each step as YAML in one line: `lower`, `list_label: department`.
    pub then: Vec<String>,
    /// Stands behind it, or in a line of its own above.
    pub comment: Option<String>,
}

/// The text with all edits done. They do not overlap; those at one place come in the order given.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len() + sorted.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in sorted {
        out.push_str(&text[done..edit.span.start]);
        out.push_str(&edit.text);
        done = edit.span.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Finds the edits for a change.
pub struct Editor<'t> {
    text: &'t str,
    document: &'t Document,
    line_end: &'static str,
    /// How many places of the file show a node: more than one through aliases.
    uses: HashMap<NodeId, usize>,
}

/// A line longer than this takes no comment at its end.
const LONGEST_LINE: usize = 130;

impl<'t> Editor<'t> {
    /// `document` was read from this very `text` and has no faults.
    pub fn new(text: &'t str, document: &'t Document) -> Self {
        let line_end = if text.find('\n').is_some_and(|at| text[..at].ends_with('\r')) { "\r\n" } else { "\n" };
        let mut uses = HashMap::from([(document.root(), 1)]);
        let mut open = vec![document.root()];
        while let Some(node) = open.pop() {
            let children: Vec<NodeId> = match &document.node(node).content {
                Content::Scalar { .. } => Vec::new(),
                Content::List(items) => items.clone(),
                Content::Map(entries) => entries.iter().flat_map(|(key, value)| [*key, *value]).collect(),
            };
            for child in children {
                let count = uses.entry(child).or_insert(0);
                *count += 1;
                if *count == 1 {
                    open.push(child);
                }
            }
        }
        Editor { text, document, line_end, uses }
    }

    /// Puts an entry into the `from` of a field of the file, before the entry with the number `at` (from 0); any number beyond
    /// the last puts it at the end. A single place to look becomes a list.
    ///
    /// # Errors
    /// The field has no `from`, or its text can't be changed without changing another part.
    pub fn add_entry(&self, field: &str, at: usize, entry: &NewEntry) -> Result<Vec<Edit>, NotEditable> {
        let (fields, key, value, whole) = self.field(field)?;
        let flow = self.is_flow(self.document.root()) || self.is_flow(fields);
        let mut edits = match &self.document.node(value).content {
            // The short form: just a path.
            Content::Scalar { .. } if flow => {
                vec![self.put(whole.clone(), format!("{{ from: {} }}", self.pair(&self.text[whole.clone()], entry, at)))]
            }
            Content::Scalar { .. } => self.spread(key, whole.clone(), Some("from:"), entry, at)?,
            Content::Map(_) => {
                self.refuse_shared(value)?;
                let (from, source) = self.document.entry(value, "from").ok_or(NotEditable::NoFrom)?;
                self.add_to_source(from, source, flow || self.is_flow(value), entry, at)?
            }
            Content::List(_) => return Err(NotEditable::NoFrom),
        };
        let said = edits.iter().any(|edit| edit.text.contains(" # "));
        if let Some(comment) = entry.comment.as_deref().filter(|_| !said && !flow) {
            let added = edits.iter().map(|edit| edit.text.len() - edit.span.len().min(edit.text.len())).sum();
            edits.push(self.comment_by(key, whole.end, comment, added));
        }
        Ok(edits)
    }

    fn add_to_source(
        &self,
        from: NodeId,
        source: NodeId,
        flow: bool,
        entry: &NewEntry,
        at: usize,
    ) -> Result<Vec<Edit>, NotEditable> {
        let token = self.token(source, self.after_colon(from));
        let one_line = !self.text[token.clone()].contains('\n');
        match &self.document.node(source).content {
            Content::List(items) => {
                self.refuse_shared(source)?;
                if self.is_flow(source) {
                    return Ok(vec![self.bracketed(source, items, entry, at)]);
                }
                Ok(vec![self.new_line(self.dashes(source, token.start), entry, at)])
            }
            Content::Map(_) if !self.is_flow(source) => {
                self.refuse_shared(source)?;
                self.listed(source, token, entry, at)
            }
            Content::Scalar { .. } if self.text[token.clone()].starts_with(['|', '>']) => Err(NotEditable::BlockText),
            _ if one_line && !flow => self.spread(from, token, None, entry, at),
            _ => Ok(vec![self.put(token.clone(), self.pair(&self.text[token], entry, at))]),
        }
    }

    /// `[old, new]`, or the other way round.
    fn pair(&self, old: &str, entry: &NewEntry, at: usize) -> String {
        let new = entry.in_brackets();
        if at == 0 { format!("[{new}, {old}]") } else { format!("[{old}, {new}]") }
    }

    /// What stands behind a key in its line becomes an item of a list in lines of its own; a comment behind it stays with it.
    fn spread(
        &self,
        key: NodeId,
        token: Range<usize>,
        inner: Option<&str>,
        entry: &NewEntry,
        at: usize,
    ) -> Result<Vec<Edit>, NotEditable> {
        let text = &self.text[token.clone()];
        if text.contains('\n') || text.starts_with(['|', '>']) {
            return Err(NotEditable::BlockText);
        }
        let (unit, key_column) = (self.unit(), self.column(self.document.span(key).start));
        let depth = key_column + unit * if inner.is_some() { 2 } else { 1 };
        let (nl, dash) = (self.line_end, format!("{:depth$}- ", ""));
        let mut before = String::new();
        if let Some(inner) = inner {
            before.push_str(&format!("{nl}{:width$}{inner}", "", width = key_column + unit));
        }
        let line = format!("{dash}{}", entry.with_comment());
        if at == 0 {
            before.push_str(&format!("{nl}{line}"));
        }
        before.push_str(&format!("{nl}{dash}"));
        let colon = self.after_colon(key);
        let mut edits = vec![self.put(colon..token.start, before)];
        if at > 0 {
            let end = self.line_end_after(token.end);
            edits.push(self.put(end..end, format!("{nl}{line}")));
        }
        Ok(edits)
    }

    fn bracketed(&self, list: NodeId, items: &[NodeId], entry: &NewEntry, at: usize) -> Edit {
        let new = entry.in_brackets();
        let tokens = self.item_tokens(list, items);
        if let Some(next) = tokens.get(at) {
            return self.put(next.start..next.start, format!("{new}, "));
        }
        let Some(last) = tokens.last() else {
            let inside = self.document.span(list).start + 1;
            return self.put(inside..inside, new);
        };
        let comma = self.skip(last.end);
        if self.text[comma..].starts_with(',') {
            return self.put(comma + 1..comma + 1, format!(" {new}"));
        }
        self.put(last.end..last.end, format!(", {new}"))
    }

    /// A line among the items of a block list, whose dashes and ends are given.
    fn new_line(&self, items: Vec<(usize, usize)>, entry: &NewEntry, at: usize) -> Edit {
        let column = items.first().map_or(0, |(dash, _)| self.column(*dash));
        let line = format!("{:column$}- {}", "", entry.with_comment());
        match items.get(at) {
            Some((dash, _)) if at > 0 => {
                // Comments above an item belong to it.
                let mut start = self.line_start(*dash);
                while start > 0 && self.text[self.line_start(start - 1)..start].trim_start().starts_with('#') {
                    start = self.line_start(start - 1);
                }
                self.put(start..start, format!("{line}{}", self.line_end))
            }
            Some((dash, _)) => {
                let start = self.line_start(*dash);
                if self.text[start..*dash].trim().is_empty() {
                    self.put(start..start, format!("{line}{}", self.line_end))
                } else {
                    self.put(*dash..*dash, format!("- {}{}{:column$}", entry.with_comment(), self.line_end, ""))
                }
            }
            None => {
                let end = items.last().map_or(0, |(_, end)| *end);
                if self.text[..end].ends_with('\n') {
                    return self.put(end..end, format!("{line}{}", self.line_end));
                }
                let end = self.line_end_after(end);
                self.put(end..end, format!("{}{line}", self.line_end))
            }
        }
    }

    fn listed(&self, map: NodeId, token: Range<usize>, entry: &NewEntry, at: usize) -> Result<Vec<Edit>, NotEditable> {
        if token.start != self.document.span(map).start {
            return Err(NotEditable::Shared);
        }
        let column = self.column(token.start);
        let line = format!("{:column$}- {}", "", entry.with_comment());
        let first =
            if at == 0 { format!("- {}{}{:column$}- ", entry.with_comment(), self.line_end, "") } else { "- ".to_owned() };
        let mut edits = vec![self.put(token.start..token.start, first)];
        let mut start = self.line_end_after(token.start);
        while let Some(next) = self.text[start..token.end].find('\n').map(|at| start + at + 1).filter(|next| *next < token.end) {
            if !self.text[next..self.line_end_after(next)].trim().is_empty() {
                edits.push(self.put(next..next, "  ".to_owned()));
            }
            start = next;
        }
        if at > 0 {
            let end = self.line_end_after(token.end);
            let at_line_start = self.text[..token.end].ends_with('\n');
            edits.push(match at_line_start {
                true => self.put(token.end..token.end, format!("{line}{}", self.line_end)),
                false => self.put(end..end, format!("{}{line}", self.line_end)),
            });
        }
        Ok(edits)
    }

    /// Gives a scalar another text, in the quotes that it has.
    ///
    /// # Errors
    /// An alias shows the scalar elsewhere, or it is a block of text.
    pub fn set_text(&self, scalar: NodeId, new: &str) -> Result<Edit, NotEditable> {
        self.refuse_shared(scalar)?;
        let span = self.document.span(scalar);
        let written = match self.text[span.clone()].as_bytes().first() {
            Some(b'"') => write::quoted(new),
            Some(b'\'') if !new.contains(char::is_control) => format!("'{}'", new.replace('\'', "''")),
            _ if self.text[span.clone()].trim_end() != self.document.text(scalar).unwrap_or_default() => {
                return Err(NotEditable::BlockText);
            }
            _ => write::scalar(new).into_owned(),
        };
        Ok(self.put(span, written))
    }

    /// Gives an entry of `from`, or the only one, a `category`, or another one.
    ///
    /// # Errors
    /// The entry is no path, or its text can't be changed without changing another part.
    pub fn set_category(&self, entry: NodeId, category: &str) -> Result<Edit, NotEditable> {
        self.refuse_shared(entry)?;
        if let Some(known) = self.document.get(entry, "category") {
            return self.set_text(known, category);
        }
        let (span, category) = (self.document.span(entry), write::scalar(category));
        match &self.document.node(entry).content {
            Content::Scalar { .. } => {
                let path = &self.text[span.clone()];
                if path.contains('\n') {
                    return Err(NotEditable::BlockText);
                }
                // What may stand alone may need quotes in brackets.
                let plain = !path.starts_with(['"', '\'']);
                let path = if plain { write::scalar(path).into_owned() } else { path.to_owned() };
                Ok(self.put(span, format!("{{ path: {path}, category: {category} }}")))
            }
            Content::Map(entries) if self.is_flow(entry) => {
                let (key, last) = entries.last().ok_or(NotEditable::NoFrom)?;
                let end = self.token(*last, self.after_colon(*key)).end;
                Ok(self.put(end..end, format!(", category: {category}")))
            }
            Content::Map(_) => {
                let column = self.column(span.start);
                Ok(self.put(span.start..span.start, format!("category: {category}{}{:column$}", self.line_end, "")))
            }
            Content::List(_) => Err(NotEditable::NoFrom),
        }
    }

    /// Says something about a node: at the end of its line, or above it where a comment stands there already.
    pub fn comment(&self, node: NodeId, comment: &str) -> Edit {
        self.comment_by(node, self.document.span(node).end, comment, 0)
    }

    /// `added` bytes come into the line by other edits.
    fn comment_by(&self, node: NodeId, end: usize, comment: &str, added: usize) -> Edit {
        let comment = comment_line(comment);
        let line_end = self.line_end_after(end);
        let length = self.text[self.line_start(line_end)..line_end].chars().count() + added + comment.chars().count() + 3;
        if !self.text[end..line_end].contains('#') && length <= LONGEST_LINE {
            return self.put(line_end..line_end, format!(" # {comment}"));
        }
        let start = self.line_start(self.document.span(node).start);
        let line = &self.text[start..];
        let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
        self.put(start..start, format!("{indent}# {comment}{}", self.line_end))
    }

    /// Puts an item at the end of the list under a key at the top of the file. `lines` are the item's, without a dash and
    /// without indentation. Where the file has no such key, it gets one at its end.
    ///
    /// # Errors
    /// The list stands in brackets, or an alias shows it elsewhere.
    pub fn add_item(&self, key: &str, lines: &[String]) -> Result<Edit, NotEditable> {
        let item = |column: usize| {
            let indent = |(at, line): (usize, &String)| format!("{:column$}{}{line}", "", if at == 0 { "- " } else { "  " });
            lines.iter().enumerate().map(indent).collect::<Vec<_>>().join(self.line_end)
        };
        let root = self.document.root();
        let Some((name, list)) = self.document.entry(root, key) else {
            if self.is_flow(root) {
                return Err(NotEditable::InBrackets);
            }
            let gap = if self.text.ends_with('\n') { self.line_end.to_owned() } else { self.line_end.repeat(2) };
            let text = format!("{gap}{key}:{}{}{}", self.line_end, item(self.unit()), self.line_end);
            return Ok(self.put(self.text.len()..self.text.len(), text));
        };
        self.refuse_shared(list)?;
        let token = self.token(list, self.after_colon(name));
        if !matches!(self.document.node(list).content, Content::List(_)) || self.is_flow(list) {
            return Err(NotEditable::InBrackets);
        }
        let items = self.dashes(list, token.start);
        let text = item(items.first().map_or(self.unit(), |(dash, _)| self.column(*dash)));
        if self.text[..token.end].ends_with('\n') {
            return Ok(self.put(token.end..token.end, format!("{text}{}", self.line_end)));
        }
        let end = self.line_end_after(token.end);
        Ok(self.put(end..end, format!("{}{text}", self.line_end)))
    }

    fn put(&self, span: Range<usize>, text: String) -> Edit {
        Edit { span, text }
    }

    /// The map of fields, a field's key and value in it, and the value's bytes as written.
    fn field(&self, name: &str) -> Result<(NodeId, NodeId, NodeId, Range<usize>), NotEditable> {
        let fields = self.document.get(self.document.root(), "fields").ok_or(NotEditable::NoSuchField)?;
        self.refuse_shared(fields)?;
        let (key, value) = self.document.entry(fields, name).ok_or(NotEditable::NoSuchField)?;
        Ok((fields, key, value, self.token(value, self.after_colon(key))))
    }

    fn refuse_shared(&self, node: NodeId) -> Result<(), NotEditable> {
        if self.uses.get(&node).is_some_and(|uses| *uses > 1) { Err(NotEditable::Shared) } else { Ok(()) }
    }

    /// How far the file indents.
    fn unit(&self) -> usize {
        let fields = self.document.get(self.document.root(), "fields");
        let first = fields.and_then(|fields| self.document.entries(fields).first());
        let column = first.map_or(2, |(key, _)| self.column(self.document.span(*key).start));
        if (1..=8).contains(&column) { column } else { 2 }
    }
}

impl NewEntry {
    /// In braces, or just the path.
    pub fn in_brackets(&self) -> String {
        let path = write::scalar(&self.path);
        if self.category.is_none() && self.then.is_empty() {
            return path.into_owned();
        }
        let mut text = format!("{{ path: {path}");
        if let Some(category) = &self.category {
            text.push_str(&format!(", category: {}", write::scalar(category)));
        }
        if !self.then.is_empty() {
            let steps: Vec<String> =
                self.then.iter().map(|step| if step.contains(": ") { format!("{{ {step} }}") } else { step.clone() }).collect();
            text.push_str(&format!(", then: [{}]", steps.join(", ")));
        }
        text + " }"
    }

    /// With its comment behind it.
    pub fn with_comment(&self) -> String {
        match &self.comment {
            Some(comment) => format!("{} # {}", self.in_brackets(), comment_line(comment)),
            None => self.in_brackets(),
        }
    }
}

/// A comment is one line, and nothing in it steers a terminal.
fn comment_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
