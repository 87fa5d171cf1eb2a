//! Users of a SCIM 2.0 server (RFC 7643 and 7644): read whole, held against the rows, and written one by one. Who is on the server
//! and was neither made by the job nor found to be one of its people is left alone.

mod client;
mod desk;
mod groups;
mod listing;
mod members;
mod pace;
mod patch;
mod roster;
mod send;
mod shape;
mod tally;

pub use pace::Stop;

use super::{Destination, DestinationError, Drift};
use crate::mapping::Mapping;
use crate::plan::{Existing, PlanError, Summary, Workbench, cells};
use crate::state::{State, StateError};
use crate::target::activtrak::scim_user::ACTIVTRAK;
use crate::value::json::write_string;
use client::{Client, Of};
use desk::{Desk, Wanted};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;
use serde_json::value::RawValue;
use shape::{Place, Shape, id, is_blank, member};
use std::cell::Cell;
use url::Url;

/// What becomes of a user whom nobody desires any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leavers {
    /// They stay as they are.
    Keep,
    /// `tracking: false`: ActivTrak's Do Not Track, which deletes nothing.
    Untrack,
    /// `active: false`. ActivTrak deletes the agents of such a user.
    Deactivate,
    /// The user is deleted.
    Delete,
}

/// The targets whose records are users of SCIM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavor {
    /// RFC 7643.
    Core,
    /// ActivTrak: people are found by their e-mail addresses, a patch adds and removes single addresses, and a user who is
    /// posted again is updated.
    ActivTrak,
}

/// The users of a server.
pub struct ScimDestination<'s> {
    client: Client<'s>,
    flavor: Flavor,
    shape: Shape,
    leavers: Leavers,
    state: &'s State,
    job: String,
    desk: Desk,
    /// People whose managers nobody knows.
    unknown_managers: u64,
    /// Values that should be blank, and that the server can't take away.
    indelible: Cell<u64>,
    undone: Option<String>,
}

impl<'s> ScimDestination<'s> {
    /// `leavers`: what the target makes usual, if nothing is said. Once `stop` says so, calls that have been begun end, and no more
    /// are made.
    ///
    /// # Errors
    /// The mapping's target is no user of SCIM, or this machine can't make connections.
    pub fn new(
        base: Url,
        token: SecretString,
        leavers: Option<Leavers>,
        mapping: &Mapping,
        (state, job): (&'s State, &str),
        stop: Stop<'s>,
    ) -> Result<Self, DestinationError> {
        let refused = |why: String| DestinationError::Scim(format!("{base}: {why}"));
        let flavor = match mapping.target.as_ref().map(|target| target.name.as_str()) {
            Some("scim.user") => Flavor::Core,
            Some("activtrak.scim_user") => Flavor::ActivTrak,
            _ => {
                let name = &mapping.name;
                return Err(refused(format!(
                    "the mapping `{name}` makes no SCIM users: its `target` must be `scim.user` or `activtrak.scim_user`"
                )));
            }
        };
        let usual = if flavor == Flavor::ActivTrak { Leavers::Untrack } else { Leavers::Deactivate };
        let leavers = leavers.unwrap_or(usual);
        if leavers == Leavers::Untrack && flavor == Flavor::Core {
            return Err(refused("`deletes: untrack` is ActivTrak's; SCIM itself has `deactivate`".to_owned()));
        }
        let place = "a field of the mapping stands at a place that SCIM does not have";
        let shape = Shape::new(mapping).ok_or_else(|| refused(place.to_owned()))?;
        let client = Client::new(base.clone(), token, stop).map_err(refused)?;
        let (job, desk) = (job.to_owned(), Desk::new()?);
        let (unknown_managers, indelible) = (0, Cell::new(0));
        Ok(ScimDestination { client, flavor, shape, leavers, state, job, desk, unknown_managers, indelible, undone: None })
    }

    fn error(&self, why: impl std::fmt::Display) -> DestinationError {
        DestinationError::Scim(format!("{}: {why}", self.client.base()))
    }

    /// Where the job's links belong.
    fn place(&self) -> &str {
        self.client.base().as_str()
    }

    /// Reads all users, and finds out whose they are.
    fn read(&self, desired: &Workbench) -> Result<(), DestinationError> {
        let add = |user: Value| {
            self.add_groups_of(&user)?;
            Ok::<_, Failed>(self.desk.add_user(&user, &self.names(&user))?)
        };
        self.client.each(Of::Users, add).map_err(|failed| self.failed(failed))?;
        self.state.links(&self.job, self.place(), |link| Ok::<_, DestinationError>(self.desk.add_known(&link)?))?;
        desired.each_row::<DestinationError>(|row| {
            let body = Shape::body(row.line.as_deref().unwrap_or_default());
            let external = body.get("externalId").and_then(id);
            self.name_groups(&row.cells)?;
            Ok(self.desk.add_wanted(&row, external, self.name_of(&body))?)
        })?;
        self.desk.link().map_err(|error| self.failed(error.into()))?;
        self.read_groups().map_err(|failed| self.failed(failed))
    }

    fn failed(&self, failed: Failed) -> DestinationError {
        match failed {
            Failed::Plan(PlanError::Existing(why)) => self.error(why),
            Failed::Plan(error) => error.into(),
            Failed::State(error) => error.into(),
            Failed::Call(error) => self.error(error),
            Failed::Said(why) => self.error(why),
        }
    }

    /// What a user of the server can be found by: `userName`, and for ActivTrak every address and UPN.
    fn names(&self, user: &Value) -> Vec<String> {
        let mut names: Vec<&Value> = member(user, "userName").into_iter().collect();
        if self.flavor == Flavor::ActivTrak {
            let emails = member(user, "emails").and_then(Value::as_array).into_iter().flatten();
            names.extend(emails.filter_map(|email| member(email, "value")));
            let upns = member(user, ACTIVTRAK).and_then(|own| member(own, "userPrincipalNames")).and_then(Value::as_array);
            names.extend(upns.into_iter().flatten());
        }
        names.into_iter().filter_map(id).map(|name| name.to_lowercase()).collect()
    }

    /// The name by which a row's user is looked for.
    fn name_of(&self, body: &Value) -> Option<String> {
        let name = match self.flavor {
            Flavor::Core => body.get("userName")?,
            Flavor::ActivTrak => body.pointer("/emails/0/value")?,
        };
        Some(name.as_str()?.to_lowercase())
    }

    /// Whether a user is switched off as the job switches leavers off.
    fn is_off(&self, user: &Value) -> bool {
        self.switch().is_some_and(|(urn, attribute)| {
            let holder = urn.map_or(Some(user), |urn| member(user, urn));
            let value = holder.and_then(|holder| member(holder, attribute));
            value.is_some_and(|value| *value == false || value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false")))
        })
    }

    /// What is set to false for leavers.
    fn switch(&self) -> Option<(Option<&'static str>, &'static str)> {
        match self.leavers {
            Leavers::Untrack => Some((Some(ACTIVTRAK), "tracking")),
            Leavers::Deactivate => Some((None, "active")),
            Leavers::Keep | Leavers::Delete => None,
        }
    }

    /// Whether a user of somebody who is desired again must be switched on, for the mapping itself does not say so.
    fn is_to_be_revived(&self, id: &str, user: &Value) -> Result<bool, PlanError> {
        let Some((urn, attribute)) = self.switch() else { return Ok(false) };
        Ok(self.shape.column(urn, attribute).is_none() && self.is_off(user) && self.desk.is_gone(id)?)
    }

    /// Notes the rows that the server has.
    fn compare(&mut self) -> Result<(), PlanError> {
        let mut unknown = 0;
        if self.shape.manager().is_some() {
            self.desk.each_wanted(|cells| {
                let named = self.manager_of(cells);
                unknown += u64::from(named.map(|named| self.is_nobody(&named)).transpose()?.unwrap_or(false));
                Ok(())
            })?;
        }
        self.desk.each_linked(|key, wanted, json| {
            let user = serde_json::from_str(json).unwrap_or(Value::Null);
            let user_id = member(&user, "id").and_then(id).unwrap_or_default();
            // Not as a row that is there, so that it is made, as it is on the server's side.
            if self.is_to_be_revived(&user_id, &user)? {
                return Ok(());
            }
            let cells = self.cells(&user, Some(wanted))?;
            self.desk.add_existing(key, wanted.source.as_deref(), &cells)
        })?;
        if self.leavers != Leavers::Keep {
            self.desk.each_left(|link, json| {
                let user = serde_json::from_str(json).unwrap_or(Value::Null);
                let has_left = !self.leaves_groups() || self.desk.groups_of(&link.id)?.is_empty();
                if has_left && self.is_off(&user) {
                    return Ok(());
                }
                let cells = self.cells(&user, None)?;
                self.desk.add_existing(&link.key, link.source.as_deref(), &cells)
            })?;
        }
        self.unknown_managers = unknown;
        Ok(())
    }

    /// The values that a user has, as a row has them. What is as it should be is told in the row's own words.
    fn cells(&self, user: &Value, wanted: Option<&Wanted>) -> Result<String, PlanError> {
        let desired = wanted.map(|wanted| cells(&wanted.cells)).unwrap_or_default();
        let mut out = vec![b'{'];
        for (at, place) in self.shape.places.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            write_string(&mut out, &place.header);
            out.push(b':');
            let found = place.read(user);
            let raw = desired.get(place.header.as_str()).map_or("null", |raw: &&RawValue| raw.get());
            let value: Value = serde_json::from_str(raw).unwrap_or(Value::Null);
            let text = if place.is_manager() {
                self.manager_cell(found, wanted.is_some().then_some(&value))?
            } else if place.is_groups() {
                self.groups_cell(&member(user, "id").and_then(id).unwrap_or_default(), wanted.is_some().then_some(&value))?
            } else if wanted.is_some() && self.is_indelible(place, &value) && !is_blank(found) {
                self.indelible.set(self.indelible.get() + 1);
                raw.to_owned()
            } else if wanted.is_some() && (place.volatile || place.same(&value, found)) {
                raw.to_owned()
            } else {
                found.to_string()
            };
            out.extend_from_slice(text.as_bytes());
        }
        out.push(b'}');
        Ok(String::from_utf8(out).expect("JSON made from text is UTF-8"))
    }

    /// Whether a value should be blank where the server can't take one away: ActivTrak has no patch for that, and who is posted
    /// again keeps what is not said.
    fn is_indelible(&self, place: &Place, value: &Value) -> bool {
        let is_kept = || {
            let is_own = place.urn.as_deref() == Some(ACTIVTRAK);
            is_own && place.attribute == "tracking" || matches!(place.attribute.as_str(), "name" | "displayName" | "active")
        };
        self.flavor == Flavor::ActivTrak && is_blank(value) && is_kept()
    }

    /// The manager whom a user has, as a row names them.
    fn manager_cell(&self, found: &Value, wanted: Option<&Value>) -> Result<String, PlanError> {
        let found = id(found);
        if let Some((value, named)) = wanted.and_then(|value| Some((value, id(value)?))) {
            let manager = self.desk.id_of_manager(&named)?;
            // Where nobody can be told, what is there stays.
            if manager.is_some() && manager == found || self.is_nobody(&named)? {
                return Ok(value.to_string());
            }
        }
        let Some(found) = found else { return Ok("null".to_owned()) };
        Ok(Value::from(self.desk.key_of(&found)?.unwrap_or(found)).to_string())
    }

    /// Whether a manager is neither on the server nor about to be.
    fn is_nobody(&self, named: &str) -> Result<bool, PlanError> {
        Ok(self.desk.id_of_manager(named)?.is_none() && !self.desk.is_wanted(named)?)
    }

    /// Whom a row names as the manager.
    fn manager_of(&self, row: &str) -> Option<String> {
        let place: &Place = &self.shape.places[self.shape.manager()?];
        let value: Value = serde_json::from_str(cells(row).get(place.header.as_str())?.get()).ok()?;
        id(&value)
    }
}

/// Why reading ends.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Call(#[from] client::CallError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("{0}")]
    Said(&'static str),
}

impl Destination for ScimDestination<'_> {
    fn name(&self) -> String {
        format!("SCIM {}", self.client.base())
    }

    fn meet(&mut self, desired: &Workbench) -> Result<(), DestinationError> {
        self.read(desired)?;
        Ok(self.compare()?)
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        Ok(Box::new(self.desk.existing()))
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        let is_new = !self.desk.new_links()?.is_empty() || !self.desk.new_group_links()?.is_empty();
        Ok(is_new.then_some(Drift::Unlinked))
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        Ok(Vec::new())
    }

    fn notes(&self, _: &Summary) -> Vec<String> {
        let managers = match self.unknown_managers {
            0 => None,
            1 => Some("the manager of 1 person is not among those who are synced, and is left out".to_owned()),
            people => Some(format!("the managers of {people} people are not among those who are synced, and are left out")),
        };
        let indelible = match self.indelible.get() {
            0 => None,
            1 => Some("1 value should be blank and stays, for ActivTrak can't take it away".to_owned()),
            values => Some(format!("{values} values should be blank and stay, for ActivTrak can't take them away")),
        };
        managers.into_iter().chain(indelible).chain(self.groups_note()).collect()
    }

    fn apply(&mut self, plan: &Workbench, _: Timestamp) -> Result<(), DestinationError> {
        self.undone = self.send(plan)?;
        Ok(())
    }

    fn undone(&self) -> Option<&str> {
        self.undone.as_deref()
    }
}

#[cfg(test)]
mod tests;
