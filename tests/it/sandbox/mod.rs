//! The sandbox over real HTTP: it behaves as HiBob does.

mod command;
mod faults;
mod limits;
mod people;
mod permissions;
mod scenario;
mod tables;
mod time_off;

use bobmap::sandbox::{Sandbox, Scenario, Settings};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A sandbox of 40 people on a fixed day.
pub fn sandbox(scenario: &str) -> Sandbox {
    Sandbox::start(settings(scenario)).unwrap()
}

pub fn settings(scenario: &str) -> Settings {
    let scenario = Scenario::load(&format!("scenario: 1\ntoday: 2026-03-01\n{scenario}"), "test.yaml").unwrap();
    Settings { scenario, ..Settings::default() }
}

/// An answer as it came over the wire.
pub struct Reply {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
    /// The body ended as its headers said.
    pub whole: bool,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = |line: &'_ str| line.split_once(": ").is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| found(line)).and_then(|line| line.split_once(": ")).map(|(_, value)| value)
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        assert!(self.whole && self.header("content-type") == Some("application/json"), "{}\n{}", self.head, self.text());
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The people of a search.
    pub fn employees(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text());
        let Value::Array(employees) = self.json()["employees"].take() else { panic!("{}", self.text()) };
        employees
    }
}

/// Six bits a sign.
fn base64(text: &str) -> String {
    let signs: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: String = text.bytes().map(|byte| format!("{byte:08b}")).collect();
    let mut out: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| signs[usize::from_str_radix(&format!("{:0<6}", std::str::from_utf8(six).unwrap()), 2).unwrap()])
        .collect();
    out.extend(std::iter::repeat_n('=', (4 - out.len() % 4) % 4));
    out
}

/// The `Authorization` header of a sandbox's own service user.
pub fn credentials(sandbox: &Sandbox) -> String {
    let (id, token) = sandbox.service_user();
    format!("Basic {}", base64(&format!("{id}:{token}")))
}

/// A call below `/v1`; an error where the connection was torn down without an answer.
pub fn call_as(url: &str, authorization: Option<&str>, method: &str, path: &str, body: &str) -> std::io::Result<Reply> {
    let (host, prefix) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let authorization = authorization.map(|value| format!("authorization: {value}\r\n")).unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{method} /{prefix}{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n{authorization}\r\n{body}"
    )?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all)?;
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut reply = Reply { status, head, body: all[end + 4..].to_vec(), whole: true };
    if reply.header("transfer-encoding") == Some("chunked") {
        (reply.body, reply.whole) = joined(&reply.body);
    } else if let Some(length) = reply.header("content-length") {
        reply.whole = reply.body.len() == length.parse::<usize>().unwrap();
    }
    Ok(reply)
}

/// The chunks of a body, and whether the last one came.
fn joined(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
    (body, false)
}

pub fn get(sandbox: &Sandbox, path: &str) -> Reply {
    call_as(&sandbox.base_url(), Some(&credentials(sandbox)), "GET", path, "").unwrap()
}

pub fn post(sandbox: &Sandbox, path: &str, body: &str) -> Reply {
    call_as(&sandbox.base_url(), Some(&credentials(sandbox)), "POST", path, body).unwrap()
}

pub fn search(sandbox: &Sandbox, body: &str) -> Reply {
    post(sandbox, "/people/search", body)
}

/// The body of a search for these fields of the employee with this number, from 1.
pub fn one(number: u64, fields: &[&str]) -> String {
    let id = Sandbox::employee_id(number);
    serde_json::json!({
        "fields": fields, "showInactive": true, "humanReadable": "APPEND",
        "filters": [{ "fieldPath": "root.id", "operator": "equals", "values": [id] }],
    })
    .to_string()
}
