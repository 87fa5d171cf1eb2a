//! `bobmap plan`

use super::Exit;
use super::job::{JobArgs, Planned};
use super::stop::Interrupts;
use crate::state::Outcome;
use clap::ValueEnum;

/// Show what a sync would change at its destination; nothing is written there
///
/// Exit codes: 0 all is well, 1 the jobs file or a mapping has faults, 3 the plan failed, 4 some records were rejected, 5 a guard
/// would stop the sync, 6 not everything was read.
#[derive(Debug, clap::Args)]
pub struct Plan {
    /// The job, by its name in the jobs file
    #[arg(value_name = "JOB")]
    name: String,
    #[command(flatten)]
    job: JobArgs,
    /// How to print the plan
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    format: PlanFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}

impl Plan {
    pub fn run(self) -> anyhow::Result<Exit> {
        let format = self.format;
        let interrupts = Interrupts::wait();
        let Some(file) = self.job.read()? else { return Ok(Exit::Findings) };
        self.job.run(&file, &self.name, &interrupts, false, |planned, _| {
            let Planned { report, .. } = planned;
            super::print(&match format {
                PlanFormat::Text => report.text(),
                PlanFormat::Json => serde_json::to_string_pretty(&report.json())?,
                PlanFormat::Markdown => report.markdown(),
            })?;
            let exit = if report.is_stopped() { Exit::Guard } else { Exit::Clean };
            Ok((exit, Outcome::Unchanged))
        })
    }
}
