//! Whether a record shows a field: a value, blank, or nothing at all, which is what a missing permission looks like.

use crate::value::json::{Data, Tree};
use serde::Serialize;

/// The three states of a field in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Value,
    /// Readable and empty: null, nothing but blanks, or a list without items.
    Blank,
    /// Not in the record: not permitted, or not asked for.
    NotVisible,
}

impl State {
    pub fn words(self) -> &'static str {
        match self {
            State::Value => "a value",
            State::Blank => "blank",
            State::NotVisible => "not visible",
        }
    }
}

/// What stands at `path` (names joined by dots). Records that hold only names with slashes are looked into, too.
pub fn look<'t, 'r>(record: &'r Tree<'t>, path: &str) -> (State, Option<&'r Tree<'t>>) {
    let mut tree = record;
    for name in path.split('.') {
        if tree.data == Data::Null {
            return (State::Blank, None);
        }
        match tree.get(name) {
            Some(deeper) => tree = deeper,
            None => return slash(record, path).map_or((State::NotVisible, None), |tree| (State::of(tree), Some(tree))),
        }
    }
    (State::of(tree), Some(tree))
}

fn slash<'t, 'r>(record: &'r Tree<'t>, path: &str) -> Option<&'r Tree<'t>> {
    let name = if path.contains('.') { format!("/{}", path.replace('.', "/")) } else { format!("/root/{path}") };
    record.get(&name)?.get("value")
}

impl State {
    pub fn of(tree: &Tree<'_>) -> State {
        match &tree.data {
            Data::Null => State::Blank,
            Data::String(text) if text.trim().is_empty() => State::Blank,
            Data::Array(items) if items.is_empty() => State::Blank,
            _ => State::Value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{State, look};
    use crate::value::json::Tree;

    #[test]
    fn a_value_a_blank_and_nothing_are_three_states() {
        let record =
            Tree::parse(r#"{"/work/title":{"value":"1"},"a":" ","b":null,"work":{"site":"Leeds","list":[],"boss":null}}"#)
                .unwrap();
        for (path, state) in [
            ("work.site", State::Value),
            ("work.title", State::Value),
            ("work", State::Value),
            ("a", State::Blank),
            ("b", State::Blank),
            ("work.list", State::Blank),
            ("work.boss.email", State::Blank),
            ("work.department", State::NotVisible),
            ("c.d", State::NotVisible),
        ] {
            assert_eq!(look(&record, path).0, state, "{path}");
        }
    }
}
