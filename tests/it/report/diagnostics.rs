//! One invented file with several findings in each format.

use crate::snap::snap;
use bobmap::diagnostic::{Code, Diagnostic, FileId, Files, Severity};
use bobmap::report::diagnostics::json::CheckReport;
use bobmap::report::diagnostics::{Format, Options, render};
use std::ops::Range;

const OPTIONS: Options<'static> = Options { color: false, width: Some(100), checked: 3, version: "1.2.3" };

const EMPLOYEES: &str = r#"# Ünïcode 👩‍🚀 first
mapping: employees
format: 1
source: hibob.people
key: id
fields:
  id: { frm: $.id }
  team: { from: "$.work.departmnt" }
  mood: "👩‍🚀", # after an emoji
  site: $.work.site
  site: $.work.siteId
"#;

const PARENT: &str = "mapping: all\nformat: 1\nfields:\n  email: { from: $.email, personal: true }\n";

fn span(text: &str, part: &str) -> Range<usize> {
    let start = text.find(part).unwrap();
    start..start + part.len()
}

/// Not in the order of the file, and the second file first.
fn example() -> (Files, Vec<Diagnostic>) {
    let mut files = Files::default();
    let first = files.add("mappings/employees, all.yaml", EMPLOYEES);
    let second = files.add("mappings/all.yaml", PARENT);
    let at = |part| span(EMPLOYEES, part);
    let second_site = EMPLOYEES.rfind("site:").unwrap();
    let found = vec![
        Diagnostic::new(Code::PrivacyWidened, second, span(PARENT, "true"), "100% personal: `email` feeds a public field")
            .related(first, at("team"), "the public field"),
        Diagnostic::new(Code::DuplicateKey, first, second_site..second_site + 4, "`site` stands twice in `fields`")
            .label("second")
            .related(first, at("site"), "first written here")
            .help("remove one of the two"),
        Diagnostic::new(Code::PathNotInCatalog, first, at("$.work.departmnt"), "the catalog has no field `work.departmnt`")
            .label("no such field")
            .replacement("$.work.department"),
        Diagnostic::new(Code::UnknownKey, first, at("frm"), "`frm` is no key of a field")
            .label("no such key")
            .help("did you mean `from`?")
            .replacement("from"),
        Diagnostic::new(Code::YamlSyntax, first, at(", # after"), "a comma stands here, but the value has ended")
            .label("right here"),
        Diagnostic::new(Code::NoTests, first, 0..0, "the file has no tests").help("write one under `tests:`"),
    ];
    (files, found)
}

fn printed(format: Format) -> String {
    let (files, found) = example();
    render(format, &found, &files, &OPTIONS)
}

#[test]
fn people_see_the_line_underlined() {
    snap().bind(|| insta::assert_snapshot!("report__check_human", printed(Format::Human)));
}

#[test]
fn a_terminal_sees_colours() {
    let (files, found) = example();
    let text = render(Format::Human, &found[3..4], &files, &Options { color: true, ..OPTIONS });
    snap().bind(|| insta::assert_snapshot!("report__check_human_color", text.replace('\u{1b}', "ESC")));
}

#[test]
fn programs_see_json() {
    snap().bind(|| insta::assert_snapshot!("report__check_json", printed(Format::Json)));
}

#[test]
fn github_sees_workflow_commands() {
    snap().bind(|| insta::assert_snapshot!("report__check_github", printed(Format::Github)));
}

#[test]
fn code_hosts_see_sarif() {
    let mut log: serde_json::Value = serde_json::from_str(&printed(Format::Sarif)).unwrap();
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        let code = Code::from_word(rule["id"].as_str().unwrap()).unwrap();
        assert_eq!(rule["help"]["markdown"], code.page());
        rule["help"] = "[the page]".into();
        rule["fullDescription"] = "[its first paragraph]".into();
    }
    snap().bind(|| insta::assert_snapshot!("report__check_sarif", serde_json::to_string_pretty(&log).unwrap()));
}

#[test]
fn sarif_holds_to_the_schema_of_oasis() {
    // OASIS' own slip: a bracket that is never opened, which is no regular expression.
    let schema = include_str!("../../fixtures/sarif/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}$");
    let schema = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let (files, mut found) = example();
    found.extend(Code::ALL.iter().map(|code| Diagnostic::new(*code, files.ids().next().unwrap(), 0..7, "x").replacement("")));
    for found in [found.as_slice(), &[]] {
        let log = serde_json::from_str(&render(Format::Sarif, found, &files, &OPTIONS)).unwrap();
        let faults: Vec<String> = schema.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
    assert!(!schema.is_valid(&serde_json::json!({ "version": "2.1.0", "runs": [{}] })), "the schema refuses what is wrong");
}

#[test]
fn json_holds_to_the_schema_that_bobmap_prints() {
    let schema = serde_json::to_value(schemars::SchemaGenerator::default().into_root_schema_for::<CheckReport>()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut report: serde_json::Value = serde_json::from_str(&printed(Format::Json)).unwrap();
    assert!(schema.is_valid(&report));
    report["findings"][0]["surprise"] = true.into();
    assert!(!schema.is_valid(&report));
}

#[test]
fn a_json_place_is_bytes_and_characters() {
    let report: serde_json::Value = serde_json::from_str(&printed(Format::Json)).unwrap();
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "yaml-syntax").unwrap();
    assert_eq!((&finding["line"], &finding["column"]), (&9.into(), &14.into()));
    let offset = finding["offset"].as_u64().unwrap() as usize;
    assert_eq!(&EMPLOYEES[offset..offset + finding["length"].as_u64().unwrap() as usize], ", # after");
}

#[test]
fn every_format_names_the_same_place() {
    let (files, found) = example();
    let id = files.ids().next().unwrap();
    assert!(printed(Format::Human).contains("employees, all.yaml:9:14\n"), "right after an emoji");
    for diagnostic in found.iter().filter(|diagnostic| diagnostic.file == id) {
        let place = files.place(id, diagnostic.span.start);
        let human = render(Format::Human, std::slice::from_ref(diagnostic), &files, &OPTIONS);
        assert!(human.contains(&format!("--> mappings/employees, all.yaml:{}:{}\n", place.line, place.column)), "{human}");
        let github = render(Format::Github, std::slice::from_ref(diagnostic), &files, &OPTIONS);
        assert!(github.contains(&format!(",line={},endLine={0},col={},", place.line, place.column)), "{github}");
    }
}

#[test]
fn the_last_line_counts() {
    let last = |found: &[Diagnostic], checked| {
        let text = render(Format::Human, found, &one_file().0, &Options { checked, ..OPTIONS });
        text.lines().last().unwrap().to_owned()
    };
    let with = |code, severity| Diagnostic { severity, ..Diagnostic::new(code, one_file().1, 0..1, "x") };
    let error = with(Code::BadPath, Severity::Error);
    let warning = with(Code::UnusedJoin, Severity::Warning);
    let note = with(Code::NoTests, Severity::Note);
    assert_eq!(last(&[], 3), "ok: 3 files, no findings");
    assert_eq!(last(&[], 1), "ok: 1 file, no findings");
    assert_eq!(last(std::slice::from_ref(&note), 1), "1 note in 1 file; `bobmap help no-tests` explains a code");
    assert_eq!(
        last(&[warning.clone(), error.clone(), error.clone()], 2),
        "2 errors and 1 warning in 2 files; `bobmap help bad-path` explains a code"
    );
    assert_eq!(
        last(&[note, warning, error], 2),
        "1 error, 1 warning and 1 note in 2 files; `bobmap help bad-path` explains a code"
    );
}

fn one_file() -> (Files, FileId) {
    let mut files = Files::default();
    let id = files.add("a.yaml", "a: 1\n");
    (files, id)
}
