//! Tells JSON Lines from documents that may run over several lines, by the first object of the input.
//!
//! The rule, for input that begins with `{` (what begins with `[` is an array, what begins otherwise is refused):
//!
//! 1. If the first object is an envelope, or runs over several lines, or another object follows it on its line: **documents**.
//! 2. If it ends on its line, or its members are broken on that line already: **JSON Lines**.
//! 3. If it goes wrong or is unfinished in a later line: **JSON Lines** when the second line begins an object of its own
//!    (`{"` or `{}`, which cannot follow a name or a value inside an object), else **documents**.
//!
//! An object is an envelope if it holds an array under a key of the resource's and no `id` or `employeeId` before it; or, whatever
//! the resource, if it holds an array under a key of any HiBob answer and nothing else but what stands beside records in such
//! answers. So `{"id":"1","values":[]}` is a record, and `{"values":[{"id":"1"}]}` are records of people too.

use super::members::{Event, Members, is_blank, skip_blanks};
use crate::catalog::resource::{ENVELOPE_KEYS, ENVELOPE_NOTES, IDENTITY_KEYS, Resource};
use memchr::memchr;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Lines,
    /// Arrays, envelopes and bare objects, one after another. `any_key`: the keys of other resources make an envelope as well.
    Documents {
        any_key: bool,
    },
}

/// Tells envelopes from records, member by member.
#[derive(Debug, Clone, Copy)]
pub(super) struct Envelope {
    resource: &'static Resource,
    any_key: bool,
    identified: bool,
}

impl Envelope {
    pub(super) fn of(resource: &'static Resource, any_key: bool) -> Self {
        Envelope { resource, any_key, identified: false }
    }

    /// The next member of the object. If its value is the array that holds records: its key.
    pub(super) fn member(&mut self, name: &[u8], array: bool) -> Option<&'static str> {
        self.identified |= holds(&IDENTITY_KEYS, name);
        if !array || self.identified {
            return None;
        }
        let others: &[&str] = if self.any_key { &ENVELOPE_KEYS } else { &[] };
        self.resource.envelope.iter().chain(others).find(|key| key.as_bytes() == name).copied()
    }
}

fn holds(keys: &[&str], name: &[u8]) -> bool {
    keys.iter().any(|key| key.as_bytes() == name)
}

/// The layout of input that begins with `bytes`, whose first byte is `{`. `last` if no more bytes can be had; without it, `None`
/// asks for more.
pub(super) fn layout(bytes: &[u8], resource: &'static Resource, last: bool) -> Option<Layout> {
    let mut members = Members::from(1);
    let mut own = Envelope::of(resource, false);
    let (mut other_array, mut other_member) = (false, false);
    let end = loop {
        match members.advance(bytes) {
            Event::Member { name, array } => {
                let name = &bytes[name];
                if own.member(name, array).is_some() {
                    return Some(Layout::Documents { any_key: false });
                }
                if array && holds(&ENVELOPE_KEYS, name) {
                    other_array = true;
                } else {
                    other_member |= !holds(&ENVELOPE_NOTES, name);
                }
            }
            end => break end,
        }
    };
    let envelope = other_array && !other_member;
    let documents = Layout::Documents { any_key: envelope };
    let line = memchr(b'\n', bytes);
    let first_line = line.unwrap_or(bytes.len());
    Some(match end {
        Event::End(at) if at < first_line => {
            let after = bytes[at + 1..first_line].iter().find(|byte| !is_blank(**byte));
            match after {
                None if line.is_none() && !last => return None,
                None if envelope => documents,
                Some(b'{') => documents,
                _ => Layout::Lines,
            }
        }
        Event::Broken(at) if at < first_line => Layout::Lines,
        Event::More if envelope => documents,
        Event::More if !last => return None,
        Event::Broken(_) | Event::More => match begins_object(&bytes[first_line..]) {
            None if !last => return None,
            Some(true) => Layout::Lines,
            _ => documents,
        },
        _ => documents,
    })
}

/// Whether the next line that is not blank begins an object and something in it. `None` if the text ends too early to say.
fn begins_object(text: &[u8]) -> Option<bool> {
    let mut at = 0;
    if skip_blanks(text, &mut at)? != b'{' {
        return Some(false);
    }
    let inside = text[at + 1..].iter().find(|byte| !matches!(byte, b' ' | b'\t'))?;
    Some(matches!(inside, b'"' | b'}'))
}

#[cfg(test)]
mod tests {
    use super::{Layout, layout};
    use crate::catalog::resource::Resource;

    const LINES: Layout = Layout::Lines;
    const OWN: Layout = Layout::Documents { any_key: false };
    const ANY: Layout = Layout::Documents { any_key: true };

    #[test]
    fn the_first_object_tells_the_layout() {
        for (text, expected) in [
            // JSON Lines
            ("{\"id\":\"1\"}\n{\"id\":\n{\"id\":\"2\"}\n", LINES),
            ("{\"id\":\n{\"id\":\"2\"}\n", LINES),
            ("{\"id\":\n{\"id\":\"2\"}\n{\"id\":\"3\"}\n", LINES),
            ("{\"id\":\"1\n{\"id\":\"2\"}\n", LINES),
            ("{\"id\":\"1\"\n{\"id\":\"2\"}\n", LINES),
            ("{\"id\":\"1\",\n\n{\"id\":\"2\"}\n", LINES),
            ("{\"a\":{\"b\":1,\n{\"id\":\"2\"}\n{\"id\":\"3\"}\n", LINES),
            ("{\"a\":[1,\r\n{\"id\":\"2\"}\r\n{}", LINES),
            ("{\"id\":1}}\n{\"id\":2}", LINES),
            ("{\"id\":1},\n{\"id\":2}", LINES),
            ("{id:1}\n{\"id\":2}", LINES),
            ("{}\n{}\n", LINES),
            ("{\"id\":\"1\"}", LINES),
            ("{\"id\":\"1\",\"employees\":[]}", LINES),
            ("{\"id\":\"1\",\"values\":[1]}\n", LINES),
            ("{\"values\":[{\"a\":1}],\"id\":\"1\"}\n", LINES),
            ("{\"employees\":null}\n", LINES),
            ("{\"employees\":{\"id\":\"1\"}}\n", LINES),
            // documents
            ("{\"employees\":[]}", OWN),
            ("{\"total\":2,\"employees\":[\n{\"id\":\"1\"}\n]}", OWN),
            ("{\"employees\":[\n{\"id\":\"1\"},\n{\"id\":\"2\"}", OWN),
            ("{\"employees\":[]}\n{\"employees\":[]}\n", OWN),
            ("{\n  \"employees\": [\n    {", OWN),
            ("{\n  \"id\": \"1\",\n  \"rows\":\n  {\n    \"a\": 1\n  }\n}\n{\n", OWN),
            ("{\"rows\":[\n{\"a\":1},\n{\"a\":2}\n]}\n", OWN),
            ("{\n\"id\" \"1\"\n}", OWN),
            ("{\"id\":\n{\"id\":\"2\"}\n}", OWN),
            ("{\"id\":1}{\"id\":2}\n{\"id\":3}\n", OWN),
            ("{\"id\":\"1\"", OWN),
            ("{\"id\":\n", OWN),
            ("{\"values\":[{\"id\":\"1\"}]}\n", ANY),
            ("{\"values\":[{\"id\":\"1\"},", ANY),
            ("{\"response_metadata\":{\"next_cursor\":null},\"results\":[{\"id\":\"1\"}]}", ANY),
            ("{\"values\":[\n{\"id\":\"1\"}\n],\"restricted_columns\":{}}", ANY),
        ] {
            let people = Resource::find("hibob.people").unwrap();
            assert_eq!(layout(text.as_bytes(), people, true), Some(expected), "{text}");
            for cut in 1..text.len() {
                let early = layout(&text.as_bytes()[..cut], people, false);
                // Only the keys after an array of `values` can show that it belongs to a record.
                let unseen = text.starts_with("{\"values\"") && early == Some(ANY);
                assert!(unseen || early.is_none_or(|layout| layout == expected), "{text} cut at {cut}: {early:?}");
            }
        }
    }

    #[test]
    fn a_bulk_answer_is_told_from_its_own_records() {
        let history = Resource::find("hibob.work_history").unwrap();
        for (text, expected) in [
            (r#"{"results":[{"employeeId":"1","values":[{"id":1}]}]}"#, OWN),
            (r#"{"values":[{"id":1}],"restricted_columns":{}}"#, OWN),
            (r#"{"employeeId":"1","values":[{"id":1}]}"#, LINES),
        ] {
            assert_eq!(layout(text.as_bytes(), history, true), Some(expected), "{text}");
        }
    }
}
