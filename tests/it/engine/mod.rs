//! Mappings applied to records: a folder a behaviour, the public JSONPath suite, and properties over generated records.

mod case_run;
mod cases;
mod counts;
mod explain;
mod file_tests;
mod reading;
mod rfc_suite;
mod shipped;
