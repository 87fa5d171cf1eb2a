//! Writes a plan: people, a few at once; then managers, who must be there before anybody can report to them; then groups. A call that
//! fails for one person does not stop the others. The state is told once the server has confirmed.

use super::client::{Answer, CallError, Of};
use super::patch::{attribute_path, operation, set};
use super::shape::{Place, Shape, id, member};
use super::tally::{Tally, Undone};
use super::{Flavor, Leavers, ScimDestination};
use crate::destination::DestinationError;
use crate::plan::{Change, ChangeKind, Column, PlanError, Row, Workbench, changed};
use crate::state::Link;
use crate::target::scim::ENTERPRISE;
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::Cell;
use tokio::sync::OnceCell;

/// The message of a patch (RFC 7644 §3.5.2).
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// Changes that lie in memory.
const CHUNK: usize = 512;

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

pub(super) struct Sending<'d, 's> {
    pub to: &'d ScimDestination<'s>,
    columns: Vec<Column>,
    takes: Cell<Takes>,
    /// Whether the server has been asked what it takes.
    asked: OnceCell<()>,
}

/// What the state is to know of a change that the server has confirmed.
enum Noted {
    Link(Link),
    /// The user of this key is no more.
    Unlinked(String),
}

impl ScimDestination<'_> {
    /// Sends everything. What could not be written is told in a sentence.
    ///
    /// # Errors
    /// The server refuses everything, or the state can't be written.
    pub(super) fn send(&self, plan: &Workbench) -> Result<Option<String>, DestinationError> {
        self.state.set_links(&self.job, self.place(), &self.desk.new_links()?)?;
        self.state.set_links(&self.job, &self.groups_place(), &self.desk.new_group_links()?)?;
        let column = |place: &Place| Column { name: place.header.clone(), kind: place.kind, personal: true };
        let columns = self.shape.places.iter().map(column).collect();
        let sending = Sending { to: self, columns, takes: Cell::new(Takes::Unknown), asked: OnceCell::new() };
        let mut tally = Tally::default();
        let mut chunk = Vec::new();
        plan.each_change(|change| {
            chunk.push(change.clone());
            if chunk.len() < CHUNK { Ok(()) } else { sending.changes(std::mem::take(&mut chunk), &mut tally, false) }
        })?;
        sending.changes(chunk, &mut tally, false)?;
        for change in tally.again() {
            sending.changes(vec![change], &mut tally, true)?;
        }
        sending.managers(&mut tally)?;
        sending.groups(&mut tally)?;
        Ok(tally.sentence())
    }
}

impl Sending<'_, '_> {
    /// Sends changes of people; those that clash with other people are put off, unless these are the `last` ones.
    fn changes(&self, changes: Vec<Change>, tally: &mut Tally, last: bool) -> Result<(), DestinationError> {
        let ScimDestination { client, state, job, .. } = self.to;
        for change in &changes {
            self.to.note_moves(&change.key, change.after.as_ref().map(|row| row.cells.as_str()))?;
        }
        let work = |change: Change| async move {
            let mut noted = None;
            let done = self.change(&change, &mut noted).await;
            (change, noted, done)
        };
        let (mut changes, mut links, mut unlinked) = (changes.into_iter(), Vec::new(), Vec::new());
        client.each_at_once(&mut changes, work, |came| {
            let Some((change, noted, done)) = came else {
                if !links.is_empty() {
                    state.set_links(job, self.to.place(), &std::mem::take(&mut links))?;
                }
                return Ok(unlinked.drain(..).try_for_each(|key: String| state.unlink(job, self.to.place(), &key))?);
            };
            match noted {
                Some(Noted::Link(link)) => links.push(link),
                Some(Noted::Unlinked(key)) => unlinked.push(key),
                None => {}
            }
            let counted = if last { Some((change, done)) } else { tally.put_off(change, done) };
            let Some((change, done)) = counted else { return Ok(()) };
            let row = change.after.as_ref().or(change.before.as_ref());
            tally.count(self.to, row.and_then(|row| row.source.as_deref()), done)
        })?;
        tally.leave(changes.len());
        Ok(())
    }

    /// Tells the managers of those who were made before their managers were.
    fn managers(&self, tally: &mut Tally) -> Result<(), DestinationError> {
        let mut later = Vec::new();
        self.to.desk.each_later(|_, wanted, id| {
            later.push((wanted.source.clone(), wanted.cells.clone(), wanted.line.clone(), id.to_owned()));
            Ok::<_, PlanError>(())
        })?;
        let work = |(source, cells, line, id): (Option<String>, String, String, String)| async move {
            (source, self.manager(&id, &cells, &line).await)
        };
        let mut later = later.into_iter();
        self.to.client.each_at_once(&mut later, work, |came| {
            came.map_or(Ok(()), |(source, done)| tally.count(self.to, source.as_deref(), done))
        })?;
        tally.leave(later.len());
        Ok(())
    }

    async fn change(&self, change: &Change, noted: &mut Option<Noted>) -> Result<(), Undone> {
        match (change.kind, &change.before, &change.after) {
            (ChangeKind::Delete, Some(before), _) => self.leave(before, noted).await,
            (_, Some(before), Some(after)) => self.update(before, after).await,
            (_, None, Some(after)) => self.create(after, noted).await,
            _ => Ok(()),
        }
    }

    async fn create(&self, row: &Row, noted: &mut Option<Noted>) -> Result<(), Undone> {
        let desk = &self.to.desk;
        let body = self.body(&row.cells, row.line.as_deref().unwrap_or_default())?;
        let manager = self.to.manager_of(&row.cells);
        if manager.is_some() && self.manager_id(&body).is_none() {
            desk.add_later(&row.key)?;
        }
        if let Some(id) = desk.id_of(&row.key)? {
            return self.revive(row, &id, &body, noted).await;
        }
        let answer = match self.to.client.ask(&Method::POST, Of::Users, &[], Some(&body)).await {
            Ok(answer) => answer,
            // Somebody made them meanwhile, an earlier try did, or the server hides them from its list.
            Err(error) if error.status() == Some(409) => return self.adopt(row, &body, error, noted).await,
            Err(error) => return Err(error.into()),
        };
        let id = match answer.id() {
            Some(id) => id,
            None => self
                .look_up(&body)
                .await?
                .as_ref()
                .and_then(|user| id(member(user, "id")?))
                .ok_or(Undone::Said("POST /Users was answered without an id"))?,
        };
        self.link(row, &id, noted)
    }

    /// Notes that a user is a row's.
    fn link(&self, row: &Row, id: &str, noted: &mut Option<Noted>) -> Result<(), Undone> {
        let desk = &self.to.desk;
        if desk.id_of(&row.key)?.as_deref() != Some(id) && !desk.set_link(&row.key, id)? {
            return Err(Undone::Said("the server takes them for another of the people"));
        }
        let link = Link { key: row.key.clone(), source: row.source.clone(), id: id.to_owned(), gone: false };
        *noted = Some(Noted::Link(link));
        Ok(())
    }

    /// Switches a leaver who is back on, and brings their user up to date.
    async fn revive(&self, row: &Row, id: &str, body: &Value, noted: &mut Option<Noted>) -> Result<(), Undone> {
        let user = self.to.desk.user(id)?.unwrap_or(Value::Null);
        let mut operations = self.operations(&self.to.shape.differing(body, &user), body, &user);
        let mut body = body.clone();
        if let Some((urn, attribute)) = self.to.switch() {
            operations.push(operation(&attribute_path(urn, attribute), true.into()));
            let path: Vec<&str> = urn.into_iter().chain([attribute]).collect();
            set(&mut body, &path, true.into());
        }
        self.modify(id, &operations, &body).await?;
        self.link(row, id, noted)
    }

    /// Takes the user over whom the server has and did not list, if they can be nobody else's.
    async fn adopt(&self, row: &Row, body: &Value, refused: CallError, noted: &mut Option<Noted>) -> Result<(), Undone> {
        let Some(user) = self.look_up(body).await? else { return Err(refused.into()) };
        let external = |resource: &Value| member(resource, "externalId").and_then(id);
        if external(&user).is_some_and(|external_id| external(body).is_some_and(|own| own != external_id)) {
            return Err(refused.into());
        }
        let Some(id) = member(&user, "id").and_then(id) else { return Err(refused.into()) };
        self.link(row, &id, noted)?;
        let operations = self.operations(&self.to.shape.differing(body, &user), body, &user);
        self.modify(&id, &operations, body).await
    }

    /// The one user who has the name of a row's.
    async fn look_up(&self, body: &Value) -> Result<Option<Value>, CallError> {
        let name = match self.to.flavor {
            Flavor::Core => body.get("userName"),
            Flavor::ActivTrak => body.pointer("/emails/0/value"),
        };
        let Some(name) = name else { return Ok(None) };
        let found = self.to.client.filtered(&format!("userName eq {name}")).await?;
        let named = name.as_str().unwrap_or_default().to_lowercase();
        // Servers that know no filters hand out everybody.
        let mut found = found.into_iter().filter(|user| self.to.names(user).contains(&named));
        let first = found.next();
        Ok(first.filter(|_| found.next().is_none()))
    }

    async fn update(&self, before: &Row, after: &Row) -> Result<(), Undone> {
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
        self.modify(&id, &operations, &body).await
    }

    fn operations(&self, columns: &[usize], body: &Value, user: &Value) -> Vec<Value> {
        let place = |column: &usize| &self.to.shape.places[*column];
        let columns: Vec<usize> =
            columns.iter().copied().filter(|column| !self.to.is_indelible(place(column), place(column).read(body))).collect();
        self.to.shape.operations(&columns, body, user, self.to.flavor == Flavor::ActivTrak)
    }

    async fn leave(&self, row: &Row, noted: &mut Option<Noted>) -> Result<(), Undone> {
        let ScimDestination { desk, client, .. } = self.to;
        let Some(id) = desk.id_of(&row.key)? else { return Ok(()) };
        if self.to.leavers == Leavers::Delete {
            match client.ask(&Method::DELETE, Of::User(&id), &[], None).await {
                Ok(_) => {}
                Err(error) if error.status() == Some(404) => {}
                Err(error) => return Err(error.into()),
            }
            *noted = Some(Noted::Unlinked(row.key.clone()));
            return Ok(());
        }
        let Some((urn, attribute)) = self.to.switch() else { return Ok(()) };
        let is_off = desk.user(&id)?.is_some_and(|user| self.to.is_off(&user));
        if !is_off {
            let mut off = json!({});
            set(&mut off, &urn.into_iter().chain([attribute]).collect::<Vec<_>>(), false.into());
            self.switch_off(&id, &operation(&attribute_path(urn, attribute), false.into()), &off).await?;
        }
        *noted = Some(Noted::Link(Link { key: row.key.clone(), source: row.source.clone(), id, gone: true }));
        Ok(())
    }

    async fn switch_off(&self, id: &str, operation: &Value, off: &Value) -> Result<(), Undone> {
        if self.patched(Of::User(id), std::slice::from_ref(operation)).await? {
            return Ok(());
        }
        let mut user = self.to.client.ask(&Method::GET, Of::User(id), &[], None).await?.body;
        merge(&mut user, off);
        Ok(self.put(Of::User(id), &user).await?)
    }

    /// Tells a user's manager, whom the server knows by now.
    async fn manager(&self, id: &str, cells: &str, line: &str) -> Result<(), Undone> {
        let body = self.body(cells, line)?;
        let manager = self.manager_id(&body);
        // Their own user could not be made, which is told already.
        if manager.is_none() && self.to.manager_of(cells).is_some() {
            return Ok(());
        }
        let value = manager.map_or(Value::Null, |manager| json!({ "value": manager }));
        self.modify(id, &[operation(&attribute_path(Some(ENTERPRISE), "manager"), value)], &body).await
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
    async fn modify(&self, id: &str, operations: &[Value], body: &Value) -> Result<(), Undone> {
        let operations = if self.to.flavor == Flavor::ActivTrak { &self.named(id, operations, body).await? } else { operations };
        if operations.is_empty() || self.patched(Of::User(id), operations).await? {
            return Ok(());
        }
        let user = self.to.client.ask(&Method::GET, Of::User(id), &[], None).await?.body;
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
        Ok(self.put(Of::User(id), &whole).await?)
    }

    /// ActivTrak patches no parts of names, and takes who is posted again for an update: by an address, so that addresses are
    /// patched before. Returns what is left to do.
    async fn named(&self, id: &str, operations: &[Value], body: &Value) -> Result<Vec<Value>, Undone> {
        let of_name = |operation: &Value| operation["path"].as_str().is_some_and(|path| path.starts_with("name."));
        let rest: Vec<Value> = operations.iter().filter(|operation| !of_name(operation)).cloned().collect();
        if rest.len() == operations.len() {
            return Ok(rest);
        }
        if !rest.is_empty() && !self.patched(Of::User(id), &rest).await? {
            return Ok(operations.to_vec());
        }
        let answer = self.to.client.ask(&Method::POST, Of::Users, &[], Some(body)).await?;
        match answer.id() {
            Some(other) if other != id => Err(Undone::Said("POST /users was taken for another user")),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) async fn put(&self, of: Of<'_>, whole: &Value) -> Result<(), CallError> {
        self.to.client.ask(&Method::PUT, of, &[], Some(whole)).await.map(drop)
    }

    /// Patches a user or a group; `false` if the server takes no patches.
    pub(super) async fn patched(&self, of: Of<'_>, operations: &[Value]) -> Result<bool, Undone> {
        let ask = || async {
            if self.to.client.takes_patches().await? == Some(false) {
                self.takes.set(Takes::Whole);
            }
            Ok::<_, CallError>(())
        };
        self.asked.get_or_try_init(ask).await?;
        let send = async |name: &str| -> Result<Answer, CallError> {
            let patch = json!({ "schemas": [PATCH], name: operations });
            self.to.client.ask(&Method::PATCH, of, &[], Some(&patch)).await
        };
        let (takes, answer) = match self.takes.get() {
            Takes::Whole => return Ok(false),
            Takes::SmallOperations => (Takes::SmallOperations, send("operations").await),
            known => match send("Operations").await {
                // Asked once in the other spelling: it may be that, or what is in it.
                Err(error) if error.status() == Some(400) && known == Takes::Unknown => match send("operations").await {
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
