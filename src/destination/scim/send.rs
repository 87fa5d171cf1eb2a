//! Writes a plan: everybody one by one, then managers, who must be there before anybody can report to them. A call that fails for
//! one person does not stop the others.

use super::client::{Answer, CallError};
use super::patch::{attribute_path, operation, set};
use super::shape::{Place, Shape, id, member};
use super::{Flavor, Leavers, ScimDestination};
use crate::destination::DestinationError;
use crate::plan::{Change, ChangeKind, Column, PlanError, Row, Workbench, changed};
use crate::state::{Link, StateError};
use crate::target::scim::ENTERPRISE;
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::Cell;

/// The message of a patch (RFC 7644 §3.5.2).
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Why somebody could not be written.
#[derive(Debug, thiserror::Error)]
enum Undone {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("{0}")]
    Said(&'static str),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    State(#[from] StateError),
}

/// How this server takes updates, as far as it has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Not asked yet.
    Unknown,
    /// `Operations`, as RFC 7644 has it.
    Operations,
    /// `operations`.
    SmallOperations,
    /// No patch: the whole resource.
    Whole,
}

struct Sending<'d, 's> {
    to: &'d ScimDestination<'s>,
    columns: Vec<Column>,
    takes: Cell<Takes>,
    /// People who could not be written, and why the first one could not.
    failed: u64,
    first: Option<String>,
    /// Whether the server has taken anything.
    taken: bool,
}

/// A server that has refused so many and taken nobody will take nobody.
const REFUSALS: u64 = 20;

impl ScimDestination<'_> {
    /// Sends everything. What could not be written is told in a sentence.
    ///
    /// # Errors
    /// The server refuses everything, or the state can't be written.
    pub(super) fn send(&self, plan: &Workbench) -> Result<Option<String>, DestinationError> {
        self.state.set_links(&self.job, self.place(), &self.desk.new_links()?)?;
        let column = |place: &Place| Column { name: place.header.clone(), kind: place.kind, personal: true };
        let columns = self.shape.places.iter().map(column).collect();
        let mut sending = Sending { to: self, columns, takes: Cell::new(Takes::Unknown), failed: 0, first: None, taken: false };
        plan.each_change(|change| {
            let done = sending.change(change);
            let row = change.after.as_ref().or(change.before.as_ref());
            sending.count(row.and_then(|row| row.source.as_deref()), done)
        })?;
        let mut later = Vec::new();
        self.desk.each_later(|_, wanted, id| {
            later.push((wanted.source.clone(), wanted.cells.clone(), wanted.line.clone(), id.to_owned()));
            Ok::<_, PlanError>(())
        })?;
        for (source, cells, line, id) in later {
            let done = sending.manager(&id, &cells, &line);
            sending.count(source.as_deref(), done)?;
        }
        let Sending { failed, first, .. } = sending;
        let people = if failed == 1 { "1 change".to_owned() } else { format!("{failed} changes") };
        Ok(first.map(|first| format!("{people} could not be written, and the next run tries again; the first is {first}")))
    }
}

impl Sending<'_, '_> {
    fn count(&mut self, source: Option<&str>, done: Result<(), Undone>) -> Result<(), DestinationError> {
        match done {
            Ok(()) => {
                self.taken = true;
                Ok(())
            }
            Err(Undone::Plan(error)) => Err(error.into()),
            Err(Undone::State(error)) => Err(error.into()),
            Err(Undone::Call(error)) if error.is_lasting() => Err(self.to.error(error)),
            Err(Undone::Call(error)) if !self.taken && self.failed + 1 >= REFUSALS => Err(self.to.error(error)),
            Err(undone) => {
                self.failed += 1;
                let of = source.map_or_else(String::new, |source| format!("Bob's {source}: "));
                self.first.get_or_insert_with(|| format!("{of}{undone}"));
                Ok(())
            }
        }
    }

    fn change(&self, change: &Change) -> Result<(), Undone> {
        match (change.kind, &change.before, &change.after) {
            (ChangeKind::Delete, Some(before), _) => self.leave(before),
            (_, Some(before), Some(after)) => self.update(before, after),
            (_, None, Some(after)) => self.create(after),
            _ => Ok(()),
        }
    }

    fn create(&self, row: &Row) -> Result<(), Undone> {
        let desk = &self.to.desk;
        let body = self.body(&row.cells, row.line.as_deref().unwrap_or_default())?;
        let manager = self.to.manager_of(&row.cells);
        if manager.is_some() && self.manager_id(&body).is_none() {
            desk.add_later(&row.key)?;
        }
        if let Some(id) = desk.id_of(&row.key)? {
            return self.revive(row, &id, &body);
        }
        let answer = match self.to.client.users(&Method::POST, None, &[], Some(&body)) {
            Ok(answer) => answer,
            // Somebody made them meanwhile, an earlier try did, or the server hides them from its list.
            Err(error) if error.status() == Some(409) => return self.adopt(row, &body, error),
            Err(error) => return Err(error.into()),
        };
        let id = match answer.id() {
            Some(id) => id,
            None => self
                .look_up(&body)?
                .as_ref()
                .and_then(|user| id(member(user, "id")?))
                .ok_or(Undone::Said("POST /Users was answered without an id"))?,
        };
        self.link(row, &id)
    }

    /// Notes that a user is a row's.
    fn link(&self, row: &Row, id: &str) -> Result<(), Undone> {
        let ScimDestination { desk, state, job, .. } = self.to;
        if desk.id_of(&row.key)?.as_deref() != Some(id) && !desk.set_link(&row.key, id)? {
            return Err(Undone::Said("the server takes them for another of the people"));
        }
        let link = Link { key: row.key.clone(), source: row.source.clone(), id: id.to_owned(), gone: false };
        Ok(state.set_links(job, self.to.place(), &[link])?)
    }

    /// Switches a leaver who is back on, and brings their user up to date.
    fn revive(&self, row: &Row, id: &str, body: &Value) -> Result<(), Undone> {
        let user = self.to.desk.user(id)?.unwrap_or(Value::Null);
        let mut operations = self.operations(&self.to.shape.differing(body, &user), body, &user);
        let mut body = body.clone();
        if let Some((urn, attribute)) = self.to.switch() {
            operations.push(operation(&attribute_path(urn, attribute), true.into()));
            let path: Vec<&str> = urn.into_iter().chain([attribute]).collect();
            set(&mut body, &path, true.into());
        }
        self.modify(id, &operations, &body)?;
        self.link(row, id)
    }

    /// Takes the user over whom the server has and did not list, if they can be nobody else's.
    fn adopt(&self, row: &Row, body: &Value, refused: CallError) -> Result<(), Undone> {
        let Some(user) = self.look_up(body)? else { return Err(refused.into()) };
        let external = |resource: &Value| member(resource, "externalId").and_then(id);
        if external(&user).is_some_and(|external_id| external(body).is_some_and(|own| own != external_id)) {
            return Err(refused.into());
        }
        let Some(id) = member(&user, "id").and_then(id) else { return Err(refused.into()) };
        self.link(row, &id)?;
        let operations = self.operations(&self.to.shape.differing(body, &user), body, &user);
        self.modify(&id, &operations, body)
    }

    /// The one user who has the name of a row's.
    fn look_up(&self, body: &Value) -> Result<Option<Value>, CallError> {
        let name = match self.to.flavor {
            Flavor::Core => body.get("userName"),
            Flavor::ActivTrak => body.pointer("/emails/0/value"),
        };
        let Some(name) = name else { return Ok(None) };
        let found = self.to.client.filtered(&format!("userName eq {name}"))?;
        let named = name.as_str().unwrap_or_default().to_lowercase();
        // Servers that know no filters hand out everybody.
        let mut found = found.into_iter().filter(|user| self.to.names(user).contains(&named));
        let first = found.next();
        Ok(first.filter(|_| found.next().is_none()))
    }

    fn update(&self, before: &Row, after: &Row) -> Result<(), Undone> {
        let desk = &self.to.desk;
        let id = desk.id_of(&after.key)?.ok_or(Undone::Said("their user is no longer there"))?;
        let changes = changed(&self.columns, &before.cells, &after.cells);
        let columns: Vec<usize> = changes.iter().map(|change| change.column).collect();
        if columns.iter().any(|at| self.to.shape.places[*at].is_manager()) {
            desk.add_later(&after.key)?;
        }
        let body = self.body(&after.cells, after.line.as_deref().unwrap_or_default())?;
        let user = desk.user(&id)?.unwrap_or(Value::Null);
        let operations = self.operations(&columns, &body, &user);
        self.modify(&id, &operations, &body)
    }

    fn operations(&self, columns: &[usize], body: &Value, user: &Value) -> Vec<Value> {
        self.to.shape.operations(columns, body, user, self.to.flavor == Flavor::ActivTrak)
    }

    fn leave(&self, row: &Row) -> Result<(), Undone> {
        let ScimDestination { desk, state, job, client, .. } = self.to;
        let Some(id) = desk.id_of(&row.key)? else { return Ok(()) };
        if self.to.leavers == Leavers::Delete {
            match client.users(&Method::DELETE, Some(&id), &[], None) {
                Ok(_) => {}
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(error.into()),
            }
            return Ok(state.unlink(job, self.to.place(), &row.key)?);
        }
        if let Some((urn, attribute)) = self.to.switch() {
            let mut off = json!({});
            set(&mut off, &urn.into_iter().chain([attribute]).collect::<Vec<_>>(), false.into());
            self.switch_off(&id, &operation(&attribute_path(urn, attribute), false.into()), &off)?;
            let link = Link { key: row.key.clone(), source: row.source.clone(), id, gone: true };
            state.set_links(job, self.to.place(), &[link])?;
        }
        Ok(())
    }

    fn switch_off(&self, id: &str, operation: &Value, off: &Value) -> Result<(), Undone> {
        if self.patched(id, std::slice::from_ref(operation))? {
            return Ok(());
        }
        let mut user = self.to.client.users(&Method::GET, Some(id), &[], None)?.body;
        merge(&mut user, off);
        Ok(self.put(id, &user)?)
    }

    /// Tells a user's manager, whom the server knows by now.
    fn manager(&self, id: &str, cells: &str, line: &str) -> Result<(), Undone> {
        let body = self.body(cells, line)?;
        let manager = self.manager_id(&body);
        // Their own user could not be made, which is told already.
        if manager.is_none() && self.to.manager_of(cells).is_some() {
            return Ok(());
        }
        let value = manager.map_or(Value::Null, |manager| json!({ "value": manager }));
        self.modify(id, &[operation(&attribute_path(Some(ENTERPRISE), "manager"), value)], &body)
    }

    /// A row's record, with the manager's user in the place of the manager's key; without a manager who has no user yet.
    fn body(&self, cells: &str, line: &str) -> Result<Value, PlanError> {
        let mut body = Shape::body(line);
        if self.to.shape.manager().is_some() {
            let named = self.to.manager_of(cells);
            let manager = named.map(|named| self.to.desk.id_of_manager(&named)).transpose()?.flatten();
            let manager = manager.map_or(Value::Null, |manager| json!({ "value": manager }));
            set(&mut body, &[ENTERPRISE, "manager"], manager);
            if body.get(ENTERPRISE).is_some_and(|own| own.as_object().is_none_or(serde_json::Map::is_empty)) {
                set(&mut body, &[ENTERPRISE], Value::Null);
            }
            body = Shape::body(&body.to_string());
        }
        Ok(body)
    }

    fn manager_id(&self, body: &Value) -> Option<String> {
        let place = &self.to.shape.places[self.to.shape.manager()?];
        id(place.read(body))
    }

    /// Changes a user: by a patch, or as a whole where the server takes none.
    fn modify(&self, id: &str, operations: &[Value], body: &Value) -> Result<(), Undone> {
        let operations = if self.to.flavor == Flavor::ActivTrak { &self.named(id, operations, body)? } else { operations };
        if operations.is_empty() || self.patched(id, operations)? {
            return Ok(());
        }
        let user = self.to.client.users(&Method::GET, Some(id), &[], None)?.body;
        let mut whole = self.to.shape.whole(body, &user);
        let removed = |operation: &Value| {
            operation["op"] == "remove" && operation["path"].as_str().is_some_and(|path| path.ends_with(":manager"))
        };
        // A manager whom nobody knows stays.
        if let (None, Some(manager)) = (self.manager_id(body), self.manager_id(&user))
            && !operations.iter().any(removed)
        {
            set(&mut whole, &[ENTERPRISE, "manager"], json!({ "value": manager }));
        }
        Ok(self.put(id, &whole)?)
    }

    /// ActivTrak patches no parts of names, and takes who is posted again for an update: by an address, so that addresses are
    /// patched before. Returns what is left to do.
    fn named(&self, id: &str, operations: &[Value], body: &Value) -> Result<Vec<Value>, Undone> {
        let of_name = |operation: &Value| operation["path"].as_str().is_some_and(|path| path.starts_with("name."));
        let rest: Vec<Value> = operations.iter().filter(|operation| !of_name(operation)).cloned().collect();
        if rest.len() == operations.len() {
            return Ok(rest);
        }
        if !rest.is_empty() && !self.patched(id, &rest)? {
            return Ok(operations.to_vec());
        }
        let answer = self.to.client.users(&Method::POST, None, &[], Some(body))?;
        match answer.id() {
            Some(other) if other != id => Err(Undone::Said("POST /users was taken for another user")),
            _ => Ok(Vec::new()),
        }
    }

    fn put(&self, id: &str, user: &Value) -> Result<(), CallError> {
        self.to.client.users(&Method::PUT, Some(id), &[], Some(user)).map(drop)
    }

    /// Patches a user; `false` if the server takes no patches.
    fn patched(&self, id: &str, operations: &[Value]) -> Result<bool, Undone> {
        if self.takes.get() == Takes::Unknown && self.to.client.takes_patches()? == Some(false) {
            self.takes.set(Takes::Whole);
        }
        let send = |name: &str| -> Result<Answer, CallError> {
            let patch = json!({ "schemas": [PATCH], name: operations });
            self.to.client.users(&Method::PATCH, Some(id), &[], Some(&patch))
        };
        let (takes, answer) = match self.takes.get() {
            Takes::Whole => return Ok(false),
            Takes::SmallOperations => (Takes::SmallOperations, send("operations")),
            known => match send("Operations") {
                // Asked once in the other spelling: it may be that, or what is in it.
                Err(error) if error.status() == Some(400) && known == Takes::Unknown => match send("operations") {
                    Ok(answer) => (Takes::SmallOperations, Ok(answer)),
                    Err(_) => (Takes::Unknown, Err(error)),
                },
                answer => (Takes::Operations, answer),
            },
        };
        match answer {
            Ok(_) => {
                self.takes.set(takes);
                Ok(true)
            }
            Err(error) if matches!(error.status(), Some(405 | 501)) => {
                self.takes.set(Takes::Whole);
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Lays one object over another.
fn merge(onto: &mut Value, over: &Value) {
    match (onto, over) {
        (Value::Object(onto), Value::Object(over)) => {
            for (name, value) in over {
                merge(onto.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (onto, over) => *onto = over.clone(),
    }
}
