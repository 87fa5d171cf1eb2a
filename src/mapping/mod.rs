//! From YAML to a mapping that can run.
pub mod document;
pub mod spec;
