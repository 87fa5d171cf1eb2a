//! The line itself: from files and records to outcomes.

pub mod testing;
