//! Memory that mapping one record takes, kept for the next one.

use super::compute::Aside;
use super::state::State;
use crate::value::Value;
use crate::value::read::{Reading, Slots};
use std::borrow::Cow;

/// What [`Engine::apply`](super::Engine::apply) works in. Each thread has its own; it serves any number of engines.
#[derive(Debug, Default)]
pub struct Memory {
    pub(super) record: Slots,
    pub(super) row: Slots,
    pub(super) room: Room,
}

/// What one row takes. Nothing stays in it from row to row but memory.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// What joins read, in the order of looking them up.
    pub joins: Vec<Slots>,
    pub joined: Vec<Option<Reading<'static>>>,
    pub failed: Vec<bool>,
    pub fields: Vec<Option<State<'static>>>,
    pub aside: Aside,
    pub key: Vec<Cow<'static, str>>,
}

/// How many texts are kept for their memory, and how long they may be, in bytes.
const TEXTS: usize = 16;
const LONGEST: usize = 4 << 10;

impl Aside {
    /// Empties the fields, and takes the texts that were made out of them, for their memory.
    pub fn clear(&mut self, fields: &mut [Option<State<'_>>]) {
        for state in fields {
            match state {
                // Most of them: nothing that would have to be dropped.
                Some(State::Value { value: Value::Text(Cow::Borrowed(_)) | Value::Date(_), .. } | State::Missing(_)) => {
                    std::mem::forget(state.take());
                }
                Some(State::Value { value: Value::Text(Cow::Owned(text)), .. })
                    if self.texts.len() < TEXTS && text.capacity() <= LONGEST =>
                {
                    self.texts.push(std::mem::take(text));
                }
                _ => *state = None,
            }
        }
        self.notes.clear();
    }
}

/// The memory of a vector, for elements that live otherwise long: a vector collected from an emptied one of the same layout is
/// made of its memory.
pub(super) fn emptied<T, U>(mut vector: Vec<T>) -> Vec<U> {
    const { assert!(size_of::<T>() == size_of::<U>() && align_of::<T>() == align_of::<U>()) };
    vector.clear();
    vector.into_iter().map(|_| unreachable!("the vector is empty")).collect()
}

#[cfg(test)]
mod tests {
    use super::emptied;
    use std::borrow::Cow;

    #[test]
    fn an_emptied_vector_keeps_its_memory() {
        let text = "text".to_owned();
        let vector: Vec<Cow<'_, str>> = vec![Cow::Borrowed(&text); 100];
        let (at, room) = (vector.as_ptr() as usize, vector.capacity());
        let other: Vec<Cow<'static, str>> = emptied(vector);
        assert_eq!((other.as_ptr() as usize, other.capacity()), (at, room));
    }
}
