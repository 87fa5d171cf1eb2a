//! The quick way over a record: quotes are marked before, names are mostly those of the record before, and what no path asks
//! for is only checked. Whatever is unusual or wrong gives `None`: then the record is read again by [`super::pass`].

use super::known::{Known, NONE, NotComma, Task};
use super::slots::Span;
use super::{Node, ReadPlan};
use crate::value::Raw;
use crate::value::json::{Checker, MAX_DEPTH, Marked};

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
    quotes: Marked<'_>,
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
            b'{' if names || node == 0 => {
                for (_, child) in &planned.indices {
                    plan.reach(*child, Span::NULL, self.slots);
                }
                self.object(at, node, depth)?
            }
            b'[' if !planned.indices.is_empty() => self.array(at, node, depth)?,
            first => {
                let end = self.json.value(at, first, depth)?;
                if names || !planned.indices.is_empty() {
                    let found = match self.found(at, first, end) {
                        Span::BLANK => Span::BLANK,
                        _ => Span::NULL,
                    };
                    plan.below(node, found, self.slots);
                }
                end
            }
        };
        for slot in &planned.slots {
            self.slots[*slot] = self.found(at, self.json.byte(at), end);
        }
        if let Some(capture) = planned.capture {
            self.captured[capture] = Span::value(at, end);
        }
        Some(end)
    }

    /// What a value counts as that begins with the byte `first`.
    #[inline(always)]
    fn found(&self, at: usize, first: u8, end: usize) -> Span {
        let span = Span::value(at, end);
        match first {
            b'"' => match self.json.byte(at + 1) {
                b'#'..=b'[' | b']'..=b'~' | b'!' => span,
                _ => self.found_text(at, end),
            },
            b'n' => Span::NULL,
            _ => span,
        }
    }

    /// What a text counts as.
    #[inline(never)]
    fn found_text(&self, at: usize, end: usize) -> Span {
        Span::of(Raw::new(self.json.slice(at, end)), Span::value(at, end))
    }

    /// Reads the object at `at`.
    fn object(&mut self, at: usize, node: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
        let mut at = self.json.blanks(at + 1);
        if self.json.byte(at) == b'}' {
            return Some(at + 1);
        }
        let (object, mut expected) = self.known.object(node);
        let mut last = NONE;
        // Where the comma before a name stands, or what stands in its place before the first one.
        at -= 1;
        let mut is_first = true;
        let mut other = NotComma::of(self.json.byte(at));
        loop {
            let what = match self.known.at(expected, self.json.bytes(), at, other) {
                Some(entry) => {
                    if entry.seen == object {
                        return None;
                    }
                    entry.seen = object;
                    last = expected;
                    expected = entry.next;
                    at += entry.length as usize;
                    entry.what
                }
                None => {
                    if !is_first {
                        at = self.json.blanks(at);
                        match self.json.byte(at) {
                            b',' => {}
                            b'}' => return Some(at + 1),
                            _ => return None,
                        }
                    }
                    (last, at) = self.other_name(at + 1, node, expected, last, object)?;
                    expected = self.known.after(last);
                    self.known.what(last)
                }
            };
            is_first = false;
            other = NotComma::NOTHING;
            let mut first = self.json.byte(at);
            if first <= b' ' {
                at = self.json.blanks(at);
                first = self.json.byte(at);
            }
            at = match what.task() {
                Task::Skip => self.json.value(at, first, depth)?,
                Task::Fill(slot) => {
                    let end = self.json.value(at, first, depth)?;
                    self.slots[slot] = self.found(at, first, end);
                    end
                }
                Task::Enter(child) if first == b'{' => self.object(at, child, depth)?,
                Task::Enter(child) | Task::Node(child) => self.value(at, child, depth)?,
            };
        }
    }

    /// The entry of the name at `at`, which is not plainly the one that was expected, and the position after its colon.
    #[inline(never)]
    fn other_name(&mut self, at: usize, node: usize, mut expected: u32, last: u32, object: u32) -> Option<(u32, usize)> {
        let at = self.json.blanks(at);
        // Something stands before the name: a bracket, a comma or a blank.
        let other = NotComma::of(self.json.byte(at - 1));
        for _ in 0..=AHEAD {
            if let Some(entry) = self.known.at(expected, self.json.bytes(), at - 1, other) {
                let after = at - 1 + entry.length as usize;
                return self.known.see(expected, object).then_some((expected, after));
            }
            expected = self.known.after(expected);
        }
        let end = self.json.string(at)?;
        let entry = self.known.find(self.plan, node, self.json.slice(at, end), last)?;
        let colon = self.json.blanks(end);
        (self.json.byte(colon) == b':' && self.known.see(entry, object)).then_some((entry, colon + 1))
    }

    fn array(&mut self, at: usize, node: usize, depth: usize) -> Option<usize> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let plan = self.plan;
        plan.below(node, Span::NULL, self.slots);
        let mut at = self.json.blanks(at + 1);
        if self.json.byte(at) == b']' {
            return Some(at + 1);
        }
        let Node { indices, .. } = &plan.nodes[node];
        for index in 0.. {
            let end = match indices.iter().find(|(known, _)| *known == index) {
                Some((_, child)) => {
                    plan.reach(*child, Span::ABSENT, self.slots);
                    self.value(at, *child, depth + 1)?
                }
                None => self.json.value(at, self.json.byte(at), depth + 1)?,
            };
            at = self.json.blanks(end);
            match self.json.byte(at) {
                b',' => at = self.json.blanks(at + 1),
                b']' => return Some(at + 1),
                _ => return None,
            }
        }
        None
    }
}
