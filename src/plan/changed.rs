//! Which fields of a row differ.

use super::{Column, same};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// A field of a row that is updated, as JSON texts; `null` as well where the row leaves the field out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub column: usize,
    pub before: String,
    pub after: String,
}

/// The values of a row, by the names of its columns.
pub type Cells<'c> = HashMap<Cow<'c, str>, &'c RawValue>;

/// Reads the cells of a row; text that is none has no cells, and differs from every row.
pub fn cells(cells: &str) -> Cells<'_> {
    serde_json::from_str(cells).unwrap_or_default()
}

/// Whether a cell has a value.
pub(super) fn is_filled(cells: &Cells<'_>, column: &str) -> bool {
    cells.get(column).is_some_and(|value| !matches!(value.get(), "null" | "\"\"" | "[]"))
}

/// The fields in which two rows differ, in the order of `columns`. What `columns` does not name counts for nothing.
pub fn changed(columns: &[Column], before: &str, after: &str) -> Vec<FieldChange> {
    if before == after {
        return Vec::new();
    }
    let (before, after) = (cells(before), cells(after));
    // Most destinations can't tell a field that is left out from one that is null.
    let text = |cells: &Cells<'_>, column: &Column| {
        cells.get(column.name.as_str()).map_or_else(|| "null".to_owned(), |value| value.get().to_owned())
    };
    let differing = |(at, column): (usize, &Column)| {
        let (before, after) = (text(&before, column), text(&after, column));
        (!same(column.kind, &before, &after)).then_some(FieldChange { column: at, before, after })
    };
    columns.iter().enumerate().filter_map(differing).collect()
}

#[cfg(test)]
mod tests {
    use super::changed;
    use crate::plan::Column;
    use crate::value::Kind;

    #[test]
    fn fields_differ_by_their_values_and_not_by_how_the_row_is_written() {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind, personal: false };
        let columns = [column("a", Kind::String), column("b", Kind::Decimal), column("c", Kind::String)];
        let names =
            |before, after| -> Vec<usize> { changed(&columns, before, after).iter().map(|change| change.column).collect() };
        assert_eq!(names(r#"{"a":"x","b":1.0,"c":null}"#, r#"{"b":1,"a":"x"}"#), [] as [usize; 0]);
        assert_eq!(names(r#"{"a":"x","b":1,"z":1}"#, r#"{"a":"y","b":2}"#), [0, 1]);
        assert_eq!(names(r#"{"c":""}"#, r#"{"c":null}"#), [2]);
    }
}
