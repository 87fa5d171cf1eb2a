//! Which records of a server a job manages: those that it made, or found to be its people's. Noted once the server has confirmed.

use super::store::Cell;
use super::{State, StateError};

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

/// Links that are read at a time.
const PAGE: i64 = 1000;

impl State {
    /// Hands out every record that a job manages at a place.
    pub fn links<E: From<StateError>>(
        &self,
        job: &str,
        place: &str,
        mut take: impl FnMut(Link) -> Result<(), E>,
    ) -> Result<(), E> {
        const SELECT: &str = "SELECT key, source, id, gone FROM links
            WHERE tenant = ?1 AND job = ?2 AND place = ?3 AND key > ?4 ORDER BY key LIMIT ?5";
        let mut last = String::new();
        loop {
            let [tenant, job] = self.of(job);
            let page = self.store.query(SELECT, &[tenant, job, place.into(), last.as_str().into(), PAGE.into()])?;
            let whole = page.len() as i64 == PAGE;
            for row in page {
                let gone = row.last().and_then(Cell::integer).is_some_and(|gone| gone != 0);
                let mut texts = row.into_iter().map(Cell::text);
                let mut text = || texts.next().flatten();
                let (key, source, id) = (text().unwrap_or_default(), text(), text().unwrap_or_default());
                last.clone_from(&key);
                take(Link { key, source, id, gone })?;
            }
            if !whole {
                return Ok(());
            }
        }
    }

    /// Notes records that a job manages from now on, all or none. A record that had another key has this one now.
    pub fn set_links(&self, job: &str, place: &str, links: &[Link]) -> Result<(), StateError> {
        const DELETE: &str = "DELETE FROM links WHERE tenant = ?1 AND job = ?2 AND place = ?3 AND id = ?4 AND key <> ?5";
        const UPSERT: &str = "INSERT INTO links (tenant, job, place, key, source, id, gone) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (tenant, job, place, key) DO UPDATE SET source = excluded.source, id = excluded.id, gone = excluded.gone";
        if links.is_empty() {
            return Ok(());
        }
        self.atomically(|| {
            for Link { key, source, id, gone } in links {
                let [tenant, job] = self.of(job);
                let head = [tenant, job, place.into()];
                self.store.query(DELETE, &[&head[..], &[id.as_str().into(), key.as_str().into()]].concat())?;
                let link = [key.as_str().into(), source.as_deref().into(), id.as_str().into(), i64::from(*gone).into()];
                self.store.query(UPSERT, &[&head[..], &link].concat())?;
            }
            Ok(())
        })
    }

    /// Forgets a record that is no more.
    pub fn unlink(&self, job: &str, place: &str, key: &str) -> Result<(), StateError> {
        let delete = "DELETE FROM links WHERE tenant = ?1 AND job = ?2 AND place = ?3 AND key = ?4";
        let [tenant, job] = self.of(job);
        self.store.query(delete, &[tenant, job, place.into(), key.into()]).map(drop)
    }
}
