//! Finds the bracket that closes a value by counting brackets outside strings, 64 bytes at a time. It checks nothing else:
//! which kind of bracket closes which is the caller's question, and whether the inside is JSON the engine's.

use crate::value::json::depth_after;
use crate::value::json::lanes::{Brackets, CHUNK, Lanes, Scan, mask, scan};

/// Where a count of brackets stands; kept between blocks, so that every byte is looked at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Nesting {
    depth: u64,
    /// All bits set inside a string, else none.
    string: u64,
    /// 1 if the next byte is escaped by a backslash before it, else 0.
    escaped: u64,
    /// Whether line ends have been seen.
    line_ends: bool,
}

impl Nesting {
    /// Inside `depth` open brackets, not in a string.
    pub(super) fn within(depth: u64) -> Self {
        Nesting { depth, ..Nesting::default() }
    }

    /// Inside one open bracket, in a string.
    pub(super) fn in_string() -> Self {
        Nesting { depth: 1, string: u64::MAX, ..Nesting::default() }
    }

    /// Whether a line may have ended in what was counted through.
    pub(super) fn may_hold_line_ends(&self) -> bool {
        self.line_ends
    }

    /// The index of the bracket that closes the outermost one, looked for from `from` on. `None` if it has not come: go on from
    /// `bytes.len()` when there are more.
    pub(super) fn close(&mut self, bytes: &[u8], from: usize) -> Option<usize> {
        scan(Closing { nesting: self, bytes: &bytes[from..] }).map(|at| from + at)
    }

    /// Counts through a chunk of which `length` bytes are input and the rest blanks: where the count stands after it, or the
    /// bracket in it that closes the outermost one. Notes whether the chunk has a line end.
    #[inline(always)]
    fn chunk(self, lanes: impl Lanes, chunk: &[u8; CHUNK], length: usize, line_ends: &mut bool) -> Result<Nesting, usize> {
        let Brackets { mut quotes, special, opening, closing } = lanes.brackets(chunk);
        let mut escaped = 0;
        if special || self.escaped != 0 {
            let inside;
            *line_ends |= has_line_end(chunk);
            (inside, escaped) = escapes(chunk, self.escaped, length);
            quotes &= !inside;
        }
        let strings = lanes.parity(quotes) ^ self.string;
        let string = if strings >> 63 == 1 { u64::MAX } else { 0 };
        let (opening, closing) = (opening & !strings, closing & !strings);
        let closed = u64::from(closing.count_ones());
        let depth = if closed < self.depth {
            self.depth + u64::from(opening.count_ones()) - closed
        } else {
            depth_after(self.depth, opening, closing)?
        };
        Ok(Nesting { depth, string, escaped, ..self })
    }
}

#[cold]
#[inline(never)]
fn has_line_end(chunk: &[u8; CHUNK]) -> bool {
    chunk.contains(&b'\n')
}

/// Which bytes are escaped: those after an odd run of backslashes; and whether the first one after `length` bytes is. The run may
/// begin before the chunk, which then begins with an `escaped` byte, and go on after it. The method is simdjson's
/// (`json_escape_scanner`).
#[cold]
#[inline(never)]
fn escapes(chunk: &[u8; CHUNK], escaped: u64, length: usize) -> (u64, u64) {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let backslashes = mask(chunk, |byte| byte == b'\\');
    if backslashes == 0 {
        return (escaped, 0);
    }
    let escaping = backslashes & !escaped;
    let follows = escaping << 1 | escaped;
    let odd_starts = escaping & !EVEN & !follows;
    let (carried, beyond) = odd_starts.overflowing_add(escaping);
    let inside = (EVEN ^ (carried << 1)) & follows;
    (inside, if length < CHUNK { inside >> length & 1 } else { u64::from(beyond) })
}

/// The loop that looks for the closing bracket.
struct Closing<'n> {
    nesting: &'n mut Nesting,
    bytes: &'n [u8],
}

impl Scan for Closing<'_> {
    type Found = Option<usize>;

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> Option<usize> {
        let Closing { nesting: stands, bytes } = self;
        let (mut nesting, line_ends) = (*stands, &mut stands.line_ends);
        let (chunks, rest) = bytes.as_chunks::<CHUNK>();
        for (index, chunk) in chunks.iter().enumerate() {
            match nesting.chunk(lanes, chunk, CHUNK, line_ends) {
                Ok(next) => nesting = next,
                Err(at) => return Some(index * CHUNK + at),
            }
        }
        if !rest.is_empty() {
            let mut padded = [b' '; CHUNK];
            padded[..rest.len()].copy_from_slice(rest);
            match nesting.chunk(lanes, &padded, rest.len(), line_ends) {
                Ok(next) => nesting = next,
                Err(at) => return Some(chunks.len() * CHUNK + at),
            }
        }
        *stands = Nesting { line_ends: *line_ends, ..nesting };
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Nesting;
    use proptest::prelude::{prop, prop_assert_eq, proptest};
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

    #[test]
    fn line_ends_are_noticed_whether_or_not_the_bracket_has_come() {
        for length in 1..200 {
            let mut bytes = vec![b' '; length];
            bytes.push(b'}');
            for (at, byte) in [(length - 1, b'\n'), (length / 2, b'\n'), (length / 2, b'\\'), (length / 2, b' ')] {
                bytes[at] = byte;
                for end in [length, length + 1] {
                    let mut nesting = Nesting::within(1);
                    assert_eq!(nesting.close(&bytes[..end], 0), (end > length).then_some(length));
                    assert_eq!(nesting.may_hold_line_ends(), byte == b'\n');
                }
                bytes[at] = b' ';
            }
        }
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
    }
}
