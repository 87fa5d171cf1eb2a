//! Where rows go. Rows are spooled as they come and appear whole at the end, or not at all: records that turn out to share a
//! key are taken out again, and a run that fails leaves nothing behind.

mod encode;
mod ics;
mod keyed;
mod parquet;
mod spool;
mod table;

pub use encode::{Format, RowEncoder, csv_line};
pub use ics::Frame;
pub use keyed::{Keyed, columns};
pub use parquet::ParquetWriter;
pub use spool::{Output, RowSpool};

use std::ops::Range;

/// Where one row's bytes lie in the spool.
pub type RowRange = Range<u64>;

/// Why rows can't be written.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    #[error("{name}: {source}")]
    Io { name: String, source: std::io::Error },
    #[error("{0}: this is a folder; name a file in it")]
    Folder(String),
    #[error("{0}: there is no such folder to write the file into")]
    NoFolder(String),
    #[error("{0}: this is a link; name the file itself, so that nothing else is overwritten")]
    Link(String),
    #[error("{0}: this is no plain file (a device or a pipe), and would be replaced by one; leave the flag out or name a file")]
    Special(String),
}
