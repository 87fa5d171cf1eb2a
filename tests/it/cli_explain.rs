//! `bobmap explain --live`

use crate::tenant::{said, tenant};

const USERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/activtrak/users.yaml");
const EMPLOYEE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/merge/employee.yaml");

#[test]
fn whom_bob_finds_by_an_address_is_explained_whatever_its_case_and_the_mappings_key() {
    let tenant = tenant("");
    let by = |mapping: &str, key: &str| tenant.printed(&["explain", mapping, "--live", "--key", key]);
    let ada = by(USERS, "3332883884017713201");
    assert!(ada.starts_with("3332883884017713201, record 1 of hibob.people"), "{ada}");
    assert!(!ada.contains("ada.pryce"), "{ada}");
    for address in ["ada.pryce@example.com", "Ada.Pryce@Example.com"] {
        assert_eq!(by(USERS, address), ada);
        assert!(by(EMPLOYEE, address).starts_with("3332883884017713201, "));
    }
}

#[test]
fn who_is_not_there_is_looked_for_among_all_and_counted_once() {
    let tenant = tenant("");
    for key in ["nobody@example.com", "4711"] {
        let output = tenant.run(&["explain", USERS, "--live", "--key", key]);
        assert_eq!(output.status.code(), Some(3));
        assert_eq!(
            said(&output),
            format!("error: no record of hibob.people has `{key}` as its key (user_lookup_id) or id; 40 records were read\n")
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_that_is_full_is_named() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("bobmap"));
    let output = command.args(["help", "start"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(said(&output), "error: standard output: No space left on device (os error 28)\n");
}
