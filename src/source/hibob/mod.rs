//! What bobmap knows of HiBob as a source of records. The only folder that does.

pub mod resource;
