//! Memory does not grow with the company.
#![cfg(target_os = "linux")]

use super::{IDS, unlimited, write};
use crate::tenant::tenant_with;
use bobmap::sandbox::Settings;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The most memory, in kilobytes, that the program has held when it has read so many people.
fn most_memory(people: u64, arguments: &[&str]) -> u64 {
    let tenant = tenant_with("", Settings { employees: Some(people), ..unlimited() });
    write(&tenant, "ids.yaml", IDS);
    let (id, token) = tenant.sandbox.service_user();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("bobmap"))
        .args(arguments)
        .current_dir(tenant.folder.path())
        .envs([
            ("BOB_BASE_URL", tenant.sandbox.base_url().as_str()),
            ("BOB_SERVICE_USER_ID", id),
            ("BOB_SERVICE_USER_TOKEN", token),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).and_then(|line| line.split_whitespace().next());
        most = peak.map_or(most, |kilobytes| kilobytes.parse().unwrap());
        std::thread::sleep(Duration::from_millis(2));
    };
    assert_eq!(ended.code(), Some(0), "{arguments:?}");
    let rows = std::fs::read_to_string(tenant.folder.path().join("out")).unwrap();
    assert_eq!(rows.lines().count() as u64, people);
    most
}

#[test]
fn ten_times_the_people_take_no_more_memory() {
    for arguments in [["dry-run", "ids.yaml", "--live", "--out", "out"], ["fetch", "people", "--field=root.id", "--out", "out"]] {
        let (few, many) = (most_memory(10_000, &arguments), most_memory(100_000, &arguments));
        assert!(many < few + 4096, "{arguments:?}: {few} kB for 10,000 people, {many} kB for 100,000");
    }
}
