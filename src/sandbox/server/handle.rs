//! The way of a request: known endpoint, not shut out, credentials, rate limit, faults, answer.

use super::World;
use super::answer::{Answer, Content, answer};
use super::endpoint::{Endpoint, Query};
use super::faults::{Fault, FaultKind, Faults, Mischief};
use super::limits::{Count, Limits, Meter};
use super::log::{Entry, Log, Written};
use super::wire::Line;
use crate::sandbox::fields::salt;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use futures_util::StreamExt;
use futures_util::stream;
use std::future::ready;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

/// Everything that requests share.
pub struct Server {
    world: RwLock<Arc<World>>,
    /// The one `Authorization` header that is let in.
    header: HeaderValue,
    meter: Meter,
    mischief: Mischief,
    pub log: Log,
}

impl Server {
    pub fn new(world: RwLock<Arc<World>>, user: &(String, String), limits: Limits, faults: Faults, log: Log) -> Server {
        let basic = format!("Basic {}", base64(format!("{}:{}", user.0, user.1).as_bytes()));
        let header = HeaderValue::from_str(&basic).expect("base64 is a header's text");
        Server { world, header, meter: Meter::new(limits), mischief: Mischief::new(faults), log }
    }

    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn change_world(&self, world: World) {
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(world);
    }
}

/// Bodies of requests beyond this are refused.
const LONGEST_BODY: usize = 4 << 20;
const LOGIN: &str = "<!DOCTYPE html><html><head><title>Bob</title></head><body>Log in to Bob</body></html>";
const BLOCKED: &str = "<html><head><title>403 Forbidden</title></head><body>Request blocked</body></html>";

pub async fn handle(State(server): State<Arc<Server>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let query = Query::of(head.uri.query());
    let endpoint = Endpoint::of(&head.method, path);
    let mut written = server.log.begin(entry(&head.method, path, &query));
    let done = |written: &mut Written, status: StatusCode, content: Response<Body>| {
        written.note(|entry| entry.status = status.as_u16());
        written.finish();
        content
    };
    let world = server.world();
    let below = path.strip_prefix("/v1").unwrap_or(path);
    if let Some(elsewhere) = world.scenario.company.redirects.get(below) {
        let mut response = plain(StatusCode::TEMPORARY_REDIRECT, Body::empty(), None);
        if let Ok(value) = HeaderValue::from_str(elsewhere) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        return done(&mut written, StatusCode::TEMPORARY_REDIRECT, response);
    }
    let Some(endpoint) = endpoint else {
        return done(&mut written, StatusCode::OK, html(StatusCode::OK, LOGIN));
    };
    let given = head.headers.get(header::AUTHORIZATION);
    let caller = given.map_or(0, |value| salt(&String::from_utf8_lossy(value.as_bytes())));
    if server.meter.is_blocked(caller) {
        return done(&mut written, StatusCode::FORBIDDEN, html(StatusCode::FORBIDDEN, BLOCKED));
    }
    let known = given == Some(&server.header);
    let count = server.meter.count(&endpoint, known);
    if !known {
        server.meter.refused(caller, false);
        let response = counted(plain(StatusCode::UNAUTHORIZED, Body::empty(), None), &count);
        return done(&mut written, StatusCode::UNAUTHORIZED, response);
    }
    if let Some(wait) = count.wait {
        let mut response = counted(Answer::too_many().into_response(None), &count);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(server.meter.retry_after(wait)));
        return done(&mut written, StatusCode::TOO_MANY_REQUESTS, response);
    }
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        let response = counted(Answer::bad_request("the body is too large").into_response(None), &count);
        return done(&mut written, StatusCode::BAD_REQUEST, response);
    };
    let text = String::from_utf8_lossy(&body);
    let fault = server.mischief.strike(&format!("{} {} {text}", head.method, head.uri));
    if let Some(fault) = fault {
        written.note(|entry| entry.fault = Some(fault.kind.word()));
        if let Some(response) = go_wrong(&server, fault, &count, &line, &mut written) {
            return response;
        }
        if fault.kind == FaultKind::Slow {
            tokio::time::sleep(server.mischief.slow_by()).await;
        }
    }
    let answer = answer(&world, &endpoint, &query, &body, &written);
    if answer.status == StatusCode::FORBIDDEN {
        server.meter.refused(caller, true);
    }
    written.note(|entry| entry.status = answer.status.as_u16());
    let cut = fault.filter(|fault| fault.kind == FaultKind::Truncated);
    let response = match cut {
        Some(fault) => cut_short(answer, fault.draw, written),
        None => answer.into_response(Some(written)),
    };
    counted(response, &count)
}

/// What is answered in place of the answer. `None` where it is the answer that goes wrong.
fn go_wrong(server: &Server, fault: Fault, count: &Count, line: &Line, written: &mut Written) -> Option<Response<Body>> {
    let mut response = match fault.kind {
        FaultKind::Slow | FaultKind::Truncated => return None,
        FaultKind::TooMany => Answer::too_many().into_response(None),
        FaultKind::ServerError => Answer::server_error().into_response(None),
        FaultKind::Html => html(StatusCode::OK, LOGIN),
        FaultKind::Empty => plain(StatusCode::OK, Body::empty(), Some("application/json")),
        FaultKind::Reset => {
            line.tear();
            plain(StatusCode::OK, Body::empty(), None)
        }
    };
    let status = response.status().as_u16();
    response = counted(response, count);
    if fault.kind == FaultKind::TooMany {
        let wait = server.meter.retry_after(std::time::Duration::from_secs(1));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
    }
    written.note(|entry| entry.status = if fault.kind == FaultKind::Reset { 0 } else { status });
    written.finish();
    Some(response)
}

/// Half of an answer: on a wire that breaks off before the length that was announced, or as a body that is whole and no JSON.
fn cut_short(answer: Answer, draw: u64, mut written: Written) -> Response<Body> {
    let Answer { status, content, .. } = answer;
    let whole = match content {
        Content::Whole(bytes) => bytes,
        Content::Stream(mut next) => next().unwrap_or_default(),
    };
    written.finish();
    let half = Bytes::from(whole[..whole.len() / 2].to_vec());
    if draw.is_multiple_of(2) {
        return plain(status, Body::from(half), Some("application/json"));
    }
    let torn = stream::once(ready(Ok(half))).chain(stream::once(async {
        // Lets the half out first.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::UnexpectedEof))
    }));
    let mut response = plain(status, Body::from_stream(torn), Some("application/json"));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(whole.len()));
    response
}

fn entry(method: &Method, path: &str, query: &Query) -> Entry {
    // Addresses stand in paths with and without their percent sign.
    let segments = path.split('/').map(|part| if part.contains('@') || part.contains("%40") { "{email}" } else { part });
    Entry {
        method: method.to_string(),
        path: segments.collect::<Vec<_>>().join("/"),
        query: query.shown(),
        status: 0,
        fields: None,
        ids: query.ids("employeeIds").map(|ids| ids.len()),
        records: 0,
        millis: 0,
        fault: None,
    }
}

fn html(status: StatusCode, text: &'static str) -> Response<Body> {
    plain(status, Body::from(text), Some("text/html; charset=utf-8"))
}

pub fn plain(status: StatusCode, body: Body, kind: Option<&'static str>) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Some(kind) = kind {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

fn counted(mut response: Response<Body>, count: &Count) -> Response<Body> {
    let Count { limit, remaining, reset, wait: _ } = count;
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(*limit));
    headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(*remaining));
    headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(*reset));
    response
}

/// RFC 4648 with padding, as Basic authentication has it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let shown = digit <= chunk.len();
            out.push(if shown { char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]) } else { '=' });
        }
    }
    out
}
