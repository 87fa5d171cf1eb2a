use super::{Vague, requests};
use crate::catalog::Catalog;
use crate::catalog::request::Request;
use crate::mapping::{Environment, Mapping, Project, compile};

fn mapping(text: &str) -> Mapping {
    let mut project = Project::default();
    project.add("people.yaml", text);
    let read_schema = |_: &str, _: &str| Err("there are no files here".to_owned());
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &read_schema };
    let name = project.names().next().unwrap().to_owned();
    let (mapping, findings) = compile(&project, &name, &environment);
    mapping.unwrap_or_else(|| panic!("{findings:#?}"))
}

fn asked(text: &str) -> Vec<Request> {
    requests(&[&mapping(text)], Catalog::builtin()).unwrap()
}

const HEAD: &str = "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\n";

fn people(rest: &str) -> Request {
    let mut requests = asked(&format!("{HEAD}{rest}"));
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

#[test]
fn a_path_asks_for_the_longest_field_that_it_starts_with_and_nothing_else_is_asked_for() {
    let request = people(
        "fields:\n  id: $.id\n  manager: $.work.reportsTo.id\n  mail: $.work.reportsTo.email\n  pay: { type: integer, from: $.payroll.salary.payment.value }\n  \
         bonus: \"$.payroll.variable['Executive bonus'].amount.value\"\n  tag: $.custom.category_1647463606491.field_1704464569961\n  again: $.work.reportsTo.id\n",
    );
    assert_eq!(
        request.fields,
        [
            "work.reportsTo",
            "work.reportsTo.email",
            "payroll.salary.payment",
            "payroll.variable.Executive bonus.amount",
            "custom.category_1647463606491.field_1704464569961",
        ]
    );
    assert!(!request.human_readable);
}

#[test]
fn conditions_templates_and_filters_ask_too() {
    let request = people(
        "keep: { path: $.internal.status, is: Active }\nfields:\n  id: $.id\n  name:\n    when: { path: $.work.isManager, is: true }\n    from: { template: \"{_first}\" }\n  \
         _first: $.firstName\n  home: { from: { path: \"$.work.customColumns.column_1[?@.site == $.work.site].name\", take: first } }\n",
    );
    let mut fields = request.fields;
    fields.sort();
    assert_eq!(fields, ["internal.status", "root.firstName", "work.customColumns.column_1", "work.isManager", "work.site"]);
}

#[test]
fn labels_are_asked_for_where_a_path_reads_them() {
    let request = people("fields:\n  id: $.id\n  team: $.humanReadable.work.department\n");
    assert!(request.human_readable);
    assert_eq!(request.fields, ["work.department"]);
}

#[test]
fn inactive_people_are_asked_for_unless_keep_leaves_them_out() {
    let shows = |keep: &str| people(&format!("{keep}\nfields: {{ id: $.id }}\n")).show_inactive;
    assert!(shows(""));
    assert!(!shows("keep: { path: $.internal.status, is: Active }"));
    assert!(!shows("keep: { path: $.internal.lifecycleStatus, is: employed }"));
    assert!(shows("keep: { path: $.internal.lifecycleStatus, is_not: terminated }"));
    assert!(shows("keep: { path: $.internal.lifecycleStatus, in: [employed, garden leave] }"));
    assert!(shows("keep: { path: $.internal.status, in: [Active, Inactive] }"));
    assert!(!shows("keep:\n  - { path: $.internal.status, is_not: Inactive }\n  - { path: $.work.site, has_value: true }"));
    assert!(shows(
        "keep: { any: [{ path: $.internal.status, is: Active }, { path: $.internal.terminationDate, has_value: true }] }"
    ));
}

#[test]
fn one_request_serves_the_mapping_and_its_joins() {
    let requests = asked(
        "mapping: off\nformat: 1\nsource: hibob.time_off_requests\nkey: id\njoins:\n  person: { with: hibob.people, this: $.employeeId, that: $.id }\n  \
         boss: { with: hibob.people, this: $person.work.manager, that: $.id, where: { path: $.internal.status, is: Active } }\n\
         fields:\n  id: $.requestId\n  mail: $person.email\n  boss: $boss.displayName\n",
    );
    let names: Vec<&str> = requests.iter().map(|request| request.resource.name).collect();
    assert_eq!(names, ["hibob.time_off_requests", "hibob.people"]);
    assert!(requests[0].fields.is_empty());
    let mut fields = requests[1].fields.clone();
    fields.sort();
    assert_eq!(fields, ["internal.status", "root.displayName", "root.email", "work.manager"]);
    assert!(requests[1].show_inactive, "`person` looks among everybody");
}

#[test]
fn a_path_that_names_no_field_can_not_be_asked_for() {
    let text = format!(
        "{HEAD}fields:\n  id: $.id\n  mail: {{ from: {{ path: $..email, take: first }} }}\n  work: {{ type: json, from: $.work }}\n"
    );
    let error = requests(&[&mapping(&text)], Catalog::builtin()).unwrap_err();
    assert_eq!(
        error.0,
        [
            Vague { path: "$..email".to_owned(), holds: None },
            Vague { path: "$.work".to_owned(), holds: Some("work.activeEffectiveDate".to_owned()) }
        ]
    );
    assert_eq!(
        error.to_string(),
        "Bob sends only the fields that it is asked for, and `$..email` names no field: begin with one, such as `$.work.department`; \
         `$.work` names a section, not a field: name the fields in it, such as `$.work.activeEffectiveDate`"
    );
}
