//! What tables of databases have in common: how rows that are gone are deleted, and which columns are the job's own business.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of a row that nobody desires any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Deletes {
    /// It stays, and `_bobmap_deleted_at` says since when it is gone.
    #[default]
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

/// A name as SQL quotes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
