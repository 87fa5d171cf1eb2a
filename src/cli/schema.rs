//! `bobmap schema`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct Schema {}

impl Schema {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
