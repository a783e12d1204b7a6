//! Where things are on this machine: the settings, the models, the pictures.
//!
//! Nothing here touches the disk beyond asking what is there, but for [`prepare`].

mod folder;

pub use folder::{Outlook, prepare};

use crate::config;
use std::path::{Path, PathBuf};

/// Name of the program's folder below the user's data folder.
const APP_NAME: &str = "aiimagegen";

/// Where the project keeps the model that comes with it.
const PROJECT_DEMO: &str = "assets/demo-model/built-in-demo.safetensors";
/// Where an installation keeps it, from the folder above the program's.
const INSTALLED_DEMO: &str = "share/aiimagegen/built-in-demo.safetensors";

/// The folders that everything else is found from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Settings and caches: `~/.aiimagegen`, unless another folder is named.
    pub settings: PathBuf,
    /// The app folder: the project's when run from there, the user's data folder when installed.
    pub app: PathBuf,
}

impl Paths {
    /// The folders for this process; `settings` is the one named by the user, if any. Without it,
    /// the default folder is asked whether the settings are in another one.
    pub fn new(settings: Option<PathBuf>) -> Self {
        let settings = settings.unwrap_or_else(|| config::followed(default_settings()));
        Self { settings, app: app_folder() }
    }

    /// The settings file.
    pub fn config(&self) -> PathBuf {
        self.settings.join("config.yaml")
    }

    /// What can be made again: compiled kernels, what was found out about cards.
    pub fn cache(&self) -> PathBuf {
        self.settings.join("cache")
    }

    /// Where models are looked for when the settings do not say.
    pub fn models(&self) -> PathBuf {
        self.app.join("models")
    }

    /// The model that comes with the program, if it is where the project or the installation has
    /// it.
    pub fn demo(&self) -> Option<PathBuf> {
        let installed = |program: PathBuf| Some(program.parent()?.parent()?.join(INSTALLED_DEMO));
        let beside = std::env::current_exe().ok().and_then(installed);
        let places = [Some(self.app.join(PROJECT_DEMO)), beside];
        places.into_iter().flatten().find(|file| file.is_file())
    }

    /// Where pictures go when the settings do not say.
    pub fn output(&self) -> PathBuf {
        self.app.join("output")
    }
}

/// `path` with a leading `~/` replaced by the home folder.
pub fn expand_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), dirs::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

/// `~/.aiimagegen`: where settings are looked for first.
pub fn default_settings() -> PathBuf {
    dirs::home_dir().unwrap_or_default().join(".aiimagegen")
}

fn app_folder() -> PathBuf {
    let by_cargo = std::env::var_os("CARGO_PKG_NAME")
        .filter(|name| name.to_str() == Some(APP_NAME))
        .and_then(|_| std::env::var_os("CARGO_MANIFEST_DIR"))
        .map(PathBuf::from);
    by_cargo
        .or_else(|| project_of(&std::env::current_exe().ok()?))
        .or_else(|| Some(dirs::data_dir()?.join(APP_NAME)))
        .unwrap_or_default()
}

/// The project folder, when `program` lies in its `target` folder.
fn project_of(program: &Path) -> Option<PathBuf> {
    let target = program.ancestors().skip(1).find(|folder| folder.ends_with("target"))?;
    let project = target.parent()?;
    let ours = ["Cargo.toml", "src/cli.rs"].iter().all(|file| project.join(file).is_file());
    ours.then(|| project.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_settings_folder_wins() {
        let paths = Paths::new(Some("elsewhere".into()));
        assert_eq!(paths.config(), Path::new("elsewhere/config.yaml"));
        assert!(Paths::new(None).settings.ends_with(".aiimagegen"));
    }

    #[test]
    fn a_program_in_the_build_folder_belongs_to_the_project() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("target/release/aiimagegen");
        assert_eq!(project_of(&program), None);
        std::fs::create_dir_all(folder.path().join("src")).unwrap();
        std::fs::write(folder.path().join("Cargo.toml"), "").unwrap();
        std::fs::write(folder.path().join("src/cli.rs"), "").unwrap();
        assert_eq!(project_of(&program), Some(folder.path().to_owned()));
        assert_eq!(project_of(&folder.path().join("bin/aiimagegen")), None);
    }

    #[test]
    fn the_model_that_comes_with_the_project_is_found_in_it() {
        let app = tempfile::tempdir().unwrap();
        let paths = Paths { settings: "s".into(), app: app.path().to_owned() };
        assert_eq!(paths.demo(), None);
        let file = app.path().join(PROJECT_DEMO);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "").unwrap();
        assert_eq!(paths.demo(), Some(file));
    }

    #[test]
    fn only_a_leading_tilde_is_the_home_folder() {
        let home = dirs::home_dir().unwrap();
        assert_eq!(expand_home(Path::new("~/models")), home.join("models"));
        assert_eq!(expand_home(Path::new("~other/models")), Path::new("~other/models"));
        assert_eq!(expand_home(Path::new("a/~/b")), Path::new("a/~/b"));
    }
}
