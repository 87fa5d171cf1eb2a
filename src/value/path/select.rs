//! The walk of a path's segments over a tree, within a budget of steps.

use super::{Segment, Selector};
use crate::value::json::{Data, Tree};
use regex::Regex;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// How many values one path may visit in one record. A record has some thousands; only a search inside a search over a huge
/// one comes near.
pub const MAX_STEPS: u64 = 10_000_000;

/// A path and a record that together would take for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the path visited more than 10,000,000 values of this record")]
pub struct TooMuchWork;

/// One run of a path over one record.
pub(super) struct Walk<'t, 'a> {
    pub(super) root: &'t Tree<'a>,
    steps: Cell<u64>,
    /// Patterns that were read from the record, by `whole` and text.
    pub(super) patterns: RefCell<HashMap<(bool, String), Option<Regex>>>,
}

impl<'t, 'a> Walk<'t, 'a> {
    pub(super) fn new(root: &'t Tree<'a>) -> Self {
        Walk { root, steps: Cell::new(MAX_STEPS), patterns: RefCell::default() }
    }

    /// Takes steps from the budget.
    pub(super) fn spend(&self, steps: usize) -> Result<(), TooMuchWork> {
        self.steps.set(self.steps.get().checked_sub(steps as u64).ok_or(TooMuchWork)?);
        Ok(())
    }

    /// Names are looked for one after the other; sixteen that don't fit cost about as much as one visit.
    fn spend_lookup(&self, node: &Tree<'a>) -> Result<(), TooMuchWork> {
        self.spend(1 + if let Data::Object(members) = &node.data { members.len() / 16 } else { 0 })
    }

    /// What the segments select from a node. Neither deep trees nor long paths deepen the stack, only filters in filters do.
    pub(super) fn run(&self, segments: &[Segment], mut node: &'t Tree<'a>) -> Result<Vec<&'t Tree<'a>>, TooMuchWork> {
        let mut rest = segments;
        while let [Segment::Child(selectors), after @ ..] = rest
            && let [selector @ (Selector::Name(_) | Selector::Index(_))] = selectors.as_slice()
        {
            match self.one(selector, node)? {
                Some(child) => node = child,
                None => return Ok(Vec::new()),
            }
            rest = after;
        }
        let mut nodes = vec![node];
        for segment in rest {
            let mut selected = Vec::new();
            match segment {
                Segment::Child(selectors) => {
                    for node in nodes {
                        self.apply(selectors, node, &mut selected)?;
                    }
                }
                Segment::Descendant(selectors) => {
                    let mut ahead: Vec<&'t Tree<'a>> = nodes.into_iter().rev().collect();
                    while let Some(node) = ahead.pop() {
                        self.spend(1)?;
                        self.apply(selectors, node, &mut selected)?;
                        ahead.extend(children(node).rev());
                    }
                }
            }
            nodes = selected;
        }
        Ok(nodes)
    }

    /// The node that singular segments lead to.
    pub(super) fn run_singular(&self, segments: &[Segment], mut node: &'t Tree<'a>) -> Result<Option<&'t Tree<'a>>, TooMuchWork> {
        for selector in segments.iter().flat_map(Segment::selectors) {
            match self.one(selector, node)? {
                Some(child) => node = child,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The child that a name or an index selects.
    fn one(&self, selector: &Selector, node: &'t Tree<'a>) -> Result<Option<&'t Tree<'a>>, TooMuchWork> {
        self.spend_lookup(node)?;
        Ok(match (selector, &node.data) {
            (Selector::Name(name), _) => node.get(name),
            (Selector::Index(index), Data::Array(items)) => {
                let at = if *index < 0 { items.len() as i64 + index } else { *index };
                usize::try_from(at).ok().and_then(|at| items.get(at))
            }
            _ => None,
        })
    }

    fn apply(&self, selectors: &[Selector], node: &'t Tree<'a>, selected: &mut Vec<&'t Tree<'a>>) -> Result<(), TooMuchWork> {
        for selector in selectors {
            match selector {
                Selector::Name(_) | Selector::Index(_) => selected.extend(self.one(selector, node)?),
                Selector::Wildcard => {
                    let before = selected.len();
                    selected.extend(children(node));
                    self.spend(1 + selected.len() - before)?;
                }
                Selector::Slice { start, end, step } => {
                    let Data::Array(items) = &node.data else { continue };
                    let picked = slice(items.len(), *start, *end, step.unwrap_or(1));
                    self.spend(1 + picked.len())?;
                    selected.extend(picked.into_iter().map(|at| &items[at]));
                }
                Selector::Filter(filter) => {
                    for child in children(node) {
                        self.spend(1)?;
                        if self.test(filter, child)? {
                            selected.push(child);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The elements of an array or the values of an object, in the order of the text.
fn children<'t, 'a>(node: &'t Tree<'a>) -> impl DoubleEndedIterator<Item = &'t Tree<'a>> {
    let (items, members): (&[Tree<'a>], &[(Cow<'a, str>, Tree<'a>)]) = match &node.data {
        Data::Array(items) => (items, &[]),
        Data::Object(members) => (&[], members),
        _ => (&[], &[]),
    };
    items.iter().chain(members.iter().map(|(_, value)| value))
}

/// The positions a slice picks (RFC 9535, 2.3.4.2.2), in order.
fn slice(len: usize, start: Option<i64>, end: Option<i64>, step: i64) -> Vec<usize> {
    let len = len as i64;
    let from_front = |at: i64| if at < 0 { len + at } else { at };
    let mut picked = Vec::new();
    if step > 0 {
        let (mut at, end) = (from_front(start.unwrap_or(0)).clamp(0, len), from_front(end.unwrap_or(len)).clamp(0, len));
        while at < end {
            picked.push(at as usize);
            at += step;
        }
    } else if step < 0 {
        let upper = start.map_or(len - 1, |start| from_front(start).clamp(-1, len - 1));
        let lower = end.map_or(-1, |end| from_front(end).clamp(-1, len - 1));
        let mut at = upper;
        while lower < at {
            picked.push(at as usize);
            at += step;
        }
    }
    picked
}
