//! The built program against HiBob: its flags, its environment, its exit codes, and what it never prints.

use super::{ID, Reply, Server, TOKEN};
use assert_cmd::cargo::cargo_bin_cmd;
use bobmap::sandbox::{Sandbox, Settings};

const MAPPING: &str =
    "mapping: people\nformat: 1\nsource: hibob.people\nkey: id\nfields:\n  id: { from: $.id, personal: false }\n";

/// The credentials, as they go over the wire.
const HEADER: &str = "U0VSVklDRS00NzExOnQwa2VuLXRoYXQtbm9ib2R5LW1heS1zZWU";

/// Exit code, standard output and standard error of a live run; they hold no token.
fn dry_run(flags: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mapping.yaml"), MAPPING).unwrap();
    std::fs::write(folder.path().join("answer"), format!("username={ID}\npassword={TOKEN}\n")).unwrap();
    let mut command = cargo_bin_cmd!("bobmap");
    for name in ["BOB_ENVIRONMENT", "BOB_BASE_URL", "BOB_SERVICE_USER_ID", "BOB_SERVICE_USER_TOKEN", "BOB_SERVICE_USER_ID_FILE"] {
        command.env_remove(name);
    }
    for name in ["BOB_SERVICE_USER_TOKEN_FILE", "BOB_CREDENTIALS_COMMAND", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    command.current_dir(folder.path()).args(["dry-run", "mapping.yaml", "--live"]).args(flags).envs(environment.iter().copied());
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, said) = (text(output.stdout), text(output.stderr));
    for secret in [TOKEN, HEADER] {
        let given = flags.iter().any(|flag| flag.contains(secret));
        assert!(!said.contains(secret) && !out.contains(secret) && !given, "{flags:?}: {said}");
    }
    (output.status.code().unwrap(), out, said)
}

const USER: [(&str, &str); 2] = [("BOB_SERVICE_USER_ID", ID), ("BOB_SERVICE_USER_TOKEN", TOKEN)];

#[test]
fn a_run_reads_hibob_and_never_asks_a_proxy_for_this_machine() {
    let user = Some((ID.to_owned(), TOKEN.to_owned()));
    let sandbox = Sandbox::start(Settings { employees: Some(5), service_user: user, ..Settings::default() }).unwrap();
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let proxies = proxies.map(|name| (name, "http://127.0.0.1:1"));
    let environment = [&USER[..], &proxies].concat();
    let (code, out, said) = dry_run(&["--base-url", &sandbox.base_url(), "--retries", "0", "--batch", "2"], &environment);
    assert_eq!((code, out.lines().count()), (0, 5), "{said}");
}

#[test]
fn refused_credentials_end_a_run_after_one_request() {
    let server = Server::start(|_| Reply::new(401, "application/json", r#"{"error":"tokenNotMatch"}"#));
    let (code, out, said) = dry_run(&["--base-url", &server.url(), "--credentials-command", "cat answer"], &[]);
    assert_eq!((code, out.as_str(), server.count()), (3, "", 1));
    assert!(said.contains("401: HiBob does not accept the service user's id and token (HiBob says: tokenNotMatch)"), "{said}");
}

#[test]
fn a_run_without_credentials_or_with_an_unsafe_address_is_not_begun() {
    for (flags, environment, message) in [
        (&[][..], &[][..], "no service user to call HiBob as"),
        (&["--base-url", "http://api.hibob.com"], &USER, "use https"),
        (&["--base-url", "http://127.0.0.1:1", "--environment", "sandbox"], &USER, "give one of them"),
        (&["--service-user-token-file", "token"], &USER, "BOB_SERVICE_USER_TOKEN and --service-user-token-file"),
        (&["--batch", "0"], &USER, "--batch"),
    ] {
        let (code, _, said) = dry_run(flags, environment);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains(message), "{said}");
    }
}
