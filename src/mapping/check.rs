//! Everything there is to say about the files of a project, without a record or a network.

use super::compile::{Environment, compile_spec};
use super::project::Project;
use crate::diagnostic::Diagnostic;
use std::collections::HashSet;

/// The findings of all files, sorted by file and place. Each mapping is compiled as it stands, overlays over their parents; a
/// parent's own fault is said once.
pub fn check(project: &Project, environment: &Environment<'_>) -> Vec<Diagnostic> {
    let mut findings = project.findings().to_vec();
    // The help may differ: an overlay has more fields to offer than its parent.
    let said = |finding: &Diagnostic| (finding.code, finding.file, finding.span.clone(), finding.message.clone());
    let mut seen: HashSet<_> = findings.iter().map(said).collect();
    for loaded in project.specs() {
        for finding in compile_spec(project, &loaded.spec, environment).1 {
            if project.is_certain(&finding) && seen.insert(said(&finding)) {
                findings.push(finding);
            }
        }
    }
    findings.sort_by_key(|finding| (finding.file, finding.span.start, finding.code));
    findings
}
