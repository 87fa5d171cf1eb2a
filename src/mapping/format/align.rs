//! Where comments begin. Beside something: after one blank, unless their author has lined up several in one column.

use super::marks::{Mark, Marks};
use std::collections::{HashMap, HashSet};
use unicode_width::UnicodeWidthStr;

/// A comment to the right of something.
#[derive(Debug, Clone, Copy)]
struct Trailing {
    /// Its first byte.
    start: usize,
    /// The end of what it stands beside.
    content_end: usize,
    /// The columns that this takes, and the column where the comment begins, as a screen shows them.
    width: usize,
    column: usize,
}

impl Trailing {
    fn of(text: &str, comment: &Mark<'_>) -> Self {
        let start = comment.span.start;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let content = text[line_start..start].trim_end();
        let column = text[line_start..start].width();
        Trailing { start, content_end: line_start + content.len(), width: content.width(), column }
    }
}

/// Moves comments on lines of their own to the right, as far as what follows them stands: pretty_yaml takes others for the end
/// of what they stand in. Those at the top of the file move to the left as well.
pub fn indent(text: &str, marks: &Marks<'_>) -> String {
    let comments: HashSet<usize> = marks.comments().map(|comment| comment.span.start).collect();
    let mut lines: Vec<(usize, &str)> = Vec::new();
    let mut next_indent = 0;
    let mut end = text.len();
    for line in text.split_inclusive('\n').rev() {
        end -= line.len();
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.len() - content.len();
        if comments.contains(&(end + indent)) {
            lines.push((next_indent.max(indent), content));
        } else if content.trim().is_empty() {
            lines.push((0, line));
        } else {
            next_indent = indent;
            lines.push((0, line));
        }
    }
    let mut top = true;
    let mut moved = String::with_capacity(text.len());
    for (indent, line) in lines.into_iter().rev() {
        top &= line.trim().is_empty() || line.starts_with('#');
        moved.push_str(&" ".repeat(if top { 0 } else { indent }));
        moved.push_str(line);
    }
    moved
}

/// Puts comments of `laid_out` back into the column that they share in `text`, where they still fit. `None` where `laid_out`
/// is no YAML.
pub fn align(laid_out: String, text: &str, before: &Marks<'_>) -> Option<String> {
    let after = Marks::read(&laid_out)?;
    let pairs = before.comments().zip(after.comments()).filter(|(was, is)| was.beside && is.beside);
    let pairs = pairs.map(|(was, is)| (Trailing::of(text, was).column, Trailing::of(&laid_out, is)));
    let fitting: Vec<(usize, Trailing)> = pairs.filter(|(column, is)| is.width < *column).collect();
    // By column: how many stand there, and whether any of them was moved away from its line's end on purpose.
    let mut columns: HashMap<usize, (usize, bool)> = HashMap::new();
    for (column, is) in &fitting {
        let (comments, apart) = columns.entry(*column).or_default();
        *comments += 1;
        *apart |= is.width + 1 < *column;
    }
    let mut aligned = String::with_capacity(laid_out.len());
    let mut copied = 0;
    for (column, is) in fitting.iter().filter(|(column, _)| matches!(columns[column], (2.., true))) {
        aligned += &laid_out[copied..is.content_end];
        aligned += &" ".repeat(column - is.width);
        copied = is.start;
    }
    Some(aligned + &laid_out[copied..])
}
