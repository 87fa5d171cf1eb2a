//! Groups on `scim2-server`: made, filled and emptied as departments change, and nobody else's people touched.

use crate::is_on;
use crate::scim::{Company, MAPPING, Server, kill_anywhere, person};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The department, and the site where there is one.
const GROUPS: &str = "  \
  _department: { from: $.work.department, personal: false }
  _site: { from: $.work.site, personal: false }
  groups: { personal: false, template: \"{_department?}\\n{_site?}\", then: [{ split: \"\\n\" }] }
";

fn company<'s>(server: &'s Server, tenant: &str, more: &str) -> Company<'s> {
    let company = Company::new(server, tenant, more);
    company.write("users.yaml", &format!("{MAPPING}{GROUPS}"));
    company
}

fn member(number: u32, department: &str) -> Value {
    let mut person = person(number, number);
    person["work"]["department"] = json!(department);
    person
}

/// Who is in which group, by name; of several groups of one name the members lie together, and the name has a star for each more.
fn groups(company: &Company<'_>) -> BTreeMap<String, BTreeSet<String>> {
    let users = company.call("GET", "/Users?count=1000", None)["Resources"].as_array().cloned().unwrap_or_default();
    let mut groups = BTreeMap::new();
    for group in company.call("GET", "/Groups?count=1000", None)["Resources"].as_array().into_iter().flatten() {
        let name_of = |member: &Value| users.iter().find(|user| user["id"] == member["value"]).unwrap()["userName"].clone();
        let members = group["members"].as_array().into_iter().flatten();
        let names =
            members.map(|member| name_of(member).as_str().unwrap().trim_end_matches("@example.test").to_owned()).collect();
        let mut name = group["displayName"].as_str().unwrap().to_owned();
        while groups.contains_key(&name) {
            name.push('*');
        }
        groups.insert(name, names);
    }
    groups
}

fn expected(groups: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    groups.iter().map(|(group, members)| ((*group).to_owned(), names(members))).collect()
}

fn id_of(company: &Company<'_>, list: &str, name: &str) -> Value {
    let list = company.call("GET", &format!("/{list}?count=1000"), None);
    let is = |found: &&Value| found["userName"] == name || found["displayName"] == name;
    list["Resources"].as_array().unwrap().iter().find(is).unwrap()["id"].clone()
}

#[test]
fn people_are_in_the_groups_of_their_departments_and_others_stay_where_they_are() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    let company = company(&server, "groups", "");
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    let admin = company.call("POST", "/Users", Some(&json!({ "schemas": schemas, "userName": "admin@example.test" })));
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]);
    let group = |name: &str| json!({ "schemas": schemas, "displayName": name, "members": [{ "value": admin["id"] }] });
    company.call("POST", "/Groups", Some(&group("SALES")));
    company.call("POST", "/Groups", Some(&group("Chess club")));

    let mut people = vec![member(1, "Sales"), member(2, "Sales"), member(3, "Support"), member(4, "Support"), member(5, "")];
    people[0]["work"]["site"] = json!("London");
    company.people(&people);
    company.expect(0);
    let first = expected(&[
        ("SALES", &["admin", "p01", "p02"]),
        ("Chess club", &["admin"]),
        ("Support", &["p03", "p04"]),
        ("London", &["p01"]),
    ]);
    assert_eq!(groups(&company), first);
    assert!(company.expect(0).contains("nothing to do"));

    // Somebody plays chess, which is nobody's department, and somebody is taken out by hand.
    let club = id_of(&company, "Groups", "Chess club");
    let patch =
        |operations: Value| json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    let plays = json!([{ "op": "add", "path": "members", "value": [{ "value": id_of(&company, "Users", "p03@example.test") }] }]);
    company.call("PATCH", &format!("/Groups/{}", club.as_str().unwrap()), Some(&patch(plays)));
    let sales = id_of(&company, "Groups", "SALES");
    let out = id_of(&company, "Users", "p02@example.test");
    let out = json!([{ "op": "remove", "path": format!("members[value eq {out}]") }]);
    company.call("PATCH", &format!("/Groups/{}", sales.as_str().unwrap()), Some(&patch(out)));
    assert!(company.expect(0).contains("1 to update"));
    assert!(groups(&company)["SALES"].contains("p02"));

    // One changes the department, all of another are renamed, one leaves, one is held.
    people[0]["work"]["department"] = json!("support");
    people[2]["work"]["department"] = json!("Care");
    people[3]["work"]["department"] = json!("Care");
    people.remove(1);
    company.people(&people);
    let said = company.expect(0);
    assert!(said.contains("3 to update, 1 to delete"), "{said}");
    let changed = expected(&[
        ("SALES", &["admin"]),
        ("Chess club", &["admin", "p03"]),
        ("Support", &["p01"]),
        ("Care", &["p03", "p04"]),
        ("London", &["p01"]),
    ]);
    assert_eq!(groups(&company), changed);
    assert!(company.expect(0).contains("nothing to do"));

    // A group that others have renamed is still the same one, and a person who is held stays in theirs.
    let care = id_of(&company, "Groups", "Care");
    let renamed = json!([{ "op": "replace", "path": "displayName", "value": "Care team" }]);
    company.call("PATCH", &format!("/Groups/{}", care.as_str().unwrap()), Some(&patch(renamed)));
    let mut held = people.clone();
    held[1]["email"] = Value::Null;
    held[1]["work"]["department"] = json!("Sales");
    held[2]["work"]["department"] = json!("");
    held[3]["work"]["department"] = json!("Care");
    company.people(&held);
    company.expect(4);
    let mut now = changed;
    now.remove("Care");
    now.insert("Care team".to_owned(), ["p03".to_owned(), "p05".to_owned()].into());
    assert_eq!(groups(&company), now);
    assert!(company.expect(4).contains("nothing to do"));
}

#[test]
fn who_is_switched_off_leaves_the_groups_and_is_put_in_again_when_they_come_back() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    for (tenant, more, left) in
        [("off", "", &["p01"][..]), ("keep", ", deletes: keep", &["p01", "p02"]), ("delete", ", deletes: delete", &["p01"])]
    {
        let company = company(&server, tenant, more);
        company.people(&[member(1, "Sales"), member(2, "Sales")]);
        company.expect(0);
        company.people(&[member(1, "Sales")]);
        company.expect(0);
        if tenant != "delete" {
            assert_eq!(groups(&company), expected(&[("Sales", left)]), "{tenant}");
        }
        assert!(company.expect(0).contains("nothing to do"));
        company.people(&[member(1, "Sales"), member(2, "Support")]);
        company.expect(0);
        if tenant != "delete" {
            assert_eq!(groups(&company), expected(&[("Sales", &["p01"]), ("Support", &["p02"])]), "{tenant}");
        }
        assert!(company.expect(0).contains("nothing to do"));
    }
}

#[test]
fn a_sync_that_is_killed_anywhere_leaves_everybody_in_their_groups_after_the_next() {
    if !is_on() {
        return;
    }
    let server = Server::start();
    let ready = |tenant: &str| {
        let company = company(&server, &format!("g{tenant}"), "");
        company.people(&[member(1, "Sales"), member(2, "Sales"), member(3, "Support"), member(4, "Support")]);
        company.expect(0);
        company.people(&[member(2, "Support"), member(3, "Care"), member(4, "Support"), member(5, "Care"), member(6, "Sales")]);
        company
    };
    let shown = kill_anywhere(ready, |company| (company.users(), groups(company)));
    let groups = expected(&[("Sales", &["p06"]), ("Support", &["p02", "p04"]), ("Care", &["p03", "p05"])]);
    assert_eq!(shown.1, groups);
}
