//! What a value means, however it is written: as numbers by which two fields can be compared without keeping their texts.

use crate::catalog::Catalog;
use crate::transform::Lists;
use crate::value::Raw;
use crate::value::json::{Data, Tree};
use crate::value::text::fold;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A value's ways to be written, hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// As it stands, trimmed and folded.
    written: u64,
    /// The label of the item whose id it is.
    label: Option<u64>,
    /// Other ways to write the same: another form of a number, a date or a yes.
    others: Vec<u64>,
}

impl Meaning {
    /// `list` is the field's own, looked for in each of the catalogs. `None` where there is no value.
    pub fn of(raw: Raw<'_>, list: Option<&str>, catalogs: &[&Catalog]) -> Option<Meaning> {
        let tree = Tree::parse(raw.text()).ok()?;
        let label = |id: &str| list.and_then(|list| catalogs.iter().find_map(|catalog| catalog.label(list, id)));
        let texts: Vec<String> = match &tree.data {
            Data::Array(items) => items.iter().flat_map(texts).collect(),
            _ => texts(&tree),
        };
        let is_list = matches!(tree.data, Data::Array(_));
        match texts.as_slice() {
            [] => None,
            [text, ways @ ..] if !is_list || ways.is_empty() => Some(Meaning {
                written: hash(text),
                label: label(text).map(hash),
                others: ways.iter().map(|way| hash(way)).chain(forms(text)).collect(),
            }),
            items => {
                let all = |word: &dyn Fn(&str) -> String| {
                    let mut words: Vec<String> = items.iter().map(|item| fold(&word(item)).into_owned()).collect();
                    words.sort();
                    hash(&words.join(", "))
                };
                let known = items.iter().any(|item| label(item).is_some());
                let labels = known.then(|| all(&|item: &str| label(item).unwrap_or(item).to_owned()));
                Some(Meaning { written: all(&str::to_owned), label: labels, others: Vec::new() })
            }
        }
    }

    /// A number that is the same for the same value.
    pub(super) fn number(&self) -> u64 {
        self.written
    }

    pub(super) fn is_written_as(&self, other: &Meaning) -> bool {
        self.written == other.written
    }

    pub(super) fn agrees(&self, other: &Meaning) -> bool {
        // Ids of two lists can be the same and mean different things.
        if let (Some(one), Some(other)) = (self.label, other.label) {
            return one == other;
        }
        self.ways().any(|way| other.ways().any(|another| way == another))
    }

    fn ways(&self) -> impl Iterator<Item = u64> {
        [self.written].into_iter().chain(self.label).chain(self.others.iter().copied())
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    fold(text).hash(&mut hasher);
    hasher.finish()
}

/// The text of a value, and what else stands for the same thing.
fn texts(tree: &Tree<'_>) -> Vec<String> {
    match &tree.data {
        Data::Null => Vec::new(),
        Data::Boolean(yes) => {
            let words = if *yes { ["true", "yes"] } else { ["false", "no"] };
            words.map(str::to_owned).to_vec()
        }
        Data::Number => vec![tree.raw.to_owned()],
        Data::String(text) if text.trim().is_empty() => Vec::new(),
        Data::String(text) => vec![text.trim().to_owned()],
        Data::Array(_) => vec![tree.raw.to_owned()],
        // An employee, an amount, a period: known by whichever of these it has.
        Data::Object(_) => {
            let names = ["id", "value", "periodISO", "email", "displayName"];
            let found: Vec<String> = names.iter().filter_map(|name| tree.get(name)).flat_map(texts).collect();
            if found.is_empty() { vec![tree.raw.to_owned()] } else { found }
        }
    }
}

/// Other ways to write a number, a date or several items.
fn forms(text: &str) -> Vec<u64> {
    let mut forms: Vec<String> = Vec::new();
    if text.contains(", ") {
        let mut items: Vec<String> = text.split(", ").map(|item| fold(item).into_owned()).collect();
        items.sort();
        forms.push(items.join(", "));
    }
    if text.len() <= 30 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let whole = text.trim_start_matches('0');
        let short = if whole.contains('.') { whole.trim_end_matches('0').trim_end_matches('.') } else { whole };
        forms.push(short.to_owned());
    }
    let parts: Vec<&str> = text.split(['/', '.', '-', 'T', ' ']).take(3).collect();
    if let [one, two, three] = parts.as_slice()
        && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    {
        match (one.len(), two.len(), three.len()) {
            (4, 2, 2) => forms.push(format!("{one}-{two}-{three}")),
            // The day or the month stands first.
            (1..=2, 1..=2, 4) => {
                forms.push(format!("{three}-{two:0>2}-{one:0>2}"));
                forms.push(format!("{three}-{one:0>2}-{two:0>2}"));
            }
            _ => {}
        }
    }
    forms.iter().map(|form| hash(form)).collect()
}
