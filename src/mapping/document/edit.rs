//! Small changes to a tree that was read, so that a file with slips in its form can still be looked through. Places stay: a
//! changed node keeps its bytes.

use super::{Content, Document, Node, NodeId};
use std::collections::HashSet;

impl Document {
    /// Gives a scalar another text.
    pub fn set_text(&mut self, id: NodeId, new: &str) {
        if let Content::Scalar { text, .. } = &mut self.nodes[id.0 as usize].content {
            *text = new.to_owned();
        }
    }

    /// Takes values away wherever they stand: with the key in a map, or as an item of a list. The root stays.
    pub fn remove(&mut self, ids: &HashSet<NodeId>) {
        for node in &mut self.nodes {
            match &mut node.content {
                Content::List(items) => items.retain(|item| !ids.contains(item)),
                Content::Map(entries) => entries.retain(|(_, value)| !ids.contains(value)),
                Content::Scalar { .. } => {}
            }
        }
    }

    /// Adds a key with a plain scalar to a map; both have the map's first byte for a place.
    pub fn insert(&mut self, map: NodeId, key: &str, value: &str) {
        let start = self.span(map).start;
        let mut add = |text: &str| {
            let id = NodeId(u32::try_from(self.nodes.len()).expect("a file of 4 MiB has fewer than four billion nodes"));
            let content = Content::Scalar { text: text.to_owned(), plain: true };
            self.nodes.push(Node { span: start..start, content, size: 1 });
            id
        };
        let pair = (add(key), add(value));
        if let Content::Map(entries) = &mut self.nodes[map.0 as usize].content {
            entries.push(pair);
        }
    }
}
