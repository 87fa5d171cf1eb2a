//! Paths: the root word, the JSONPath after it, its slot, and what the catalog knows of it.

use super::{Binding, Compiler, Scope};
use crate::catalog::keys::{Near, unknown_key};
use crate::catalog::resource::Resource;
use crate::catalog::{Field, company_field};
use crate::diagnostic::{Code, Related, Severity};
use crate::mapping::compiled::{CatalogUse, PathUse, Root};
use crate::mapping::document::{At, Place};
use crate::mapping::requests::asked_field;
use crate::value::path::{Path, Segment, Selector};
use crate::value::read::{ReadPlan, is_slash_name};
use std::ops::Range;

/// The root word of a path as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rooted {
    Record,
    Parent,
    Join(String),
}

/// A path as written, taken apart.
pub(super) struct ParsedPath {
    pub root: Rooted,
    pub path: Path,
    /// The bytes of the root word in the text.
    pub root_word: Range<usize>,
}

impl<'p> Compiler<'p> {
    /// Reads a path's text; its faults are found in the scalar at `place`.
    pub(super) fn parse_path(&mut self, text: &str, place: Place) -> Option<ParsedPath> {
        let word_end = match text.strip_prefix('$') {
            Some(rest) => 1 + rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len()),
            None => 1,
        };
        let (root, rest) = match text.get(1..word_end) {
            Some("") | None => (Rooted::Record, text.to_owned()),
            Some("parent") => (Rooted::Parent, format!("${}", &text[word_end..])),
            Some(name) => (Rooted::Join(name.to_owned()), format!("${}", &text[word_end..])),
        };
        let shift = text.len() - rest.len();
        match Path::parse(&rest) {
            Ok(path) => {
                for warning in path.warnings() {
                    let span = self.project.inside(place, warning.span.start + shift..warning.span.end + shift);
                    let finding = self.find_at(Code::BadPath, place, span, warning.message.clone());
                    finding.help.clone_from(&warning.help);
                    finding.severity = Severity::Warning;
                }
                Some(ParsedPath { root, path, root_word: 0..word_end })
            }
            Err(error) => {
                let start = if error.span.start == 0 { 0 } else { error.span.start + shift };
                let span = self.project.inside(place, start..(error.span.end + shift).max(start));
                self.find_at(Code::BadPath, place, span, error.message).help = error.help;
                None
            }
        }
    }

    /// Resolves a path of `scope`: which record it starts at, and where its answer will lie.
    pub(super) fn path(&mut self, scope: &Scope<'p>, text: &str, place: Place, category: Option<&At<String>>) -> Option<PathUse> {
        let parsed = self.parse_path(text, place)?;
        if let Some(name) = first_name(&parsed.path).filter(|name| is_slash_name(name)) {
            let dotted = name.trim_start_matches('/').trim_start_matches("root/").replace('/', ".");
            let message = "names with slashes are HiBob's second copy of each value and are not read";
            self.find(Code::BadPath, place, message).help = Some(format!("write `{}.{dotted}`", &text[parsed.root_word]));
            return None;
        }
        let root = self.root(scope, &parsed, text, place)?;
        let catalog = self.catalog_use(root, &parsed, text, place, category);
        if scope.binding == Binding::Own && matches!(root, Root::Record | Root::Row) {
            self.used_paths.push((parsed.path.clone(), place));
        }
        let human_readable = first_name(&parsed.path) == Some("humanReadable");
        Some(PathUse { root, slot: self.plan(root).add(&parsed.path), text: text.to_owned(), catalog, human_readable })
    }

    pub(super) fn plan(&mut self, root: Root) -> &mut ReadPlan {
        match root {
            Root::Record => &mut self.record,
            Root::Row => &mut self.rows.as_mut().expect("a row root is given out only with `one_row_per`").plan,
            Root::Join(join) => &mut self.joins[join].plan,
        }
    }

    fn root(&mut self, scope: &Scope<'p>, parsed: &ParsedPath, text: &str, place: Place) -> Option<Root> {
        let word = self.project.inside(place, parsed.root_word.clone());
        let other_file = scope.whole.name().value != self.whole.name().value;
        match (&parsed.root, scope.binding) {
            (Rooted::Record, Binding::Joined(join)) => Some(Root::Join(join)),
            (Rooted::Parent | Rooted::Join(_), binding) if other_file || matches!(binding, Binding::Joined(_)) => {
                let message = format!(
                    "the rule looks at `{}`, and a rule that is used elsewhere may look at `$` only",
                    &text[parsed.root_word.clone()]
                );
                let related = Related { file: place.file, span: word, message: "here".to_owned() };
                let finding = self.find(Code::UnknownUse, scope.user.unwrap_or(place), message);
                finding.related.push(related);
                finding.help = Some("write the rule out in this file".to_owned());
                None
            }
            (_, Binding::Joined(_)) => None,
            (Rooted::Record, Binding::Own) => Some(if self.rows.is_some() { Root::Row } else { Root::Record }),
            (Rooted::Parent, Binding::Own) if self.rows.is_some() => Some(Root::Record),
            (Rooted::Parent, Binding::Own) => {
                let message = "`$parent` is the record around a row, and this file has no `one_row_per`";
                self.find_at(Code::UnknownRoot, place, word, message).help = Some("write `$` for the record".to_owned());
                None
            }
            (Rooted::Join(name), Binding::Own) => {
                let joins = self.whole.joins.keys().copied().collect::<Vec<_>>();
                if let Some(join) = joins.iter().position(|join| join == name) {
                    self.used_joins.push(join);
                    return (join < self.joins.len()).then_some(Root::Join(join));
                }
                let message = format!("`${name}` is no join of this file");
                self.find_at(Code::UnknownRoot, place, word, message);
                match crate::value::text::nearest(name, joins.iter().copied()) {
                    Some(near) => {
                        self.suggest_last(format!("did you mean `${near}`?"));
                        if let Some(finding) = self.findings.last_mut() {
                            finding.replacement = Some(format!("${near}"));
                        }
                    }
                    None => self.suggest_last(format!(
                        "a path in the record begins with `$.`: `$.{}`; joins stand under `joins`",
                        &text[1..]
                    )),
                }
                None
            }
        }
    }

    pub(super) fn suggest_last(&mut self, help: String) {
        if let Some(finding) = self.findings.last_mut() {
            finding.help = Some(help);
        }
    }

    /// What the catalog says of the field at the path, held against what the file says.
    fn catalog_use(
        &mut self,
        root: Root,
        parsed: &ParsedPath,
        text: &str,
        place: Place,
        category: Option<&At<String>>,
    ) -> Option<CatalogUse> {
        let people = match root {
            Root::Record => self.source_name() == "hibob.people",
            Root::Row => false,
            Root::Join(join) => self.joins[join].with.name == "hibob.people",
        };
        if !people {
            let resource = match root {
                Root::Record | Root::Row => Resource::find(self.source_name()),
                Root::Join(join) => Some(self.joins[join].with),
            };
            let rows = self.rows.as_ref().filter(|_| root == Root::Row).map(|rows| self.record.path(rows.slot).clone());
            if let Some(resource) = resource {
                self.check_keys(resource, rows.as_ref(), parsed, place);
            }
            return None;
        }
        let names = parsed.path.leading_names();
        let names = names.strip_prefix(&["humanReadable"]).unwrap_or(&names);
        if names.is_empty() {
            let message = "the path names no field, so Bob can't be asked for it";
            self.find(Code::PathNotRequestable, place, message).help =
                Some("begin with a field's name: `$.work.department`".to_owned());
            return None;
        }
        let catalog = self.environment.catalog;
        let Some((field, _)) = catalog.by_names(names) else {
            if let Err(Some(field)) = asked_field(&parsed.path.segments, catalog) {
                let message = "the path names a section of fields, so Bob can't be asked for it";
                self.find(Code::PathNotRequestable, place, message).help =
                    Some(format!("name the fields in it, such as `${}`", written_names(&field)));
                return None;
            }
            self.path_not_in_catalog(names, &text[parsed.root_word.clone()], place);
            return self.own_category(names, category);
        };
        if field.deleted {
            let message = format!("the field \"{}\" has been deleted in Bob", field.name);
            self.find(Code::FieldDeleted, place, message).help =
                Some("look for the field that replaced it, and put its path into `from`".to_owned());
        }
        if let Some(category) = category {
            self.check_category(field, category);
        }
        Some(CatalogUse { field: field.id.clone(), category: field.category.clone(), list: field.list.clone() })
    }

    /// Records of time off have the same keys in every company, as far as is known. `above` leads to where the path begins.
    pub(super) fn check_keys(&mut self, resource: &Resource, above: Option<&Path>, parsed: &ParsedPath, place: Place) {
        let text = self.project.text(place);
        let above: Vec<&str> = above.into_iter().flat_map(|path| names_down(&path.segments)).collect();
        let names: Vec<&str> = above.iter().copied().chain(names_down(&parsed.path.segments)).collect();
        // What leads to the rows has its own finding.
        let Some(unknown) = unknown_key(resource, &names).filter(|unknown| unknown.names > above.len()) else { return };
        let name = names[unknown.names - 1].to_owned();
        let message =
            format!("records of {} have no key `{}`, as far as is known", resource.name, names[..unknown.names].join("."));
        let finding = self.find(Code::PathNotInCatalog, place, message);
        match unknown.near {
            Some(Near::Here(near)) => {
                finding.help = Some(format!("did you mean `{}`?", text.replacen(&name, near, 1)));
                finding.replacement = Some(text.replacen(&name, near, 1));
            }
            Some(Near::At(path)) => finding.help = Some(format!("did you mean `{path}`?")),
            None => finding.severity = Severity::Note,
        }
    }

    fn path_not_in_catalog(&mut self, names: &[&str], root: &str, place: Place) {
        let catalog = self.environment.catalog;
        // The built-in catalog knows Bob's own fields, not a company's; only a near miss says that a path is wrong.
        if catalog.is_builtin() && (company_field(names).is_some() || names == ["custom"]) {
            return;
        }
        let near = catalog.near(&names.join("."));
        if catalog.is_builtin() && near.is_empty() {
            return;
        }
        let message = format!("the catalog has no field at `{root}.{}`", names.join("."));
        let finding = self.find(Code::PathNotInCatalog, place, message);
        finding.help = match near.first() {
            Some(near) => Some(format!("did you mean `{root}{}` (\"{}\")?", written_names(&near.path()), near.field.name)),
            None => Some("look the field up in the catalog by the name that Bob shows for it".to_owned()),
        };
    }

    /// The category that the file gives a field which the catalog does not have.
    fn own_category(&mut self, names: &[&str], category: Option<&At<String>>) -> Option<CatalogUse> {
        let given = category?;
        let catalog = self.environment.catalog;
        let taken = company_field(names).unwrap_or(names.len());
        let category = match catalog.category_by_name(given) {
            Some(category) => category.id.clone(),
            // A company's own category: the built-in catalog can't know it.
            None if catalog.is_builtin() => given.value.clone(),
            None => {
                self.unknown_category(given);
                return None;
            }
        };
        Some(CatalogUse { field: names[..taken].join("."), category, list: None })
    }

    fn unknown_category(&mut self, given: &At<String>) {
        let message = format!("the catalog has no category \"{}\"", given.value);
        self.find(Code::CategoryMismatch, given.place, message);
        let names: Vec<&str> = self.environment.catalog.categories().map(|category| category.name.as_str()).collect();
        self.suggest(given, names.iter().copied());
    }

    pub(super) fn check_category(&mut self, field: &Field, given: &At<String>) {
        let catalog = self.environment.catalog;
        let Some(named) = catalog.category_by_name(given) else {
            self.unknown_category(given);
            return;
        };
        if named.id == field.category || catalog.also_in(field).any(|other| other == named.id) {
            return;
        }
        let real = catalog.category(&field.category).map_or(field.category.as_str(), |category| category.name.as_str());
        let message = format!("the field \"{}\" stands in the category \"{real}\", not in \"{}\"", field.name, named.name);
        self.find(Code::CategoryMismatch, given.place, message).help =
            Some(format!("write `category: {real}`, and tick its View permission: People's data > People > {real}"));
    }

    pub(super) fn source_name(&self) -> &str {
        self.whole.pick(|spec| spec.source.as_ref()).map_or("", |name| name.as_str())
    }
}

/// The names that a path goes down by, past lists, up to where nobody can tell which name comes next.
fn names_down(segments: &[Segment]) -> impl Iterator<Item = &str> {
    let in_list = |segment: &Segment| match segment {
        Segment::Child(selectors) => selectors.iter().all(|selector| !matches!(selector, Selector::Name(_))),
        Segment::Descendant(_) => false,
    };
    segments
        .iter()
        .map_while(move |segment| match segment.name() {
            Some(name) => Some(Some(name)),
            None if in_list(segment) => Some(None),
            None => None,
        })
        .flatten()
}

/// Names joined by dots, as JSONPath writes them: those with blanks and the like stand in brackets.
pub fn written_names(dotted: &str) -> String {
    let plain =
        |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    dotted.split('.').map(|name| if plain(name) { format!(".{name}") } else { format!("['{name}']") }).collect()
}

pub(super) fn first_name(path: &Path) -> Option<&str> {
    path.leading_names().first().copied()
}
