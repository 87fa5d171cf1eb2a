//! How fast a server is called: a few calls at once, fewer once it has asked for patience, and none while it wants to be left alone.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::cell::Cell;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::{Instant, timeout};

/// Calls that are made at once.
const WIDTH: usize = 8;
/// How long it takes at most until somebody who waits sees that they are to stop.
const GLANCE: Duration = Duration::from_millis(50);

/// How long what came waits to be noted: the state takes several at once in the time that it takes one.
const NOTING: Duration = Duration::from_millis(100);

/// Says that the run is to end.
pub type Stop<'s> = Box<dyn Fn() -> bool + 's>;

pub(super) struct Pace<'s> {
    width: Cell<usize>,
    /// Until then nobody calls.
    resume: Cell<Option<Instant>>,
    stop: Stop<'s>,
}

impl<'s> Pace<'s> {
    pub fn new(stop: Stop<'s>) -> Self {
        Pace { width: Cell::new(WIDTH), resume: Cell::new(None), stop }
    }

    pub fn is_stopped(&self) -> bool {
        (self.stop)()
    }

    /// Waits until the server may be called.
    pub async fn turn(&self) {
        while let Some(left) = self.resume.get().and_then(|resume| resume.checked_duration_since(Instant::now())) {
            if left.is_zero() || self.is_stopped() {
                return;
            }
            tokio::time::sleep(left.min(GLANCE)).await;
        }
    }

    /// Waits before a call is tried again; not on, where the run is to end.
    pub async fn wait(&self, wait: Duration) {
        let end = Instant::now() + wait;
        while !self.is_stopped() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(GLANCE)).await;
        }
    }

    /// The server has too much to do: nobody calls for so long, and half as many at once afterwards. Calls that were on their way
    /// together count once.
    pub fn slow(&self, wait: Duration) {
        let now = Instant::now();
        let resume = self.resume.get();
        if resume.is_none_or(|resume| resume <= now) {
            self.width.set((self.width.get() / 2).max(1));
        }
        self.resume.set(resume.max(Some(now + wait)));
    }

    /// Does `work` for each of `items`, a few at once, and hands out what came of each, outside of the runtime: there others may wait
    /// for runtimes of their own. Nothing is handed out every so often, and at last: a time to note what came. Begins nothing more
    /// once the run is to end, or once `done` fails; what has been begun ends.
    ///
    /// # Errors
    /// What `done` said first.
    pub fn each_at_once<T, W: Future, E>(
        &self,
        runtime: &Runtime,
        items: &mut dyn Iterator<Item = T>,
        work: impl Fn(T) -> W,
        mut done: impl FnMut(Option<W::Output>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut running = FuturesUnordered::new();
        let (mut failed, mut noted) = (None, std::time::Instant::now());
        loop {
            while failed.is_none() && running.len() < self.width.get() && !self.is_stopped() {
                let Some(item) = items.next() else { break };
                running.push(work(item));
            }
            let came = runtime.block_on(async { timeout(NOTING, running.next()).await });
            let is_last = matches!(came, Ok(None));
            if let Ok(Some(what)) = came {
                failed = failed.or(done(Some(what)).err());
            }
            if is_last || noted.elapsed() >= NOTING {
                failed = failed.or(done(None).err());
                noted = std::time::Instant::now();
            }
            if is_last {
                return failed.map_or(Ok(()), Err);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pace, WIDTH};
    use std::cell::Cell;
    use std::time::Duration;
    use tokio::runtime::{Builder, Runtime};

    fn runtime() -> Runtime {
        Builder::new_current_thread().enable_time().build().unwrap()
    }

    /// The most that ran at once, and the most after the server has asked for patience at the `slow`th.
    fn widths(pace: &Pace<'_>, slow: &[usize]) -> Vec<usize> {
        let running = Cell::new(0);
        let seen = Cell::new(Vec::new());
        let work = |number: usize| {
            let (running, seen) = (&running, &seen);
            async move {
                pace.turn().await;
                running.set(running.get() + 1);
                tokio::time::sleep(Duration::from_millis(2)).await;
                if slow.contains(&number) {
                    pace.slow(Duration::from_millis(20));
                }
                let mut widths = seen.take();
                widths.push(running.get());
                seen.set(widths);
                running.set(running.get() - 1);
            }
        };
        pace.each_at_once::<_, _, ()>(&runtime(), &mut (0..40), work, |_| Ok(())).unwrap();
        seen.take()
    }

    #[test]
    fn a_few_run_at_once_and_fewer_when_the_server_asks_for_patience() {
        let widths_of = |slow: &[usize]| widths(&Pace::new(Box::new(|| false)), slow);
        assert_eq!(widths_of(&[]).iter().max(), Some(&WIDTH));
        let slowed = widths_of(&[3]);
        assert_eq!(slowed.len(), 40);
        assert!(slowed[2 * WIDTH..].iter().all(|width| *width <= WIDTH / 2), "{slowed:?}");
        // Those that were on their way together count once.
        let pace = Pace::new(Box::new(|| false));
        pace.slow(Duration::from_secs(60));
        pace.slow(Duration::from_secs(90));
        assert_eq!(pace.width.get(), WIDTH / 2);
    }

    #[test]
    fn nothing_is_begun_once_the_run_is_to_end_and_what_has_been_begun_ends() {
        let (stopped, done) = (Cell::new(false), Cell::new(0));
        let pace = Pace::new(Box::new(|| stopped.get()));
        let mut items = 0..100;
        let work = |_: usize| async { tokio::time::sleep(Duration::from_millis(2)).await };
        let count = |came: Option<()>| {
            done.set(done.get() + came.iter().len());
            stopped.set(done.get() >= 20);
            Ok::<(), ()>(())
        };
        pace.each_at_once(&runtime(), &mut items, work, count).unwrap();
        assert_eq!(done.get() + items.len(), 100);
        assert!((20..20 + WIDTH).contains(&done.get()), "{}", done.get());
        let mut none = 0..3;
        assert_eq!(Pace::new(Box::new(|| false)).each_at_once(&runtime(), &mut none, |_| async {}, |_| Err(7)), Err(7));
        assert_eq!(none.len(), 0);
    }
}
