//! Settings files that cannot be used as they are: broken by hand, or of a newer version.
//!
//! The window keeps such a file under another name and goes on with what can be read of it: every
//! key that makes sense by itself.

use super::{Config, VERSION, read_bounded};
use serde_yaml::{Mapping, Value};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Keys of a broken file that are tried; every one costs a reading of those before it.
const MOST_KEYS: usize = 300;

/// Lines cut off the end of what is no YAML until it is some.
const MOST_LINES: usize = 300;

/// What can be read of a settings file that [`Config::load`] refuses.
pub fn salvage(file: &Path) -> Config {
    read_bounded(file).map(|text| salvage_text(&text)).unwrap_or_default()
}

fn salvage_text(text: &str) -> Config {
    let Some(found) = beginning(text) else { return Config::default() };
    let mut good = Mapping::new();
    for (key, value) in found.into_iter().filter(|(key, _)| key != "version").take(MOST_KEYS) {
        match value {
            Value::Mapping(inner) if ["folders", "defaults"].iter().any(|part| key == *part) => {
                for (name, value) in inner.into_iter().take(MOST_KEYS) {
                    let mut part = good.get(&key).and_then(Value::as_mapping).cloned();
                    part.get_or_insert_default().insert(name, value);
                    keep(&mut good, key.clone(), part.unwrap_or_default().into());
                }
            }
            value => keep(&mut good, key, value),
        }
    }
    let config = serde_yaml::from_value(good.into()).unwrap_or_else(|_| Config::default());
    Config { version: VERSION, ..config }
}

/// Sets `key` in `good`, if what is there then can be used.
fn keep(good: &mut Mapping, key: Value, value: Value) {
    let mut tried = good.clone();
    tried.insert(key, value);
    let config: Result<Config, _> = serde_yaml::from_value(tried.clone().into());
    if config.is_ok_and(|config| config.defaults.check().is_ok()) {
        *good = tried;
    }
}

/// The longest beginning of `text`, in whole lines, that is a mapping.
fn beginning(text: &str) -> Option<Mapping> {
    let mapping = |text: &str| serde_yaml::from_str::<Mapping>(text);
    let error = match mapping(text) {
        Ok(found) => return Some(found),
        Err(error) => error,
    };
    let lines: Vec<&str> = text.lines().collect();
    let fine = error.location().map_or(lines.len(), |place| place.line().min(lines.len()));
    let ends = (1..=fine).rev().take(MOST_LINES);
    ends.map(|end| lines[..end].join("\n")).find_map(|text| mapping(&text).ok())
}

/// The name that a settings file would be kept under, beside its own.
///
/// # Errors
///
/// Where a thousand are kept already.
pub fn aside(file: &Path) -> io::Result<PathBuf> {
    let named = |number: u32| {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(if number == 1 { ".kept".to_owned() } else { format!(".kept-{number}") });
        file.with_file_name(name)
    };
    let is_free = |name: &PathBuf| fs::symlink_metadata(name).is_err();
    let name = (1..1000).map(named).find(is_free);
    name.ok_or_else(|| io::Error::other("every name is taken"))
}

/// Gives a settings file a name that says it is kept, beside its own, and returns that.
///
/// # Errors
///
/// What the system says; the file is where it was then.
pub fn keep_aside(file: &Path) -> io::Result<PathBuf> {
    let name = aside(file)?;
    fs::rename(file, &name)?;
    Ok(name)
}

/// Gives a file that was kept aside its own name back, unless there is another one by now.
///
/// # Errors
///
/// What the system says.
pub fn put_back(kept: &Path, file: &Path) -> io::Result<()> {
    if fs::symlink_metadata(file).is_ok() {
        return Ok(());
    }
    fs::rename(kept, file)
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
    use super::*;

    #[test]
    fn of_a_broken_file_every_key_that_makes_sense_is_kept() {
        let text = "version: 7\nfolders: {models: /m, output: [1], attic: x}\n\
                    defaults: {steps: 8, width: 7, cfg: wide, sampler: heun, devices: [gpu]}\n\
                    theme: pink\nlanguage: de\npanels: {left: 320}\n";
        let config = salvage_text(text);
        assert_eq!((config.version, config.defaults.steps), (VERSION, 8));
        assert_eq!((config.defaults.width, config.defaults.cfg), (1024, 7.0));
        assert_eq!(config.defaults.sampler, "heun");
        assert_eq!((config.folders.models, config.folders.output), (Some("/m".into()), None));
        assert_eq!((config.theme, config.language.as_deref()), (Theme::System, Some("de")));
        assert!(config.unknown.contains_key("panels"), "unknown keys are kept");
    }

    #[test]
    fn of_what_is_no_yaml_the_lines_before_the_fault_are_read() {
        let config = salvage_text("theme: dark\ndefaults:\n  steps: 9\n  cfg: [\nlanguage: fr\n");
        assert_eq!((config.theme, config.defaults.steps), (Theme::Dark, 9));
        for text in ["", "[", "words", "- a\n- b", "\u{0}", "a: {b: c"] {
            assert_eq!(salvage_text(text).defaults, Config::default().defaults, "{text:?}");
        }
    }

    #[test]
    fn a_file_is_kept_under_a_free_name_and_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.yaml");
        for (number, name) in ["config.yaml.kept", "config.yaml.kept-2"].iter().enumerate() {
            fs::write(&file, number.to_string()).unwrap();
            assert_eq!(keep_aside(&file).unwrap(), folder.path().join(name));
            assert!(!file.exists());
        }
        let kept = folder.path().join("config.yaml.kept-2");
        put_back(&kept, &file).unwrap();
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), kept.exists()), ("1", false));
        put_back(&folder.path().join("config.yaml.kept"), &file).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "1", "a newer file stays");
        assert!(keep_aside(&folder.path().join("none")).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[-a-z0-9:{}\\[\\],&*!|>'\"%@` \\n\\t]{0,80}") {
            let _ = salvage_text(&text);
        }
    }
}
