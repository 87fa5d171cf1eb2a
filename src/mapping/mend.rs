//! Faults in a file's form are mended in memory, so that the rest of the file can be looked at in the same run: words are taken
//! for what they were probably meant to be, and what can't be read is left out. What is left out raises doubts, and findings
//! that could come from it alone are not shown.

use super::document::{Content, Document, NodeId};
use super::schema_check::{self, Mend};
use crate::diagnostic::{Code, Diagnostic, FileId};
use std::collections::HashSet;
use std::ops::Range;

/// What can't be known of a file, because parts of it were left out.
#[derive(Debug, Default)]
pub struct Doubts {
    /// Entries of which a part is missing: fields, joins, tests, conditions.
    entries: Vec<Range<usize>>,
    /// Whole fields or joins are missing.
    names: bool,
    /// A key at the top of the file is missing.
    file: bool,
    /// Parts of the text that YAML reads otherwise than it looks.
    misread: Vec<Range<usize>>,
}

/// Codes of findings that the text at their place proves, whatever stands elsewhere.
pub(super) const PROVEN: &[Code] = &[
    Code::BadPath,
    Code::UnknownStep,
    Code::BadArgument,
    Code::AmbiguousDateFormat,
    Code::BadTemplate,
    Code::UnknownSource,
    Code::UnknownTarget,
    Code::PathNotInCatalog,
    Code::CategoryMismatch,
    Code::FieldDeleted,
    Code::SpellingTwice,
    Code::MappingTwice,
];

/// Codes of findings that a name is not there.
pub(super) const ABSENT: &[Code] = &[
    Code::UnknownField,
    Code::UnknownUse,
    Code::UnknownName,
    Code::UnknownRoot,
    Code::TemplateUnknownField,
    Code::UnmappedRequiredTarget,
    Code::NoTests,
    Code::RemoveUnknown,
    Code::BadOverlay,
];

/// Codes of findings that follow from several entries at once.
const INFERRED: &[Code] = &[
    Code::BadKey,
    Code::BadTest,
    Code::UnusedJoin,
    Code::SourceUnmapped,
    Code::PrivacyWidened,
    Code::TargetWrittenTwice,
    Code::ListGap,
    Code::ConditionNotADate,
    Code::JoinKeyTypeMismatch,
    Code::UseSourceMismatch,
    Code::IgnoredButUsed,
];

/// How often a mended file is looked at again: a key that was meant to be another one has a value that was not judged yet.
const ROUNDS: usize = 4;

/// Mends the document, and adds what is wrong with it to `faults`, which holds what is wrong with its YAML.
pub fn mend(document: &mut Document, text: &str, faults: &mut Vec<Diagnostic>) -> Doubts {
    let mut doubts = Doubts::default();
    for fault in faults.iter() {
        doubts.add(document, &fault.span, None);
        doubts.misread.push(fault.span.clone());
    }
    for round in 0..ROUNDS {
        let mut found = schema_check::check(&schema_check::MAPPING, document, text);
        let cut = found.len() >= schema_check::MOST;
        found.retain(|fault| {
            let known = faults.iter().any(|known| {
                let same = known.code == fault.finding.code || doubts.misread.contains(&known.span);
                same && known.span == fault.finding.span
            });
            // What is missing later was left out before.
            !known && (round == 0 || fault.finding.code != Code::MissingKey)
        });
        if found.is_empty() {
            break;
        }
        let mut removed = HashSet::new();
        for fault in found {
            match fault.mend {
                Mend::Reword(node, word) => document.set_text(node, &word),
                Mend::Remove(node) => {
                    doubts.add(document, &document.span(node), Some(node));
                    removed.insert(node);
                }
                Mend::Insert(map, key, value) => document.insert(map, key, value),
                Mend::Keep => {}
            }
            faults.push(fault.finding);
        }
        document.remove(&removed);
        if cut {
            break;
        }
    }
    doubts
}

impl Doubts {
    /// Notes that something at `span` is left out: `node`, if it is a value of its own.
    fn add(&mut self, document: &Document, span: &Range<usize>, node: Option<NodeId>) {
        let within = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
        let section = document.entries(document.root()).iter().find(|(key, value)| {
            let (key, value) = (document.span(*key), document.span(*value));
            within(key.start..value.end.max(key.end)) && node.is_none_or(|node| document.span(node).start >= value.start)
        });
        let Some((key, section)) = section else {
            self.file = true;
            return;
        };
        match (document.text(*key).unwrap_or_default(), &document.node(*section).content) {
            _ if Some(*section) == node => self.file = true,
            ("fields" | "joins", Content::Map(entries)) => {
                let entry = entries.iter().find(|(key, value)| within(document.span(*key).start..document.span(*value).end));
                match entry {
                    Some((key, value)) if Some(*value) != node => {
                        self.entries.push(document.span(*key).start..document.span(*value).end)
                    }
                    _ => self.names = true,
                }
            }
            ("tests" | "keep" | "ignore", Content::List(items)) => {
                let item = items.iter().map(|item| document.span(*item)).find(|item| within(item.clone()));
                self.entries.extend(item);
            }
            ("keep", _) => self.entries.push(document.span(*section)),
            _ => self.file = true,
        }
    }

    /// Whether a finding holds in spite of what is left out of `file`. `overlay`: the finding is in a file that extends another.
    pub fn allow(&self, finding: &Diagnostic, file: FileId, overlay: bool) -> bool {
        let Doubts { entries, names, file: whole, misread } = self;
        let here = finding.file == file;
        let any = *whole || *names || !entries.is_empty();
        if here && misread.iter().any(|span| span.start < finding.span.end && finding.span.start < span.end) {
            return false;
        }
        if !any || PROVEN.contains(&finding.code) {
            return true;
        }
        let touched = entries.iter().any(|entry| entry.start <= finding.span.start && finding.span.end <= entry.end);
        if INFERRED.contains(&finding.code) || overlay && !here || here && (*whole || touched) {
            return false;
        }
        !(ABSENT.contains(&finding.code) && (*names || *whole))
    }
}
