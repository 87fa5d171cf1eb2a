//! `bobmap help`: the list, pages, and what is said of a topic that is none.

use crate::run::{complaint, printed};
use crate::snap::snap;
use bobmap::diagnostic::Code;
use bobmap::{guide, target, transform};

#[test]
fn the_list_names_every_command_and_every_page() {
    let list = printed(&["help"]);
    for command in [
        "demo",
        "check",
        "test",
        "fmt",
        "dry-run",
        "explain",
        "diff",
        "coverage",
        "docs",
        "permissions",
        "doctor",
        "schema",
        "help",
    ] {
        assert!(list.contains(&format!("\n  {command} ")), "{command}");
    }
    for page in guide::PAGES {
        assert!(list.contains(&format!("\n  {} ", page.name)), "{}", page.name);
    }
}

#[test]
fn every_topic_has_a_page_that_opens_with_a_heading() {
    let mut seen = std::collections::HashSet::new();
    for topic in guide::topics() {
        assert!(seen.insert(topic), "two topics are called {topic}");
        let text = guide::find(topic).unwrap();
        assert!(text.starts_with('#') && text.contains('\n'), "{topic}");
    }
    assert!(seen.len() > guide::PAGES.len() + transform::NAMES.len() + target::names().len());
    assert_eq!(guide::find("zz"), None);
}

#[test]
fn codes_steps_and_targets_are_topics() {
    assert_eq!(printed(&["help", "unknown-key"]), Code::UnknownKey.page());
    assert!(printed(&["help", "parse_date"]).starts_with("## parse_date\n"));
    let page = printed(&["help", "activtrak.user"]);
    assert!(page.contains("\n- `user_lookup_id` (string; required"), "{page}");
    assert!(page.contains("name not verified"), "{page}");
}

#[test]
fn a_key_of_mapping_files_is_a_topic_wherever_it_stands() {
    let page = printed(&["help", "on_invalid"]);
    for object in ["\n## defaults\n", "\n## A field\n", "\n## An entry of `from`\n"] {
        assert!(page.contains(object), "{page}");
    }
    assert!(printed(&["help", "keep"]).contains("- `keep` (a condition, or a list of them)"));
}

#[test]
fn a_commands_name_shows_its_flags() {
    assert_eq!(printed(&["help", "check"]), printed(&["check", "--help"]));
}

#[test]
fn a_command_that_has_a_page_shows_both() {
    let text = printed(&["help", "permissions"]);
    assert!(text.starts_with("# "));
    assert!(text.ends_with(&printed(&["permissions", "--help"])));
}

#[test]
fn the_page_of_the_mapping_file_has_every_key() {
    let page = printed(&["help", "mapping"]);
    for key in ["one_row_per", "blank_among", "missing_values", "on_or_before", "pass_through", "take", "joined", "matches"] {
        assert!(page.contains(&format!("\n- `{key}` (")), "{key}");
    }
}

#[test]
fn an_unknown_topic_is_met_with_the_nearest_one() {
    assert_eq!(complaint(&["help", "unknwon-key"], 2), "error: there is no topic `unknwon-key`; did you mean `unknown-key`?\n");
    assert_eq!(complaint(&["help", "condition"], 2), "error: there is no topic `condition`; did you mean `conditions`?\n");
    assert!(complaint(&["help", "zzzzzz"], 2).contains("`bobmap help` lists them"));
}

#[test]
fn the_flags_of_every_command_stay() {
    let list = printed(&["help"]);
    let (_, commands) = list.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    let mut text = list.clone();
    for name in names {
        text += &format!("\n──── {name} --help\n\n{}", printed(&[name, "--help"]));
    }
    snap().bind(|| insta::assert_snapshot!("help__flags", text));
}
