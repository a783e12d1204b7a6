//! The picture files in a folder and the folders in it, newest first.
//!
//! How deep and how many is bounded: the folder is the user's to choose, and may be `/`.

use crate::metadata::Format;
use std::cmp::Ordering;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many folders inside each other are looked into below the folder itself.
const DEEPEST: usize = 3;
const MOST_PICTURES: usize = 200_000;
/// Each is watched, and the system has a bound for that.
const MOST_FOLDERS: usize = 1_000;

/// One picture file, as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PictureFile {
    /// The file.
    pub path: Arc<Path>,
    /// When it was last written: seconds since 1970, and nanoseconds.
    pub modified: (i64, i64),
    /// Its size.
    pub bytes: u64,
}

impl PictureFile {
    /// The file at `path`, if it is one: visible, regular, and with a picture's ending.
    pub fn look(path: &Path) -> Option<Self> {
        let facts = fs::metadata(path).ok().filter(|facts| facts.is_file())?;
        is_picture_name(path).then(|| Self {
            path: path.into(),
            modified: (facts.mtime(), facts.mtime_nsec()),
            bytes: facts.len(),
        })
    }

    /// Newest first; of one moment, the higher number in the name first.
    pub fn order(&self, other: &Self) -> Ordering {
        let theirs = (other.modified, &other.path);
        theirs.cmp(&(self.modified, &self.path))
    }

    /// The name without its folder.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What was found in a folder.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The pictures, newest first.
    pub pictures: Vec<Arc<PictureFile>>,
    /// The folder itself and those in it that were looked into.
    pub folders: Vec<PathBuf>,
}

/// Whether a file of this name is listed.
fn is_picture_name(path: &Path) -> bool {
    !is_hidden(path) && Format::named(path).is_some()
}

/// The pictures in `folder` and below. What cannot be read is left out.
pub fn list(folder: &Path) -> Listing {
    let mut listing = Listing::default();
    collect(folder, 0, &mut listing);
    listing.pictures.sort_unstable_by(|a, b| a.order(b));
    listing
}

fn collect(folder: &Path, depth: usize, listing: &mut Listing) {
    if depth > DEEPEST || listing.folders.len() >= MOST_FOLDERS {
        return;
    }
    listing.folders.push(folder.to_owned());
    let mut inside = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // A link to a folder is not followed: it may lead back here.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            inside.push(entry.path());
        } else if listing.pictures.len() < MOST_PICTURES {
            listing.pictures.extend(PictureFile::look(&entry.path()).map(Arc::new));
        }
    }
    inside.sort();
    for folder in inside.iter().filter(|folder| !is_hidden(folder)) {
        collect(folder, depth + 1, listing);
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant, SystemTime};

    fn file(path: &Path, age_s: u64) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::create(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age_s)).unwrap();
    }

    fn names(listing: &Listing) -> Vec<String> {
        listing.pictures.iter().map(|file| file.name()).collect()
    }

    #[test]
    fn pictures_are_listed_newest_first_down_to_the_third_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (name, age) in [
            ("old.png", 90),
            ("new.PNG", 1),
            ("a/middle.jpg", 50),
            ("a/b/c/deep.webp", 70),
            ("a/b/c/d/too-deep.png", 2),
            (".hidden.png", 3),
            (".hidden/x.png", 3),
            ("notes.txt", 4),
            ("png", 4),
        ] {
            file(&at(name), age);
        }
        fs::create_dir(at("folder.png")).unwrap();
        std::os::unix::fs::symlink(folder.path(), at("a/back")).unwrap();
        std::os::unix::fs::symlink("nowhere", at("broken.png")).unwrap();
        let listing = list(folder.path());
        assert_eq!(names(&listing), ["new.PNG", "middle.jpg", "deep.webp", "old.png"]);
        let folders = ["", "a", "a/b", "a/b/c", "folder.png"].map(at);
        assert_eq!(listing.folders, folders);
        assert!(list(&at("nowhere")).pictures.is_empty());
    }

    #[test]
    fn of_one_moment_the_higher_number_comes_first() {
        let file =
            |name: &str| PictureFile { path: Path::new(name).into(), modified: (7, 0), bytes: 1 };
        assert_eq!(file("0002.png").order(&file("0001.png")), Ordering::Less);
    }

    #[test]
    fn twenty_thousand_are_listed_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..20_000 {
            fs::write(folder.path().join(format!("{number:05}.png")), "").unwrap();
        }
        let start = Instant::now();
        assert_eq!(list(folder.path()).pictures.len(), 20_000);
        let took = start.elapsed();
        println!("20,000 files listed in {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
