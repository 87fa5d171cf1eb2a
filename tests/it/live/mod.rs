//! The built program against a company on loopback, from end to end: every command that calls HiBob, through whatever goes wrong.

mod asks;
mod faults;
mod identity;
mod limits;
mod size;
mod time_off;
mod tls;
mod truth;
mod wide;

use crate::tenant::Tenant;
use bobmap::sandbox::{Limits, Sandbox, Settings};
use std::time::Duration;

const USERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/activtrak/users.yaml");

/// A mapping that reads next to nothing.
pub const IDS: &str = "mapping: ids\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: { from: $.id, personal: false }\n";

/// Limits that nobody meets.
fn unlimited() -> Settings {
    Settings {
        limits: Limits { rate: Some(1_000_000), window: Duration::from_millis(200), ..Limits::default() },
        ..Settings::default()
    }
}

/// The tables, as `bobmap fetch` and as HiBob's bulk endpoints call them.
const HISTORIES: [(&str, &str); 4] = [
    ("work_history", "work"),
    ("employment_history", "employment"),
    ("lifecycle_history", "lifecycle"),
    ("salary_history", "salaries"),
];

/// Every command that calls HiBob, with small batches and next to no waits.
fn commands() -> Vec<Vec<String>> {
    let somebody = Sandbox::employee_id(3);
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["dry-run", USERS, "--live", "--as-of", "2026-03-31"],
        vec!["explain", USERS, "--live", "--as-of", "2026-03-31", "--key", &somebody],
        vec!["diff", USERS, USERS, "--live", "--as-of", "2026-03-31"],
        vec!["doctor", USERS],
        vec!["fetch", "people"],
        vec!["fetch", "fields"],
        vec!["fetch", "named_lists"],
        vec!["fields", "work"],
        vec!["fields", "pull", "--out", "-"],
        vec!["show", &somebody],
        vec!["init", "activtrak.user", "--as-of", "2026-03-31", "--key-file", "key"],
    ];
    commands.extend(time_off::FETCHES.iter().map(|fetch| fetch.to_vec()));
    commands.extend(HISTORIES.map(|(table, _)| vec!["fetch", table]));
    let patient = ["--batch", "7", "--retry-wait", "1", "--longest-wait", "0"];
    let whole = |command: Vec<&str>| command.into_iter().chain(patient).map(str::to_owned).collect();
    commands.into_iter().map(whole).collect()
}

fn borrowed(command: &[String]) -> Vec<&str> {
    command.iter().map(String::as_str).collect()
}

fn write(tenant: &Tenant, name: &str, text: &str) {
    std::fs::write(tenant.folder.path().join(name), text).unwrap();
}
