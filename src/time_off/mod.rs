//! Time off, computed: what HiBob's feed of changes comes to, when a request begins and ends, and what falls on each of its days.
//! Pure: knows JSON texts, calendars and the bundled time zone database, and no file, network or clock.
//!
//! A **snapshot** is what HiBob says of a request at one moment. [`fold`] finds the newest of each request; [`Completer`] writes
//! it as a **folded request**: its own keys, one spelling of `status`, and `start`, `end`, `zone`, `days` and perhaps a `fault`.

mod complete;
mod daily;
mod days;
mod decimal;
mod fault;
pub mod fold;
mod kind;
mod members;
mod pattern;
mod person;
mod range;
mod request;
mod status;
mod tally;
mod veil;
mod zone;

pub use complete::{Completer, Reads, Settings};
pub use decimal::{apportion, plain};
pub use kind::Kind;
pub use members::Members;
pub use pattern::Pattern;
pub use person::{PATTERN_FIELDS, People, PeopleReader, SITE_FIELDS};
pub use status::Status;
pub use tally::Tally;
pub use veil::{ABSENCE_NAMES, BALANCE_NAMES, Names, Veil, veiled, veiled_unless_public};
pub use zone::{SiteZones, Zone, ZoneError, find as find_zone};

/// The name of a type of time off is put here, where it may not be seen by everybody.
pub const PRIVATE_NAME: &str = "privatePolicyTypeDisplayName";
