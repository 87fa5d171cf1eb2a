//! Parts of a file that go, are put in another's place, or come as a further key: entries of `from`, keys of a map, spellings.

use super::{Edit, Editor, NewEntry, NotEditable, write};
use crate::mapping::document::{Content, NodeId};

impl Editor<'_> {
    /// The entries of a field: the items of its `from`, the only one, or the path of the short form.
    pub fn entries(&self, field: &str) -> Vec<NodeId> {
        let Ok((_, _, value, _)) = self.field(field) else { return Vec::new() };
        let source = match &self.document.node(value).content {
            Content::Map(_) => self.document.get(value, "from"),
            _ => Some(value),
        };
        match source {
            Some(list) if matches!(self.document.node(list).content, Content::List(_)) => self.document.items(list).to_vec(),
            Some(source) => vec![source],
            None => Vec::new(),
        }
    }

    /// The text of an entry's path; `inherited` for the word that stands for a parent's entries.
    pub fn path_of(&self, entry: NodeId) -> Option<&str> {
        self.document.text(entry).or_else(|| self.document.text(self.document.get(entry, "path")?))
    }

    /// Takes the entry with the number `at` (from 0) out of a field's `from`, with the comment behind it.
    ///
    /// # Errors
    /// It is the only one, or its text can't go without changing another part.
    pub fn remove_entry(&self, field: &str, at: usize) -> Result<Edit, NotEditable> {
        let (_, _, value, _) = self.field(field)?;
        self.refuse_shared(value)?;
        let (key, list) = self.document.entry(value, "from").ok_or(NotEditable::NoFrom)?;
        self.refuse_shared(list)?;
        let items = self.document.items(list);
        let (Some(item), 2..) = (items.get(at), items.len()) else { return Err(NotEditable::NoFrom) };
        self.refuse_shared_within(*item)?;
        if self.is_flow(list) {
            let tokens = self.item_tokens(list, items);
            let span = match tokens.get(at + 1) {
                Some(next) => tokens[at].start..next.start,
                None => tokens[at - 1].end..tokens[at].end,
            };
            return if self.text[span.clone()].contains('#') {
                Err(NotEditable::SharedLine)
            } else {
                Ok(self.put(span, String::new()))
            };
        }
        let token = self.token(list, self.after_colon(key));
        let dashes = self.dashes(list, token.start);
        let (dash, end) = dashes[at];
        let start = self.line_start(dash);
        if !self.text[start..dash].trim().is_empty() {
            return Err(NotEditable::SharedLine);
        }
        let end = if self.text[..end].ends_with('\n') { end } else { self.next_line(end) };
        Ok(self.put(start..end, String::new()))
    }

    /// Puts an entry in the place of another. What else the old one says (`when`, `take`) stays.
    ///
    /// # Errors
    /// The old one has other steps, or its text can't be changed without changing another part.
    pub fn replace_entry(&self, old: NodeId, new: &NewEntry) -> Result<Vec<Edit>, NotEditable> {
        self.refuse_shared_within(old)?;
        let span = self.document.span(old);
        let Content::Map(keys) = &self.document.node(old).content else {
            if self.text[span.clone()].contains('\n') {
                return Err(NotEditable::BlockText);
            }
            // A field may be no more than a path; an entry with keys of its own stands under `from`.
            let is_field = self.document.get(self.document.root(), "fields").is_some_and(|fields| {
                matches!(&self.document.node(fields).content, Content::Map(fields) if fields.iter().any(|(_, value)| *value == old))
            });
            let entry = new.in_brackets();
            return Ok(vec![self.put(span, if is_field { format!("{{ from: {entry} }}") } else { entry })]);
        };
        let known = keys.iter().all(|(key, _)| matches!(self.document.text(*key), Some("path" | "category" | "then")));
        if known && self.is_flow(old) && !self.text[span.clone()].contains(['\n', '#']) {
            return Ok(vec![self.put(span, new.in_brackets())]);
        }
        let steps = self.document.get(old, "then").map_or(0, |then| self.document.items(then).len().max(1));
        let path = self.document.get(old, "path").ok_or(NotEditable::NoFrom)?;
        if steps != new.then.len() {
            return Err(NotEditable::NoFrom);
        }
        let category = new.category.as_ref().map(|category| self.set_category(old, category)).transpose()?;
        Ok([self.set_text(path, &new.path)?].into_iter().chain(category).collect())
    }

    /// One more spelling for a word that has some.
    ///
    /// # Errors
    /// The field has no such word, or its text can't be changed without changing another part.
    pub fn add_spelling(&self, field: &str, word: &str, spelling: &str) -> Result<Vec<Edit>, NotEditable> {
        let (fields, _, value, _) = self.field(field)?;
        self.refuse_shared(value)?;
        let spellings = self.document.get(value, "spellings").ok_or(NotEditable::NoSuchField)?;
        self.refuse_shared(spellings)?;
        let (key, list) = self.document.entry(spellings, word).ok_or(NotEditable::NoSuchField)?;
        if !matches!(self.document.node(list).content, Content::List(_)) {
            let token = self.token(list, self.after_colon(key));
            let old = &self.text[token.clone()];
            if old.starts_with(['|', '>']) || old.contains('\n') {
                return Err(NotEditable::BlockText);
            }
            return Ok(vec![self.put(token.clone(), format!("[{old}, {}]", write::scalar(spelling)))]);
        }
        let flow = [self.document.root(), fields, value, spellings].into_iter().any(|map| self.is_flow(map));
        // A spelling is a text in a list, as a path is.
        let entry = NewEntry { path: spelling.to_owned(), ..NewEntry::default() };
        self.add_to_source(key, list, flow, &entry, usize::MAX)
    }

    /// Puts a key at the end of a map: `line` in brackets, `lines` where lines are the custom. The lines are indented from
    /// the key's own column on.
    ///
    /// # Errors
    /// The map is empty, or its text can't be changed without changing another part.
    pub fn add_key(&self, map: NodeId, line: &str, lines: &[String]) -> Result<Edit, NotEditable> {
        self.refuse_shared(map)?;
        let (key, last) = *self.document.entries(map).last().ok_or(NotEditable::NoSuchField)?;
        let end = self.token(last, self.after_colon(key)).end;
        if self.is_flow(map) {
            return Ok(self.put(end..end, format!(", {line}")));
        }
        let column = self.column(self.document.span(self.document.entries(map)[0].0).start);
        let text: Vec<String> = lines.iter().map(|line| format!("{:column$}{line}", "")).collect();
        let text = text.join(self.line_end);
        if self.text[..end].ends_with('\n') {
            return Ok(self.put(end..end, format!("{text}{}", self.line_end)));
        }
        let end = self.line_end_after(end);
        Ok(self.put(end..end, format!("{}{text}", self.line_end)))
    }

    /// Neither the node nor anything in it may be seen elsewhere.
    fn refuse_shared_within(&self, node: NodeId) -> Result<(), NotEditable> {
        self.refuse_shared(node)?;
        match &self.document.node(node).content {
            Content::Scalar { .. } => Ok(()),
            Content::List(items) => items.iter().try_for_each(|item| self.refuse_shared_within(*item)),
            Content::Map(entries) => entries.iter().try_for_each(|(_, value)| self.refuse_shared_within(*value)),
        }
    }

    /// Where the line after that of `at` begins.
    fn next_line(&self, at: usize) -> usize {
        let end = self.line_end_after(at);
        self.text[end..].find('\n').map_or(self.text.len(), |newline| end + newline + 1)
    }
}
