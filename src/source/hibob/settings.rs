//! Where HiBob is, who asks, and how patiently.

use super::HibobError;
use super::credentials::Credentials;
use super::notice::Listener;
use super::time_off::TimeOffSettings;
use crate::value::text::printable;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};

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
    pub time_off: TimeOffSettings,
    /// Told of waits that a person would wonder about.
    pub listener: Listener,
}

impl Settings {
    /// What suits HiBob itself.
    pub fn new(address: Address, credentials: Credentials, time_off: TimeOffSettings) -> Settings {
        Settings {
            address,
            credentials,
            batch: 200,
            in_flight: 4,
            max_body: 256 << 20,
            timeout: Duration::from_secs(120),
            retries: 6,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            time_off,
            listener: Listener::nobody(),
        }
    }
}

/// Whether what is sent to an address stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

const PRODUCTION: &str = "https://api.hibob.com/v1";
const SANDBOX: &str = "https://api.sandbox.hibob.com/v1";

/// The root of HiBob's API, `https://api.hibob.com/v1`. Anything but loopback is https.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(pub(super) Url);

impl Address {
    pub fn production() -> Address {
        Address(Url::parse(PRODUCTION).expect("a constant that a test reads"))
    }

    /// HiBob's own sandbox, which has service users of its own.
    pub fn sandbox() -> Address {
        Address(Url::parse(SANDBOX).expect("a constant that a test reads"))
    }

    /// Any address, with a slash at its end or without; `/v1` is added where there is no path at all.
    ///
    /// # Errors
    /// It is no address, not safe to send a token to, or holds what does not belong there. What stands before an `@` is not shown.
    pub fn parse(text: &str) -> Result<Address, HibobError> {
        let refuse = |why: &str| Err(HibobError::Address(why.to_owned()));
        let text = text.trim();
        if text.is_empty() {
            return refuse("is blank: expected an address such as https://api.hibob.com/v1");
        }
        // Judged before the parser: whatever it makes of the text, a password may stand in it.
        let userinfo = text.contains('@');
        let shown = if userinfo { String::new() } else { format!("{} ", printable(text)) };
        let mut url = match Url::parse(text) {
            Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => url,
            _ => return refuse(&format!("{shown}is no address such as https://api.hibob.com/v1")),
        };
        if userinfo {
            return refuse("holds a user name or an @: a service user's id and token are given apart from it");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("has a ? or a # in it: give the address up to /v1 only");
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(if path.is_empty() { "/v1" } else { &path });
        let address = Address(url);
        if address.0.scheme() == "http" && !address.is_loopback() {
            return refuse(&format!("{shown}is plain http, which shows the token to everybody on the way: use https"));
        }
        Ok(address)
    }

    /// Scheme, host and, unless it is the scheme's own, port, as git tells them to its credential helpers.
    pub(super) fn as_git_says_it(&self) -> String {
        let port = self.0.port().map_or_else(String::new, |port| format!(":{port}"));
        format!("protocol={}\nhost={}{port}\n\n", self.0.scheme(), self.0.host_str().unwrap_or_default())
    }

    /// Whether calls stay on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The address of an endpoint. `path` begins with a slash.
    pub(super) fn of(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url
    }

    /// As a person would name it beside a complaint about credentials.
    pub(super) fn environment(&self) -> String {
        match self.0.as_str() {
            PRODUCTION => "HiBob's production".to_owned(),
            SANDBOX => "HiBob's sandbox".to_owned(),
            _ => self.0.host_str().unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_is_read_with_or_without_its_slash_and_gets_a_version_where_it_has_no_path() {
        for (given, address) in [
            ("https://api.hibob.com", "https://api.hibob.com/v1"),
            ("https://api.hibob.com/", "https://api.hibob.com/v1"),
            (" https://api.hibob.com/v1/ ", "https://api.hibob.com/v1"),
            ("HTTPS://API.hibob.com:443/v1", "https://api.hibob.com/v1"),
            ("https://gateway.example.test/bob/v1", "https://gateway.example.test/bob/v1"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"),
            ("http://127.1.2.3/v1", "http://127.1.2.3/v1"),
            ("http://[::1]:9/v1", "http://[::1]:9/v1"),
            ("http://localhost:9", "http://localhost:9/v1"),
            ("http://LOCALHOST:9", "http://localhost:9/v1"),
            // What browsers and resolvers take for loopback, too, is shown as what it is.
            ("http://0x7f.1:9", "http://127.0.0.1:9/v1"),
            ("http://2130706433/v1", "http://127.0.0.1/v1"),
            ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]/v1"),
        ] {
            assert_eq!(Address::parse(given).unwrap().to_string(), address, "{given}");
        }
        assert_eq!(Address::parse(super::PRODUCTION).unwrap(), Address::production());
        assert_eq!(Address::parse(super::SANDBOX).unwrap(), Address::sandbox());
    }

    #[test]
    fn what_is_no_safe_address_is_refused_and_what_stands_before_an_at_sign_is_not_shown() {
        for (given, word) in [
            ("", "blank"),
            ("api.hibob.com/v1", "no address"),
            ("file:///etc/passwd", "no address"),
            ("ftp://api.hibob.com/v1", "no address"),
            ("https://", "no address"),
            ("http://api.hibob.com/v1", "use https"),
            ("http://10.0.0.1/v1", "use https"),
            ("http://localhost.example.test/v1", "use https"),
            ("http://localhost./v1", "use https"),
            ("http://a.localhost/v1", "use https"),
            ("http://127.0.0.1.example.test/v1", "use https"),
            ("http://0.0.0.0/v1", "use https"),
            ("http://[::]/v1", "use https"),
            ("http://127.0.0.1%2eexample.test/v1", "use https"),
            ("http://s3cret@127.0.0.1@example.test/v1", "given apart"),
            ("http://127.0.0.1@example.test/", "given apart"),
            ("http://127.0.0.1%40example.test/", "no address"),
            ("http:///127.0.0.1:s3cret@example.test/", "given apart"),
            ("http://example.test#@127.0.0.1/", "given apart"),
            ("http://example.test?127.0.0.1", "?"),
            ("http://[::ffff:127.0.0.1]/v1", "use https"),
            ("https://SERVICE-1:s3cret@api.hibob.com/v1", "given apart"),
            ("https://s3cret@", "no address"),
            ("https://api.hibob.com/v1?a=b", "?"),
            ("https://api.hibob.com/v1#x", "#"),
        ] {
            let error = Address::parse(given).unwrap_err().to_string();
            assert!(error.contains(word) && !error.contains("s3cret") && !error.contains("  "), "{given}: {error}");
        }
    }

    #[test]
    fn endpoints_hang_below_the_path() {
        let address = Address::parse("https://gateway.example.test/bob/v1/").unwrap();
        assert_eq!(address.of("/people/search").as_str(), "https://gateway.example.test/bob/v1/people/search");
    }
}
