//! Model files as named tensors: one [`Source`] per file, whatever its format.
//!
//! A source knows every tensor's name, type and shape from the header alone, and reads one
//! tensor's bytes at a time, so a checkpoint is never in memory twice. Files are hostile until
//! proven otherwise: every length is checked against the real file before it is believed.

mod dtype;
mod file;
#[cfg(test)]
mod fuzz;
mod pickle;
mod safetensors;
mod torch;

pub use dtype::Dtype;
pub use safetensors::{write_safetensors, write_safetensors_to};

use super::error::{Error, Flaw};
use file::ModelFile;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// More dimensions than this no weight has; a header that claims them is broken.
const MAX_DIMENSIONS: usize = 16;
/// More tensors than this no model has; the largest known have some ten thousand.
const MAX_TENSORS: usize = 100_000;
/// The longest tensor name that is read, in bytes. Real ones stay below 200.
const MAX_NAME: usize = 4096;

/// What the header says of one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Number type.
    pub dtype: Dtype,
    /// Dimensions; empty for a single number.
    pub shape: Vec<usize>,
}

impl TensorInfo {
    /// Bytes of the tensor, row-major without gaps; `None` beyond 64 bits.
    pub fn byte_len(&self) -> Option<u64> {
        let size = u64::try_from(self.dtype.size()).ok()?;
        product(&self.shape)?.checked_mul(size)
    }
}

/// Number of values in a tensor of this shape; `None` beyond 64 bits.
fn product(shape: &[usize]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1u64, |n, &d| n.checked_mul(u64::try_from(d).ok()?))
}

/// One tensor's contents: row-major, little-endian, without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct RawTensor {
    /// Type and shape.
    pub info: TensorInfo,
    /// `dtype.size() * product(shape)` bytes.
    pub bytes: Vec<u8>,
}

impl RawTensor {
    /// The values as f32, in the same order. Exact for every type up to 24 bits of mantissa; wider
    /// ones are rounded to the nearest.
    pub fn to_f32(&self) -> Vec<f32> {
        // Values per task: what is widened stays in a core's cache until it is copied out.
        const RUN: usize = 1 << 14;
        let dtype = self.info.dtype;
        let mut values = vec![0.0; self.bytes.len() / dtype.size()];
        let runs = values.par_chunks_mut(RUN).zip(self.bytes.par_chunks(RUN * dtype.size()));
        runs.for_each(|(values, bytes)| values.copy_from_slice(&dtype.widen(bytes)));
        values
    }
}

/// The file formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A JSON header and the tensors' bytes (huggingface.co/docs/safetensors).
    Safetensors,
    /// What `torch.save` writes, as a zip archive or in the form before that.
    Ckpt,
}

impl Format {
    /// The format's name: `safetensors` or `ckpt`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Ckpt => "ckpt",
        }
    }
}

/// An open model file, of any format.
pub trait Source: Send + Sync {
    /// The file, for error messages.
    fn file(&self) -> &Path;
    /// What it was recognised as.
    fn format(&self) -> Format;
    /// Every tensor in it.
    fn tensors(&self) -> &BTreeMap<String, TensorInfo>;
    /// Free text pairs from the header (safetensors' `__metadata__`).
    fn metadata(&self) -> &BTreeMap<String, String>;
    /// One tensor's bytes. [`Error::MissingTensor`] if the name is not in [`Source::tensors`].
    fn read(&self, name: &str) -> Result<RawTensor, Error>;
    /// The same as f32, without a detour where the file has just that.
    fn read_f32(&self, name: &str) -> Result<Vec<f32>, Error> {
        Ok(self.read(name)?.to_f32())
    }
}

/// Opens a model file and reads its header. The format is told from the first bytes; the file's
/// name plays no part.
///
/// # Errors
///
/// [`Error::File`] for what is no readable regular file, [`Error::Flawed`] for contents that are
/// unknown, broken, cut short, or (a pickle's) dangerous.
pub fn open(path: &Path) -> Result<Arc<dyn Source>, Error> {
    let file = ModelFile::open(path)?;
    let head = file.read_at(0, file.len().min(64))?;
    if safetensors::recognises(&head) {
        Ok(Arc::new(safetensors::Safetensors::open(file)?))
    } else if torch::recognises_zip(&head) {
        Ok(Arc::new(torch::open_zip(file)?))
    } else if torch::recognises_legacy(&head) {
        Ok(Arc::new(torch::open_legacy(file)?))
    } else {
        // A bare pickle is no checkpoint, but one that wants to run something is called by name.
        let flaw = torch::forbidden_call(&file)?.unwrap_or(Flaw::UnknownFormat);
        Err(file.flawed(flaw))
    }
}

/// Opens a safetensors file and nothing else, whose header has at most `most_header` bytes.
///
/// # Errors
///
/// As [`open`].
pub fn open_safetensors(path: &Path, most_header: u64) -> Result<Arc<dyn Source>, Error> {
    let file = ModelFile::open(path)?;
    let head = file.read_at(0, file.len().min(64))?;
    match head.first_chunk().map(|length| u64::from_le_bytes(*length)) {
        Some(claimed) if safetensors::recognises(&head) && claimed > most_header => {
            Err(file.flawed(Flaw::HeaderTooLarge { claimed }))
        }
        Some(_) if safetensors::recognises(&head) => {
            Ok(Arc::new(safetensors::Safetensors::open(file)?))
        }
        _ => Err(file.flawed(Flaw::UnknownFormat)),
    }
}

/// A safetensors file that is part of the program, under the name that errors shall use.
///
/// # Errors
///
/// [`Error::Flawed`].
pub fn embedded(name: &str, bytes: &'static [u8]) -> Result<Arc<dyn Source>, Error> {
    Ok(Arc::new(safetensors::Safetensors::open(ModelFile::embedded(name, bytes))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::error::FileProblem;

    fn problem(path: &Path) -> FileProblem {
        match open(path).err().unwrap() {
            Error::File { problem, .. } => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn refuses_what_is_no_regular_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(problem(folder.path()), FileProblem::IsFolder);
        assert_eq!(problem(&folder.path().join("none")), FileProblem::NotFound);
        assert_eq!(problem(Path::new("/dev/zero")), FileProblem::NotRegular);
        let empty = folder.path().join("empty");
        std::fs::write(&empty, b"").unwrap();
        assert_eq!(problem(&empty), FileProblem::Empty);
    }

    #[test]
    fn does_not_wait_on_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = crate::regular::tests::pipe(folder.path());
        assert_eq!(problem(&pipe), FileProblem::NotRegular);
    }

    #[test]
    fn names_the_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        for bytes in [&b"<html>not found</html>"[..], b"GGUF\x03\0\0\0", b"x", &[0; 4096]] {
            std::fs::write(&path, bytes).unwrap();
            let error = open(&path).err().unwrap();
            assert_eq!(error, Error::flawed(&path, Flaw::UnknownFormat));
        }
    }

    #[test]
    fn byte_counts_do_not_overflow() {
        let info = |shape: &[usize]| TensorInfo { dtype: Dtype::F32, shape: shape.to_vec() };
        assert_eq!(info(&[2, 3]).byte_len(), Some(24));
        assert_eq!(info(&[]).byte_len(), Some(4));
        assert_eq!(info(&[usize::MAX, 0, usize::MAX]).byte_len(), Some(0));
        assert_eq!(info(&[1 << 32, 1 << 30]).byte_len(), None);
        assert_eq!(info(&[usize::MAX, 2]).byte_len(), None);
    }
}
