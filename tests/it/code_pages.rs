//! The pages of the codes: one form, so that people find their way and tests can run the examples.

use crate::snap::snap;
use bobmap::catalog::Catalog;
use bobmap::diagnostic::{Code, Diagnostic, Severity};
use bobmap::mapping::{Environment, Project, check};
use bobmap::report::table::Table;
use std::collections::BTreeSet;
use std::path::Path;

/// The two examples of a page.
struct Examples<'p> {
    /// Whether they are whole mapping files, each to be read alone.
    whole: bool,
    wrong: &'p str,
    right: &'p str,
}

fn examples(page: &str) -> Examples<'_> {
    let blocks: Vec<(&str, &str)> =
        page.split("```yaml").skip(1).map(|block| block.split_once("```").unwrap().0.split_once('\n').unwrap()).collect();
    let [(mark, wrong), (same_mark, right)] = blocks.as_slice() else { panic!("two examples, not {}", blocks.len()) };
    assert_eq!(mark, same_mark);
    assert!(matches!(*mark, "" | " fragment"), "{mark}");
    Examples { whole: mark.is_empty(), wrong, right }
}

#[test]
fn every_page_says_what_the_code_means_and_shows_wrong_and_right() {
    for code in Code::ALL {
        let page = code.page();
        let paragraphs: Vec<&str> = page.split("\n\n").collect();
        assert_eq!(paragraphs[0], format!("# {code}"));
        for text in [paragraphs[1], paragraphs[2], paragraphs.last().unwrap()] {
            assert!(text.trim_end().ends_with('.') || text.trim_end().ends_with(['?', '`']), "{code}: {text}");
        }
        assert!(page.contains("\n\nWrite instead:\n\n```yaml"), "{code}");
        assert!(page.lines().all(|line| line.chars().count() <= 120), "{code}");
        let Examples { wrong, right, .. } = examples(page);
        assert_ne!(wrong, right, "{code}");
    }
}

#[test]
fn whole_examples_are_mapping_files_that_yaml_reads() {
    let mut whole = 0;
    for code in Code::ALL {
        let examples = examples(code.page());
        if examples.whole {
            whole += 1;
            assert!(examples.wrong.starts_with("mapping: "), "{code}");
            let right: serde_yaml::Value = serde_yaml::from_str(examples.right).unwrap_or_else(|error| panic!("{code}: {error}"));
            for key in ["mapping", "format", "source", "key", "fields"] {
                assert!(right.get(key).is_some(), "{code}: {key}");
            }
        }
    }
    assert!(whole > Code::ALL.len() / 2, "{whole} whole examples");
}

#[test]
fn every_page_belongs_to_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/guide/codes");
    let pages: BTreeSet<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let expected: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
    assert_eq!(pages, expected);
}

/// Codes are never renamed and never used again: a line that goes or changes here breaks somebody's CI.
#[test]
fn codes_stay() {
    let mut table = Table::new(&["Code", "Severity", "Summary"]);
    for code in Code::ALL {
        table.row([code.word(), code.severity().word(), code.summary()]);
    }
    snap().bind(|| insta::assert_snapshot!("codes__list", table.text()));
}

/// What is said of an example: of the mapping files in it, each of which begins with `mapping:`.
fn judged(example: &str) -> (Vec<Diagnostic>, Project) {
    let mut project = Project::default();
    project.add("example.yaml", example);
    let read_schema = |_: &str, _: &str| Err("there is no such file".to_owned());
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &read_schema };
    (check(&project, &environment), project)
}

#[test]
fn whole_examples_show_their_code_and_how_to_get_rid_of_it() {
    let mut failures = Vec::new();
    for code in Code::ALL {
        let examples = examples(code.page());
        // What only running a file's tests can find is shown by the tests of that.
        if !examples.whole || *code == Code::EntryUntested {
            continue;
        }
        let (wrong, _) = judged(examples.wrong);
        if !wrong.iter().any(|finding| finding.code == *code) {
            failures.push(format!("{code}: the first example gives {:?}", wrong.iter().map(|f| f.code).collect::<Vec<_>>()));
        }
        let (right, project) = judged(examples.right);
        for finding in right.iter().filter(|finding| finding.code == *code || finding.severity > Severity::Note) {
            let place = project.files.place(finding.file, finding.span.start);
            failures.push(format!("{code}: the second example, line {}: {} {}", place.line, finding.code, finding.message));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
