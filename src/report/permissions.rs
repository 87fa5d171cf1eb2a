//! What to tick in Bob, as a table, as JSON and as Markdown.

use super::table::Table;
use crate::catalog::permission::{AccessRights, FIELD_LEVEL_NOTE, Permission};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

/// The boxes that a permission group needs, and the people it must reach.
#[derive(Debug)]
pub struct Permissions {
    /// The names of the mappings that it is for.
    pub mappings: Vec<String>,
    pub permissions: Vec<Permission>,
    pub access: AccessRights,
}

/// Longer lists of fields go on in the next line.
const FIELDS_WIDTH: usize = 60;

const BETWEEN: &str = " > ";

impl Permissions {
    pub fn text(&self) -> String {
        let mut table = Table::new(&["In Bob", "Tick", "Needed for"]);
        for row in &self.permissions {
            let (menu, tick) = parts(row);
            let mut cells = [menu, tick];
            for line in wrapped(&row.needed_for) {
                table.row(cells.into_iter().chain([line]));
                cells = Default::default();
            }
        }
        // A record's own id needs no permission, and a mapping may read nothing else.
        let table = if self.permissions.is_empty() { "Nothing to tick.\n".to_owned() } else { table.text() };
        let mut text = format!("{}\n\n{table}\n{}\n", self.title(), self.people());
        text += &format!("  {}\n\nNotes\n", self.access.note);
        for note in self.notes() {
            text += &format!("- {note}\n");
        }
        text
    }

    pub fn markdown(&self) -> String {
        let mut table = Table::new(&["In Bob", "Tick", "Needed for"]);
        for row in &self.permissions {
            let (menu, tick) = parts(row);
            table.row([menu, tick, row.needed_for.join(", ")]);
        }
        let mut text = format!("# {}\n\n{}\n{}\n\n", self.title(), table.markdown(), self.people());
        text += &format!("Mind: {}.\n\n## Notes\n\n", self.access.note);
        for note in self.notes() {
            text += &format!("- {note}\n");
        }
        text
    }

    pub fn json(&self) -> Value {
        json!({
            "mappings": self.mappings,
            "permissions": self.permissions,
            "access_rights": self.access,
            "notes": [FIELD_LEVEL_NOTE],
        })
    }

    fn title(&self) -> String {
        format!("What the permission group of the service user needs in Bob, for {}", self.mappings.join(", "))
    }

    pub(super) fn people(&self) -> String {
        format!("{}: {}", self.access.menu.join(BETWEEN), self.access.lifecycle_statuses.join(", "))
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let of_rows = self.permissions.iter().filter_map(|row| {
            let place = row.menu.get(2).or(row.menu.last())?;
            row.note.as_ref().map(|note| format!("{place}: {note}"))
        });
        of_rows.chain([FIELD_LEVEL_NOTE.to_owned()]).collect()
    }
}

/// The way through the menus, and the box at its end. What can't be placed has no box.
pub(super) fn parts(permission: &Permission) -> (String, String) {
    match permission.menu.split_last() {
        Some((tick, menu)) if permission.menu.len() > 2 => (menu.join(BETWEEN), tick.clone()),
        _ => (permission.menu.join(BETWEEN), "(see the note)".to_owned()),
    }
}

fn wrapped(names: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let name = if at + 1 < names.len() { format!("{name},") } else { name.clone() };
        match lines.last_mut() {
            Some(line) if line.width() + 1 + name.width() <= FIELDS_WIDTH => *line += &format!(" {name}"),
            _ => lines.push(name),
        }
    }
    lines
}
