//! Rows as bytes: JSON Lines, one JSON array, CSV (RFC 4180) or a table for people.

use super::table::Widths;
use crate::mapping::Mapping;
use crate::mapping::compiled::{EntrySource, Source};
use crate::mapping::layout::Cell;

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
    csv: csv_core::Writer,
    pub(super) widths: Widths,
}

impl<'m> RowEncoder<'m> {
    pub fn new(mapping: &'m Mapping, format: Format) -> Self {
        let constant = mapping.columns.iter().map(|column| is_constant(&mapping.fields[column.field].source)).collect();
        let headers = mapping.columns.iter().map(|column| column.header.as_str());
        RowEncoder {
            mapping,
            format,
            constant,
            csv: csv_core::WriterBuilder::new().terminator(csv_core::Terminator::CRLF).build(),
            widths: Widths::new(headers),
        }
    }

    /// An encoder for other rows of the same output.
    pub fn fork(&self) -> Self {
        let headers = self.mapping.columns.iter().map(|column| column.header.as_str());
        RowEncoder { constant: self.constant.clone(), csv: self.csv.clone(), widths: Widths::new(headers), ..*self }
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
            let mapping = self.mapping;
            self.csv_record(mapping.columns.iter().map(|column| column.header.as_bytes()), out);
        }
    }

    /// One record as compact JSON.
    pub fn json(&self, cells: &[Cell<'_>], out: &mut Vec<u8>) {
        self.mapping.layout.write(cells, &self.constant, out);
    }

    /// One row, with what ends it.
    pub fn row(&mut self, cells: &[Cell<'_>], out: &mut Vec<u8>) {
        match self.format {
            Format::Jsonl | Format::Json => {
                self.json(cells, out);
                out.push(b'\n');
            }
            Format::Csv => {
                let texts: Vec<_> = cells.iter().map(|cell| cell.value().map(|value| value.to_plain())).collect();
                self.csv_record(texts.iter().map(|text| text.as_deref().unwrap_or_default().as_bytes()), out);
            }
            Format::Table => self.widths.row(cells.iter().map(|cell| cell.value().map(|value| value.to_plain())), out),
        }
    }

    fn csv_record<'f>(&mut self, fields: impl Iterator<Item = &'f [u8]>, out: &mut Vec<u8>) {
        for (at, field) in fields.enumerate() {
            if at > 0 {
                Self::drain(out, |buffer| self.csv.delimiter(buffer));
            }
            let mut rest = field;
            loop {
                let start = out.len();
                out.resize(start + 2 * rest.len() + 4, 0);
                let (result, read, written) = self.csv.field(rest, &mut out[start..]);
                out.truncate(start + written);
                rest = &rest[read..];
                if result == csv_core::WriteResult::InputEmpty {
                    break;
                }
            }
        }
        Self::drain(out, |buffer| self.csv.terminator(buffer));
    }

    fn drain(out: &mut Vec<u8>, mut write: impl FnMut(&mut [u8]) -> (csv_core::WriteResult, usize)) {
        let mut buffer = [0; 8];
        loop {
            let (result, written) = write(&mut buffer);
            out.extend_from_slice(&buffer[..written]);
            if result == csv_core::WriteResult::InputEmpty {
                return;
            }
        }
    }
}

fn is_constant(source: &Source) -> bool {
    match source {
        Source::Entries(entries) => entries.iter().all(|entry| matches!(entry.what, EntrySource::Constant(_))),
        Source::Field(_) | Source::BlankAmong(_) => false,
    }
}
