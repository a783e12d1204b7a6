//! The model hash that picture files carry: the first ten hex digits of the file's SHA-256.
//!
//! Reading gigabytes takes seconds, so results are kept in the settings folder under the file's
//! path, size and time of change. The cache is only a cache: lost or broken, it is made again.

use crate::engine::Error;
use crate::{draft, regular};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Digits that A1111 and the sites that read its pictures use.
const DIGITS: usize = 10;

/// Remembered files; beyond them those that are gone are forgotten.
const MOST_ENTRIES: usize = 4096;

/// A cache of this many bytes is none of ours.
const LONGEST_CACHE: u64 = 16 << 20;

/// Two that want one large file would read it twice; the second finds what the first wrote.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    bytes: u64,
    changed_s: i64,
    changed_ns: i64,
    sha256: String,
}

type Cache = BTreeMap<String, Known>;

/// The hash of the model in `file`, from the cache in the folder `settings` when it is known.
pub fn model_hash(file: &Path, settings: &Path) -> Result<String, Error> {
    let failed = |error: &std::io::Error| Error::from_io(file, error);
    let real = std::fs::canonicalize(file).map_err(|error| failed(&error))?;
    let (opened, facts) = regular::open(&real).map_err(|error| failed(&error))?;
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let cache_file = settings.join("hashes.json");
    let key = real.to_string_lossy().into_owned();
    if let Some(known) = read_cache(&cache_file).remove(&key).filter(|known| known.fits(&facts)) {
        return Ok(short(&known.sha256));
    }
    let sha256 = sha256(opened).map_err(|error| failed(&error))?;
    let digits = short(&sha256);
    // Read again: another process may have added to it in the meantime.
    let mut cache = read_cache(&cache_file);
    cache.insert(key, Known::new(&facts, sha256));
    forget_missing(&mut cache);
    if let Err(error) = write_cache(&cache_file, &cache) {
        log::warn!("{}: {error}", cache_file.display());
    }
    Ok(digits)
}

impl Known {
    fn new(facts: &Metadata, sha256: String) -> Self {
        Self {
            bytes: facts.len(),
            changed_s: facts.mtime(),
            changed_ns: facts.mtime_nsec(),
            sha256,
        }
    }

    fn fits(&self, facts: &Metadata) -> bool {
        let hex = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        hex(&self.sha256) && *self == Self::new(facts, self.sha256.clone())
    }
}

fn short(sha256: &str) -> String {
    sha256.chars().take(DIGITS).collect()
}

fn sha256(mut file: File) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        match file.read(&mut block)? {
            0 => break,
            count => hasher.update(block.get(..count).unwrap_or_default()),
        }
    }
    Ok(hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

fn read_cache(file: &Path) -> Cache {
    let bytes = regular::read(file, LONGEST_CACHE).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn write_cache(file: &Path, cache: &Cache) -> std::io::Result<()> {
    let text = serde_json::to_vec_pretty(cache)?;
    draft::replace(file, |out| out.write_all(&text))
}

fn forget_missing(cache: &mut Cache) {
    if cache.len() > MOST_ENTRIES {
        cache.retain(|path, _| Path::new(path).exists());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::FileProblem;

    /// SHA-256 of `abc` (FIPS 180-2, appendix B.1) begins with these digits.
    const ABC: &str = "ba7816bf8f";

    fn scene(contents: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model.ckpt");
        std::fs::write(&model, contents).unwrap();
        (folder, model)
    }

    #[test]
    fn the_hash_is_of_the_whole_file_and_kept() {
        let (folder, model) = scene("abc");
        assert_eq!(model_hash(&model, folder.path()).unwrap(), ABC);
        let cache_file = folder.path().join("hashes.json");
        let text = std::fs::read_to_string(&cache_file).unwrap();
        std::fs::write(&cache_file, text.replace(ABC, "0123456789")).unwrap();
        assert_eq!(model_hash(&model, folder.path()).unwrap(), "0123456789");
    }

    #[test]
    fn a_changed_file_is_hashed_again() {
        let (folder, model) = scene("something");
        assert_ne!(model_hash(&model, folder.path()).unwrap(), ABC);
        std::fs::write(&model, "abc").unwrap();
        assert_eq!(model_hash(&model, folder.path()).unwrap(), ABC);
        // Same size, another time of change.
        std::fs::write(&model, "abd").unwrap();
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
        File::options().write(true).open(&model).unwrap().set_modified(later).unwrap();
        assert_ne!(model_hash(&model, folder.path()).unwrap(), ABC);
    }

    #[test]
    fn a_broken_cache_or_no_place_for_one_does_no_harm() {
        let (folder, model) = scene("abc");
        let cache_file = folder.path().join("hashes.json");
        for broken in ["", "{", "[]", "{\"a\":1}", "\u{0}"] {
            std::fs::write(&cache_file, broken).unwrap();
            assert_eq!(model_hash(&model, folder.path()).unwrap(), ABC, "{broken:?}");
        }
        assert_eq!(model_hash(&model, &model.join("below a file")).unwrap(), ABC);
    }

    #[test]
    fn what_is_no_file_is_named() {
        let (folder, _) = scene("abc");
        let error = model_hash(folder.path(), folder.path()).unwrap_err();
        assert!(matches!(error, Error::File { problem: FileProblem::IsFolder, .. }));
        let error = model_hash(&folder.path().join("gone"), folder.path()).unwrap_err();
        assert!(matches!(error, Error::File { problem: FileProblem::NotFound, .. }));
    }
}
