//! Conditions of `keep`, `when` and a join's `where`.

use super::{Compiler, Scope};
use crate::catalog::Item;
use crate::diagnostic::{Code, Severity};
use crate::mapping::compiled::{Clause, Condition, Day, FieldIndex, PathUse, Subject, Test};
use crate::mapping::document::{At, NodeRef, Place};
use crate::mapping::spec;
use crate::value::text::{fold, nearest};
use crate::value::time::{Iso, parse_iso};
use crate::value::{Kind, Value};
use std::sync::Arc;

/// A text of an item of a list.
type OfItem = fn(&Item) -> &str;

/// The field that a condition is about.
pub(super) fn field_of(condition: &Condition) -> Option<FieldIndex> {
    match condition.subject {
        Subject::Field(field) => Some(field),
        Subject::Path(_) => None,
    }
}

impl<'p> Compiler<'p> {
    pub(super) fn clauses(
        &mut self,
        scope: &Scope<'p>,
        conditions: impl Iterator<Item = &'p At<spec::Condition>>,
    ) -> Vec<Clause> {
        conditions.filter_map(|condition| self.clause(scope, condition)).collect()
    }

    fn clause(&mut self, scope: &Scope<'p>, written: &'p At<spec::Condition>) -> Option<Clause> {
        let place = written.place;
        let Some(any) = &written.any else {
            let condition = self.condition(scope, written)?;
            return Some(Clause { text: self.shown(written), place, any: vec![condition] });
        };
        let alone = spec::Condition { any: None, ..written.value.clone() };
        if tests(&alone) > 0 || alone.path.is_some() || alone.field.is_some() {
            self.find_key(Code::BadCondition, place, "any", "`any` stands alone: its conditions stand in its list").help =
                Some("put the rest into an item of its own: all items must hold".to_owned());
            return None;
        }
        if any.is_empty() {
            self.find_key(Code::BadCondition, place, "any", "`any` needs at least one condition").help =
                Some("list the conditions of which one must hold, or take it away".to_owned());
            return None;
        }
        let mut conditions = Vec::new();
        for inner in any {
            if inner.any.is_some() {
                self.find(Code::BadCondition, inner.place, "conditions nest no deeper than one `any`");
                return None;
            }
            conditions.push(self.condition(scope, inner)?);
        }
        let text = any.iter().map(|inner| self.shown(inner)).collect::<Vec<_>>().join(" or ");
        Some(Clause { text, place, any: conditions })
    }

    /// What reports call a condition: its own words.
    fn shown(&self, written: &At<spec::Condition>) -> String {
        let document = self.project.document(written.place);
        let mut parts = Vec::new();
        for (key, value) in document.entries(written.place.node) {
            let key = document.text(*key).unwrap_or_default();
            let value = document.text(*value).map_or_else(|| document.json(*value), str::to_owned);
            parts.push(if matches!(key, "path" | "field") { value } else { format!("{} {value}", key.replace('_', " ")) });
        }
        parts.join(" ")
    }

    fn condition(&mut self, scope: &Scope<'p>, written: &'p At<spec::Condition>) -> Option<Condition> {
        let place = written.place;
        if tests(written) != 1 {
            let message = if tests(written) == 0 { "the condition has no test" } else { "the condition has more than one test" };
            self.find(Code::BadCondition, place, message).help = Some(
                "give exactly one of `is`, `is_not`, `in`, `not_in`, `has_value`, `on_or_after` and `on_or_before`; a list of conditions must all hold"
                    .to_owned(),
            );
            return None;
        }
        let subject = match (&written.path, &written.field) {
            (Some(path), None) => Subject::Path(self.path(scope, path, path.place, None)?),
            (None, Some(field)) => Subject::Field(self.named_field(scope, field)?),
            _ => {
                self.find(Code::BadCondition, place, "the condition needs one subject").help =
                    Some("give either `path` or `field`".to_owned());
                return None;
            }
        };
        let test = self.test(written, &subject)?;
        if let (Subject::Path(path), Test::OnOrAfter(_) | Test::OnOrBefore(_)) = (&subject, &test)
            && path.human_readable
        {
            let message = "humanReadable dates are written in the reader's language; no date can be read from them";
            let place = self.project.child(place, "path").unwrap_or(place);
            self.find(Code::LocaleText, place, message).help = Some("use the same path without `humanReadable`".to_owned());
            return None;
        }
        Some(Condition { subject, test, missing_values: self.missing_values(scope, None) })
    }

    /// A field that is named by a condition, a step or `blank_among`.
    pub(super) fn named_field(&mut self, scope: &Scope<'p>, name: &At<String>) -> Option<FieldIndex> {
        if self.is_removed(scope, name, name.place) {
            return None;
        }
        if !scope.whole.fields.contains_key(name.as_str()) {
            self.find(Code::UnknownField, name.place, format!("the file has no field `{}`", name.value));
            self.suggest(name, scope.whole.fields.keys().copied());
            return None;
        }
        self.field(scope, name)
    }

    fn test(&mut self, written: &At<spec::Condition>, subject: &Subject) -> Option<Test> {
        let place = written.place;
        if let Some(word) = written.is {
            return Some(Test::In(self.words(&[word], subject)?));
        }
        if let Some(word) = written.is_not {
            return Some(Test::NotIn(self.words(&[word], subject)?));
        }
        for (key, words) in [("in", &written.is_in), ("not_in", &written.not_in)] {
            if words.as_ref().is_some_and(Vec::is_empty) {
                self.find_key(Code::BadCondition, place, key, format!("`{key}` lists no words")).help =
                    Some("list the words to compare with".to_owned());
                return None;
            }
        }
        if let Some(words) = &written.is_in {
            return Some(Test::In(self.words(words, subject)?));
        }
        if let Some(words) = &written.not_in {
            return Some(Test::NotIn(self.words(words, subject)?));
        }
        if let Some(wanted) = written.has_value {
            return Some(Test::HasValue(wanted));
        }
        if let Some(day) = &written.on_or_after {
            return Some(Test::OnOrAfter(self.day(day, subject)?));
        }
        written.on_or_before.as_ref().and_then(|day| self.day(day, subject)).map(Test::OnOrBefore)
    }

    /// Words to compare with. A word that the field can never hold is a mistake.
    fn words(&mut self, words: &[NodeRef], subject: &Subject) -> Option<Vec<String>> {
        let mut folded = Vec::new();
        for word in words {
            let place = word.0;
            let Some(text) = self.project.document(place).text(place.node).map(str::to_owned) else {
                self.find(Code::BadCondition, place, "the condition compares with one word at a time").help =
                    Some("several words stand in a list under `in` or `not_in`".to_owned());
                return None;
            };
            if let Subject::Field(field) = subject
                && let Some(possible) = self.possible_words(*field)
                && !possible.iter().any(|known| fold(known) == fold(&text))
            {
                let name = self.fields[*field].name.clone();
                self.find(Code::BadCondition, place, format!("`{name}` never holds `{text}`"));
                self.suggest(&text, possible.iter().map(String::as_str));
                return None;
            }
            if let Subject::Path(path) = subject {
                self.check_list_word(path, &text, place);
            }
            folded.push(fold(&text).into_owned());
        }
        Some(folded)
    }

    /// A word that a field with a list is compared with is one of its items: the id, or the label under `humanReadable`.
    fn check_list_word(&mut self, path: &PathUse, text: &str, place: Place) {
        let list = path.catalog.as_ref().and_then(|known| known.list.as_deref());
        let Some(list) = list.and_then(|list| self.environment.catalog.list(list)) else { return };
        let (id, label): (OfItem, OfItem) = (|item| &item.id, |item| &item.label);
        let (held, other) = if path.human_readable { (label, id) } else { (id, label) };
        if list.items().any(|item| fold(held(item)) == fold(text)) {
            return;
        }
        let named = list.items().find(|item| fold(other(item)) == fold(text));
        let near = || nearest(text, list.items().flat_map(|item| [held(item), other(item)]));
        let help = match (named, path.human_readable) {
            (Some(item), true) => Some(format!("under `humanReadable` stands the label: write `{}`", item.label)),
            (Some(item), false) => {
                Some(format!("records hold the id `{}`; compare that, or look under `$.humanReadable`", item.id))
            }
            (None, _) => near().map(|near| format!("did you mean `{near}`?")),
        };
        let message = match named {
            Some(_) if path.human_readable => format!("`{text}` is the id of an item, and records hold its label here"),
            Some(_) => format!("`{text}` is the label of an item, and records hold its id"),
            None => format!("Bob's list has no item `{text}`"),
        };
        let finding = self.find(Code::ListItemUnknown, place, message);
        finding.help = help;
        // An item that is gone may still stand in a record; a label never stands where ids do.
        if named.is_some() {
            finding.severity = Severity::Warning;
        }
    }

    /// All words that an enum can hold, or `None` where it may hold others.
    fn possible_words(&self, field: FieldIndex) -> Option<Vec<String>> {
        let field = &self.fields[field];
        if self.project.has_faults(field.place.file) {
            return None;
        }
        let spellings = field.spellings.as_ref().filter(|spellings| field.kind == Kind::Enum && !spellings.pass_through)?;
        let constants = match &field.source {
            crate::mapping::compiled::Source::Entries(entries) => entries.iter().filter_map(|entry| match &entry.what {
                crate::mapping::compiled::EntrySource::Constant(value) => Some(value),
                _ => None,
            }),
            _ => return None,
        };
        let values =
            spellings.words.iter().map(|(_, word)| word).chain(&spellings.otherwise).chain(&field.default).chain(constants);
        Some(values.filter_map(Value::as_text).map(str::to_owned).collect())
    }

    fn day(&mut self, written: &At<String>, subject: &Subject) -> Option<Day> {
        if let Subject::Field(field) = subject
            && !matches!(self.fields[*field].kind, Kind::Date | Kind::Datetime | Kind::String)
        {
            let message = format!("`{}` is {}, not a date", self.fields[*field].name, self.fields[*field].kind);
            self.find(Code::ConditionNotADate, written.place, message).help = Some("compare a field of `type: date`".to_owned());
            return None;
        }
        match day(written) {
            Some(day) => Some(day),
            None => {
                let message = format!("`{}` is no date", written.value);
                self.find(Code::ConditionNotADate, written.place, message).help =
                    Some("write YYYY-MM-DD, `run_date`, `90 days ago` or `30 days ahead`".to_owned());
                None
            }
        }
    }

    /// The texts that mean "no value": the field's own list, else the file's.
    pub(super) fn missing_values(&self, scope: &Scope<'p>, own: Option<&Vec<String>>) -> Arc<[String]> {
        let listed = own.or_else(|| scope.whole.pick(|spec| spec.defaults.missing_values.as_ref()));
        listed.map(|texts| texts.iter().map(|text| text.trim().to_owned()).collect()).unwrap_or_default()
    }
}

fn tests(condition: &spec::Condition) -> usize {
    let spec::Condition { path: _, field: _, any: _, is, is_not, is_in, not_in, has_value, on_or_after, on_or_before } =
        condition;
    [
        is.is_some(),
        is_not.is_some(),
        is_in.is_some(),
        not_in.is_some(),
        has_value.is_some(),
        on_or_after.is_some(),
        on_or_before.is_some(),
    ]
    .iter()
    .filter(|given| **given)
    .count()
}

fn day(text: &str) -> Option<Day> {
    if text == "run_date" {
        return Some(Day::FromRunDate(0));
    }
    if let Ok(Iso::Date(date)) = parse_iso(text) {
        return Some(Day::Fixed(date));
    }
    let mut words = text.split_whitespace();
    let (count, unit, direction) = (words.next()?, words.next()?, words.next()?);
    // A hundred years are enough for every rule, and far from the calendar's ends.
    let count: i64 = count.parse().ok().filter(|count| (0..=36_600).contains(count))?;
    match (unit, direction, words.next()) {
        ("day" | "days", "ago", None) => Some(Day::FromRunDate(-count)),
        ("day" | "days", "ahead", None) => Some(Day::FromRunDate(count)),
        _ => None,
    }
}
