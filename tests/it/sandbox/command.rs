//! `bobmap sandbox`: prints where it listens, serves, and ends when it is told to.

use super::call_as;
use crate::run::complaint;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The running program, ended with the test.
struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Running {
    fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bobmap"));
        command.env_remove("BOB_SERVICE_USER_ID").env_remove("BOB_SERVICE_USER_TOKEN").envs(environment.iter().copied());
        let mut child = command.arg("sandbox").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }

    fn line(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    #[cfg(unix)]
    fn end(&mut self, signal: &str) -> Option<i32> {
        let ended = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(ended.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn it_says_where_it_listens_and_ends_cleanly_at_ctrl_c_and_when_it_is_terminated() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("requests.jsonl");
        let mut running = Running::start(&["--format", "json", "--employees", "9", "--log", log.to_str().unwrap()], &[]);
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let (url, token) = (said["base_url"].as_str().unwrap(), said["service_user_token"].as_str().unwrap());
        assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/v1"));
        let authorization = format!("Basic {}", super::base64(&format!("{}:{token}", said["service_user_id"].as_str().unwrap())));
        let reply = call_as(url, Some(&authorization), "POST", "/people/search", r#"{"showInactive":true}"#).unwrap();
        assert_eq!(reply.employees().len(), 9);
        assert_eq!(call_as(url, Some("Basic wrong"), "POST", "/people/search", "").unwrap().status, 401);
        let log = std::fs::read_to_string(log).unwrap();
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[0]["records"], &lines[1]["status"]), (2, &9.into(), &401.into()));
        assert!(!log.contains(token) && !log.contains(&authorization["Basic ".len()..]) && !log.contains("wrong"));
        assert_eq!(running.end(signal), Some(0), "{signal}");
    }
}

#[test]
fn what_became_of_every_request_is_written_before_it_says_where_it_listens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.jsonl");
    let day = ["--today", "2026-03-01", "--employees", "9", "--format", "json"];
    Running::start(&[&day[..], &["--time-off-truth", path.to_str().unwrap()]].concat(), &[]).line();
    let text = std::fs::read_to_string(&path).unwrap();
    let truth: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let settings = bobmap::sandbox::Settings { employees: Some(9), ..super::settings("") };
    assert_eq!(truth, bobmap::sandbox::Sandbox::start(settings).unwrap().time_off_truth());
    assert!(truth.len() > 40 && truth[0]["days"].is_array());
    let nowhere = folder.path().join("no/truth.jsonl");
    let said = complaint(&["sandbox", "--time-off-truth", nowhere.to_str().unwrap()], 3);
    assert!(said.contains("truth.jsonl can't be written"), "{said}");
}

#[test]
fn the_text_is_three_lines_for_a_shell() {
    let mut running = Running::start(&[], &[]);
    let text: Vec<String> = (0..7).map(|_| running.line()).collect();
    let url = text[0].strip_prefix("a HiBob with invented people listens on ").unwrap();
    assert_eq!(text[2], format!("  export BOB_BASE_URL={url}"));
    assert!(text[3].starts_with("  export BOB_SERVICE_USER_ID=SERVICE-"));
    assert!(text[4].starts_with("  export BOB_SERVICE_USER_TOKEN="));
    assert_eq!(text[6], "Ctrl-C ends it");
}

#[test]
fn credentials_of_the_environment_are_taken_and_the_token_is_not_printed() {
    let environment = [("BOB_SERVICE_USER_ID", "SERVICE-77"), ("BOB_SERVICE_USER_TOKEN", "hush-hush")];
    let mut running = Running::start(&["--format", "json"], &environment);
    let line = running.line();
    assert!(!line.contains("hush-hush"), "{line}");
    let said: Value = serde_json::from_str(&line).unwrap();
    let authorization = format!("Basic {}", super::base64("SERVICE-77:hush-hush"));
    let reply = call_as(said["base_url"].as_str().unwrap(), Some(&authorization), "GET", "/company/people/fields", "").unwrap();
    assert_eq!(reply.status, 200);
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_times_the_people_take_no_more_memory() {
    let peak = |employees: &str| -> u64 {
        let mut running = Running::start(&["--format", "json", "--employees", employees], &[]);
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let user = format!("{}:{}", said["service_user_id"].as_str().unwrap(), said["service_user_token"].as_str().unwrap());
        let authorization = format!("Basic {}", super::base64(&user));
        let body = r#"{"fields":["root.id","work.title"],"showInactive":true,"humanReadable":"APPEND"}"#;
        let reply = call_as(said["base_url"].as_str().unwrap(), Some(&authorization), "POST", "/people/search", body).unwrap();
        assert_eq!(reply.employees().len().to_string(), employees);
        let status = std::fs::read_to_string(format!("/proc/{}/status", running.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    let (small, large) = (peak("500"), peak("50000"));
    assert!(large < small + 4096, "{small} kB for 500, {large} kB for 50000");
}

#[test]
fn flags_that_make_no_sense_are_a_mistake() {
    for (arguments, said) in [
        (&["sandbox", "--employees", "0"][..], "0 is not in 1..=1000000"),
        (&["sandbox", "--employees", "1000001"], "1000001 is not in 1..=1000000"),
        (&["sandbox", "--faults", "html,truncate"], "did you mean `truncated`?"),
        (&["sandbox", "--faults", "zz"], "there is 429, 500, reset, slow, truncated, html, empty"),
        (&["sandbox", "--fault-rate", "2"], "expected a number from 0 to 1"),
        (&["sandbox", "--window", "0"], "expected a number above 0"),
        (&["sandbox", "--today", "2026-02-30"], "invalid value '2026-02-30'"),
    ] {
        let found = complaint(arguments, 2);
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn what_is_in_the_way_is_said() {
    assert_eq!(complaint(&["sandbox", "--scenario", "no/such.yaml"], 3), "error: no/such.yaml: there is no such file\n");
    let said = complaint(&["sandbox", "--today", "tomorrow"], 2);
    assert!(said.contains("expected a day of the calendar as year-month-day, such as 2026-03-31"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = complaint(&["sandbox", "--port", &port], 3);
    assert!(said.contains("Address already in use") && said.contains(&port), "{said}");
    let folder = tempfile::tempdir().unwrap();
    let said = complaint(&["sandbox", "--log", folder.path().to_str().unwrap()], 3);
    assert!(said.contains(folder.path().to_str().unwrap()), "{said}");
}
