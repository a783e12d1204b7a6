//! Pictures on disk: PNG files that appear whole or not at all, and never over another file.

use crate::draft::{Draft, folder_of};
use crate::engine::{Error, Picture};
use crate::metadata::PictureFacts;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Names tried before giving up on a folder.
const MOST_NAMES: u32 = 1_000_000;

/// Writes `picture` into `folder` as `2026-11-23-0001-SEED.png`, numbered within the day.
///
/// Returns the file. The folder is made when there is none. [`Error::Save`] names the file.
pub fn save(folder: &Path, picture: &Picture, facts: &PictureFacts) -> Result<PathBuf, Error> {
    let today = date::today();
    let draft = draft(folder, folder, |file| encode(file, picture, facts))?;
    let first = last_number(folder, &today).saturating_add(1);
    let name = |number: u32| folder.join(format!("{today}-{number:04}-{}.png", facts.seed));
    publish(draft, (first..=first.saturating_add(MOST_NAMES)).map(name))
}

/// Writes `picture` to `file`, or to `file` with `-1`, `-2`, ... in its name if there is one.
///
/// Returns the file written. Its folder is made when there is none.
pub fn save_as(file: &Path, picture: &Picture, facts: &PictureFacts) -> Result<PathBuf, Error> {
    refuse_special(file)?;
    let draft = draft(folder_of(file), file, |draft| encode(draft, picture, facts))?;
    publish(draft, (0..MOST_NAMES).map(|number| numbered(file, number)))
}

/// Whether `folder`, which may not be there yet, takes files. Nothing that is made stays.
pub fn probe_folder(folder: &Path) -> Result<(), Error> {
    probe(folder, folder)
}

/// Whether a file could be made at `file`. Nothing that is made stays.
pub fn probe_file(file: &Path) -> Result<(), Error> {
    refuse_special(file)?;
    probe(folder_of(file), file)
}

fn probe(folder: &Path, goal: &Path) -> Result<(), Error> {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    draft(there, goal, |_| Ok(())).map(drop)
}

/// A draft in `folder`; an error names `goal`.
fn draft(
    folder: &Path,
    goal: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<Draft, Error> {
    Draft::new(folder, write).map_err(|error| save_error(goal, &error))
}

fn publish(draft: Draft, names: impl Iterator<Item = PathBuf>) -> Result<PathBuf, Error> {
    draft.publish(names).map_err(|refused| save_error(&refused.file, &refused.error))
}

fn encode(file: &mut File, picture: &Picture, facts: &PictureFacts) -> io::Result<()> {
    let mut writer = BufWriter::new(file);
    let mut encoder = png::Encoder::new(&mut writer, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let (keyword, text) = ("parameters".to_owned(), facts.parameters());
    // What readers of these files expect: tEXt as far as it goes, which is Latin-1.
    if text.chars().all(|c| u32::from(c) < 256) {
        encoder.add_text_chunk(keyword, text)?;
    } else {
        encoder.add_itxt_chunk(keyword, text)?;
    }
    let mut png = encoder.write_header()?;
    png.write_image_data(&picture.rgb)?;
    png.finish()?;
    writer.flush()
}

/// The highest number among the day's files in `folder`.
fn last_number(folder: &Path, day: &str) -> u32 {
    let numbers = fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| {
        let name = entry.file_name();
        let rest = name.to_str()?.strip_prefix(day)?.strip_prefix('-')?;
        rest.split_once('-')?.0.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// `picture.png`, `picture-1.png`, ...: the name for the copy `number` of `file`.
pub fn numbered(file: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return file.to_owned();
    }
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(ending) = file.extension() {
        name.push(".");
        name.push(ending);
    }
    file.with_file_name(name)
}

/// A device or a pipe under the name that was asked for is no place for a picture.
fn refuse_special(file: &Path) -> Result<(), Error> {
    match fs::metadata(file) {
        Ok(facts) if !facts.is_file() => {
            let reason = if facts.is_dir() { "it is a folder" } else { "it is not a regular file" };
            Err(Error::Save { file: file.to_owned(), reason: reason.to_owned() })
        }
        _ => Ok(()),
    }
}

fn save_error(file: &Path, error: &io::Error) -> Error {
    Error::Save { file: file.to_owned(), reason: error.to_string() }
}

mod date {
    //! The calendar day here and now.

    /// `2026-11-23`
    pub(super) fn today() -> String {
        let mut now: libc::time_t = 0;
        // SAFETY: `tm` is plain numbers and a pointer, for which all zeros are valid.
        let mut day: libc::tm = unsafe { std::mem::zeroed() };
        // SAFETY: both pointers are to live locals, and `localtime_r` keeps neither.
        unsafe {
            libc::time(&raw mut now);
            libc::localtime_r(&raw const now, &raw mut day);
        }
        format!("{:04}-{:02}-{:02}", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday)
    }
}

#[cfg(test)]
mod tests;
