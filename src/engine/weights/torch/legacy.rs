//! The form before zip: five pickles (magic number, protocol version, system, contents, storage
//! keys), then each storage as an element count of 8 bytes and its elements.

use super::state::{self, Element};
use super::{Checkpoint, Span, Storages};
use crate::engine::error::{Error, Flaw};
use crate::engine::weights::file::ModelFile;
use crate::engine::weights::pickle::{self, Pickle, Trouble, Value};
use std::collections::HashMap;

/// The magic number as a pickle has it: an integer of 10 bytes.
const MAGIC: [u8; 12] = *b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
/// The version of everything that was ever written.
const PROTOCOL: i64 = 1001;
/// How much of the file is read for the pickles, the first time.
const FIRST_WINDOW: u64 = 1 << 20;

/// Whether a file that begins like this is a legacy checkpoint.
pub fn recognises_legacy(head: &[u8]) -> bool {
    let start = head.get(..MAGIC.len() + 12).unwrap_or(head);
    start.first() == Some(&0x80) && start.windows(MAGIC.len()).any(|window| window == MAGIC)
}

/// Reads the pickles and finds the storages.
pub fn open_legacy(file: ModelFile) -> Result<Checkpoint, Error> {
    let parts = read_parts(&file)?;
    let storages = scan(&file, &parts)?;
    let found = state::collect(&parts.contents, &storages, &file);
    let found = found.map_err(|flaw| file.flawed(flaw))?;
    Ok(Checkpoint::new(file, found))
}

struct Parts {
    contents: Pickle,
    /// Storage keys, in the order of the storages.
    keys: Vec<String>,
    /// Where the storages begin.
    end: u64,
}

/// Reads the pickles. They do not say how long they are, so what is read for them grows until
/// they fit.
fn read_parts(file: &ModelFile) -> Result<Parts, Error> {
    let limit = file.len().min(pickle::MAX_BYTES);
    let mut window = FIRST_WINDOW.min(limit);
    loop {
        let bytes = file.read_at(0, window)?;
        match parse(&bytes) {
            Ok(parts) => return Ok(parts),
            Err(Trouble::Flaw(flaw)) => return Err(file.flawed(flaw)),
            Err(Trouble::EndOfInput) if window < limit => window = limit.min(window * 8),
            Err(Trouble::EndOfInput) if limit < file.len() => {
                return Err(file.flawed(Trouble::limit("length").into_flaw()));
            }
            Err(end) => return Err(file.flawed(end.into_flaw())),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Parts, Trouble> {
    let mut rest = bytes;
    let mut next = || -> Result<Pickle, Trouble> {
        let pickle = pickle::load(rest)?;
        rest = rest.get(pickle.len..).unwrap_or_default();
        Ok(pickle)
    };
    let broken = |what: &str| Trouble::Flaw(Flaw::PickleUnreadable { detail: what.to_owned() });
    next()?;
    let version = next()?;
    if !matches!(version.get(version.root), Value::Int(PROTOCOL)) {
        return Err(broken("an unknown version of the format"));
    }
    next()?;
    let (contents, names) = (next()?, next()?);
    let Value::List(ids) = names.get(names.root) else {
        return Err(broken("no list of storages"));
    };
    let keys = ids.iter().map(|&id| names.text(id).map(str::to_owned));
    let keys = keys.collect::<Option<_>>().ok_or_else(|| broken("a storage without a key"))?;
    Ok(Parts { contents, keys, end: (bytes.len() - rest.len()) as u64 })
}

/// Walks over the storages, reading only their lengths.
fn scan(file: &ModelFile, parts: &Parts) -> Result<Storages, Error> {
    let elements = elements(&parts.contents).map_err(|flaw| file.flawed(flaw))?;
    let mut storages = Storages::new();
    let mut position = parts.end;
    for key in &parts.keys {
        let Some(element) = elements.get(key.as_str()) else {
            let detail = "a storage that nothing refers to".to_owned();
            return Err(file.flawed(Flaw::PickleUnreadable { detail }));
        };
        let mut count = [0; 8];
        file.fill_at(position, &mut count)?;
        let start = position + count.len() as u64;
        let len = u64::from_le_bytes(count).checked_mul(element.size());
        let end = len.and_then(|len| start.checked_add(len)).unwrap_or(u64::MAX);
        if end > file.len() {
            return Err(file.flawed(Flaw::Truncated { expected: end, found: file.len() }));
        }
        storages.insert(key.clone(), Span { start, len: end - start });
        position = end;
    }
    Ok(storages)
}

/// The elements of each storage that the pickle refers to.
fn elements(pickle: &Pickle) -> Result<HashMap<&str, Element>, Flaw> {
    let mut elements = HashMap::new();
    for value in &pickle.values {
        if let Value::Storage(storage) = value
            && let Some(key) = pickle.text(storage.key)
            && !elements.contains_key(key)
        {
            elements.insert(key, state::element(pickle, storage)?);
        }
    }
    Ok(elements)
}
