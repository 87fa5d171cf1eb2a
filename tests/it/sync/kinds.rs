//! Kinds of files that are more than lines: Parquet, read back by the crate's own reader, and calendars.

use super::Company;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::json;
use std::fs::File;

const MAPPING: &str = "\
mapping: typed
format: 1
source: hibob.people
key: id
fields:
  id: { from: $.id, personal: false }
  name: $.name
  mail: { type: email, from: $.mail }
  level: { type: enum, from: $.level, spellings: { low: [low], high: [high] } }
  floor: { type: integer, from: $.floor }
  cost: { type: decimal, from: $.cost }
  active: { type: boolean, from: $.active }
  born: { type: date, from: $.born }
  seen: { type: datetime, from: $.seen }
  tags: { type: list, from: { path: '$.tags[*]', take: all } }
  more: { type: json, from: $.more }
";

fn typed() -> Company {
    let company = Company::new();
    company.write("typed.yaml", MAPPING);
    company.to("{ file: people.parquet }");
    company
}

impl Company {
    fn to(&self, to: &str) {
        let job = format!("{{ mappings: typed.yaml, records: {{ hibob.people: people.jsonl }}, to: {to} }}");
        self.write("bobmap.yaml", &format!("jobs: {{ file: {job} }}\n"));
    }

    fn records(&self, records: &[serde_json::Value]) {
        self.write("people.jsonl", &records.iter().map(|record| format!("{record}\n")).collect::<String>());
    }

    fn parquet(&self, name: &str) -> SerializedFileReader<File> {
        SerializedFileReader::new(File::open(self.path(name)).unwrap()).unwrap()
    }
}

fn full() -> serde_json::Value {
    serde_json::from_str(
        r#"{ "id": "01", "name": "Ada \u0000 Ångström, \n\"Q\"", "mail": "ada@example.test", "level": "high",
            "floor": -9223372036854775808, "cost": 1.10, "active": true, "born": "1899-12-31",
            "seen": "2026-03-29T01:30:00.000001+02:00", "tags": ["a", "b"], "more": { "b": 1, "a": [null] } }"#,
    )
    .unwrap()
}

#[test]
fn parquet_keeps_the_types_and_every_digit() {
    let company = typed();
    let person: String = serde_json::to_string(&full()).unwrap().replace("1.1,", "12345678901234567890.1234567890,");
    company.write("people.jsonl", &format!("{person}\n{{\"id\":\"02\"}}\n"));
    company.expect(0, &["sync", "file"]);
    let file = company.parquet("people.parquet");
    let metadata = file.metadata().file_metadata();
    let told = &metadata.key_value_metadata().unwrap()[0];
    assert_eq!((told.key.as_str(), told.value.as_deref()), ("bobmap.mapping", Some("typed")));
    let types: Vec<_> = metadata
        .schema_descr()
        .columns()
        .iter()
        .map(|column| (column.name().to_owned(), column.physical_type(), column.logical_type_ref().cloned()))
        .collect();
    let text = |name: &str| (name.to_owned(), Type::BYTE_ARRAY, Some(LogicalType::String));
    let json = |name: &str| (name.to_owned(), Type::BYTE_ARRAY, Some(LogicalType::Json));
    let expected = vec![
        text("id"),
        text("name"),
        text("mail"),
        text("level"),
        ("floor".to_owned(), Type::INT64, None),
        text("cost"),
        ("active".to_owned(), Type::BOOLEAN, None),
        ("born".to_owned(), Type::INT32, Some(LogicalType::Date)),
        ("seen".to_owned(), Type::INT64, Some(LogicalType::timestamp(true, TimeUnit::MICROS))),
        json("tags"),
        json("more"),
    ];
    assert_eq!(types, expected);
    assert_eq!(metadata.schema_descr().column(0).converted_type(), ConvertedType::UTF8);
    let rows: Vec<_> = file.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let fields: Vec<Field> = rows[0].get_column_iter().map(|(_, field)| field.clone()).collect();
    let text = |text: &str| Field::Str(text.to_owned());
    assert_eq!(fields[0], text("01"));
    assert_eq!(fields[1], text("Ada \0 Ångström, \n\"Q\""));
    assert_eq!(fields[4], Field::Long(i64::MIN));
    assert_eq!(fields[5], text("12345678901234567890.1234567890"));
    assert_eq!(fields[6], Field::Bool(true));
    assert_eq!(fields[7], Field::Date(-25568));
    assert_eq!(fields[8], Field::TimestampMicros(1_774_740_600_000_001));
    assert_eq!((&fields[9], &fields[10]), (&text(r#"["a","b"]"#), &text(r#"{"b":1,"a":[null]}"#)));
    assert!(rows[1].get_column_iter().skip(1).all(|(_, field)| *field == Field::Null));
}

#[test]
fn the_same_rows_make_the_same_bytes_and_a_dry_run_writes_them_too() {
    let company = typed();
    company.records(&[full(), json!({ "id": "02", "floor": 2 })]);
    company.expect(0, &["sync", "file"]);
    let bytes = std::fs::read(company.path("people.parquet")).unwrap();
    assert!(company.expect(0, &["sync", "file"]).contains("nothing to do"));
    company.expect(0, &["dry-run", "typed.yaml", "--records", "people.jsonl", "--out", "dry.parquet"]);
    assert_eq!(std::fs::read(company.path("dry.parquet")).unwrap(), bytes);
    let output = company.run(&["dry-run", "typed.yaml", "--records", "people.jsonl", "--format", "parquet"]);
    assert_eq!(output.stdout, bytes);
    // Somebody's own bytes are put right.
    std::fs::write(company.path("people.parquet"), [&bytes[..], b"x"].concat()).unwrap();
    assert!(company.expect(0, &["sync", "file"]).contains("was changed by somebody else"));
    assert_eq!(std::fs::read(company.path("people.parquet")).unwrap(), bytes);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(company.path("people.parquet")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_column_of_another_type_makes_the_file_anew() {
    let company = typed();
    company.records(&[full(), json!({ "id": "02", "floor": 2 })]);
    company.expect(0, &["sync", "file"]);
    company.write("typed.yaml", &MAPPING.replace("type: integer", "type: decimal"));
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("2 unchanged") && said.contains("it is written in another form"), "{said}");
    let file = company.parquet("people.parquet");
    assert_eq!(file.metadata().file_metadata().schema_descr().column(4).physical_type(), Type::BYTE_ARRAY);
    assert!(company.expect(0, &["sync", "file"]).contains("nothing to do"));
}

#[test]
fn rows_that_are_held_stand_in_the_file_as_they_were() {
    let company = typed();
    company.write("typed.yaml", &MAPPING.replace("name: $.name", "name: { from: $.name, required: true }"));
    let person = |number: u32| json!({ "id": format!("{number:02}"), "name": format!("Ada {number}"), "floor": number });
    company.records(&(1..=20).map(person).collect::<Vec<_>>());
    company.expect(0, &["sync", "file"]);
    let mut people: Vec<_> = (1..=21).map(person).collect();
    people[2]["name"] = json!(null);
    people.remove(0);
    company.records(&people);
    company.expect(4, &["sync", "file"]);
    let rows: Vec<_> = company.parquet("people.parquet").get_row_iter(None).unwrap().map(Result::unwrap).collect();
    let floors: Vec<i64> = rows
        .iter()
        .map(|row| match row.get_column_iter().nth(4) {
            Some((_, Field::Long(floor))) => *floor,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(floors, [2].into_iter().chain(4..=21).chain([3]).collect::<Vec<i64>>());
}

#[test]
fn what_a_column_cannot_hold_stops_before_anything_is_written() {
    let company = typed();
    company.records(&[json!({ "id": "01", "floor": 1 })]);
    company.expect(0, &["sync", "file"]);
    let whole = std::fs::read(company.path("people.parquet")).unwrap();
    for (record, column) in [
        (r#"{"id":"02","floor":9223372036854775808}"#, "floor"),
        (r#"{"id":"02","seen":"2026-03-29T01:30:00.0000001Z"}"#, "seen"),
    ] {
        company.write("people.jsonl", &format!("{{\"id\":\"01\",\"floor\":1}}\n{record}\n"));
        let expected = format!("people.parquet: the column `{column}` can't hold a value: ");
        for arguments in
            [&["sync", "file"][..], &["dry-run", "typed.yaml", "--records", "people.jsonl", "--out", "people.parquet"]]
        {
            let said = company.expect(3, arguments);
            assert!(said.contains(&expected) && !said.contains("9223372036854775808"), "{said}");
            assert_eq!(std::fs::read(company.path("people.parquet")).unwrap(), whole);
        }
    }
    let left: Vec<_> = std::fs::read_dir(company.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[test]
fn many_rows_stand_in_groups() {
    let company = typed();
    let line = |number: u32| format!("{{\"id\":\"{number:06}\",\"name\":\"Ada\",\"floor\":{number}}}\n");
    company.write("people.jsonl", &(0..70_000).map(line).collect::<String>());
    company.expect(0, &["dry-run", "typed.yaml", "--records", "people.jsonl", "--out", "many.parquet"]);
    let file = company.parquet("many.parquet");
    let groups: Vec<i64> = file.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [65_536, 4_464]);
}

#[test]
fn no_rows_are_a_file_with_columns() {
    let company = typed();
    company.write("typed.yaml", &format!("{MAPPING}keep: {{ path: $.id, is: nobody }}\n"));
    company.records(&[full()]);
    company.expect(0, &["sync", "file"]);
    let file = company.parquet("people.parquet");
    assert_eq!(file.metadata().file_metadata().num_rows(), 0);
    assert_eq!(file.metadata().file_metadata().schema_descr().num_columns(), 11);
}

#[test]
fn rows_of_another_kind_of_file_are_never_written_into_this_one() {
    let company = typed();
    company.write("typed.yaml", &MAPPING.replace("name: $.name", "name: { from: $.name, required: true }"));
    let person = |number: u32| json!({ "id": format!("{number:02}"), "name": format!("Ada {number}") });
    let mut people: Vec<_> = (1..=20).map(person).collect();
    company.to("{ file: people.csv }");
    company.records(&people);
    company.expect(0, &["sync", "file"]);
    people[2]["name"] = json!(null);
    company.records(&people);
    for to in ["people.parquet", "people.jsonl2", "people.csv"] {
        let format = if to.ends_with('2') { ", format: jsonl" } else { "" };
        company.to(&format!("{{ file: {to}{format} }}"));
        company.expect(4, &["sync", "file"]);
    }
    let rows: Vec<_> = company.parquet("people.parquet").get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 19);
    assert!(company.read("people.jsonl2").lines().all(|line| line.starts_with('{')));
    assert_eq!(company.read("people.csv").lines().count(), 20);
}

const EVENTS: &str = "\
mapping: typed
format: 1
source: hibob.people
target: ical.event
key: uid
fields:
  uid: $.id
  stamp: $.stamp
  summary: { from: $.name, required: true }
  start_date: { type: date, from: $.start, then: [] }
  start: { type: datetime, from: $.start_time }
  end: { type: datetime, from: $.end_time }
  zone: $.zone
";

fn event(number: u32, zone: &str) -> serde_json::Value {
    json!({
        "id": format!("{number:02}"), "name": format!("Ada {number}"), "stamp": "2026-01-01T00:00:00Z", "start": "2026-03-28",
        "start_time": "2026-03-28T11:00:00Z", "end_time": "2026-03-29T11:00:00Z", "zone": zone,
    })
}

#[test]
fn a_calendar_holds_what_a_dry_run_writes_and_the_zones_of_held_events() {
    let company = typed();
    company.write("typed.yaml", EVENTS);
    company.to("{ file: leave.ics }");
    let mut events: Vec<_> = (1..=10).map(|number| event(number, "Europe/Berlin")).collect();
    events[0]["zone"] = json!("America/New_York");
    company.records(&events);
    company.expect(0, &["sync", "file"]);
    let first = company.read("leave.ics");
    let dry = company.run(&["dry-run", "typed.yaml", "--records", "people.jsonl", "--format", "ics"]);
    assert_eq!(first, String::from_utf8(dry.stdout).unwrap());
    assert!(company.expect(0, &["sync", "file"]).contains("nothing to do"));
    // The only event in New York can't be read, and stays with its zone.
    events[0]["name"] = json!(null);
    events[1]["name"] = json!("Bea");
    company.records(&events);
    company.expect(4, &["sync", "file"]);
    let second = company.read("leave.ics");
    assert!(second.contains("TZID:America/New_York\r\n") && second.contains("DTSTART;TZID=America/New_York:20260328T070000\r\n"));
    let calendar: icalendar::Calendar = second.parse().unwrap();
    assert_eq!(calendar.components.len(), 12);
    let zones = |text: &str| text.split("BEGIN:VEVENT").next().unwrap().to_owned();
    assert_eq!(zones(&first), zones(&second));
}
