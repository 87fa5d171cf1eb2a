//! `bobmap runs`

use super::Exit;
use super::jobs::JobsArgs;
use crate::report::runs;
use clap::ValueEnum;

/// List the runs of jobs, newest first, or show one
#[derive(Debug, clap::Args)]
pub struct Runs {
    #[command(subcommand)]
    command: Option<Which>,
    /// Only the runs of this job
    #[arg(long, value_name = "JOB")]
    job: Option<String>,
    /// The runs of all tenants that share the state
    #[arg(long, global = true)]
    all_tenants: bool,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    most: u32,
    #[command(flatten)]
    jobs: JobsArgs,
    /// How to print them
    #[arg(long, value_enum, default_value_t = RunsFormat::Text, global = true)]
    format: RunsFormat,
}

#[derive(Debug, clap::Subcommand)]
enum Which {
    /// Show one run
    Show {
        /// Its number, as `bobmap runs` lists it
        #[arg(value_name = "ID")]
        id: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RunsFormat {
    Text,
    Json,
}

impl Runs {
    pub fn run(self) -> anyhow::Result<Exit> {
        let Some(jobs) = self.jobs.read()? else { return Ok(Exit::Findings) };
        let state = jobs.state()?;
        let text = match self.command {
            Some(Which::Show { id }) => {
                let run = state.run(id, self.all_tenants)?;
                if self.format == RunsFormat::Json { serde_json::to_string_pretty(&run)? } else { runs::one(&run) }
            }
            None => {
                let found = state.runs(self.job.as_deref(), self.all_tenants, self.most)?;
                if self.format == RunsFormat::Json { serde_json::to_string_pretty(&found)? } else { runs::list(&found) }
            }
        };
        super::print(&text)?;
        Ok(Exit::Clean)
    }
}
