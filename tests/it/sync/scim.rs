//! SCIM servers that keep to their own rules: ActivTrak's as it is published, one that takes no patches, one that refuses a person.

use super::{command, said};
use crate::hibob::server::{Asked, Reply, Server};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(super) const ACTIVTRAK: &str = "urn:ietf:params:scim:schemas:extension:activtrak:2.0:User";
pub(super) const TOKEN: &str = "a-token-that-nobody-sees";

pub(super) const CORE_MAPPING: &str = "\
mapping: users
format: 1
source: hibob.people
target: scim.user
key: external_id
fields:
  external_id: { from: $.id, personal: false }
  user_name: $.email
  title: $.work.title
  work_email: $.email
  manager: $.work.reportsTo.id
";

pub(super) const ACTIVTRAK_MAPPING: &str = "\
mapping: users
format: 1
source: hibob.people
target: activtrak.scim_user
key: work_email
fields:
  work_email: $.email
  given_name: $.firstName
  display_name: $.displayName
  employee_number: $.work.employeeIdInCompany
  tracking: { type: boolean, from: $.tracked }
";

pub(super) type Users = Arc<Mutex<Vec<Value>>>;

/// A folder with a job for a server.
pub(super) struct Company {
    pub(super) folder: TempDir,
    pub(super) server: Server,
    pub(super) users: Users,
}

impl Company {
    pub(super) fn new(
        mapping: &str,
        more: &str,
        answer: impl Fn(&Asked, &mut Vec<Value>) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::gated(mapping, more, |_| {}, answer)
    }

    /// `gate` may keep a call waiting, while others are answered.
    pub(super) fn gated(
        mapping: &str,
        more: &str,
        gate: impl Fn(&Asked) + Send + Sync + 'static,
        answer: impl Fn(&Asked, &mut Vec<Value>) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let users: Users = Users::default();
        let kept = Arc::clone(&users);
        let server = Server::start(move |asked| {
            gate(asked);
            answer(asked, &mut kept.lock().unwrap())
        });
        let company = Company { folder: tempfile::tempdir().unwrap(), server, users };
        let to = format!("{{ scim: \"{}\", token: \"${{SCIM_TOKEN}}\"{more} }}", company.server.url());
        let job = format!("{{ mappings: users.yaml, records: {{ hibob.people: people.jsonl }}, to: {to} }}");
        company.write("bobmap.yaml", &format!("jobs: {{ job: {job} }}\n"));
        company.write("users.yaml", mapping);
        company
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(super) fn people(&self, people: &[Value]) {
        self.write("people.jsonl", &people.iter().map(|person| format!("{person}\n")).collect::<String>());
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(self.folder.path(), arguments);
        command.env("SCIM_TOKEN", TOKEN);
        command
    }

    pub(super) fn run(&self) -> Output {
        self.command(&["sync", "job", "--changes", "0"]).output().unwrap()
    }

    /// Syncs, and expects this exit code; what was said, which is never a value or a secret.
    pub(super) fn expect(&self, code: i32) -> String {
        let output = self.run();
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(!said.contains(TOKEN) && !said.contains("@example.test"), "{said}");
        said
    }

    /// The users, in the order of the people: several are made at once.
    pub(super) fn users(&self) -> Vec<Value> {
        let mut users = self.users.lock().unwrap().clone();
        users.sort_by_key(|user| user.get("externalId").unwrap_or(&user["emails"][0]["value"]).to_string());
        users
    }

    /// Changes the user of a person on the server.
    pub(super) fn change(&self, external: &str, change: impl FnOnce(&mut Value)) {
        change(self.users.lock().unwrap().iter_mut().find(|user| user["externalId"] == external).unwrap());
    }

    /// What was asked since `from`, reading apart.
    pub(super) fn written(&self, from: usize) -> Vec<(String, Value)> {
        let written = |asked: &Asked| asked.method != "GET";
        let log = self.server.log();
        let of = |asked: &Asked| (asked.method.clone(), serde_json::from_str(&asked.body).unwrap_or(Value::Null));
        log[from..].iter().filter(|asked| written(asked)).map(of).collect()
    }
}

pub(super) fn person(number: u32) -> Value {
    json!({
        "id": format!("{number:02}"),
        "email": format!("p{number:02}@example.test"),
        "firstName": format!("Ada {number}"),
        "displayName": format!("Ada {number}"),
        "work": { "title": "Clerk", "employeeIdInCompany": number },
        "tracked": true,
    })
}

pub(super) fn parameter(asked: &Asked, name: &str) -> Option<usize> {
    let (_, query) = asked.path.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}

pub(super) fn scim(status: u16, body: &Value) -> Reply {
    Reply::new(status, "application/scim+json", body.to_string())
}

pub(super) fn refused(status: u16) -> Reply {
    let detail = "p01@example.test is not good enough";
    scim(status, &json!({ "status": status.to_string(), "scimType": "invalidValue", "detail": detail }))
}

/// ActivTrak as it is published: pages by number, `resources`, small `operations`, a few patches only, and who is posted again is
/// updated. Two users a page.
pub(super) fn activtrak(asked: &Asked, users: &mut Vec<Value>) -> Reply {
    assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {TOKEN}")));
    if asked.method != "GET" {
        assert_eq!(asked.header("content-type"), Some("application/scim+json"));
    }
    let path = asked.path.split('?').next().unwrap();
    let id = path.strip_prefix("/v1/users/").map(|id| id.parse::<usize>().unwrap());
    match (asked.method.as_str(), path, id) {
        ("GET", "/v1/users", _) => {
            let page = parameter(asked, "startIndex").unwrap();
            let listed: Vec<_> = users.iter().skip((page - 1) * 2).take(2).collect();
            Reply::json(json!({ "totalResults": users.len().to_string(), "startIndex": page, "resources": listed }))
        }
        ("POST", "/v1/users", _) => {
            let body = asked.json();
            for name in body.as_object().unwrap().keys() {
                let known = ["schemas", "name", "displayName", "emails", "active", ENTERPRISE, ACTIVTRAK];
                assert!(known.contains(&name.as_str()), "{name}");
            }
            let Some(mail) = body["emails"][0]["value"].as_str() else { return refused(400) };
            let has = |user: &&mut Value| user["emails"].as_array().unwrap().iter().any(|email| email["value"] == mail);
            let at = users.len();
            let mut user = body.clone();
            user["userName"] = json!(mail.to_uppercase());
            match users.iter_mut().find(has) {
                Some(known) => {
                    user["id"] = known["id"].clone();
                    *known = user;
                    Reply::json(known)
                }
                None => {
                    user["id"] = json!(at);
                    users.push(user.clone());
                    scim(201, &user)
                }
            }
        }
        ("PATCH", _, Some(id)) => {
            let body = asked.json();
            assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]));
            let Some(operations) = body["operations"].as_array() else { return refused(400) };
            for operation in operations {
                let path = operation["path"].as_str().unwrap();
                let (number, tracking) = (format!("{ENTERPRISE}:employeeNumber"), format!("{ACTIVTRAK}:tracking"));
                match (operation["op"].as_str().unwrap(), path) {
                    ("replace", "displayName") => users[id]["displayName"] = operation["value"].clone(),
                    ("replace", path) if path == number => users[id][ENTERPRISE]["employeeNumber"] = operation["value"].clone(),
                    ("replace", path) if path == tracking => users[id][ACTIVTRAK]["tracking"] = operation["value"].clone(),
                    ("replace", "active") => users[id]["active"] = operation["value"].clone(),
                    ("add", "emails") => {
                        users[id]["emails"].as_array_mut().unwrap().extend(operation["value"].as_array().unwrap().clone())
                    }
                    ("remove", path) => {
                        let mail = path.strip_prefix("emails[value eq \"").and_then(|rest| rest.strip_suffix("\"]")).unwrap();
                        users[id]["emails"].as_array_mut().unwrap().retain(|email| email["value"] != mail);
                    }
                    _ => return refused(400),
                }
            }
            Reply::status(204)
        }
        ("DELETE", _, _) => panic!("nobody is deleted at ActivTrak"),
        _ => Reply::status(404),
    }
}

#[test]
fn activtrak_is_told_in_its_own_way_and_a_leaver_is_only_no_longer_tracked() {
    let company = Company::new(ACTIVTRAK_MAPPING, "", activtrak);
    let mut people: Vec<Value> = (1..=7).map(person).collect();
    company.people(&people);
    assert!(company.expect(0).contains("7 to create"));
    assert_eq!(company.users().len(), 7);
    let asked = company.server.count();
    assert!(company.expect(0).contains("7 unchanged"));
    assert_eq!(company.written(asked), []);

    // Another address is the same person still, for Bob's id is the same.
    people[0]["email"] = json!("new@example.test");
    people[1]["firstName"] = json!("Bea");
    people[2]["work"]["employeeIdInCompany"] = json!(33);
    people[3]["tracked"] = json!(false);
    people.pop();
    company.people(&people);
    let said = company.expect(0);
    assert!(said.contains("4 to update, 1 to delete, 2 unchanged"), "{said}");
    let users = company.users();
    assert_eq!(users.len(), 7);
    assert_eq!(users[0]["emails"], json!([{ "primary": true, "value": "new@example.test" }]));
    assert_eq!(users[1]["name"]["givenName"], "Bea");
    assert_eq!(users[2][ENTERPRISE]["employeeNumber"], "33");
    assert_eq!((&users[3][ACTIVTRAK]["tracking"], &users[6][ACTIVTRAK]["tracking"]), (&json!(false), &json!(false)));
    assert!(users.iter().all(|user| user.get("active").is_none()));
    let asked = company.server.count();
    assert!(company.expect(0).contains("nothing to do"));
    assert_eq!(company.written(asked), []);
}

#[test]
fn agents_of_activtrak_are_deleted_only_where_the_job_says_so() {
    let company = Company::new(ACTIVTRAK_MAPPING, ", deletes: deactivate", activtrak);
    company.people(&[person(1), person(2)]);
    company.expect(0);
    company.people(&[person(1)]);
    company.expect(0);
    assert_eq!(company.users()[1]["active"], false);
}

/// A server that keeps to the RFC as far as it goes: without patches and filters, everybody on one page, and `rule` may refuse.
pub(super) fn plain(rule: impl Fn(&Asked) -> Option<Reply>) -> impl Fn(&Asked, &mut Vec<Value>) -> Reply {
    move |asked, users| {
        if let Some(reply) = rule(asked) {
            return reply;
        }
        let path = asked.path.split('?').next().unwrap();
        let id = path.strip_prefix("/v1/Users/").map(str::to_owned);
        match (asked.method.as_str(), path, id) {
            ("GET", "/v1/ServiceProviderConfig", _) => scim(200, &json!({ "patch": { "supported": false } })),
            ("GET", "/v1/Users", _) => scim(200, &json!({ "totalResults": users.len(), "Resources": users })),
            ("GET", _, Some(id)) => scim(200, users.iter().find(|user| user["id"] == *id).unwrap()),
            ("PUT", _, Some(id)) => {
                let user = users.iter_mut().find(|user| user["id"] == *id).unwrap();
                *user = asked.json();
                scim(200, user)
            }
            ("POST", "/v1/Users", _) => {
                let mut user = asked.json();
                user["id"] = json!(format!("u{}", users.len()));
                users.push(user.clone());
                scim(201, &user)
            }
            _ => Reply::status(405),
        }
    }
}

#[test]
fn a_server_without_patches_gets_whole_users_with_what_others_put_there() {
    let company = Company::new(CORE_MAPPING, "", plain(|_| None));
    let mut people: Vec<Value> = (1..=3).map(person).collect();
    people[0]["work"]["reportsTo"] = json!({ "id": "03" });
    company.people(&people);
    company.expect(0);
    let chief = company.users()[2]["id"].clone();
    assert_eq!(company.users()[0][ENTERPRISE]["manager"]["value"], chief);
    company.change("01", |user| {
        user["nickName"] = json!("Ace");
        user["emails"].as_array_mut().unwrap().push(json!({ "type": "home", "value": "own@example.test" }));
    });
    assert!(company.expect(0).contains("nothing to do"));
    people[0]["work"]["title"] = json!("Chief");
    people[0]["work"]["reportsTo"] = json!({ "id": "nobody" });
    people.pop();
    company.people(&people);
    company.expect(0);
    let users = company.users();
    assert_eq!((&users[0]["title"], &users[0]["nickName"], &users[0]["active"]), (&json!("Chief"), &json!("Ace"), &Value::Null));
    assert_eq!(users[0]["emails"].as_array().unwrap().len(), 2);
    assert_eq!(users[0][ENTERPRISE]["manager"]["value"], chief);
    assert_eq!((&users[2]["active"], &users[2]["title"]), (&json!(false), &json!("Clerk")));
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn who_is_refused_does_not_hold_the_others_up_and_is_tried_again() {
    let refusals = Arc::new(Mutex::new(2));
    let left = Arc::clone(&refusals);
    let company = Company::new(
        CORE_MAPPING,
        "",
        plain(move |asked| {
            let mut left = left.lock().unwrap();
            let is_hit = asked.method == "POST" && asked.body.contains("p02@") && *left > 0;
            is_hit.then(|| {
                *left -= 1;
                refused(400)
            })
        }),
    );
    company.people(&(1..=3).map(person).collect::<Vec<_>>());
    let said = company.expect(6);
    let expected = "1 change could not be written, and the next run tries again; the first is Bob's 02: \
                    POST /Users was answered with 400 (invalidValue)";
    assert!(said.contains(expected), "{said}");
    assert_eq!(company.users().len(), 2);
    company.expect(6);
    assert!(company.expect(0).contains("1 to create, 2 unchanged"));
    let runs = command(company.folder.path(), &["runs"]).output().unwrap();
    assert!(String::from_utf8(runs.stdout).unwrap().contains("partial"));
}

#[test]
fn a_server_that_is_too_busy_is_waited_for() {
    let company =
        Company::new(CORE_MAPPING, "", plain(|asked| (asked.number % 2 == 0).then(|| Reply::status(429).with("retry-after", 0))));
    company.people(&[person(1), person(2)]);
    company.expect(0);
    assert_eq!(company.users().len(), 2);
}

#[test]
fn people_with_two_users_stop_the_sync_before_anything_is_written() {
    let company = Company::new(CORE_MAPPING, "", plain(|_| None));
    let user = |id: &str| json!({ "id": id, "externalId": "01", "userName": format!("{id}@example.test") });
    company.users.lock().unwrap().extend([user("a"), user("b")]);
    company.people(&[person(1), person(2)]);
    let said = company.expect(3);
    assert!(said.contains("1 of the people have several users on the server") && said.contains("Bob's id 01"), "{said}");
    assert_eq!(company.written(0), []);
}

#[test]
fn a_list_that_is_not_whole_is_no_list() {
    let company = Company::new(CORE_MAPPING, "", |asked, _| match asked.method.as_str() {
        "GET" => scim(200, &json!({ "totalResults": 3, "Resources": [{ "id": "a", "userName": "one" }] })),
        _ => panic!("nothing is written"),
    });
    company.people(&[person(1)]);
    assert!(company.expect(3).contains("it has more than it hands out"));
}

#[test]
fn a_scim_job_is_judged_whole() {
    let folder = tempfile::tempdir().unwrap();
    let text = "jobs:\n  a: { mappings: m.yaml, records: { hibob.people: p.jsonl }, to: { scim: \"https://x.example.test\", token: hunter2 } }\n  \
                b: { mappings: m.yaml, records: { hibob.people: p.jsonl }, to: { scim: \"https://y.example.test\", deletes: hard, table: t } }\n  \
                c: { mappings: m.yaml, records: { hibob.people: p.jsonl }, to: { file: c.csv, token: \"${T}\" } }\n";
    std::fs::write(folder.path().join("bobmap.yaml"), text).unwrap();
    std::fs::write(folder.path().join("m.yaml"), CORE_MAPPING).unwrap();
    let output = command(folder.path(), &["check", "bobmap.yaml"]).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "a token stands in the file itself",
        "`to` names no token",
        "`soft` and `hard` belong to a table",
        "`format` belongs to a file, and `table` and `schema` to a database",
        "a token belongs to `scim`",
    ] {
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert!(!found.contains("hunter2"), "{found}");
    for (address, why) in
        [("http://scim.example.test", "plain http"), ("https://me:pw1@x.test", "user name or an @"), ("nonsense", "no address")]
    {
        let job = format!(
            "{{ mappings: m.yaml, records: {{ hibob.people: p.jsonl }}, to: {{ scim: \"{address}\", token: \"${{T}}\" }} }}"
        );
        std::fs::write(folder.path().join("bobmap.yaml"), format!("jobs: {{ job: {job} }}\n")).unwrap();
        std::fs::write(folder.path().join("p.jsonl"), "").unwrap();
        let output = command(folder.path(), &["plan", "job"]).env("T", TOKEN).output().unwrap();
        assert!(said(&output).contains(why) && !said(&output).contains("pw1"), "{}", said(&output));
        assert_ne!(output.status.code(), Some(0));
    }
}
