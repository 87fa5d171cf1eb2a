//! `bobmap test`

use super::Exit;
use super::load::{self, CatalogArgs};
use crate::pipeline::testing::{self, Tested};
use crate::report::diagnostics;
use crate::report::tests::{Format, render};
use clap::ValueEnum;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// Run the tests inside mapping files
///
/// Each file's own tests run against that file as it stands, an overlay's against the overlay. Nothing is read but the
/// files. A test without `as_of` has the run date 2026-01-01, so that it does not pass today and fail tomorrow.
#[derive(Debug, clap::Args)]
pub struct Test {
    /// Mapping files, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print the results
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    format: TestFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TestFormat {
    /// A diff of what differs
    Human,
    Json,
    /// JUnit's XML, which CI servers read
    Junit,
}

impl Test {
    pub fn run(self) -> anyhow::Result<Exit> {
        let loaded = load::load(&self.paths, &self.catalog)?;
        let Tested { report, errors } = testing::run(&loaded.project, &loaded.environment());
        if !errors.is_empty() {
            let checked = loaded.project.files.ids().count();
            let terminal = std::io::stderr().is_terminal();
            let text = load::render(&errors, &loaded.project.files, diagnostics::Format::Human, terminal, checked);
            std::io::stderr().write_all(text.as_bytes())?;
        }
        let (format, color) = match self.format {
            TestFormat::Human => (Format::Human, super::color(std::io::stdout().is_terminal())),
            TestFormat::Json => (Format::Json, false),
            TestFormat::Junit => (Format::Junit, false),
        };
        super::print(&render(format, &report, color))?;
        Ok(if report.is_success() { Exit::Clean } else { Exit::Findings })
    }
}
