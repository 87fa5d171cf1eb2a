//! The guide tells no lies: its mappings have no faults, their tests pass, its commands run and print what it shows.

use crate::console::{Block, Desk, blocks};
use bobmap::catalog::Catalog;
use bobmap::diagnostic::Severity;
use bobmap::guide::PAGES;
use bobmap::mapping::project::FileKind;
use bobmap::mapping::{Environment, Project, check};
use bobmap::pipeline::testing;
use std::path::Path;

fn is_mapping(block: &Block<'_>) -> bool {
    block.language() == "yaml" && FileKind::of(block.text) == FileKind::Mapping
}

/// The block, with the mappings before it on the page that it may lean on.
fn project(page: &str, number: usize) -> Project {
    let mut project = Project::default();
    let blocks = blocks(page);
    for block in blocks[..=number].iter().filter(|block| is_mapping(block)) {
        project.add("guide.yaml", block.text);
    }
    project
}

#[test]
fn every_mapping_in_the_guide_is_right_and_passes_its_tests() {
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err("the guide has no files".to_owned()) };
    let mut checked = 0;
    for page in PAGES {
        let text = page.text();
        for (number, _) in blocks(&text).iter().enumerate().filter(|(_, block)| is_mapping(block)) {
            let project = project(&text, number);
            let findings = check(&project, &environment);
            let faults: Vec<_> = findings.iter().filter(|finding| finding.severity > Severity::Note).collect();
            assert!(faults.is_empty(), "{}: block {number}: {faults:#?}", page.name);
            let tested = testing::run(&project, &environment);
            let with_tests = text.contains("\ntests:");
            assert!(!with_tests || tested.errors.is_empty() && tested.report.is_success(), "{}: {:#?}", page.name, tested.report);
            checked += 1;
        }
    }
    assert!(checked >= 10, "{checked}");
}

#[test]
fn other_yaml_and_json_in_the_guide_can_be_read() {
    for page in PAGES {
        let text = page.text();
        for block in blocks(&text) {
            let fault = match block.language() {
                "yaml" => serde_yaml::from_str::<serde_yaml::Value>(block.text).err().map(|error| error.to_string()),
                "json" => serde_json::from_str::<serde_json::Value>(block.text).err().map(|error| error.to_string()),
                "console" | "text" => None,
                other => Some(format!("a block of {other}")),
            };
            assert_eq!(fault, None, "{}: {}", page.name, block.text);
            if FileKind::of(block.text) == FileKind::Catalog {
                Catalog::load(block.text, page.name).unwrap();
            }
        }
    }
}

#[test]
fn every_command_in_the_guide_runs_and_prints_what_is_shown() {
    let faults: Vec<String> = PAGES
        .iter()
        .flat_map(|page| Desk::new().run(&page.text()).into_iter().map(|fault| format!("{}: {fault}", page.name)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn every_file_of_the_guide_is_a_page_and_every_page_opens_with_one_heading() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".md").map(str::to_owned))
        .collect();
    files.sort();
    let mut names: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
    names.sort();
    assert_eq!(files, names);
    for page in PAGES {
        assert!(page.text().starts_with("# "), "{}", page.name);
    }
}

/// Topics that pages point at, as `bobmap help TOPIC`.
#[test]
fn every_topic_that_the_guide_points_at_exists() {
    for page in PAGES {
        for after in page.text().split("bobmap help ").skip(1) {
            let topic: String = after.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
            let topic = topic.trim_end_matches('.');
            let placeholder = topic.chars().all(|c| c.is_ascii_uppercase());
            assert!(placeholder || bobmap::guide::find(topic).is_some(), "{}: {topic}", page.name);
        }
    }
}
