//! What a sync says while it runs: lines for people, or one JSON object a line for machines that watch many jobs. Holds no value of
//! a person and no secret, as nothing does that is said without `--show-values`.

use clap::ValueEnum;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// How it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line, with time, level, event, job and run
    Json,
}

/// The job of this process, where it is told in JSON. A process runs one job.
static JSON: OnceLock<Structured> = OnceLock::new();

struct Structured {
    job: String,
    /// 0 until the run has its number.
    run: AtomicI64,
}

/// From here on everything is told in JSON.
pub fn structured(job: &str) {
    let _ = JSON.set(Structured { job: job.to_owned(), run: AtomicI64::new(0) });
}

/// The number of the run, once it has one.
pub fn in_run(id: i64) {
    if let Some(structured) = JSON.get() {
        structured.run.store(id, Ordering::Relaxed);
    }
}

/// Says a line on standard error: `text` for people; for machines the event with `details`, an object.
pub fn say(level: &'static str, event: &'static str, details: Value, text: impl FnOnce() -> String) {
    let line = match JSON.get() {
        None => text(),
        Some(Structured { job, run }) => {
            let run = Some(run.load(Ordering::Relaxed)).filter(|run| *run > 0);
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
