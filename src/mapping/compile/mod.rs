//! From files to a mapping that can run, or every fault at once. Each kind of thing a file names has its own file here.

mod combination;
mod condition;
mod entry;
mod field;
mod join;
mod key;
mod lint;
mod literal;
mod path;
mod source;
mod spelling;
mod step;
mod template;
mod tests;
mod used;
mod write;

pub(super) use lint::ignored_text;
pub(crate) use literal::is_email;
pub use path::{Rooted, written_names};
pub use used::outermost;

use super::compiled::{Field, FieldIndex, Join, Mapping, Rows, Target};
use super::document::{At, Place};
use super::mend::{ABSENT, PROVEN};
use super::project::Project;
use super::spec::Spec;
use super::whole::{Whole, suggest};
use crate::catalog::Catalog;
use crate::catalog::resource::{self, Resource};
use crate::diagnostic::{Code, Diagnostic, Related, Severity};
use crate::target;
use crate::value::path::Path;
use crate::value::read::ReadPlan;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// What a mapping is compiled against, besides the files.
pub struct Environment<'e> {
    pub catalog: &'e Catalog,
    /// Reads the JSON Schema file that `target` names; the second word is the mapping file's own path.
    ///
    /// # Errors
    /// Says why the file can't be read.
    pub read_schema: &'e dyn Fn(&str, &str) -> Result<String, String>,
}

/// Compiles the mapping `name`, and says everything there is to say about it. There is a mapping only if nothing is an error.
pub fn compile(project: &Project, name: &str, environment: &Environment<'_>) -> (Option<Mapping>, Vec<Diagnostic>) {
    match project.spec(name) {
        Some(spec) => compile_spec(project, spec, environment),
        None => (None, Vec::new()),
    }
}

/// Compiles one file among those of the project, whose name another one may have by mistake.
pub(super) fn compile_spec<'p>(
    project: &'p Project,
    spec: &'p Spec,
    environment: &'p Environment<'p>,
) -> (Option<Mapping>, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let Some(whole) = Whole::of(project, spec, &mut findings) else { return (None, findings) };
    let Some(head) = Head::of(project, &whole, environment, &mut findings) else { return (None, findings) };
    let whole = Rc::new(whole);
    let drops_slash_names = head.source.name == "hibob.people";
    let compiler = Compiler {
        project,
        environment,
        whole: whole.clone(),
        target: head.target.clone(),
        findings,
        record: ReadPlan::new(drops_slash_names),
        rows: None,
        joins: Vec::new(),
        fields: Vec::new(),
        needs: Vec::new(),
        states: HashMap::new(),
        stack: Vec::new(),
        used_paths: Vec::new(),
        used_joins: Vec::new(),
        faulty: whole.has_faults(project),
    };
    compiler.run(head, &whole)
}

/// What the top of the file settles before the fields are looked at.
struct Head {
    source: &'static Resource,
    target: Option<Target>,
}

impl Head {
    fn of(project: &Project, whole: &Whole<'_>, environment: &Environment<'_>, findings: &mut Vec<Diagnostic>) -> Option<Head> {
        let leaf = whole.layers[0];
        let Some(name) = whole.pick(|spec| spec.source.as_ref()) else {
            findings.push(
                Diagnostic::new(
                    Code::MissingKey,
                    leaf.mapping.place.file,
                    project.span(leaf.mapping.place),
                    "the file has no `source`",
                )
                .help("write `source: hibob.people`, or `extends: NAME` in an overlay"),
            );
            return None;
        };
        for layer in &whole.layers[..whole.layers.len() - 1] {
            let said = [("source", &layer.source), ("one_row_per", &layer.one_row_per)];
            for (key, value) in said.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?))) {
                let message = format!("an overlay reads what its parent reads: it has no `{key}` of its own");
                findings.push(
                    Diagnostic::new(Code::BadOverlay, value.place.file, project.span(value.place), message)
                        .help("take it away, or make a mapping of its own of this file"),
                );
            }
        }
        let source = find_source(project, name, findings);
        let target = match whole.pick(|spec| spec.target.as_ref()) {
            None => None,
            Some(name) => find_target(project, name, environment, findings),
        };
        Some(Head { source: source?, target })
    }
}

fn find_source(project: &Project, name: &At<String>, findings: &mut Vec<Diagnostic>) -> Option<&'static Resource> {
    let found = Resource::find(name);
    if found.is_none() {
        let finding = Diagnostic::new(
            Code::UnknownSource,
            name.place.file,
            project.span(name.place),
            format!("there is no source `{}`", name.value),
        );
        findings.push(suggest(finding, name, resource::ALL.iter().map(|resource| resource.name)));
    }
    found
}

fn find_target(
    project: &Project,
    name: &At<String>,
    environment: &Environment<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Target> {
    if let Some(model) = target::find(name) {
        return Some(Target::BuiltIn(model));
    }
    let new = |message: String| Diagnostic::new(Code::UnknownTarget, name.place.file, project.span(name.place), message);
    if !name.ends_with(".json") {
        let finding = new(format!("there is no target `{}`", name.value));
        findings.push(suggest(finding, name, target::names().iter().copied()));
        return None;
    }
    let read = (environment.read_schema)(name, project.files.name(name.place.file));
    let model = read.and_then(|text| target::custom(&text, name).map_err(|error| error.to_string()));
    match model {
        Ok(model) => Some(Target::Own(Arc::new(model))),
        Err(error) => {
            findings.push(
                new(format!("the target's schema can't be used: {error}"))
                    .help("the path is taken from the mapping file's folder"),
            );
            None
        }
    }
}

/// Adds the place where a record says that it can't be used, if records of this kind may.
fn fault_slot(resource: &Resource, plan: &mut ReadPlan) -> Option<usize> {
    let path = || Path::parse(&format!("$.{}", resource::FAULT)).expect("a plain name is a path");
    resource.is_time_off().then(|| plan.add(&path()))
}

/// Which record a field's `$` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Binding {
    /// The mapping's own record or row.
    Own,
    /// The record of one of the mapping's joins: the field is another file's rule.
    Joined(usize),
}

/// The file whose words are being compiled, and what its `$` is.
#[derive(Debug, Clone)]
struct Scope<'p> {
    whole: Rc<Whole<'p>>,
    binding: Binding,
    /// Whether the rule of another file or join is being taken over by `use`.
    used: bool,
    /// The `use` that took it over.
    user: Option<Place>,
}

/// The fields that a field is computed after.
#[derive(Debug, Default)]
struct Needs {
    /// Those whose values become part of its own.
    feeding: Vec<FieldIndex>,
    /// Those that it only looks at, in conditions and under `blank_among`.
    looked_at: Vec<FieldIndex>,
}

type FieldKey = (String, String, Binding);

enum State {
    Busy,
    Done(Option<FieldIndex>),
}

struct Compiler<'p> {
    project: &'p Project,
    environment: &'p Environment<'p>,
    whole: Rc<Whole<'p>>,
    target: Option<Target>,
    findings: Vec<Diagnostic>,
    record: ReadPlan,
    rows: Option<Rows>,
    joins: Vec<Join>,
    fields: Vec<Field>,
    /// By field: the fields it needs.
    needs: Vec<Vec<FieldIndex>>,
    states: HashMap<FieldKey, State>,
    /// The fields that are being compiled, outermost first.
    stack: Vec<FieldKey>,
    /// Paths on the mapping's own record or row, with the place that uses each.
    used_paths: Vec<(Path, Place)>,
    used_joins: Vec<usize>,
    /// Whether a file that is looked at has faults in its form.
    faulty: bool,
}

impl<'p> Compiler<'p> {
    fn run(mut self, head: Head, whole: &Rc<Whole<'p>>) -> (Option<Mapping>, Vec<Diagnostic>) {
        let scope = Scope { whole: whole.clone(), binding: Binding::Own, used: false, user: None };
        let id = Path::parse(&head.source.id_path()).expect("the ids of the resource table are plain names: a test reads each");
        let source_id = self.record.add(&id);
        let fault = fault_slot(head.source, &mut self.record);
        self.compile_rows(&scope);
        let join_order = self.compile_joins(&scope);
        let mut columns = Vec::new();
        if whole.fields.is_empty() {
            let place = self.leaf().mapping.place;
            self.find(Code::MissingKey, place, "the file has no `fields`").help =
                Some("say what is written: `fields:`, and below it `remote_id: $.id`".to_owned());
        }
        for (name, field) in &whole.fields {
            let index = self.field(&scope, name);
            if let (false, Some(index)) = (name.starts_with('_'), index) {
                columns.push((*name, field, index));
            }
        }
        let keep = self.clauses(&scope, whole.keep.iter().copied());
        let key = self.compile_key(&scope);
        let (columns, layout) = self.compile_layout(columns);
        self.lint(&scope);
        self.compile_tests(&scope);
        let (first, rest) = self.order(&key, &keep);
        let mut findings = self.findings;
        let no_target = head.target.is_none() && whole.pick(|spec| spec.target.as_ref()).is_some();
        if no_target {
            // Without the target's types and words, little can be said of the fields.
            findings.retain(|finding| {
                finding.code != Code::UnmappedRequiredTarget && (PROVEN.contains(&finding.code) || ABSENT.contains(&finding.code))
            });
        }
        findings.sort_by_key(|finding| (finding.file, finding.span.start, finding.code));
        findings.dedup();
        if no_target || findings.iter().any(|finding| finding.severity == Severity::Error) || self.faulty {
            return (None, findings);
        }
        let mapping = Mapping {
            name: whole.name().value.clone(),
            place: whole.name().place,
            source: head.source,
            target: head.target,
            record: self.record,
            source_id,
            fault,
            rows: self.rows,
            joins: self.joins,
            join_order,
            keep,
            fields: self.fields,
            first,
            rest,
            key,
            ignore_case: whole.pick(|spec| spec.ignore_case).unwrap_or(false),
            columns,
            layout,
        };
        (Some(mapping), findings)
    }

    fn compile_rows(&mut self, scope: &Scope<'p>) {
        let Some(path) = scope.whole.pick(|spec| spec.one_row_per.as_ref()) else { return };
        // Rows are there even where their path is wrong, so that `$parent` is no further fault.
        self.rows = Some(Rows { slot: 0, text: path.value.clone(), plan: ReadPlan::new(false) });
        let Some(parsed) = self.parse_path(path, path.place) else { return };
        if parsed.root != Rooted::Record {
            self.find(Code::UnknownRoot, path.place, "`one_row_per` looks at the record: it begins with `$`").help =
                Some("write `$.` and the name of a list in the record".to_owned());
            return;
        }
        if let Some(resource) = Resource::find(self.source_name()) {
            self.check_keys(resource, None, &parsed, path.place);
        }
        let slot = self.record.add(&parsed.path);
        self.rows = Some(Rows { slot, text: path.value.clone(), plan: ReadPlan::new(false) });
    }

    /// The fields that `roots` need, themselves included, in the order of computing; and all the others.
    fn order(&self, key: &[FieldIndex], keep: &[super::compiled::Clause]) -> (Vec<FieldIndex>, Vec<FieldIndex>) {
        let mut needed = vec![false; self.fields.len()];
        let mut open: Vec<FieldIndex> = key.to_vec();
        open.extend(keep.iter().flat_map(|clause| clause.any.iter()).filter_map(condition::field_of));
        while let Some(field) = open.pop() {
            if !std::mem::replace(&mut needed[field], true) {
                open.extend(&self.needs[field]);
            }
        }
        // A field is numbered when it is done, so what it needs has lower numbers.
        (0..self.fields.len()).partition(|field| needed[*field])
    }

    fn find(&mut self, code: Code, place: Place, message: impl Into<String>) -> &mut Diagnostic {
        let span = self.project.span(place);
        self.find_at(code, place, span, message)
    }

    /// A finding whose place is a part of a node, or a key.
    fn find_at(&mut self, code: Code, place: Place, span: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        self.findings.push(Diagnostic::new(code, place.file, span, message));
        self.findings.last_mut().expect("just pushed")
    }

    /// A finding about the key `key` of the map at `place`.
    fn find_key(&mut self, code: Code, place: Place, key: &str, message: impl Into<String>) -> &mut Diagnostic {
        let span = self.project.key_span(place, key);
        self.find_at(code, place, span, message)
    }

    /// Adds "did you mean" to the last finding.
    fn suggest<'c>(&mut self, written: &str, candidates: impl Iterator<Item = &'c str> + Clone) {
        if let Some(finding) = self.findings.pop() {
            self.findings.push(suggest(finding, written, candidates));
        }
    }

    /// Whether an overlay took the field away that is named at `place`; says so, for only what nothing names can go.
    fn is_removed(&mut self, scope: &Scope<'p>, name: &str, place: Place) -> bool {
        let Some(removed) = scope.whole.removed.get(name).map(|removed| removed.place) else { return false };
        let related = Related { file: place.file, span: self.project.span(place), message: "named here".to_owned() };
        let finding = self.find(Code::BadOverlay, removed, format!("`{name}` can't be removed: another part names it"));
        finding.related.push(related);
        finding.help = Some("keep the field, or make a helper of it by a leading `_` in the parent".to_owned());
        true
    }

    fn leaf(&self) -> &'p Spec {
        self.whole.layers[0]
    }
}
