//! Walks over JSON values whose quotes are marked, only to check them. It says nothing of what is wrong: that is for
//! [`super::Scanner`].

use super::MAX_DEPTH;
use super::marks::Marked;

/// A JSON text with its marks.
#[derive(Debug, Clone, Copy)]
pub struct Checker<'q, 'a> {
    text: &'a str,
    quotes: Marked<'q>,
}

impl<'q, 'a> Checker<'q, 'a> {
    /// `quotes` must be those of `text`, found good.
    pub fn new(text: &'a str, quotes: Marked<'q>) -> Self {
        Checker { text, quotes }
    }

    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The byte at `at`; beyond the end a zero, which stands nowhere in JSON.
    #[inline(always)]
    pub fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    #[inline]
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }

    /// The position of the first byte from `at` on that is no white space.
    #[inline(always)]
    pub fn blanks(&self, at: usize) -> usize {
        if self.byte(at) > b' ' { at } else { self.blanks_there(at) }
    }

    #[cold]
    #[inline(never)]
    fn blanks_there(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t' | b'\n' | b'\r') {
            at += 1;
        }
        at
    }

    /// The position after the string at `at`.
    #[inline(always)]
    pub fn string(&self, at: usize) -> Option<usize> {
        if self.byte(at) == b'"' { self.after_string(at) } else { None }
    }

    /// The position after the string whose opening quote is at `at`.
    #[inline(always)]
    fn after_string(&self, at: usize) -> Option<usize> {
        Some(self.quotes.next(at + 1)? + 1)
    }

    /// The position after the value at `at`, which begins with the byte `first` and around which `depth` arrays and objects are
    /// open.
    #[inline(always)]
    pub fn value(&self, at: usize, first: u8, depth: usize) -> Option<usize> {
        match first {
            b'"' => self.after_string(at),
            b'n' => self.word(at, b"null"),
            b'{' | b'[' => self.nested(at, depth),
            first => self.plain(at, first),
        }
    }

    #[inline(always)]
    fn word<const LENGTH: usize>(&self, at: usize, word: &[u8; LENGTH]) -> Option<usize> {
        let end = at + LENGTH;
        if self.bytes().get(at..end)? == word { Some(end) } else { None }
    }

    /// A number, `true`, `false` or `null`, whose first byte is `first`. What follows is for the caller to check.
    fn plain(&self, at: usize, first: u8) -> Option<usize> {
        match first {
            b'n' => self.word(at, b"null"),
            b't' => self.word(at, b"true"),
            b'f' => self.word(at, b"false"),
            _ => self.number(at, first),
        }
    }

    #[inline]
    fn number(&self, mut at: usize, mut first: u8) -> Option<usize> {
        if first == b'-' {
            at += 1;
            first = self.byte(at);
        }
        if !first.is_ascii_digit() {
            return None;
        }
        at += 1;
        if first != b'0' {
            at = self.digits(at);
        }
        let mut next = self.byte(at);
        if next == b'.' {
            let from = at + 1;
            at = self.digits(from);
            if at == from {
                return None;
            }
            next = self.byte(at);
        }
        if next | 0x20 == b'e' {
            let from = at + 1 + usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
            at = self.digits(from);
            if at == from {
                return None;
            }
        }
        Some(at)
    }

    /// The position of the first byte from `at` on that is no digit.
    #[inline(always)]
    fn digits(&self, mut at: usize) -> usize {
        // Eight at once: how many digits a number has can't be foreseen by a processor.
        if let Some(eight) = self.bytes().get(at..at + 8) {
            let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
            let digits = word ^ 0x3030_3030_3030_3030;
            let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
            if others != 0 {
                return at + (others.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        at
    }

    /// An array or an object. Not recursive: nesting costs no stack.
    fn nested(&self, mut at: usize, depth: usize) -> Option<usize> {
        // One bit a level: set for an object. MAX_DEPTH bits suffice.
        let mut kinds = [0u64; MAX_DEPTH / 64];
        let mut open = 0;
        let mut object = false;
        loop {
            // Here a value is due.
            let mut first = self.byte(at);
            if first <= b' ' {
                at = self.blanks(at);
                first = self.byte(at);
            }
            if matches!(first, b'{' | b'[') {
                if depth + open >= MAX_DEPTH {
                    return None;
                }
                object = first == b'{';
                let bit = 1u64 << (open % 64);
                kinds[open / 64] = if object { kinds[open / 64] | bit } else { kinds[open / 64] & !bit };
                open += 1;
                at = self.blanks(at + 1);
                // `{` and `}` differ from each other as `[` and `]` do.
                if self.byte(at) != first + 2 {
                    if object {
                        at = self.name(at)?;
                    }
                    continue;
                }
                at += 1;
                open -= 1;
                object = open > 0 && is_object(&kinds, open - 1);
            } else {
                at = match first {
                    b'"' => self.after_string(at)?,
                    first => self.plain(at, first)?,
                };
            }
            // Here a value has ended.
            loop {
                if open == 0 {
                    return Some(at);
                }
                let mut next = self.byte(at);
                if next <= b' ' {
                    at = self.blanks(at);
                    next = self.byte(at);
                }
                at += 1;
                if next == b',' {
                    if object {
                        at = self.name(at)?;
                    }
                    break;
                }
                if next != if object { b'}' } else { b']' } {
                    return None;
                }
                open -= 1;
                object = open > 0 && is_object(&kinds, open - 1);
            }
        }
    }

    /// A name and its colon, perhaps after white space. The position after the colon.
    #[inline(always)]
    fn name(&self, mut at: usize) -> Option<usize> {
        if self.byte(at) <= b' ' {
            at = self.blanks(at);
        }
        at = self.string(at)?;
        if self.byte(at) != b':' {
            at = self.blanks(at);
        }
        if self.byte(at) == b':' { Some(at + 1) } else { None }
    }
}

fn is_object(kinds: &[u64; MAX_DEPTH / 64], level: usize) -> bool {
    kinds[level / 64] >> (level % 64) & 1 == 1
}
