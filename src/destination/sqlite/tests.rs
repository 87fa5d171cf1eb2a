use super::SqliteDestination;
use crate::destination::{Deletes, Destination, DestinationError, Drift};
use crate::plan::{Column, Held, Row, Summary, Workbench};
use crate::value::Kind;
use jiff::Timestamp;
use rusqlite::Connection;
use std::path::Path;

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind, personal: false }
}

fn columns() -> Vec<Column> {
    vec![
        column("name", Kind::String),
        column("leave", Kind::Decimal),
        column("active", Kind::Boolean),
        column("tags", Kind::List),
        column("id", Kind::Integer),
    ]
}

fn open(path: &Path, columns: Vec<Column>, deletes: Deletes) -> SqliteDestination {
    SqliteDestination::open(path, "people", "job", columns, deletes).unwrap()
}

/// Makes the table what `rows` say, and returns what that took.
fn sync(destination: &mut SqliteDestination, rows: &[(&str, &str)], held: &Held) -> Summary {
    let mut bench = Workbench::new().unwrap();
    for (key, cells) in rows {
        bench.desire(&Row { key: (*key).to_owned(), source: None, cells: (*cells).to_owned(), line: None }).unwrap();
    }
    let columns = destination.columns.clone();
    let summary = bench.compare(&mut *destination.existing().unwrap(), held, &columns).unwrap();
    destination.apply(&bench, Timestamp::UNIX_EPOCH).unwrap();
    summary
}

fn numbers(summary: &Summary) -> [u64; 5] {
    [summary.creates, summary.updates, summary.deletes, summary.unchanged, summary.held]
}

const ANA: (&str, &str) = ("1", r#"{"name":"Ana \"A\"","leave":10.50,"active":true,"tags":["x","y"],"id":3332883884017713201}"#);
const BEN: (&str, &str) =
    ("2", r#"{"name":"","leave":0.1000000000000000055511151231257827,"active":false,"tags":null,"id":null}"#);

#[test]
fn what_was_written_is_read_again_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.sqlite");
    let mut destination = open(&path, columns(), Deletes::Hard);
    assert_eq!(destination.drift().unwrap(), Some(Drift::Missing));
    assert_eq!(numbers(&sync(&mut destination, &[ANA, BEN], &Held::default())), [2, 0, 0, 0, 0]);
    let mut again = open(&path, columns(), Deletes::Hard);
    assert_eq!(again.drift().unwrap(), None);
    assert_eq!(numbers(&sync(&mut again, &[ANA, BEN], &Held::default())), [0, 0, 0, 2, 0]);
    let found: (String, f64, i64, String, i64) = Connection::open(&path)
        .unwrap()
        .query_row("SELECT name, leave, active, tags, id FROM people WHERE _bobmap_key = '1'", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .unwrap();
    assert_eq!(found, ("Ana \"A\"".to_owned(), 10.5, 1, r#"["x","y"]"#.to_owned(), 3332883884017713201));
}

#[test]
fn rows_are_deleted_softly_or_hard_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    for (deletes, left) in [(Deletes::Soft, 2), (Deletes::Hard, 1)] {
        let path = folder.path().join(format!("{deletes:?}.sqlite"));
        let mut destination = open(&path, columns(), deletes);
        sync(&mut destination, &[ANA, BEN], &Held::default());
        assert_eq!(numbers(&sync(&mut destination, &[ANA], &Held::default())), [0, 0, 1, 1, 0]);
        let rows: i64 = Connection::open(&path).unwrap().query_row("SELECT count(*) FROM people", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, left);
        assert_eq!(numbers(&sync(&mut destination, &[ANA, BEN], &Held::default())), [1, 0, 0, 1, 0]);
    }
}

#[test]
fn held_rows_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut destination = open(&folder.path().join("people.sqlite"), columns(), Deletes::Hard);
    sync(&mut destination, &[ANA, BEN], &Held::default());
    let mut held = Held::default();
    held.add(Some("2".to_owned()), None);
    assert_eq!(numbers(&sync(&mut destination, &[], &held)), [0, 0, 1, 0, 1]);
    held.add_incomplete("--limit 1".to_owned());
    assert_eq!(numbers(&sync(&mut destination, &[ANA], &held)), [1, 0, 0, 0, 1]);
}

#[test]
fn values_that_somebody_changed_are_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.sqlite");
    let mut destination = open(&path, columns(), Deletes::Hard);
    sync(&mut destination, &[ANA, BEN], &Held::default());
    Connection::open(&path).unwrap().execute_batch("UPDATE people SET leave = 'many', name = NULL WHERE id IS NULL").unwrap();
    let summary = sync(&mut destination, &[ANA, BEN], &Held::default());
    assert_eq!(numbers(&summary), [0, 1, 0, 1, 0]);
    let changed: Vec<&str> = summary.fields.iter().filter(|field| field.updates > 0).map(|field| &*field.name).collect();
    assert_eq!(changed, ["name", "leave"]);
}

#[test]
fn columns_come_go_and_change_their_type() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.sqlite");
    sync(&mut open(&path, columns(), Deletes::Hard), &[ANA, BEN], &Held::default());
    let later = vec![column("name", Kind::String), column("leave", Kind::String), column("team", Kind::String)];
    let mut destination = open(&path, later, Deletes::Hard);
    assert_eq!(destination.drift().unwrap(), Some(Drift::Columns));
    assert_eq!(destination.dropped_columns().unwrap(), ["leave", "active", "tags", "id"]);
    let rows = [("1", r#"{"name":"Ana \"A\"","leave":"10.50","team":"blue"}"#), ("2", r#"{"name":"","leave":null,"team":null}"#)];
    assert_eq!(numbers(&sync(&mut destination, &rows, &Held::default())), [0, 1, 0, 1, 0]);
    assert_eq!(destination.dropped_columns().unwrap(), [""; 0]);
    assert_eq!(numbers(&sync(&mut destination, &rows, &Held::default())), [0, 0, 0, 2, 0]);
}

#[test]
fn tables_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.sqlite");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE people (a)").unwrap();
    let mut destination = open(&path, columns(), Deletes::Hard);
    assert!(matches!(destination.existing().err(), Some(DestinationError::Foreign(message)) if message.contains("did not make")));
    let mut other = SqliteDestination::open(&path, "staff", "job", columns(), Deletes::Hard).unwrap();
    sync(&mut other, &[ANA], &Held::default());
    let mut thief = SqliteDestination::open(&path, "staff", "other", columns(), Deletes::Hard).unwrap();
    assert!(matches!(thief.existing().err(), Some(DestinationError::Foreign(message)) if message.contains("the job `job`")));
}

#[test]
fn a_value_that_does_not_fit_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut destination = open(&folder.path().join("people.sqlite"), columns(), Deletes::Hard);
    sync(&mut destination, &[ANA], &Held::default());
    let mut bench = Workbench::new().unwrap();
    for (key, cells) in [("1", "{}"), ("2", r#"{"id":99999999999999999999}"#)] {
        bench.desire(&Row { key: key.to_owned(), source: None, cells: cells.to_owned(), line: None }).unwrap();
    }
    bench.compare(&mut *destination.existing().unwrap(), &Held::default(), &columns()).unwrap();
    let error = destination.apply(&bench, Timestamp::UNIX_EPOCH).unwrap_err();
    assert!(error.to_string().contains("`id`"), "{error}");
    assert_eq!(numbers(&sync(&mut destination, &[ANA], &Held::default())), [0, 0, 0, 1, 0]);
}
