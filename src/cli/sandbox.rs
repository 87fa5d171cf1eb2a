//! `bobmap sandbox`

use super::Exit;
use super::load::{self, shown};
use crate::sandbox::{FaultKind, Faults, Limits, MOST_EMPLOYEES, Sandbox as Server, Scenario, Settings};
use crate::value::text::nearest;
use anyhow::Context;
use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::json;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

/// A HiBob on this machine with an invented company, to try things out and to test against
#[derive(Debug, clap::Args)]
#[command(after_help = "It serves until Ctrl-C, on 127.0.0.1 alone. The scenario file: bobmap help sandbox")]
pub struct Sandbox {
    /// How many people work in the company, 1 to 1000000 [default: 40]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_EMPLOYEES))]
    employees: Option<u64>,
    /// Another number makes other people [default: 0]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The day that ages, tenures and lifecycle statuses are seen from [default: the real one]
    #[arg(long, value_name = "DATE", value_parser = load::date)]
    today: Option<Date>,
    /// What is other than usual: permissions, fields, lists, tables
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Calls a window for every endpoint, in place of HiBob's own figures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,
    /// How long a window of the rate limits is
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    window: Duration,
    /// How long somebody is shut out after fifty 401s or 403s within ten seconds
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    block: Duration,
    /// What goes wrong: 429, 500, reset, slow, truncated, html, empty
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = fault)]
    faults: Vec<FaultKind>,
    /// The share of answers that go wrong, 0 to 1; the same request at most twice in a row
    #[arg(long, value_name = "SHARE", default_value_t = 0.2, value_parser = share)]
    fault_rate: f64,
    /// Another number makes other answers go wrong
    #[arg(long, value_name = "N", default_value_t = 0)]
    fault_seed: u64,
    /// How late a slow answer is
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 500)]
    slow_by: u64,
    /// A file to which each request is added as a line of JSON; never with credentials
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// A file into which is written, as JSON Lines, what became of every request for time off: to compare with
    #[arg(long, value_name = "FILE")]
    time_off_truth: Option<PathBuf>,
    /// How to print where it listens
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0);
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).ok_or_else(|| "expected a number above 0".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| (0.0..=1.0).contains(share)).ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn fault(text: &str) -> Result<FaultKind, String> {
    FaultKind::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| {
        let words = FaultKind::ALL.map(FaultKind::word);
        match nearest(text, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", words.join(", ")),
        }
    })
}

impl Sandbox {
    pub fn run(self) -> anyhow::Result<Exit> {
        let scenario = match &self.scenario {
            Some(path) => Scenario::load(&load::read(path)?, &shown(path))?,
            None => Scenario::default(),
        };
        let service_user = from_environment();
        let invented = service_user.is_none();
        let settings = Settings {
            scenario,
            employees: self.employees,
            seed: self.seed,
            today: self.today,
            port: self.port,
            service_user,
            limits: Limits { rate: self.rate_limit, window: self.window, block: self.block },
            faults: Faults {
                kinds: self.faults,
                rate: self.fault_rate,
                seed: self.fault_seed,
                slow_by: Duration::from_millis(self.slow_by),
            },
            log: self.log,
        };
        // Before the address is printed: who reads it may end the sandbox at once.
        let (end, ended) = mpsc::channel();
        ctrlc::set_handler(move || _ = end.send(())).context("the end of the sandbox can't be waited for")?;
        let server = Server::start(settings).context("the sandbox can't be started")?;
        if let Some(path) = &self.time_off_truth {
            let lines: String = server.time_off_truth().iter().map(|request| format!("{request}\n")).collect();
            std::fs::write(path, lines).with_context(|| format!("{} can't be written", shown(path)))?;
        }
        super::print(&match self.format {
            Format::Text => text(&server, invented),
            Format::Json => json(&server, invented),
        })?;
        // An error says that nobody will ever send.
        let _ = ended.recv();
        Ok(Exit::Clean)
    }
}

/// Id and token, if both are set.
fn from_environment() -> Option<(String, String)> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    set("BOB_SERVICE_USER_ID").zip(set("BOB_SERVICE_USER_TOKEN"))
}

/// A token that came from the environment may be a real one and is not printed.
fn text(server: &Server, invented: bool) -> String {
    let (id, token) = server.service_user();
    let url = server.base_url();
    let mut text = format!("a HiBob with invented people listens on {url}\n\n  export BOB_BASE_URL={url}\n");
    text += &match invented {
        true => format!("  export BOB_SERVICE_USER_ID={id}\n  export BOB_SERVICE_USER_TOKEN={token}\n"),
        false => "  # the service user is the one in BOB_SERVICE_USER_ID and BOB_SERVICE_USER_TOKEN\n".to_owned(),
    };
    text + "\nCtrl-C ends it\n"
}

fn json(server: &Server, invented: bool) -> String {
    let (id, token) = server.service_user();
    let mut said = json!({ "base_url": server.base_url(), "service_user_id": id });
    if invented {
        said["service_user_token"] = token.into();
    }
    said.to_string()
}
