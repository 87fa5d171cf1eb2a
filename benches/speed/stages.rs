//! Each stage of a run by itself, and the whole, beside serde_json on the same bytes. Every line has what stands above it in its
//! group to do as well.
//!
//! `cargo bench -- stages --rounds 20 --records 10000`

use crate::clock::{Cost, Work, cost, flag, in_turn};
use crate::employees::{self, Form};
use crate::task;
use bobmap::catalog::resource::Resource;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Memory, Outcome, RowOut};
use bobmap::mapping::Mapping;
use bobmap::pipeline::{Cancel, Rejects, Settings, run};
use bobmap::sink::{Format, Output, RowEncoder, RowSpool};
use bobmap::source::{Batch, FileSource, Place, Source};
use bobmap::value::mask::Reveal;
use bobmap::value::read::Slots;
use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;

pub fn measure() {
    let (rounds, count) = (flag("--rounds").unwrap_or(5), flag("--records").unwrap_or(10_000));
    let mapping = task::mapping();
    let [lines, array, slash] = [Form::Lines, Form::Array, Form::Slash].map(|form| Arc::new(employees::bytes(count, form)));
    let texts: Vec<&str> = std::str::from_utf8(&lines).expect("employees are text").lines().collect();
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let out = folder.path().join("out");
    let whole = |bytes: &Arc<Vec<u8>>, format, threads| {
        let bytes = Arc::clone(bytes);
        let (mapping, out) = (&mapping, &out);
        move || cost(|| whole(mapping, &bytes, format, threads, out))
    };
    let mut works: Vec<(&str, Work<'_>)> = vec![
        ("serde_json into a Value", Box::new(|| cost(|| values(&texts)))),
        ("serde structs, the whole task by hand", Box::new(|| cost(|| by_hand(&texts)))),
        ("split: JSON Lines", Box::new(|| cost(|| split(&lines)))),
        ("split: one array", Box::new(|| cost(|| split(&array)))),
        ("read: the values that paths find", Box::new(|| cost(|| read(&mapping, &texts)))),
        ("map: fields of them", Box::new(|| cost(|| map(&mapping, &texts, |_| {})))),
        ("encode: JSON Lines of those", Box::new(|| cost(|| encode(&mapping, &texts, Format::Jsonl)))),
        ("encode: CSV of those", Box::new(|| cost(|| encode(&mapping, &texts, Format::Csv)))),
        ("whole: JSON Lines to JSON Lines", Box::new(whole(&lines, Format::Jsonl, 1))),
        ("whole: one array to JSON Lines", Box::new(whole(&array, Format::Jsonl, 1))),
        ("whole: with slash names to JSON Lines", Box::new(whole(&slash, Format::Jsonl, 1))),
        ("whole: JSON Lines to CSV", Box::new(whole(&lines, Format::Csv, 1))),
        ("whole: JSON Lines, two threads", Box::new(whole(&lines, Format::Jsonl, 2))),
        ("whole: one array, two threads", Box::new(whole(&array, Format::Jsonl, 2))),
    ];
    let mut runs: Vec<&mut dyn FnMut() -> Cost> = works.iter_mut().map(|(_, work)| &mut **work as _).collect();
    let costs = in_turn(rounds as usize, &mut runs);
    let value = costs[0].processor.as_secs_f64();
    println!(
        "{count} employees, {:.2} KB each ({:.2} KB with slash names); the least of {rounds} rounds in turn",
        kb(&lines, count),
        kb(&slash, count)
    );
    let check = in_turn(rounds as usize, &mut [&mut || cost(|| drop(black_box(task::mapping())))])[0];
    println!("check of the task's mapping: {:.2} ms", check.processor.as_secs_f64() * 1e3);
    println!("{:<40}{:>14}{:>14}{:>12}{:>10}", "", "us a record", "wall, us", "MB/s", "of Value");
    for ((name, _), cost) in works.iter().zip(&costs) {
        let (processor, wall) = (cost.processor.as_secs_f64(), cost.wall.as_secs_f64());
        let bytes = match *name {
            name if name.contains("slash") => slash.len(),
            name if name.contains("array") => array.len(),
            _ => lines.len(),
        };
        println!(
            "{name:<40}{:>14.2}{:>14.2}{:>12.0}{:>10.3}",
            processor * 1e6 / count as f64,
            wall * 1e6 / count as f64,
            bytes as f64 / 1e6 / processor,
            processor / value
        );
    }
}

/// One stage once, by its name in `instructions.txt`.
pub fn run_once(stage: &str, mapping: &Mapping, bytes: &Arc<Vec<u8>>, texts: &[&str]) {
    match stage {
        "check" => drop(black_box(task::mapping())),
        "split-lines" | "split-array" => split(bytes),
        "read" => read(mapping, texts),
        "map" => map(mapping, texts, |_| {}),
        // As "map", with an allocation for each field: what must not come in unseen.
        "planted" => map(mapping, texts, |row| {
            for cell in row.cells.iter() {
                black_box(vec![cell]);
            }
        }),
        "encode-jsonl" => encode(mapping, texts, Format::Jsonl),
        "encode-csv" => encode(mapping, texts, Format::Csv),
        "whole" => {
            let folder = tempfile::tempdir().expect("there is room for a folder");
            whole(mapping, bytes, Format::Jsonl, 1, &folder.path().join("out"));
        }
        _ => panic!("there is no stage `{stage}`"),
    }
}

fn kb(bytes: &[u8], count: u64) -> f64 {
    bytes.len() as f64 / count as f64 / 1000.0
}

fn values(texts: &[&str]) {
    for text in texts {
        black_box(serde_json::from_str::<serde_json::Value>(text).expect("generated records are JSON"));
    }
}

fn by_hand(texts: &[&str]) {
    let mut out = Vec::new();
    for text in texts {
        task::typed::map(text.as_bytes(), &mut out);
        black_box(&out);
        out.clear();
    }
}

/// Bytes that are not copied to be read again.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn source(bytes: &Arc<Vec<u8>>) -> FileSource {
    let people = Resource::find("hibob.people").expect("people are a source");
    FileSource::new("memory".to_owned(), Box::new(Cursor::new(Shared(Arc::clone(bytes)))), Some(bytes.len() as u64), people)
}

fn split(bytes: &Arc<Vec<u8>>) {
    let (mut source, mut batch) = (source(bytes), Batch::default());
    while source.next(&mut batch).expect("generated records can be told apart") {
        black_box(&batch);
    }
}

fn read(mapping: &Mapping, texts: &[&str]) {
    let mut slots = Slots::default();
    for text in texts {
        let _ = black_box(mapping.record.read(text, &mut slots));
    }
}

fn map(mapping: &Mapping, texts: &[&str], mut each: impl FnMut(&RowOut<'_>)) {
    let engine = task::engine(mapping);
    let (mut counts, mut memory) = (Counts::new(mapping), Memory::default());
    for (record, text) in (1..).zip(texts) {
        let place = Place { record, offset: 0, line: record };
        engine.apply(&mut memory, text.as_bytes().into(), place, &mut counts, &mut Unwatched, &mut |_, outcome| {
            if let Outcome::Kept(row) = &outcome {
                each(row);
            }
        });
    }
    black_box(counts);
}

fn encode(mapping: &Mapping, texts: &[&str], format: Format) {
    let (mut encoder, mut out) = (RowEncoder::new(mapping, format), Vec::new());
    map(mapping, texts, |row| {
        out.clear();
        encoder.row(&row.cells, &mut out);
        black_box(&out);
    });
}

fn whole(mapping: &Mapping, bytes: &Arc<Vec<u8>>, format: Format, threads: usize, out: &std::path::Path) {
    let engine = task::engine(mapping);
    let mut rows = RowSpool::new(&Output::File(out.to_owned())).expect("there is room for rows");
    let mut rejects = Rejects::new(None, Reveal::Nothing).expect("no file is asked for");
    let settings = Settings { limit: None, threads, allow: &[], cancel: Cancel::default(), keyed: None, progress: &|_| {} };
    let mut encoder = RowEncoder::new(mapping, format);
    let finished = run(&engine, Box::new(source(bytes)), &mut encoder, &mut rows, &mut rejects, &settings);
    black_box(finished.expect("a run over generated records ends well"));
}
