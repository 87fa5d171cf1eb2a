//! A first mapping for one company: the one that is shipped for the target, or a new one, with the company's own fields where
//! they bear a name that is looked for. Knows no record and no file.

mod adapt;
mod bench;
mod fresh;
mod names;
pub mod shipped;

use super::compile::Environment;
use crate::diagnostic::{Code, Diagnostic, Files};
use crate::target::Model;
use bench::Bench;
use shipped::Shipped;

/// What is wanted.
pub struct Wanted<'w> {
    /// As `target:` says it.
    pub target: &'w str,
    pub model: &'w Model,
    /// The mapping's own name; the shipped one's, or one made of the target's, if it is left out.
    pub name: Option<&'w str>,
    /// The file's name in findings; a schema is looked for beside it.
    pub file: &'w str,
    /// Comment lines for the top, without `#`.
    pub header: &'w [String],
    /// Other mappings that the shipped one uses, by file name and text.
    pub beside: &'w [(String, String)],
}

/// A mapping file that is ready to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    pub mapping: String,
    pub text: String,
    pub notes: Vec<Note>,
}

/// What was done for this company, or is left to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A place to look was added.
    Added { field: String, own: OwnField },
    /// A field has the name of what is looked for, and can't be read there.
    Unfit { field: String, own: OwnField, why: String },
    /// A category was corrected.
    Category { field: String, name: String, from: String, to: String },
    /// The company has no such field.
    Lacking { field: String, path: String },
    /// The shipped mapping leaves this field of the target out, and the company has a field of that name.
    Offered { field: String, own: OwnField },
    /// A field of Bob's was taken for a field of the target because of its name.
    Matched { field: String, path: String },
    /// Nothing in Bob bears the name of the target's field, or several things do.
    Unmatched { field: String, required: bool, several: Vec<String> },
}

impl Note {
    /// The note with the mapping's name before the field's.
    pub fn within(mut self, mapping: &str) -> Note {
        let (Note::Added { field, .. }
        | Note::Unfit { field, .. }
        | Note::Category { field, .. }
        | Note::Lacking { field, .. }
        | Note::Offered { field, .. }
        | Note::Matched { field, .. }
        | Note::Unmatched { field, .. }) = &mut self;
        *field = format!("{mapping}.{field}");
        self
    }
}

/// A field of the company's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnField {
    /// With `$.`.
    pub path: String,
    pub name: String,
    /// As the admin sees it.
    pub category: String,
}

/// Why there is no draft.
#[derive(Debug, thiserror::Error)]
#[error("the mapping has errors by this company's catalog")]
pub struct Faulty {
    /// The text that has the faults, under the file's name, and the files beside it.
    pub files: Files,
    pub findings: Vec<Diagnostic>,
}

/// Adapts the shipped mapping for the target to the company, or begins a new one where none is shipped.
///
/// # Errors
/// The mapping has errors by this company's catalog, other than target fields that nothing fills.
pub fn draft(wanted: &Wanted<'_>, environment: &Environment<'_>) -> Result<Draft, Faulty> {
    let shipped = Shipped::of(wanted.target);
    let (text, mapping, mut notes) = match shipped {
        Some(shipped) => {
            let name = wanted.name.unwrap_or(shipped.mapping());
            (adapt::headed(shipped.text, name, wanted.header), name.to_owned(), Vec::new())
        }
        None => {
            let name = wanted.name.map_or_else(|| names::mapping_name(wanted.target), str::to_owned);
            let (text, notes) = fresh::begin(wanted, &name, environment);
            (text, name, notes)
        }
    };
    let mut bench =
        Bench { name: &mapping, file: wanted.file, beside: wanted.beside, environment, model: wanted.model, text, known: None };
    let tried = bench.compile(&bench.text);
    if tried.mapping.is_none() && !tried.errors().all(|finding| finding.code == Code::UnmappedRequiredTarget) {
        return Err(Faulty { files: tried.project.files, findings: tried.findings });
    }
    adapt::adapt(&mut bench, &mut notes);
    let text = bench.text;
    Ok(Draft { mapping, text, notes })
}
