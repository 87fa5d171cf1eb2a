//! Mappings as a page for people who never read YAML: what is sent where and why, in the words of Bob's menus.

mod block;
mod examples;
mod field;
mod html;
mod mapping;
mod markdown;
mod notes;
mod words;

use super::permissions::{Permissions, parts};
use crate::catalog::permission::Permission;
use crate::catalog::{Catalog, Origin};
use crate::engine::observe::Observed;
use crate::mapping::whole::Whole;
use crate::mapping::{Mapping, Project};
use block::{Block, Line, code, joined, link, prose, text};
use field::Teller;
use words::{Words, sentence};

/// What the page is made from.
pub struct Docs<'d> {
    pub project: &'d Project,
    pub catalog: &'d Catalog,
    /// Each mapping with what it makes of the records in tests.
    pub mappings: Vec<(&'d Mapping, Vec<Example>)>,
    /// What all of them need in Bob.
    pub permissions: Permissions,
}

/// What became of a record of a test.
pub struct Example {
    pub test: String,
    pub row: Observed,
}

impl Docs<'_> {
    /// The page in GitHub's Markdown.
    pub fn markdown(&self) -> String {
        markdown::markdown(&self.blocks())
    }

    /// The page as one HTML file that needs nothing else.
    pub fn html(&self) -> String {
        html::html(&self.blocks())
    }

    fn blocks(&self) -> Vec<Block> {
        let wholes: Vec<Whole<'_>> = self.wholes();
        let mut blocks = vec![Block::heading(1, vec![text("What is sent from HiBob, and why")], "page")];
        blocks.push(Block::Paragraph(self.opening()));
        if self.mappings.len() > 1 {
            let mut contents: Vec<Line> = self.mappings.iter().map(|(mapping, _)| contents_line(mapping)).collect();
            contents.push(vec![link("What has to be ticked in Bob", "permissions")]);
            blocks.push(Block::list(contents));
        }
        for (mapping, examples) in &self.mappings {
            let words = Words { project: self.project, catalog: self.catalog, mapping };
            let whole = wholes.iter().find(|whole| whole.name().as_str() == mapping.name);
            let teller = Teller { words, wholes: &wholes, examples };
            blocks.extend(mapping::part(&teller, whole));
        }
        blocks.extend(self.ticks());
        blocks
    }

    /// Every file's mapping with what it extends, overlays first: they speak for their parents.
    fn wholes(&self) -> Vec<Whole<'_>> {
        let specs = self.project.specs().filter_map(|loaded| Whole::of(self.project, &loaded.spec, &mut Vec::new()));
        let mut wholes: Vec<Whole<'_>> = specs.collect();
        wholes.sort_by_key(|whole| std::cmp::Reverse(whole.layers.len()));
        wholes
    }

    fn opening(&self) -> Line {
        let from = match self.catalog.origin() {
            Origin::BuiltIn => "as Bob has them before a company moves or renames any".to_owned(),
            Origin::File(name) => format!("those of {name}"),
        };
        vec![text(format!(
            "This page is written by bobmap from mapping files, and says what those files say: they decide. Names of fields and \
             categories are {from}. Values in examples are invented; they come from the tests in the files."
        ))]
    }

    fn ticks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::heading(2, vec![text("What has to be ticked in Bob")], "permissions")];
        if self.permissions.permissions.is_empty() {
            blocks.push(Block::Paragraph(vec![text("Nothing: only records' own ids are read.")]));
        } else {
            let row = |row: &Permission| {
                let (menu, tick) = parts(row);
                vec![vec![text(menu)], vec![text(tick)], joined(row.needed_for.iter().map(|name| vec![code(name.clone())]), ", ")]
            };
            blocks.push(Block::Table {
                caption: "The permission group of the service user".to_owned(),
                headers: vec!["In Bob", "Tick", "Needed for"],
                rows: self.permissions.permissions.iter().map(row).collect(),
            });
        }
        blocks.push(Block::Paragraph(vec![text(self.permissions.people())]));
        let notes = [self.permissions.access.note.clone()].into_iter().chain(self.permissions.notes());
        blocks.push(Block::list(notes.map(|note| prose(&sentence(&note))).collect()));
        blocks
    }
}

fn contents_line(mapping: &Mapping) -> Line {
    let mut line = vec![link(mapping.name.clone(), format!("{}/top", mapping.name))];
    if let Some(target) = &mapping.target {
        line.push(text(format!(": {}", target.title)));
    }
    line
}
