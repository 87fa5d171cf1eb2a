//! Who there is: the ids of all employees, kept in a temporary file without a name, so that memory does not grow with the company.

use super::client::{Body, Call};
use super::error::Cause;
use super::pieces::{employee_id, members};
use super::{Client, Endpoint, HibobError};
use crate::catalog::resource::Resource;
use crate::source::split::{Fault, Splitter};
use crate::value::json::{Quotes, text};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

/// More than an answer holds about one employee who is asked for the id alone.
const LARGEST: usize = 1 << 20;

/// How many ids are compared at once when repeated ones are looked for.
const AT_ONCE: u64 = 1 << 14;

/// A list of ids, to be taken from its beginning.
pub(super) struct Ids {
    file: BufReader<File>,
    /// The next id's number, from 0.
    at: u64,
    listed: u64,
    /// Numbers of ids that were named before.
    repeated: BTreeSet<u64>,
    /// There are more employees than were wanted.
    pub more: bool,
}

impl Ids {
    /// Asks for the ids, or for the first `most` of them.
    pub async fn list(client: &Client, resource: &'static Resource, body: String, most: Option<u64>) -> Result<Ids, HibobError> {
        let call = Call { endpoint: &Endpoint::PEOPLE, query: &[], body: Some(body) };
        // A list that breaks off is written anew.
        let (file, Named { count: listed, ascending, .. }) = client.call(&call, |body| read(body, resource, most)).await?;
        let spilled = file.map_err(spill)?;
        let mut ids = Ids { file: BufReader::new(spilled), at: 0, listed, repeated: BTreeSet::new(), more: false };
        if let Some(most) = most.filter(|most| listed > *most) {
            ids.more = true;
            ids.listed = most;
        }
        if ascending { ids.rewind() } else { ids.find_repeated() }.map_err(spill)?;
        Ok(ids)
    }

    /// Ids that are kept one a line, each once.
    pub fn kept(file: File) -> Result<Ids, HibobError> {
        let count = |file: &File| BufReader::new(file).lines().try_fold(0, |count, line| line.map(|_| count + 1));
        let listed = count(&file).map_err(spill)?;
        let mut ids = Ids { file: BufReader::new(file), at: 0, listed, repeated: BTreeSet::new(), more: false };
        ids.rewind().map_err(spill)?;
        Ok(ids)
    }

    /// How many employees there are to ask for.
    pub fn total(&self) -> u64 {
        self.listed - self.repeated()
    }

    /// How many times an id was named again.
    pub fn repeated(&self) -> u64 {
        self.repeated.len() as u64
    }

    /// The next `count` ids, fewer at the end.
    pub fn take(&mut self, count: usize) -> Result<Vec<String>, HibobError> {
        let (mut ids, mut line) = (Vec::with_capacity(count.min(1000)), String::new());
        while ids.len() < count && self.at < self.listed {
            let id = self.next(&mut line).map_err(spill)?;
            if !self.repeated.contains(&(self.at - 1)) {
                ids.push(id.to_owned());
            }
        }
        Ok(ids)
    }

    fn next<'l>(&mut self, line: &'l mut String) -> io::Result<&'l str> {
        line.clear();
        self.file.read_line(line)?;
        self.at += 1;
        Ok(line.trim_end())
    }

    /// Goes through the file once for each [`AT_ONCE`] ids: time in place of memory.
    fn find_repeated(&mut self) -> io::Result<()> {
        let hasher = RandomState::new();
        let rounds = self.listed.div_ceil(AT_ONCE);
        let (mut seen, mut line): (HashSet<u64>, String) = Default::default();
        for round in 0..rounds {
            seen.clear();
            self.rewind()?;
            while self.at < self.listed {
                let id = self.next(&mut line)?;
                // Ids are numbers below 2^64; what is none is compared by its hash.
                let number = id.parse().unwrap_or_else(|_| hasher.hash_one(id));
                if hasher.hash_one(number) % rounds == round && !seen.insert(number) {
                    self.repeated.insert(self.at - 1);
                }
            }
        }
        self.rewind()
    }

    fn rewind(&mut self) -> io::Result<()> {
        self.at = 0;
        self.file.seek(SeekFrom::Start(0)).map(drop)
    }
}

fn spill(error: io::Error) -> HibobError {
    HibobError::Spill(error.to_string())
}

/// What is known of the ids of an answer.
struct Named {
    count: u64,
    /// Whether each is a larger number than the one before: then none is named twice.
    ascending: bool,
    last: u64,
}

impl Named {
    fn nobody() -> Named {
        Named { count: 0, ascending: true, last: 0 }
    }

    fn add(&mut self, id: &str) {
        let number = id.parse().unwrap_or(0);
        self.ascending &= number > self.last;
        self.last = number;
        self.count += 1;
    }
}

/// The ids of an answer in a file, and how many; one more than `most` says that there are more.
async fn read(mut body: Body, resource: &'static Resource, most: Option<u64>) -> Result<(io::Result<File>, Named), Cause> {
    let mut out = match tempfile::tempfile() {
        Ok(file) => BufWriter::new(file),
        Err(error) => return Ok((Err(error), Named::nobody())),
    };
    let (mut splitter, mut bytes, mut spans) = (Splitter::new(resource, LARGEST), Vec::new(), Vec::new());
    let mut quotes = Quotes::new();
    let mut named = Named::nobody();
    loop {
        let chunk = body.chunk().await?;
        let last = chunk.is_none();
        if let Some(chunk) = chunk {
            bytes.extend_from_slice(&chunk);
        }
        quotes.clear();
        splitter.split(&bytes, last, &mut spans, &mut quotes).map_err(|(fault, _)| cause(fault))?;
        if (last || !spans.is_empty()) && splitter.key() != resource.envelope.first().copied() {
            return Err(Cause::Shape(r#"expected {"employees": [...]}"#.to_owned()));
        }
        for span in spans.drain(..) {
            let record = text(&bytes[span.range]).map_err(|_| Cause::not_utf8())?;
            let id = members(record).map(|members| employee_id(&members).map(|id| id.into_owned()))?;
            let id = id.ok_or_else(|| Cause::Shape("an employee without an id (root.id)".to_owned()))?;
            if let Err(error) = writeln!(out, "{id}") {
                return Ok((Err(error), Named::nobody()));
            }
            named.add(&id);
            if most.is_some_and(|most| named.count > most) {
                return Ok((finished(out), named));
            }
        }
        if last {
            return Ok((finished(out), named));
        }
        let released = splitter.release(&bytes);
        bytes.drain(..released);
    }
}

fn finished(out: BufWriter<File>) -> io::Result<File> {
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

fn cause(fault: Fault) -> Cause {
    match fault {
        Fault::Truncated | Fault::Unclosed => Cause::Cut,
        Fault::Empty => Cause::Empty,
        Fault::Malformed(fault) => Cause::Shape(format!("no JSON: {fault}")),
        Fault::TooLarge | Fault::Idle => Cause::Shape(format!("more than {} MiB about one employee's id", LARGEST >> 20)),
        Fault::Encoding(encoding) => Cause::Shape(format!("it is written in {encoding}, not in UTF-8")),
        Fault::Foreign(looks) => Cause::Shape(format!("no JSON: it {looks}")),
    }
}
