//! The key of invented values: random for one run, or kept in a file that nobody else may read.

use super::load::{read, shown};
use anyhow::{Context, anyhow, bail};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Bytes of a key that is made here.
const LENGTH: usize = 32;

/// Shorter ones could be tried out.
const SHORTEST: usize = 16;

/// The key in the file, which is made if it is not there; without a file, one that no other run has.
///
/// # Errors
/// The system has no random numbers; the file can't be read or made, others may read it, or it holds no key.
pub fn key(file: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let Some(path) = file else { return random() };
    let name = shown(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let text: String = random()?.iter().map(|byte| format!("{byte:02x}")).collect();
            file.write_all(format!("{text}\n").as_bytes()).context(name)?;
            Ok(text.into_bytes())
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => kept(path, &name),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!("{name}: there is no such folder to make the key file in"),
        Err(error) => Err(error).context(name),
    }
}

fn kept(path: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let text = read(path)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).context(name.to_owned())?.permissions());
        if mode & 0o077 != 0 {
            bail!("{name}: others may read this key, and could tell what was there from what was invented: chmod 600 {name}");
        }
    }
    let text = text.trim();
    if text.len() < SHORTEST {
        bail!(
            "{name} holds no key: expected {SHORTEST} characters or more, and there are {}; name a new file, and a key is made",
            text.len()
        );
    }
    Ok(text.as_bytes().to_vec())
}

fn random() -> anyhow::Result<Vec<u8>> {
    let mut bytes = vec![0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system has no random numbers: {error}"))?;
    Ok(bytes)
}
