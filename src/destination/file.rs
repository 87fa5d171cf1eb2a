//! Rows in a file that appears whole or not at all. What it holds is remembered in the state, with the form in which it is written:
//! a row that must not be touched is written again as it was.

use super::{Destination, DestinationError, Drift, hex};
use crate::plan::{Column, Existing, PlanError, Row, Workbench};
use crate::sink::{Frame, Output, ParquetWriter, RowSpool, SinkError, csv_line};
use crate::state::State;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

/// How rows stand in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFormat {
    /// One JSON object a line.
    Lines,
    /// One JSON array.
    Json,
    /// CSV, with this line before them.
    Csv { head: Vec<u8>, columns: Vec<Column>, for_spreadsheets: bool },
    /// Events in a calendar.
    Calendar,
    /// Values in columns, made by the mappings of this name.
    Parquet { columns: Vec<Column>, mapping: String },
}

impl FileFormat {
    /// What tells files apart whose rows are the same: rows of one kind are never written into a file of another.
    fn form(&self) -> String {
        match self {
            FileFormat::Lines => "jsonl".to_owned(),
            FileFormat::Json => "json".to_owned(),
            FileFormat::Csv { head, for_spreadsheets, .. } => {
                let kind = if *for_spreadsheets { "spreadsheet" } else { "csv" };
                format!("{kind}-{}", &hex(Sha256::new().chain_update(head))[..16])
            }
            FileFormat::Calendar => "ics".to_owned(),
            FileFormat::Parquet { columns, mapping } => {
                let types: Vec<String> = columns.iter().map(|column| format!("{} {}\n", column.kind, column.name)).collect();
                format!("parquet-{}", &hex(Sha256::new().chain_update(types.concat()).chain_update(mapping))[..16])
            }
        }
    }

    /// The kind of row that a form has: the values of the same kind of row can be written again.
    fn kind(form: &str) -> &str {
        match form.split_once('-').map_or(form, |(kind, _)| kind) {
            "json" => "jsonl",
            "spreadsheet" => "csv",
            kind => kind,
        }
    }
}

/// A file of rows.
pub struct FileDestination<'s> {
    pub path: PathBuf,
    pub format: FileFormat,
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
            let (_, pending) = noted(&pending);
            let arrived = self.sum()?.is_some_and(|sum| sum == pending);
            self.state.settle(&self.job, arrived)?;
        }
        Ok(())
    }

    /// Hands out the rows of the file, each with the line that stands there: lines of rows that are held were written for the
    /// columns that there were then.
    fn each_row<E: From<PlanError>>(
        &self,
        plan: &Workbench,
        is_other: bool,
        mut take: impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        plan.each_row(|mut row| {
            if let FileFormat::Csv { columns, for_spreadsheets, .. } = &self.format
                && is_other
            {
                row.line = Some(csv_line(columns, &row.cells, *for_spreadsheets));
            }
            take(row)
        })
    }

    fn write(&self, plan: &Workbench, is_other: bool, out: &mut Sent<'_>) -> Result<(), DestinationError> {
        let text = |row: Row| row.line.unwrap_or_default();
        let io = |error| self.io(error);
        match &self.format {
            FileFormat::Lines => plan.each_row(|row| out.write_all(text(row).as_bytes()).map_err(io)),
            FileFormat::Csv { head, .. } => {
                out.write_all(head).map_err(io)?;
                self.each_row(plan, is_other, |row| out.write_all(text(row).as_bytes()).map_err(io))
            }
            FileFormat::Json => {
                let mut first = true;
                plan.each_row(|row| {
                    out.write_all(if std::mem::take(&mut first) { b"[\n  " } else { b",\n  " }).map_err(io)?;
                    out.write_all(text(row).trim_end_matches('\n').as_bytes()).map_err(io)
                })?;
                out.write_all(if first { b"[]\n" } else { b"\n]\n" }).map_err(io)
            }
            FileFormat::Calendar => {
                let mut frame = Frame::default();
                plan.each_row::<PlanError>(|row| {
                    frame.add(&text(row));
                    Ok(())
                })?;
                out.write_all(&frame.head()).map_err(io)?;
                plan.each_row(|row| out.write_all(text(row).as_bytes()).map_err(io))?;
                out.write_all(&frame.tail()).map_err(io)
            }
            FileFormat::Parquet { columns, mapping } => {
                let mut file = ParquetWriter::new(out, columns, mapping).map_err(io)?;
                plan.each_row(|row| file.row(&row.cells).map_err(io))?;
                file.finish().map_err(io)
            }
        }
    }
}

/// Form and checksum of what was written.
fn noted(sum: &str) -> (&str, &str) {
    sum.split_once(' ').unwrap_or(("", sum))
}

/// Bytes on their way into a file, with their checksum.
struct Sent<'r> {
    rows: &'r mut RowSpool,
    sum: Sha256,
}

impl Write for Sent<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.sum.update(bytes);
        self.rows.push(bytes).map_err(|error| match error {
            SinkError::Io { source, .. } => source,
            error => std::io::Error::other(error),
        })?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Destination for FileDestination<'_> {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    fn existing(&mut self) -> Result<Box<dyn Existing + '_>, DestinationError> {
        self.settle()?;
        let form = self.format.form();
        // Where no form is noted, an older bobmap has written the rows: they are this job's all the same.
        let is_known = |sum: String| ["", FileFormat::kind(&form)].contains(&FileFormat::kind(noted(&sum).0));
        match self.state.written_sum(&self.job)?.is_some_and(is_known) {
            true => Ok(Box::new(self.state.written(&self.job)?)),
            false => Ok(Box::new(Nothing)),
        }
    }

    fn drift(&mut self) -> Result<Option<Drift>, DestinationError> {
        let (now, written) = (self.sum()?, self.state.written_sum(&self.job)?);
        Ok(match (now, written.as_deref().map(noted)) {
            (None, _) => Some(Drift::Missing),
            (Some(_), None) => Some(Drift::Foreign),
            (Some(now), Some((_, written))) if now != written => Some(Drift::Changed),
            (Some(_), Some((form, _))) => (form != self.format.form()).then_some(Drift::Form),
        })
    }

    fn dropped_columns(&mut self) -> Result<Vec<String>, DestinationError> {
        Ok(Vec::new())
    }

    fn apply(&mut self, plan: &Workbench, _: Timestamp) -> Result<(), DestinationError> {
        let mut rows = RowSpool::new(&Output::File(self.path.clone()))?;
        let mut sent = Sent { rows: &mut rows, sum: Sha256::new() };
        let form = self.format.form();
        let is_other = self.state.written_sum(&self.job)?.is_some_and(|sum| noted(&sum).0 != form);
        self.write(plan, is_other, &mut sent)?;
        let sum = format!("{form} {}", hex(sent.sum));
        self.state.pend(&self.job, &sum, |take| self.each_row(plan, is_other, take))?;
        rows.finish_as_it_is()?;
        self.state.settle(&self.job, true)?;
        Ok(())
    }
}

/// No rows: those that were written stand in a file of another kind.
struct Nothing;

impl Existing for Nothing {
    fn next(&mut self) -> Result<Option<Row>, PlanError> {
        Ok(None)
    }
}
