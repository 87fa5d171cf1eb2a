//! The log of requests: what was asked and answered, never who called with which token.

use serde::Serialize;
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    pub method: String,
    /// E-mail addresses are left out of it.
    pub path: String,
    /// Only values that name no person.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub query: String,
    /// 0 of a connection that was torn down.
    pub status: u16,
    /// How many fields were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<usize>,
    /// How many ids the filter names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<usize>,
    /// How many records have been sent.
    pub records: u64,
    pub millis: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
}

/// Entries that are kept.
const KEPT: usize = 10_000;

/// Takes down requests, in memory and where wanted in a file.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Pages>>);

#[derive(Default)]
struct Pages {
    entries: VecDeque<Entry>,
    /// The number of the first of them.
    first: u64,
    file: Option<File>,
}

impl Log {
    /// Entries are added to what the file holds.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn into_file(path: &Path) -> io::Result<Log> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Log(Arc::new(Mutex::new(Pages { file: Some(file), ..Pages::default() }))))
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().cloned().collect()
    }

    /// Takes down a request when it comes. What becomes of it is filled in by the line that is handed out.
    pub fn begin(&self, entry: Entry) -> Written {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.entries.len() == KEPT {
            pages.entries.pop_front();
            pages.first += 1;
        }
        pages.entries.push_back(entry);
        let number = pages.first + pages.entries.len() as u64 - 1;
        Written { log: self.clone(), number, began: Instant::now(), done: false }
    }
}

/// A line of the log that is still being written.
pub struct Written {
    log: Log,
    number: u64,
    began: Instant,
    done: bool,
}

impl Written {
    pub fn note(&self, change: impl FnOnce(&mut Entry)) {
        let mut pages = self.log.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.number.checked_sub(pages.first).and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = at.and_then(|at| pages.entries.get_mut(at)) {
            change(entry);
        }
    }

    /// For somebody who counts records while the line stands elsewhere.
    pub fn counter(&self) -> Counter {
        Counter(Written { log: self.log.clone(), number: self.number, began: self.began, done: true })
    }

    /// The answer is whole. Said before its last bytes go out, so that a client who has read it finds it in the log.
    pub fn finish(&mut self) {
        if std::mem::replace(&mut self.done, true) {
            return;
        }
        let millis = self.began.elapsed().as_millis() as u64;
        let mut line = None;
        self.note(|entry| {
            entry.millis = millis;
            line = Some(serde_json::to_string(entry).expect("texts and numbers can be written") + "\n");
        });
        let mut pages = self.log.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(line), Some(file)) = (line, &mut pages.file) {
            // A full disk must not end the service.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Counts the records of an answer that goes out in pieces.
pub struct Counter(Written);

impl Counter {
    pub fn add(&self, records: u64) {
        self.0.note(|entry| entry.records += records);
    }
}
