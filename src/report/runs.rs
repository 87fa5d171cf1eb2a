//! Runs of jobs, as they are remembered.

use super::table::Table;
use super::terminal::one_line;
use crate::state::Run;

/// A table, newest first. Where there are several tenants, a job's name stands behind its tenant's.
pub fn list(runs: &[Run]) -> String {
    if runs.is_empty() {
        return "no runs yet\n".to_owned();
    }
    let mut table = Table::new(&["Run", "Job", "Started", "Outcome", "Created", "Updated", "Deleted", "Unchanged", "Held"]);
    let tenants = runs.iter().any(|run| run.tenant != runs[0].tenant);
    for run in runs {
        let numbers = match &run.summary {
            Some(sum) => [sum.creates, sum.updates, sum.deletes, sum.unchanged, sum.held].map(|count| count.to_string()),
            None => Default::default(),
        };
        let first = [
            run.id.to_string(),
            if tenants { full_name(run) } else { run.job.clone() },
            seconds(&run.started),
            run.outcome.word().to_owned(),
        ];
        table.row(first.into_iter().chain(numbers));
    }
    table.text()
}

/// One run with all that is known of it.
pub fn one(run: &Run) -> String {
    let Run { id, worker, started, ended, outcome, checksum, summary, message, .. } = run;
    let mut text = format!("run {id} of {}: {}\n  started   {started}\n", full_name(run), outcome.word());
    for (name, value) in [("ended", ended), ("by", worker), ("checksum", checksum), ("message", message)] {
        if let Some(value) = value {
            text += &format!("  {name:9} {}\n", one_line(value));
        }
    }
    if let Some(summary) = summary {
        let numbers = [
            ("existing", summary.existing),
            ("desired", summary.desired),
            ("created", summary.creates),
            ("updated", summary.updates),
            ("deleted", summary.deletes),
            ("unchanged", summary.unchanged),
            ("held", summary.held),
        ];
        for (name, count) in numbers {
            text += &format!("  {name:9} {count}\n");
        }
        let mut table = Table::new(&["Field", "Updated", "With a value before", "After"]);
        for field in &summary.fields {
            let numbers = [field.updates, field.filled_before, field.filled_after].map(|count| count.to_string());
            table.row(std::iter::once(field.name.clone()).chain(numbers));
        }
        text += &format!("\n{}", table.text());
    }
    text
}

fn full_name(run: &Run) -> String {
    if run.tenant.is_empty() { run.job.clone() } else { format!("{}/{}", run.tenant, run.job) }
}

/// A moment without its fraction of a second.
fn seconds(moment: &str) -> String {
    match moment.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => moment.to_owned(),
    }
}
