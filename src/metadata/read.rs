//! Reading back how a picture was made, from the picture.

use super::container::{self, Format, LONGEST_TEXT, SIGNATURE, Text, USER_COMMENT};
use super::infotext;
use crate::engine::Error;
use crate::regular;
use serde::Serialize;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The program that a picture comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// This one.
    Aiimagegen,
    /// AUTOMATIC1111's, or one of the many that write its text.
    Automatic1111,
    /// ComfyUI: a graph of nodes.
    ComfyUi,
    /// InvokeAI: JSON of its own.
    InvokeAi,
    /// SwarmUI: JSON of its own.
    SwarmUi,
    /// Fooocus: JSON of its own.
    Fooocus,
    /// NovelAI: JSON of its own.
    NovelAi,
    /// Someone who writes JSON where A1111's text would be.
    Unknown,
}

/// How a picture was made, as far as it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Recovered {
    /// The program that made it.
    pub source: Source,
    /// The prompt.
    pub prompt: String,
    /// The negative prompt; empty for none.
    pub negative: String,
    /// Sampling steps.
    pub steps: Option<u32>,
    /// Guidance scale.
    pub cfg: Option<f32>,
    /// The seed.
    pub seed: Option<u64>,
    /// The sampler's name here.
    pub sampler: Option<String>,
    /// The scheduler's name here.
    pub scheduler: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// The checkpoint's name, mostly without its ending.
    pub model: Option<String>,
    /// The checkpoint's hash, see [`crate::catalog::model_hash`]; eight digits are an older kind.
    pub model_hash: Option<String>,
    /// The separate VAE's name.
    pub vae: Option<String>,
    /// What this program would do differently.
    pub unhonoured: Vec<Unhonoured>,
}

/// A setting of a picture that has no effect here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unhonoured {
    /// Its name, as the file or, for something within the prompt, this program calls it.
    pub key: String,
    /// Its value in the file.
    pub value: String,
    /// Why it has none.
    pub reason: UnhonouredReason,
}

/// Why a setting has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnhonouredReason {
    /// There is nothing like it here.
    NotSupported,
    /// No sampler or schedule of this name is here.
    UnknownName,
    /// It is not a value of its kind.
    BadValue,
    /// The same seed gives other noise here.
    OtherNoise,
}

/// Why a picture's parameters could not be had.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// The file could not be opened or read.
    File(Error),
    /// It is no PNG, JPEG or WebP.
    NotPicture {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
    },
    /// It says nothing about how it was made.
    NoParameters {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
    },
    /// It says so in a form that is not read here.
    OtherProgram {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// Whose form.
        source: Source,
    },
    /// The text is broken, or longer than any prompt.
    BrokenText {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
        /// The longest that is read, in bytes.
        available: usize,
    },
    /// The file ends before it says anything.
    CutShort {
        /// The file.
        #[serde(serialize_with = "lossy")]
        file: PathBuf,
    },
}

fn lossy<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// Whether the file at `path` begins like a picture that [`read`] reads, or has the ending of one
/// and cannot be looked into or begins like nothing.
pub fn is_picture(path: &Path) -> bool {
    let begins = || open(path).and_then(|mut file| signature(path, &mut file));
    Format::named(path).is_some() || begins().is_ok_and(|format| format.is_some())
}

/// How the picture at `path` was made. Neither its pixels nor more than a few texts of bounded
/// length are read.
///
/// # Errors
///
/// See [`Unread`].
pub fn read(path: &Path) -> Result<Recovered, Unread> {
    let mut file = open(path).map_err(Unread::File)?;
    let format = signature(path, &mut file).map_err(Unread::File)?;
    let format = format.ok_or_else(|| Unread::NotPicture { file: path.to_owned() })?;
    let found = container::texts(format, &mut BufReader::new(file))
        .map_err(|error| Unread::File(Error::from_io(path, &error)))?;
    let file = path.to_owned();
    match understood(&found.texts) {
        Ok(recovered) => Ok(recovered),
        Err(Some(source)) => Err(Unread::OtherProgram { file, source }),
        Err(None) if found.texts.iter().any(|text| may_say_it(text) && text.text.is_none()) => {
            Err(Unread::BrokenText { file, available: LONGEST_TEXT })
        }
        Err(None) if found.cut_short => Err(Unread::CutShort { file }),
        Err(None) => Err(Unread::NoParameters { file }),
    }
}

fn open(path: &Path) -> Result<File, Error> {
    let opened = regular::open_filled(path);
    opened.map(|(file, _)| file).map_err(|error| Error::from_io(path, &error))
}

fn signature(path: &Path, file: &mut File) -> Result<Option<Format>, Error> {
    let mut start = [0; SIGNATURE];
    match file.read_exact(&mut start) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(Error::from_io(path, &error)),
        _ => Ok(Format::of(&start)),
    }
}

fn may_say_it(text: &Text) -> bool {
    ["parameters", USER_COMMENT].contains(&text.keyword.as_str())
}

/// The first text that is understood, or else the program that wrote the others.
fn understood(texts: &[Text]) -> Result<Recovered, Option<Source>> {
    for Text { keyword, text } in texts.iter().filter(|text| may_say_it(text)) {
        let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) else { continue };
        if text.trim_start().starts_with('{') {
            return Err(Some(writer_of_json(text, texts)));
        }
        let (recovered, has_settings) = infotext::parse(text);
        // A comment without settings is a person's.
        if has_settings || keyword != USER_COMMENT {
            return Ok(recovered);
        }
    }
    Err(texts.iter().find_map(writer))
}

/// Who writes JSON where A1111's text would be.
fn writer_of_json(json: &str, texts: &[Text]) -> Source {
    if json.contains("\"sui_image_params\"") {
        Source::SwarmUi
    } else if json.contains("\"Fooocus") || texts.iter().any(|it| it.keyword == "fooocus_scheme") {
        Source::Fooocus
    } else {
        texts.iter().find_map(writer).unwrap_or(Source::Unknown)
    }
}

/// The program that has texts of this name in its pictures.
fn writer(text: &Text) -> Option<Source> {
    let says = |words: &str| text.text.as_deref().is_some_and(|text| text.contains(words));
    match text.keyword.as_str() {
        "prompt" | "workflow" => Some(Source::ComfyUi),
        "invokeai_metadata" | "invokeai_workflow" | "invokeai_graph" | "sd-metadata" | "Dream" => {
            Some(Source::InvokeAi)
        }
        "fooocus_scheme" => Some(Source::Fooocus),
        "Software" if says("NovelAI") => Some(Source::NovelAi),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
