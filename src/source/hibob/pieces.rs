//! Takes HiBob's answers apart without making trees of them: members of objects and items of arrays, as texts.

use super::error::Cause;
use crate::value::json::{Checker, JsonError, JsonFault, Quotes, Scanner, decode_lossy, has_backslash, write_compact};
use memchr::memchr2;
use std::borrow::Cow;
use std::ops::Range;

/// The member names, with quotes, and the values of the object that `text` is.
pub(super) fn members(text: &str) -> Result<Vec<(&str, &str)>, JsonError> {
    let mut scanner = Scanner::new(text);
    let mut members = Vec::new();
    scanner.expect(b'{', "an object")?;
    if scanner.peek() == Some(b'}') {
        scanner.expect(b'}', "}")?;
    } else {
        loop {
            let name = scanner.string()?;
            scanner.expect(b':', "a colon after a name")?;
            members.push((name, scanner.value(1)?));
            if scanner.peek() != Some(b',') {
                scanner.expect(b'}', "a comma or }")?;
                break;
            }
            scanner.expect(b',', "a comma")?;
        }
    }
    scanner.end()?;
    Ok(members)
}

/// The items of the array that `text` is.
pub(super) fn items(text: &str) -> Result<Vec<&str>, JsonError> {
    let mut scanner = Scanner::new(text);
    let mut items = Vec::new();
    scanner.expect(b'[', "an array")?;
    if scanner.peek() == Some(b']') {
        scanner.expect(b']', "]")?;
    } else {
        loop {
            items.push(scanner.value(1)?);
            if scanner.peek() != Some(b',') {
                scanner.expect(b']', "a comma or ]")?;
                break;
            }
            scanner.expect(b',', "a comma")?;
        }
    }
    scanner.end()?;
    Ok(items)
}

/// The value of the first member called `name`.
pub(super) fn get<'a>(members: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    members.iter().find(|(member, _)| decode_lossy(member) == name).map(|(_, value)| *value)
}

/// The items of the array under `key`, or of a bare array.
pub(super) fn listed<'a>(text: &'a str, key: &'static str) -> Result<Vec<&'a str>, Cause> {
    let shape = || Cause::Shape(format!(r#"expected {{"{key}": [...]}}"#));
    if is_array(text.trim_start()) {
        return Ok(items(text)?);
    }
    let answer = members(text).map_err(|error| match error.into() {
        Cause::Cut => Cause::Cut,
        _ if !is_object(text.trim_start()) => shape(),
        cause => cause,
    })?;
    let list = get(&answer, key).filter(|list| is_array(list)).ok_or_else(shape)?;
    Ok(items(list)?)
}

/// What a text is, by its first byte: it is known to be JSON.
pub(super) fn is_object(text: &str) -> bool {
    text.starts_with('{')
}

pub(super) fn is_array(text: &str) -> bool {
    text.starts_with('[')
}

/// The text of a JSON string, or the digits of a number: ids come as either.
pub(super) fn plain(json: &str) -> Option<Cow<'_, str>> {
    match json.as_bytes().first()? {
        b'"' => Some(decode_lossy(json)),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
        _ => None,
    }
}

/// An employee's own id: the nested value, or the slash key's.
pub(super) fn employee_id<'a>(members: &[(&'a str, &'a str)]) -> Option<Cow<'a, str>> {
    let nested = get(members, "id").and_then(plain);
    let id = nested.or_else(|| {
        let wrapped = members_of(get(members, "/root/id")?)?;
        plain(get(&wrapped, "value")?)
    })?;
    is_id(&id).then_some(id)
}

/// The ids of employees, and where in an answer they stand.
pub(super) type Listed<'a> = Vec<(Cow<'a, str>, Range<usize>)>;

/// The employees of an answer and their ids, in one pass, and whether each of them surely takes one line. `None` where the answer, or where an id stands in it, is unusual in any way,
/// or faulty: then its members are gone through, which finds out what it is.
pub(super) fn employees_quickly(text: &str) -> Option<(Listed<'_>, bool)> {
    let mut quotes = Quotes::new();
    if !quotes.mark(text) {
        return None;
    }
    let answer = Checker::new(text, quotes.marked());
    let mut employees = Vec::new();
    let mut at = text.strip_prefix("{\"employees\":[").map(|rest| text.len() - rest.len())?;
    loop {
        let start = answer.blanks(at);
        let (id, end) = quick_employee(&answer, start)?;
        employees.push((id, start..end));
        at = answer.blanks(end);
        if answer.byte(at) != b',' {
            break;
        }
        at += 1;
    }
    let end = answer.blanks(at + 1);
    let ends = answer.byte(at) == b']' && answer.byte(end) == b'}' && answer.blanks(end + 1) == text.len();
    ends.then_some((employees, !quotes.has_controls()))
}

/// The id of the employee that begins at `at`, and where the employee ends.
fn quick_employee<'a>(answer: &Checker<'_, 'a>, mut at: usize) -> Option<(Cow<'a, str>, usize)> {
    let mut id = None;
    if answer.byte(at) != b'{' {
        return None;
    }
    loop {
        let name = answer.blanks(at + 1);
        let end = answer.string(name)?;
        let colon = answer.blanks(end);
        let unusual = match answer.byte(name + 1) {
            // Only such names can be an `id` that is written in another way.
            b'i' | b'\\' => has_backslash(&answer.bytes()[name..end]),
            _ => false,
        };
        if answer.byte(colon) != b':' || unusual {
            return None;
        }
        let value = answer.blanks(colon + 1);
        // Two objects and an array are open here.
        at = match wrapped(answer, value) {
            Some(end) => end,
            None => answer.value(value, answer.byte(value), 3)?,
        };
        if id.is_none() && answer.slice(name, end) == "\"id\"" {
            id = Some(plain(answer.slice(value, at)).filter(|id| is_id(id))?);
        }
        at = answer.blanks(at);
        if answer.byte(at) != b',' {
            break;
        }
    }
    if answer.byte(at) == b'}' { Some((id?, at + 1)) } else { None }
}

/// The position after a value as HiBob writes it under names with slashes, `{"value":"7"}`. `None` if it is another one.
#[inline(always)]
fn wrapped(answer: &Checker<'_, '_>, at: usize) -> Option<usize> {
    const HEAD: &[u8] = b"{\"value\":";
    let value = at + HEAD.len();
    if answer.bytes().get(at..value)? != HEAD || matches!(answer.byte(value), b'{' | b'[') {
        return None;
    }
    let end = answer.value(value, answer.byte(value), 4)?;
    (answer.byte(end) == b'}').then_some(end + 1)
}

/// Ids are kept one a line, and shown.
fn is_id(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

fn members_of(text: &str) -> Option<Vec<(&str, &str)>> {
    if is_object(text) { members(text).ok() } else { None }
}

/// Appends a record and a line break; the record itself gets none.
pub(super) fn write_line(out: &mut Vec<u8>, record: &str) {
    if memchr2(b'\n', b'\r', record.as_bytes()).is_some() {
        write_compact(out, record);
    } else {
        out.extend_from_slice(record.as_bytes());
    }
    out.push(b'\n');
}

impl From<JsonError> for Cause {
    /// A text that ends too early may be whole the next time.
    fn from(error: JsonError) -> Cause {
        match error.fault {
            JsonFault::Truncated => Cause::Cut,
            // Its words name a member, which is of no use here and might be anything.
            JsonFault::DuplicateName(_) => Cause::Shape("a name stands twice in one object".to_owned()),
            fault => Cause::Shape(format!("no JSON at byte {}: {fault}", error.offset)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{employee_id, employees_quickly, get, items, members, write_line};
    use crate::source::hibob::Cause;

    #[test]
    fn an_object_and_an_array_come_apart_into_their_texts() {
        let parts = members(r#" {"a": [1.10, {}], "b\u0063":"x" } "#).unwrap();
        assert_eq!(parts, [("\"a\"", "[1.10, {}]"), (r#""b\u0063""#, "\"x\"")]);
        assert_eq!((get(&parts, "bc"), get(&parts, "c")), (Some("\"x\""), None));
        assert_eq!(items("[ 1 ,\"]\", []]").unwrap(), ["1", "\"]\"", "[]"]);
        assert!(members("{}").unwrap().is_empty() && items("[]").unwrap().is_empty());
    }

    #[test]
    fn what_is_cut_is_told_from_what_is_no_json() {
        for (text, cut) in [("{\"a\":1", true), ("{\"a\":[1,2}", false), ("{", true), ("", true), ("[1]", false), ("{} x", false)]
        {
            assert_eq!(Cause::from(members(text).unwrap_err()) == Cause::Cut, cut, "{text}");
        }
    }

    #[test]
    fn an_id_is_found_in_either_place_and_written_either_way() {
        for (record, id) in [
            (r#"{"id":"12"}"#, Some("12")),
            (r#"{"id":12}"#, Some("12")),
            (r#"{"/root/id":{"value":"12"}}"#, Some("12")),
            (r#"{"id":null,"/root/id":{"value":"12"}}"#, Some("12")),
            (r#"{"id":"1\n2"}"#, None),
            (r#"{"id":""}"#, None),
            ("{}", None),
        ] {
            assert_eq!(employee_id(&members(record).unwrap()).as_deref(), id, "{record}");
        }
    }

    #[test]
    fn employees_that_are_found_quickly_are_those_that_members_show() {
        let found = |text: &str| {
            let (quick, _) = employees_quickly(text)?;
            Some(quick.into_iter().map(|(id, range)| (id.into_owned(), text[range].to_owned())).collect::<Vec<_>>())
        };
        let pair = |id: &str, record: &str| (id.to_owned(), record.to_owned());
        assert_eq!(found(r#"{"employees":[{"id":"7"}]}"#), Some(vec![pair("7", r#"{"id":"7"}"#)]));
        let text = "{\"employees\":[ {\"a\":[{}],\"id\" : 7 ,\"id\":8} ,\n{\"id\":\"b\\u0063\"}] } ";
        assert_eq!(found(text), Some(vec![pair("7", "{\"a\":[{}],\"id\" : 7 ,\"id\":8}"), pair("bc", "{\"id\":\"b\\u0063\"}")]));
        // Each of them begins with a good employee.
        for rest in [
            "",
            "]",
            "]}x",
            "],\"more\":1}",
            ",]}",
            ",{}]}",
            r#",{"i\u0064":"8"}]}"#,
            r#",{"id":null,"/root/id":{"value":"8"}}]}"#,
            r#",{"id":""}]}"#,
            r#",{"id":"8","a":tru}]}"#,
            r#",{"id":"8","/a/b":{"value":tru}}]}"#,
            r#",{"id":"8","/a/b":{"value":"7"]}]}"#,
            r#",{"id":"8","/a/b":{"value":}}]}"#,
            r#",{"id":"8",}]}"#,
            r#",{"id":"8"]}"#,
            ",7]}",
        ] {
            assert_eq!(found(&format!(r#"{{"employees":[{{"id":"7"}}{rest}"#)), None, "{rest}");
        }
        assert_eq!(found(r#"{"employees":[]}"#), None);
        assert_eq!(found(r#"[{"id":"7"}]"#), None);
    }

    #[test]
    fn a_record_takes_one_line() {
        let mut out = Vec::new();
        write_line(&mut out, "{\n \"a b\": 1 }");
        write_line(&mut out, "{ }");
        assert_eq!(String::from_utf8(out).unwrap(), "{\"a b\":1}\n{ }\n");
    }
}
