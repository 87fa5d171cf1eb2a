//! The spool: rows in a temporary file until the run has ended well. A file destination is written beside its place, synced
//! and renamed; standard output gets the rows only then.

use super::{Format, ParquetWriter, RowEncoder, RowRange, SinkError, columns};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Bytes gathered before they are written; many rows that come at once are not gathered.
const BUFFER: usize = 32 << 10;

/// Where finished output goes.
#[derive(Debug, Clone)]
pub enum Output {
    Stdout,
    File(PathBuf),
}

enum Store {
    Anonymous(File),
    Beside(NamedTempFile, PathBuf),
}

/// Bytes that become visible all at once.
pub struct RowSpool {
    writer: BufWriter<Store>,
    name: String,
    written: u64,
}

impl Write for Store {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Store::Anonymous(file) => file.write(bytes),
            Store::Beside(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl RowSpool {
    pub fn new(destination: &Output) -> Result<Self, SinkError> {
        let (store, name) = match destination {
            Output::Stdout => {
                let name = "standard output".to_owned();
                (
                    Store::Anonymous(
                        tempfile::tempfile().map_err(|source| SinkError::Io { name: "a temporary file".to_owned(), source })?,
                    ),
                    name,
                )
            }
            Output::File(path) => {
                let name = path.display().to_string();
                (Store::Beside(beside(path)?, path.clone()), name)
            }
        };
        Ok(RowSpool { writer: BufWriter::with_capacity(BUFFER, store), name, written: 0 })
    }

    /// Adds bytes and says where they lie.
    pub fn push(&mut self, bytes: &[u8]) -> Result<RowRange, SinkError> {
        self.writer.write_all(bytes).map_err(|source| self.error(source))?;
        let start = self.written;
        self.written += bytes.len() as u64;
        Ok(start..self.written)
    }

    fn error(&self, source: std::io::Error) -> SinkError {
        SinkError::Io { name: self.name.clone(), source }
    }

    /// Makes the rows visible, without those in `dropped` (sorted, not overlapping).
    pub fn finish(self, encoder: &RowEncoder<'_>, dropped: &[RowRange]) -> Result<(), SinkError> {
        let name = self.name.clone();
        self.publish(encoder, dropped).map_err(|source| SinkError::Io { name, source })
    }

    /// The bytes as they were pushed, to be read again.
    pub fn into_file(self) -> Result<File, SinkError> {
        let name = self.name.clone();
        let file = || match self.writer.into_inner().map_err(|error| error.into_error())? {
            Store::Beside(file, _) => file.reopen(),
            Store::Anonymous(mut file) => file.seek(SeekFrom::Start(0)).map(|_| file),
        };
        file().map_err(|source| SinkError::Io { name, source })
    }

    /// Makes the bytes visible as they were pushed.
    pub fn finish_as_it_is(self) -> Result<(), SinkError> {
        let name = self.name.clone();
        let publish = || match self.writer.into_inner().map_err(|error| error.into_error())? {
            Store::Beside(file, path) => persist(file, &path),
            Store::Anonymous(mut file) => {
                file.seek(SeekFrom::Start(0))?;
                std::io::copy(&mut file, &mut std::io::stdout().lock()).map(drop)
            }
        };
        publish().map_err(|source| SinkError::Io { name, source })
    }

    fn publish(self, encoder: &RowEncoder<'_>, dropped: &[RowRange]) -> std::io::Result<()> {
        let as_it_is = dropped.is_empty() && matches!(encoder.format(), Format::Jsonl | Format::Csv | Format::Spreadsheet);
        match self.writer.into_inner().map_err(|error| error.into_error())? {
            Store::Beside(file, path) if as_it_is => persist(file, &path),
            Store::Beside(mut file, path) => {
                let mut finished = NamedTempFile::new_in(folder(&path))?;
                copy(file.as_file_mut(), &mut BufWriter::new(finished.as_file_mut()), encoder, dropped)?;
                persist(finished, &path)
            }
            Store::Anonymous(mut file) => {
                let mut out = BufWriter::with_capacity(256 << 10, std::io::stdout());
                match copy(&mut file, &mut out, encoder, dropped) {
                    // A reader that has seen enough (`| head`) is no failure.
                    Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                        let _ = out.into_parts();
                        Ok(())
                    }
                    result => result,
                }
            }
        }
    }
}

/// A temporary file in the folder of `path`, where nothing but a plain file may be replaced.
fn beside(path: &Path) -> Result<NamedTempFile, SinkError> {
    let name = path.display().to_string();
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => return Err(SinkError::Folder(name)),
        Ok(found) if found.is_symlink() => return Err(SinkError::Link(name)),
        Ok(found) if !found.is_file() => return Err(SinkError::Special(name)),
        _ if path.file_name().is_none() || name.ends_with('/') => return Err(SinkError::Folder(name)),
        _ => {}
    }
    NamedTempFile::new_in(folder(path)).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => SinkError::NoFolder(name),
        // Without the temporary file's name, which tells a reader nothing.
        kind => SinkError::Io { name, source: kind.into() },
    })
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Temporary files are readable by their owner only, and so is what becomes of them: it holds people's data.
fn persist(file: NamedTempFile, path: &Path) -> std::io::Result<()> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Copies the spool in its final form.
fn copy(spool: &mut File, out: &mut (impl Write + Send), encoder: &RowEncoder<'_>, dropped: &[RowRange]) -> std::io::Result<()> {
    spool.seek(SeekFrom::Start(0))?;
    let rows = Without { inner: spool, at: 0, dropped: dropped.to_vec(), next: 0 };
    let mut rows = BufReader::with_capacity(256 << 10, rows);
    match encoder.format() {
        Format::Jsonl | Format::Csv | Format::Spreadsheet => {
            std::io::copy(&mut rows, out)?;
        }
        Format::Ics => {
            let frame = encoder.calendar.frame();
            out.write_all(&frame.head())?;
            std::io::copy(&mut rows, out)?;
            out.write_all(&frame.tail())?;
        }
        Format::Json => {
            out.write_all(b"[")?;
            let mut first = true;
            each_line(rows, |line| {
                out.write_all(if std::mem::take(&mut first) { b"\n  " } else { b",\n  " })?;
                out.write_all(line.as_bytes())
            })?;
            out.write_all(if first { b"]\n" } else { b"\n]\n" })?;
        }
        Format::Parquet => {
            let mapping = encoder.mapping();
            let mut file = ParquetWriter::new(&mut *out, &columns(mapping), &encoder.made_by())?;
            each_line(rows, |line| file.row(line))?;
            file.finish()?;
        }
        Format::Table => {
            out.write_all(encoder.widths.head().as_bytes())?;
            each_line(rows, |line| out.write_all(encoder.widths.draw(line).as_bytes()))?;
        }
    }
    out.flush()
}

fn each_line(mut rows: impl BufRead, mut take: impl FnMut(&str) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut line = String::new();
    while rows.read_line(&mut line)? > 0 {
        take(line.trim_end_matches('\n'))?;
        line.clear();
    }
    Ok(())
}

/// Reads a file without some of its ranges.
struct Without<'f> {
    inner: &'f mut File,
    at: u64,
    dropped: Vec<RowRange>,
    next: usize,
}

impl Read for Without<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while let Some(range) = self.dropped.get(self.next).filter(|range| range.start == self.at) {
            self.at = self.inner.seek(SeekFrom::Start(range.end))?;
            self.next += 1;
        }
        let most = self.dropped.get(self.next).map_or(u64::MAX, |range| range.start - self.at);
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.at += read as u64;
        Ok(read)
    }
}
