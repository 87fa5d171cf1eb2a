//! What every store of the state must do. Run over SQLite here, and over PostgreSQL by `tests/real/state.rs`.

use bobmap::plan::{Existing, JoinFact, Row};
use bobmap::state::{Link, Outcome, Run, State, StateError};
use jiff::Timestamp;

/// Opens one and the same new state, for a tenant.
pub type Open<'o> = dyn Fn(&str) -> State + 'o;

pub fn everything_holds(new: &dyn Fn() -> Box<Open<'static>>) {
    let bodies: [fn(&Open<'_>); 7] = [
        pending_rows_count_once_they_have_arrived_and_are_forgotten_otherwise,
        rows_come_whole_in_the_order_of_their_keys,
        a_job_is_locked_until_its_holder_ends_and_others_are_not,
        a_run_without_an_end_was_killed_when_the_next_one_begins,
        links_are_replaced_and_forgotten,
        tenants_do_not_see_each_other,
        the_earliest_beginning_stays,
    ];
    bodies.iter().for_each(|body| body(&*new()));
}

fn rows(keys: &[&str]) -> Vec<Row> {
    let row = |key: &&str| Row { key: (*key).to_owned(), source: None, cells: "{}".to_owned(), line: Some(format!("{key}\n")) };
    keys.iter().map(row).collect()
}

fn written(state: &State, job: &str) -> Vec<Row> {
    let mut written = state.written(job).unwrap();
    std::iter::from_fn(|| written.next().unwrap()).collect()
}

fn keys(state: &State, job: &str) -> Vec<String> {
    written(state, job).into_iter().map(|row| row.key).collect()
}

fn pend(state: &State, job: &str, sum: &str, keys: &[&str]) {
    state.pend(job, sum, |take| rows(keys).into_iter().try_for_each(take)).unwrap();
}

fn pending_rows_count_once_they_have_arrived_and_are_forgotten_otherwise(open: &Open<'_>) {
    let state = open("");
    pend(&state, "a", "1", &["y", "x"]);
    pend(&state, "b", "2", &["z"]);
    assert_eq!(keys(&state, "a"), [""; 0]);
    assert_eq!(state.pending("a").unwrap().as_deref(), Some("1"));
    state.settle("a", true).unwrap();
    assert_eq!(keys(&state, "a"), ["x", "y"]);
    assert_eq!(state.written_sum("a").unwrap().as_deref(), Some("1"));
    pend(&state, "a", "3", &["q"]);
    pend(&state, "a", "4", &["p", "q"]);
    state.settle("a", false).unwrap();
    assert_eq!(keys(&state, "a"), ["x", "y"]);
    assert_eq!(state.pending("a").unwrap(), None);
    state.settle("b", true).unwrap();
    assert_eq!(keys(&state, "b"), ["z"]);
    // Rows that can't be read to the end leave nothing behind.
    let failed = state.pend("b", "5", |take| {
        rows(&["r", "s"]).into_iter().try_for_each(take)?;
        Err(bobmap::plan::PlanError::KeyTwice)
    });
    assert!(failed.is_err());
    assert_eq!((state.pending("b").unwrap(), keys(&state, "b")), (None, vec!["z".to_owned()]));
}

/// More rows than are read at a time, with every sign that a text can have.
fn rows_come_whole_in_the_order_of_their_keys(open: &Open<'_>) {
    let state = open("");
    let texts = ["Zoë 🧑‍🚀", "a\u{0}b", "\\N\t\n\r\\x41", "'\"", "\u{feff}", "null"];
    let row = |number: usize| Row {
        key: format!("{}{number:05}", ["a", "B", "é", "\u{0}", "~", "\u{10ffff}"][number % 6]),
        source: (!number.is_multiple_of(3)).then(|| texts[number % texts.len()].to_owned()),
        cells: format!("{{\"a\":\"{}\"}}", texts[number % texts.len()]),
        line: Some(texts[(number / 7) % texts.len()].to_owned()),
    };
    let mut all: Vec<Row> = (0..2500).map(row).collect();
    state.pend("a", "1", |take| all.iter().rev().cloned().try_for_each(take)).unwrap();
    state.settle("a", true).unwrap();
    all.sort_by(|one, other| one.key.as_bytes().cmp(other.key.as_bytes()));
    assert!(written(&state, "a") == all);
}

fn a_job_is_locked_until_its_holder_ends_and_others_are_not(open: &Open<'_>) {
    let (state, other) = (open(""), open(""));
    let lock = state.lock("a").unwrap();
    lock.check().unwrap();
    match other.lock("a").map(drop) {
        Err(StateError::Busy { job, holder }) => {
            assert!(job == "a" && holder.contains(&format!("process {}", std::process::id())), "{job} {holder}");
        }
        taken => panic!("{taken:?}"),
    }
    other.lock("b").unwrap();
    open("acme").lock("a").unwrap();
    drop(lock);
    let lock = other.lock("a").unwrap();
    assert!(matches!(state.lock("a").map(drop), Err(StateError::Busy { .. })));
    drop(lock);
    state.lock("a").unwrap();
}

fn outcomes(runs: Vec<Run>) -> Vec<(i64, Outcome)> {
    runs.into_iter().map(|run| (run.id, run.outcome)).collect()
}

fn a_run_without_an_end_was_killed_when_the_next_one_begins(open: &Open<'_>) {
    let state = open("");
    let now = Timestamp::UNIX_EPOCH;
    let (first, other) = (state.begin("a", now).unwrap(), state.begin("b", now).unwrap());
    let second = state.begin("a", now).unwrap();
    state.end(second, Outcome::Applied, (Some("sum"), None), Some("Zoë"), now).unwrap();
    let expected = [(second, Outcome::Applied), (other, Outcome::Running), (first, Outcome::Killed)];
    assert_eq!(outcomes(state.runs(None, false, 9).unwrap()), expected);
    assert_eq!(outcomes(state.runs(None, false, 1).unwrap()), expected[..1]);
    assert_eq!(state.runs(Some("b"), false, 9).unwrap().len(), 1);
    let run = state.run(second, false).unwrap();
    assert_eq!((run.checksum.as_deref(), run.message.as_deref(), run.summary), (Some("sum"), Some("Zoë"), None));
    assert_eq!((run.started.as_str(), run.ended.as_deref()), ("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00Z")));
    assert!(run.worker.unwrap().starts_with(&format!("process {}", std::process::id())));
    assert!(matches!(state.run(99, true), Err(StateError::NoRun(99))));
    let joins = vec![JoinFact { name: "m.$boss".to_owned(), rows: 3, matched: 2 }];
    state.set_joins("a", &joins).unwrap();
    assert_eq!((state.joins("a").unwrap(), state.joins("b").unwrap()), (joins, Vec::new()));
}

fn link(key: &str, id: &str, gone: bool) -> Link {
    Link { key: key.to_owned(), source: Some("7".to_owned()).filter(|_| !gone), id: id.to_owned(), gone }
}

fn links(state: &State, place: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let collect = |link| {
        links.push(link);
        Ok::<_, StateError>(())
    };
    state.links("a", place, collect).unwrap();
    links
}

fn links_are_replaced_and_forgotten(open: &Open<'_>) {
    let state = open("");
    let many: Vec<Link> = (0..1001).map(|number| link(&format!("{number:05}"), &format!("id{number}"), false)).collect();
    state.set_links("a", "here", &many).unwrap();
    state.set_links("a", "there", &[link("x", "id0", false)]).unwrap();
    assert_eq!(links(&state, "here"), many);
    // A record that had another key has this one now; a key that had another record, too.
    state.set_links("a", "here", &[link("00001", "id0", true)]).unwrap();
    let here = links(&state, "here");
    assert_eq!((here.len(), &here[0]), (1000, &link("00001", "id0", true)));
    state.unlink("a", "here", "00001").unwrap();
    assert_eq!(links(&state, "here").len(), 999);
    assert_eq!(links(&state, "there"), [link("x", "id0", false)]);
}

fn tenants_do_not_see_each_other(open: &Open<'_>) {
    let (nobody, acme, zeta) = (open(""), open("acme"), open("zeta"));
    let now = Timestamp::UNIX_EPOCH;
    let states = [&nobody, &acme, &zeta];
    for (state, key) in states.iter().zip(["n", "a", "z"]) {
        pend(state, "job", key, &[key]);
        state.settle("job", true).unwrap();
        state.set_links("a", "here", &[link(key, key, false)]).unwrap();
        state.set_joins("job", &[JoinFact { name: key.to_owned(), rows: 1, matched: 1 }]).unwrap();
    }
    let runs: Vec<i64> = states.iter().map(|state| state.begin("job", now).unwrap()).collect();
    pend(&zeta, "job", "new", &["y", "z"]);
    for ((state, key), run) in states.iter().zip(["n", "a", "z"]).zip(&runs) {
        assert_eq!(keys(state, "job"), [key]);
        assert_eq!(links(state, "here"), [link(key, key, false)]);
        assert_eq!(state.joins("job").unwrap()[0].name, key);
        assert_eq!(outcomes(state.runs(None, false, 9).unwrap()), [(*run, Outcome::Running)]);
        assert_eq!(state.runs(None, true, 9).unwrap().len(), 3);
    }
    assert!(matches!(acme.run(runs[2], false), Err(StateError::NoRun(_))));
    assert_eq!(acme.run(runs[2], true).unwrap().tenant, "zeta");
    acme.unlink("a", "here", "z").unwrap();
    assert_eq!(links(&zeta, "here").len(), 1);
}

fn the_earliest_beginning_stays(open: &Open<'_>) {
    let state = open("");
    let day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
    assert_eq!(state.since("a").unwrap(), None);
    for (given, kept) in [(5, 5), (9, 5), (3, 3), (4, 3)] {
        state.set_since("a", day(given)).unwrap();
        assert_eq!(state.since("a").unwrap(), Some(day(kept)));
    }
    assert_eq!((state.since("b").unwrap(), open("acme").since("a").unwrap()), (None, None));
}

#[test]
fn sqlite_does_what_a_state_must() {
    everything_holds(&|| {
        let folder = tempfile::tempdir().unwrap();
        Box::new(move |tenant| {
            let place = bobmap::state::Place::File(folder.path().join("new/state.sqlite"));
            State::open(&place, tenant).unwrap()
        })
    });
}
