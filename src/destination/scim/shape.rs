//! Where the values of a row stand in a SCIM resource (RFC 7643), and when two of them are the same.

use crate::mapping::Mapping;
use crate::mapping::layout::Leaf;
use crate::plan::same;
use crate::target::scim::ENTERPRISE;
use crate::value::Kind;
use serde_json::{Map, Value};

/// The place of one column of a row.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub header: String,
    pub kind: Kind,
    /// Never the reason for an update.
    pub volatile: bool,
    /// The extension that the attribute is of.
    pub urn: Option<String>,
    pub attribute: String,
    /// The number of the element that the mapping writes, where the attribute has several.
    pub element: Option<usize>,
    pub sub: Option<String>,
    /// What the target puts into that element: its type, and whether it is the main one.
    pub constants: Vec<(String, Value)>,
}

/// The places of all columns, in their order.
#[derive(Debug)]
pub(super) struct Shape {
    pub places: Vec<Place>,
}

impl Shape {
    /// `None` if a column stands where no attribute of SCIM does.
    pub fn new(mapping: &Mapping) -> Option<Shape> {
        let leaves = mapping.layout.leaves();
        let mut places = Vec::new();
        for (at, column) in mapping.columns.iter().enumerate() {
            let (path, _) = leaves.iter().find(|(_, leaf)| *leaf == Leaf::Column(at))?;
            let (urn, rest) = match &path[..] {
                [urn, rest @ ..] if urn.starts_with("urn:") && !rest.is_empty() => (Some(urn.clone()), rest),
                path => (None, path),
            };
            let is_number = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
            let (attribute, element, sub) = match rest {
                [attribute] => (attribute, None, None),
                [attribute, sub] if !is_number(sub) => (attribute, None, Some(sub.clone())),
                [attribute, number, sub] if is_number(number) => (attribute, number.parse().ok(), Some(sub.clone())),
                _ => return None,
            };
            let beside = &path[..path.len() - 1];
            let constant = |(at, leaf): &(Vec<String>, Leaf<'_>)| match leaf {
                Leaf::Constant(json) if at.len() == path.len() && at.starts_with(beside) => {
                    Some((at.last()?.clone(), serde_json::from_str(json).ok()?))
                }
                _ => None,
            };
            let constants = if element.is_some() { leaves.iter().filter_map(constant).collect() } else { Vec::new() };
            let field = &mapping.fields[column.field];
            places.push(Place {
                header: column.header.clone(),
                kind: field.kind,
                volatile: field.volatile,
                urn,
                attribute: attribute.clone(),
                element,
                sub,
                constants,
            });
        }
        Some(Shape { places })
    }

    /// The column that writes a simple attribute.
    pub fn column(&self, urn: Option<&str>, attribute: &str) -> Option<usize> {
        let is = |place: &Place| place.urn.as_deref() == urn && place.attribute == attribute && place.element.is_none();
        self.places.iter().position(is)
    }

    /// The column that names the manager.
    pub fn manager(&self) -> Option<usize> {
        self.places.iter().position(Place::is_manager)
    }

    /// The column that names the groups.
    pub fn groups(&self) -> Option<usize> {
        self.places.iter().position(Place::is_groups)
    }
}

impl Place {
    pub fn is_manager(&self) -> bool {
        self.urn.as_deref() == Some(ENTERPRISE) && self.attribute == "manager" && self.sub.as_deref() == Some("value")
    }

    /// Groups are read of users, and written through `/Groups` (RFC 7643 §4.1.2).
    pub fn is_groups(&self) -> bool {
        self.urn.is_none() && self.attribute == "groups"
    }

    /// It is told when everybody is there.
    pub fn is_told_later(&self) -> bool {
        self.is_manager() || self.is_groups()
    }

    /// The value that a resource has here; null where it has none.
    pub fn read<'v>(&self, resource: &'v Value) -> &'v Value {
        let read = || {
            let holder = self.urn.as_deref().map_or(Some(resource), |urn| member(resource, urn))?;
            let attribute = member(holder, &self.attribute)?;
            let inner = match self.element {
                Some(element) => {
                    let elements = attribute.as_array()?;
                    &elements[find(elements, element, &self.constants)?]
                }
                None => attribute,
            };
            self.sub.as_deref().map_or(Some(inner), |sub| member(inner, sub))
        };
        read().unwrap_or(&Value::Null)
    }

    /// Whether two values of this place are one: servers change the case of what has none, and write telephone numbers and
    /// lists in ways of their own.
    pub fn same(&self, one: &Value, other: &Value) -> bool {
        if is_blank(one) || is_blank(other) {
            return is_blank(one) && is_blank(other);
        }
        match (one, other) {
            (Value::String(one), Value::String(other)) if one == other => true,
            (Value::String(one), Value::String(other)) => match self.attribute.as_str() {
                // RFC 7643 §4.1: neither is case-exact.
                "userName" | "emails" => one.to_lowercase() == other.to_lowercase(),
                "phoneNumbers" => number(one) == number(other),
                _ => same(self.kind, &text(one), &text(other)),
            },
            (Value::Bool(one), Value::String(other)) | (Value::String(other), Value::Bool(one)) => {
                other.eq_ignore_ascii_case(if *one { "true" } else { "false" })
            }
            (Value::Number(one), Value::String(other)) | (Value::String(other), Value::Number(one)) => one.to_string() == *other,
            (Value::Array(one), Value::Array(other)) => {
                let sorted = |list: &[Value]| {
                    let mut texts: Vec<String> = list.iter().map(Value::to_string).collect();
                    texts.sort_unstable();
                    texts
                };
                sorted(one) == sorted(other)
            }
            _ => same(self.kind, &one.to_string(), &other.to_string()),
        }
    }
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// The digits of a telephone number, without the form of RFC 3966.
fn number(text: &str) -> String {
    let text = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("tel:")).map_or(text, |_| &text[4..]);
    text.chars().filter(|sign| !matches!(sign, ' ' | '-' | '.' | '(' | ')')).collect()
}

/// A member, whatever the case of its name (RFC 7643 §2.1).
pub(super) fn member<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    let members = object.as_object()?;
    members.get(name).or_else(|| members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// The name of a member as the object itself spells it, or as given.
pub(super) fn spelt(members: &Map<String, Value>, name: &str) -> String {
    members.keys().find(|known| known.eq_ignore_ascii_case(name)).map_or(name, String::as_str).to_owned()
}

pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A text, or a number as a text: some servers have numbers for ids.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Which of the elements is the one that the mapping writes as its `number`th: the one of its type, or else of the same rank.
pub(super) fn find(elements: &[Value], number: usize, constants: &[(String, Value)]) -> Option<usize> {
    let constant = |name: &str| constants.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let primary = |element: &Value| member(element, "primary").is_some_and(|value| *value == true || value == "true");
    let rank = constant("primary").map(|value| *value == true);
    let of_rank = |element: &Value| rank == Some(primary(element));
    if let Some(Value::String(kind)) = constant("type") {
        let typed =
            |element: &&Value| member(element, "type").and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let of_type = |element: &Value| typed(&element).is_some_and(|found| found.eq_ignore_ascii_case(kind));
        let untyped = |element: &Value| typed(&element).is_none() && (of_rank(element) || elements.len() == 1 && number == 0);
        return elements.iter().position(of_type).or_else(|| elements.iter().position(untyped));
    }
    match rank {
        Some(_) if elements.iter().any(primary) => elements.iter().position(of_rank),
        _ => (number < elements.len()).then_some(number),
    }
}
