//! `bobmap permissions`

use super::Exit;
use super::load::{self, CatalogArgs, Loaded};
use crate::catalog::permission::{LifecycleStatus, Need, access_rights, permissions};
use crate::diagnostic::Severity;
use crate::mapping::needs::{asked_by_guide, needs};
use crate::mapping::statuses::lifecycle_statuses;
use crate::mapping::{Mapping, compile, outermost};
use crate::report::permissions::Permissions as Answer;
use anyhow::bail;
use clap::ValueEnum;
use std::path::PathBuf;

/// What an admin has to tick in Bob so that mappings can be read, without a network
#[derive(Debug, clap::Args)]
pub struct Permissions {
    /// Mapping files, or folders of them; overlays take their parents' place
    #[arg(required = true, value_name = "MAPPING")]
    mappings: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    format: TableFormat,
    #[command(flatten)]
    catalog: CatalogArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TableFormat {
    Table,
    Json,
    Markdown,
}

impl Permissions {
    pub fn run(self) -> anyhow::Result<Exit> {
        let loaded = load::load(&self.mappings, &self.catalog)?;
        let Some(mappings) = compiled(&loaded)? else { return Ok(Exit::Findings) };
        let answer = answer(&mappings, &loaded);
        let text = match self.format {
            TableFormat::Table => answer.text(),
            TableFormat::Json => format!("{:#}", answer.json()),
            TableFormat::Markdown => answer.markdown(),
        };
        super::print(&text)?;
        Ok(Exit::Clean)
    }
}

/// Every mapping that would run: overlays stand for what they extend. Prints what is wrong, and is `None` where something is.
pub(super) fn compiled(loaded: &Loaded) -> anyhow::Result<Option<Vec<Mapping>>> {
    let project = &loaded.project;
    let mut findings = project.findings().to_vec();
    let mut mappings = Vec::new();
    for name in project.names() {
        match outermost(project, name) {
            Ok(last) if last == name => {}
            Ok(_) => continue,
            Err(_) => bail!("`{name}` has more than one overlay here: give only one of them [overlay-twice]"),
        }
        let (mapping, found) = compile(project, name, &loaded.environment());
        findings.extend(found.into_iter().filter(|finding| finding.severity > Severity::Note));
        mappings.extend(mapping);
    }
    if !findings.is_empty() {
        loaded.print_findings(&findings)?;
    }
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Ok(None);
    }
    Ok(Some(mappings))
}

/// What the mappings read, each with the name of its mapping where there are several.
pub(super) fn all_needs(mappings: &[Mapping], of: impl Fn(&Mapping) -> Vec<Need>) -> Vec<Need> {
    let mut all: Vec<Need> = Vec::new();
    for mapping in mappings {
        let mut found = of(mapping);
        if mappings.len() > 1 {
            for name in found.iter_mut().flat_map(|need| &mut need.needed_for) {
                *name = format!("{}.{name}", mapping.name);
            }
        }
        all.extend(found);
        all.extend(asked_by_guide(mapping));
    }
    all
}

/// The statuses of the people whom the mappings keep.
pub(super) fn kept(mappings: &[Mapping]) -> Vec<LifecycleStatus> {
    let mut kept: Vec<_> = mappings.iter().flat_map(lifecycle_statuses).collect();
    kept.sort();
    kept.dedup();
    kept
}

/// What the mappings need together.
pub(super) fn answer(mappings: &[Mapping], loaded: &Loaded) -> Answer {
    let needs = all_needs(mappings, |mapping| needs(mapping, &loaded.project, &loaded.catalog));
    Answer {
        mappings: mappings.iter().map(|mapping| mapping.name.clone()).collect(),
        permissions: permissions(&needs, &loaded.catalog),
        access: access_rights(&kept(mappings)),
    }
}
