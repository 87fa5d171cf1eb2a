//! Where a field's value comes from: exactly one of `from`, `template`, `constant`, `use` and `blank_among`, with what an
//! overlay inherits.

use super::field::FieldType;
use super::spelling::WrittenSpellings;
use super::{Compiler, Needs, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::{Entry, EntrySource, OnInvalid, Source, StepUse};
use crate::mapping::document::{At, NodeRef, Place};
use crate::mapping::spec;
use crate::mapping::whole::{SourceKey, WholeField};
use crate::value::Shape;

/// An entry of `from` as it counts: an overlay's own, or its parent's.
#[derive(Clone, Copy)]
pub(super) struct WrittenEntry<'p> {
    pub place: Place,
    pub form: EntryForm<'p>,
    /// The category that the field gives its paths.
    pub category: Option<&'p At<String>>,
}

#[derive(Clone, Copy)]
pub(super) enum EntryForm<'p> {
    /// A bare path, or a field's short form.
    Bare,
    Full(&'p spec::Entry),
    /// A field's `template` or `constant`.
    Template(&'p At<String>),
    Constant(NodeRef),
}

impl<'p> Compiler<'p> {
    #[allow(clippy::too_many_arguments, reason = "the parts of one field, each made before its source")]
    pub(super) fn source(
        &mut self,
        scope: &Scope<'p>,
        written: &WholeField<'p>,
        kind: &FieldType,
        then: &[StepUse],
        spelled: &Option<WrittenSpellings>,
        on_invalid: OnInvalid,
        needs: &mut Needs,
    ) -> Option<Source> {
        let layers = written.sources();
        for (place, sources) in &layers {
            if sources.len() > 1 {
                let message = format!("`{}` has more than one source", written.name.value);
                self.find(Code::SeveralSources, *place, message).help =
                    Some("keep one of `from`, `template`, `constant`, `use` and `blank_among`; several places to look stand in one `from`".to_owned());
                return None;
            }
        }
        let layers: Vec<(Place, SourceKey<'p>)> =
            layers.into_iter().filter_map(|(place, sources)| sources.first().map(|source| (place, *source))).collect();
        let Some((place, source)) = layers.first() else {
            self.find(Code::SeveralSources, written.name.place, format!("`{}` has no source", written.name.value)).help =
                Some("give it a path: `from: $.work.department`".to_owned());
            return None;
        };
        if let SourceKey::BlankAmong(names) = source {
            let mut fields = Vec::new();
            for name in *names {
                let field = self.named_field(scope, name)?;
                needs.looked_at.push(field);
                fields.push((name.value.clone(), field));
            }
            self.check_given(&[Shape::List], written, then, kind, spelled.is_some(), *place);
            return Some(Source::BlankAmong(fields));
        }
        if let SourceKey::Use(used, of) = source {
            let field = self.use_rule(scope, used, *of)?;
            needs.feeding.push(field);
            let gives = super::step::gives(self.fields[field].kind);
            self.check_given(gives, written, then, kind, spelled.is_some(), used.place);
            return Some(Source::Field(field));
        }
        let mut entries = self.entries(&layers, *place)?;
        let category = written.pick(|field| field.category.as_ref()).map(|(category, _)| category);
        entries.iter_mut().for_each(|entry| entry.category = category);
        let steps = written.pick_list(|field| field.then.as_ref());
        let mut compiled = Vec::new();
        let mut whole = true;
        for entry in &entries {
            match self.entry(scope, entry, kind, (then, steps), spelled.is_some(), on_invalid, needs) {
                Some(entry) => compiled.push(entry),
                None => whole = false,
            }
        }
        let try_next = written.pick(|field| field.on_invalid).is_some_and(|(action, _)| action == spec::OnInvalid::TryNext);
        self.check_order(&entries, &compiled, whole, try_next);
        self.check_lists(&compiled, spelled.as_ref(), written);
        self.check_category_key(written, &compiled);
        whole.then_some(Source::Entries(compiled))
    }

    /// The entries of the outermost layer, with its parent's in the place of `inherited`.
    fn entries(&mut self, layers: &[(Place, SourceKey<'p>)], place: Place) -> Option<Vec<WrittenEntry<'p>>> {
        let (_, source) = layers.first()?;
        let SourceKey::From(list) = source else { return Some(vec![single(*source, place)]) };
        let mut entries = Vec::new();
        let mut inherited = false;
        for entry in list.iter() {
            if !(entry.short && self.project.text(entry.place) == "inherited") {
                let form = if entry.short { EntryForm::Bare } else { EntryForm::Full(&entry.value.full) };
                entries.push(WrittenEntry { place: entry.place, form, category: None });
                continue;
            }
            let parents = &layers[1..];
            if let Some((_, SourceKey::Use(..) | SourceKey::BlankAmong(_))) = parents.first() {
                let message = "the parent's field has no entries: its source is `use` or `blank_among`";
                self.find(Code::BadOverlay, entry.place, message).help = Some("give the field its own `from`".to_owned());
                return None;
            }
            if parents.is_empty() || inherited {
                let message = if inherited {
                    "`inherited` stands here for the second time"
                } else {
                    "there is nothing to inherit: no parent has this field"
                };
                self.find(Code::BadOverlay, entry.place, message).help =
                    Some("`inherited` stands once in an overlay's `from`, for the parent's whole source".to_owned());
                return None;
            }
            inherited = true;
            entries.extend(self.entries(parents, parents[0].0)?);
        }
        if entries.is_empty() {
            self.find_key(Code::SeveralSources, place, "from", "`from` has no places to look").help =
                Some("give at least one path".to_owned());
            return None;
        }
        Some(entries)
    }

    /// A category at the field is checked with each of its paths; where the catalog knows none of them, it must be one at least.
    fn check_category_key(&mut self, written: &WholeField<'p>, compiled: &[Entry]) {
        let Some((category, _)) = written.pick(|field| field.category.as_ref()) else { return };
        let known = compiled.iter().any(|entry| match &entry.what {
            EntrySource::Path { path, .. } => {
                path.catalog.as_ref().is_some_and(|catalog| self.environment.catalog.field(&catalog.field).is_some())
            }
            _ => false,
        });
        if !known {
            self.known_category(category);
        }
    }

    /// What a wrong value of this entry comes to.
    pub(super) fn entry_action(entry: &WrittenEntry<'p>, on_invalid: OnInvalid) -> OnInvalid {
        match entry.form {
            EntryForm::Full(full) => full.on_invalid.unwrap_or(on_invalid),
            _ => on_invalid,
        }
    }
}

fn single(source: SourceKey<'_>, place: Place) -> WrittenEntry<'_> {
    match source {
        SourceKey::Short(place) => WrittenEntry { place, form: EntryForm::Bare, category: None },
        SourceKey::Template(template) => {
            WrittenEntry { place: template.place, form: EntryForm::Template(template), category: None }
        }
        SourceKey::Constant(constant) => WrittenEntry { place: constant.0, form: EntryForm::Constant(constant), category: None },
        SourceKey::From(_) | SourceKey::BlankAmong(_) | SourceKey::Use(..) => {
            WrittenEntry { place, form: EntryForm::Bare, category: None }
        }
    }
}
