//! What each endpoint answers.

use super::World;
use super::endpoint::{Endpoint, Query};
use super::handle::plain;
use super::log::{Counter, Written};
use crate::sandbox::lists::Shape;
use crate::sandbox::people::Person;
use crate::sandbox::scenario::TableName;
use crate::sandbox::search::{Projection, Scratch, SearchBody, Wanted};
use crate::sandbox::tables::Table;
use crate::sandbox::time_off;
use crate::value::json::write_string;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use std::sync::Arc;

/// An answer, before it is sent.
pub struct Answer {
    pub status: StatusCode,
    pub content: Content,
    restricted: bool,
}

pub enum Content {
    /// JSON.
    Whole(Vec<u8>),
    /// JSON in pieces, made when they are sent.
    Stream(Box<dyn FnMut() -> Option<Vec<u8>> + Send>),
}

/// Pieces of a long answer are about this long.
const PIECE: usize = 64 << 10;

impl Answer {
    pub fn json(bytes: Vec<u8>) -> Answer {
        Answer { status: StatusCode::OK, content: Content::Whole(bytes), restricted: false }
    }

    /// The newer of the two kinds of error bodies.
    fn error(status: StatusCode, word: &str, message: &str) -> Answer {
        let timestamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let body =
            serde_json::json!({ "error": word, "message": message, "statusCode": status.as_u16(), "timestamp": timestamp });
        Answer { status, content: Content::Whole(body.to_string().into_bytes()), restricted: false }
    }

    /// The older one.
    fn keyed_error(status: StatusCode, key: &str, message: &str) -> Answer {
        let body = serde_json::json!({ "key": key, "error": message, "args": [] });
        Answer { status, content: Content::Whole(body.to_string().into_bytes()), restricted: false }
    }

    pub fn bad_request(message: &str) -> Answer {
        Answer::error(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub fn too_many() -> Answer {
        Answer::error(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "rate limit exceeded")
    }

    pub fn server_error() -> Answer {
        Answer::error(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_SERVER_ERROR", "something went wrong")
    }

    pub fn forbidden(message: &str) -> Answer {
        Answer::keyed_error(StatusCode::FORBIDDEN, "error.permission.missing", message)
    }

    pub fn not_found(key: &str, message: &str) -> Answer {
        Answer::keyed_error(StatusCode::NOT_FOUND, key, message)
    }

    pub fn no_employee() -> Answer {
        Answer::not_found("error.employee.not.found", "employee not found")
    }

    /// JSON with records under one key, made when they are sent.
    pub fn listed(key: &str, counter: Counter, mut next: impl FnMut() -> Option<Vec<u8>> + Send + 'static) -> Answer {
        let mut head = Some(format!("{{\"{key}\":["));
        let mut state = State::Begin;
        let pieces = move || {
            if matches!(state, State::End) {
                return None;
            }
            let mut out = head.take().unwrap_or_default().into_bytes();
            let mut sent = 0;
            while out.len() < PIECE {
                let Some(record) = next() else {
                    out.extend_from_slice(b"]}");
                    state = State::End;
                    break;
                };
                if matches!(state, State::Further) {
                    out.push(b',');
                }
                state = State::Further;
                out.extend_from_slice(&record);
                sent += 1;
            }
            counter.add(sent);
            Some(out)
        };
        Answer { status: StatusCode::OK, restricted: false, content: Content::Stream(Box::new(pieces)) }
    }

    /// The log line ends when the last piece is made.
    pub fn into_response(self, written: Option<Written>) -> Response<Body> {
        let Answer { status, content, restricted } = self;
        let mut written = written;
        let mut finish = move || {
            if let Some(mut written) = written.take() {
                written.finish();
            }
        };
        let json = Some("application/json");
        let mut response = match content {
            Content::Whole(bytes) => {
                finish();
                plain(status, Body::from(bytes), json)
            }
            Content::Stream(mut next) => {
                let first = next().unwrap_or_default();
                let mut ahead = next();
                if ahead.is_none() {
                    finish();
                    return plain(status, Body::from(first), json);
                }
                let mut piece = Some(first);
                let pieces = std::iter::from_fn(move || {
                    let now = std::mem::replace(&mut piece, ahead.take())?;
                    ahead = if piece.is_some() { next() } else { None };
                    if piece.is_none() {
                        finish();
                    }
                    Some(Ok::<_, std::convert::Infallible>(Bytes::from(now)))
                });
                plain(status, Body::from_stream(futures_util::stream::iter(pieces)), json)
            }
        };
        if restricted {
            response.headers_mut().insert(HeaderName::from_static("x-has-restricted-columns"), HeaderValue::from_static("true"));
        }
        response
    }
}

pub fn answer(world: &Arc<World>, endpoint: &Endpoint, query: &Query, body: &[u8], written: &Written) -> Answer {
    let company = &world.scenario.company;
    match endpoint {
        Endpoint::Fields => {
            written.note(|entry| entry.records = company.fields.len() as u64);
            Answer::json(company.metadata())
        }
        Endpoint::Lists => lists(world, query.is_true("includeArchived")),
        Endpoint::List(id) => match company.lists.get(id) {
            Some(list) => {
                let mut out = Vec::new();
                list.write(&mut out, id, query.is_true("includeArchived"), Shape::Keyed);
                Answer::json(out)
            }
            None => Answer::not_found("error.list.not.found", "no such list"),
        },
        Endpoint::Search => match search_body(body, written) {
            Ok(search) => search_people(world, search, written),
            Err(refusal) => refusal,
        },
        Endpoint::Person(identifier) => match search_body(body, written) {
            Ok(search) => one_person(world, identifier, &search, written),
            Err(refusal) => refusal,
        },
        Endpoint::BulkTable(name) => bulk(world, *name, query, written),
        Endpoint::Table(id, name) => one_table(world, id, *name, query, written),
        Endpoint::WhosOut
        | Endpoint::OutToday
        | Endpoint::Changes
        | Endpoint::TimeOffRequest(..)
        | Endpoint::Balance(_)
        | Endpoint::PolicyTypes
        | Endpoint::PolicyType(_) => time_off::answer(world, endpoint, query, written),
    }
}

fn lists(world: &World, archived: bool) -> Answer {
    let company = &world.scenario.company;
    let shape = if company.lists_as_array { Shape::Array } else { Shape::Keyed };
    let (open, close) = if company.lists_as_array { (b'[', b']') } else { (b'{', b'}') };
    let mut out = vec![open];
    for (at, (id, list)) in company.lists.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if shape == Shape::Keyed {
            write_string(&mut out, id);
            out.push(b':');
        }
        list.write(&mut out, id, archived, shape);
    }
    out.push(close);
    Answer::json(out)
}

fn search_body(body: &[u8], written: &Written) -> Result<SearchBody, Answer> {
    let search: SearchBody = match body.trim_ascii() {
        [] => SearchBody::default(),
        text => serde_json::from_slice(text).map_err(|error| Answer::bad_request(&format!("the body can't be read: {error}")))?,
    };
    written.note(|entry| {
        entry.fields = search.fields.as_ref().map(Vec::len);
        entry.ids = search.filter_size();
    });
    Ok(search)
}

fn search_people(world: &Arc<World>, search: SearchBody, written: &Written) -> Answer {
    let wanted = match search.wanted(&world.people) {
        Ok(wanted) => wanted,
        Err(message) => return Answer::bad_request(&message),
    };
    let projection = match Projection::new(&world.scenario.company, &search) {
        Ok(projection) => projection,
        Err(message) => return Answer::bad_request(&message),
    };
    let (by_id, mut indices): (bool, Box<dyn Iterator<Item = u64> + Send>) = match wanted {
        Wanted::Everyone => (false, Box::new(0..world.people.count)),
        Wanted::These(found) => (true, Box::new(found.into_iter())),
    };
    let world = Arc::clone(world);
    let counter = written.counter();
    let mut scratch = Scratch::default();
    let mut state = State::Begin;
    Answer {
        status: StatusCode::OK,
        restricted: false,
        content: Content::Stream(Box::new(move || {
            let mut out = Vec::with_capacity(PIECE + (PIECE >> 2));
            match state {
                State::Begin => out.extend_from_slice(b"{\"employees\":["),
                State::First | State::Further => {}
                State::End => return None,
            }
            if matches!(state, State::Begin) {
                state = State::First;
            }
            let company = &world.scenario.company;
            let mut sent = 0;
            while out.len() < PIECE {
                let Some(index) = indices.next() else {
                    out.extend_from_slice(b"]}");
                    state = State::End;
                    break;
                };
                let person = world.people.person(index);
                if !search.shows(&person) || !company.may_see(&person) || by_id && company.vanishes(index) {
                    continue;
                }
                if matches!(state, State::Further) {
                    out.push(b',');
                }
                state = State::Further;
                projection.write(&person, &mut scratch, &mut out);
                sent += 1;
            }
            counter.add(sent);
            Some(out)
        })),
    }
}

/// How far a stream of records is.
#[derive(Clone, Copy)]
enum State {
    Begin,
    First,
    Further,
    End,
}

/// Somebody whom the service user has access to.
fn visible<'w>(world: &'w World, identifier: &str) -> Option<Person<'w>> {
    let person = world.people.person(world.people.by_identifier(identifier)?);
    world.scenario.company.may_see(&person).then_some(person)
}

fn one_person(world: &World, identifier: &str, search: &SearchBody, written: &Written) -> Answer {
    let projection = match Projection::new(&world.scenario.company, search) {
        Ok(projection) => projection,
        Err(message) => return Answer::bad_request(&message),
    };
    let Some(person) = visible(world, identifier).filter(|person| !world.scenario.company.vanishes(person.index)) else {
        return Answer::no_employee();
    };
    let mut out = Vec::new();
    projection.write(&person, &mut Scratch::default(), &mut out);
    written.note(|entry| entry.records = 1);
    Answer::json(out)
}

/// The table as the permissions leave it. Without the right to view the section there is none; without its history, rows of
/// today, and no salaries at all.
fn table<'w>(world: &'w World, name: TableName, query: &Query) -> Result<Table<'w>, Answer> {
    let company = &world.scenario.company;
    let (view, history) = (company.permitted.view(name.category()), company.permitted.history(name.category()));
    if !view || name == TableName::Salaries && !history {
        return Err(Answer::forbidden("the service user may not view this table"));
    }
    let human_readable = query.is_true("includeHumanReadable");
    Ok(Table { name, company, only_current: !history, human_readable })
}

fn one_table(world: &World, id: &str, name: TableName, query: &Query, written: &Written) -> Answer {
    let table = match table(world, name, query) {
        Ok(table) => table,
        Err(refusal) => return refusal,
    };
    let Some(person) = visible(world, id) else { return Answer::no_employee() };
    let mut out = b"{\"values\":".to_vec();
    table.write(&person, &mut out);
    table.write_restrictions(&mut out);
    out.push(b'}');
    written.note(|entry| entry.records = 1);
    Answer { restricted: table.is_restricted(), ..Answer::json(out) }
}

const USUAL_PAGE: usize = 50;
const LONGEST_PAGE: usize = 200;

fn bulk(world: &World, name: TableName, query: &Query, written: &Written) -> Answer {
    let table = match table(world, name, query) {
        Ok(table) => table,
        Err(refusal) => return refusal,
    };
    let limit = match query.get("limit").map(str::parse::<usize>) {
        None => USUAL_PAGE,
        Some(Ok(limit @ 1..=LONGEST_PAGE)) => limit,
        Some(_) => return Answer::bad_request(&format!("limit must be a number from 1 to {LONGEST_PAGE}")),
    };
    let ids = query.ids("employeeIds");
    if ids.as_ref().is_some_and(|ids| ids.len() > LONGEST_PAGE) {
        return Answer::bad_request(&format!("employeeIds must name at most {LONGEST_PAGE} employees"));
    }
    let start = match query.get("cursor").filter(|cursor| !cursor.is_empty()).map(read_cursor) {
        None => 0,
        Some(Some(start)) => start,
        Some(None) => return Answer::bad_request("the cursor is not one of ours"),
    };
    let named = ids.map(|ids| ids.into_iter().filter_map(|id| world.people.by_id(id)).collect::<Vec<_>>());
    let total = named.as_ref().map_or(world.people.count, |named| named.len() as u64);
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    let (mut at, mut sent) = (start, 0);
    while at < total && sent < limit {
        let index = named.as_ref().map_or(at, |named| named[at as usize]);
        at += 1;
        let person = world.people.person(index);
        if !world.scenario.company.may_see(&person) {
            continue;
        }
        sent += 1;
        let (into, key): (&mut Vec<u8>, bool) =
            if table.fails_for(&person) { (&mut errors, true) } else { (&mut results, false) };
        if !into.is_empty() {
            into.push(b',');
        }
        if key {
            let said = "{\"error\":\"MISSING_PERMISSION\",\"message\":\"no access to the table of this employee\"}";
            into.extend_from_slice(format!("{{\"{}\":{said}}}", person.id()).as_bytes());
        } else {
            into.extend_from_slice(format!("{{\"employeeId\":\"{}\",\"values\":", person.id()).as_bytes());
            table.write(&person, into);
            into.push(b'}');
        }
    }
    let next = match table.repeats_cursor() {
        true => format!("\"{}\"", write_cursor(0)),
        false if at < total => format!("\"{}\"", write_cursor(at)),
        false => "null".to_owned(),
    };
    let mut out = b"{\"results\":[".to_vec();
    out.extend_from_slice(&results);
    out.extend_from_slice(format!("],\"response_metadata\":{{\"next_cursor\":{next}}},\"errors\":[").as_bytes());
    out.extend_from_slice(&errors);
    out.push(b']');
    table.write_restrictions(&mut out);
    out.push(b'}');
    written.note(|entry| entry.records = sent as u64);
    Answer { restricted: table.is_restricted(), ..Answer::json(out) }
}

/// Of signs that an address must escape, so that clients that do not are found out.
fn write_cursor(at: u64) -> String {
    format!("+{:x}/{:x}==", at ^ 0xb0b, at.wrapping_mul(7) & 0xff)
}

fn read_cursor(cursor: &str) -> Option<u64> {
    let (number, check) = cursor.strip_prefix('+')?.strip_suffix("==")?.split_once('/')?;
    let at = u64::from_str_radix(number, 16).ok()? ^ 0xb0b;
    (u64::from_str_radix(check, 16).ok()? == at.wrapping_mul(7) & 0xff).then_some(at)
}
