//! The tree that a target's places make: which objects and lists stand around its fields and constants.

use super::model::{Constant, Model, TargetField};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) enum Node<'m> {
    /// In the order in which its members are written.
    Object(Vec<(&'m str, Node<'m>)>),
    List(BTreeMap<usize, Node<'m>>),
    Field(&'m TargetField),
    Constant(&'m Constant),
}

impl Model {
    /// The record as a tree. Constants come first in their object, as `schemas` and `type` do in what people write.
    pub(super) fn layout(&self) -> Node<'_> {
        let mut root = Node::Object(Vec::new());
        root.insert_constants(&self.constants, &[]);
        for field in &self.fields {
            root.insert_constants(&self.constants, around(field.place()));
            root.insert(field.place(), Node::Field(field));
        }
        root
    }

    /// The record that has these values; `None` leaves the key out. A list element in which only constants have a value is
    /// left out and the rest close up; an object of constants alone is left out.
    pub fn assemble(&self, mut value: impl FnMut(&TargetField) -> Option<Value>) -> Value {
        match self.layout() {
            Node::Object(members) => Value::Object(members_of(&members, &mut value).0),
            _ => unreachable!("a record is an object"),
        }
    }
}

/// How much of an object comes from the mapping.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Filled {
    Not,
    WithNulls,
    WithValues,
}

fn members_of(
    members: &[(&str, Node<'_>)],
    value: &mut dyn FnMut(&TargetField) -> Option<Value>,
) -> (Map<String, Value>, Filled) {
    let mut out = Map::new();
    let mut filled = Filled::Not;
    for (name, node) in members {
        let (member, of_member) = match node {
            Node::Constant(constant) => (Some(constant.value.clone()), Filled::Not),
            Node::Field(field) => match value(field) {
                Some(Value::Null) => (Some(Value::Null), Filled::WithNulls),
                Some(value) => (Some(field.stands(value)), Filled::WithValues),
                None => (None, Filled::Not),
            },
            Node::Object(members) => {
                let (object, filled) = members_of(members, value);
                ((filled > Filled::Not).then_some(Value::Object(object)), filled)
            }
            Node::List(elements) => {
                let mut full = Vec::new();
                for element in elements.values() {
                    let Node::Object(members) = element else { unreachable!("elements of built-in lists are objects") };
                    let (object, filled) = members_of(members, value);
                    if filled == Filled::WithValues {
                        full.push(Value::Object(object));
                    }
                }
                let filled = if full.is_empty() { Filled::Not } else { Filled::WithValues };
                ((!full.is_empty()).then_some(Value::Array(full)), filled)
            }
        };
        filled = filled.max(of_member);
        if let Some(member) = member {
            out.insert((*name).to_owned(), member);
        }
    }
    (out, filled)
}

/// The place of the object that a place is in.
fn around(place: &[String]) -> &[String] {
    place.split_last().map_or(&[], |(_, around)| around)
}

impl<'m> Node<'m> {
    fn insert_constants(&mut self, constants: &'m [Constant], object: &[String]) {
        for constant in constants.iter().filter(|constant| around(&constant.to) == object) {
            self.insert(&constant.to, Node::Constant(constant));
        }
    }

    fn insert(&mut self, place: &'m [String], leaf: Node<'m>) {
        let Some((first, rest)) = place.split_first() else {
            *self = leaf;
            return;
        };
        let child = match self {
            Node::Object(members) => {
                let at = members.iter().position(|(name, _)| name == first).unwrap_or_else(|| {
                    members.push((first, Node::before(rest)));
                    members.len() - 1
                });
                &mut members[at].1
            }
            Node::List(elements) => {
                let index = first.parse().expect("a place in a list is a number");
                elements.entry(index).or_insert_with(|| Node::before(rest))
            }
            Node::Field(_) | Node::Constant(_) => unreachable!("no field of a built-in target stands inside another"),
        };
        child.insert(rest, leaf);
    }

    /// The empty container that the rest of a place goes into.
    fn before(rest: &[String]) -> Node<'m> {
        match rest.first() {
            Some(segment) if segment.bytes().all(|byte| byte.is_ascii_digit()) => Node::List(BTreeMap::new()),
            _ => Node::Object(Vec::new()),
        }
    }
}
