//! The built program with programs from outside: `strace`, which kills it at any system call, and PostgreSQL. Switched on by
//! `BOBMAP_TEST_REAL`, which `.ci/run` sets; what they need must be there then.

#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod postgres;
#[cfg(target_os = "linux")]
mod scim;
#[cfg(target_os = "linux")]
mod server;

/// Whether these tests are switched on.
#[cfg(target_os = "linux")]
fn is_on() -> bool {
    std::env::var_os("BOBMAP_TEST_REAL").is_some()
}
