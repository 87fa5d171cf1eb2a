//! Flags that are wrong: each with exit code 2 and a sentence that helps.

use super::{code, dry_run, folder, said};

#[test]
fn flags_that_are_wrong_are_told_what_would_be_right() {
    let folder = folder();
    std::fs::write(folder.path().join("team.jsonl"), "{\"id\":\"1\",\"firstName\":\"Zebulon\"}\n").unwrap();
    for (arguments, words) in [
        (&["mapping.yaml"][..], "--records"),
        (&["--records", "records.jsonl"], "<MAPPING>"),
        (&["mapping.yaml", "--record", "records.jsonl"], "'--records'"),
        (&["mapping.yaml", "--records", "records.jsonl", "--format", "xml"], "jsonl, json, csv, spreadsheet, table"),
        (&["mapping.yaml", "--records", "records.jsonl", "--as-of", "tomorrow"], "such as 2026-03-31"),
        (&["mapping.yaml", "--records", "records.jsonl", "--as-of", "2026-02-30"], "a day of the calendar"),
        (&["mapping.yaml", "--records", "records.jsonl", "--as-of", "03/31/2026"], "year-month-day"),
        (&["mapping.yaml", "--records", "records.jsonl", "--as-of", "2026-03-31T10:00"], "year-month-day"),
        (&["mapping.yaml", "--records", "records.jsonl", "--allow", "everything"], "the rules are: keep-path-absent"),
        (&["mapping.yaml", "--records", "hibob.poeple=records.jsonl"], "did you mean `hibob.people`"),
        (&["mapping.yaml", "--records", "staff=records.jsonl"], "the sources are hibob.people, "),
        (&["mapping.yaml", "--records", "records.jsonl", "--records", "records.jsonl"], "gives hibob.people twice"),
        (&["mapping.yaml", "--records", "hibob.people=a", "--records", "hibob.people=b"], "gives hibob.people twice"),
        (&["mapping.yaml", "--records", "-", "--records", "hibob.whos_out=-"], "no join of it looks among"),
        (&["mapping.yaml", "--records", "hibob.whos_out=a"], "no join of it looks among"),
        (&["mapping.yaml", "--records", "hibob.people="], "the name of the file is missing"),
        (&["mapping.yaml", "--records", ""], "a value is required"),
        (&["mapping.yaml"], "give --records FILE, or --live to read them from HiBob"),
        (&["mapping.yaml", "--records", "https://api.example.test/people"], "`bobmap fetch` makes one"),
        (&["team.jsonl", "--records", "mapping.yaml"], "records are given with --records"),
        (&["mapping.yaml", "team.jsonl", "--records", "records.jsonl"], "records are given with --records"),
    ] {
        let output = dry_run(folder.path(), arguments, b"");
        let said = said(&output);
        assert_eq!(code(&output), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty() && !said.contains("Zebulon"), "{arguments:?}: {said}");
    }
}

#[test]
fn files_that_are_not_there_or_not_files_end_with_three() {
    let folder = folder();
    for (arguments, words) in [
        (&["nowhere.yaml", "--records", "records.jsonl"][..], "nowhere.yaml: there is no such file"),
        (&["mapping.yaml", "--records", "nowhere.jsonl"], "nowhere.jsonl: there is no such file"),
        (&["mapping.yaml", "--records", "."], "name the file in it"),
        (&["mapping.yaml", "--records", "mapping.yaml"], "looks like YAML"),
        (&["mapping.yaml", "--records", "records.jsonl", "--catalog", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
    ] {
        let output = dry_run(folder.path(), arguments, b"");
        assert_eq!(code(&output), Some(3), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn a_file_whose_name_has_an_equals_sign_is_read() {
    let folder = folder();
    std::fs::write(folder.path().join("a=b.jsonl"), "{\"id\":\"1\"}\n").unwrap();
    for name in ["a=b.jsonl", "./a=b.jsonl", "hibob.people=a=b.jsonl"] {
        let output = dry_run(folder.path(), &["mapping.yaml", "--records", name], b"");
        assert_eq!(output.stdout, b"{\"id\":\"1\",\"name\":null}\n", "{name}: {}", said(&output));
    }
}

#[test]
fn a_folder_of_one_mapping_runs() {
    let folder = folder();
    let output = dry_run(folder.path(), &[".", "--records", "records.jsonl"], b"");
    assert_eq!(code(&output), Some(0), "{}", said(&output));
}
