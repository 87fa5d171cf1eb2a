//! What a sync says while it runs: lines for people, or one JSON object a line for machines that watch many jobs. Holds no value of
//! a person and no secret, as nothing does that is said without `--show-values`.

use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line, with time, level, event, job and run
    Json,
}

/// What is at work in this process, where it is told in JSON. Jobs run one after the other.
static JSON: Mutex<Option<AtWork>> = Mutex::new(None);

#[derive(Default)]
struct AtWork {
    job: Option<String>,
    /// Once it has its number.
    run: Option<i64>,
}

fn at_work() -> MutexGuard<'static, Option<AtWork>> {
    JSON.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on everything is told in JSON.
pub fn structured() {
    *at_work() = Some(AtWork::default());
}

/// What follows is about this job.
pub fn in_job(name: &str) {
    if let Some(at_work) = at_work().as_mut() {
        *at_work = AtWork { job: Some(name.to_owned()), run: None };
    }
}

/// The number of the run, once it has one.
pub fn in_run(id: i64) {
    if let Some(at_work) = at_work().as_mut() {
        at_work.run = Some(id);
    }
}

/// Says a line on standard error: `text` for people; for machines the event with `details`, an object.
pub fn say(level: &'static str, event: &'static str, details: Value, text: impl FnOnce() -> String) {
    let line = match &*at_work() {
        None => text(),
        Some(AtWork { job, run }) => {
            let mut line =
                json!({ "time": Timestamp::now().to_string(), "level": level, "event": event, "job": job, "run": run });
            if let (Value::Object(line), Value::Object(details)) = (&mut line, details) {
                line.extend(details);
            }
            line.to_string() + "\n"
        }
    };
    // Nobody is left to tell that standard error is closed.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Says a message.
pub fn message(level: &'static str, event: &'static str, message: &str, text: impl FnOnce() -> String) {
    say(level, event, json!({ "message": message }), text);
}
