//! `bobmap docs`

use super::Exit;
use super::load::{self, CatalogArgs, Loaded, shown};
use super::permissions::{answer, compiled};
use crate::mapping::Mapping;
use crate::pipeline::testing::examples;
use crate::report::docs::{Docs as Page, Example};
use anyhow::Context;
use clap::ValueEnum;
use std::path::PathBuf;

/// Mappings as a page for people who never read YAML: what is sent where and why, without a network
#[derive(Debug, clap::Args)]
#[command(after_help = "What is on the page, and how to change it: bobmap help documenting")]
pub struct Docs {
    /// Mapping files, or folders of them; overlays take their parents' place
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = PageFormat::Markdown)]
    format: PageFormat,
    /// Write it to a file [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PageFormat {
    Markdown,
    Html,
}

impl Docs {
    pub fn run(self) -> anyhow::Result<Exit> {
        let loaded = load::load(&self.mappings, &self.catalog)?;
        let Some(mappings) = compiled(&loaded)? else { return Ok(Exit::Findings) };
        let page = Page {
            project: &loaded.project,
            catalog: &loaded.catalog,
            mappings: mappings.iter().map(|mapping| (mapping, of_tests(mapping, &loaded))).collect(),
            permissions: answer(&mappings, &loaded),
        };
        let text = match self.format {
            PageFormat::Markdown => page.markdown(),
            PageFormat::Html => page.html(),
        };
        match self.out {
            None => super::print(&text)?,
            Some(path) => std::fs::write(&path, text).with_context(|| shown(&path))?,
        }
        Ok(Exit::Clean)
    }
}

fn of_tests(mapping: &Mapping, loaded: &Loaded) -> Vec<Example> {
    let tried = examples(&loaded.project, &loaded.environment(), mapping);
    tried.into_iter().flat_map(|(test, rows)| rows.into_iter().map(move |row| Example { test: test.clone(), row })).collect()
}
