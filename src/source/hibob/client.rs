//! One call of an endpoint: paced, tried again where that may help, and judged by its status and content type.

use super::error::{CallError, Cause};
use super::limit::{Limit, reset, retry_after};
use super::notice::Wait;
use super::said::{Secrets, said};
use super::{Address, Endpoint, HibobError, Settings};
use backon::{ExponentialBuilder, Retryable};
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, StatusCode};
use rustls::CertificateError;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use url::Url;

/// Redirects within the origin that are followed.
const REDIRECTS: usize = 5;

/// How long a connection may take; a whole call may take longer.
const CONNECT: Duration = Duration::from_secs(15);

/// The most room that is made for an answer because it says that it is so long.
const ROOM: u64 = 16 << 20;

/// Calls HiBob.
pub(super) struct Client {
    http: reqwest::Client,
    pub settings: Settings,
    secrets: Secrets,
    limits: Mutex<HashMap<String, Arc<Limit>>>,
    /// Set by the first 401: no credentials that were refused are sent again.
    refused: OnceLock<Cause>,
    /// Whether any answer showed that the credentials are good. Until then calls go one at a time, so that wrong ones are refused once.
    accepted: AtomicBool,
    first: tokio::sync::Mutex<()>,
    /// Memory of answers that nobody needs any more, for those to come: fresh memory takes the kernel longer than filling it.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// What is sent.
#[derive(Debug)]
pub(super) struct Call<'c> {
    pub endpoint: &'c Endpoint,
    pub query: &'c [(&'c str, &'c str)],
    /// JSON, for POST.
    pub body: Option<String>,
}

/// A good answer that has not been read yet.
pub(super) struct Body {
    response: Response,
    limit: u64,
    read: u64,
    timeout: Duration,
    begun: bool,
}

impl Client {
    pub fn new(settings: Settings) -> Result<Client, HibobError> {
        settings.credentials.check()?;
        // Fails if it has been done before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Settings { address, credentials, timeout, .. } = &settings;
        let builder = reqwest::Client::builder()
            .retry(reqwest::retry::never())
            .redirect(Policy::custom(|attempt| if is_followed(&attempt) { attempt.follow() } else { attempt.stop() }))
            .referer(false)
            .connect_timeout(CONNECT.min(*timeout))
            .timeout(*timeout)
            .user_agent(concat!("bobmap/", env!("CARGO_PKG_VERSION")));
        let builder = if address.is_loopback() { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(|error| HibobError::Setup(innermost(&error)))?;
        let secrets = Secrets::of(&http, credentials);
        Ok(Client {
            http,
            settings,
            secrets,
            limits: Mutex::default(),
            refused: OnceLock::new(),
            accepted: AtomicBool::new(false),
            first: tokio::sync::Mutex::new(()),
            spare: Mutex::default(),
        })
    }

    /// Calls, and hands the answer to `read`, as often as needed until `read` has made something of it.
    pub async fn call<T, R>(&self, call: &Call<'_>, read: impl Fn(Body) -> R) -> Result<T, HibobError>
    where
        R: Future<Output = Result<T, Cause>>,
    {
        let tries = AtomicU32::new(0);
        let Settings { retries, first_wait, longest_wait, .. } = self.settings;
        let backoff =
            ExponentialBuilder::default().with_min_delay(first_wait).with_max_delay(longest_wait).with_max_times(retries);
        let done = (|| async {
            tries.fetch_add(1, Ordering::Relaxed);
            let body = self.send(call).await?;
            read(body).await
        })
        .retry(backoff)
        .when(Cause::is_transient)
        // Full jitter, except where HiBob says itself how long to wait.
        .adjust(|cause, wait| wait.map(|wait| cause.told_wait().unwrap_or_else(|| wait.mul_f64(fastrand::f64()))))
        .notify(|cause, wait| self.tell(call.endpoint, Some(cause), wait))
        .await;
        done.map_err(|cause| self.failed(call.endpoint, cause, tries.load(Ordering::Relaxed)))
    }

    /// Room for an answer, perhaps that of an earlier one.
    pub fn room(&self) -> Vec<u8> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Takes back the room of an answer, unless it is uncommonly large or there is enough for all calls at a time.
    pub fn give_back(&self, mut room: Vec<u8>) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if room.capacity() as u64 <= ROOM && spare.len() < self.settings.in_flight {
            room.clear();
            spare.push(room);
        }
    }

    /// Whether any answer showed that the credentials are good.
    pub fn is_accepted(&self) -> bool {
        self.accepted.load(Ordering::Acquire)
    }

    fn tell(&self, endpoint: &Endpoint, failed: Option<&Cause>, wait: Duration) {
        let failed = failed.map(Cause::to_string);
        self.settings.listener.tell(Wait { endpoint: endpoint.to_string(), failed, wait });
    }

    /// The error of a call that was tried so often.
    pub fn failed(&self, endpoint: &Endpoint, cause: Cause, tries: u32) -> HibobError {
        let Address(root) = &self.settings.address;
        HibobError::Call(Box::new(CallError {
            endpoint: format!("{} {root}{}", endpoint.method, endpoint.path),
            advice: self.advice(&cause, endpoint),
            cause,
            tries,
        }))
    }

    async fn send(&self, call: &Call<'_>) -> Result<Body, Cause> {
        let limit = self.limit(call.endpoint);
        limit.ready(|wait| self.tell(call.endpoint, None, wait)).await;
        let waiting = if self.accepted.load(Ordering::Acquire) { None } else { Some(self.first.lock().await) };
        let alone = waiting.filter(|_| !self.accepted.load(Ordering::Acquire));
        if let Some(cause) = self.refused.get() {
            return Err(cause.clone());
        }
        let response = self.request(call).send().await.map_err(|error| self.failure(&error))?;
        limit.heed(response.headers());
        let judged = self.judge(response).await;
        match &judged {
            Ok(_) | Err(Cause::Forbidden { .. }) => self.accepted.store(true, Ordering::Release),
            Err(cause @ Cause::Unauthorized { .. }) => _ = self.refused.set(cause.clone()),
            Err(cause @ Cause::RateLimited { wait: Some(wait), .. }) if cause.is_transient() => limit.hold(*wait),
            Err(_) => {}
        }
        drop(alone);
        judged
    }

    fn request(&self, call: &Call<'_>) -> reqwest::RequestBuilder {
        let mut url = self.settings.address.of(&call.endpoint.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        let credentials = &self.settings.credentials;
        let request = self
            .http
            .request(call.endpoint.method.clone(), url)
            .basic_auth(credentials.id.expose_secret(), Some(credentials.token.expose_secret()))
            .header(ACCEPT, "application/json");
        match &call.body {
            // HiBob answers 400 to a GET that names a content type.
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => request,
        }
    }

    /// How often an endpoint may be called in a minute, as far as is known.
    pub fn per_minute(&self, endpoint: &Endpoint) -> u32 {
        self.limit(endpoint).per_minute()
    }

    fn limit(&self, endpoint: &Endpoint) -> Arc<Limit> {
        let mut limits = self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limits.entry(endpoint.limit_key()).or_insert_with(|| Arc::new(Limit::new(endpoint.per_minute())));
        Arc::clone(limit)
    }

    async fn judge(&self, response: Response) -> Result<Body, Cause> {
        let status = response.status();
        if status.is_success() {
            let content = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if content.to_ascii_lowercase().contains("html") {
                return Err(Cause::Html);
            }
            let Settings { max_body, timeout, .. } = self.settings;
            return Ok(Body { response, limit: max_body, read: 0, timeout, begun: false });
        }
        if status.is_redirection() {
            return Err(redirect(&response));
        }
        let (retry_after, reset) = (retry_after(response.headers()), reset(response.headers()));
        let said = said(response, &self.secrets).await;
        Err(match status {
            StatusCode::UNAUTHORIZED => Cause::Unauthorized { said },
            StatusCode::FORBIDDEN => Cause::Forbidden { said },
            StatusCode::NOT_FOUND => Cause::NotFound { said },
            StatusCode::TOO_MANY_REQUESTS => Cause::RateLimited { said, wait: retry_after.or(reset) },
            _ => Cause::Status { status: status.as_u16(), said, wait: retry_after },
        })
    }

    fn failure(&self, error: &reqwest::Error) -> Cause {
        failure(error, self.settings.timeout)
    }

    /// What to do about `cause`, as a sentence of its own.
    fn advice(&self, cause: &Cause, endpoint: &Endpoint) -> Option<String> {
        let address = &self.settings.address;
        Some(match cause {
            Cause::Unauthorized { .. } => format!(
                "Check both, and that they belong to {}: production and sandbox have service users of their own",
                address.environment()
            ),
            Cause::Forbidden { .. } => match endpoint.menu() {
                Some(menu) if endpoint.path == Endpoint::POLICY_TYPES.path => {
                    format!("Tick in Bob, in the service user's permission group: {menu}; for balances it helps as well to name the types with --policy-type")
                }
                Some(menu) => format!("Tick in Bob, in the service user's permission group: {menu}"),
                None if endpoint.path == Endpoint::PEOPLE.path => {
                    "Put the service user into a permission group that may view People's data > People; `bobmap permissions` lists \
                     the boxes that mappings need"
                        .to_owned()
                }
                None => "Is the service user in a permission group, and may this machine's IP address call HiBob?".to_owned(),
            },
            Cause::NotFound { .. } => format!("Is {address} the right base URL, and does the company use this part of Bob?"),
            Cause::RateLimited { .. } if !cause.is_transient() => "Try again then".to_owned(),
            Cause::RateLimited { .. } => "Does another program use the same service user? Try again in a minute".to_owned(),
            Cause::Status { status, .. } if *status >= 500 => "Try again later; HiBob's status page may know more".to_owned(),
            Cause::Html => format!(
                "HiBob answers its login page to a wrong address: is {address} the right base URL? A proxy on the way may also answer \
                 in its place"
            ),
            Cause::Redirect { .. } => "Give the address that answers itself as the base URL".to_owned(),
            Cause::TooLarge { .. } => "Raise --max-body, or lower --batch".to_owned(),
            Cause::Timeout(_) => "Raise --timeout, or lower --batch".to_owned(),
            Cause::Unreachable { lasting: true, .. } => "A proxy that looks into what is sent puts its own certificate in the place \
                 of HiBob's: if yours does, have this machine trust its authority (on Linux also by SSL_CERT_FILE)"
                .to_owned(),
            Cause::Unreachable { .. } => format!("Is {address} the right base URL, and is there a way to it from here?"),
            Cause::Status { status: 400, .. } if endpoint.path == Endpoint::CHANGES.path => {
                "Does HiBob keep changes from so long ago? Give a later --since".to_owned()
            }
            Cause::Status { .. }
            | Cause::Empty
            | Cause::Cut
            | Cause::Shape(_)
            | Cause::RepeatedCursor
            | Cause::Broken(_) => return None,
        })
    }
}

impl Body {
    /// The next bytes, unpacked. An answer that is a web page or has nothing but blanks in it is an error.
    pub async fn chunk(&mut self) -> Result<Option<impl Deref<Target = [u8]> + use<>>, Cause> {
        let Some(chunk) = self.response.chunk().await.map_err(|error| failure(&error, self.timeout))? else {
            return if self.begun { Ok(None) } else { Err(Cause::Empty) };
        };
        self.read += chunk.len() as u64;
        if self.read > self.limit {
            return Err(Cause::TooLarge { limit: self.limit });
        }
        if !self.begun
            && let Some(first) = chunk.iter().find(|byte| !byte.is_ascii_whitespace())
        {
            if *first == b'<' {
                return Err(Cause::Html);
            }
            self.begun = true;
        }
        Ok(Some(chunk))
    }

    /// All of it.
    pub async fn text(self) -> Result<String, Cause> {
        String::from_utf8(self.bytes(Vec::new()).await?).map_err(|_| Cause::not_utf8())
    }

    /// All of it, in `room`, which is empty.
    pub async fn bytes(mut self, mut room: Vec<u8>) -> Result<Vec<u8>, Cause> {
        let length = self.response.content_length().unwrap_or(0).min(self.limit).min(ROOM);
        room.reserve(length as usize);
        while let Some(chunk) = self.chunk().await? {
            room.extend_from_slice(&chunk);
        }
        Ok(room)
    }
}

/// Within one origin, and a few times only.
fn is_followed(attempt: &Attempt<'_>) -> bool {
    let previous = attempt.previous();
    previous.len() <= REDIRECTS && previous.last().is_some_and(|from| from.origin() == attempt.url().origin())
}

fn redirect(response: &Response) -> Cause {
    let from = response.url();
    let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).and_then(|to| from.join(to).ok());
    match to {
        Some(to) => Cause::Redirect { from: origin(from), to: origin(&to) },
        None => Cause::Status { status: response.status().as_u16(), said: None, wait: None },
    }
}

/// Scheme, host and port; neither a user's name nor a path.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn failure(error: &reqwest::Error, timeout: Duration) -> Cause {
    if error.is_connect() {
        return unreachable(error);
    }
    if error.is_timeout() {
        return Cause::Timeout(timeout);
    }
    Cause::Broken(innermost(error))
}

fn unreachable(error: &reqwest::Error) -> Cause {
    let why = innermost(error);
    let chain = || std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let tls = chain().find_map(tls_error);
    match tls {
        Some(rustls::Error::InvalidCertificate(fault)) => {
            return Cause::Unreachable { why: format!("the host's certificate {}", distrust(fault)), lasting: true };
        }
        // What answers the first words of TLS otherwise speaks plain http, as a rule.
        Some(rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType)) => {
            let why = "TLS: what answers there speaks no https, perhaps plain http".to_owned();
            return Cause::Unreachable { why, lasting: true };
        }
        Some(error) => return Cause::Unreachable { why: format!("TLS: {error}"), lasting: false },
        None => {}
    }
    let dns = chain().any(|error| error.to_string().contains("dns error"));
    let refused = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
    let refused = chain().filter_map(|error| error.downcast_ref()).any(refused);
    let why = if dns {
        format!("the name of the host is not known ({why})")
    } else if refused {
        "nothing listens there (connection refused)".to_owned()
    } else if error.is_timeout() {
        "the host does not answer in time".to_owned()
    } else {
        why
    };
    Cause::Unreachable { why, lasting: false }
}

/// Why a certificate is not believed; ends the sentence "the host's certificate ...".
fn distrust(fault: &CertificateError) -> String {
    match fault {
        CertificateError::UnknownIssuer => "comes from an authority that this machine does not trust".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has expired, or this machine's clock is wrong".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet, or this machine's clock is wrong".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for a host of another name".to_owned()
        }
        other => format!("is not to be believed ({other})"),
    }
}

/// An error of the TLS library, in however many envelopes of the standard library's.
fn tls_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    let inner = || error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.downcast_ref().or_else(|| inner().and_then(|inner| tls_error(inner)))
}

/// The last cause's own words; those before it repeat the address.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
