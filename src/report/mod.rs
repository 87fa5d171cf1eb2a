//! Answers become text, JSON, SARIF, XML and tables. Knows nothing of how an answer was found, and writes to no stream.

pub mod comparison;
pub mod coverage;
pub mod diagnostics;
pub mod docs;
pub mod doctor;
pub mod draft;
pub mod explain;
pub mod fields;
pub mod patch;
pub mod permissions;
pub mod plan;
pub mod repair;
pub mod requests;
pub mod run;
pub mod runs;
pub mod show;
pub mod table;
pub mod terminal;
pub mod tests;
pub mod visible;

/// `1 file`, `2 files`: only nouns that take an `s`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
