//! The record's key: fields that must have a value.

use super::{Compiler, Scope};
use crate::diagnostic::Code;
use crate::mapping::compiled::{FieldIndex, OnInvalid, OnMissing};
use crate::mapping::spec;
use crate::value::Kind;

impl<'p> Compiler<'p> {
    pub(super) fn compile_key(&mut self, scope: &Scope<'p>) -> Vec<FieldIndex> {
        let Some(names) = scope.whole.pick(|spec| spec.key.as_ref()) else {
            let place = self.leaf().mapping.place;
            self.find(Code::MissingKey, place, "the file has no `key`").help =
                Some("name the field that tells records apart: `key: remote_id`".to_owned());
            return Vec::new();
        };
        if names.is_empty() {
            let place =
                scope.whole.pick(|spec| spec.key.as_ref().map(|_| spec.mapping.place)).unwrap_or(self.leaf().mapping.place);
            let root = self.project.root(place.file);
            self.find_key(Code::BadKey, root, "key", "the key names no field").help =
                Some("name the field that tells records apart: `key: remote_id`".to_owned());
        }
        let mut key = Vec::new();
        for name in names.iter() {
            if self.is_removed(scope, name.as_str(), name.place) {
                continue;
            }
            if !scope.whole.fields.contains_key(name.as_str()) {
                self.find(Code::BadKey, name.place, format!("the file has no field `{}`", name.value));
                self.suggest(name, scope.whole.fields.keys().copied());
                continue;
            }
            let Some(field) = self.field(scope, name) else { continue };
            if key.contains(&field) {
                self.find(Code::BadKey, name.place, format!("the key names `{}` twice", name.value)).help =
                    Some("keep one of the two".to_owned());
                continue;
            }
            let written = &scope.whole.fields[name.as_str()];
            let on_missing = written.pick(|field| field.on_missing).map(|(action, _)| action);
            let on_invalid = written.pick(|field| field.on_invalid).map(|(action, _)| action);
            let compiled = &mut self.fields[field];
            if matches!(compiled.kind, Kind::List | Kind::Json) {
                let message = format!("`{}` is {}; a key is one plain value", name.value, compiled.kind);
                self.find(Code::BadKey, name.place, message).help = Some("choose a field that is text or a number".to_owned());
                continue;
            }
            let clash = match (on_missing, on_invalid) {
                _ if !compiled.when.is_empty() => Some("has a `when`, so it may be blank"),
                _ if compiled.default.is_some() => Some("has a `default`, which many records would share"),
                (Some(spec::OnMissing::Blank), _) => Some("says `on_missing: blank`"),
                (Some(spec::OnMissing::Omit), _) => Some("says `on_missing: omit`"),
                (_, Some(spec::OnInvalid::Blank)) => Some("says `on_invalid: blank`"),
                (_, Some(spec::OnInvalid::Omit)) => Some("says `on_invalid: omit`"),
                _ => None,
            };
            // Key fields are required, whatever the defaults say.
            if matches!(compiled.on_missing, OnMissing::Blank | OnMissing::Omit) {
                compiled.on_missing = OnMissing::Reject;
            }
            if matches!(compiled.on_invalid, OnInvalid::Blank | OnInvalid::Omit) {
                compiled.on_invalid = OnInvalid::Reject;
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
