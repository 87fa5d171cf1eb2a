//! Goal 2: the memory that a run takes, of millions of records and of joined sets.

use super::{Bench, Limit, Line, run};
use crate::clock::program;
use crate::employees::{Form, Pool};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

const MB: f64 = 1e6;

/// Streams of a million and ten million, beside a stream of one record.
pub fn streams(bench: &Bench) -> Vec<Line> {
    let (task, pool) = (bench.task(), Pool::new());
    let peak = |count, form| {
        let mut command = bench.dry_run(&task, Path::new("-"), "stream", &[]);
        program(&mut command, |into| pool.write(count, form, into)).memory as f64
    };
    let start = (0..5).map(|_| peak(1, Form::Lines)).fold(0.0, f64::max);
    let million = bench.records * 10;
    let streams =
        [(million, Form::Lines, "JSON Lines"), (million, Form::Array, "one array"), (million * 10, Form::Lines, "JSON Lines")];
    let measure = |(count, form, name)| {
        let figure = (peak(count, form) - start) / MB;
        Line::new(
            format!("{count} records, {name}: MB above start-up"),
            Limit::AtMost(16.0),
            figure,
            "dry-run task.yaml --records -",
        )
    };
    streams.into_iter().map(measure).collect()
}

const JOINING: &str = "mapping: joining
format: 1
source: hibob.people
key: id
defaults: { on_missing: blank, on_invalid: blank }
joins:
  boss: { with: hibob.people, this: $.work.reportsTo.id, that: $.id, matches: at_most_one }
fields:
  id: { from: $.id }
  boss_email: { from: $boss.email }
  boss_name: { from: $boss.displayName }
  boss_title: { from: $boss.work.title }
  boss_site: { from: $boss.work.site }
";

/// A set that is joined, beside the same mapping without it.
pub fn joined(bench: &Bench) -> Vec<Line> {
    let people = bench.employees(Form::Lines);
    let alone = JOINING.lines().filter(|line| !line.contains("boss") && !line.starts_with("joins"));
    let alone: String = alone.flat_map(|line| [line, "\n"]).collect();
    let mapping =
        |name: &str, text: &str| bench.file(name, |out| out.write_all(text.as_bytes()).expect("there is room for a mapping"));
    let peak = |mapping: &Path| run(&mut bench.dry_run(mapping, &people, "joined", &["--threads", "1"])).memory as f64;
    let more = peak(&mapping("joining.yaml", JOINING)) - peak(&mapping("alone.yaml", &alone));
    let used: usize = BufReader::new(File::open(&people).expect("employees are there"))
        .lines()
        .map(|line| serde_json::from_str::<Value>(&line.expect("employees are text")).expect("employees are JSON"))
        .map(|employee| {
            let length = |path: &str| employee.pointer(path).and_then(Value::as_str).map_or(0, str::len);
            ["/id", "/email", "/displayName", "/work/title", "/work/site"].into_iter().map(length).sum::<usize>()
        })
        .sum();
    let goal = format!("{} joined: x of the bytes of the values used", bench.records);
    vec![Line::new(goal, Limit::AtMost(2.0), more / used as f64, "dry-run joining.yaml --records people.jsonl --threads 1")]
}
