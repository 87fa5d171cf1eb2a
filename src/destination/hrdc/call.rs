//! The one call that there is: `POST /hrdc/v2/bulk` with the whole file as the part `File`.

use crate::destination::http::{Again, Caller, innermost, read};
use crate::source::hibob::retry_after;
use futures_util::stream::unfold;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Body, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;
use url::Url;

const CALL: &str = "POST /hrdc/v2/bulk";
/// For the whole call: a file of many thousands of people takes its time.
const TIMEOUT: Duration = Duration::from_secs(300);
/// Bytes of the file that are read at a time.
const CHUNK: usize = 64 << 10;
/// Bytes of an answer.
const MOST_BYTES: usize = 16 << 20;

/// An account's address and key.
pub(super) struct Client {
    caller: Caller,
    base: Url,
    key: SecretString,
}

/// Why a file was not taken.
#[derive(Debug)]
pub(super) struct Refused {
    /// Without the server's words.
    pub why: String,
    /// It may have been taken all the same, or in part.
    pub unsure: bool,
    /// The server's words, which may quote people's values.
    pub messages: Vec<String>,
}

/// A try that failed.
struct Failed {
    refused: Refused,
    again: Option<Again>,
}

/// What the server says; only 400 and 401 are published.
#[derive(Debug, Default, Deserialize)]
struct Said {
    #[serde(default, alias = "Messages")]
    messages: Option<Vec<Value>>,
    #[serde(default, alias = "Success")]
    success: Option<Value>,
}

impl Said {
    fn read(bytes: &[u8]) -> Said {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    fn messages(self) -> Vec<String> {
        let text = |value: Value| match value {
            Value::String(text) => text,
            value => value.to_string(),
        };
        self.messages.into_iter().flatten().map(text).collect()
    }

    fn is_failure(&self) -> bool {
        match &self.success {
            Some(Value::Bool(success)) => !success,
            Some(Value::String(success)) => success.eq_ignore_ascii_case("false"),
            _ => false,
        }
    }
}

impl Client {
    /// # Errors
    /// This machine can't make connections, or the key can't be sent.
    pub fn new(base: Url, key: SecretString) -> Result<Client, String> {
        let caller = Caller::new(&base, (&key, "key"), TIMEOUT)?;
        Ok(Client { caller, base, key })
    }

    pub fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Sends the file, as often as it takes; the messages of an answer that confirms it.
    ///
    /// # Errors
    /// No answer confirms it.
    pub fn send(&self, file: &File, length: u64) -> Result<Vec<String>, Refused> {
        let unsure = Cell::new(false);
        let send = || async {
            let sent = self.try_once(file, length).await;
            sent.inspect_err(|failed| unsure.set(unsure.get() || failed.refused.unsure))
        };
        self.caller.patiently(send, |failed| failed.again).map_err(|failed| Refused { unsure: unsure.get(), ..failed.refused })
    }

    async fn try_once(&self, file: &File, length: u64) -> Result<Vec<String>, Failed> {
        let request = self.request(file, length).map_err(|why| Failed {
            refused: Refused { why: format!("{CALL} can't be made: {why}"), unsure: false, messages: Vec::new() },
            again: None,
        })?;
        match request.send().await {
            Ok(response) => judge(response).await,
            Err(error) => Err(Failed {
                // A connection that never was has carried nothing.
                refused: lost(&error, !error.is_connect()),
                again: (error.is_connect() || !error.is_timeout()).then_some(Again::Later),
            }),
        }
    }

    fn request(&self, file: &File, length: u64) -> Result<reqwest::RequestBuilder, String> {
        let mut key = HeaderValue::from_str(self.key.expose_secret()).map_err(|_| "the key can't be sent".to_owned())?;
        key.set_sensitive(true);
        let file = file.try_clone().map_err(|error| format!("the file can't be read: {error}"))?;
        let chunks = unfold((file, 0), |(mut file, at)| async move {
            let mut buffer = vec![0; CHUNK];
            // Another try may have left its own place in the file.
            let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read(&mut buffer));
            let chunk = read.map(|read| {
                buffer.truncate(read);
                buffer
            });
            match chunk {
                Ok(chunk) if chunk.is_empty() => None,
                Ok(chunk) => {
                    let next = at + chunk.len() as u64;
                    Some((Ok(chunk), (file, next)))
                }
                Err(error) => Some((Err(error), (file, at))),
            }
        });
        let part = Part::stream_with_length(Body::wrap_stream(chunks), length).file_name("users.csv");
        let part = part.mime_str("text/csv").map_err(|error| error.to_string())?;
        let url = format!("{}/hrdc/v2/bulk", self.base());
        Ok(self.caller.http.post(url).header("x-api-key", key).multipart(Form::new().part("File", part)))
    }
}

fn lost(error: &reqwest::Error, unsure: bool) -> Refused {
    Refused { why: format!("{CALL} got no answer: {}", innermost(error)), unsure, messages: Vec::new() }
}

/// Whether an answer says for certain that nothing was done: the key, the address or the file as such is refused.
fn is_refusal(status: u16) -> bool {
    matches!(status, 300..=399 | 401 | 403 | 404 | 405 | 411 | 413 | 415 | 429)
}

fn advice(status: u16) -> &'static str {
    match status {
        300..=399 => " (the address has moved; the key is sent nowhere else)",
        401 => " (the key is wrong, of another region, or no longer good)",
        403 => " (the key may not do that)",
        404 => " (is the address right?)",
        413 => " (the file is too large for the server)",
        _ => "",
    }
}

async fn judge(response: Response) -> Result<Vec<String>, Failed> {
    let status = response.status();
    let told = retry_after(response.headers());
    let content = response.headers().get(CONTENT_TYPE).and_then(|content| content.to_str().ok()).unwrap_or_default();
    let is_page = content.to_ascii_lowercase().starts_with("text/html");
    let bytes = match read(response, MOST_BYTES).await {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => return Err(Failed { refused: lost(&error, true), again: Some(Again::Later) }),
    };
    let said = Said::read(&bytes);
    let code = status.as_u16();
    let why = match status.is_success() {
        true if said.is_failure() => format!("{CALL} was answered with {code}, and `success` is false"),
        // A gateway's or a proxy's own page confirms nothing.
        true if is_page => format!("{CALL} was answered with {code} and a page for people"),
        true => return Ok(said.messages()),
        false => format!("{CALL} was answered with {code}{}", advice(code)),
    };
    let refused = Refused { why, unsure: !is_refusal(code), messages: said.messages() };
    Err(Failed { refused, again: Again::of_status(code, told) })
}
