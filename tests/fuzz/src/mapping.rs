//! Texts between zero bytes are mapped one after another, with what was learned of those before, as a run maps them; what comes of
//! each is held to what somebody sees who looks on: then nothing takes a short way.
#![no_main]

use bobmap::catalog::Catalog;
use bobmap::engine::observe::Observer;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Memory, Outcome, RecordName};
use bobmap::mapping::{Environment, Mapping, Project, compile};
use bobmap::sink::{Format, RowEncoder};
use bobmap::source::Place;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static MAPPING: LazyLock<Mapping> = LazyLock::new(|| {
    let mut project = Project::default();
    project.add("task.yaml", include_str!("../../../benches/speed/task/task.yaml"));
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err(String::new()) };
    compile(&project, "task", &environment).0.unwrap()
});

/// What comes of all records: names, rows in both formats, reasons, counts.
fn told(data: &[u8], alone: bool) -> (Vec<String>, Counts) {
    let mapping = &*MAPPING;
    let engine = Engine::new(mapping, "2026-01-01".parse().unwrap(), Catalog::builtin(), &[]);
    let (mut counts, mut memory, mut told) = (Counts::new(mapping), Memory::default(), Vec::new());
    let mut encoders = [Format::Jsonl, Format::Csv].map(|format| RowEncoder::new(mapping, format));
    for (record, bytes) in (1..).zip(data.split(|byte| *byte == 0)) {
        let place = Place { record, offset: 0, line: record };
        let mut tell = |name: RecordName<'_>, outcome: Outcome<'_>| {
            told.push(format!("{name:?}"));
            told.push(match outcome {
                Outcome::Kept(row) => {
                    let mut out = Vec::new();
                    encoders.iter_mut().for_each(|encoder| encoder.row(&row.cells, &mut out));
                    String::from_utf8(out).unwrap()
                }
                other => format!("{other:?}"),
            });
        };
        if alone {
            engine.apply(&mut memory, bytes.into(), place, &mut counts, &mut Unwatched, &mut tell);
        } else {
            engine.apply(&mut Memory::default(), bytes.into(), place, &mut counts, &mut Observer::new(mapping), &mut tell);
        }
    }
    (told, counts)
}

fuzz_target!(|data: &[u8]| assert_eq!(told(data, true), told(data, false)));
