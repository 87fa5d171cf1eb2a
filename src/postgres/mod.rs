//! The connection to a PostgreSQL server, for whoever keeps something there. Knows no table.

mod link;
mod refusal;

pub use link::{Address, Link};
pub use refusal::of_statement;

use sha2::{Digest, Sha256};

/// A name as SQL quotes it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A number for something with these names, among the locks of a database.
pub fn lock(names: &[&str]) -> i64 {
    let mut sum = Sha256::new_with_prefix("bobmap");
    for name in names {
        sum.update([0]);
        sum.update(name);
    }
    i64::from_le_bytes(sum.finalize()[..8].try_into().expect("eight bytes of thirty-two"))
}
