//! `hibob.people`: the ids first, then everybody in batches by their ids, a few calls at a time.

use super::client::{Body, Call};
use super::error::Cause;
use super::ids::Ids;
use super::merge::{ID, merged, parts};
use super::pieces::{Listed, employee_id, employees_quickly, get, is_array, items, members};
use super::stream::{Ahead, Background, Lines, Pages};
use super::{Client, Endpoint, HibobError};
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::Resource;
use crate::source::Scope;
use crate::value::json::text;
use memchr::memchr2;
use serde_json::json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// How many ids of those who disappeared are named.
const NAMED: usize = 5;

/// Employees, as `POST /people/search` answers.
pub(super) struct People {
    plan: Arc<Plan>,
    selection: Selection,
    stage: Stage,
    calls: Ahead<Fetched>,
    disappeared: u64,
    named: Vec<String>,
}

enum Stage {
    Unasked,
    Listed(Ids),
    /// One employee was asked for.
    Single,
}

/// What each call of a run asks for.
struct Plan {
    resource: &'static Resource,
    /// Of each call about the same employees.
    parts: Vec<Vec<String>>,
    human_readable: bool,
    show_inactive: bool,
}

/// Whom one call asks for.
enum Asked {
    Ids(Vec<String>),
    Email(String),
}

/// What became of one batch.
#[derive(Default)]
struct Fetched {
    lines: Lines,
    disappeared: Vec<String>,
}

/// An answer, and where in it each employee stands.
struct Answered {
    bytes: Vec<u8>,
    employees: Places,
}

enum Places {
    /// Those of the ids asked for, in their order.
    InOrder(Vec<Option<Range<usize>>>),
    ById(HashMap<String, Range<usize>>),
}

impl Places {
    /// The employee who was asked for as number `at`.
    fn of(&self, at: usize, id: &str) -> Option<Range<usize>> {
        match self {
            Places::InOrder(places) => places[at].clone(),
            Places::ById(places) => places.get(id).cloned(),
        }
    }

    fn ids(&self) -> impl Iterator<Item = &String> {
        match self {
            Places::InOrder(_) => None,
            Places::ById(places) => Some(places.keys()),
        }
        .into_iter()
        .flatten()
    }
}

impl People {
    /// # Errors
    /// The one employee who is wanted is named by neither an id nor an e-mail address.
    pub fn new(request: &Request, selection: Selection) -> Result<People, HibobError> {
        if let Selection::Employee(given) = &selection {
            check(given)?;
        }
        let owned = |part: Vec<&str>| part.into_iter().map(str::to_owned).collect();
        let Request { resource, fields, human_readable, show_inactive } = request;
        let plan = Plan {
            resource,
            parts: parts(fields).into_iter().map(owned).collect(),
            human_readable: *human_readable,
            show_inactive: *show_inactive,
        };
        Ok(People {
            plan: Arc::new(plan),
            selection,
            stage: Stage::Unasked,
            calls: Ahead::new(),
            disappeared: 0,
            named: Vec::new(),
        })
    }

    /// The body of the call for all ids, and those of each batch of employees, with `...` for ids.
    pub fn bodies(&self) -> (String, Vec<String>) {
        let Plan { resource: _, parts, human_readable, show_inactive } = &*self.plan;
        let asked = Asked::Ids(vec!["...".to_owned()]);
        let of_part = |fields: &Vec<String>| body(fields, Some(&asked), *human_readable, *show_inactive);
        (ids_body(*show_inactive), parts.iter().map(of_part).collect())
    }

    fn begin(&mut self, background: &Background) -> Result<Stage, HibobError> {
        let most = match &self.selection {
            Selection::Employee(given) => {
                let asked = asked(given)?;
                self.start(background, asked);
                return Ok(Stage::Single);
            }
            Selection::First(most) => Some(*most),
            Selection::Everyone => None,
        };
        let body = ids_body(self.plan.show_inactive);
        let list = Ids::list(&background.client, self.plan.resource, body, most);
        background.runtime().block_on(list).map(Stage::Listed)
    }

    fn start(&mut self, background: &Background, asked: Asked) {
        let (client, plan) = (Arc::clone(&background.client), Arc::clone(&self.plan));
        self.calls.start(background, async move { fetch(&client, &plan, asked).await });
    }
}

impl Pages for People {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if let Stage::Unasked = self.stage {
            self.stage = self.begin(background)?;
        }
        let settings = &background.client.settings;
        while self.calls.pending() < settings.in_flight {
            let Stage::Listed(ids) = &mut self.stage else { break };
            let batch = ids.take(settings.batch)?;
            if batch.is_empty() {
                break;
            }
            self.start(background, Asked::Ids(batch));
        }
        let Some(Fetched { lines, disappeared }) = self.calls.next(background)? else { return Ok(None) };
        self.disappeared += disappeared.len() as u64;
        let room = NAMED - self.named.len();
        self.named.extend(disappeared.into_iter().take(room));
        Ok(Some(lines))
    }

    fn whole(&self) -> Scope {
        match (&self.selection, &self.stage) {
            (Selection::Employee(given), _) => Scope::Keys(vec![given.clone()]),
            (Selection::First(most), Stage::Listed(Ids { more: true, .. })) => Scope::CutShort(format!("--limit {most}")),
            _ if self.disappeared > 0 => Scope::CutShort(format!("{} between two calls", self.who_disappeared())),
            _ => Scope::Complete,
        }
    }

    fn progress(&self, records: u64) -> (u64, Option<u64>) {
        let total = match &self.stage {
            Stage::Listed(ids) => Some(ids.total()),
            Stage::Single => Some(1),
            Stage::Unasked => None,
        };
        (records, total)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.disappeared > 0 {
            let more = if self.disappeared > NAMED as u64 { ", ..." } else { "" };
            notes.push(format!(
                "{} between two calls: HiBob named them first and knew nothing of them then (ids {}{more}). They may have been \
                 deleted, or the service user may not see them any more; read again before you take them for leavers",
                self.who_disappeared(),
                self.named.join(", ")
            ));
        }
        if let Stage::Listed(ids) = &self.stage
            && ids.repeated() > 0
        {
            notes.push(format!("HiBob named employees more than once: {} repetitions were left out", ids.repeated()));
        }
        notes
    }
}

impl People {
    fn who_disappeared(&self) -> String {
        match self.disappeared {
            1 => "1 employee disappeared".to_owned(),
            count => format!("{count} employees disappeared"),
        }
    }
}

/// # Errors
/// `given` names nobody.
pub(super) fn check(given: &str) -> Result<(), HibobError> {
    asked(given).map(drop)
}

/// The id of an employee, looked up if it is an e-mail address. `None` if HiBob knows nobody of that address.
pub(super) async fn id_of(client: &Client, given: &str) -> Result<Option<String>, HibobError> {
    let asked = asked(given)?;
    if let Asked::Ids(ids) = asked {
        return Ok(ids.into_iter().next());
    }
    let body = body(&[ID.to_owned()], Some(&asked), false, true);
    let call = Call { endpoint: &Endpoint::PEOPLE, query: &[], body: Some(body) };
    let found = client.call(&call, |body| employees(body, &asked, Vec::new())).await?;
    Ok(found.employees.ids().next().cloned())
}

fn asked(given: &str) -> Result<Asked, HibobError> {
    let given = given.trim();
    if !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(Asked::Ids(vec![given.to_owned()]))
    } else if given.contains('@') {
        Ok(Asked::Email(given.to_owned()))
    } else {
        Err(HibobError::NoEmployee { given: given.to_owned() })
    }
}

/// Asks for the ids of all employees, or of all active ones.
pub(super) async fn ids(client: &Client, show_inactive: bool) -> Result<Ids, HibobError> {
    let people = Resource::find("hibob.people").expect("people are a resource");
    Ids::list(client, people, ids_body(show_inactive), None).await
}

/// What is sent to ask for the ids of employees.
pub(super) fn ids_body(show_inactive: bool) -> String {
    body(&[ID.to_owned()], None, false, show_inactive)
}

/// `filters` is left out where there is none: HiBob answers 400 to an empty one.
fn body(fields: &[String], asked: Option<&Asked>, human_readable: bool, show_inactive: bool) -> String {
    let mut body = json!({ "fields": fields, "showInactive": show_inactive });
    if human_readable {
        body["humanReadable"] = json!("APPEND");
    }
    let filter = asked.map(|asked| match asked {
        Asked::Ids(ids) => json!([{ "fieldPath": ID, "operator": "equals", "values": ids }]),
        Asked::Email(email) => json!([{ "fieldPath": "root.email", "operator": "equals", "values": [email] }]),
    });
    if let Some(filter) = filter {
        body["filters"] = filter;
    }
    body.to_string()
}

/// One batch, whole: everybody asked for once, or known to have disappeared.
async fn fetch(client: &Client, plan: &Plan, asked: Asked) -> Result<Fetched, HibobError> {
    let mut parts = Vec::with_capacity(plan.parts.len());
    for fields in &plan.parts {
        let body = body(fields, Some(&asked), plan.human_readable, plan.show_inactive);
        let call = Call { endpoint: &Endpoint::PEOPLE, query: &[], body: Some(body) };
        parts.push(client.call(&call, |body| employees(body, &asked, client.room())).await?);
    }
    let ids: Vec<String> = match asked {
        Asked::Ids(ids) => ids,
        Asked::Email(_) => parts.first().into_iter().flat_map(|part| part.employees.ids().cloned()).collect(),
    };
    Ok(match <[Answered; 1]>::try_from(parts) {
        Ok([part]) => whole(part, ids),
        Err(parts) => {
            let joined = joined(&parts, ids);
            parts.into_iter().for_each(|part| client.give_back(part.bytes));
            joined
        }
    })
}

/// What one answer says of these employees.
fn whole(part: Answered, ids: Vec<String>) -> Fetched {
    let mut fetched = Fetched::default();
    fetched.lines.ranges.reserve(ids.len());
    let breaks = memchr2(b'\n', b'\r', &part.bytes).is_some();
    for (at, id) in ids.into_iter().enumerate() {
        match part.employees.of(at, &id) {
            Some(range) if breaks => fetched.lines.push(read(&part.bytes[range])),
            Some(range) => fetched.lines.ranges.push(range),
            None => fetched.disappeared.push(id),
        }
    }
    if !breaks {
        fetched.lines.bytes = part.bytes;
    }
    fetched
}

/// What several answers say of these employees.
fn joined(parts: &[Answered], ids: Vec<String>) -> Fetched {
    let mut fetched = Fetched::default();
    for (at, id) in ids.into_iter().enumerate() {
        let texts = parts.iter().map(|part| part.employees.of(at, &id).map(|range| read(&part.bytes[range])));
        let Some(texts) = texts.collect::<Option<Vec<&str>>>() else {
            fetched.disappeared.push(id);
            continue;
        };
        let whole = texts.into_iter().map(Cow::Borrowed).reduce(|whole, text| {
            let whole = merged(&whole, &text).expect("the answers were read as JSON");
            Cow::Owned(whole)
        });
        fetched.lines.push(&whole.unwrap_or_default());
    }
    fetched
}

fn read(employee: &[u8]) -> &str {
    std::str::from_utf8(employee).expect("the answer was read as text")
}

/// The employees of one answer. It counts only if it is about those asked for, each once at most.
async fn employees(body: Body, asked: &Asked, room: Vec<u8>) -> Result<Answered, Cause> {
    let bytes = body.bytes(room).await?;
    let text = text(&bytes).map_err(|_| Cause::not_utf8())?;
    let listed = match employees_quickly(text) {
        Some(listed) => listed,
        None => employees_one_by_one(text)?,
    };
    let employees = match in_order(&listed, asked) {
        Some(places) => Places::InOrder(places),
        None => Places::ById(by_id(listed, asked)?),
    };
    Ok(Answered { bytes, employees })
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
            let wanted: std::collections::HashSet<&str> = ids.iter().map(String::as_str).collect();
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
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};
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
            if let Some(quick) = employees_quickly(&text) {
                prop_assert_eq!(quick, employees_one_by_one(&text).unwrap());
            }
        }
    }
}
