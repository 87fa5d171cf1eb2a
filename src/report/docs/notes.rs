//! The comments of mapping files: why something is as it is, in the words of those who wrote it.

use std::ops::Range;

/// The comment that a file opens with, by paragraph. Commands in it are left out, and what is there for editors; other lines
/// that are indented are pieces of files, each a paragraph in backticks.
pub fn opening(file: &str) -> Vec<String> {
    let lines = file.lines().map(str::trim_end).take_while(|line| line.is_empty() || line.starts_with('#'));
    let mut paragraphs: Vec<String> = vec![String::new()];
    let mut in_command = false;
    for line in lines {
        let words = line.trim_start_matches('#');
        let (indented, words) = (words.starts_with("   "), words.trim());
        if words.starts_with("yaml-language-server:") {
            continue;
        }
        let last = paragraphs.last_mut().expect("there is one from the start");
        in_command = indented && (in_command || words.starts_with("bobmap "));
        match words {
            _ if in_command => {}
            "" => paragraphs.push(String::new()),
            words if indented && !words.contains('`') => paragraphs.extend([format!("`{words}`"), String::new()]),
            words if last.is_empty() => *last = words.to_owned(),
            words => *last += &format!(" {words}"),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// The comment on the lines right above a key, if it is a sentence: a few words are a heading of the file's.
pub fn above(file: &str, at: usize) -> Option<String> {
    let line = line_of(file, at);
    let indent = file[line.clone()].len() - file[line.clone()].trim_start().len();
    let mut found: Vec<&str> = Vec::new();
    for before in file[..line.start].lines().rev() {
        match before.trim_start().strip_prefix('#') {
            Some(words) if before.len() - before.trim_start().len() == indent => found.insert(0, words.trim()),
            _ => break,
        }
    }
    let note = found.join(" ");
    note.ends_with(['.', '!', '?']).then_some(note)
}

/// The comment at the end of the line.
pub fn behind(file: &str, at: usize) -> Option<&str> {
    let line = &file[line_of(file, at)];
    let mut quote = None;
    let mut before = ' ';
    for (index, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '#' && before.is_whitespace() && !line[..index].trim().is_empty() => {
                return Some(line[index + 1..].trim()).filter(|note| !note.is_empty());
            }
            // An apostrophe inside a word opens nothing.
            None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
            None => {}
        }
        before = c;
    }
    None
}

fn line_of(file: &str, at: usize) -> Range<usize> {
    let start = file[..at].rfind('\n').map_or(0, |newline| newline + 1);
    start..file[at..].find('\n').map_or(file.len(), |newline| at + newline)
}

#[cfg(test)]
mod tests {
    use super::{above, behind, opening};

    const FILE: &str = "# yaml-language-server: $schema=x\n#\n# What it\n# is.\n#\n#   bobmap dry-run \\\n#     --x\n#\n#   keep: 1\n#\n# More.\nmapping: a\nfields:\n  \
                        # Heading\n  x: $.x # why x\n  # Because.\n  # So.\n  y: \"a # b\"\n  z: it's # isn't it\n";

    fn at(word: &str) -> usize {
        FILE.find(word).unwrap()
    }

    #[test]
    fn a_files_own_words_are_found() {
        assert_eq!(opening(FILE), ["What it is.", "`keep: 1`", "More."]);
        assert_eq!(above(FILE, at("x: $.x")), None);
        assert_eq!(above(FILE, at("y: \"")).as_deref(), Some("Because. So."));
        assert_eq!(behind(FILE, at("x: $.x")), Some("why x"));
        assert_eq!(behind(FILE, at("y: \"")), None);
        assert_eq!(behind(FILE, at("z: it's")), Some("isn't it"));
    }
}
