//! Users on `scim2-server`, a SCIM 2.0 server that others wrote: made, changed, switched off, and nobody made twice.

use crate::is_on;
use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TOKEN: &str = "a-token-that-nobody-sees";

pub const MAPPING: &str = "\
mapping: users
format: 1
source: hibob.people
target: scim.user
key: external_id
fields:
  external_id: { from: $.id, personal: false }
  user_name: { from: $.email, required: true }
  given_name: $.firstName
  title: $.work.title
  work_email: $.email
  home_email: $.home.privateEmail
  mobile_phone: $.work.workMobile
  department: $.work.department
  manager: $.work.reportsTo.id
";

/// The server; every first part of a path is a company of its own.
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    pub fn start() -> Server {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = root.join("target/scim2/bin/scim2-server");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(&program);
        command.args(["--dynamic-tenants", "--bearer-token", TOKEN, "--port", &port.to_string()]);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = process.unwrap_or_else(|error| panic!("{}: {error}; `.ci/run` installs it", program.display()));
        let server = Server { process, port };
        let end = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "the server does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    /// Calls the server without bobmap.
    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {TOKEN}\r\n\
             Content-Type: application/scim+json\r\nContent-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.split(' ').nth(1).unwrap().starts_with('2'), "{method} {path}: {answer}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A company's folder, and its users on the server.
pub struct Company<'s> {
    folder: TempDir,
    server: &'s Server,
    tenant: String,
    /// The address of the one that holds the state.
    database: Option<String>,
}

impl<'s> Company<'s> {
    pub fn new(server: &'s Server, tenant: &str, more: &str) -> Self {
        Self::with_state(server, tenant, more, None)
    }

    /// With the state in a database, if there is one.
    fn with_state(server: &'s Server, tenant: &str, more: &str, database: Option<String>) -> Self {
        let company = Company { folder: tempfile::tempdir().unwrap(), server, tenant: tenant.to_owned(), database };
        let to = format!("{{ scim: \"http://127.0.0.1:{}/{tenant}\", token: \"${{SCIM_TOKEN}}\"{more} }}", server.port);
        let job =
            format!("{{ mappings: users.yaml, records: {{ hibob.people: people.jsonl }}, to: {to}, guard: {{ deletes: 100 }} }}");
        let state = company.database.as_ref().map_or("", |_| "state: { postgres: '${STATE_DATABASE}' }\n");
        company.write("bobmap.yaml", &format!("{state}jobs: {{ job: {job} }}\n"));
        company.write("users.yaml", MAPPING);
        company
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn people(&self, people: &[Value]) {
        self.write("people.jsonl", &people.iter().map(|person| format!("{person}\n")).collect::<String>());
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env("SCIM_TOKEN", TOKEN);
        command.env("STATE_DATABASE", self.database.as_deref().unwrap_or_default());
        command
    }

    fn sync(&self) -> Output {
        self.command(cargo_bin!("bobmap")).args(["sync", "job", "--changes", "0"]).output().unwrap()
    }

    /// Syncs, and expects this exit code; what was said.
    pub fn expect(&self, code: i32) -> String {
        let output = self.sync();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(TOKEN) && !said.contains("example.test"), "{said}");
        said
    }

    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.server.call(method, &format!("/{}{path}", self.tenant), body)
    }

    /// The users by their names, without what the server makes itself; managers by their names.
    pub fn users(&self) -> BTreeMap<String, Value> {
        let list = self.call("GET", "/Users?count=1000", None);
        let users = list["Resources"].as_array().cloned().unwrap_or_default();
        let name_of = |id: &Value| users.iter().find(|user| user["id"] == *id).map(|user| user["userName"].clone());
        let plain = |user: &Value| {
            let mut plain = user.clone();
            if let Some(manager) = plain.pointer_mut(&format!("/{ENTERPRISE}/manager")) {
                *manager = name_of(&manager["value"]).unwrap();
            }
            let members = plain.as_object_mut().unwrap();
            members.retain(|name, _| !["id", "meta", "schemas", "groups"].contains(&name.as_str()));
            (user["userName"].as_str().unwrap().to_owned(), plain)
        };
        users.iter().map(plain).collect()
    }
}

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

pub fn person(number: u32, manager: u32) -> Value {
    json!({
        "id": format!("{number:02}"),
        "email": format!("p{number:02}@example.test"),
        "firstName": format!("Ada {number}"),
        "work": { "title": "Clerk", "workMobile": "+44 7700 900000", "department": "Sales", "reportsTo": { "id": format!("{manager:02}") } },
    })
}

fn manager(users: &BTreeMap<String, Value>, number: u32) -> Option<String> {
    let user = &users[&format!("p{number:02}@example.test")];
    user[ENTERPRISE]["manager"].as_str().map(str::to_owned)
}

#[test]
fn people_come_change_leave_and_come_back() {
    if !is_on() {
        return;
    }
    let (server, postgres) = (Server::start(), crate::server::Server::shared());
    lives(&Company::new(&server, "life", ""));
    let database = postgres.socket(&postgres.database("template0"));
    lives(&Company::with_state(&server, "other-life", "", Some(database)));
}

fn lives(company: &Company<'_>) {
    let foreign =
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "admin@example.test", "title": "Admin" });
    company.call("POST", "/Users", Some(&foreign));
    let own =
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "P06@example.test", "nickName": "Six" });
    company.call("POST", "/Users", Some(&own));

    // A circle of managers, one who is their own, and one whom nobody knows.
    let mut people: Vec<Value> =
        [(1, 3), (2, 1), (3, 2), (4, 4), (5, 77), (6, 1)].map(|(number, of)| person(number, of)).to_vec();
    company.people(&people);
    let said = company.expect(0);
    assert!(said.contains("5 to create, 1 to update") && said.contains("the manager of 1 person"), "{said}");
    let users = company.users();
    assert_eq!(users.len(), 7);
    let managers = [1, 2, 3, 4, 5].map(|number| manager(&users, number));
    let named = |number| Some(format!("p{number:02}@example.test"));
    assert_eq!(managers, [named(3), named(1), named(2), named(4), None]);
    let adopted = users.values().find(|user| user["nickName"] == "Six").unwrap();
    assert_eq!((&adopted["externalId"], &adopted["title"]), (&json!("06"), &json!("Clerk")));
    assert!(company.expect(0).contains("nothing to do"));
    assert_eq!(company.users(), users);

    // A new title, a number that is gone, a new manager, a new name to sign in with.
    people[0]["work"]["title"] = json!("Chief");
    people[1]["work"]["workMobile"] = Value::Null;
    people[2]["work"]["reportsTo"] = Value::Null;
    people[3]["email"] = json!("four@example.test");
    people[4]["home"] = json!({ "privateEmail": "five@example.test" });
    company.people(&people);
    let said = company.expect(0);
    assert!(said.contains("5 to update, 1 unchanged"), "{said}");
    let users = company.users();
    assert_eq!(users["p01@example.test"]["title"], "Chief");
    assert_eq!(users["p02@example.test"]["phoneNumbers"], Value::Null);
    assert_eq!(manager(&users, 3), None);
    assert_eq!(users["four@example.test"]["emails"][0]["value"], "four@example.test");
    assert_eq!(users["p05@example.test"]["emails"].as_array().unwrap().len(), 2);
    assert!(company.expect(0).contains("nothing to do"));

    // A leaver is switched off, one who is rejected stays, and the administrator is nobody's leaver.
    let leaver = people.remove(1);
    people[0]["email"] = Value::Null;
    company.people(&people);
    let said = company.expect(4);
    assert!(said.contains("1 to delete") && said.contains("1 held"), "{said}");
    let users = company.users();
    assert_eq!(users["p02@example.test"]["active"], false);
    assert_eq!(users["p01@example.test"]["title"], "Chief");
    assert_ne!(users["p01@example.test"]["active"], false);
    assert_ne!(users["admin@example.test"]["active"], false);
    assert!(company.expect(4).contains("nothing to do"));

    people[0]["email"] = json!("p01@example.test");
    people.push(leaver);
    company.people(&people);
    company.expect(0);
    let users = company.users();
    assert_eq!(users["p02@example.test"]["active"], true);
    assert_eq!(users.len(), 7);
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn leavers_are_deleted_only_where_the_job_says_so() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    for (tenant, more, left) in [("delete", ", deletes: delete", None), ("keep", ", deletes: keep", Some(Value::Null))] {
        let company = Company::new(&server, tenant, more);
        company.people(&[person(1, 1), person(2, 1)]);
        company.expect(0);
        company.people(&[person(1, 1)]);
        company.expect(0);
        let users = company.users();
        assert_eq!(users.get("p02@example.test").map(|user| user["active"].clone()), left, "{tenant}");
        assert!(company.expect(0).contains("nothing to do"));
    }
}

#[test]
fn a_wrong_token_and_a_wrong_address_are_told_without_a_secret() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    let company = Company::new(&server, "wrong", "");
    company.people(&[person(1, 1)]);
    let output = company.command(cargo_bin!("bobmap")).args(["sync", "job"]).env("SCIM_TOKEN", "other-secret").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("was answered with 401: the token is wrong") && !said.contains("other-secret"), "{said}");
}

/// System calls by which requests go out, answers come in and the state is written.
const CALLS: [&str; 3] = ["writev", "recvfrom", "pwrite64"];
/// Places to kill at, of each call.
const PLACES: usize = 14;

/// Kills the sync of a company that `ready` makes, here and there, and expects the next to end where an undisturbed one does: in what
/// `shown` shows. Returns that.
pub fn kill_anywhere<'s, T: PartialEq + std::fmt::Debug>(
    ready: impl Fn(&str) -> Company<'s>,
    shown: impl Fn(&Company<'s>) -> T,
) -> T {
    let traced = |company: &Company<'_>, arguments: &[String]| {
        let mut command = company.command("strace");
        command.arg("-f").args(arguments).arg(cargo_bin!("bobmap")).args(["sync", "job", "--threads", "1"]);
        command.output().expect("strace is installed where these tests are switched on")
    };
    let undisturbed = ready("undisturbed");
    let log = undisturbed.path("calls.log");
    let arguments = ["-o".to_owned(), log.display().to_string(), format!("--trace={}", CALLS.join(","))];
    assert_eq!(traced(&undisturbed, &arguments).status.code(), Some(0));
    let expected = shown(&undisturbed);
    let text = std::fs::read_to_string(&log).unwrap();
    let mut kills = 0;
    for call in CALLS {
        let count = text.lines().filter(|line| line.contains(&format!(" {call}("))).count();
        assert!(count > 5, "{call}: {count}");
        for which in (1..=count).step_by(count.div_ceil(PLACES)) {
            let company = ready(&format!("{call}{which}"));
            let inject = format!("--inject={call}:signal=SIGKILL:when={which}");
            let output = traced(&company, &[inject, "-o".to_owned(), "/dev/null".to_owned()]);
            kills += usize::from(output.status.signal() == Some(9));
            company.expect(0);
            assert_eq!(shown(&company), expected, "{call} number {which}");
            assert!(company.expect(0).contains("nothing to do"), "{call} number {which}");
        }
    }
    eprintln!("killed {kills} times");
    assert!(kills > 20, "{kills}");
    expected
}

#[test]
fn a_sync_that_is_killed_anywhere_is_finished_by_the_next_and_makes_nobody_twice() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    let ready = |tenant: &str| {
        let company = Company::new(&server, tenant, "");
        company.people(&[(1, 2), (2, 1), (3, 3), (4, 1)].map(|(number, of)| person(number, of)));
        company.expect(0);
        let mut people: Vec<Value> = [(2, 5), (3, 6), (4, 5), (5, 6), (6, 5)].map(|(number, of)| person(number, of)).to_vec();
        people[1]["work"]["title"] = json!("Chief");
        company.people(&people);
        company
    };
    let expected = kill_anywhere(ready, |company| company.users());
    assert_eq!((expected.len(), manager(&expected, 5)), (6, Some("p06@example.test".to_owned())));
}
