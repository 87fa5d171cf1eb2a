use super::{Absences, Comparison, Disagreement, LeftOut};
use crate::value::json::Tree;
use jiff::civil::date;
use serde_json::{Value, json};
use std::collections::HashSet;

fn begun(active: HashSet<String>) -> Comparison {
    Comparison::new(date(2026, 3, 10), date(2026, 3, 20), "2025-09-30T12:00:00Z".parse().unwrap(), active)
}

/// From 10 to 20 March 2026; employees 1 to 9 are active.
fn compared(outs: &[Value], requests: &[Value]) -> Absences {
    let active = (1..10).map(|id| id.to_string()).collect();
    let mut comparison = begun(active);
    for out in outs {
        comparison.out(&Tree::parse(&out.to_string()).unwrap());
    }
    for request in requests {
        comparison.request(&Tree::parse(&request.to_string()).unwrap());
    }
    comparison.finish()
}

/// What both sides have of a request of three days.
fn absence(id: u64, changed: Value) -> Value {
    let mut absence = json!({
        "employeeId": "1", "requestId": id, "policyTypeDisplayName": "Holiday", "type": "days", "visibility": "Public",
        "startDate": "2026-03-11", "startPortion": "all_day", "endDate": "2026-03-13", "endPortion": "morning", "status": "approved",
    });
    absence.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
    absence
}

/// Kinds with the ids of requests.
fn kinds(absences: &Absences) -> Vec<(Disagreement, Vec<&str>)> {
    let ids = |found: &Vec<super::Disagreeing>| -> Vec<String> { found.iter().map(|one| one.request.clone()).collect() };
    absences.disagreeing.iter().map(|(kind, found)| (*kind, ids(found).leak().iter().map(String::as_str).collect())).collect()
}

#[test]
fn what_both_say_in_their_own_spelling_agrees() {
    let same = |id, out: Value, request: Value| (absence(id, out), absence(id, request));
    let pairs = [
        same(1, json!({}), json!({})),
        same(2, json!({ "status": "Approved", "type": "DifferentDayDurations" }), json!({ "type": "differentDayDurations" })),
        same(3, json!({ "startDatePortion": "ALL_DAY", "startPortion": null }), json!({})),
        same(4, json!({ "type": "hoursOnRange", "dailyHours": 7.5 }), json!({ "type": "hoursOnRange", "dailyHours": 7.50 })),
        same(
            5,
            json!({ "type": "openEnded", "endDate": null, "endPortion": null }),
            json!({ "type": "openEnded", "endDate": null, "endPortion": null }),
        ),
        same(6, json!({ "policyTypeDisplayName": null }), json!({})),
        same(
            7,
            json!({ "policyTypeDisplayName": "Surgery" }),
            json!({ "policyTypeDisplayName": null, "privatePolicyTypeDisplayName": "surgery" }),
        ),
        same(
            8,
            json!({ "type": "hours", "date": "2026-03-12", "startDate": null, "endDate": null, "hoursOnDate": 2 }),
            json!({ "type": "hours", "date": "2026-03-12", "startDate": null, "endDate": null, "hoursOnDate": 2.0 }),
        ),
    ];
    let (outs, requests): (Vec<Value>, Vec<Value>) = pairs.into_iter().unzip();
    let absences = compared(&outs, &requests);
    assert_eq!((kinds(&absences), absences.agreeing, absences.left_out), (vec![], 8, LeftOut::default()));
    assert!(absences.agree());
}

#[test]
fn each_way_of_disagreeing_is_told_with_both_sides_and_without_them_if_they_are_not_wanted() {
    let outs = [
        absence(10, json!({ "endDate": "2026-03-12" })),
        absence(9, json!({ "endPortion": "all_day", "type": "portionOnRange" })),
        absence(11, json!({})),
        absence(12, json!({ "status": "pending", "policyTypeDisplayName": "Sick" })),
        absence(100, json!({ "employeeId": "2" })),
    ];
    let requests = [
        absence(9, json!({})),
        absence(10, json!({})),
        absence(11, json!({ "status": "canceled" })),
        absence(12, json!({})),
        absence(200, json!({})),
        absence(30, json!({ "type": "openEnded", "endDate": null })),
    ];
    let absences = compared(&outs, &requests);
    use Disagreement::{Dates, OnlyOut, OnlyRequest, Policy, Portions, Status};
    let told = vec![
        (OnlyOut, vec!["100"]),
        (OnlyRequest, vec!["30", "200"]),
        (Dates, vec!["10"]),
        (Portions, vec!["9"]),
        (Status, vec!["11", "12"]),
        (Policy, vec!["12"]),
    ];
    assert_eq!((kinds(&absences), absences.agreeing, absences.count()), (told.clone(), 0, 7));
    let sides = |kind: Disagreement, at: usize| {
        let found = &absences.disagreeing[&kind][at];
        (found.out.as_deref(), found.requested.as_deref())
    };
    assert_eq!(sides(OnlyOut, 0), (Some("2026-03-11 to 2026-03-13, approved, Holiday"), None));
    assert_eq!(sides(OnlyRequest, 0), (None, Some("2026-03-11 to open, approved, Holiday")));
    assert_eq!(sides(Dates, 0), (Some("2026-03-11 to 2026-03-12"), Some("2026-03-11 to 2026-03-13")));
    assert_eq!(sides(Portions, 0), (Some("type portiononrange, endPortion all_day"), Some("type days, endPortion morning")));
    assert_eq!((sides(Status, 0), sides(Policy, 0)), ((Some("approved"), Some("canceled")), (Some("Sick"), Some("Holiday"))));
    let hidden = absences.without_values();
    assert_eq!(kinds(&hidden), told);
    assert!(!serde_json::to_string(&hidden.disagreeing).unwrap().contains("2026"));
}

#[test]
fn what_who_is_out_can_not_know_is_left_out_and_counted() {
    let requests = [
        // Not on these days, or not any more.
        absence(20, json!({ "startDate": "2026-03-01", "endDate": "2026-03-09" })),
        absence(21, json!({ "startDate": "2026-03-21", "endDate": "2026-03-21" })),
        absence(22, json!({ "status": "declined" })),
        absence(23, json!({ "status": "deleted" })),
        absence(24, json!({ "employeeId": "77" })),
        absence(25, json!({ "visibility": "Private" })),
        absence(26, json!({ "status": "pending" })),
        absence(27, json!({ "fault": "the request ends before it begins" })),
        absence(29, json!({ "visibility": "private" })),
    ];
    let outs = [absence(28, json!({ "visibility": "Private" })), absence(29, json!({ "visibility": "Private" }))];
    let absences = compared(&outs, &requests);
    assert_eq!(kinds(&absences), []);
    let left_out = LeftOut { inactive: 1, private: 3, pending: 1, before: 0, unusable: 1 };
    assert_eq!((absences.left_out, absences.agreeing), (left_out, 0));
    // Where who's out shows pending requests, one that it does not show is missing.
    let pending = |id| absence(id, json!({ "status": "Pending" }));
    let absences = compared(&[pending(40)], &[pending(40), pending(41)]);
    assert_eq!((kinds(&absences), absences.agreeing), (vec![(Disagreement::OnlyRequest, vec!["41"])], 1));
}

#[test]
fn nothing_on_either_side_agrees() {
    assert!(compared(&[], &[]).agree());
}

#[test]
fn what_was_asked_for_before_the_changes_begin_is_no_disagreement() {
    let mut comparison = begun(HashSet::new());
    let made = [
        (1, "2025-09-30T11:59:59.9"),
        (2, "2025-09-30T12:00:00"),
        (3, "2025-09-30"),
        (4, "2025-09-30T12:30:00+01:00"),
        (5, "soon"),
    ];
    for (id, _) in made {
        comparison.out(&Tree::parse(&absence(id, json!({})).to_string()).unwrap());
    }
    comparison.request(&Tree::parse(&absence(5, json!({})).to_string()).unwrap());
    let unknown: Vec<String> =
        comparison.unknown().into_iter().map(|(employee, request)| format!("{employee} {request}")).collect();
    assert_eq!(unknown, ["1 1", "1 2", "1 3", "1 4"]);
    for (id, moment) in made {
        comparison.found(&Tree::parse(&json!({ "requestId": id, "createdOn": moment }).to_string()).unwrap());
    }
    let absences = comparison.finish();
    assert_eq!(kinds(&absences), [(Disagreement::OnlyOut, vec!["2"])]);
    assert_eq!((absences.left_out.before, absences.agreeing), (3, 1));
}
