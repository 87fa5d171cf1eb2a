//! The record's key: fields that must have a value.

use super::{Compiler, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::{FieldIndex, OnInvalid, OnMissing};
use crate::value::Kind;

impl<'p> Compiler<'p> {
    pub(super) fn compile_key(&mut self, scope: &Scope<'p>) -> Vec<FieldIndex> {
        let Some(names) = scope.whole.pick(|spec| spec.key.as_ref()) else {
            let place = self.leaf().mapping.place;
            self.find(Code::MissingKey, place, "the file has no `key`").help =
                Some("name the field that tells records apart: `key: remote_id`".to_owned());
            return Vec::new();
        };
        let mut key = Vec::new();
        for name in names.iter() {
            if !scope.whole.fields.contains_key(name.as_str()) {
                self.find(Code::BadKey, name.place, format!("the file has no field `{}`", name.value));
                self.suggest(name, scope.whole.fields.keys().copied());
                continue;
            }
            let Some(field) = self.field(scope, name) else { continue };
            let compiled = &mut self.fields[field];
            if matches!(compiled.kind, Kind::List | Kind::Json) {
                let message = format!("`{}` is {}; a key is one plain value", name.value, compiled.kind);
                self.find(Code::BadKey, name.place, message);
                continue;
            }
            let clash = match (compiled.on_missing, compiled.on_invalid) {
                _ if !compiled.when.is_empty() => Some("has a `when`, so it may be blank"),
                (OnMissing::Omit, _) => Some("says `on_missing: omit`"),
                (_, OnInvalid::Blank | OnInvalid::Omit) => Some("may be left blank where it is invalid"),
                _ => None,
            };
            // Key fields are required, whatever the defaults say.
            if compiled.on_missing == OnMissing::Blank {
                compiled.on_missing = OnMissing::Reject;
            }
            if let Some(clash) = clash {
                self.find(Code::BadKey, name.place, format!("a key must have a value, and `{}` {clash}", name.value)).help =
                    Some("every record needs its key: take that away, or choose another field".to_owned());
            }
            key.push(field);
        }
        key
    }
}
