use super::{Place, State, StateError, VERSION};
use crate::plan::Existing;
use std::path::Path;

fn open(path: &Path) -> Result<State, StateError> {
    State::open(&Place::File(path.to_owned()), "")
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
    assert!(matches!(open(&text), Err(StateError::Foreign { .. })));
    let foreign = folder.path().join("foreign.sqlite");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
    assert!(matches!(open(&foreign), Err(StateError::Foreign { .. })));
}

#[test]
fn a_later_state_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    drop(open(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", VERSION + 1).unwrap();
    assert!(matches!(open(&path), Err(StateError::Newer { version, .. }) if version == VERSION + 1));
}

/// As the first layout was.
const FIRST: &str = "
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, outcome TEXT NOT NULL,
        checksum TEXT, summary TEXT, message TEXT
    );
    CREATE INDEX runs_of_job ON runs (job, id);
    CREATE TABLE jobs (job TEXT PRIMARY KEY, generation INTEGER NOT NULL DEFAULT 0, sum TEXT, pending INTEGER, pending_sum TEXT,
        facts TEXT);
    CREATE TABLE written (
        job TEXT NOT NULL, generation INTEGER NOT NULL, key TEXT NOT NULL, source TEXT, cells TEXT NOT NULL, line TEXT NOT NULL,
        seq INTEGER NOT NULL, PRIMARY KEY (job, generation, key)
    ) WITHOUT ROWID;
    CREATE TABLE links (
        job TEXT NOT NULL, place TEXT NOT NULL, key TEXT NOT NULL, source TEXT, id TEXT NOT NULL, gone INTEGER NOT NULL,
        PRIMARY KEY (job, place, key)
    ) WITHOUT ROWID;
    INSERT INTO runs VALUES (7, 'people', '2026-01-01T00:00:00Z', NULL, 'applied', 'sum', NULL, NULL);
    INSERT INTO jobs VALUES ('people', 3, 'arrived', 4, 'pending', '[{\"name\":\"m.$j\",\"rows\":2,\"matched\":1}]');
    INSERT INTO written VALUES ('people', 3, 'k', '1', '{}', 'l', 0), ('people', 4, 'k', '1', '{}', 'l', 0);
    INSERT INTO links VALUES ('people', 'https://example.test/', 'k', '1', 'id', 1);
    PRAGMA user_version = 1;
";

#[test]
fn a_state_of_the_first_layout_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute_batch(FIRST).unwrap();
    for _ in 0..2 {
        let state = open(&path).unwrap();
        let runs = state.runs(Some("people"), false, 9).unwrap();
        assert_eq!((runs.len(), runs[0].id, runs[0].checksum.as_deref()), (1, 7, Some("sum")));
        assert_eq!(state.joins("people").unwrap()[0].matched, 1);
        assert_eq!(
            (state.written_sum("people").unwrap().as_deref(), state.pending("people").unwrap().as_deref()),
            (Some("arrived"), Some("pending"))
        );
        let mut written = state.written("people").unwrap();
        assert_eq!(written.next().unwrap().unwrap().line.as_deref(), Some("l"));
        assert!(written.next().unwrap().is_none());
        let mut links = Vec::new();
        let collect = |link: super::Link| {
            links.push(link.gone);
            Ok::<_, StateError>(())
        };
        state.links("people", "https://example.test/", collect).unwrap();
        assert_eq!(links, [true]);
        assert!(State::open(&Place::File(path.clone()), "acme").unwrap().runs(None, false, 9).unwrap().is_empty());
    }
    let state = open(&path).unwrap();
    state.settle("people", true).unwrap();
    assert_eq!(state.begin("people", jiff::Timestamp::UNIX_EPOCH).unwrap(), 8);
}
