//! A reader of standard output that comes late.

use std::io::{self, PipeReader, Read};
use std::thread::{Builder, JoinHandle};

/// The read end of a pipe.
pub(super) enum StalledReader {
    /// Nobody reads.
    Waits(PipeReader),
    /// Everything is read as it comes.
    Reads(JoinHandle<io::Result<Vec<u8>>>),
}

impl StalledReader {
    /// Begins to read, in a thread that [`StalledReader::all`] waits for.
    pub(super) fn begin(self) -> io::Result<Self> {
        match self {
            StalledReader::Waits(reader) => {
                Builder::new().spawn(move || to_end(reader)).map(StalledReader::Reads)
            }
            reads => Ok(reads),
        }
    }

    /// All that has come, once nobody can write any more.
    pub(super) fn all(self) -> io::Result<Vec<u8>> {
        match self {
            StalledReader::Waits(reader) => to_end(reader),
            StalledReader::Reads(thread) => {
                thread.join().map_err(|_| io::Error::other("the reader panicked"))?
            }
        }
    }
}

fn to_end(mut reader: PipeReader) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}
