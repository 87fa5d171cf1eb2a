//! ActivTrak's HR Data Connector as it is published: one call, one part, all rows; and servers that refuse, break off or lie.

use super::{command, said};
use crate::hibob::server::{Asked, Reply, Server};
use csv_core::ReadFieldResult;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Output;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const KEY: &str = "a-key-that-nobody-sees";

const MAPPING: &str = "\
mapping: users
format: 1
source: hibob.people
target: activtrak.user
key: user_lookup_id
fields:
  user_lookup_id: $.email
  employee_id: { from: $.number, personal: false }
  display_name: $.displayName
  group: { from: $.group, required: true, personal: false }
";

const HEAD: [&str; 4] = ["user_lookup_id", "employee_id", "display_name", "group"];

type Rows = Vec<Vec<String>>;

/// What the account has got, file by file.
type Files = Arc<Mutex<Vec<Rows>>>;

/// A folder with a job for an account.
struct Company {
    folder: TempDir,
    server: Server,
    files: Files,
}

impl Company {
    /// `answer` may answer in the place of the account, which takes every file.
    fn new(answer: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let files = Files::default();
        let kept = Arc::clone(&files);
        let server = Server::start(move |asked| {
            let rows = judge(asked);
            answer(asked).unwrap_or_else(|| {
                kept.lock().unwrap().push(rows);
                Reply::json(json!({ "messages": [], "success": true }))
            })
        });
        let company = Company { folder: tempfile::tempdir().unwrap(), server, files };
        company.write("users.yaml", MAPPING);
        company.to(&format!("hrdc: \"{}\", key: \"${{ACTIVTRAK_KEY}}\"", address(&company.server)));
        company
    }

    fn to(&self, to: &str) {
        let job = format!("{{ mappings: users.yaml, records: {{ hibob.people: people.jsonl }}, to: {{ {to} }} }}");
        self.write("bobmap.yaml", &format!("jobs: {{ job: {job} }}\n"));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// People with numbers, who are in a group unless they are among `without`.
    fn people(&self, numbers: impl IntoIterator<Item = u32>, without: &[u32]) {
        let line = |number| {
            let group = if without.contains(&number) { json!(null) } else { json!("Sales, North") };
            let person = json!({
                "id": format!("{number:02}"), "email": format!("p{number:02}@example.test"), "number": number,
                "displayName": format!("Ada Marlowe{number}"), "group": group,
            });
            format!("{person}\n")
        };
        self.write("people.jsonl", &numbers.into_iter().map(line).collect::<String>());
    }

    fn run(&self, more: &[&str]) -> Output {
        let arguments = [&["sync", "job", "--changes", "0"], more].concat();
        command(self.folder.path(), &arguments).env("ACTIVTRAK_KEY", KEY).env("OTHER_KEY", KEY).output().unwrap()
    }

    /// Syncs, and expects this exit code; what was said, which is never a value or a secret.
    fn expect(&self, code: i32) -> String {
        let output = self.run(&[]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(KEY) && !said.contains("@example.test") && !said.contains("Marlowe"), "{said}");
        let runs = command(self.folder.path(), &["runs", "--format", "json"]).output().unwrap();
        let runs = String::from_utf8(runs.stdout).unwrap();
        assert!(!runs.contains("Marlowe") && !runs.contains(KEY), "{runs}");
        said
    }

    /// The numbers of those in the last file, and how many files there were.
    fn sent(&self) -> (Vec<String>, usize) {
        let files = self.files.lock().unwrap();
        let last = files.last().map(|rows| rows[1..].iter().map(|row| row[1].clone()).collect());
        (last.unwrap_or_default(), files.len())
    }
}

fn address(server: &Server) -> String {
    server.url().trim_end_matches("/v1").to_owned()
}

fn numbers(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

/// Holds a call against the published shape; the rows of its file.
fn judge(asked: &Asked) -> Rows {
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/hrdc/v2/bulk"));
    let names: BTreeSet<&str> = asked.headers.iter().map(|(name, _)| name.as_str()).collect();
    let known = ["accept", "accept-encoding", "content-length", "content-type", "host", "user-agent", "x-api-key"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert_eq!(asked.header("x-api-key"), Some(KEY));
    assert!(!asked.body.contains(KEY));
    let boundary = asked.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let parts: Vec<&str> = asked.body.split(&format!("--{boundary}")).collect();
    let ["", part, "--\r\n"] = parts[..] else { panic!("not one part: {}", asked.body) };
    let (head, file) = part.split_once("\r\n\r\n").unwrap();
    let head: BTreeSet<&str> = head.trim().split("\r\n").collect();
    let expected = ["Content-Disposition: form-data; name=\"File\"; filename=\"users.csv\"", "Content-Type: text/csv"];
    assert_eq!(head, BTreeSet::from(expected));
    let rows = csv(file.strip_suffix("\r\n").unwrap());
    assert!(rows.iter().all(|row| row.len() == HEAD.len()));
    rows
}

fn csv(text: &str) -> Rows {
    let (mut reader, mut rest, mut field) = (csv_core::Reader::new(), text.as_bytes(), [0; 1000]);
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    loop {
        let (result, read, written) = reader.read_field(rest, &mut field);
        rest = &rest[read..];
        match result {
            ReadFieldResult::Field { record_end } => {
                row.push(String::from_utf8(field[..written].to_vec()).unwrap());
                if record_end {
                    rows.push(std::mem::take(&mut row));
                }
            }
            ReadFieldResult::End => return rows,
            ReadFieldResult::InputEmpty => {}
            ReadFieldResult::OutputFull => panic!("a long field"),
        }
    }
}

/// The account's own refusal, which quotes people.
fn refusal(status: u16) -> Reply {
    let messages = ["The group of Ada Marlowe2 is unknown", "Somebody has no group", "p77@example.test is unknown"];
    Reply::new(status, "application/json", json!({ "messages": messages, "success": false }).to_string())
}

#[test]
fn all_rows_are_sent_at_once_and_once() {
    let company = Company::new(|_| None);
    company.people(1..=20, &[]);
    assert!(company.expect(0).contains("20 to create"));
    assert_eq!(company.sent(), (numbers(1..=20), 1));
    let file = company.files.lock().unwrap()[0].clone();
    assert_eq!(file[0], HEAD);
    assert_eq!(file[1], ["p01@example.test", "1", "Ada Marlowe1", "Sales, North"]);
    assert!(company.expect(0).contains("nothing to do"));
    assert_eq!(company.server.count(), 1);

    // One has changed, one is gone, one is new: everybody else is in the file as well.
    company.people((1..=19).chain([21]), &[]);
    let said = company.expect(0);
    assert!(said.contains("1 row is no longer in the file that is sent"), "{said}");
    assert_eq!(company.sent(), (numbers((1..=19).chain([21])), 2));
}

#[test]
fn rows_of_rejected_people_are_sent_again_as_they_were() {
    let company = Company::new(|_| None);
    company.people(1..=20, &[]);
    company.expect(0);
    company.people(1..=21, &[3, 4]);
    let said = company.expect(4);
    assert!(said.contains("1 to create") && said.contains("2 held"), "{said}");
    assert_eq!(company.sent(), (numbers((1..=2).chain(5..=21).chain([3, 4])), 2));
    assert_eq!(company.files.lock().unwrap()[1].last().unwrap()[3], "Sales, North");
}

#[test]
fn rows_that_are_held_stand_under_the_columns_of_today() {
    let company = Company::new(|_| None);
    company.people(1..=20, &[]);
    company.expect(0);
    let fields = "employee_id: { from: $.number, personal: false }\n  display_name: $.displayName\n";
    assert!(MAPPING.contains(fields));
    let turned = "display_name: $.displayName\n  employee_id: { from: $.number, personal: false }\n";
    company.write("users.yaml", &MAPPING.replace(fields, turned));
    company.people(1..=20, &[3]);
    company.expect(4);
    let file = company.files.lock().unwrap()[1].clone();
    assert_eq!(file[0], ["user_lookup_id", "display_name", "employee_id", "group"]);
    assert_eq!(file[20], ["p03@example.test", "Ada Marlowe3", "3", "Sales, North"]);
}

#[test]
fn what_is_refused_is_not_written_and_its_words_name_nobody() {
    for (status, advice) in [
        (400, "POST /hrdc/v2/bulk was answered with 400"),
        (401, "401 (the key is wrong, of another region, or no longer good)"),
        (500, "whether it was taken is not known, and the next run sends everything again"),
        (200, "was answered with 200, and `success` is false"),
    ] {
        let company = Company::new(move |asked| (asked.number == 0).then(|| refusal(status)));
        company.people(1..=5, &[]);
        let said = company.expect(3);
        assert!(said.contains(advice), "{status}: {said}");
        let messages = "3 messages (Somebody has no group); 2 may quote people's values, and --show-values repeats them";
        assert!(said.contains(messages), "{status}: {said}");
        company.expect(0);
        assert_eq!(company.sent(), (numbers(1..=5), 1), "{status}");
        assert!(company.expect(0).contains("nothing to do"));
    }
}

#[test]
fn who_asks_to_see_values_is_told_what_the_server_says() {
    let company = Company::new(|_| Some(refusal(400)));
    company.people(1..=5, &[]);
    let output = company.run(&["--show-values"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("ActivTrak says: The group of Ada Marlowe2 is unknown"), "{}", said(&output));
    let runs = command(company.folder.path(), &["runs", "show", "1"]).output().unwrap();
    let runs = String::from_utf8(runs.stdout).unwrap();
    assert!(runs.contains("answered with 400") && !runs.contains("Marlowe"), "{runs}");
}

#[test]
fn what_the_server_says_of_a_file_that_it_takes_is_told() {
    let company = Company::new(|_| Some(Reply::json(json!({ "messages": ["One name is not unique"], "success": true }))));
    company.people(1..=5, &[]);
    let said = company.expect(0);
    assert!(
        said.contains("ActivTrak has taken the file, and says something of it: 1 message (One name is not unique)"),
        "{said}"
    );
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn a_page_of_a_gateway_confirms_nothing() {
    let company = Company::new(|asked| (asked.number == 0).then(|| Reply::new(200, "text/html", "<p>Sign in</p>")));
    company.people(1..=5, &[]);
    assert!(company.expect(3).contains("200 and a page for people"));
    company.expect(0);
    assert_eq!(company.sent(), (numbers(1..=5), 1));
}

#[test]
fn a_busy_server_and_a_lost_connection_are_tried_again_with_the_whole_file() {
    for reply in [
        || Reply::status(429).with("retry-after", 0),
        || Reply::status(503).with("retry-after", 0),
        Reply::reset,
        || Reply::json(json!({ "messages": [], "success": true })).torn(5),
    ] {
        let company = Company::new(move |asked| (asked.number < 2).then(reply));
        company.people(1..=50, &[]);
        company.expect(0);
        assert_eq!((company.sent(), company.server.count()), ((numbers(1..=50), 1), 3));
        assert!(company.expect(0).contains("nothing to do"));
    }
}

#[test]
fn a_redirect_carries_the_key_nowhere() {
    let elsewhere = Server::start(|_| Reply::status(200));
    let there = format!("{}/hrdc/v2/bulk", address(&elsewhere));
    for status in [301, 302, 307, 308] {
        let there = there.clone();
        let company = Company::new(move |_| Some(Reply::status(status).with("location", &there)));
        company.people(1..=5, &[]);
        assert!(company.expect(3).contains("the key is sent nowhere else"));
    }
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn whom_a_lost_send_may_have_brought_stays_in_the_file() {
    let company = Company::new(|asked| (asked.number == 1).then(|| Reply::status(500)));
    company.people(1..=20, &[]);
    company.expect(0);
    // 21 may be there now, and nobody knows.
    company.people(1..=21, &[]);
    company.expect(3);
    company.people(1..=21, &[20, 21]);
    let said = company.expect(4);
    assert!(said.contains("whether the last send was taken is not known, and everything is sent again"), "{said}");
    assert_eq!(company.sent(), (numbers(1..=21), 2));
    // From here on it is certain.
    company.people(1..=21, &[]);
    assert!(company.expect(0).contains("nothing to do"));

    // Back to what was certain: it is sent, for something else may be there.
    let company = Company::new(|asked| (asked.number == 1).then(|| Reply::status(500)));
    company.people(1..=20, &[]);
    company.expect(0);
    company.people(1..=21, &[]);
    company.expect(3);
    company.people(1..=20, &[]);
    company.expect(0);
    assert_eq!(company.sent(), (numbers(1..=20), 2));
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn a_refusal_leaves_what_was_in_doubt_in_doubt() {
    let company = Company::new(|asked| match asked.number {
        1 => Some(Reply::status(500)),
        2 => Some(refusal(401)),
        _ => None,
    });
    company.people(1..=20, &[]);
    company.expect(0);
    company.people(1..=21, &[]);
    company.expect(3);
    company.expect(3);
    company.people(1..=21, &[21]);
    company.expect(4);
    assert_eq!(company.sent(), (numbers(1..=21), 2));
}

#[test]
fn another_address_or_another_place_of_the_key_is_another_account() {
    let (one, other) = (Company::new(|_| None), Company::new(|_| None));
    one.people(1..=20, &[]);
    one.expect(0);
    let jobs = std::fs::read_to_string(one.path("bobmap.yaml")).unwrap();
    one.to(&format!("hrdc: \"{}\", key: \"${{ACTIVTRAK_KEY}}\"", address(&other.server)));
    let said = one.expect(0);
    assert!(said.contains("20 to create") && said.contains("what this job last wrote went elsewhere"), "{said}");
    assert_eq!(other.sent(), (numbers(1..=20), 1));
    one.to(&format!("hrdc: \"{}\", key: \"${{OTHER_KEY}}\"", address(&other.server)));
    assert!(one.expect(0).contains("20 to create"));
    one.write("bobmap.yaml", &jobs);
    assert!(one.expect(0).contains("20 to create"));
    assert_eq!((one.sent().1, other.sent().1), (2, 2));
    // What a file holds says nothing of an account, nor the other way round.
    one.to("file: users.csv");
    assert!(one.expect(0).contains("20 to create"));
    one.write("bobmap.yaml", &jobs);
    assert!(one.expect(0).contains("20 to create"));
    assert_eq!(one.sent().1, 3);
}

#[test]
fn a_key_goes_over_no_line_that_others_can_read() {
    let company = Company::new(|_| None);
    company.people(1..=5, &[]);
    for (address, why) in [
        ("http://api.example.test", "plain http"),
        ("https://me:pw1@api.example.test", "a user name or an @"),
        ("https://api.example.test?key=pw1", "a ? or a #"),
    ] {
        company.to(&format!("hrdc: \"{address}\", key: \"${{ACTIVTRAK_KEY}}\""));
        let said = company.expect(2);
        assert!(said.contains(why) && !said.contains("pw1"), "{said}");
    }
}

#[test]
fn what_activtrak_ignores_is_said_beforehand() {
    let company = Company::new(|_| None);
    let person = |id: u32, name: &str, group: &str| {
        let person = json!({ "id": id.to_string(), "email": format!("{id}@example.test"), "displayName": name, "group": group });
        format!("{person}\n")
    };
    let people = [person(1, "Ada Marlowe", "A"), person(2, "ada marlowe", &"G".repeat(66)), person(3, "Bea", &"é".repeat(65))];
    company.write("people.jsonl", &people.concat());
    let said = company.expect(0);
    for note in ["2 rows share their display_name with another row", "1 group with a name of more than 65 characters"] {
        assert!(said.contains(note), "{said}");
    }
}

#[test]
fn headers_are_those_of_a_template_of_ones_own() {
    let company = Company::new(|_| None);
    let text = json!({ "type": ["string", "null"] });
    let properties = json!({ "user_lookup_id": text, "employee_no": text, "display_name": text, "team": text });
    company.write("template.json", &json!({ "type": "object", "properties": properties }).to_string());
    let mapping = MAPPING.replace("employee_id:", "employee_no:").replace("group:", "team:");
    company.write("users.yaml", &mapping.replace("activtrak.user", "template.json"));
    company.people(1..=3, &[]);
    company.expect(0);
    assert_eq!(company.files.lock().unwrap()[0][0], ["user_lookup_id", "employee_no", "display_name", "team"]);
}

#[cfg(unix)]
#[test]
fn a_key_may_stand_in_a_file_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let company = Company::new(|_| None);
    company.people(1..=5, &[]);
    company.to(&format!("hrdc: \"{}\", key_file: key", address(&company.server)));
    company.write("key", &format!("{KEY}\n"));
    let mode = |mode| std::fs::set_permissions(company.path("key"), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    company.expect(3);
    mode(0o600);
    company.expect(0);
    assert_eq!(company.sent(), (numbers(1..=5), 1));
}

#[test]
fn a_job_for_the_connector_is_judged_whole() {
    let company = Company::new(|_| None);
    company.write("people.yaml", super::MAPPING);
    let job = |name: &str, mapping: &str, to: &str| {
        format!("  {name}: {{ mappings: {mapping}, records: {{ hibob.people: people.jsonl }}, to: {{ {to} }} }}\n")
    };
    let jobs = [
        job("sound", "users.yaml", "hrdc: eu, key: '${KEY}'"),
        job("another_account", "users.yaml", "hrdc: eu, key: '${OTHER_KEY}'"),
        job("same_place", "users.yaml", "hrdc: 'https://api-eu.activtrak.com', key: '${KEY}'"),
        job("wrong_target", "people.yaml", "hrdc: us, key: '${THIRD_KEY}'"),
        job("region", "users.yaml", "hrdc: fr, key: an-invented-key"),
        job("path", "users.yaml", "hrdc: 'https://api.activtrak.com/hrdc/v2/bulk', kye: an-invented-key"),
        job("without", "users.yaml", "hrdc: ca"),
        job("with", "users.yaml", "hrdc: uk, key: '${KEY}', key_file: key, table: t, deletes: keep, token: '${T}'"),
        job("two", "users.yaml", "hrdc: au, key: '${KEY}', file: users.csv"),
        job("file", "users.yaml", "file: other.csv, key_file: key"),
        job("scim", "people.yaml", "scim: 'https://scim.example.test', token: '${T}'"),
        job("calendar", "people.yaml", "file: leave.ics"),
    ];
    company.write("bobmap.yaml", &format!("jobs:\n{}", jobs.concat()));
    company.write("people.jsonl", "");
    let output = command(company.folder.path(), &["check", "bobmap.yaml"]).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(!found.contains("an-invented-key"), "{found}");
    crate::snap::snap().bind(|| insta::assert_snapshot!("jobs__connector", found));
    for name in ["wrong_target", "scim", "calendar"] {
        company.write("bobmap.yaml", &format!("jobs:\n{}", jobs.iter().find(|job| job.contains(&format!("{name}:"))).unwrap()));
        let output = command(company.folder.path(), &["plan", name]).env("THIRD_KEY", KEY).env("T", KEY).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {}", said(&output));
        assert!(said(&output).contains("its `target` must be"), "{name}: {}", said(&output));
    }
}
