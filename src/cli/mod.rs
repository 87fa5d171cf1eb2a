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
mod init;
mod job;
mod key_file;
mod live;
mod load;
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
use clap::{Parser, Subcommand};
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

/// Maps HiBob's people and time off to other tools' fields, by YAML files that are checked, tested and explained.
#[derive(Debug, Parser)]
#[command(name = "bobmap", version, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Check(check::Check),
    Test(test::Test),
    Fmt(fmt::Fmt),
    DryRun(dry_run::DryRun),
    Plan(plan::Plan),
    Sync(sync::Sync),
    Runs(runs::Runs),
    Explain(explain::Explain),
    Diff(diff::Diff),
    Coverage(coverage::Coverage),
    Docs(docs::Docs),
    Permissions(permissions::Permissions),
    Doctor(doctor::Doctor),
    Repair(repair::Repair),
    Requests(requests::Requests),
    Fields(fields::Fields),
    Show(show::Show),
    Fetch(fetch::Fetch),
    Sandbox(sandbox::Sandbox),
    Schema(schema::Schema),
    Help(help::Help),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not mistakes.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Clean };
            let _ = error.print();
            return exit.into();
        }
    };
    let result = match cli.command {
        Command::Demo(command) => command.run(),
        Command::Init(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Fmt(command) => command.run(),
        Command::DryRun(command) => command.run(),
        Command::Plan(command) => command.run(),
        Command::Sync(command) => command.run(),
        Command::Runs(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Coverage(command) => command.run(),
        Command::Docs(command) => command.run(),
        Command::Permissions(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Repair(command) => command.run(),
        Command::Requests(command) => command.run(),
        Command::Fields(command) => command.run(),
        Command::Show(command) => command.run(),
        Command::Fetch(command) => command.run(),
        Command::Sandbox(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Help(command) => command.run(),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            // A reader that has seen enough (`| head`) is no failure.
            if is_closed_pipe(&error) {
                return Exit::Clean.into();
            }
            complain(&said(&error));
            if matches!(error.downcast_ref(), Some(Unread::Interrupted))
                || matches!(error.downcast_ref(), Some(RunError::Unread(Unread::Interrupted)))
            {
                return Exit::Interrupted.into();
            }
            if error.is::<Usage>() { Exit::Usage.into() } else { Exit::Failed.into() }
        }
    }
}

/// Flags that clap can judge one by one and that don't fit together, or don't fit the mapping.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Says on standard error what is wrong.
fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "error: {message}");
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
