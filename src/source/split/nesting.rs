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
    /// Written so that the compiler makes vector instructions of the comparing on every processor, and so that what is rare in
    /// a chunk (backslashes, and often brackets) costs one comparison. `{` and `[` differ in one bit, and so do `}` and `]`.
    #[inline]
    fn of(chunk: &[u8; CHUNK]) -> Self {
        let mut marks = Marks { quotes: bits(chunk, |byte| byte == b'"'), backslashes: 0, opening: 0, closing: 0 };
        if any(chunk, |byte| byte == b'\\') {
            marks.backslashes = bits(chunk, |byte| byte == b'\\');
        }
        if any(chunk, |byte| (byte | 0x20 == b'{') | (byte | 0x20 == b'}')) {
            marks.opening = bits(chunk, |byte| byte | 0x20 == b'{');
            marks.closing = bits(chunk, |byte| byte | 0x20 == b'}');
        }
        marks
    }
}

/// Whether a byte is one of those looked for, without leaving early: a branch would keep the compiler from vectors.
#[inline]
fn any(chunk: &[u8; CHUNK], is: impl Fn(u8) -> bool) -> bool {
    chunk.iter().fold(0, |found, byte| found | u8::from(is(*byte))) != 0
}

/// One bit for each byte that is one of those looked for.
#[inline]
fn bits(chunk: &[u8; CHUNK], is: impl Fn(u8) -> bool) -> u64 {
    /// Brings the lowest bits of eight bytes together in the highest byte.
    const TOGETHER: u64 = 0x0102_0408_1020_4080;
    let found = chunk.map(|byte| u8::from(is(byte)));
    let eights = found.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |bits, (index, eight)| bits | u64::from_le_bytes(*eight).wrapping_mul(TOGETHER) >> 56 << (index * 8))
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Marks, Nesting};
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
            prop_assert_eq!(Marks::of(chunk), bytewise(chunk));
        }
    }
}
