//! What is said about mapping files: a code, a severity, a place, what was found and what to do. Holds no person's value.

mod code;
mod files;

pub use code::{Code, Severity};
pub use files::{FileId, Files, LineColumn};

use std::ops::Range;

/// One finding about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub file: FileId,
    /// The bytes of the file at fault.
    pub span: Range<usize>,
    /// What was found and what was expected: one or two short sentences, no full stop at the end of the last.
    pub message: String,
    /// A few words that stand beside the underlined bytes.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Other places that matter: the first of two keys, the parent's field.
    pub related: Vec<Related>,
    /// The text to put in the place of `span`, when there is exactly one good answer ("did you mean").
    pub replacement: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    pub file: FileId,
    pub span: Range<usize>,
    pub message: String,
}

impl Diagnostic {
    pub fn new(code: Code, file: FileId, span: Range<usize>, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: code.severity(),
            file,
            span,
            message: message.into(),
            label: None,
            help: None,
            related: Vec::new(),
            replacement: None,
        }
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn related(mut self, file: FileId, span: Range<usize>, message: impl Into<String>) -> Self {
        self.related.push(Related { file, span, message: message.into() });
        self
    }

    pub fn replacement(mut self, text: impl Into<String>) -> Self {
        self.replacement = Some(text.into());
        self
    }
}
