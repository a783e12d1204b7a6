//! Writing safetensors, one tensor in memory at a time.

use super::header::METADATA;
use crate::draft;
use crate::engine::error::Error;
use crate::engine::weights::TensorInfo;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a file that appears under its name only when it is whole; its folder is made when there
/// is none.
///
/// `bytes(i)` gives the contents of `tensors[i]` (row-major, little-endian) and is asked for one
/// after the other, in order.
///
/// # Errors
///
/// [`Error::Save`], also for contents of another length than the type and shape say, for a name
/// that comes twice, and for what `bytes` itself reports. The file of that name, if there was
/// one, is then as before.
pub fn write_safetensors(
    path: &Path,
    tensors: &[(String, TensorInfo)],
    metadata: &BTreeMap<String, String>,
    bytes: impl FnMut(usize) -> io::Result<Vec<u8>>,
) -> Result<(), Error> {
    let write = |file: &mut File| {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        write_safetensors_to(&mut out, tensors, metadata, bytes)
    };
    draft::replace(path, write)
        .map_err(|error| Error::Save { file: path.to_owned(), reason: error.to_string() })
}

/// Writes the same to any stream. See [`write_safetensors`].
pub fn write_safetensors_to(
    out: &mut impl Write,
    tensors: &[(String, TensorInfo)],
    metadata: &BTreeMap<String, String>,
    mut bytes: impl FnMut(usize) -> io::Result<Vec<u8>>,
) -> io::Result<()> {
    let header = header(tensors, metadata)?;
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    for (i, (name, info)) in tensors.iter().enumerate() {
        let contents = bytes(i)?;
        if info.byte_len() != Some(contents.len() as u64) {
            return Err(refused(format!("{name}: {} bytes for {info:?}", contents.len())));
        }
        out.write_all(&contents)?;
    }
    out.flush()
}

/// The JSON, padded with spaces to a multiple of 8 so that the tensors begin aligned.
fn header(
    tensors: &[(String, TensorInfo)],
    metadata: &BTreeMap<String, String>,
) -> io::Result<Vec<u8>> {
    let mut seen = HashSet::from([METADATA]);
    let mut entries = Map::new();
    if !metadata.is_empty() {
        entries.insert(METADATA.to_owned(), json!(metadata));
    }
    let mut begin = 0u64;
    for (name, info) in tensors {
        if !seen.insert(name.as_str()) {
            return Err(refused(format!("{name}: not the name of one tensor")));
        }
        let end = info.byte_len().and_then(|len| begin.checked_add(len));
        let end = end.ok_or_else(|| refused(format!("{name}: {info:?} is too large")))?;
        entries.insert(name.clone(), entry(info, begin, end));
        begin = end;
    }
    let mut header = serde_json::to_vec(&entries)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok(header)
}

fn entry(info: &TensorInfo, begin: u64, end: u64) -> Value {
    json!({
        "dtype": info.dtype.safetensors_name(),
        "shape": info.shape,
        "data_offsets": [begin, end],
    })
}

fn refused(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::weights::{Dtype, open};

    fn tensor(name: &str, dtype: Dtype, shape: &[usize]) -> (String, TensorInfo) {
        (name.to_owned(), TensorInfo { dtype, shape: shape.to_vec() })
    }

    #[test]
    fn what_is_written_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.safetensors");
        let tensors = [
            tensor("z", Dtype::F16, &[3]),
            tensor("a", Dtype::F32, &[2, 2]),
            tensor("one", Dtype::I64, &[]),
            tensor("none", Dtype::U8, &[0, 5]),
        ];
        let contents = [vec![1; 6], vec![2; 16], vec![3; 8], vec![]];
        let metadata = BTreeMap::from([("quote".to_owned(), "\"\n\u{1F600}".to_owned())]);
        write_safetensors(&path, &tensors, &metadata, |i| Ok(contents[i].clone())).unwrap();
        let source = open(&path).unwrap();
        assert_eq!(source.metadata(), &metadata);
        assert_eq!(source.tensors().len(), 4);
        for ((name, info), bytes) in tensors.iter().zip(&contents) {
            let read = source.read(name).unwrap();
            assert_eq!((&read.info, &read.bytes), (info, bytes));
        }
        let start = u64::from_le_bytes(std::fs::read(&path).unwrap()[..8].try_into().unwrap());
        assert_eq!(start % 8, 0);
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_keeps_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.safetensors");
        std::fs::write(&path, b"old").unwrap();
        let one = [tensor("t", Dtype::F32, &[1])];
        let none = BTreeMap::new();
        let short = write_safetensors(&path, &one, &none, |_| Ok(vec![0; 3]));
        assert!(matches!(short, Err(Error::Save { file, .. }) if file == path));
        let failed = write_safetensors(&path, &one, &none, |_| Err(io::Error::other("gone")));
        assert!(matches!(failed, Err(Error::Save { reason, .. }) if reason == "gone"));
        let twice = [one[0].clone(), one[0].clone()];
        assert!(write_safetensors(&path, &twice, &none, |_| Ok(vec![0; 4])).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let lost = path.join("below");
        assert!(write_safetensors(&lost, &one, &none, |_| Ok(vec![0; 4])).is_err());
    }
}
