//! Of whom nothing may be concluded: a record that could not be used is a mistake, never a leaver.

use std::collections::BTreeSet;

/// What keeps rows that are not desired from being deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    keys: BTreeSet<String>,
    sources: BTreeSet<String>,
    /// Rejected records of which neither key nor source id is known: they may be anybody.
    unknown: u64,
    /// Why not everything was read.
    incomplete: Option<String>,
}

impl Held {
    /// Holds what belongs to a rejected record.
    pub fn add(&mut self, key: Option<String>, source: Option<String>) {
        self.unknown += u64::from(key.is_none() && source.is_none());
        self.keys.extend(key);
        self.sources.extend(source);
    }

    /// Holds everything: who is not there may be in what was not read.
    pub fn add_incomplete(&mut self, why: String) {
        self.incomplete.get_or_insert(why);
    }

    /// Takes in what `other` holds, which is empty then.
    pub fn append(&mut self, other: &mut Held) {
        let Held { keys, sources, unknown, incomplete } = std::mem::take(other);
        self.keys.extend(keys);
        self.sources.extend(sources);
        self.unknown += unknown;
        if let Some(why) = incomplete {
            self.add_incomplete(why);
        }
    }

    /// Whether a row that is not desired stays as it is.
    pub fn holds(&self, key: &str, source: Option<&str>) -> bool {
        self.holds_everything().is_some() || self.keys.contains(key) || source.is_some_and(|source| self.sources.contains(source))
    }

    /// Why nothing at all may be deleted, if that is so.
    pub fn holds_everything(&self) -> Option<String> {
        match (&self.incomplete, self.unknown) {
            (Some(why), _) => Some(format!("not everything was read ({why})")),
            (None, 0) => None,
            (None, 1) => Some("a record that can't be read may be anybody's".to_owned()),
            (None, unknown) => Some(format!("{unknown} records that can't be read may be anybody's")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Held;

    #[test]
    fn a_rejected_record_holds_its_own_rows_and_one_without_a_name_holds_all() {
        let mut held = Held::default();
        held.add(Some("7".to_owned()), None);
        held.add(None, Some("b".to_owned()));
        assert!(held.holds("7", None) && held.holds("1", Some("b")));
        assert!(!held.holds("1", Some("a")) && !held.holds("8", None));
        assert_eq!(held.holds_everything(), None);
        let mut other = Held::default();
        other.add(None, None);
        held.append(&mut other);
        assert!(held.holds("8", None));
        assert_eq!(other, Held::default());
    }
}
