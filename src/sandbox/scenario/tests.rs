use super::{Scenario, Spec, schema};
use crate::sandbox::people::People;

fn refused(text: &str) -> String {
    match Scenario::load(text, "sandbox.yaml") {
        Ok(_) => panic!("taken: {text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn unknown_words_are_met_with_their_place_and_the_nearest_one() {
    for (text, message) in [
        ("scenario: 1\nemployes: 40\n", "sandbox.yaml:2:1: unknown field `employes`, expected one of "),
        (
            "scenario: 1\nfields:\n  work.titel: { name: Role }\n",
            "sandbox.yaml:3:3: the company has no field `work.titel`; did you mean `work.title`?",
        ),
        (
            "scenario: 1\nfields:\n  work.title: { category: Lifecycle }\n",
            "sandbox.yaml:3:27: the company has no category `Lifecycle`; did you mean `lifecycle`?",
        ),
        (
            "scenario: 1\nfields:\n  work.custom.field_1: { name: Squad, category: work, type: list, list: titles }\n",
            "sandbox.yaml:3:73: the company has no list `titles`; did you mean `title`?",
        ),
        (
            "scenario: 1\nstatuses_visible: [employd]\n",
            "sandbox.yaml:2:20: the company has no lifecycle status `employd`; did you mean `employed`?",
        ),
        (
            "scenario: 1\npermissions:\n  unticked:\n    - People's data > People > Worc > View selected employees' Worc sections\n",
            "sandbox.yaml:4:39: Bob's menus have no box `People's data > People > Worc > View selected employees' Worc sections`: `bobmap permissions` \
             prints them; did you mean `People's data > People > Work > View selected employees' Work sections`?",
        ),
        (
            "scenario: 1\npermissions: { hidden_fields: [personal.birthdate] }\n",
            "sandbox.yaml:2:32: the company has no field `personal.birthdate`; did you mean `personal.birthDate`?",
        ),
        ("scenario: 1\ntables: { worc: {} }\n", "sandbox.yaml:2:11: "),
        ("scenario: 1\ntime_off: { request: [] }\n", "sandbox.yaml:2:13: time_off: unknown field `request`, expected one of "),
        (
            "scenario: 1\ntime_off:\n  requests:\n    - { employee: 1, start: 2026-03-02, policy: Holidays }\n",
            "sandbox.yaml:4:49: the company has no policy type `Holidays`; did you mean `Holiday`?",
        ),
        (
            "scenario: 1\ntime_off:\n  requests:\n    - { employee: 1, start: 2026-03-02, type: hour }\n",
            "sandbox.yaml:4:47: time_off.requests[0].type: unknown variant `hour`, expected one of ",
        ),
        (
            "scenario: 1\ntime_off:\n  policies: { Sick: { visibility: private } }\n",
            "sandbox.yaml:3:35: time_off.policies.Sick.visibility: unknown variant `private`, expected one of ",
        ),
    ] {
        let found = refused(text);
        assert!(found.starts_with(message), "{found}");
    }
    assert!(refused("scenario: 1\nemployes: 40\n").ends_with("; did you mean `employees`?"));
    assert!(refused("scenario: 1\ntables: { worc: {} }\n").ends_with("; did you mean `work`?"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (text, message) in [
        ("scenario: 2\n", ":1:1: `scenario` is 2, and this bobmap reads scenarios of format 1"),
        ("employees: 3\n", "missing field `scenario`"),
        ("scenario: 1\nemployees: 0\n", ":2:1: `employees` must be a number from 1 to 1000000"),
        ("scenario: 1\nemployees: 1000001\n", ":2:1: `employees` must be a number from 1 to 1000000"),
        ("scenario: 1\ntoday: 2026-02-30\n", ":2:1: `today` must be a date like 2026-03-01"),
        (
            "scenario: 1\nfields: { work.custom.field_1: { name: Squad, type: text } }\n",
            "`work.custom.field_1` is a new field: it needs `category`",
        ),
        ("scenario: 1\nfields: { work.title: { share: 1.5 } }\n", "the share of `work.title` must be a number from 0 to 1"),
        (
            "scenario: 1\nfields: { work.title: { copies: work.site, replaces: work.site } }\n",
            "`work.title` can't both copy one field and replace another",
        ),
        ("scenario: 1\nredirects: { people/search: http://127.0.0.1/ }\n", "`people/search` is no endpoint"),
        ("scenario: 1\nseed: 1\nseed: 2\n", "duplicate"),
        ("scenario: 1\ntime_off: { requests_a_person: 61 }\n", ":2:13: `requests_a_person` must be a number from 0 to 60"),
    ] {
        let found = refused(text);
        assert!(found.starts_with("sandbox.yaml") && found.contains(message), "{found}");
    }
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    for (request, message) in [
        ("employee: 1, start: 2026-02-30", ":4:29: `2026-02-30` is no date: expected one like 2026-03-01"),
        (
            "employee: 1, start: 2026-03-02, end: 2026-03-01",
            "the request begins on 2026-03-02 and ends on 2026-03-01: the end must not be",
        ),
        ("employee: 1, start: 2016-03-02, end: 2026-12-01", "nor ten years after it"),
        ("employee: 0, start: 2026-03-02", "there is no employee 0: employees are counted from 1 to 1000000"),
        ("employee: 1, start: 2026-03-02, time_zone: Europe/Londres", "no time zone is called `Europe/Londres`"),
        (
            "employee: 1, start: 2026-03-02, type: hours",
            "a request of type `hours` needs a policy type in hours, and `Holiday` is in days",
        ),
        ("employee: 1, start: 2026-03-02, id: 20000001", "the request id 20000001 is taken or too large"),
        ("employee: 1, start: 2026-03-02, events: [{ at: monday, what: created }]", "`monday` is no moment: expected one in UTC"),
        (
            "employee: 1, start: 2026-03-02, events: [{ at: 2026-01-01T00:00:00, what: edited }]",
            "the first event can't be an edit",
        ),
        (
            "employee: 1, start: 2026-03-02, events: [{ at: 2026-01-02T00:00:00, what: created }, { at: 2026-01-01T00:00:00, what: canceled }]",
            "`2026-01-01T00:00:00` is before the event above it",
        ),
    ] {
        let found = refused(&format!("scenario: 1\ntime_off:\n  requests:\n    - {{ {request} }}\n"));
        assert!(found.starts_with("sandbox.yaml") && found.contains(message), "{found}");
    }
    let twice = "scenario: 1\ntime_off:\n  requests:\n    - { employee: 1, start: 2026-03-02, id: 7 }\n    - { employee: 1, start: 2026-03-02, id: 7 }\n";
    assert!(refused(twice).contains("the request id 7 is taken"));
}

#[test]
fn a_box_is_taken_as_a_list_and_as_one_line() {
    for written in [
        "People's data > People > Lifecycle > View selected employees' Lifecycle sections",
        "[\"People's data\", People, lifecycle, View selected employees' Lifecycle sections]",
    ] {
        let scenario = Scenario::load(&format!("scenario: 1\npermissions:\n  unticked:\n    - {written}\n"), "x").unwrap();
        assert!(!scenario.company.permitted.view("lifecycle"));
        assert!(scenario.company.permitted.history("lifecycle") && scenario.company.permitted.view("work"));
    }
}

#[test]
fn a_field_that_replaces_another_has_the_values_of_those_whom_the_other_lacks() {
    let text = "\
scenario: 1
fields:
  work.custom.field_9: { name: Role, category: work, type: list, replaces: work.title, share: 0.5 }
  work.custom.field_8: { name: Role, category: work, type: text, copies: home.familyStatus }
";
    let company = Scenario::load(text, "x").unwrap().company;
    let people = People { seed: 1, count: 400, today: jiff::civil::date(2026, 3, 1) };
    let (old, new) = (&company.fields["work.title"], &company.fields["work.custom.field_9"]);
    assert_eq!(new.field.list.as_deref(), Some("title"));
    let has = |column: &crate::sandbox::company::Column, index| {
        !matches!(column.value(&people.person(index)), crate::sandbox::value::Value::Null)
    };
    let moved = (0..400).filter(|index| has(new, *index)).count();
    assert!((150..250).contains(&moved), "{moved}");
    assert!((0..400).all(|index| !(has(old, index) && has(new, index))));
    assert!((0..400).filter(|index| has(old, *index) || has(new, *index)).count() > 380);
    assert!(company.fields["work.custom.field_8"].holds_labels());
}

#[test]
fn the_schema_has_words_for_every_key_and_no_choice_that_ruins_messages() {
    let (_, text) = schema();
    assert!(!text.contains("oneOf") && !text.contains("anyOf"), "{text}");
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&schema["examples"][0]));
    let types = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for described in types.filter(|described| described.get("properties").is_some()) {
        assert_eq!(described["additionalProperties"], false);
        for (key, property) in described["properties"].as_object().unwrap() {
            for word in ["title", "description", "examples"] {
                assert!(property.get(word).is_some(), "{key} has no {word}: {property}");
            }
        }
    }
    let good = "scenario: 1\npermissions: { unticked: [[a, b]] }\ntables: { work: { errors: [1] } }\n";
    assert!(validator.is_valid(&serde_yaml::from_str(good).unwrap()));
    assert!(serde_yaml::from_str::<Spec>(good).is_ok());
    assert!(!validator.is_valid(&serde_yaml::from_str("scenario: 1\ntables: { worc: {} }\n").unwrap()));
}

#[test]
fn the_guides_scenario_is_taken() {
    let page = include_str!("../../guide/sandbox.md");
    let (_, after) = page.split_once("```yaml scenario.yaml\n").unwrap();
    let (text, _) = after.split_once("```").unwrap();
    let scenario = Scenario::load(text, "scenario.yaml").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(scenario.spec.employees, Some(200));
}
