//! `bobmap sync`

use super::job::{JobArgs, Planned};
use super::log::{self, LogFormat};
use super::{Exit, complain};
use crate::report::plan::PlanReport;
use crate::state::Outcome;
use serde_json::json;

/// Write to a job's destination what its plan says: people and time off as the mappings make them
///
/// Nothing is written where a guard finds that the plan looks like a mistake. Exit codes: 0 the destination is as it should be, 1
/// the jobs file or a mapping has faults, 3 the sync failed and wrote nothing, 4 some records were rejected and their rows left
/// as they were, 5 a guard stopped it, 6 not everything was read or could be written.
#[derive(Debug, clap::Args)]
pub struct Sync {
    #[command(flatten)]
    job: JobArgs,
    /// Apply this plan only, which `bobmap plan` has shown, and no other
    #[arg(long, value_name = "CHECKSUM")]
    plan: Option<String>,
    /// How to tell what happens
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    log_format: LogFormat,
}

impl Sync {
    pub fn run(self) -> anyhow::Result<Exit> {
        let wanted = self.plan;
        if self.log_format == LogFormat::Json {
            log::structured(self.job.name());
        }
        self.job.run(true, |planned, now| {
            let Planned { report, bench, destination, drift } = planned;
            tell(&report);
            if let Some(wanted) = wanted.filter(|wanted| *wanted != report.checksum) {
                complain(&format!(
                    "the plan is no longer {wanted}: it is {} now, for records or the destination have changed; nothing is written \
                     (look at it with `bobmap plan {}`)",
                    report.checksum, report.job
                ));
                return Ok((Exit::Guard, Outcome::Stopped));
            }
            if report.is_stopped() {
                complain("a guard stops the sync: nothing is written");
                return Ok((Exit::Guard, Outcome::Stopped));
            }
            if report.summary.is_empty() && drift.is_none() {
                log::say("info", "unchanged", json!({}), || "nothing to do\n".to_owned());
                return Ok((Exit::Clean, Outcome::Unchanged));
            }
            let applied = destination.apply(bench, now);
            for remark in destination.remarks() {
                log::message("warning", "note", remark, || format!("note: {remark}\n"));
            }
            applied?;
            if let Some(undone) = destination.undone() {
                complain(undone);
                return Ok((Exit::Partial, Outcome::Partial));
            }
            let written = json!({ "destination": report.destination });
            log::say("info", "applied", written, || format!("written: {}\n", report.destination));
            Ok((Exit::Clean, Outcome::Applied))
        })
    }
}

/// The plan: as a whole for people, as events for machines.
fn tell(report: &PlanReport) {
    let plan = json!({ "destination": report.destination, "checksum": report.checksum, "summary": report.summary });
    log::say("info", "plan", plan, || report.text());
    for note in &report.notes {
        log::message("warning", "note", note, String::new);
    }
    for stop in &report.stops {
        let level = if stop.allowed { "warning" } else { "error" };
        log::say(level, "guard", json!(stop), String::new);
    }
}
