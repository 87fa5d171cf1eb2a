//! bobmap.
pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod engine;
pub mod guide;
pub mod mapping;
pub mod pipeline;
pub mod report;
pub mod sink;
pub mod source;
pub mod target;
pub mod transform;
pub mod value;
