//! Arrays to and from safetensors files: `--latent`, `--trace`, and the recorded reference runs.

use super::error::{Error, Flaw};
use super::picture::{Array, Values};
use super::weights::{self, Dtype, Format, RawTensor, Source, TensorInfo};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Writes named arrays to `path`: whole or not at all.
///
/// # Errors
///
/// [`Error::Save`].
pub fn write_arrays(path: &Path, arrays: &[(String, Array)]) -> Result<(), Error> {
    let info = |array: &Array| TensorInfo { dtype: dtype(array), shape: array.shape.clone() };
    let tensors: Vec<_> = arrays.iter().map(|(name, array)| (name.clone(), info(array))).collect();
    weights::write_safetensors(path, &tensors, &BTreeMap::new(), |index| {
        Ok(bytes(&arrays[index].1))
    })
}

/// Writes named arrays, and notes beside them, to any stream, in the same form.
///
/// # Errors
///
/// Those of the stream.
pub fn write_arrays_to(
    out: &mut impl Write,
    arrays: &[(String, Array)],
    notes: &BTreeMap<String, String>,
) -> io::Result<()> {
    let info = |array: &Array| TensorInfo { dtype: dtype(array), shape: array.shape.clone() };
    let tensors: Vec<_> = arrays.iter().map(|(name, array)| (name.clone(), info(array))).collect();
    weights::write_safetensors_to(out, &tensors, notes, |index| Ok(bytes(&arrays[index].1)))
}

/// An open file of arrays, of which the header was read.
pub struct ArrayFile {
    source: Arc<dyn Source>,
}

impl ArrayFile {
    /// Opens a safetensors file whose header has at most `most_header` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::File`] and [`Error::Flawed`]; for a file of any other format too.
    pub fn open(path: &Path, most_header: u64) -> Result<Self, Error> {
        Ok(Self { source: weights::open_safetensors(path, most_header)? })
    }

    /// The notes beside the arrays.
    pub fn notes(&self) -> &BTreeMap<String, String> {
        self.source.metadata()
    }

    /// The shape of an array of f32.
    pub fn f32_shape(&self, name: &str) -> Option<&[usize]> {
        let info = self.source.tensors().get(name)?;
        (info.dtype == Dtype::F32).then_some(&info.shape)
    }

    /// The values of an array, row-major.
    ///
    /// # Errors
    ///
    /// [`Error::MissingTensor`], and those of reading.
    pub fn read_f32(&self, name: &str) -> Result<Vec<f32>, Error> {
        self.source.read_f32(name)
    }
}

/// Whether `path` is a safetensors file with nothing in it but arrays of a run: what `--latent` and
/// `--trace` write, and no model.
pub fn holds_arrays(path: &Path) -> bool {
    weights::open(path).is_ok_and(|source| {
        let mut tensors = source.tensors().iter();
        source.format() == Format::Safetensors
            && !source.tensors().is_empty()
            && tensors
                .all(|(name, info)| is_ours(name) && matches!(info.dtype, Dtype::F32 | Dtype::I64))
    })
}

/// The names of the trace, the final latent and the numbered token ids.
fn is_ours(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "latent",
        "pos_context",
        "neg_context",
        "pos_pooled",
        "neg_pooled",
        "sigmas",
        "timesteps",
        "noise",
        "unet_input_0",
        "timestep_0",
        "eps_pos_0",
        "eps_neg_0",
        "latents",
        "image",
    ];
    let ids = name.strip_prefix("pos_ids_").or_else(|| name.strip_prefix("neg_ids_"));
    NAMES.contains(&name) || ids.is_some_and(|number| number.parse::<u8>().is_ok())
}

/// Reads every f32 and i64 array of a safetensors file.
///
/// # Errors
///
/// Those of [`weights::open`].
pub fn read_arrays(path: &Path) -> Result<Vec<(String, Array)>, Error> {
    let source = weights::open(path)?;
    let names = source.tensors().keys();
    names.map(|name| Ok((name.clone(), array(path, name, source.read(name)?)?))).collect()
}

fn array(path: &Path, name: &str, raw: RawTensor) -> Result<Array, Error> {
    let data = match raw.info.dtype {
        Dtype::F32 | Dtype::F16 | Dtype::BF16 => Values::F32(raw.to_f32()),
        Dtype::I64 => {
            let values = raw.bytes.as_chunks::<8>().0.iter();
            Values::I64(values.map(|bytes| i64::from_le_bytes(*bytes)).collect())
        }
        other => {
            let flaw = Flaw::UnknownDtype { tensor: name.into(), dtype: other.name().into() };
            return Err(Error::flawed(path, flaw));
        }
    };
    Ok(Array { shape: raw.info.shape, data })
}

fn dtype(array: &Array) -> Dtype {
    match array.data {
        Values::F32(_) => Dtype::F32,
        Values::I64(_) => Dtype::I64,
    }
}

fn bytes(array: &Array) -> Vec<u8> {
    match &array.data {
        Values::F32(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        Values::I64(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("arrays.safetensors");
        let arrays = vec![
            ("a".to_owned(), Array { shape: vec![2], data: Values::F32(vec![1.5, f32::MIN]) }),
            ("b".to_owned(), Array { shape: vec![], data: Values::I64(vec![i64::MIN]) }),
        ];
        write_arrays(&path, &arrays).unwrap();
        assert_eq!(read_arrays(&path).unwrap(), arrays);
        assert!(!holds_arrays(&path), "foreign names");
        let named = |name: &str| (name.to_owned(), arrays[0].1.clone());
        write_arrays(&path, &[named("latent"), named("pos_ids_1")]).unwrap();
        assert!(holds_arrays(&path));
        write_arrays(&path, &[named("latent"), named("pos_ids_x")]).unwrap();
        assert!(!holds_arrays(&path));
        write_arrays(&path, &[]).unwrap();
        assert!(!holds_arrays(&path));
    }
}
