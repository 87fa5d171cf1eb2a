//! One employee from several answers, none of which had room for all fields. Values stay the texts that they are.

use super::pieces::{is_object, members};
use crate::value::json::{JsonError, decode_lossy};
use std::borrow::Cow;
use std::collections::HashMap;

/// HiBob takes no more ids of fields in one call.
const MOST_FIELDS: usize = 400;

pub(super) const ID: &str = "root.id";

/// The fields of each call: the employee's id and as many others as there is room for. Few fields stay in the order given.
pub(super) fn parts(fields: &[String]) -> Vec<Vec<&str>> {
    let mut fields: Vec<&str> = fields.iter().map(String::as_str).filter(|field| *field != ID).collect();
    if fields.len() < MOST_FIELDS {
        fields.insert(0, ID);
        return vec![fields];
    }
    fields.sort_unstable();
    fields.dedup();
    let mut parts = vec![vec![ID]];
    let mut rest = fields.as_slice();
    while let Some((head, after)) = rest.split_first() {
        // A field within another one (work.reportsTo.email) comes in its object: both are asked for together.
        let inner = |field: &&&str| field.strip_prefix(head).is_some_and(|tail| tail.starts_with('.'));
        let (group, others) = rest.split_at(1 + after.iter().take_while(inner).count());
        if parts.last().is_some_and(|part| part.len() + group.len() > MOST_FIELDS) {
            parts.push(vec![ID]);
        }
        if let Some(part) = parts.last_mut() {
            part.extend(group);
        }
        rest = others;
    }
    parts
}

/// Two objects in one: members of both, objects merged in turn. Where both say something else, the first counts, unless it is null.
pub(super) fn merged(one: &str, other: &str) -> Result<String, JsonError> {
    let mut out = String::with_capacity(one.len() + other.len());
    merge(&mut out, one, other)?;
    Ok(out)
}

fn merge(out: &mut String, one: &str, other: &str) -> Result<(), JsonError> {
    let others = members(other)?;
    let mut left: HashMap<Cow<'_, str>, &str> = others.iter().map(|(name, value)| (decode_lossy(name), *value)).collect();
    out.push('{');
    let write = |out: &mut String, name: &str| {
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push_str(name);
        out.push(':');
    };
    for (name, value) in members(one)? {
        write(out, name);
        match left.remove(&decode_lossy(name)) {
            Some(other) if value != other && is_object(value) && is_object(other) => merge(out, value, other)?,
            Some(other) if value == "null" => out.push_str(other),
            _ => out.push_str(value),
        }
    }
    for (name, value) in others {
        if left.remove(&decode_lossy(name)).is_some() {
            write(out, name);
            out.push_str(value);
        }
    }
    out.push('}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{MOST_FIELDS, merged, parts};

    #[test]
    fn few_fields_go_in_one_call_in_their_order_and_many_in_several() {
        let texts = |fields: &[&str]| fields.iter().map(|field| (*field).to_owned()).collect::<Vec<_>>();
        assert_eq!(parts(&texts(&["work.title", "root.id", "root.email"])), [["root.id", "work.title", "root.email"]]);
        assert_eq!(parts(&[]), [["root.id"]]);
        for (count, calls) in [(399, 1), (400, 2), (450, 2), (798, 2), (799, 3)] {
            let fields: Vec<String> = (0..count).map(|at| format!("work.custom.field_{at:04}")).collect();
            let parts = parts(&fields);
            assert_eq!(parts.len(), calls, "{count}");
            assert!(parts.iter().all(|part| part[0] == "root.id" && part.len() <= MOST_FIELDS));
            let mut asked: Vec<&str> = parts.iter().flat_map(|part| &part[1..]).copied().collect();
            asked.sort_unstable();
            assert_eq!(asked, fields);
        }
    }

    #[test]
    fn a_field_and_those_within_it_are_asked_for_together() {
        let mut fields: Vec<String> = (0..398).map(|at| format!("about.field_{at:04}")).collect();
        fields.extend(["work.reportsTo.email", "work.title", "work.reportsTo", "work.reportsTo.id"].map(str::to_owned));
        let parts = parts(&fields);
        assert_eq!(parts[1], ["root.id", "work.reportsTo", "work.reportsTo.email", "work.reportsTo.id", "work.title"]);
    }

    #[test]
    fn objects_are_merged_as_deep_as_they_go_and_values_stay_as_they_are() {
        let one = r#"{"/root/id":{"value":"1"},"id":"1","work":{"a":1.10,"custom":{"x":null}},"humanReadable":{"id":"1","work":{"a":"1.10"}},"z":null}"#;
        let other = r#"{"/root/id":{"value":"1"},"id":"1","work":{"b":[1, 2],"custom":{"y":1e400}},"humanReadable":{"id":"1","work":{"c":"C"}},"z":2,"n":{}}"#;
        assert_eq!(
            merged(one, other).unwrap(),
            r#"{"/root/id":{"value":"1"},"id":"1","work":{"a":1.10,"custom":{"x":null,"y":1e400},"b":[1, 2]},"humanReadable":{"id":"1","work":{"a":"1.10","c":"C"}},"z":2,"n":{}}"#
        );
        assert_eq!(merged("{}", "{}").unwrap(), "{}");
        assert_eq!(merged(r#"{"a":{"b":1}}"#, r#"{"a":3}"#).unwrap(), r#"{"a":{"b":1}}"#);
    }
}
