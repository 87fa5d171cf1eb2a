//! What all sources over HTTP have in common: batches one after the other, places, and how it ends.

use super::{Client, HibobError};
use crate::source::{Batch, Place, RecordSpan, Scope, Source, SourceError};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The connection, and the runtime that it lives on. Never held by what runs on that runtime.
pub(super) struct Background {
    /// `None` only while it is being dropped.
    runtime: Option<Runtime>,
    pub client: Arc<Client>,
}

impl Background {
    pub fn start(client: Client) -> Result<Background, HibobError> {
        let builder = &mut tokio::runtime::Builder::new_multi_thread();
        // One, so that what is read need not go from thread to thread: taking answers apart is quicker than any network.
        let runtime = builder.worker_threads(1).thread_name("hibob").enable_all().build();
        let runtime = runtime.map_err(|error| HibobError::Setup(error.to_string()))?;
        Ok(Background { runtime: Some(runtime), client: Arc::new(client) })
    }

    pub fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("taken only when dropped")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Without waiting for a name that is being looked up.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Records, each without a line break, and where they lie.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub bytes: Vec<u8>,
    pub ranges: Vec<Range<usize>>,
}

impl Lines {
    pub fn push(&mut self, record: &str) {
        let start = self.bytes.len();
        super::pieces::write_line(&mut self.bytes, record);
        self.ranges.push(start..self.bytes.len() - 1);
    }

    /// A record that is known to take one line.
    pub fn push_line(&mut self, record: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record);
        self.ranges.push(start..self.bytes.len());
        self.bytes.push(b'\n');
    }
}

/// Records as they come from one resource.
pub(super) trait Pages: Send {
    /// The next ones, perhaps none; `None` when there are no more.
    fn next(&mut self, background: &Background) -> Result<Option<Lines>, HibobError>;

    /// How much of the whole it was, once there are no more.
    fn whole(&self) -> Scope;

    /// How far it has come of how much in all, in records or in calls; `records` have been handed out.
    fn progress(&self, records: u64) -> (u64, Option<u64>) {
        (records, None)
    }

    /// How long the rate limit makes the rest take, where that is what takes the time.
    fn left(&self, _client: &Client) -> Option<Duration> {
        None
    }

    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Records of one resource as a source. What it hands out reads like JSON Lines, and so do the places.
pub(super) struct Stream<P> {
    pages: P,
    background: Arc<Background>,
    records: u64,
    offset: u64,
    /// Once it has ended.
    scope: Option<Scope>,
}

impl<P: Pages> Stream<P> {
    pub fn new(pages: P, background: Arc<Background>) -> Stream<P> {
        Stream { pages, background, records: 0, offset: 0, scope: None }
    }
}

impl<P: Pages> Source for Stream<P> {
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SourceError> {
        batch.records.clear();
        while self.scope.is_none() {
            match self.pages.next(&self.background) {
                Ok(Some(lines)) if lines.ranges.is_empty() => {}
                Ok(Some(Lines { bytes, ranges })) => {
                    for range in ranges {
                        self.records += 1;
                        let place = Place { record: self.records, offset: self.offset, line: self.records };
                        self.offset += range.len() as u64 + 1;
                        batch.records.push(RecordSpan { range, place, marks: None });
                    }
                    self.background.client.give_back(std::mem::replace(&mut batch.bytes, bytes));
                    return Ok(true);
                }
                Ok(None) => self.scope = Some(self.pages.whole()),
                Err(error) => {
                    self.scope = Some(Scope::CutShort(error.to_string()));
                    return Err(error.into());
                }
            }
        }
        Ok(false)
    }

    fn scope(&self) -> Scope {
        self.scope.clone().unwrap_or_else(|| Scope::CutShort("not everything was read".to_owned()))
    }

    fn progress(&self) -> (u64, Option<u64>) {
        self.pages.progress(self.records)
    }

    fn left(&self) -> Option<Duration> {
        self.pages.left(&self.background.client)
    }

    fn notes(&self) -> Vec<String> {
        self.pages.notes()
    }
}

/// Calls that run ahead, handed out in the order in which they were started. The first that fails stops all others.
pub(super) struct Ahead<T> {
    running: JoinSet<(u64, Option<Result<T, HibobError>>)>,
    /// Done before their turn.
    done: BTreeMap<u64, T>,
    started: u64,
    taken: u64,
    stop: watch::Sender<bool>,
}

impl<T: Send + 'static> Ahead<T> {
    pub fn new() -> Ahead<T> {
        Ahead { running: JoinSet::new(), done: BTreeMap::new(), started: 0, taken: 0, stop: watch::Sender::new(false) }
    }

    /// Started, and not handed out.
    pub fn pending(&self) -> usize {
        (self.started - self.taken) as usize
    }

    /// Whether another one may be started, where so many may be on their way. Until HiBob has accepted the credentials, calls go
    /// one at a time: of two that were started the later might go first, and the earlier one would wait for its answer.
    pub fn has_room(&self, background: &Background, most: usize) -> bool {
        self.pending() < if background.client.is_accepted() { most } else { 1 }
    }

    pub fn start(&mut self, background: &Background, call: impl Future<Output = Result<T, HibobError>> + Send + 'static) {
        let (number, stop) = (self.started, self.stop.clone());
        self.started += 1;
        let mut stopped = stop.subscribe();
        let call = async move {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => (number, None),
                result = call => {
                    if result.is_err() {
                        stop.send_replace(true);
                    }
                    (number, Some(result))
                }
            }
        };
        self.running.spawn_on(call, background.runtime().handle());
    }

    /// Waits for the next one. `None` if none was started.
    pub fn next(&mut self, background: &Background) -> Result<Option<T>, HibobError> {
        while self.pending() > 0 {
            if let Some(value) = self.done.remove(&self.taken) {
                self.taken += 1;
                return Ok(Some(value));
            }
            match background.runtime().block_on(self.running.join_next()) {
                Some(Ok((number, Some(Ok(value))))) => _ = self.done.insert(number, value),
                Some(Ok((_, Some(Err(error))))) => {
                    self.running.abort_all();
                    return Err(error);
                }
                // Stopped, because another one failed: its error comes next.
                Some(Ok((_, None))) => {}
                Some(Err(error)) => {
                    return Err(HibobError::Setup(format!("a call ended early (a fault of the program): {error}")));
                }
                None => break,
            }
        }
        Ok(None)
    }
}
