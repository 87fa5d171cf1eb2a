//! What is made of what was seen.

use crate::doctor::bob::{Bob, Files, HRIS, USERS};
use crate::snap::snap;
use bobmap::catalog::Catalog;
use bobmap::catalog::permission::{LifecycleStatus, TimeOffData};
use bobmap::diagnosis::{AskedBy, CauseKind, Deed, Diagnosis, FindingKind, Standing};
use insta::assert_snapshot;

const ACTIVTRAK: Files<'static> = &[USERS, HRIS];

fn kinds(diagnosis: &Diagnosis) -> Vec<FindingKind> {
    diagnosis.findings.iter().map(|finding| finding.kind).collect()
}

/// The names of the boxes that are not ticked.
fn missing(diagnosis: &Diagnosis) -> Vec<String> {
    diagnosis.permissions.iter().filter(|row| row.standing == Standing::Missing).map(|row| row.name()).collect()
}

fn without<T: PartialEq + Copy>(all: &[T], one: T) -> Vec<T> {
    all.iter().copied().filter(|other| *other != one).collect()
}

fn print(name: &str, bob: &Bob, files: Files<'_>) {
    snap().bind(|| assert_snapshot!(format!("doctor__{name}"), bob.doctor(files).text()));
}

#[test]
fn all_is_well() {
    let bob = Bob::new();
    print("all_is_well", &bob, ACTIVTRAK);
    assert!(bob.diagnose(ACTIVTRAK).well);
}

#[test]
fn one_category_is_missing() {
    let bob = Bob { viewed: without(&Bob::new().viewed, "work"), ..Bob::new() };
    print("a_category_is_missing", &bob, ACTIVTRAK);
    assert_eq!(missing(&bob.diagnose(ACTIVTRAK)), ["Work"]);
}

#[test]
fn only_employed_people_are_the_trap_of_a_new_group() {
    let bob = Bob { people: vec!["employed"; 26], ..Bob::new() };
    print("only_employed_people", &bob, &[USERS]);
    let diagnosis = bob.diagnose(&[USERS]);
    assert_eq!(kinds(&diagnosis), [FindingKind::AccessRights]);
    // That nobody has left is no fault of the date on which they did.
    let leaving = diagnosis.fields.iter().find(|field| field.verdict.id == "internal.terminationDate").unwrap();
    assert_eq!(leaving.verdict.cause, CauseKind::OutsideAccess);
}

/// One of each: a custom field that is gone, one that is denied, one that needs Edit, one that nobody fills in.
const MANY: &str = "mapping: badges\nformat: 1\nsource: hibob.people\nkey: id\nkeep: { path: $.internal.lifecycleStatus, is_not: hired }\n\
    fields:\n  id: $.id\n  name: $.fullName\n  team: $.work.department\n  title: $.work.title\n  born: { type: date, from: $.personal.birthDate }\n\
    \x20 birthday: $.personal.shortBirthDate\n  badge: $.work.custom.field_1999999999999\n  street: $.address.line1\n  nickname: $.secondName\n\
    \x20 left: { type: date, from: $.internal.terminationDate }\n";

#[test]
fn several_things_at_once_come_in_the_order_of_their_weight() {
    let bob = Bob {
        people: vec!["employed"; 26],
        viewed: vec!["root", "lifecycle", "work", "personal", "payroll"],
        denied: vec!["work.title"],
        blank: vec!["root.secondName"],
        ..Bob::new()
    };
    print("several_at_once", &bob, &[("badges.yaml", MANY)]);
    let found = kinds(&bob.diagnose(&[("badges.yaml", MANY)]));
    let expected = [
        FindingKind::AccessRights,
        FindingKind::PermissionMissing,
        FindingKind::EditNeeded,
        FindingKind::FieldDenied,
        FindingKind::NoSuchField,
    ];
    assert_eq!(found, expected);
}

#[test]
fn where_nothing_is_readable_that_is_one_thing() {
    let bob = Bob { viewed: Vec::new(), time_off: Vec::new(), ..Bob::new() };
    print("nothing_is_readable", &bob, ACTIVTRAK);
    let found = kinds(&bob.diagnose(ACTIVTRAK));
    assert_eq!(found, [FindingKind::NothingReadable, FindingKind::PermissionMissing, FindingKind::PermissionMissing]);
}

#[test]
fn where_nobody_is_visible_nothing_is_said_of_sections() {
    let bob = Bob { people: Vec::new(), ..Bob::new() };
    print("nobody_is_visible", &bob, ACTIVTRAK);
    let diagnosis = bob.diagnose(ACTIVTRAK);
    assert_eq!(kinds(&diagnosis), [FindingKind::NobodyVisible]);
    assert!(missing(&diagnosis).is_empty());
    let refused = Bob { people: Vec::new(), refuses: true, ..Bob::new() }.diagnose(ACTIVTRAK);
    assert_eq!(kinds(&refused), [FindingKind::NobodyVisible]);
    assert!(refused.findings[0].evidence.contains("(403): the service user is in no permission group"));
}

#[test]
fn programs_are_told_all_of_it() {
    let bob = Bob { viewed: without(&Bob::new().viewed, "work"), ..Bob::new() };
    snap().bind(|| assert_snapshot!("doctor__json", bob.doctor(&[USERS]).json()));
}

#[test]
fn each_box_unticked_is_the_one_that_is_named() {
    let all = Bob::new();
    for category in ["root", "lifecycle", "work", "category_1647463606491"] {
        let bob = Bob { viewed: without(&all.viewed, category), ..Bob::new() };
        let diagnosis = bob.diagnose(ACTIVTRAK);
        let name = bob.catalog.category(category).unwrap().name.clone();
        assert_eq!(missing(&diagnosis), [name]);
        assert_eq!(kinds(&diagnosis), [FindingKind::PermissionMissing]);
    }
    for data in [TimeOffData::Requests, TimeOffData::WhosOut] {
        let bob = Bob { time_off: without(&all.time_off, data), ..Bob::new() };
        let diagnosis = bob.diagnose(ACTIVTRAK);
        assert_eq!(missing(&diagnosis).len(), 1);
        assert_eq!(kinds(&diagnosis), [FindingKind::PermissionMissing]);
    }
}

#[test]
fn what_only_a_guide_asks_for_is_named_and_stops_nothing() {
    let all = Bob::new();
    let unticked = [
        Bob { viewed: without(&all.viewed, "employment"), ..Bob::new() },
        Bob { viewed: without(&all.viewed, "workContact"), ..Bob::new() },
        Bob { time_off: without(&all.time_off, TimeOffData::Balance), ..Bob::new() },
    ];
    for (bob, name) in unticked.iter().zip(["Employment", "Work contact details", "Time off > Balance"]) {
        let diagnosis = bob.diagnose(ACTIVTRAK);
        assert!(diagnosis.well);
        assert_eq!(missing(&diagnosis), [name]);
        let row = diagnosis.permissions.iter().find(|row| row.name() == name).unwrap();
        assert_eq!(row.asked_by, AskedBy::Guide);
        let advice = diagnosis.advice.iter().find(|finding| finding.kind == FindingKind::AskedByGuide).unwrap();
        assert_eq!(advice.mend, [Deed::Tick(row.menu.clone())]);
    }
}

#[test]
fn a_status_that_nobody_has_may_be_no_fault_and_a_user_can_say_so() {
    let people = |statuses: &[&'static str]| Bob { people: statuses.to_vec(), ..Bob::new() };
    let found = |bob: &Bob| kinds(&bob.diagnose(&[USERS]));
    assert!(found(&people(&["employed", "terminated"])).is_empty());
    let advice = people(&["employed", "terminated"]).diagnose(&[USERS]).advice;
    assert!(advice[0].title.contains("Hired and Leave (every type)"), "{}", advice[0].title);
    assert_eq!(found(&people(&["employed", "hired"])), [FindingKind::AccessRights]);
    assert_eq!(found(&people(&["employed"])), [FindingKind::AccessRights]);
    let young = Bob {
        without: vec![LifecycleStatus::Hired, LifecycleStatus::Terminated, LifecycleStatus::Leave],
        ..people(&["employed"])
    };
    assert!(young.diagnose(&[USERS]).well);
}

#[test]
fn a_field_that_moved_is_the_likely_reason_for_a_box_that_is_missing() {
    // The fixture's company keeps the employee number under its own category, the file says Work.
    let bob = Bob { viewed: without(&Bob::new().viewed, "category_1647463606491"), ..Bob::new() };
    let diagnosis = bob.diagnose(&[USERS]);
    assert_eq!(missing(&diagnosis), ["IT and payroll ids"]);
    let seen = &diagnosis.findings[0].evidence;
    assert!(seen.ends_with("; Employee ID has moved here from Work"), "{seen}");
    let before = Bob { before: Some(Catalog::builtin().clone()), ..Bob::new() }.diagnose(&[USERS]);
    let moved = before.advice.iter().find(|finding| finding.kind == FindingKind::FieldMoved).unwrap();
    assert!(moved.evidence.contains("the built-in catalog and the mapping activtrak_users still say Work"), "{}", moved.evidence);
}

const SALARIES: &str = "mapping: salaries\nformat: 1\nsource: hibob.salary_history\nkey: [who, row]\n\
    fields: { who: $.employeeId, row: { type: integer, from: $.id } }\n";

#[test]
fn a_table_that_is_refused_wants_its_histories_and_its_section() {
    let salaries: Files<'_> = &[("salaries.yaml", SALARIES)];
    let diagnosis = Bob::new().diagnose(salaries);
    assert_eq!(missing(&diagnosis), ["Payroll (histories)"]);
    let boxes: Vec<&str> = diagnosis.findings[0]
        .mend
        .iter()
        .map(|deed| match deed {
            Deed::Tick(menu) => menu[3].as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(boxes, ["View selected employees' Payroll sections", "View selected employees' Payroll section histories"]);
    assert!(Bob { histories: vec!["payroll"], ..Bob::new() }.diagnose(salaries).well);
}

#[test]
fn what_nothing_needs_is_to_be_unticked() {
    let mut bob = Bob::new();
    bob.viewed.push("payroll");
    bob.time_off.push(TimeOffData::PolicyTypes);
    let diagnosis = bob.diagnose(ACTIVTRAK);
    assert!(diagnosis.well);
    let advice = diagnosis.advice.iter().find(|finding| finding.kind == FindingKind::NotNeeded).unwrap();
    let boxes: Vec<String> = advice
        .mend
        .iter()
        .map(|deed| match deed {
            Deed::Untick(menu) => menu[1..3].join(" > "),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(boxes, ["People > Payroll", "Time off > Settings"]);
}
