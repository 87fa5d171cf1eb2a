//! What a mapping leaves out on purpose, and why.

use super::compile::ignored_text;
use super::project::Project;
use super::whole::Whole;
use crate::value::path::Path;

/// An item of `ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    pub what: IgnoredPlace,
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IgnoredPlace {
    /// The path of a field of Bob's, or of what lies above some: names joined by dots.
    Source(String),
    /// The name of a field of the target.
    Target(String),
}

impl Ignored {
    /// Whether the field of Bob's at this path lies at or below what is ignored.
    pub fn covers(&self, path: &str) -> bool {
        let IgnoredPlace::Source(ignored) = &self.what else { return false };
        path.strip_prefix(ignored.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Everything that `name` ignores, what it extends included; nothing where there is no such mapping.
pub fn ignored(project: &Project, name: &str) -> Vec<Ignored> {
    let whole = project.spec(name).and_then(|spec| Whole::of(project, spec, &mut Vec::new()));
    let Some(whole) = whole else { return Vec::new() };
    let item = |written: &&_| {
        let text = ignored_text(project, written);
        let what = match Path::parse(&text) {
            Ok(path) => IgnoredPlace::Source(path.leading_names().join(".")),
            Err(_) => IgnoredPlace::Target(text),
        };
        Ignored { what, reason: written.reason.clone() }
    };
    whole.ignore.iter().map(item).collect()
}
