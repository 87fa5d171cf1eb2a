//! The built program with programs from outside: `strace`, which kills it at any system call. Switched on by `BOBMAP_TEST_REAL`,
//! which `.ci/run` sets; what they need must be there then.

#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod scim;

/// Whether these tests are switched on.
fn is_on() -> bool {
    std::env::var_os("BOBMAP_TEST_REAL").is_some()
}
