//! A HiBob on loopback with an invented company, for demos and tests. Knows nothing of mappings.

mod company;
mod fields;
mod lists;
mod people;
mod scenario;
mod search;
mod server;
mod tables;
mod time_off;
mod value;

pub use scenario::{Problem, Scenario, ScenarioError, schema};
pub use server::{Entry, FaultKind, Faults, Limits, Sandbox, Settings};

/// The largest company that a sandbox makes up.
pub const MOST_EMPLOYEES: u64 = 1_000_000;
