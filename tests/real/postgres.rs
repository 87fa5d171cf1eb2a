//! Syncs into a real PostgreSQL: types, deletes, columns, refusals, TLS, and connections that end in the middle.

use crate::server::{PASSWORD, Server, bobmap, command};
use crate::{MAPPING, is_on};
use serde_json::json;
use std::process::{Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

const TYPED: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  text: { type: string, from: $.custom.text }
  \"an odd \\\"name\\\"\": { type: email, from: $.custom.email }
  whole: { type: integer, from: $.custom.whole }
  exact: { type: decimal, from: $.custom.exact }
  yes: { type: boolean, from: $.custom.yes }
  day: { type: date, from: $.custom.day }
  moment: { type: datetime, from: $.custom.moment }
  several: { type: list, from: $.custom.several }
  anything: { type: json, from: $.custom.anything }
";

/// A folder with a job, and a database that it writes to.
struct Company {
    server: Arc<Server>,
    folder: TempDir,
    database: String,
    url: String,
}

impl Company {
    /// `None` where these tests are not switched on.
    fn new(mapping: &str, to: &str) -> Option<Company> {
        if !is_on() {
            return None;
        }
        let server = Server::shared();
        let database = server.database("template0");
        let url = server.socket(&database);
        let company = Company { server, folder: tempfile::tempdir().unwrap(), database, url };
        company.write("people.yaml", mapping);
        company.job("people", to);
        Some(company)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn job(&self, name: &str, to: &str) {
        let job = "mappings: people.yaml, records: { hibob.people: people.jsonl }, guard: { deletes: 100, updates: 100 }";
        self.write(
            "bobmap.yaml",
            &format!("jobs: {{ {name}: {{ {job}, to: {{ postgres: '${{PEOPLE_DATABASE}}', table: people{to} }} }} }}\n"),
        );
    }

    fn people(&self, numbers: impl IntoIterator<Item = u32>) {
        let line = |number| format!("{{\"id\":\"{number:02}\",\"firstName\":\"Ada {number}\"}}\n");
        self.write("people.jsonl", &numbers.into_iter().map(line).collect::<String>());
    }

    fn sql(&self, sql: &str) -> String {
        self.server.sql(&self.database, sql)
    }

    fn sync(&self, code: i32) -> String {
        self.sync_by(code, &self.url, &[])
    }

    /// Syncs by this address, expects this exit code, and returns what was said; never a password.
    fn sync_by(&self, code: i32, url: &str, flags: &[&str]) -> String {
        let arguments: Vec<&str> = ["sync", "people", "--changes", "0"].iter().chain(flags).copied().collect();
        ended(code, &bobmap(self.folder.path(), url, &arguments))
    }
}

fn ended(code: i32, output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(!said.contains("panicked") && !said.contains(PASSWORD) && !said.contains("loader"), "{said}");
    said
}

/// Values that are easily changed on their way, as JSON.
fn awkward(column: &str) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| json!(text).to_string()).collect();
    let raw = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match column {
        "text" => texts(&["", "Zoë 🧑‍🚀 한", "a'b\"c`", "\\N", "\\", "\\t\t\n\r|", "1.10", "null", "\u{feff}\u{200b}", "e\u{301}"]),
        "email" => texts(&["o'brien@example.test", "Ada+X@EXAMPLE.test"]),
        "whole" => raw(&["0", "-1", "3332883884017713201", "9223372036854775807", "-9223372036854775808"]),
        "exact" => raw(&["1.10", "0.1", "-0.50", "1e5", "0.1000000000000000055", "12345678901234567890"]),
        "yes" => raw(&["true", "false"]),
        "day" => texts(&["0001-01-01", "1582-10-10", "2024-02-29", "9999-12-31"]),
        "moment" => texts(&[
            "2026-07-01T10:00:00+02:00",
            "2026-07-01T08:00:00Z",
            "2026-10-25T02:30:00.123456-11:30",
            "0001-01-02T00:00:00Z",
            "9999-12-30T09:59:59.5+13:45",
        ]),
        "several" => raw(&[r#"["a,b","{}","\"","\\","NULL"]"#, r#"["🧑‍🚀"]"#]),
        _ => raw(&[
            r#"{"b":[1.10,1e2,{"c":null}],"a":"\u00e9\ud83d\ude00"}"#,
            "3332883884017713201",
            "1e-7",
            r#""\\u0000""#,
            "[[],{}]",
            "false",
        ]),
    }
}

#[test]
fn every_awkward_value_is_kept_and_a_second_sync_writes_nothing() {
    let Some(company) = Company::new(TYPED, "") else { return };
    let columns = ["text", "email", "whole", "exact", "yes", "day", "moment", "several", "anything"];
    let line = |number: usize| {
        let mut custom = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            let values = awkward(column);
            // Each value beside many others; the last place is none.
            if let Some(value) = values.get((number * (at + 1) + number / 7) % (values.len() + 1)) {
                custom.push(format!("\"{column}\":{value}"));
            }
        }
        format!("{{\"id\":{},\"custom\":{{{}}}}}\n", json!(format!("é{number} \\ x")), custom.join(","))
    };
    company.write("people.jsonl", &(0..400).map(line).collect::<String>());
    assert!(company.sync(0).contains("400 to create"));
    let said = company.sync(0);
    assert!(said.contains("400 unchanged") && said.contains("nothing to do"), "{said}");
    let types = "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = 'people'::regclass AND attnum > 3";
    assert_eq!(company.sql(types), "text,text,text,bigint,numeric,boolean,date,timestamp with time zone,jsonb,jsonb");
    let kept = "SELECT string_agg(DISTINCT exact::text, ' ' ORDER BY exact::text) FROM people";
    assert_eq!(company.sql(kept), "-0.50 0.1 0.1000000000000000055 1.10 100000 12345678901234567890");
    assert_eq!(company.sql("SELECT count(DISTINCT moment) FROM people WHERE moment = '2026-07-01 08:00Z'"), "1");
    assert_eq!(company.sql("SELECT count(*) > 0 FROM people WHERE text = E'\\\\t\\t\\n\\r|' OR text = '\\N'"), "t");
    assert_eq!(company.sql("SELECT DISTINCT anything->'b'->0 FROM people WHERE anything ? 'b'"), "1.10");
    company.sql("UPDATE people SET exact = 'NaN', moment = 'infinity' WHERE _bobmap_key LIKE '%7%'");
    assert!(company.sync(0).contains("to update"));
    assert!(company.sync(0).contains("nothing to do"));
}

#[test]
fn what_postgres_has_no_room_for_is_told_and_nothing_is_written() {
    let Some(company) = Company::new(TYPED, "") else { return };
    for (column, value, why) in [
        ("text", "\"secretive\\u0000\"", "column `text` can't hold a value: PostgreSQL has no sign NUL"),
        ("anything", "\"secretive\\u0000\"", "NUL"),
        ("whole", "9223372036854775808", "64 bits"),
        ("moment", "\"2026-07-01T10:00:00.1234567Z\"", "six digits"),
    ] {
        company.write("people.jsonl", &format!("{{\"id\":\"1\"}}\n{{\"id\":\"2\",\"custom\":{{\"{column}\":{value}}}}}\n"));
        let said = company.sync(3);
        assert!(said.contains(why) && !said.contains("secretive"), "{said}");
        assert_eq!(company.sql("SELECT to_regclass('people') IS NULL"), "t");
    }
}

#[test]
fn leavers_are_marked_or_deleted_and_come_back() {
    for (deletes, left) in [("soft", "05 true"), ("hard", "")] {
        let Some(company) = Company::new(MAPPING, &format!(", deletes: {deletes}")) else { return };
        company.people(1..=5);
        company.sync(0);
        company.people(1..=4);
        assert!(company.sync(0).contains("1 to delete"));
        assert_eq!(company.sql("SELECT id || ' ' || (_bobmap_deleted_at < now()) FROM people WHERE id = '05'"), left);
        assert!(company.sync(0).contains("nothing to do"));
        company.people(1..=5);
        assert!(company.sync(0).contains("1 to create"));
        assert_eq!(company.sql("SELECT count(*) FROM people WHERE _bobmap_deleted_at IS NULL"), "5");
    }
}

#[test]
fn columns_come_and_go_with_the_mapping_and_tables_of_others_stay() {
    let Some(company) = Company::new(MAPPING, ", schema: staff") else { return };
    company.people(1..=5);
    assert!(company.sync(3).contains("there is no schema `staff`"));
    company.sql("CREATE SCHEMA staff; CREATE TABLE staff.people (a int)");
    assert!(company.sync(3).contains("bobmap did not make it"));
    company.sql("DROP TABLE staff.people");
    company.sync(0);
    company.write(
        "people.yaml",
        &MAPPING.replace("name: $.firstName", "first: $.firstName\n  size: { type: integer, from: $.size }"),
    );
    assert!(company.sync(5).contains("columns-dropped"));
    assert!(company.sync_by(0, &company.url, &["--allow", "columns-dropped"]).contains("5 to update"));
    assert_eq!(company.sql("SELECT first FROM staff.people WHERE id = '03' AND size IS NULL"), "Ada 3");
    assert!(company.sync(0).contains("nothing to do"));
    company.job("thief", ", schema: staff");
    let said = ended(3, &bobmap(company.folder.path(), &company.url, &["sync", "thief"]));
    assert!(said.contains("belongs to the job `people`"), "{said}");
}

#[test]
fn a_server_that_refuses_is_told_with_what_to_do() {
    let Some(company) = Company::new(MAPPING, "") else { return };
    company.people(1..=5);
    let (server, database) = (&company.server, &company.database);
    let plain = |database: &str, password: &str| server.tcp(database, password, "&sslmode=disable");
    let here = format!("localhost:{}/{database}, table people: ", server.port);
    for (url, why) in [
        (plain(database, "wrong"), format!("{here}the server refuses the password")),
        (plain("gone", PASSWORD), "does not exist".to_owned()),
        (plain(database, PASSWORD), "GRANT USAGE, CREATE ON SCHEMA".to_owned()),
        (
            format!("postgres://loader:{PASSWORD}@127.0.0.1:1/people"),
            "127.0.0.1:1/people, table people: nothing listens there".to_owned(),
        ),
        (server.tcp(database, PASSWORD, ""), "certificate is not to be believed".to_owned()),
        (format!("postgres://loader:{PASSWORD}@localhost:x/people"), "no address of a PostgreSQL server".to_owned()),
    ] {
        let said = company.sync_by(3, &url, &[]);
        assert!(said.contains(&why), "{why}: {said}");
    }
    assert_eq!(company.sql("SELECT to_regclass('people') IS NULL"), "t");
    company.sql("GRANT CREATE ON SCHEMA public TO loader");
    let url = server.tcp(database, PASSWORD, "&sslmode=require");
    let mut trusting = command(company.folder.path(), &url, &["sync", "people"]);
    ended(0, trusting.env("SSL_CERT_FILE", server.certificate()).output().as_ref().unwrap());
    assert_eq!(company.sql("SELECT count(*) FROM people"), "5");
    company.sql("ALTER TABLE people ADD CHECK (name <> 'Ada 9')");
    company.people(1..=9);
    let said = company.sync_by(3, &plain(database, PASSWORD), &[]);
    assert!(said.contains("SQLSTATE 23514, constraint `people_name_check`") && !said.contains("Ada"), "{said}");
}

/// A trigger that ends the connection, at once or when everything is being committed.
#[test]
fn a_connection_that_ends_in_the_middle_loses_nothing() {
    let Some(company) = Company::new(MAPPING, "") else { return };
    company.people(1..=5);
    company.sync(0);
    company.sql(
        "CREATE FUNCTION quit() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
    );
    for trigger in
        ["TRIGGER quit AFTER INSERT ON people", "CONSTRAINT TRIGGER quit AFTER INSERT ON people DEFERRABLE INITIALLY DEFERRED"]
    {
        company.sql(&format!("CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION quit()"));
        company.people(2..=6);
        let said = company.sync(3);
        assert!(said.contains("terminating connection") || said.contains("connection was lost"), "{said}");
        assert_eq!(company.sql("SELECT string_agg(id, ',') FROM people WHERE _bobmap_deleted_at IS NULL"), "01,02,03,04,05");
        company.sql("DROP TRIGGER quit ON people");
    }
    let said = company.sync(0);
    assert!(said.contains("1 to create") && said.contains("1 to delete"), "{said}");
    assert!(company.sync(0).contains("nothing to do"));
}

#[test]
fn two_machines_that_sync_one_table_take_turns() {
    let Some(company) = Company::new(MAPPING, "") else { return };
    company.people(1..=50);
    let other = tempfile::tempdir().unwrap();
    for name in ["people.yaml", "bobmap.yaml", "people.jsonl"] {
        std::fs::copy(company.folder.path().join(name), other.path().join(name)).unwrap();
    }
    let workers: Vec<_> = [company.folder.path(), other.path()]
        .iter()
        .map(|folder| command(folder, &company.url, &["sync", "people"]).stderr(Stdio::null()).spawn().unwrap())
        .collect();
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    assert_eq!(company.sql("SELECT count(*), count(DISTINCT id) FROM people"), "50|50");
}
