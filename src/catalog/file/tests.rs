use super::CatalogFile;
use crate::catalog::{Catalog, FieldKind};
use crate::transform::Lists;

const FILE: &str = "\
catalog: 1
pulled: 2026-03-01
categories:
  category_1647463606491: Squad
  root: Basic info
  work: Work
fields:
  custom.category_1647463606491.field_1648723373242:
    name: Squad
    category: category_1647463606491
    type: hologram
    deleted: true
  payroll.variable.Spot bonus.amount:
    name: Variable Pay/Spot bonus/Amount
    category: work
    type: currency
    historical: true
  root.email:
    name: Email
    category: root
    type: text
  work.title:
    name: Job title
    category: work
    type: list
    list: title
    historical: true
lists:
  title:
  - id: '255490048'
    label: 'Engineer: platform'
  - id: '255490049'
    label: Librarian
    archived: true
";

fn message(text: &str) -> String {
    Catalog::load(text, "acme.yaml").unwrap_err().to_string()
}

#[test]
fn a_catalog_file_is_read_and_written_back_byte_for_byte() {
    let catalog = Catalog::load(FILE, "acme.yaml").unwrap();
    assert_eq!(catalog.to_yaml(), FILE);
    assert!(!catalog.is_builtin());
    assert_eq!(catalog.pulled(), Some("2026-03-01"));
    let squad = catalog.field("custom.category_1647463606491.field_1648723373242").unwrap();
    assert_eq!(squad.kind, FieldKind::Other("hologram".to_owned()));
    assert!(squad.deleted);
    let (field, taken) = catalog.by_names(&["payroll", "variable", "Spot bonus", "amount", "value"]).unwrap();
    assert_eq!((field.historical, taken), (true, 4));
    assert_eq!(catalog.by_names(&["email"]).unwrap().0.id, "root.email");
    assert_eq!(catalog.label("title", "255490049"), Some("Librarian"));
    assert_eq!(catalog.label("title", "0"), None);
    assert!(catalog.has("title") && !catalog.has("department"));
}

#[test]
fn the_built_in_catalog_can_be_written_and_read() {
    let yaml = Catalog::builtin().to_yaml();
    let again = Catalog::load(&yaml, "builtin.yaml").unwrap();
    assert_eq!(again.to_yaml(), yaml);
    for field in Catalog::builtin().fields() {
        assert_eq!(again.field(&field.id), Some(field));
    }
}

#[test]
fn the_order_of_a_file_does_not_come_from_bob() {
    let json = |fields: [&str; 2]| format!("[{},{}]", fields[0], fields[1]);
    let one = r#"{"id":"root.surname","categoryId":"root","name":"Last name","type":"text"}"#;
    let two = r#"{"id":"root.email","categoryId":"root","name":"Email","type":"text"}"#;
    let yaml = |json: String| Catalog::from_metadata(&json, None, "fields.json").unwrap().to_yaml();
    assert_eq!(yaml(json([one, two])), yaml(json([two, one])));
}

#[test]
fn an_empty_file_is_told_from_one_of_another_kind() {
    assert_eq!(message(""), "acme.yaml: the file is empty; a catalog begins with `catalog: 1`");
    assert_eq!(message("\n# nothing yet\n"), message(""));
    assert!(
        message("# ours\nmapping: employees\nformat: 1\n")
            .starts_with("acme.yaml:2:1: this is no catalog: its first key is `mapping`")
    );
    assert!(message("- a\n- b\n").contains("this is no catalog"));
    assert!(message("hello").contains("this is no catalog"));
    assert!(message("{\"employees\": []}").contains("this is no catalog"));
}

#[test]
fn a_newer_format_asks_for_a_newer_program_whatever_else_stands_there() {
    let text = "catalog: 2 # new\nsections: {}\n";
    assert_eq!(
        message(text),
        "acme.yaml:1:1: the catalog is written in format 2, and this bobmap reads format 1: use a newer bobmap"
    );
    assert!(message(&FILE.replace("catalog: 1", "catalog: 0")).contains("`catalog` is 0, expected 1"));
}

#[test]
fn a_file_that_breaks_off_is_refused_with_its_place() {
    let cut = &FILE[..FILE.find("category: root\n").unwrap()];
    assert_eq!(message(cut), "acme.yaml:19:5: fields.root.email: missing field `category`");
    assert!(message("catalog: 1\ncategories: {\n").starts_with("acme.yaml:3:1: "));
    assert!(message("catalog: 1\n").contains("missing field `categories`"));
}

#[test]
fn keys_that_stand_twice_or_are_unknown_are_refused_with_their_place() {
    let twice = FILE.replace("  root.email:", "  work.title:");
    assert!(message(&twice).contains("`work.title` stands twice"), "{}", message(&twice));
    let twice = FILE.replace("  root: Basic info", "  work: Basic info");
    assert!(message(&twice).contains("`work` stands twice"));
    let unknown = FILE.replace("    deleted: true", "    removed: true");
    assert!(
        message(&unknown)
            .starts_with("acme.yaml:12:5: fields.custom.category_1647463606491.field_1648723373242: unknown field `removed`")
    );
    let item = FILE.replace("'255490049'", "'255490048'");
    assert_eq!(message(&item), "acme.yaml: the list `title` has the item `255490048` twice");
}

#[test]
fn a_category_that_the_file_lacks_is_named_with_the_field() {
    let text = FILE.replace("category: root\n", "category: Basic info\n");
    assert_eq!(
        message(&text),
        "acme.yaml:18:3: the field `root.email` stands in the category `Basic info`, which `categories` does not have; did you mean `root`?"
    );
}

#[test]
fn a_list_that_the_file_lacks_is_no_fault() {
    let text = &FILE[..FILE.find("lists:").unwrap()];
    let catalog = Catalog::load(text, "acme.yaml").unwrap();
    assert_eq!(catalog.field("work.title").unwrap().list.as_deref(), Some("title"));
    assert!(!catalog.has("title"));
}

#[test]
fn an_id_is_what_is_written_and_a_day_is_a_day() {
    let bare = FILE.replace("'255490048'", "007");
    assert_eq!(Catalog::load(&bare, "acme.yaml").unwrap().label("title", "007"), Some("Engineer: platform"));
    assert!(message(&FILE.replace("2026-03-01", "2026-02-30")).contains("`pulled` is `2026-02-30`, expected a date"));
    assert!(message(&FILE.replace("2026-03-01", "2026-03-01T10:00:00")).contains("expected a date"));
}

#[test]
fn a_catalog_may_be_written_as_json() {
    let json = serde_json::to_string(&CatalogFile::from(&Catalog::load(FILE, "acme.yaml").unwrap())).unwrap();
    assert_eq!(Catalog::load(&json, "acme.json").unwrap().to_yaml(), FILE);
}

#[test]
fn the_schema_has_words_for_every_key_and_no_choice_that_ruins_messages() {
    let schema = schemars::schema_for!(CatalogFile).to_value();
    let text = schema.to_string();
    assert!(!text.contains("oneOf") && !text.contains("anyOf"), "{text}");
    let types = [&schema, &schema["$defs"]["FieldEntry"], &schema["$defs"]["ItemEntry"]];
    for described in types {
        assert_eq!(described["additionalProperties"], false);
        for (key, property) in described["properties"].as_object().unwrap() {
            for word in ["title", "description", "examples"] {
                assert!(property.get(word).is_some(), "{key} has no {word}: {property}");
            }
        }
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let file = serde_json::to_value(CatalogFile::from(Catalog::builtin())).unwrap();
    assert!(validator.is_valid(&file));
    assert!(validator.is_valid(&schema["examples"][0]));
}
