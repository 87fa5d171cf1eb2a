//! Rate limits, wrong credentials, and who is shut out.

use super::{call_as, credentials, get, settings};
use bobmap::sandbox::{Limits, Sandbox, Settings};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn limited(rate: Option<u32>, window: Duration, block: Duration) -> Sandbox {
    Sandbox::start(Settings { limits: Limits { rate, window, block }, ..settings("permissions: { only: [] }\n") }).unwrap()
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn each_answer_tells_how_many_calls_are_left_until_when() {
    let sandbox = limited(None, MINUTE, MINUTE);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for left in ["49", "48"] {
        let reply = get(&sandbox, "/company/people/fields");
        assert_eq!((reply.header("x-ratelimit-limit"), reply.header("x-ratelimit-remaining")), (Some("50"), Some(left)));
        let reset: u64 = reply.header("x-ratelimit-reset").unwrap().parse().unwrap();
        assert!((now + 55..=now + 70).contains(&reset), "{reset} at {now}");
    }
    assert_eq!(get(&sandbox, "/company/named-lists").header("x-ratelimit-remaining"), Some("49"), "endpoints are counted apart");
    let table = get(&sandbox, &format!("/people/{}/salaries", Sandbox::employee_id(1)));
    assert_eq!((table.status, table.header("x-ratelimit-limit")), (403, Some("10")));
}

#[test]
fn one_call_too_many_is_a_429_that_says_how_long_to_wait() {
    let sandbox = limited(Some(2), MINUTE, MINUTE);
    let statuses: Vec<u16> = (0..2).map(|_| get(&sandbox, "/company/people/fields").status).collect();
    assert_eq!(statuses, [200, 200]);
    let reply = get(&sandbox, "/company/people/fields");
    assert_eq!((reply.status, reply.header("x-ratelimit-remaining")), (429, Some("0")));
    assert!((50..=60).contains(&reply.header("retry-after").unwrap().parse::<u32>().unwrap()));
    assert_eq!(reply.json()["statusCode"], 429);
    assert_eq!(get(&sandbox, "/company/named-lists").status, 200);
}

#[test]
fn a_window_ends() {
    let sandbox = limited(Some(1), Duration::from_millis(150), MINUTE);
    let statuses: Vec<u16> = (0..2).map(|_| get(&sandbox, "/company/people/fields").status).collect();
    assert_eq!(statuses, [200, 429]);
    std::thread::sleep(Duration::from_millis(160));
    assert_eq!(get(&sandbox, "/company/people/fields").status, 200);
}

#[test]
fn wrong_credentials_are_met_with_an_empty_401_that_is_counted() {
    let sandbox = limited(None, MINUTE, MINUTE);
    for authorization in [None, Some("Basic bm9ib2R5Om5vdGhpbmc="), Some("Bearer x")] {
        let reply = call_as(&sandbox.base_url(), authorization, "GET", "/company/people/fields", "").unwrap();
        assert_eq!((reply.status, reply.body.len()), (401, 0));
        assert!(reply.header("x-ratelimit-remaining").is_some());
    }
}

#[test]
fn fifty_401s_shut_out_everybody_at_this_address_for_a_while() {
    let sandbox = limited(Some(1000), MINUTE, Duration::from_millis(400));
    for _ in 0..49 {
        assert_eq!(call_as(&sandbox.base_url(), None, "GET", "/company/people/fields", "").unwrap().status, 401);
    }
    assert_eq!(get(&sandbox, "/company/people/fields").status, 200);
    assert_eq!(call_as(&sandbox.base_url(), None, "GET", "/company/people/fields", "").unwrap().status, 401);
    let shut_out = get(&sandbox, "/company/people/fields");
    assert_eq!((shut_out.status, shut_out.header("content-type")), (403, Some("text/html; charset=utf-8")));
    std::thread::sleep(Duration::from_millis(410));
    assert_eq!(get(&sandbox, "/company/people/fields").status, 200);
}

#[test]
fn fifty_403s_shut_out_the_service_user() {
    let sandbox = limited(Some(1000), MINUTE, MINUTE);
    for _ in 0..50 {
        let reply = get(&sandbox, "/bulk/people/work");
        assert_eq!((reply.status, reply.header("content-type")), (403, Some("application/json")));
    }
    let reply = get(&sandbox, "/company/people/fields");
    assert_eq!((reply.status, reply.header("content-type")), (403, Some("text/html; charset=utf-8")));
    let other = call_as(&sandbox.base_url(), Some("Basic x"), "GET", "/company/people/fields", "").unwrap();
    assert_eq!(other.status, 401, "others are not");
}

#[test]
fn the_users_own_id_and_token_are_what_is_let_in() {
    let service_user = Some(("SERVICE-1".to_owned(), "a token".to_owned()));
    let sandbox = Sandbox::start(Settings { service_user, ..settings("") }).unwrap();
    assert_eq!(credentials(&sandbox), "Basic U0VSVklDRS0xOmEgdG9rZW4=");
    assert_eq!(get(&sandbox, "/company/people/fields").status, 200);
}
