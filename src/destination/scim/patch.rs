//! What is sent: a new resource, what differs as operations of a patch (RFC 7644 §3.5.2), or the whole resource anew.

use super::shape::{Place, Shape, find, is_blank, member, spelt};
use crate::target::scim::CORE;
use serde_json::{Map, Value, json};

impl Shape {
    /// A row's own record as it is sent: without blanks and groups, and with the schemas of what is left.
    pub fn body(line: &str) -> Value {
        let mut body = serde_json::from_str(line).unwrap_or(Value::Null);
        set(&mut body, &["groups"], Value::Null);
        strip(&mut body);
        let has = |urn: &str| body.get(urn).is_some();
        let declared = body.get("schemas").and_then(Value::as_array);
        let declared: Vec<Value> = declared
            .into_iter()
            .flatten()
            .filter(|urn| urn.as_str().is_some_and(|urn| urn == CORE || has(urn)))
            .cloned()
            .collect();
        if let Some(members) = body.as_object_mut() {
            members.insert("schemas".to_owned(), if declared.is_empty() { json!([CORE]) } else { declared.into() });
        }
        body
    }

    /// The columns in which a resource is not what `body` says, managers and groups apart.
    pub fn differing(&self, body: &Value, resource: &Value) -> Vec<usize> {
        let differs =
            |(_, place): &(usize, &Place)| !place.is_told_later() && !place.same(place.read(body), place.read(resource));
        self.places.iter().enumerate().filter(differs).map(|(at, _)| at).collect()
    }

    /// The operations that make `resource` what `body` says in these columns. Several values are replaced all at once, with those
    /// that are not the mapping's own; with `one_by_one` they are added and removed, which is all that some servers take.
    pub fn operations(&self, columns: &[usize], body: &Value, resource: &Value, one_by_one: bool) -> Vec<Value> {
        let mut operations = Vec::new();
        let mut done: Vec<(Option<&str>, &str)> = Vec::new();
        for place in columns.iter().map(|at| &self.places[*at]).filter(|place| !place.is_told_later()) {
            let path = place.path();
            let wanted = place.read(body);
            match place.element {
                Some(_) if one_by_one => {
                    let found = place.read(resource);
                    if !is_blank(wanted) {
                        let mut element = Map::from_iter(place.constants.iter().cloned());
                        element.insert(place.sub.clone().unwrap_or_default(), wanted.clone());
                        operations.push(json!({ "op": "add", "path": path, "value": [element] }));
                    }
                    if !is_blank(found) {
                        let sub = place.sub.as_deref().unwrap_or("value");
                        operations.push(json!({ "op": "remove", "path": format!("{path}[{sub} eq {found}]") }));
                    }
                }
                Some(_) => {
                    let attribute = (place.urn.as_deref(), place.attribute.as_str());
                    if !done.contains(&attribute) {
                        done.push(attribute);
                        operations.push(operation(&path, self.elements(place, body, resource)));
                    }
                }
                None if one_by_one && (wanted.is_array() || place.read(resource).is_array()) => {
                    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
                    let (wanted, found) = (list(wanted), list(place.read(resource)));
                    let new: Vec<&Value> = wanted.iter().filter(|value| !found.contains(value)).collect();
                    if !new.is_empty() {
                        operations.push(json!({ "op": "add", "path": path, "value": new }));
                    }
                    let old = found.iter().filter(|value| !wanted.contains(value));
                    operations.extend(old.map(|value| json!({ "op": "remove", "path": format!("{path}[value eq {value}]") })));
                }
                None => {
                    let path = place.sub.as_ref().map_or(path.clone(), |sub| format!("{path}.{sub}"));
                    operations.push(operation(&path, wanted.clone()));
                }
            }
        }
        operations
    }

    /// The elements that an attribute of several values should have: the mapping's own, and those that others have put there.
    fn elements(&self, of: &Place, body: &Value, resource: &Value) -> Value {
        let list = |resource: &Value| {
            let holder = of.urn.as_deref().map_or(Some(resource), |urn| member(resource, urn));
            holder.and_then(|holder| member(holder, &of.attribute)).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let (wanted, found) = (list(body), list(resource));
        let beside = |place: &&Place| place.urn == of.urn && place.attribute == of.attribute && place.element.is_some();
        let places: Vec<&Place> = self.places.iter().filter(beside).collect();
        let mut numbers: Vec<(usize, &Place)> =
            places.iter().filter_map(|place| place.element.map(|number| (number, *place))).collect();
        numbers.sort_by_key(|(number, _)| *number);
        numbers.dedup_by_key(|(number, _)| *number);
        let (mut own, mut taken) = (Vec::new(), Vec::new());
        for (number, place) in numbers {
            let before = find(&found, number, &place.constants);
            taken.extend(before);
            let Some(after) = find(&wanted, number, &place.constants) else { continue };
            let mut element = before.and_then(|at| found[at].as_object()).cloned().unwrap_or_default();
            for place in places.iter().filter(|place| place.element == Some(number)) {
                let name = spelt(&element, place.sub.as_deref().unwrap_or_default());
                element.remove(&name);
            }
            // What a server has made of the old parts says nothing of the new ones.
            element.remove("display");
            for (name, value) in wanted[after].as_object().into_iter().flatten() {
                let name = spelt(&element, name);
                element.insert(name, value.clone());
            }
            own.push(Value::Object(element));
        }
        let is_primary = |element: &Value| element.get("primary") == Some(&Value::Bool(true));
        let primary = own.iter().any(is_primary);
        let others = found.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, element)| {
            let mut element = element.clone();
            if let Some(members) = element.as_object_mut().filter(|members| primary && members.contains_key("primary")) {
                members.insert("primary".to_owned(), false.into());
            }
            element
        });
        let elements: Vec<Value> = others.collect();
        own.extend(elements);
        own.into()
    }

    /// The whole resource as it should be, for servers that take no patch.
    pub fn whole(&self, body: &Value, resource: &Value) -> Value {
        let mut whole = resource.clone();
        for place in self.places.iter().filter(|place| !place.is_groups()) {
            let value = if place.element.is_some() { self.elements(place, body, resource) } else { place.read(body).clone() };
            let sub = place.sub.as_deref().filter(|_| place.element.is_none());
            let path = [place.urn.as_deref(), Some(place.attribute.as_str()), sub];
            set(&mut whole, &path.into_iter().flatten().collect::<Vec<_>>(), value);
        }
        if let Some(members) = whole.as_object_mut() {
            // These are the server's own, and groups are written elsewhere.
            members.retain(|name, _| !["meta", "groups", "schemas"].iter().any(|own| name.eq_ignore_ascii_case(own)));
            let mut schemas: Vec<Value> = vec![CORE.into()];
            schemas.extend(members.keys().filter(|name| name.starts_with("urn:")).map(|name| Value::from(name.as_str())));
            members.insert("schemas".to_owned(), schemas.into());
        }
        strip(&mut whole);
        whole
    }
}

impl Place {
    /// The attribute's path in a patch.
    fn path(&self) -> String {
        attribute_path(self.urn.as_deref(), &self.attribute)
    }
}

/// An attribute's path in a patch (RFC 7644 §3.10).
pub(super) fn attribute_path(urn: Option<&str>, attribute: &str) -> String {
    urn.map_or_else(|| attribute.to_owned(), |urn| format!("{urn}:{attribute}"))
}

/// Replaces what a path names, or removes it where there is nothing to put there.
pub(super) fn operation(path: &str, value: Value) -> Value {
    if is_blank(&value) {
        json!({ "op": "remove", "path": path })
    } else {
        json!({ "op": "replace", "path": path, "value": value })
    }
}

/// Sets a member below objects, which are made; a blank value is taken away.
pub(super) fn set(object: &mut Value, path: &[&str], value: Value) {
    let ([name, rest @ ..], Value::Object(members)) = (path, object) else { return };
    let name = spelt(members, name);
    match rest {
        [] if is_blank(&value) => _ = members.remove(&name),
        [] => _ = members.insert(name, value),
        _ => {
            let inner = members.entry(name).or_insert_with(|| json!({}));
            if !inner.is_object() {
                *inner = json!({});
            }
            set(inner, rest, value);
        }
    }
}

/// Takes away what is blank.
fn strip(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(strip);
            members.retain(|_, value| !is_blank(value));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(strip);
            items.retain(|item| !is_blank(item));
        }
        _ => {}
    }
}
