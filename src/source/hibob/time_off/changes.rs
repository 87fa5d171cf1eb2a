//! `hibob.time_off_changes`: what happened to requests, window after window.

use super::{Endpoint, HibobError, Most, TimeOffSettings, Window, borrowed, changes_query, objects, windows};
use crate::source::Scope;
use crate::source::hibob::client::{Body, Call};
use crate::source::hibob::parts::{Part, Parts};
use crate::source::hibob::stream::{Ahead, Background, Lines, Pages};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// Answers have no pages and may be large: the next one is on its way while one is read, and no more.
const AT_ONCE: usize = 2;

/// Changes, in the order in which HiBob sends them, each once.
pub(super) struct Changes {
    windows: Vec<Window>,
    pending: bool,
    /// Windows that were handed out, and those that are on their way besides.
    handed_out: usize,
    started: usize,
    calls: Ahead<Lines>,
    seen: Seen,
    most: Most,
    parts: Option<Arc<Parts>>,
}

impl Changes {
    pub fn new(asked: &TimeOffSettings, most: Most, parts: Option<Arc<Parts>>) -> Changes {
        Changes {
            windows: windows(asked.since, asked.until),
            pending: asked.pending,
            handed_out: 0,
            started: 0,
            calls: Ahead::new(),
            seen: Seen::default(),
            most,
            parts,
        }
    }

    fn kept(&self, number: usize) -> Result<Option<Part>, HibobError> {
        self.parts.as_ref().map_or(Ok(None), |parts| parts.load(number as u64))
    }

    fn call(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        self.started = self.started.max(self.handed_out);
        let most = AT_ONCE.min(background.client.settings.in_flight);
        while self.calls.has_room(background, most) && self.started < self.windows.len() {
            let (client, query) = (Arc::clone(&background.client), changes_query(&self.windows[self.started], self.pending));
            self.started += 1;
            self.calls.start(background, async move {
                let query = borrowed(&query);
                let call = Call { endpoint: &Endpoint::CHANGES, query: &query, body: None };
                client.call(&call, |body: Body| async move { objects(&body.text().await?, "changes") }).await
            });
        }
        self.calls.next(background)
    }
}

impl Pages for Changes {
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError> {
        if self.handed_out == self.windows.len() || self.most.reached() {
            // Whether windows that were not asked for hold anything is not known.
            self.most.more |= self.handed_out < self.windows.len();
            return Ok(None);
        }
        let number = self.handed_out;
        // Finished windows are the first ones: what follows one that is not is not, either.
        let lines = match self.kept(number)? {
            Some(part) => part.lines,
            None => {
                let lines = self.call(background)?.unwrap_or_default();
                if let Some(parts) = &self.parts {
                    parts.save(number as u64, &lines, 0)?;
                }
                lines
            }
        };
        self.handed_out += 1;
        Ok(Some(self.most.of(self.seen.without_repeated(lines))))
    }

    fn whole(&self) -> Scope {
        self.most.scope()
    }

    fn progress(&self, _records: u64) -> (u64, Option<u64>) {
        (self.handed_out as u64, Some(self.windows.len() as u64))
    }
}

/// The texts of a window's records, as numbers that no two texts share.
#[derive(Default)]
struct Seen {
    hashers: [RandomState; 2],
    last: HashSet<[u64; 2]>,
}

impl Seen {
    /// A window's records without those that stood in the one before it, to the letter. What HiBob sends twice in one answer stays.
    fn without_repeated(&mut self, mut lines: Lines) -> Lines {
        let of = |text: &[u8]| self.hashers.each_ref().map(|hasher| hasher.hash_one(text));
        let numbers: Vec<[u64; 2]> = lines.ranges.iter().map(|range| of(&lines.bytes[range.clone()])).collect();
        let mut known = numbers.iter().map(|number| self.last.contains(number));
        if known.any(|known| known) {
            let mut kept = Lines::default();
            for (range, number) in lines.ranges.iter().zip(&numbers) {
                if !self.last.contains(number) {
                    kept.push_line(&lines.bytes[range.clone()]);
                }
            }
            lines = kept;
        }
        self.last = numbers.into_iter().collect();
        lines
    }
}
