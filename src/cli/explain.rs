//! `bobmap explain`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct Explain {}

impl Explain {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
