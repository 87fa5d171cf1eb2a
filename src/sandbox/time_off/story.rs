//! What became of what somebody once asked for: one request, or where it was edited several, one in the place of the other,
//! and each change as the feed has it.

use super::asked::{Asked, Counted};
use crate::sandbox::scenario::{EventKind, WhosOut};
use jiff::civil::DateTime;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Pending,
    Approved,
    Declined,
    Canceled,
    Deleted,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Approved => "approved",
            Status::Declined => "declined",
            Status::Canceled => "canceled",
            Status::Deleted => "deleted",
        }
    }
}

/// A request as it is now.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: u64,
    /// The one it took the place of, and the first of them all.
    pub previous: Option<u64>,
    pub original: Option<u64>,
    /// Another took its place.
    pub replaced: bool,
    pub status: Status,
    pub asked: Asked,
    pub counted: Counted,
    /// When it was asked for.
    pub created: DateTime,
    /// When it was approved or declined.
    pub decided: Option<DateTime>,
}

/// What the feed calls a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    Pending,
    Created,
    Canceled,
    Deleted,
}

/// A row of the feed.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    pub at: DateTime,
    pub kind: ChangeKind,
    /// Which of the story's requests.
    pub request: usize,
}

/// Requests that took each other's place, oldest first, and their changes in the order in which they happened.
#[derive(Debug, Clone)]
pub struct Story {
    pub policy: usize,
    /// As Bob says it.
    pub zone: Option<Cow<'static, str>>,
    /// In how Bob writes it this time: two l in canceled, capitals.
    pub spelling: u64,
    pub requests: Vec<Request>,
    pub changes: Vec<Change>,
    pub whos_out: Option<WhosOut>,
    /// The daily durations that Bob shows do not add up.
    pub disagrees: Option<Counted>,
    /// Keys that stand like this in every row.
    pub row: Map<String, Value>,
}

impl Story {
    pub fn new(policy: usize, zone: Option<Cow<'static, str>>, spelling: u64) -> Story {
        let (requests, changes) = (Vec::new(), Vec::new());
        Story { policy, zone, spelling, requests, changes, whos_out: None, disagrees: None, row: Map::new() }
    }

    /// The request that stands now.
    pub fn last(&self) -> Option<&Request> {
        self.requests.last()
    }

    /// Somebody asks for time off.
    pub fn ask(&mut self, id: u64, at: DateTime, asked: Asked, counted: Counted) {
        let (previous, original) = (self.last().map(|last| last.id), self.requests.first().map(|first| first.id));
        self.requests.push(Request {
            id,
            previous,
            original,
            replaced: false,
            status: Status::Pending,
            asked,
            counted,
            created: at,
            decided: None,
        });
    }

    /// The request is approved, and the feed never says so.
    pub fn approve_silently(&mut self) {
        if let Some(last) = self.requests.last_mut() {
            last.status = Status::Approved;
        }
    }

    /// Something happens to the request that stands. `edited` is what an edit puts in its place.
    pub fn happens(&mut self, at: DateTime, what: EventKind, edited: Option<(Asked, Counted)>) {
        let Some(now) = self.requests.len().checked_sub(1) else { return };
        let change = |kind, request| Change { at, kind, request };
        let request = &mut self.requests[now];
        match what {
            EventKind::Pending => {
                request.status = Status::Pending;
                self.changes.push(change(ChangeKind::Pending, now));
            }
            EventKind::Created => {
                (request.status, request.decided) = (Status::Approved, Some(at));
                self.changes.push(change(ChangeKind::Created, now));
            }
            EventKind::Declined => (request.status, request.decided) = (Status::Declined, Some(at)),
            EventKind::Canceled => {
                request.status = Status::Canceled;
                self.changes.push(change(ChangeKind::Canceled, now));
            }
            EventKind::Deleted => {
                request.status = Status::Deleted;
                self.changes.push(change(ChangeKind::Deleted, now));
            }
            EventKind::Edited | EventKind::EditedQuietly => {
                let Some((asked, counted)) = edited else { return };
                let (before, id) = (request.status, request.id + 1);
                request.replaced = true;
                request.status = Status::Canceled;
                if what == EventKind::Edited {
                    self.changes.push(change(ChangeKind::Canceled, now));
                }
                self.ask(id, at, asked, counted);
                let again = if before == Status::Pending { EventKind::Pending } else { EventKind::Created };
                self.happens(at, again, None);
            }
        }
    }
}
