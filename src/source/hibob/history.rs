//! The histories: rows of the tables of all employees, page after page. Each row is a record, with its employee's id in front.

use super::client::{Body, Call};
use super::error::Cause;
use super::pieces::{get, is_array, is_object, items, members, plain};
use super::stream::{Ahead, Background, Lines, Pages};
use super::{Client, Endpoint, HibobError, people};
use crate::catalog::request::Selection;
use crate::source::Scope;
use crate::value::json::decode_lossy;
use crate::value::text::printable;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// HiBob answers 400 to more.
pub(super) const MOST_EMPLOYEES: usize = 200;

/// How many ids of employees are named in a note.
const NAMED: usize = 5;

/// The resources, and what HiBob calls their tables in its bulk endpoints.
const TABLES: [(&str, &str); 4] = [
    ("hibob.work_history", "work"),
    ("hibob.employment_history", "employment"),
    ("hibob.lifecycle_history", "lifecycle"),
    ("hibob.salary_history", "salaries"),
];

/// Rows of one table.
pub(super) struct History {
    table: &'static str,
    selection: Selection,
    begun: bool,
    /// Of the one employee who is wanted.
    employee: Option<String>,
    calls: Ahead<Page>,
    hasher: RandomState,
    /// Hashes of the cursors that were followed.
    followed: HashSet<u64>,
    rows: u64,
    more: bool,
    refusals: Vec<Refusal>,
    refused: u64,
    restricted: Restricted,
}

/// One page of an answer, read.
#[derive(Debug, Default)]
struct Page {
    lines: Lines,
    next: Option<String>,
    refusals: Vec<Refusal>,
    restricted: Restricted,
}

/// An employee whose rows were not sent, and HiBob's word for why.
#[derive(Debug)]
struct Refusal {
    id: String,
    why: String,
}

/// Columns that the service user may not see, with the number of employees whose rows say so.
#[derive(Debug, Default)]
struct Restricted {
    /// Not at all.
    view: BTreeMap<String, u64>,
    /// Not in earlier rows.
    history: BTreeMap<String, u64>,
}

impl History {
    /// `None` if the resource is no history.
    ///
    /// # Errors
    /// The one employee who is wanted is named by neither an id nor an e-mail address.
    pub fn new(resource: &'static str, selection: Selection) -> Result<Option<History>, HibobError> {
        let Some((_, table)) = TABLES.iter().find(|(name, _)| *name == resource) else { return Ok(None) };
        if let Selection::Employee(given) = &selection {
            people::check(given)?;
        }
        Ok(Some(History {
            table,
            selection,
            begun: false,
            employee: None,
            calls: Ahead::new(),
            hasher: RandomState::new(),
            followed: HashSet::new(),
            rows: 0,
            more: false,
            refusals: Vec::new(),
            refused: 0,
            restricted: Restricted::default(),
        }))
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::get(format!("/bulk/people/{}", self.table))
    }

    fn begin(&mut self, background: &Background) -> Result<(), HibobError> {
        if let Selection::Employee(given) = &self.selection {
            self.employee = background.runtime().block_on(people::id_of(&background.client, given))?;
            if self.employee.is_none() {
                return Ok(());
            }
        }
        self.start(background, None);
        Ok(())
    }

    fn start(&mut self, background: &Background, cursor: Option<String>) {
        let (client, endpoint, employee) = (Arc::clone(&background.client), self.endpoint(), self.employee.clone());
        self.calls.start(background, async move { fetch(&client, &endpoint, employee.as_deref(), cursor.as_deref()).await });
    }

    /// The rows that are still wanted of those that came.
    fn limited(&mut self, mut lines: Lines) -> Lines {
        if let Selection::First(most) = self.selection {
            let room = usize::try_from(most - self.rows).unwrap_or(usize::MAX);
            self.more |= lines.ranges.len() > room;
            lines.ranges.truncate(room);
        }
        self.rows += lines.ranges.len() as u64;
        lines
    }
}

impl Pages for History {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if !std::mem::replace(&mut self.begun, true) {
            self.begin(background)?;
        }
        let Some(page) = self.calls.next(background)? else { return Ok(None) };
        let Page { lines, next, refusals, restricted } = page;
        let lines = self.limited(lines);
        self.refused += refusals.len() as u64;
        let room = NAMED - self.refusals.len();
        self.refusals.extend(refusals.into_iter().take(room));
        self.restricted.add(restricted);
        let enough = matches!(self.selection, Selection::First(most) if self.rows >= most);
        match next {
            Some(_) if enough => self.more = true,
            Some(cursor) => {
                if !self.followed.insert(self.hasher.hash_one(&cursor)) {
                    return Err(background.client.failed(&self.endpoint(), Cause::RepeatedCursor, 1));
                }
                self.start(background, Some(cursor));
            }
            None => {}
        }
        Ok(Some(lines))
    }

    fn whole(&self) -> Scope {
        match &self.selection {
            Selection::Employee(given) => Scope::Keys(vec![given.clone()]),
            Selection::First(most) if self.more => Scope::CutShort(format!("--limit {most}")),
            _ if self.refused > 0 => Scope::CutShort(self.who_is_refused()),
            _ => Scope::Complete,
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let table = self.table;
        if self.refused > 0 {
            let words: BTreeSet<&str> = self.refusals.iter().map(|refusal| refusal.why.as_str()).collect();
            let ids: Vec<&str> = self.refusals.iter().map(|refusal| refusal.id.as_str()).collect();
            let more = if self.refused > NAMED as u64 { ", ..." } else { "" };
            notes.push(format!(
                "{} (HiBob says: {}; ids {}{more})",
                self.who_is_refused(),
                words.into_iter().collect::<Vec<_>>().join(", "),
                ids.join(", ")
            ));
        }
        for (column, count) in &self.restricted.view {
            notes.push(format!(
                "the service user may not view `{column}` in the {table} table of {}: it is left out of the rows, so that it counts as \
                 absent and not as empty",
                employees(*count)
            ));
        }
        for (column, count) in &self.restricted.history {
            notes.push(format!(
                "the service user may not view the history of `{column}` in the {table} table of {}: in earlier rows an empty value may \
                 be a hidden one",
                employees(*count)
            ));
        }
        notes
    }
}

impl History {
    fn who_is_refused(&self) -> String {
        format!("the {} table of {} was not sent", self.table, employees(self.refused))
    }
}

fn employees(count: u64) -> String {
    if count == 1 { "1 employee".to_owned() } else { format!("{count} employees") }
}

impl Restricted {
    fn add(&mut self, other: Restricted) {
        for (column, count) in other.view {
            *self.view.entry(column).or_default() += count;
        }
        for (column, count) in other.history {
            *self.history.entry(column).or_default() += count;
        }
    }
}

async fn fetch(client: &Client, endpoint: &Endpoint, employee: Option<&str>, cursor: Option<&str>) -> Result<Page, HibobError> {
    let limit = client.settings.batch.min(MOST_EMPLOYEES).to_string();
    let mut query = vec![("limit", limit.as_str())];
    query.extend(employee.map(|id| ("employeeIds", id)));
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let call = Call { endpoint, query: &query, body: None };
    client.call(&call, |body: Body| async move { page(&body.text().await?) }).await
}

fn page(text: &str) -> Result<Page, Cause> {
    let shape = |what: &str| Cause::Shape(what.to_owned());
    let no_results = || shape(r#"expected {"results": [...], "response_metadata": {...}}"#);
    if is_array(text.trim_start()) {
        return Err(no_results());
    }
    let answer = members(text)?;
    let results = get(&answer, "results").filter(|results| is_array(results)).ok_or_else(no_results)?;
    let mut page = Page::default();
    for result in items(results)? {
        let result = if is_object(result) { members(result)? } else { return Err(no_results()) };
        let id = get(&result, "employeeId").filter(|id| plain(id).is_some());
        let id = id.ok_or_else(|| shape("a result without an employeeId"))?;
        let values = get(&result, "values").filter(|values| is_array(values));
        let values = values.ok_or_else(|| shape("a result without an array of values"))?;
        rows(id, values, &[&answer, &result], &mut page)?;
    }
    if let Some(errors) = get(&answer, "errors").filter(|errors| is_array(errors)) {
        for error in items(errors)?.into_iter().filter(|error| is_object(error)) {
            page.refusals.extend(members(error)?.into_iter().map(|(id, why)| refusal(id, why)));
        }
    }
    let metadata = get(&answer, "response_metadata").filter(|metadata| is_object(metadata));
    let cursor = metadata.map(members).transpose()?.and_then(|metadata| get(&metadata, "next_cursor")).and_then(plain);
    page.next = cursor.filter(|cursor| !cursor.is_empty()).map(Cow::into_owned);
    Ok(page)
}

/// The rows of one employee, or of the object around them that some answers have.
fn rows<'a>(id: &str, values: &'a str, around: &[&[(&'a str, &'a str)]], page: &mut Page) -> Result<(), Cause> {
    let mut wrapped = Vec::new();
    let mut bare = Vec::new();
    for value in items(values)? {
        let row =
            if is_object(value) { members(value)? } else { return Err(Cause::Shape("a row that is no object".to_owned())) };
        // A row has an id of its own.
        match get(&row, "values").filter(|inner| is_array(inner) && get(&row, "id").is_none()) {
            Some(inner) => wrapped.push((inner, row)),
            None => bare.push(row),
        }
    }
    for (inner, row) in wrapped {
        let around: Vec<&[(&str, &str)]> = around.iter().copied().chain([row.as_slice()]).collect();
        rows(id, inner, &around, page)?;
    }
    if bare.is_empty() {
        return Ok(());
    }
    let hidden = columns(around, "no_view_permission");
    for column in &hidden {
        *page.restricted.view.entry(column.clone()).or_default() += 1;
    }
    for column in columns(around, "no_view_history_permission") {
        *page.restricted.history.entry(column).or_default() += 1;
    }
    for row in bare {
        let mut record = format!(r#"{{"employeeId":{id}"#);
        for (name, value) in row {
            let plain_name = decode_lossy(name);
            if plain_name == "employeeId" || hidden.contains(plain_name.as_ref()) {
                continue;
            }
            let value = if plain_name == "customColumns" { without(value, &hidden)? } else { Cow::Borrowed(value) };
            record.push_str(&format!(",{name}:{value}"));
        }
        record.push('}');
        page.lines.push(&record);
    }
    Ok(())
}

/// The columns under one key of `restricted_columns`, wherever it stands around the rows.
fn columns(around: &[&[(&str, &str)]], key: &str) -> BTreeSet<String> {
    let named = around.iter().filter_map(|members| get(members, "restricted_columns")).filter(|restricted| is_object(restricted));
    let lists = named.filter_map(|restricted| get(&members(restricted).ok()?, key)).filter(|list| is_array(list));
    let names = lists.flat_map(|list| items(list).unwrap_or_default());
    names.filter_map(plain).map(|name| printable(&name).into_owned()).collect()
}

/// Custom columns stand one object deeper than those of Bob's own, whether or not the restriction says so.
fn without<'a>(custom: &'a str, hidden: &BTreeSet<String>) -> Result<Cow<'a, str>, Cause> {
    if hidden.is_empty() || !is_object(custom) {
        return Ok(Cow::Borrowed(custom));
    }
    let is_hidden = |name: &str| {
        let name = decode_lossy(name);
        hidden
            .iter()
            .any(|column| *column == name || column.strip_suffix(&*name).is_some_and(|path| path.ends_with("customColumns.")))
    };
    let kept = members(custom)?.into_iter().filter(|(name, _)| !is_hidden(name));
    let kept: Vec<String> = kept.map(|(name, value)| format!("{name}:{value}")).collect();
    Ok(Cow::Owned(format!("{{{}}}", kept.join(","))))
}

/// From `{"3332883884017713238": {"error": "MISSING_PERMISSION", "message": "..."}}`.
fn refusal(id: &str, why: &str) -> Refusal {
    let word = if is_object(why) { members(why).ok().and_then(|why| get(&why, "error")).and_then(plain) } else { plain(why) };
    let word = word.filter(|word| word.chars().count() <= 80).unwrap_or(Cow::Borrowed("no reason"));
    Refusal { id: printable(&decode_lossy(id)).into_owned(), why: printable(&word).into_owned() }
}
