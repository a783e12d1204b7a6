//! The settings file `config.yaml`: what the user prefers, over what the program would do anyway.
//!
//! Read in two steps, raw YAML and then checked values. Keys that this version does not know are
//! kept and written back, so an older and a newer version can share the file. Only the window
//! writes it, through `writer`. `pointer` finds a settings folder elsewhere; `aside` is for files
//! that are broken.

mod aside;
mod pointer;
mod writer;

pub use aside::{aside, keep_aside, put_back, salvage};
pub use pointer::{followed, point};
pub use writer::{ConfigFile, Pending};

use crate::engine::{Device, ModelRequest, Precision, Request};
use crate::paths::{self, Paths};
use crate::{draft, regular};
use serde::{Deserialize, Serialize};
use serde_yaml::Mapping;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The version of the file's layout that this program writes.
pub const VERSION: u32 = 1;

/// No settings file of ours comes near this size.
const LONGEST_FILE: u64 = 1 << 20;

/// The settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    version: u32,
    /// Folders other than the app's own.
    pub folders: Folders,
    /// What a generation starts from.
    pub defaults: Defaults,
    /// The window's language, as a tag; none for the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The window's colours.
    pub theme: Theme,
    /// Keys of other versions, kept as they are.
    #[serde(flatten)]
    unknown: Mapping,
}

/// Folders; relative ones are meant from the settings folder, `~/` from home.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Folders {
    /// The folder with `checkpoints`, `vae` and `clip` in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<PathBuf>,
    /// The folder that pictures go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<PathBuf>,
    #[serde(flatten)]
    unknown: Mapping,
}

/// The window's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// What the desktop says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What a generation starts from where nothing else is said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Defaults {
    /// The checkpoint, a file or a name in the models folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<PathBuf>,
    /// A separate VAE, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vae: Option<PathBuf>,
    /// Separate text encoders, likewise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clip: Vec<PathBuf>,
    /// The negative prompt.
    pub negative: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// A sampler's name.
    pub sampler: String,
    /// A scheduler's name.
    pub scheduler: String,
    /// Sampling steps.
    pub steps: u32,
    /// Guidance scale.
    pub cfg: f32,
    /// Seed; -1 draws one.
    pub seed: i64,
    /// Pictures made in one go.
    pub batch: u32,
    /// Devices to use, best first; none leaves the choice to the engine.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// The number type to compute in.
    pub precision: Precision,
    /// Whether pictures are to be the same on one card and on several.
    pub strict: bool,
    #[serde(flatten)]
    unknown: Mapping,
}

/// What is wrong with a settings file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}: {flaw:?}", file.display())]
pub struct Error {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// The ways in which a settings file is unusable.
#[derive(Clone, Debug, PartialEq)]
pub enum Flaw {
    /// It cannot be read or written, in the system's words.
    Io(String),
    /// It is not YAML, or not of this form: where and how.
    Syntax(String),
    /// A newer version of this program wrote it.
    Newer(u32),
    /// A value that no picture can be made with.
    Value {
        /// The key.
        key: &'static str,
        /// What it says.
        value: String,
    },
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version: VERSION,
            folders: Folders::default(),
            defaults: Defaults::default(),
            language: None,
            theme: Theme::System,
            unknown: Mapping::new(),
        }
    }
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            checkpoint: None,
            vae: None,
            clip: Vec::new(),
            negative: String::new(),
            width: 1024,
            height: 1024,
            sampler: "euler".to_owned(),
            scheduler: "normal".to_owned(),
            steps: 20,
            cfg: 7.0,
            seed: -1,
            batch: 1,
            devices: Vec::new(),
            precision: Precision::Auto,
            strict: false,
            unknown: Mapping::new(),
        }
    }
}

impl Config {
    /// The settings in `file`; a file that is not there holds the defaults.
    pub fn load(file: &Path) -> Result<Self, Error> {
        let fault = |flaw| Error { file: file.to_owned(), flaw };
        let text = match read_bounded(file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(fault(Flaw::Io(error.to_string()))),
        };
        Self::parse(&text).map_err(fault)
    }

    fn parse(text: &str) -> Result<Self, Flaw> {
        let syntax = |error: serde_yaml::Error| Flaw::Syntax(error.to_string());
        // The version first: a newer layout must not be reported as a mistake in the file.
        let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(syntax)?;
        if value.is_null() {
            return Ok(Self::default());
        }
        match value.get("version").and_then(serde_yaml::Value::as_u64) {
            Some(version) if version > u64::from(VERSION) => {
                return Err(Flaw::Newer(u32::try_from(version).unwrap_or(u32::MAX)));
            }
            _ => {}
        }
        let config: Self = serde_yaml::from_str(text).map_err(syntax)?;
        config.defaults.check()?;
        Ok(Self { version: VERSION, ..config })
    }

    /// Writes the settings to `file`: afterwards it holds the old or the new ones, never a half.
    pub fn save(&self, file: &Path) -> Result<(), Error> {
        let fault = |reason: String| Error { file: file.to_owned(), flaw: Flaw::Io(reason) };
        let text = serde_yaml::to_string(self).map_err(|error| fault(error.to_string()))?;
        draft::replace(file, |out| out.write_all(text.as_bytes()))
            .map_err(|error| fault(error.to_string()))
    }

    /// The folder with the models.
    pub fn models(&self, paths: &Paths) -> PathBuf {
        let folder = self.folders.models.as_deref();
        folder.map_or_else(|| paths.models(), |folder| from_settings(folder, paths))
    }

    /// The folder for pictures.
    pub fn output(&self, paths: &Paths) -> PathBuf {
        let folder = self.folders.output.as_deref();
        folder.map_or_else(|| paths.output(), |folder| from_settings(folder, paths))
    }
}

impl Defaults {
    /// The model around `checkpoint`, with the other files and the devices as they are set.
    pub fn model(&self, checkpoint: PathBuf) -> ModelRequest {
        ModelRequest {
            checkpoint,
            vae: self.vae.clone(),
            clip: self.clip.clone(),
            devices: self.devices.clone(),
            place: Vec::new(),
            precision: self.precision,
        }
    }

    /// What is asked for when nothing but the model and the prompt is said.
    pub fn request(&self, model: ModelRequest, prompt: String) -> Request {
        Request {
            model,
            prompt,
            negative: self.negative.clone(),
            width: self.width,
            height: self.height,
            steps: self.steps,
            cfg: self.cfg,
            sampler: self.sampler.clone(),
            scheduler: self.scheduler.clone(),
            seed: u64::try_from(self.seed).ok(),
            batch: self.batch,
            trace: false,
            strict: self.strict,
            preview: false,
        }
    }

    fn check(&self) -> Result<(), Flaw> {
        let sizes = [("width", self.width), ("height", self.height)];
        for (key, size) in sizes {
            require(size > 0 && size.is_multiple_of(8), key, size)?;
        }
        require(self.steps > 0, "steps", self.steps)?;
        require(self.batch > 0, "batch", self.batch)?;
        require(self.cfg.is_finite(), "cfg", self.cfg)?;
        require(self.seed >= -1, "seed", self.seed)
    }
}

fn require(fine: bool, key: &'static str, value: impl ToString) -> Result<(), Flaw> {
    if fine { Ok(()) } else { Err(Flaw::Value { key, value: value.to_string() }) }
}

fn from_settings(folder: &Path, paths: &Paths) -> PathBuf {
    paths.settings.join(paths::expand_home(folder))
}

fn read_bounded(file: &Path) -> std::io::Result<String> {
    let invalid = |error| std::io::Error::new(ErrorKind::InvalidData, error);
    String::from_utf8(regular::read(file, LONGEST_FILE)?).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_holds_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::load(&folder.path().join("config.yaml")).unwrap();
        let d = &config.defaults;
        assert_eq!((d.width, d.height, d.steps, d.cfg, d.seed), (1024, 1024, 20, 7.0, -1));
        assert_eq!((d.sampler.as_str(), d.scheduler.as_str()), ("euler", "normal"));
        for empty in ["", "  \n", "# a remark\n", "---\n"] {
            assert_eq!(Config::parse(empty), Ok(Config::default()), "{empty:?}");
        }
    }

    #[test]
    fn what_is_saved_is_read_back_with_keys_of_other_versions() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/config.yaml");
        let text = "folders: {models: /m, attic: x}\ndefaults: {steps: 8, hires: {scale: 2}}\n\
                    theme: dark\nlanguage: de\npanels: {left: 320}\n";
        let config = Config::parse(text).unwrap();
        config.save(&file).unwrap();
        assert_eq!(Config::load(&file).unwrap(), config);
        let written = std::fs::read_to_string(&file).unwrap();
        let keys = ["version: 1", "attic: x", "scale: 2", "theme: dark", "steps: 8", "left: 320"];
        for kept in keys.into_iter().chain(["language: de"]) {
            assert!(written.contains(kept), "{kept} in {written}");
        }
        assert_eq!((config.theme, config.language.as_deref()), (Theme::Dark, Some("de")));
        assert_eq!((Config::default().theme, Config::default().language), (Theme::System, None));
        assert_eq!(std::fs::read_dir(folder.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn folders_are_meant_from_the_settings_folder() {
        let paths = Paths { settings: "/s".into(), app: "/a".into() };
        let config = Config::parse("folders: {models: m, output: /pictures}").unwrap();
        assert_eq!(config.models(&paths), Path::new("/s/m"));
        assert_eq!(config.output(&paths), Path::new("/pictures"));
        assert_eq!(Config::default().models(&paths), Path::new("/a/models"));
        assert_eq!(Config::default().output(&paths), Path::new("/a/output"));
    }

    #[test]
    fn broken_newer_and_impossible_files_are_told_apart() {
        let syntax = [
            "version: [",
            "- a\n- b",
            "defaults: {width: wide}",
            "theme: pink",
            "just words",
            "\u{0}",
        ];
        for text in syntax {
            assert!(matches!(Config::parse(text), Err(Flaw::Syntax(_))), "{text:?}");
        }
        assert_eq!(Config::parse("version: 2\ndefaults: 7"), Err(Flaw::Newer(2)));
        let values = ["width: 0", "height: 7", "steps: 0", "batch: 0", "cfg: .nan", "seed: -2"];
        for text in values {
            let parsed = Config::parse(&format!("defaults: {{{text}}}"));
            assert!(matches!(parsed, Err(Flaw::Value { .. })), "{text}");
        }
    }

    #[test]
    fn what_is_no_file_is_reported_and_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let error = Config::load(folder.path()).unwrap_err();
        assert_eq!(error.file, folder.path());
        assert!(matches!(error.flaw, Flaw::Io(_)));
        let huge = folder.path().join("huge");
        std::fs::File::create(&huge).unwrap().set_len(LONGEST_FILE + 1).unwrap();
        assert!(matches!(Config::load(&huge).unwrap_err().flaw, Flaw::Io(_)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[-a-z0-9:{}\\[\\],&*!|>'\"%@` \\n\\t]{0,80}") {
            let _ = Config::parse(&text);
        }
    }
}
