//! Why records can't be read. Messages name the input and the place, and quote nothing that stands in a record.

use super::Malformed;
use super::Place;
use super::hibob::HibobError;

/// Why records can't be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    #[error(transparent)]
    Hibob(#[from] HibobError),
    #[error("{name}: {source}")]
    Io { name: String, source: std::io::Error },
    #[error("{name}: there is no such file")]
    Missing { name: String },
    #[error("{name} is a directory: name the file in it that holds the records")]
    Directory { name: String },
    #[error("{name} can't be read: this user has no permission to")]
    Forbidden { name: String },
    #[error("{name}: no JSON at all: the file is {}", if *.blank { "blank" } else { "empty" })]
    Empty { name: String, blank: bool },
    #[error("{name} is written in {encoding}: convert it to UTF-8, in which JSON is exchanged")]
    Encoding { name: String, encoding: &'static str },
    /// `looks` ends the sentence "this is ..." or "this looks like ...".
    #[error("{name}: no JSON begins here: this {looks}")]
    NotJson { name: String, looks: &'static str },
    /// `place` is where the record begins that is cut off or should come, `end` how many bytes there were.
    #[error(
        "{name} is cut off: it ends at byte {end} {} record {} ({}). Fetch or copy it again",
        if *.inside { "inside" } else { "without its closing bracket, before" }, .place.record, at(.place)
    )]
    Truncated { name: String, inside: bool, place: Place, end: u64 },
    /// `place` is where the fault is; its record the one that is cut from the input there.
    #[error("{name}: {fault} (record {}, {}). What follows can't be told apart into records", .place.record, at(.place))]
    Malformed { name: String, place: Place, fault: Malformed },
    #[error("{name}: record {} ({}) is larger than {} MiB: is a bracket or a quote missing in it?", .place.record, at(.place), .limit >> 20)]
    TooLarge { name: String, place: Place, limit: usize },
    #[error("{name}: more than {} MiB of blanks before record {} (up to {}): this is refused", .limit >> 20, .place.record, at(.place))]
    Blanks { name: String, place: Place, limit: usize },
    /// `offset` counts decompressed bytes.
    #[error("{name}: the {format} data are damaged or cut off: they unpack to byte {offset} and no further ({source})")]
    Compressed { name: String, format: &'static str, offset: u64, source: std::io::Error },
    #[error(
        "{name}: {read} bytes of {format} unpack to more than {unpacked}: no records are packed that tightly, so this is refused"
    )]
    Bomb { name: String, format: &'static str, read: u64, unpacked: u64 },
}

fn at(place: &Place) -> String {
    format!("line {}, byte {}", place.line, place.offset)
}
