//! What the setup writes at its end: the folders, the settings file, and, where that is in another
//! folder than the default one, the way to it. Nothing is written before.

use crate::config::{self, Config};
use crate::paths::Paths;
use crate::ui::folder_row::Folder;
use crate::ui::refusal::{Refusal, make_folders, prepare};
use std::fs;
use std::path::{Path, PathBuf};

/// What was chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// With the chosen settings folder.
    pub paths: Paths,
    /// The settings to write, whose folders are whole paths.
    pub config: Config,
    /// The settings folder that the setup began with.
    pub began_in: PathBuf,
    /// Where settings are looked for first; none if the folder was named on the command line.
    pub default: Option<PathBuf>,
}

/// Makes the folders and writes the files.
///
/// # Errors
///
/// The first folder that cannot be used. No settings file was written then.
pub fn finish(choice: Choice) -> Result<(Paths, Config), Refusal> {
    prepare(Folder::Settings, &choice.paths.settings)?;
    make_folders(&choice.config, &choice.paths)?;
    let broken = keep_broken(&choice).map_err(|error| Refusal::new(Folder::Settings, &error))?;
    write(choice).inspect_err(|_| {
        if let Some((kept, file)) = broken
            && let Err(error) = config::put_back(&kept, &file)
        {
            log::error!("{}: {error}", kept.display());
        }
    })
}

/// Keeps a settings file aside that the setup began with since it cannot be used, and that would be
/// written over now: its name then, and before. Until here a setup that ends in any way leaves it
/// where it is.
fn keep_broken(choice: &Choice) -> std::io::Result<Option<(PathBuf, PathBuf)>> {
    let began_in = &choice.began_in;
    let is_written =
        [Some(&choice.paths.settings), choice.default.as_ref()].contains(&Some(began_in));
    let file = began_in.join("config.yaml");
    let is_broken = fs::symlink_metadata(&file).is_ok() && Config::load(&file).is_err();
    if is_written && is_broken {
        return config::keep_aside(&file).map(|kept| Some((kept, file)));
    }
    Ok(None)
}

fn write(choice: Choice) -> Result<(Paths, Config), Refusal> {
    let Choice { paths, config, began_in, default } = choice;
    let file = paths.config();
    let is_new = !file.exists();
    let config = match already_there(&paths.settings, &began_in) {
        Some(there) => {
            taken_over(there.map_err(|error| Refusal::new(Folder::Settings, &error))?, config)
        }
        None => config,
    };
    config.save(&file).map_err(Refusal::of_file)?;
    if let Some(default) = default.filter(|default| *default != paths.settings) {
        config::point(&default, &paths.settings).map_err(|error| {
            if is_new {
                let _ = fs::remove_file(&file);
            }
            Refusal::of_file(error)
        })?;
    }
    Ok((paths, config))
}

/// The settings in a folder that was chosen though it has some: those of the folder that the setup
/// began with are known, and what only leads elsewhere is none. Broken ones are kept aside.
fn already_there(settings: &Path, began_in: &Path) -> Option<std::io::Result<Config>> {
    let file = settings.join("config.yaml");
    let leads_elsewhere = config::followed(settings.to_owned()) != settings;
    if settings == began_in || leads_elsewhere || !file.exists() {
        return None;
    }
    Some(Config::load(&file).or_else(|_| {
        let config = config::salvage(&file);
        config::keep_aside(&file).map(|_| config)
    }))
}

/// The settings that were `there`, with what the setup asks for.
fn taken_over(there: Config, chosen: Config) -> Config {
    let mut config = there;
    config.folders.models = chosen.folders.models;
    config.folders.output = chosen.folders.output;
    config.defaults.devices = chosen.defaults.devices;
    config.language = chosen.language;
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn choice(home: &TempDir, settings: &str) -> Choice {
        let at = |name: &str| home.path().join(name);
        let mut config = Config::default();
        config.folders.models = Some(at("models"));
        config.folders.output = Some(at("pictures"));
        config.language = Some("en".into());
        Choice {
            paths: Paths { settings: at(settings), app: at("app") },
            config,
            began_in: at("default"),
            default: Some(at("default")),
        }
    }

    fn read(file: &Path) -> String {
        fs::read_to_string(file).unwrap()
    }

    #[test]
    fn folders_and_settings_are_there_afterwards() {
        let home = tempfile::tempdir().unwrap();
        let (paths, config) = finish(choice(&home, "default")).unwrap();
        assert_eq!(Config::load(&paths.config()).unwrap(), config);
        for folder in ["models/checkpoints", "models/vae", "models/clip", "pictures", "default"] {
            assert!(home.path().join(folder).is_dir(), "{folder}");
        }
        assert!(!home.path().join("app").exists(), "nothing else");
        assert_eq!(fs::read_dir(home.path().join("default")).unwrap().count(), 1);
    }

    #[test]
    fn settings_elsewhere_are_found_at_the_next_start() {
        let home = tempfile::tempdir().unwrap();
        finish(choice(&home, "other")).unwrap();
        let [default, other] = ["default", "other"].map(|name| home.path().join(name));
        assert_eq!(config::followed(default.clone()), other);
        assert_eq!(Config::load(&other.join("config.yaml")).unwrap().language, Some("en".into()));
        // Back again: the way to the other folder goes.
        let back = Choice { began_in: other, ..choice(&home, "default") };
        finish(back).unwrap();
        assert_eq!(config::followed(default.clone()), default);
    }

    #[test]
    fn a_folder_named_on_the_command_line_is_no_default() {
        let home = tempfile::tempdir().unwrap();
        finish(Choice { default: None, ..choice(&home, "other") }).unwrap();
        assert!(!home.path().join("default").exists());
    }

    #[test]
    fn settings_that_are_in_the_chosen_folder_are_taken_over() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("other/config.yaml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "defaults: {steps: 7}\nlanguage: de\npanels: x\n").unwrap();
        let (_, config) = finish(choice(&home, "other")).unwrap();
        assert_eq!((config.defaults.steps, config.language.as_deref()), (7, Some("en")));
        assert!(read(&file).contains("panels: x"));
        fs::write(&file, "defaults: {steps: 9}\nversion: 99\n").unwrap();
        assert_eq!(finish(choice(&home, "other")).unwrap().1.defaults.steps, 9);
        assert!(read(&file.with_file_name("config.yaml.kept")).contains("99"));
    }

    #[test]
    fn broken_settings_move_when_others_take_their_place_and_come_back_where_none_do() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("default/config.yaml");
        let kept = file.with_file_name("config.yaml.kept");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "version: 99\n").unwrap();
        let named = Choice { default: None, ..choice(&home, "third") };
        finish(named).unwrap();
        assert_eq!(read(&file), "version: 99\n", "nothing is written there");
        fs::write(home.path().join("file"), "").unwrap();
        let in_the_way = Some(home.path().join("file/below"));
        finish(Choice { default: in_the_way, ..choice(&home, "default") }).unwrap_err();
        assert_eq!((read(&file).as_str(), kept.exists()), ("version: 99\n", false));
        finish(choice(&home, "other")).unwrap();
        assert_eq!(read(&kept), "version: 99\n");
        assert_eq!(config::followed(home.path().join("default")), home.path().join("other"));
    }

    #[test]
    fn a_refusal_names_the_folder_and_leaves_no_settings() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("file"), "").unwrap();
        let in_the_way = home.path().join("file/below");
        let mut models = choice(&home, "default");
        models.config.folders.models = Some(in_the_way.clone());
        assert_eq!(finish(models).unwrap_err().folder, Folder::Models);
        let mut output = choice(&home, "default");
        output.config.folders.output = Some(in_the_way.clone());
        assert_eq!(finish(output).unwrap_err().folder, Folder::Output);
        let pointer = Choice { default: Some(in_the_way), ..choice(&home, "other") };
        let refusal = finish(pointer).unwrap_err();
        assert!(refusal.folder == Folder::Settings && refusal.reason.contains("below"));
        for folder in ["default", "other"] {
            assert!(!home.path().join(folder).join("config.yaml").exists(), "{folder}");
        }
    }
}
