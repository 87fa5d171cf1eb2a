//! Whether two JSON values mean the same: numbers by value and exactly, objects whatever the order of their names.

use super::{Data, Tree};
use crate::value::number;
use std::cmp::Ordering;

/// Both texts must be JSON. What is none, or has a name twice in an object, equals nothing.
pub fn same(expected: &str, found: &str) -> bool {
    match (Tree::parse(expected), Tree::parse(found)) {
        (Ok(expected), Ok(found)) => same_tree(&expected, &found),
        _ => false,
    }
}

fn same_tree(a: &Tree<'_>, b: &Tree<'_>) -> bool {
    match (&a.data, &b.data) {
        (Data::Null, Data::Null) => true,
        (Data::Boolean(a), Data::Boolean(b)) => a == b,
        (Data::Number, Data::Number) => number::compare(a.raw, b.raw) == Ordering::Equal,
        (Data::String(a), Data::String(b)) => a == b,
        (Data::Array(a), Data::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_tree(a, b)),
        (Data::Object(members), Data::Object(others)) => {
            members.len() == others.len()
                && members.iter().all(|(name, value)| b.get(name).is_some_and(|other| same_tree(value, other)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn values_are_compared_by_what_they_mean() {
        for (a, b) in [
            ("null", "null"),
            ("1.10", "1.1"),
            ("1e2", "100"),
            ("12345678901234567890123", "12345678901234567890123.0"),
            (r#""é""#, r#""\u00e9""#),
            (r#"{"a":1,"b":[true]}"#, r#"{ "b": [true], "a": 1.0 }"#),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("1", r#""1""#),
            ("null", r#""""#),
            ("12345678901234567890123", "12345678901234567890124"),
            ("[1,2]", "[2,1]"),
            ("[1]", "[1,1]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
            ("true", "false"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
