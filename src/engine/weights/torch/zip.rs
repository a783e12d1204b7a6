//! The zip form: `NAME/data.pkl`, `NAME/data/KEY` for each storage, all stored unpacked.

use super::directory::{self, Directory};
use super::{Checkpoint, Storages, state};
use crate::engine::error::{Error, Flaw};
use crate::engine::weights::file::ModelFile;
use crate::engine::weights::pickle::{self, Pickle, Trouble, Value};

/// Whether a file that begins like this is a zip archive.
pub fn recognises_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04")
}

/// Reads the pickle and finds the storages.
pub fn open_zip(file: ModelFile) -> Result<Checkpoint, Error> {
    let directory = directory::read(&file)?;
    let Some(root) = root(&directory) else {
        return Err(file.flawed(Flaw::UnknownFormat));
    };
    check_byte_order(&file, &directory, root)?;
    let pickle = read_pickle(&file, &directory, root)?;
    let storages = storages(&file, &directory, root, &pickle)?;
    let found = state::collect(&pickle, &storages, &file).map_err(|flaw| file.flawed(flaw))?;
    Ok(Checkpoint::new(file, found))
}

/// The folder that the archive's contents lie in, with its slash: `archive/`.
fn root(directory: &Directory) -> Option<&str> {
    let folders = directory.keys().filter_map(|name| name.strip_suffix("data.pkl"));
    folders.filter(|folder| folder.is_empty() || folder.ends_with('/')).min_by_key(|f| f.len())
}

fn check_byte_order(file: &ModelFile, directory: &Directory, root: &str) -> Result<(), Error> {
    let name = format!("{root}byteorder");
    let Some(entry) = directory.get(&name) else { return Ok(()) };
    let span = directory::span(file, &name, entry)?;
    if file.read_at(span.start, span.len.min(16))? == b"little" {
        return Ok(());
    }
    Err(directory::broken(file, "its numbers are big-endian"))
}

fn read_pickle(file: &ModelFile, directory: &Directory, root: &str) -> Result<Pickle, Error> {
    let name = format!("{root}data.pkl");
    let Some(entry) = directory.get(&name) else {
        return Err(file.flawed(Flaw::UnknownFormat));
    };
    let span = directory::span(file, &name, entry)?;
    if span.len > pickle::MAX_BYTES {
        return Err(file.flawed(Trouble::limit("length").into_flaw()));
    }
    let bytes = file.read_at(span.start, span.len)?;
    pickle::load(&bytes).map_err(|trouble| file.flawed(trouble.into_flaw()))
}

/// Where the storages are that the pickle refers to. One that is missing from the archive is
/// missing here too: it may belong to something that is not read.
fn storages(
    file: &ModelFile,
    directory: &Directory,
    root: &str,
    pickle: &Pickle,
) -> Result<Storages, Error> {
    let mut storages = Storages::new();
    for value in &pickle.values {
        let Value::Storage(storage) = value else { continue };
        let key = pickle.text(storage.key).unwrap_or_default();
        if storages.contains_key(key) {
            continue;
        }
        let name = format!("{root}data/{key}");
        if let Some(entry) = directory.get(&name) {
            storages.insert(key.to_owned(), directory::span(file, &name, entry)?);
        }
    }
    Ok(storages)
}
