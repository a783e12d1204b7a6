//! A model file on disk, read by position.
//!
//! Not mapped into memory: a mapped file that someone cuts short kills the process that touches
//! it, a failed read is an error like any other.

use crate::engine::error::{Error, Flaw};
use crate::regular;
use rayon::prelude::*;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A regular, readable file that is not empty.
pub struct ModelFile {
    path: PathBuf,
    bytes: Bytes,
    len: u64,
}

/// Where the bytes are.
enum Bytes {
    OnDisk(File),
    /// Part of the program.
    Embedded(&'static [u8]),
}

impl ModelFile {
    /// A file that is part of the program, under the name that errors shall use.
    pub fn embedded(name: &str, bytes: &'static [u8]) -> Self {
        Self { path: name.into(), bytes: Bytes::Embedded(bytes), len: bytes.len() as u64 }
    }

    /// Opens a file for reading; never waits, whatever kind of file it is.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let opened = regular::open_filled(path);
        let (file, status) = opened.map_err(|error| Error::from_io(path, &error))?;
        Ok(Self { path: path.to_owned(), bytes: Bytes::OnDisk(file), len: status.len() })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its length in bytes when it was opened.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// The error for a flaw in this file.
    pub fn flawed(&self, flaw: Flaw) -> Error {
        Error::flawed(&self.path, flaw)
    }

    /// `len` bytes from `offset` on. Nothing is reserved for bytes that the file does not have:
    /// [`Flaw::Truncated`].
    pub fn read_at(&self, offset: u64, len: u64) -> Result<Vec<u8>, Error> {
        let end = offset.saturating_add(len);
        let size = usize::try_from(len).unwrap_or(usize::MAX);
        if end > self.len || size == usize::MAX {
            return Err(self.flawed(Flaw::Truncated { expected: end, found: self.len }));
        }
        let mut bytes = vec![0; size];
        self.fill_all_at(offset, &mut bytes)?;
        Ok(bytes)
    }

    /// Fills a large `buffer` with the bytes from `offset` on, on all cores: copying out of the
    /// system's cache takes its time.
    pub fn fill_all_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        const RUN: usize = 4 << 20;
        let runs = buffer.par_chunks_mut(RUN).enumerate();
        runs.into_par_iter()
            .try_for_each(|(run, bytes)| self.fill_at(offset + (run * RUN) as u64, bytes))
    }

    /// Fills `buffer` with the bytes from `offset` on.
    pub fn fill_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        let file = match &self.bytes {
            Bytes::OnDisk(file) => file,
            Bytes::Embedded(bytes) => return self.fill_from(bytes, offset, buffer),
        };
        file.read_exact_at(buffer, offset).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => {
                let found = file.metadata().map_or(self.len, |status| status.len());
                self.truncated(offset, buffer.len(), found)
            }
            _ => Error::from_io(&self.path, &error),
        })
    }

    fn fill_from(&self, bytes: &[u8], offset: u64, buffer: &mut [u8]) -> Result<(), Error> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let found = bytes.get(start..start.saturating_add(buffer.len()));
        let found = found.ok_or_else(|| self.truncated(offset, buffer.len(), self.len))?;
        buffer.copy_from_slice(found);
        Ok(())
    }

    fn truncated(&self, offset: u64, len: usize, found: u64) -> Error {
        let expected = offset.saturating_add(len as u64);
        self.flawed(Flaw::Truncated { expected, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_shrinks_is_truncated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 100]).unwrap();
        let file = ModelFile::open(&path).unwrap();
        assert_eq!(file.read_at(90, 10).unwrap(), [7; 10]);
        File::options().write(true).open(&path).unwrap().set_len(95).unwrap();
        let flaw = Flaw::Truncated { expected: 100, found: 95 };
        assert_eq!(file.read_at(90, 10), Err(Error::flawed(&path, flaw)));
    }

    #[test]
    fn nothing_is_reserved_for_claimed_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"abc").unwrap();
        let file = ModelFile::open(&path).unwrap();
        for (offset, len) in [(0, 4), (3, 1), (u64::MAX, 1), (0, u64::MAX), (2, 1 << 62)] {
            let found = file.read_at(offset, len);
            assert!(matches!(
                found,
                Err(Error::Flawed { flaw: Flaw::Truncated { found: 3, .. }, .. })
            ));
        }
    }
}
