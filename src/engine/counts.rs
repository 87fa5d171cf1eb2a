//! What a run counts. Counts of parts of a run add up, in the order of the parts.

use super::state::{Lack, Origin, State};
use crate::mapping::Mapping;
use crate::mapping::compiled::{FieldIndex, Source};
use crate::value::read::Reading;
use indexmap::IndexMap;

/// How many different unknown spellings of one field are kept apart.
const MAX_SPELLINGS: usize = 100;

/// Everything counted in a run of one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Records read from the source.
    pub read: u64,
    /// Rows they made: the same, unless the mapping has `one_row_per`.
    pub rows: u64,
    /// Records without a row under `one_row_per`.
    pub without_rows: u64,
    /// Rows that all of `keep` holds for.
    pub kept: u64,
    /// Rows skipped, by the number of the condition of `keep` that did not hold.
    pub skipped: Vec<u64>,
    pub rejected: u64,
    pub written: u64,
    /// By join: rows that found a record, or several.
    pub matched: Vec<u64>,
    pub fields: Vec<FieldCounts>,
    /// By slot of the record's plan: absent, null, blank, with a value.
    pub slots: Vec<[u64; 4]>,
    pub row_slots: Vec<[u64; 4]>,
}

/// What became of one field over all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldCounts {
    pub filled: u64,
    /// Of the filled: from `default`.
    pub defaulted: u64,
    pub blank: u64,
    pub null: u64,
    pub absent: u64,
    pub invalid: u64,
    pub not_applicable: u64,
    /// By entry of `from`.
    pub entries: Vec<EntryCounts>,
    pub spellings: UnknownSpellings,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EntryCounts {
    pub won: u64,
    /// Its value was invalid, and the next entry was tried.
    pub passed_on: u64,
}

/// Spellings that no word lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSpellings {
    pub otherwise: u64,
    pub passed_through: u64,
    pub refused: u64,
    /// The spellings themselves, for fields that are not personal, as they came; at most `most`.
    pub texts: IndexMap<String, u64>,
    most: usize,
    /// Uses of spellings beyond those that are kept apart.
    pub beyond: u64,
}

impl Default for UnknownSpellings {
    fn default() -> Self {
        UnknownSpellings { otherwise: 0, passed_through: 0, refused: 0, texts: IndexMap::new(), most: MAX_SPELLINGS, beyond: 0 }
    }
}

/// Something that happened to a row on its way, counted once the row is known to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    PassedOn {
        field: FieldIndex,
        entry: usize,
    },
    /// The text is `None` for personal fields.
    UnknownSpelling {
        field: FieldIndex,
        text: Option<String>,
        use_: SpellingUse,
    },
}

/// What became of a spelling that no word lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpellingUse {
    Otherwise,
    PassedThrough,
    Refused,
}

/// Counts what each path met: absent, null, blank, a value.
pub fn count_states(counts: &mut [[u64; 4]], slots: Reading<'_>) {
    for (count, state) in counts.iter_mut().zip(slots.states()) {
        count[state] += 1;
    }
}

impl Counts {
    pub fn new(mapping: &Mapping) -> Self {
        let entries = |field: FieldIndex| match &mapping.fields[field].source {
            Source::Entries(entries) => vec![EntryCounts::default(); entries.len()],
            Source::Field(_) | Source::BlankAmong(_) => Vec::new(),
        };
        Counts {
            read: 0,
            rows: 0,
            without_rows: 0,
            kept: 0,
            skipped: vec![0; mapping.keep.len()],
            rejected: 0,
            written: 0,
            matched: vec![0; mapping.joins.len()],
            fields: (0..mapping.fields.len())
                .map(|field| FieldCounts { entries: entries(field), ..FieldCounts::default() })
                .collect(),
            slots: vec![[0; 4]; mapping.record.len()],
            row_slots: vec![[0; 4]; mapping.rows.as_ref().map_or(0, |rows| rows.plan.len())],
        }
    }

    /// Counts of a part of a run, to be added in the order of the parts: all spellings are kept, for only the run knows which of
    /// them are the first hundred.
    pub fn of_part(mapping: &Mapping) -> Self {
        let mut counts = Counts::new(mapping);
        counts.fields.iter_mut().for_each(|field| field.spellings.most = usize::MAX);
        counts
    }

    pub fn count_slots(&mut self, slots: Reading<'_>) {
        count_states(&mut self.slots, slots);
    }

    pub fn count_row_slots(&mut self, slots: Reading<'_>) {
        count_states(&mut self.row_slots, slots);
    }

    /// Counts what happened to the fields of a row that is kept, besides what became of them.
    pub fn count_notes(&mut self, notes: &[Note]) {
        for note in notes {
            match note {
                Note::PassedOn { field, entry } => self.fields[*field].entries[*entry].passed_on += 1,
                Note::UnknownSpelling { field, text, use_ } => {
                    let spellings = &mut self.fields[*field].spellings;
                    spellings.note(text.as_deref());
                    match use_ {
                        SpellingUse::Otherwise => spellings.otherwise += 1,
                        SpellingUse::PassedThrough => spellings.passed_through += 1,
                        SpellingUse::Refused => spellings.refused += 1,
                    }
                }
            }
        }
    }

    /// Adds the counts of the next part of the same run.
    pub fn add(&mut self, other: &Counts) {
        let Counts { read, rows, without_rows, kept, skipped, rejected, written, matched, fields, slots, row_slots } = other;
        self.read += read;
        self.rows += rows;
        self.without_rows += without_rows;
        self.kept += kept;
        self.rejected += rejected;
        self.written += written;
        for (mine, theirs) in self.skipped.iter_mut().chain(&mut self.matched).zip(skipped.iter().chain(matched)) {
            *mine += theirs;
        }
        for (mine, theirs) in self.fields.iter_mut().zip(fields) {
            mine.add(theirs);
        }
        for (mine, theirs) in self.slots.iter_mut().chain(&mut self.row_slots).zip(slots.iter().chain(row_slots)) {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine += theirs;
            }
        }
    }
}

impl FieldCounts {
    /// Counts what became of the field in a row that is kept.
    #[inline]
    pub fn count(&mut self, state: Option<&State<'_>>) {
        match state {
            Some(State::Value { origin, .. }) => {
                self.filled += 1;
                match origin {
                    Origin::Entry(entry) => self.entries[*entry].won += 1,
                    Origin::Default => self.defaulted += 1,
                    Origin::Field => {}
                }
            }
            Some(State::NotApplicable) | None => self.not_applicable += 1,
            Some(State::Missing(lack)) => self.lacks(*lack),
            Some(State::Invalid(_)) => self.invalid += 1,
        }
    }

    pub fn lacks(&mut self, lack: Lack) {
        match lack {
            Lack::Absent => self.absent += 1,
            Lack::Null => self.null += 1,
            Lack::Blank => self.blank += 1,
        }
    }

    fn add(&mut self, other: &FieldCounts) {
        let FieldCounts { filled, defaulted, blank, null, absent, invalid, not_applicable, entries, spellings } = other;
        self.filled += filled;
        self.defaulted += defaulted;
        self.blank += blank;
        self.null += null;
        self.absent += absent;
        self.invalid += invalid;
        self.not_applicable += not_applicable;
        for (mine, EntryCounts { won, passed_on }) in self.entries.iter_mut().zip(entries) {
            mine.won += won;
            mine.passed_on += passed_on;
        }
        self.spellings.add(spellings);
    }
}

impl UnknownSpellings {
    /// Counts a spelling that no word lists; `text` is `None` for personal fields.
    pub fn note(&mut self, text: Option<&str>) {
        self.note_times(text, 1);
    }

    fn note_times(&mut self, text: Option<&str>, times: u64) {
        let Some(text) = text else { return };
        if let Some(count) = self.texts.get_mut(text) {
            *count += times;
        } else if self.texts.len() < self.most {
            self.texts.insert(text.to_owned(), times);
        } else {
            self.beyond += times;
        }
    }

    fn add(&mut self, other: &UnknownSpellings) {
        let UnknownSpellings { otherwise, passed_through, refused, texts, most: _, beyond } = other;
        self.otherwise += otherwise;
        self.passed_through += passed_through;
        self.refused += refused;
        self.beyond += beyond;
        for (text, times) in texts {
            self.note_times(Some(text), *times);
        }
    }

    pub fn total(&self) -> u64 {
        self.otherwise + self.passed_through + self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::count_states;
    use crate::value::path::Path;
    use crate::value::read::{ReadPlan, Slots};

    #[test]
    fn what_a_path_met_is_told_by_its_state() {
        let mut plan = ReadPlan::new(false);
        let paths = ["$.absent", "$.null", "$.blank", "$.value", "$.list[*]", "$.empty[*]", "$.value.below", "$.empty"];
        paths.iter().for_each(|path| _ = plan.add(&Path::parse(path).unwrap()));
        let mut slots = Slots::new();
        let record = r#"{"null":null,"blank":" ","value":"v","list":[null],"empty":[]}"#;
        let mut counts = vec![[0; 4]; paths.len()];
        count_states(&mut counts, plan.read(record, &mut slots).unwrap());
        let met: Vec<usize> = counts.iter().map(|count| count.iter().position(|count| *count == 1).unwrap()).collect();
        assert_eq!(met, [0, 1, 2, 3, 3, 1, 1, 3]);
    }
}
