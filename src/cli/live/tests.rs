use super::HibobArgs;
use crate::cli::{Usage, said};
use crate::source::hibob::Settings;
use clap::Parser;
use secrecy::ExposeSecret;
use std::ffi::OsString;
use std::path::Path;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    hibob: HibobArgs,
}

fn settings(flags: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Settings> {
    let line = Line::try_parse_from([&["bobmap"], flags].concat()).unwrap();
    let lookup = |name: &str| environment.iter().find(|(set, _)| *set == name).map(|(_, value)| OsString::from(value));
    line.hibob.settings(crate::cli::time_off::usual(), &lookup)
}

/// The message, and whether it is one about the command line.
fn refused(flags: &[&str], environment: &[(&str, &str)]) -> (String, bool) {
    let error = settings(flags, environment).unwrap_err();
    (said(&error), error.is::<Usage>())
}

const BOTH: [(&str, &str); 2] = [("BOB_SERVICE_USER_ID", "SERVICE-1"), ("BOB_SERVICE_USER_TOKEN", "s3cret")];

#[test]
fn a_flag_says_where_hibob_is_or_else_the_environment() {
    for (flags, variable, address) in [
        (&[][..], None, "https://api.hibob.com/v1"),
        (&[], Some(("BOB_ENVIRONMENT", "sandbox")), "https://api.sandbox.hibob.com/v1"),
        (&[], Some(("BOB_BASE_URL", "http://127.0.0.1:8080")), "http://127.0.0.1:8080/v1"),
        (&["--environment", "production"], Some(("BOB_BASE_URL", "http://127.0.0.1:8080")), "https://api.hibob.com/v1"),
        (&["--base-url", "http://localhost:1/v1/"], Some(("BOB_ENVIRONMENT", "sandbox")), "http://localhost:1/v1"),
    ] {
        let environment: Vec<_> = BOTH.into_iter().chain(variable).collect();
        assert_eq!(settings(flags, &environment).unwrap().address.to_string(), address, "{flags:?} {variable:?}");
    }
}

#[test]
fn two_addresses_at_once_and_unsafe_ones_are_refused() {
    let url = "http://127.0.0.1:8080";
    let two = ["--environment", "sandbox", "--base-url", url];
    assert_eq!(refused(&two, &BOTH), ("--environment and --base-url both say where HiBob is: give one of them".to_owned(), true));
    let (message, usage) = refused(&[], &[("BOB_ENVIRONMENT", "sandbox"), ("BOB_BASE_URL", url)]);
    assert!(message.starts_with("BOB_ENVIRONMENT and BOB_BASE_URL") && usage, "{message}");
    let (message, _) = refused(&[], &[("BOB_ENVIRONMENT", "staging")]);
    assert_eq!(message, "BOB_ENVIRONMENT is neither production nor sandbox");
    let (message, usage) = refused(&["--base-url", "https://x:s3cret@api.hibob.com"], &BOTH);
    assert!(
        usage && message.starts_with("--base-url: the base URL holds a user name") && !message.contains("s3cret"),
        "{message}"
    );
}

#[test]
fn credentials_come_from_the_environment_from_files_or_from_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let (id, token) = (folder.path().join("id"), folder.path().join("token"));
    std::fs::write(&id, "SERVICE-1\n").unwrap();
    std::fs::write(&token, "s3cret\r\n").unwrap();
    protect(&token, 0o600);
    let (id, token) = (id.to_str().unwrap(), token.to_str().unwrap());
    let command = "printf 'username=SERVICE-1\\npassword=s3cret\\n'";
    for (flags, environment) in [
        (&[][..], &BOTH[..]),
        (&["--service-user-id-file", id, "--service-user-token-file", token], &[]),
        (&[], &[("BOB_SERVICE_USER_ID_FILE", id), ("BOB_SERVICE_USER_TOKEN_FILE", token)]),
        (&["--service-user-token-file", token], &[BOTH[0], ("BOB_SERVICE_USER_TOKEN", "")]),
        (&["--credentials-command", command], &[]),
        (&[], &[("BOB_CREDENTIALS_COMMAND", command)]),
    ] {
        let settings = settings(flags, environment).unwrap();
        let credentials = &settings.credentials;
        assert_eq!((credentials.id.expose_secret(), credentials.token.expose_secret()), ("SERVICE-1", "s3cret"), "{flags:?}");
        assert!(!format!("{settings:?}").contains("s3cret"));
    }
}

#[test]
fn two_ways_at_once_are_refused_by_their_names_and_none_names_all() {
    let file = "--service-user-token-file";
    for (flags, environment, one, other) in [
        (&[file, "f"][..], &BOTH[..], "BOB_SERVICE_USER_TOKEN", file),
        (&["--credentials-command", "true"], &BOTH, "--credentials-command", "BOB_SERVICE_USER_ID"),
        (&[file, "f"], &[("BOB_CREDENTIALS_COMMAND", "true")], "BOB_CREDENTIALS_COMMAND", file),
        (&[], &[BOTH[0], ("BOB_SERVICE_USER_ID_FILE", "f")], "BOB_SERVICE_USER_ID", "BOB_SERVICE_USER_ID_FILE"),
    ] {
        let message = format!("{one} and {other} both give the service user's credentials: give one of them");
        assert_eq!(refused(flags, environment), (message, true), "{flags:?}");
    }
    let (message, usage) = refused(&[], &[]);
    assert!(
        usage && ["BOB_SERVICE_USER_TOKEN", file, "--credentials-command"].iter().all(|way| message.contains(way)),
        "{message}"
    );
    assert!(refused(&[], &BOTH[..1]).0.contains("set BOB_SERVICE_USER_TOKEN"));
    assert!(refused(&[], &BOTH[1..]).0.contains("set BOB_SERVICE_USER_ID"));
}

#[test]
fn flags_that_make_waiting_and_sizes_small_are_in_their_units() {
    let flags = ["--batch", "7", "--in-flight", "2", "--max-body", "3", "--timeout", "4", "--retries", "0"];
    let more = ["--retry-wait", "5", "--longest-wait", "6"];
    let Settings { batch, in_flight, max_body, timeout, retries, first_wait, longest_wait, .. } =
        settings(&[&flags[..], &more].concat(), &BOTH).unwrap();
    assert_eq!((batch, in_flight, max_body, retries), (7, 2, 3 << 20, 0));
    assert_eq!((timeout.as_secs(), first_wait.as_millis(), longest_wait.as_secs()), (4, 5, 6));
}

#[cfg(unix)]
fn protect(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn protect(_path: &Path, _mode: u32) {}
