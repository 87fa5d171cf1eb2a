//! What tables of databases have in common: how rows that are gone are deleted, and which columns are the job's own business.

use crate::plan::Column;
pub(super) use crate::postgres::quoted;
use crate::value::json::write_string;

/// What becomes of a row that nobody desires any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletes {
    /// It stays, and `_bobmap_deleted_at` says since when it is gone.
    Soft,
    /// It is deleted.
    Hard,
}

/// The key of the row; its primary key.
pub(super) const KEY: &str = "_bobmap_key";
/// The id of the source's record.
pub(super) const SOURCE: &str = "_bobmap_source";
/// When the row was deleted softly, RFC 3339 in UTC.
pub(super) const DELETED_AT: &str = "_bobmap_deleted_at";

/// The table that says which job each table belongs to.
pub(super) const OWNERS: &str = "_bobmap_tables";

/// The cells of a row that was read: `write` writes the value of each column as JSON.
///
/// # Errors
/// What `write` says.
pub(super) fn cells<E>(
    columns: &[&Column],
    mut write: impl FnMut(&mut Vec<u8>, usize, &Column) -> Result<(), E>,
) -> Result<String, E> {
    let mut cells = vec![b'{'];
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            cells.push(b',');
        }
        write_string(&mut cells, &column.name);
        cells.push(b':');
        write(&mut cells, at, column)?;
    }
    cells.push(b'}');
    Ok(String::from_utf8(cells).expect("JSON made from text is UTF-8"))
}
