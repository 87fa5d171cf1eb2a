//! The built program with programs from outside: `strace`, which kills it at any system call, and PostgreSQL. Switched on by
//! `BOBMAP_TEST_REAL`, which `.ci/run` sets; what they need must be there then.

#[cfg(target_os = "linux")]
mod account;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod parquet;
#[cfg(target_os = "linux")]
mod postgres;
#[cfg(target_os = "linux")]
#[path = "../it/remembered.rs"]
mod remembered;
#[cfg(target_os = "linux")]
mod scim;
#[cfg(target_os = "linux")]
mod scim_groups;
#[cfg(target_os = "linux")]
mod server;
#[cfg(target_os = "linux")]
mod state;

/// Whether these tests are switched on. Those that are say so: nobody could tell them from tests that did nothing.
#[cfg(target_os = "linux")]
fn is_on() -> bool {
    let on = std::env::var_os("BOBMAP_TEST_REAL").is_some();
    if on {
        eprintln!("switched on");
    }
    on
}

/// A mapping that reads little.
#[cfg(target_os = "linux")]
const MAPPING: &str = "\
mapping: people
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  name: $.firstName
";
