//! Time off over real HTTP: each endpoint has HiBob's own shape, and all of them tell one truth.

mod feed;
mod outs;
mod planted;
mod single;

use super::{get, settings};
use bobmap::sandbox::{Limits, Sandbox, Settings};
use serde_json::Value;
use std::collections::BTreeSet;

/// Everything that may be asked of who's out.
const EVERYTHING: &str = "includeHourly=true&includePrivate=true&includePending=true&includeWorkingRequests=true";

/// A sandbox whose rate limits nobody meets.
fn sandbox(scenario: &str) -> Sandbox {
    let limits = Limits { rate: Some(1_000_000), ..Limits::default() };
    Sandbox::start(Settings { limits, ..settings(scenario) }).unwrap()
}

/// The records of an answer.
fn listed(sandbox: &Sandbox, path: &str, key: &str) -> Vec<Value> {
    let reply = get(sandbox, path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    let Value::Array(rows) = reply.json()[key].take() else { panic!("{path}: {}", reply.text()) };
    rows
}

/// The feed over eight years and more, window by window, as it comes.
fn feed(sandbox: &Sandbox) -> Vec<Value> {
    let mut rows = Vec::new();
    for year in 2017..=2026 {
        for (from, to) in [("01-01", "06-30"), ("07-01", "12-31")] {
            let window = format!("since={year}-{from}T00:00:00Z&to={year}-{to}T23:59:59.999999Z");
            rows.extend(listed(sandbox, &format!("/timeoff/requests/changes?{window}&includePending=true"), "changes"));
        }
    }
    rows
}

fn whos_out(sandbox: &Sandbox, from: &str, to: &str, flags: &str) -> Vec<Value> {
    listed(sandbox, &format!("/timeoff/whosout?from={from}&to={to}&{flags}"), "outs")
}

fn keys(row: &Value) -> BTreeSet<&str> {
    row.as_object().unwrap().keys().map(String::as_str).collect()
}

fn words<'w>(words: &'w str) -> impl Iterator<Item = &'w str> + 'w {
    words.split_whitespace()
}

/// The keys that hang on the type of a request, in the feed and in who's out.
fn own_keys(kind: &str) -> &'static str {
    match kind {
        "days" | "openEnded" => "startDate startPortion endDate endPortion",
        "hours" => "date hoursOnDate",
        "portionOnRange" => "startDate endDate dayPortion",
        "hoursOnRange" => "startDate endDate dailyHours",
        "percentageOnRange" => "startDate endDate percentageOfDay",
        _ => "startDate endDate durations timeZone timeZoneOffset",
    }
}

/// The type in the spelling that it has most of the time.
fn kind<'r>(row: &'r Value, key: &str) -> &'r str {
    match row[key].as_str().unwrap() {
        "DifferentDayDurations" => "differentDayDurations",
        "SpecificHoursDayDurations" => "specificHoursDayDurations",
        "DifferentSpecificHoursDayDurations" => "differentSpecificHoursDayDurations",
        kind => kind,
    }
}

/// An amount in millionths, so that sums are exact.
fn exact(amount: &Value) -> i64 {
    (amount.as_f64().unwrap_or_else(|| panic!("{amount}")) * 1e6).round() as i64
}
