//! Gives a user's file a new text: whole or not at all, and never over what somebody else has written meanwhile.

use super::load;
use anyhow::{Context, bail};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file as it was read.
pub struct Original {
    /// The file itself, where a link leads to it.
    path: PathBuf,
    name: String,
    text: String,
}

impl Original {
    /// # Errors
    /// The file can't be read, or is not UTF-8.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = load::read(path)?;
        let name = load::shown(path);
        let path = std::fs::canonicalize(path).with_context(|| name.clone())?;
        Ok(Original { path, name, text })
    }

    /// As the user wrote its path.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Finds out whether the file may be written.
    ///
    /// # Errors
    /// The file is read-only, or gone.
    pub fn writable(&self) -> anyhow::Result<std::fs::Metadata> {
        let name = &self.name;
        let found = std::fs::metadata(&self.path).with_context(|| name.clone())?;
        let opened = std::fs::OpenOptions::new().write(true).open(&self.path);
        let denied = opened.as_ref().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied);
        if denied || found.permissions().readonly() {
            bail!("{name}: the file is read-only, and stays as it is");
        }
        drop(opened.with_context(|| name.clone())?);
        Ok(found)
    }

    /// Puts `new` in the place of the text. Permissions stay, and so does a link.
    ///
    /// # Errors
    /// The file is read-only, its folder is, or it is no longer as it was read; then it stays as it is.
    pub fn replace(&self, new: &str) -> anyhow::Result<()> {
        let found = self.writable()?;
        let name = &self.name;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = |error: std::io::Error| anyhow::Error::new(error).context(format!("{name}: can't be written anew"));
        let mut file = tempfile::Builder::new().prefix(".bobmap-").tempfile_in(folder).map_err(failed)?;
        file.write_all(new.as_bytes()).map_err(failed)?;
        keep_owner(file.path(), &found);
        file.as_file().set_permissions(found.permissions()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        // As late as can be: an editor may have saved it since.
        if std::fs::read(&self.path).map_err(failed)? != self.text.as_bytes() {
            bail!("{name}: somebody has changed the file meanwhile, and it stays as it is now; run the command again");
        }
        file.persist(&self.path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Writes a file that is not there yet, whole or not at all, for whom another one is readable.
///
/// # Errors
/// It is there by now, or its folder can't be written.
pub fn create(path: &Path, text: &str, like: &Path) -> anyhow::Result<()> {
    let name = load::shown(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| anyhow::Error::new(error).context(format!("{name}: can't be written"));
    let mut file = tempfile::Builder::new().prefix(".bobmap-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if let Ok(found) = std::fs::metadata(like) {
        file.as_file().set_permissions(found.permissions()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A file of somebody else's stays theirs when root writes it; nobody else can give files away.
#[cfg(unix)]
fn keep_owner(path: &Path, found: &std::fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    let _ = std::os::unix::fs::chown(path, Some(found.uid()), Some(found.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _found: &std::fs::Metadata) {}

#[cfg(test)]
mod tests {
    use super::Original;

    #[test]
    fn a_file_that_was_saved_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        std::fs::write(&path, "a: 1\n").unwrap();
        let original = Original::read(&path).unwrap();
        std::fs::write(&path, "a: 2\n").unwrap();
        let error = original.replace("a: 3\n").unwrap_err().to_string();
        assert!(error.contains("changed the file meanwhile"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a: 2\n");
        std::fs::write(&path, "a: 1\n").unwrap();
        original.replace("a: 3\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a: 3\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
