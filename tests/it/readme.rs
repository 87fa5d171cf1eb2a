//! The README tells no lies: its commands run and print what it shows, and its lists are complete.

use crate::console::{Desk, blocks};
use crate::run::printed;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

#[test]
fn every_command_in_the_readme_runs_and_prints_what_is_shown() {
    let faults = Desk::new().run(&readme());
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn the_first_two_commands_are_the_demo_and_the_tests() {
    let readme = readme();
    let blocks = blocks(&readme);
    assert!(blocks[0].text.starts_with("$ cargo run --release -- demo\n"));
    assert_eq!(blocks[1].text, "$ cargo test");
}

#[test]
fn every_command_has_its_row() {
    let readme = readme();
    let list = printed(&["help"]);
    let (_, commands) = list.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    for name in names {
        assert!(readme.contains(&format!("| `bobmap {name}")), "{name}");
    }
}

#[test]
fn the_exit_codes_are_the_guides() {
    let codes = |text: &str| -> Vec<String> {
        let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        rows.map(|(code, _)| code.to_owned()).filter(|code| code.parse::<u8>().is_ok()).collect()
    };
    assert_eq!(codes(&readme()), codes(&bobmap::guide::find("exit-codes").unwrap()));
    assert_eq!(codes(&readme()), ["0", "1", "2", "3", "4", "5", "6", "130"]);
}
