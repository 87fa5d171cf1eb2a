//! `bobmap test`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct Test {}

impl Test {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
