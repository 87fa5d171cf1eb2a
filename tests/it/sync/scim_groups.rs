//! Groups on servers with rules of their own: ActivTrak's, one without patches, ones that show members only here or there.

use super::scim::{ACTIVTRAK, ACTIVTRAK_MAPPING, CORE_MAPPING, Company, activtrak, parameter, person, plain, refused, scim};
use crate::hibob::server::{Asked, Reply};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const GROUPS: &str = "  groups: { personal: false, from: { path: $.work.department, take: all } }\n";

/// How a server goes about groups.
#[derive(Clone, Copy)]
struct Rules {
    /// `/groups`, `resources`, pages by number, `operations`: two groups a page.
    small: bool,
    patches: bool,
    /// Members are in lists, and in a group by itself.
    lists_members: bool,
    shows_members: bool,
}

const RFC: Rules = Rules { small: false, patches: true, lists_members: true, shows_members: true };

type Groups = Arc<Mutex<Vec<Value>>>;

fn shown(group: &Value, members: bool) -> Value {
    let mut group = group.clone();
    if !members || group["members"].as_array().is_some_and(Vec::is_empty) {
        group.as_object_mut().unwrap().remove("members");
    }
    group
}

/// Answers calls of groups, and leaves the others to `users`.
fn grouped(
    rules: Rules,
    groups: &Groups,
    users: impl Fn(&Asked, &mut Vec<Value>) -> Reply + Send + Sync + 'static,
) -> impl Fn(&Asked, &mut Vec<Value>) -> Reply + Send + Sync + 'static {
    let groups = Arc::clone(groups);
    move |asked, known| {
        let path = asked.path.split('?').next().unwrap();
        let Some(rest) = path.strip_prefix(if rules.small { "/v1/groups" } else { "/v1/Groups" }) else {
            return if path.to_lowercase().starts_with("/v1/groups") { Reply::status(404) } else { users(asked, known) };
        };
        let mut groups = groups.lock().unwrap();
        let at = rest.strip_prefix('/').map(|id| groups.iter().position(|group| group["id"] == id).unwrap());
        match (asked.method.as_str(), at) {
            ("GET", None) if rules.small => {
                let page = parameter(asked, "startIndex").unwrap();
                let listed: Vec<_> = groups.iter().skip((page - 1) * 2).take(2).collect();
                Reply::json(json!({ "totalResults": groups.len(), "resources": listed }))
            }
            ("GET", None) => {
                let listed: Vec<_> = groups.iter().map(|group| shown(group, rules.lists_members)).collect();
                scim(200, &json!({ "totalResults": groups.len(), "Resources": listed }))
            }
            ("GET", Some(at)) => scim(200, &shown(&groups[at], rules.shows_members)),
            ("POST", None) => {
                let mut group = asked.json();
                assert!(groups.iter().all(|known| known["displayName"] != group["displayName"]), "{group}");
                group["id"] = json!(format!("g{}", groups.len()));
                group["members"] = json!([]);
                groups.push(group.clone());
                scim(201, &group)
            }
            ("PUT", Some(at)) => {
                groups[at] = asked.json();
                scim(200, &groups[at])
            }
            ("PATCH", Some(at)) if rules.patches => {
                let body = asked.json();
                let Some(operations) = body[if rules.small { "operations" } else { "Operations" }].as_array() else {
                    return refused(400);
                };
                assert!(operations.len() <= 100);
                for operation in operations {
                    let members = groups[at]["members"].as_array_mut().unwrap();
                    let path = operation["path"].as_str().unwrap();
                    if operation["op"] == "add" {
                        assert_eq!(path, "members");
                        let new = operation["value"].as_array().unwrap();
                        assert!(new.len() <= 100);
                        let is_known =
                            |member: &Value| known.iter().any(|user| user["id"] == member["value"] && user["locked"].is_null());
                        if !rules.small && !new.iter().all(is_known) {
                            return refused(400);
                        }
                        members.extend(new.clone());
                    } else {
                        let id = path.strip_prefix("members[value eq \"").and_then(|rest| rest.strip_suffix("\"]")).unwrap();
                        members.retain(|member| member["value"] != id);
                    }
                }
                Reply::status(204)
            }
            _ => Reply::status(405),
        }
    }
}

fn member(number: u32, department: Option<&str>) -> Value {
    let mut person = person(number);
    person["work"]["department"] = json!(department);
    person
}

/// The number of members of each group.
fn sizes(groups: &Groups) -> Vec<(String, usize)> {
    let size = |group: &Value| group["members"].as_array().map_or(0, Vec::len);
    let mut sizes: Vec<_> =
        groups.lock().unwrap().iter().map(|group| (group["displayName"].as_str().unwrap().to_owned(), size(group))).collect();
    sizes.sort();
    sizes
}

fn named(sizes: &[(&str, usize)]) -> Vec<(String, usize)> {
    sizes.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect()
}

#[test]
fn activtrak_has_groups_in_its_own_way_and_who_is_no_longer_tracked_stays_in_them() {
    let groups = Groups::default();
    let foreign = json!({ "id": "x", "displayName": "Contractors", "members": [{ "value": "77" }] });
    groups.lock().unwrap().push(foreign.clone());
    let rules = Rules { small: true, ..RFC };
    let company = Company::new(&format!("{ACTIVTRAK_MAPPING}{GROUPS}"), "", grouped(rules, &groups, activtrak));
    let mut people: Vec<Value> = [Some("Sales"), Some("Sales"), Some("Support"), None, Some("Care")]
        .iter()
        .zip(1..)
        .map(|(group, number)| member(number, *group))
        .collect();
    company.people(&people);
    company.expect(0);
    assert_eq!(sizes(&groups), named(&[("Care", 1), ("Contractors", 1), ("Sales", 2), ("Support", 1)]));
    let asked = company.server.count();
    assert!(company.expect(0).contains("5 unchanged"));
    assert_eq!(company.written(asked), []);

    people[0]["work"]["department"] = json!("Support");
    people.pop();
    company.people(&people);
    let said = company.expect(0);
    assert!(said.contains("1 to update, 1 to delete"), "{said}");
    assert_eq!(sizes(&groups), named(&[("Care", 1), ("Contractors", 1), ("Sales", 1), ("Support", 2)]));
    assert_eq!(company.users()[4][ACTIVTRAK]["tracking"], false);
    // A patch for each group, and the leaver.
    let written = company.written(asked);
    let written: Vec<_> = written.iter().filter(|(_, body)| body.get("operations").is_some()).collect();
    assert_eq!(written.len(), 3, "{written:?}");
    assert!(written.iter().all(|(_, body)| body.get("groups").is_none()));
    let asked = company.server.count();
    assert!(company.expect(0).contains("nothing to do"));
    assert_eq!(company.written(asked), []);
    assert_eq!(groups.lock().unwrap()[0], foreign);
}

#[test]
fn a_server_without_patches_gets_whole_groups_with_those_whom_others_put_there() {
    let groups = Groups::default();
    groups
        .lock()
        .unwrap()
        .push(json!({ "id": "x", "displayName": "sales", "note": 7, "members": [{ "value": "77", "display": "Boss" }] }));
    let rules = Rules { patches: false, lists_members: false, ..RFC };
    let company = Company::new(&format!("{CORE_MAPPING}{GROUPS}"), "", grouped(rules, &groups, plain(|_| None)));
    let mut people: Vec<Value> = (1..=3).map(|number| member(number, Some("Sales"))).collect();
    company.people(&people);
    company.expect(0);
    assert_eq!(sizes(&groups), named(&[("sales", 4)]));
    assert!(company.expect(0).contains("nothing to do"));
    people[0]["work"]["department"] = Value::Null;
    people[1]["work"]["department"] = json!("Support");
    people.pop();
    company.people(&people);
    company.expect(0);
    assert_eq!(sizes(&groups), named(&[("Support", 1), ("sales", 1)]));
    let sales = groups.lock().unwrap()[0].clone();
    assert_eq!((&sales["note"], &sales["members"]), (&json!(7), &json!([{ "value": "77", "display": "Boss" }])));
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn who_is_in_a_group_may_be_told_by_the_group_alone_or_by_the_user_alone() {
    for by_user in [false, true] {
        let groups = Groups::default();
        let of_users = Arc::clone(&groups);
        let users = move |asked: &Asked, users: &mut Vec<Value>| {
            let of = |user: &Value| {
                let is_in =
                    |group: &&Value| group["members"].as_array().unwrap().iter().any(|member| member["value"] == user["id"]);
                let found: Vec<Value> =
                    of_users.lock().unwrap().iter().filter(is_in).map(|group| json!({ "value": group["id"] })).collect();
                found
            };
            for user in users.iter_mut().filter(|_| by_user && asked.method == "GET") {
                user["groups"] = json!(of(user));
            }
            plain(|_| None)(asked, users)
        };
        let rules = Rules { lists_members: false, shows_members: !by_user, ..RFC };
        let mapping = format!("{CORE_MAPPING}{GROUPS}");
        // It does take patches, and says nothing about it.
        let company = Company::new(
            &mapping,
            "",
            grouped(rules, &groups, move |asked, known| {
                if asked.path.contains("ServiceProviderConfig") { Reply::status(404) } else { users(asked, known) }
            }),
        );
        company.people(&[member(1, Some("Sales")), member(2, Some("Sales")), member(3, Some("Support"))]);
        company.expect(0);
        let asked = company.server.count();
        assert!(company.expect(0).contains("nothing to do"), "{by_user}");
        company.people(&[member(1, Some("Support")), member(2, Some("Sales")), member(3, Some("Support"))]);
        company.expect(0);
        assert_eq!(sizes(&groups), named(&[("Sales", 1), ("Support", 2)]), "{by_user}");
        assert_eq!(company.written(asked).len(), 2, "one joins and one leaves");
    }
}

#[test]
fn a_server_that_shows_nobody_in_any_group_is_told_of() {
    let groups = Groups::default();
    let rules = Rules { lists_members: false, shows_members: false, ..RFC };
    let company = Company::new(&format!("{CORE_MAPPING}{GROUPS}"), "", grouped(rules, &groups, plain(|_| None)));
    company.people(&[member(1, Some("Sales"))]);
    assert!(!company.expect(0).contains("shows nobody"));
    assert!(company.expect(0).contains("the server shows nobody in any group"));
}

#[test]
fn two_groups_of_one_name_or_no_groups_at_all_stop_the_sync_before_anything_is_written() {
    let mapping = format!("{CORE_MAPPING}{GROUPS}");
    let groups = Groups::default();
    let group = |id: &str, name: &str| json!({ "id": id, "displayName": name, "members": [] });
    groups.lock().unwrap().extend([group("a", "Sales"), group("b", "SALES"), group("c", "Else"), group("d", "Else")]);
    let company = Company::new(&mapping, "", grouped(RFC, &groups, plain(|_| None)));
    company.people(&[member(1, Some("Sales"))]);
    let said = company.expect(3);
    assert!(said.contains("2 groups on the server have one and the same name") && said.contains("(their ids: a, b)"), "{said}");
    assert_eq!(company.written(0), []);
    company.people(&[member(1, Some("Support"))]);
    company.expect(0);

    let company =
        Company::new(&mapping, "", plain(|asked| (asked.path.to_lowercase().contains("groups")).then(|| Reply::status(404))));
    company.people(&[member(1, Some("Sales"))]);
    let said = company.expect(3);
    assert!(said.contains("leave `groups` out of the mapping"), "{said}");
    assert_eq!(company.written(0), []);
}

#[test]
fn many_join_in_a_few_calls_and_one_who_is_refused_holds_nobody_up() {
    let groups = Groups::default();
    let users = |asked: &Asked, users: &mut Vec<Value>| {
        let reply = plain(|_| None)(asked, users);
        users.iter_mut().filter(|user| user["externalId"] == "150").for_each(|user| user["locked"] = json!(true));
        if asked.path.contains("ServiceProviderConfig") { Reply::status(404) } else { reply }
    };
    let company = Company::new(&format!("{CORE_MAPPING}{GROUPS}"), "", grouped(RFC, &groups, users));
    company.people(&(1..=230).map(|number| member(number, Some("Sales"))).collect::<Vec<_>>());
    let said = company.expect(6);
    let expected = "1 change could not be written, and the next run tries again; the first is Bob's 150: PATCH /Groups/{id} was answered with 400";
    assert!(said.contains(expected), "{said}");
    assert_eq!(sizes(&groups), named(&[("Sales", 229)]));
    let patches = company.written(0).into_iter().filter(|(method, _)| method == "PATCH").count();
    assert!(patches <= 2 + 2 + 100, "{patches}");
    assert!(company.expect(6).contains("1 to update, 229 unchanged"));
}

#[test]
fn departments_that_are_all_gone_stop_at_the_guard_and_everybody_stays_in_their_groups() {
    let groups = Groups::default();
    let company = Company::new(&format!("{CORE_MAPPING}{GROUPS}"), "", grouped(RFC, &groups, plain(|_| None)));
    company.people(&(1..=20).map(|number| member(number, Some("Sales"))).collect::<Vec<_>>());
    company.expect(0);
    company.people(&(1..=20).map(|number| member(number, None)).collect::<Vec<_>>());
    let said = company.expect(5);
    assert!(said.contains("groups"), "{said}");
    assert_eq!(sizes(&groups), named(&[("Sales", 20)]));
}

#[test]
fn a_plan_shows_groups_as_any_field() {
    let groups = Groups::default();
    let company = Company::new(&format!("{CORE_MAPPING}{GROUPS}"), "", grouped(RFC, &groups, plain(|_| None)));
    company.people(&[member(1, Some("Sales")), member(2, Some("Sales"))]);
    company.expect(0);
    company.people(&[member(1, Some("Care")), member(2, Some("Sales"))]);
    let output = company.command(&["plan", "job", "--show-values"]).output().unwrap();
    let plan = String::from_utf8(output.stdout).unwrap();
    assert!(plan.contains("groups") && plan.contains("[\"Sales\"]") && plan.contains("[\"Care\"]"), "{plan}");
}
