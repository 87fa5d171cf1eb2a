//! `bobmap help`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct Help {}

impl Help {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
