//! Why HiBob can't be read. Messages name endpoint and cause, and hold no credentials and no answer's text.

/// Why HiBob can't be read.
#[derive(Debug, thiserror::Error)]
pub enum HibobError {}
