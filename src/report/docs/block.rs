//! A page before it is Markdown or HTML: headings, paragraphs, lists and tables of text that is never markup.

use std::collections::HashMap;

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Text(String),
    Strong(String),
    /// Names and values, letter by letter.
    Code(String),
    /// Code that only readers of mapping files look for.
    Path(String),
    /// Leads to the heading with this key; plain text where the page has none.
    Link {
        text: String,
        to: String,
    },
}

pub type Line = Vec<Span>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Heading {
        /// From 1.
        level: usize,
        line: Line,
        /// By which links find it.
        key: String,
    },
    Paragraph(Line),
    List {
        numbered: bool,
        items: Vec<Item>,
    },
    Table {
        caption: String,
        headers: Vec<&'static str>,
        rows: Vec<Vec<Line>>,
    },
}

/// An item of a list, with what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub line: Line,
    pub below: Vec<Line>,
}

impl Block {
    pub fn heading(level: usize, line: Line, key: impl Into<String>) -> Block {
        Block::Heading { level, line, key: key.into() }
    }

    pub fn list(items: Vec<Line>) -> Block {
        Block::List { numbered: false, items: items.into_iter().map(|line| Item { line, below: Vec::new() }).collect() }
    }
}

pub fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

pub fn strong(text: impl Into<String>) -> Span {
    Span::Strong(text.into())
}

pub fn code(text: impl Into<String>) -> Span {
    Span::Code(text.into())
}

pub fn path(text: impl Into<String>) -> Span {
    Span::Path(text.into())
}

pub fn link(text: impl Into<String>, to: impl Into<String>) -> Span {
    Span::Link { text: text.into(), to: to.into() }
}

/// Text in which backticks mark names, as texts of the program and comments of files have them.
pub fn prose(written: &str) -> Line {
    let parts = written.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { text(part) }).collect()
}

/// Lines with something between them.
pub fn joined(lines: impl IntoIterator<Item = Line>, between: &str) -> Line {
    let mut all = Line::new();
    for line in lines {
        if !all.is_empty() {
            all.push(text(between));
        }
        all.extend(line);
    }
    all
}

/// The words of a line alone.
pub fn words(line: &[Span]) -> String {
    let word = |span: &Span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Path(text) | Span::Link { text, .. } => text.clone(),
    };
    line.iter().map(word).collect()
}

/// The anchor of each heading by its key, as GitHub makes them of the words: other readers get the same from HTML.
pub fn anchors(blocks: &[Block]) -> HashMap<String, String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut anchors = HashMap::new();
    for block in blocks {
        let Block::Heading { line, key, .. } = block else { continue };
        let slug: String = words(line)
            .to_lowercase()
            .chars()
            .filter_map(|c| match c {
                ' ' => Some('-'),
                '-' | '_' => Some(c),
                c => c.is_alphanumeric().then_some(c),
            })
            .collect();
        let times = seen.entry(slug.clone()).or_default();
        let anchor = if *times == 0 { slug } else { format!("{slug}-{times}") };
        *times += 1;
        anchors.insert(key.clone(), anchor);
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::{Block, anchors, code, prose, text};

    #[test]
    fn headings_of_one_name_have_anchors_of_their_own() {
        let heading = |words: &str, key: &str| Block::heading(2, vec![text(words)], key);
        let found = anchors(&[
            heading("work_email: E-Mail!", "a"),
            heading("Work_email  e-mail", "b"),
            heading("work_email: E-Mail", "c"),
        ]);
        assert_eq!(found["a"], "work_email-e-mail");
        assert_eq!(found["b"], "work_email--e-mail");
        assert_eq!(found["c"], "work_email-e-mail-1");
    }

    #[test]
    fn backticks_mark_names() {
        assert_eq!(prose("`keep` and `when`."), [code("keep"), text(" and "), code("when"), text(".")]);
    }
}
