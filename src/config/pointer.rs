//! Settings in another folder than the default one, found again at the next start.
//!
//! The default folder's `config.yaml` then holds the way there and nothing else:
//! `{version: 1, settings: /other/folder}`. A file with a `settings` key is never read further, and
//! the other folder's file is never asked for the way in turn: no chain, no circle. A folder named
//! on the command line is taken as it is.

use super::{Error, Flaw, VERSION, read_bounded};
use crate::{draft, paths};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file's content.
#[derive(Serialize, Deserialize)]
struct Pointer {
    #[serde(default)]
    version: u32,
    settings: PathBuf,
}

/// The folder with the settings, asked from the folder `default`: mostly that one itself.
pub fn followed(default: PathBuf) -> PathBuf {
    let text = read_bounded(&default.join("config.yaml")).unwrap_or_default();
    let pointer = serde_yaml::from_str::<Pointer>(&text).ok();
    match pointer.filter(|pointer| pointer.version <= VERSION && pointer.settings != Path::new(""))
    {
        Some(pointer) => default.join(paths::expand_home(&pointer.settings)),
        None => default,
    }
}

/// Has the folder `default` say that the settings are in the folder `settings`.
///
/// # Errors
///
/// What the system says.
pub fn point(default: &Path, settings: &Path) -> Result<(), Error> {
    let file = default.join("config.yaml");
    let fault = |reason: String| Error { file: file.clone(), flaw: Flaw::Io(reason) };
    let pointer = Pointer { version: VERSION, settings: settings.to_owned() };
    let text = serde_yaml::to_string(&pointer).map_err(|error| fault(error.to_string()))?;
    draft::replace(&file, |out| out.write_all(text.as_bytes()))
        .map_err(|error| fault(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_settings_folder_elsewhere_is_found_again() {
        let home = tempfile::tempdir().unwrap();
        let [default, other] = ["default", "other"].map(|name| home.path().join(name));
        assert_eq!(followed(default.clone()), default, "nothing is there");
        point(&default, &other).unwrap();
        assert_eq!(followed(default.clone()), other);
        assert!(!other.exists(), "only the way is kept");
        let text = fs::read_to_string(default.join("config.yaml")).unwrap();
        assert_eq!(text, format!("version: 1\nsettings: {}\n", other.display()));
    }

    #[test]
    fn the_way_is_followed_once() {
        let home = tempfile::tempdir().unwrap();
        let [default, other] = ["default", "other"].map(|name| home.path().join(name));
        point(&default, &other).unwrap();
        point(&other, &default).unwrap();
        assert_eq!(followed(default), other);
    }

    #[test]
    fn other_files_are_no_pointers() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("config.yaml");
        for text in
            ["", "version: 1", "settings: [a]", "settings: ''", "version: 9\nsettings: /x", "["]
        {
            fs::write(&file, text).unwrap();
            assert_eq!(followed(home.path().to_owned()), home.path(), "{text:?}");
        }
        fs::write(&file, "settings: below").unwrap();
        assert_eq!(followed(home.path().to_owned()), home.path().join("below"));
    }
}
