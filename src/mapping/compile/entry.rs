//! Entries of `from`: each alone, and in their order.

use super::field::FieldType;
use super::source::{EntryForm, WrittenEntry};
use super::spelling::WrittenSpellings;
use super::step::{FROM_JSON, can_become};
use super::{Compiler, Needs, Scope};
use crate::diagnostic::{Code, Related};
use crate::mapping::compiled::{Entry, EntrySource, OnInvalid, PathUse, StepUse};
use crate::mapping::document::{At, NodeRef, Place};
use crate::mapping::spec::{self, Take};
use crate::mapping::whole::WholeField;
use crate::value::text::fold;
use crate::value::{Kind, Shape};

impl<'p> Compiler<'p> {
    #[allow(clippy::too_many_arguments, reason = "what an entry inherits from its field")]
    pub(super) fn entry(
        &mut self,
        scope: &Scope<'p>,
        written: &WrittenEntry<'p>,
        kind: &FieldType,
        field_then: (&[StepUse], &'p [At<spec::Step>]),
        has_spellings: bool,
        on_invalid: OnInvalid,
        needs: &mut Needs,
    ) -> Option<Entry> {
        let on_invalid = Self::entry_action(written, on_invalid);
        let place = written.place;
        let empty: &'static [At<spec::Step>] = &[];
        let (when, steps): (&'p [At<spec::Condition>], &'p [At<spec::Step>]) = match written.form {
            EntryForm::Full(full) => (&full.when.0, &full.then.0),
            _ => (&[], empty),
        };
        let when = self.clauses(scope, when.iter());
        needs.looked_at.extend(when.iter().flat_map(|clause| &clause.any).filter_map(super::condition::field_of));
        let then = self.steps(scope, steps, needs);
        let (what, text, start) = match written.form {
            EntryForm::Bare => {
                let text = self.project.text(place).to_owned();
                self.path_entry(scope, &text, place, written.category, Take::Only)?
            }
            EntryForm::Full(full) => match (&full.path, &full.template, full.constant) {
                (Some(path), None, None) => self.path_entry(
                    scope,
                    path,
                    path.place,
                    full.category.as_ref().or(written.category),
                    full.take.unwrap_or_default(),
                )?,
                (None, Some(template), None) => self.template_entry(scope, template, needs)?,
                (None, None, Some(constant)) => self.constant_entry(constant, kind)?,
                _ => {
                    let finding =
                        self.find(Code::SeveralSources, place, "an entry has exactly one of `path`, `template` and `constant`");
                    finding.help = Some("several places to look are several entries: `from: [$.a, $.b]`".to_owned());
                    return None;
                }
            },
            EntryForm::Template(template) => self.template_entry(scope, template, needs)?,
            EntryForm::Constant(constant) => self.constant_entry(constant, kind)?,
        };
        let readable = match &what {
            EntrySource::Path { path, .. } => {
                self.check_own_list(Some(path), [&then, field_then.0], place);
                self.check_locale_text(path, kind, place)
            }
            EntrySource::Template(_) => {
                self.check_own_list(None, [&then, field_then.0], place);
                true
            }
            EntrySource::Constant(_) => true,
        };
        if readable && !matches!(what, EntrySource::Constant(_)) {
            self.check_shapes(start, (&then, steps), field_then, kind, has_spellings, place);
        }
        Some(Entry { text, place, what, when, then, on_invalid })
    }

    fn path_entry(
        &mut self,
        scope: &Scope<'p>,
        text: &str,
        place: Place,
        category: Option<&At<String>>,
        take: Take,
    ) -> Option<(EntrySource, String, Vec<Shape>)> {
        if !text.starts_with('$') {
            let help = if scope.whole.fields.contains_key(text) {
                format!("a field of this file is reached by `template: \"{{{text}}}\"` or `use: {text}`; a path begins with `$.`")
            } else {
                format!(
                    "a path begins with `$.`: `$.{}`; a fixed word is written `{{ constant: {text} }}`",
                    text.trim_start_matches('.')
                )
            };
            self.find(Code::BadPath, place, format!("`{text}` is no path")).help = Some(help);
            return None;
        }
        let mut path = self.path(scope, text, place, category)?;
        if take == Take::All {
            let plan = self.plan(path.root);
            let parsed = plan.path(path.slot).clone();
            path.slot = plan.add_matches(&parsed);
        }
        let shapes = match (take, self.catalog_shapes(&path)) {
            (Take::All, _) => vec![Shape::List],
            (_, Some(shapes)) => shapes,
            (_, None) => FROM_JSON.to_vec(),
        };
        Some((EntrySource::Path { path, take }, text.to_owned(), shapes))
    }

    /// The shapes that the catalog promises for a path: humanReadable gives texts, a field what its type says.
    fn catalog_shapes(&mut self, path: &PathUse) -> Option<Vec<Shape>> {
        if path.human_readable {
            return Some(vec![Shape::Text]);
        }
        let catalog = path.catalog.as_ref()?;
        let field = self.environment.catalog.field(&catalog.field)?;
        let taken = field.path.split('.').count();
        let planned = self.plan(path.root).path(path.slot);
        let names = planned.leading_names();
        if names.len() != planned.segments.len() {
            return None;
        }
        names.get(taken..).map(|rest| field.shapes(rest).to_vec())
    }

    fn template_entry(
        &mut self,
        scope: &Scope<'p>,
        template: &'p At<String>,
        needs: &mut Needs,
    ) -> Option<(EntrySource, String, Vec<Shape>)> {
        let compiled = self.template(scope, template, template.place, needs)?;
        Some((EntrySource::Template(compiled), template.value.clone(), vec![Shape::Text]))
    }

    fn constant_entry(&mut self, constant: NodeRef, kind: &FieldType) -> Option<(EntrySource, String, Vec<Shape>)> {
        let value = self.own_word(constant.0, kind, Code::EntryTypeMismatch)?;
        Some((EntrySource::Constant(value), "constant".to_owned(), Vec::new()))
    }

    /// Whether the field can hold what the path gives: humanReadable gives words in the reader's language.
    fn check_locale_text(&mut self, path: &PathUse, kind: &FieldType, place: Place) -> bool {
        let text = |kind: Kind| matches!(kind, Kind::String | Kind::Enum);
        let fits = text(kind.kind) || kind.kind == Kind::List && text(kind.items);
        if path.human_readable && !fits {
            let message = format!("humanReadable is text in the reader's language; no {} can be read from it", kind.kind);
            self.find(Code::LocaleText, place, message).help = Some("use the same path without `humanReadable`".to_owned());
            return false;
        }
        true
    }

    /// Holds what a source without entries gives against the field's steps and type.
    pub(super) fn check_given(
        &mut self,
        shapes: &[Shape],
        written: &WholeField<'p>,
        then: &[StepUse],
        kind: &FieldType,
        has_spellings: bool,
        place: Place,
    ) {
        let steps = written.pick_list(|field| field.then.as_ref());
        self.check_shapes(shapes.to_vec(), (&[], &[]), (then, steps), kind, has_spellings, place);
    }

    fn check_shapes(
        &mut self,
        start: Vec<Shape>,
        own: (&[StepUse], &'p [At<spec::Step>]),
        field: (&[StepUse], &'p [At<spec::Step>]),
        kind: &FieldType,
        has_spellings: bool,
        place: Place,
    ) {
        let no_steps = own.1.is_empty() && field.1.is_empty();
        if kind.kind == Kind::Json && no_steps {
            return;
        }
        if let Some(step) = field.1.last().or(own.1.last())
            && matches!(kind.kind, Kind::Date | Kind::Datetime)
            && !has_spellings
            && step.name == "format_date"
            && step.argument.as_str().is_some_and(|format| !format.starts_with("YYYY-MM-DD"))
        {
            let message = format!("the text that `format_date` writes here can never be {}", super::literal::expected(kind.kind));
            self.find(Code::EntryTypeMismatch, step.place, message).help =
                Some("take the step away (dates are written as YYYY-MM-DD), or give the field another `type`".to_owned());
            return;
        }
        let shapes = self.shapes(start, [own.0, field.0], [own.1, field.1]);
        if can_become(&shapes, kind.kind, has_spellings) {
            return;
        }
        let list = shapes.iter().map(|shape| shape.word()).collect::<Vec<_>>().join(" or ");
        let finding = self.find(
            Code::EntryTypeMismatch,
            place,
            format!("what this gives ({list}) can never be {}", super::literal::expected(kind.kind)),
        );
        finding.help = Some(match kind.kind {
            Kind::Integer => "add the step `to_integer`, or give the field another `type`".to_owned(),
            Kind::Decimal => "add the step `to_decimal`, or give the field another `type`".to_owned(),
            Kind::Boolean => "add `spellings` with `true` and `false`, or give the field another `type`".to_owned(),
            _ if shapes == [Shape::Json] => {
                "name what stands inside the object (`.id`, `.value`), or write `type: json`".to_owned()
            }
            _ => "add a step that makes it so, or give the field another `type`".to_owned(),
        });
    }

    /// What stands before and after what: entries that can never win, doubles, constants in the way.
    /// `try_next`: the field itself says so, and not only the file's defaults.
    pub(super) fn check_order(&mut self, written: &[WrittenEntry<'p>], compiled: &[Entry], whole: bool, try_next: bool) {
        if !whole {
            return;
        }
        let last = compiled.len().saturating_sub(1);
        for (at, entry) in compiled.iter().enumerate() {
            if matches!(entry.what, EntrySource::Constant(_)) && entry.when.is_empty() && at != last {
                self.find(
                    Code::ConstantBeforeLast,
                    entry.place,
                    "the constant always wins, so nothing after it is ever looked at",
                )
                .help = Some("put it last, or give it a `when`".to_owned());
                return;
            }
            let explicit = match written[at].form {
                EntryForm::Full(full) => full.on_invalid,
                _ => None,
            };
            let alone = last == 0 && try_next && explicit.is_none();
            if at == last && (explicit == Some(spec::OnInvalid::TryNext) || alone) {
                self.find(
                    Code::TryNextOnLastEntry,
                    entry.place,
                    "nothing comes after this entry, so there is no next one to try",
                )
                .help = Some("write `on_invalid: blank` or `reject`".to_owned());
            }
            self.check_shadow(at, compiled);
        }
    }

    fn check_shadow(&mut self, at: usize, compiled: &[Entry]) {
        let entry = &compiled[at];
        for earlier in &compiled[..at] {
            let related =
                Related { file: earlier.place.file, span: self.project.span(earlier.place), message: "this entry".to_owned() };
            if self.is_same_entry(entry, earlier) {
                let finding = self.find(Code::DuplicateEntry, entry.place, "the entry stands here for the second time");
                finding.related.push(related);
                finding.help = Some("keep one of the two".to_owned());
                return;
            }
            let one_place = match (&entry.what, &earlier.what) {
                (EntrySource::Path { path, take }, EntrySource::Path { path: other, take: other_take }) => {
                    (path.root, path.slot, take) == (other.root, other.slot, other_take)
                }
                _ => false,
            };
            if one_place && earlier.when.is_empty() && earlier.on_invalid != OnInvalid::TryNext {
                let finding = self.find(
                    Code::ShadowedEntry,
                    entry.place,
                    "an earlier entry looks at the same place, so this one never wins",
                );
                finding.related.push(related);
                finding.help = Some("give the earlier one a `when` or `on_invalid: try_next`, or take one away".to_owned());
                return;
            }
        }
    }

    /// Holds spellings against the items of Bob's lists, where the catalog has them.
    pub(super) fn check_lists(&mut self, compiled: &[Entry], spelled: Option<&WrittenSpellings>, written: &WholeField<'p>) {
        let Some(spelled) = spelled else { return };
        let Some((_, place)) = written.pick(|field| field.spellings.as_ref()) else { return };
        let catalog = self.environment.catalog;
        let last = compiled.len().saturating_sub(1);
        let paths = compiled.iter().enumerate().filter_map(|(at, entry)| match &entry.what {
            // What an entry does not know goes to the next one where it says so.
            EntrySource::Path { path, .. } => Some((path.catalog.as_ref()?, at < last && entry.on_invalid == OnInvalid::TryNext)),
            _ => None,
        });
        let lists: Vec<Option<_>> = paths
            .map(|(path, goes_on)| path.list.as_deref().and_then(|list| catalog.list(list)).map(|list| (list, goes_on)))
            .collect();
        let mut known: Vec<String> = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        for (list, goes_on) in lists.iter().flatten() {
            for item in list.items() {
                let forms = [fold(&item.id).into_owned(), fold(&item.label).into_owned()];
                if !goes_on && !item.archived && !forms.iter().any(|form| spelled.words.contains_key(form)) {
                    missing.push(item.label.clone());
                }
                known.extend(forms);
            }
        }
        missing.dedup();
        if !missing.is_empty() && !spelled.takes_everything() {
            let message = format!(
                "no spelling covers {} of Bob's list",
                missing.iter().map(|label| format!("\"{label}\"")).collect::<Vec<_>>().join(", ")
            );
            self.find_key(Code::ListItemUnmapped, place, "spellings", message).help =
                Some("add each to the word it belongs to".to_owned());
        }
        if lists.is_empty() || lists.iter().any(Option::is_none) {
            return;
        }
        let mut unknown: Vec<Place> =
            spelled.words.iter().filter(|(form, _)| !known.contains(form)).filter_map(|(_, (_, place))| *place).collect();
        unknown.sort();
        for place in unknown {
            let text = self.project.text(place).to_owned();
            self.find(Code::ListItemUnknown, place, format!("Bob's list has no item `{text}`")).help =
                Some("it can be taken away".to_owned());
        }
    }
}
