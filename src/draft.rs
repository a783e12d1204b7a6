//! Files that appear whole or not at all: written under a hidden name, then given their own.
//!
//! The bottom of the crate, below even the engine: everything that writes a file does it through
//! here. Reasons never name the hidden file, which is gone when somebody reads them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A finished file without its name yet; dropping it removes it.
#[derive(Debug)]
pub struct Draft {
    path: TempPath,
}

/// A name that a draft could not be given.
#[derive(Debug)]
pub struct Refused {
    /// The name.
    pub file: PathBuf,
    /// Why not.
    pub error: io::Error,
}

impl Draft {
    /// Has `write` fill a file in `folder`, which is made when there is none.
    ///
    /// # Errors
    ///
    /// What the system or `write` says. Nothing but the folder is left then.
    pub fn new(folder: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // The rights of any new file, the user's umask taken off, not a temporary file's private
        // ones.
        let create = |path: &Path| {
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o666).open(path)
        };
        let draft = tempfile::Builder::new().prefix(".").suffix(".part").make_in(folder, create)?;
        let (mut file, path) = draft.into_parts();
        write(&mut file)?;
        file.sync_all()?;
        Ok(Self { path })
    }

    /// Gives it the first of `names` that is free: no file is ever replaced.
    pub fn publish(self, names: impl Iterator<Item = PathBuf>) -> Result<PathBuf, Refused> {
        let mut path = self.path;
        let mut last = PathBuf::new();
        for name in names {
            path = match path.persist_noclobber(&name) {
                Ok(()) => return Ok(named(name)),
                Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => failed.path,
                Err(failed) => match claim(failed.path, &name, failed.error) {
                    Err(error) => return Err(Refused { file: name, error }),
                    Ok(None) => return Ok(named(name)),
                    Ok(Some(path)) => path,
                },
            };
            last = name;
        }
        Err(Refused { file: last, error: io::Error::other("every name is taken") })
    }

    /// Gives it the name `file`, and the rights of the file that it replaces.
    fn replace(self, file: &Path) -> io::Result<()> {
        if let Ok(old) = fs::metadata(file) {
            fs::set_permissions(&self.path, old.permissions())?;
        }
        self.path.persist(file).map_err(|refused| refused.error)?;
        named(file.to_owned());
        Ok(())
    }
}

/// Has `write` fill `file`, which afterwards holds the new or the old contents, never a half.
///
/// Its folder is made when there is none. A link stays a link: its target is what is replaced.
///
/// # Errors
///
/// What the system or `write` says. A file that was there is then as before.
pub fn replace(file: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let file = &fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    Draft::new(folder_of(file), write)?.replace(file)
}

/// Has `write` fill `file`, for what can be made again: whole or not at all, for the user's eyes
/// alone, but not waited for until a power cut cannot take it.
///
/// # Errors
///
/// What the system or `write` says.
pub fn keep(file: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = folder_of(file);
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // A temporary file's rights are 600.
    let mut draft = tempfile::Builder::new().prefix(".").suffix(".part").tempfile_in(folder)?;
    write(draft.as_file_mut())?;
    draft.persist(file).map(drop).map_err(|refused| refused.error)
}

/// The folder that `file` is in.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The slower way for file systems with neither hard links nor a rename that spares files: an
/// empty file takes the name, then the draft replaces it. `None`: done; else the name is taken.
fn claim(draft: TempPath, name: &Path, refused: io::Error) -> io::Result<Option<TempPath>> {
    let links_missing =
        matches!(refused.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported);
    if !links_missing {
        return Err(refused);
    }
    match OpenOptions::new().write(true).create_new(true).open(name) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Some(draft)),
        other => drop(other?),
    }
    draft.persist(name).map(|()| None).map_err(|refused| {
        let _ = fs::remove_file(name);
        refused.error
    })
}

/// Makes the new name last through a power cut, as far as the file system goes along.
fn named(file: PathBuf) -> PathBuf {
    if let Ok(folder) = File::open(folder_of(&file)) {
        let _ = folder.sync_all();
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    fn draft(folder: &Path) -> Draft {
        Draft::new(folder, |file| file.write_all(b"new")).unwrap()
    }

    #[test]
    fn a_name_is_claimed_where_there_are_no_links() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || io::Error::from(ErrorKind::PermissionDenied);
        let (free, taken) = (folder.path().join("free.png"), folder.path().join("taken.png"));
        fs::write(&taken, "old").unwrap();
        let draft = || draft(folder.path()).path;
        assert!(claim(draft(), &taken, refused()).unwrap().is_some());
        assert_eq!(fs::read(&taken).unwrap(), b"old");
        assert!(claim(draft(), &free, refused()).unwrap().is_none());
        assert_eq!(fs::read(&free).unwrap(), b"new");
        assert!(claim(draft(), &free, ErrorKind::StorageFull.into()).is_err());
    }

    #[test]
    fn a_draft_is_published_beside_and_never_over() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["a", "b"].map(|name| folder.path().join(name));
        fs::write(&names[0], "old").unwrap();
        assert_eq!(draft(folder.path()).publish(names.iter().cloned()).unwrap(), names[1]);
        let refused = draft(folder.path()).publish(names.iter().cloned()).unwrap_err();
        assert_eq!((refused.file, fs::read(&names[0]).unwrap()), (names[1].clone(), b"old".into()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn replacing_keeps_links_and_rights_and_the_old_when_it_fails() {
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        replace(&file, |out| out.write_all(b"old")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        replace(&link, |out| out.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let half = |out: &mut File| out.write_all(b"h").and_then(|()| Err(io::Error::other("x")));
        assert!(replace(&file, half).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn reasons_do_not_name_the_hidden_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        for place in [file.join("below"), PathBuf::from("/proc/file")] {
            let reason = replace(&place, |_| Ok(())).unwrap_err().to_string();
            assert!(!reason.contains(".part") && !reason.contains("path"), "{reason}");
        }
    }
}
