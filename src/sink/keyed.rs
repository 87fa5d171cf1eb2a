//! Rows as they are compared with those of another time: a line of JSON each, with the key, the source's id, the value of each
//! column by its name, and the row as the output will hold it.

use super::RowEncoder;
use crate::mapping::Mapping;
use crate::mapping::layout::{Cell, Cells};
use crate::plan::Column;
use crate::value::json::write_string;

/// What is written of a row beside its values.
#[derive(Debug, Clone)]
pub struct Keyed {
    /// Stands before each key, where the rows of several mappings go to one place.
    pub prefix: String,
    /// The row as the output will hold it is written too.
    pub lines: bool,
}

impl Keyed {
    /// The key of a row or a rejected record.
    pub fn key(&self, identity: &str) -> String {
        format!("{}{identity}", self.prefix)
    }

    /// One row, as `[key, source id, {column: value}, line]`. A column that is left out of the row is left out here, too.
    pub fn row(
        &self,
        mapping: &Mapping,
        encoder: &mut RowEncoder<'_>,
        (identity, source_id): (&str, Option<&str>),
        cells: &impl Cells,
        out: &mut Vec<u8>,
    ) {
        out.push(b'[');
        write_string(out, &self.key(identity));
        out.push(b',');
        match source_id {
            Some(id) => write_string(out, &self.key(id)),
            None => out.extend_from_slice(b"null"),
        }
        out.push(b',');
        write_cells(mapping, cells, out);
        out.push(b',');
        if self.lines {
            let mut line = Vec::new();
            encoder.row(cells, &mut line);
            write_string(out, std::str::from_utf8(&line).expect("rows are made of texts"));
        } else {
            out.extend_from_slice(b"null");
        }
        out.extend_from_slice(b"]\n");
    }
}

/// The value of each column by its name, as a JSON object. A column that is left out of the row is left out here, too.
pub(super) fn write_cells(mapping: &Mapping, cells: &impl Cells, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut first = true;
    for (at, column) in mapping.columns.iter().enumerate() {
        let cell = cells.cell(at);
        if cell == Cell::Omitted {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_string(out, &column.header);
        out.push(b':');
        match cell.value() {
            Some(value) => value.write_json(out),
            None => out.extend_from_slice(b"null"),
        }
    }
    out.push(b'}');
}

/// The columns of a mapping's rows.
pub fn columns(mapping: &Mapping) -> Vec<Column> {
    let column = |column: &crate::mapping::compiled::Column| {
        let field = &mapping.fields[column.field];
        Column { name: column.header.clone(), kind: field.kind, personal: field.personal }
    };
    mapping.columns.iter().map(column).collect()
}
