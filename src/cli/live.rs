//! The flags and the environment from which a connection to HiBob is made.

use crate::source::hibob::Hibob;

/// How to reach HiBob.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "HiBob")]
pub struct HibobArgs {}

impl HibobArgs {
    /// Makes no call yet.
    ///
    /// # Errors
    /// The flags contradict one another, or there are no credentials.
    pub fn connect(&self) -> anyhow::Result<Hibob> {
        todo!()
    }
}
