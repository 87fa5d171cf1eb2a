//! Any number of employees quickly, for streams that are too long to be invented one by one: some thousand of them over and over
//! again, each time under another id.

use super::{Form, employee, id};
use std::fmt::Write;

/// How many different employees there are.
const DIFFERENT: u64 = 4000;
/// What an id begins at; as long as a usual one.
const FIRST: u64 = 4_000_000_000_000_000_000;

/// Employees as what stands before and behind their id.
pub struct Pool(Vec<(String, String)>);

impl Pool {
    pub fn new() -> Pool {
        // One in a thousand or so has no id.
        let halves = (0..DIFFERENT).filter_map(|number| {
            let text = employee(number, false);
            let (before, behind) = text.split_once(&format!("\"id\":\"{}\"", id(number)))?;
            Some((format!("{before}\"id\":\""), format!("\"{behind}")))
        });
        Pool(halves.collect())
    }

    /// Hands so many employees to `out`, in pieces.
    pub fn write(&self, count: u64, form: Form, mut out: impl FnMut(&[u8])) {
        let (head, between, foot) = if form == Form::Array { ("{\"employees\":[", ",", "]}") } else { ("", "\n", "\n") };
        let mut piece = head.to_owned();
        for (number, (before, behind)) in (0..count).zip(self.0.iter().cycle()) {
            if number > 0 {
                piece.push_str(between);
            }
            write!(piece, "{before}{}{behind}", FIRST + number).expect("a String takes everything");
            if piece.len() > 1 << 18 {
                out(piece.as_bytes());
                piece.clear();
            }
        }
        piece.push_str(foot);
        out(piece.as_bytes());
    }
}
