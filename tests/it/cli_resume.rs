//! Long readings of time off that are killed on the way, and go on: the same bytes as those of a reading that nobody disturbed.

use crate::hibob::server::{Asked, Reply, Server};
use crate::hibob::time_off::{changes, taken_apart, with_balances};
use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A server that answers as `good` does, until it is told to keep silent: calls that come after so many parts were finished are
/// taken, and never answered.
struct Company {
    server: Server,
    /// The number of the first call for a part that is not answered.
    silent_from: Arc<AtomicUsize>,
    /// How many calls were not answered.
    unanswered: Arc<AtomicUsize>,
    in_flight: &'static str,
}

const NEVER: usize = usize::MAX;

impl Company {
    /// `part` says which part a call belongs to, of those that make parts.
    fn new(
        good: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
        part: impl Fn(&Asked) -> Option<usize> + Send + Sync + 'static,
    ) -> Company {
        let (silent_from, unanswered) = (Arc::new(AtomicUsize::new(NEVER)), Arc::new(AtomicUsize::new(0)));
        let (from, counted) = (Arc::clone(&silent_from), Arc::clone(&unanswered));
        let server = Server::start(move |asked| {
            let silent = part(asked).is_some_and(|part| part >= from.load(Ordering::SeqCst));
            counted.fetch_add(usize::from(silent), Ordering::SeqCst);
            let delay = if silent { Duration::from_secs(600) } else { Duration::ZERO };
            good(asked).with("x-ratelimit-limit", 1_000_000).slow(delay)
        });
        // One call at a time: none is on its way when the program is killed, and those after it can be counted.
        Company { server, silent_from, unanswered, in_flight: "1" }
    }

    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(cargo_bin!("bobmap"));
        command
            .current_dir(folder)
            .args(arguments)
            .args(["--in-flight", self.in_flight])
            .env("BOB_BASE_URL", self.server.url())
            .env("NO_COLOR", "1");
        command.env("BOB_SERVICE_USER_ID", "SERVICE-1").env("BOB_SERVICE_USER_TOKEN", "t0ken");
        command
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        self.command(folder, arguments).output().unwrap()
    }

    /// Runs until so many parts are finished, and kills it there.
    fn kill_after(&self, parts: usize, folder: &Path, arguments: &[&str]) {
        self.silent_from.store(parts, Ordering::SeqCst);
        let unanswered = || self.unanswered.load(Ordering::SeqCst);
        let before = unanswered();
        let mut child = self.command(folder, arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Instant::now();
        // A call that gets no answer has come, and everything before it is kept.
        while finished(folder) < parts || unanswered() == before {
            assert!(started.elapsed() < Duration::from_secs(30), "{} of {parts} parts", finished(folder));
            assert!(child.try_wait().unwrap().is_none(), "it ended");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.silent_from.store(NEVER, Ordering::SeqCst);
    }
}

/// How many parts are kept.
fn finished(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder.join("out.jsonl.parts")) else { return 0 };
    entries.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".jsonl")).count()
}

fn said(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked") && !text.contains("t0ken"), "{text}");
    text
}

fn out(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("out.jsonl")).unwrap()
}

/// Three changes a day, whose own moments tell in which window they come.
fn feed() -> Vec<Value> {
    let days = (0..900).map(|day| jiff::civil::date(2023, 8, 31).saturating_add(jiff::Span::new().days(day)));
    let changes = days.flat_map(|day| ["00:00:00", "12:00:00.5", "23:30:00"].map(|time| format!("{day}T{time}")));
    changes.enumerate().map(|(at, moment)| json!({ "changeType": "Created", "requestId": at, "createdOn": moment })).collect()
}

/// Windows of five months from 31 August 2023 on.
fn window(asked: &Asked) -> Option<usize> {
    let (_, query) = taken_apart(asked);
    let begins = ["2023-08-31T00", "2024-01-30T23", "2024-06-29T23", "2024-11-29T23", "2025-04-29T23", "2025-09-29T23"];
    Some(begins.iter().position(|begin| query["since"].starts_with(begin)).unwrap())
}

fn back_fill() -> Company {
    Company::new(|asked| changes(asked, &feed(), (true, true)), window)
}

const BACK_FILL: [&str; 8] =
    ["fetch", "time_off_changes", "--since", "2023-08-31", "--until", "2025-12-31", "--out", "out.jsonl"];

fn resumed<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["--resume"]].concat()
}

#[test]
fn a_back_fill_that_is_killed_at_each_window_gives_the_same_bytes() {
    let company = back_fill();
    let undisturbed = tempfile::tempdir().unwrap();
    let whole = company.run(undisturbed.path(), &BACK_FILL);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert_eq!(out(undisturbed.path()).lines().count(), 854 * 3 + 1);
    for windows in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        company.kill_after(windows, folder, &BACK_FILL);
        assert_eq!((finished(folder), folder.join("out.jsonl").exists()), (windows, false));
        let calls = company.server.count();
        let again = company.run(folder, &resumed(&BACK_FILL));
        assert_eq!(again.status.code(), Some(0), "{}", said(&again));
        assert_eq!(company.server.count() - calls, 6 - windows);
        assert_eq!(out(folder), out(undisturbed.path()), "killed after {windows} windows");
        assert_eq!(said(&again), said(&whole));
        assert!(!folder.join("out.jsonl.parts").exists());
    }
    // At each window in one reading, with calls on their way.
    let (company, folder) = (Company { in_flight: "4", ..back_fill() }, tempfile::tempdir().unwrap());
    company.kill_after(0, folder.path(), &BACK_FILL);
    for windows in 1..6 {
        company.kill_after(windows, folder.path(), &resumed(&BACK_FILL));
        assert_eq!(finished(folder.path()), windows);
    }
    assert!(company.run(folder.path(), &resumed(&BACK_FILL)).status.success());
    assert_eq!(out(folder.path()), out(undisturbed.path()));
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_alone_and_belongs_to_one_run_at_a_time() {
    use std::os::unix::fs::PermissionsExt;
    let (company, folder) = (back_fill(), tempfile::tempdir().unwrap());
    company.kill_after(2, folder.path(), &BACK_FILL);
    let parts = folder.path().join("out.jsonl.parts");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&parts), 0o700);
    assert_eq!([mode(&parts.join("part-000000.jsonl")), mode(&parts.join("question.json"))], [0o600, 0o600]);
    // The first run holds it while it waits for HiBob.
    company.silent_from.store(2, Ordering::SeqCst);
    let calls = company.server.count();
    let mut first = company.command(folder.path(), &resumed(&BACK_FILL)).stderr(Stdio::null()).spawn().unwrap();
    while company.server.count() == calls {
        std::thread::sleep(Duration::from_millis(5));
    }
    for flag in ["--resume", "--restart"] {
        let second = company.run(folder.path(), &[&BACK_FILL[..], &[flag]].concat());
        assert_eq!(second.status.code(), Some(3));
        assert_eq!(said(&second), "error: out.jsonl.parts: another run is using it: wait for its end\n", "{flag}");
    }
    assert_eq!(finished(folder.path()), 2);
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn what_an_earlier_run_left_is_told_with_both_ways_out() {
    let (company, folder) = (back_fill(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    company.kill_after(3, folder, &BACK_FILL);
    let calls = company.server.count();
    let refused = |arguments: &[&str]| {
        let output = company.run(folder, arguments);
        assert_eq!((output.status.code(), company.server.count()), (Some(2), calls), "{arguments:?}");
        assert_eq!(finished(folder), 3);
        said(&output)
    };
    assert_eq!(
        refused(&BACK_FILL),
        "error: out.jsonl.parts holds what an earlier run has finished: go on with --resume, or give --restart, which deletes it and \
         begins anew\n"
    );
    let mut other = resumed(&BACK_FILL);
    other[3] = "2020-01-01";
    assert_eq!(
        refused(&other),
        "error: out.jsonl.parts belongs to another question: --since is 2023-08-31T00:00:00Z there and 2020-01-01T00:00:00Z here. Ask \
         as before to go on, or give --restart, which deletes it and begins anew\n"
    );
    let balances = refused(&["fetch", "time_off_balances", "--out", "out.jsonl", "--resume", "--balance-date", "2026-01-01"]);
    assert!(balances.contains("the resource is hibob.time_off_changes there and hibob.time_off_balances here"), "{balances}");
    let mut stranger = company.command(folder, &resumed(&BACK_FILL));
    let output = stranger.env("BOB_SERVICE_USER_ID", "SERVICE-2").output().unwrap();
    assert!(said(&output).contains("another question: the service user is another one. Ask"), "{}", said(&output));
    assert_eq!(
        refused(&["fetch", "people", "--out", "out.jsonl", "--resume"]),
        "error: --resume is for time_off_changes, time_off_requests, time_off_balances; hibob.people is read in one go\n"
    );
    assert_eq!(
        refused(&["fetch", "time_off_changes", "--restart"]),
        "error: --restart needs --out FILE: what is finished is kept beside it, in FILE.parts\n"
    );
    // A file of somebody else's is not touched.
    std::fs::write(folder.join("out.jsonl.parts/notes.txt"), "mine").unwrap();
    let anew = company.run(folder, &[&BACK_FILL[..], &["--restart"]].concat());
    assert_eq!((anew.status.code(), finished(folder)), (Some(3), 0), "{}", said(&anew));
    std::fs::remove_file(folder.join("out.jsonl.parts/notes.txt")).unwrap();
    let anew = company.run(folder, &[&BACK_FILL[..], &["--restart"]].concat());
    assert_eq!((anew.status.code(), company.server.count() - calls), (Some(0), 6), "{}", said(&anew));
}

#[test]
fn the_end_that_the_clock_gave_at_the_first_start_counts_when_it_goes_on() {
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date();
    // Two windows, of five months and of less.
    let since = today.saturating_sub(jiff::Span::new().months(7)).to_string();
    let first = format!("{since}T00:00:00Z");
    let company = Company::new(
        |asked| Reply::json(json!({ "changes": [{ "requestId": taken_apart(asked).1["to"] }] })),
        move |asked| Some(usize::from(taken_apart(asked).1["since"] != first)),
    );
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["fetch", "time_off_changes", "--since", &since, "--out", "out.jsonl"];
    company.kill_after(1, folder.path(), &arguments);
    let ends = |company: &Company| company.server.log().iter().map(|asked| taken_apart(asked).1["to"].clone()).max().unwrap();
    let before = ends(&company);
    // HiBob is told whole seconds.
    std::thread::sleep(Duration::from_millis(1100));
    let again = company.run(folder.path(), &resumed(&arguments));
    assert_eq!((again.status.code(), ends(&company)), (Some(0), before), "{}", said(&again));
}

#[test]
fn a_run_that_fails_says_that_it_can_go_on_and_one_that_has_nothing_leaves_nothing() {
    let fails = Arc::new(AtomicUsize::new(3));
    let failing = Arc::clone(&fails);
    let company = Company::new(
        move |asked| {
            if window(asked).unwrap() >= failing.load(Ordering::SeqCst) {
                Reply::status(400)
            } else {
                changes(asked, &feed(), (true, false))
            }
        },
        |_| None,
    );
    let folder = tempfile::tempdir().unwrap();
    let output = company.run(folder.path(), &BACK_FILL);
    // What came ahead of the one that failed may be lost with it.
    assert_eq!((output.status.code(), finished(folder.path()) >= 2), (Some(3), true));
    let hint = "note: what is finished is kept in out.jsonl.parts: run the same again with --resume to go on from there\n";
    assert!(said(&output).starts_with(hint) && said(&output).contains("400: HiBob refuses the call"), "{}", said(&output));
    assert!(said(&output).contains("Does HiBob keep changes from so long ago? Give a later --since"), "{}", said(&output));
    fails.store(6, Ordering::SeqCst);
    let again = company.run(folder.path(), &resumed(&BACK_FILL));
    assert_eq!(again.status.code(), Some(0), "{}", said(&again));
    // With nothing to go on from, it begins.
    assert_eq!(company.run(folder.path(), &resumed(&BACK_FILL)).status.code(), Some(0));
    fails.store(0, Ordering::SeqCst);
    let empty = tempfile::tempdir().unwrap();
    let output = company.run(empty.path(), &BACK_FILL);
    assert_eq!((output.status.code(), empty.path().read_dir().unwrap().count()), (Some(3), 0));
    assert!(!said(&output).contains("--resume"), "{}", said(&output));
}

#[test]
fn a_part_that_was_damaged_is_not_taken_for_a_whole_one() {
    let (company, folder) = (back_fill(), tempfile::tempdir().unwrap());
    company.kill_after(2, folder.path(), &BACK_FILL);
    let part = folder.path().join("out.jsonl.parts/part-000001.jsonl");
    let text = std::fs::read_to_string(&part).unwrap();
    // What a kill in the middle of writing leaves is nobody's part.
    std::fs::write(folder.path().join("out.jsonl.parts/part-x7Yz.new"), &text[..100]).unwrap();
    for damaged in [&text[..text.len() / 2], &text[..text.rfind('{').unwrap()], ""] {
        std::fs::write(&part, damaged).unwrap();
        let output = company.run(folder.path(), &resumed(&BACK_FILL));
        assert_eq!((output.status.code(), folder.path().join("out.jsonl").exists()), (Some(3), false));
        assert!(said(&output).contains("part-000001.jsonl: it is damaged: begin anew with --restart"), "{}", said(&output));
    }
    std::fs::write(&part, text).unwrap();
    assert!(company.run(folder.path(), &resumed(&BACK_FILL)).status.success());
    assert!(!folder.path().join("out.jsonl.parts").exists());
}

const BALANCES: [&str; 8] = ["fetch", "time_off_balances", "--balance-date", "2026-03-31", "--batch", "4", "--out", "out.jsonl"];

/// Employees in fours.
fn batch(asked: &Asked) -> Option<usize> {
    let id = taken_apart(asked).0.strip_prefix("/timeoff/employees/")?.split('/').next()?.parse::<usize>().ok()?;
    Some((id - 1001) / 4)
}

#[test]
fn balances_that_are_killed_at_each_batch_give_the_same_bytes_and_the_same_people_are_asked_about() {
    let employees = Arc::new(AtomicUsize::new(18));
    let known = Arc::clone(&employees);
    let company = Company::new(
        move |asked| with_balances(if asked.method == "POST" { known.load(Ordering::SeqCst) } else { 30 })(asked),
        batch,
    );
    let undisturbed = tempfile::tempdir().unwrap();
    let whole = company.run(undisturbed.path(), &BALANCES);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert_eq!(out(undisturbed.path()).lines().count(), 18 + 12);
    assert!(said(&whole).contains("note: 24 balances are left out"), "{}", said(&whole));
    for batches in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        company.kill_after(batches, folder, &BALANCES);
        let calls = company.server.count();
        // Whoever is hired meanwhile is not asked about: the employees are those of the first start.
        employees.store(30, Ordering::SeqCst);
        let again = company.run(folder, &resumed(&BALANCES));
        employees.store(18, Ordering::SeqCst);
        assert_eq!(again.status.code(), Some(0), "{}", said(&again));
        assert_eq!(company.server.count() - calls, (18 - 4 * batches) * 3);
        assert_eq!((out(folder), said(&again)), (out(undisturbed.path()), said(&whole)), "killed after {batches} batches");
    }
}
