//! The way back from the desktop's trash, by the freedesktop.org trash standard 1.0.
//!
//! What puts a file there does not say under which name: the trash's own notes do.

use super::uri::unescaped;
use crate::regular;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// A note that the trash keeps is a few lines.
const LONGEST_NOTE: u64 = 64 << 10;

/// A file in a trash: the note about it, and when it got there.
struct Trashed {
    note: PathBuf,
    date: String,
}

/// Brings the file that was at `original` back there from the trash.
///
/// # Errors
///
/// What the system says: it is not in the trash any more, or there is another file by now, which
/// stays.
pub fn restore(original: &Path) -> io::Result<()> {
    restore_from(original, &trashes(original))
}

fn restore_from(original: &Path, trashes: &[(PathBuf, Option<PathBuf>)]) -> io::Result<()> {
    let found = trashes.iter().flat_map(|(trash, top)| notes(trash, top.as_deref(), original));
    let found = found.max_by(|a, b| a.date.cmp(&b.date)).ok_or(ErrorKind::NotFound)?;
    let name = found.note.file_stem().unwrap_or_default();
    let trash = found.note.parent().and_then(Path::parent).ok_or(ErrorKind::NotFound)?;
    move_back(&trash.join("files").join(name), original)?;
    // Without it the note is about a file that is not there, which trashes put up with.
    let _ = fs::remove_file(&found.note);
    Ok(())
}

/// The trashes that `original` may be in; with those of other disks, the folder that their notes
/// start from.
fn trashes(original: &Path) -> Vec<(PathBuf, Option<PathBuf>)> {
    // SAFETY: it has no preconditions and cannot fail.
    let user = unsafe { libc::getuid() };
    let home = dirs::data_dir().map(|folder| (folder.join("Trash"), None));
    let disks = original.ancestors().skip(1).flat_map(|top| {
        let folders =
            [top.join(".Trash").join(user.to_string()), top.join(format!(".Trash-{user}"))];
        folders.map(|trash| (trash, Some(top.to_owned())))
    });
    home.into_iter().chain(disks).collect()
}

/// The notes in `trash` about `original`. A file keeps the beginning of its name there, so that
/// only notes that begin like it need be read.
fn notes(trash: &Path, top: Option<&Path>, original: &Path) -> Vec<Trashed> {
    let name = original.file_name().unwrap_or_default().as_encoded_bytes();
    // A number goes in before the first dot.
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or_default();
    let entries = fs::read_dir(trash.join("info")).into_iter().flatten().flatten();
    let alike = entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(stem));
    let read = alike.filter_map(|entry| {
        let note = entry.path();
        let text = String::from_utf8(regular::read(&note, LONGEST_NOTE).ok()?).ok()?;
        let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
        let path = PathBuf::from(OsString::from_vec(unescaped(value("Path=")?)));
        let path = top.map_or(path.clone(), |top| top.join(path));
        let date = value("DeletionDate=").unwrap_or_default().to_owned();
        (path == original).then_some(Trashed { note, date })
    });
    read.collect()
}

/// Gives the file its name back, if no other has it by now.
fn move_back(file: &Path, original: &Path) -> io::Result<()> {
    match fs::hard_link(file, original) {
        Ok(()) => fs::remove_file(file),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A disk without links, or one that has no such file.
        Err(_) if original.symlink_metadata().is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(file, original),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throw_away(trash: &Path, name: &str, path: &str, date: &str) {
        fs::create_dir_all(trash.join("info")).unwrap();
        fs::create_dir_all(trash.join("files")).unwrap();
        fs::write(trash.join("files").join(name), date).unwrap();
        let note = format!("[Trash Info]\nPath={path}\nDeletionDate={date}\n");
        fs::write(trash.join("info").join(format!("{name}.trashinfo")), note).unwrap();
    }

    #[test]
    fn the_latest_of_the_name_comes_back_and_another_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let (trash, original) = (folder.join("Trash"), folder.join("a b.png"));
        let path = format!("{}/a%20b.png", folder.display());
        throw_away(&trash, "a b.png", &path, "2026-11-20T10:00:00");
        throw_away(&trash, "a b.2.png", &path, "2026-11-21T10:00:00");
        throw_away(&trash, "a b.3.png", "/elsewhere/a%20b.png", "2026-11-22T10:00:00");
        let trashes = [(folder.join("none"), None), (trash.clone(), None)];
        restore_from(&original, &trashes).unwrap();
        assert_eq!(fs::read_to_string(&original).unwrap(), "2026-11-21T10:00:00");
        assert!(!trash.join("info/a b.2.png.trashinfo").exists());
        assert!(!trash.join("files/a b.2.png").exists());
        let taken = restore_from(&original, &trashes).unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::AlreadyExists);
        fs::remove_file(&original).unwrap();
        restore_from(&original, &trashes).unwrap();
        fs::remove_file(&original).unwrap();
        assert_eq!(restore_from(&original, &trashes).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn another_disk_s_trash_names_files_from_its_top() {
        let folder = tempfile::tempdir().unwrap();
        let (top, original) = (folder.path(), folder.path().join("out/x.png"));
        fs::create_dir(top.join("out")).unwrap();
        throw_away(&top.join(".Trash-7"), "x.png", "out/x.png", "2026-11-20T10:00:00");
        restore_from(&original, &[(top.join(".Trash-7"), Some(top.to_owned()))]).unwrap();
        assert!(original.exists());
        let places = trashes(&original);
        assert!(places.iter().any(|(_, from)| from.as_deref() == Some(top)));
    }
}
