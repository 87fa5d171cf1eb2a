//! Texts between zero bytes are read one after another, with what was learned of those before, and held to the scanner, to
//! the general way and to `serde_json`.
#![no_main]

use bobmap::value::json::{JsonFault, Scanner};
use bobmap::value::path::Path;
use bobmap::value::read::{ReadError, ReadPlan, Slots};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use std::sync::LazyLock;

static PLAN: LazyLock<ReadPlan> = LazyLock::new(|| {
    let mut plan = ReadPlan::new(true);
    let paths = [
        "$.id",
        "$.a",
        "$.a.b",
        "$.a.b.c",
        "$['']",
        "$.work.title",
        "$.humanReadable.work.title",
        "$.l[1].a",
        "$.l[*]",
        "$.field_1647463700007",
        "$.a['a name of more than thirty-two bytes']",
        "$.é",
        "$",
    ];
    for path in paths {
        plan.add(&Path::parse(path).unwrap());
    }
    plan
});

fuzz_target!(|data: &str| {
    let mut learned = Slots::new();
    for record in data.split('\0') {
        let mut scanner = Scanner::new(record);
        let scanned = scanner.value(0).and_then(|_| scanner.end());
        match serde_json::from_str::<IgnoredAny>(record) {
            Ok(_) => assert!(scanned.as_ref().map_err(|error| &error.fault) != Err(&JsonFault::Trailing)),
            // It nests less deep.
            Err(error) => assert!(scanned.is_err() || error.to_string().contains("recursion limit")),
        }
        let (mut fresh, mut general) = (Slots::new(), Slots::new());
        let read = PLAN.read(record, &mut learned);
        assert_eq!(read, PLAN.read(record, &mut fresh));
        assert!(scanned.is_ok() || read.is_err());
        match (read, PLAN.read_generally(record, &mut general)) {
            (Ok(read), Ok(general)) => assert_eq!(read, general),
            (Ok(_), Err(ReadError::Json(error))) => assert!(matches!(error.fault, JsonFault::DuplicateName(_))),
            (Ok(_), Err(error)) => panic!("{error}"),
            (Err(error), Ok(_)) => panic!("{error}"),
            (Err(_), Err(_)) => {}
        }
    }
});
