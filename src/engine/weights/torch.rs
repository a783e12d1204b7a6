//! PyTorch checkpoints: a pickle that describes tensors as views of storages, and the storages'
//! bytes, in a zip archive (`torch.save` since 1.6) or one after the other in the form before.

mod directory;
mod legacy;
mod state;
mod view;
mod zip;

#[cfg(test)]
mod tests;

pub use legacy::{open_legacy, recognises_legacy};
pub use zip::{open_zip, recognises_zip};

use super::file::ModelFile;
use super::pickle::{self, Trouble};
use super::{Format, RawTensor, Source, TensorInfo};
use crate::engine::error::{Error, Flaw};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use view::Strided;

/// Where a storage's bytes lie in the file.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u64,
    len: u64,
}

/// Every storage of a file by its key.
type Storages = HashMap<String, Span>;

/// An open PyTorch checkpoint.
pub struct Checkpoint {
    file: ModelFile,
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
    views: HashMap<String, Strided>,
}

impl Checkpoint {
    fn new(file: ModelFile, found: Vec<state::Found>) -> Self {
        let mut tensors = BTreeMap::new();
        let mut views = HashMap::new();
        for tensor in found {
            views.insert(tensor.name.clone(), tensor.view);
            tensors.insert(tensor.name, tensor.info);
        }
        Self { file, tensors, metadata: BTreeMap::new(), views }
    }
}

impl Source for Checkpoint {
    fn file(&self) -> &Path {
        self.file.path()
    }

    fn format(&self) -> Format {
        Format::Ckpt
    }

    fn tensors(&self) -> &BTreeMap<String, TensorInfo> {
        &self.tensors
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    fn read(&self, name: &str) -> Result<RawTensor, Error> {
        let Some((info, view)) = self.tensors.get(name).zip(self.views.get(name)) else {
            return Err(Error::MissingTensor { file: self.file().to_owned(), tensor: name.into() });
        };
        Ok(RawTensor { info: info.clone(), bytes: view.read(&self.file, info)? })
    }
}

/// What a file that is no checkpoint would call if Python unpickled it.
pub fn forbidden_call(file: &ModelFile) -> Result<Option<Flaw>, Error> {
    let head = file.read_at(0, file.len().min(1 << 20))?;
    Ok(match pickle::load(&head) {
        Err(Trouble::Flaw(flaw @ Flaw::ForbiddenCall { .. })) => Some(flaw),
        _ => None,
    })
}
