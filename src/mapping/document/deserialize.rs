//! Serde over a [`Document`], with places: [`At`] wraps what must be found again in the file, [`Many`] reads one or a list.

use super::{Content, Document, NodeId, Place, Scalar, resolve};
use crate::diagnostic::FileId;
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

const AT: &str = "$at";
const MANY: &str = "$many";

/// Why a document is not the shape that was asked for. The schema check comes first and words such faults for people; this
/// is what is left for a fault that the schema let through.
#[derive(Debug)]
pub struct ShapeError {
    pub message: String,
    pub node: Option<NodeId>,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShapeError {}

impl de::Error for ShapeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ShapeError { message: message.to_string(), node: None }
    }
}

/// Reads the whole document as a `T`.
pub fn deserialize<T: DeserializeOwned>(document: &Document) -> Result<T, ShapeError> {
    T::deserialize(NodeDeserializer { document, id: document.root })
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct At<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AtVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for AtVisitor<T> {
            type Value = At<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<At<T>, A::Error> {
                let missing = || de::Error::custom("a place is missing");
                let place: u64 = seq.next_element()?.ok_or_else(missing)?;
                let value = seq.next_element()?.ok_or_else(missing)?;
                Ok(At { value, place: unpack(place) })
            }
        }
        deserializer.deserialize_newtype_struct(AT, AtVisitor(PhantomData))
    }
}

/// Any value, known by its place alone: records in tests, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRef(pub Place);

impl<'de> Deserialize<'de> for NodeRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        At::<de::IgnoredAny>::deserialize(deserializer).map(|at| NodeRef(at.place))
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub struct Many<T>(pub Vec<At<T>>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many(Vec::new())
    }
}

impl<T> Deref for Many<T> {
    type Target = [At<T>];

    fn deref(&self) -> &[At<T>] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one value or a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Many<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Many(items))
            }
        }
        deserializer.deserialize_newtype_struct(MANY, ManyVisitor(PhantomData))
    }
}

fn pack(place: Place) -> u64 {
    u64::from(place.file.index()) << 32 | u64::from(place.node.0)
}

fn unpack(packed: u64) -> Place {
    Place { file: FileId::from_index((packed >> 32) as u32), node: NodeId(packed as u32) }
}

#[derive(Clone, Copy)]
struct NodeDeserializer<'d> {
    document: &'d Document,
    id: NodeId,
}

impl<'d> NodeDeserializer<'d> {
    fn at(self, id: NodeId) -> Self {
        NodeDeserializer { id, ..self }
    }

    fn placed<T>(self, result: Result<T, ShapeError>) -> Result<T, ShapeError> {
        result.map_err(|error| ShapeError { node: error.node.or(Some(self.id)), ..error })
    }
}

impl<'de> Deserializer<'de> for NodeDeserializer<'_> {
    type Error = ShapeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let result = match &self.document.node(self.id).content {
            Content::Scalar { text, plain } => match resolve(text, *plain) {
                Scalar::Null => visitor.visit_unit(),
                Scalar::Boolean(value) => visitor.visit_bool(value),
                Scalar::Text(text) => visitor.visit_str(text),
                Scalar::Number(digits) => match (digits.parse::<u64>(), digits.parse::<i64>()) {
                    (Ok(value), _) => visitor.visit_u64(value),
                    (_, Ok(value)) => visitor.visit_i64(value),
                    _ => visitor.visit_f64(digits.parse().unwrap_or(f64::NAN)),
                },
            },
            Content::List(items) => visitor.visit_seq(Items { parent: self, ids: items.iter() }),
            Content::Map(entries) => visitor.visit_map(Pairs { parent: self, entries: entries.iter(), value: None }),
        };
        self.placed(result)
    }

    /// A scalar as it is written: where text is due, `01` and `No` are texts.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        match self.document.text(self.id) {
            Some(text) => self.placed(visitor.visit_str(text)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ShapeError> {
        let result = match self.document.scalar(self.id) {
            Some(Scalar::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        };
        self.placed(result)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ShapeError> {
        let Some(text) = self.document.text(self.id) else {
            return self.placed(Err(de::Error::custom("expected one word")));
        };
        self.placed(visitor.visit_enum(text.into_deserializer()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, ShapeError> {
        match (name, &self.document.node(self.id).content) {
            (AT, _) => visitor.visit_seq(Placed { node: self, next: 0 }),
            (MANY, Content::List(items)) => visitor.visit_seq(Items { parent: self, ids: items.iter() }),
            (MANY, _) => visitor.visit_seq(Items { parent: self, ids: [self.id].iter() }),
            _ => self.placed(visitor.visit_newtype_struct(self)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map
        struct ignored_any
    }
}

/// The place of a node, then the node.
struct Placed<'d> {
    node: NodeDeserializer<'d>,
    next: u8,
}

impl<'de> SeqAccess<'de> for Placed<'_> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ShapeError> {
        self.next += 1;
        match self.next {
            1 => seed.deserialize(pack(self.node.document.place(self.node.id)).into_deserializer()).map(Some),
            2 => seed.deserialize(self.node).map(Some),
            _ => Ok(None),
        }
    }
}

struct Items<'d, 'i> {
    parent: NodeDeserializer<'d>,
    ids: std::slice::Iter<'i, NodeId>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = ShapeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ShapeError> {
        self.ids.next().map(|id| seed.deserialize(self.parent.at(*id))).transpose()
    }
}

struct Pairs<'d, 'i> {
    parent: NodeDeserializer<'d>,
    entries: std::slice::Iter<'i, (NodeId, NodeId)>,
    value: Option<NodeId>,
}

impl<'de> MapAccess<'de> for Pairs<'_, '_> {
    type Error = ShapeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, ShapeError> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(*value);
        seed.deserialize(self.parent.at(*key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ShapeError> {
        let value = self.value.take().expect("serde asks for a value after its key");
        seed.deserialize(self.parent.at(value))
    }
}
