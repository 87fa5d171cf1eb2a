//! Maps batches on several threads, and hands on what they come to in the order of the input, as if one thread had done it all.

use super::feed::{Cancel, Ended, Fed, Feed, GLANCE, Progress, Unread};
use crate::source::{Batch, Source};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

/// Batches that each thread has under way: one is mapped while others wait for an earlier one of another thread.
const EACH: usize = 3;

/// How many threads map where nobody has said: as many as this process may run at once. Each has batches of its own in memory,
/// and more than eight would only wait for the reading.
pub fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}

/// What is done to each batch.
pub(super) trait Mapper: Sync {
    /// What a batch comes to. It is used again once it has been handed on.
    type Part: Send;

    fn part(&self) -> Self::Part;

    /// Maps a batch. `first` for the first one of the input.
    fn map(&self, batch: &Batch, first: bool, part: &mut Self::Part);
}

/// Maps the records of `source`, or the first `limit` of them, on `threads` threads, this one counted. `hand_on` gets every part
/// in the order of the input, in this thread.
///
/// # Errors
/// The source fails, the reading is cancelled, or `hand_on` fails: whichever one thread would have met first.
pub(super) fn spread<M: Mapper, E: From<Unread>>(
    source: Box<dyn Source>,
    limit: Option<u64>,
    threads: usize,
    cancel: &Cancel,
    mapper: &M,
    mut hand_on: impl FnMut(&mut M::Part, Progress) -> Result<(), E>,
) -> Result<Ended, E> {
    // A source that may keep its reader waiting is read ahead by a thread of its own, and this one maps nothing: it must see at
    // once that the run is cancelled.
    let looks_on = source.may_wait() && threads > 1;
    let feed = if looks_on { Feed::ahead(source, limit, threads, cancel) } else { Feed::in_turn(source, limit, cancel) };
    let over = Over(feed.over.clone());
    let supply = Mutex::new(Supply { feed, batches: 0, ended: false });
    std::thread::scope(|scope| {
        // Dropped before the scope waits for its threads.
        let _over = over;
        let (done, arrivals) = channel();
        let helpers: Vec<Sender<Job<M>>> = (0..if looks_on { threads } else { threads.saturating_sub(1) })
            .map(|number| {
                let (give, jobs) = channel();
                for _ in 0..EACH {
                    let _ = give.send(Job::new(mapper, Some(number)));
                }
                let (supply, done) = (&supply, done.clone());
                scope.spawn(move || help(mapper, supply, &jobs, &done));
                give
            })
            .collect();
        let mut own: Vec<Job<M>> = (0..if looks_on { 0 } else { EACH.min(threads) }).map(|_| Job::new(mapper, None)).collect();
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        loop {
            for arrival in arrivals.try_iter() {
                let (number, arrival) = known(arrival)?;
                waiting.insert(number, arrival);
            }
            while let Some(arrival) = waiting.remove(&next) {
                next += 1;
                let mut job: Job<M> = match arrival {
                    Arrival::Mapped(job) => job,
                    Arrival::End(end) => return end.map_err(E::from),
                };
                hand_on(&mut job.part, job.progress)?;
                match job.helper {
                    // A helper that has seen the end needs no more.
                    Some(helper) => drop(helpers[helper].send(job)),
                    None => own.push(job),
                }
            }
            if cancel.is_cancelled() {
                return Err(Unread::Interrupted.into());
            }
            if let Some((number, arrival)) = own.pop().and_then(|job| work(mapper, &supply, job)) {
                waiting.insert(number, arrival);
                continue;
            }
            match arrivals.recv_timeout(GLANCE) {
                Ok(arrival) => {
                    let (number, arrival) = known(arrival)?;
                    waiting.insert(number, arrival);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(Unread::lost().into()),
            }
        }
    })
}

/// A batch on its way, with room for what it comes to.
struct Job<M: Mapper> {
    batch: Batch,
    part: M::Part,
    progress: Progress,
    /// Whose it is; `None` for the thread that hands on.
    helper: Option<usize>,
}

impl<M: Mapper> Job<M> {
    fn new(mapper: &M, helper: Option<usize>) -> Self {
        Job { batch: Batch::default(), part: mapper.part(), progress: Progress::default(), helper }
    }
}

/// What is left to be mapped.
struct Supply {
    feed: Feed,
    /// How many have been taken.
    batches: u64,
    ended: bool,
}

/// What has become of the batch with a number.
enum Arrival<M: Mapper> {
    Mapped(Job<M>),
    /// There was none.
    End(Result<Ended, Unread>),
}

/// Takes the next batch and maps it. `None` if there are no more, and somebody knows.
fn work<M: Mapper>(mapper: &M, supply: &Mutex<Supply>, mut job: Job<M>) -> Option<(u64, Arrival<M>)> {
    let (number, fed) = {
        let mut supply = supply.lock().ok().filter(|supply| !supply.ended)?;
        let number = supply.batches;
        supply.batches += 1;
        let fed = supply.feed.next(&mut job.batch);
        supply.ended = !matches!(fed, Ok(Fed::Batch(_)));
        (number, fed)
    };
    let arrival = match fed {
        Ok(Fed::Batch(progress)) => {
            mapper.map(&job.batch, number == 0, &mut job.part);
            Arrival::Mapped(Job { progress, ..job })
        }
        Ok(Fed::End(ended)) => Arrival::End(Ok(ended)),
        Err(error) => Arrival::End(Err(error)),
    };
    Some((number, arrival))
}

/// What a helper sends; `None` if it can't go on.
type Sent<M> = Option<(u64, Arrival<M>)>;

fn known<M: Mapper>(sent: Sent<M>) -> Result<(u64, Arrival<M>), Unread> {
    sent.ok_or_else(Unread::lost)
}

fn help<M: Mapper>(mapper: &M, supply: &Mutex<Supply>, jobs: &Receiver<Job<M>>, done: &Sender<Sent<M>>) {
    let _alarm = Alarm(done);
    for job in jobs {
        match work(mapper, supply, job) {
            // The other end has gone if the run has failed.
            Some(arrival) => drop(done.send(Some(arrival))),
            None => return,
        }
    }
}

/// Tells of a panic: the others would wait for a batch that never arrives.
struct Alarm<'d, M: Mapper>(&'d Sender<Sent<M>>);

impl<M: Mapper> Drop for Alarm<'_, M> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = self.0.send(None);
        }
    }
}

/// Lets go of a reader that waits for input, however the mapping ends.
struct Over(Cancel);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.cancel();
    }
}
