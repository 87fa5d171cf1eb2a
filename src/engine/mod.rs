//! A mapping applied to a record. Pure: no file, no network, no clock; the run date, the lists and the joined records are
//! handed in.

pub mod compare;
mod compute;
mod condition;
mod convert;
pub mod counts;
mod doubt;
mod fit;
mod glance;
pub mod joined;
mod key;
mod look_up;
mod memory;
pub mod observe;
pub mod outcome;
mod row;
pub mod state;
mod template;
pub mod watch;

pub use counts::Counts;
pub use joined::JoinedSet;
pub use memory::Memory;
pub use outcome::{Key, Outcome, Reason, RecordName, RowOut};
pub use row::cell;

use crate::mapping::Mapping;
use crate::transform::Lists;
use jiff::civil::Date;

/// What a run hands to the engine besides the records.
pub struct Engine<'e> {
    pub mapping: &'e Mapping,
    pub run_date: Date,
    pub lists: &'e dyn Lists,
    /// By join of the mapping.
    pub joins: Vec<Joined<'e>>,
    /// Whether `keep` is looked at: tests in mapping files may leave it out.
    pub look_at_keep: bool,
}

impl<'e> Engine<'e> {
    /// The engine of a run: `sets` has one set for each join of the mapping.
    pub fn new(mapping: &'e Mapping, run_date: Date, lists: &'e dyn Lists, sets: &'e [JoinedSet]) -> Self {
        Engine { mapping, run_date, lists, joins: sets.iter().map(Joined::Set).collect(), look_at_keep: true }
    }
}

/// What a join looks among.
#[derive(Debug)]
pub enum Joined<'e> {
    Set(&'e JoinedSet),
    /// Records that the join finds without looking at keys: those of a test.
    Given(Vec<String>),
}
