//! Where the strings of a JSON text begin and end, found 64 bytes at a time before anybody reads it.

use super::lanes::{CHUNK, Lanes, Scan, Strings, mask, parity, scan};
use super::string::escape_length;

/// One bit a byte of a text: set for the quotes around its strings, not for those inside them. Its memory is used again from
/// text to text.
#[derive(Debug, Clone, Default)]
pub struct Quotes {
    /// Eight bits a byte, the lowest first; with empty bytes at the end, eight of them or more.
    pub(super) bits: Vec<u8>,
    controls: bool,
}

impl Quotes {
    pub const fn new() -> Quotes {
        Quotes { bits: Vec::new(), controls: false }
    }

    /// Marks the quotes of `text`. Whether what stands between two quotes is what a JSON string may hold: no control character,
    /// and no escape that JSON lacks. (What is wrong with it, the scanner says.)
    pub fn mark(&mut self, text: &str) -> bool {
        let (good, controls) = scan(Marking { bytes: text.as_bytes(), bits: &mut self.bits });
        self.controls = controls;
        good
    }

    /// Whether there is a control character in the text that was marked, a line break for instance.
    pub fn has_controls(&self) -> bool {
        self.controls
    }

    /// The marks of the text.
    #[inline]
    pub fn marked(&self) -> Marked<'_> {
        Marked(&self.bits)
    }
}

/// The marks of a text.
#[derive(Debug, Clone, Copy)]
pub struct Marked<'q>(pub(super) &'q [u8]);

impl Marked<'_> {
    /// The position of the first marked quote at or after `from`.
    #[inline(always)]
    pub(super) fn next(self, from: usize) -> Option<usize> {
        // The next 57 bits or more, which takes most strings, without a branch that a processor would have to foresee.
        let (byte, bit) = (from / 8, from % 8);
        let bits = u64::from_le_bytes(*self.0.get(byte..byte + 8)?.first_chunk()?) >> bit;
        if bits != 0 { Some(from + bits.trailing_zeros() as usize) } else { self.next_word(byte + 8) }
    }

    /// The first marked quote from a byte of marks on.
    #[cold]
    #[inline(never)]
    fn next_word(self, from: usize) -> Option<usize> {
        // What is too short for a word is empty.
        let (words, _) = self.0.get(from..)?.as_chunks::<8>();
        let skipped = words.iter().position(|word| *word != [0; 8])?;
        let bits = u64::from_le_bytes(words[skipped]);
        Some((from + skipped * 8) * 8 + bits.trailing_zeros() as usize)
    }
}

/// The loop over a text whose quotes are marked.
struct Marking<'m> {
    bytes: &'m [u8],
    bits: &'m mut Vec<u8>,
}

impl Scan for Marking<'_> {
    /// Whether all is good, and whether there are control characters.
    type Found = (bool, bool);

    #[inline(always)]
    fn run(self, lanes: impl Lanes) -> (bool, bool) {
        let Marking { bytes, bits } = self;
        let (chunks, rest) = bytes.as_chunks::<CHUNK>();
        let mut state = State::default();
        bits.resize((chunks.len() + 2) * 8, 0);
        let (words, _) = bits.as_chunks_mut::<8>();
        for (index, (chunk, word)) in chunks.iter().zip(words.iter_mut()).enumerate() {
            *word = state.look(lanes, chunk, bytes, index * CHUNK).to_le_bytes();
        }
        let [.., last, end] = words else { unreachable!("there are two words besides those of the chunks") };
        (*last, *end) = ([0; 8], [0; 8]);
        if !rest.is_empty() {
            let mut padded = [b' '; CHUNK];
            padded[..rest.len()].copy_from_slice(rest);
            *last = state.look(lanes, &padded, bytes, chunks.len() * CHUNK).to_le_bytes();
        }
        (state.good, state.controls)
    }
}

/// What one chunk leaves to the next.
pub(super) struct State {
    /// How many bytes at the start of the chunk belong to an escape before it.
    pub(super) escaped: usize,
    /// All words of marks so far, one over the other: an odd number of bits means that a string is open.
    pub(super) marked: u64,
    pub(super) good: bool,
    pub(super) controls: bool,
}

impl Default for State {
    fn default() -> Self {
        State { escaped: 0, marked: 0, good: true, controls: false }
    }
}

impl State {
    /// The marks of a chunk at `start`.
    #[inline(always)]
    fn look(&mut self, lanes: impl Lanes, chunk: &[u8; CHUNK], bytes: &[u8], start: usize) -> u64 {
        let Strings { mut quotes, special } = lanes.strings(chunk);
        if special || self.escaped != 0 {
            quotes = self.special(chunk, quotes, bytes, start);
        }
        self.marked ^= quotes;
        quotes
    }

    /// The marks of a chunk at `start` that has backslashes or control characters.
    #[cold]
    #[inline(never)]
    pub(super) fn special(&mut self, chunk: &[u8; CHUNK], mut quotes: u64, bytes: &[u8], start: usize) -> u64 {
        // The lowest bits, so many of them.
        let below = |count: usize| 1u64.checked_shl(count as u32).map_or(u64::MAX, |bit| bit - 1);
        // What an escape covers is what that escape made of it.
        let mut covered = below(std::mem::take(&mut self.escaped));
        quotes &= !covered;
        let backslashes = mask(chunk, |byte| byte == b'\\');
        while backslashes & !covered != 0 {
            let at = (backslashes & !covered).trailing_zeros() as usize;
            let length = escape_length(&bytes[start + at..]);
            self.good &= length.is_some();
            let end = at + length.unwrap_or(2);
            covered = below(end);
            quotes &= !covered | below(at);
            self.escaped = end.saturating_sub(CHUNK);
        }
        let controls = mask(chunk, |byte| byte < 0x20);
        if controls != 0 {
            self.controls = true;
            let open = 0u64.wrapping_sub(u64::from(self.marked.count_ones() & 1));
            self.good &= controls & (parity(quotes) ^ open) == 0;
        }
        quotes
    }
}
