//! Long readings of time off that go on where they were stopped: what is finished lies in a folder beside the file to come.

use crate::catalog::resource::Resource;
use crate::cli::{Usage, load};
use crate::source::hibob::{Hibob, Parts, Question, TimeOffSettings};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What takes many calls, each of which says the same whenever it is made.
const RESUMABLE: [&str; 3] = ["hibob.time_off_changes", "hibob.time_off_requests", "hibob.time_off_balances"];

/// What the flags say of parts.
#[derive(Debug, Clone, Copy)]
pub struct Flags {
    pub resume: bool,
    pub restart: bool,
}

/// A reading in parts that has not begun.
pub struct Resume {
    folder: PathBuf,
    left: Option<Question>,
}

impl Resume {
    /// `None` where nothing is kept. `out` is the file to come, where it is one.
    ///
    /// # Errors
    /// The flags fit neither the resource nor what an earlier run left.
    pub fn of(resource: &'static Resource, out: Option<&Path>, whole: bool, flags: Flags) -> anyhow::Result<Option<Resume>> {
        let flag = if flags.resume { "--resume" } else { "--restart" };
        let given = flags.resume || flags.restart;
        if !RESUMABLE.contains(&resource.name) {
            let short: Vec<&str> = RESUMABLE.iter().map(|name| name.trim_start_matches("hibob.")).collect();
            return match given {
                true => refuse(format!("{flag} is for {}; {} is read in one go", short.join(", "), resource.name)),
                false => Ok(None),
            };
        }
        let out = match out {
            Some(out) if whole => out,
            _ if given => return refuse(format!("{flag} needs --out FILE: what is finished is kept beside it, in FILE.parts")),
            _ => return Ok(None),
        };
        let mut folder = out.as_os_str().to_owned();
        folder.push(".parts");
        let folder = PathBuf::from(folder);
        if flags.restart {
            Parts::remove(&folder)?;
        }
        let left = Parts::left(&folder)?;
        if left.is_some() && !flags.resume {
            return refuse(format!(
                "{} holds what an earlier run has finished: go on with --resume, or give --restart, which deletes it and begins anew",
                load::shown(&folder)
            ));
        }
        Ok(Some(Resume { folder, left }))
    }

    /// Asks again what was asked before, where no flag says it.
    pub fn repeat(&self, usual: &mut TimeOffSettings) {
        if let Some(question) = &self.left {
            question.repeat(usual);
        }
    }

    /// # Errors
    /// What was finished belongs to another question, or can't be read.
    pub fn open(&self, resource: &Resource, hibob: &Hibob) -> anyhow::Result<Arc<Parts>> {
        let question = hibob.question(resource.name);
        let differences = self.left.as_ref().map(|left| left.differences(&question)).unwrap_or_default();
        if !differences.is_empty() {
            return refuse(format!(
                "{} belongs to another question: {}. Ask as before to go on, or give --restart, which deletes it and begins anew",
                load::shown(&self.folder),
                differences.join("; ")
            ));
        }
        Ok(Arc::new(Parts::open(self.folder.clone(), question)?))
    }

    /// What is to be known after a run that failed.
    pub fn hint(&self, parts: &Parts) -> Option<String> {
        let folder = load::shown(&self.folder);
        parts
            .is_kept()
            .then(|| format!("what is finished is kept in {folder}: run the same again with --resume to go on from there"))
    }
}

fn refuse<T>(message: String) -> anyhow::Result<T> {
    Err(Usage(message).into())
}
