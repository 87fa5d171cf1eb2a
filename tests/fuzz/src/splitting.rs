//! Input read in small blocks, whose size is the first byte, gives the records, places and faults that it gives in large ones.
#![no_main]

use bobmap::catalog::resource::Resource;
use bobmap::source::{Batch, FileSource, Limits, Place, Source};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fn records(bytes: &[u8], block: usize) -> (Vec<(Vec<u8>, Place)>, Option<String>) {
    let people = Resource::find("hibob.people").unwrap();
    let source = FileSource::new("input".to_owned(), Box::new(Cursor::new(bytes.to_vec())), None, people);
    let mut source = source.within(Limits { block, ..Limits::default() });
    let (mut batch, mut records) = (Batch::default(), Vec::new());
    loop {
        match source.next(&mut batch) {
            Ok(true) => {
                records.extend(batch.records.iter().map(|span| (batch.bytes[span.range.clone()].to_vec(), span.place)));
            }
            Ok(false) => return (records, None),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    if let [block, bytes @ ..] = data {
        assert_eq!(records(bytes, usize::from(*block) + 1), records(bytes, 1 << 16));
    }
});
