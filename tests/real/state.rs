//! The state in a real PostgreSQL: what any state must do, many workers, and connections that end.

use crate::remembered::everything_holds;
use crate::server::{PASSWORD, Server, command};
use crate::{MAPPING, is_on};
use bobmap::state::{Place, State, StateError};
use jiff::Timestamp;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn place(server: &Server, database: &str) -> Place {
    Place::Postgres { address: server.socket(database), schema: "the \"State\"".to_owned() }
}

#[test]
fn postgres_does_what_a_state_must() {
    if !is_on() {
        return;
    }
    everything_holds(&|| {
        let server = Server::shared();
        let database = server.database("template0");
        Box::new(move |tenant| State::open(&place(&server, &database), tenant).unwrap())
    });
}

/// A folder with jobs, and the database that holds their state.
struct Company {
    server: Arc<Server>,
    folder: TempDir,
    database: String,
    url: String,
}

/// Ends bobmap's connections, and waits until they are gone.
const CUT: &str = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'bobmap'";

const PEOPLE: &str = "mappings: people.yaml, records: { hibob.people: people.jsonl }, guard: { deletes: 100, updates: 100 }";

impl Company {
    /// `None` where these tests are not switched on.
    fn new() -> Option<Company> {
        if !is_on() {
            return None;
        }
        let server = Server::shared();
        let database = server.database("template0");
        let url = server.socket(&database);
        let company = Company { server, folder: tempfile::tempdir().unwrap(), database, url };
        company.write("people.yaml", MAPPING);
        company.jobs("", &["file", "table"]);
        company.people(1..=5);
        Some(company)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Jobs of these names: `table` and what begins with it write into SQLite, the others files.
    fn jobs(&self, head: &str, names: &[&str]) {
        let job = |name: &&str| match name.starts_with("table") {
            true => format!("  {name}: {{ {PEOPLE}, to: {{ sqlite: {name}.sqlite, table: people, deletes: hard }} }}\n"),
            false => format!("  {name}: {{ {PEOPLE}, to: {{ file: {name}.csv }} }}\n"),
        };
        let jobs: String = names.iter().map(job).collect();
        self.write("bobmap.yaml", &format!("{head}state: {{ postgres: '${{PEOPLE_DATABASE}}' }}\njobs:\n{jobs}"));
    }

    fn people(&self, numbers: impl IntoIterator<Item = u32>) {
        let line = |number| format!("{{\"id\":\"{number:02}\",\"firstName\":\"Ada {number}\"}}\n");
        self.write("people.jsonl", &numbers.into_iter().map(line).collect::<String>());
    }

    fn sql(&self, sql: &str) -> String {
        self.server.sql(&self.database, sql)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        command(self.folder.path(), &self.url, arguments)
    }

    fn expect(&self, code: i32, arguments: &[&str]) -> String {
        self.expect_by(code, &self.url, arguments)
    }

    /// Runs with this address, expects this exit code, and returns what was said; never a password.
    fn expect_by(&self, code: i32, url: &str, arguments: &[&str]) -> String {
        ended(code, &command(self.folder.path(), url, arguments).output().unwrap())
    }

    fn ids(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("file.csv")).unwrap();
        text.lines().skip(1).map(|line| &line[..2]).collect::<Vec<_>>().join(",")
    }

    /// A worker who waits for the records of a job, and has its lock.
    fn slow(&self, job: &str) -> (Child, PathBuf) {
        let fifo = self.folder.path().join(format!("{job}.fifo"));
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let mut worker = self.command(&["sync", job, "--records", &format!("{job}.fifo")]);
        let worker = worker.stderr(Stdio::piped()).spawn().unwrap();
        let locks = format!("SELECT count(*) FROM bobmap_state.runs WHERE outcome = 'running' AND job = '{job}'");
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.sql("SELECT to_regclass('bobmap_state.runs') IS NULL") == "t" || self.sql(&locks) == "0" {
            assert!(Instant::now() < deadline, "the worker takes no lock");
            std::thread::sleep(Duration::from_millis(10));
        }
        (worker, fifo)
    }
}

fn ended(code: i32, output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked") && !said.contains(PASSWORD) && !said.contains("loader"), "{said}");
    said
}

#[test]
fn jobs_whose_state_is_in_postgres_do_as_others_do() {
    let Some(company) = Company::new() else { return };
    for job in ["file", "table"] {
        assert!(company.expect(0, &["sync", job]).contains("5 to create"));
        assert!(company.expect(0, &["sync", job]).contains("nothing to do"));
    }
    company.people(2..=6);
    let plan = company.command(&["plan", "file", "--format", "json"]).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).unwrap();
    let checksum = plan["checksum"].as_str().unwrap();
    let said = company.expect(0, &["sync", "file", "--plan", checksum]);
    assert!(said.contains("1 to create, 1 to delete, 4 unchanged"), "{said}");
    assert_eq!(company.ids(), "02,03,04,05,06");
    assert!(company.expect(5, &["sync", "file", "--plan", checksum]).contains("the plan is no longer"));
    // Somebody else's change is found, and rows that are held are written again as they were.
    company.write("file.csv", "id,name\n");
    company.people(3..=6);
    let said = company.expect(0, &["sync", "file", "--limit", "1"]);
    assert!(said.contains("4 held") && said.contains("was changed by somebody else"), "{said}");
    assert_eq!(company.ids(), "03,02,04,05,06");
    let runs = String::from_utf8(company.command(&["runs", "--job", "file"]).output().unwrap().stdout).unwrap();
    assert_eq!(runs.matches("applied").count(), 3, "{runs}");
    let one = String::from_utf8(company.command(&["runs", "show", "1"]).output().unwrap().stdout).unwrap();
    assert!(one.starts_with("run 1 of file: applied") && one.contains("by        process "), "{one}");
    assert!(!company.folder.path().join(".bobmap").exists());
}

#[test]
fn workers_who_start_at_once_make_the_tables_once() {
    let Some(company) = Company::new() else { return };
    for round in 0..5 {
        let schema = format!("state{round}");
        let open = || {
            let place = Place::Postgres { address: company.url.clone(), schema: schema.clone() };
            State::open(&place, "").map(|state| state.begin("job", Timestamp::UNIX_EPOCH).unwrap())
        };
        let mut ids: Vec<i64> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            workers.into_iter().map(|worker| worker.join().unwrap().unwrap()).collect()
        });
        ids.sort_unstable();
        assert_eq!(ids, (1..=8).collect::<Vec<_>>());
        assert_eq!(company.sql(&format!("SELECT count(*) FROM {schema}.bobmap_state")), "1");
    }
}

#[test]
fn a_job_has_one_worker_on_all_machines_and_a_killed_one_leaves_nothing_locked() {
    let Some(company) = Company::new() else { return };
    let (mut first, _) = company.slow("file");
    let said = company.expect(3, &["sync", "file"]);
    assert!(said.contains(&format!("`file` is being run by another bobmap (process {} on ", first.id())), "{said}");
    assert!(company.expect(3, &["plan", "file"]).contains("is being run by another bobmap"));
    let said = company.expect(0, &["sync", "--all"]);
    assert!(said.contains(&format!("file: another bobmap is at it (process {}", first.id())), "{said}");
    assert!(said.contains("written: table.sqlite"), "{said}");
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(company.expect(0, &["sync", "file"]).contains("written: file.csv"));
    let runs = company.sql("SELECT string_agg(outcome, ' ' ORDER BY id) FROM bobmap_state.runs WHERE job = 'file'");
    assert_eq!(runs, "killed applied");
}

#[test]
fn a_run_whose_connection_is_cut_writes_nothing_more() {
    let Some(company) = Company::new() else { return };
    company.people(7..=9);
    for job in ["file", "table"] {
        let (first, fifo) = company.slow(job);
        company.sql(CUT);
        // Somebody else has the job meanwhile.
        company.people(1..=5);
        company.expect(0, &["sync", job]);
        std::fs::write(fifo, "{\"id\":\"77\"}\n").unwrap();
        let said = ended(3, &first.wait_with_output().unwrap());
        assert!(said.contains("the connection was lost") && said.contains("run it again"), "{said}");
        assert!(company.expect(0, &["sync", job]).contains("nothing to do"));
        let runs = format!("SELECT string_agg(outcome, ' ' ORDER BY id) FROM bobmap_state.runs WHERE job = '{job}'");
        assert_eq!(company.sql(&runs), "killed applied unchanged");
    }
    assert_eq!(company.ids(), "01,02,03,04,05");
}

#[test]
fn a_lock_whose_connection_is_cut_is_known_to_be_lost() {
    let Some(company) = Company::new() else { return };
    let state = State::open(&Place::Postgres { address: company.url.clone(), schema: "s".to_owned() }, "").unwrap();
    let lock = state.lock("job").unwrap();
    lock.check().unwrap();
    company.sql(CUT);
    assert!(matches!(lock.check(), Err(StateError::Unlocked { .. })));
}

#[test]
fn any_number_of_workers_share_the_jobs_of_many_tenants() {
    let Some(company) = Company::new() else { return };
    let names = ["a", "b", "c", "d", "e"];
    let tenants: Vec<TempDir> = (0..2).map(|_| tempfile::tempdir().unwrap()).collect();
    for (tenant, folder) in tenants.iter().enumerate() {
        company.jobs(&format!("tenant: t{tenant}\n"), &names);
        for name in ["people.yaml", "bobmap.yaml", "people.jsonl"] {
            std::fs::copy(company.folder.path().join(name), folder.path().join(name)).unwrap();
        }
    }
    let start =
        |folder: &TempDir| command(folder.path(), &company.url, &["sync", "--all"]).stderr(Stdio::piped()).spawn().unwrap();
    let workers: Vec<Child> = (0..3).flat_map(|_| tenants.iter().map(start)).collect();
    for worker in workers {
        ended(0, &worker.wait_with_output().unwrap());
    }
    for folder in &tenants {
        for name in names {
            let text = std::fs::read_to_string(folder.path().join(format!("{name}.csv"))).unwrap();
            assert_eq!(text.lines().count(), 6, "{name}");
        }
    }
    // Each was written once, and nobody was at a job while somebody else was.
    let applied = "SELECT count(*), count(DISTINCT (tenant, job)) FROM bobmap_state.runs WHERE outcome = 'applied'";
    assert_eq!(company.sql(applied), "10|10");
    let together = "SELECT count(*) FROM bobmap_state.runs one JOIN bobmap_state.runs other USING (tenant, job)
        WHERE one.id < other.id AND one.ended > other.started";
    assert_eq!(company.sql(together), "0");
    assert_eq!(company.sql("SELECT count(*) FROM bobmap_state.runs WHERE outcome NOT IN ('applied', 'unchanged')"), "0");
}

#[test]
fn a_state_that_can_not_be_used_is_told_with_what_to_do() {
    let Some(company) = Company::new() else { return };
    let (server, database) = (&company.server, &company.database);
    let plain = |password: &str| server.tcp(database, password, "&sslmode=disable");
    let here = format!("the state localhost:{}/{database}, schema bobmap_state: ", server.port);
    for (url, why) in [
        (
            format!("postgres://loader:{PASSWORD}@127.0.0.1:1/people"),
            "the state 127.0.0.1:1/people, schema bobmap_state: nothing listens there".to_owned(),
        ),
        (plain("wrong"), format!("{here}the server refuses the password")),
        (plain(PASSWORD), "permission denied for database".to_owned()),
        (server.tcp(database, PASSWORD, ""), "certificate is not to be believed".to_owned()),
        (format!("postgres://loader:{PASSWORD}@localhost:x/people"), "no address of a PostgreSQL server".to_owned()),
    ] {
        for command in ["sync", "plan", "runs"] {
            let arguments = if command == "runs" { vec!["runs"] } else { vec![command, "file"] };
            let said = company.expect_by(3, &url, &arguments);
            assert!(said.contains(&why), "{why}: {said}");
        }
    }
    assert!(!company.folder.path().join("file.csv").exists());
    company.sql("CREATE SCHEMA bobmap_state; CREATE TABLE bobmap_state.others (a int)");
    let said = company.expect(3, &["sync", "file"]);
    assert!(said.contains("this is no state of bobmap; name another schema under `state`"), "{said}");
    company.sql("DROP TABLE bobmap_state.others; ALTER SCHEMA bobmap_state OWNER TO loader");
    company.expect_by(0, &plain(PASSWORD), &["sync", "file"]);
    company.sql("UPDATE bobmap_state.bobmap_state SET version = 99");
    let said = company.expect(3, &["sync", "file"]);
    assert!(said.contains("is of a later bobmap (version 99"), "{said}");
}
