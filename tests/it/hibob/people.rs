//! Employees: ids first, then batches by their ids.

use super::{Read, Reply, Server, company, connect, drain, employee, people, request, search, settings};
use bobmap::catalog::request::{Request, Selection};
use bobmap::source::hibob::Hibob;
use bobmap::source::{Batch, Scope};
use serde_json::{Value, json};
use std::time::Duration;

fn ids(records: &[String]) -> Vec<String> {
    let id = |record: &String| serde_json::from_str::<Value>(record).unwrap()["id"].as_str().unwrap().to_owned();
    records.iter().map(id).collect()
}

#[test]
fn everybody_is_read_in_batches_in_the_order_of_the_ids() {
    let server = Server::start(company(8));
    let records = drain(people(&connect(&server))).whole();
    assert_eq!(ids(&records), ["1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008"]);
    assert_eq!(
        records[0],
        r#"{"/root/id":{"value":"1001"},"id":"1001","/root/email":{"value":"e1001@example.test"},"email":"e1001@example.test"}"#
    );
    let log = server.log();
    assert_eq!(log[0].json(), json!({ "fields": ["root.id"], "showInactive": false }));
    let mut sizes: Vec<usize> =
        log[1..].iter().map(|asked| asked.json()["filters"][0]["values"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 3, 3]);
    for asked in &log {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/people/search"));
        assert_eq!(asked.header("authorization"), Some("Basic U0VSVklDRS00NzExOnQwa2VuLXRoYXQtbm9ib2R5LW1heS1zZWU="));
        assert_eq!((asked.header("accept"), asked.header("content-type")), (Some("application/json"), Some("application/json")));
        assert_eq!(asked.header("user-agent"), Some(concat!("bobmap/", env!("CARGO_PKG_VERSION"))));
    }
}

#[test]
fn what_is_asked_follows_from_the_request() {
    let server = Server::start(company(1));
    let request = Request { human_readable: true, show_inactive: true, ..request("hibob.people", &["work.title", "root.email"]) };
    drain(connect(&server).source(&request, Selection::Everyone).unwrap()).whole();
    let log = server.log();
    assert_eq!(log[0].json(), json!({ "fields": ["root.id"], "showInactive": true }));
    assert_eq!(
        log[1].json(),
        json!({
            "fields": ["root.id", "work.title", "root.email"],
            "showInactive": true,
            "humanReadable": "APPEND",
            "filters": [{ "fieldPath": "root.id", "operator": "equals", "values": ["1001"] }],
        })
    );
}

#[test]
fn a_company_without_anybody_is_read_whole_by_one_call() {
    let server = Server::start(company(0));
    assert!(drain(people(&connect(&server))).whole().is_empty());
    assert_eq!(server.count(), 1);
}

#[test]
fn a_limit_takes_the_first_and_says_if_there_are_more() {
    for (size, limit, scope) in
        [(8, 5, Scope::CutShort("--limit 5".to_owned())), (5, 5, Scope::Complete), (3, 5, Scope::Complete)]
    {
        let server = Server::start(company(size));
        let source = connect(&server).source(&request("hibob.people", &[]), Selection::First(limit)).unwrap();
        let Read { records, scope: found, error, .. } = drain(source);
        assert!(error.is_none());
        assert_eq!((records.len(), found), (size.min(5), scope), "{size}");
    }
}

#[test]
fn one_employee_is_asked_for_by_id_or_by_mail_in_one_call() {
    for (given, path) in [("1002", "root.id"), ("e1002@example.test", "root.email")] {
        let server = Server::start(company(4));
        let source = connect(&server).source(&request("hibob.people", &["work.title"]), Selection::Employee(given.to_owned()));
        let read = drain(source.unwrap());
        assert_eq!((ids(&read.records), read.scope), (vec!["1002".to_owned()], Scope::Keys(vec![given.to_owned()])));
        assert_eq!(server.count(), 1);
        assert_eq!(server.log()[0].json()["filters"][0]["fieldPath"], path);
    }
}

#[test]
fn nobody_of_that_name_is_no_record_and_no_name_at_all_no_call() {
    let server = Server::start(company(4));
    let hibob = connect(&server);
    for given in ["9", "nobody@example.test"] {
        let read = drain(hibob.source(&request("hibob.people", &[]), Selection::Employee(given.to_owned())).unwrap());
        assert!(read.records.is_empty() && read.error.is_none(), "{given}");
    }
    assert_eq!(server.count(), 2);
    for given in ["Ada", "", "12a"] {
        let error = super::refused(hibob.source(&request("hibob.people", &[]), Selection::Employee(given.to_owned())));
        assert_eq!(error, format!("`{given}` is neither an id of Bob's (digits) nor an e-mail address"));
    }
    assert_eq!(server.count(), 2);
}

#[test]
fn four_hundred_and_fifty_fields_take_two_calls_and_come_back_as_one_employee() {
    let fields: Vec<String> = (0..450).map(|at| format!("work.custom.field_{at:03}")).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let server = Server::start(company(2));
    let records = drain(connect(&server).source(&request("hibob.people", &fields), Selection::Everyone).unwrap()).whole();
    assert_eq!(server.count(), 3);
    let all: Vec<Value> = ["root.id"].iter().chain(&fields).map(|field| json!(field)).collect();
    let whole = |id| {
        let (one, other) = (employee(id, &all[..400]), employee(id, &[&all[..1], &all[400..]].concat()));
        let mut whole = one;
        for (key, value) in other.as_object().unwrap() {
            if key == "work" {
                whole["work"]["custom"].as_object_mut().unwrap().extend(value["custom"].as_object().unwrap().clone());
            } else {
                whole[key] = value.clone();
            }
        }
        whole
    };
    let read: Vec<Value> = records.iter().map(|record| serde_json::from_str(record).unwrap()).collect();
    assert_eq!(read, [whole("1001"), whole("1002")]);
    assert_eq!(read[0]["work"]["custom"].as_object().unwrap().len(), 450);
}

#[test]
fn who_is_missing_in_one_part_has_disappeared() {
    let fields: Vec<String> = (0..450).map(|at| format!("work.custom.field_{at:03}")).collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let server = Server::start(|asked| {
        let known = if asked.number < 2 { vec!["1", "2", "3"] } else { vec!["1", "3"] };
        Reply::json(search(&asked.json(), &known.into_iter().map(str::to_owned).collect::<Vec<_>>()))
    });
    let read = drain(connect(&server).source(&request("hibob.people", &fields), Selection::Everyone).unwrap());
    assert_eq!(ids(&read.records), ["1", "3"]);
    assert_eq!(read.scope, Scope::CutShort("1 employee disappeared between two calls".to_owned()));
}

#[test]
fn employees_who_disappear_between_two_calls_are_told_of_and_the_scope_says_so() {
    let server = Server::start(|asked| {
        let size = if asked.number == 0 { 12 } else { 5 };
        company(size)(asked)
    });
    let read = drain(people(&connect(&server)));
    assert_eq!(read.records.len(), 5);
    assert_eq!(read.scope, Scope::CutShort("7 employees disappeared between two calls".to_owned()));
    assert_eq!(
        read.notes,
        [
            "7 employees disappeared between two calls: HiBob named them first and knew nothing of them then (ids 1006, 1007, 1008, \
          1009, 1010, ...). They may have been deleted, or the service user may not see them any more; read again before you take \
          them for leavers"
        ]
    );
}

#[test]
fn an_id_that_is_named_twice_is_read_once() {
    let server = Server::start(|asked| match asked.number {
        0 => Reply::json(r#"{"employees":[{"id":"7"},{"id":"8"},{"id":"7"},{"id":"9"},{"id":"9"}]}"#),
        _ => Reply::json(search(&asked.json(), &["7", "8", "9"].map(str::to_owned))),
    });
    let mut source = people(&connect(&server));
    let mut batch = Batch::default();
    assert!(source.next(&mut batch).unwrap());
    assert_eq!(source.progress(), (3, Some(3)));
    assert!(!source.next(&mut batch).unwrap());
    assert_eq!(source.notes(), ["HiBob named employees more than once: 2 repetitions were left out"]);
    assert_eq!(source.scope(), Scope::Complete);
}

#[test]
fn digits_and_texts_are_handed_on_as_they_came() {
    let record = r#"{"id":"7","work":{"fte":1.10,"pay":12345678901234567890.5e-3,"name":"\u00e9\/"},"/root/id":{"value":"7"}}"#;
    let server = Server::start(move |_| Reply::json(format!(r#"{{"employees":[{record}]}}"#)));
    assert_eq!(drain(people(&connect(&server))).whole(), [record]);
}

#[test]
fn a_source_that_is_dropped_calls_no_more() {
    let server = Server::start(|asked| {
        let reply = company(300)(asked);
        if asked.number == 0 { reply } else { reply.slow(Duration::from_millis(30)) }
    });
    let hibob = connect(&server);
    let mut source = people(&hibob);
    source.next(&mut Batch::default()).unwrap();
    drop(source);
    std::thread::sleep(Duration::from_millis(60));
    let count = server.count();
    std::thread::sleep(Duration::from_millis(120));
    assert!(server.count() == count && count <= 6, "{count}, then {}", server.count());
}

#[test]
fn several_threads_may_read_at_once_over_one_connection() {
    let server = Server::start(company(20));
    let hibob = Hibob::connect(settings(&server)).unwrap();
    let read = |_| {
        let hibob = hibob.clone();
        std::thread::spawn(move || drain(people(&hibob)).whole())
    };
    let threads: Vec<_> = (0..3).map(read).collect();
    let all: Vec<Vec<String>> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(all.iter().all(|one| one.len() == 20 && *one == all[0]));
}
