//! The pass over a record with the one scanner of JSON: it says what is wrong with a record and where.

use super::slots::Span;
use super::{ReadPlan, blocked, is_slash_name};
use crate::value::Raw;
use crate::value::json::{JsonError, JsonFault, MAX_DEPTH, Scanner, decode_lossy};
use std::borrow::Cow;

pub(super) struct Pass<'p, 'a> {
    plan: &'p ReadPlan,
    slots: &'p mut [Span],
    captured: &'p mut [Span],
    /// The names of the objects that are being read, the innermost last.
    names: Vec<Cow<'a, str>>,
}

impl<'p, 'a> Pass<'p, 'a> {
    /// Reads a whole record.
    pub(super) fn run(
        plan: &'p ReadPlan,
        record: &'a str,
        slots: &'p mut [Span],
        captured: &'p mut [Span],
    ) -> Result<(), JsonError> {
        let mut scanner = Scanner::new(record);
        Pass { plan, slots, captured, names: Vec::new() }.value(&mut scanner, 0, 0)?;
        scanner.end()
    }

    /// Reads the next value, at which the plan's `node` stands.
    fn value(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
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

    fn object(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
        if depth >= MAX_DEPTH {
            return Err(scanner.error(JsonFault::TooDeep));
        }
        // What asks for an index of an object finds nothing.
        for (_, child) in &self.plan.nodes[node].indices {
            self.plan.reach(*child, Span::NULL, self.slots);
        }
        scanner.expect(b'{', "{")?;
        let mut seen = SeenNames { first: self.names.len(), bits: [0; 16] };
        if scanner.peek() == Some(b'}') {
            return scanner.expect(b'}', "}");
        }
        loop {
            let name = decode_lossy(scanner.string()?);
            scanner.expect(b':', "a colon after a name")?;
            if seen.twice(&name, &self.names) {
                return Err(scanner.error(JsonFault::DuplicateName(name.into_owned())));
            }
            let child = if node == 0 && self.plan.drops_slash_names && is_slash_name(&name) {
                None
            } else {
                self.plan.nodes[node].names.iter().find(|(known, _)| **known == *name).map(|(_, child)| *child)
            };
            self.names.push(name);
            match child {
                Some(child) => self.value(scanner, child, depth + 1)?,
                None => drop(scanner.value(depth + 1)?),
            }
            if scanner.peek() != Some(b',') {
                self.names.truncate(seen.first);
                return scanner.expect(b'}', "a comma or }");
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    fn array(&mut self, scanner: &mut Scanner<'a>, node: usize, depth: usize) -> Result<(), JsonError> {
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

/// A quick hash of a name: only speed rests on it, for names that seem equal are compared.
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut chunks = bytes.chunks_exact(8);
    let mut hash = bytes.len() as u64;
    for chunk in &mut chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().expect("the chunk has eight bytes")));
    }
    let rest = chunks.remainder().iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    mix(hash, rest)
}

/// Finds a name that stands twice in one object: a small filter first, the names themselves only when it says maybe.
struct SeenNames {
    first: usize,
    bits: [u64; 16],
}

impl SeenNames {
    fn twice(&mut self, name: &str, names: &[Cow<'_, str>]) -> bool {
        let hash = hash(name.as_bytes());
        let (word, bit) = ((hash >> 6 & 15) as usize, 1u64 << (hash & 63));
        let maybe = self.bits[word] & bit != 0;
        self.bits[word] |= bit;
        maybe && names[self.first..].iter().any(|known| *known == name)
    }
}
