//! Which groups people are in: read from groups and from users, for some servers tell by one of them only.

use super::client::{Of, Why};
use super::roster::group_name;
use super::{Failed, Leavers, ScimDestination};
use crate::destination::DestinationError;
use crate::plan::{PlanError, cells};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

impl ScimDestination<'_> {
    /// Where the links of groups belong.
    pub(super) fn groups_place(&self) -> String {
        format!("{}/Groups", self.place().trim_end_matches('/'))
    }

    /// Whether those who are switched off leave their groups. Who is only no longer tracked stays in them.
    pub(super) fn leaves_groups(&self) -> bool {
        self.shape.groups().is_some() && self.leavers == Leavers::Deactivate
    }

    /// Takes in the groups that a user says to be in.
    pub(super) fn add_groups_of(&self, user: &Value) -> Result<(), PlanError> {
        if self.shape.groups().is_some() { self.desk.add_groups_of(user) } else { Ok(()) }
    }

    /// Takes in the groups that a row names.
    pub(super) fn name_groups(&self, row: &str) -> Result<(), PlanError> {
        self.named_groups(row).iter().try_for_each(|shown| self.desk.add_named_group(shown))
    }

    /// The names of groups that a row has.
    pub(super) fn named_groups(&self, row: &str) -> Vec<String> {
        let Some(at) = self.shape.groups() else { return Vec::new() };
        let cells = cells(row);
        let value = cells.get(self.shape.places[at].header.as_str()).and_then(|raw| serde_json::from_str(raw.get()).ok());
        value.as_ref().map(names).unwrap_or_default()
    }

    /// Reads the groups, and each that the job manages by itself: lists may leave members out, or cut them off.
    pub(super) fn read_groups(&self) -> Result<(), Failed> {
        if self.shape.groups().is_none() {
            return Ok(());
        }
        self.client.each(Of::Groups, |group| Ok::<_, Failed>(self.desk.add_group(&group)?)).map_err(|failed| match failed {
            Failed::Call(error) if matches!(error.status(), Some(403 | 404 | 405 | 501)) => Failed::Said(
                "it hands out no groups, by /Groups nor by /groups: leave `groups` out of the mapping, or let the token see them",
            ),
            failed => failed,
        })?;
        self.state.links(&self.job, &self.groups_place(), |link| Ok::<_, Failed>(self.desk.add_known_group(&link)?))?;
        self.desk.settle_groups()?;
        let managed = self.desk.managed_groups()?;
        let read = |group: String| async move {
            let answer = self.client.ask(&Method::GET, Of::Group(&group), &[], None).await;
            (group, answer)
        };
        let mut left = managed.into_iter();
        self.client.each_at_once(&mut left, read, |came| match came {
            None => Ok(()),
            Some((group, Ok(answer))) => Ok::<_, Failed>(self.desk.add_members_of(&group, &answer.body)?),
            // It is on the list, so that it is only not handed out by itself.
            Some((_, Err(error))) if matches!(error.status(), Some(404 | 405 | 501)) => Ok(()),
            Some((_, Err(error))) => Err(error.into()),
        })?;
        match left.len() {
            0 => Ok(()),
            _ => Err(self.client.error(&Method::GET, Of::Groups, Why::Stopped).into()),
        }
    }

    /// The groups that a user is in, as a row names them; in the row's own words if they are those that the row names.
    pub(super) fn groups_cell(&self, user: &str, wanted: Option<&Value>) -> Result<String, PlanError> {
        let found = self.desk.groups_of(user)?;
        if let Some(value) = wanted {
            let mut groups = BTreeSet::new();
            for name in names(value) {
                groups.insert(self.desk.group_of(&group_name(&name))?);
            }
            if groups == found.iter().map(|(id, _)| Some(id.clone())).collect() {
                return Ok(value.to_string());
            }
        }
        let names: Vec<Value> = found.into_iter().map(|(_, shown)| shown.into()).collect();
        Ok(if names.is_empty() { "null".to_owned() } else { Value::from(names).to_string() })
    }

    pub(super) fn groups_note(&self) -> Option<String> {
        let note = "the server shows nobody in any group: people are put in again by each sync, and nobody is taken out";
        // Nothing can be read any more from here on, and it is a note only.
        (self.shape.groups().is_some() && self.desk.hides_members().unwrap_or(false)).then(|| note.to_owned())
    }

    /// Notes which groups a person joins and leaves; `row`: what they should be, or nothing for leavers.
    pub(super) fn note_moves(&self, key: &str, row: Option<&str>) -> Result<(), DestinationError> {
        let is_concerned = if row.is_some() { self.shape.groups().is_some() } else { self.leaves_groups() };
        if !is_concerned {
            return Ok(());
        }
        let found = match self.desk.id_of(key)? {
            Some(user) => self.desk.groups_of(&user)?,
            None => Vec::new(),
        };
        let mut wanted = BTreeSet::new();
        for name in row.map(|row| self.named_groups(row)).unwrap_or_default().iter().map(|shown| group_name(shown)) {
            let group = self.desk.group_of(&name)?;
            if group.as_ref().is_none_or(|group| !found.iter().any(|(id, _)| id == group)) {
                self.desk.add_joining(&name, key)?;
            }
            wanted.extend(group);
        }
        for (group, _) in found.iter().filter(|(id, _)| !wanted.contains(id)) {
            self.desk.add_leaving(group, key)?;
        }
        Ok(())
    }
}

/// The names in a list of groups; blank ones are none.
fn names(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}
