//! Rows of employees' tables, page after page.

use super::{Reply, Server, connect, drain, request, search, settings};
use bobmap::catalog::request::Selection;
use bobmap::source::hibob::{Hibob, Settings};
use bobmap::source::{Scope, Source};
use serde_json::json;

fn history(hibob: &Hibob, name: &str) -> Box<dyn Source> {
    hibob.source(&request(name, &[]), Selection::Everyone).unwrap()
}

#[test]
fn each_row_is_a_record_with_its_employee_in_front_over_all_pages() {
    for (name, table) in [
        ("hibob.work_history", "work"),
        ("hibob.employment_history", "employment"),
        ("hibob.lifecycle_history", "lifecycle"),
        ("hibob.salary_history", "salaries"),
    ] {
        let path = format!("/v1/bulk/people/{table}?limit=200");
        let expected = path.clone();
        let server = Server::start(move |asked| {
            Reply::json(match asked.path.strip_prefix(&path) {
                Some("") => {
                    r#"{"results":[{"employeeId":"33","values":[{"id":1,"employeeId":"x","fte":1.10},{"id":2,"fte":null}]},{"employeeId":"34","values":[]}],"response_metadata":{"next_cursor":"a b&c=d/+"}}"#
                }
                Some("&cursor=a+b%26c%3Dd%2F%2B") => {
                    r#"{"results":[{"employeeId":35,"values":[{"values":[{"id":1}],"restricted_columns":{}}]}],"response_metadata":{"next_cursor":null},"errors":[]}"#
                }
                other => panic!("{other:?} in {}", asked.path),
            })
        });
        let hibob = Hibob::connect(Settings { batch: 500, ..settings(&server) }).unwrap();
        assert_eq!(
            drain(history(&hibob, name)).whole(),
            [
                r#"{"employeeId":"33","id":1,"fte":1.10}"#,
                r#"{"employeeId":"33","id":2,"fte":null}"#,
                r#"{"employeeId":35,"id":1}"#
            ]
        );
        assert!(server.log()[0].path == expected && server.count() == 2);
    }
}

#[test]
fn a_cursor_that_comes_again_is_an_error_and_no_loop() {
    let server = Server::start(|asked| {
        let next = ["a", "b", "a", "b"][asked.number];
        Reply::json(json!({ "results": [], "response_metadata": { "next_cursor": next } }))
    });
    let read = drain(history(&connect(&server), "hibob.work_history"));
    assert_eq!(server.count(), 3);
    assert_eq!(
        server.without_port(&read.error()),
        "GET http://127.0.0.1:PORT/v1/bulk/people/work: the answer's next_cursor names a page that was read before: this would never end"
    );
}

#[test]
fn employees_whose_rows_are_refused_are_told_of_and_the_scope_says_so() {
    let server = Server::start(|_| {
        let error = |id: &str| json!({ id: { "error": "MISSING_PERMISSION", "message": "about somebody" } });
        let errors: Vec<_> = ["41", "42", "43", "44", "45", "46"].into_iter().map(error).collect();
        Reply::json(json!({ "results": [{ "employeeId": "33", "values": [{ "id": 1 }] }], "errors": errors }))
    });
    let read = drain(history(&connect(&server), "hibob.salary_history"));
    assert_eq!((read.records.len(), read.error.is_none()), (1, true));
    assert_eq!(read.scope, Scope::CutShort("the salaries table of 6 employees was not sent".to_owned()));
    assert_eq!(
        read.notes,
        ["the salaries table of 6 employees was not sent (HiBob says: MISSING_PERMISSION; ids 41, 42, 43, 44, 45, ...)"]
    );
}

#[test]
fn columns_that_may_not_be_seen_are_left_out_wherever_the_answer_says_so() {
    let restricted = r#""restricted_columns":{"no_view_permission":["fte","column_1"],"no_view_history_permission":["title"]}"#;
    let row = r#"{"id":1,"fte":null,"title":"x","customColumns":{"column_1":null,"column_2":"y"}}"#;
    for body in [
        format!(r#"{{"results":[{{"employeeId":"33","values":[{row}],{restricted}}}]}}"#),
        format!(r#"{{"results":[{{"employeeId":"33","values":[{{"values":[{row}],{restricted}}}]}}]}}"#),
        format!(r#"{{{restricted},"results":[{{"employeeId":"33","values":[{row}]}}]}}"#),
    ] {
        let server = Server::start(move |_| Reply::json(&body));
        let read = drain(history(&connect(&server), "hibob.employment_history"));
        assert_eq!(read.records, [r#"{"employeeId":"33","id":1,"title":"x","customColumns":{"column_2":"y"}}"#]);
        assert_eq!(read.scope, Scope::Complete);
        assert_eq!(
            read.notes,
            [
                "the service user may not view `column_1` in the employment table of 1 employee: it is left out of the rows, so that \
                 it counts as absent and not as empty",
                "the service user may not view `fte` in the employment table of 1 employee: it is left out of the rows, so that it \
                 counts as absent and not as empty",
                "the service user may not view the history of `title` in the employment table of 1 employee: in earlier rows an \
                 empty value may be a hidden one",
            ]
        );
    }
}

#[test]
fn a_limit_counts_rows_and_one_employee_is_found_by_id_or_mail() {
    let server = Server::start(|asked| {
        if asked.method == "POST" {
            return Reply::json(search(&asked.json(), &["33".to_owned()]));
        }
        let wanted = asked.path.contains("&employeeIds=33");
        let next = if wanted { json!(null) } else { json!(asked.number.to_string()) };
        let rows = [json!({ "id": 1 }), json!({ "id": 2 })];
        Reply::json(json!({ "results": [{ "employeeId": "33", "values": rows }], "response_metadata": { "next_cursor": next } }))
    });
    let hibob = connect(&server);
    let read = |selection| drain(hibob.source(&request("hibob.work_history", &[]), selection).unwrap());
    let first = read(Selection::First(3));
    assert_eq!((first.records.len(), first.scope), (3, Scope::CutShort("--limit 3".to_owned())));
    for given in ["33", "e33@example.test"] {
        let one = read(Selection::Employee(given.to_owned()));
        assert_eq!((one.records.len(), one.scope), (2, Scope::Keys(vec![given.to_owned()])));
    }
    assert!(read(Selection::Employee("nobody@example.test".to_owned())).records.is_empty());
}

#[test]
fn an_answer_of_another_shape_is_refused_and_an_empty_one_asked_for_again() {
    for body in [
        "[]",
        "{}",
        r#"{"results":{}}"#,
        r#"{"results":[1]}"#,
        r#"{"results":[{"values":[]}]}"#,
        r#"{"results":[{"employeeId":"1"}]}"#,
    ] {
        let server = Server::start(move |_| Reply::json(body));
        let error = drain(history(&connect(&server), "hibob.work_history")).error();
        assert!(error.contains("the answer is not what HiBob is known to answer: "), "{body}: {error}");
        assert_eq!(server.count(), 1, "{body}");
    }
    let server = Server::start(|_| Reply::json(""));
    let error = drain(history(&connect(&server), "hibob.work_history")).error();
    assert!(error.contains("expected JSON, and the answer is empty (tried 5 times)"), "{error}");
}
