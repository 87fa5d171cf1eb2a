use super::shape::{Place, Shape, find};
use crate::target::scim::ENTERPRISE;
use crate::value::Kind;
use serde_json::{Value, json};

fn place(urn: Option<&str>, attribute: &str, element: Option<(usize, Value)>, sub: Option<&str>) -> Place {
    let constants = element.iter().flat_map(|(_, constants)| constants.as_object().cloned().unwrap_or_default()).collect();
    Place {
        header: attribute.to_owned(),
        kind: Kind::String,
        volatile: false,
        urn: urn.map(str::to_owned),
        attribute: attribute.to_owned(),
        element: element.map(|(number, _)| number),
        sub: sub.map(str::to_owned),
        constants,
    }
}

fn shape() -> Shape {
    let mail = |number, constants| place(None, "emails", Some((number, constants)), Some("value"));
    Shape {
        places: vec![
            place(None, "userName", None, None),
            place(None, "name", None, Some("givenName")),
            mail(0, json!({ "type": "work", "primary": true })),
            mail(1, json!({ "type": "home" })),
            place(Some(ENTERPRISE), "department", None, None),
        ],
    }
}

#[test]
fn elements_are_known_by_their_type_else_by_their_rank() {
    let work = [("type".to_owned(), json!("work")), ("primary".to_owned(), json!(true))];
    let main = [("primary".to_owned(), json!(true))];
    for (elements, constants, expected) in [
        (json!([{ "type": "home" }, { "type": "Work" }]), &work[..], Some(1)),
        (json!([{ "type": "home", "primary": true }]), &work[..], None),
        (json!([{ "value": "a" }, { "value": "b", "primary": "true" }]), &work[..], Some(1)),
        (json!([{ "value": "a" }]), &work[..], Some(0)),
        (json!([{ "value": "a" }, { "value": "b", "primary": true }]), &main[..], Some(1)),
        (json!([{ "value": "a" }]), &main[..], Some(0)),
        (json!([]), &main[..], None),
    ] {
        assert_eq!(find(elements.as_array().unwrap(), 0, constants), expected, "{elements}");
    }
}

#[test]
fn what_servers_write_in_their_own_way_is_no_difference() {
    for (attribute, one, other, expected) in [
        ("userName", json!("a@x.test"), json!("A@X.test"), true),
        ("title", json!("clerk"), json!("Clerk"), false),
        ("phoneNumbers", json!("+44 7700 900000"), json!("tel:+44-7700-900000"), true),
        ("active", json!(true), json!("True"), true),
        ("employeeNumber", json!("12"), json!(12), true),
        ("upns", json!(["a", "b"]), json!(["b", "a"]), true),
        ("upns", json!([]), Value::Null, true),
        ("title", json!(""), json!("Clerk"), false),
    ] {
        assert_eq!(place(None, attribute, None, None).same(&one, &other), expected, "{one} {other}");
    }
}

#[test]
fn a_patch_names_what_changes_and_leaves_what_is_others() {
    let body = json!({
        "userName": "a@x.test",
        "emails": [{ "type": "work", "primary": true, "value": "new@x.test" }],
    });
    let resource = json!({
        "userName": "A@x.test",
        "name": { "givenName": "Ada", "familyName": "Okafor" },
        "EMAILS": [{ "type": "work", "value": "old@x.test", "display": "old" }, { "type": "other", "value": "o@x.test", "primary": true }],
        ENTERPRISE: { "department": "Sales", "division": "North" },
    });
    let shape = shape();
    let columns = shape.differing(&body, &resource);
    assert_eq!(columns, [1, 2, 4]);
    let elements = json!([
        { "type": "work", "primary": true, "value": "new@x.test" },
        { "type": "other", "primary": false, "value": "o@x.test" },
    ]);
    let remove = |path: &str| json!({ "op": "remove", "path": path });
    let department = remove(&format!("{ENTERPRISE}:department"));
    assert_eq!(
        shape.operations(&columns, &body, &resource, false),
        [remove("name.givenName"), json!({ "op": "replace", "path": "emails", "value": elements }), department.clone()]
    );
    let added = json!({ "op": "add", "path": "emails", "value": [{ "type": "work", "primary": true, "value": "new@x.test" }] });
    assert_eq!(
        shape.operations(&columns, &body, &resource, true),
        [remove("name.givenName"), added, remove("emails[value eq \"old@x.test\"]"), department]
    );
    let whole = shape.whole(&body, &resource);
    assert_eq!((&whole["name"], &whole["EMAILS"]), (&json!({ "familyName": "Okafor" }), &elements));
    assert_eq!(whole[ENTERPRISE], json!({ "division": "North" }));
}
