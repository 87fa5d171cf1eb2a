//! The mapping files of one run: read, judged by the schema, and known to each other by name.

use super::document::{At, Document, NodeId, Place, deserialize};
use super::mend::{Doubts, mend};
use super::spec::{FORMAT, Field, Short, Spec};
use crate::diagnostic::{Code, Diagnostic, FileId, Files};
use std::collections::HashMap;
use std::ops::Range;

/// Files with their specs. A file with faults in its form has none, and its findings say why.
#[derive(Debug, Default)]
pub struct Project {
    pub files: Files,
    documents: HashMap<FileId, Document>,
    specs: Vec<Loaded>,
    findings: Vec<Diagnostic>,
    /// Files that are no mapping files.
    others: usize,
    /// The files with faults in their form, and what can't be known of each for that reason.
    doubts: HashMap<FileId, Doubts>,
}

#[derive(Debug)]
pub struct Loaded {
    pub file: FileId,
    pub spec: Spec,
}

/// What the first key of a file says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Mapping,
    Catalog,
    Jobs,
    Other,
}

impl FileKind {
    /// Tells files apart by their first key, cheaply: the first line that is no comment.
    pub fn of(text: &str) -> FileKind {
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim_end);
        let first = lines.find(|line| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with('#') && !line.starts_with('%') && line != "---"
        });
        match first.and_then(|line| line.split_once(':')) {
            Some(("mapping", _)) => FileKind::Mapping,
            Some(("catalog", _)) => FileKind::Catalog,
            Some(("jobs" | "connections" | "state" | "tenant", _)) => FileKind::Jobs,
            _ => FileKind::Other,
        }
    }
}

impl Project {
    /// Adds a mapping file. Its faults are kept with those of the others.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = self.files.add(name, text);
        let (document, faults) = Document::parse(text, file);
        let Some(mut document) = document else {
            self.findings.extend(faults);
            return file;
        };
        let spec = self.load(file, &mut document, faults);
        self.documents.insert(file, document);
        if let Some(spec) = spec {
            self.admit(file, spec);
        }
        file
    }

    /// Adds a file that is none of mappings, so that messages can point into it.
    pub fn add_beside(&mut self, name: &str, text: &str) -> FileId {
        self.others += 1;
        self.files.add(name, text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// Reads the spec of a document; one with faults in its form is mended first, so that its other faults show as well.
    fn load(&mut self, file: FileId, document: &mut Document, mut faults: Vec<Diagnostic>) -> Option<Spec> {
        if let Some(finding) = newer_format(document) {
            faults.push(finding);
            self.findings.extend(faults);
            return None;
        }
        let doubts = mend(document, self.files.text(file), &mut faults);
        let sound = faults.is_empty();
        self.findings.extend(faults);
        if !sound {
            self.doubts.insert(file, doubts);
        }
        match deserialize::<Spec>(document) {
            Ok(spec) => Some(spec),
            Err(error) => {
                // Of a file with faults, what is wrong has been said.
                if sound {
                    let span = document.span(error.node.unwrap_or(document.root()));
                    self.findings.push(Diagnostic::new(Code::BadType, file, span, error.message));
                }
                None
            }
        }
    }

    fn admit(&mut self, file: FileId, spec: Spec) {
        if let Some(first) = self.specs.iter().find(|known| *known.spec.mapping == *spec.mapping) {
            let place = first.spec.mapping.place;
            let (first, here) = (self.documents[&place.file].span(place.node), spec.mapping.place);
            let span = self.documents.get(&here.file).map(|document| document.span(here.node));
            let name = &*spec.mapping;
            self.findings.push(
                Diagnostic::new(Code::MappingTwice, file, span.unwrap_or(0..0), format!("another file is called `{name}` too"))
                    .related(place.file, first, "the other one")
                    .help("give one of them another name; `use` and `extends` find files by it"),
            );
        }
        self.specs.push(Loaded { file, spec });
    }

    /// The findings about the forms of the files.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Whether the file has faults in its form. Nothing runs by such a file.
    pub fn has_faults(&self, file: FileId) -> bool {
        self.doubts.contains_key(&file)
    }

    /// Whether a finding holds whatever the faulty parts of the files were meant to be.
    pub(super) fn is_certain(&self, finding: &Diagnostic) -> bool {
        let unread = self.files.ids().count() - self.others > self.specs.len();
        let spec = self.spec_of(finding.file);
        let overlay = spec.is_some_and(|spec| spec.extends.is_some());
        let looks_at_others = spec.is_some_and(|spec| {
            let used = |field: &At<Short<Field>>| field.used.as_ref().is_some_and(|used| used.contains('.'));
            spec.extends.is_some() || spec.fields.iter().any(|(_, field)| used(field))
        });
        let mut concerned = self.doubts.iter().filter(|(file, _)| **file == finding.file || looks_at_others);
        concerned.all(|(file, doubts)| doubts.allow(finding, *file, overlay))
            && !(unread && matches!(finding.code, Code::UnknownName | Code::UnknownUse))
    }

    /// Every file that has a spec, in the order in which they were given.
    pub fn specs(&self) -> impl Iterator<Item = &Loaded> {
        self.specs.iter()
    }

    pub fn spec(&self, name: &str) -> Option<&Spec> {
        self.specs.iter().find(|loaded| *loaded.spec.mapping == name).map(|loaded| &loaded.spec)
    }

    pub fn spec_of(&self, file: FileId) -> Option<&Spec> {
        self.specs.iter().find(|loaded| loaded.file == file).map(|loaded| &loaded.spec)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.specs.iter().map(|loaded| loaded.spec.mapping.as_str())
    }

    /// The names of the mappings in the other files.
    pub fn names_beside(&self, file: FileId) -> impl Iterator<Item = &str> {
        self.specs.iter().filter(move |loaded| loaded.file != file).map(|loaded| loaded.spec.mapping.as_str())
    }

    /// The overlays of `name` among the files.
    pub fn overlays<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Spec> {
        self.specs
            .iter()
            .map(|loaded| &loaded.spec)
            .filter(move |spec| spec.extends.as_ref().is_some_and(|parent| **parent == name))
    }

    pub fn document(&self, place: Place) -> &Document {
        &self.documents[&place.file]
    }

    /// The top of a file that has a document.
    pub fn root(&self, file: FileId) -> Place {
        Place { file, node: self.documents[&file].root() }
    }

    pub fn span(&self, place: Place) -> Range<usize> {
        self.document(place).span(place.node)
    }

    /// The text of a scalar.
    pub fn text(&self, place: Place) -> &str {
        self.document(place).text(place.node).unwrap_or_default()
    }

    /// The place of the value of `key` in the map at `place`.
    pub fn child(&self, place: Place, key: &str) -> Option<Place> {
        self.document(place).get(place.node, key).map(|node| Place { node, ..place })
    }

    /// The word `key` itself in the map at `place`; the whole map where it has no such key.
    pub fn key_span(&self, place: Place, key: &str) -> Range<usize> {
        self.document(place).key_span(place.node, key)
    }

    /// A part of a scalar's text, as bytes of its file.
    pub fn inside(&self, place: Place, range: Range<usize>) -> Range<usize> {
        self.document(place).inside(self.files.text(place.file), place.node, range)
    }
}

fn newer_format(document: &Document) -> Option<Diagnostic> {
    let node: NodeId = document.get(document.root(), "format")?;
    let number: u64 = document.text(node)?.parse().ok()?;
    (number > u64::from(FORMAT)).then(|| {
        let message = format!("the file is written in format {number}; this bobmap reads format {FORMAT}");
        Diagnostic::new(Code::NewerFormat, document.file, document.span(node), message).help("use a newer bobmap")
    })
}
