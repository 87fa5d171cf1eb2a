//! A company to run the built program against: a sandbox in this process, and the environment in which the program finds it.

use assert_cmd::cargo::cargo_bin_cmd;
use bobmap::sandbox::{Sandbox, Scenario, Settings};
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

/// A sandbox, and a folder to run in, gone at the end of the test.
pub struct Tenant {
    pub sandbox: Sandbox,
    pub folder: TempDir,
}

/// A company of 40 on a day that does not move, other than usual where the scenario says so.
pub fn tenant(scenario: &str) -> Tenant {
    let sandbox = Sandbox::start(Settings { scenario: load(scenario), ..Settings::default() }).unwrap();
    Tenant { sandbox, folder: tempfile::tempdir().unwrap() }
}

fn load(scenario: &str) -> Scenario {
    Scenario::load(&format!("scenario: 1\ntoday: \"2026-03-31\"\n{scenario}"), "scenario.yaml").unwrap()
}

impl Tenant {
    pub fn becomes(&self, scenario: &str) {
        self.sandbox.set_scenario(load(scenario));
    }

    /// Runs the program with the company's address and service user in its environment.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let (id, token) = self.sandbox.service_user();
        let output = bobmap_in(self.folder.path(), arguments)
            .env("BOB_BASE_URL", self.sandbox.base_url())
            .env("BOB_SERVICE_USER_ID", id)
            .env("BOB_SERVICE_USER_TOKEN", token)
            .output()
            .unwrap();
        for stream in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(stream).contains(token), "{arguments:?} shows the token");
        }
        output
    }

    /// What it prints; it must end with exit code 0.
    pub fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program where there is no HiBob and nobody's credentials.
    pub fn offline(&self, arguments: &[&str]) -> Output {
        offline(self.folder.path(), arguments)
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

/// Runs the program in a folder, where there is no HiBob and nobody's credentials.
pub fn offline(folder: &Path, arguments: &[&str]) -> Output {
    bobmap_in(folder, arguments).env("BOB_BASE_URL", "http://127.0.0.1:1/v1").output().unwrap()
}

fn bobmap_in(folder: &Path, arguments: &[&str]) -> assert_cmd::Command {
    let mut command = cargo_bin_cmd!("bobmap");
    command.current_dir(folder).args(arguments).env("NO_COLOR", "1").env("COLUMNS", "100");
    for variable in std::env::vars().filter(|(name, _)| name.starts_with("BOB_")) {
        command.env_remove(variable.0);
    }
    command
}

pub fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}
