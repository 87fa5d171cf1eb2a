//! `bobmap plan`, `sync` and `runs` as they are built: what is written, what is held, and what stops before anything is.

mod crash;
mod deletes;
mod files;
mod guards;
mod hrdc;
mod jobs;
mod kinds;
mod plans;
mod scim;
mod scim_calls;
mod scim_groups;
mod since;
mod workers;

use assert_cmd::cargo::cargo_bin;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const MAPPING: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  name: $.firstName
  title: { from: $.work.title, required: true, personal: false }
";

const JOBS: &str = "\
jobs:
  people:
    mappings: people.yaml
    records: { hibob.people: people.jsonl }
    to: { sqlite: people.sqlite, table: people }
  file:
    mappings: people.yaml
    records: { hibob.people: people.jsonl }
    to: { file: people.csv }
";

/// A folder with two jobs, and invented people to run them on.
struct Company {
    folder: TempDir,
}

impl Company {
    fn new() -> Self {
        let company = Company { folder: tempfile::tempdir().unwrap() };
        company.write("people.yaml", MAPPING);
        company.write("bobmap.yaml", JOBS);
        company.people(1..=20);
        company
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The people with these numbers are the whole company.
    fn people(&self, numbers: impl IntoIterator<Item = u32>) {
        let line =
            |number| format!("{{\"id\":\"{number:02}\",\"firstName\":\"Ada {number}\",\"work\":{{\"title\":\"Clerk\"}}}}\n");
        self.write("people.jsonl", &numbers.into_iter().map(line).collect::<String>());
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert!(!said(&output).contains("panicked"), "{arguments:?}: {}", said(&output));
        output
    }

    /// Runs, and expects this exit code; what was said on standard error.
    fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            said(&output)
        );
        said(&output)
    }

    /// The ids of the table's rows that are not deleted, in order.
    fn table(&self) -> Vec<String> {
        rows(&self.path("people.sqlite"))
    }

    /// The checksum of a job's plan.
    fn checksum(&self, job: &str) -> String {
        let output = self.run(&["plan", job, "--format", "json"]);
        let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        plan["checksum"].as_str().unwrap().to_owned()
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("bobmap"));
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100");
    for name in ["BOB_SERVICE_USER_ID", "BOB_SERVICE_USER_TOKEN", "BOB_BASE_URL", "BOB_ENVIRONMENT"] {
        command.env_remove(name);
    }
    command
}

fn rows(path: &Path) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let mut select = connection.prepare("SELECT id FROM people WHERE _bobmap_deleted_at IS NULL ORDER BY id").unwrap();
    select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("{number:02}")).collect()
}
