//! `bobmap fmt`

use super::load::{self, holds_json, shown, walk};
use super::rewrite::Original;
use super::{Exit, Usage, complain};
use crate::diagnostic::Files;
use crate::mapping::format::{TOO_DEEP, Unformatted, format};
use crate::mapping::project::FileKind;
use crate::report::diagnostics::Format;
use crate::report::patch;
use std::collections::HashSet;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Stands for the standard input.
const STDIN: &str = "-";

/// Write mapping files in the one style, without touching what they say
///
/// Comments, quotes, order and line ends stay. Files with faults of YAML stay as they are. Exit codes: 0 done, 1 a file is not
/// in the style (--check, --diff) or has faults of YAML, 3 a file can't be read or written.
#[derive(Debug, clap::Args)]
pub struct Fmt {
    /// Mapping files, or folders of them; `-` formats standard input to standard output
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing: list the files that are not in the style
    #[arg(long)]
    check: bool,
    /// Write nothing: show what would change
    #[arg(long)]
    diff: bool,
}

/// What became of the files.
#[derive(Default)]
struct Tally {
    formatted: usize,
    alike: usize,
    refused: usize,
    failed: usize,
}

impl Fmt {
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.paths.iter().any(|path| path.as_os_str() == STDIN) {
            return self.standard_input();
        }
        let originals: Vec<anyhow::Result<Original>> = self.files()?.iter().map(|path| Original::read(path)).collect();
        // Said before anything is written.
        originals.iter().flatten().try_for_each(refuse_what_is_no_mapping)?;
        let mut tally = Tally::default();
        for original in originals {
            let done = original.and_then(|original| self.format(&original, &mut tally));
            // The others are looked at all the same.
            if let Err(error) = done {
                if super::is_closed_pipe(&error) {
                    return Err(error);
                }
                tally.failed += 1;
                complain(&super::said(&error));
            }
        }
        let _ = writeln!(std::io::stderr(), "{}", self.summary(&tally));
        Ok(match tally {
            Tally { failed: 1.., .. } => Exit::Failed,
            Tally { refused: 1.., .. } => Exit::Findings,
            Tally { formatted: 1.., .. } if self.writes_nothing() => Exit::Findings,
            _ => Exit::Clean,
        })
    }

    fn writes_nothing(&self) -> bool {
        self.check || self.diff
    }

    /// Every file once: those that are named, and the mapping files in folders.
    fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                let mut found = Vec::new();
                walk(path, &mut found)?;
                for (path, _) in found {
                    if FileKind::of(&load::read(&path)?) == FileKind::Mapping {
                        files.push(path);
                    }
                }
            } else {
                files.push(path.clone());
            }
        }
        let mut seen = HashSet::new();
        files.retain(|path| seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
        if files.is_empty() {
            anyhow::bail!("{}: no mapping files (.yaml, .yml) in this folder", shown(&self.paths[0]));
        }
        Ok(files)
    }

    fn format(&self, original: &Original, tally: &mut Tally) -> anyhow::Result<()> {
        let (name, text) = (original.name(), original.text());
        let Some(formatted) = formatted(name, text)? else {
            tally.refused += 1;
            return Ok(());
        };
        if formatted == text {
            tally.alike += 1;
            return Ok(());
        }
        if self.diff {
            super::print(&crate::report::terminal::lines(&patch::unified(name, text, &formatted)))?;
        } else {
            if !self.check {
                original.replace(&formatted)?;
            }
            super::print(name)?;
        }
        tally.formatted += 1;
        Ok(())
    }

    fn standard_input(&self) -> anyhow::Result<Exit> {
        if self.paths.len() > 1 {
            return Err(Usage("standard input (-) is formatted alone, without other files".to_owned()).into());
        }
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text)?;
        let name = "standard input";
        let Some(formatted) = formatted(name, &text)? else { return Ok(Exit::Findings) };
        if self.diff {
            super::print(&crate::report::terminal::lines(&patch::unified(name, &text, &formatted)))?;
        } else if !self.check {
            super::print(&formatted)?;
        }
        Ok(if self.writes_nothing() && formatted != text { Exit::Findings } else { Exit::Clean })
    }

    fn summary(&self, tally: &Tally) -> String {
        let Tally { formatted, alike, refused, failed } = *tally;
        let files = |number: usize| if number == 1 { "1 file".to_owned() } else { format!("{number} files") };
        let mut said = match (self.writes_nothing(), formatted) {
            (_, 0) => format!("{} in the style", files(alike)),
            (true, _) => {
                format!("{} not in the style, {alike} in it; `bobmap fmt` without --check and --diff writes", files(formatted))
            }
            (false, _) => format!("{} formatted, {alike} in the style already", files(formatted)),
        };
        if refused > 0 {
            said += &format!("; {} with faults of YAML left alone", files(refused));
        }
        if failed > 0 {
            said += &format!("; {} failed", files(failed));
        }
        said
    }
}

fn refuse_what_is_no_mapping(original: &Original) -> anyhow::Result<()> {
    let (name, text) = (original.name(), original.text());
    let what = match FileKind::of(text) {
        FileKind::Catalog => "a catalog",
        FileKind::Jobs => "a jobs file",
        FileKind::Other if holds_json(Path::new(name), text) => "JSON",
        FileKind::Mapping | FileKind::Other => return Ok(()),
    };
    Err(Usage(format!("{name}: this is {what}; bobmap fmt formats mapping files")).into())
}

/// The text in the one style; `None` where its faults are said on standard error.
fn formatted(name: &str, text: &str) -> anyhow::Result<Option<String>> {
    let mut files = Files::default();
    let file = files.add(name, text.strip_prefix('\u{feff}').unwrap_or(text));
    match format(text, file) {
        Ok(formatted) => Ok(Some(formatted)),
        Err(Unformatted::Faults(faults)) => {
            let said = load::render(&faults, &files, Format::Human, std::io::stderr().is_terminal(), 1);
            std::io::stderr().write_all(said.as_bytes())?;
            Ok(None)
        }
        Err(Unformatted::TooDeep) => anyhow::bail!(
            "{name}: a key or a list's item stands {TOO_DEEP} columns or more to the right, which is more than can be formatted; \
             write it flatter, or in brackets"
        ),
        Err(Unformatted::Changed) => anyhow::bail!(
            "{name}: formatting would change what the file says (a fault of the program), so it stays as it is; \
             write it more plainly, comments and brackets above all"
        ),
    }
}
