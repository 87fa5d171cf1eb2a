//! The pass over a record with the one scanner of JSON: it says what is wrong with a record and where.

use super::slots::Span;
use super::{ReadPlan, blocked, is_slash_name};
use crate::value::Raw;
use crate::value::json::{JsonError, JsonFault, MAX_DEPTH, Scanner, decode_lossy};
use std::borrow::Cow;
use std::collections::HashSet;

pub(super) struct Pass<'p> {
    plan: &'p ReadPlan,
    slots: &'p mut [Span],
    captured: &'p mut [Span],
}

impl<'p> Pass<'p> {
    /// Reads a whole record.
    pub(super) fn run(
        plan: &'p ReadPlan,
        record: &str,
        slots: &'p mut [Span],
        captured: &'p mut [Span],
    ) -> Result<(), JsonError> {
        let mut scanner = Scanner::new(record);
        Pass { plan, slots, captured }.value(&mut scanner, 0, 0)?;
        scanner.end()
    }

    /// Reads the next value, at which the plan's `node` stands.
    fn value(&mut self, scanner: &mut Scanner<'_>, node: usize, depth: usize) -> Result<(), JsonError> {
        let planned = &self.plan.nodes[node];
        let first = scanner.peek();
        let start = scanner.position();
        let names = !planned.names.is_empty();
        match first {
            Some(b'{') if names || node == 0 => self.object(scanner, node, depth)?,
            Some(b'[') if !planned.indices.is_empty() => self.array(scanner, node, depth)?,
            _ => {
                let raw = Raw::new(scanner.value(depth)?);
                if names || !planned.indices.is_empty() {
                    self.plan.below(node, blocked(raw), self.slots);
                }
            }
        }
        let text = scanner.slice(start, scanner.position());
        for slot in &self.plan.nodes[node].slots {
            self.slots[*slot] = Span::of(Raw::new(text), Span::value(start, start + text.len()));
        }
        if let Some(capture) = self.plan.nodes[node].capture {
            self.captured[capture] = Span::value(start, start + text.len());
        }
        Ok(())
    }

    fn object(&mut self, scanner: &mut Scanner<'_>, node: usize, depth: usize) -> Result<(), JsonError> {
        if depth >= MAX_DEPTH {
            return Err(scanner.error(JsonFault::TooDeep));
        }
        // What asks for an index of an object finds nothing.
        for (_, child) in &self.plan.nodes[node].indices {
            self.plan.reach(*child, Span::NULL, self.slots);
        }
        scanner.expect(b'{', "{")?;
        let mut names: HashSet<Cow<'_, str>> = HashSet::new();
        if scanner.peek() == Some(b'}') {
            return scanner.expect(b'}', "}");
        }
        loop {
            let name = decode_lossy(scanner.string()?);
            scanner.expect(b':', "a colon after a name")?;
            let child = if node == 0 && self.plan.drops_slash_names && is_slash_name(&name) {
                None
            } else {
                self.plan.nodes[node].names.iter().find(|(known, _)| **known == *name).map(|(_, child)| *child)
            };
            if let Some(name) = names.replace(name) {
                return Err(scanner.error(JsonFault::DuplicateName(name.into_owned())));
            }
            match child {
                Some(child) => self.value(scanner, child, depth + 1)?,
                None => drop(scanner.value(depth + 1)?),
            }
            if scanner.peek() != Some(b',') {
                return scanner.expect(b'}', "a comma or }");
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    fn array(&mut self, scanner: &mut Scanner<'_>, node: usize, depth: usize) -> Result<(), JsonError> {
        if depth >= MAX_DEPTH {
            return Err(scanner.error(JsonFault::TooDeep));
        }
        // A list has no names, and may be shorter than the index: nothing there, and no permission at fault.
        self.plan.below(node, Span::NULL, self.slots);
        scanner.expect(b'[', "[")?;
        if scanner.peek() == Some(b']') {
            return scanner.expect(b']', "]");
        }
        let mut index = 0;
        loop {
            let child = self.plan.nodes[node].indices.iter().find(|(known, _)| *known == index).map(|(_, child)| *child);
            match child {
                Some(child) => {
                    self.plan.reach(child, Span::ABSENT, self.slots);
                    self.value(scanner, child, depth + 1)?;
                }
                None => drop(scanner.value(depth + 1)?),
            }
            if scanner.peek() != Some(b',') {
                return scanner.expect(b']', "a comma or ]");
            }
            scanner.expect(b',', "a comma")?;
            index += 1;
        }
    }
}
