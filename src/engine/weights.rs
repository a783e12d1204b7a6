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

impl RawTensor {
    /// The values in single precision.
    pub fn to_f32(&self) -> Vec<f32> {
        fn each<const N: usize>(bytes: &[u8], value: impl Fn([u8; N]) -> f32) -> Vec<f32> {
            bytes.as_chunks().0.iter().map(|&bytes| value(bytes)).collect()
        }
        let bytes = &self.bytes;
        match self.info.dtype {
            Dtype::F64 => each(bytes, |bytes| f64::from_le_bytes(bytes) as f32),
            Dtype::F32 => each(bytes, f32::from_le_bytes),
            Dtype::F16 => each(bytes, |bytes| half::f16::from_le_bytes(bytes).to_f32()),
            Dtype::BF16 => each(bytes, |bytes| half::bf16::from_le_bytes(bytes).to_f32()),
            Dtype::I64 => each(bytes, |bytes| i64::from_le_bytes(bytes) as f32),
            Dtype::I32 => each(bytes, |bytes| i32::from_le_bytes(bytes) as f32),
            Dtype::I16 => each(bytes, |bytes| f32::from(i16::from_le_bytes(bytes))),
            Dtype::I8 => each(bytes, |bytes| f32::from(i8::from_le_bytes(bytes))),
            Dtype::U8 | Dtype::Bool => each(bytes, |[byte]| f32::from(byte)),
        }
    }
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
