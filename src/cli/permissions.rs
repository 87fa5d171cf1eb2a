//! `bobmap permissions`

use super::Exit;

/// To be written
#[derive(Debug, clap::Args)]
pub struct Permissions {}

impl Permissions {
    pub fn run(self) -> anyhow::Result<Exit> {
        Ok(Exit::Clean)
    }
}
