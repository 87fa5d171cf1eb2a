//! Calls of a SCIM server (RFC 7644), one at a time: tried again where that may help, and judged by their status.

use super::shape::{id, member};
use crate::destination::http::{Again, Caller, innermost, read};
use crate::source::hibob::retry_after;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;
use url::Url;

const CONTENT: &str = "application/scim+json";
/// Users on one page: what most servers hand out at most.
const PAGE: usize = 100;
/// More users than any company has: a server that makes them up would never end.
const MOST: usize = 5_000_000;
/// Bytes of one answer.
const MOST_BYTES: usize = 256 << 20;
/// For one call.
const TIMEOUT: Duration = Duration::from_secs(60);

/// What RFC 7644 §3.12 knows as `scimType`: anything else may be about a person, and is not told.
const SCIM_TYPES: [&str; 10] = [
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
];

/// A call that came to nothing. Names what was called, and no value: neither the server's words nor an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{call} {why}")]
pub(super) struct CallError {
    call: String,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Why {
    #[error("was answered with {status}{}{}", .kind.map_or_else(String::new, |kind| format!(" ({kind})")), advice(*.status))]
    Refused { status: u16, kind: Option<&'static str>, wait: Option<Duration> },
    #[error("got no answer: {0}")]
    Unreachable(String),
    #[error("was answered with something else than SCIM: {0}")]
    Shape(&'static str),
}

fn advice(status: u16) -> &'static str {
    match status {
        401 => ": the token is wrong, or no longer good",
        403 => ": the token may not do that",
        404 => ": is the address right, up to the version?",
        _ => "",
    }
}

impl CallError {
    pub fn status(&self) -> Option<u16> {
        match self.why {
            Why::Refused { status, .. } => Some(status),
            Why::Unreachable(_) | Why::Shape(_) => None,
        }
    }

    /// Whether the next call would end in the same way.
    pub fn is_lasting(&self) -> bool {
        matches!(self.why, Why::Unreachable(_)) || matches!(self.status(), Some(401 | 429 | 503))
    }

    fn again(&self) -> Option<Again> {
        match self.why {
            Why::Unreachable(_) => Some(Again::Later),
            Why::Refused { status, wait, .. } => Again::of_status(status, wait),
            Why::Shape(_) => None,
        }
    }
}

/// A good answer.
pub(super) struct Answer {
    /// Null where there was none.
    pub body: Value,
    location: Option<String>,
}

impl Answer {
    /// The id of the resource that the answer is about.
    pub fn id(&self) -> Option<String> {
        let located = || {
            let url = Url::parse("http://relative/").ok()?.join(self.location.as_deref()?).ok()?;
            url.path_segments()?.next_back().filter(|last| !last.is_empty()).map(str::to_owned)
        };
        member(&self.body, "id").and_then(id).or_else(located)
    }
}

/// A server and the token for it.
pub(super) struct Client {
    caller: Caller,
    base: Url,
    token: SecretString,
    /// `Users`, or `users` where the server knows no other.
    users: Cell<&'static str>,
}

impl Client {
    /// # Errors
    /// This machine can't make connections, or the token can't be sent.
    pub fn new(base: Url, token: SecretString) -> Result<Client, String> {
        let caller = Caller::new(&base, (&token, "token"), TIMEOUT)?;
        Ok(Client { caller, base, token, users: Cell::new("Users") })
    }

    /// The server's address.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Calls `/Users`, or one of them.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn users(
        &self,
        method: &Method,
        of: Option<&str>,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, CallError> {
        let path: Vec<&str> = [Some(self.users.get()), of].into_iter().flatten().collect();
        let call = format!("{method} /{}{}", self.users.get(), if of.is_some() { "/{id}" } else { "" });
        self.call(method, &path, &call, query, body)
    }

    /// Whether the server says that it takes patches; `None` where it says nothing.
    ///
    /// # Errors
    /// The server can't be reached.
    pub fn takes_patches(&self) -> Result<Option<bool>, CallError> {
        match self.call(&Method::GET, &["ServiceProviderConfig"], "GET /ServiceProviderConfig", &[], None) {
            Ok(answer) => {
                let patch = member(&answer.body, "patch").and_then(|patch| member(patch, "supported"));
                Ok(patch.and_then(Value::as_bool))
            }
            Err(error) if matches!(error.why, Why::Unreachable(_)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn call(
        &self,
        method: &Method,
        path: &[&str],
        call: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, CallError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let send = || async {
            let mut request = self
                .caller
                .http
                .request(method.clone(), url.clone())
                .bearer_auth(self.token.expose_secret())
                .header(ACCEPT, "application/scim+json, application/json");
            if let Some(body) = body {
                request = request.header(CONTENT_TYPE, CONTENT).body(body.to_string());
            }
            let why = match request.send().await {
                Ok(response) => match judge(response).await {
                    Ok(answer) => return Ok(answer),
                    Err(why) => why,
                },
                Err(error) => Why::Unreachable(innermost(&error)),
            };
            Err(CallError { call: call.to_owned(), why })
        };
        self.caller.patiently(send, CallError::again)
    }

    /// Hands out every user, as often as the server does; `take` says whether it is new. Pages are asked for as RFC 7644 has it; a
    /// server that takes `startIndex` for the number of a page, or that hands out everybody whatever it is asked, is understood.
    ///
    /// # Errors
    /// A call fails, or the server has more users than it hands out: nobody may take those for people who are not there.
    pub fn each_user<E: From<CallError>>(&self, mut take: impl FnMut(Value) -> Result<bool, E>) -> Result<(), E> {
        let (mut known, mut page, mut by_number, mut seen_again) = (0, 1, false, 0);
        loop {
            let start = if by_number { page } else { known + 1 };
            let (start, count) = (start.to_string(), PAGE.to_string());
            let query = [("startIndex", start.as_str()), ("count", count.as_str())];
            let mut answer = self.users(&Method::GET, None, &query, None);
            if known == 0 && answer.as_ref().is_err_and(|error| error.status() == Some(404)) && self.users.get() == "Users" {
                self.users.set("users");
                answer = self.users(&Method::GET, None, &query, None).inspect_err(|_| self.users.set("Users"));
            }
            let mut body = answer?.body;
            let shape = |why| CallError { call: format!("GET /{}", self.users.get()), why: Why::Shape(why) };
            let total = member(&body, "totalResults").and_then(id).and_then(|total| total.parse::<usize>().ok());
            let users = list(&mut body).ok_or_else(|| shape("a list of users has `Resources`"))?;
            let (mut new, handed_out) = (0, users.len());
            for user in users {
                new += usize::from(take(user)?);
            }
            known += new;
            page += 1;
            let more = total.map_or(handed_out > 0, |total| known < total);
            match (more, new, by_number) {
                (false, _, _) => return Ok(()),
                (true, 1.., _) if known <= MOST => {}
                // Nothing new where the next users should stand: is it a page's number that is asked for?
                (true, 0, false) if known > 0 => (by_number, page) = (true, 2),
                // Pages that were come upon by their wrong numbers come again, and never more than there are.
                (true, 0, true) if handed_out > 0 && seen_again + handed_out <= known => seen_again += handed_out,
                (true, 0, _) if total.is_none() => return Ok(()),
                (true, _, _) => return Err(shape("it has more users than it hands out").into()),
            }
        }
    }

    /// The users that a filter finds.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn filtered(&self, filter: &str) -> Result<Vec<Value>, CallError> {
        let mut answer = self.users(&Method::GET, None, &[("filter", filter)], None)?;
        Ok(list(&mut answer.body).unwrap_or_default())
    }
}

/// The resources of a list; an empty one may leave them out.
fn list(body: &mut Value) -> Option<Vec<Value>> {
    match body {
        Value::Object(members) => {
            let name = members.keys().find(|name| name.eq_ignore_ascii_case("resources")).cloned();
            match name.and_then(|name| members.remove(&name)) {
                Some(Value::Array(resources)) => Some(resources),
                None | Some(Value::Null) if members.keys().any(|name| name.eq_ignore_ascii_case("totalResults")) => {
                    Some(Vec::new())
                }
                _ => None,
            }
        }
        Value::Array(resources) => Some(std::mem::take(resources)),
        _ => None,
    }
}

async fn judge(response: Response) -> Result<Answer, Why> {
    let status = response.status();
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (location, wait) = (header(LOCATION), retry_after(response.headers()));
    let bytes = match read(response, MOST_BYTES).await {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(Why::Shape("it is too large")),
        Err(error) => return Err(Why::Unreachable(innermost(&error))),
    };
    let body = serde_json::from_slice(&bytes);
    if status.is_success() {
        let body = match body {
            Ok(body) => body,
            Err(_) if bytes.iter().all(u8::is_ascii_whitespace) => Value::Null,
            Err(_) => return Err(Why::Shape("it is no JSON")),
        };
        return Ok(Answer { body, location });
    }
    let said = body.unwrap_or(Value::Null);
    let said = member(&said, "scimType").and_then(Value::as_str).unwrap_or_default();
    let kind = SCIM_TYPES.into_iter().find(|known| known.eq_ignore_ascii_case(said));
    Err(Why::Refused { status: status.as_u16(), kind, wait })
}
