//! HiBob over HTTP: the only folder that knows its endpoints. Knows nothing of mappings.

mod error;
mod settings;

pub use error::HibobError;
pub use settings::{Address, Credentials, Settings};

use super::Source;
use crate::catalog::request::{Request, Selection};

/// A connection to one company's HiBob. Calls share its rate limits; clones share the connection.
#[derive(Clone)]
pub struct Hibob {}

/// Whether the service user may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Granted,
    /// 403.
    Forbidden,
    /// 404 where there should be an answer: the company does not use this module.
    NotThere,
}

impl Hibob {
    /// Makes no call yet.
    ///
    /// # Errors
    /// The TLS library or the runtime can't be started.
    pub fn connect(_settings: Settings) -> Result<Hibob, HibobError> {
        todo!()
    }

    /// The records that `request` asks for, of those that `selection` names. Makes no call before the first batch is asked for.
    ///
    /// # Errors
    /// The resource can't be read from HiBob.
    pub fn source(&self, _request: &Request, _selection: Selection) -> Result<Box<dyn Source>, HibobError> {
        todo!()
    }

    /// The body of `GET /company/people/fields`: needs no permission.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn fields(&self) -> Result<String, HibobError> {
        todo!()
    }

    /// The body of `GET /company/named-lists`, archived items included.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn named_lists(&self) -> Result<String, HibobError> {
        todo!()
    }

    /// Whether `GET path?query` is allowed, for permissions that only an endpoint can prove. `path` is below `/v1`, with a slash.
    ///
    /// # Errors
    /// The call fails for another reason than a missing permission, or the credentials are refused.
    pub fn probe(&self, _path: &str, _query: &[(&str, &str)]) -> Result<Access, HibobError> {
        todo!()
    }
}
