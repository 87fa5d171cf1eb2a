//! `bobmap demo`

use super::Exit;
use super::live::without_service_user;
use crate::sandbox::{Sandbox, Scenario, Settings};
use anyhow::{Context, bail};
use jiff::civil::Date;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Walk through a first day with bobmap, against an invented company: no account, no network
///
/// Starts a HiBob on this machine with forty invented people, then runs the real commands against it: what can't be seen, which
/// box opens it, and what comes out once it is ticked.
#[derive(Debug, clap::Args)]
pub struct Demo {}

/// What the mapping of the demo needs, one box a line.
const BOXES: [&str; 5] = [
    "People's data > People > Basic info > View selected employees' Basic info sections",
    "People's data > People > Employment > View selected employees' Employment sections",
    "People's data > People > Lifecycle > View selected employees' Lifecycle sections",
    "People's data > People > Work contact details > View selected employees' Work contact details sections",
    FORGOTTEN,
];

/// The box that is forgotten at first.
const FORGOTTEN: &str = "People's data > People > Work > View selected employees' Work sections";

/// The day on which the invented company is seen, so that the demo is the same every day.
const TODAY: &str = "2026-03-01";

const MAPPING: &str = "users.yaml";

impl Demo {
    pub fn run(self) -> anyhow::Result<Exit> {
        let folder = tempfile::tempdir().context("a temporary folder")?;
        std::fs::write(folder.path().join(MAPPING), include_str!("../../mappings/activtrak/users.yaml"))?;
        let ticked = |boxes: &[&str]| {
            Scenario::load(&serde_json::json!({ "scenario": 1, "permissions": { "only": boxes } }).to_string(), "the demo")
        };
        let without: Vec<&str> = BOXES.into_iter().filter(|tick| *tick != FORGOTTEN).collect();
        let today: Date = TODAY.parse().expect("a constant that is a date");
        let settings = Settings { scenario: ticked(&without)?, today: Some(today), ..Settings::default() };
        let sandbox = Sandbox::start(settings).context("the sandbox")?;
        let walk = Walk { sandbox: &sandbox, folder: folder.path() };

        say("A HiBob with forty invented people runs on this machine, and a service user may read some of it.")?;
        say(&format!("{MAPPING} says what ActivTrak needs of them. Can it be read?"))?;
        walk.bobmap(&["doctor", MAPPING], Exit::Findings)?;
        say("The doctor names the box. Somebody with the right to do so ticks it in Bob:")?;
        say(&format!("  {FORGOTTEN}"))?;
        sandbox.set_scenario(ticked(&BOXES)?);
        walk.bobmap(&["doctor", MAPPING], Exit::Clean)?;
        say("Nothing is missing. What would ActivTrak get? A dry run maps people and sends nothing.")?;
        walk.bobmap(&["dry-run", MAPPING, "--live", "--limit", "8", "--format", "table", "--as-of", TODAY], Exit::Clean)?;
        say("All of this runs against your own Bob once BOB_SERVICE_USER_ID and BOB_SERVICE_USER_TOKEN are set\n\
             (`bobmap help connecting`). `bobmap sandbox` starts such a HiBob for you to play with, and `bobmap help start`\n\
             is where to begin with a mapping of your own.")?;
        Ok(Exit::Clean)
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    super::print(&format!("\n{text}"))
}

struct Walk<'w> {
    sandbox: &'w Sandbox,
    folder: &'w Path,
}

impl Walk<'_> {
    /// Shows a command and runs it: this very program, as the user would.
    fn bobmap(&self, arguments: &[&str], expected: Exit) -> anyhow::Result<()> {
        super::print(&format!("\n$ bobmap {}", arguments.join(" ")))?;
        let (id, token) = self.sandbox.service_user();
        let program = std::env::current_exe().context("the program's own file")?;
        let mut command = Command::new(program);
        without_service_user(&mut command)
            .args(arguments)
            .current_dir(self.folder)
            .env("BOB_BASE_URL", self.sandbox.base_url())
            .env("BOB_SERVICE_USER_ID", id)
            .env("BOB_SERVICE_USER_TOKEN", token)
            .stdin(Stdio::null());
        let output = command.output().context("the program can't run itself")?;
        // What a terminal shows of both, in the order in which a person would read them.
        let mut out = std::io::stdout().lock();
        out.write_all(&output.stdout)?;
        out.write_all(&output.stderr)?;
        out.flush()?;
        match output.status.code() {
            Some(code) if code == expected as i32 => Ok(()),
            code => bail!(
                "`bobmap {}` ended with exit code {code:?}, not with {}: a fault of bobmap's",
                arguments.join(" "),
                expected as i32
            ),
        }
    }
}
