//! Finds the bracket that closes a value by counting brackets outside strings, 64 bytes at a time. It checks nothing else:
//! which kind of bracket closes which is the caller's question, and whether the inside is JSON the engine's.

/// Where a count of brackets stands; kept between blocks, so that every byte is looked at once.
#[derive(Debug, Clone, Default)]
pub(super) struct Nesting {
    depth: u64,
    /// All bits set inside a string, else none.
    string: u64,
    /// 1 if the next byte is escaped by a backslash before it, else 0.
    escaped: u64,
}

/// One bit a byte, the lowest for the first.
#[derive(Debug, PartialEq, Eq)]
struct Marks {
    quotes: u64,
    /// Not [`transposed`] yet: most chunks have none.
    backslashes: u64,
    opening: u64,
    closing: u64,
}

const CHUNK: usize = 64;

impl Nesting {
    /// Inside `depth` open brackets, not in a string.
    pub(super) fn within(depth: u64) -> Self {
        Nesting { depth, ..Nesting::default() }
    }

    /// Inside one open bracket, in a string.
    pub(super) fn in_string() -> Self {
        Nesting { depth: 1, string: u64::MAX, escaped: 0 }
    }

    /// The index of the bracket that closes the outermost one, looked for from `from` on. `None` if it has not come: go on from
    /// `bytes.len()` when there are more.
    pub(super) fn close(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        let (chunks, rest) = bytes[from..].as_chunks::<CHUNK>();
        for (index, chunk) in chunks.iter().enumerate() {
            if let Some(at) = self.chunk(chunk, CHUNK) {
                return Some(from + index * CHUNK + at);
            }
        }
        if rest.is_empty() {
            return None;
        }
        let mut padded = [b' '; CHUNK];
        padded[..rest.len()].copy_from_slice(rest);
        self.chunk(&padded, rest.len()).map(|at| from + chunks.len() * CHUNK + at)
    }

    /// Counts through a chunk of which `length` bytes are input and the rest blanks.
    #[inline]
    fn chunk(&mut self, chunk: &[u8; CHUNK], length: usize) -> Option<usize> {
        let marks = Marks::of(chunk);
        let escaped = self.escapes(marks.backslashes, length);
        let strings = prefix_parity(marks.quotes & !escaped) ^ self.string;
        self.string = if strings >> 63 == 1 { u64::MAX } else { 0 };
        let closing = marks.closing & !strings;
        let opening = marks.opening & !strings;
        let closed = u64::from(closing.count_ones());
        if closed < self.depth {
            self.depth = self.depth + u64::from(opening.count_ones()) - closed;
            return None;
        }
        let mut brackets = opening | closing;
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            if opening & bit != 0 {
                self.depth += 1;
            } else {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return Some(bit.trailing_zeros() as usize);
                }
            }
            brackets ^= bit;
        }
        None
    }

    /// Which bytes are escaped: those after an odd run of backslashes. The run may begin before the chunk and go on after it.
    /// The method is simdjson's (`json_escape_scanner`).
    #[inline]
    fn escapes(&mut self, backslashes: u64, length: usize) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        if backslashes == 0 {
            return std::mem::take(&mut self.escaped);
        }
        let backslashes = transposed(backslashes);
        let escaping = backslashes & !self.escaped;
        let follows = escaping << 1 | self.escaped;
        let odd_starts = escaping & !EVEN & !follows;
        let (carried, beyond) = odd_starts.overflowing_add(escaping);
        let escaped = (EVEN ^ (carried << 1)) & follows;
        self.escaped = if length < CHUNK { escaped >> length & 1 } else { u64::from(beyond) };
        escaped
    }
}

/// Each bit becomes the parity of itself and all lower ones: set from an opening quote up to the closing one.
#[inline]
fn prefix_parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

impl Marks {
    /// `{` and `[` differ in one bit, and so do `}` and `]`: with it set, one comparison finds both.
    #[inline]
    fn of(chunk: &[u8; CHUNK]) -> Self {
        Marks {
            quotes: transposed(bits(chunk, |byte| byte == b'"')),
            backslashes: bits(chunk, |byte| byte == b'\\'),
            opening: transposed(bits(chunk, |byte| byte | 0x20 == b'{')),
            closing: transposed(bits(chunk, |byte| byte | 0x20 == b'}')),
        }
    }
}

/// One bit for each byte that is one of those looked for, to be [`transposed`] into their order. Written so that the compiler
/// makes vector instructions of it, as it does for comparing whole chunks and for logic on 16 bytes: this is the innermost loop
/// over arrays.
#[inline]
fn bits(chunk: &[u8; CHUNK], is: impl Fn(u8) -> bool) -> u64 {
    /// In row `k` of 16 bytes, bit `2k` for the first eight and bit `2k + 1` for the others.
    const PLACES: [u128; 4] = {
        const FIRST: u128 = 0x0202_0202_0202_0202_0101_0101_0101_0101;
        [FIRST, FIRST << 2, FIRST << 4, FIRST << 6]
    };
    let found = chunk.map(|byte| if is(byte) { 0xff } else { 0 });
    let rows = found.as_chunks::<16>().0.iter().zip(PLACES);
    let all = rows.fold(0, |all, (row, places)| all | u128::from_le_bytes(*row) & places);
    (all | all >> 64) as u64
}

/// A matrix of 8 by 8 bits with rows and columns exchanged (Hacker's Delight, 7-3).
#[inline]
fn transposed(mut bits: u64) -> u64 {
    for (shift, mask) in [(7, 0x00aa_00aa_00aa_00aa), (14, 0x0000_cccc_0000_cccc), (28, 0x0000_0000_f0f0_f0f0)] {
        let swapped = (bits ^ bits >> shift) & mask;
        bits ^= swapped ^ swapped << shift;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Marks, Nesting, transposed};
    use proptest::prelude::{any, prop, prop_assert_eq, prop_oneof, proptest};
    use proptest::sample::select;

    /// The same, one byte after the other.
    fn plainly(bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut string, mut escaped) = (0u64, false, false);
        for (index, byte) in bytes.iter().enumerate() {
            if std::mem::take(&mut escaped) {
                // An escaped byte opens and closes no string; outside strings a bracket stays a bracket.
                if *byte == b'"' || *byte == b'\\' {
                    continue;
                }
            }
            match byte {
                b'\\' => escaped = true,
                b'"' => string = !string,
                b'{' | b'[' if !string => depth += 1,
                b'}' | b']' if !string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn bytewise(chunk: &[u8; CHUNK]) -> Marks {
        let mut marks = Marks { quotes: 0, backslashes: 0, opening: 0, closing: 0 };
        for (index, byte) in chunk.iter().enumerate() {
            match byte {
                b'"' => marks.quotes |= 1 << index,
                b'\\' => marks.backslashes |= 1 << index,
                b'{' | b'[' => marks.opening |= 1 << index,
                b'}' | b']' => marks.closing |= 1 << index,
                _ => {}
            }
        }
        marks
    }

    #[test]
    fn a_value_closes_where_its_brackets_do() {
        for (text, end) in [
            ("{}", Some(1)),
            ("{} }", Some(1)),
            (r#"{"a":"}"}"#, Some(8)),
            (r#"{"a":"\"}"}"#, Some(10)),
            (r#"{"a":"\\"}"#, Some(9)),
            (r#"[[{}],"]"],"#, Some(9)),
            ("{", None),
            (r#"{"}"#, None),
        ] {
            assert_eq!(Nesting::default().close(text.as_bytes(), 0), end, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_cutting_gives_what_counting_byte_by_byte_gives(
            bytes in prop::collection::vec(select(b"{}[]\"\\\\a \n,".to_vec()), 0..400),
            cuts in prop::collection::vec(1usize..200, 1..20),
        ) {
            let mut nesting = Nesting::default();
            let (mut from, mut end) = (0, None);
            for cut in cuts.into_iter().chain([bytes.len()]) {
                let to = (from + cut).min(bytes.len());
                end = end.or_else(|| nesting.close(&bytes[..to], from));
                from = to;
            }
            prop_assert_eq!(end, plainly(&bytes));
        }

        #[test]
        fn marks_are_those_that_looking_at_each_byte_finds(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), select(b"{}[]\"\\".to_vec())], CHUNK),
        ) {
            let chunk: &[u8; CHUNK] = bytes.as_slice().try_into().unwrap();
            let marks = Marks::of(chunk);
            prop_assert_eq!(Marks { backslashes: transposed(marks.backslashes), ..marks }, bytewise(chunk));
        }
    }
}
