//! Markdown whose code blocks are run: files that a page gives are written, its commands typed in, and what it shows compared.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A fenced block: the words behind the fence, and the text.
pub struct Block<'t> {
    pub info: &'t str,
    pub text: &'t str,
}

impl Block<'_> {
    pub fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// The name that stands behind the language: the reader saves the block under it.
    pub fn file(&self) -> Option<&str> {
        self.info.split_whitespace().skip(1).find(|word| word.contains('.'))
    }
}

/// The fenced blocks of a page.
pub fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("\n```") {
        let (info, body) = after.split_once('\n').expect("a fence ends its line");
        let (text, next) = match body.strip_prefix("```") {
            Some(next) => ("", next),
            None => body.split_once("\n```").unwrap_or_else(|| panic!("a block is left open: {info}")),
        };
        found.push(Block { info, text });
        rest = next;
    }
    found
}

/// A folder that looks like the repository to a command, without being it.
pub struct Desk {
    folder: tempfile::TempDir,
    /// The last command, and the exit code that the page has not spoken of yet.
    last: Option<(String, i32)>,
}

impl Desk {
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["mappings", "schemas", "tests/fixtures"] {
            copy(&repository.join(name), &folder.path().join(name));
        }
        Desk { folder, last: None }
    }

    /// Writes the files that a page gives and runs its console blocks, in the order of the page. Says what differs.
    pub fn run(&mut self, page: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for block in blocks(page) {
            if let Some(file) = block.file() {
                std::fs::write(self.folder.path().join(file), format!("{}\n", block.text)).unwrap();
            }
            if block.language() == "console" {
                faults.extend(self.type_in(block.text));
            }
        }
        faults.extend(self.unexpected_failure());
        faults
    }

    fn type_in(&mut self, block: &str) -> Vec<String> {
        let mut faults = Vec::new();
        assert!(block.starts_with("$ "), "a console block begins with a command: {block}");
        for (command, shown) in commands(block) {
            if command == "echo $?" {
                let (_, code) = self.last.take().expect("a command ran before `echo $?`");
                if shown.trim() != code.to_string() {
                    faults.push(format!("exit code {code}, shown: {shown}"));
                }
                continue;
            }
            faults.extend(self.unexpected_failure());
            // This runs because somebody typed it.
            if command == "cargo test" {
                continue;
            }
            let (found, code) = self.shell(&command);
            self.last = Some((command.clone(), code));
            if !shown.is_empty() && !fits(&shown, &found) {
                faults.push(format!("$ {command}\n--- shown\n{shown}\n--- found\n{found}"));
            }
        }
        faults
    }

    /// A command whose exit code the page does not show must have ended well.
    fn unexpected_failure(&mut self) -> Option<String> {
        let (command, code) = self.last.take()?;
        (code != 0).then(|| format!("$ {command}\nended with {code}, and the page does not say so"))
    }

    /// Standard output and standard error in the order in which they came, as on a terminal.
    fn shell(&self, command: &str) -> (String, i32) {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_bobmap"));
        let program = program.to_str().unwrap();
        let command = command.replace("cargo run --release -- ", "bobmap ").replace("cargo run -- ", "bobmap ");
        let mut shell = Command::new("sh");
        shell.current_dir(self.folder.path()).env("COLUMNS", "100").env_remove("NO_COLOR");
        let output = shell.arg("-c").arg(format!("bobmap() {{ '{program}' \"$@\"; }}; {{ {command}; }} 2>&1")).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() { copy(&entry.path(), &to) } else { _ = std::fs::copy(entry.path(), to).unwrap() }
    }
}

/// Each command with what is shown below it.
pub fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, shown))) => *shown += &format!("{line}\n"),
            (None, None) => panic!("a console block begins with a command: {line}"),
        }
    }
    commands
}

/// Whether the output is what is shown; a line `...` stands for any number of lines.
fn fits(shown: &str, found: &str) -> bool {
    let parts: Vec<Vec<&str>> = shown.lines().collect::<Vec<_>>().split(|line| *line == "...").map(<[&str]>::to_vec).collect();
    let found: Vec<&str> = found.lines().collect();
    let last = parts.len() - 1;
    let mut at = 0;
    for (number, part) in parts.iter().enumerate() {
        let mut places = at..=found.len().saturating_sub(part.len());
        let place = match (number, last) {
            (0, 0) => (found.len() == part.len()).then_some(0),
            (0, _) => Some(0),
            (_, last) if number == last => found.len().checked_sub(part.len()).filter(|place| *place >= at),
            _ => places.find(|place| found[*place..].starts_with(part)),
        };
        match place.filter(|place| found[*place..].starts_with(part)) {
            Some(place) => at = place + part.len(),
            None => return false,
        }
    }
    true
}

#[test]
fn three_dots_stand_for_any_lines_and_nothing_else_does() {
    assert!(fits("a\n...\nd", "a\nb\nc\nd\n"));
    assert!(fits("...\nb\n...", "a\nb\nc"));
    assert!(fits("a\nb", "a\nb\n"));
    assert!(!fits("a", "a\nb"));
    assert!(!fits("a\n...\nx", "a\nb"));
    assert!(!fits("a\n...\na", "a"));
}
