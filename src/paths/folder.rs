//! A folder that somebody wants to keep things in: what is in its way, and making it.

use super::expand_home;
use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What would become of a folder, without touching anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It is there, and can be written to.
    There,
    /// It is not there yet, and can be made.
    ToBeMade,
    /// No whole path was written.
    NotWhole,
    /// This is no folder.
    FileInTheWay(PathBuf),
    /// This folder may not be written to.
    NotWritable(PathBuf),
}

impl Outlook {
    /// What would become of `folder`, which may begin with `~/`. Slow disks take their time.
    pub fn of(folder: &Path) -> Self {
        let folder = expand_home(folder);
        if !folder.is_absolute() {
            return Self::NotWhole;
        }
        // A link that leads nowhere is in the way as well.
        let there = folder.ancestors().find(|path| path.symlink_metadata().is_ok());
        let Some(there) = there else { return Self::ToBeMade };
        if !there.is_dir() {
            return Self::FileInTheWay(there.to_owned());
        }
        match is_writable(there) {
            false => Self::NotWritable(there.to_owned()),
            true if there == folder => Self::There,
            true => Self::ToBeMade,
        }
    }

    /// Whether the folder can be used.
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::There | Self::ToBeMade)
    }
}

/// Whether this user may make files in `folder`, as far as the system can say beforehand.
fn is_writable(folder: &Path) -> bool {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return false };
    // SAFETY: the path is a string that ends with a zero and lives through the call.
    unsafe { libc::access(path.as_ptr(), libc::W_OK | libc::X_OK) == 0 }
}

/// Makes `folder` with all above it, and proves by a file that goes away again that it can be
/// written to.
///
/// # Errors
///
/// What the system says.
pub fn prepare(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = tempfile::Builder::new().prefix(".").suffix(".probe").tempfile_in(folder);
    // The system's words alone: the file's name means nothing to anybody.
    let reason = |error: io::Error| error.raw_os_error().map(io::Error::from_raw_os_error);
    probe.map(drop).map_err(|error| reason(error).unwrap_or_else(|| io::ErrorKind::Other.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_folder_is_there_or_can_be_made_or_something_is_in_its_way() {
        let home = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| home.path().join(name));
        fs::write(&file, "").unwrap();
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let new = home.path().join("new/deep");
        for (path, outlook) in [
            (home.path(), Outlook::There),
            (&new, Outlook::ToBeMade),
            (&file, Outlook::FileInTheWay(file.clone())),
            (&file.join("below"), Outlook::FileInTheWay(file.clone())),
            (&link, Outlook::FileInTheWay(link.clone())),
            (Path::new("new"), Outlook::NotWhole),
            (Path::new(""), Outlook::NotWhole),
            (Path::new("~other/new"), Outlook::NotWhole),
            (Path::new("/proc/new"), Outlook::NotWritable("/proc".into())),
        ] {
            let found = Outlook::of(path);
            // The superuser may write everywhere, as far as /proc says.
            let superuser = found == Outlook::ToBeMade && path.starts_with("/proc");
            assert!(found == outlook || superuser, "{path:?}: {found:?}");
        }
        assert!(!new.exists(), "asking makes nothing");
        assert!(Outlook::of(Path::new("~/")).is_fine());
    }

    #[test]
    fn a_prepared_folder_is_there_and_empty() {
        let home = tempfile::tempdir().unwrap();
        let new = home.path().join("new/deep");
        prepare(&new).unwrap();
        assert_eq!(fs::read_dir(&new).unwrap().count(), 0);
        fs::write(home.path().join("file"), "").unwrap();
        assert!(prepare(&home.path().join("file")).is_err());
        let reason = prepare(Path::new("/proc/self")).unwrap_err().to_string();
        assert!(!reason.contains(".probe"), "{reason}");
    }
}
