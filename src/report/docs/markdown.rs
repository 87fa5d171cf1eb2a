//! A page as GitHub reads it.

use super::block::{Block, Item, Line, Span, anchors};
use crate::report::table::markdown_text;
use crate::report::terminal::one_line;
use std::collections::HashMap;

pub fn markdown(blocks: &[Block]) -> String {
    let anchors = anchors(blocks);
    let writer = Writer { anchors };
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        writer.block(block, &mut out);
    }
    out
}

struct Writer {
    anchors: HashMap<String, String>,
}

impl Writer {
    fn block(&self, block: &Block, out: &mut String) {
        match block {
            Block::Heading { level, line, key: _ } => *out += &format!("{} {}\n", "#".repeat(*level), self.line(line)),
            Block::Paragraph(line) => *out += &format!("{}\n", opening(self.line(line))),
            Block::List { numbered, items } => {
                for (at, Item { line, below }) in items.iter().enumerate() {
                    let mark = if *numbered { format!("{}. ", at + 1) } else { "- ".to_owned() };
                    *out += &format!("{mark}{}\n", opening(self.line(line)));
                    for line in below {
                        *out += &format!("{}- {}\n", " ".repeat(mark.len()), opening(self.line(line)));
                    }
                }
            }
            Block::Table { caption, headers, rows } => {
                *out += &format!("{}\n\n", opening(self.line(&[Span::Strong(caption.clone())])));
                *out += &format!("| {} |\n|{}\n", headers.join(" | "), " --- |".repeat(headers.len()));
                for row in rows {
                    let cells: Vec<String> = row.iter().map(|cell| self.cell(cell)).collect();
                    *out += &format!("| {} |\n", cells.join(" | "));
                }
            }
        }
    }

    fn line(&self, line: &[Span]) -> String {
        line.iter().map(|span| self.span(span)).collect()
    }

    /// Inside a table a bar splits even code.
    fn cell(&self, line: &Line) -> String {
        let span = |span: &Span| match span {
            Span::Code(_) | Span::Path(_) => self.span(span).replace('|', "\\|"),
            _ => self.span(span),
        };
        line.iter().map(span).collect()
    }

    fn span(&self, span: &Span) -> String {
        match span {
            Span::Text(text) => plain(text),
            // Blanks inside the marks would leave them as they are.
            Span::Strong(text) if text.trim().is_empty() => plain(text),
            Span::Strong(text) => format!("**{}**", plain(text.trim())),
            Span::Code(text) | Span::Path(text) => code(text),
            Span::Link { text, to } => match self.anchors.get(to) {
                Some(anchor) => format!("[{}](#{anchor})", plain(text)),
                None => plain(text),
            },
        }
    }
}

/// Text without markup: GitHub also reads entities and, between dollar signs, formulas.
fn plain(text: &str) -> String {
    markdown_text(text).replace('&', "\\&").replace('$', "\\$")
}

/// Code holds everything but as many backticks as open it.
fn code(text: &str) -> String {
    let text = one_line(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let spaced = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let blank = if spaced { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// What would begin a heading, a list or a rule at the start of a line.
fn opening(line: String) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    match line.as_bytes() {
        [b'#' | b'+' | b'-' | b'=', ..] => format!("\\{line}"),
        bytes if digits > 0 && matches!(bytes.get(digits), Some(b'.' | b')')) => {
            format!("{}\\{}", &line[..digits], &line[digits..])
        }
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::{Block, code, link, strong, text};
    use super::markdown;

    #[test]
    fn text_is_never_markup() {
        let line = vec![text("# 1 <b>*x*</b> &lt; $a$ [y](z)"), code("a`|b"), strong(" s ")];
        let page = [
            Block::Paragraph(line.clone()),
            Block::Table { caption: "C".to_owned(), headers: vec!["H"], rows: vec![vec![line]] },
        ];
        assert_eq!(
            markdown(&page),
            "\\# 1 \\<b\\>\\*x\\*\\</b\\> \\&lt; \\$a\\$ \\[y\\](z)``a`|b``**s**\n\n\
             **C**\n\n| H |\n| --- |\n| # 1 \\<b\\>\\*x\\*\\</b\\> \\&lt; \\$a\\$ \\[y\\](z)``a`\\|b``**s** |\n"
        );
        assert_eq!(markdown(&[Block::Paragraph(vec![text("12. x")]), Block::Paragraph(vec![text("- x")])]), "12\\. x\n\n\\- x\n");
    }

    #[test]
    fn links_lead_to_headings_or_are_text() {
        let page = [Block::heading(2, vec![code("work_email")], "k"), Block::Paragraph(vec![link("a", "k"), link("b", "zz")])];
        assert_eq!(markdown(&page), "## `work_email`\n\n[a](#work_email)b\n");
    }
}
