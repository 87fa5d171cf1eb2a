//! Runs the built program in the repository's folder.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;

/// The program, to be run where a newcomer runs it, with nothing of the tester's surroundings that changes its output.
pub fn bobmap(arguments: &[&str]) -> Command {
    let mut command = cargo_bin_cmd!("bobmap");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).env_remove("NO_COLOR").env("COLUMNS", "100");
    command
}

/// What a command prints that must end with exit code 0.
pub fn printed(arguments: &[&str]) -> String {
    ended(arguments, 0)
}

/// What a command prints to standard output that must end with this exit code.
pub fn ended(arguments: &[&str], code: i32) -> String {
    let output = bobmap(arguments).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "bobmap {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says on standard error; it must end with this exit code and print nothing else.
pub fn complaint(arguments: &[&str], code: i32) -> String {
    let output = bobmap(arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(code), &b""[..]), "bobmap {arguments:?}: {error}");
    error
}
