//! What has become of changes: which could not be written, which come to their turn again, and what was not begun.

use super::ScimDestination;
use super::client::CallError;
use crate::destination::DestinationError;
use crate::plan::{Change, PlanError};

/// A server that has refused so many and taken nobody will take nobody.
const REFUSALS: u64 = 20;
/// Changes that are put off at most.
const MOST_AGAIN: usize = 1000;

/// Why somebody could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum Undone {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("{0}")]
    Said(&'static str),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl Undone {
    /// Whether the server refuses this very thing, and may take another.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Undone::Call(error) if matches!(error.status(), Some(400 | 404 | 409 | 412 | 422)))
    }
}

#[derive(Default)]
pub(super) struct Tally {
    /// What could not be written, and why the first could not.
    failed: u64,
    first: Option<String>,
    /// Whether the server has taken anything.
    taken: bool,
    /// What was not begun, for the run was interrupted.
    left: u64,
    /// Those whom the server would not take beside somebody else: who may be elsewhere by the end.
    again: Vec<Change>,
}

impl Tally {
    /// # Errors
    /// The server takes nothing any more, or never did.
    pub fn count(
        &mut self,
        to: &ScimDestination<'_>,
        source: Option<&str>,
        done: Result<(), Undone>,
    ) -> Result<(), DestinationError> {
        match done {
            Ok(()) => {
                self.taken = true;
                Ok(())
            }
            Err(Undone::Plan(error)) => Err(error.into()),
            Err(Undone::Call(error)) if error.is_lasting() && to.client.pace().is_stopped() => {
                self.left += 1;
                Ok(())
            }
            Err(Undone::Call(error)) if error.is_lasting() => Err(to.error(error)),
            Err(Undone::Call(error)) if !self.taken && self.failed + 1 >= REFUSALS => Err(to.error(error)),
            Err(undone) => {
                self.failed += 1;
                let of = source.map_or_else(String::new, |source| format!("Bob's {source}: "));
                self.first.get_or_insert_with(|| format!("{of}{undone}"));
                Ok(())
            }
        }
    }

    /// Counts what was not begun.
    pub fn leave(&mut self, changes: usize) {
        self.left += changes as u64;
    }

    /// Puts a change off that clashes with another user, who may change as well; `None` if it is put off.
    pub fn put_off(&mut self, change: Change, done: Result<(), Undone>) -> Option<(Change, Result<(), Undone>)> {
        match &done {
            Err(Undone::Call(error)) if error.status() == Some(409) && self.again.len() < MOST_AGAIN => {
                self.again.push(change);
                None
            }
            _ => Some((change, done)),
        }
    }

    /// What was put off.
    pub fn again(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.again)
    }

    /// What could not be written, in a sentence.
    pub fn sentence(self) -> Option<String> {
        let changes = |count: u64, one: &str, several: &str| match count {
            1 => format!("1 change {one}"),
            count => format!("{count} changes {several}"),
        };
        let failed = self.first.map(|first| {
            let said = changes(self.failed, "could not be written", "could not be written");
            format!("{said}, and the next run tries again; the first is {first}")
        });
        let left = (self.left > 0).then(|| {
            let said = changes(self.left, "is left", "are left");
            format!("interrupted: {said}, and the next run goes on with them")
        });
        let sentences: Vec<String> = left.into_iter().chain(failed).collect();
        (!sentences.is_empty()).then(|| sentences.join("; "))
    }
}
