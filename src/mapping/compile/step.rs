//! Steps: their names, their arguments, and whether each can work on what the one before it gives.

use super::{Compiler, Needs, Scope};
use crate::diagnostic::{Code, Severity};
use crate::mapping::compiled::{PathUse, StepUse};
use crate::mapping::document::{At, Place};
use crate::mapping::spec;
use crate::transform::{self, Definition, Gives, OnLists};
use crate::value::{Kind, Shape};

impl<'p> Compiler<'p> {
    pub(super) fn steps(&mut self, scope: &Scope<'p>, written: &'p [At<spec::Step>], needs: &mut Needs) -> Vec<StepUse> {
        written.iter().filter_map(|step| self.step(scope, step, needs)).collect()
    }

    fn step(&mut self, scope: &Scope<'p>, written: &'p At<spec::Step>, needs: &mut Needs) -> Option<StepUse> {
        let place = written.place;
        let Some(definition) = transform::find(&written.name) else {
            self.find_at(Code::UnknownStep, place, self.name_span(written), format!("there is no step `{}`", written.name));
            self.suggest(&written.name, transform::ALL.iter().map(|definition| definition.name));
            return None;
        };
        let step = match definition.step(&written.argument) {
            Ok(step) => step,
            Err(error) => {
                let code = if error.ambiguous { Code::AmbiguousDateFormat } else { Code::BadArgument };
                let argument = self.project.child(place, &written.name).unwrap_or(place);
                self.find(code, argument, error.message).help =
                    error.help.or_else(|| Some(format!("`bobmap help {}` shows examples", definition.name)));
                return None;
            }
        };
        let operand = match step.operand() {
            None => None,
            Some(name) => {
                let argument = self.project.child(place, &written.name).unwrap_or(place);
                let name = At { value: name.to_owned(), place: argument };
                let field = self.named_field(scope, &name)?;
                needs.feeding.push(field);
                Some(field)
            }
        };
        self.check_list(step.list(), written);
        Some(StepUse { definition, step, operand })
    }

    /// A list that the company's own catalog does not have. The built-in catalog has no lists to look among.
    fn check_list(&mut self, list: Option<&str>, written: &At<spec::Step>) {
        let catalog = self.environment.catalog;
        if let Some(list) = list.filter(|list| !catalog.is_builtin() && catalog.list(list).is_none()) {
            let argument = self.project.child(written.place, &written.name).unwrap_or(written.place);
            self.find(Code::BadArgument, argument, format!("the catalog has no list `{list}`"));
            let known: Vec<&str> = catalog.lists().map(|list| list.id.as_str()).collect();
            self.suggest(list, known.iter().copied());
            // Texts that are no ids still pass through the step.
            self.findings.last_mut().expect("found just above").severity = Severity::Warning;
        }
    }

    /// A step that looks ids up in the list of the entry's path, where that path has none.
    pub(super) fn check_own_list(&mut self, path: Option<&PathUse>, steps: [&[StepUse]; 2], place: Place) {
        let own_list = |step: &&StepUse| step.definition.name == "list_label" && step.step.list().is_none();
        let known = |path: &&PathUse| {
            path.catalog.as_ref().is_some_and(|used| used.list.is_none() && self.environment.catalog.field(&used.field).is_some())
        };
        if steps.into_iter().flatten().any(|step| own_list(&step)) && path.as_ref().is_none_or(known) {
            let message = "`list_label` looks ids up in the list of the path's field, and there is none here";
            let finding = self.find(Code::BadArgument, place, message);
            finding.help = Some("name the list: `{ list_label: department }`".to_owned());
            finding.severity = Severity::Warning;
        }
    }

    fn name_span(&self, written: &At<spec::Step>) -> std::ops::Range<usize> {
        self.project.key_span(written.place, &written.name)
    }

    /// Follows the shapes through the steps; says so where one step can take nothing of what the one before it gives.
    pub(super) fn shapes(&mut self, start: Vec<Shape>, steps: [&[StepUse]; 2], written: [&'p [At<spec::Step>]; 2]) -> Vec<Shape> {
        let mut shapes = start;
        for (steps, written) in steps.into_iter().zip(written) {
            // Steps with faults are missing from `steps`: then there is no telling.
            if steps.len() != written.len() {
                return Shape::ALL.to_vec();
            }
            for (step, written) in steps.iter().zip(written) {
                match after(step, &shapes) {
                    Some(next) => shapes = next,
                    None => {
                        self.step_mismatch(step, &shapes, written.place);
                        return Shape::ALL.to_vec();
                    }
                }
            }
        }
        shapes
    }

    fn step_mismatch(&mut self, step: &StepUse, shapes: &[Shape], place: Place) {
        let definition = step.definition;
        let list = |shapes: &[Shape]| shapes.iter().map(|shape| shape.word()).collect::<Vec<_>>().join(" or ");
        let message =
            format!("`{}` works on {}; what comes here is {}", step.definition.name, list(definition.accepts), list(shapes));
        if self.findings.iter().any(|finding| {
            finding.file == place.file && finding.code == Code::StepTypeMismatch && finding.span == self.project.span(place)
        }) {
            return;
        }
        self.find(Code::StepTypeMismatch, place, message).help =
            Some(format!("`bobmap help {}` shows what it takes", step.definition.name));
    }
}

/// The shapes after a step, or `None` if it can work on none of those before it.
fn after(step: &StepUse, shapes: &[Shape]) -> Option<Vec<Shape>> {
    let definition: &Definition = step.definition;
    let each_of_a_list =
        definition.on_lists == OnLists::Each && shapes.contains(&Shape::List) && !definition.accepts.contains(&Shape::List);
    let taken: Vec<Shape> = shapes.iter().copied().filter(|shape| definition.accepts.contains(shape)).collect();
    let mut next = match definition.gives {
        Gives::Same => taken.clone(),
        Gives::Shape(shape) if !taken.is_empty() => vec![shape],
        Gives::Element if !taken.is_empty() => Shape::ALL.to_vec(),
        Gives::OneOf(shapes) if !taken.is_empty() => shapes.to_vec(),
        Gives::Shape(_) | Gives::Element | Gives::OneOf(_) => Vec::new(),
    };
    if each_of_a_list {
        next.push(Shape::List);
    }
    (!next.is_empty()).then_some(next)
}

/// The shapes that a path without further knowledge may give.
pub(super) const FROM_JSON: [Shape; 5] = [Shape::Text, Shape::Number, Shape::Boolean, Shape::List, Shape::Json];

/// The shape of a field's value when its type has been applied.
pub(super) fn gives(kind: Kind) -> &'static [Shape] {
    match kind {
        Kind::String | Kind::Email | Kind::Enum => &[Shape::Text],
        Kind::Integer | Kind::Decimal => &[Shape::Number],
        Kind::Boolean => &[Shape::Boolean],
        Kind::Date => &[Shape::Date],
        Kind::Datetime => &[Shape::Instant],
        Kind::List => &[Shape::List],
        Kind::Json => &Shape::ALL,
    }
}

/// Whether a value of one of these shapes can become the field's type.
pub(super) fn can_become(shapes: &[Shape], kind: Kind, has_spellings: bool) -> bool {
    if has_spellings {
        return shapes.iter().any(|shape| {
            matches!(shape, Shape::Text | Shape::Number | Shape::Boolean) || *shape == Shape::List && kind == Kind::List
        });
    }
    shapes.iter().any(|shape| kind.accepts().contains(shape))
}
