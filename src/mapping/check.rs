//! Everything there is to say about the files of a project, without a record or a network.

use super::compile::{Environment, compile};
use super::project::Project;
use crate::diagnostic::Diagnostic;

/// The findings of all files, sorted by file and place. Each mapping is compiled as it stands, overlays over their parents; a
/// parent's own fault is said once.
pub fn check(project: &Project, environment: &Environment<'_>) -> Vec<Diagnostic> {
    let mut findings = project.findings().to_vec();
    for name in project.names() {
        for finding in compile(project, name, environment).1 {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings.sort_by_key(|finding| (finding.file, finding.span.start, finding.code));
    findings
}
