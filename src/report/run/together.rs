//! The report of several mappings that write into one file: what each did, under what they did together.

use super::{Records, RunReport, summary, text};
use schemars::JsonSchema;
use serde::Serialize;

/// Several finished runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Together {
    /// The version of bobmap that ran.
    pub bobmap: String,
    /// The sums of the mappings' own.
    pub records: Records,
    /// Each mapping's report, in the order of their rows.
    pub mappings: Vec<RunReport>,
}

impl Together {
    pub fn new(mappings: Vec<RunReport>) -> Self {
        let sum = |count: fn(&Records) -> u64| mappings.iter().map(|report| count(&report.records)).sum();
        let records = Records {
            read: sum(|records| records.read),
            rows: sum(|records| records.rows),
            without_rows: sum(|records| records.without_rows),
            kept: sum(|records| records.kept),
            skipped: sum(|records| records.skipped),
            written: sum(|records| records.written),
            rejected: sum(|records| records.rejected),
        };
        Together { bobmap: env!("CARGO_PKG_VERSION").to_owned(), records, mappings }
    }

    /// The report as text. `rejects` are the first rejected records of each mapping, by name and place, with their reasons.
    pub fn text(&self, rejects: &[Vec<(String, Vec<String>)>], all_rejects: Option<&str>) -> String {
        let parts = self.mappings.iter().zip(rejects).map(|(report, rejects)| text(report, rejects, all_rejects));
        format!("{}\n\n{}", self.summary(), parts.collect::<Vec<_>>().join("\n"))
    }

    /// One line on all of them.
    pub fn summary(&self) -> String {
        format!("{} mappings into one file: {}", self.mappings.len(), summary(&self.records))
    }
}
