//! `bobmap demo`: a newcomer's first command, with no account and no network.

use crate::run::bobmap;
use crate::snap::snap;
use crate::tenant::Hidden;
use bobmap::sandbox::{Sandbox, Settings};
use insta::assert_snapshot;

#[test]
fn the_demo_walks_from_a_missing_box_to_rows() {
    let began = std::time::Instant::now();
    let output = bobmap(&["demo"]).output().unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(10), "{:?}", began.elapsed());
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), error.as_ref()), (Some(0), ""));
    let told = String::from_utf8(output.stdout).unwrap();
    // Of the same service user as the demo's.
    Hidden::of(&Sandbox::start(Settings::default()).unwrap()).assert_not_in("the demo", &told);
    snap().bind(|| assert_snapshot!("demo", told));
}

#[test]
fn credentials_of_the_users_are_not_touched_by_the_demo() {
    // Were the demo to use them, the sandbox would refuse the token and the demo would fail.
    let mut command = bobmap(&["demo"]);
    command.envs([
        ("BOB_SERVICE_USER_ID", "SERVICE-1"),
        ("BOB_SERVICE_USER_TOKEN", "a-token-of-the-users"),
        ("BOB_ENVIRONMENT", "production"),
    ]);
    let output = command.env("BOB_CREDENTIALS_COMMAND", "exit 1").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("a-token-of-the-users"));
}
