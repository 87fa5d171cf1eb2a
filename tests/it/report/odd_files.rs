//! Findings in files that are hard to show.

use crate::snap::snap;
use bobmap::diagnostic::{Code, Diagnostic, Files};
use bobmap::report::diagnostics::{Format, Options, render};
use proptest::prelude::{any, prop_assert, proptest};
use std::ops::Range;

const ESCAPE: char = '\u{1b}';

const OPTIONS: Options<'static> = Options { color: false, width: Some(80), checked: 1, version: "1.2.3" };

fn human(text: &str, span: Range<usize>, change: impl FnOnce(Diagnostic) -> Diagnostic) -> String {
    let mut files = Files::default();
    let file = files.add("a.yaml", text);
    let diagnostic = change(Diagnostic::new(Code::BadPath, file, span, "the message").label("the label"));
    render(Format::Human, &[diagnostic], &files, &OPTIONS)
}

fn plain(text: &str, span: Range<usize>) -> String {
    human(text, span, |diagnostic| diagnostic)
}

#[test]
fn an_empty_file_has_a_place() {
    assert!(plain("", 0..0).contains("--> a.yaml:1:1\n"));
}

#[test]
fn the_end_of_a_file_has_a_place() {
    assert!(plain("a: 1\n", 5..5).contains("--> a.yaml:2:1\n"));
    assert!(plain("a: 1", 4..4).contains("--> a.yaml:1:5\n"));
    assert!(plain("a: 1\r\n", 6..6).contains("--> a.yaml:2:1\n"));
    assert!(plain("a: 1\n\n", 5..5).contains("--> a.yaml:2:1\n"));
}

#[test]
fn a_place_past_the_end_is_the_end() {
    assert!(plain("a: 1\n", 90..99).contains("--> a.yaml:2:1\n"));
}

#[test]
fn tabs_and_carriage_returns_keep_the_underline_in_place() {
    let text = "a: 1\r\n\tb: $.x\r\nc: 1\r\n";
    let at = text.find("$.x").unwrap();
    snap().bind(|| insta::assert_snapshot!("report__odd_tab_and_crlf", plain(text, at..at + 3)));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("{{ {}bad: \"$.x[\", {}}}\n", "k: 1, ".repeat(900), "l: 2, ".repeat(900));
    let at = text.find("$.x[").unwrap();
    let shown = human(&text, at..at + 4, |diagnostic| {
        let file = diagnostic.file;
        diagnostic.related(file, 2..3, "far away").replacement("$.x")
    });
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    snap().bind(|| insta::assert_snapshot!("report__odd_long_line", shown));
}

#[test]
fn a_long_span_is_cut_too() {
    let text = format!("a: [{}]\n", "1, ".repeat(4000));
    let shown = plain(&text, 3..text.len() - 1);
    assert!(shown.contains("the label"), "{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
}

#[test]
fn a_line_too_long_to_look_at_gives_way_to_its_place() {
    let text = format!("{}bad: 1", "k: 1, ".repeat(100_000));
    let shown = human(&text, 600_000..600_003, |diagnostic| {
        let file = diagnostic.file;
        diagnostic.related(file, 0..1, "far away").replacement("good")
    });
    snap().bind(|| insta::assert_snapshot!("report__odd_huge_line", shown));
}

#[test]
fn a_span_over_many_lines_shows_its_ends() {
    let text = format!("a: 1\nfields:\n{}end: 1\n", "  k: 1\n".repeat(40));
    let (start, end) = (text.find("fields").unwrap(), text.find("end").unwrap());
    snap().bind(|| insta::assert_snapshot!("report__odd_many_lines", plain(&text, start..end)));
}

#[test]
fn a_file_can_not_steer_the_terminal() {
    let bad = "\u{1b}]0;x\u{7}\u{9b}31m\u{202e}";
    let text = format!("a: {bad}b\n");
    let mut files = Files::default();
    let file = files.add(format!("{bad}.yaml"), &text);
    let diagnostic = Diagnostic::new(Code::BadPath, file, 3..text.len() - 1, format!("message {bad}"))
        .label(format!("label {bad}"))
        .help(format!("help {bad}"))
        .related(file, 0..1, format!("related {bad}"))
        .replacement(format!("replacement {bad}"));
    let shown = render(Format::Human, &[diagnostic], &files, &OPTIONS);
    assert!(!shown.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{shown:?}");
    assert!(shown.contains("␛]0;x␇¿31m"), "{shown}");
}

proptest! {
    #[test]
    fn no_place_in_any_text_ends_the_program(
        text in "(\\PC|[\\x00-\\x20é👩\u{200d}\u{85}\n\r\t]){0,40}",
        spans in proptest::collection::vec((any::<u8>(), any::<u8>()), 1..4),
        replacement in proptest::option::of("\\PC{0,8}|\n"),
        width in 0_usize..120,
    ) {
        let mut files = Files::default();
        let file = files.add("a.yaml", text);
        let range = |(a, b): &(u8, u8)| usize::from(*a % 50)..usize::from(*b % 50);
        let mut diagnostic = Diagnostic::new(Code::BadPath, file, range(&spans[0]), "m");
        diagnostic.replacement = replacement;
        for span in &spans[1..] {
            diagnostic = diagnostic.related(file, range(span), "r");
        }
        for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
            let shown = render(format, std::slice::from_ref(&diagnostic), &files, &Options { width: Some(width), ..OPTIONS });
            prop_assert!(!shown.contains(ESCAPE));
        }
    }
}
