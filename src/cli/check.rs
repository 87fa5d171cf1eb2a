//! `bobmap check`

use super::Exit;
use super::load::{self, CatalogArgs};
use crate::report::diagnostics::Format;
use clap::ValueEnum;
use std::io::IsTerminal;
use std::path::PathBuf;

/// Check mapping files and jobs files: every fault of every file in one run, without a network
#[derive(Debug, clap::Args)]
pub struct Check {
    /// Mapping files, jobs files with the files that they name, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    format: CheckFormat,
    /// Warnings fail the check too
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CheckFormat {
    Human,
    Json,
    Sarif,
    Github,
}

impl Check {
    pub fn run(self) -> anyhow::Result<Exit> {
        let (loaded, jobs) = load::load_with_jobs(&self.paths, &self.catalog)?;
        let mut findings = crate::mapping::check(&loaded.project, &loaded.environment());
        findings.extend(crate::pipeline::testing::untested(&loaded.project, &loaded.environment()));
        findings.extend(jobs);
        findings.sort_by_key(|finding| (finding.file, finding.span.start, finding.code));
        let format = match self.format {
            CheckFormat::Human => Format::Human,
            CheckFormat::Json => Format::Json,
            CheckFormat::Sarif => Format::Sarif,
            CheckFormat::Github => Format::Github,
        };
        let checked = loaded.project.files.ids().count();
        super::print(&load::render(&findings, &loaded.project.files, format, std::io::stdout().is_terminal(), checked))?;
        Ok(load::exit(&findings, self.deny_warnings))
    }
}
