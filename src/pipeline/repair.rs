//! Proposed changes, tried: what `check` and the tests inside the files say of them, and what comes of several at once. Writes
//! nothing.

use super::testing;
use crate::diagnosis::repair::{Home, Left, Proposal};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::mapping::{Environment, Project, check};
use crate::report::tests::Outcome;
use std::collections::BTreeMap;

/// An overlay that is begun where one is needed.
#[derive(Debug, Clone)]
pub struct NewOverlay {
    /// The file's name.
    pub name: String,
    /// Its lines before `fields`.
    pub head: String,
}

/// The files of a run by name, those that are begun included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<(String, String)>);

/// Tries changes on the files of a run.
pub struct Bench<'b> {
    pub environment: &'b Environment<'b>,
    pub texts: Texts,
    /// By mapping: the overlay that is begun for it.
    pub overlays: BTreeMap<String, NewOverlay>,
}

/// A proposal that can be done, and what the files are with it alone.
#[derive(Debug)]
pub struct Tried {
    pub proposal: Proposal,
    /// The file that changes.
    pub file: String,
    pub texts: Texts,
}

/// What is said of files: the faults that a change must not add to.
struct Standing {
    faults: Vec<Diagnostic>,
    /// The file and the name of each test that fails.
    failing: Vec<(String, String)>,
}

impl Texts {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    fn set(&mut self, name: &str, text: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(entry) => entry.1 = text,
            None => self.0.push((name.to_owned(), text)),
        }
    }

    pub fn project(&self) -> Project {
        let mut project = Project::default();
        for (name, text) in &self.0 {
            project.add(name, text);
        }
        project
    }
}

impl Bench<'_> {
    /// Tries each proposal by itself, and says which can't be done.
    pub fn tried(&self, proposals: Vec<Proposal>) -> (Vec<Tried>, Vec<Left>) {
        let before = self.standing(&self.texts);
        let (mut tried, mut left) = (Vec::new(), Vec::new());
        for proposal in proposals {
            match self.done(&self.texts, &proposal, &before) {
                // The files say it already.
                Ok(texts) if texts == self.texts => {}
                Ok(texts) => tried.push(Tried { file: self.file(&proposal), proposal, texts }),
                Err(why) => {
                    left.push(Left { field: Some(proposal.field.clone()), about: proposal.title.clone(), why });
                }
            }
        }
        (tried, left)
    }

    /// The files with all of these done, one after another; and the numbers of those that can't be done beside the others.
    pub fn together<'t>(&self, tried: impl Iterator<Item = (usize, &'t Tried)>) -> (Texts, Vec<(usize, String)>) {
        let mut texts = self.texts.clone();
        let mut refused = Vec::new();
        for (at, one) in tried {
            let standing = self.standing(&texts);
            match self.done(&texts, &one.proposal, &standing) {
                Ok(new) => texts = new,
                Err(why) => refused.push((at, why)),
            }
        }
        (texts, refused)
    }

    /// The name of the file that a proposal changes.
    pub fn file(&self, proposal: &Proposal) -> String {
        match &proposal.home {
            Home::File(name) => name.clone(),
            Home::NewOverlay(of) => self.overlays.get(of).map_or_else(|| of.clone(), |overlay| overlay.name.clone()),
        }
    }

    fn done(&self, texts: &Texts, proposal: &Proposal, before: &Standing) -> Result<Texts, String> {
        let name = self.file(proposal);
        let new = match (texts.get(&name), &proposal.home) {
            (Some(text), _) => proposal.mend.applied(text).map_err(|error| format!("{name} can't be changed so: {error}"))?,
            (None, Home::NewOverlay(of)) => {
                let head = self.overlays.get(of).map(|overlay| overlay.head.as_str());
                head.and_then(|head| proposal.mend.begun(head)).ok_or("no overlay can be begun with it")?
            }
            (None, Home::File(_)) => return Err(format!("{name} is none of the files")),
        };
        let mut texts = texts.clone();
        texts.set(&name, new);
        let after = self.standing(&texts);
        let mut known: Vec<Code> = before.faults.iter().map(|finding| finding.code).collect();
        for finding in &after.faults {
            match known.iter().position(|code| *code == finding.code) {
                Some(at) => drop(known.swap_remove(at)),
                None => return Err(format!("`bobmap check` would find {}: {}", finding.code, finding.message)),
            }
        }
        match after.failing.iter().find(|test| !before.failing.contains(test)) {
            Some((file, test)) => Err(format!("the test \"{test}\" of {file} would fail")),
            None => Ok(texts),
        }
    }

    fn standing(&self, texts: &Texts) -> Standing {
        let project = texts.project();
        let mut faults = check(&project, self.environment);
        // What spellings a new list needs is for people to say.
        faults.retain(|finding| finding.severity > Severity::Note && finding.code != Code::ListItemUnmapped);
        let report = testing::run(&project, self.environment).report;
        let failing = report.files.into_iter().flat_map(|file| {
            let failed = file.tests.into_iter().filter(|test| !matches!(test.outcome, Outcome::Passed));
            failed.map(move |test| (file.file.clone(), test.name)).collect::<Vec<_>>()
        });
        Standing { faults, failing: failing.collect() }
    }
}
