//! A mapping with its overlays laid over it: key by key, the overlay's word counts, and every key still knows the file it
//! came from.

use super::compile::ignored_text;
use super::document::{At, Many, NodeRef, Place};
use super::project::Project;
use super::spec::{Condition, Entries, Entry, Field, Ignore, Join, Short, Spec};
use crate::diagnostic::{Code, Diagnostic};
use crate::value::text::nearest;
use indexmap::IndexMap;

/// A mapping as it counts in this run.
#[derive(Debug)]
pub struct Whole<'p> {
    /// The file itself, then what it extends, up to a mapping that extends nothing.
    pub layers: Vec<&'p Spec>,
    pub fields: IndexMap<&'p str, WholeField<'p>>,
    pub joins: IndexMap<&'p str, (&'p At<String>, &'p At<Join>)>,
    pub keep: Vec<&'p At<Condition>>,
    pub ignore: Vec<&'p At<Short<Ignore>>>,
    /// Fields that an overlay took away, by name.
    pub removed: IndexMap<&'p str, &'p At<String>>,
}

/// One field, its layers from the outermost overlay inwards.
#[derive(Debug)]
pub struct WholeField<'p> {
    pub name: &'p At<String>,
    pub layers: Vec<&'p At<Short<Field>>>,
}

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy)]
pub enum SourceKey<'p> {
    /// The short form: the field's own text is a path.
    Short(Place),
    From(&'p Many<Short<Entry>>),
    Template(&'p At<String>),
    Constant(NodeRef),
    Use(&'p At<String>, Option<&'p At<String>>),
    BlankAmong(&'p [At<String>]),
}

impl<'p> Whole<'p> {
    /// Lays a file over those that it extends, or says why that can't be.
    pub fn of(project: &'p Project, spec: &'p Spec, findings: &mut Vec<Diagnostic>) -> Option<Whole<'p>> {
        let mut layers = vec![spec];
        while let Some(parent) = &layers[layers.len() - 1].extends {
            let span = project.span(parent.place);
            if let Some(start) = layers.iter().position(|layer| layer.mapping.value == parent.value) {
                let names = layers[start..].iter().map(|layer| layer.mapping.as_str()).chain([parent.as_str()]);
                let message = match layers.len() - start {
                    1 => "the file extends itself".to_owned(),
                    _ => format!("the files extend each other in a circle: {}", names.collect::<Vec<_>>().join(" -> ")),
                };
                findings.push(
                    Diagnostic::new(Code::ExtendsCycle, parent.place.file, span, message)
                        .help("one mapping of the chain must extend nothing"),
                );
                return None;
            }
            match project.spec(parent) {
                Some(spec) => layers.push(spec),
                None => {
                    findings.push(unknown_name(project, parent, "extends"));
                    return None;
                }
            }
        }
        let mut whole = Whole {
            layers: layers.clone(),
            fields: IndexMap::new(),
            joins: IndexMap::new(),
            keep: Vec::new(),
            ignore: Vec::new(),
            removed: IndexMap::new(),
        };
        for spec in layers.into_iter().rev() {
            whole.lay(project, spec, findings);
        }
        Some(whole)
    }

    /// Lays `spec` over what is there.
    fn lay(&mut self, project: &'p Project, spec: &'p Spec, findings: &mut Vec<Diagnostic>) {
        for removed in &spec.remove {
            if spec.extends.is_none() {
                let message = "`remove` drops fields of a parent, and this file extends nothing";
                let span = project.span(removed.place);
                findings.push(
                    Diagnostic::new(Code::BadOverlay, removed.place.file, span, message)
                        .help("take the field out of `fields`, or say which mapping this one `extends`"),
                );
            } else if self.fields.shift_remove(removed.as_str()).is_none() {
                let span = project.span(removed.place);
                let finding = Diagnostic::new(
                    Code::RemoveUnknown,
                    removed.place.file,
                    span,
                    format!("the parent has no field `{}`", removed.value),
                );
                findings.push(suggest(finding, removed, self.fields.keys().copied()));
            } else {
                self.removed.insert(removed, removed);
            }
        }
        // What an overlay maps is left out no longer.
        let is_mapped = |ignored: &At<Short<Ignore>>| {
            let text = ignored_text(project, ignored);
            spec.fields.iter().any(|(name, _)| **name == text)
        };
        self.ignore.retain(|ignored| !is_mapped(ignored));
        for (name, field) in spec.fields.iter() {
            let entry = self.fields.entry(name.as_str()).or_insert_with(|| WholeField { name, layers: Vec::new() });
            entry.name = name;
            self.removed.shift_remove(name.as_str());
            entry.layers.insert(0, field);
        }
        for (name, join) in spec.joins.iter() {
            self.joins.insert(name, (name, join));
        }
        self.keep.extend(spec.keep.iter());
        self.ignore.extend(spec.ignore.iter());
    }

    /// Whether a file of it has faults in its form.
    pub fn has_faults(&self, project: &Project) -> bool {
        self.layers.iter().any(|layer| project.has_faults(layer.mapping.place.file))
    }

    pub fn name(&self) -> &'p At<String> {
        &self.layers[0].mapping
    }

    /// The outermost layer's word for a key of the file.
    pub fn pick<T>(&self, key: impl Fn(&'p Spec) -> Option<T>) -> Option<T> {
        self.layers.iter().find_map(|layer| key(layer))
    }
}

impl<'p> WholeField<'p> {
    /// Where the field stands: in the outermost file that says something of it.
    pub fn place(&self) -> Place {
        self.layers[0].place
    }

    /// The outermost layer's word for a key, and the field's place in that layer's file.
    pub fn pick<T>(&self, key: impl Fn(&'p Field) -> Option<T>) -> Option<(T, Place)> {
        self.layers.iter().find_map(|layer| key(&layer.value.full).map(|value| (value, layer.place)))
    }

    /// The list of a key that each layer replaces as a whole: the outermost that is given.
    pub fn pick_list<T>(&self, key: impl Fn(&'p Field) -> Option<&'p Many<T>>) -> &'p [At<T>] {
        self.layers.iter().find_map(|layer| key(&layer.value.full)).map_or(&[], |list| &list.0)
    }

    /// Each layer's sources, the outermost first; a layer may have none (it says something else) or, wrongly, several.
    pub fn sources(&self) -> Vec<(Place, Vec<SourceKey<'p>>)> {
        self.layers.iter().map(|layer| (layer.place, sources(layer))).collect()
    }

    /// Each layer's spellings, the outermost first.
    pub fn spellings(&self) -> impl Iterator<Item = &'p Entries<Many<NodeRef>>> {
        self.layers.iter().filter_map(|layer| layer.value.full.spellings.as_ref())
    }
}

fn sources<'p>(layer: &'p At<Short<Field>>) -> Vec<SourceKey<'p>> {
    if layer.short {
        return vec![SourceKey::Short(layer.place)];
    }
    let field = &layer.value.full;
    let mut found = Vec::new();
    found.extend(field.from.as_ref().map(SourceKey::From));
    found.extend(field.template.as_ref().map(SourceKey::Template));
    found.extend(field.constant.map(SourceKey::Constant));
    found.extend(field.used.as_ref().map(|used| SourceKey::Use(used, field.of.as_ref())));
    found.extend(field.blank_among.as_ref().map(|names| SourceKey::BlankAmong(names)));
    found
}

/// A name of a mapping that no file given has.
pub fn unknown_name(project: &Project, name: &At<String>, key: &str) -> Diagnostic {
    let message = format!("`{key}` names `{}`, and no file given has `mapping: {}`", name.value, name.value);
    let finding = Diagnostic::new(Code::UnknownName, name.place.file, project.span(name.place), message);
    // No file extends itself, and an overlay's name often begins like its parent's.
    let near = match key {
        "extends" => nearest(name, project.names_beside(name.place.file)),
        _ => nearest(name, project.names()),
    };
    match near {
        Some(near) => {
            finding.help(format!("give the file of `{}` on the command line as well; or did you mean `{near}`?", name.value))
        }
        None => finding.help("give that file on the command line as well"),
    }
}

/// Adds "did you mean" where a candidate is near, else the list of what there is.
pub fn suggest<'c>(finding: Diagnostic, written: &str, candidates: impl Iterator<Item = &'c str> + Clone) -> Diagnostic {
    match nearest(written, candidates.clone()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).replacement(near),
        None => {
            let names: Vec<&str> = candidates.collect();
            match names.as_slice() {
                [] => finding,
                all if all.len() <= 15 => finding.help(format!("known here: {}", all.join(", "))),
                many => finding.help(format!("known here: {}, and {} more", many[..12].join(", "), many.len() - 12)),
            }
        }
    }
}
