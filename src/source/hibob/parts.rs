//! Finished parts of a long reading, kept in a folder of their own, so that a reading that was stopped goes on where it was.

use super::stream::Lines;
use super::{HibobError, Settings, TimeOffSettings};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What a reading is about. Two readings with the same question have the same answer, whenever they are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub resource: String,
    pub address: String,
    /// Not the service user's id, but a number that another one does not have.
    pub service_user: String,
    pub since: String,
    pub until: String,
    pub pending: bool,
    pub balance_date: String,
    pub policy_types: Vec<String>,
}

impl Question {
    /// What `resource` is asked for by these settings.
    pub fn of(resource: &str, settings: &Settings) -> Question {
        let asked = &settings.time_off;
        let number = Sha256::digest(settings.credentials.id.expose_secret());
        let balances = resource == "hibob.time_off_balances";
        let of = |wanted: bool, text: String| if wanted { text } else { String::new() };
        Question {
            resource: resource.to_owned(),
            address: settings.address.to_string(),
            service_user: number.iter().take(6).map(|byte| format!("{byte:02x}")).collect(),
            since: of(!balances, asked.since.to_string()),
            until: of(!balances, asked.until.to_string()),
            pending: asked.pending,
            balance_date: of(balances, asked.as_of.to_string()),
            policy_types: if balances { asked.policy_types.clone() } else { Vec::new() },
        }
    }

    /// Says again what was asked, where a clock or a default would say something else now.
    pub fn repeat(&self, asked: &mut TimeOffSettings) {
        let moment = |text: &str, now| text.parse().unwrap_or(now);
        asked.since = moment(&self.since, asked.since);
        asked.until = moment(&self.until, asked.until);
        asked.as_of = self.balance_date.parse().unwrap_or(asked.as_of);
        asked.policy_types.clone_from(&self.policy_types);
    }

    /// In what `other` differs from this one, as sentences without an end: `--since is 2019-01-01 there and 2020-01-01 here`.
    pub fn differences(&self, other: &Question) -> Vec<String> {
        let types = |question: &Question| match question.policy_types.as_slice() {
            [] => "all".to_owned(),
            names => names.join(", "),
        };
        let whole = |question: &Question| question.pending.to_string();
        let (one_types, other_types, one_pending, other_pending) = (types(self), types(other), whole(self), whole(other));
        let pairs = [
            ("the resource", &self.resource, &other.resource),
            ("the address", &self.address, &other.address),
            ("--since", &self.since, &other.since),
            ("--until", &self.until, &other.until),
            ("--balance-date", &self.balance_date, &other.balance_date),
            ("--policy-type", &one_types, &other_types),
            ("the question for pending requests", &one_pending, &other_pending),
        ];
        let differ = pairs.into_iter().filter(|(_, there, here)| there != here);
        let differ = differ.map(|(what, there, here)| format!("{what} is {there} there and {here} here"));
        let user = (self.service_user != other.service_user).then(|| "the service user is another one".to_owned());
        differ.chain(user).collect()
    }
}

/// A part that was finished.
#[derive(Debug)]
pub(super) struct Part {
    pub lines: Lines,
    /// What was counted and is not among the records.
    pub left_out: u64,
}

/// What stands in the first line of a part.
#[derive(Serialize, Deserialize)]
struct Head {
    records: u64,
    left_out: u64,
}

/// The folder. It is made when something is finished first, and belongs to one reading at a time.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    question: Question,
    finished: BTreeSet<u64>,
    /// Held while the folder is in use.
    lock: Mutex<Option<File>>,
}

const QUESTION: &str = "question.json";
const LOCK: &str = "in-use";
const PART: &str = "part-";

impl Parts {
    /// What was asked where `folder` holds parts. `None` if there is no such folder, or nothing in it yet.
    ///
    /// # Errors
    /// There is something that is no folder of parts, or it can't be read.
    pub fn left(folder: &Path) -> Result<Option<Question>, HibobError> {
        let text = match std::fs::read(folder.join(QUESTION)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return match std::fs::read_dir(folder).map(|mut entries| entries.all(|entry| entry.is_ok_and(is_ours))) {
                    Ok(true) => Ok(None),
                    Ok(false) => Err(failed(folder, "it holds other files: parts of a reading need a folder of their own")),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(failed(folder, error)),
                };
            }
            Err(error) => return Err(failed(folder, error)),
        };
        let question = serde_json::from_slice(&text);
        question.map(Some).map_err(|_| failed(folder, "it was left by another version of bobmap: delete it"))
    }

    /// Takes up what lies in `folder`, or begins. Nothing is made before something is finished.
    ///
    /// # Errors
    /// Another run uses the folder, or it can't be read. What it holds must answer `question`: see [`Question::differences`].
    pub fn open(folder: PathBuf, question: Question) -> Result<Parts, HibobError> {
        let parts = Parts { folder, question, finished: BTreeSet::new(), lock: Mutex::default() };
        if Parts::left(&parts.folder)?.is_none() {
            return Ok(parts);
        }
        parts.lock()?;
        let entries = std::fs::read_dir(&parts.folder).map_err(|error| failed(&parts.folder, error))?;
        let name = |entry: io::Result<std::fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
        let number = |name: String| name.strip_prefix(PART)?.strip_suffix(".jsonl")?.parse().ok();
        Ok(Parts { finished: entries.filter_map(name).filter_map(number).collect(), ..parts })
    }

    /// Whether anything is kept.
    pub fn is_kept(&self) -> bool {
        self.folder.join(QUESTION).exists()
    }

    /// Deletes the folder with all that was put there. Nothing else in it is touched, and the folder stays then.
    ///
    /// # Errors
    /// It can't be deleted, or another run uses it.
    pub fn remove(folder: &Path) -> Result<(), HibobError> {
        let entries = match std::fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(|error| failed(folder, error))?,
        };
        let lock = locked(folder)?;
        for entry in entries {
            let entry = entry.map_err(|error| failed(folder, error))?;
            let path = entry.path();
            // The question goes last: without it the rest is nobody's.
            if is_ours(entry) && ![QUESTION, LOCK].iter().any(|name| path.ends_with(name)) {
                std::fs::remove_file(&path).map_err(|error| failed(&path, error))?;
            }
        }
        drop(lock);
        for name in [QUESTION, LOCK] {
            match std::fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(folder, error)),
                _ => {}
            }
        }
        std::fs::remove_dir(folder).map_err(|error| failed(folder, error))
    }

    /// Deletes the folder at the end of the reading.
    ///
    /// # Errors
    /// It can't be deleted.
    pub fn done(&self) -> Result<(), HibobError> {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Parts::remove(&self.folder)
    }

    /// A part that was finished by an earlier run.
    pub(super) fn load(&self, number: u64) -> Result<Option<Part>, HibobError> {
        if !self.finished.contains(&number) {
            return Ok(None);
        }
        let path = self.folder.join(part(number));
        let mut bytes = std::fs::read(&path).map_err(|error| failed(&path, error))?;
        let damaged = || failed(&path, "it is damaged: begin anew with --restart");
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
        let head: Head = serde_json::from_slice(&bytes[..end]).map_err(|_| damaged())?;
        bytes.drain(..=end);
        let (mut ranges, mut start) = (Vec::new(), 0);
        for end in memchr::memchr_iter(b'\n', &bytes) {
            ranges.push(start..end);
            start = end + 1;
        }
        let whole = start == bytes.len() && ranges.len() as u64 == head.records;
        whole.then_some(Some(Part { lines: Lines { bytes, ranges }, left_out: head.left_out })).ok_or_else(damaged)
    }

    pub(super) fn save(&self, number: u64, lines: &Lines, left_out: u64) -> Result<(), HibobError> {
        let head = Head { records: lines.ranges.len() as u64, left_out };
        let head = serde_json::to_string(&head).expect("two numbers can be written as JSON") + "\n";
        self.put(&part(number), &mut head.as_bytes().chain(lines.bytes.as_slice()))
    }

    /// A file beside the parts.
    pub(super) fn get(&self, name: &str) -> Result<Option<File>, HibobError> {
        match File::open(self.folder.join(name)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&self.folder.join(name), error)),
        }
    }

    /// Makes a file appear whole or not at all, even if the program or the machine ends in the middle.
    pub(super) fn put(&self, name: &str, content: &mut dyn Read) -> Result<(), HibobError> {
        self.make()?;
        let path = self.folder.join(name);
        write(&path, content).map_err(|error| failed(&path, error))
    }

    fn make(&self) -> Result<(), HibobError> {
        if self.lock.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(());
        }
        let mut folder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        match folder.create(&self.folder) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(&self.folder, error)),
            _ => {}
        }
        self.lock()?;
        let question = serde_json::to_string_pretty(&self.question).expect("texts can be written as JSON") + "\n";
        let path = self.folder.join(QUESTION);
        write(&path, &mut question.as_bytes()).map_err(|error| failed(&path, error))
    }

    fn lock(&self) -> Result<(), HibobError> {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(locked(&self.folder)?);
        Ok(())
    }
}

fn locked(folder: &Path) -> Result<File, HibobError> {
    let file = File::create(folder.join(LOCK)).map_err(|error| failed(folder, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        // Some shared folders know no locks.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::WouldBlock) => Err(failed(folder, "another run is using it: wait for its end")),
        Err(TryLockError::Error(error)) => Err(failed(folder, error)),
    }
}

fn write(path: &Path, content: &mut dyn Read) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(PART).suffix(".new").tempfile_in(folder)?;
    io::copy(content, &mut file)?;
    file.flush()?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

fn part(number: u64) -> String {
    format!("{PART}{number:06}.jsonl")
}

/// Whether a file was put there by this module.
fn is_ours(entry: std::fs::DirEntry) -> bool {
    let name = entry.file_name();
    let name = name.to_string_lossy();
    name == QUESTION || name == LOCK || name.starts_with(PART)
}

fn failed(path: &Path, why: impl std::fmt::Display) -> HibobError {
    HibobError::Parts { path: path.display().to_string(), why: why.to_string() }
}

/// Reads a small file whole.
pub(super) fn text(file: File) -> io::Result<String> {
    let mut text = String::new();
    BufReader::new(file).read_to_string(&mut text)?;
    Ok(text)
}
