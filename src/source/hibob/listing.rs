//! `hibob.fields` and `hibob.named_lists`: one call each, and a record for each field or list, in every shape that was recorded.

use super::client::{Body, Call};
use super::error::Cause;
use super::pieces::{get, is_array, is_object, items, members, plain};
use super::stream::{Background, Lines, Pages};
use super::{Client, Endpoint, HibobError};
use crate::source::Scope;
use crate::value::json::{Scanner, decode_lossy, write_string};

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    Fields,
    NamedLists,
}

impl Listed {
    /// The answer's text, known to be JSON of a good shape.
    pub async fn text(self, client: &Client) -> Result<String, HibobError> {
        let (endpoint, query): (_, &[_]) = match self {
            Listed::Fields => (&Endpoint::FIELDS, &[]),
            Listed::NamedLists => (&Endpoint::NAMED_LISTS, &[("includeArchived", "true")]),
        };
        let call = Call { endpoint, query, body: None };
        client
            .call(&call, |body: Body| async move {
                let text = body.text().await?;
                self.records(&text)?;
                Ok(text)
            })
            .await
    }

    fn records(self, text: &str) -> Result<Lines, Cause> {
        let mut scanner = Scanner::new(text);
        let whole = scanner.value(0)?;
        scanner.end()?;
        let mut lines = Lines::default();
        match self {
            Listed::Fields => fields(whole, &mut lines),
            Listed::NamedLists => named_lists(whole, &mut lines),
        }?;
        Ok(lines)
    }
}

/// A bare array; `{"fields": [...]}` is said to have been seen.
fn fields(whole: &str, lines: &mut Lines) -> Result<(), Cause> {
    let shape = || Cause::Shape("expected an array of fields".to_owned());
    let list = if is_object(whole) { get(&members(whole)?, "fields").filter(|list| is_array(list)) } else { Some(whole) };
    for field in items(list.filter(|list| is_array(list)).ok_or_else(shape)?)? {
        if !is_object(field) || get(&members(field)?, "id").is_none() {
            return Err(Cause::Shape("expected fields with an id".to_owned()));
        }
        lines.push(field);
    }
    Ok(())
}

/// An object keyed by the lists' ids, an array of lists with names, or either of them under `lists`. Each record gets both an `id`
/// and a `name`.
fn named_lists(whole: &str, lines: &mut Lines) -> Result<(), Cause> {
    let shape = || Cause::Shape("expected lists with `items` or `values`".to_owned());
    if is_array(whole) {
        for list in items(whole)? {
            let parts = if is_object(list) { members(list)? } else { return Err(shape()) };
            let name = get(&parts, "name").and_then(plain).ok_or_else(shape)?;
            lines.push(&with_names(&name, list, &parts).ok_or_else(shape)?);
        }
        return Ok(());
    }
    let keyed = if is_object(whole) { members(whole)? } else { return Err(shape()) };
    if let [(_, lists)] = keyed.as_slice()
        && get(&keyed, "lists").is_some()
        && !(is_object(lists) && is_list(&members(lists)?))
    {
        return named_lists(lists, lines);
    }
    for (key, list) in keyed {
        let parts = if is_object(list) { members(list)? } else { return Err(shape()) };
        lines.push(&with_names(&decode_lossy(key), list, &parts).ok_or_else(shape)?);
    }
    Ok(())
}

/// The list with its key as its id, and as its name where it has none. `None` if it is no list.
fn with_names(key: &str, list: &str, parts: &[(&str, &str)]) -> Option<String> {
    if !is_list(parts) {
        return None;
    }
    let mut out = Vec::from(b"{");
    for name in ["id", "name"].into_iter().filter(|name| get(parts, name).is_none()) {
        write_string(&mut out, name);
        out.push(b':');
        write_string(&mut out, key);
        out.push(b',');
    }
    out.extend_from_slice(&list.as_bytes()[1..]);
    String::from_utf8(out).ok()
}

fn is_list(parts: &[(&str, &str)]) -> bool {
    ["items", "values"].into_iter().any(|name| get(parts, name).is_some_and(is_array))
}

/// Fields or lists as records.
pub(super) struct Listing {
    listed: Listed,
    most: Option<u64>,
    done: bool,
    more: bool,
}

impl Listing {
    pub fn new(listed: Listed, most: Option<u64>) -> Listing {
        Listing { listed, most, done: false, more: false }
    }
}

impl Pages for Listing {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if std::mem::replace(&mut self.done, true) {
            return Ok(None);
        }
        let text = background.runtime().block_on(self.listed.text(&background.client))?;
        let mut lines = self.listed.records(&text).expect("it was read before");
        if let Some(most) = self.most.and_then(|most| usize::try_from(most).ok())
            && lines.ranges.len() > most
        {
            lines.ranges.truncate(most);
            self.more = true;
        }
        Ok(Some(lines))
    }

    fn whole(&self) -> Scope {
        match self.most.filter(|_| self.more) {
            Some(most) => Scope::CutShort(format!("--limit {most}")),
            None => Scope::Complete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Listed;

    fn records(listed: Listed, text: &str) -> Result<Vec<String>, String> {
        let lines = listed.records(text).map_err(|cause| cause.to_string())?;
        Ok(lines.ranges.iter().map(|range| String::from_utf8(lines.bytes[range.clone()].to_vec()).unwrap()).collect())
    }

    #[test]
    fn fields_come_bare_or_in_an_envelope() {
        let field = r#"{"id":"root.email","type":"text"}"#;
        for text in [format!("[{field}]"), format!(r#"{{"fields":[{field}]}}"#)] {
            assert_eq!(records(Listed::Fields, &text).unwrap(), [field], "{text}");
        }
        assert!(records(Listed::Fields, "[]").unwrap().is_empty());
        for text in ["{}", "1", "[1]", r#"[{"name":"x"}]"#, r#"{"fields":{}}"#] {
            assert!(records(Listed::Fields, text).unwrap_err().contains("expected"), "{text}");
        }
    }

    #[test]
    fn a_list_is_one_record_with_an_id_and_a_name_in_every_shape() {
        let site = r#"{"id":"site","name":"site","items":[{"id":7}]}"#;
        for text in [
            r#"[{"name":"site","items":[{"id":7}]}]"#,
            r#"{"lists":[{"name":"site","items":[{"id":7}]}]}"#,
            r#"{"site":{"name":"site","items":[{"id":7}]}}"#,
            r#"{"lists":{"site":{"name":"site","items":[{"id":7}]}}}"#,
        ] {
            assert_eq!(records(Listed::NamedLists, text).unwrap(), [site], "{text}");
        }
        assert_eq!(records(Listed::NamedLists, r#"{"site":{"items":[{"id":7}]}}"#).unwrap(), [site]);
        assert_eq!(
            records(Listed::NamedLists, r#"{"work.column_1":{"name":"Team","values":[]}}"#).unwrap(),
            [r#"{"id":"work.column_1","name":"Team","values":[]}"#]
        );
        assert!(records(Listed::NamedLists, "{}").unwrap().is_empty());
        for text in ["1", "[1]", r#"{"site":1}"#, r#"{"site":{"name":"x"}}"#, r#"[{"items":[]}]"#] {
            assert!(records(Listed::NamedLists, text).unwrap_err().contains("expected"), "{text}");
        }
    }
}
