//! `bobmap show`: one employee by category, with three states that can be told apart.

use crate::snap::snap;
use crate::tenant::{offline, said, tenant};
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob");

fn shown(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let people = format!("{FIXTURES}/people.json");
    let (fields, lists) = (format!("{FIXTURES}/fields.json"), format!("{FIXTURES}/named_lists.json"));
    let all = ["show", "--records", &people, "--catalog", &fields, "--lists", &lists];
    let output = offline(folder.path(), &[&all, arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_employee_is_shown_by_category_and_masked() {
    let text = shown(&["bruno.keller@example.com"]);
    for value in ["Bruno", "Keller", "1984", "Lindenweg", "Engineering"] {
        assert!(!text.contains(value), "{value}");
    }
    snap().bind(|| insta::assert_snapshot!("show__masked", text));
}

#[test]
fn values_and_labels_are_shown_to_who_asks_for_them() {
    let text = shown(&["3332883884017713202", "--show-values"]);
    snap().bind(|| insta::assert_snapshot!("show__values", text));
}

#[test]
fn the_id_the_address_in_any_case_and_the_number_name_the_same_employee() {
    let text = shown(&["3332883884017713202"]);
    for name in ["BRUNO.Keller@example.com", " 2 ", "2"] {
        assert_eq!(shown(&[name]), text, "{name}");
    }
}

#[test]
fn json_says_the_state_of_every_field() {
    let answer: Value = serde_json::from_str(&shown(&["2", "--format", "json", "--show-values"])).unwrap();
    let fields: Vec<&Value> =
        answer["categories"].as_array().unwrap().iter().flat_map(|section| section["fields"].as_array().unwrap()).collect();
    let of = |id: &str| *fields.iter().find(|field| field["id"] == id).unwrap();
    assert_eq!(
        (&of("work.title")["value"], &of("work.title")["label"]),
        (&"255490051".into(), &"Chief Technology Officer".into())
    );
    assert_eq!((&of("root.secondName")["state"], of("root.secondName").get("value")), (&"blank".into(), None));
    assert_eq!(of("personal.age")["state"], "not_visible");
    assert_eq!(of("work.reportsTo")["inside"][1]["value"], "Ada");
    let metadata: Vec<Value> =
        serde_json::from_str(&std::fs::read_to_string(format!("{FIXTURES}/fields.json")).unwrap()).unwrap();
    assert_eq!(fields.len(), metadata.len(), "every field of the catalog stands in it once");
    let count = |state: &str| fields.iter().filter(|field| field["state"] == state).count();
    assert_eq!(answer["values"].as_u64().unwrap() as usize, count("value") + answer["unknown"].as_array().unwrap().len());
}

#[test]
fn labels_come_from_the_catalogs_lists_where_the_record_has_none() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("p.jsonl"), "{\"id\":\"1\",\"work\":{\"title\":\"255490050\",\"siteId\":2154020}}\n")
        .unwrap();
    let (fields, lists) = (format!("{FIXTURES}/fields.json"), format!("{FIXTURES}/named_lists.json"));
    let arguments = ["show", "1", "--records", "p.jsonl", "--catalog", &fields, "--lists", &lists, "--show-values"];
    let text = String::from_utf8(offline(folder.path(), &arguments).stdout).unwrap();
    assert!(text.contains("255490050 (Chief Executive Officer)") && text.contains("2154020 (London)"), "{text}");
}

#[test]
fn places_that_the_catalog_does_not_have_are_shown_too() {
    let folder = tempfile::tempdir().unwrap();
    let record =
        "{\"id\":\"1\",\"work\":{\"custom\":{\"field_1\":\"x\"}},\"custom\":{\"category_1\":{\"field_2\":null}},\"zz\":[1]}\n";
    std::fs::write(folder.path().join("p.jsonl"), record).unwrap();
    let text = String::from_utf8(offline(folder.path(), &["show", "1", "--records", "p.jsonl"]).stdout).unwrap();
    let (_, unknown) = text.split_once("\nNot in the catalog\n").unwrap();
    assert!(
        unknown.starts_with(
            "├ work.custom.field_1        •••\n├ custom.category_1.field_2  blank\n└ zz                         •••\n"
        ),
        "{text}"
    );
}

#[test]
fn nobody_of_that_name_is_said_with_what_may_be_meant() {
    let folder = tempfile::tempdir().unwrap();
    let output = offline(folder.path(), &["show", "zoe@example.com", "--records", &format!("{FIXTURES}/people.json")]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(
        said(&output),
        "error: no record has `zoe@example.com` as its id, e-mail address or employee number; 40 records were read\n"
    );
    std::fs::write(
        folder.path().join("p.jsonl"),
        "{\"id\":\"1\",\"work\":{\"employeeIdInCompany\":7}}\n{\"id\":\"2\",\"work\":{\"employeeIdInCompany\":7}}\n",
    )
    .unwrap();
    let output = offline(folder.path(), &["show", "7", "--records", "p.jsonl"]);
    assert_eq!(
        (output.status.code(), said(&output).as_str()),
        (Some(3), "error: 2 employees have the number `7`; name one by id or e-mail address\n")
    );
}

#[test]
fn a_live_employee_is_asked_for_with_every_field_of_the_company() {
    let tenant = tenant(
        "permissions: { unticked: [\"People's data > People > Address > View selected employees' Address sections\"], hidden_fields: [work.title] }\n",
    );
    let first: Value =
        serde_json::from_str(tenant.printed(&["fetch", "people", "--limit", "1"]).lines().next().unwrap()).unwrap();
    let email = first["email"].as_str().unwrap();
    let text = tenant.printed(&["show", email]);
    assert_eq!(text, tenant.printed(&["show", first["id"].as_str().unwrap()]));
    assert!(text.contains("\nAddress: not visible ("), "{text}");
    assert!(text.lines().any(|line| line.contains(" work.title ") && line.ends_with("not visible")), "{text}");
    assert!(!text.contains(email) && text.contains("•••"));
    assert!(tenant.printed(&["show", email, "--show-values"]).contains(email));
}

#[test]
fn a_live_employee_who_is_not_there_is_told_from_one_who_is_hidden() {
    let tenant = tenant("");
    for (name, word) in
        [("nobody@example.test", "is it the work address"), ("12", "an employee number is looked for in --records only")]
    {
        let output = tenant.run(&["show", name]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
        assert!(said(&output).contains(word) && said(&output).contains("Employed people only"), "{}", said(&output));
    }
}
