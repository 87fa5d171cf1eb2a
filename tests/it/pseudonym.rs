//! Invented values over whole records: nothing of a person is left, and a mapping does with them what it did before.

use bobmap::catalog::Catalog;
use bobmap::catalog::resource::Resource;
use bobmap::pseudonym::Pseudonyms;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Map, Value, json};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob");

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{FIXTURES}/{name}")).unwrap()
}

fn catalog() -> Catalog {
    Catalog::from_metadata(&read("fields.json"), Some(&read("named_lists.json")), "fields.json").unwrap()
}

fn replaced(key: &[u8], record: &Value) -> Value {
    let (catalog, mut out) = (catalog(), Vec::new());
    let people = Resource::find("hibob.people").unwrap();
    Pseudonyms::new(key, &catalog).record(people, &record.to_string(), &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// Words of three letters or digits and more.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
    words.map(str::to_lowercase)
}

/// Every text and number with the place where it stands.
fn leaves(value: &Value, place: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| leaves(value, &format!("{place}.{name}"), out)),
        Value::Array(items) => items.iter().for_each(|value| leaves(value, place, out)),
        Value::String(text) => out.push((place.to_owned(), text.clone())),
        Value::Number(number) => out.push((place.to_owned(), number.to_string())),
        _ => {}
    }
}

/// Fields of the fixture whose values are a person's.
const PERSONAL: &[&str] = &[
    "id",
    "companyId",
    "email",
    "firstName",
    "secondName",
    "surname",
    "fullName",
    "displayName",
    "avatarUrl",
    "about.avatar",
    "home.privateEmail",
    "home.privatePhone",
    "home.mobilePhone",
    "home.spouse.firstName",
    "address.line1",
    "address.line2",
    "address.postCode",
    "work.manager",
    "work.secondLevelManager",
    "work.reportsTo",
    "work.workPhone",
    "work.workMobile",
    "work.employeeIdInCompany",
    "work.custom",
    "custom",
    "payroll.salary.payment.value",
    "payroll.variable",
];

/// The example domain that the fixture and the invented addresses share, and the word before an address.
const SHARED: [&str; 3] = ["example", "com", "https"];

#[test]
fn no_word_of_a_person_is_left_in_the_fixtures_people() {
    let people: Value = serde_json::from_str(&read("people.json")).unwrap();
    let mut checked = 0;
    for record in people["employees"].as_array().unwrap() {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves(record, "", &mut before);
        leaves(&replaced(b"a key of the tests", record), "", &mut after);
        let left: std::collections::HashSet<String> = after.iter().flat_map(|(_, text)| words(text)).collect();
        let is_personal = |place: &str| {
            let place = place.trim_start_matches(".humanReadable").trim_start_matches('.');
            PERSONAL.iter().any(|field| place == *field || place.starts_with(&format!("{field}.")))
        };
        // Words that stand in a list, too, are no person's: the site and the home may be in one city.
        let lists: Vec<String> = ["work.site", "address.site", "address.country", "department", "title", "currency"]
            .iter()
            .flat_map(|field| before.iter().filter(move |(place, _)| place.contains(field)).flat_map(|(_, text)| words(text)))
            .collect();
        for (place, text) in before.iter().filter(|(place, _)| is_personal(place)) {
            for word in words(text).filter(|word| !SHARED.contains(&word.as_str()) && !lists.contains(word)) {
                assert!(!left.contains(&word), "{place}: a word of {} letters is left", word.len());
                checked += 1;
            }
        }
    }
    assert!(checked > 1000, "{checked}");
}

#[test]
fn a_birthday_is_another_day_in_every_place_that_shows_it() {
    let people: Value = serde_json::from_str(&read("people.json")).unwrap();
    for record in people["employees"].as_array().unwrap() {
        let other = replaced(b"a key of the tests", record);
        let at = |value: &Value, place: &str| value.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
        for place in ["/personal/shortBirthDate", "/humanReadable/personal/shortBirthDate"] {
            assert!(at(record, place).is_empty() || at(record, place) != at(&other, place));
        }
        let birth = at(&other, "/personal/birthDate");
        if !birth.is_empty() {
            assert_eq!(
                (&birth[..4], &birth[5..]),
                (&at(record, "/personal/birthDate")[..4], &*at(&other, "/personal/shortBirthDate"))
            );
            let shown = format!("{}/{}/{}", &birth[8..], &birth[5..7], &birth[..4]);
            assert_eq!(at(&other, "/humanReadable/personal/birthDate"), shown);
        }
    }
}

/// Texts as people have them, long enough that chance makes none of them again.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z][a-z]{7,12}",
        "[A-Z][a-z]{7,12} [A-Z][a-z]{7,12}-[A-Z][a-z]{7,9}",
        "[a-zäöüßéñ]{8,14}",
        "[א-ת]{8,12}",
        "[a-z]{7,9}\\.[a-z]{7,9}@[a-z]{7,9}\\.[a-z]{6,7}",
        "\\+[1-9][0-9]{9,13}",
        "[1-9][0-9]{18}",
        "Room [A-Z]{6}-[1-9]{8} \\([a-z]{8}, [a-z]{9}\\)",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        Just(json!("")),
        Just(json!("  ")),
        (10_000_000u64..u64::MAX / 2).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{3,6}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The form of a value, in which letters and digits are told apart and not from one another.
fn shape(value: &Value) -> Value {
    let class = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphabetic() => 'a',
        c => c,
    };
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect::<Map<_, _>>().into(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(text) => text.trim_end_matches(".example.com").chars().map(class).collect::<String>().into(),
        Value::Number(number) => number.to_string().len().into(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn what_the_catalog_does_not_know_is_replaced_and_keeps_its_shape(value in value(), key in prop::array::uniform16(any::<u8>())) {
        let record = json!({ "id": "3332883884017713201", "custom": { "category_1": { "field_2": value } }, "humanReadable": { "field": value } });
        let other = replaced(&key, &record);
        prop_assert_eq!(shape(&other), shape(&record));
        prop_assert_eq!(&other, &replaced(&key, &record));
        let (mut before, mut after) = (Vec::new(), Vec::new());
        leaves(&record, "", &mut before);
        leaves(&other, "", &mut after);
        let left: std::collections::HashSet<String> = after.iter().flat_map(|(_, text)| words(text)).collect();
        for word in before.iter().flat_map(|(_, text)| words(text)).filter(|word| word.chars().count() >= 6) {
            prop_assert!(!left.contains(&word), "a word of {} letters is left", word.chars().count());
        }
        // Word by word: nothing stays what it was where it stood.
        for ((_, before), (_, after)) in before.iter().zip(&after).filter(|((_, text), _)| !text.trim().is_empty()) {
            for (before, after) in words(before).zip(words(after)) {
                prop_assert!(before != after);
            }
        }
    }
}
