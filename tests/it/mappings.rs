//! The mappings that are shipped: what each makes of the invented company, and that each says something of every field of
//! its target.

use crate::snap::snap;
use assert_cmd::Command;
use std::path::{Path, PathBuf};

/// Every file under `mappings/`, with the files it needs beside it.
fn shipped() -> Vec<(String, Vec<PathBuf>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings");
    let mut files = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let parent = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let name = text
            .lines()
            .find_map(|line| line.strip_prefix("extends: "))
            .map(|name| name.split_whitespace().next().unwrap().to_owned())?;
        let is_parent = |file: &&PathBuf| std::fs::read_to_string(file).unwrap().contains(&format!("\nmapping: {name}"));
        files.iter().find(is_parent).cloned()
    };
    files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().with_extension("").to_str().unwrap().replace(['/', '-'], "_");
            (name, [Some(path.clone()), parent(path)].into_iter().flatten().collect())
        })
        .collect()
}

#[test]
fn every_shipped_mapping_makes_the_same_of_the_invented_company_as_ever() {
    for (name, files) in shipped() {
        let output = Command::cargo_bin("bobmap")
            .unwrap()
            .arg("dry-run")
            .args(&files)
            .args(["--records", "tests/fixtures/hibob/people.json", "--as-of", "2026-03-01"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let text = format!(
            "exit {}\n\n{}\n{}",
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap()
        );
        snap().bind(|| insta::assert_snapshot!(format!("mappings__{name}"), text));
    }
}

#[test]
fn every_field_of_a_target_is_mapped_or_left_out_for_a_reason() {
    for (name, files) in shipped() {
        let spec =
            |path: &PathBuf| -> serde_yaml::Value { serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap() };
        let specs: Vec<serde_yaml::Value> = files.iter().map(spec).collect();
        let target = specs.iter().find_map(|spec| spec.get("target")?.as_str()).unwrap();
        let model = bobmap::target::find(target).unwrap();
        for field in &model.fields {
            let mapped = specs.iter().any(|spec| spec["fields"].get(&field.name).is_some());
            let ignored = specs.iter().filter_map(|spec| spec.get("ignore")?.as_sequence()).flatten().any(|item| {
                item.get("field").and_then(|name| name.as_str()) == Some(&field.name)
                    && item.get("reason").and_then(|reason| reason.as_str()).is_some_and(|reason| !reason.is_empty())
            });
            assert!(mapped || ignored, "{name} says nothing of `{}` of {target}", field.name);
        }
    }
}
