//! HiBob's own answers as a catalog: `GET /v1/company/people/fields` and `GET /v1/company/named-lists`, in every shape that
//! has been recorded.

use super::error::{CatalogError, Problem};
use super::{Catalog, Category, Field, FieldKind, Item, List, Origin};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One field, as Bob describes it. What else Bob says is of no use here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldMetadata {
    id: String,
    category_id: Option<String>,
    /// The same as `category_id`, in answers from before 2025 the only one.
    category: Option<String>,
    category_display_name: Option<String>,
    name: Option<String>,
    json_path: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    type_data: Option<TypeData>,
    historical: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TypeData {
    list_id: Option<String>,
}

/// Whether a JSON text is a catalog file, which is YAML and so may be JSON.
pub(super) fn is_catalog_in_json(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(Value::Object(object)) if object.contains_key("catalog"))
}

impl Catalog {
    /// Reads HiBob's answer to `GET /v1/company/people/fields`, a bare array or `{"fields": [...]}`, and its named lists:
    /// keyed by list id, a bare array, `{"lists": ...}` or a single list. `name` is the file's name, for messages.
    ///
    /// # Errors
    /// A text is no JSON, or has another shape.
    pub fn from_metadata(fields_json: &str, lists_json: Option<&str>, name: &str) -> Result<Catalog, CatalogError> {
        let mut catalog = Catalog::empty(Origin::File(name.to_owned()));
        let fields = match parse(fields_json, name)? {
            Value::Array(fields) if !fields.iter().any(is_list) => fields,
            Value::Object(mut object) => match object.shift_remove("fields") {
                Some(Value::Array(fields)) => {
                    if let Some(lists) = object.shift_remove("lists") {
                        catalog.read_lists(lists, name)?;
                    }
                    fields
                }
                _ => {
                    let lists = object.contains_key("lists") || object.values().any(is_list) || is_list(&Value::Object(object));
                    return Err(CatalogError::new(name, if lists { Problem::OnlyLists } else { Problem::NoCatalog }));
                }
            },
            Value::Array(_) => return Err(CatalogError::new(name, Problem::OnlyLists)),
            _ => return Err(CatalogError::new(name, Problem::NoCatalog)),
        };
        for (index, field) in fields.into_iter().enumerate() {
            let field =
                FieldMetadata::deserialize(field).map_err(|error| wrong(name, format!("field {}: {error}", index + 1)))?;
            catalog.read_field(field, name)?;
        }
        if let Some(lists) = lists_json {
            let lists = parse(lists, name)?;
            catalog.read_lists(lists, name)?;
        }
        Ok(catalog)
    }

    fn read_field(&mut self, field: FieldMetadata, name: &str) -> Result<(), CatalogError> {
        let FieldMetadata { id, category_id, category, category_display_name, name: label, json_path, kind, .. } = field;
        let Some(category) = category_id.or(category) else {
            return Err(wrong(name, format!("the field `{id}` has no categoryId")));
        };
        if self.category(&category).is_none() {
            let known = Catalog::builtin().category(&category).map(|category| category.name.clone());
            let label = category_display_name.or(known).unwrap_or_else(|| category.clone());
            self.add_category(Category { id: category.clone(), name: label });
        }
        self.add_field(Field {
            name: label.unwrap_or_else(|| id.clone()),
            category,
            path: json_path.unwrap_or_else(|| Field::path_of(&id).to_owned()),
            kind: FieldKind::from_word(&kind),
            list: field.type_data.and_then(|data| data.list_id),
            historical: field.historical.unwrap_or(false),
            deleted: false,
            id,
        });
        Ok(())
    }

    fn read_lists(&mut self, lists: Value, name: &str) -> Result<(), CatalogError> {
        match lists {
            Value::Array(lists) => {
                for list in lists {
                    let id = list.get("name").and_then(Value::as_str).map(str::to_owned);
                    let id = id.ok_or_else(|| wrong(name, "a list without a name".to_owned()))?;
                    self.read_list(id, list, name)?;
                }
            }
            Value::Object(mut object) => {
                if let Some(lists @ (Value::Array(_) | Value::Object(_))) =
                    if object.len() == 1 { object.shift_remove("lists").filter(|value| !is_list(value)) } else { None }
                {
                    return self.read_lists(lists, name);
                }
                if let Some(Value::String(id)) = object.get("name") {
                    return self.read_list(id.clone(), Value::Object(object), name);
                }
                for (id, list) in object {
                    self.read_list(id, list, name)?;
                }
            }
            _ => return Err(wrong(name, "the lists are neither an array nor an object".to_owned())),
        }
        Ok(())
    }

    fn read_list(&mut self, id: String, list: Value, name: &str) -> Result<(), CatalogError> {
        let Value::Object(mut list) = list else { return Err(wrong(name, format!("the list `{id}` is no object"))) };
        // Where both stand there they are the same.
        let entries = [list.shift_remove("items"), list.shift_remove("values")].into_iter().flatten().find(Value::is_array);
        let Some(Value::Array(entries)) = entries else {
            return Err(wrong(name, format!("the list `{id}` has neither `items` nor `values`")));
        };
        let mut items = IndexMap::new();
        // A stack in place of recursion: how deep children nest is the file's choice.
        let mut waiting: Vec<Value> = entries.into_iter().rev().collect();
        while let Some(entry) = waiting.pop() {
            let Value::Object(mut entry) = entry else {
                return Err(wrong(name, format!("the list `{id}` has an item that is no object")));
            };
            let item = item_id(&entry).ok_or_else(|| wrong(name, format!("the list `{id}` has an item without an id")))?;
            let label =
                ["value", "name"].iter().find_map(|key| entry.get(*key).and_then(Value::as_str)).unwrap_or(&item).to_owned();
            let archived = entry.get("archived").and_then(Value::as_bool).unwrap_or(false);
            if let Some(Value::Array(children)) = entry.shift_remove("children") {
                waiting.extend(children.into_iter().rev());
            }
            // One child under two parents is one item.
            items.entry(item.clone()).or_insert(Item { id: item, label, archived });
        }
        self.add_list(List { id, items });
        Ok(())
    }
}

/// Integers for sites and calendars, text elsewhere; either way the id as it is written.
fn item_id(entry: &Map<String, Value>) -> Option<String> {
    match entry.get("id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) if id.is_i64() || id.is_u64() => Some(id.to_string()),
        _ => None,
    }
}

fn is_list(value: &Value) -> bool {
    value.get("items").or_else(|| value.get("values")).is_some_and(Value::is_array)
}

fn parse(text: &str, name: &str) -> Result<Value, CatalogError> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let words = message.split(" at line ").next().unwrap_or(&message).to_owned();
        CatalogError::at(name, error.line(), error.column(), Problem::Syntax(words))
    })
}

fn wrong(name: &str, message: String) -> CatalogError {
    CatalogError::new(name, Problem::Syntax(message))
}

#[cfg(test)]
mod tests;
