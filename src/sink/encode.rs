//! Rows as bytes: JSON Lines, one JSON array, CSV (RFC 4180) or a table for people.

use super::table::Widths;
use crate::mapping::Mapping;
use crate::mapping::compiled::{EntrySource, Source};
use crate::mapping::layout::{Cell, Cells};
use crate::value::Value;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jsonl,
    Json,
    Csv,
    Table,
}

/// Turns rows into bytes, one at a time.
pub struct RowEncoder<'m> {
    mapping: &'m Mapping,
    format: Format,
    /// By column: a word of the file's own.
    constant: Vec<bool>,
    pub(super) widths: Widths,
}

impl<'m> RowEncoder<'m> {
    pub fn new(mapping: &'m Mapping, format: Format) -> Self {
        let constant = mapping.columns.iter().map(|column| is_constant(&mapping.fields[column.field].source)).collect();
        let headers = mapping.columns.iter().map(|column| column.header.as_str());
        RowEncoder { mapping, format, constant, widths: Widths::new(headers) }
    }

    /// An encoder for other rows of the same output.
    pub fn fork(&self) -> Self {
        let headers = self.mapping.columns.iter().map(|column| column.header.as_str());
        RowEncoder { constant: self.constant.clone(), widths: Widths::new(headers), ..*self }
    }

    /// Takes the rows of a fork into account.
    pub fn join(&mut self, fork: &RowEncoder<'_>) {
        self.widths.widen(&fork.widths);
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// What stands before the first row.
    pub fn head(&mut self, out: &mut Vec<u8>) {
        if self.format == Format::Csv {
            let start = out.len();
            for (at, column) in self.mapping.columns.iter().enumerate() {
                delimit(at, out);
                csv_text(column.header.as_bytes(), out);
            }
            end_line(start, out);
        }
    }

    /// One record as compact JSON.
    pub fn json(&self, cells: &impl Cells, out: &mut Vec<u8>) {
        self.mapping.layout.write(cells, &self.constant, out);
    }

    /// One row, with what ends it.
    pub fn row(&mut self, cells: &impl Cells, out: &mut Vec<u8>) {
        let columns = 0..self.mapping.columns.len();
        match self.format {
            Format::Jsonl | Format::Json => {
                self.json(cells, out);
                out.push(b'\n');
            }
            Format::Csv => {
                let start = out.len();
                for column in columns {
                    delimit(column, out);
                    if let Cell::Value(value) = cells.cell(column) {
                        csv_value(value, out);
                    }
                }
                end_line(start, out);
            }
            Format::Table => self.widths.row(columns.map(|column| cells.cell(column).value().map(Value::to_plain)), out),
        }
    }
}

fn delimit(column: usize, out: &mut Vec<u8>) {
    if column > 0 {
        out.push(b',');
    }
}

/// Ends the line that begins at `start`.
fn end_line(start: usize, out: &mut Vec<u8>) {
    // A line without a sign would be no record.
    out.extend_from_slice(if out.len() == start { b"\"\"\r\n" } else { b"\r\n" });
}

fn csv_value(value: &Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => csv_text(text.as_bytes(), out),
        // Digits and dates hold no sign that CSV gives a meaning.
        Value::Number(_) | Value::Boolean(_) | Value::Date(_) | Value::LocalDatetime(_) | Value::Instant(_) => {
            value.write_plain(out);
        }
        Value::Json(_) | Value::List(_) => csv_text(value.to_plain().as_bytes(), out),
    }
}

/// RFC 4180: what holds a comma, a quote or a line end stands in quotes, and quotes in it are doubled.
fn csv_text(text: &[u8], out: &mut Vec<u8>) {
    if !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(text);
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

fn is_constant(source: &Source) -> bool {
    match source {
        Source::Entries(entries) => entries.iter().all(|entry| matches!(entry.what, EntrySource::Constant(_))),
        Source::Field(_) | Source::BlankAmong(_) => false,
    }
}
