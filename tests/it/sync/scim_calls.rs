//! How a SCIM server is called: several calls at once, none that are not needed, none begun after Ctrl-C.

use super::scim::{ACTIVTRAK_MAPPING, CORE_MAPPING, Company, activtrak, person, plain, scim};
use crate::hibob::server::Asked;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Keeps posted people waiting until so many are there, or somebody opens it.
#[derive(Default)]
struct Gate {
    waiting: Mutex<usize>,
    came: Condvar,
    open: AtomicBool,
}

impl Gate {
    /// Whether so many came together.
    fn pass(&self, asked: &Asked, together: usize) -> bool {
        if asked.method != "POST" {
            return true;
        }
        let mut waiting = self.waiting.lock().unwrap();
        *waiting += 1;
        self.came.notify_all();
        let before = *waiting;
        let goal = before.div_ceil(together) * together;
        let wait = self.came.wait_timeout_while(waiting, Duration::from_secs(10), |waiting| {
            *waiting < goal && !self.open.load(Ordering::Relaxed)
        });
        !wait.unwrap().1.timed_out()
    }
}

#[test]
fn eight_people_are_sent_at_once() {
    let (gate, alone) = (Arc::new(Gate::default()), Arc::new(AtomicUsize::new(0)));
    let missed = Arc::clone(&alone);
    let pass = move |asked: &Asked| _ = missed.fetch_add(usize::from(!gate.pass(asked, 8)), Ordering::Relaxed);
    let company = Company::gated(CORE_MAPPING, "", pass, plain(|_| None));
    company.people(&(1..=16).map(person).collect::<Vec<_>>());
    company.expect(0);
    assert_eq!((company.users().len(), alone.load(Ordering::Relaxed)), (16, 0));
}

#[test]
#[cfg(unix)]
fn ctrl_c_lets_calls_end_that_have_begun_and_the_next_run_goes_on() {
    let gate = Arc::new(Gate::default());
    let kept = Arc::clone(&gate);
    let company = Company::gated(CORE_MAPPING, "", move |asked| _ = kept.pass(asked, 1000), plain(|_| None));
    company.people(&(1..=40).map(person).collect::<Vec<_>>());
    let mut sync = company.command(&["sync", "job", "--changes", "0"]);
    let child = sync.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let begun =
        gate.came.wait_timeout_while(gate.waiting.lock().unwrap(), Duration::from_secs(30), |waiting| *waiting < 8).unwrap();
    assert_eq!(*begun.0, 8);
    drop(begun);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    gate.open.store(true, Ordering::Relaxed);
    gate.came.notify_all();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(6), "{said}");
    assert!(said.contains("interrupted: 32 changes are left, and the next run goes on with them"), "{said}");
    assert_eq!(company.users().len(), 8);
    let said = company.expect(0);
    assert!(said.contains("32 to create, 8 unchanged"), "{said}");
    assert_eq!(company.users().len(), 40);
}

#[test]
fn who_takes_the_name_of_somebody_who_changes_theirs_comes_to_their_turn_again() {
    let company = Company::new(CORE_MAPPING, "", |asked, users| {
        let is_taken = |users: &[Value]| {
            let body = asked.json();
            users.iter().any(|user| user["userName"] == body["userName"] && user["externalId"] != body["externalId"])
        };
        if asked.method == "PUT" && is_taken(users) {
            return scim(409, &json!({ "scimType": "uniqueness" }));
        }
        plain(|_| None)(asked, users)
    });
    let mut people: Vec<Value> = (1..=8).map(person).collect();
    company.people(&people);
    company.expect(0);
    // The first takes the name that the second has still.
    people[0]["email"] = json!("p02@example.test");
    people[1]["email"] = json!("new@example.test");
    company.people(&people);
    assert!(company.expect(0).contains("2 to update"));
    assert!(company.expect(0).contains("nothing to do"));
}

#[test]
fn a_name_that_activtrak_cannot_take_away_is_told_of_and_not_sent_again() {
    let company = Company::new(ACTIVTRAK_MAPPING, "", activtrak);
    let mut people: Vec<Value> = (1..=3).map(person).collect();
    company.people(&people);
    company.expect(0);
    people[0]["firstName"] = Value::Null;
    people[1]["firstName"] = Value::Null;
    people[1]["displayName"] = Value::Null;
    company.people(&people);
    let asked = company.server.count();
    let said = company.expect(0);
    assert!(said.contains("nothing to do") && said.contains("3 values should be blank and stay"), "{said}");
    assert_eq!(company.written(asked), []);
    people[0]["work"]["employeeIdInCompany"] = json!(99);
    company.people(&people);
    company.expect(0);
    let written = company.written(asked);
    let patches: Vec<_> = written.iter().filter(|(_, body)| body.get("operations").is_some()).collect();
    assert_eq!(patches.len(), 1, "{written:?}");
}
