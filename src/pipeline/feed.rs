//! Reads a source on a thread of its own, a few batches ahead, so that reading and mapping overlap and a blocked read never
//! keeps Ctrl-C waiting.

use crate::source::{Batch, Scope, Source, SourceError};
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

/// What the reading thread hands over.
pub enum Fed {
    Batch(Batch),
    /// How much was read, and what is to be known of the reading.
    End(Scope, Vec<String>),
    Failed(SourceError),
    Cancelled,
}

/// A source that is being read.
pub struct Feed {
    batches: Receiver<Message>,
    used: Sender<Batch>,
    cancel: Cancel,
    /// Bytes read, and how many there are.
    pub progress: (u64, Option<u64>),
}

enum Message {
    Batch(Batch, (u64, Option<u64>)),
    End(Scope, Vec<String>),
    Failed(SourceError),
}

impl Feed {
    pub fn start(source: Box<dyn Source>, cancel: &Cancel) -> Feed {
        let (sender, batches) = sync_channel(AHEAD);
        let (used, returned) = channel();
        let progress = source.progress();
        // Not joined: a thread that waits for a terminal or a pipe ends with the process.
        std::thread::spawn(move || feed(source, &sender, &returned));
        Feed { batches, used, cancel: cancel.clone(), progress }
    }

    pub fn next(&mut self) -> Fed {
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
    pub fn give_back(&self, batch: Batch) {
        // The reader may have ended; then nobody needs the batch.
        let _ = self.used.send(batch);
    }
}

fn feed(mut source: Box<dyn Source>, sender: &SyncSender<Message>, returned: &Receiver<Batch>) {
    loop {
        let mut batch = returned.try_recv().unwrap_or_default();
        let message = match source.next(&mut batch) {
            Ok(true) => Message::Batch(batch, source.progress()),
            Ok(false) => Message::End(source.scope(), source.notes()),
            Err(error) => Message::Failed(error),
        };
        let last = !matches!(message, Message::Batch(..));
        if sender.send(message).is_err() || last {
            return;
        }
    }
}
