//! The command line: the list of commands and the one table of exit codes. One file a command: it reads flags, calls what
//! does the work, and hands the answer to `report`.

mod check;
mod connect;
mod coverage;
mod demo;
mod diff;
mod docs;
mod doctor;
mod dry_run;
mod earlier;
mod explain;
mod fetch;
mod fields;
mod fmt;
mod help;
mod hrdc;
mod init;
mod job;
mod jobs;
mod key_file;
mod live;
mod load;
mod log;
mod mapped;
mod permissions;
mod plan;
mod progress;
mod repair;
mod requests;
mod rewrite;
mod runs;
mod sandbox;
mod schema;
mod scim;
mod show;
mod sighted;
mod stop;
mod sync;
mod tenant;
mod test;
mod time_off;
mod zones;

use crate::pipeline::{RunError, Unread};
use anyhow::Context;
use clap::{FromArgMatches, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// How a command ended. The numbers are part of the interface; `bobmap help exit-codes` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing to say.
    Clean = 0,
    /// Findings in mapping files, tests that failed, or permissions that are missing.
    Findings = 1,
    /// The command line can't be understood.
    Usage = 2,
    /// Could not run: a file, a record stream or a destination failed.
    Failed = 3,
    /// Ran, and some records were rejected.
    Rejected = 4,
    /// A guard stopped the run.
    Guard = 5,
    /// Applied in part, or read in part.
    Partial = 6,
    /// Interrupted (Ctrl-C).
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The program itself, without its commands.
fn bare() -> clap::Command {
    clap::Command::new("bobmap")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Maps HiBob's people and time off to other tools' fields, by YAML files that are checked, tested and explained")
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
}

/// The program with all of its commands.
fn whole() -> clap::Command {
    Command::augment_subcommands(bare())
}

macro_rules! commands {
    ($($name:literal => $command:ident($arguments:path),)+) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $(#[command(name = $name)] $command($arguments),)+
        }

        impl Command {
            fn run(self) -> anyhow::Result<Exit> {
                match self {
                    $(Command::$command(command) => command.run(),)+
                }
            }

            /// Adds one command, where the first word names it: making the flags of all takes longer than a check.
            fn add_named(name: &str, cli: clap::Command) -> Option<clap::Command> {
                let command = match name {
                    $($name => <$arguments as clap::Args>::augment_args(clap::Command::new($name)),)+
                    _ => return None,
                };
                Some(cli.subcommand(command))
            }
        }
    };
}

commands! {
    "demo" => Demo(demo::Demo),
    "init" => Init(init::Init),
    "check" => Check(check::Check),
    "test" => Test(test::Test),
    "fmt" => Fmt(fmt::Fmt),
    "dry-run" => DryRun(dry_run::DryRun),
    "plan" => Plan(plan::Plan),
    "sync" => Sync(sync::Sync),
    "runs" => Runs(runs::Runs),
    "explain" => Explain(explain::Explain),
    "diff" => Diff(diff::Diff),
    "coverage" => Coverage(coverage::Coverage),
    "docs" => Docs(docs::Docs),
    "permissions" => Permissions(permissions::Permissions),
    "doctor" => Doctor(doctor::Doctor),
    "repair" => Repair(repair::Repair),
    "requests" => Requests(requests::Requests),
    "fields" => Fields(fields::Fields),
    "show" => Show(show::Show),
    "fetch" => Fetch(fetch::Fetch),
    "sandbox" => Sandbox(sandbox::Sandbox),
    "schema" => Schema(schema::Schema),
    "help" => Help(help::Help),
}

/// Reads the command line of this process.
fn read() -> Result<Command, clap::Error> {
    let named = std::env::args_os().nth(1).and_then(|name| name.into_string().ok());
    let one = named.and_then(|name| Command::add_named(&name, bare()));
    let matches = one.unwrap_or_else(whole).try_get_matches()?;
    Command::from_arg_matches(&matches)
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let command = match read() {
        Ok(command) => command,
        Err(error) => {
            // Help and version are answers, not mistakes.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Clean };
            let _ = error.print();
            return exit.into();
        }
    };
    match command.run() {
        Ok(exit) => exit.into(),
        Err(error) => {
            // A reader that has seen enough (`| head`) is no failure.
            if is_closed_pipe(&error) {
                return Exit::Clean.into();
            }
            failed(&error, "").into()
        }
    }
}

/// Says what is wrong, behind `about`, and how the command ends with it.
fn failed(error: &anyhow::Error, about: &str) -> Exit {
    complain(&format!("{about}{}", said(error)));
    if matches!(error.downcast_ref(), Some(Unread::Interrupted))
        || matches!(error.downcast_ref(), Some(RunError::Unread(Unread::Interrupted)))
    {
        return Exit::Interrupted;
    }
    if error.is::<Usage>() { Exit::Usage } else { Exit::Failed }
}

/// Flags that clap can judge one by one and that don't fit together, or don't fit the mapping.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Says on standard error what is wrong.
fn complain(message: &str) {
    log::message("error", "error", message, || format!("error: {message}\n"));
}

/// The error with its causes on one line, each said once.
fn said(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    crate::report::terminal::lines(&text).into_owned()
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe))
}

/// Prints an answer to standard output.
///
/// # Errors
/// Standard output can't be written; a closed pipe ends the program quietly.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let end: &[u8] = if text.ends_with('\n') || text.is_empty() { b"" } else { b"\n" };
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(end)).and_then(|()| out.flush());
    written.context("standard output")
}

/// Whether to colour what goes to a terminal: never with `NO_COLOR`, never into a file.
fn color(terminal: bool) -> bool {
    terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
