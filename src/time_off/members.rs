//! A record's own members, in their order and as they were written.

use crate::value::json::{JsonError, JsonFault, Scanner, decode, decode_lossy, write_compact, write_string};
use crate::value::number::to_integer;
use std::borrow::Cow;

/// The members at the top of a JSON object.
#[derive(Debug, Clone)]
pub struct Members<'a>(Vec<Member<'a>>);

#[derive(Debug, Clone)]
pub struct Member<'a> {
    pub name: Cow<'a, str>,
    /// The JSON text of the value.
    pub value: Cow<'a, str>,
}

impl<'a> Members<'a> {
    /// The members of the object that `text` is.
    ///
    /// # Errors
    /// The text is not JSON, or not an object, or a name stands twice in it.
    pub fn of(text: &'a str) -> Result<Self, JsonError> {
        let mut scanner = Scanner::new(text);
        let mut members: Vec<Member<'a>> = Vec::with_capacity(24);
        scanner.expect(b'{', "{")?;
        if scanner.peek() == Some(b'}') {
            scanner.expect(b'}', "}")?;
            return scanner.end().map(|()| Members(members));
        }
        loop {
            let name = decode_lossy(scanner.string()?);
            scanner.expect(b':', "a colon after a name")?;
            if members.iter().any(|member| member.name == name) {
                return Err(scanner.error(JsonFault::DuplicateName(name.into_owned())));
            }
            members.push(Member { name, value: Cow::Borrowed(scanner.value(1)?) });
            if scanner.peek() != Some(b',') {
                scanner.expect(b'}', "a comma or }")?;
                return scanner.end().map(|()| Members(members));
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The JSON text of the member called `name`.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|member| member.name == name).map(|member| &*member.value)
    }

    /// The JSON text of the first of these members that is there and not null.
    pub fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().filter_map(|name| self.raw(name)).find(|raw| *raw != "null")
    }

    /// The trimmed text or the digits of the first of these members that has any.
    pub fn text(&self, names: &[&str]) -> Option<Cow<'_, str>> {
        names.iter().find_map(|name| text(self.raw(name)?))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Member<'a>> {
        self.0.iter()
    }

    /// Takes over every member of `newer` that is not null: those with a known name in their place, others at the end.
    pub fn take_over(&mut self, newer: Members<'a>) {
        for member in newer.0.into_iter().filter(|member| member.value != "null") {
            match self.0.iter_mut().find(|mine| mine.name == member.name) {
                Some(mine) => mine.value = member.value,
                None => self.0.push(member),
            }
        }
    }
}

/// The trimmed text of a JSON string, or the digits of a number; `None` for all else and for blank text.
pub fn text(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => {
            let text = crate::value::text::trim_cow(decode(raw)?);
            (!text.is_empty()).then_some(text)
        }
        b'-' | b'0'..=b'9' => Some(to_integer(raw).unwrap_or(Cow::Borrowed(raw))),
        _ => None,
    }
}

/// The elements of a JSON array; none for all else.
pub fn elements(raw: &str) -> Vec<&str> {
    let mut scanner = Scanner::new(raw);
    let mut found = Vec::new();
    if scanner.expect(b'[', "[").is_err() || scanner.peek() == Some(b']') {
        return found;
    }
    while let Ok(element) = scanner.value(1) {
        found.push(element);
        if scanner.expect(b',', "a comma").is_err() {
            break;
        }
    }
    found
}

/// An object under construction, written as compact JSON.
#[derive(Debug)]
pub struct ObjectWriter<'o> {
    out: &'o mut Vec<u8>,
    empty: bool,
}

impl<'o> ObjectWriter<'o> {
    pub fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        ObjectWriter { out, empty: true }
    }

    /// Writes a name, and hands out where its value goes.
    pub fn name(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.out.push(b',');
        }
        write_string(self.out, name);
        self.out.push(b':');
        self.out
    }

    /// Writes a member with the JSON text of its value.
    pub fn raw(&mut self, name: &str, json: &str) {
        write_compact(self.name(name), json);
    }

    /// Writes a member with a text, or null.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        let out = self.name(name);
        match text {
            Some(text) => write_string(out, text),
            None => out.extend_from_slice(b"null"),
        }
    }

    pub fn end(self) {
        self.out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::{Members, elements};

    #[test]
    fn members_come_in_their_order_and_texts_without_blanks() {
        let members = Members::of(r#" {"b": " x ", "a": 7.0, "n": null, "o": {"a": [1, 2]}} "#).unwrap();
        assert_eq!(members.iter().map(|member| &*member.name).collect::<Vec<_>>(), ["b", "a", "n", "o"]);
        assert_eq!(members.text(&["n", "b"]).unwrap(), "x");
        assert_eq!(members.text(&["a"]).unwrap(), "7");
        assert_eq!(members.first(&["n", "o"]), Some(r#"{"a": [1, 2]}"#));
        assert!(members.has("n") && !members.has("z"));
        for wrong in ["", "[]", "{", r#"{"a":1,"a":2}"#, "{} {}"] {
            assert!(Members::of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn elements_are_the_texts_of_a_list() {
        assert_eq!(elements(r#"[1, {"a": [2]}, "x"]"#), ["1", r#"{"a": [2]}"#, r#""x""#]);
        assert_eq!(elements("[]"), Vec::<&str>::new());
        assert_eq!(elements("{}"), Vec::<&str>::new());
    }
}
