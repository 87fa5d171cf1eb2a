//! Keys of rows.

use super::outcome::Key;
use super::state::State;
use crate::mapping::Mapping;

/// The row's key, if every part of it has a value.
pub fn key(mapping: &Mapping, fields: &[Option<State<'_>>]) -> Option<Key> {
    let mut parts = Vec::with_capacity(mapping.key.len());
    let mut personal = false;
    for index in &mapping.key {
        let Some(State::Value { value, .. }) = &fields[*index] else { return None };
        parts.push(value.to_plain().into_owned());
        personal |= mapping.fields[*index].personal;
    }
    Some(Key { parts, personal })
}
