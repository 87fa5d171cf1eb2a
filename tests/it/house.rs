//! The layout of the house: what may look at what, and what the files look like. `src/lib.rs` is its map.

use std::path::{Path, PathBuf};

/// From top to bottom. A module may look at what stands in a lower row.
const ROWS: &[&[&str]] = &[
    &["cli"],
    &["guide", "pipeline"],
    &["report"],
    &["destination", "diagnosis"],
    &["engine", "job", "sink", "state"],
    &["mapping", "pseudonym", "sandbox", "source"],
    &["catalog", "target"],
    &["diagnostic", "plan", "postgres", "time_off", "transform"],
    &["value"],
];

/// These know no file, no network and no clock: what they need is handed to them.
const PURE: &[&str] = &[
    "catalog",
    "diagnosis",
    "diagnostic",
    "engine",
    "guide",
    "job",
    "mapping",
    "pseudonym",
    "report",
    "target",
    "time_off",
    "transform",
    "value",
];

/// A source file of the crate.
struct File {
    path: PathBuf,
    text: String,
}

impl File {
    /// The name in `src/`: `cli`; none for `lib.rs` and `main.rs`.
    fn module(&self) -> Option<&str> {
        let mut parts = self.path.components();
        let first = parts.next()?.as_os_str().to_str()?;
        parts.next().map(|_| first)
    }

    /// Lines of code, numbered from 1, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
    }

    /// The modules of the crate that the file names, with the line of each.
    fn arrows(&self) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (line, code) in self.code() {
            for (at, _) in code.match_indices("crate::") {
                let after = &code[at + "crate::".len()..];
                assert!(!after.starts_with('{'), "{}:{line}: import one module a line", self.path.display());
                let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
                found.push((line, &after[..end]));
            }
        }
        found
    }
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push(File { path: path.strip_prefix(&root).unwrap().to_owned(), text });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(found.len() > 100);
    found
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

#[test]
fn arrows_run_down() {
    let mut wrong = Vec::new();
    for file in files() {
        let Some(module) = file.module() else { continue };
        let from =
            row(module).unwrap_or_else(|| panic!("`{module}` stands in no row: add it to ROWS and to the map in src/lib.rs"));
        for (line, to) in file.arrows() {
            // A loop needs an arrow that does not run down.
            if to != module && row(to).is_none_or(|to| to <= from) {
                wrong.push(format!("src/{}:{line}: {module} looks at {to}", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up or sideways:\n{}", wrong.join("\n"));
}

#[test]
fn the_map_in_lib_rs_shows_every_module() {
    let lib = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let listed: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut rows: Vec<&str> = ROWS.concat();
    rows.sort_unstable();
    assert_eq!(listed, rows);
    for module in listed {
        assert!(lib.contains(&format!("//! | [`{module}`] |")), "the map lacks `{module}`");
    }
}

#[test]
fn what_is_pure_opens_no_file_and_reads_no_clock() {
    let impure = ["std::fs", "std::net", "File::open", "Zoned::now", "SystemTime", "Instant::now", "std::env::var"];
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.module().is_some_and(|module| PURE.contains(&module))) {
        for (line, code) in file.code() {
            for word in impure.iter().filter(|word| code.contains(**word)) {
                wrong.push(format!("src/{}:{line}: {word}", file.path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_below_the_command_line_knows_of_dry_runs() {
    for file in files().iter().filter(|file| !matches!(file.module(), Some("cli" | "guide"))) {
        for (line, code) in file.code() {
            let code = code.to_lowercase();
            assert!(!code.contains("dry_run") && !code.contains("dryrun"), "src/{}:{line}", file.path.display());
        }
    }
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    let mut wrong = Vec::new();
    for file in files() {
        let lines = file.text.lines().count();
        let name = file.path.file_name().unwrap().to_str().unwrap();
        if lines > 500 {
            wrong.push(format!("{}: {lines} lines", file.path.display()));
        }
        if !file.text.starts_with("//!") && !matches!(name, "tests.rs") {
            wrong.push(format!("{}: does not open with what it is", file.path.display()));
        }
        if ["utils", "helpers", "common", "manager"].iter().any(|word| file.path.to_string_lossy().contains(word)) {
            wrong.push(format!("{}: named after nothing that it holds", file.path.display()));
        }
        wrong.extend(glob_imports(&file).into_iter().map(|line| format!("{}:{line}: import by name", file.path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A module's own tests may take everything that it has.
fn glob_imports(file: &File) -> Vec<usize> {
    let is_glob = |code: &str| code.trim_start().starts_with("use ") && code.contains("::*") && code.trim() != "use super::*;";
    file.code().filter(|(_, code)| is_glob(code)).map(|(line, _)| line).collect()
}

#[test]
fn an_arrow_is_found_wherever_it_stands() {
    let text = "use crate::value::Kind;\n// crate::nothing\nfn f() -> crate::target::Model { g::<crate::cli::X>() }\n".to_owned();
    let file = File { path: PathBuf::from("report/x.rs"), text };
    assert_eq!(file.arrows(), [(1, "value"), (3, "target"), (3, "cli")]);
}
