//! Answers that go wrong on request.

use super::{Reply, call_as, credentials, settings};
use bobmap::sandbox::{FaultKind, Faults, Sandbox, Settings};
use std::time::{Duration, Instant};

/// Every request goes wrong twice and then right.
fn spoilt(kind: FaultKind) -> Sandbox {
    let faults = Faults { kinds: vec![kind], rate: 1.0, seed: 0, slow_by: Duration::from_millis(120) };
    Sandbox::start(Settings { faults, ..settings("") }).unwrap()
}

fn ask(sandbox: &Sandbox, body: &str) -> std::io::Result<Reply> {
    call_as(&sandbox.base_url(), Some(&credentials(sandbox)), "POST", "/people/search", body)
}

const BODY: &str = r#"{"fields":["root.id"]}"#;

/// The third time is right, and the log knows of the others.
fn then_right(sandbox: &Sandbox, word: &str) {
    ask(sandbox, BODY).ok();
    let third = ask(sandbox, BODY).unwrap();
    assert_eq!(third.employees().len(), 35);
    let faults: Vec<_> = sandbox.log().iter().map(|entry| entry.fault).collect();
    assert_eq!(faults, [Some(word), Some(word), None]);
}

#[test]
fn too_many_calls_and_a_servers_error_have_bobs_bodies() {
    for (kind, status, word) in [(FaultKind::TooMany, 429, "429"), (FaultKind::ServerError, 500, "500")] {
        let sandbox = spoilt(kind);
        let reply = ask(&sandbox, BODY).unwrap();
        assert_eq!((reply.status, reply.json()["statusCode"].as_u64()), (status, Some(u64::from(status))));
        assert_eq!(reply.header("retry-after").is_some(), status == 429);
        then_right(&sandbox, word);
    }
}

#[test]
fn a_connection_is_torn_down() {
    let sandbox = spoilt(FaultKind::Reset);
    let error = ask(&sandbox, BODY).err().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(sandbox.log()[0].status, 0);
    then_right(&sandbox, "reset");
}

#[test]
fn the_login_page_and_nothing_come_with_200() {
    let sandbox = spoilt(FaultKind::Html);
    let reply = ask(&sandbox, BODY).unwrap();
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("text/html; charset=utf-8")));
    then_right(&sandbox, "html");
    let sandbox = spoilt(FaultKind::Empty);
    let reply = ask(&sandbox, BODY).unwrap();
    assert_eq!((reply.status, reply.body.len(), reply.whole), (200, 0, true));
    then_right(&sandbox, "empty");
}

#[test]
fn a_body_breaks_off_on_the_wire_or_in_its_json() {
    let sandbox = spoilt(FaultKind::Truncated);
    let (mut on_the_wire, mut in_the_json) = (0, 0);
    for number in 0..12 {
        let body = format!("{{\"fields\":[\"root.id\",\"none.{number}\"]}}");
        let reply = ask(&sandbox, &body).unwrap();
        assert_eq!(reply.status, 200);
        if reply.whole {
            in_the_json += 1;
            assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
        } else {
            on_the_wire += 1;
        }
    }
    assert!(on_the_wire > 2 && in_the_json > 2, "{on_the_wire} {in_the_json}");
}

#[test]
fn a_slow_answer_is_right_and_late() {
    let sandbox = spoilt(FaultKind::Slow);
    let began = Instant::now();
    assert_eq!(ask(&sandbox, BODY).unwrap().employees().len(), 35);
    assert!(began.elapsed() >= Duration::from_millis(120));
    assert_eq!(sandbox.log()[0].fault, Some("slow"));
}

#[test]
fn who_is_not_let_in_meets_no_fault() {
    let sandbox = spoilt(FaultKind::Reset);
    assert_eq!(call_as(&sandbox.base_url(), None, "GET", "/company/people/fields", "").unwrap().status, 401);
}
