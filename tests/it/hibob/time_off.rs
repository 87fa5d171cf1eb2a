//! Time off over real HTTP: which calls are made, and that nothing is lost or comes twice.

use super::{Asked, Reply, Server, asked, connect, drain, request, search, settings};
use bobmap::catalog::request::{Request, Selection};
use bobmap::source::hibob::{Detail, Hibob, Settings, TimeOffSettings};
use bobmap::source::{Batch, Scope, Source};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;
use url::Url;

/// Path without `/v1`, and the query, taken apart.
pub fn taken_apart(asked: &Asked) -> (String, HashMap<String, String>) {
    let url = Url::parse(&format!("http://127.0.0.1{}", asked.path)).unwrap();
    (url.path().strip_prefix("/v1").unwrap().to_owned(), url.query_pairs().into_owned().collect())
}

fn with(server: &Server, time_off: TimeOffSettings) -> Hibob {
    Hibob::connect(Settings { time_off, ..settings(server) }).unwrap()
}

fn source(hibob: &Hibob, resource: &str) -> Box<dyn Source> {
    hibob.source(&request(resource, &[]), Selection::Everyone).unwrap()
}

/// A change for each day at noon, and one at each moment at which a window may begin or end.
fn feed() -> Vec<Value> {
    let days = (0..800).map(|day| jiff::civil::date(2024, 1, 1).saturating_add(jiff::Span::new().days(day)));
    let noons = days.clone().map(|day| format!("{day}T12:00:00.000001"));
    let midnights = days.map(|day| format!("{day}T00:00:00"));
    let mut moments: Vec<String> = noons.chain(midnights).collect();
    moments.sort();
    moments
        .into_iter()
        .enumerate()
        .map(|(at, moment)| json!({ "changeType": "Created", "requestId": at, "createdOn": moment }))
        .collect()
}

/// Which of the ends of a window HiBob counts in.
#[derive(Clone, Copy)]
struct Ends {
    since: bool,
    to: bool,
}

/// Answers for changes as HiBob does, which refuses spans of more than six months.
pub fn changes(asked: &Asked, feed: &[Value], ends: (bool, bool)) -> Reply {
    let (path, query) = taken_apart(asked);
    assert_eq!((path.as_str(), query["includePending"].as_str()), ("/timeoff/requests/changes", "true"));
    let moment = |text: &str| text.parse::<jiff::civil::DateTime>().unwrap();
    let (since, to) = (moment(query["since"].trim_end_matches('Z')), moment(query["to"].trim_end_matches('Z')));
    if since.checked_add(jiff::Span::new().months(6)).unwrap() < to {
        return Reply::status(400);
    }
    let within = |change: &&Value| {
        let created = moment(change["createdOn"].as_str().unwrap());
        (since < created && created < to) || (ends.0 && created == since) || (ends.1 && created == to)
    };
    Reply::json(json!({ "changes": feed.iter().filter(within).collect::<Vec<_>>() }))
}

#[test]
fn a_feed_of_years_comes_whole_and_once_whichever_ends_of_a_window_hibob_counts_in() {
    let time_off = TimeOffSettings {
        since: "2024-01-01T00:00:00Z".parse().unwrap(),
        until: "2026-03-01T18:00:00Z".parse().unwrap(),
        ..asked()
    };
    for ends in [
        Ends { since: true, to: true },
        Ends { since: true, to: false },
        Ends { since: false, to: true },
        Ends { since: false, to: false },
    ] {
        let server = Server::start(move |asked| changes(asked, &feed(), (ends.since, ends.to)));
        let read = drain(source(&with(&server, time_off.clone()), "hibob.time_off_changes")).whole();
        let wanted: Vec<String> = feed()
            .iter()
            .filter(|change| change["createdOn"].as_str().unwrap() < "2026-03-01T18")
            .filter(|change| ends.since || change["createdOn"] != "2024-01-01T00:00:00")
            .map(Value::to_string)
            .collect();
        assert_eq!(read, wanted);
        assert_eq!(server.count(), 6);
    }
}

#[test]
fn a_change_that_hibob_sends_twice_in_one_answer_stays_twice_and_an_array_may_be_bare() {
    let server = Server::start(|_| Reply::json(r#"[{"requestId":1}, {"requestId": 1.0},{"requestId":1}]"#));
    let read = drain(source(&connect(&server), "hibob.time_off_changes")).whole();
    assert_eq!(read, [r#"{"requestId":1}"#, r#"{"requestId": 1.0}"#, r#"{"requestId":1}"#]);
}

#[test]
fn who_is_out_is_asked_with_everything_that_hibob_leaves_out_otherwise() {
    let server = Server::start(|_| Reply::json(json!({ "outs": [{ "requestId": 1 }, { "requestId": 2 }] })));
    let hibob = connect(&server);
    for (resource, url) in [
        (
            "hibob.whos_out",
            "/timeoff/whosout?from=2026-03-31&to=2026-04-30&includeHourly=true&includePrivate=true&includePending=true",
        ),
        ("hibob.out_today", "/timeoff/outtoday?today=2026-03-31&includeHourly=true&includePrivate=true"),
    ] {
        assert_eq!(drain(source(&hibob, resource)).whole(), [r#"{"requestId":1}"#, r#"{"requestId":2}"#]);
        assert_eq!(server.log().last().unwrap().path, format!("/v1{url}"));
        let limited = drain(hibob.source(&request(resource, &[]), Selection::First(1)).unwrap());
        assert_eq!((limited.records.len(), limited.scope), (1, Scope::CutShort("--limit 1".to_owned())));
        assert!(hibob.source(&request(resource, &[]), Selection::Employee("1".to_owned())).is_err());
    }
    for body in ["{}", "1", r#"{"outs":{}}"#, r#"{"outs":[1]}"#] {
        let server = Server::start(move |_| Reply::json(body));
        let error = drain(source(&connect(&server), "hibob.whos_out")).error();
        assert!(error.contains("is not what HiBob is known to answer"), "{body}: {error}");
        assert_eq!(server.count(), 1, "{body}");
    }
}

/// A company with three types of policies; nobody has a sabbatical, and every third employee no sick leave.
pub fn with_balances(size: usize) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let ids: Vec<String> = (1001..1001 + size).map(|id| id.to_string()).collect();
    move |asked| {
        let (path, query) = taken_apart(asked);
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts.as_slice() {
            ["people", "search"] => Reply::json(search(&asked.json(), &ids)),
            ["timeoff", "whosout"] => Reply::json(json!({ "outs": [
                { "policyTypeDisplayName": "Holiday", "visibility": "Public" },
                { "policyTypeDisplayName": "Sick / ill", "visibility": "Private" },
            ] })),
            ["timeoff", "policy-types"] => Reply::json(json!({ "policyTypes": ["Holiday", "Sick / ill", "Sabbatical"] })),
            ["timeoff", "policy-types", "Holiday"] => Reply::json(r#"{"name":"Holiday","unit":"days","activity":"paidTimeoff"}"#),
            ["timeoff", "policy-types", "Sick%20%2F%20ill"] => Reply::json(r#"{"unit":"hours"}"#),
            ["timeoff", "policy-types", "Sabbatical"] => Reply::json(r#"{"name":"Sabbatical","unit":"days"}"#),
            ["timeoff", "policy-types", _] => Reply::status(404),
            ["timeoff", "employees", id, "balance"] => {
                let number: usize = id.parse().unwrap();
                let balance = |state: &str| {
                    json!({ "employeeId": id, "policy": "x", "pointInTime": query["date"], "totalBalanceAsOfDate": number,
                        "currentAssignment": state })
                };
                match query["policyType"].as_str() {
                    "Holiday" => Reply::json(balance("Assigned")),
                    "Sick / ill" if number.is_multiple_of(3) => Reply::json(balance("Unassigned")),
                    "Sick / ill" => Reply::json(balance("Assigned")),
                    _ => Reply::status(404),
                }
            }
            _ => panic!("{path}"),
        }
    }
}

fn everybody() -> Request {
    Request { show_inactive: true, ..request("hibob.time_off_balances", &[]) }
}

#[test]
fn each_employee_has_a_balance_of_each_type_with_its_unit_and_who_has_none_is_counted() {
    let server = Server::start(with_balances(7));
    let read = drain(connect(&server).source(&everybody(), Selection::Everyone).unwrap());
    let records: Vec<Value> = read.records.iter().map(|record| serde_json::from_str(record).unwrap()).collect();
    let told: Vec<String> = records
        .iter()
        .map(|record| format!("{} {} {} {}", record["employeeId"], record["policyType"], record["unit"], record["pointInTime"]))
        .collect();
    assert_eq!(
        told[..3],
        [
            r#""1001" "Holiday" "days" "2026-03-31""#,
            r#""1001" "Sick / ill" "hours" "2026-03-31""#,
            r#""1002" "Holiday" "days" "2026-03-31""#,
        ]
    );
    assert_eq!(records.len(), 7 + 5);
    assert_eq!(
        (read.scope, read.notes),
        (Scope::Complete, vec!["9 balances are left out: their employees are not assigned to a policy of that type".to_owned()])
    );
    let seen: Vec<&Value> = records[..2].iter().map(|record| &record["visibility"]).collect();
    assert_eq!(seen, ["Public", "Private"]);
    // The names, three types, who may see them, the ids, and three times seven.
    assert_eq!(server.count(), 1 + 3 + 1 + 1 + 21);
    let search = server.log().into_iter().find(|asked| asked.method == "POST").unwrap();
    assert_eq!(search.json(), json!({ "fields": ["root.id"], "showInactive": true }));
}

#[test]
fn the_time_that_is_left_follows_from_the_calls_that_are_left_and_the_limit() {
    let server = Server::start(with_balances(40));
    let hibob = with(&server, TimeOffSettings { policy_types: vec!["Holiday".to_owned()], ..asked() });
    let mut source = hibob.source(&everybody(), Selection::Everyone).unwrap();
    assert_eq!(source.left(), None);
    let mut batch = Batch::default();
    let mut told = Vec::new();
    while source.next(&mut batch).unwrap() {
        told.push((source.progress(), source.left().map(|left| left.as_secs_f64().round())));
    }
    // Fifty a minute, as long as HiBob says nothing else.
    assert_eq!(told[0], ((1, Some(40)), Some(47.0)));
    assert_eq!((told[19], told[39]), (((20, Some(40)), Some(24.0)), ((40, Some(40)), Some(0.0))));
}

#[test]
fn only_the_types_that_are_named_are_asked_for_on_the_day_that_is_named() {
    let server = Server::start(with_balances(4));
    let named =
        |name: &str| TimeOffSettings { policy_types: vec![name.to_owned()], as_of: "2025-12-31".parse().unwrap(), ..asked() };
    let read = drain(with(&server, named("Holiday")).source(&everybody(), Selection::Everyone).unwrap()).whole();
    assert!(read.len() == 4 && read[0].contains(r#""pointInTime":"2025-12-31""#), "{}", read[0]);
    assert_eq!(server.count(), 1 + 1 + 1 + 4);
    let limited = drain(with(&server, named("Holiday")).source(&everybody(), Selection::First(2)).unwrap());
    assert_eq!((limited.records.len(), limited.scope), (2, Scope::CutShort("--limit 2".to_owned())));
    let error = drain(with(&server, named("Hollyday")).source(&everybody(), Selection::Everyone).unwrap()).error();
    assert_eq!(error, "HiBob has no policy type `Hollyday`; it has Holiday, Sick / ill, Sabbatical");
}

#[test]
fn units_that_may_not_be_read_are_null_and_told_where_the_types_are_named() {
    let server =
        Server::start(|asked| if asked.path.contains("policy-types") { Reply::status(403) } else { with_balances(3)(asked) });
    let types = ["Holiday", "Sick / ill"].map(str::to_owned).to_vec();
    let read = drain(
        with(&server, TimeOffSettings { policy_types: types, ..asked() }).source(&everybody(), Selection::Everyone).unwrap(),
    );
    assert_eq!(read.records.len(), 3 + 2);
    assert!(read.records.iter().all(|record| record.contains(r#","unit":null,"#)));
    assert_eq!(
        read.notes,
        [
            "1 balance is left out: its employee is not assigned to a policy of that type",
            "`unit` is null in all balances: the service user may not read policy types (tick Features > Time off > Settings > Manage \
             company's time off settings)"
        ]
    );
    assert_eq!(server.log().iter().filter(|asked| asked.path.contains("policy-types")).count(), 1);
    let error = drain(connect(&server).source(&everybody(), Selection::Everyone).unwrap()).error();
    assert!(
        error.contains("403: ") && error.ends_with("; for balances it helps as well to name the types with --policy-type"),
        "{error}"
    );
}

#[test]
fn a_company_that_does_not_tell_who_is_out_has_balances_all_the_same() {
    for (status, tried) in [(403, true), (404, true), (400, false)] {
        let server = Server::start(
            move |asked| {
                if asked.path.contains("whosout") { Reply::status(status) } else { with_balances(2)(asked) }
            },
        );
        let read = drain(connect(&server).source(&everybody(), Selection::Everyone).unwrap());
        assert_eq!(read.error.is_none(), tried, "{status}");
        if tried {
            assert!(read.records.len() == 3 && read.records.iter().all(|record| record.ends_with(r#","visibility":null}"#)));
            assert!(
                read.notes[1].starts_with("`visibility` is null in all balances: requests say which policy types are private"),
                "{:?}",
                read.notes
            );
        }
        assert_eq!(server.log().iter().filter(|asked| asked.path.contains("whosout")).count(), 1);
    }
}

#[test]
fn a_refusal_of_one_balance_stops_them_all() {
    for status in [401, 403] {
        let server =
            Server::start(
                move |asked| if asked.path.contains("balance") { Reply::status(status) } else { with_balances(300)(asked) },
            );
        let error = drain(connect(&server).source(&everybody(), Selection::Everyone).unwrap()).error();
        assert!(error.contains(&format!("{status}: ")), "{error}");
        assert!(server.count() <= 6 + 2, "{}", server.count());
    }
}

#[test]
fn policy_types_come_with_what_hibob_says_of_each_and_one_that_disappeared_is_told() {
    let server =
        Server::start(|asked| if asked.path.ends_with("Sabbatical") { Reply::status(404) } else { with_balances(0)(asked) });
    let read = drain(source(&connect(&server), "hibob.policy_types"));
    assert_eq!(
        read.records,
        [r#"{"name":"Holiday","unit":"days","activity":"paidTimeoff"}"#, r#"{"name":"Sick / ill","unit":"hours"}"#]
    );
    assert_eq!(
        read.notes,
        ["1 policy type disappeared between two calls: HiBob gave the name first and knew nothing of it then"]
    );
}

fn requests(count: usize) -> Vec<(String, String)> {
    (0..count).map(|at| (format!("{}", 1000 + at), format!("{at}"))).collect()
}

#[test]
fn details_of_requests_come_in_their_order_and_deleted_ones_are_told() {
    let server = Server::start(|asked| {
        let (path, query) = taken_apart(asked);
        assert_eq!(query["includeDailyDurations"], "true");
        let id: usize = path.rsplit('/').next().unwrap().parse().unwrap();
        let delay = Duration::from_millis(if id.is_multiple_of(4) { 30 } else { 0 });
        if id % 5 == 3 {
            Reply::status(404)
        } else {
            Reply::json(format!(r#" {{"requestId":{id},"totalCost":1.50}} "#)).slow(delay)
        }
    });
    let details = connect(&server).request_details(&requests(20)).unwrap();
    for (id, detail) in details.iter().enumerate() {
        match id % 5 {
            3 => assert_eq!(*detail, Detail::Deleted),
            _ => assert_eq!(*detail, Detail::Known(format!(r#"{{"requestId":{id},"totalCost":1.50}}"#))),
        }
    }
    assert_eq!((details.len(), server.count()), (20, 20));
}

#[test]
fn a_403_on_a_request_ends_the_asking_and_is_no_error() {
    let server = Server::start(|asked| if asked.number == 3 { Reply::status(403) } else { Reply::json(r#"{"requestId":1}"#) });
    let details = connect(&server).request_details(&requests(100)).unwrap();
    let forbidden = details.iter().position(|detail| *detail == Detail::Forbidden).unwrap();
    assert!(details.len() == 100 && server.count() <= 6, "{}", server.count());
    assert!(details[server.count()..].iter().all(|detail| *detail == Detail::Forbidden) && forbidden <= 4);
    let refused = Server::start(|_| Reply::status(401));
    assert!(connect(&refused).request_details(&requests(100)).is_err());
    assert_eq!(refused.count(), 1);
}

/// Each call fails once, in every way in turn.
fn failing_once(good: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let tried: Mutex<HashMap<String, usize>> = Mutex::default();
    move |asked| {
        let mut tried = tried.lock().unwrap();
        let calls = tried.len();
        let count = tried.entry(asked.path.clone()).or_insert(0);
        *count += 1;
        match (*count, calls % 6) {
            (1, 0) => Reply::status(429).with("retry-after", 0),
            (1, 1) => Reply::status(500),
            (1, 2) => Reply::reset(),
            (1, 3) => good(asked).torn(12),
            (1, 4) => Reply::new(200, "text/html", "<html>"),
            (1, 5) => Reply::json(r#"{"changes":[{"#),
            _ => good(asked),
        }
    }
}

#[test]
fn faults_leave_no_trace() {
    let since = "2024-01-01T00:00:00Z".parse().unwrap();
    let answer = |asked: &Asked| {
        if asked.path.contains("changes") { changes(asked, &feed(), (true, true)) } else { with_balances(7)(asked) }
    };
    let (calm, rough) = (Server::start(answer), Server::start(failing_once(answer)));
    let hibob = |server: &Server| with(server, TimeOffSettings { since, ..asked() });
    for resource in ["hibob.time_off_changes", "hibob.time_off_balances", "hibob.policy_types"] {
        let (good, bad) = (drain(source(&hibob(&calm), resource)), drain(source(&hibob(&rough), resource)));
        assert!(good.records.len() > 2 && bad.error.is_none(), "{resource}");
        assert_eq!((bad.records, bad.scope, bad.notes), (good.records, good.scope, good.notes), "{resource}");
    }
    assert!(rough.count() > calm.count() + 25);
}

#[test]
fn a_401_makes_one_request() {
    for resource in
        ["hibob.time_off_changes", "hibob.whos_out", "hibob.out_today", "hibob.time_off_balances", "hibob.policy_types"]
    {
        let server = Server::start(|_| Reply::status(401).slow(Duration::from_millis(10)));
        assert!(drain(source(&connect(&server), resource)).error().contains("401: "), "{resource}");
        assert_eq!(server.count(), 1, "{resource}");
    }
}
