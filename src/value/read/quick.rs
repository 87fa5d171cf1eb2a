//! The quick way over a record: quotes are marked before, names are mostly those of the record before, and what no path asks
//! for is only checked. Whatever is unusual or wrong gives `None`: then the record is read again by [`super::pass`].

use super::known::{Known, NONE, What};
use super::slots::Span;
use super::{Node, ReadPlan};
use crate::value::Raw;
use crate::value::json::{Checker, MAX_DEPTH, Quotes};

/// How many names ahead of the one that was expected are tried before a name is looked up.
const AHEAD: usize = 2;

struct Quick<'q, 'a> {
    plan: &'q ReadPlan,
    json: Checker<'q, 'a>,
    known: &'q mut Known,
    slots: &'q mut [Span],
    captured: &'q mut [Span],
}

/// Fills the slots from `record`, whose quotes are marked.
pub(super) fn read(
    plan: &ReadPlan,
    record: &str,
    quotes: &Quotes,
    known: &mut Known,
    slots: &mut [Span],
    captured: &mut [Span],
) -> Option<()> {
    let json = Checker::new(record, quotes);
    let mut quick = Quick { plan, json, known, slots, captured };
    let at = json.blanks(0);
    let end = quick.value(at, 0, 0)?;
    (json.blanks(end) == record.len()).then_some(())
}

impl Quick<'_, '_> {
    /// Reads the value at `at`, at which the plan's `node` stands. The position after it.
    fn value(&mut self, at: usize, node: usize, depth: usize) -> Option<usize> {
        let plan = self.plan;
        let planned = &plan.nodes[node];
        let names = !planned.names.is_empty();
        let end = match self.json.byte(at) {
            b'{' if names || node == 0 => self.object(at, node, depth)?,
            b'[' if !planned.indices.is_empty() => self.array(at, node, depth)?,
            _ => {
                let end = self.json.value(at, depth)?;
                if names || !planned.indices.is_empty() {
                    let found = match self.found(at, end) {
                        Span::BLANK => Span::BLANK,
                        _ => Span::NULL,
                    };
                    plan.below(node, found, self.slots);
                }
                end
            }
        };
        for slot in &planned.slots {
            self.slots[*slot] = self.found(at, end);
        }
        if let Some(capture) = planned.capture {
            self.captured[capture] = Span::value(at, end);
        }
        Some(end)
    }

    /// What a value counts as.
    #[inline(always)]
    fn found(&self, at: usize, end: usize) -> Span {
        let span = Span::value(at, end);
        match self.json.byte(at) {
            b'"' => match self.json.byte(at + 1) {
                b'#'..=b'[' | b']'..=b'~' | b'!' => span,
                _ => Span::of(Raw::new(self.json.slice(at, end)), span),
            },
            b'n' => Span::NULL,
            _ => span,
        }
    }

    fn object(&mut self, at: usize, node: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        for (_, child) in &self.plan.nodes[node].indices {
            self.plan.reach(*child, Span::NULL, self.slots);
        }
        let json = self.json;
        let mut at = json.blanks(at + 1);
        if json.byte(at) == b'}' {
            return Some(at + 1);
        }
        let (object, mut expected) = self.known.object(node);
        let mut before = NONE;
        loop {
            let what = match self.known.entries.get_mut(expected as usize) {
                Some(entry) if entry.stands_at(json.bytes(), at) => {
                    if entry.seen == object {
                        return None;
                    }
                    entry.seen = object;
                    before = expected;
                    expected = entry.next;
                    at += entry.length as usize;
                    entry.what
                }
                _ => {
                    (before, at) = self.other_name(at, node, expected, before, object)?;
                    let entry = &self.known.entries[before as usize];
                    expected = entry.next;
                    entry.what
                }
            };
            at = json.blanks(at);
            let end = match what {
                What::Skip => json.value(at, depth + 1)?,
                What::Fill(slot) => {
                    let end = json.value(at, depth + 1)?;
                    self.slots[slot as usize] = self.found(at, end);
                    end
                }
                What::Enter(child) if json.byte(at) == b'{' => self.object(at, child as usize, depth + 1)?,
                What::Enter(child) | What::Node(child) => self.value(at, child as usize, depth + 1)?,
            };
            at = json.blanks(end);
            match json.byte(at) {
                b',' => at = json.blanks(at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// The entry of the name at `at`, which is not the one that was expected, and the position after its colon.
    #[inline(never)]
    fn other_name(&mut self, at: usize, node: usize, mut expected: u32, before: u32, object: u64) -> Option<(u32, usize)> {
        for _ in 0..AHEAD {
            let Some(entry) = self.known.entries.get(expected as usize) else { break };
            expected = entry.next;
            let Some(entry) = self.known.entries.get(expected as usize) else { break };
            if entry.stands_at(self.json.bytes(), at) {
                let after = at + entry.length as usize;
                return self.known.see(expected, object).then_some((expected, after));
            }
        }
        let end = self.json.string(at)?;
        let entry = self.known.find(self.plan, node, self.json.slice(at, end), before)?;
        let colon = self.json.blanks(end);
        (self.json.byte(colon) == b':' && self.known.see(entry, object)).then_some((entry, colon + 1))
    }

    fn array(&mut self, at: usize, node: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let plan = self.plan;
        plan.below(node, Span::NULL, self.slots);
        let json = self.json;
        let mut at = json.blanks(at + 1);
        if json.byte(at) == b']' {
            return Some(at + 1);
        }
        let Node { indices, .. } = &plan.nodes[node];
        for index in 0.. {
            let end = match indices.iter().find(|(known, _)| *known == index) {
                Some((_, child)) => {
                    plan.reach(*child, Span::ABSENT, self.slots);
                    self.value(at, *child, depth + 1)?
                }
                None => json.value(at, depth + 1)?,
            };
            at = json.blanks(end);
            match json.byte(at) {
                b',' => at = json.blanks(at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
        None
    }
}
