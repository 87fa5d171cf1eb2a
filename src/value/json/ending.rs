//! Finds the bracket that closes a value, and marks the value's quotes on the way: who reads it afterwards need not look for them.

use super::lanes::{Brackets, CHUNK, Lanes, Scan, scan};
use super::marks::{Marked, Quotes, State};

/// Where a value ends, and its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Bytes of the value.
    pub length: usize,
    /// Whether a line may end in it.
    pub line_ends: bool,
    /// Where its marks begin among those of all values; `None` if they are not good.
    pub marks: Option<usize>,
}

/// Bytes that ought to be JSON, with the marks of their quotes if somebody has made them.
#[derive(Debug, Clone, Copy)]
pub struct Unread<'b> {
    pub bytes: &'b [u8],
    marks: Option<Marked<'b>>,
}

impl<'b> Unread<'b> {
    pub fn marks(self) -> Option<Marked<'b>> {
        self.marks
    }
}

impl<'b> From<&'b [u8]> for Unread<'b> {
    fn from(bytes: &'b [u8]) -> Self {
        Unread { bytes, marks: None }
    }
}

impl Quotes {
    /// Marks the quotes of the array or object that `bytes` begin with, besides those of other values. `None` if it does not end in
    /// them. It ends where as many brackets have been closed as opened; which kind closes which is not looked at.
    pub fn mark_ended(&mut self, bytes: &[u8]) -> Option<Ended> {
        let from = self.bits.len();
        let ended = scan(Ending { bytes, bits: &mut self.bits });
        if ended.is_none() {
            self.bits.truncate(from);
        }
        ended
    }

    /// Forgets all marks.
    pub fn clear(&mut self) {
        self.bits.clear();
    }

    /// A value with its marks, which begin at `marks`.
    pub fn unread<'b>(&'b self, bytes: &'b [u8], marks: Option<usize>) -> Unread<'b> {
        // No marks but its own: those of its chunks, and what is empty after them.
        let marks = marks.and_then(|from| self.bits.get(from..from + (bytes.len().div_ceil(CHUNK) + 1) * 8));
        Unread { bytes, marks: marks.map(Marked) }
    }
}

struct Ending<'e> {
    bytes: &'e [u8],
    bits: &'e mut Vec<u8>,
}

impl Scan for Ending<'_> {
    type Found = Option<Ended>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Option<Ended> {
        let Ending { bytes, bits } = self;
        let marks = bits.len();
        let (chunks, rest) = bytes.as_chunks::<CHUNK>();
        let mut padded = [b' '; CHUNK];
        padded[..rest.len()].copy_from_slice(rest);
        let mut state = State::default();
        let (mut depth, mut string) = (0, 0);
        for (index, chunk) in chunks.iter().chain([&padded]).enumerate() {
            let Brackets { mut quotes, special, opening, closing } = lanes.brackets(chunk);
            if special || state.escaped != 0 {
                quotes = state.special(chunk, quotes, bytes, index * CHUNK);
            }
            state.marked ^= quotes;
            let strings = lanes.parity(quotes) ^ string;
            string = if strings >> 63 == 1 { u64::MAX } else { 0 };
            let (opening, closing) = (opening & !strings, closing & !strings);
            let closed = u64::from(closing.count_ones());
            if closed < depth {
                depth = depth + u64::from(opening.count_ones()) - closed;
            } else {
                match depth_after(depth, opening, closing) {
                    Ok(after) => depth = after,
                    Err(at) => {
                        // What follows is not the value's.
                        quotes &= u64::MAX >> (CHUNK - 1 - at);
                        bits.extend_from_slice(&quotes.to_le_bytes());
                        bits.extend_from_slice(&[0; 8]);
                        let length = index * CHUNK + at + 1;
                        return Some(Ended { length, line_ends: state.controls, marks: state.good.then_some(marks) });
                    }
                }
            }
            bits.extend_from_slice(&quotes.to_le_bytes());
        }
        None
    }
}

/// How many brackets are open after these, if none of them closes the outermost one; else its place.
#[inline(never)]
pub fn depth_after(mut depth: u64, opening: u64, closing: u64) -> Result<u64, usize> {
    let mut brackets = opening | closing;
    while brackets != 0 {
        let bit = brackets & brackets.wrapping_neg();
        if opening & bit != 0 {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Err(bit.trailing_zeros() as usize);
            }
        }
        brackets ^= bit;
    }
    Ok(depth)
}

#[cfg(test)]
mod tests {
    use super::{Ended, Quotes};
    use proptest::prelude::{prop, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    #[test]
    fn good_marks_are_left() {
        for (text, length) in [(r#"{"a":"}\""}],"#, 11), ("[[\"\"]]", 6), (&format!("{{\"{}\":1}}", "é\\n".repeat(100)), 406)] {
            let ended = Quotes::new().mark_ended(text.as_bytes());
            assert_eq!(ended, Some(Ended { length, line_ends: false, marks: Some(0) }), "{text}");
        }
        assert_eq!(Quotes::new().mark_ended(b"{\"a\":\"}\""), None);
        assert_eq!(Quotes::new().mark_ended(br#"{"a":"\x"}"#).unwrap().marks, None);
    }

    proptest! {
        #[test]
        fn a_value_ends_where_its_brackets_do_and_has_the_marks_of_its_text(
            before in prop::collection::vec(0u8..=255, 0..3),
            text in prop::collection::vec(select(b"{}[]\"\\\\a \n,u0".to_vec()), 0..400),
        ) {
            let text = [b"{", &*text].concat();
            let text = std::str::from_utf8(&text).unwrap();
            let mut quotes = Quotes::new();
            // Marks of another value, so that these begin elsewhere.
            quotes.mark_ended(&[b"[", &*before, b"]"].concat());
            let (mut depth, mut string, mut escaped) = (0, false, false);
            let end = text.bytes().position(|byte| {
                // As the splitter of records counts them.
                let is_escaped = std::mem::take(&mut escaped);
                match byte {
                    b'\\' if !is_escaped => escaped = true,
                    b'"' if !is_escaped => string = !string,
                    b'{' | b'[' if !string => depth += 1,
                    b'}' | b']' if !string => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            let ended = quotes.mark_ended(text.as_bytes());
            prop_assert_eq!(ended.map(|ended| ended.length), end.map(|end| end + 1));
            if let Some(ended) = ended {
                let value = &text[..ended.length];
                let mut own = Quotes::new();
                let good = own.mark(value);
                // What follows in the last chunk may spoil good marks, which costs time alone.
                prop_assert!(good || ended.marks.is_none());
                prop_assert!(ended.line_ends || !value.contains('\n'));
                if let Some(marked) = quotes.unread(value.as_bytes(), ended.marks).marks() {
                    for from in 0..=value.len() {
                        prop_assert_eq!(marked.next(from), own.marked().next(from));
                    }
                }
            }
        }
    }
}
