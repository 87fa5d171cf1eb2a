//! bobmap.
pub mod value;
