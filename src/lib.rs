//! bobmap.
pub mod diagnostic;
pub mod source;
pub mod transform;
pub mod value;
