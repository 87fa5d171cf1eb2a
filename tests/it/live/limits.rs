//! Limits, made small by flags: of HiBob's calls in a window, and of what one call may take.

use super::{IDS, unlimited, write};
use crate::hibob::server::{Asked, Reply, Server};
use crate::tenant::{Tenant, said, tenant_with};
use bobmap::sandbox::{Limits, Settings};
use serde_json::{Value, json};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn a_run_keeps_to_the_calls_that_hibob_allows_and_none_is_refused() {
    let limits = Limits { rate: Some(25), window: Duration::from_secs(1), ..Limits::default() };
    let tenant = tenant_with("", Settings { limits, ..Settings::default() });
    write(&tenant, "ids.yaml", IDS);
    // The fields, the ids and everybody: 42 calls, which take two windows.
    let output = tenant.run(&["dry-run", "ids.yaml", "--live", "--batch", "1", "--in-flight", "8", "--retries", "0"]);
    assert_eq!((output.status.code(), output.stdout.split(|byte| *byte == b'\n').count()), (Some(0), 41), "{}", said(&output));
    let statuses: Vec<u16> = tenant.sandbox.log().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [200; 42]);
}

/// A run against another server than the tenant's.
fn elsewhere(tenant: &Tenant, server: &Server, flags: &[&str]) -> Output {
    let url = server.url();
    let catalog = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/hibob/fields.json");
    let run = ["dry-run", "ids.yaml", "--live", "--base-url", &url, "--catalog", catalog, "--retry-wait", "1"];
    tenant.run(&[&run, flags].concat())
}

fn ids(tenant: &Tenant) {
    write(tenant, "ids.yaml", IDS);
}

#[test]
fn an_answer_beyond_the_largest_one_and_one_that_is_late_end_the_run() {
    let tenant = tenant_with("", unlimited());
    ids(&tenant);
    let large = Server::start(|_: &Asked| Reply::json(format!("{{\"employees\":[{}]}}", " ".repeat(2 << 20))));
    let output = elsewhere(&tenant, &large, &["--retries", "0", "--max-body", "1"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let endpoint = format!("POST {}/people/search: ", large.url());
    assert!(said(&output).contains(&format!("{endpoint}the answer is larger than 1 MiB. Raise --max-body")), "{}", said(&output));
    let late = Server::start(|_: &Asked| Reply::json(r#"{"employees":[]}"#).slow(Duration::from_secs(4)));
    let output = elsewhere(&tenant, &late, &["--retries", "0", "--timeout", "1"]);
    assert_eq!(output.status.code(), Some(3));
    let endpoint = format!("POST {}/people/search: ", late.url());
    assert!(said(&output).contains(&format!("{endpoint}no whole answer within 1 s. Raise --timeout")), "{}", said(&output));
}

#[test]
fn as_many_calls_run_at_a_time_as_are_wanted_and_no_more() {
    let tenant = tenant_with("", unlimited());
    ids(&tenant);
    let (running, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let server = Server::start(move |asked: &Asked| {
        seen.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        running.fetch_sub(1, Ordering::SeqCst);
        let ids: Vec<Value> = match asked.json().get("filters") {
            Some(filters) => filters[0]["values"].as_array().unwrap().clone(),
            None => (1..=30).map(|id| json!(id.to_string())).collect(),
        };
        Reply::json(json!({ "employees": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() }))
    });
    let output = elsewhere(&tenant, &server, &["--batch", "1", "--in-flight", "3"]);
    assert_eq!((output.status.code(), server.count()), (Some(0), 31), "{}", said(&output));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[test]
fn a_refusal_on_the_way_stops_the_calls_that_were_to_follow() {
    for status in [401, 403] {
        let tenant = tenant_with("", unlimited());
        ids(&tenant);
        let server = Server::start(move |asked: &Asked| match asked.number {
            0 => Reply::json(format!(
                "{{\"employees\":[{}]}}",
                (0..200).map(|id| format!("{{\"id\":\"{id}\"}}")).collect::<Vec<_>>().join(",")
            )),
            2 => Reply::status(status),
            _ => Reply::status(500).slow(Duration::from_millis(50)),
        });
        let output = elsewhere(&tenant, &server, &["--batch", "1", "--in-flight", "4", "--retries", "50"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
        assert!(said(&output).contains(&format!("/people/search: {status}: ")), "{}", said(&output));
        assert!(server.count() <= 6, "{}", server.count());
    }
}
