//! The ways into ActivTrak that HR data can take. ActivTrak keeps names, identifiers, tracking and groups of people; time off
//! reaches it through a file only.

pub mod hris;
pub mod scim_user;
pub mod user;
