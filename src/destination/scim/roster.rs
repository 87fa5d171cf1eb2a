//! Who is in which group, beside the users on the desk. The job manages the groups that its rows name, and those that it has managed
//! before; the others only lie there.

use super::desk::Desk;
use super::shape::{id, member};
use crate::plan::PlanError;
use crate::state::Link;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

pub(super) const TABLES: &str = "
    CREATE TABLE group_found (id TEXT PRIMARY KEY, name TEXT NOT NULL, shown TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE group_known (id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
    CREATE TABLE group_named (name TEXT PRIMARY KEY, shown TEXT NOT NULL, id TEXT UNIQUE) WITHOUT ROWID;
    CREATE TABLE member (user TEXT, group_id TEXT, PRIMARY KEY (user, group_id)) WITHOUT ROWID;
    CREATE INDEX member_group ON member (group_id);
    CREATE TABLE joining (name TEXT, key TEXT, PRIMARY KEY (name, key)) WITHOUT ROWID;
    CREATE TABLE leaving (id TEXT, key TEXT, PRIMARY KEY (id, key)) WITHOUT ROWID;
";

/// Groups are told apart by their names without regard to case (RFC 7643 §4.2, §8.7.1: `displayName` is not case-exact).
pub(super) fn group_name(shown: &str) -> String {
    shown.trim().to_lowercase()
}

/// Somebody who joins or leaves a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moving {
    pub key: String,
    /// The id of their user.
    pub user: String,
}

impl Desk {
    /// Takes in the groups that a user is said to be in themselves.
    pub fn add_groups_of(&self, user: &Value) -> Result<(), PlanError> {
        let Some(user_id) = member(user, "id").and_then(id) else { return Ok(()) };
        for group in member(user, "groups").and_then(Value::as_array).into_iter().flatten() {
            // Who is in a group of a group is not taken out of the larger one.
            let is_indirect = is_type(group, "indirect");
            if let Some(group_id) = member(group, "value").and_then(id).filter(|_| !is_indirect) {
                self.add_member(&user_id, &group_id)?;
            }
        }
        Ok(())
    }

    /// Takes in a group of the server; `false` if it is there already.
    pub fn add_group(&self, group: &Value) -> Result<bool, PlanError> {
        let Some(group_id) = member(group, "id").and_then(id) else {
            return Err(PlanError::Existing("the server hands out a group without an id".to_owned()));
        };
        self.add_members_of(&group_id, group)?;
        let shown = member(group, "displayName").and_then(Value::as_str).unwrap_or_default();
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO group_found VALUES (?, ?, ?)")?;
        Ok(insert.execute([&group_id, &group_name(shown), shown])? > 0)
    }

    /// Takes in the members that a group is said to have.
    pub fn add_members_of(&self, group_id: &str, group: &Value) -> Result<(), PlanError> {
        for found in member(group, "members").and_then(Value::as_array).into_iter().flatten() {
            if let Some(user_id) = member(found, "value").and_then(id).filter(|_| !is_type(found, "group")) {
                self.add_member(&user_id, group_id)?;
            }
        }
        Ok(())
    }

    fn add_member(&self, user: &str, group: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("INSERT OR IGNORE INTO member VALUES (?, ?)")?.execute([user, group])?;
        Ok(())
    }

    /// Somebody is in a group no longer.
    pub fn drop_member(&self, user: &str, group: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("DELETE FROM member WHERE user = ? AND group_id = ?")?.execute([user, group])?;
        Ok(())
    }

    /// A group that the job has managed before.
    pub fn add_known_group(&self, link: &Link) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT OR REPLACE INTO group_known VALUES (?, ?)")?;
        insert.execute(params![link.id, link.source])?;
        Ok(())
    }

    /// A group that a row names.
    pub fn add_named_group(&self, shown: &str) -> Result<(), PlanError> {
        let mut insert = self.connection.prepare_cached("INSERT OR IGNORE INTO group_named VALUES (?, ?, NULL)")?;
        insert.execute([&group_name(shown), shown.trim()])?;
        Ok(())
    }

    /// Finds the groups that rows name: by the name, else by what the job called them before somebody renamed them.
    pub fn settle_groups(&self) -> Result<(), PlanError> {
        const FOUND: &str = "SELECT id, id IN (SELECT id FROM group_known) FROM group_found WHERE name = ?";
        const RENAMED: &str = "SELECT id, 1 FROM group_known JOIN group_found USING (id)
            WHERE group_known.name = ? AND group_found.name NOT IN (SELECT name FROM group_named)";
        let names = self.connection.prepare("SELECT name FROM group_named")?;
        let names: Vec<String> = { names }.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for name in names {
            let candidates = |select: &str| -> Result<Vec<(String, bool)>, PlanError> {
                let mut select = self.connection.prepare_cached(select)?;
                let rows = select.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            let mut found = candidates(FOUND)?;
            if found.len() > 1 && found.iter().filter(|(_, known)| *known).count() == 1 {
                found.retain(|(_, known)| *known);
            }
            if found.is_empty() {
                found = candidates(RENAMED)?;
            }
            match &found[..] {
                [] => {}
                [(id, _)] => self.set_group(&name, id)?,
                several => {
                    let ids = several.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", ");
                    let help = "rename or delete all of them but one there";
                    return Err(PlanError::Existing(format!(
                        "{} groups on the server have one and the same name, which people are to be in: {help} (their ids: {ids})",
                        several.len()
                    )));
                }
            }
        }
        Ok(())
    }

    /// From here on a name's group is this one.
    pub fn set_group(&self, name: &str, id: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("UPDATE group_named SET id = ? WHERE name = ?")?.execute([id, name])?;
        Ok(())
    }

    /// The groups that the job manages and the server has.
    pub fn managed_groups(&self) -> Result<Vec<String>, PlanError> {
        const SELECT: &str = "SELECT id FROM group_named WHERE id IS NOT NULL
            UNION SELECT id FROM group_known JOIN group_found USING (id)";
        let mut select = self.connection.prepare(SELECT)?;
        Ok(select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The managed groups that a user is in: ids, and the names that people know them by.
    pub fn groups_of(&self, user: &str) -> Result<Vec<(String, String)>, PlanError> {
        const SELECT: &str = "SELECT group_found.id, coalesce(group_named.shown, group_found.shown)
            FROM member JOIN group_found ON group_found.id = group_id LEFT JOIN group_named ON group_named.id = group_id
            WHERE user = ? AND (group_named.id IS NOT NULL OR group_id IN (SELECT id FROM group_known)) ORDER BY 2, 1";
        let mut select = self.connection.prepare_cached(SELECT)?;
        Ok(select.query_map([user], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// Everybody who was seen in a group.
    pub fn members_of(&self, group: &str) -> Result<Vec<String>, PlanError> {
        let mut select = self.connection.prepare_cached("SELECT user FROM member WHERE group_id = ?")?;
        Ok(select.query_map([group], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The group of a name, if the server has one.
    pub fn group_of(&self, name: &str) -> Result<Option<String>, PlanError> {
        let mut select = self.connection.prepare_cached("SELECT id FROM group_named WHERE name = ?")?;
        Ok(select.query_row([name], |row| row.get(0)).optional()?.flatten())
    }

    /// Whether the server shows nobody in any group, though the job has put people into some.
    pub fn hides_members(&self) -> Result<bool, PlanError> {
        const SELECT: &str = "SELECT NOT EXISTS (SELECT 1 FROM member)
            AND EXISTS (SELECT 1 FROM group_known JOIN group_found USING (id))";
        Ok(self.connection.query_row(SELECT, [], |row| row.get(0))?)
    }

    /// Groups that were found and that the state does not know to be managed, or knows by another name.
    pub fn new_group_links(&self) -> Result<Vec<Link>, PlanError> {
        const SELECT: &str = "SELECT group_named.id, group_named.name FROM group_named
            LEFT JOIN group_known ON group_known.id = group_named.id AND group_known.name = group_named.name
            WHERE group_named.id IS NOT NULL AND group_known.id IS NULL";
        let mut select = self.connection.prepare(SELECT)?;
        let rows = select.query_map([], |row| Ok(group_link(row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A person is to be in a group.
    pub fn add_joining(&self, name: &str, key: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("INSERT OR IGNORE INTO joining VALUES (?, ?)")?.execute([name, key])?;
        Ok(())
    }

    /// A person is to be in a group no longer.
    pub fn add_leaving(&self, group: &str, key: &str) -> Result<(), PlanError> {
        self.connection.prepare_cached("INSERT OR IGNORE INTO leaving VALUES (?, ?)")?.execute([group, key])?;
        Ok(())
    }

    /// Groups that are to be made, for people who have users: their names, and how rows spell them.
    pub fn missing_groups(&self) -> Result<Vec<(String, String)>, PlanError> {
        const SELECT: &str = "SELECT DISTINCT name, shown FROM joining JOIN group_named USING (name) JOIN link USING (key)
            WHERE group_named.id IS NULL";
        let mut select = self.connection.prepare(SELECT)?;
        Ok(select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }

    /// The groups whose members change.
    pub fn changing_groups(&self) -> Result<Vec<String>, PlanError> {
        const SELECT: &str = "SELECT id FROM leaving
            UNION SELECT group_named.id FROM joining JOIN group_named USING (name) WHERE group_named.id IS NOT NULL";
        let mut select = self.connection.prepare(SELECT)?;
        Ok(select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Who joins a group, and who leaves it: as far as they have users.
    pub fn moving(&self, group: &str) -> Result<[Vec<Moving>; 2], PlanError> {
        let read = |select: &str| -> Result<Vec<Moving>, PlanError> {
            let mut select = self.connection.prepare_cached(select)?;
            let keys: Vec<String> = select.query_map([group], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let mut moving = Vec::new();
            for key in keys {
                moving.extend(self.id_of(&key)?.map(|user| Moving { key, user }));
            }
            Ok(moving)
        };
        Ok([
            read("SELECT key FROM joining JOIN group_named USING (name) WHERE group_named.id = ? ORDER BY key")?,
            read("SELECT key FROM leaving WHERE id = ? ORDER BY key")?,
        ])
    }
}

fn is_type(element: &Value, kind: &str) -> bool {
    member(element, "type").and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(kind))
}

/// A group as the state remembers it: by its own id, and by the name that rows have for it.
pub(super) fn group_link(id: String, name: String) -> Link {
    Link { key: id.clone(), source: Some(name), id, gone: false }
}
