use crate::catalog::{Catalog, FieldKind};
use crate::transform::Lists;

const FIELDS: &str = r#"[
  {"id":"root.firstName","categoryId":"root","category":"root","categoryDisplayName":"Who","name":"First name",
   "description":null,"jsonPath":"firstName","type":"text","typeData":{},"historical":false},
  {"id":"work.department","category":"work","name":"Department","type":"list","typeData":{"listId":"department"},"historical":true},
  {"id":"custom.category_1647463606491.field_1648723373242","categoryId":"category_1647463606491",
   "categoryDisplayName":"Squad","name":"Squad","jsonPath":"custom.category_1647463606491.field_1648723373242","type":"hologram"}
]"#;

fn message(text: &str) -> String {
    Catalog::load(text, "fields.json").unwrap_err().to_string()
}

#[test]
fn bobs_own_answer_is_a_catalog_bare_or_in_an_envelope() {
    for text in [FIELDS.to_owned(), format!("\u{feff}{{\"fields\": {FIELDS}}}")] {
        let catalog = Catalog::load(&text, "fields.json").unwrap();
        assert_eq!(catalog.fields().count(), 3);
        assert_eq!(catalog.by_names(&["firstName"]).unwrap().0.id, "root.firstName");
        assert_eq!(catalog.category("root").unwrap().name, "Who");
        // An answer from before Bob sent display names.
        assert_eq!(catalog.category("work").unwrap().name, "Work");
        let department = catalog.field("work.department").unwrap();
        assert!(department.historical && department.list.as_deref() == Some("department"));
        let squad = catalog.by_names(&["custom", "category_1647463606491", "field_1648723373242"]).unwrap().0;
        assert_eq!(squad.kind, FieldKind::Other("hologram".to_owned()));
        assert_eq!(catalog.category(&squad.category).unwrap().name, "Squad");
    }
}

#[test]
fn lists_are_read_in_every_recorded_shape_with_archived_items_and_children() {
    let item = r#"{"id":"262634067","value":"Marketing","name":"Marketing","archived":false,
        "children":[{"id":7,"name":"Field","archived":true,"children":[{"id":"Full time","value":"Full time"}]}]}"#;
    for lists in [
        format!(r#"{{"department":{{"name":"department","values":[{item}],"items":[{item}]}}}}"#),
        format!(r#"{{"department":{{"values":[{item}]}}}}"#),
        format!(r#"[{{"name":"department","items":[{item}]}}]"#),
        format!(r#"{{"lists":[{{"name":"department","items":[{item}]}}]}}"#),
        format!(r#"{{"name":"department","values":[{item}]}}"#),
    ] {
        let catalog = Catalog::from_metadata(FIELDS, Some(&lists), "fields.json").unwrap();
        assert_eq!(catalog.label("department", "262634067"), Some("Marketing"), "{lists}");
        assert_eq!(catalog.label("department", "7"), Some("Field"));
        assert_eq!(catalog.label("department", "Full time"), Some("Full time"));
        let ids: Vec<_> = catalog.list("department").unwrap().items().map(|item| (item.id.as_str(), item.archived)).collect();
        assert_eq!(ids, [("262634067", false), ("7", true), ("Full time", false)]);
        assert_eq!(catalog.lists().count(), 1);
    }
}

#[test]
fn fields_and_lists_may_stand_in_one_file() {
    let text = format!(r#"{{"fields": {FIELDS}, "lists": {{"site": {{"items": [{{"id": 2154020, "value": "London"}}]}}}}}}"#);
    let catalog = Catalog::load(&text, "both.json").unwrap();
    assert_eq!(catalog.label("site", "2154020"), Some("London"));
    // And what was read can be kept as a catalog file.
    let again = Catalog::load(&catalog.to_yaml(), "acme.yaml").unwrap();
    assert_eq!(again.to_yaml(), catalog.to_yaml());
    assert_eq!(again.label("site", "2154020"), Some("London"));
}

#[test]
fn an_item_under_two_parents_is_one_item() {
    let lists = r#"[{"name":"tree","items":[
        {"id":"1","name":"A","children":[{"id":"9","name":"Shared"}]},
        {"id":"2","name":"B","children":[{"id":"9","name":"Shared"}]}]}]"#;
    let catalog = Catalog::from_metadata(FIELDS, Some(lists), "fields.json").unwrap();
    assert_eq!(catalog.list("tree").unwrap().items().count(), 3);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    assert_eq!(message("[{\"id\": \"root.id\","), "fields.json:1:18: EOF while parsing a value");
    assert_eq!(message("[{\"id\": \"root.id\"}]"), "fields.json: field 1: missing field `type`");
    assert_eq!(message(r#"[{"id": "root.id", "type": "text"}]"#), "fields.json: the field `root.id` has no categoryId");
    assert!(message(r#"[{"name":"department","items":[]}]"#).contains("lists without fields"));
    assert!(message(r#"{"department":{"values":[]}}"#).contains("lists without fields"));
    let lists = |lists| Catalog::from_metadata(FIELDS, Some(lists), "lists.json").unwrap_err().to_string();
    assert_eq!(lists(r#"{"site":{"items":[{"id":1.5}]}}"#), "lists.json: the list `site` has an item without an id");
    assert_eq!(lists(r#"{"site":{}}"#), "lists.json: the list `site` has neither `items` nor `values`");
    assert_eq!(lists("7"), "lists.json: the lists are neither an array nor an object");
}
