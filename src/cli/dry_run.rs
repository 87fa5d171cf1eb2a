//! `bobmap dry_run`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct DryRun {}

impl DryRun {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
