//! Every command that calls HiBob, while HiBob stumbles and when it refuses.

use super::{HISTORIES, borrowed, commands, unlimited, write};
use crate::tenant::{Tenant, said, tenant_with};
use bobmap::sandbox::{FaultKind, Faults, Settings};
use std::collections::BTreeSet;
use std::process::Output;

fn company(faults: Faults) -> Tenant {
    let tenant = tenant_with("", Settings { faults, ..unlimited() });
    write(&tenant, "key", "a key for tests, no secret\n");
    #[cfg(unix)]
    {
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(tenant.folder.path().join("key"), private).unwrap();
    }
    tenant
}

/// Exit code and both outputs, without the day on which a catalog was made.
fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.split_inclusive('\n').filter(|line| !line.starts_with("pulled: "));
    (output.status.code(), lines.collect(), said(output))
}

#[test]
fn no_fault_shows_in_what_any_command_prints() {
    use FaultKind::{Html, Reset, ServerError, TooMany, Truncated};
    let kinds = vec![TooMany, ServerError, Reset, Truncated, Html];
    let calm = company(Faults::default());
    // Every request goes wrong, twice.
    let rough = company(Faults { kinds: kinds.clone(), rate: 1.0, seed: 3, ..Faults::default() });
    for command in commands() {
        let (good, bad) = (calm.run(&borrowed(&command)), rough.run(&borrowed(&command)));
        assert!(matches!(good.status.code(), Some(0 | 4)) && good.stdout.len() > 30, "{command:?}: {}", said(&good));
        assert_eq!(told(&bad), told(&good), "{command:?}");
    }
    let log = rough.sandbox.log();
    let met: BTreeSet<&str> = log.iter().filter_map(|entry| entry.fault).collect();
    assert_eq!(met, kinds.iter().map(|kind| kind.word()).collect());
    assert!(log.len() > 2 * calm.sandbox.log().len());
}

#[test]
fn refused_credentials_are_sent_once_whatever_the_command() {
    for command in commands() {
        let tenant = company(Faults::default());
        let mut run = tenant.stranger(&borrowed(&command));
        let output = run.env("BOB_SERVICE_USER_ID", "SERVICE-1").env("BOB_SERVICE_USER_TOKEN", "wrong-t0ken").output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0), "{command:?}: {}", said(&output));
        assert!(said(&output).contains("401: ") && !said(&output).contains("wrong-t0ken"), "{}", said(&output));
        let statuses: Vec<u16> = tenant.sandbox.log().iter().map(|entry| entry.status).collect();
        assert_eq!(statuses, [401], "{command:?}");
    }
}

#[test]
fn a_table_that_may_not_be_read_is_asked_for_once_and_its_box_is_named() {
    for (resource, table) in HISTORIES {
        let tenant = tenant_with("permissions: { only: [] }\n", unlimited());
        let output = tenant.run(&["fetch", resource]);
        let log = tenant.sandbox.log();
        assert_eq!((output.status.code(), log.len()), (Some(3), 1), "{resource}: {}", said(&output));
        assert!(log[0].path.ends_with(&format!("/bulk/people/{table}")) && log[0].status == 403, "{:?}", log[0]);
        assert!(said(&output).contains("section histories"), "{}", said(&output));
    }
}

#[test]
fn a_fault_that_does_not_end_names_endpoint_and_cause() {
    use FaultKind::{Empty, Html, Reset, ServerError, TooMany, Truncated};
    for (kind, cause) in [
        (TooMany, "429: more calls than HiBob allows in a minute"),
        (ServerError, "500: HiBob fails"),
        (Reset, "the connection broke off before the answer was whole"),
        (Html, "expected JSON, and the answer is a web page"),
        (Empty, "expected JSON, and the answer is empty"),
        (Truncated, "the connection broke off before the answer was whole"),
    ] {
        let tenant = company(Faults { kinds: vec![kind], rate: 1.0, ..Faults::default() });
        let output = tenant.run(&["fetch", "people", "--retries", "1", "--retry-wait", "1", "--out", "people.jsonl"]);
        assert_eq!((output.status.code(), tenant.sandbox.log().len()), (Some(3), 2), "{kind:?}");
        assert!(!tenant.folder.path().join("people.jsonl").exists());
        let said = said(&output);
        let endpoint = format!("GET {}/company/people/fields: ", tenant.sandbox.base_url());
        assert!(said.contains(&endpoint) && said.contains(cause) && said.contains("tried 2 times"), "{kind:?}: {said}");
    }
}
