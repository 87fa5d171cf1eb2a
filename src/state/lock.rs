//! One job is run by one worker at a time. The lock is the operating system's own, on a file beside the state: it is freed when
//! its holder ends, however it ends.

use super::{State, StateError};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};

/// The right to run a job, until it is dropped.
#[derive(Debug)]
pub struct JobLock {
    _file: File,
}

impl State {
    /// Takes the lock of a job.
    ///
    /// # Errors
    /// Another worker has it.
    pub fn lock(&self, job: &str) -> Result<JobLock, StateError> {
        let mut path = self.path.clone().into_os_string();
        path.push(format!(".{job}.lock"));
        let io = |source| StateError::Io { name: std::path::Path::new(&path).display().to_string(), source };
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                let holder = if holder.is_empty() { String::new() } else { format!(" (process {holder})") };
                return Err(StateError::Busy { job: job.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let process = std::process::id().to_string();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(process.as_bytes())).map_err(io)?;
        Ok(JobLock { _file: file })
    }
}
