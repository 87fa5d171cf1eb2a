//! Rows as bytes: JSON Lines, one JSON array, CSV (RFC 4180), a table for people, a calendar (RFC 5545) or what becomes Parquet.

use super::ics::Calendar;
use super::keyed::write_cells;
use super::table::Widths;
use crate::mapping::Mapping;
use crate::mapping::compiled::{EntrySource, Source};
use crate::mapping::layout::{Cell, Cells};
use crate::plan::{Column, cells};
use crate::value::{Kind, Value};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jsonl,
    Json,
    Csv,
    Table,
    /// For rows of `ical.event`.
    Ics,
    /// Spooled as JSON, and made a file of columns when all rows are known.
    Parquet,
}

/// Turns rows into bytes, one at a time.
pub struct RowEncoder<'m> {
    mapping: &'m Mapping,
    made_by: Vec<&'m str>,
    format: Format,
    /// By column: a word of the file's own.
    constant: Vec<bool>,
    pub(super) widths: Widths,
    pub(super) calendar: Calendar,
}

impl<'m> RowEncoder<'m> {
    pub fn new(mapping: &'m Mapping, format: Format) -> Self {
        let constant = constant(mapping);
        let headers = mapping.columns.iter().map(|column| column.header.as_str());
        let made_by = vec![mapping.name.as_str()];
        RowEncoder { mapping, made_by, format, constant, widths: Widths::new(headers), calendar: Calendar::new(mapping) }
    }

    /// The names of the mappings that made the rows.
    pub fn made_by(&self) -> String {
        self.made_by.join(", ")
    }

    /// An encoder for other rows of the same output.
    pub fn fork(&self) -> Self {
        let headers = self.mapping.columns.iter().map(|column| column.header.as_str());
        let calendar = Calendar::new(self.mapping);
        RowEncoder { made_by: Vec::new(), constant: self.constant.clone(), widths: Widths::new(headers), calendar, ..*self }
    }

    /// Takes the rows of a fork into account.
    pub fn join(&mut self, fork: &RowEncoder<'_>) {
        self.widths.widen(&fork.widths);
        self.calendar.join(&fork.calendar);
    }

    /// Goes on with the rows of another mapping, which has the same columns.
    pub fn go_on_with(&mut self, mapping: &'m Mapping) {
        self.mapping = mapping;
        if !self.made_by.contains(&mapping.name.as_str()) {
            self.made_by.push(&mapping.name);
        }
        self.constant = constant(mapping);
        self.calendar.go_on_with(mapping);
    }

    /// The mapping of the rows.
    pub fn mapping(&self) -> &Mapping {
        self.mapping
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

    /// Why a row can't be written, without its values.
    pub fn fault(&self, cells: &impl Cells) -> Option<&'static str> {
        if self.format == Format::Ics { self.calendar.fault(cells) } else { None }
    }

    /// One row that can be written, with what ends it.
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
            Format::Ics => self.calendar.event(cells, out),
            Format::Parquet => {
                write_cells(self.mapping, cells, out);
                out.push(b'\n');
            }
        }
    }
}

fn delimit(column: usize, out: &mut Vec<u8>) {
    if column > 0 {
        out.push(b',');
    }
}

fn constant(mapping: &Mapping) -> Vec<bool> {
    mapping.columns.iter().map(|column| is_constant(&mapping.fields[column.field].source)).collect()
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

/// A row as CSV, of the values that [`Keyed`](super::Keyed) tells: what the encoder makes of the row itself.
pub fn csv_line(columns: &[Column], row: &str) -> String {
    let (cells, mut out) = (cells(row), Vec::new());
    for (at, column) in columns.iter().enumerate() {
        delimit(at, &mut out);
        let Some(json) = cells.get(column.name.as_str()).map(|json| json.get()).filter(|json| *json != "null") else { continue };
        match column.kind {
            Kind::List | Kind::Json => csv_text(json.as_bytes(), &mut out),
            _ => csv_text(serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()).as_bytes(), &mut out),
        }
    }
    end_line(0, &mut out);
    String::from_utf8(out).expect("rows are made of texts")
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

#[cfg(test)]
mod tests {
    use super::{csv_line, csv_text, csv_value, delimit, end_line};
    use crate::plan::Column;
    use crate::value::{Kind, Value};
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, proptest};

    /// The line as the csv crate writes it.
    fn reference(fields: &[String]) -> Vec<u8> {
        let mut writer = csv_core::WriterBuilder::new().terminator(csv_core::Terminator::CRLF).build();
        let (mut out, mut buffer) = (Vec::new(), [0; 1000]);
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                let (_, written) = writer.delimiter(&mut buffer);
                out.extend_from_slice(&buffer[..written]);
            }
            let (result, _, written) = writer.field(field.as_bytes(), &mut buffer);
            assert_eq!(result, csv_core::WriteResult::InputEmpty);
            out.extend_from_slice(&buffer[..written]);
        }
        let (_, written) = writer.terminator(&mut buffer);
        out.extend_from_slice(&buffer[..written]);
        out
    }

    proptest! {
        #[test]
        fn lines_are_those_of_the_csv_crate(fields in vec("[a,\"\r\n 'é;]{0,12}", 1..5)) {
            let mut line = Vec::new();
            for (at, field) in fields.iter().enumerate() {
                delimit(at, &mut line);
                csv_text(field.as_bytes(), &mut line);
            }
            end_line(0, &mut line);
            prop_assert_eq!(line, reference(&fields));
        }
    }

    #[test]
    fn values_are_cells_as_their_plain_text() {
        let values = [
            Value::text("a,b"),
            Value::Number("-1.10e5".into()),
            Value::Boolean(true),
            Value::Date(jiff::civil::date(2026, 1, 31)),
            Value::LocalDatetime(jiff::civil::date(2026, 1, 31).at(1, 2, 3, 500_000_000)),
            Value::List(vec![Value::text("a"), Value::Number("1".into())]),
            Value::Json("{ \"a\": 1 }".into()),
        ];
        for value in values {
            let (mut cell, mut text) = (Vec::new(), Vec::new());
            csv_value(&value, &mut cell);
            csv_text(value.to_plain().as_bytes(), &mut text);
            assert_eq!(cell, text, "{value:?}");
        }
    }

    #[test]
    fn a_line_is_made_again_of_the_values_of_its_row() {
        for (kind, value) in [
            (Kind::String, Value::text("a,\"b\"\n1")),
            (Kind::String, Value::text("")),
            (Kind::Decimal, Value::Number("-1.10e5".into())),
            (Kind::Boolean, Value::Boolean(true)),
            (Kind::Date, Value::Date(jiff::civil::date(2026, 1, 31))),
            (Kind::List, Value::List(vec![Value::text("a"), Value::Number("1".into())])),
            (Kind::Json, Value::Json("{ \"a\": \"1\" }".into())),
        ] {
            let (mut cells, mut line) = (b"{\"one\":".to_vec(), Vec::new());
            value.write_json(&mut cells);
            cells.extend_from_slice(b",\"gone\":1}");
            csv_value(&value, &mut line);
            line.extend_from_slice(b",\r\n");
            let column = |name: &str| Column { name: name.to_owned(), kind, personal: false };
            let again = csv_line(&[column("one"), column("two")], std::str::from_utf8(&cells).unwrap());
            assert_eq!(again.as_bytes(), line, "{value:?}");
        }
    }
}
