//! The safetensors format: 8 bytes of header length, a JSON header, the tensors' bytes.
//!
//! Read and written here rather than with the format's own crate, so that every flaw names the
//! tensor it is in and a file is streamed in both directions.

mod header;
mod write;

pub use write::{write_safetensors, write_safetensors_to};

use super::file::ModelFile;
use super::{Dtype, Format, RawTensor, Source, TensorInfo};
use crate::engine::error::{Error, Flaw};
use header::Header;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The longest header that the format allows, in bytes.
const MAX_HEADER: u64 = 100_000_000;

/// Whether a file that begins like this is meant to be safetensors.
pub fn recognises(head: &[u8]) -> bool {
    head.get(8) == Some(&b'{')
}

/// An open safetensors file.
pub struct Safetensors {
    file: ModelFile,
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
    /// First byte of each tensor, from the file's beginning.
    starts: HashMap<String, u64>,
}

impl Safetensors {
    /// Reads and checks the header.
    pub fn open(file: ModelFile) -> Result<Self, Error> {
        let mut length = [0; 8];
        file.fill_at(0, &mut length)?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER {
            return Err(file.flawed(Flaw::HeaderTooLarge { claimed: length }));
        }
        let json = file.read_at(8, length)?;
        let data_start = 8 + length;
        let header = Header::parse(&json).and_then(|header| {
            header.check_layout(data_start, file.len())?;
            Ok(header)
        });
        let header = header.map_err(|flaw| file.flawed(flaw))?;
        let mut tensors = BTreeMap::new();
        let mut starts = HashMap::new();
        for entry in header.entries {
            starts.insert(entry.name.clone(), data_start + entry.begin);
            tensors.insert(entry.name, entry.info);
        }
        Ok(Self { file, tensors, metadata: header.metadata, starts })
    }
}

impl Source for Safetensors {
    fn file(&self) -> &Path {
        self.file.path()
    }

    fn format(&self) -> Format {
        Format::Safetensors
    }

    fn tensors(&self) -> &BTreeMap<String, TensorInfo> {
        &self.tensors
    }

    fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    fn read(&self, name: &str) -> Result<RawTensor, Error> {
        let (info, start) = self.place(name)?;
        let len = info.byte_len().unwrap_or(u64::MAX);
        Ok(RawTensor { info: info.clone(), bytes: self.file.read_at(start, len)? })
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, Error> {
        let (info, start) = self.place(name)?;
        if info.dtype != Dtype::F32 || cfg!(target_endian = "big") {
            return Ok(self.read(name)?.to_f32());
        }
        // The header's check found every byte of it in the file.
        let mut values = vec![0.0_f32; info.shape.iter().product()];
        self.file.fill_all_at(start, bytemuck::cast_slice_mut(&mut values))?;
        Ok(values)
    }
}

impl Safetensors {
    /// Type, shape and first byte of a tensor.
    fn place(&self, name: &str) -> Result<(&TensorInfo, u64), Error> {
        let place = self.tensors.get(name).zip(self.starts.get(name));
        place.map(|(info, start)| (info, *start)).ok_or_else(|| Error::MissingTensor {
            file: self.file().to_owned(),
            tensor: name.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::error::{Error, Flaw};
    use crate::engine::weights::{Dtype, Format, open};
    use proptest::prelude::*;
    use std::path::PathBuf;

    fn file(json: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(json.as_bytes());
        bytes.extend_from_slice(data);
        bytes
    }

    fn write(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
        let path = folder.path().join("file.ckpt");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn flaw(json: &str, data: &[u8]) -> Flaw {
        let folder = tempfile::tempdir().unwrap();
        match open(&write(&folder, &file(json, data))).err().unwrap() {
            Error::Flawed { flaw, .. } => flaw,
            other => panic!("{other:?}"),
        }
    }

    const GOOD: &str = r#"{"__metadata__":{"k":"v"},"b":{"dtype":"F16","shape":[2],"data_offsets":
        [4,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"extra":[1,{}]},
        "e":{"dtype":"I8","shape":[3,0],"data_offsets":[8,8]}}   "#;

    #[test]
    fn reads_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let source = open(&write(&folder, &file(GOOD, &[0, 0, 128, 63, 0, 60, 0, 192]))).unwrap();
        assert_eq!(source.format(), Format::Safetensors);
        assert_eq!(source.metadata().get("k").unwrap(), "v");
        let names: Vec<_> = source.tensors().keys().collect();
        assert_eq!(names, ["a", "b", "e"]);
        let b = source.read("b").unwrap();
        assert_eq!((b.info.dtype, &b.info.shape[..]), (Dtype::F16, &[2][..]));
        assert_eq!(b.to_f32(), [1.0, -2.0]);
        assert_eq!(source.read("a").unwrap().to_f32(), [1.0]);
        assert!(source.read("e").unwrap().bytes.is_empty());
        assert!(
            matches!(source.read("c"), Err(Error::MissingTensor { tensor, .. }) if tensor == "c")
        );
    }

    #[test]
    fn a_short_file_says_how_short() {
        let whole = 8 + GOOD.len() as u64 + 8;
        assert_eq!(flaw(GOOD, &[0; 7]), Flaw::Truncated { expected: whole, found: whole - 1 });
        let folder = tempfile::tempdir().unwrap();
        let path = write(&folder, &file(GOOD, &[])[..40]);
        let short = Flaw::Truncated { expected: whole - 8, found: 40 };
        assert_eq!(open(&path).err().unwrap(), Error::flawed(&path, short));
    }

    #[test]
    fn an_endless_header_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = 100_000_000_000u64.to_le_bytes().to_vec();
        bytes.extend_from_slice(b"{}");
        let path = write(&folder, &bytes);
        let large = Flaw::HeaderTooLarge { claimed: 100_000_000_000 };
        assert_eq!(open(&path).err().unwrap(), Error::flawed(&path, large));
    }

    #[test]
    fn every_lie_has_its_name() {
        let one = |body: &str| format!(r#"{{"t":{{{body}}}}}"#);
        let size = Flaw::SizeMismatch { tensor: "t".into() };
        let f32 = |shape: &str, offsets: &str| {
            flaw(
                &one(&format!(r#""dtype":"F32","shape":{shape},"data_offsets":{offsets}"#)),
                &[0; 16],
            )
        };
        assert_eq!(f32("[1]", "[0,8]"), size);
        assert_eq!(f32("[1]", "[8,4]"), size);
        assert_eq!(f32("[4294967296,4294967296]", "[0,16]"), size);
        assert_eq!(f32("[4294967296,4294967295]", "[0,18446744073709551612]"), size);
        assert_eq!(f32("[1]", "[16,20]"), Flaw::OutsideFile { tensor: "t".into() });
        let huge = f32("[25000000000]", "[0,100000000000]");
        assert!(matches!(huge, Flaw::Truncated { expected, .. } if expected > 100_000_000_000));
        let dtype = flaw(&one(r#""dtype":"F4","shape":[1],"data_offsets":[0,1]"#), &[0; 16]);
        assert_eq!(dtype, Flaw::UnknownDtype { tensor: "t".into(), dtype: "F4".into() });
    }

    #[test]
    fn overlaps_and_duplicates_are_found() {
        let entry = |name: &str, begin: u64| {
            let end = begin + 4;
            format!(r#""{name}":{{"dtype":"F32","shape":[1],"data_offsets":[{begin},{end}]}}"#)
        };
        let two = |a: String, b: String| flaw(&format!("{{{a},{b}}}"), &[0; 16]);
        let overlap = two(entry("x", 2), entry("y", 0));
        assert_eq!(overlap, Flaw::Overlap { tensor: "x".into(), other: "y".into() });
        assert_eq!(two(entry("x", 0), entry("x", 4)), Flaw::Duplicate { tensor: "x".into() });
        let twice = Flaw::Duplicate { tensor: "__metadata__".into() };
        assert_eq!(flaw(r#"{"__metadata__":{},"__metadata__":{}}"#, &[]), twice);
    }

    #[test]
    fn other_json_is_unreadable() {
        let deep = format!(r#"{{"t":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let many = format!(
            r#"{{"t":{{"dtype":"F32","shape":[{}1],"data_offsets":[0,4]}}}}"#,
            "1,".repeat(99)
        );
        let entry = r#"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#;
        let tensors: Vec<_> = (0..=100_000).map(|i| format!(r#""{i}":{entry}"#)).collect();
        let crowd = format!("{{{}}}", tensors.join(","));
        let long = format!(r#"{{"{}":{{}}}}"#, "x".repeat(5000));
        for json in [
            "{",
            "{}x",
            r#"{"t":1}"#,
            r#"{"t":{"dtype":"F32","shape":[1]}}"#,
            r#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
            r#"{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
            r#"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#,
            r#"{"__metadata__":{"k":1}}"#,
            "{\"\u{0}\":1}",
            &deep,
            &many,
            &long,
            &crowd,
        ] {
            let found = flaw(json, &[0; 8]);
            assert!(matches!(found, Flaw::HeaderUnreadable { .. }), "{json:.60}: {found:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = file(r#"{"a":"bc"}"#, &[]);
        bytes[10] = 0xff;
        let found = open(&write(&folder, &bytes)).err().unwrap();
        assert!(matches!(found, Error::Flawed { flaw: Flaw::HeaderUnreadable { .. }, .. }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn a_changed_file_is_read_or_refused(
            edits in prop::collection::vec((0usize..400, any::<u8>()), 1..6),
            cut in 0usize..400,
        ) {
            let mut bytes = file(GOOD, &[1, 2, 3, 4, 5, 6, 7, 8]);
            for (at, value) in edits {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            bytes.truncate(bytes.len().max(cut + 1).min(cut + 300));
            let folder = tempfile::tempdir().unwrap();
            if let Ok(source) = open(&write(&folder, &bytes)) {
                for (name, info) in source.tensors() {
                    let tensor = source.read(name).unwrap();
                    prop_assert_eq!(Some(tensor.bytes.len() as u64), info.byte_len());
                    prop_assert!(tensor.bytes.len() <= bytes.len());
                }
            }
        }
    }
}
