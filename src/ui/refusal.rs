//! A folder of the settings that cannot be used after all, found out by using it.

use super::folder_row::Folder;
use crate::catalog::Shelf;
use crate::config::{self, Config};
use crate::paths::{self, Paths};
use crate::wording;
use std::fmt::Display;
use std::path::Path;

/// Which folder, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub folder: Folder,
    /// In words.
    pub reason: String,
}

impl Refusal {
    /// Of `folder`, for what the system says.
    pub fn new(folder: Folder, reason: &impl Display) -> Self {
        Self { folder, reason: reason.to_string() }
    }

    /// Of the settings folder, for what is wrong with a file in it.
    pub fn of_file(error: config::Error) -> Self {
        match error.flaw {
            config::Flaw::Io(reason) => {
                Self::new(Folder::Settings, &format!("{}: {reason}", error.file.display()))
            }
            _ => Self::new(Folder::Settings, &wording::settings(&error)),
        }
    }
}

/// Makes the folders for pictures and models that `config` names.
///
/// # Errors
///
/// The first that cannot be used.
pub fn make_folders(config: &Config, paths: &Paths) -> Result<(), Refusal> {
    prepare(Folder::Output, &config.output(paths))?;
    let models = config.models(paths);
    Shelf::ALL.iter().try_for_each(|shelf| prepare(Folder::Models, &models.join(shelf.folder())))
}

/// Makes `path`, the place of `folder`.
///
/// # Errors
///
/// What the system says.
pub fn prepare(folder: Folder, path: &Path) -> Result<(), Refusal> {
    paths::prepare(path).map_err(|error| Refusal::new(folder, &error))
}
