//! Which records of a server a job manages: those that it made, or found to be its people's. Noted once the server has confirmed.

use super::{State, StateError};
use rusqlite::params;

/// A row of a job, and the server's record of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub key: String,
    /// The id of the source's record.
    pub source: Option<String>,
    /// The server's own id.
    pub id: String,
    /// The job has switched it off.
    pub gone: bool,
}

impl State {
    /// Hands out every record that a job manages at a place.
    pub fn links<E: From<StateError>>(
        &self,
        job: &str,
        place: &str,
        mut take: impl FnMut(Link) -> Result<(), E>,
    ) -> Result<(), E> {
        const SELECT: &str = "SELECT key, source, id, gone FROM links WHERE job = ? AND place = ? ORDER BY key";
        let store = |error| E::from(self.error(error));
        let mut select = self.connection.prepare(SELECT).map_err(store)?;
        let mut rows = select.query([job, place]).map_err(store)?;
        while let Some(row) = rows.next().map_err(store)? {
            let link = || Ok(Link { key: row.get(0)?, source: row.get(1)?, id: row.get(2)?, gone: row.get(3)? });
            take(link().map_err(store)?)?;
        }
        Ok(())
    }

    /// Notes records that a job manages from now on, all or none. A record that had another key has this one now.
    pub fn set_links(&self, job: &str, place: &str, links: &[Link]) -> Result<(), StateError> {
        let set = || -> rusqlite::Result<()> {
            let transaction = self.connection.unchecked_transaction()?;
            for Link { key, source, id, gone } in links {
                let mut delete =
                    transaction.prepare_cached("DELETE FROM links WHERE job = ? AND place = ? AND id = ? AND key <> ?")?;
                delete.execute([job, place, id, key])?;
                let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?)")?;
                insert.execute(params![job, place, key, source, id, gone])?;
            }
            transaction.commit()
        };
        set().map_err(|error| self.error(error))
    }

    /// Forgets a record that is no more.
    pub fn unlink(&self, job: &str, place: &str, key: &str) -> Result<(), StateError> {
        let delete = "DELETE FROM links WHERE job = ? AND place = ? AND key = ?";
        self.connection.execute(delete, [job, place, key]).map_err(|error| self.error(error))?;
        Ok(())
    }
}
