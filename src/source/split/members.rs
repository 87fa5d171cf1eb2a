//! Walks over the members of an object at the top of a document: their names, and which of them hold an array.

use super::nesting::Nesting;
use memchr::memchr3;
use std::ops::Range;

/// A walk that can stop at the end of a block and go on in the next.
#[derive(Debug, Clone)]
pub(super) struct Members {
    pub(super) at: usize,
    step: Step,
    name: Range<usize>,
    nesting: Nesting,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    FirstName,
    Name,
    InName,
    Colon,
    Value,
    InText,
    InPlain,
    InBrackets,
    AfterValue,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The bytes are used up.
    More,
    /// A value begins. If it is an array, the walk stands right after its bracket.
    Member { name: Range<usize>, array: bool },
    /// The index of the closing brace.
    End(usize),
    /// The members are not written as JSON writes them, at this index.
    Broken(usize),
}

/// Where a string ends.
pub(super) enum TextEnd {
    After(usize),
    /// Not yet; look on from this index.
    More(usize),
    /// A line break stands in it, as in no JSON.
    LineBreak(usize),
}

/// The end of a string, looked for from `from` on, which lies inside it.
pub(super) fn text_end(bytes: &[u8], mut from: usize) -> TextEnd {
    while let Some(found) = memchr3(b'"', b'\\', b'\n', &bytes[from..]) {
        let at = from + found;
        match bytes[at] {
            b'"' => return TextEnd::After(at + 1),
            b'\n' => return TextEnd::LineBreak(at),
            _ if at + 1 == bytes.len() => return TextEnd::More(at),
            _ => from = at + 2,
        }
    }
    TextEnd::More(bytes.len())
}

/// The next byte from `at` on that is no JSON white space; `at` is moved there.
pub(super) fn skip_blanks(bytes: &[u8], at: &mut usize) -> Option<u8> {
    while let Some(byte) = bytes.get(*at) {
        if !is_blank(*byte) {
            return Some(*byte);
        }
        *at += 1;
    }
    None
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a byte ends a number or a word.
pub(super) fn ends_plain(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
}

impl Members {
    /// A walk from `at`, right after the object's opening brace.
    pub(super) fn from(at: usize) -> Self {
        Members { at, step: Step::FirstName, name: 0..0, nesting: Nesting::default() }
    }

    /// Goes on at `at`, right after a value that somebody else has walked over.
    pub(super) fn resume(&mut self, at: usize) {
        self.at = at;
        self.step = Step::AfterValue;
    }

    /// `count` bytes have been taken away in front.
    pub(super) fn shift(&mut self, count: usize) {
        self.at -= count;
        self.name = self.name.start.saturating_sub(count)..self.name.end.saturating_sub(count);
    }

    /// How to count brackets from a [`Event::Broken`] on.
    pub(super) fn nesting_here(&self) -> Nesting {
        if matches!(self.step, Step::InName | Step::InText) { Nesting::in_string() } else { Nesting::within(1) }
    }

    pub(super) fn advance(&mut self, bytes: &[u8]) -> Event {
        loop {
            match self.step {
                Step::InBrackets => match self.nesting.close(bytes, self.at) {
                    Some(close) => self.resume(close + 1),
                    None => {
                        self.at = bytes.len();
                        return Event::More;
                    }
                },
                Step::InName | Step::InText => match text_end(bytes, self.at) {
                    TextEnd::After(end) if self.step == Step::InText => self.resume(end),
                    TextEnd::After(end) => {
                        self.name.end = end - 1;
                        self.at = end;
                        self.step = Step::Colon;
                    }
                    TextEnd::More(at) => {
                        self.at = at;
                        return Event::More;
                    }
                    TextEnd::LineBreak(at) => return Event::Broken(at),
                },
                Step::InPlain => match bytes[self.at..].iter().position(|byte| ends_plain(*byte)) {
                    Some(length) => self.resume(self.at + length),
                    None => {
                        self.at = bytes.len();
                        return Event::More;
                    }
                },
                step => {
                    let Some(byte) = skip_blanks(bytes, &mut self.at) else { return Event::More };
                    match (step, byte) {
                        (Step::FirstName | Step::AfterValue, b'}') => return Event::End(self.at),
                        (Step::FirstName | Step::Name, b'"') => {
                            self.at += 1;
                            self.name = self.at..self.at;
                            self.step = Step::InName;
                        }
                        (Step::Colon, b':') => {
                            self.at += 1;
                            self.step = Step::Value;
                        }
                        (Step::AfterValue, b',') => {
                            self.at += 1;
                            self.step = Step::Name;
                        }
                        (Step::Value, first) if first == b'"' || !ends_plain(first) || matches!(first, b'{' | b'[') => {
                            self.step = match first {
                                b'"' => Step::InText,
                                b'{' | b'[' => Step::InBrackets,
                                _ => Step::InPlain,
                            };
                            self.at += usize::from(self.step != Step::InPlain);
                            self.nesting = Nesting::within(1);
                            return Event::Member { name: self.name.clone(), array: first == b'[' };
                        }
                        _ => return Event::Broken(self.at),
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Members};

    /// The names, `!` after those that hold an array, and how it ended.
    fn walk(text: &str, block: usize) -> (Vec<String>, Event) {
        let (mut members, mut names, mut seen) = (Members::from(1), Vec::new(), 1);
        loop {
            match members.advance(&text.as_bytes()[..seen]) {
                Event::Member { name, array } => names.push(format!("{}{}", &text[name], if array { "!" } else { "" })),
                Event::More if seen < text.len() => seen = (seen + block).min(text.len()),
                last => return (names, last),
            }
        }
    }

    #[test]
    fn members_are_found_however_the_text_is_cut() {
        for block in 1..40 {
            let text = r#"{ "a" : 1 , "b":[{"c":"]}"},2] ,"d\"}":"\\\"","e":{"f":[]},"g":true}"#;
            assert_eq!(
                walk(text, block),
                (vec!["a".into(), "b!".into(), r#"d\"}"#.into(), "e".into(), "g".into()], Event::End(text.len() - 1))
            );
            assert_eq!(walk("{}", block), (vec![], Event::End(1)));
            assert_eq!(walk("{\"a\":\"x", block), (vec!["a".into()], Event::More));
        }
    }

    #[test]
    fn what_is_no_object_breaks_at_its_place() {
        for (text, at) in [
            ("{]", 1),
            ("{,", 1),
            ("{\"a\" 1}", 5),
            ("{\"a\":}", 5),
            ("{\"a\":1 2}", 7),
            ("{\"a\":1\n{", 7),
            ("{\"a\":1,}", 7),
            ("{\"a\n", 3),
            ("{\"a\":\"b\n", 7),
        ] {
            assert_eq!(walk(text, 100).1, Event::Broken(at), "{text}");
        }
    }
}
