//! Ctrl-C and requests to end: nothing half-written stays behind.

use super::{folder, names};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn start(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("bobmap"));
    command.current_dir(folder).arg("dry-run").args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for the end, but not for ever.
fn end(mut child: Child) -> (Option<i32>, String) {
    let started = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if started.elapsed() > Duration::from_secs(20) => {
                child.kill().unwrap();
                panic!("it does not end");
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (status.code(), said)
}

/// Waits until the folder holds more than these files.
fn until_it_writes(folder: &Path, before: &[String]) {
    let started = Instant::now();
    while names(folder).len() <= before.len() {
        assert!(started.elapsed() < Duration::from_secs(20), "no output is begun");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    for signal in ["-INT", "-TERM"] {
        let folder = folder();
        std::fs::write(folder.path().join("rows"), "old").unwrap();
        let before = names(folder.path());
        let mut child = start(folder.path(), &["mapping.yaml", "--records", "-", "--out", "rows", "--rejects", "rejects"]);
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(&b"{\"id\":\"1\"}\n".repeat(100_000)).unwrap();
        until_it_writes(folder.path(), &before);
        send(signal, &child);
        // The pipe stays open: the end does not wait for more input.
        let (code, said) = end(child);
        assert_eq!(code, Some(130), "{signal}: {said}");
        assert!(said.contains("interrupted; nothing is written"), "{said}");
        assert_eq!(names(folder.path()), before);
        assert_eq!(std::fs::read(folder.path().join("rows")).unwrap(), b"old");
        drop(pipe);
    }
}

#[test]
fn a_run_that_keeps_its_input_to_join_it_can_be_interrupted() {
    let folder = folder();
    let join = "joins:\n  boss: { with: hibob.people, this: $.work.manager, that: $.id }\n";
    let mapping = format!("{join}{}  boss: $boss.firstName\n", super::MAPPING);
    let mapping = mapping.replacen(join, "", 1).replace("fields:", &format!("{join}fields:"));
    std::fs::write(folder.path().join("mapping.yaml"), mapping).unwrap();
    let mut child = start(folder.path(), &["mapping.yaml", "--records", "-"]);
    let mut pipe = child.stdin.take().unwrap();
    // More than a pipe holds: when it is written, the program reads.
    pipe.write_all(&b"{\"id\":\"1\"}\n".repeat(100_000)).unwrap();
    send("-INT", &child);
    let (code, said) = end(child);
    assert_eq!(code, Some(130), "{said}");
    drop(pipe);
}
