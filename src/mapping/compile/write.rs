//! Where each field is written: the target's place, the field's own `to`, or its name.

use super::Compiler;
use crate::diagnostic::Code;
use crate::mapping::compiled::{Column, FieldIndex, OnInvalid, OnMissing};
use crate::mapping::layout::{Clash, Layout};
use crate::mapping::spec;
use crate::mapping::whole::WholeField;
use crate::target::{At, TargetField};

/// The unescaped segments of a `to`: plain text is a key, a leading / a JSON Pointer (RFC 6901).
pub(super) fn segments(to: &str) -> Vec<String> {
    match to.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect(),
        None => vec![to.to_owned()],
    }
}

/// A place as `to` would say it.
fn shown(path: &[String]) -> String {
    match path {
        [name] => name.clone(),
        _ => path.iter().map(|segment| format!("/{}", segment.replace('~', "~0").replace('/', "~1"))).collect(),
    }
}

impl<'p> Compiler<'p> {
    pub(super) fn compile_layout(&mut self, written: Vec<(&'p str, &WholeField<'p>, FieldIndex)>) -> (Vec<Column>, Layout) {
        let target = self.target.clone();
        let mut layout = Layout::default();
        // What stands at the top of every record comes first; other constants stand behind the fields, in whose order records
        // are written. The target's own places never clash with each other: a test writes each target whole.
        let (top, inner): (Vec<_>, Vec<_>) =
            target.iter().flat_map(|target| &target.constants).partition(|constant| constant.to.len() == 1);
        for constant in top {
            let _ = layout.place_constant(&constant.to, constant.value.to_string(), true);
        }
        let mut columns: Vec<Column> = Vec::new();
        let mut places: Vec<Vec<String>> = Vec::new();
        for (name, field, index) in written {
            let own = field.pick(|field| field.to.as_ref()).map(|(to, _)| to);
            let model = target.as_ref().and_then(|target| target.field(name));
            let path = match (own, model) {
                (Some(to), _) => segments(to),
                (None, Some(model)) => model.place().to_vec(),
                (None, None) => vec![name.to_owned()],
            };
            let place = own.map_or(field.name.place, |to| to.place);
            if let (Some(_), Some(target)) = (own, &target)
                && target.at(&path) == At::Unknown
                && target.closed
                && !path[0].starts_with("urn:")
            {
                let message = format!("the target {} has no place `{}`", target.name, shown(&path));
                let help = match target.needs_validation {
                    true => "its schema allows nothing else there: correct `to`, or the schema",
                    false => "leave `to` out: the target places its own fields",
                };
                self.find(Code::UnknownTargetField, place, message).help = Some(help.to_owned());
            }
            let column = columns.len();
            let each = model.filter(|_| own.is_none()).and_then(|model| model.each.as_deref());
            match layout.place_column(&path, column, each) {
                Ok(()) => {}
                Err(Clash::Taken) => {
                    let other = places.iter().position(|known| known.starts_with(&path) || path.starts_with(known));
                    let beside = |known: &Vec<String>| known.iter().zip(&path).take_while(|(a, b)| a == b).count();
                    let nearest = (0..places.len()).max_by_key(|at| beside(&places[*at]));
                    let message = match (other, nearest) {
                        (Some(at), _) => {
                            let with = &columns[at].name;
                            format!("`{name}` is written to `{}`, and so is `{with}`: one place holds one value", shown(&path))
                        }
                        (None, Some(at)) => {
                            let with = &columns[at].name;
                            format!(
                                "`{name}` can't be written to `{}` beside `{with}`: a list has numbered elements from 0, an object has names",
                                shown(&path)
                            )
                        }
                        (None, None) => {
                            format!("`{name}` can't be written to `{}`: a list has at most 1,000 elements", shown(&path))
                        }
                    };
                    let finding = self.find(Code::TargetWrittenTwice, place, message);
                    finding.help = Some("give one of the fields another `to`".to_owned());
                }
            }
            places.push(path.clone());
            let header = match (own, model) {
                (None, Some(model)) => model.column.clone().unwrap_or_else(|| name.to_owned()),
                (Some(to), _) if path.len() == 1 => to.trim_start_matches('/').to_owned(),
                _ => name.to_owned(),
            };
            columns.push(Column { field: index, name: name.to_owned(), header });
            let there = match (own, model, &target) {
                (Some(_), _, Some(target)) => match target.at(&path) {
                    // What an inner object requires, it requires only where the object is written.
                    At::Field(found) => Some(TargetField { required: found.required && path.len() == 1, ..*found }),
                    At::Free | At::Unknown => None,
                },
                (_, model, _) => model.cloned(),
            };
            if let Some(there) = there {
                self.check_required(name, field, index, &there);
            }
        }
        for constant in inner {
            let _ = layout.place_constant(&constant.to, constant.value.to_string(), false);
        }
        if let Some(gap) = layout.first_gap() {
            let at = places.iter().position(|path| path.starts_with(&gap[..gap.len() - 1]) && *path != gap).unwrap_or(0);
            let place = self
                .whole
                .fields
                .get(columns.get(at).map_or("", |column| column.name.as_str()))
                .map(|field| field.pick(|field| field.to.as_ref()).map_or(field.name.place, |(to, _)| to.place));
            if let Some(place) = place {
                let message = format!("nothing is written to `/{}`, so the list has a gap before this element", gap.join("/"));
                self.find(Code::ListGap, place, message).help = Some("count list elements from 0 without a gap".to_owned());
            }
        }
        self.check_target_is_filled(&columns, &places);
        (columns, layout)
    }

    /// What the target requires may be neither left out nor blank.
    fn check_required(&mut self, name: &str, field: &WholeField<'p>, index: FieldIndex, model: &TargetField) {
        let compiled = &self.fields[index];
        if model.required {
            // The file's defaults give way; what the field itself says does not.
            let on_missing = field.pick(|field| field.on_missing).map(|(action, _)| action);
            let on_invalid = field.pick(|field| field.on_invalid).map(|(action, _)| action);
            let fault = match (on_missing, on_invalid) {
                _ if !compiled.when.is_empty() => Some("has a `when`"),
                (Some(spec::OnMissing::Omit), _) => Some("says `on_missing: omit`"),
                (Some(spec::OnMissing::Blank), _) => Some("says `on_missing: blank`"),
                (_, Some(spec::OnInvalid::Omit)) => Some("says `on_invalid: omit`"),
                (_, Some(spec::OnInvalid::Blank)) => Some("says `on_invalid: blank`"),
                _ => None,
            };
            match fault {
                Some(fault) => {
                    self.find(
                        Code::ContradictoryRequired,
                        field.name.place,
                        format!("the target requires `{name}`, which {fault}"),
                    )
                    .help = Some("every record needs it: take that away".to_owned());
                }
                // A field that the target requires is required, said or not.
                None => {
                    let compiled = &mut self.fields[index];
                    if matches!(compiled.on_missing, OnMissing::Blank | OnMissing::Omit) && compiled.default.is_none() {
                        compiled.on_missing = OnMissing::Reject;
                    }
                    if matches!(compiled.on_invalid, OnInvalid::Blank | OnInvalid::Omit) {
                        compiled.on_invalid = OnInvalid::Reject;
                    }
                }
            }
        } else if !model.nullable && compiled.on_missing == OnMissing::Blank && compiled.default.is_none() {
            self.find(
                Code::TargetTypeMismatch,
                field.name.place,
                format!("the target takes no null for `{name}`, and it may be blank"),
            )
            .help = Some("add `on_missing: omit`".to_owned());
        }
    }

    fn check_target_is_filled(&mut self, columns: &[Column], places: &[Vec<String>]) {
        let Some(target) = self.target.clone() else { return };
        for field in target.fields.iter().filter(|field| field.required) {
            let written = columns.iter().any(|column| column.name == field.name)
                || places.iter().any(|path| path.starts_with(field.place()));
            if written || self.whole.fields.contains_key(field.name.as_str()) {
                continue;
            }
            let leaf = self.leaf();
            let place = leaf.target.as_ref().map_or(leaf.mapping.place, |target| target.place);
            self.find(
                Code::UnmappedRequiredTarget,
                place,
                format!("the target {} requires `{}`, and no field gives it", target.name, field.name),
            )
            .help = Some(format!("add `{}: $.…` under `fields`", field.name));
        }
    }
}
