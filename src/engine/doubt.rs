//! Whether what a condition says hangs on a join that failed.

use crate::mapping::Mapping;
use crate::mapping::compiled::{Clause, EntrySource, FieldIndex, Part, PathUse, Root, Source, StepUse, Subject};

/// Whether the clause looks, itself or through the fields that it names, at a join that failed.
pub fn hangs_on(mapping: &Mapping, clause: &Clause, failed: &[bool]) -> bool {
    let mut doubt = Doubt { mapping, failed, seen: vec![false; mapping.fields.len()] };
    doubt.clause(clause)
}

struct Doubt<'m> {
    mapping: &'m Mapping,
    failed: &'m [bool],
    /// Fields that have been looked at: what one of them hangs on has been found, or will be.
    seen: Vec<bool>,
}

impl Doubt<'_> {
    fn clause(&mut self, clause: &Clause) -> bool {
        clause.any.iter().any(|condition| match &condition.subject {
            Subject::Path(path) => self.path(path),
            Subject::Field(field) => self.field(*field),
        })
    }

    fn path(&self, path: &PathUse) -> bool {
        matches!(path.root, Root::Join(join) if self.failed[join])
    }

    fn field(&mut self, index: FieldIndex) -> bool {
        if std::mem::replace(&mut self.seen[index], true) {
            return false;
        }
        let field = &self.mapping.fields[index];
        let operands = |steps: &[StepUse]| -> Vec<FieldIndex> { steps.iter().filter_map(|step| step.operand).collect() };
        field.when.iter().any(|clause| self.clause(clause))
            || operands(&field.then).into_iter().any(|operand| self.field(operand))
            || match &field.source {
                Source::Field(used) => self.field(*used),
                Source::BlankAmong(names) => names.iter().any(|(_, field)| self.field(*field)),
                Source::Entries(entries) => entries.iter().any(|entry| {
                    entry.when.iter().any(|clause| self.clause(clause))
                        || operands(&entry.then).into_iter().any(|operand| self.field(operand))
                        || match &entry.what {
                            EntrySource::Path { path, .. } => self.path(path),
                            EntrySource::Constant(_) => false,
                            EntrySource::Template(template) => template.parts.iter().any(|part| match part {
                                Part::Field { field, .. } => self.field(*field),
                                Part::Text(_) => false,
                            }),
                        }
                }),
            }
    }
}
