//! The rows of a run, taken to the workbench: those that others share their key with are held.

use crate::plan::{Held, PlanError, Row, Workbench};
use crate::sink::RowRange;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// A row as [`Keyed`](crate::sink::Keyed) writes it.
type Line<'l> = (String, Option<String>, &'l RawValue, Option<String>);

/// Takes the rows of `spool` to `bench`, but for those in `dropped` (in their order), which are held.
///
/// # Errors
/// The temporary files can't be read or written.
pub fn desire(spool: File, dropped: &[RowRange], bench: &mut Workbench, held: &mut Held) -> Result<(), PlanError> {
    let mut lines = BufReader::with_capacity(256 << 10, spool);
    let (mut line, mut at) = (String::new(), 0);
    let mut dropped = dropped.iter().peekable();
    loop {
        line.clear();
        let read = lines.read_line(&mut line)? as u64;
        if read == 0 {
            return Ok(());
        }
        let (key, source, cells, line): Line<'_> = serde_json::from_str(&line).map_err(std::io::Error::from)?;
        if dropped.next_if(|range| range.start == at).is_some() {
            held.add(Some(key), source);
        } else {
            bench.desire(&Row { key, source, cells: cells.get().to_owned(), line })?;
        }
        at += read;
    }
}
