//! HiBob's own short words about a call that it refuses.

use super::credentials::Credentials;
use crate::value::text::printable;
use reqwest::Response;
use reqwest::header::AUTHORIZATION;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The most bytes of a refusal that are read, and the most characters that are shown of one of its words.
const MOST: usize = 16 << 10;
const SHOWN: usize = 160;

/// What must not be shown, whoever sends it back.
pub(super) struct Secrets(Vec<SecretString>);

impl Secrets {
    pub fn of(http: &reqwest::Client, credentials: &Credentials) -> Secrets {
        let Credentials { id, token } = credentials;
        let mut secrets = vec![token.clone()];
        // As it goes over the wire.
        let request = http.get("http://127.0.0.1").basic_auth(id.expose_secret(), Some(token.expose_secret()));
        let header = request.build().ok().and_then(|request| request.headers().get(AUTHORIZATION).cloned());
        let encoded = header.as_ref().and_then(|header| header.to_str().ok()).and_then(|text| text.strip_prefix("Basic "));
        secrets.extend(encoded.map(SecretString::from));
        Secrets(secrets)
    }

    fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.expose_secret()))
    }
}

/// `key`, `error` and `message` of a refusal, if it is JSON and they are short.
pub(super) async fn said(mut response: Response, secrets: &Secrets) -> Option<String> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MOST {
            return None;
        }
    }
    words(&bytes).filter(|words| !secrets.are_in(words))
}

fn words(body: &[u8]) -> Option<String> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return None };
    let mut words: Vec<&str> = Vec::new();
    for key in ["key", "error", "message"] {
        if let Some(Value::String(word)) = object.get(key) {
            let word = word.trim();
            let fits = !word.is_empty() && word.chars().count() <= SHOWN;
            if fits && matches!(printable(word), std::borrow::Cow::Borrowed(_)) && !words.contains(&word) {
                words.push(word);
            }
        }
    }
    (!words.is_empty()).then(|| words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn the_words_of_both_families_of_refusals_are_read() {
        for (body, said) in [
            (
                r#"{"key":"filters.empty","error":"filters may not be empty","args":[]}"#,
                Some("filters.empty, filters may not be empty"),
            ),
            (r#"{"error":"BAD_REQUEST","message":"too many fields","statusCode":400}"#, Some("BAD_REQUEST, too many fields")),
            (r#"{"error":"x","message":"x"}"#, Some("x")),
            (r#"{"error":{"a":1},"message":"a\u001b[31mb"}"#, None),
            ("<html>", None),
            ("", None),
            ("[]", None),
        ] {
            assert_eq!(words(body.as_bytes()).as_deref(), said, "{body}");
        }
        assert_eq!(words(format!(r#"{{"error":"{}"}}"#, "x".repeat(500)).as_bytes()), None);
    }
}
