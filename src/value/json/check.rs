//! Walks over JSON values whose quotes are marked, only to check them. It says nothing of what is wrong: that is for
//! [`super::Scanner`].

use super::{MAX_DEPTH, Quotes};

/// A JSON text with its marks.
#[derive(Debug, Clone, Copy)]
pub struct Checker<'q, 'a> {
    text: &'a str,
    quotes: &'q Quotes,
}

impl<'q, 'a> Checker<'q, 'a> {
    /// `quotes` must be those of `text`, found good.
    pub fn new(text: &'a str, quotes: &'q Quotes) -> Self {
        Checker { text, quotes }
    }

    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline]
    pub fn byte(self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    #[inline]
    pub fn slice(self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }

    /// The position of the first byte from `at` on that is no white space.
    #[inline]
    pub fn blanks(self, mut at: usize) -> usize {
        while self.byte(at).is_some_and(|byte| byte <= b' ' && matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    /// The position after the string at `at`.
    #[inline]
    pub fn string(self, at: usize) -> Option<usize> {
        if self.byte(at)? != b'"' {
            return None;
        }
        Some(self.quotes.next(at + 1)? + 1)
    }

    /// The position after the value at `at`, around which `depth` arrays and objects are open.
    #[inline]
    pub fn value(self, at: usize, depth: usize) -> Option<usize> {
        match self.byte(at)? {
            b'"' => Some(self.quotes.next(at + 1)? + 1),
            b'{' | b'[' => self.nested(at, depth),
            first => self.plain(at, first),
        }
    }

    /// A number, `true`, `false` or `null`, whose first byte is `first`. What follows is for the caller to check.
    #[inline]
    fn plain(self, at: usize, first: u8) -> Option<usize> {
        let word = |word: &[u8]| self.bytes()[at..].starts_with(word).then_some(at + word.len());
        match first {
            b'n' => word(b"null"),
            b't' => word(b"true"),
            b'f' => word(b"false"),
            _ => self.number(at),
        }
    }

    #[inline]
    fn number(self, mut at: usize) -> Option<usize> {
        let is_digit = |at: usize| self.byte(at).is_some_and(|byte| byte.is_ascii_digit());
        let digits = |mut at: usize| {
            let from = at;
            while is_digit(at) {
                at += 1;
            }
            (at > from).then_some(at)
        };
        if self.byte(at) == Some(b'-') {
            at += 1;
        }
        let whole = at;
        at = digits(at)?;
        if at > whole + 1 && self.byte(whole) == Some(b'0') {
            return None;
        }
        if self.byte(at) == Some(b'.') {
            at = digits(at + 1)?;
        }
        if let Some(b'e' | b'E') = self.byte(at) {
            let sign = matches!(self.byte(at + 1), Some(b'+' | b'-'));
            at = digits(at + 1 + usize::from(sign))?;
        }
        Some(at)
    }

    /// An array or an object. Not recursive: nesting costs no stack.
    fn nested(self, mut at: usize, depth: usize) -> Option<usize> {
        // One bit a level: set for an object. MAX_DEPTH bits suffice.
        let mut kinds = [0u64; MAX_DEPTH / 64];
        let mut open = 0;
        let mut object;
        loop {
            // Here a value is due.
            let first = self.byte(at)?;
            if matches!(first, b'{' | b'[') {
                if depth + open >= MAX_DEPTH {
                    return None;
                }
                object = first == b'{';
                let bit = 1u64 << (open % 64);
                kinds[open / 64] = if object { kinds[open / 64] | bit } else { kinds[open / 64] & !bit };
                open += 1;
                at = self.blanks(at + 1);
                let next = self.byte(at)?;
                // `{` and `}` differ from each other as `[` and `]` do.
                if next != first + 2 {
                    if object {
                        at = self.name(at)?;
                    }
                    continue;
                }
                at += 1;
                open -= 1;
            } else {
                at = if first == b'"' { self.quotes.next(at + 1)? + 1 } else { self.plain(at, first)? };
            }
            // Here a value has ended.
            loop {
                let Some(level) = open.checked_sub(1) else { return Some(at) };
                object = kinds[level / 64] >> (level % 64) & 1 == 1;
                at = self.blanks(at);
                match self.byte(at)? {
                    b',' => {
                        at = self.blanks(at + 1);
                        if object {
                            at = self.name(at)?;
                        }
                        break;
                    }
                    b'}' if object => {}
                    b']' if !object => {}
                    _ => return None,
                }
                at += 1;
                open = level;
            }
        }
    }

    /// A name and its colon. The position of the value.
    #[inline]
    fn name(self, at: usize) -> Option<usize> {
        let at = self.blanks(self.string(at)?);
        (self.byte(at)? == b':').then(|| self.blanks(at + 1))
    }
}
