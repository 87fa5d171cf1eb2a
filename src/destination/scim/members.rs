//! Writes who is in which group: groups that are missing are made, and people join before they leave others. Groups are never deleted.

use super::Flavor;
use super::client::Of;
use super::roster::{Moving, group_link};
use super::send::Sending;
use super::shape::{id, member, spelt};
use super::tally::{Tally, Undone};
use crate::destination::DestinationError;
use reqwest::Method;
use serde_json::{Value, json};

/// The schema of a group (RFC 7643 §4.2).
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// People whom one call puts in or takes out: servers refuse calls that are too large.
const BATCH: usize = 100;

/// What became of the changes of one group: of those in whom nothing went wrong, none is told.
type Moved = Vec<(Option<String>, Result<(), Undone>)>;

impl Sending<'_, '_> {
    /// Puts people into groups and takes them out.
    pub(super) fn groups(&self, tally: &mut Tally) -> Result<(), DestinationError> {
        let (to, client) = (self.to, &self.to.client);
        let mut missing = to.desk.missing_groups()?.into_iter();
        let make = |(name, shown): (String, String)| async move { (self.make_group(&shown).await, name) };
        client.each_at_once(&mut missing, make, |came| match came {
            None => Ok(()),
            Some((Ok(id), name)) => {
                to.desk.set_group(&name, &id)?;
                Ok(to.state.set_links(&to.job, &to.groups_place(), &[group_link(id, name)])?)
            }
            Some((Err(undone), _)) => tally.count(to, None, Err(undone)),
        })?;
        tally.leave(missing.len());
        let mut changing = to.desk.changing_groups()?.into_iter();
        let change = |group: String| async move { self.move_people(&group).await };
        client.each_at_once(&mut changing, change, |came| {
            let Some((moved, left)) = came else { return Ok(()) };
            tally.leave(left);
            moved.into_iter().try_for_each(|(source, done)| tally.count(to, source.as_deref(), done))
        })?;
        tally.leave(changing.len());
        Ok(())
    }

    /// Makes a group that has nobody in it yet: it is known to be the job's before anybody is put in.
    async fn make_group(&self, shown: &str) -> Result<String, Undone> {
        let body = json!({ "schemas": [GROUP], "displayName": shown });
        let answer = self.to.client.ask(&Method::POST, Of::Groups, &[], Some(&body)).await?;
        answer.id().ok_or(Undone::Said("POST /Groups was answered without an id"))
    }

    /// Changes the members of a group, in batches one behind the other; also says how many changes were not begun.
    async fn move_people(&self, group: &str) -> (Moved, usize) {
        let moving = match self.to.desk.moving(group) {
            Ok(moving) => moving,
            Err(error) => return (vec![(None, Err(error.into()))], 0),
        };
        let (mut moved, mut left) = (Vec::new(), 0);
        for (joins, people) in [true, false].into_iter().zip(&moving) {
            for batch in people.chunks(BATCH) {
                if self.to.client.pace().is_stopped() {
                    left += batch.len();
                    continue;
                }
                match self.members(group, joins, batch).await {
                    // One of them may be no member whom the server takes.
                    Err(undone) if undone.is_refusal() && batch.len() > 1 => {
                        for person in batch {
                            let done = self.members(group, joins, std::slice::from_ref(person)).await;
                            moved.push((self.source_of(person), done));
                        }
                    }
                    done => moved.push((batch.first().and_then(|person| self.source_of(person)), done)),
                }
            }
        }
        (moved, left)
    }

    fn source_of(&self, person: &Moving) -> Option<String> {
        self.to.desk.source_of(&person.key).ok().flatten()
    }

    async fn members(&self, group: &str, joins: bool, people: &[Moving]) -> Result<(), Undone> {
        let of_user = |person: &Moving| match self.to.flavor {
            Flavor::Core => json!({ "value": person.user, "type": "User" }),
            Flavor::ActivTrak => json!({ "value": person.user }),
        };
        let operations: Vec<Value> = if joins {
            vec![json!({ "op": "add", "path": "members", "value": people.iter().map(of_user).collect::<Vec<_>>() })]
        } else {
            let path = |person: &Moving| format!("members[value eq {}]", Value::from(person.user.as_str()));
            people.iter().map(|person| json!({ "op": "remove", "path": path(person) })).collect()
        };
        if self.patched(Of::Group(group), &operations).await? {
            return Ok(());
        }
        let mut whole = self.to.client.ask(&Method::GET, Of::Group(group), &[], None).await?.body;
        let mut members = member(&whole, "members").and_then(Value::as_array).cloned().unwrap_or_default();
        let is = |found: &Value, user: &str| member(found, "value").and_then(id).as_deref() == Some(user);
        // Whom the server knows by their users only, it must not forget.
        for user in self.to.desk.members_of(group)? {
            if !members.iter().any(|found| is(found, &user)) {
                members.push(json!({ "value": user }));
            }
        }
        for person in people {
            match members.iter().any(|found| is(found, &person.user)) {
                false if joins => members.push(of_user(person)),
                true if !joins => members.retain(|found| !is(found, &person.user)),
                _ => {}
            }
        }
        if let Some(of_group) = whole.as_object_mut() {
            let name = spelt(of_group, "members");
            of_group.insert(name, members.into());
            of_group.retain(|name, _| !name.eq_ignore_ascii_case("meta"));
        }
        self.put(Of::Group(group), &whole).await?;
        for person in people.iter().filter(|_| !joins) {
            self.to.desk.drop_member(&person.user, group)?;
        }
        Ok(())
    }
}
