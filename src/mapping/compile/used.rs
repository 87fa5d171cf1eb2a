//! `use`: the rule of another field, of this file or another, done on this record or on a join's.

use super::{Binding, Compiler, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::FieldIndex;
use crate::mapping::document::At;
use crate::mapping::project::Project;
use crate::mapping::spec::Spec;
use crate::mapping::whole::{SourceKey, Whole, WholeField, unknown_name};
use std::rc::Rc;

impl<'p> Compiler<'p> {
    /// The field that a `use` of this field takes over, compiled; for its type and its rules on missing values.
    pub(super) fn used_field(&mut self, scope: &Scope<'p>, written: &WholeField<'p>) -> Option<FieldIndex> {
        let layers = written.sources();
        let (_, sources) = layers.iter().find(|(_, sources)| !sources.is_empty())?;
        match sources.as_slice() {
            [SourceKey::Use(used, of)] => self.use_rule(scope, used, *of),
            _ => None,
        }
    }

    pub(super) fn use_rule(&mut self, scope: &Scope<'p>, used: &'p At<String>, of: Option<&'p At<String>>) -> Option<FieldIndex> {
        let before = self.findings.len();
        let rule = self.find_rule(scope, used, of);
        // The rule is asked for twice (for its type, and as the source): what is wrong is said once.
        let new: Vec<_> = self.findings.drain(before..).collect();
        for finding in new {
            if !self.findings.contains(&finding) {
                self.findings.push(finding);
            }
        }
        rule
    }

    fn find_rule(&mut self, scope: &Scope<'p>, used: &'p At<String>, of: Option<&'p At<String>>) -> Option<FieldIndex> {
        let (file, field) = match used.split_once('.') {
            Some((file, field)) => (Some(file), field),
            None => (None, used.as_str()),
        };
        let binding = match of {
            None => scope.binding,
            Some(_) if scope.binding != Binding::Own => {
                let message = "a rule that another file uses may look at `$` only";
                self.find(Code::UnknownUse, used.place, message).help = Some("`of` can't be used twice in a row".to_owned());
                return None;
            }
            Some(name) => {
                let join = self.named_join(name)?;
                if let Some(several) = self.several(join) {
                    let message = format!("a rule is done on one record, and {several}");
                    self.find(Code::BadJoin, name.place, message).help =
                        Some("look at its paths with `take`, or let the join find one record at most".to_owned());
                    return None;
                }
                Binding::Joined(join)
            }
        };
        let whole = match file {
            None => scope.whole.clone(),
            Some(file) => self.other_file(used, file)?,
        };
        if !whole.fields.contains_key(field) {
            if self.is_removed(&Scope { whole: whole.clone(), ..scope.clone() }, field, used.place) {
                return None;
            }
            let message = format!("`{}` has no field `{field}`", whole.name().value);
            let span = self.project.inside(used.place, used.len() - field.len()..used.len());
            self.find_at(Code::UnknownUse, used.place, span, message);
            self.suggest(field, whole.fields.keys().copied());
            return None;
        }
        self.check_sources(&whole, used, binding, of.is_some())?;
        let same = file.is_none() && of.is_none();
        let user = if same { scope.user } else { Some(used.place) };
        self.field(&Scope { whole, binding, used: scope.used || !same, user }, field)
    }

    fn named_join(&mut self, name: &At<String>) -> Option<usize> {
        let found = self.whole.joins.get_index_of(name.as_str());
        match found {
            Some(join) => {
                self.used_joins.push(join);
                (join < self.joins.len()).then_some(join)
            }
            None => {
                self.find(Code::UnknownName, name.place, format!("the file has no join `{}`", name.value));
                let names: Vec<&str> = self.whole.joins.keys().copied().collect();
                self.suggest(name, names.iter().copied());
                None
            }
        }
    }

    /// The file that a `use` names, with the overlay that takes its place in this run.
    fn other_file(&mut self, used: &At<String>, file: &str) -> Option<Rc<Whole<'p>>> {
        let project = self.project;
        if project.spec(file).is_none() {
            let named = At { value: file.to_owned(), place: used.place };
            self.findings.push(unknown_name(project, &named, "use"));
            return None;
        }
        let name = match outermost(project, file) {
            Ok(name) => name,
            Err(overlays) => {
                let names: Vec<_> = overlays.iter().map(|spec| spec.mapping.value.as_str()).collect();
                let message = format!("`{file}` has more than one overlay here: {}", names.join(", "));
                self.find(Code::OverlayTwice, used.place, message).help = Some("give only one of them in a run".to_owned());
                return None;
            }
        };
        let whole = Whole::of(project, project.spec(name)?, &mut self.findings)?;
        self.faulty |= whole.has_faults(project);
        Some(Rc::new(whole))
    }

    fn check_sources(&mut self, whole: &Whole<'p>, used: &At<String>, binding: Binding, of: bool) -> Option<()> {
        let theirs = whole.pick(|spec| spec.source.as_ref()).map(|source| source.value.as_str())?;
        let ours = match binding {
            Binding::Joined(join) => self.joins[join].with.name,
            Binding::Own => self.source_name(),
        };
        let rows = |whole: &Whole<'p>| whole.pick(|spec| spec.one_row_per.as_ref()).map(|path| path.value.as_str());
        let our_rows = if of { None } else { rows(&self.whole) };
        if theirs == ours && rows(whole) != our_rows {
            let message =
                format!("`$` is another thing in `{}`: one of the two files has rows (`one_row_per`)", whole.name().value);
            self.find(Code::UseSourceMismatch, used.place, message).help = Some("write the rule out in this file".to_owned());
            return None;
        }
        if theirs == ours {
            return Some(());
        }
        let given = if of { "the join" } else { "this file" };
        let message = format!("`{}` reads {theirs}; {given} has {ours}", used.value);
        self.find(Code::UseSourceMismatch, used.place, message).help =
            Some(if of { format!("join `with: {theirs}`") } else { format!("join {theirs} and name the join under `of`") });
        None
    }
}

/// The overlay that takes the place of `name` in a run, or `name` itself; `Err` holds the overlays where there are several.
///
/// # Errors
/// More than one overlay of one mapping.
pub fn outermost<'p>(project: &'p Project, name: &'p str) -> Result<&'p str, Vec<&'p Spec>> {
    let mut name = name;
    let mut seen = vec![name];
    loop {
        let overlays: Vec<&Spec> = project.overlays(name).collect();
        match overlays.as_slice() {
            [] => return Ok(name),
            [one] if seen.contains(&one.mapping.as_str()) => return Ok(name),
            [one] => {
                name = &one.mapping;
                seen.push(name);
            }
            _ => return Err(overlays),
        }
    }
}
