//! Where credentials come from, where they go, and that nobody else gets to see them.

use super::{HISTORIES, IDS, unlimited, write};
use crate::tenant::{Hidden, Tenant, as_service_user, said, tenant_with};
use assert_cmd::Command;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Arc, Mutex};

const RUN: [&str; 5] = ["dry-run", "ids.yaml", "--live", "--report", "report.txt"];

fn company() -> Tenant {
    let tenant = tenant_with("", unlimited());
    write(&tenant, "ids.yaml", IDS);
    tenant
}

/// A file beside the mapping that holds what only its owner may see.
#[cfg(unix)]
fn private(tenant: &Tenant, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = tenant.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    path
}

fn assert_hidden(tenant: &Tenant, output: &Output) {
    let hidden = Hidden::of(&tenant.sandbox);
    hidden.assert_not_in("the output", &String::from_utf8_lossy(&output.stdout));
    hidden.assert_not_in("what is said", &said(output));
    hidden.assert_not_in("the report", &tenant.file("report.txt"));
}

#[cfg(unix)]
#[test]
fn files_and_commands_give_credentials_as_the_environment_does() {
    use std::os::unix::fs::PermissionsExt;
    let tenant = company();
    let (id, token) = tenant.sandbox.service_user();
    private(&tenant, "id", &format!("{id}\n"));
    let path = private(&tenant, "token", &format!("{token}\n"));
    private(&tenant, "git", &format!("username={id}\npassword={token}\n"));
    private(&tenant, "docker", &format!("{{\"Username\":\"{id}\",\"Secret\":\"{token}\"}}"));
    for flags in [
        &["--service-user-id-file", "id", "--service-user-token-file", "token"][..],
        &["--credentials-command", "cat git"],
        &["--credentials-command", "cat docker"],
    ] {
        let output = tenant.stranger(&[&RUN, flags].concat()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), false), "{flags:?}: {}", said(&output));
        assert_hidden(&tenant, &output);
    }
    let calls = tenant.sandbox.log().len();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let output = tenant
        .stranger(&RUN)
        .envs([("BOB_SERVICE_USER_ID_FILE", "id"), ("BOB_SERVICE_USER_TOKEN_FILE", "token")])
        .output()
        .unwrap();
    assert_ne!(output.status.code(), Some(0));
    assert!(
        said(&output).contains("token: others than its owner may read the token: run `chmod 600 token`"),
        "{}",
        said(&output)
    );
    assert_eq!(tenant.sandbox.log().len(), calls);
}

/// A script that takes down what it can see of the token before it does its work: its own environment and arguments, and those of
/// all programs that led to it.
#[cfg(target_os = "linux")]
fn spy(folder: &Path, name: &str, work: &str) {
    use std::os::unix::fs::PermissionsExt;
    let seen = folder.join("seen").display().to_string();
    let script = format!(
        "#!/bin/sh\n{{ cat /proc/self/environ; one=$$; while [ $one -gt 1 ]; do cat /proc/$one/cmdline; \
         one=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$one/status); done; }} > '{seen}'\n{work}\n"
    );
    let path = folder.join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn programs_that_are_started_on_the_way_do_not_get_the_token() {
    let tenant = company();
    let spies = tempfile::tempdir().unwrap();
    let seen = || String::from_utf8_lossy(&std::fs::read(spies.path().join("seen")).unwrap()).replace('\0', " ");
    let (id, token) = tenant.sandbox.service_user();
    private(&tenant, "answer", &format!("username={id}\npassword={token}\n"));
    spy(spies.path(), "helper", "cat answer");
    let helper = spies.path().join("helper").display().to_string();
    let output = tenant.stranger(&[&RUN[..], &["--credentials-command", &helper]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(seen().contains("dry-run ids.yaml --live") && seen().contains("BOB_BASE_URL"));
    Hidden::of(&tenant.sandbox).assert_not_in("a command line or the helper's environment", &seen());
    std::fs::remove_file(tenant.folder.path().join("answer")).unwrap();

    spy(spies.path(), "git", "cat ids.yaml");
    let mut diff = tenant.stranger(&["diff", "HEAD:ids.yaml", "ids.yaml", "--live"]);
    let path = format!("{}:{}", spies.path().display(), std::env::var("PATH").unwrap());
    let output = as_service_user(&tenant.sandbox, diff.env("PATH", path));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(seen().contains("diff HEAD:ids.yaml ids.yaml --live") && seen().contains("HEAD:./ids.yaml"));
    assert!(!seen().contains("BOB_"));
    Hidden::of(&tenant.sandbox).assert_not_in("a command line or git's environment", &seen());
}

/// Listens on another address of this machine, and keeps every byte that comes.
fn eavesdropper(address: &str) -> (String, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind(address).unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heard);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = [0; 4096];
            kept.lock().unwrap().extend_from_slice(b"somebody came");
            let read = stream.read(&mut bytes).unwrap_or(0);
            kept.lock().unwrap().extend_from_slice(&bytes[..read]);
        }
    });
    (place, heard)
}

#[test]
fn nothing_is_sent_to_a_host_that_hibob_points_to() {
    let mut paths = vec![("people".to_owned(), "/people/search".to_owned())];
    paths.extend(HISTORIES.map(|(resource, table)| (resource.to_owned(), format!("/bulk/people/{table}"))));
    paths.extend([
        ("fields".to_owned(), "/company/people/fields".to_owned()),
        ("named_lists".to_owned(), "/company/named-lists".to_owned()),
    ]);
    // Another port of the same name is another host, too.
    let addresses: &[&str] = if cfg!(target_os = "linux") { &["127.0.0.1:0", "127.0.0.2:0"] } else { &["127.0.0.1:0"] };
    for address in addresses {
        let (place, heard) = eavesdropper(address);
        for (resource, path) in &paths {
            let tenant = tenant_with(&format!("redirects: {{ {path}: 'http://{place}/v1{path}' }}\n"), unlimited());
            let output = tenant.run(&["fetch", resource, "--out", "out"]);
            assert_eq!(output.status.code(), Some(3), "{resource}: {}", said(&output));
            let error = said(&output);
            assert!(error.contains(&format!("{path}: ")) && error.contains(&format!("redirects to http://{place}")), "{error}");
            let redirected: Vec<u16> =
                tenant.sandbox.log().iter().map(|entry| entry.status).filter(|status| *status != 200).collect();
            assert_eq!(redirected, [307], "{resource}");
        }
        assert_eq!(heard.lock().unwrap().as_slice(), b"", "{address}");
    }
}

#[test]
fn an_address_that_only_looks_like_this_machine_gets_no_call() {
    let tenant = company();
    for (url, why) in [
        ("http://127.0.0.1.example.test/v1", "use https"),
        ("http://localhost.example.test", "use https"),
        ("http://0.0.0.0:9/v1", "use https"),
        ("http://127.0.0.1@example.test/", "a user name or an @"),
        ("http://example.test/#@127.0.0.1", "a user name or an @"),
        ("ftp://127.0.0.1/v1", "is no address"),
    ] {
        let output = tenant.run(&[&RUN[..], &["--base-url", url]].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{url}: {}", said(&output));
        assert!(said(&output).contains(why), "{url}: {}", said(&output));
    }
}

/// Everything that begins like a flag, in the help of every command.
#[test]
fn no_flag_takes_a_token() {
    let help = |arguments: &[&str]| {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("bobmap")).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for command in ["dry-run", "explain", "diff", "doctor", "fetch", "fields", "show", "init", "sandbox"] {
        let text = help(&[command, "--help"]);
        let flags = text.split_whitespace().filter(|word| word.starts_with("--"));
        let told: Vec<&str> =
            flags.filter(|flag| flag.contains("token") || flag.contains("password") || flag.contains("secret")).collect();
        assert!(told.iter().all(|flag| *flag == "--service-user-token-file"), "{command}: {told:?}");
    }
}
