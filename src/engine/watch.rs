//! Looking on while a record is mapped: what `explain` tells and a run does not pay for.

use super::outcome::Reason;
use super::state::{Lack, State};
use crate::mapping::compiled::FieldIndex;
use crate::value::Value;
use crate::value::read::Slot;

/// What happens to an entry of a field.
#[derive(Debug)]
pub enum Event<'e, 'v> {
    /// A condition of the entry does not hold.
    Skipped(&'e str),
    Lacks(Lack),
    Found(&'e Value<'v>),
    /// After the step of this name.
    Step(&'static str, &'e Value<'v>),
    /// After the spellings.
    Spelled(&'e Value<'v>),
    Invalid(&'e str),
    Won(&'e Value<'v>),
}

/// What a join finds.
#[derive(Debug)]
pub enum JoinEvent<'e> {
    /// So many records; none, and that is no problem.
    Found(usize),
    Failed(&'e Reason),
}

/// Sees every entry that is tried.
pub trait Watch {
    /// Whether it wants to see every entry and step. Where nobody does, there are shorter ways.
    const LOOKS_ON: bool = true;

    /// A row begins; without `one_row_per` that is the record. Not called for records that can't be read.
    fn row(&mut self) {}

    /// A join was looked up by what its `this` finds.
    fn join(&mut self, _join: usize, _this: Option<Slot<'_>>, _event: JoinEvent<'_>) {}

    fn entry(&mut self, field: FieldIndex, entry: usize, event: Event<'_, '_>);

    fn field(&mut self, field: FieldIndex, state: &State<'_>);
}

/// Looks away.
#[derive(Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    const LOOKS_ON: bool = false;

    #[inline(always)]
    fn entry(&mut self, _field: FieldIndex, _entry: usize, _event: Event<'_, '_>) {}

    #[inline(always)]
    fn field(&mut self, _field: FieldIndex, _state: &State<'_>) {}
}
