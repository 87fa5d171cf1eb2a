//! The mappings that are shipped: what each makes of the invented company, and that each says something of every field of
//! its target.

use crate::snap::snap;
use crate::tenant::tenant;
use assert_cmd::Command;
use std::path::{Path, PathBuf};

const CHANGES: &str = "hibob.time_off_changes=tests/fixtures/hibob/time_off_changes.json";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("mappings")
}

/// Every file under `mappings/`, with the files it needs beside it.
fn shipped() -> Vec<(String, Vec<PathBuf>)> {
    let root = root();
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
    match mapping.strip_prefix(root()).unwrap().to_str().unwrap() {
        "activtrak/hris.yaml" => {
            &["tests/fixtures/hibob/time_off_requests.json", "hibob.people=tests/fixtures/hibob/people.json"]
        }
        "activtrak/hris_people.yaml" => &["tests/fixtures/hibob/people.json", CHANGES],
        "merge/time_off.yaml" | "ical/time_off.yaml" => &[CHANGES],
        "merge/time_off_balance.yaml" | "overlays/merge_time_off_balance_x8.yaml" => &["tests/fixtures/hibob/balance.json"],
        _ => &["tests/fixtures/hibob/people.json"],
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

/// Time off and people into `HRIS.csv`, as the files themselves say.
const HRIS: [&str; 10] = [
    "dry-run",
    "mappings/activtrak/hris.yaml",
    "mappings/activtrak/hris_people.yaml",
    "mappings/activtrak/users.yaml",
    "--and",
    "activtrak_hris_people",
    "--as-of",
    "2026-03-01",
    "--format",
    "csv",
];

#[test]
fn hris_csv_holds_everybody_and_nothing_that_was_taken_back() {
    let records = ["--records", CHANGES, "--records", "hibob.people=tests/fixtures/hibob/people.json"];
    let mut command = Command::cargo_bin("bobmap").unwrap();
    let output = command.args(HRIS).args(records).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let (csv, report) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(4), "somebody has no name: {report}");
    assert!(report.starts_with("2 mappings into one file: "), "{report}");
    snap().bind(|| insta::assert_snapshot!("mappings__hris_csv", csv.replace("\r\n", "\n")));
    let rows = |name: &str| csv.lines().filter(|line| line.contains(name)).collect::<Vec<_>>();
    // Changed, and then canceled: the person is there, the request is not, under either number.
    assert_eq!(rows("ines.duarte@"), [",Ines Duarte,ines.duarte@example.com,Platform,Software Engineer,,,,"]);
    assert!(rows("bruno.keller@").iter().all(|row| row.ends_with(",2026-03-06,2.5,DAYS,APPROVED")));
}

/// Types of time off that the invented company and the sandbox keep private, or show under another name.
const PRIVATE: [&str; 5] = ["Fertility", "Rehabilitation", "Medical appointment", "Sick", "fertility"];

/// Everything that a run says and writes, with reports, rejects and values of people.
fn all_that_comes_of(command: &mut Command, folder: &Path) -> String {
    let flags = ["--show-values", "--rejects", "rejects.jsonl", "--report", "report.json", "--out", "rows"];
    let output = command.args(flags).current_dir(folder).output().unwrap();
    let file = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 4)), "{said}");
    [file("rows"), file("report.json"), said].concat()
}

#[test]
fn the_name_of_a_private_type_never_leaves() {
    let absolute = |path: &str| format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let runs: [(&[&str], &str); 4] = [
        (&["mappings/merge/time_off.yaml"], "jsonl"),
        (&["mappings/ical/time_off.yaml"], "ics"),
        (&["mappings/ical/time_off.yaml"], "csv"),
        (&["mappings/activtrak/hris.yaml", "mappings/activtrak/hris_people.yaml", "mappings/activtrak/users.yaml"], "csv"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let tenant = tenant("");
    for (files, format) in runs {
        let mut arguments: Vec<String> = vec!["dry-run".to_owned(), "--format".to_owned(), format.to_owned()];
        arguments.extend(files.iter().map(|file| absolute(file)));
        if files.len() > 1 {
            arguments.extend(["--and", "activtrak_hris_people"].map(str::to_owned));
        }
        let mut recorded = Command::cargo_bin("bobmap").unwrap();
        recorded.args(&arguments).args(["--records", &CHANGES.replace("tests/", &absolute("tests/"))]);
        if files.len() > 1 {
            recorded.args(["--records", &format!("hibob.people={}", absolute("tests/fixtures/hibob/people.json"))]);
        }
        let mut live = tenant.stranger(&[]);
        let (id, token) = tenant.sandbox.service_user();
        live.env("BOB_SERVICE_USER_ID", id).env("BOB_SERVICE_USER_TOKEN", token);
        live.args(&arguments).args(["--live", "--since", "2025-01-01", "--until", "2026-03-31"]);
        for (name, mut command) in [("recorded", recorded), ("live", live)] {
            let all = all_that_comes_of(&mut command, folder.path());
            // "Sick" is private in the sandbox, and public in the fixtures.
            let found = PRIVATE.iter().find(|word| all.contains(**word) && (name == "live" || **word != "Sick"));
            assert_eq!(found, None, "{files:?}, {name}: {all}");
        }
    }
    // They are there to be told, for whoever asks by name.
    std::fs::write(folder.path().join("asks.yaml"), ASKS).unwrap();
    let mut command = Command::cargo_bin("bobmap").unwrap();
    let records = CHANGES.replace("tests/", &absolute("tests/"));
    let output = command.args(["dry-run", "asks.yaml", "--records", &records]).current_dir(folder.path()).output().unwrap();
    let rows = String::from_utf8(output.stdout).unwrap();
    assert!(rows.contains("Fertility treatment") && rows.contains("Rehabilitation clinic"), "{rows}");
    let feed = tenant.printed(&["fetch", "time_off_changes", "--since", "2025-01-01", "--until", "2026-03-31"]);
    assert!(feed.contains("Sick") && feed.contains("Medical appointment"), "the sandbox keeps nothing private");
}

const ASKS: &str = r#"mapping: asks
format: 1
source: hibob.time_off_requests
key: id
fields:
  id: { type: integer, from: $.requestId, personal: false }
  kind: { from: [$.policyTypeDisplayName, $.privatePolicyTypeDisplayName] }
"#;

#[test]
fn the_calendar_of_the_invented_company_is_read_by_another_library() {
    let mut command = Command::cargo_bin("bobmap").unwrap();
    command.args(["dry-run", "mappings/ical/time_off.yaml", "--records", CHANGES, "--format", "ics"]);
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let unfolded = icalendar::parser::unfold(&text);
    let read = icalendar::parser::read_calendar(&unfolded).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read.components.iter().filter(|component| component.name == "VEVENT").count(), 11);
    snap().bind(|| insta::assert_snapshot!("mappings__ical_time_off_ics", text.replace("\r\n", "\n")));
}
