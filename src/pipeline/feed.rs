//! Reads a source on a thread of its own, a few batches ahead, so that reading and mapping overlap and a blocked read never
//! keeps Ctrl-C waiting.

use crate::source::{Batch, Place, Scope, Source, SourceError};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

/// Batches read ahead.
const AHEAD: usize = 3;

/// Says that a run should end: set by Ctrl-C.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far a reading has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes, calls or records, as the source counts them, of how many in all.
    pub read: u64,
    pub total: Option<u64>,
    pub records: u64,
    /// How long the rest will take, where the source knows it.
    pub left: Option<Duration>,
}

/// How a reading ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub scope: Scope,
    /// What the source said of the reading.
    pub notes: Vec<String>,
}

/// Why a reading ended early.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("interrupted; nothing is written")]
    Interrupted,
}

/// Hands every record of `source` to `take` until that has seen enough, or the first `limit` of them.
///
/// # Errors
/// The source fails, the reading is cancelled, or `take` fails.
pub fn follow<E: From<Unread>>(
    source: Box<dyn Source>,
    limit: Option<u64>,
    cancel: &Cancel,
    told: &dyn Fn(Progress),
    mut take: impl FnMut(&[u8], Place) -> Result<ControlFlow<()>, E>,
) -> Result<Ended, E> {
    let mut feed = Feed::start(source, cancel);
    let mut records = 0;
    loop {
        match feed.next() {
            Fed::Batch(batch) => {
                for record in &batch.records {
                    if limit.is_some_and(|limit| records >= limit) {
                        return Ok(Ended { scope: Scope::CutShort(format!("--limit {records}")), notes: Vec::new() });
                    }
                    records += 1;
                    if take(&batch.bytes[record.range.clone()], record.place)?.is_break() {
                        let why = format!("after {records} records, which were enough");
                        return Ok(Ended { scope: Scope::CutShort(why), notes: Vec::new() });
                    }
                }
                feed.give_back(batch);
                told(Progress { records, ..feed.progress });
            }
            Fed::End(scope, notes) => return Ok(Ended { scope, notes }),
            Fed::Failed(error) => return Err(Unread::from(error).into()),
            Fed::Cancelled => return Err(Unread::Interrupted.into()),
        }
    }
}

/// What the reading thread hands over.
enum Fed {
    Batch(Batch),
    /// How much was read, and what is to be known of the reading.
    End(Scope, Vec<String>),
    Failed(SourceError),
    Cancelled,
}

/// A source that is being read.
struct Feed {
    batches: Receiver<Message>,
    used: Sender<Batch>,
    cancel: Cancel,
    progress: Progress,
}

enum Message {
    Batch(Batch, Progress),
    End(Scope, Vec<String>),
    Failed(SourceError),
}

impl Feed {
    fn start(source: Box<dyn Source>, cancel: &Cancel) -> Feed {
        let (sender, batches) = sync_channel(AHEAD);
        let (used, returned) = channel();
        let progress = progress(&*source);
        // Not joined: a thread that waits for a terminal or a pipe ends with the process.
        std::thread::spawn(move || feed(source, &sender, &returned));
        Feed { batches, used, cancel: cancel.clone(), progress }
    }

    fn next(&mut self) -> Fed {
        loop {
            if self.cancel.is_cancelled() {
                return Fed::Cancelled;
            }
            match self.batches.recv_timeout(Duration::from_millis(100)) {
                Ok(Message::Batch(batch, progress)) => {
                    self.progress = progress;
                    return Fed::Batch(batch);
                }
                Ok(Message::End(scope, notes)) => return Fed::End(scope, notes),
                Ok(Message::Failed(error)) => return Fed::Failed(error),
                Err(RecvTimeoutError::Timeout) => {}
                // Only a panic ends the thread without a last word: what was read is not the whole.
                Err(RecvTimeoutError::Disconnected) => {
                    let source = std::io::Error::other("reading ended early (a fault of the program)");
                    return Fed::Failed(SourceError::Io { name: "the records".to_owned(), source });
                }
            }
        }
    }

    /// Gives a batch back to be filled again.
    fn give_back(&self, batch: Batch) {
        // The reader may have ended; then nobody needs the batch.
        let _ = self.used.send(batch);
    }
}

fn feed(mut source: Box<dyn Source>, sender: &SyncSender<Message>, returned: &Receiver<Batch>) {
    loop {
        let mut batch = returned.try_recv().unwrap_or_default();
        let message = match source.next(&mut batch) {
            Ok(true) => Message::Batch(batch, progress(&*source)),
            Ok(false) => Message::End(source.scope(), source.notes()),
            Err(error) => Message::Failed(error),
        };
        let last = !matches!(message, Message::Batch(..));
        if sender.send(message).is_err() || last {
            return;
        }
    }
}

/// How far a source has come; it does not say how many of its records were used.
fn progress(source: &dyn Source) -> Progress {
    let (read, total) = source.progress();
    Progress { read, total, records: 0, left: source.left() }
}
