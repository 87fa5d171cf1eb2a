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
    /// CSV, with an apostrophe before texts that a spreadsheet would take for formulas.
    Spreadsheet,
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
    /// Texts that a spreadsheet would take for formulas, as far as rows were written as CSV.
    formulas: u64,
    pub(super) widths: Widths,
    pub(super) calendar: Calendar,
}

impl<'m> RowEncoder<'m> {
    pub fn new(mapping: &'m Mapping, format: Format) -> Self {
        let constant = constant(mapping);
        let headers = mapping.columns.iter().map(|column| column.header.as_str());
        let made_by = vec![mapping.name.as_str()];
        RowEncoder {
            mapping,
            made_by,
            format,
            constant,
            formulas: 0,
            widths: Widths::new(headers),
            calendar: Calendar::new(mapping),
        }
    }

    /// The names of the mappings that made the rows.
    pub fn made_by(&self) -> String {
        self.made_by.join(", ")
    }

    /// An encoder for other rows of the same output.
    pub fn fork(&self) -> Self {
        let headers = self.mapping.columns.iter().map(|column| column.header.as_str());
        let calendar = Calendar::new(self.mapping);
        let widths = Widths::new(headers);
        RowEncoder { made_by: Vec::new(), constant: self.constant.clone(), formulas: 0, widths, calendar, ..*self }
    }

    /// Takes the rows of a fork into account.
    pub fn join(&mut self, fork: &RowEncoder<'_>) {
        self.widths.widen(&fork.widths);
        self.calendar.join(&fork.calendar);
        self.formulas += fork.formulas;
    }

    /// What there is to say of texts that a spreadsheet would take for formulas, since this was asked last.
    pub fn formula_note(&mut self) -> Option<String> {
        let begin = match std::mem::take(&mut self.formulas) {
            0 => return None,
            1 => "1 text begins".to_owned(),
            texts => format!("{texts} texts begin"),
        };
        let written = match self.format {
            Format::Spreadsheet => "written behind an apostrophe",
            _ => "written as found; the format `spreadsheet` puts an apostrophe before such texts",
        };
        Some(format!("{begin} as formulas of spreadsheets do ({written})"))
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
        if matches!(self.format, Format::Csv | Format::Spreadsheet) {
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
            Format::Csv | Format::Spreadsheet => {
                let start = out.len();
                for column in columns {
                    delimit(column, out);
                    match cells.cell(column) {
                        Cell::Value(Value::Text(text)) if is_formula(text) => {
                            self.formulas += 1;
                            csv_formula(text, self.format == Format::Spreadsheet, out);
                        }
                        Cell::Value(value) => csv_value(value, out),
                        _ => {}
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

/// Whether a spreadsheet takes a text for a formula. Numbers and telephone numbers (`+44 20 7946 0000`) stay what they are there.
fn is_formula(text: &str) -> bool {
    let is_number = |rest: &str| {
        let of_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'(' | b')' | b'.' | b',' | b'/' | b'-');
        rest.bytes().any(|byte| byte.is_ascii_digit()) && rest.bytes().all(of_number)
    };
    match text.as_bytes() {
        [b'=' | b'@' | b'\t' | b'\r' | b'\n', ..] => true,
        [b'+' | b'-', ..] => !is_number(&text[1..]),
        _ => false,
    }
}

fn csv_formula(text: &str, escaped: bool, out: &mut Vec<u8>) {
    if escaped { csv_text(format!("'{text}").as_bytes(), out) } else { csv_text(text.as_bytes(), out) }
}

/// A row as CSV, of the values that [`Keyed`](super::Keyed) tells: what the encoder makes of the row itself.
pub fn csv_line(columns: &[Column], row: &str, for_spreadsheets: bool) -> String {
    let (cells, mut out) = (cells(row), Vec::new());
    for (at, column) in columns.iter().enumerate() {
        delimit(at, &mut out);
        let Some(json) = cells.get(column.name.as_str()).map(|json| json.get()).filter(|json| *json != "null") else { continue };
        match column.kind {
            Kind::List | Kind::Json => csv_text(json.as_bytes(), &mut out),
            _ => match serde_json::from_str::<String>(json) {
                Ok(text) if is_formula(&text) => csv_formula(&text, for_spreadsheets, &mut out),
                Ok(text) => csv_text(text.as_bytes(), &mut out),
                // A number or a boolean.
                Err(_) => csv_text(json.as_bytes(), &mut out),
            },
        }
    }
    end_line(0, &mut out);
    String::from_utf8(out).expect("rows are made of texts")
}

/// RFC 4180: what holds a comma, a quote or a line end stands in quotes, and quotes in it are doubled. So does an empty text, which
/// tells it from null.
fn csv_text(text: &[u8], out: &mut Vec<u8>) {
    if !text.is_empty() && !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
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
    use super::{csv_line, csv_text, csv_value, delimit, end_line, is_formula};
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
        fn lines_are_those_of_the_csv_crate(fields in vec("[a,\"\r\n 'é;]{1,12}", 1..5)) {
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
    fn texts_that_spreadsheets_would_run_are_told_from_numbers_and_telephone_numbers() {
        for formula in ["=1+1", "@SUM(A1)", "\t=1", "\r=1", "+cmd|' /C calc'!A0", "-1+A1", "+", "-", "-Ada", "+44 20 7946 0000 x"]
        {
            assert!(is_formula(formula), "{formula}");
        }
        for plain in ["", "Ada", "+44 20 7946-0000", "+44 (0) 20/7946.0000", "-1.10", "-1,5", "1=1", "'=1", " =1", "é=", "0"] {
            assert!(!is_formula(plain), "{plain}");
        }
        let line = |columns: &[&str], row: &str, for_spreadsheets| {
            let column = |name: &&str| Column { name: (*name).to_owned(), kind: Kind::String, personal: false };
            csv_line(&columns.iter().map(column).collect::<Vec<_>>(), row, for_spreadsheets)
        };
        let row = r#"{"a":"=1,2","b":"+44 1","c":"","d":null,"e":-1}"#;
        assert_eq!(line(&["a", "b", "c", "d", "e"], row, true), "\"'=1,2\",+44 1,\"\",,-1\r\n");
        assert_eq!(line(&["a", "b", "c", "d", "e"], row, false), "\"=1,2\",+44 1,\"\",,-1\r\n");
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
            let again = csv_line(&[column("one"), column("two")], std::str::from_utf8(&cells).unwrap(), false);
            assert_eq!(again.as_bytes(), line, "{value:?}");
        }
    }
}
