//! `bobmap sync`

use super::job::{JobArgs, Planned};
use super::jobs::JobsFile;
use super::log::{self, LogFormat};
use super::stop::Interrupts;
use super::{Exit, Usage, complain};
use crate::report::plan::PlanReport;
use crate::state::{Outcome, StateError};
use serde_json::json;

/// Write to a job's destination what its plan says: people and time off as the mappings make them
///
/// Nothing is written where a guard finds that the plan looks like a mistake. Exit codes: 0 the destination is as it should be, 1
/// the jobs file or a mapping has faults, 3 the sync failed and wrote nothing, 4 some records were rejected and their rows left
/// as they were, 5 a guard stopped it, 6 not everything was read or could be written.
///
/// Several jobs run one after the other, and one that fails does not keep the others from running. One that another worker is at
/// is left to it, so that any number of workers can share the jobs of a file. The exit code is the worst of them: 3, then 2, 1, 5,
/// 6, 4, and 0.
#[derive(Debug, clap::Args)]
pub struct Sync {
    /// The jobs, by their names in the jobs file
    #[arg(value_name = "JOB", required_unless_present = "all")]
    names: Vec<String>,
    /// Sync all jobs of the file
    #[arg(long, conflicts_with = "names")]
    all: bool,
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
        if self.log_format == LogFormat::Json {
            log::structured();
        }
        let interrupts = Interrupts::wait();
        if let [one] = &self.names[..] {
            log::in_job(one);
        }
        let Some(file) = self.job.read()? else { return Ok(Exit::Findings) };
        let mut names: Vec<&str> = Vec::new();
        let given = self.names.iter().map(String::as_str);
        for name in given.chain(file.names().filter(|_| self.all)) {
            file.job(name)?;
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if let [name] = names[..] {
            log::in_job(name);
            return self.sync(&file, name, &interrupts);
        }
        for (flag, given) in [("--plan", self.plan.is_some()), ("--rejects", self.job.writes_rejects())] {
            if given {
                return Err(Usage(format!("{flag} is for one job: name it")).into());
            }
        }
        let mut worst = Exit::Clean;
        for name in names {
            log::in_job(name);
            let exit = self.sync(&file, name, &interrupts).unwrap_or_else(|error| match error.downcast_ref() {
                Some(StateError::Busy { holder, .. }) => {
                    let text = || format!("{name}: another bobmap is at it{holder}, and it is left to that one\n");
                    log::say("info", "busy", json!({ "holder": holder.trim() }), text);
                    Exit::Clean
                }
                _ => super::failed(&error, &format!("{name}: ")),
            });
            if exit == Exit::Interrupted {
                return Ok(exit);
            }
            worst = worse(worst, exit);
        }
        Ok(worst)
    }

    fn sync(&self, file: &JobsFile, name: &str, interrupts: &Interrupts) -> anyhow::Result<Exit> {
        self.job.run(file, name, interrupts, true, |planned, now| {
            let Planned { report, bench, destination, drift, ready } = planned;
            tell(&report);
            if let Some(wanted) = self.plan.as_ref().filter(|wanted| **wanted != report.checksum) {
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
            ready()?;
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

/// The end of several jobs: what somebody must look at first.
fn worse(one: Exit, other: Exit) -> Exit {
    const ORDER: [Exit; 7] = [Exit::Failed, Exit::Usage, Exit::Findings, Exit::Guard, Exit::Partial, Exit::Rejected, Exit::Clean];
    ORDER.into_iter().find(|exit| [one, other].contains(exit)).unwrap_or(one)
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
