//! What all servers that rows are sent to have in common: their address, their secret, and the patience with them.

use crate::source::hibob::is_loopback;
use crate::value::text::printable;
use backon::{BackoffBuilder, ExponentialBuilder, Retryable};
use reqwest::Response;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio::runtime::Runtime;
use url::Url;

/// For making a connection.
const CONNECT: Duration = Duration::from_secs(15);
/// Tries of one call after the first, and the waits between them where the server does not say how long.
const RETRIES: usize = 5;
pub(super) const FIRST_WAIT: Duration = Duration::from_millis(300);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A server that wants to be left alone for longer has to wait for the next run.
const LONGEST_TOLD: Duration = Duration::from_secs(300);

/// An address that a secret may be sent to: https, or a server on this machine. `example` is one as it should be.
///
/// # Errors
/// It is none. What stands before an `@` is not shown.
pub fn address(text: &str, example: &str) -> Result<Url, String> {
    let text = text.trim();
    if text.contains('@') {
        return Err("the address holds a user name or an @: the token is given apart from it".to_owned());
    }
    let shown = printable(text);
    let mut url = match Url::parse(text) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => url,
        _ => return Err(format!("{shown} is no address such as {example}")),
    };
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("the address has a ? or a # in it: give it as {example}"));
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(format!("{shown} is plain http, which shows the token to everybody on the way: use https"));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default().with_min_delay(FIRST_WAIT).with_max_delay(LONGEST_WAIT).with_max_times(RETRIES)
}

/// The waits between tries of one call, for who makes several calls at once.
pub(super) fn waits() -> impl Iterator<Item = Duration> {
    backoff().build().map(|wait| wait.mul_f64(fastrand::f64()))
}

/// Makes calls to one server.
pub(super) struct Caller {
    pub http: reqwest::Client,
    pub runtime: Runtime,
}

/// Why a call is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// After a while.
    Later,
    /// After as long as the server said.
    After(Duration),
}

impl Again {
    /// What the status of an answer says.
    pub fn of_status(status: u16, told: Option<Duration>) -> Option<Again> {
        let is_transient = matches!(status, 429 | 502 | 503 | 504) && told.is_none_or(|told| told <= LONGEST_TOLD);
        is_transient.then(|| told.map_or(Again::Later, Again::After))
    }
}

impl Caller {
    /// `secret` is what calls are made with, and `what` messages call it; `timeout` is for one call.
    ///
    /// # Errors
    /// This machine can't make connections, or the secret can't be sent.
    pub fn new(base: &Url, (secret, what): (&SecretString, &str), timeout: Duration) -> Result<Caller, String> {
        // Fails if it has been done before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let secret = secret.expose_secret();
        if secret.trim().is_empty() || secret.contains(|sign: char| sign.is_control() || sign.is_whitespace() || !sign.is_ascii())
        {
            return Err(format!("the {what} is blank, or has signs in it that no {what} has"));
        }
        let builder = reqwest::Client::builder()
            .retry(reqwest::retry::never())
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            .timeout(timeout)
            .user_agent(concat!("bobmap/", env!("CARGO_PKG_VERSION")));
        let builder = if is_loopback(base) { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(|error| innermost(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        Ok(Caller { http, runtime })
    }

    /// Makes a call as often as `again` says that it is worth another try.
    ///
    /// # Errors
    /// The last try's.
    pub fn patiently<T, E, F: Future<Output = Result<T, E>>>(
        &self,
        send: impl FnMut() -> F,
        again: impl Fn(&E) -> Option<Again>,
    ) -> Result<T, E> {
        let tried = send.retry(backoff()).when(|error| again(error).is_some()).adjust(|error, wait| {
            wait.map(|wait| match again(error) {
                Some(Again::After(told)) => told,
                _ => wait.mul_f64(fastrand::f64()),
            })
        });
        self.runtime.block_on(tried)
    }
}

/// The bytes of an answer; `None` where there are more than `most`.
///
/// # Errors
/// The connection breaks off.
pub(super) async fn read(mut response: Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// The last cause's own words; those before it repeat the address, which a filter may stand in.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "the server did not answer in time".to_owned();
    }
    let mut last = std::error::Error::source(error);
    while let Some(source) = last.and_then(std::error::Error::source) {
        last = Some(source);
    }
    last.map_or_else(|| "the connection broke off".to_owned(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::{Again, address};
    use std::time::Duration;

    #[test]
    fn a_server_that_is_too_busy_is_worth_another_try_unless_it_wants_hours() {
        assert_eq!(Again::of_status(429, None), Some(Again::Later));
        let told = Duration::from_secs(7);
        assert_eq!(Again::of_status(503, Some(told)), Some(Again::After(told)));
        assert_eq!(Again::of_status(503, Some(Duration::from_secs(7200))), None);
        assert_eq!(Again::of_status(401, None), None);
    }

    #[test]
    fn a_secret_goes_to_https_or_to_this_machine() {
        let address = |text| address(text, "https://api.example.test");
        for (given, expected) in
            [("https://x.test/scim/v2/", "https://x.test/scim/v2"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080/")]
        {
            assert_eq!(address(given).unwrap().as_str(), expected);
        }
        for given in ["http://x.test", "ftp://x.test", "https://me:s3cret@x.test", "https://x.test?a=s3cret", ""] {
            let why = address(given).unwrap_err();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }
}
