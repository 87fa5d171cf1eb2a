//! Every folder of `tests/cases/engine` has its snapshot: adding a case needs no Rust.

use super::case_run::told;
use crate::snap::snap;
use std::path::Path;

#[test]
fn every_case_comes_out_as_its_snapshot_says() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/engine");
    let mut folders: Vec<_> = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(folders.len() > 20, "the cases are gone");
    let mut changed = Vec::new();
    snap().bind(|| {
        for folder in folders {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            // All cases are looked at before the first difference fails the test.
            let result = std::panic::catch_unwind(|| insta::assert_snapshot!(format!("engine__{name}"), told(&folder)));
            if result.is_err() {
                changed.push(name);
            }
        }
    });
    assert!(changed.is_empty(), "{changed:?}");
}
