//! The connector over real HTTP on loopback: what it asks, what it makes of every kind of answer, and what it never does.

mod company;
mod credentials;
mod faults;
mod flags;
mod history;
mod messages;
mod people;
pub mod server;
pub mod time_off;

use bobmap::catalog::request::{Request, Selection};
use bobmap::catalog::resource::Resource;
use bobmap::source::hibob::{Address, Credentials, Hibob, HibobError, Settings, TimeOffSettings};
use bobmap::source::{Batch, Scope, Source, SourceError};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{Asked, Reply, Server};
use std::time::Duration;

const ID: &str = "SERVICE-4711";
const TOKEN: &str = "t0ken-that-nobody-may-see";

/// Settings that wait next to nothing.
fn settings(server: &Server) -> Settings {
    let credentials = Credentials { id: SecretString::from(ID), token: SecretString::from(TOKEN) };
    let address = Address::parse(&server.url()).unwrap();
    Settings {
        batch: 3,
        in_flight: 2,
        retries: 4,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(5),
        timeout: Duration::from_secs(20),
        ..Settings::new(address, credentials, asked())
    }
}

/// What is asked about time off on a day that does not move.
pub fn asked() -> TimeOffSettings {
    TimeOffSettings::usual("2026-03-31T12:00:00Z".parse().unwrap())
}

fn connect(server: &Server) -> Hibob {
    Hibob::connect(settings(server)).unwrap()
}

fn request(name: &str, fields: &[&str]) -> Request {
    Request {
        resource: Resource::find(name).unwrap(),
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        human_readable: false,
        show_inactive: false,
    }
}

fn people(hibob: &Hibob) -> Box<dyn Source> {
    hibob.source(&request("hibob.people", &["root.id", "root.email"]), Selection::Everyone).unwrap()
}

/// What a source hands out, each record as its text, and how it ends.
struct Read {
    records: Vec<String>,
    scope: Scope,
    notes: Vec<String>,
    error: Option<SourceError>,
}

impl Read {
    fn error(&self) -> String {
        without_token(self.error.as_ref().expect("an error").to_string())
    }

    fn whole(self) -> Vec<String> {
        if let Some(error) = &self.error {
            panic!("{error}");
        }
        assert_eq!((self.scope, self.notes), (Scope::Complete, Vec::new()));
        self.records
    }
}

fn drain(mut source: Box<dyn Source>) -> Read {
    let (mut batch, mut records) = (Batch::default(), Vec::new());
    let (mut number, mut offset) = (0, 0);
    let error = loop {
        match source.next(&mut batch) {
            Ok(true) => {
                for span in &batch.records {
                    let text = String::from_utf8(batch.bytes[span.range.clone()].to_vec()).unwrap();
                    number += 1;
                    assert_eq!((span.place.record, span.place.line, span.place.offset), (number, number, offset));
                    offset += text.len() as u64 + 1;
                    records.push(text);
                }
            }
            Ok(false) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(!source.next(&mut batch).unwrap() && batch.records.is_empty());
    Read { records, scope: source.scope(), notes: source.notes(), error }
}

/// A small company: answers `POST /people/search` as HiBob does for employees 1001 and up.
fn company(size: usize) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    move |asked| Reply::json(search(&asked.json(), &(1001..1001 + size).map(|id| id.to_string()).collect::<Vec<_>>()))
}

/// HiBob's answer about those of `ids` that the filter lets through, in an order of its own.
fn search(body: &Value, ids: &[String]) -> Value {
    let wanted = body.get("filters").map(|filters| {
        assert_eq!(filters.as_array().unwrap().len(), 1);
        assert_eq!(filters[0]["operator"], "equals");
        filters[0]["values"].as_array().unwrap().clone()
    });
    let chosen = |id: &&String| {
        wanted
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|value| value == id.as_str() || *value == format!("e{id}@example.test")))
    };
    let mut employees: Vec<Value> =
        ids.iter().filter(chosen).map(|id| employee(id, body["fields"].as_array().unwrap())).collect();
    if wanted.is_some() {
        employees.reverse();
    }
    json!({ "employees": employees })
}

/// One employee with slash keys and nested objects, as HiBob sends them.
fn employee(id: &str, fields: &[Value]) -> Value {
    assert!(fields.len() <= 400);
    let mut employee = json!({});
    for field in fields {
        let field = field.as_str().unwrap();
        let value = match field {
            "root.id" => json!(id),
            "root.email" => json!(format!("e{id}@example.test")),
            _ => json!(format!("{field} of {id}")),
        };
        employee[format!("/{}", field.replace('.', "/"))] = json!({ "value": value });
        let mut place = &mut employee;
        for part in field.strip_prefix("root.").unwrap_or(field).split('.') {
            place = &mut place[part];
        }
        *place = value;
    }
    employee
}

fn without_token(message: String) -> String {
    assert!(!message.contains(TOKEN), "a message shows the token");
    message
}

fn refused(result: Result<impl Sized, HibobError>) -> String {
    without_token(result.err().expect("an error").to_string())
}
