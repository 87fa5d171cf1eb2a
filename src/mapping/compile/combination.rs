//! Keys that mean nothing beside each other, or without each other: each layer of a field is looked at by itself, for an
//! overlay may inherit what its own words do not need.

use super::Compiler;
use crate::diagnostic::Code;
use crate::mapping::compiled::{Entry, EntrySource, Source};
use crate::mapping::document::{At, Place};
use crate::mapping::spec;
use crate::mapping::whole::WholeField;
use crate::value::Kind;

/// Placing and writing go one call deeper with each name; no target comes near.
const DEEPEST_PLACE: usize = 100;

impl<'p> Compiler<'p> {
    /// What is wrong with a field's own words, whatever they name.
    pub(super) fn check_combinations(&mut self, written: &WholeField<'p>, kind: Kind) {
        self.check_name(written);
        for layer in &written.layers {
            let spec::Field { of, used, constant, then, spellings, from, blank_among, template, missing_values, .. } =
                &layer.value.full;
            let place = layer.place;
            if of.is_some() && used.is_none() {
                self.needless(place, "of", "`of` says on whose record a `use` works, and there is no `use` here");
            }
            if constant.is_some() && from.is_none() {
                for key in [("then", then.is_some()), ("spellings", spellings.is_some())].iter().filter(|key| key.1) {
                    let message = format!("`{}` is never done to a constant: it is the file's own word", key.0);
                    self.needless(place, key.0, &message);
                }
            }
            let other = [("use", used.is_some()), ("template", template.is_some()), ("constant", constant.is_some())];
            let other = other.into_iter().chain([("blank_among", blank_among.is_some())]).find(|key| key.1);
            if let (Some(_), None, Some((source, _))) = (missing_values, from, other) {
                let message = format!("`missing_values` is about what paths find, and the source here is `{source}`");
                self.needless(place, "missing_values", &message);
            }
            if let Some([]) = blank_among.as_deref() {
                self.find_key(Code::SeveralSources, place, "blank_among", "`blank_among` names no field").help =
                    Some("name the fields: `blank_among: [first_name, last_name]`".to_owned());
            }
            for entry in from.iter().flat_map(|from| from.iter()) {
                self.check_entry_keys(entry.place, &entry.value.full);
            }
            self.check_spellings_given(layer);
        }
        self.check_fallbacks(written, kind);
        if let Some((items, place)) = written.pick(|field| field.items) {
            if kind != Kind::List {
                let message = format!("`items` is for lists, and this is {kind}");
                self.needless(place, "items", &message);
            } else if items == Kind::List {
                self.find_key(Code::BadType, place, "items", "a list holds no lists").help =
                    Some("write `items: json`, or take single elements out with a path".to_owned());
            }
        }
    }

    fn needless(&mut self, place: Place, key: &str, message: &str) {
        self.find_key(Code::BadType, place, key, message).help = Some("take it away".to_owned());
    }

    fn check_name(&mut self, written: &WholeField<'p>) {
        let name = written.name;
        if name.trim().is_empty() || name.trim() != name.value || name.contains(|c: char| c.is_control()) {
            self.find(Code::BadType, name.place, "a field's name is text without blanks at its ends").help =
                Some("give it a name, like `work_email`".to_owned());
        }
        let Some((to, place)) = written.pick(|field| field.to.as_ref()) else { return };
        if name.starts_with('_') {
            self.needless(place, "to", "a helper is never written, so it has no place");
        } else if super::write::segments(to).iter().any(String::is_empty) {
            self.find(Code::BadType, to.place, format!("`{}` has an empty name in it", to.value)).help =
                Some("write a key (`given_name`) or a JSON Pointer (`/name/givenName`)".to_owned());
        } else if super::write::segments(to).len() > DEEPEST_PLACE {
            let message = format!("the place lies more than {DEEPEST_PLACE} names deep");
            self.find(Code::BadType, to.place, message).help = Some("choose a place that lies less deep".to_owned());
        } else if to.starts_with('/') && to.split('~').skip(1).any(|after| !after.starts_with(['0', '1'])) {
            self.find(Code::BadType, to.place, format!("`{}` holds a `~` that a JSON Pointer can't hold", to.value)).help =
                Some("write `~0` for `~`, and `~1` for `/` within a name".to_owned());
        }
    }

    fn check_entry_keys(&mut self, place: Place, entry: &spec::Entry) {
        let spec::Entry { path, template, constant, when: _, take, then, on_invalid, category } = entry;
        // An entry without exactly one source has a finding of its own.
        if [path.is_some(), template.is_some(), constant.is_some()].iter().filter(|given| **given).count() != 1 {
            return;
        }
        if path.is_none() {
            if take.is_some() {
                self.needless(place, "take", "`take` chooses among a path's matches, and this is no path");
            }
            if category.is_some() {
                self.needless(place, "category", "`category` tells where Bob's admin finds a path, and this is no path");
            }
        }
        if constant.is_some() {
            for key in [("then", !then.is_empty()), ("on_invalid", on_invalid.is_some())].iter().filter(|key| key.1) {
                self.needless(place, key.0, &format!("`{}` is never done to a constant: it is the file's own word", key.0));
            }
        }
    }

    fn check_spellings_given(&mut self, layer: &'p At<spec::Short<spec::Field>>) {
        let Some(spellings) = &layer.value.full.spellings else { return };
        if spellings.is_empty() {
            self.find_key(Code::BadType, layer.place, "spellings", "`spellings` is empty").help =
                Some("give each of our words the list of what Bob may say for it".to_owned());
        }
        for (word, said) in spellings.iter().filter(|(_, said)| said.is_empty()) {
            let _ = said;
            let message = format!("nothing that Bob may say leads to `{}`", word.value);
            self.find(Code::BadType, word.place, message).help = Some("list what Bob may say, or take the word away".to_owned());
        }
    }

    /// `otherwise` and `pass_through` say what becomes of a spelling that is not listed: one of them, and only with a list.
    fn check_fallbacks(&mut self, written: &WholeField<'p>, kind: Kind) {
        let otherwise = written.pick(|field| field.otherwise).map(|(_, place)| ("otherwise", place));
        let pass = written.pick(|field| field.pass_through).filter(|(pass, _)| *pass).map(|(_, place)| ("pass_through", place));
        if let (Some(_), Some((key, place))) = (otherwise, pass) {
            self.find_key(
                Code::BadType,
                place,
                key,
                "a spelling that is not listed becomes `otherwise`, or passes through: not both",
            )
            .help = Some("keep one of the two keys".to_owned());
        }
        if written.spellings().next().is_some() || matches!(kind, Kind::Enum | Kind::List) {
            return;
        }
        for (key, place) in [otherwise, pass].into_iter().flatten() {
            self.find_key(Code::BadType, place, key, format!("`{key}` needs `spellings` that a value may miss")).help =
                Some("add `spellings`, or take it away; for a missing value there is `default`".to_owned());
        }
    }

    /// Entries that stand twice in one list, whatever they are; constants without a condition are another matter.
    pub(super) fn is_same_entry(&self, one: &Entry, other: &Entry) -> bool {
        let alike = match (&one.what, &other.what) {
            (EntrySource::Constant(_), EntrySource::Constant(_)) => !one.when.is_empty(),
            (EntrySource::Path { .. }, EntrySource::Path { .. }) | (EntrySource::Template(_), EntrySource::Template(_)) => true,
            _ => false,
        };
        let json = |entry: &Entry| self.project.document(entry.place).json(entry.place.node);
        alike && json(one) == json(other)
    }

    /// A default that is never used, because there is always a value.
    pub(super) fn check_default_is_reachable(&mut self, layer: Place, source: Option<&Source>) {
        let always = match source {
            Some(Source::BlankAmong(_)) => "`blank_among` always gives a list, if an empty one",
            Some(Source::Entries(entries)) => match entries.last() {
                Some(last) if matches!(last.what, EntrySource::Constant(_)) && last.when.is_empty() => {
                    "the constant always has a value"
                }
                _ => return,
            },
            _ => return,
        };
        self.find_key(Code::UnreachableDefault, layer, "default", format!("{always}, so the default is never used")).help =
            Some("take the default away".to_owned());
    }
}
