//! Where the strings of a JSON text begin and end, found 64 bytes at a time before anybody reads it.

use super::string::escape_length;

/// How many bytes one word of marks stands for.
const CHUNK: usize = 64;

/// One bit a byte of a text: set for the quotes around its strings, not for those inside them. Its memory is used again from
/// text to text.
#[derive(Debug, Clone, Default)]
pub struct Quotes {
    /// With an empty one at the end.
    words: Vec<u64>,
}

/// What is looked for in 64 bytes, one bit a byte, the lowest for the first.
struct Chunk {
    quotes: u64,
    /// Whether there is a backslash or a control character.
    special: bool,
}

impl Quotes {
    pub const fn new() -> Quotes {
        Quotes { words: Vec::new() }
    }

    /// Marks the quotes of `text`. Whether what stands between two quotes is what a JSON string may hold: no control character,
    /// and no escape that JSON lacks. (What is wrong with it, the scanner says.)
    pub fn mark(&mut self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let (chunks, rest) = bytes.as_chunks::<CHUNK>();
        self.words.clear();
        self.words.reserve(chunks.len() + 2);
        let mut state = State { escaped: 0, parity: 0, good: true };
        for chunk in chunks {
            let found = look(chunk);
            let quotes = if found.special || state.escaped != 0 {
                state.special(chunk, found.quotes, bytes, self.words.len() * CHUNK)
            } else {
                found.quotes
            };
            state.parity ^= quotes;
            self.words.push(quotes);
        }
        if !rest.is_empty() {
            let mut padded = [b' '; CHUNK];
            padded[..rest.len()].copy_from_slice(rest);
            let quotes = state.special(&padded, look(&padded).quotes, bytes, self.words.len() * CHUNK);
            self.words.push(quotes);
        }
        self.words.push(0);
        state.good
    }

    #[inline]
    pub(super) fn marked(&self) -> Marked<'_> {
        Marked(&self.words)
    }
}

/// The marks of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marked<'q>(&'q [u64]);

impl Marked<'_> {
    /// The position of the first marked quote at or after `from`.
    #[inline(always)]
    pub(super) fn next(self, from: usize) -> Option<usize> {
        // 64 bits from `from` on, whatever words they lie in: where a string stands in a word can't be foreseen by a processor.
        let (word, bit) = (from / CHUNK, from % CHUNK);
        let [low, high] = *self.0.get(word..)?.first_chunk()?;
        let bits = low >> bit | high << 1 << (CHUNK - 1 - bit);
        if bits != 0 { Some(from + bits.trailing_zeros() as usize) } else { self.next_word(word + 1) }
    }

    /// The first marked quote from a word on.
    #[cold]
    #[inline(never)]
    fn next_word(self, from: usize) -> Option<usize> {
        let skipped = self.0.get(from..)?.iter().position(|word| *word != 0)?;
        let word = from + skipped;
        Some(word * CHUNK + self.0[word].trailing_zeros() as usize)
    }
}

/// What one chunk leaves to the next.
struct State {
    /// How many bytes at the start of the chunk belong to an escape before it.
    escaped: usize,
    /// All words of marks so far, one over the other: an odd number of bits means that a string is open.
    parity: u64,
    good: bool,
}

impl State {
    /// The marks of a chunk at `start` that has backslashes or control characters.
    #[cold]
    #[inline(never)]
    fn special(&mut self, chunk: &[u8; CHUNK], mut quotes: u64, bytes: &[u8], start: usize) -> u64 {
        let mut backslashes = transposed(bits(chunk, |byte| byte == b'\\'));
        // Bytes of an escape that began before are what that escape made them.
        let below = |count: usize| 1u64.checked_shl(count as u32).map_or(u64::MAX, |bit| bit - 1);
        let mut covered = below(self.escaped);
        self.escaped = self.escaped.saturating_sub(CHUNK);
        quotes &= !covered;
        backslashes &= !covered;
        while backslashes != 0 {
            let at = backslashes.trailing_zeros() as usize;
            let length = match escape_length(&bytes[start + at..]) {
                Some(length) => length,
                None => {
                    self.good = false;
                    2
                }
            };
            let end = at + length;
            covered = below(end);
            let escape = covered & !below(at);
            quotes &= !escape;
            backslashes &= !covered;
            self.escaped = self.escaped.max(end.saturating_sub(CHUNK));
        }
        let controls = transposed(bits(chunk, |byte| byte < 0x20));
        if controls != 0 {
            let inside = prefix_parity(quotes) ^ 0u64.wrapping_sub(u64::from(self.parity.count_ones() & 1));
            self.good &= controls & inside == 0;
        }
        quotes
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

#[inline]
fn look(chunk: &[u8; CHUNK]) -> Chunk {
    let special = chunk.iter().fold(false, |special, byte| special | (*byte == b'\\') | (*byte < 0x20));
    Chunk { quotes: transposed(bits(chunk, |byte| byte == b'"')), special }
}
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
