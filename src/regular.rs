//! Regular files, opened without waiting for anybody.
//!
//! At the bottom of the crate, beside `draft`. A pipe under a file's name would hold up whoever
//! opens it until somebody writes into it, and a device may begin to do something: so what opens a
//! file whose name comes from outside does it through here.

use std::fmt;
use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What this module has against a file, inside an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A pipe, a socket, a device.
    NotRegular,
    /// Nothing in it.
    Empty,
}

impl Refusal {
    /// The refusal in `error`, if it is one of this module's.
    pub fn in_error(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().copied()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRegular => "not a regular file",
            Self::Empty => "an empty file",
        })
    }
}

impl std::error::Error for Refusal {}

/// Opens the file at `path` for reading; never waits, whatever kind of file it is.
///
/// # Errors
///
/// What the system says, [`ErrorKind::IsADirectory`] and [`Refusal::NotRegular`].
pub fn open(path: &Path) -> io::Result<(File, Metadata)> {
    // Looked at before it is opened: opening a device can set something in motion.
    check_kind(fs::metadata(path)?.file_type())?;
    // And again after, because it may have become a pipe in between.
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    let facts = file.metadata()?;
    check_kind(facts.file_type())?;
    Ok((file, facts))
}

/// The same for a file with something in it.
///
/// # Errors
///
/// As [`open`], and [`Refusal::Empty`].
pub fn open_filled(path: &Path) -> io::Result<(File, Metadata)> {
    let (file, facts) = open(path)?;
    if facts.len() == 0 {
        return Err(io::Error::new(ErrorKind::InvalidData, Refusal::Empty));
    }
    Ok((file, facts))
}

/// What is in the file at `path`, if that is no more than `most` bytes.
///
/// # Errors
///
/// As [`open`], and [`ErrorKind::FileTooLarge`].
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let (file, facts) = open(path)?;
    let mut bytes = Vec::new();
    if facts.len() <= most {
        // It may grow while it is read.
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    if facts.len().max(bytes.len() as u64) > most {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("longer than {most} bytes")));
    }
    Ok(bytes)
}

fn check_kind(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        Ok(())
    } else if kind.is_dir() {
        Err(ErrorKind::IsADirectory.into())
    } else {
        Err(io::Error::new(ErrorKind::InvalidInput, Refusal::NotRegular))
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A pipe in `folder` that nobody writes into.
    pub fn pipe(folder: &Path) -> PathBuf {
        let path = folder.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    #[test]
    fn what_is_no_regular_file_is_refused_and_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        for odd in [pipe(folder.path()), "/dev/zero".into(), "/dev/tty".into()] {
            let error = open(&odd).unwrap_err();
            assert_eq!(Refusal::in_error(&error), Some(Refusal::NotRegular), "{}", odd.display());
            assert_eq!(error.to_string(), "not a regular file");
        }
        assert_eq!(open(folder.path()).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert_eq!(open(&folder.path().join("none")).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(open(&file).unwrap().1.len(), 0);
        assert_eq!(Refusal::in_error(&open_filled(&file).unwrap_err()), Some(Refusal::Empty));
    }

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert_eq!(read(&file, 4).unwrap_err().kind(), ErrorKind::FileTooLarge);
        File::options().write(true).open(&file).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(read(&file, 1 << 20).unwrap_err().kind(), ErrorKind::FileTooLarge);
        // It says that it is empty, and is not.
        assert_eq!(
            read(Path::new("/proc/meminfo"), 8).unwrap_err().kind(),
            ErrorKind::FileTooLarge
        );
    }
}
