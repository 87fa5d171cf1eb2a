//! Case folders: `tests/cases/check/<case>/` holds mapping files, perhaps a catalog, and what the program says of them is a
//! snapshot. A new case needs no Rust.

use crate::snap::snap;
use bobmap::catalog::Catalog;
use bobmap::diagnostic::{Code, Diagnostic, Files, Severity};
use bobmap::mapping::project::FileKind;
use bobmap::mapping::{Environment, Project, check};
use bobmap::pipeline::testing::untested;
use bobmap::report::diagnostics::{Format, Options, render};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, sorted, so that every machine reads them in one order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Checks the mapping files at `paths`; a catalog among them stands in for the built-in one. Files are named relative to `folder`.
fn check_files(folder: &Path, paths: &[PathBuf]) -> (Vec<Diagnostic>, Project) {
    let mut project = Project::default();
    let mut catalog = None;
    for path in paths {
        let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("yaml") => {
                let text = std::fs::read_to_string(path).unwrap();
                match FileKind::of(&text) {
                    FileKind::Catalog => catalog = Some(Catalog::load(&text, &name).unwrap()),
                    FileKind::Mapping | FileKind::Jobs | FileKind::Other => {
                        project.add(&name, &text);
                    }
                }
            }
            _ if name == "fields.json" => {
                let lists = std::fs::read_to_string(folder.join("named_lists.json")).ok();
                let fields = std::fs::read_to_string(path).unwrap();
                catalog = Some(Catalog::from_metadata(&fields, lists.as_deref(), &name).unwrap());
            }
            _ => {}
        }
    }
    let read_schema =
        |name: &str, _: &str| std::fs::read_to_string(folder.join(name)).map_err(|_| format!("there is no file `{name}`"));
    let environment = Environment { catalog: catalog.as_ref().unwrap_or(Catalog::builtin()), read_schema: &read_schema };
    // As the command puts them together.
    let mut findings = check(&project, &environment);
    findings.extend(untested(&project, &environment));
    (findings, project)
}

fn shown(findings: &[Diagnostic], files: &Files) -> String {
    let options = Options { color: false, width: Some(120), checked: files.ids().count(), version: "0" };
    render(Format::Human, findings, files, &options)
}

fn cases() -> Vec<(String, PathBuf)> {
    let folders = files(&root().join("tests/cases/check"));
    folders.into_iter().map(|folder| (folder.file_name().unwrap().to_string_lossy().into_owned(), folder)).collect()
}

#[test]
fn every_case_is_judged_as_its_snapshot_says() {
    let settings = snap();
    let mut failed = Vec::new();
    for (case, folder) in cases() {
        assert!(case.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'), "{case}");
        let (findings, project) = check_files(&folder, &files(&folder));
        let text = shown(&findings, &project.files);
        let judge = || settings.bind(|| insta::assert_snapshot!(format!("check__{case}"), text));
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(judge)).is_err() {
            failed.push(case);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn every_code_is_shown_by_a_case() {
    let found: BTreeSet<Code> =
        cases().iter().flat_map(|(_, folder)| check_files(folder, &files(folder)).0).map(|finding| finding.code).collect();
    // Jobs files are judged with the files that they name: `sync::jobs` shows these.
    let of_jobs = [Code::BadJob, Code::SecretInFile];
    let missing: Vec<&Code> = Code::ALL.iter().filter(|code| !found.contains(code) && !of_jobs.contains(code)).collect();
    assert!(missing.is_empty(), "no case shows {missing:?}");
}

#[test]
fn no_snapshot_is_left_without_its_case() {
    let known: BTreeSet<String> = cases().into_iter().map(|(case, _)| format!("check__{case}.snap")).collect();
    for path in files(&root().join("snapshots")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.starts_with("check__") || !name.ends_with(".snap") || known.contains(&name), "{name} has no case");
    }
}

fn yaml_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in files(folder) {
        if path.is_dir() {
            found.extend(yaml_below(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_mappings_that_are_shipped_and_the_examples_of_the_language_have_no_faults() {
    for folder in ["mappings", "tests/fixtures/mappings"] {
        let (findings, project) = check_files(root(), &yaml_below(&root().join(folder)));
        let bad: Vec<Diagnostic> = findings.into_iter().filter(|finding| finding.severity > Severity::Note).collect();
        assert!(bad.is_empty(), "{}", shown(&bad, &project.files));
    }
}

#[test]
fn a_tenants_catalog_finds_the_employee_number_in_its_other_category_and_no_other_fault() {
    let mut paths: Vec<PathBuf> =
        ["mappings", "tests/fixtures/mappings"].iter().flat_map(|folder| yaml_below(&root().join(folder))).collect();
    let tenant = root().join("tests/fixtures/hibob");
    let fields = std::fs::read_to_string(tenant.join("fields.json")).unwrap();
    let lists = std::fs::read_to_string(tenant.join("named_lists.json")).unwrap();
    let catalog = Catalog::from_metadata(&fields, Some(&lists), "fields.json").unwrap();
    let mut project = Project::default();
    paths.sort();
    for path in paths {
        project.add(&path.strip_prefix(root()).unwrap().to_string_lossy(), &std::fs::read_to_string(&path).unwrap());
    }
    let environment = Environment { catalog: &catalog, read_schema: &|_, _| Err("there is no such file".to_owned()) };
    let findings: Vec<Diagnostic> =
        check(&project, &environment).into_iter().filter(|finding| finding.severity > Severity::Note).collect();
    // The people's example names a field that this tenant does not have.
    snap().bind(|| insta::assert_snapshot!("catalog__findings_of_a_tenant", shown(&findings, &project.files)));
}
