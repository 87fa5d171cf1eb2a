//! Merge's HRIS common model, after its public Python client of 2026-06-11. Everything in it is optional. What Merge sets
//! itself (`id`, `created_at`, `modified_at`, `field_mappings`, `remote_data`) is left out. Where no word of an enum fits, Merge
//! passes the original on, so its enums are open.

pub mod employee;
pub mod employment;
pub mod location;
pub mod time_off;
pub mod time_off_balance;
