//! Credentials: where they come from, what is refused, and that nobody gets to see them.

use super::{ID, Reply, Server, TOKEN, company, connect, drain, people, settings};
use bobmap::source::hibob::{Address, Cause, Credentials, Hibob};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

fn command(text: &str) -> Result<(String, String), String> {
    let credentials =
        Credentials::from_command(text, &Address::production(), Duration::from_secs(20)).map_err(|error| error.to_string())?;
    Ok((credentials.id.expose_secret().to_owned(), credentials.token.expose_secret().to_owned()))
}

#[cfg(unix)]
#[test]
fn a_command_answers_as_gits_or_as_dockers_helpers_do() {
    for text in [
        "printf 'username=SERVICE-1\\npassword=s3cret=x\\n'",
        "printf 'protocol=https\\nhost=api.hibob.com\\npassword=s3cret=x\\nusername=SERVICE-1\\nquit=0\\n'",
        r#"echo '{"ServerURL":"https://api.hibob.com","Username":"SERVICE-1","Secret":"s3cret=x"}'"#,
        r#"test "$(cat)" = "$(printf 'protocol=https\nhost=api.hibob.com')" && printf 'username=SERVICE-1\npassword=s3cret=x'"#,
    ] {
        assert_eq!(command(text), Ok(("SERVICE-1".to_owned(), "s3cret=x".to_owned())), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_answers_nothing_of_use_is_named_without_its_answer() {
    for (text, message) in [
        ("echo username=s3cret; exit 3", "the credentials command failed (exit status: 3)"),
        ("true", "the credentials command answers nothing"),
        (
            "echo s3cret",
            "the credentials command answers no line `username=...`, as git's helpers do, and no JSON, as docker's do",
        ),
        (
            "echo username=s3cret",
            "the credentials command answers no line `password=...`, as git's helpers do, and no JSON, as docker's do",
        ),
        (r#"echo '{"Username":"s3cret"}'"#, "the credentials command answers JSON without the texts \"Username\" and \"Secret\""),
        (
            "printf 'username=a b\\npassword=s3cret'",
            "the service user's id has a blank in it: was something copied along with it?",
        ),
        ("printf 'username=a\\npassword='", "the service user's token is blank"),
        ("printf '\\377'", "the credentials command answers something that is no text"),
        ("no-such-program-anywhere 2>/dev/null", "the credentials command failed (exit status: 127)"),
    ] {
        assert_eq!(command(text), Err(message.to_owned()), "{text}");
    }
    let slow = Credentials::from_command("exec sleep 30", &Address::production(), Duration::from_millis(100)).unwrap_err();
    assert_eq!(slow.to_string(), "the credentials command did not answer within 0.1 s");
}

#[cfg(unix)]
#[test]
fn a_command_is_told_which_hibob_the_credentials_are_for() {
    let echoed =
        "while read -r line && test -n \"$line\"; do said=\"$said,$line\"; done; printf 'username=A\\npassword=%s\\n' \"$said\"";
    for (address, asked) in [
        (Address::production(), ",protocol=https,host=api.hibob.com"),
        (Address::sandbox(), ",protocol=https,host=api.sandbox.hibob.com"),
        (Address::parse("http://127.0.0.1:8123/v1").unwrap(), ",protocol=http,host=127.0.0.1:8123"),
    ] {
        let credentials = Credentials::from_command(echoed, &address, Duration::from_secs(20)).unwrap();
        assert_eq!(credentials.token.expose_secret(), asked);
    }
}

#[cfg(unix)]
#[test]
fn a_token_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "s3cret\n").unwrap();
    for mode in [0o640, 0o604, 0o644, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = Credentials::read_token(&path).unwrap_err().to_string();
        let shown = path.display();
        assert_eq!(error, format!("{shown}: others than its owner may read the token: run `chmod 600 {shown}`"));
        assert_eq!(Credentials::read_id(&path).unwrap().expose_secret(), "s3cret");
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(Credentials::read_token(&path).unwrap().expose_secret(), "s3cret");
}

#[test]
fn files_that_hold_no_token_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    for (path, why) in [
        (folder.path().join("none"), "there is no such file"),
        (folder.path().to_owned(), "this is a folder, and a file is needed here"),
        (file("empty", b""), "the file is empty"),
        (file("blank", b" \n\n"), "the file is empty"),
        (file("binary", b"\xff\xfe"), "this is no text"),
    ] {
        let error = Credentials::read_id(&path).unwrap_err().to_string();
        assert_eq!(error, format!("{}: {why}", path.display()));
        if path.is_dir() {
            assert_eq!(Credentials::read_token(&path).unwrap_err().to_string(), error);
        }
    }
}

#[test]
fn what_can_be_no_id_and_no_token_is_refused_before_any_call() {
    let server = Server::start(|_| Reply::status(500));
    for (id, token, message) in [
        ("", "t", "the service user's id is blank"),
        (" \t", "t", "the service user's id is blank"),
        ("SERVICE:1", "t", "the service user's id has a colon in it, which ends the id in HTTP's basic authentication"),
        ("SERVICE-1", "", "the service user's token is blank"),
        ("SERVICE-1", "s3cret\n", "the service user's token has a line break in it"),
        ("SERVICE-1", "s3\u{1}cret", "the service user's token has a control character in it"),
        ("SERVICE-1", "s3cret ", "the service user's token has a blank in it: was something copied along with it?"),
    ] {
        let mut settings = settings(&server);
        settings.credentials = Credentials { id: SecretString::from(id), token: SecretString::from(token) };
        assert_eq!(super::refused(Hibob::connect(settings)), message);
    }
    assert_eq!(server.count(), 0);
}

/// The token, and the header's form of it.
fn shows_a_secret(text: &str) -> bool {
    text.contains(TOKEN) || text.contains("OnQwa2Vu") || text.contains("U0VSVklDRS00NzEx")
}

#[test]
fn nothing_that_is_printed_holds_the_token_even_where_hibob_sends_it_back() {
    let server = Server::start(|asked| {
        let header = asked.header("authorization").unwrap().to_owned();
        let body = format!(r#"{{"key":"tokenNotMatch","error":"{header}","message":"{ID} {TOKEN}"}}"#);
        Reply::new(401, "application/json", body).with("location", format!("http://{ID}:{TOKEN}@example.test/"))
    });
    let hibob = connect(&server);
    let error = hibob.fields().unwrap_err();
    for text in [format!("{hibob:?}"), format!("{:?}", settings(&server)), error.to_string(), format!("{error:?}")] {
        assert!(!shows_a_secret(&text), "{text}");
    }
    assert!(shows_a_secret(server.log()[0].header("authorization").unwrap()));
    let redirecting = Server::start(|_| Reply::status(302).with("location", format!("http://{ID}:{TOKEN}@127.0.0.1:1/")));
    let error = drain(people(&connect(&redirecting))).error();
    assert!(error.contains("redirects to http://127.0.0.1:1") && !shows_a_secret(&error), "{error}");
}

#[test]
fn hibobs_own_short_words_are_shown_and_its_long_ones_not() {
    let server = Server::start(|asked| match asked.number {
        0 => company(0)(asked),
        _ => Reply::new(
            400,
            "application/json",
            format!(r#"{{"key":"filters.bad","error":"no such filter","message":"{}"}}"#, "x".repeat(300)),
        ),
    });
    let hibob = connect(&server);
    drain(people(&hibob)).whole();
    let error = hibob.fields().unwrap_err();
    let said = Some("filters.bad, no such filter".to_owned());
    assert_eq!(error.cause(), Some(&Cause::Status { status: 400, said, wait: None }));
}
