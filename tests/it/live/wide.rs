//! More fields than HiBob takes in one call.

use super::{unlimited, write};
use crate::tenant::{Tenant, tenant_with};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A company with so many fields of its own, each of which says which one it is.
fn company(fields: usize) -> Tenant {
    let mut scenario = "employees: 12\ncategories: { category_1: Own }\nfields:\n".to_owned();
    for number in 0..fields {
        writeln!(
            scenario,
            "  custom.category_1.field_{number}: {{ name: Own {number}, category: category_1, type: text, share: 1 }}"
        )
        .unwrap();
    }
    tenant_with(&scenario, unlimited())
}

/// Calls for people by how many fields each asks for.
fn calls(tenant: &Tenant) -> BTreeMap<usize, usize> {
    let mut calls = BTreeMap::new();
    for entry in tenant.sandbox.log().iter().filter(|entry| entry.path.ends_with("/people/search")) {
        *calls.entry(entry.fields.unwrap()).or_default() += 1;
    }
    calls
}

fn people(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn four_hundred_and_fifty_fields_are_read_in_two_calls_and_come_out_as_one_record() {
    let tenant = company(450);
    let fields: Vec<String> = (0..450).map(|number| format!("custom.category_1.field_{number}")).collect();
    let flags: Vec<&str> = fields.iter().flat_map(|field| ["--field", field]).collect();
    let records = people(&tenant.printed(&[&["fetch", "people", "--batch", "12"], &flags[..]].concat()));
    assert_eq!(calls(&tenant), BTreeMap::from([(1, 1), (52, 1), (400, 1)]));
    assert_eq!(records.len(), 12);
    // What a call for each field alone would have given.
    for number in [0, 398, 399, 400, 449] {
        let alone = people(&tenant.printed(&["fetch", "people", "--field", &fields[number]]));
        let of = |record: &Value| (record["id"].clone(), record["custom"]["category_1"][format!("field_{number}")].clone());
        assert_eq!(records.iter().map(of).collect::<Vec<_>>(), alone.iter().map(of).collect::<Vec<_>>());
        assert!(alone.iter().all(|record| of(record).1.is_string()));
    }
    assert!(records.iter().all(|record| record["custom"]["category_1"].as_object().unwrap().len() == 450));
}

#[test]
fn everybody_with_every_field_of_a_company_that_has_many_is_one_record_each() {
    let tenant = company(700);
    let records = people(&tenant.printed(&["fetch", "people", "--batch", "6"]));
    assert_eq!(records.len(), 12);
    assert!(records.iter().all(|record| record["custom"]["category_1"].as_object().unwrap().len() == 700));
    assert!(
        records.iter().all(|record| record["work"].is_object() && record["humanReadable"]["custom"]["category_1"].is_object())
    );
    let calls = calls(&tenant);
    assert!(calls.keys().all(|fields| *fields <= 400) && calls.values().sum::<usize>() > 4, "{calls:?}");
}

#[test]
fn a_mapping_of_four_hundred_and_fifty_columns_is_mapped_from_two_calls() {
    let tenant = company(450);
    let mut mapping = "mapping: wide\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: $.id\n".to_owned();
    for number in 0..450 {
        writeln!(mapping, "  own_{number}: $.custom.category_1.field_{number}").unwrap();
    }
    write(&tenant, "wide.yaml", &mapping);
    let rows = people(&tenant.printed(&["dry-run", "wide.yaml", "--live", "--batch", "12"]));
    assert_eq!((rows.len(), calls(&tenant)), (12, BTreeMap::from([(1, 1), (52, 1), (400, 1)])));
    assert!(rows.iter().all(|row| row.as_object().unwrap().values().all(Value::is_string)), "{}", rows[0]);
}
