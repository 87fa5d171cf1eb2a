//! Counts of parts of a run add up to those of the whole: threads, partitions and tenants rest on it.

use bobmap::catalog::Catalog;
use bobmap::engine::watch::Unwatched;
use bobmap::engine::{Counts, Engine, Memory};
use bobmap::mapping::{Environment, Project, compile};
use bobmap::source::Place;

#[test]
fn counts_of_parts_add_up_to_those_of_the_whole_in_any_order() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut project = Project::default();
    project.add("employee.yaml", &std::fs::read_to_string(format!("{root}/mappings/merge/employee.yaml")).unwrap());
    let environment = Environment { catalog: Catalog::builtin(), read_schema: &|_, _| Err(String::new()) };
    let mapping = compile(&project, "merge_employee", &environment).0.unwrap();
    let engine = Engine {
        mapping: &mapping,
        run_date: "2026-03-01".parse().unwrap(),
        lists: Catalog::builtin(),
        joins: Vec::new(),
        look_at_keep: true,
    };
    let people = std::fs::read_to_string(format!("{root}/tests/fixtures/hibob/people.json")).unwrap();
    let people: serde_json::Value = serde_json::from_str(&people).unwrap();
    let records: Vec<String> = people["employees"].as_array().unwrap().iter().map(ToString::to_string).collect();
    let count = |records: &[String]| {
        let mut counts = Counts::new(&mapping);
        let mut memory = Memory::default();
        for record in records {
            engine.apply(
                &mut memory,
                record.as_bytes().into(),
                Place { record: 1, offset: 0, line: 1 },
                &mut counts,
                &mut Unwatched,
                &mut |_, _| {},
            );
        }
        counts
    };
    let whole = count(&records);
    assert!(whole.read == 40 && whole.rejected > 0 && whole.fields.iter().any(|field| !field.spellings.texts.is_empty()));
    let parts: Vec<Counts> = records.chunks(7).map(count).collect();
    for order in [parts.iter().collect::<Vec<_>>(), parts.iter().rev().collect()] {
        let mut sum = Counts::new(&mapping);
        order.into_iter().for_each(|part| sum.add(part));
        assert_eq!(sum, whole);
    }
}
