//! The one scanner of JSON text: it checks the grammar of RFC 8259 and hands out the texts of values.

use super::{JsonError, JsonFault};

/// The deepest nesting of arrays and objects that is read.
pub const MAX_DEPTH: usize = 512;

/// Walks over JSON text from left to right.
#[derive(Debug, Clone)]
pub struct Scanner<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner { text, pos: 0 }
    }

    /// Bytes read so far.
    pub fn position(&self) -> usize {
        self.pos
    }

    pub fn error(&self, fault: JsonFault) -> JsonError {
        JsonError { offset: self.pos, fault }
    }

    /// `Truncated` at the end of the text, else `fault`.
    fn wrong(&self, fault: JsonFault) -> JsonError {
        self.error(if self.pos >= self.text.len() { JsonFault::Truncated } else { fault })
    }

    /// The text between two positions, which must lie on character boundaries.
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }

    /// The next byte that is not white space, without taking it.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.pos) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.pos += 1;
        }
        None
    }

    /// Takes `byte` after white space.
    #[inline]
    pub fn expect(&mut self, byte: u8, name: &'static str) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.pos += 1;
            Ok(())
        } else {
            Err(self.wrong(JsonFault::Expected(name)))
        }
    }

    /// Nothing but white space may be left.
    pub fn end(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error(JsonFault::Trailing)),
        }
    }

    /// A string, with its quotes.
    #[inline]
    pub fn string(&mut self) -> Result<&'a str, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong(JsonFault::Expected("a string")));
        }
        let start = self.pos;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            at = super::special::find(bytes, at);
            match bytes.get(at) {
                Some(b'"') => {
                    self.pos = at + 1;
                    return Ok(self.slice(start, self.pos));
                }
                Some(b'\\') => at = self.escape(at)?,
                Some(_) => {
                    self.pos = at;
                    return Err(self.error(JsonFault::ControlCharacter));
                }
                None => {
                    self.pos = at;
                    return Err(self.error(JsonFault::Truncated));
                }
            }
        }
    }

    /// Checks the escape at `at` and returns the position after it. Half a surrogate pair passes here, as in the grammar;
    /// [`super::decode`] refuses it where the text is used.
    fn escape(&mut self, at: usize) -> Result<usize, JsonError> {
        let bytes = self.text.as_bytes();
        match bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => {
                for index in at + 2..at + 6 {
                    match bytes.get(index) {
                        Some(byte) if byte.is_ascii_hexdigit() => {}
                        Some(_) => {
                            self.pos = at;
                            return Err(self.error(JsonFault::Escape));
                        }
                        None => {
                            self.pos = bytes.len();
                            return Err(self.error(JsonFault::Truncated));
                        }
                    }
                }
                Ok(at + 6)
            }
            Some(_) => {
                self.pos = at;
                Err(self.error(JsonFault::Escape))
            }
            None => {
                self.pos = bytes.len();
                Err(self.error(JsonFault::Truncated))
            }
        }
    }

    fn number(&mut self) -> Result<(), JsonError> {
        let bytes = self.text.as_bytes();
        let start = self.pos;
        let mut at = start;
        let digits = |at: &mut usize| {
            let from = *at;
            while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            *at > from
        };
        if bytes.get(at) == Some(&b'-') {
            at += 1;
        }
        let whole = at;
        let mut good = digits(&mut at);
        if good && bytes[whole] == b'0' && at > whole + 1 {
            return Err(self.error(JsonFault::Number));
        }
        if good && bytes.get(at) == Some(&b'.') {
            at += 1;
            good = digits(&mut at);
        }
        if good && matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            if matches!(bytes.get(at), Some(b'+' | b'-')) {
                at += 1;
            }
            good = digits(&mut at);
        }
        if good {
            self.pos = at;
            return Ok(());
        }
        if at >= bytes.len() {
            self.pos = at;
            return Err(self.error(JsonFault::Truncated));
        }
        Err(self.error(JsonFault::Number))
    }

    fn literal(&mut self, word: &'static str) -> Result<(), JsonError> {
        let rest = &self.text.as_bytes()[self.pos..];
        if rest.starts_with(word.as_bytes()) {
            self.pos += word.len();
            Ok(())
        } else if word.as_bytes().starts_with(rest) {
            self.pos = self.text.len();
            Err(self.error(JsonFault::Truncated))
        } else {
            Err(self.error(JsonFault::Expected("a JSON value")))
        }
    }

    /// A string, number, `true`, `false` or `null`, whose first byte is `first`.
    #[inline]
    fn scalar(&mut self, first: u8) -> Result<(), JsonError> {
        match first {
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            _ => Err(self.error(JsonFault::Expected("a JSON value"))),
        }
    }

    /// Any value, checked to be JSON and handed out as its text. Not recursive: nesting costs no stack. `depth` is how many
    /// arrays and objects are open around it.
    pub fn value(&mut self, depth: usize) -> Result<&'a str, JsonError> {
        let Some(first) = self.peek() else { return Err(self.error(JsonFault::Truncated)) };
        let start = self.pos;
        if !matches!(first, b'{' | b'[') {
            self.scalar(first)?;
            return Ok(self.slice(start, self.pos));
        }
        // One bit a level: set for an object. MAX_DEPTH bits suffice.
        let mut kinds = [0u64; MAX_DEPTH / 64];
        let mut open = 0usize;
        let is_object = |kinds: &[u64; MAX_DEPTH / 64], level: usize| kinds[level / 64] >> (level % 64) & 1 == 1;
        let mut byte = first;
        loop {
            // Here a value is due, and `byte` is its first.
            if matches!(byte, b'{' | b'[') {
                if depth + open >= MAX_DEPTH {
                    return Err(self.error(JsonFault::TooDeep));
                }
                self.pos += 1;
                let object = byte == b'{';
                let bit = 1u64 << (open % 64);
                if object {
                    kinds[open / 64] |= bit;
                } else {
                    kinds[open / 64] &= !bit;
                }
                open += 1;
                let close = if object { b'}' } else { b']' };
                match self.peek() {
                    Some(next) if next == close => {
                        self.pos += 1;
                        open -= 1;
                    }
                    Some(_) if object => {
                        self.string()?;
                        self.expect(b':', "a colon after a name")?;
                        byte = self.peek().ok_or_else(|| self.error(JsonFault::Truncated))?;
                        continue;
                    }
                    Some(next) => {
                        byte = next;
                        continue;
                    }
                    None => return Err(self.error(JsonFault::Truncated)),
                }
            } else {
                self.scalar(byte)?;
            }
            // Here a value has ended.
            loop {
                if open == 0 {
                    return Ok(self.slice(start, self.pos));
                }
                let object = is_object(&kinds, open - 1);
                match self.peek() {
                    Some(b',') => {
                        self.pos += 1;
                        if object {
                            self.string()?;
                            self.expect(b':', "a colon after a name")?;
                        }
                        byte = self.peek().ok_or_else(|| self.error(JsonFault::Truncated))?;
                        break;
                    }
                    Some(b'}') if object => {
                        self.pos += 1;
                        open -= 1;
                    }
                    Some(b']') if !object => {
                        self.pos += 1;
                        open -= 1;
                    }
                    _ if object => return Err(self.wrong(JsonFault::Expected("a comma or }"))),
                    _ => return Err(self.wrong(JsonFault::Expected("a comma or ]"))),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Result<&str, JsonError> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value(0)?;
        scanner.end()?;
        Ok(value)
    }

    #[test]
    fn what_is_json_passes_as_it_stands() {
        for text in [
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1.5e+10",
            "1E5",
            "\"\"",
            r#""\u00e9\ud800\n\/""#,
            "[]",
            "{}",
            "[1,[2,{\"a\":[]}]]",
            r#"{"a":{"b":[true,null,"x"]},"c":-0.1}"#,
            "\"\u{7f}\u{2028}\"",
        ] {
            assert_eq!(scan(text), Ok(text));
            assert_eq!(scan(&format!(" \n{text}\t\r ")), Ok(text));
        }
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("tru", 3),
            ("trux", 0),
            ("01", 0),
            ("-", 1),
            ("1.", 2),
            ("1.x", 0),
            (".5", 0),
            ("+1", 0),
            ("1e", 2),
            ("\"a", 2),
            ("\"\u{1}\"", 1),
            (r#""\x""#, 1),
            (r#""\u12g4""#, 1),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\"}", 4),
            ("{\"a\":}", 5),
            ("{a:1}", 1),
            ("{\"a\":1,}", 7),
            ("[}", 1),
            ("{]", 1),
            ("1 1", 2),
            ("[1]]", 3),
            ("NaN", 0),
            ("'a'", 0),
            ("[", 1),
            ("{\"a\":1", 6),
        ] {
            assert_eq!(scan(text).map_err(|e| e.offset), Err(offset), "{text}");
        }
    }

    #[test]
    fn nesting_has_a_limit_and_costs_no_stack() {
        assert!(scan(&("[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH))).is_ok());
        assert_eq!(scan(&"[".repeat(100_000)).unwrap_err().fault, JsonFault::TooDeep);
        assert_eq!(scan(&"{\"a\":".repeat(100_000)).unwrap_err().fault, JsonFault::TooDeep);
    }
}
