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
    let text = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
    let beside = |path: &PathBuf| {
        let own = text(path);
        let parent = own.lines().find_map(|line| line.strip_prefix("extends: "));
        let used = own.lines().find_map(|line| line.split_once("{ use: ")?.1.split_once('.')).map(|(name, _)| name);
        let name = parent.and_then(|name| name.split_whitespace().next()).or(used)?;
        files.iter().find(|file| text(file).contains(&format!("\nmapping: {name}\n"))).cloned()
    };
    files
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().with_extension("").to_str().unwrap().replace(['/', '-'], "_");
            (name, [Some(path.clone()), beside(path)].into_iter().flatten().collect())
        })
        .collect()
}

/// The invented company's records of the kind that a mapping reads, and of the kind that it joins.
fn records(mapping: &Path) -> &'static [&'static str] {
    if std::fs::read_to_string(mapping).unwrap().contains("\nsource: hibob.time_off_requests\n") {
        &["tests/fixtures/hibob/time_off_requests.json", "hibob.people=tests/fixtures/hibob/people.json"]
    } else {
        &["tests/fixtures/hibob/people.json"]
    }
}

#[test]
fn every_shipped_mapping_makes_the_same_of_the_invented_company_as_ever() {
    for (name, files) in shipped() {
        let output = Command::cargo_bin("bobmap")
            .unwrap()
            .arg("dry-run")
            .args(&files)
            .args(records(&files[0]).iter().flat_map(|file| ["--records", file]))
            .args(["--as-of", "2026-03-01"])
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
        // Only a parent speaks for another file; one whose rules are used does not.
        let specs = if specs[0].get("extends").is_some() { &specs[..] } else { &specs[..1] };
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
