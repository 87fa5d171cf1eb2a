use super::Pseudonyms;
use crate::catalog::Catalog;
use crate::catalog::resource::Resource;
use serde_json::{Value, json};

const FIELDS: &str = r#"[
  {"id":"root.id","categoryId":"root","name":"ID","type":"employee-reference"},
  {"id":"root.firstName","categoryId":"root","name":"First name","type":"text"},
  {"id":"root.displayName","categoryId":"root","name":"Display name","type":"text"},
  {"id":"personal.birthDate","categoryId":"personal","name":"Date of Birth","type":"date"},
  {"id":"personal.shortBirthDate","categoryId":"personal","name":"Birthday","type":"short-date"},
  {"id":"personal.nationality","categoryId":"personal","name":"Nationality","type":"multi-list","typeData":{"listId":"nationalities"}},
  {"id":"work.department","categoryId":"work","name":"Department","type":"list","typeData":{"listId":"department"}},
  {"id":"work.siteId","categoryId":"work","name":"Site","type":"list_id","typeData":{"listId":"site"}},
  {"id":"work.manager","categoryId":"work","name":"Manager","type":"employee-reference"},
  {"id":"work.isManager","categoryId":"work","name":"Manages","type":"boolean"},
  {"id":"work.tenureDuration","categoryId":"work","name":"Tenure","type":"period"},
  {"id":"payroll.salary.payment","categoryId":"payroll","name":"Base salary","type":"currency"},
  {"id":"home.legalGender","categoryId":"moved","name":"Gender","type":"list","typeData":{"listId":"gender"}}
]"#;

const LISTS: &str = r#"{
  "nationalities":{"items":[{"id":"1","value":"British"},{"id":"2","value":"Israeli"},{"id":"3","value":"Kenyan"}]},
  "gender":{"items":[{"id":"Female","value":"Female"},{"id":"Male","value":"Male"}]}
}"#;

fn catalog() -> Catalog {
    Catalog::from_metadata(FIELDS, Some(LISTS), "fields.json").unwrap()
}

fn replaced_of(resource: &str, record: &Value) -> Value {
    let catalog = catalog();
    let mut out = Vec::new();
    let resource = Resource::find(resource).unwrap();
    Pseudonyms::new(b"a key", &catalog).record(resource, &record.to_string(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn replaced(record: &Value) -> Value {
    replaced_of("hibob.people", record)
}

#[test]
fn what_is_not_personal_stays_and_so_do_null_and_blank() {
    let record = json!({
        "work": { "department": "262634073", "siteId": 2154020, "isManager": true, "manager": null, "tenureDuration": null },
        "firstName": "  ",
        "payroll": { "salary": { "payment": null } },
        "humanReadable": { "work": { "department": "Management", "siteId": "London", "isManager": "Yes" } },
    });
    assert_eq!(replaced(&record), record);
}

#[test]
fn a_list_of_names_is_replaced_for_who_says_so() {
    let record = r#"{"work":{"department":"Ada Marlowe"},"humanReadable":{"work":{"department":"Ada Marlowe"}}}"#;
    let (catalog, mut out) = (catalog(), Vec::new());
    let people = Resource::find("hibob.people").unwrap();
    Pseudonyms::new(b"a key", &catalog).also(vec!["work.department".to_owned()]).record(people, record, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains("Ada") && !text.contains("Marlowe"), "{text}");
}

#[test]
fn the_unknown_is_replaced() {
    let record = json!({ "custom": { "category_1": { "field_2": "Squad Blue", "field_3": [1234, { "deep": "Ada" }], "field_4": false } } });
    let other = replaced(&record);
    let custom = |record: &Value| record["custom"]["category_1"].clone();
    for (place, before) in [("/field_2", "Squad Blue"), ("/field_3/1/deep", "Ada")] {
        let after = custom(&other).pointer(place).unwrap().as_str().unwrap().to_owned();
        assert!(after != before && after.chars().count() == before.len(), "{after}");
    }
    let number = custom(&other)["field_3"][0].as_u64().unwrap();
    assert!(number != 1234 && (1000..10000).contains(&number));
    assert_eq!(custom(&other)["field_4"], false);
}

#[test]
fn numbers_keep_their_form_and_their_currency() {
    let record = json!({ "payroll": { "salary": { "payment": { "value": 41250.50, "currency": "GBP" } } },
        "humanReadable": { "payroll": { "salary": { "payment": "41,250.50 GBP" } } } });
    let text = replaced(&record);
    let human = text["humanReadable"]["payroll"]["salary"]["payment"].as_str().unwrap();
    assert!(human.ends_with(" GBP") && !human.starts_with("41,250"));
    assert_eq!(text["payroll"]["salary"]["payment"]["currency"], "GBP");
    let whole = |text: &str| text.split('.').next().unwrap().to_owned();
    assert_eq!(whole(human).replace(',', ""), whole(&text["payroll"]["salary"]["payment"]["value"].to_string()));

    let mut out = Vec::new();
    let raw = r#"{"a": [-1.50e10, 0.00, 12345678901234567890123]}"#;
    Pseudonyms::new(b"a key", &catalog()).record(Resource::find("hibob.people").unwrap(), raw, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let parts: Vec<&str> = text.trim_start_matches("{\"a\":[").trim_end_matches("]}").split(',').collect();
    assert!(parts[0].starts_with('-') && parts[0].ends_with("e10") && parts[0].len() == 8 && parts[0] != "-1.50e10", "{text}");
    assert_eq!((parts[1], parts[2].len()), ("0.00", 23));
}

#[test]
fn each_place_of_one_value_says_the_same() {
    let id = "3332883884017713201";
    let record = json!({
        "/root/id": { "value": id }, "/root/firstName": { "value": "Ada" }, "/personal/birthDate": { "value": "1977-06-12" },
        "id": id, "firstName": "Ada", "displayName": "Ada Marlowe",
        "work": { "manager": id, "tenureDuration": { "periodISO": "P14Y1M20D", "sortFactor": 5165, "humanize": "14 years, 1 months and 20 days" } },
        "personal": { "birthDate": "1977-06-12", "shortBirthDate": "06-12" },
        "humanReadable": { "id": id, "displayName": "Ada Marlowe", "work": { "manager": "Ada Marlowe" },
            "personal": { "birthDate": "12/06/1977", "shortBirthDate": "12/06" } },
    });
    let other = replaced(&record);
    let at = |place: &str| other.pointer(place).unwrap().clone();
    assert_ne!(at("/id"), id);
    for place in ["/work/manager", "/humanReadable/id", "/~1root~1id/value"] {
        assert_eq!(at(place), at("/id"), "{place}");
    }
    assert_eq!(at("/humanReadable/work/manager"), at("/displayName"));
    assert!(at("/displayName").as_str().unwrap().starts_with(at("/firstName").as_str().unwrap()));
    assert_eq!(at("/~1personal~1birthDate/value"), at("/personal/birthDate"));
    let birth = at("/personal/birthDate").as_str().unwrap().to_owned();
    assert_eq!(at("/personal/shortBirthDate"), birth[5..]);
    assert_eq!(at("/humanReadable/personal/birthDate"), format!("{}/{}/1977", &birth[8..], &birth[5..7]));
    let period = at("/work/tenureDuration/periodISO").as_str().unwrap().to_owned();
    assert!(period.starts_with('P') && period.ends_with('D') && period.len() == 9 && period != "P14Y1M20D");
}

#[test]
fn choices_of_private_life_become_other_items_of_their_lists_person_by_person() {
    let person = |id: u32| {
        json!({ "id": id.to_string(), "home": { "legalGender": "Female" }, "personal": { "nationality": ["1", "2"] },
        "humanReadable": { "home": { "legalGender": "Female" }, "personal": { "nationality": "British,Israeli" } } })
    };
    let others: Vec<Value> = (1..40).map(|id| replaced(&person(id))).collect();
    let labels = |ids: &Value| {
        let label = |id: &Value| ["British", "Israeli", "Kenyan"][id.as_str().unwrap().parse::<usize>().unwrap() - 1];
        ids.as_array().unwrap().iter().map(label).collect::<Vec<_>>().join(",")
    };
    for other in &others {
        assert_eq!(other["humanReadable"]["home"], other["home"]);
        assert_eq!(other["humanReadable"]["personal"]["nationality"], labels(&other["personal"]["nationality"]));
    }
    for gender in ["Female", "Male"] {
        assert!(others.iter().any(|other| other["home"]["legalGender"] == gender));
    }
    // Without the list nobody knows an item of it.
    let unknown = replaced(&json!({ "home": { "legalGender": "Diverse" } }));
    assert_ne!(unknown["home"]["legalGender"], "Diverse");
}

#[test]
fn ids_and_addresses_agree_between_kinds_of_records() {
    let change = json!({ "changeType": "Created", "requestId": 24588101, "employeeId": "3332883884017713202",
        "employeeEmail": "bruno.keller@example.com", "policyTypeDisplayName": "Holiday", "type": "days", "startDate": "2026-03-05",
        "timeZone": "Europe/Berlin", "changeReason": null });
    let other = replaced_of("hibob.time_off_changes", &change);
    let person = replaced(&json!({ "id": "3332883884017713202", "email": "bruno.keller@example.com" }));
    assert_eq!((&other["employeeId"], &other["employeeEmail"]), (&person["id"], &person["email"]));
    for kept in ["changeType", "policyTypeDisplayName", "type", "timeZone", "changeReason"] {
        assert_eq!(other[kept], change[kept]);
    }
    assert!(other["startDate"].as_str().unwrap().starts_with("2026-03-"));
    let list = json!({ "name": "department", "items": [{ "id": "1", "value": "Sales" }] });
    assert_eq!(replaced_of("hibob.named_lists", &list), list);
}
