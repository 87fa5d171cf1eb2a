//! What goes wrong on the way: tried again without a trace in the output, or given up with the cause.

use super::{Asked, Reply, Server, company, connect, drain, people, request, settings};
use bobmap::catalog::request::Selection;
use bobmap::source::hibob::{Access, Address, Cause, Hibob, HibobError, Settings};
use bobmap::source::{Batch, SourceError};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

/// Everything that is tried again, and nothing else.
fn faults(good: impl Fn(&Asked) -> Reply, asked: &Asked) -> Vec<Reply> {
    vec![
        Reply::status(429).with("retry-after", 0),
        Reply::new(500, "text/html", "<html>"),
        Reply::status(503),
        Reply::reset(),
        good(asked).torn(30),
        good(asked).torn(0),
        Reply::new(200, "text/html", "<html><body>Log in</body></html>"),
        Reply::json(" \n<!doctype html>"),
        Reply::json(""),
        Reply::json("{\"employees\":[{\"id\":\"1001\""),
        Reply::json("{\"employees\":[{\"id\":\"1001\"}"),
        good(asked).with("content-encoding", "gzip"),
    ]
}

/// Each call fails once, in every way in turn.
fn failing_once(size: usize) -> impl Fn(&Asked) -> Reply + Send + Sync + 'static {
    let tried: Mutex<HashMap<String, usize>> = Mutex::default();
    move |asked| {
        let good = company(size);
        let mut tried = tried.lock().unwrap();
        let calls = tried.len();
        let count = tried.entry(asked.body.clone()).or_insert(0);
        *count += 1;
        let mut faults = faults(&good, asked);
        let turn = calls % faults.len();
        if *count == 1 { faults.swap_remove(turn) } else { good(asked) }
    }
}

#[test]
fn faults_leave_no_trace_in_the_records() {
    let (good, bad) = (Server::start(company(60)), Server::start(failing_once(60)));
    let expected = drain(people(&connect(&good))).whole();
    assert_eq!(drain(people(&connect(&bad))).whole(), expected);
    assert_eq!(bad.count(), 2 * good.count());
}

#[test]
fn a_list_of_ids_that_breaks_off_in_any_way_begins_anew() {
    let count = faults(company(1), &Server::start(company(1)).asked_for_ids()).len();
    for turn in 0..count {
        let server = Server::start(move |asked| {
            let good = company(500);
            if asked.number == 0 { faults(&good, asked).swap_remove(turn) } else { good(asked) }
        });
        let hibob = Hibob::connect(Settings { batch: 500, ..settings(&server) }).unwrap();
        assert_eq!(drain(people(&hibob)).whole().len(), 500, "{turn}");
        assert_eq!(server.count(), 3, "{turn}");
    }
}

#[test]
fn an_answer_that_takes_too_long_is_asked_for_again() {
    let server = Server::start(|asked| {
        let delay = if asked.number == 1 { Duration::from_secs(5) } else { Duration::ZERO };
        company(3)(asked).slow(delay)
    });
    let hibob = Hibob::connect(Settings { timeout: Duration::from_millis(300), ..settings(&server) }).unwrap();
    assert_eq!(drain(people(&hibob)).whole().len(), 3);
    assert_eq!(server.count(), 3);
}

#[test]
fn a_fault_that_stays_is_given_up_with_its_last_cause_and_the_number_of_tries() {
    let server = Server::start(|asked| if asked.number < 3 { Reply::reset() } else { Reply::status(502) });
    let read = drain(people(&connect(&server)));
    let Some(SourceError::Hibob(error)) = &read.error else { panic!() };
    assert_eq!(error.cause(), Some(&Cause::Status { status: 502, said: None, wait: None }));
    assert!(read.error().contains("502: HiBob fails (tried 5 times)"), "{}", read.error());
    assert_eq!(server.count(), 5);
}

#[test]
fn what_another_try_does_not_mend_is_tried_once() {
    for reply in [
        || Reply::status(400),
        || Reply::status(401),
        || Reply::status(403),
        || Reply::status(404),
        || Reply::status(410),
        || Reply::json("[]"),
        || Reply::json("{\"people\":[]}"),
        || Reply::json("nonsense"),
        || Reply::json("{\"employees\":[{\"name\":\"x\"}]}"),
        || Reply::json("{\"employees\":[{\"id\":\"1\"},]}"),
    ] {
        let server = Server::start(move |_| reply());
        assert!(!drain(people(&connect(&server))).error().contains("tried"));
        assert_eq!(server.count(), 1);
    }
}

#[test]
fn a_401_makes_exactly_one_request_however_many_calls_are_wanted() {
    let server = Server::start(|_| Reply::status(401).slow(Duration::from_millis(20)));
    let hibob = connect(&server);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let hibob = hibob.clone();
            std::thread::spawn(move || {
                let error = hibob.fields().unwrap_err();
                assert!(matches!(error.cause(), Some(Cause::Unauthorized { .. })), "{error}");
                assert!(hibob.probe("/timeoff/whosout", &[]).is_err());
                assert!(drain(people(&hibob)).error().contains("401"));
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(server.count(), 1);
}

#[test]
fn a_refusal_on_the_way_stops_all_other_calls_at_once() {
    for status in [401, 403] {
        let server = Server::start(move |asked| match asked.number {
            0 => company(300)(asked),
            2 => Reply::status(status),
            // Slow, and faulty in the end: what is tried again must end too.
            _ => Reply::status(500).slow(Duration::from_millis(100)),
        });
        let hibob = Hibob::connect(Settings { in_flight: 4, retries: 50, ..settings(&server) }).unwrap();
        let read = drain(people(&hibob));
        assert!(read.error().contains(&format!("{status}: ")), "{}", read.error());
        std::thread::sleep(Duration::from_millis(200));
        assert!(server.count() <= 5, "{status}: {}", server.count());
    }
}

#[test]
fn a_redirect_to_another_host_is_not_followed_and_gets_no_credentials() {
    let other = Server::start(|_| Reply::json("{\"employees\":[]}"));
    let target = other.url();
    let server = Server::start(move |_| Reply::status(307).with("location", format!("{target}/people/search")));
    let error = drain(people(&connect(&server))).error();
    assert_eq!((server.count(), other.count()), (1, 0));
    assert_eq!(
        other.without_port(&server.without_port(&error)).replace("PORT/v1", "PORT"),
        "POST http://127.0.0.1:PORT/people/search: http://127.0.0.1:PORT redirects to http://127.0.0.1:PORT, which is not followed: \
         the credentials are for http://127.0.0.1:PORT alone. Give the address that answers itself as the base URL"
    );
}

#[test]
fn a_redirect_within_the_host_is_followed_a_few_times() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/v1/people/search" => Reply::status(308).with("location", "/v1/elsewhere"),
        _ => company(2)(asked),
    });
    assert_eq!(drain(people(&connect(&server))).whole().len(), 2);
    let circle = Server::start(|asked| Reply::status(307).with("location", asked.path.clone()));
    let error = drain(people(&connect(&circle))).error();
    assert!(error.contains("redirects in a circle"), "{error}");
    assert!(circle.count() < 10);
}

#[test]
fn an_answer_may_not_be_larger_than_allowed_packed_or_not() {
    let small = |server: &Server| Hibob::connect(Settings { max_body: 4000, ..settings(server) }).unwrap();
    let server = Server::start(company(200));
    let error = drain(people(&small(&server))).error();
    assert!(error.contains("larger than 4000 bytes. Raise --max-body"), "{error}");
    assert_eq!(server.count(), 1);
    let packed = Server::start(|_| {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(format!("[{}]", " ".repeat(1 << 20)).as_bytes()).unwrap();
        Reply::new(200, "application/json", gzip.finish().unwrap()).with("content-encoding", "gzip")
    });
    let error = super::refused(small(&packed).fields());
    assert!(error.contains("larger than 4000 bytes"), "{error}");
}

#[test]
fn packed_answers_are_read_as_others() {
    let server = Server::start(|asked| {
        use std::io::Write;
        assert!(asked.header("accept-encoding").unwrap().contains("gzip"));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(br#"[{"id":"root.id"}]"#).unwrap();
        Reply::new(200, "application/json", gzip.finish().unwrap()).with("content-encoding", "gzip")
    });
    assert_eq!(connect(&server).fields().unwrap(), r#"[{"id":"root.id"}]"#);
}

#[test]
fn a_probe_tells_granted_from_forbidden_and_from_not_there() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/v1/timeoff/whosout?from=2026-01-01&to=2026-01-02" => Reply::json("{\"outs\":[]}"),
        "/v1/timeoff/policy-types" => Reply::status(403),
        "/v1/bulk/people/salaries" => Reply::status(404),
        _ => Reply::new(200, "text/html", "<html>"),
    });
    let hibob = connect(&server);
    assert_eq!(hibob.probe("/timeoff/whosout", &[("from", "2026-01-01"), ("to", "2026-01-02")]).unwrap(), Access::Granted);
    assert_eq!(hibob.probe("/timeoff/policy-types", &[]).unwrap(), Access::Forbidden);
    assert_eq!(hibob.probe("/bulk/people/salaries", &[]).unwrap(), Access::NotThere);
    assert!(server.log().iter().all(|asked| asked.method == "GET" && asked.header("content-type").is_none()));
    let error = hibob.probe("/timeof", &[]).unwrap_err();
    assert_eq!(error.cause(), Some(&Cause::Html));
}

#[test]
fn fields_and_named_lists_come_as_bodies_and_as_records() {
    let lists = r#"{"site":{"name":"site","items":[{"id":7,"name":"Oslo"}]},"work.column_1":{"items":[]}}"#;
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/v1/company/people/fields" => Reply::json("[{\"id\":\"root.id\"},\n {\"id\":\"root.email\"}]"),
        "/v1/company/named-lists?includeArchived=true" => Reply::json(lists),
        other => panic!("{other}"),
    });
    let hibob = connect(&server);
    assert_eq!(hibob.named_lists().unwrap(), lists);
    assert!(hibob.fields().unwrap().starts_with("[{"));
    let records = |name, selection| drain(hibob.source(&request(name, &[]), selection).unwrap());
    assert_eq!(records("hibob.fields", Selection::Everyone).whole(), [r#"{"id":"root.id"}"#, r#"{"id":"root.email"}"#]);
    assert_eq!(
        records("hibob.named_lists", Selection::Everyone).whole(),
        [
            r#"{"id":"site","name":"site","items":[{"id":7,"name":"Oslo"}]}"#,
            r#"{"id":"work.column_1","name":"work.column_1","items":[]}"#
        ]
    );
    let first = records("hibob.fields", Selection::First(1));
    assert_eq!((first.records.len(), format!("{:?}", first.scope)), (1, "CutShort(\"--limit 1\")".to_owned()));
}

#[test]
fn a_resource_that_hibob_does_not_have_and_employees_of_none_are_refused_without_a_call() {
    let server = Server::start(|_| Reply::status(404));
    let hibob = connect(&server);
    let error = super::refused(hibob.source(&request("hibob.time_off_requests", &[]), Selection::Everyone));
    assert_eq!(error, "hibob.time_off_requests is no answer of HiBob's (a fault of the program)");
    for name in ["hibob.fields", "hibob.time_off_changes", "hibob.time_off_balances"] {
        let employee = Selection::Employee("1".to_owned());
        let error = hibob.source(&request(name, &[]), employee).err();
        assert!(matches!(error, Some(HibobError::NotOfEmployees { .. })), "{name}");
    }
    assert_eq!(server.count(), 0);
}

#[test]
fn no_call_is_made_before_the_reset_of_a_window_that_is_used_up() {
    let next_second = |asked: &Asked| asked.at.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() + 1;
    let server = Server::start(move |asked| {
        let reply = company(15)(asked).with("x-ratelimit-limit", 2).with("x-ratelimit-reset", next_second(asked));
        reply.with("x-ratelimit-remaining", if asked.number % 2 == 1 { 0 } else { 1 })
    });
    let hibob = Hibob::connect(Settings { in_flight: 1, ..settings(&server) }).unwrap();
    assert_eq!(drain(people(&hibob)).whole().len(), 15);
    let log = server.log();
    assert_eq!(log.len(), 6);
    for pair in [(1, 2), (3, 4)] {
        let reset = std::time::UNIX_EPOCH + Duration::from_secs(next_second(&log[pair.0]));
        assert!(log[pair.1].at >= reset && log[pair.1].at < reset + Duration::from_secs(3), "{pair:?}");
    }
}

#[test]
fn a_429_is_waited_out_as_told_by_every_call_to_the_endpoint() {
    let server = Server::start(|asked| match asked.number {
        1 => Reply::status(429).with("retry-after", 1),
        _ => company(6)(asked),
    });
    let began = std::time::Instant::now();
    let mut source = people(&connect(&server));
    let mut batch = Batch::default();
    while source.next(&mut batch).unwrap() {}
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(950) && took < Duration::from_secs(4), "{took:?}");
    assert!(server.count() <= 4 + 1);
}

#[test]
fn a_host_that_speaks_no_tls_is_told_from_one_that_is_not_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = std::io::Read::read(&mut stream, &mut [0; 1000]);
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let mut settings = settings(&Server::start(|_| Reply::status(200)));
    settings.address = Address::parse(&address).unwrap();
    let error = Hibob::connect(Settings { retries: 1, ..settings }).unwrap().fields().unwrap_err();
    let Some(Cause::Unreachable { why, .. }) = error.cause() else { panic!("{error}") };
    assert_eq!(why, "TLS: what answers there speaks no https, perhaps plain http");
}
