//! A service user's id and token: from the environment's values, from files, or from a command as git and docker have.

use super::settings::Address;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A service user's id and token.
#[derive(Debug)]
pub struct Credentials {
    pub id: SecretString,
    pub token: SecretString,
}

/// Why there are no credentials. Holds nothing of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// `what` is the id or the token.
    #[error("the service user's {what} {why}")]
    Unfit { what: &'static str, why: &'static str },
    #[error("{}: {why}", .path.display())]
    File { path: PathBuf, why: String },
    #[error("{}: others than its owner may read the token: run `chmod 600 {}`", .path.display(), .path.display())]
    Exposed { path: PathBuf },
    #[error("the credentials command {0}")]
    Command(String),
}

/// More than any id or token has.
const MOST: u64 = 64 << 10;

impl Credentials {
    /// Looks at both. The connection does the same.
    ///
    /// # Errors
    /// One of them is blank, or has characters that no id and no token has.
    pub fn new(id: SecretString, token: SecretString) -> Result<Credentials, CredentialsError> {
        let credentials = Credentials { id, token };
        credentials.check()?;
        Ok(credentials)
    }

    pub(super) fn check(&self) -> Result<(), CredentialsError> {
        for (what, secret) in [("id", &self.id), ("token", &self.token)] {
            let text = secret.expose_secret();
            let why = if text.trim().is_empty() {
                "is blank"
            } else if text.contains(['\n', '\r']) {
                "has a line break in it"
            } else if text.contains(char::is_control) {
                "has a control character in it"
            } else if text.contains(char::is_whitespace) {
                "has a blank in it: was something copied along with it?"
            } else if what == "id" && text.contains(':') {
                "has a colon in it, which ends the id in HTTP's basic authentication"
            } else {
                continue;
            };
            return Err(CredentialsError::Unfit { what, why });
        }
        Ok(())
    }

    /// The id or the token from a file, without the line break at its end.
    ///
    /// # Errors
    /// The file can't be read or is empty.
    pub fn read_id(path: &Path) -> Result<SecretString, CredentialsError> {
        read(path, |_| Ok(()))
    }

    /// The token from a file, without the line break at its end.
    ///
    /// # Errors
    /// The file can't be read, is empty, or others than its owner may read it.
    pub fn read_token(path: &Path) -> Result<SecretString, CredentialsError> {
        read(path, |file| if is_exposed(file) { Err(CredentialsError::Exposed { path: path.to_owned() }) } else { Ok(()) })
    }

    /// Runs `command` by `sh -c`, and tells it on its standard input, in git's words (gitcredentials(7)), for which address the
    /// credentials are. It may answer in git's words (`username=` and `password=` lines) or in docker's
    /// (`{"Username": ..., "Secret": ...}`). What it says on standard error is passed on to the user.
    ///
    /// # Errors
    /// It can't be run, takes longer than `limit`, fails, or answers something else; its answer is never shown.
    pub fn from_command(command: &str, address: &Address, limit: Duration) -> Result<Credentials, CredentialsError> {
        let failed = |why: String| CredentialsError::Command(why);
        let child = Command::new("sh").arg("-c").arg(command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| failed(format!("can't be run by sh: {error}")))?;
        let answer = answer(&mut child, address.as_git_says_it(), limit);
        if answer.is_err() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let credentials = parse(&answer.map_err(failed)?).map_err(|why| failed(why.to_owned()))?;
        credentials.check()?;
        Ok(credentials)
    }
}

fn read(path: &Path, check: impl Fn(&File) -> Result<(), CredentialsError>) -> Result<SecretString, CredentialsError> {
    let failed = |why: String| CredentialsError::File { path: path.to_owned(), why };
    let unreadable = |error: io::Error| {
        failed(match error.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "this user has no permission to read it".to_owned(),
            ErrorKind::IsADirectory => "this is a folder, and a file is needed here".to_owned(),
            ErrorKind::InvalidData => "this is no text".to_owned(),
            _ => error.to_string(),
        })
    };
    let file = File::open(path).map_err(unreadable)?;
    // Its mode is a folder's: nobody is to be told to change it.
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(unreadable(ErrorKind::IsADirectory.into()));
    }
    check(&file)?;
    // Room for all of it: a buffer that grows leaves its first bytes behind, and nobody wipes them.
    let mut text = Zeroizing::new(String::with_capacity(MOST as usize));
    file.take(MOST).read_to_string(&mut text).map_err(unreadable)?;
    let trimmed = text.trim_end_matches(['\n', '\r']);
    if trimmed.trim().is_empty() {
        return Err(failed("the file is empty".to_owned()));
    }
    Ok(SecretString::from(trimmed))
}

/// Asked of the open file: another one may take its place meanwhile.
#[cfg(unix)]
fn is_exposed(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_file: &File) -> bool {
    false
}

/// All that the command answers, once it has ended well.
fn answer(child: &mut Child, asked: String, limit: Duration) -> Result<Zeroizing<Vec<u8>>, String> {
    let end = Instant::now() + limit;
    let too_long = || format!("did not answer within {} s", limit.as_secs_f64());
    let (mut question, output) = child.stdin.take().zip(child.stdout.take()).ok_or("has no pipes")?;
    let (sender, answers) = channel();
    // On threads of their own: neither a command that reads nothing nor one that never ends may hold the program up.
    std::thread::spawn(move || {
        // A command that does not care for the question may have ended.
        let _ = question.write_all(asked.as_bytes());
    });
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST as usize));
        let read = output.take(MOST).read_to_end(&mut bytes);
        let _ = sender.send(read.map(|_| bytes));
    });
    let bytes = match answers.recv_timeout(limit) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(format!("can't be read: {error}")),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Err(too_long()),
    };
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(bytes),
            Ok(Some(status)) => return Err(format!("failed ({status})")),
            Ok(None) if Instant::now() >= end => return Err(too_long()),
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(format!("can't be waited for: {error}")),
        }
    }
}

/// docker's answer (docker-credential-helpers).
#[derive(Deserialize)]
struct DockerAnswer {
    #[serde(rename = "Username")]
    username: String,
    #[serde(rename = "Secret")]
    secret: String,
}

fn parse(answer: &[u8]) -> Result<Credentials, &'static str> {
    let text = std::str::from_utf8(answer).map_err(|_| "answers something that is no text")?;
    if text.trim_start().starts_with('{') {
        let DockerAnswer { username, secret } =
            serde_json::from_str(text).map_err(|_| "answers JSON without the texts \"Username\" and \"Secret\"")?;
        return Ok(Credentials { id: SecretString::from(username), token: SecretString::from(secret) });
    }
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    match (value("username"), value("password")) {
        (Some(id), Some(token)) => Ok(Credentials { id: SecretString::from(id), token: SecretString::from(token) }),
        _ if text.trim().is_empty() => Err("answers nothing"),
        (None, _) => Err("answers no line `username=...`, as git's helpers do, and no JSON, as docker's do"),
        (_, None) => Err("answers no line `password=...`, as git's helpers do, and no JSON, as docker's do"),
    }
}
