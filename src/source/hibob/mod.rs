//! HiBob over HTTP: the only folder that knows its endpoints. Knows nothing of mappings.

mod answered;
mod client;
mod credentials;
mod endpoint;
mod error;
mod history;
mod ids;
mod limit;
mod listing;
mod merge;
mod notice;
mod parts;
mod people;
mod pieces;
mod plan;
mod said;
mod settings;
mod stream;
mod time_off;

pub use credentials::{Credentials, CredentialsError};
pub use error::{CallError, Cause, HibobError};
pub(crate) use limit::retry_after;
pub use notice::{Listener, Wait};
pub use parts::{Parts, Question};
pub use plan::{PlannedCall, Times, plan};
pub(crate) use settings::is_loopback;
pub use settings::{Address, Settings};
pub use time_off::{Detail, Details, TimeOffSettings};

use super::Source;
use crate::catalog::request::{Request, Selection};
use client::{Call, Client};
use endpoint::Endpoint;
use history::History;
use listing::{Listed, Listing};
use people::People;
use std::fmt;
use std::sync::Arc;
use stream::{Background, Stream};

/// A connection to one company's HiBob. Calls share its rate limits; clones share the connection.
#[derive(Clone)]
pub struct Hibob {
    background: Arc<Background>,
}

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
    /// The credentials can't be right, or the TLS library or the runtime can't be started.
    pub fn connect(settings: Settings) -> Result<Hibob, HibobError> {
        Ok(Hibob { background: Arc::new(Background::start(Client::new(settings)?)?) })
    }

    /// Where HiBob is.
    pub fn address(&self) -> &Address {
        &self.background.client.settings.address
    }

    /// The records that `request` asks for, of those that `selection` names. Makes no call before the first batch is asked for.
    /// Records come one a line, as HiBob sends them. Of other resources than `hibob.people`, `Selection::First` counts records.
    ///
    /// # Errors
    /// The selection does not fit the resource, or it is `hibob.time_off_requests`, which is folded from changes.
    pub fn source(&self, request: &Request, selection: Selection) -> Result<Box<dyn Source>, HibobError> {
        self.source_in_parts(request, selection, None)
    }

    /// The same, but what is finished of `hibob.time_off_changes` and `hibob.time_off_balances` is kept in `parts`, and what is
    /// there already is not asked for again.
    ///
    /// # Errors
    /// As those of [`Hibob::source`].
    pub fn source_in_parts(
        &self,
        request: &Request,
        selection: Selection,
        parts: Option<Arc<Parts>>,
    ) -> Result<Box<dyn Source>, HibobError> {
        let resource = request.resource.name;
        let listed = match resource {
            "hibob.people" => return Ok(self.stream(People::new(request, selection)?)),
            "hibob.fields" => Listed::Fields,
            "hibob.named_lists" => Listed::NamedLists,
            _ => {
                if let Some(source) = time_off::source(request, selection.clone(), parts, &self.background)? {
                    return Ok(source);
                }
                let history = History::new(resource, selection)?;
                return Ok(self.stream(history.ok_or(HibobError::NotLive { resource })?));
            }
        };
        match selection {
            Selection::Everyone => Ok(self.stream(Listing::new(listed, None))),
            Selection::First(most) => Ok(self.stream(Listing::new(listed, Some(most)))),
            Selection::Employee(_) => Err(HibobError::NotOfEmployees { resource }),
        }
    }

    fn stream(&self, pages: impl stream::Pages + 'static) -> Box<dyn Source> {
        Box::new(Stream::new(pages, Arc::clone(&self.background)))
    }

    /// The body of `GET /company/people/fields`: needs no permission.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn fields(&self) -> Result<String, HibobError> {
        self.background.runtime().block_on(Listed::Fields.text(&self.background.client))
    }

    /// The body of `GET /company/named-lists`, archived items included.
    ///
    /// # Errors
    /// The call fails for good.
    pub fn named_lists(&self) -> Result<String, HibobError> {
        self.background.runtime().block_on(Listed::NamedLists.text(&self.background.client))
    }

    /// What HiBob says of single time off requests, by the ids of their employees and their own, in their order. Asks a few at a
    /// time. After a 403 nothing more is asked: the rest counts as forbidden.
    ///
    /// # Errors
    /// A call fails for good for another reason than that the request is not there or may not be read.
    pub fn request_details(&self, asked: &[(String, String)]) -> Result<Vec<Detail>, HibobError> {
        time_off::details(&self.background, asked)
    }

    /// The ids of all employees, or of all active ones.
    ///
    /// # Errors
    /// The call fails for good, or there is no room for a temporary file.
    pub fn employee_ids(&self, show_inactive: bool) -> Result<Vec<String>, HibobError> {
        let mut ids = self.background.runtime().block_on(people::ids(&self.background.client, show_inactive))?;
        ids.take(usize::MAX)
    }

    /// What the records of `resource` are asked for by, for [`Parts`].
    pub fn question(&self, resource: &str) -> Question {
        Question::of(resource, &self.background.client.settings)
    }

    /// What is asked about time off.
    pub fn time_off(&self) -> &TimeOffSettings {
        &self.background.client.settings.time_off
    }

    /// Whether `GET path?query` is allowed, for permissions that only an endpoint can prove. `path` is below `/v1`, with a slash.
    /// The answer itself is not read.
    ///
    /// # Errors
    /// The call fails for another reason than a missing permission, or the credentials are refused.
    pub fn probe(&self, path: &str, query: &[(&str, &str)]) -> Result<Access, HibobError> {
        let endpoint = Endpoint::get(path.to_owned());
        let call = Call { endpoint: &endpoint, query, body: None };
        let probed = self.background.runtime().block_on(self.background.client.call(&call, |_| async { Ok(()) }));
        match probed {
            Ok(()) => Ok(Access::Granted),
            Err(error) => match error.cause() {
                Some(Cause::Forbidden { .. }) => Ok(Access::Forbidden),
                Some(Cause::NotFound { .. }) => Ok(Access::NotThere),
                _ => Err(error),
            },
        }
    }
}

impl fmt::Debug for Hibob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hibob").field("address", self.address()).finish_non_exhaustive()
    }
}
