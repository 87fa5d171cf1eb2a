//! A company to run the built program against: a sandbox in this process, and the environment in which the program finds it.

use crate::sandbox::credentials;
use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use bobmap::sandbox::{Sandbox, Scenario, Settings};
use std::path::Path;
use std::process::Output;
use tempfile::{NamedTempFile, TempDir};

/// A sandbox, and a folder to run in, gone at the end of the test.
pub struct Tenant {
    pub sandbox: Sandbox,
    pub folder: TempDir,
    /// The sandbox's own, in which each request leaves a line.
    log: NamedTempFile,
}

/// A company of 40 on a day that does not move, other than usual where the scenario says so.
pub fn tenant(scenario: &str) -> Tenant {
    tenant_with(scenario, Settings::default())
}

/// The same with limits, faults or a size of its own.
pub fn tenant_with(scenario: &str, settings: Settings) -> Tenant {
    let log = NamedTempFile::new().unwrap();
    let settings = Settings { scenario: load(scenario), log: Some(log.path().to_owned()), ..settings };
    Tenant { sandbox: Sandbox::start(settings).unwrap(), folder: tempfile::tempdir().unwrap(), log }
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
        let output = as_service_user(&self.sandbox, &mut bobmap_in(self.folder.path(), arguments));
        let (hidden, log) = (Hidden::of(&self.sandbox), std::fs::read_to_string(self.log.path()).unwrap());
        hidden.assert_not_in("the sandbox's log", &log);
        for file in self.folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            hidden.assert_not_in(&file.display().to_string(), &String::from_utf8_lossy(&std::fs::read(&file).unwrap()));
        }
        output
    }

    /// Runs the program with the company's address, and nobody's credentials but those that the test gives it.
    pub fn stranger(&self, arguments: &[&str]) -> Command {
        let mut command = bobmap_in(self.folder.path(), arguments);
        command.env("BOB_BASE_URL", self.sandbox.base_url());
        command
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

/// Runs the program as a company's service user. Neither its arguments nor what it prints show the token.
pub fn as_service_user(sandbox: &Sandbox, command: &mut Command) -> Output {
    let (id, token) = sandbox.service_user();
    command.env("BOB_BASE_URL", sandbox.base_url()).env("BOB_SERVICE_USER_ID", id).env("BOB_SERVICE_USER_TOKEN", token);
    let output = command.output().unwrap();
    let hidden = Hidden::of(sandbox);
    hidden.assert_not_in("the command line", &format!("{:?}", command.get_args().collect::<Vec<_>>()));
    hidden.assert_not_in("the output", &String::from_utf8_lossy(&output.stdout));
    hidden.assert_not_in("what is said", &String::from_utf8_lossy(&output.stderr));
    output
}

/// What nobody may get to see: the token, and what goes over the wire in its place.
pub struct Hidden(Vec<String>);

impl Hidden {
    pub fn of(sandbox: &Sandbox) -> Hidden {
        let header = credentials(sandbox);
        Hidden(vec![sandbox.service_user().1.to_owned(), header["Basic ".len()..].to_owned()])
    }

    pub fn assert_not_in(&self, place: &str, text: &str) {
        assert!(self.0.iter().all(|secret| !text.contains(secret)), "{place} shows the token");
    }
}

/// Runs the program in a folder, where there is no HiBob and nobody's credentials.
pub fn offline(folder: &Path, arguments: &[&str]) -> Output {
    bobmap_in(folder, arguments).env("BOB_BASE_URL", "http://127.0.0.1:1/v1").output().unwrap()
}

fn bobmap_in(folder: &Path, arguments: &[&str]) -> Command {
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
