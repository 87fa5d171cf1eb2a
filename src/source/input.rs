//! Bytes from a file, a pipe or any reader, unpacked on the way if they are gzip or zstd.

use super::{Limits, SourceError};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, ErrorKind, Read};
use std::path::Path;

/// The name that stands for the standard input on the command line, and in messages.
const STDIN: (&str, &str) = ("-", "standard input");

type Opened = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;
type Packed = BufReader<Counted>;

pub(super) struct Input {
    pub(super) name: String,
    decoder: Decoder,
    total: Option<u64>,
    unpacked: u64,
    pub(super) limits: Limits,
}

enum Decoder {
    /// Nothing has been read, so that it is not known what it is. `None` only while it is being opened.
    Unread(Option<Box<dyn Read + Send>>),
    Plain(Opened),
    Gzip(MultiGzDecoder<Packed>),
    Zstd(zstd::stream::read::Decoder<'static, Packed>),
}

/// Counts what is read of packed bytes.
struct Counted {
    reader: Opened,
    read: u64,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl Input {
    /// The file at `path`, or the standard input for `-`.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        if path == Path::new(STDIN.0) {
            return Ok(Input::new(STDIN.1.to_owned(), Box::new(io::stdin()), None));
        }
        let name = path.display().to_string();
        let opened = File::open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
        let (file, metadata) = match opened {
            Ok((_, metadata)) if metadata.is_dir() => return Err(SourceError::Directory { name }),
            Ok(opened) => opened,
            Err(error) => return Err(unreadable(name, error)),
        };
        let total = metadata.is_file().then_some(metadata.len());
        Ok(Input::new(name, Box::new(file), total))
    }

    pub(super) fn new(name: String, reader: Box<dyn Read + Send>, total: Option<u64>) -> Self {
        Input { name, decoder: Decoder::Unread(Some(reader)), total, unpacked: 0, limits: Limits::default() }
    }

    /// Fills `out` with the next bytes; fewer mean the end. Says how many there are, which holds for an error, too.
    pub(super) fn fill(&mut self, out: &mut [u8]) -> (usize, Result<(), SourceError>) {
        let mut filled = 0;
        let mut read = Ok(());
        while filled < out.len() {
            match self.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    read = Err(error);
                    break;
                }
            }
        }
        self.unpacked += filled as u64;
        (filled, read.map_err(|error| self.failure(error)).and_then(|()| self.judge()))
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Decoder::Unread(reader) = &mut self.decoder {
            let reader = reader.take().ok_or_else(|| io::Error::other("reading it has failed before"))?;
            self.decoder = Decoder::open(reader)?;
        }
        match &mut self.decoder {
            Decoder::Unread(_) => Ok(0),
            Decoder::Plain(reader) => reader.read(out),
            Decoder::Gzip(reader) => reader.read(out),
            Decoder::Zstd(reader) => reader.read(out),
        }
    }

    /// Refuses what unpacks to more than any records do.
    fn judge(&self) -> Result<(), SourceError> {
        let (read, _) = self.progress();
        match self.format() {
            Some(format) if self.unpacked > self.limits.unpacked.max(read.saturating_mul(self.limits.ratio)) => {
                Err(SourceError::Bomb { name: self.name.clone(), format, read, unpacked: self.unpacked })
            }
            _ => Ok(()),
        }
    }

    fn format(&self) -> Option<&'static str> {
        match self.decoder {
            Decoder::Unread(_) | Decoder::Plain(_) => None,
            Decoder::Gzip(_) => Some("gzip"),
            Decoder::Zstd(_) => Some("zstd"),
        }
    }

    /// An error of the device is told from one of the decoder by the number that only the former has, or by its kind.
    fn failure(&self, error: io::Error) -> SourceError {
        let packed = matches!(
            error.kind(),
            ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::Other
        );
        match self.format() {
            Some(format) if packed && error.raw_os_error().is_none() => {
                SourceError::Compressed { name: self.name.clone(), format, offset: self.unpacked, source: error }
            }
            _ => unreadable(self.name.clone(), error),
        }
    }

    /// Bytes read as they lie on the disk, and how many there are.
    pub(super) fn progress(&self) -> (u64, Option<u64>) {
        let read = match &self.decoder {
            Decoder::Unread(_) | Decoder::Plain(_) => self.unpacked,
            Decoder::Gzip(reader) => reader.get_ref().get_ref().read,
            Decoder::Zstd(reader) => reader.get_ref().get_ref().read,
        };
        (read, self.total)
    }
}

impl Decoder {
    fn open(mut reader: Box<dyn Read + Send>) -> io::Result<Self> {
        let mut magic = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut magic)?;
        let gzip = magic.starts_with(b"\x1f\x8b");
        let zstd = magic == b"\x28\xb5\x2f\xfd" || matches!(magic[..], [0x50..=0x5f, 0x2a, 0x4d, 0x18]);
        let reader = Cursor::new(magic).chain(reader);
        let packed = |reader| BufReader::with_capacity(1 << 16, Counted { reader, read: 0 });
        Ok(if gzip {
            Decoder::Gzip(MultiGzDecoder::new(packed(reader)))
        } else if zstd {
            Decoder::Zstd(zstd::stream::read::Decoder::with_buffer(packed(reader))?)
        } else {
            Decoder::Plain(reader)
        })
    }
}

fn unreadable(name: String, error: io::Error) -> SourceError {
    match error.kind() {
        ErrorKind::NotFound => SourceError::Missing { name },
        ErrorKind::PermissionDenied => SourceError::Forbidden { name },
        ErrorKind::IsADirectory => SourceError::Directory { name },
        _ => SourceError::Io { name, source: error },
    }
}
