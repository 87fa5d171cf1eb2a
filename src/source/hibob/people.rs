//! `hibob.people`: the ids first, then everybody in batches by their ids, a few calls at a time.

use super::answered::{Answered, Asked};
use super::client::Call;
use super::ids::Ids;
use super::merge::{ID, merged, parts};
use super::stream::{Ahead, Background, Lines, Pages};
use super::{Client, Endpoint, HibobError};
use crate::catalog::request::{Request, Selection};
use crate::catalog::resource::Resource;
use crate::source::Scope;
use serde_json::json;
use std::borrow::Cow;
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

/// What became of one batch.
#[derive(Default)]
struct Fetched {
    lines: Lines,
    disappeared: Vec<String>,
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
    let found = client.call(&call, |body| Answered::read(body, &asked, Vec::new())).await?;
    Ok(found.ids().next().cloned())
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
        parts.push(client.call(&call, |body| Answered::read(body, &asked, client.room())).await?);
    }
    let ids: Vec<String> = match asked {
        Asked::Ids(ids) => ids,
        Asked::Email(_) => parts.first().into_iter().flat_map(|part| part.ids().cloned()).collect(),
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
    for (at, id) in ids.into_iter().enumerate() {
        match part.range(at, &id) {
            Some(range) if part.one_line_each => fetched.lines.ranges.push(range),
            Some(range) => fetched.lines.push(part.slice(range)),
            None => fetched.disappeared.push(id),
        }
    }
    if part.one_line_each {
        fetched.lines.bytes = part.bytes;
    }
    fetched
}

/// What several answers say of these employees.
fn joined(parts: &[Answered], ids: Vec<String>) -> Fetched {
    let mut fetched = Fetched::default();
    for (at, id) in ids.into_iter().enumerate() {
        let texts = parts.iter().map(|part| part.range(at, &id).map(|range| part.slice(range)));
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
