//! What was found in many records, packed: the values themselves, and a byte or two for each. Nothing else of a record is kept.

use super::slots::Span;
use super::{Reading, Slot, Slots};
use crate::value::Found;

/// Bytes of a chunk. Chunks never move, so that there is no moment at which everything is there twice.
const CHUNK: usize = 1 << 20;
/// Every record begins at a multiple of this.
const STEP: usize = 4;

/// Marks before a value: what is there in its stead, how many matches follow, or else the value's length and [`LENGTHS`].
const ABSENT: usize = 0;
const NULL: usize = 1;
const BLANK: usize = 2;
const MATCHES: usize = 3;
const LENGTHS: usize = 4;

/// Many records, as far as the paths of one plan go.
#[derive(Debug, Default)]
pub struct Packed {
    chunks: Vec<String>,
}

/// Where a record lies in [`Packed`]. Those that were added later are greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address(u32);

impl Packed {
    /// Adds what was found in a record; `None` if there is no more room: 16 GB at the most.
    pub fn add(&mut self, found: Reading<'_>) -> Option<Address> {
        let mut one = String::new();
        found.iter().for_each(|slot| pack(slot, &mut one));
        while !one.len().is_multiple_of(STEP) {
            one.push('\0');
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + one.len() > CHUNK) {
            // Small sets are many; large ones fill their chunks.
            let room = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(String::with_capacity(room));
        }
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let at = u32::try_from((number * CHUNK + chunk.len()) / STEP).ok()?;
        chunk.push_str(&one);
        Some(Address(at))
    }

    /// What was found in the record at this place. `slots` is how many the plan has, and `memory` is what it is laid out in.
    pub fn open<'r>(&'r self, Address(at): Address, slots: usize, memory: &'r mut Slots) -> Reading<'r> {
        let at = at as usize * STEP;
        let chunk = &self.chunks[at / CHUNK];
        unpack(chunk, at % CHUNK, slots, memory);
        memory.reading(chunk)
    }

    /// Every record, in the order of adding.
    pub fn each(&self, slots: usize, mut take: impl FnMut(Address, Reading<'_>)) {
        let mut memory = Slots::new();
        for (number, chunk) in self.chunks.iter().enumerate() {
            let mut at = 0;
            while at < chunk.len() {
                let address = Address(((number * CHUNK + at) / STEP) as u32);
                let end = unpack(chunk, at, slots, &mut memory);
                take(address, memory.reading(chunk));
                at = end.next_multiple_of(STEP);
            }
        }
    }
}

fn pack(slot: Slot<'_>, out: &mut String) {
    match slot {
        Slot::One(Found::Absent) => number(ABSENT, out),
        Slot::One(Found::Null) => number(NULL, out),
        Slot::One(Found::Blank) => number(BLANK, out),
        Slot::One(Found::Value(raw)) => value(raw.text(), out),
        Slot::Many(found) => {
            number(MATCHES, out);
            number(found.len(), out);
            found.iter().for_each(|raw| value(raw.text(), out));
        }
    }
}

fn value(text: &str, out: &mut String) {
    number(LENGTHS + text.len(), out);
    out.push_str(text);
}

/// Six bits a byte, the lowest first, and a seventh if more follow: whatever stands between texts is text.
fn number(mut number: usize, out: &mut String) {
    while number >= 1 << 6 {
        out.push(char::from((number & 63) as u8 | 64));
        number >>= 6;
    }
    out.push(char::from(number as u8));
}

/// Lays out the record that begins at `at`, and says where it ends.
fn unpack(chunk: &str, at: usize, slots: usize, memory: &mut Slots) -> usize {
    memory.forget(0, 0);
    let mut rest = Unpacking { text: chunk.as_bytes(), at };
    for _ in 0..slots {
        let span = rest.slot(memory);
        memory.spans.push(span);
    }
    rest.at
}

struct Unpacking<'p> {
    text: &'p [u8],
    at: usize,
}

impl Unpacking<'_> {
    #[inline]
    fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.text[self.at];
            self.at += 1;
            number |= usize::from(byte & 63) << shift;
            shift += 6;
            if byte & 64 == 0 {
                return number;
            }
        }
    }

    #[inline]
    fn slot(&mut self, memory: &mut Slots) -> Span {
        match self.number() {
            ABSENT => Span::ABSENT,
            NULL => Span::NULL,
            BLANK => Span::BLANK,
            MATCHES => {
                let first = memory.matches.len();
                for _ in 0..self.number() {
                    let mark = self.number();
                    let span = self.value(mark);
                    memory.matches.push(span);
                }
                memory.matches_from(first)
            }
            mark => self.value(mark),
        }
    }

    #[inline]
    fn value(&mut self, mark: usize) -> Span {
        let start = self.at;
        self.at += mark - LENGTHS;
        Span::value(start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Packed, Unpacking, number};
    use crate::value::path::Path;
    use crate::value::read::{ReadPlan, Slots};

    #[test]
    fn numbers_of_any_size_come_back() {
        for expected in [0, 1, 63, 64, 65, 4095, 4096, 1 << 20, 1 << 31] {
            let mut text = String::new();
            number(expected, &mut text);
            assert_eq!(Unpacking { text: text.as_bytes(), at: 0 }.number(), expected);
        }
    }

    #[test]
    fn what_was_found_comes_back_whatever_it_is() {
        let mut plan = ReadPlan::new(true);
        for path in ["$.a", "$.b.c", "$.list[*]", "$", "$.none[*]"] {
            plan.add(&Path::parse(path).unwrap());
        }
        let long = format!(r#"{{"a":"{}"}}"#, "é".repeat(CHUNK));
        let middle = format!(r#"{{"a":"{}","b":null}}"#, "x".repeat(CHUNK / 3));
        let small = r#"{"a":" ","b":{"c":1.10},"list":[null,"",{"x":[]}],"/root/id":{"value":1}}"#;
        let records = [small, &long, "{}", &middle, &middle, &middle, small, &long, &long, r#"{"list":[]}"#];
        let mut packed = Packed::default();
        let mut addresses = Vec::new();
        for record in records {
            addresses.push(packed.add(plan.read(record, &mut Slots::new()).unwrap()).unwrap());
        }
        assert!(addresses.is_sorted() && packed.chunks.len() > 4);
        let (mut memory, mut other) = (Slots::new(), Slots::new());
        for (record, address) in records.iter().zip(&addresses) {
            assert_eq!(packed.open(*address, plan.len(), &mut memory), plan.read(record, &mut other).unwrap());
        }
        let mut each = Vec::new();
        packed.each(plan.len(), |address, found| {
            assert_eq!(found, plan.read(records[each.len()], &mut other).unwrap());
            each.push(address);
        });
        assert_eq!(each, addresses);
    }
}
