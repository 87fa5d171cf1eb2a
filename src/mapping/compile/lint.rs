//! Checks on the mapping as a whole: what is ignored, what is left over, what programs downstream may trip over.

use super::{Compiler, Rooted, Scope};
use crate::catalog::company_field;
use crate::diagnostic::Code;
use crate::mapping::document::{At, Place};
use crate::mapping::project::Project;
use crate::mapping::spec::{Ignore, Short};
use crate::value::Kind;

/// What an item of `ignore` names.
enum Ignored {
    Path(String, Place),
    Field(String, Place),
}

/// The text of an item of `ignore`.
pub(in crate::mapping) fn ignored_text(project: &Project, written: &At<Short<Ignore>>) -> String {
    match (&written.path, &written.field) {
        (Some(name), _) | (None, Some(name)) => name.value.clone(),
        (None, None) => project.text(written.place).to_owned(),
    }
}

impl<'p> Compiler<'p> {
    pub(super) fn lint(&mut self, scope: &Scope<'p>) {
        self.unused_joins();
        self.check_ignored(scope);
        self.check_integers(scope);
        self.check_left_over(scope);
    }

    fn check_ignored(&mut self, scope: &Scope<'p>) {
        for written in &scope.whole.ignore.clone() {
            match self.ignored(written) {
                Some(Ignored::Path(text, place)) => self.check_ignored_path(&text, place),
                Some(Ignored::Field(name, place)) => self.check_ignored_field(scope, &name, place),
                None => {}
            }
        }
    }

    fn ignored(&mut self, written: &'p At<Short<Ignore>>) -> Option<Ignored> {
        if written.short {
            let text = self.project.text(written.place).to_owned();
            let is_path = text.starts_with('$');
            return Some(if is_path { Ignored::Path(text, written.place) } else { Ignored::Field(text, written.place) });
        }
        match (&written.path, &written.field) {
            (Some(path), None) => Some(Ignored::Path(path.value.clone(), path.place)),
            (None, Some(field)) => Some(Ignored::Field(field.value.clone(), field.place)),
            _ => {
                self.find(Code::BadType, written.place, "an item of `ignore` has either `path` or `field`");
                None
            }
        }
    }

    fn check_ignored_path(&mut self, text: &str, place: Place) {
        let Some(parsed) = self.parse_path(text, place) else { return };
        let segments = parsed.path.segments.clone();
        let used: Vec<Place> = self
            .used_paths
            .iter()
            .filter(|(path, _)| {
                let readable = super::path::first_name(path) == Some("humanReadable");
                let below = |from: usize| path.segments[from..].starts_with(&segments);
                parsed.root == Rooted::Record && (below(0) || readable && below(1))
            })
            .map(|(_, place)| *place)
            .collect();
        if let Some(first) = used.first() {
            let (file, span) = (first.file, self.project.span(*first));
            let finding = self.find(Code::IgnoredButUsed, place, format!("`{text}` is ignored here and mapped as well"));
            finding.related.push(crate::diagnostic::Related { file, span, message: "mapped here".to_owned() });
            finding.help = Some("take one of the two away".to_owned());
        }
        let names = parsed.path.leading_names();
        let catalog = self.environment.catalog;
        let known = catalog.by_names(&names).is_some() || catalog.fields().any(|field| is_below(&field.path, &names));
        if known || names.is_empty() || self.source_name() != "hibob.people" {
            return;
        }
        // The built-in catalog knows Bob's own fields only: there, a near miss alone says that a path is wrong.
        if catalog.is_builtin() && company_field(&names).is_some() {
            return;
        }
        let near = catalog.near(&names.join("."));
        if !catalog.is_builtin() || !near.is_empty() {
            self.find(Code::StaleIgnore, place, format!("the catalog has nothing at `{text}`")).help = Some(match near.first() {
                Some(near) => format!("did you mean `${}`?", super::path::written_names(&near.path())),
                None => "take it away".to_owned(),
            });
        }
    }

    fn check_ignored_field(&mut self, scope: &Scope<'p>, name: &str, place: Place) {
        if scope.whole.fields.contains_key(name) {
            self.find(Code::IgnoredButUsed, place, format!("`{name}` is ignored here and mapped as well")).help =
                Some("take one of the two away".to_owned());
            return;
        }
        let Some(target) = self.target.clone() else {
            self.find(
                Code::StaleIgnore,
                place,
                format!("`{name}` is no path, and the file has no target whose field it could be"),
            )
            .help = Some(format!("a path begins with `$.`: `$.{name}`"));
            return;
        };
        if target.field(name).is_none() {
            self.find(Code::StaleIgnore, place, format!("the target {} has no field `{name}`", target.name));
            self.suggest(name, target.fields.iter().map(|field| field.name.as_str()));
        }
    }

    /// Ids of Bob's exceed what floating point holds.
    fn check_integers(&mut self, scope: &Scope<'p>) {
        let long: Vec<(String, Place)> = self
            .fields
            .iter()
            .filter(|field| field.kind == Kind::Integer && !field.hidden)
            .filter(|field| self.holds_ids(field))
            .map(|field| (field.name.clone(), field.place))
            .collect();
        for (name, place) in long {
            let place = scope.whole.fields.get(name.as_str()).map_or(place, |field| field.name.place);
            let message =
                format!("`{name}` holds ids of 19 digits; programs that read JSON numbers as floating point change them");
            self.find(Code::IntegerBeyond253, place, message).help = Some("write `type: string`".to_owned());
        }
    }

    fn holds_ids(&self, field: &crate::mapping::compiled::Field) -> bool {
        use crate::mapping::compiled::{EntrySource, Source};
        let beyond = |value: &crate::value::Value<'_>| {
            value.as_text().is_some_and(|digits| {
                digits.trim_start_matches('-').len() > 15
                    && crate::value::number::compare(digits.trim_start_matches('-'), "9007199254740992").is_gt()
            })
        };
        let id = |path: &crate::mapping::compiled::PathUse| {
            let leaf = path.text.rsplit('.').next().unwrap_or_default();
            path.catalog
                .as_ref()
                .is_some_and(|catalog| matches!(catalog.field.as_str(), "root.id" | "work.manager" | "work.secondLevelManager"))
                || path.catalog.as_ref().is_some_and(|catalog| catalog.field == "work.reportsTo" && leaf == "id")
        };
        let Source::Entries(entries) = &field.source else { return false };
        field.default.as_ref().is_some_and(beyond)
            || entries.iter().any(|entry| match &entry.what {
                EntrySource::Path { path, .. } => id(path),
                EntrySource::Constant(value) => beyond(value),
                EntrySource::Template(_) => false,
            })
    }

    /// With a tenant's own catalog: the fields that the mapping neither maps nor ignores.
    fn check_left_over(&mut self, scope: &Scope<'p>) {
        let catalog = self.environment.catalog;
        if catalog.is_builtin() || self.source_name() != "hibob.people" {
            return;
        }
        let ignored: Vec<Vec<String>> = scope
            .whole
            .ignore
            .iter()
            .filter_map(|written| crate::value::path::Path::parse(&ignored_text(self.project, written)).ok())
            .map(|path| path.leading_names().into_iter().map(str::to_owned).collect())
            .collect();
        let used: Vec<Vec<&str>> = self.used_paths.iter().map(|(path, _)| path.leading_names()).collect();
        let left: Vec<String> = catalog
            .fields()
            .filter(|field| !field.deleted)
            .filter(|field| {
                let mapped = used.iter().any(|names| {
                    let names = names.strip_prefix(&["humanReadable"]).unwrap_or(names);
                    catalog.by_names(names).is_some_and(|(known, _)| known.id == field.id)
                });
                let below =
                    ignored.iter().any(|names| is_below(&field.path, &names.iter().map(String::as_str).collect::<Vec<_>>()));
                !mapped && !below
            })
            .map(|field| format!("$.{}", field.path))
            .collect();
        if left.is_empty() {
            return;
        }
        let place = self.leaf().mapping.place;
        let some = left.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let message = format!(
            "{} {} of the tenant {} neither mapped nor ignored: {some}{}",
            left.len(),
            if left.len() == 1 { "field" } else { "fields" },
            if left.len() == 1 { "is" } else { "are" },
            if left.len() > 5 { ", …" } else { "" }
        );
        self.find(Code::SourceUnmapped, place, message).help =
            Some("map what the target needs; put the rest under `ignore`".to_owned());
    }

    /// A category that a file gives to what the catalog can't judge must at least be one.
    pub(super) fn known_category(&mut self, given: &At<String>) {
        let catalog = self.environment.catalog;
        if catalog.category_by_name(given).is_some() || catalog.is_builtin() && !self.near_category(given) {
            return;
        }
        self.find(Code::CategoryMismatch, given.place, format!("the catalog has no category \"{}\"", given.value));
        let names: Vec<&str> = catalog.categories().map(|category| category.name.as_str()).collect();
        self.suggest(given, names.iter().copied());
    }

    fn near_category(&self, given: &str) -> bool {
        crate::value::text::nearest(given, self.environment.catalog.categories().map(|category| category.name.as_str())).is_some()
    }
}

/// Whether a field's path lies at or below these names.
fn is_below(path: &str, names: &[&str]) -> bool {
    let mut segments = path.split('.');
    !names.is_empty() && names.iter().all(|name| segments.next() == Some(name))
}
