//! A JSON value as a tree in which every node remembers its text: what paths with filters and wildcards walk on.

use super::{JsonError, JsonFault, MAX_DEPTH, Scanner, decode_lossy};
use std::borrow::Cow;
use std::collections::HashSet;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree<'a> {
    /// The text of this value, without white space around it.
    pub raw: &'a str,
    pub data: Data<'a>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Data<'a> {
    Null,
    Boolean(bool),
    /// The digits are [`Tree::raw`].
    Number,
    /// Unescaped. Half a surrogate pair shows as U+FFFD; the text as sent is [`Tree::raw`].
    String(Cow<'a, str>),
    Array(Vec<Tree<'a>>),
    /// In the order of the text; no name stands twice.
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

impl<'a> Tree<'a> {
    /// Reads one JSON value and nothing after it.
    ///
    /// # Errors
    /// Whatever is not JSON, is nested too deep, or has an object with a name twice.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        let mut scanner = Scanner::new(text);
        let tree = Self::read(&mut scanner, 0)?;
        scanner.end()?;
        Ok(tree)
    }

    /// Reads the next value; `depth` is how many arrays and objects are open around it.
    pub fn read(scanner: &mut Scanner<'a>, depth: usize) -> Result<Self, JsonError> {
        let first = scanner.peek();
        let start = scanner.position();
        let data = match first {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return Err(scanner.error(JsonFault::TooDeep)),
            Some(b'{') => Data::Object(Self::read_object(scanner, depth)?),
            Some(b'[') => Data::Array(Self::read_array(scanner, depth)?),
            _ => {
                let raw = scanner.value(depth)?;
                match raw.as_bytes()[0] {
                    b'"' => Data::String(decode_lossy(raw)),
                    b't' => Data::Boolean(true),
                    b'f' => Data::Boolean(false),
                    b'n' => Data::Null,
                    _ => Data::Number,
                }
            }
        };
        Ok(Tree { raw: scanner.slice(start, scanner.position()), data })
    }

    fn read_array(scanner: &mut Scanner<'a>, depth: usize) -> Result<Vec<Tree<'a>>, JsonError> {
        let mut items = Vec::new();
        scanner.expect(b'[', "[")?;
        if scanner.peek() == Some(b']') {
            scanner.expect(b']', "]")?;
            return Ok(items);
        }
        loop {
            items.push(Self::read(scanner, depth + 1)?);
            if scanner.peek() != Some(b',') {
                scanner.expect(b']', "a comma or ]")?;
                return Ok(items);
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    fn read_object(scanner: &mut Scanner<'a>, depth: usize) -> Result<Vec<(Cow<'a, str>, Tree<'a>)>, JsonError> {
        let mut members: Vec<(Cow<'a, str>, Tree<'a>)> = Vec::new();
        let mut names: HashSet<Cow<'a, str>> = HashSet::new();
        scanner.expect(b'{', "{")?;
        if scanner.peek() == Some(b'}') {
            scanner.expect(b'}', "}")?;
            return Ok(members);
        }
        loop {
            let name = decode_lossy(scanner.string()?);
            if !names.insert(name.clone()) {
                return Err(scanner.error(JsonFault::DuplicateName(name.into_owned())));
            }
            scanner.expect(b':', "a colon after a name")?;
            members.push((name, Self::read(scanner, depth + 1)?));
            if scanner.peek() != Some(b',') {
                scanner.expect(b'}', "a comma or }")?;
                return Ok(members);
            }
            scanner.expect(b',', "a comma")?;
        }
    }

    /// The member called `name`, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Tree<'a>> {
        match &self.data {
            Data::Object(members) => members.iter().find(|(member, _)| member == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_knows_its_text() {
        let tree = Tree::parse(r#" {"a": [1.10, "x\n"], "b": null} "#).unwrap();
        let a = tree.get("a").unwrap();
        assert_eq!(a.raw, r#"[1.10, "x\n"]"#);
        let Data::Array(items) = &a.data else { panic!() };
        assert_eq!((items[0].raw, &items[0].data), ("1.10", &Data::Number));
        assert_eq!(items[1].data, Data::String("x\n".into()));
        assert_eq!(tree.get("b").unwrap().data, Data::Null);
    }

    #[test]
    fn a_name_twice_is_refused_even_when_one_is_escaped() {
        let error = Tree::parse(r#"{"a":1,"\u0061":2}"#).unwrap_err();
        assert_eq!(error.fault, JsonFault::DuplicateName("a".to_owned()));
    }
}
