//! Where `generate` puts its pictures: a file, or a folder.

use crate::cli::failure::Failure;
use crate::engine::{Error, Picture, Rule};
use crate::metadata::PictureFacts;
use crate::output;
use std::path::{Path, PathBuf};

/// Endings that ask for another format than PNG.
const OTHER_FORMATS: [&str; 9] =
    ["jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif", "jxl"];

/// The place for pictures.
#[derive(Debug, PartialEq)]
pub enum Target {
    /// Names are made up inside it.
    Folder(PathBuf),
    /// This one, or the next free name beside it.
    File(PathBuf),
}

impl Target {
    /// What `--output` means, or the settings' folder without it.
    ///
    /// Checked before anything is computed: the place must take files.
    pub fn new(output: Option<&Path>, folder: PathBuf) -> Result<Self, Failure> {
        let target = match output {
            None => Self::Folder(folder),
            Some(path) => Self::meant(path)?,
        };
        match &target {
            Self::Folder(folder) => output::probe_folder(folder)?,
            Self::File(file) => output::probe_file(file)?,
        }
        Ok(target)
    }

    fn meant(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let ending = ending.as_deref().unwrap_or_default();
        let is_folder = path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/");
        if is_folder {
            Ok(Self::Folder(path.to_owned()))
        } else if OTHER_FORMATS.contains(&ending) || path.as_os_str() == "-" {
            let (field, value) = ("output".to_owned(), path.display().to_string());
            let rule = Rule::OneOf { names: vec!["FILE.png".to_owned(), "FOLDER".to_owned()] };
            Err(Error::BadValue { field, value, rule }.into())
        } else if ending == "png" || path.exists() {
            Ok(Self::File(path.to_owned()))
        } else {
            Ok(Self::Folder(path.to_owned()))
        }
    }

    /// Writes a picture there; the file that it became.
    pub fn save(&self, picture: &Picture, facts: &PictureFacts) -> Result<PathBuf, Error> {
        match self {
            Self::Folder(folder) => output::save(folder, picture, facts),
            Self::File(file) => output::save_as(file, picture, facts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_folder_or_a_png_file() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("plain"), "").unwrap();
        std::fs::create_dir(at("is.png")).unwrap();
        let meant = |path: &Path| Target::new(Some(path), PathBuf::new()).unwrap();
        for name in ["new", "v1.5", "is.png", "new.png/"] {
            assert_eq!(meant(&at(name)), Target::Folder(at(name)), "{name}");
        }
        for name in ["cat.png", "cat.PNG", "plain", "new/cat.png"] {
            assert_eq!(meant(&at(name)), Target::File(at(name)), "{name}");
        }
        assert_eq!(Target::new(None, at("o")).unwrap(), Target::Folder(at("o")));
        assert!(!at("o").exists(), "asking made a folder");
    }

    #[test]
    fn other_formats_and_unwritable_places_are_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| Target::new(Some(path), PathBuf::new()).unwrap_err();
        for name in ["cat.jpg", "cat.WebP"] {
            let error = refused(&folder.path().join(name));
            assert!(matches!(error, Failure::Engine(Error::BadValue { .. })), "{name}");
        }
        std::fs::write(folder.path().join("file"), "").unwrap();
        let error = refused(&folder.path().join("file/cat.png"));
        assert!(matches!(error, Failure::Engine(Error::Save { .. })));
    }
}
