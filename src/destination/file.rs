//! Rows in a file that appears whole or not at all. What it holds is remembered in the state: a row that must not be touched
//! is written again as it was.

use super::{Destination, DestinationError, Drift};
use crate::plan::{Existing, Workbench};
use crate::sink::{Output, RowSpool};
use crate::state::State;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

/// How rows stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object a line, or with a head before them: CSV.
    Lines,
    /// One JSON array.
    Json,
}

/// A file of rows.
pub struct FileDestination<'s> {
    pub path: PathBuf,
    pub format: FileFormat,
    /// What stands before the first row.
    pub head: Vec<u8>,
    pub state: &'s State,
    pub job: String,
}

impl FileDestination<'_> {
    fn io(&self, source: std::io::Error) -> DestinationError {
        DestinationError::Io { name: self.name(), source }
    }

    /// The checksum of the file as it is; `None` if there is none.
    fn sum(&self) -> Result<Option<String>, DestinationError> {
        let mut file = match std::fs::File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.io(error)),
        };
        let (mut sum, mut buffer) = (Sha256::new(), vec![0; 64 << 10]);
        loop {
            match file.read(&mut buffer).map_err(|error| self.io(error))? {
                0 => return Ok(Some(hex(sum))),
                read => sum.update(&buffer[..read]),
            }
        }
    }

    /// Finds out what became of the rows that a killed run was about to write.
    fn settle(&self) -> Result<(), DestinationError> {
        if let Some(pending) = self.state.pending(&self.job)? {
            let arrived = self.sum()?.is_some_and(|sum| sum == pending);
            self.state.settle(&self.job, arrived)?;
        }
        Ok(())
    }
}

fn hex(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Destination for FileDestination<'_> {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        self.settle()?;
        Ok(Box::new(self.state.written(&self.job)?))
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        Ok(match (self.sum()?, self.state.written_sum(&self.job)?) {
            (None, _) => Some(Drift::Missing),
            (Some(_), None) => Some(Drift::Foreign),
            (Some(now), Some(written)) if now != written => Some(Drift::Changed),
            (Some(_), Some(_)) => None,
        })
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        Ok(Vec::new())
    }

    fn apply(&mut self, plan: &Workbench, _: Timestamp) -> Result<(), DestinationError> {
        let mut rows = RowSpool::new(&Output::File(self.path.clone()))?;
        let mut sum = Sha256::new();
        let mut push = |bytes: &[u8]| {
            sum.update(bytes);
            rows.push(bytes).map(drop)
        };
        push(&self.head)?;
        let mut first = true;
        plan.each_row::<DestinationError>(|row| {
            let line = row.line.unwrap_or_default();
            match self.format {
                FileFormat::Lines => push(line.as_bytes())?,
                FileFormat::Json => {
                    push(if std::mem::take(&mut first) { b"[\n  " } else { b",\n  " })?;
                    push(line.trim_end_matches('\n').as_bytes())?;
                }
            }
            Ok(())
        })?;
        match self.format {
            FileFormat::Lines => {}
            FileFormat::Json => push(if first { b"[]\n" } else { b"\n]\n" })?,
        }
        self.state.pend(&self.job, &hex(sum), |take| plan.each_row(take))?;
        rows.finish_as_it_is()?;
        self.state.settle(&self.job, true)?;
        Ok(())
    }
}
