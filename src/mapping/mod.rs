//! From YAML to a mapping that can run: text, places, schema, overlays, and the compiler that finds every fault at once.

pub mod alike;
pub mod check;
pub mod compile;
pub mod compiled;
pub mod document;
pub mod draft;
pub mod edit;
pub mod format;
pub mod ignored;
pub mod layout;
pub mod look;
mod mend;
pub mod needs;
pub mod project;
pub mod requests;
pub mod schema;
pub mod schema_check;
mod schema_fit;
pub mod spec;
pub mod statuses;
pub mod time_off;
pub mod whole;
pub mod words;

pub use check::check;
pub use compile::{Environment, compile, outermost};
pub use compiled::Mapping;
pub use project::Project;
