//! The texts that diagnostics point into, and how bytes become lines and columns.

/// A file among [`Files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

impl FileId {
    pub fn index(self) -> u32 {
        self.0
    }

    pub fn from_index(index: u32) -> Self {
        FileId(index)
    }
}

/// Line and column, both counted from 1; columns count characters, as editors do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineColumn {
    pub line: usize,
    pub column: usize,
}

/// Every file of a run, with its text.
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    text: String,
    line_starts: Vec<usize>,
}

impl Files {
    /// `name` is the path as the user gave it, with forward slashes.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        self.files.push(File { name: name.into(), text, line_starts });
        FileId(u32::try_from(self.files.len() - 1).expect("fewer than four billion files"))
    }

    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len()).map(|index| FileId(index as u32))
    }

    pub fn name(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].name
    }

    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].text
    }

    /// Where the byte at `offset` stands. An offset past the end is the end.
    pub fn place(&self, file: FileId, offset: usize) -> LineColumn {
        let File { text, line_starts, .. } = &self.files[file.0 as usize];
        let offset = offset.min(text.len());
        let line = line_starts.partition_point(|start| *start <= offset);
        let start = line_starts[line - 1];
        LineColumn { line, column: text[start..].char_indices().take_while(|(at, _)| start + at < offset).count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_even_after_an_emoji() {
        let mut files = Files::default();
        let id = files.add("a.yaml", "a: 1\n👩‍🚀é: x\n");
        let place = |offset| files.place(id, offset);
        assert_eq!(place(0), LineColumn { line: 1, column: 1 });
        assert_eq!(place(5), LineColumn { line: 2, column: 1 });
        assert_eq!(place(files.text(id).find('x').unwrap()), LineColumn { line: 2, column: 7 });
        assert_eq!(place(999), LineColumn { line: 3, column: 1 });
    }
}
