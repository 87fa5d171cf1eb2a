//! `hibob.policy_types`: the names of all types, and then each by its name.

use super::{Endpoint, HibobError, Most};
use crate::source::Scope;
use crate::source::hibob::client::Client;
use crate::source::hibob::client::{Body, Call};
use crate::source::hibob::error::Cause;
use crate::source::hibob::pieces::{get, is_object, listed, members, plain};
use crate::source::hibob::stream::{Ahead, Background, Lines, Pages};
use crate::value::json::write_string;
use std::collections::VecDeque;
use std::sync::Arc;

/// Types of policies.
pub(in crate::source::hibob) struct PolicyTypes {
    most: Most,
    /// Of types that were not asked for yet.
    names: Option<VecDeque<String>>,
    calls: Ahead<Option<String>>,
    disappeared: u64,
}

impl PolicyTypes {
    pub(super) fn new(most: Most) -> PolicyTypes {
        PolicyTypes { most, names: None, calls: Ahead::new(), disappeared: 0 }
    }
}

impl Pages for PolicyTypes {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        let names = match &mut self.names {
            Some(names) => names,
            unasked => unasked.insert(background.runtime().block_on(names(&background.client))?.into()),
        };
        if self.most.reached() {
            self.most.more |= !names.is_empty() || self.calls.pending() > 0;
            return Ok(None);
        }
        while self.calls.has_room(background, background.client.settings.in_flight) {
            let Some(name) = names.pop_front() else { break };
            let client = Arc::clone(&background.client);
            self.calls.start(background, async move { detail(&client, &name).await });
        }
        let Some(found) = self.calls.next(background)? else { return Ok(None) };
        let mut lines = Lines::default();
        match found {
            Some(record) => lines.push(&record),
            None => self.disappeared += 1,
        }
        Ok(Some(self.most.of(lines)))
    }

    fn whole(&self) -> Scope {
        self.most.scope()
    }

    fn notes(&self) -> Vec<String> {
        let types = match self.disappeared {
            0 => return Vec::new(),
            1 => "1 policy type".to_owned(),
            count => format!("{count} policy types"),
        };
        vec![format!("{types} disappeared between two calls: HiBob gave the name first and knew nothing of it then")]
    }
}

/// The names of all types.
pub(super) async fn names(client: &Client) -> Result<Vec<String>, HibobError> {
    let call = Call { endpoint: &Endpoint::POLICY_TYPES, query: &[], body: None };
    client.call(&call, |body: Body| async move { names_in(&body.text().await?) }).await
}

/// Names, or objects with names.
fn names_in(text: &str) -> Result<Vec<String>, Cause> {
    let name = |item: &str| {
        if !is_object(item) {
            return Ok(plain(item).map(|name| name.into_owned()));
        }
        Ok(get(&members(item)?, "name").and_then(plain).map(|name| name.into_owned()))
    };
    let mut names: Vec<String> = Vec::new();
    for item in listed(text, "policyTypes")? {
        let name: Result<Option<String>, Cause> = name(item);
        let name = name?.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Cause::Shape("expected names of policy types".to_owned()))?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// What HiBob says of one type, with its name. `None` if there is no such type.
pub(super) async fn detail(client: &Client, name: &str) -> Result<Option<String>, HibobError> {
    let endpoint = Endpoint::policy_type(name);
    let call = Call { endpoint: &endpoint, query: &[], body: None };
    match client.call(&call, |body: Body| async move { named(&body.text().await?, name) }).await {
        Ok(record) => Ok(Some(record)),
        Err(error) if matches!(error.cause(), Some(Cause::NotFound { .. })) => Ok(None),
        Err(error) => Err(error),
    }
}

fn named(text: &str, name: &str) -> Result<String, Cause> {
    let text = text.trim();
    if !is_object(text) {
        return Err(Cause::Shape("expected a policy type with `name` and `unit`".to_owned()));
    }
    let parts = members(text)?;
    if get(&parts, "name").and_then(plain).is_some() {
        return Ok(text.to_owned());
    }
    let rest = parts.iter().filter(|(key, _)| *key != "\"name\"").map(|(key, value)| format!(",{key}:{value}"));
    let rest: String = rest.collect();
    let mut out = Vec::from(br#"{"name":"#);
    write_string(&mut out, name);
    out.extend_from_slice(rest.as_bytes());
    out.push(b'}');
    Ok(String::from_utf8(out).expect("JSON made from texts is UTF-8"))
}

/// A type's unit, as a JSON text.
pub(super) fn unit(record: &str) -> Option<String> {
    let parts = members(record).ok()?;
    get(&parts, "unit").filter(|unit| unit.starts_with('"')).map(str::to_owned)
}
