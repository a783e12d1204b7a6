//! `--latent` and `--trace`: where the arrays of a run go, and what they must not replace.
//!
//! Unlike a picture, the arrays of one run replace those of the last, so that a script finds them
//! under the name that it gave. They replace nothing else: every name that will be written is
//! looked at before anything is computed.

use crate::cli::args::Generate;
use crate::cli::failure::Failure;
use crate::draft::folder_of;
use crate::engine::{self, Error, Generation, holds_arrays};
use crate::i18n::{text, text_with};
use crate::output::{self, numbered};
use std::fs;
use std::path::{Path, PathBuf};

/// The files that arrays go to; run `n` of several has its number in the name.
#[derive(Debug, Default)]
pub struct Arrays {
    latent: Option<PathBuf>,
    trace: Option<PathBuf>,
}

impl Arrays {
    /// Those that `args` name.
    ///
    /// # Errors
    ///
    /// [`Failure::Usage`] when two of the run's files would have one name.
    pub fn new(args: &Generate) -> Result<Self, Failure> {
        let count = args.count.unwrap_or(1);
        let (latent, trace) = (args.latent.as_deref(), args.trace.as_deref());
        // A picture goes on to the next free name, whatever its number.
        let pairs = [
            (("--latent", latent), ("--trace", trace), count),
            (("--latent", latent), ("--output", args.output.as_deref()), u32::MAX),
            (("--trace", trace), ("--output", args.output.as_deref()), u32::MAX),
        ];
        for ((first, one), (second, other), count) in pairs {
            let shared = one.zip(other).and_then(|(one, other)| shared(one, other, count));
            if let Some(file) = shared {
                return Err(Failure::Usage(text_with(
                    "cli-same-file",
                    [
                        ("first", first.into()),
                        ("second", second.into()),
                        ("file", file.display().to_string().into()),
                    ],
                )));
            }
        }
        Ok(Self { latent: args.latent.clone(), trace: args.trace.clone() })
    }

    /// Whether `count` runs can be kept: the places take files, and what has the names already
    /// are arrays.
    pub fn check(&self, count: u32) -> Result<(), Error> {
        for file in self.latent.iter().chain(&self.trace) {
            output::probe_file(file)?;
            check_file(file)?;
            // What is there and not what could be written: there may be billions of those.
            let entries = fs::read_dir(folder_of(file)).into_iter().flatten().flatten();
            let taken = entries.map(|entry| file.with_file_name(entry.file_name()));
            taken
                .filter(|taken| number(file, taken).is_some_and(|number| number < count))
                .try_for_each(|taken| check_file(&taken))?;
        }
        Ok(())
    }

    /// Writes what run `number` made; the files, with the name of their field in the report.
    pub fn keep(
        &self,
        generation: &Generation,
        number: u32,
    ) -> Result<Vec<(&'static str, PathBuf)>, Error> {
        let latent = [("latent".to_owned(), generation.latent.clone())];
        let kinds =
            [("latent", &self.latent, &latent[..]), ("trace", &self.trace, &generation.trace)];
        let mut kept = Vec::new();
        for (field, file, arrays) in kinds {
            let Some(file) = file else { continue };
            let file = numbered(file, number);
            check_file(&file)?;
            engine::write_arrays(&file, arrays)?;
            kept.push((field, file));
        }
        Ok(kept)
    }
}

/// A file may be replaced when it is empty, or when all it holds are arrays of a run.
fn check_file(file: &Path) -> Result<(), Error> {
    let fine = match fs::metadata(file) {
        Err(_) => true,
        Ok(facts) if facts.is_file() => facts.len() == 0 || holds_arrays(file),
        Ok(_) => false,
    };
    let refused = || Error::Save { file: file.to_owned(), reason: text("cli-not-arrays") };
    if fine { Ok(()) } else { Err(refused()) }
}

/// The file that the first `count` files of `one` and of `other` have in common.
fn shared(one: &Path, other: &Path, count: u32) -> Option<PathBuf> {
    // `-1` is added once: only the unnumbered name of one can be a numbered name of the other.
    let (one, other) = (real(one), real(other));
    if number(&one, &other).is_some_and(|number| number < count) {
        Some(other)
    } else {
        number(&other, &one).filter(|number| *number < count).map(|_| one)
    }
}

/// The path without links and dots, as far as it is there.
fn real(file: &Path) -> PathBuf {
    let inside = |folder: PathBuf| folder.join(file.file_name().unwrap_or_default());
    let there = fs::canonicalize(file).or_else(|_| fs::canonicalize(folder_of(file)).map(inside));
    there.or_else(|_| std::path::absolute(file)).unwrap_or_else(|_| file.to_owned())
}

/// The number with which `found` is a copy of `file`: 0 is the file itself.
fn number(file: &Path, found: &Path) -> Option<u32> {
    if found == file {
        return Some(0);
    }
    let stem = file.file_stem()?.as_encoded_bytes();
    let digits = found.file_stem()?.as_encoded_bytes().strip_prefix(stem)?.strip_prefix(b"-")?;
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (number > 0 && numbered(file, number) == found).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Array, Values};

    #[test]
    fn copies_are_known_by_their_number() {
        let of = |found: &str| number(Path::new("a/x.y.st"), Path::new(found));
        assert_eq!(of("a/x.y.st"), Some(0));
        assert_eq!((of("a/x.y-1.st"), of("a/x.y-40.st")), (Some(1), Some(40)));
        for other in ["a/x.y-0.st", "a/x.y-01.st", "a/x.y-1", "b/x.y-1.st", "a/x.y-+1.st", "a"] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn two_names_for_one_file_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        assert!(shared(&at("a.st"), &at("./a.st"), 1).is_some());
        assert!(shared(&at("new/a.st"), &at("new/./a.st"), 1).is_some());
        assert!(shared(&at("a.st"), &at("a-2.st"), 3).is_some());
        assert!(shared(&at("a-2.st"), &at("a.st"), 3).is_some());
        assert!(shared(&at("a.st"), &at("a-2.st"), 2).is_none());
        assert!(shared(&at("a.st"), &at("b.st"), 3).is_none());
    }

    #[test]
    fn only_arrays_and_empty_files_are_replaced_under_every_number() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let arrays = Arrays { latent: Some(at("a.st")), trace: None };
        let array = Array { shape: vec![1], data: Values::F32(vec![0.5]) };
        engine::write_arrays(&at("a.st"), &[("latent".to_owned(), array.clone())]).unwrap();
        fs::write(at("a-1.st"), "").unwrap();
        arrays.check(2).unwrap();
        engine::write_arrays(&at("a-2.st"), &[("weight".to_owned(), array)]).unwrap();
        arrays.check(2).unwrap();
        let refused = |count| match arrays.check(count) {
            Err(Error::Save { file, .. }) => file,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(3), at("a-2.st"));
        assert_eq!(refused(u32::MAX), at("a-2.st"));
        fs::write(at("a.st"), "my notes").unwrap();
        assert_eq!(refused(1), at("a.st"));
    }
}
