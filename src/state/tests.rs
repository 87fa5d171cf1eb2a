use super::{Outcome, State, StateError};
use crate::plan::{Existing, Row};
use jiff::Timestamp;

fn state() -> (tempfile::TempDir, State) {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&folder.path().join("new/state.sqlite")).unwrap();
    (folder, state)
}

fn rows(keys: &[&str]) -> Vec<Row> {
    let row = |key: &&str| Row { key: (*key).to_owned(), source: None, cells: "{}".to_owned(), line: Some(format!("{key}\n")) };
    keys.iter().map(row).collect()
}

fn written(state: &State, job: &str) -> Vec<String> {
    let mut written = state.written(job).unwrap();
    std::iter::from_fn(|| written.next().unwrap()).map(|row| row.key).collect()
}

fn pend(state: &State, job: &str, sum: &str, keys: &[&str]) {
    state.pend(job, sum, |take| rows(keys).into_iter().try_for_each(take)).unwrap();
}

#[test]
fn pending_rows_count_once_they_have_arrived_and_are_forgotten_otherwise() {
    let (_folder, state) = state();
    pend(&state, "a", "1", &["y", "x"]);
    pend(&state, "b", "2", &["z"]);
    assert_eq!(written(&state, "a"), [""; 0]);
    assert_eq!(state.pending("a").unwrap().as_deref(), Some("1"));
    state.settle("a", true).unwrap();
    assert_eq!(written(&state, "a"), ["x", "y"]);
    pend(&state, "a", "3", &["q"]);
    pend(&state, "a", "4", &["p", "q"]);
    state.settle("a", false).unwrap();
    assert_eq!(written(&state, "a"), ["x", "y"]);
    assert_eq!(state.pending("a").unwrap(), None);
    state.settle("b", true).unwrap();
    assert_eq!(written(&state, "b"), ["z"]);
}

#[test]
fn more_rows_than_a_page_come_in_the_order_of_their_keys() {
    let (_folder, state) = state();
    let keys: Vec<String> = (0..2500).map(|number| format!("{number:05}")).collect();
    pend(&state, "a", "1", &keys.iter().rev().map(String::as_str).collect::<Vec<_>>());
    state.settle("a", true).unwrap();
    assert_eq!(written(&state, "a"), keys);
}

#[test]
fn a_job_is_locked_until_its_holder_ends_and_others_are_not() {
    let (_folder, state) = state();
    let lock = state.lock("a").unwrap();
    assert!(matches!(state.lock("a"), Err(StateError::Busy { .. })));
    state.lock("b").unwrap();
    drop(lock);
    state.lock("a").unwrap();
}

#[test]
fn a_run_without_an_end_was_killed_when_the_next_one_begins() {
    let (_folder, state) = state();
    let now = Timestamp::UNIX_EPOCH;
    let (first, other) = (state.begin("a", now).unwrap(), state.begin("b", now).unwrap());
    let second = state.begin("a", now).unwrap();
    state.end(second, Outcome::Applied, (Some("sum"), None), None, now).unwrap();
    let outcomes: Vec<_> = state.runs(None, 9).unwrap().into_iter().map(|run| (run.id, run.outcome)).collect();
    assert_eq!(outcomes, [(second, Outcome::Applied), (other, Outcome::Running), (first, Outcome::Killed)]);
    assert_eq!(state.runs(Some("b"), 9).unwrap().len(), 1);
    assert!(matches!(state.run(99), Err(StateError::NoRun(99))));
}

#[test]
fn another_file_is_never_taken_for_the_state() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "no database, and longer than a header of one hundred bytes would be, so that SQLite looks at it closely",
    )
    .unwrap();
    assert!(matches!(State::open(&text), Err(StateError::Foreign(_))));
    let foreign = folder.path().join("foreign.sqlite");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(matches!(State::open(&foreign), Err(StateError::Foreign(_))));
}
