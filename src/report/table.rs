//! A table of words, as aligned text, as Markdown and as JSON.

use super::terminal::one_line;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

/// Rows of cells. A row with fewer cells than there are headers ends in empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

const GAP: &str = "  ";

impl Table {
    pub fn new(headers: &[&str]) -> Self {
        Table { headers: headers.iter().map(|header| (*header).to_owned()).collect(), rows: Vec::new() }
    }

    pub fn row<C: Into<String>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Columns aligned by the width that a terminal gives them, a line under the headers, no blanks at line ends.
    pub fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self.all_rows(|cell| one_line(cell).into_owned());
        let widths = widths(&rows);
        let rule = widths.iter().map(|width| "─".repeat(*width)).collect();
        let mut text = String::new();
        for row in rows.iter().take(1).chain([&rule]).chain(rows.iter().skip(1)) {
            let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
            text.push_str(line.join(GAP).trim_end());
            text.push('\n');
        }
        text
    }

    /// A table as GitHub reads it; cells are plain text, never markup.
    pub fn markdown(&self) -> String {
        let rows = self.all_rows(markdown_text);
        let widths: Vec<usize> = widths(&rows).iter().map(|width| (*width).max(3)).collect();
        let rule = widths.iter().map(|width| "-".repeat(*width)).collect();
        let mut text = String::new();
        for row in rows.iter().take(1).chain([&rule]).chain(rows.iter().skip(1)) {
            let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
            text.push_str(&format!("| {} |\n", line.join(" | ")));
        }
        text
    }

    /// A list of objects, one a row. The keys are the headers in lower case with `_` for blanks.
    pub fn json(&self) -> Value {
        let keys: Vec<String> = self.headers.iter().map(|header| header.to_lowercase().replace(' ', "_")).collect();
        let object = |row: &Vec<String>| {
            let cells = row.iter().map(String::as_str).chain(std::iter::repeat(""));
            Value::Object(keys.iter().cloned().zip(cells.map(Value::from)).collect::<Map<_, _>>())
        };
        Value::Array(self.rows.iter().map(object).collect())
    }

    /// Headers and rows, all of one length.
    fn all_rows(&self, cell: impl Fn(&str) -> String) -> Vec<Vec<String>> {
        let columns = self.headers.len();
        let row =
            |row: &Vec<String>| row.iter().map(|text| cell(text)).chain(std::iter::repeat(String::new())).take(columns).collect();
        std::iter::once(&self.headers).chain(&self.rows).map(row).collect()
    }
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    (0..columns).map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect()
}

fn padded(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
}

/// Text on one line of Markdown, inside a table or not, without any markup.
pub(super) fn markdown_text(cell: &str) -> String {
    let cell = one_line(cell);
    let mut text = String::with_capacity(cell.len());
    let mut before = None;
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        // Between letters GitHub takes an underscore as it is, and the names of fields stay readable in the raw text.
        let inside_a_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let markup = match c {
            '_' => !(inside_a_word(before) && inside_a_word(rest.peek().copied())),
            _ => matches!(c, '|' | '\\' | '*' | '`' | '[' | ']' | '<' | '>' | '~'),
        };
        if markup {
            text.push('\\');
        }
        text.push(c);
        before = Some(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        let mut table = Table::new(&["Permission", "Target field"]);
        table.row(["Work", "team"]);
        table.row(["部門", "work_email|upn"]);
        table.row(["Basic info"]);
        table
    }

    #[test]
    fn columns_line_up_beside_wide_characters() {
        assert_eq!(
            example().text(),
            "Permission  Target field\n\
             ──────────  ──────────────\n\
             Work        team\n\
             部門        work_email|upn\n\
             Basic info\n"
        );
    }

    #[test]
    fn a_bar_does_not_split_a_markdown_cell() {
        assert_eq!(
            example().markdown(),
            "| Permission | Target field    |\n\
             | ---------- | --------------- |\n\
             | Work       | team            |\n\
             | 部門       | work_email\\|upn |\n\
             | Basic info |                 |\n"
        );
    }

    #[test]
    fn json_rows_are_objects() {
        assert_eq!(
            example().json().to_string(),
            r#"[{"permission":"Work","target_field":"team"},{"permission":"部門","target_field":"work_email|upn"},{"permission":"Basic info","target_field":""}]"#
        );
    }

    #[test]
    fn a_line_feed_or_escape_in_a_cell_breaks_no_line() {
        let mut table = Table::new(&["a"]);
        table.row(["x\ny\u{1b}[2J"]);
        assert_eq!(table.text(), "a\n───────\nx␊y␛[2J\n");
        assert_eq!(table.markdown(), "| a        |\n| -------- |\n| x␊y␛\\[2J |\n");
    }

    #[test]
    fn a_table_without_rows_still_shows_its_headers() {
        assert_eq!(Table::new(&["a", "b"]).text(), "a  b\n─  ─\n");
    }
}
