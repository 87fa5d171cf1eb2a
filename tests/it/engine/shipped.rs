//! The mappings of the repository over records that nobody foresaw.

use bobmap::catalog::Catalog;
use bobmap::engine::observe::Observer;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Joined, JoinedSet, Memory, Outcome, RecordName};
use bobmap::mapping::{Environment, Mapping, Project, compile};
use bobmap::sink::{Format, RowEncoder};
use bobmap::source::Place;
use bobmap::value::path::{Segment, Selector};
use bobmap::value::read::ReadPlan;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::{prop_assert, prop_assert_eq, proptest};
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::LazyLock;

/// One that has a short way of each kind, and what may stand in it.
const SHORT_WAYS: &str = "
mapping: short_ways
format: 1
source: hibob.people
key: id
defaults: { on_missing: blank, on_invalid: try_next, missing_values: ['-', hired] }
fields:
  id: { from: [$.id, $.work.employeeIdInCompany], on_invalid: reject }
  whole: { type: integer, from: [$.work.employeeIdInCompany, $.companyId] }
  part: { type: decimal, from: [$.work.tenureDurationYears, $.companyId] }
  mail: { type: email, from: [$.email, $.home.privateEmail], then: [lower] }
  title: { from: [$.work.title, { path: $.work.department, then: [upper] }], then: [trim], default: none }
  day: { type: date, from: [$.work.startDate, $.creationDate], then: [{ parse_date: [DD/MM/YYYY] }] }
  plain_day: { type: date, from: [$.work.startDate, $.creationDate] }
  status: { type: enum, from: [$.internal.status, $.internal.lifecycleStatus], spellings: { active: [active], left: [terminated, approved] } }
  kind: { type: enum, from: $.internal.status, spellings: { one: [active] }, otherwise: other }
  name: { template: '{title?} {mail?}' }
  blank: { blank_among: [whole, mail, title, day, status] }
";

/// Every mapping of the repository and of the test fixtures, compiled, and [`SHORT_WAYS`].
static MAPPINGS: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let mut project = Project::default();
    for folder in ["mappings", "tests/fixtures/mappings"] {
        add(&mut project, &Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    }
    project.add("short_ways.yaml", SHORT_WAYS);
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err(String::new()) };
    project.names().map(|name| compile(&project, name, &environment).0.unwrap_or_else(|| panic!("{name} has errors"))).collect()
});

fn add(project: &mut Project, folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add(project, &path);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            project.add(&path.to_string_lossy(), &std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-zA-Z0-9 @.\u{5d0}\u{200f}-]{0,12}".prop_map(Value::from),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:00(Z|[+-]0[0-9]:00)?)?".prop_map(Value::from),
        proptest::sample::select(vec![
            "Active",
            "terminated",
            "approved",
            "hired",
            "",
            "     ",
            "-",
            "a@example.test",
            "262634073"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            inner.prop_map(|value| json!({ "value": value, "date": "2026-01-01" }))
        ]
    })
}

/// An object in which each of the plan's paths that is made of names holds one of the values, or nothing.
fn record(plan: &ReadPlan, values: &[Option<Value>]) -> String {
    let mut record = Map::new();
    for slot in 0..plan.len() {
        let Some(value) = &values[slot % values.len()] else { continue };
        let names: Vec<&str> = plan.path(slot).segments.iter().map_while(first_name).collect();
        put(&mut record, &names, value);
    }
    Value::Object(record).to_string()
}

fn first_name(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Child(selectors) => match selectors.first() {
            Some(Selector::Name(name)) => Some(name),
            _ => None,
        },
        Segment::Descendant(_) => None,
    }
}

fn put(object: &mut Map<String, Value>, names: &[&str], value: &Value) {
    match names {
        [] => {}
        [last] => _ = object.insert((*last).to_owned(), value.clone()),
        [first, rest @ ..] => {
            let inner = object.entry(*first).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_has_exactly_one_outcome_and_what_is_written_is_json(
        values in vec(proptest::option::weighted(0.8, value()), 1..40),
        others in vec(proptest::option::weighted(0.8, value()), 1..40),
        look_at_keep in any::<bool>(),
    ) {
        for mapping in MAPPINGS.iter() {
            let joins = mapping.joins.iter().map(|join| Joined::Given(vec![record(&join.plan, &others)])).collect();
            let run_date = "2026-01-01".parse().unwrap();
            let engine = Engine { mapping, run_date, lists: Catalog::builtin(), joins, look_at_keep };
            let record = record(&mapping.record, &values);
            let mut counts = Counts::new(mapping);
            let (mut outcomes, mut written) = (0, Vec::new());
            let place = Place { record: 1, offset: 0, line: 1 };
            engine.apply(&mut Memory::default(), record.as_bytes().into(), place, &mut counts, &mut Unwatched, &mut |_, outcome| {
                outcomes += 1;
                match outcome {
                    Outcome::Kept(row) => {
                        let mut out = Vec::new();
                        mapping.layout.write(&row.cells, &vec![false; mapping.columns.len()], &mut out);
                        written.push(out);
                    }
                    Outcome::Rejected(reasons) => assert!(!reasons.is_empty(), "rejected for no reason"),
                    Outcome::Skipped(_) | Outcome::Stop(_) => {}
                }
            });
            prop_assert_eq!(outcomes, counts.rows, "{}", &mapping.name);
            prop_assert_eq!(counts.written + counts.rejected + counts.skipped.iter().sum::<u64>(), counts.rows);
            prop_assert!(mapping.rows.is_some() || counts.rows == 1);
            for row in written {
                prop_assert!(serde_json::from_slice::<Value>(&row).is_ok());
            }
        }
    }
    /// Whoever looks on sees the general way; nobody else takes it where there is a shorter one.
    #[test]
    fn neither_memory_of_earlier_records_nor_a_short_way_changes_what_a_record_comes_to(
        records in vec(vec(proptest::option::weighted(0.8, value()), 1..30), 1..5),
        joined in vec(vec(proptest::option::weighted(0.8, value()), 1..20), 0..4),
    ) {
        let mut memory = Memory::default();
        for mapping in MAPPINGS.iter() {
            let records: Vec<String> = records.iter().map(|values| record(&mapping.record, values)).collect();
            prop_assert_eq!(
                told(mapping, &records, &joined, |record, engine, counts, out| {
                    engine.apply(&mut memory, record.0.into(), record.1, counts, &mut Unwatched, out);
                }),
                told(mapping, &records, &joined, |record, engine, counts, out| {
                    let mut observer = Observer::new(mapping);
                    engine.apply(&mut Memory::default(), record.0.into(), record.1, counts, &mut observer, out);
                }),
                "{}", &mapping.name
            );
        }
    }
}

/// Everything that a mapping makes of some records: names, rows as JSON Lines and CSV, reasons, counts.
fn told(
    mapping: &Mapping,
    records: &[String],
    joined: &[Vec<Option<Value>>],
    mut apply: impl FnMut((&[u8], Place), &Engine<'_>, &mut Counts, &mut dyn FnMut(RecordName<'_>, Outcome<'_>)),
) -> (Vec<String>, Counts) {
    let run_date = "2026-01-01".parse().unwrap();
    let sets: Vec<JoinedSet> = mapping
        .joins
        .iter()
        .map(|join| {
            let mut set = JoinedSet::new(join);
            let records = joined.iter().map(|values| record(&join.plan, values));
            records.for_each(|record| drop(set.add(join, &record, run_date)));
            set
        })
        .collect();
    let engine = Engine::new(mapping, run_date, Catalog::builtin(), &sets);
    let mut counts = Counts::new(mapping);
    let mut told = Vec::new();
    let mut encoders = [Format::Jsonl, Format::Csv].map(|format| RowEncoder::new(mapping, format));
    for (number, record) in (1..).zip(records) {
        let place = Place { record: number, offset: 0, line: number };
        apply((record.as_bytes(), place), &engine, &mut counts, &mut |name, outcome| {
            told.push(format!("{name:?}"));
            told.push(match outcome {
                Outcome::Kept(row) => {
                    let mut out = Vec::new();
                    encoders.iter_mut().for_each(|encoder| encoder.row(&row.cells, &mut out));
                    String::from_utf8(out).unwrap()
                }
                other => format!("{other:?}"),
            });
        });
    }
    (told, counts)
}
