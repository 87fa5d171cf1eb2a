//! Killed between the file and the state: the next run finds out how far it came.

use super::Company;
use rusqlite::Connection;

/// Puts the state back to the moment before the run settled what it wrote.
fn unsettle(company: &Company) {
    let state = Connection::open(company.path(".bobmap/state.sqlite")).unwrap();
    state
        .execute_batch("UPDATE jobs SET pending = generation, pending_sum = sum, generation = 0, sum = NULL WHERE job = 'file'")
        .unwrap();
}

#[test]
fn a_file_that_arrived_counts_though_nobody_noted_it() {
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    unsettle(&company);
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("20 unchanged") && said.contains("nothing to do"), "{said}");
}

#[test]
fn a_file_that_did_not_arrive_is_written_again() {
    let company = Company::new();
    company.expect(0, &["sync", "file"]);
    let whole = company.read("people.csv");
    unsettle(&company);
    std::fs::remove_file(company.path("people.csv")).unwrap();
    let said = company.expect(0, &["sync", "file"]);
    assert!(said.contains("20 to create"), "{said}");
    assert_eq!(company.read("people.csv"), whole);
}
