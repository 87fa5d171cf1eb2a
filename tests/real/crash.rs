//! Killed at the n-th write, fsync, rename and so on of a sync: the next one ends where an undisturbed one does.

use crate::account::Accounts;
use crate::server::{Server, command};
use crate::{MAPPING, is_on};
use assert_cmd::cargo::cargo_bin;
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::HashMap;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;

/// System calls that change what is there.
const CALLS: &str =
    "write,writev,pwrite64,pwritev,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,sendto,sendmsg";
/// Places to kill at, of each kind of sync.
const PLACES: usize = 200;

/// What is written where that is no file.
const POSTGRES: &str = "postgres";
const ACCOUNT: &str = "account";

/// The state of jobs that keep it in PostgreSQL.
const STATE: &str = "state: { postgres: '${PEOPLE_DATABASE}' }\n";

/// The mapping for an account of ActivTrak's.
const USERS: &str = "\
mapping: users
format: 1
source: hibob.people
target: activtrak.user
key: user_lookup_id
fields:
  user_lookup_id: { from: $.id, personal: false }
  display_name: $.firstName
";

/// Where one sync runs: a folder with a job, and a database or the key of an account where it uses one.
struct Place {
    folder: TempDir,
    database: Option<(Arc<Server>, String)>,
    account: Option<(Arc<Accounts>, String)>,
}

impl Place {
    fn new(database: Option<(Arc<Server>, String)>, account: Option<(Arc<Accounts>, String)>) -> Place {
        Place { folder: tempfile::tempdir().unwrap(), database, account }
    }

    /// Gives a command what the job finds in its environment.
    fn equip(&self, command: &mut Command) {
        command.env("PEOPLE_DATABASE", self.url());
        command.env("ACTIVTRAK_KEY", self.account.as_ref().map_or("", |(_, key)| key));
    }

    fn url(&self) -> String {
        self.database.as_ref().map_or_else(String::new, |(server, name)| server.socket(name))
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.database {
            server.drop_database(name);
        }
    }
}

/// A job as it was before the sync that is killed.
struct Before {
    place: Place,
    /// What the job writes.
    written: &'static str,
}

impl Before {
    /// `synced`: the destination has rows already, of which some change, some go and some stay.
    fn new(to: &str, written: &'static str, state: &str, synced: bool) -> Before {
        let database = (written == POSTGRES || state == STATE).then(Server::shared).map(|server| {
            let name = server.database("template0");
            (server, name)
        });
        let account = (written == ACCOUNT).then(Accounts::start).map(|accounts| {
            let key = accounts.copy("");
            (accounts, key)
        });
        let to = account.as_ref().map_or_else(|| to.to_owned(), |(accounts, _)| to.replace("ADDRESS", &accounts.address()));
        let mapping = if account.is_some() { USERS } else { MAPPING };
        let before = Before { place: Place::new(database, account), written };
        let path = |name: &str| before.place.path().join(name);
        std::fs::write(path("people.yaml"), mapping).unwrap();
        let job =
            format!("mappings: people.yaml, records: {{ hibob.people: people.jsonl }}, to: {to}, guard: {{ deletes: 100 }}");
        std::fs::write(path("bobmap.yaml"), format!("{state}jobs: {{ job: {{ {job} }} }}\n")).unwrap();
        let people = |names: &dyn Fn(u32) -> Option<String>| {
            let line = |number| names(number).map(|name| format!("{{\"id\":\"{number:03}\",\"firstName\":\"{name}\"}}\n"));
            std::fs::write(path("people.jsonl"), (0..120).filter_map(line).collect::<String>()).unwrap();
        };
        if synced {
            people(&|number| (number < 90).then(|| format!("Ada {number}")));
            ended(&sync(&before.place));
        }
        people(&|number| (number >= 30).then(|| if number < 60 { "Bea".to_owned() } else { format!("Ada {number}") }));
        before
    }

    /// A copy to be killed in.
    fn copy(&self) -> Place {
        let database = self.place.database.as_ref();
        let account = self.place.account.as_ref();
        let copy = Place::new(
            database.map(|(server, name)| (server.clone(), server.database(name))),
            account.map(|(accounts, key)| (accounts.clone(), accounts.copy(key))),
        );
        let copied = Command::new("cp").arg("-a").arg(self.place.path().join(".")).arg(copy.path()).status().unwrap();
        assert!(copied.success());
        copy
    }

    /// What the destination holds.
    fn holds(&self, place: &Place) -> Vec<Vec<Value>> {
        if let (POSTGRES, Some((server, name))) = (self.written, &place.database) {
            let select = "SELECT _bobmap_key, _bobmap_source, _bobmap_deleted_at IS NULL, id, name FROM people ORDER BY 1";
            return vec![vec![Value::Text(server.sql(name, select))]];
        }
        if let Some((accounts, key)) = &place.account {
            // Every file since the copy was made is whole: never is somebody missing, not even for a while.
            let before = self.place.account.as_ref().map_or(0, |(accounts, key)| accounts.files(key).len());
            let mut files = accounts.files(key).split_off(before);
            files.dedup();
            return files.into_iter().map(|file| vec![Value::Text(file)]).collect();
        }
        let path = place.path().join(self.written);
        if !self.written.ends_with(".sqlite") {
            return vec![vec![Value::Blob(std::fs::read(path).unwrap())]];
        }
        let connection = Connection::open(path).unwrap();
        let select = "SELECT _bobmap_key, _bobmap_source, _bobmap_deleted_at IS NULL, id, name FROM people ORDER BY 1";
        let mut select = connection.prepare(select).unwrap();
        let rows = select.query_map([], |row| (0..5).map(|column| row.get(column)).collect()).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }
}

const SYNC: [&str; 6] = ["sync", "job", "--threads", "1", "--changes", "0"];

fn sync(place: &Place) -> Output {
    let mut command = command(place.path(), &place.url(), &SYNC);
    place.equip(&mut command);
    command.output().unwrap()
}

fn ended(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

fn traced(place: &Place, arguments: &[String]) -> Output {
    let mut command = Command::new("strace");
    command.arg("-f").args(arguments).arg(cargo_bin!("bobmap")).args(SYNC).current_dir(place.path());
    place.equip(&mut command);
    command.output().expect("strace is installed where these tests are switched on")
}

/// Each call of an undisturbed run: its name, and which of its name it is in its thread.
fn calls(before: &Before) -> Vec<(String, usize)> {
    let place = before.copy();
    let log: PathBuf = place.path().join("calls.log");
    ended(&traced(&place, &["-o".to_owned(), log.display().to_string(), format!("--trace={CALLS}")]));
    let mut counts: HashMap<(String, String), usize> = HashMap::new();
    let text = std::fs::read_to_string(&log).unwrap();
    let call = |line: &str| {
        let (thread, rest) = line.split_once(' ')?;
        let (name, _) = rest.trim_start().split_once('(')?;
        CALLS.split(',').any(|known| known == name).then(|| (thread.to_owned(), name.to_owned()))
    };
    text.lines()
        .filter_map(call)
        .map(|(thread, name)| {
            let count = counts.entry((thread, name.clone())).or_default();
            *count += 1;
            (name, *count)
        })
        .collect()
}

fn killed_everywhere(to: &str, written: &'static str, state: &str) {
    if !is_on() {
        return;
    }
    for synced in [false, true] {
        let before = Before::new(to, written, state, synced);
        let undisturbed = before.copy();
        ended(&sync(&undisturbed));
        let expected = before.holds(&undisturbed);
        let calls = calls(&before);
        assert!(calls.len() > 20, "{calls:?}");
        let step = calls.len().div_ceil(PLACES);
        let mut kills = 0;
        for (name, which) in calls.iter().step_by(step) {
            let at = format!("{written}, synced before: {synced}, {name} number {which}");
            let place = before.copy();
            let inject = format!("--inject={name}:signal=SIGKILL:when={which}");
            let output = traced(&place, &[inject, "-o".to_owned(), "/dev/null".to_owned()]);
            kills += usize::from(output.status.signal() == Some(9));
            let again = sync(&place);
            assert_eq!(again.status.code(), Some(0), "{at}: {}", String::from_utf8_lossy(&again.stderr));
            assert_eq!(before.holds(&place), expected, "{at}");
            let third = sync(&place);
            assert!(String::from_utf8_lossy(&third.stderr).contains("nothing to do"), "{at}");
        }
        eprintln!("{written}, synced before: {synced}: {} calls, killed at {kills}", calls.len());
        assert!(kills * 10 > calls.len().div_ceil(step) * 9, "{kills} of {} died", calls.len().div_ceil(step));
    }
}

#[test]
fn a_table_of_sqlite_survives_a_kill_anywhere() {
    killed_everywhere("{ sqlite: people.sqlite, table: people, deletes: hard }", "people.sqlite", "");
}

#[test]
fn a_file_survives_a_kill_anywhere() {
    killed_everywhere("{ file: people.csv }", "people.csv", "");
}

#[test]
fn a_file_whose_state_is_in_postgres_survives_a_kill_anywhere() {
    killed_everywhere("{ file: people.csv }", "people.csv", STATE);
}

#[test]
fn a_table_of_postgres_survives_a_kill_anywhere() {
    killed_everywhere("{ postgres: '${PEOPLE_DATABASE}', table: people, deletes: hard }", POSTGRES, "");
}

#[test]
fn a_file_of_columns_survives_a_kill_anywhere() {
    killed_everywhere("{ file: people.parquet }", "people.parquet", "");
}

#[test]
fn an_account_of_activtrak_survives_a_kill_anywhere() {
    killed_everywhere("{ hrdc: 'ADDRESS', key: '${ACTIVTRAK_KEY}' }", ACCOUNT, "");
}
