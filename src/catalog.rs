//! The model files on disk: what is there, and which file a name means.
//!
//! Names only; what is inside a file is for the engine to say.

mod fit;
mod hash;

pub use fit::{Reason, encoder_places, fit};
pub use hash::model_hash;

use crate::engine::{Error, Rule};
use crate::paths::expand_home;
use std::collections::HashSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Endings of model files, in the order of preference between files of one name.
const ENDINGS: [&str; 5] = ["safetensors", "ckpt", "pt", "pth", "bin"];

/// Folders below one of ours that are still looked into.
const DEEPEST: usize = 8;

/// Files and folders looked at before a listing ends: a whole disk is no model collection.
const MOST_ENTRIES: usize = 50_000;

/// The three kinds of model files, one folder each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// Checkpoints.
    Checkpoints,
    /// Separate autoencoders.
    Vae,
    /// Separate text encoders.
    Clip,
}

impl Shelf {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Checkpoints, Self::Vae, Self::Clip];

    /// The folder's name inside the models folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Checkpoints => "checkpoints",
            Self::Vae => "vae",
            Self::Clip => "clip",
        }
    }

    /// The request's field that takes a file from here.
    fn field(self) -> &'static str {
        match self {
            Self::Checkpoints => "checkpoint",
            Self::Vae => "vae",
            Self::Clip => "clip",
        }
    }
}

/// One model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path inside its folder, without the ending: how people call it.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Entry {
    fn new(shelf: &Path, path: PathBuf, bytes: u64) -> Self {
        let inside = path.strip_prefix(shelf).unwrap_or(&path).with_extension("");
        Self { name: inside.to_string_lossy().into_owned(), path, bytes }
    }

    fn is_called(&self, name: &Path) -> bool {
        self.path.ends_with(name) || self.path.with_extension("").ends_with(name)
    }

    fn rank(&self) -> usize {
        let ending = ending(&self.path);
        ENDINGS.iter().position(|known| Some(*known) == ending.as_deref()).unwrap_or(usize::MAX)
    }
}

/// What the model that comes with the program is called in commands and in pictures.
pub const DEMO: &str = "built-in-demo";

/// The model that comes with the program, whose file is `demo`, as one of the checkpoints.
pub fn demo(demo: &Path, name: String) -> Entry {
    let bytes = demo.metadata().map_or(0, |facts| facts.len());
    Entry { name, path: demo.to_owned(), bytes }
}

/// Whether `wanted` means the model that comes with the program: its name, or where it was before
/// the program moved.
pub fn is_demo(wanted: &Path) -> bool {
    wanted.file_stem().is_some_and(|stem| stem == DEMO)
}

/// The files on a shelf of the folder `models`, by name; none when there is no such folder.
pub fn list(models: &Path, shelf: Shelf) -> Vec<Entry> {
    let top = models.join(shelf.folder());
    let mut entries = Vec::new();
    let mut seen = HashSet::new();
    let mut left = MOST_ENTRIES;
    let mut folders = vec![(top.clone(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        // A folder reached twice, through links, is listed once.
        if !fs::canonicalize(&folder).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            left = match left.checked_sub(1) {
                Some(left) => left,
                None => break,
            };
            let path = entry.path();
            match fs::metadata(&path) {
                Ok(facts) if facts.is_dir() && depth < DEEPEST => folders.push((path, depth + 1)),
                Ok(facts) if facts.is_file() && is_model(&path) => {
                    entries.push(Entry::new(&top, path, facts.len()));
                }
                _ => {}
            }
        }
    }
    entries.sort_by_cached_key(|entry| (entry.name.to_lowercase(), entry.rank()));
    entries
}

/// The file that `wanted` means: a path, or a name on the shelf with or without its ending.
///
/// A file beats a name. What is neither is returned as it is when it looks like a path, so that
/// opening it tells what is wrong; a name that fits several files is [`Error::BadValue`].
pub fn find(models: &Path, shelf: Shelf, wanted: &Path) -> Result<PathBuf, Error> {
    let path = expand_home(wanted);
    if path.is_file() || is_explicit(wanted) {
        return Ok(path);
    }
    let entries = list(models, shelf);
    let exact = |entry: &&Entry| {
        Path::new(&entry.name) == wanted || entry.path == models.join(shelf.folder()).join(wanted)
    };
    if let Some(entry) = entries.iter().find(exact) {
        return Ok(entry.path.clone());
    }
    let fitting: Vec<_> = entries.iter().filter(|entry| entry.is_called(wanted)).collect();
    match fitting[..] {
        [] => Ok(path),
        [entry] => Ok(entry.path.clone()),
        _ => Err(Error::BadValue {
            field: shelf.field().to_owned(),
            value: wanted.display().to_string(),
            rule: Rule::OneOf { names: fitting.iter().map(|entry| entry.name.clone()).collect() },
        }),
    }
}

/// Whether `path` says where the file is, rather than what it is called.
fn is_explicit(path: &Path) -> bool {
    let first = path.components().next();
    let home = Component::Normal("~".as_ref());
    matches!(first, Some(Component::RootDir | Component::CurDir | Component::ParentDir))
        || first == Some(home)
}

fn is_model(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && ending(path).is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf_with(files: &[&str]) -> tempfile::TempDir {
        let models = tempfile::tempdir().unwrap();
        for file in files {
            let path = models.path().join("checkpoints").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        models
    }

    fn names(models: &Path) -> Vec<String> {
        list(models, Shelf::Checkpoints).into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn model_files_are_listed_by_name_with_those_in_subfolders() {
        let files = ["b.safetensors", "A.CKPT", "xl/c.pt", "note.txt", ".d.ckpt", "v1.5.bin"];
        let models = shelf_with(&files);
        assert_eq!(names(models.path()), ["A", "b", "v1.5", "xl/c"]);
        assert_eq!(list(models.path(), Shelf::Vae), []);
        assert_eq!(list(Path::new("no such folder"), Shelf::Clip), []);
    }

    #[test]
    fn links_are_followed_but_never_round_in_circles() {
        let models = shelf_with(&["in/a.ckpt"]);
        let top = models.path().join("checkpoints");
        std::os::unix::fs::symlink(&top, top.join("in/again")).unwrap();
        std::os::unix::fs::symlink(top.join("in/a.ckpt"), top.join("linked.ckpt")).unwrap();
        std::os::unix::fs::symlink("gone", top.join("dangling.ckpt")).unwrap();
        assert_eq!(names(models.path()), ["in/a", "linked"]);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}x.ckpt", "d/".repeat(DEEPEST + 1));
        let models = shelf_with(&[&deep, &deep[2..]]);
        assert_eq!(names(models.path()).len(), 1);
    }

    #[test]
    fn a_name_finds_its_file_with_or_without_ending_and_folder() {
        let models = shelf_with(&["a.ckpt", "a.safetensors", "xl/base_1.0.safetensors", "v1.5.pt"]);
        let top = models.path().join("checkpoints");
        let cases = [
            ("a", "a.safetensors"),
            ("a.ckpt", "a.ckpt"),
            ("base_1.0", "xl/base_1.0.safetensors"),
            ("base_1.0.safetensors", "xl/base_1.0.safetensors"),
            ("xl/base_1.0", "xl/base_1.0.safetensors"),
            ("v1.5", "v1.5.pt"),
        ];
        for (name, file) in cases {
            let found = find(models.path(), Shelf::Checkpoints, Path::new(name)).unwrap();
            assert_eq!(found, top.join(file), "{name}");
        }
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        let models = shelf_with(&["a.ckpt"]);
        let file = models.path().join("checkpoints/a.ckpt");
        let found = |wanted: &Path| find(models.path(), Shelf::Vae, wanted).unwrap();
        assert_eq!(found(&file), file);
        for path in ["./gone.ckpt", "/gone", "../gone", "gone"] {
            assert_eq!(found(Path::new(path)), Path::new(path));
        }
    }

    #[test]
    fn a_name_of_several_files_is_refused_with_their_names() {
        let models = shelf_with(&["x/a.ckpt", "y/a.ckpt"]);
        let Err(Error::BadValue { field, rule: Rule::OneOf { names }, .. }) =
            find(models.path(), Shelf::Checkpoints, Path::new("a"))
        else {
            panic!("found one")
        };
        assert_eq!((field.as_str(), names), ("checkpoint", vec!["x/a".into(), "y/a".into()]));
    }
}
