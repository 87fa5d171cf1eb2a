//! `${NAME}` in a jobs file: the environment's value in its place. Secrets stand in no other form in the file.

use std::ffi::OsString;
use std::ops::Range;

/// Why a value has no text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    #[error("${{{0}}}: the environment has no such variable")]
    NotSet(String),
    #[error("${{{0}}}: the variable is empty")]
    Empty(String),
    #[error("${{{0}}}: the variable is no text")]
    NoText(String),
}

/// The name in `${NAME}`, if the text is nothing else.
pub fn variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

/// The text itself, or the value of the variable that it names.
///
/// # Errors
/// There is no such variable.
pub fn resolve(text: &str, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<String, SecretError> {
    let Some(name) = variable(text) else { return Ok(text.to_owned()) };
    match environment(name).map(OsString::into_string) {
        None => Err(SecretError::NotSet(name.to_owned())),
        Some(Err(_)) => Err(SecretError::NoText(name.to_owned())),
        Some(Ok(value)) if value.is_empty() => Err(SecretError::Empty(name.to_owned())),
        Some(Ok(value)) => Ok(value),
    }
}

/// Where a password stands in the address of a database, as URL or as `host=... password=...`; rather too much than too little.
pub fn password(address: &str) -> Option<Range<usize>> {
    let in_url = || {
        let start = address.find("://")? + 3;
        let end = start + address[start..].rfind('@')?;
        let colon = start + address[start..end].find(':')?;
        (colon + 1 < end).then_some(colon + 1..end)
    };
    let named = || {
        let start = address.to_ascii_lowercase().find("password")?;
        Some(start + address[start..].find('=')? + 1..address.len())
    };
    in_url().or_else(named)
}

#[cfg(test)]
mod tests {
    use super::{SecretError, password, resolve};

    #[test]
    fn a_password_is_found_in_an_address() {
        for (address, found) in [
            ("postgres://ada:hunter2@db.example.test/hr", Some("hunter2")),
            ("postgres://ada:hun:t/e@r2@db.example.test:5432/hr", Some("hun:t/e@r2")),
            ("postgres://ada:${PASSWORD}@db.example.test/hr", Some("${PASSWORD}")),
            ("postgres://db.example.test/hr?user=ada&password=hunter2", Some("hunter2")),
            ("host=db.example.test Password = hunter2", Some(" hunter2")),
            ("postgres://ada@db.example.test:5432/hr", None),
            ("postgres://db.example.test:5432/hr", None),
            ("password.yaml", None),
        ] {
            assert_eq!(password(address).map(|range| &address[range]), found, "{address}");
        }
    }

    #[test]
    fn a_variable_stands_alone_and_has_a_value() {
        let environment = |name: &str| match name {
            "SET" => Some("value".into()),
            "EMPTY" => Some("".into()),
            _ => None,
        };
        assert_eq!(resolve("${SET}", &environment).as_deref(), Ok("value"));
        assert_eq!(resolve("a${SET}", &environment).as_deref(), Ok("a${SET}"));
        assert_eq!(resolve("${EMPTY}", &environment), Err(SecretError::Empty("EMPTY".to_owned())));
        assert_eq!(resolve("${GONE}", &environment), Err(SecretError::NotSet("GONE".to_owned())));
    }
}
