//! Reads a source batch by batch: in the thread that asks, or on a thread of its own that reads ahead, so that reading and
//! mapping overlap and a blocked read never keeps Ctrl-C waiting.

use crate::source::{Batch, Place, Scope, Source, SourceError};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Batches read ahead.
const AHEAD: usize = 3;
/// How long nobody looks whether a run should end.
pub(super) const GLANCE: Duration = Duration::from_millis(100);

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
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    /// Bytes or records, as the source counts them, of how many in all.
    pub read: u64,
    pub total: Option<u64>,
    pub records: u64,
}

/// How a reading ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub scope: Scope,
    /// What the source said of the reading.
    pub notes: Vec<String>,
}

impl Ended {
    fn cut_short(why: String) -> Self {
        Ended { scope: Scope::CutShort(why), notes: Vec::new() }
    }
}

/// Why a reading ended early.
#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("interrupted; nothing is written")]
    Interrupted,
}

impl Unread {
    /// Only a panic ends a thread without a last word: what was read is not the whole.
    pub(super) fn lost() -> Self {
        let source = std::io::Error::other("reading ended early (a fault of the program)");
        Unread::Source(SourceError::Io { name: "the records".to_owned(), source })
    }
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
    take: impl FnMut(&[u8], Place) -> Result<ControlFlow<()>, E>,
) -> Result<Ended, E> {
    Feed::ahead(source, limit, AHEAD, cancel).follow(told, take)
}

/// What a reading comes to next.
#[derive(Debug)]
pub(super) enum Fed {
    /// The batch has been filled.
    Batch(Progress),
    End(Ended),
}

/// A source that is being read.
pub(super) struct Feed {
    reading: Reading,
    limit: Option<u64>,
    records: u64,
    /// Records beyond the limit have been seen.
    beyond: bool,
    cancel: Cancel,
    /// Nobody waits for records any more.
    pub over: Cancel,
}

enum Reading {
    Here(Box<dyn Source>),
    Ahead { batches: Receiver<Message>, used: Sender<Batch> },
}

/// What the reading thread hands over.
enum Message {
    Batch(Batch, (u64, Option<u64>)),
    End(Ended),
    Failed(SourceError),
}

impl Feed {
    /// Reads in the thread that asks. A source that may keep its reader waiting is read by a thread of its own, which does nothing
    /// unless it is asked.
    pub fn in_turn(source: Box<dyn Source>, limit: Option<u64>, cancel: &Cancel) -> Feed {
        if source.may_wait() { Self::ahead(source, limit, 0, cancel) } else { Self::new(Reading::Here(source), limit, cancel) }
    }

    /// Reads so many batches ahead, on a thread of its own.
    pub fn ahead(source: Box<dyn Source>, limit: Option<u64>, ahead: usize, cancel: &Cancel) -> Feed {
        let (sender, batches) = channel();
        let (used, returned) = channel();
        for _ in 0..ahead {
            let _ = used.send(Batch::default());
        }
        // Not joined: a thread that waits for a terminal or a pipe ends with the process.
        std::thread::spawn(move || feed(source, &sender, &returned));
        Self::new(Reading::Ahead { batches, used }, limit, cancel)
    }

    fn new(reading: Reading, limit: Option<u64>, cancel: &Cancel) -> Feed {
        Feed { reading, limit, records: 0, beyond: false, cancel: cancel.clone(), over: Cancel::default() }
    }

    /// Hands every record to `take` until that has seen enough.
    pub fn follow<E: From<Unread>>(
        mut self,
        told: &dyn Fn(Progress),
        mut take: impl FnMut(&[u8], Place) -> Result<ControlFlow<()>, E>,
    ) -> Result<Ended, E> {
        let mut batch = Batch::default();
        loop {
            let before = self.records;
            match self.next(&mut batch)? {
                Fed::Batch(progress) => {
                    for (record, number) in batch.records.iter().zip(before + 1..) {
                        if take(&batch.bytes[record.range.clone()], record.place)?.is_break() {
                            return Ok(Ended::cut_short(format!("after {number} records, which were enough")));
                        }
                    }
                    told(progress);
                }
                Fed::End(ended) => return Ok(ended),
            }
        }
    }

    /// Fills `batch` with the next records, as far as the limit allows.
    ///
    /// # Errors
    /// The source fails, or the run is cancelled or over.
    pub fn next(&mut self, batch: &mut Batch) -> Result<Fed, Unread> {
        if self.beyond {
            return Ok(self.at_limit());
        }
        let (read, total) = match self.read(batch)? {
            Read::Batch(progress) => progress,
            Read::End(ended) => return Ok(Fed::End(ended)),
        };
        let room = self.limit.map_or(u64::MAX, |limit| limit - self.records);
        if batch.records.len() as u64 > room {
            self.beyond = true;
            batch.records.truncate(usize::try_from(room).expect("less than there are records"));
            if batch.records.is_empty() {
                return Ok(self.at_limit());
            }
        }
        self.records += batch.records.len() as u64;
        Ok(Fed::Batch(Progress { read, total, records: self.records }))
    }

    fn at_limit(&self) -> Fed {
        Fed::End(Ended::cut_short(format!("--limit {}", self.records)))
    }

    fn read(&mut self, batch: &mut Batch) -> Result<Read, Unread> {
        match &mut self.reading {
            Reading::Here(_) if self.cancel.is_cancelled() => Err(Unread::Interrupted),
            Reading::Here(source) => Ok(match source.next(batch)? {
                true => Read::Batch(source.progress()),
                false => Read::End(Ended { scope: source.scope(), notes: source.notes() }),
            }),
            Reading::Ahead { batches, used } => {
                // The reader may have ended; then nobody needs the batch.
                let _ = used.send(std::mem::take(batch));
                loop {
                    if self.cancel.is_cancelled() || self.over.is_cancelled() {
                        return Err(Unread::Interrupted);
                    }
                    match batches.recv_timeout(GLANCE) {
                        Ok(Message::Batch(filled, progress)) => {
                            *batch = filled;
                            return Ok(Read::Batch(progress));
                        }
                        Ok(Message::End(ended)) => return Ok(Read::End(ended)),
                        Ok(Message::Failed(error)) => return Err(error.into()),
                        Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => return Err(Unread::lost()),
                    }
                }
            }
        }
    }
}

/// What was read, whatever the limit.
enum Read {
    Batch((u64, Option<u64>)),
    End(Ended),
}

fn feed(mut source: Box<dyn Source>, sender: &Sender<Message>, returned: &Receiver<Batch>) {
    for mut batch in returned {
        let message = match source.next(&mut batch) {
            Ok(true) => Message::Batch(batch, source.progress()),
            Ok(false) => Message::End(Ended { scope: source.scope(), notes: source.notes() }),
            Err(error) => Message::Failed(error),
        };
        let last = !matches!(message, Message::Batch(..));
        if sender.send(message).is_err() || last {
            return;
        }
    }
}
