//! What was done for a company when a mapping was begun for it, and what is left to do.

use super::terminal::lines;
use crate::mapping::draft::{Note, OwnField};
use std::fmt::Write;

/// A mapping that was begun.
#[derive(Debug)]
pub struct DraftReport {
    pub mapping: String,
    pub target: String,
    /// The shipped mapping it was made from; `None` where there is none.
    pub shipped: Option<String>,
    pub notes: Vec<Note>,
    /// What became of the test, in a sentence.
    pub sample: String,
    /// Files that were written besides, or must be given with this one.
    pub beside: Vec<String>,
    pub next: Vec<String>,
}

impl DraftReport {
    pub fn text(&self) -> String {
        let mut out = String::new();
        let from = match &self.shipped {
            Some(file) => format!("from the mapping that bobmap ships as {file}"),
            None => "a new one, for bobmap ships none".to_owned(),
        };
        self.line(&mut out, &format!("{}: a mapping for {}, {from}", self.mapping, self.target));
        type Told<'t> = (&'t str, &'t dyn Fn(&Note) -> Option<String>);
        let parts: [Told<'_>; 7] = [
            ("places to look that were added, from fields of this company's own", &added),
            ("fields of the same name that can't be read there", &unfit),
            ("categories that are other ones in this company", &category),
            ("read by the mapping, and not there in this company", &lacking),
            ("left out on purpose, though this company has a field of that name: map it if it is meant", &offered),
            ("matched by name: see that each is meant", &matched),
            ("left open, as comments in the file", &unmatched),
        ];
        for (title, told) in parts {
            let told: Vec<String> = self.notes.iter().filter_map(told).collect();
            if !told.is_empty() {
                self.line(&mut out, &format!("\n{title}:"));
                told.iter().for_each(|told| self.line(&mut out, &format!("  {told}")));
            }
        }
        self.line(&mut out, &format!("\ntest: {}", self.sample));
        self.beside.iter().for_each(|beside| self.line(&mut out, beside));
        if !self.next.is_empty() {
            out.push_str("\nnext:\n");
            self.next.iter().for_each(|next| self.line(&mut out, &format!("  {next}")));
        }
        out
    }

    fn line(&self, out: &mut String, line: &str) {
        writeln!(out, "{}", lines(line)).expect("a string takes all text");
    }
}

fn shown(own: &OwnField) -> String {
    format!("{} (\"{}\", {})", own.path, own.name, own.category)
}

fn added(note: &Note) -> Option<String> {
    let Note::Added { field, own } = note else { return None };
    Some(format!("{field}: {}", shown(own)))
}

fn unfit(note: &Note) -> Option<String> {
    let Note::Unfit { field, own, why } = note else { return None };
    Some(format!("{field}: {}: {why}", shown(own)))
}

fn category(note: &Note) -> Option<String> {
    let Note::Category { field, name, from, to } = note else { return None };
    Some(format!("{field}: \"{name}\" stands under {to}, not under {from}"))
}

fn lacking(note: &Note) -> Option<String> {
    let Note::Lacking { field, path } = note else { return None };
    Some(format!("{field}: {path}"))
}

fn offered(note: &Note) -> Option<String> {
    let Note::Offered { field, own } = note else { return None };
    Some(format!("{field}: {}", shown(own)))
}

fn matched(note: &Note) -> Option<String> {
    let Note::Matched { field, path } = note else { return None };
    Some(format!("{field}: {path}"))
}

fn unmatched(note: &Note) -> Option<String> {
    let Note::Unmatched { field, required, several } = note else { return None };
    let why = match several.as_slice() {
        [] => "nothing in Bob is called so".to_owned(),
        several => format!("several fields are called so ({})", several.join(", ")),
    };
    Some(format!("{field}: {why}{}", if *required { "; REQUIRED by the target" } else { "" }))
}
