//! Why HiBob can't be read. Messages name endpoint and cause, and hold no credentials and nothing of a good answer.

use super::credentials::CredentialsError;
use std::fmt;
use std::time::Duration;

/// Why HiBob can't be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum HibobError {
    /// Ends the sentence "the base URL ...".
    #[error("the base URL {0}")]
    Address(String),
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error("the connection can't be set up: {0}")]
    Setup(String),
    #[error(transparent)]
    Call(Box<CallError>),
    #[error("the ids of the employees can't be kept in a temporary file: {0}")]
    Spill(String),
    /// Requests are put together from other records; whoever asks for them here has forgotten it.
    #[error("{resource} is no answer of HiBob's (a fault of the program)")]
    NotLive { resource: &'static str },
    /// `path` is a folder of finished parts or a file in it; `why` ends the sentence.
    #[error("{path}: {why}")]
    Parts { path: String, why: String },
    #[error("HiBob has no policy type `{given}`{}", known_types(.known))]
    NoPolicyType { given: String, known: Vec<String> },
    #[error("`{given}` is neither an id of Bob's (digits) nor an e-mail address")]
    NoEmployee { given: String },
    #[error("{resource} has no records of single employees")]
    NotOfEmployees { resource: &'static str },
}

fn known_types(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; it has {}", known.join(", ")) }
}

impl HibobError {
    /// The cause, if a call failed.
    pub fn cause(&self) -> Option<&Cause> {
        match self {
            HibobError::Call(call) => Some(&call.cause),
            _ => None,
        }
    }
}

/// A call that failed for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// Method and address, without a query: `POST https://api.hibob.com/v1/people/search`.
    pub endpoint: String,
    /// Of the last try.
    pub cause: Cause,
    /// How often it was tried in all.
    pub tries: u32,
    /// What to do about it, as a sentence of its own.
    pub advice: Option<String>,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.endpoint, self.cause)?;
        let said = self.cause.said().map(|said| format!("HiBob says: {said}"));
        let tries = (self.tries > 1).then(|| format!("tried {} times", self.tries));
        let asides: Vec<String> = said.into_iter().chain(tries).collect();
        if !asides.is_empty() {
            write!(f, " ({})", asides.join("; "))?;
        }
        match &self.advice {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

/// Why one try of a call failed. `said` holds HiBob's own short words, `wait` how long HiBob told to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// 401.
    Unauthorized { said: Option<String> },
    /// 403.
    Forbidden { said: Option<String> },
    /// 404.
    NotFound { said: Option<String> },
    /// 429.
    RateLimited { said: Option<String>, wait: Option<Duration> },
    /// Any other status that is no success.
    Status { status: u16, said: Option<String>, wait: Option<Duration> },
    /// A redirect that is not followed, from one origin to another or in a circle.
    Redirect { from: String, to: String },
    /// Success by its status, and a web page by its content.
    Html,
    /// Success by its status, and nothing but blanks.
    Empty,
    /// The JSON ends in the middle of a value.
    Cut,
    /// No JSON, or JSON of another shape: what was found, and what is expected.
    Shape(String),
    /// A page names as its next one a page that was read before.
    RepeatedCursor,
    /// More bytes than an answer may have.
    TooLarge { limit: u64 },
    /// No whole answer in time.
    Timeout(Duration),
    /// There is no connection. `lasting` if another try can't help.
    Unreachable { why: String, lasting: bool },
    /// The connection broke off before the answer was whole.
    Broken(String),
}

/// The longest wait that is heeded; HiBob blocks a service user for five minutes after too many refusals.
const LONGEST_TOLD: Duration = Duration::from_secs(600);

impl Cause {
    pub(super) fn not_utf8() -> Cause {
        Cause::Shape("its bytes are not UTF-8".to_owned())
    }

    /// Whether the same call may go well the next time.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Cause::RateLimited { wait, .. } => wait.is_none_or(|wait| wait <= LONGEST_TOLD),
            Cause::Status { status, wait, .. } => *status >= 500 && wait.is_none_or(|wait| wait <= LONGEST_TOLD),
            Cause::Html | Cause::Empty | Cause::Cut | Cause::Timeout(_) | Cause::Broken(_) => true,
            Cause::Unreachable { lasting, .. } => !lasting,
            Cause::Unauthorized { .. }
            | Cause::Forbidden { .. }
            | Cause::NotFound { .. }
            | Cause::Redirect { .. }
            | Cause::Shape(_)
            | Cause::RepeatedCursor
            | Cause::TooLarge { .. } => false,
        }
    }

    /// How long HiBob told to wait before the next try.
    pub(super) fn told_wait(&self) -> Option<Duration> {
        match self {
            Cause::RateLimited { wait, .. } | Cause::Status { wait, .. } => *wait,
            _ => None,
        }
    }

    fn said(&self) -> Option<&str> {
        match self {
            Cause::Unauthorized { said }
            | Cause::Forbidden { said }
            | Cause::NotFound { said }
            | Cause::RateLimited { said, .. }
            | Cause::Status { said, .. } => said.as_deref(),
            _ => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Unauthorized { .. } => f.write_str("401: HiBob does not accept the service user's id and token"),
            Cause::Forbidden { .. } => f.write_str("403: the service user may not read this"),
            Cause::NotFound { .. } => f.write_str("404: HiBob has nothing at this address"),
            Cause::RateLimited { wait: Some(wait), .. } if *wait > LONGEST_TOLD => {
                write!(f, "429: HiBob asks to wait {} s before the next call", wait.as_secs())
            }
            Cause::RateLimited { .. } => f.write_str("429: more calls than HiBob allows in a minute"),
            Cause::Status { status, .. } if *status >= 500 => write!(f, "{status}: HiBob fails"),
            Cause::Status { status, .. } => write!(f, "{status}: HiBob refuses the call"),
            Cause::Redirect { from, to } if from == to => write!(f, "{from} redirects in a circle"),
            Cause::Redirect { from, to } => {
                write!(f, "{from} redirects to {to}, which is not followed: the credentials are for {from} alone")
            }
            Cause::Html => f.write_str("expected JSON, and the answer is a web page"),
            Cause::Empty => f.write_str("expected JSON, and the answer is empty"),
            Cause::Cut => f.write_str("the answer is cut off: its JSON ends in the middle"),
            Cause::Shape(what) => write!(f, "the answer is not what HiBob is known to answer: {what}"),
            Cause::RepeatedCursor => {
                f.write_str("the answer's next_cursor names a page that was read before: this would never end")
            }
            Cause::TooLarge { limit } if *limit >= 1 << 20 => write!(f, "the answer is larger than {} MiB", limit >> 20),
            Cause::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes"),
            Cause::Timeout(limit) => write!(f, "no whole answer within {} s", limit.as_secs_f64()),
            Cause::Unreachable { why, .. } => write!(f, "no connection: {why}"),
            Cause::Broken(why) => write!(f, "the connection broke off before the answer was whole: {why}"),
        }
    }
}
