//! A change of a file as a unified diff, which people read and `patch` and `git apply` take.

use similar::TextDiff;

/// Unchanged lines around a change.
const AROUND: usize = 3;

/// What turns `old` into `new`; empty where they are alike.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(AROUND)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}
