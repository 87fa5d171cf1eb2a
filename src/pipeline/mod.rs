//! The line itself, top to bottom: records from a source through the engine into a sink, with what did not get through
//! beside it. Knows neither flags nor formats.

mod compare;
mod coverage;
mod desired;
mod feed;
pub mod first;
mod keys;
mod ledger;
mod part;
pub mod rejects;
pub mod repair;
pub mod run;
pub mod sample;
mod spread;
pub mod testing;

pub use compare::{Compared, compare};
pub use coverage::{Covered, cover};
pub use desired::desire;
pub use feed::{Cancel, Ended, Progress, Unread, follow};
pub use rejects::Rejects;
pub use run::{Finished, RunError, Settings, begin, publish, read_joined, run};
pub use spread::usual_threads;
