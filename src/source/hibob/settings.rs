//! Where HiBob is, who asks, and how patiently.

use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// How to connect.
#[derive(Debug)]
pub struct Settings {
    pub address: Address,
    pub credentials: Credentials,
    /// Employees in one call.
    pub batch: usize,
    /// Calls at a time.
    pub in_flight: usize,
    /// The most bytes that one answer may have, unpacked.
    pub max_body: u64,
    /// For one call, from the first byte sent to the last one read.
    pub timeout: Duration,
    /// How often a call is tried again.
    pub retries: usize,
    /// The first wait between tries, at most; it doubles from try to try up to `longest_wait`.
    pub first_wait: Duration,
    pub longest_wait: Duration,
}

/// The root of HiBob's API, `https://api.hibob.com/v1`. Anything but loopback is https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub(super) Url);

/// A service user's id and token.
#[derive(Debug)]
pub struct Credentials {
    pub id: SecretString,
    pub token: SecretString,
}
