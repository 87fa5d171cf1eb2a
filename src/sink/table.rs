//! Rows as a table for people: widths are measured as rows come, and the table is drawn when all are known.

use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// The widest that a column is drawn, in terminal cells.
const MAX_WIDTH: usize = 40;
/// Stands between the cells of a spooled row; control characters never reach a cell.
const SEPARATOR: char = '\u{1f}';

/// The widths of columns so far.
#[derive(Debug)]
pub struct Widths {
    headers: Vec<String>,
    widths: Vec<usize>,
}

impl Widths {
    pub fn new<'h>(headers: impl Iterator<Item = &'h str>) -> Self {
        let headers: Vec<String> = headers.map(|header| fit(header).into_owned()).collect();
        let widths = headers.iter().map(|header| header.width()).collect();
        Widths { headers, widths }
    }

    /// Makes room for what others need as well.
    pub fn widen(&mut self, others: &Widths) {
        for (width, other) in self.widths.iter_mut().zip(&others.widths) {
            *width = (*width).max(*other);
        }
    }

    /// Spools one row, without control characters and cut to what is drawn.
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = Option<Cow<'c, str>>>, out: &mut Vec<u8>) {
        for (at, cell) in cells.enumerate() {
            let text = cell.unwrap_or_default();
            let text = fit(&text);
            self.widths[at] = self.widths[at].max(text.width());
            if at > 0 {
                out.push(SEPARATOR as u8);
            }
            out.extend_from_slice(text.as_bytes());
        }
        out.push(b'\n');
    }

    pub fn head(&self) -> String {
        let rule: Vec<String> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        format!("{}{}", self.line(self.headers.iter().map(String::as_str)), self.line(rule.iter().map(String::as_str)))
    }

    /// A spooled row as it is drawn.
    pub fn draw(&self, spooled: &str) -> String {
        self.line(spooled.split(SEPARATOR))
    }

    fn line<'c>(&self, cells: impl Iterator<Item = &'c str>) -> String {
        let mut line = String::new();
        for (cell, width) in cells.zip(&self.widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
        }
        line.truncate(line.trim_end_matches(' ').len());
        line.push('\n');
        line
    }
}

fn fit(text: &str) -> Cow<'_, str> {
    let clean = crate::value::text::printable(text);
    if clean.width() <= MAX_WIDTH {
        return clean;
    }
    let mut cut = String::new();
    for character in clean.chars() {
        if cut.width() + unicode_width::UnicodeWidthChar::width(character).unwrap_or(0) > MAX_WIDTH - 1 {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    Cow::Owned(cut)
}
