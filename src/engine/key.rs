//! Keys of rows.

use super::state::State;
use crate::mapping::Mapping;
use std::borrow::Cow;

/// Puts the parts of the row's key into `parts`; says whether all of them have a value.
pub fn key<'f>(mapping: &Mapping, fields: &'f [Option<State<'_>>], parts: &mut Vec<Cow<'f, str>>) -> bool {
    parts.clear();
    for index in &mapping.key {
        let Some(State::Value { value, .. }) = &fields[*index] else { return false };
        parts.push(value.to_plain());
    }
    true
}

/// Whether some part of the key is personal.
pub fn is_personal(mapping: &Mapping) -> bool {
    mapping.key.iter().any(|field| mapping.fields[*field].personal)
}
