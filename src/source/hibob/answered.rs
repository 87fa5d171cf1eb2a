//! The employees of an answer, judged to be those who were asked for, and where in it they stand.

use super::client::Body;
use super::error::Cause;
use super::pieces::{Listed, employee_id, employees_quickly, get, is_array, items, members};
use crate::value::json::text;
use memchr::memchr2;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Whom one call asks for.
pub(super) enum Asked {
    Ids(Vec<String>),
    Email(String),
}

/// An answer, and where in it each employee stands.
pub(super) struct Answered {
    pub bytes: Vec<u8>,
    places: Places,
    /// No employee has a line break.
    pub one_line_each: bool,
}

enum Places {
    /// Those of the ids asked for, in their order.
    InOrder(Vec<Option<Range<usize>>>),
    ById(HashMap<String, Range<usize>>),
}

impl Answered {
    /// Reads an answer into `room`. It counts only if it is about those asked for, each once at most.
    pub async fn read(body: Body, asked: &Asked, room: Vec<u8>) -> Result<Answered, Cause> {
        let bytes = body.bytes(room).await?;
        let text = text(&bytes).map_err(|_| Cause::not_utf8())?;
        let (listed, one_line_each) = match employees_quickly(text) {
            Some(listed) => listed,
            None => (employees_one_by_one(text)?, memchr2(b'\n', b'\r', &bytes).is_none()),
        };
        let places = match in_order(&listed, asked) {
            Some(places) => Places::InOrder(places),
            None => Places::ById(by_id(listed, asked)?),
        };
        Ok(Answered { bytes, places, one_line_each })
    }

    /// Where the employee stands who was asked for as number `at`, by this id.
    pub fn range(&self, at: usize, id: &str) -> Option<Range<usize>> {
        match &self.places {
            Places::InOrder(places) => places[at].clone(),
            Places::ById(places) => places.get(id).cloned(),
        }
    }

    pub fn slice(&self, range: Range<usize>) -> &str {
        std::str::from_utf8(&self.bytes[range]).expect("the answer was read as text")
    }

    /// The ids of those who were asked for by something else.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        let places = if let Places::ById(places) = &self.places { Some(places) } else { None };
        places.into_iter().flat_map(HashMap::keys)
    }
}

/// Where the employees asked for stand, if the answer names them in the order in which they were asked for, and nobody else. No id
/// is asked for twice.
fn in_order(listed: &Listed<'_>, asked: &Asked) -> Option<Vec<Option<Range<usize>>>> {
    let Asked::Ids(ids) = asked else { return None };
    let mut listed = listed.iter().peekable();
    let places = ids.iter().map(|id| listed.next_if(|(named, _)| named == id).map(|(_, range)| range.clone())).collect();
    listed.next().is_none().then_some(places)
}

/// Where the employees stand, whatever their order.
fn by_id(listed: Listed<'_>, asked: &Asked) -> Result<HashMap<String, Range<usize>>, Cause> {
    let mut employees = HashMap::with_capacity(listed.len());
    for (id, range) in listed {
        if employees.contains_key(&*id) {
            return Err(Cause::Shape(format!("the employee {id} stands in it twice")));
        }
        employees.insert(id.into_owned(), range);
    }
    let stranger = match asked {
        Asked::Ids(ids) => {
            let wanted: HashSet<&str> = ids.iter().map(String::as_str).collect();
            employees.keys().find(|id| !wanted.contains(id.as_str()))
        }
        Asked::Email(_) => employees.keys().nth(1),
    };
    match stranger {
        Some(id) => Err(Cause::Shape(format!("it holds an employee who was not asked for ({id}): is the filter ignored?"))),
        None => Ok(employees),
    }
}

/// The employees of an answer of any form, or what is wrong with it.
fn employees_one_by_one(text: &str) -> Result<Listed<'_>, Cause> {
    let shape = |what: &str| Cause::Shape(what.to_owned());
    let answer = members(text).map_err(|error| match error.into() {
        Cause::Cut => Cause::Cut,
        _ if is_array(text.trim_start()) => shape(r#"expected {"employees": [...]}, found an array"#),
        cause => cause,
    })?;
    let list = get(&answer, "employees").filter(|list| is_array(list));
    let list = list.ok_or_else(|| shape(r#"expected {"employees": [...]}"#))?;
    let found = items(list)?.into_iter().map(|record| {
        let members = members(record).map_err(|_| shape("an employee that is no object"))?;
        let id = employee_id(&members).ok_or_else(|| shape("an employee without an id (root.id)"))?;
        // A record is a part of its answer's text.
        let start = record.as_ptr().addr() - text.as_ptr().addr();
        Ok((id, start..start + record.len()))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::{Asked, by_id, employees_one_by_one, in_order};
    use crate::source::hibob::pieces::employees_quickly;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::{Index, select};
    use std::borrow::Cow;

    proptest! {
        #[test]
        fn employees_in_order_stand_where_they_stand_by_their_ids(
            asked in prop::collection::btree_set(0..12u32, 0..8),
            named in prop::collection::vec(0..12u32, 0..8),
            sorted in any::<bool>(),
        ) {
            let mut named = named;
            if sorted {
                named.sort_unstable();
            }
            let asked: Vec<String> = asked.iter().map(u32::to_string).collect();
            let listed: Vec<_> = named.iter().enumerate().map(|(at, id)| (Cow::Owned(id.to_string()), at..at + 1)).collect();
            let places = in_order(&listed, &Asked::Ids(asked.clone()));
            let by_id = by_id(listed, &Asked::Ids(asked.clone()));
            if let Some(places) = places {
                let by_id = by_id.unwrap();
                prop_assert_eq!(places, asked.iter().map(|id| by_id.get(id).cloned()).collect::<Vec<_>>());
            } else if sorted {
                by_id.unwrap_err();
            }
        }

        #[test]
        fn what_is_found_quickly_is_found_one_by_one_too(
            pieces in prop::collection::vec(select(vec![
                r#""/a/b":{"value":"x"},"#, r#""/a/b":{"value":null},"#, r#""/a/b":{"value":{"value":1}},"#, r#""/a/b":{"value":[1]},"#,
                r#""/root/id":{"value":"3"},"#, r#""id":"1","#, r#""id":2,"#, r#""i\u0064":"3","#, r#""\u0069d":"3","#, r#""ids":{},"#,
                r#""work":{"a":{},"b":"]},{"},"#, r#""c": true ,"#, "\"d\":-1.5e3,", r#""id":"5"},{"#, r#""e":0},{"id":"6","#,
            ]), 1..8),
            damage in prop::option::of((any::<Index>(), select(b"{}[]\":,0 \\\n\x01".to_vec()))),
        ) {
            let text = format!(r#"{{"employees":[{{"id":"1",{}"z":0}}]}}"#, pieces.concat());
            let mut bytes = text.into_bytes();
            if let Some((at, byte)) = damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let text = String::from_utf8(bytes).unwrap();
            if let Some((quick, one_line_each)) = employees_quickly(&text) {
                prop_assert!(!one_line_each || !text.contains('\n'));
                prop_assert_eq!(quick, employees_one_by_one(&text).unwrap());
            }
        }
    }
}
