//! What a user reads when HiBob can't be read.

use super::{Reply, Server, company, connect, drain, people, request, settings};
use crate::snap::snap;
use bobmap::catalog::request::Selection;
use bobmap::source::hibob::{Hibob, Settings};
use std::fmt::Write;
use std::time::Duration;

/// A name for the case, what is read, and what HiBob answers.
type Case = (&'static str, &'static str, fn() -> Reply);

/// The message of reading `resource` from a HiBob that answers everything so.
fn message(resource: &str, reply: fn() -> Reply) -> String {
    let server = Server::start(move |_| reply());
    let hibob = Hibob::connect(Settings { retries: 1, timeout: Duration::from_millis(400), max_body: 500, ..settings(&server) });
    let source = hibob.unwrap().source(&request(resource, &[]), Selection::Everyone).unwrap();
    server.without_port(&drain(source).error())
}

#[test]
fn every_failure_names_endpoint_cause_and_what_to_do() {
    let mut all = String::new();
    let mut say = |case: &str, message: String| writeln!(all, "{case}\n    {message}\n").unwrap();
    let cases: [Case; 25] = [
        ("400", "hibob.people", || {
            Reply::new(400, "application/json", r#"{"key":"search.filters","error":"filters may not be empty"}"#)
        }),
        ("400 as a web page", "hibob.people", || Reply::new(400, "text/html", "<html>")),
        ("401", "hibob.people", || Reply::status(401)),
        ("401 with words", "hibob.fields", || Reply::new(401, "application/json", r#"{"error":"tokenNotMatch"}"#)),
        ("403 people", "hibob.people", || Reply::status(403)),
        ("403 lifecycle", "hibob.lifecycle_history", || Reply::status(403)),
        ("403 salaries", "hibob.salary_history", || Reply::status(403)),
        ("403 named lists", "hibob.named_lists", || Reply::status(403)),
        ("404", "hibob.named_lists", || Reply::status(404)),
        ("429", "hibob.people", || Reply::status(429)),
        ("429 for long", "hibob.people", || Reply::status(429).with("retry-after", 3600)),
        ("500", "hibob.people", || Reply::status(500)),
        ("301 without an address", "hibob.people", || Reply::status(301)),
        ("a web page", "hibob.fields", || Reply::new(200, "text/html; charset=utf-8", "<html>")),
        ("a web page that says it is JSON", "hibob.people", || Reply::json("<!doctype html>")),
        ("nothing", "hibob.fields", || Reply::json("")),
        ("no content", "hibob.people", || Reply::status(204)),
        ("cut JSON", "hibob.people", || Reply::json("{\"employees\":[{\"id\"")),
        ("a torn connection", "hibob.people", || Reply::json("{\"employees\":[]}").torn(5)),
        ("no answer", "hibob.people", Reply::reset),
        ("no answer in time", "hibob.people", || Reply::json("{\"employees\":[]}").slow(Duration::from_secs(3))),
        ("another shape", "hibob.people", || Reply::json("{\"people\":[]}")),
        ("no id", "hibob.people", || Reply::json("{\"employees\":[{\"name\":\"Ada Example\"}]}")),
        ("no JSON", "hibob.people", || Reply::new(200, "text/plain", "Ada Example is not here")),
        ("too large", "hibob.people", || Reply::json(format!("{{\"employees\":[{}]}}", " ".repeat(600)))),
    ];
    for (case, resource, reply) in cases {
        say(case, message(resource, reply));
    }
    for (case, answer) in [
        ("somebody who was not asked for", r#"{"employees":[{"id":"1001"},{"id":"9"}]}"#),
        ("somebody twice", r#"{"employees":[{"id":"1001"},{"id":"1001"}]}"#),
        ("an array", r#"[{"id":"1001"}]"#),
        ("no object", r#"{"employees":[1]}"#),
        ("no JSON in a batch", r#"{"employees":[nobody]}"#),
    ] {
        let server = Server::start(move |asked| if asked.number == 0 { company(1)(asked) } else { Reply::json(answer) });
        say(case, server.without_port(&drain(people(&connect(&server))).error()));
    }
    let nobody = Server::start(|_| Reply::reset());
    let mut settings = settings(&nobody);
    settings.retries = 1;
    settings.address = bobmap::source::hibob::Address::parse("http://127.0.0.1:1").unwrap();
    say("nobody listens", super::refused(Hibob::connect(settings).unwrap().fields()));
    snap().bind(|| insta::assert_snapshot!("hibob__messages", all));
}
