//! Calls of a SCIM server (RFC 7644): tried again where that may help, and judged by their status.

use super::pace::{Pace, Stop};
use super::shape::{id, member};
use crate::destination::http::{Again, Caller, FIRST_WAIT, innermost, read, waits};
use crate::source::hibob::retry_after;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::{Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::cell::Cell;
use std::time::Duration;
use url::Url;

const CONTENT: &str = "application/scim+json";
/// For servers that know nothing of SCIM's own type.
const JSON: &str = "application/json";
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
    #[error("was not followed by others: the run was interrupted")]
    Stopped,
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
        self.why.status()
    }

    /// Whether the next call would end in the same way.
    pub fn is_lasting(&self) -> bool {
        matches!(self.why, Why::Unreachable(_) | Why::Stopped) || matches!(self.status(), Some(401 | 429 | 503))
    }
}

impl Why {
    fn status(&self) -> Option<u16> {
        match self {
            Why::Refused { status, .. } => Some(*status),
            Why::Unreachable(_) | Why::Shape(_) | Why::Stopped => None,
        }
    }

    fn again(&self) -> Option<Again> {
        match self {
            Why::Unreachable(_) => Some(Again::Later),
            Why::Refused { status, wait, .. } => Again::of_status(*status, *wait),
            Why::Shape(_) | Why::Stopped => None,
        }
    }

    /// How long everybody should leave the server alone, if it has too much to do.
    fn busy(&self) -> Option<Duration> {
        match self.again().filter(|_| matches!(self.status(), Some(429 | 503)))? {
            Again::Later => Some(FIRST_WAIT),
            Again::After(told) => Some(told),
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

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of<'i> {
    Users,
    /// The one with this id.
    User(&'i str),
    Groups,
    Group(&'i str),
}

impl<'i> Of<'i> {
    fn id(self) -> Option<&'i str> {
        match self {
            Of::Users | Of::Groups => None,
            Of::User(id) | Of::Group(id) => Some(id),
        }
    }
}

/// A server and the token for it.
pub(super) struct Client<'s> {
    caller: Caller,
    base: Url,
    token: SecretString,
    pace: Pace<'s>,
    /// `/users` and `/groups`, for the server knows no other.
    small_users: Cell<bool>,
    small_groups: Cell<bool>,
    content: Cell<&'static str>,
}

impl<'s> Client<'s> {
    /// # Errors
    /// This machine can't make connections, or the token can't be sent.
    pub fn new(base: Url, token: SecretString, stop: Stop<'s>) -> Result<Self, String> {
        let caller = Caller::new(&base, (&token, "token"), TIMEOUT)?;
        let pace = Pace::new(stop);
        let (small_users, small_groups) = (Cell::new(false), Cell::new(false));
        Ok(Client { caller, base, token, pace, small_users, small_groups, content: Cell::new(CONTENT) })
    }

    /// The server's address.
    pub fn base(&self) -> &Url {
        &self.base
    }

    pub fn pace(&self) -> &Pace<'s> {
        &self.pace
    }

    /// Takes `/users` for `/Users`, or the other way round; `false` if that is done already. Groups follow users.
    pub fn set_small(&self, of: Of<'_>, small: bool) -> bool {
        let was = self.small_groups.replace(small);
        let was = if of == Of::Users { self.small_users.replace(small) } else { was };
        was != small
    }

    /// Waits for calls.
    pub fn wait_for<F: Future>(&self, calls: F) -> F::Output {
        self.caller.runtime.block_on(calls)
    }

    /// Does `work` for each of `items`, a few at once: see [`Pace::each_at_once`].
    ///
    /// # Errors
    /// What `done` said first.
    pub fn each_at_once<T, W: Future, E>(
        &self,
        items: &mut dyn Iterator<Item = T>,
        work: impl Fn(T) -> W,
        done: impl FnMut(Option<W::Output>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.pace.each_at_once(&self.caller.runtime, items, work, done)
    }

    /// # Errors
    /// The call fails for good.
    pub async fn ask(
        &self,
        method: &Method,
        of: Of<'_>,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, CallError> {
        let path: Vec<&str> = [Some(self.path(of)), of.id()].into_iter().flatten().collect();
        // A second group of one name is a group too: nobody knows what became of a call that got no answer.
        let is_repeatable = !(of == Of::Groups && *method == Method::POST);
        self.call(method, &path, query, body, is_repeatable).await.map_err(|why| self.error(method, of, why))
    }

    /// Says which call came to nothing.
    pub fn error(&self, method: &Method, of: Of<'_>, why: Why) -> CallError {
        let one = if of.id().is_some() { "/{id}" } else { "" };
        CallError { call: format!("{method} /{}{one}", self.path(of)), why }
    }

    fn path(&self, of: Of<'_>) -> &'static str {
        match of {
            Of::Users | Of::User(_) if self.small_users.get() => "users",
            Of::Users | Of::User(_) => "Users",
            Of::Groups | Of::Group(_) if self.small_groups.get() => "groups",
            Of::Groups | Of::Group(_) => "Groups",
        }
    }

    /// Whether the server says that it takes patches; `None` where it says nothing.
    ///
    /// # Errors
    /// The server can't be reached.
    pub async fn takes_patches(&self) -> Result<Option<bool>, CallError> {
        match self.call(&Method::GET, &["ServiceProviderConfig"], &[], None, true).await {
            Ok(answer) => {
                let patch = member(&answer.body, "patch").and_then(|patch| member(patch, "supported"));
                Ok(patch.and_then(Value::as_bool))
            }
            Err(why @ Why::Unreachable(_)) => Err(CallError { call: "GET /ServiceProviderConfig".to_owned(), why }),
            Err(_) => Ok(None),
        }
    }

    async fn call(
        &self,
        method: &Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
        is_repeatable: bool,
    ) -> Result<Answer, Why> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let (url, body) = (&url, body.map(Value::to_string));
        let once = || async {
            self.pace.turn().await;
            // ActivTrak wants to be told the type of what is not sent as well.
            let content = self.content.get();
            let mut request = self
                .caller
                .http
                .request(method.clone(), url.clone())
                .bearer_auth(self.token.expose_secret())
                .header(ACCEPT, "application/scim+json, application/json")
                .header(CONTENT_TYPE, content);
            if let Some(body) = &body {
                request = request.body(body.clone());
            }
            match request.send().await {
                Ok(response) => judge(response).await,
                Err(error) => Err(Why::Unreachable(innermost(&error))),
            }
        };
        let send = || async {
            let answer = match once().await {
                Err(Why::Refused { status: 415, .. }) if self.content.get() == CONTENT => {
                    self.content.set(JSON);
                    once().await
                }
                answer => answer,
            };
            answer.inspect_err(|why| why.busy().into_iter().for_each(|wait| self.pace.slow(wait)))
        };
        let mut waits = waits();
        loop {
            let why = match send().await {
                Ok(answer) => return Ok(answer),
                Err(why) => why,
            };
            let may_again = (is_repeatable || why.busy().is_some()) && !self.pace.is_stopped();
            let (Some(again), Some(wait)) = (why.again().filter(|_| may_again), waits.next()) else { return Err(why) };
            let wait = if let Again::After(told) = again { told } else { wait };
            self.pace.wait(wait).await;
        }
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
