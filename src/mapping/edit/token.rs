//! Where a value stands as it is written: with its anchor, or as an alias, whose node has the bytes of another place.

use super::Editor;
use crate::mapping::document::{Content, NodeId};
use std::ops::Range;

impl Editor<'_> {
    /// The bytes of a value that is looked for from `from` on.
    pub(super) fn token(&self, node: NodeId, from: usize) -> Range<usize> {
        let start = self.skip(from);
        let word_end = |at: usize| {
            let end = self.text[at..].find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}'));
            end.map_or(self.text.len(), |end| at + end)
        };
        if self.text[start..].starts_with('*') {
            return start..word_end(start);
        }
        let inner = if self.text[start..].starts_with('&') { self.skip(word_end(start)) } else { start };
        let span = self.document.span(node);
        let end = match &self.document.node(node).content {
            // Nothing at all is null.
            Content::Scalar { .. } if span.is_empty() => return from..from,
            Content::List(items) if !self.is_flow(node) => {
                items.iter().fold(inner, |at, item| self.token(*item, self.after_dash(at)).end)
            }
            Content::Map(entries) if !self.is_flow(node) => {
                entries.last().map_or(inner, |(key, value)| self.token(*value, self.after_colon(*key)).end)
            }
            Content::Scalar { .. } | Content::List(_) | Content::Map(_) => span.end,
        };
        start..end
    }

    /// Every item of a flow list.
    pub(super) fn item_tokens(&self, list: NodeId, items: &[NodeId]) -> Vec<Range<usize>> {
        let mut at = self.document.span(list).start + 1;
        let mut tokens = Vec::with_capacity(items.len());
        for item in items {
            let comma = self.skip(at);
            let token = self.token(*item, if self.text[comma..].starts_with(',') { comma + 1 } else { comma });
            at = token.end;
            tokens.push(token);
        }
        tokens
    }

    /// By item of a block list that begins at `start`: where its dash is, and where it ends.
    pub(super) fn dashes(&self, list: NodeId, start: usize) -> Vec<(usize, usize)> {
        let mut at = start;
        if self.text[at..].starts_with('&') {
            at += self.text[at..].find(char::is_whitespace).unwrap_or(0);
        }
        let mut dashes = Vec::new();
        for item in self.document.items(list) {
            let dash = self.skip(at);
            at = self.token(*item, self.after_dash(at)).end;
            dashes.push((dash, at));
        }
        dashes
    }

    fn after_dash(&self, from: usize) -> usize {
        let dash = self.skip(from);
        if self.text[dash..].starts_with('-') { dash + 1 } else { dash }
    }

    /// Behind the colon of a key.
    pub(super) fn after_colon(&self, key: NodeId) -> usize {
        let end = self.document.span(key).end;
        self.text[end..].find(':').map_or(end, |colon| end + colon + 1)
    }

    /// The next byte that is neither white space nor part of a comment.
    pub(super) fn skip(&self, from: usize) -> usize {
        let mut at = from;
        loop {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len();
            if !self.text[at..].starts_with('#') {
                return at;
            }
            at = self.line_end_after(at);
        }
    }

    /// Whether a list or map stands in brackets.
    pub(super) fn is_flow(&self, node: NodeId) -> bool {
        let opening = if matches!(self.document.node(node).content, Content::List(_)) { '[' } else { '{' };
        self.text[self.document.span(node).start..].starts_with(opening)
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Where the line of `at` ends, before its line end.
    pub(super) fn line_end_after(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |newline| at + newline);
        if end > at && self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    /// Characters before `at` in its line.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }
}
