//! Model files as named tensors: one [`Source`] per file, whatever its format.
//!
//! A source knows every tensor's name, type and shape from the header alone, and reads one
//! tensor's bytes at a time, so a checkpoint is never in memory twice.

use super::error::Error;
use std::collections::BTreeMap;
use std::path::Path;

/// Number types found in model files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Dtype {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

impl Dtype {
    /// Bytes per value.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::BF16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }
}

/// What the header says of one tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Number type.
    pub dtype: Dtype,
    /// Dimensions; empty for a single number.
    pub shape: Vec<usize>,
}

/// One tensor's contents: row-major, little-endian, without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct RawTensor {
    /// Type and shape.
    pub info: TensorInfo,
    /// `dtype.size() * product(shape)` bytes.
    pub bytes: Vec<u8>,
}

/// An open model file, of any format.
pub trait Source: Send + Sync {
    /// The file, for error messages.
    fn file(&self) -> &Path;
    /// Every tensor in it.
    fn tensors(&self) -> &BTreeMap<String, TensorInfo>;
    /// Free text pairs from the header (safetensors' `__metadata__`).
    fn metadata(&self) -> &BTreeMap<String, String>;
    /// One tensor's bytes. [`Error::MissingTensor`] if the name is not in [`Source::tensors`].
    fn read(&self, name: &str) -> Result<RawTensor, Error>;
}
