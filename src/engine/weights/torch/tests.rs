//! Checkpoints that PyTorch wrote, and archives put together by hand.
//!
//! `tests/data/make_pickles.py` made the files, and `pickles.json` with what PyTorch reads from
//! them.

use super::forbidden_call;
use crate::engine::error::{Error, Flaw};
use crate::engine::weights::file::ModelFile;
use crate::engine::weights::fuzz::{FILES, archive, write};
use crate::engine::weights::{Dtype, Format, Source, open};
use sha2::{Digest, Sha256};
use std::sync::Arc;

fn opened(bytes: &[u8]) -> Result<Arc<dyn Source>, Flaw> {
    let folder = tempfile::tempdir().unwrap();
    match open(&write(&folder, bytes)) {
        Err(Error::Flawed { flaw, .. }) => Err(flaw),
        other => Ok(other.unwrap()),
    }
}

fn flaw(bytes: &[u8]) -> Flaw {
    opened(bytes).err().unwrap()
}

/// A state dictionary with one f32 tensor `t` of the given view over storage `0`.
fn pickle(offset: &[u8], shape: &[u8], strides: &[u8]) -> Vec<u8> {
    let parts = [
        b"\x80\x02}X\x01\0\0\0tctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\n\
          FloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQ",
        offset,
        shape,
        strides,
        b"\x89ccollections\nOrderedDict\n)RtRs.",
    ];
    parts.concat()
}

fn one(offset: &[u8], shape: &[u8], strides: &[u8]) -> Vec<u8> {
    let contents = pickle(offset, shape, strides);
    let data: Vec<u8> = [1f32, 2.0, 3.0, 4.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    archive(&[("a/data.pkl", &contents), ("a/byteorder", b"little"), ("a/data/0", &data)])
}

#[test]
fn reads_what_torch_reads() {
    let expected = include_str!("../../../../tests/data/pickles.json");
    let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
    for (name, bytes) in FILES.iter().filter(|file| !file.0.ends_with("safetensors")) {
        let folder = tempfile::tempdir().unwrap();
        let source = open(&write(&folder, bytes)).unwrap();
        assert_eq!(source.format(), Format::Ckpt);
        let wanted = expected[name].as_object().unwrap();
        assert_eq!(source.tensors().len(), wanted.len(), "{name}");
        for (tensor, wanted) in wanted {
            let read = source.read(tensor).unwrap();
            let digest = Sha256::digest(&read.bytes);
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, wanted["sha256"].as_str().unwrap(), "{name}: {tensor}");
            assert_eq!(serde_json::json!(read.info.shape), wanted["shape"], "{name}: {tensor}");
            assert_eq!(torch_name(read.info.dtype), wanted["dtype"], "{name}: {tensor}");
        }
        assert!(matches!(source.read("none"), Err(Error::MissingTensor { .. })));
    }
}

fn torch_name(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::F64 => "float64",
        Dtype::F32 => "float32",
        Dtype::F16 => "float16",
        Dtype::BF16 => "bfloat16",
        Dtype::F8E4M3 => "float8_e4m3fn",
        Dtype::F8E5M2 => "float8_e5m2",
        Dtype::I64 => "int64",
        Dtype::I32 => "int32",
        Dtype::I16 => "int16",
        Dtype::I8 => "int8",
        Dtype::U16 => "uint16",
        Dtype::U8 => "uint8",
        Dtype::Bool => "bool",
        Dtype::U32 | Dtype::U64 => "not in these files",
    }
}

#[test]
fn views_are_gathered() {
    let read = |bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        open(&write(&folder, bytes)).unwrap().read("t").unwrap().to_f32()
    };
    assert_eq!(read(&one(b"K\0", b"K\x02K\x02\x86", b"K\x02K\x01\x86")), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(read(&one(b"K\0", b"K\x02K\x02\x86", b"K\x01K\x02\x86")), [1.0, 3.0, 2.0, 4.0]);
    assert_eq!(read(&one(b"K\x01", b"K\x02\x85", b"K\x02\x85")), [2.0, 4.0]);
    assert_eq!(read(&one(b"K\x03", b"K\x03\x85", b"K\0\x85")), [4.0; 3]);
    assert_eq!(read(&one(b"K\x02", b")", b")")), [3.0]);
    // A stride over a single index says nothing, whatever it is.
    assert_eq!(read(&one(b"K\0", b"K\x01\x85", b"J\xff\xff\xff\x7f\x85")), [1.0]);
    assert!(read(&one(b"K\x63", b"K\0\x85", b"K\x01\x85")).is_empty());
}

#[test]
fn a_view_of_far_apart_elements_reads_only_those() {
    let len = 3 << 20;
    let mut data = vec![0; len];
    data[..4].copy_from_slice(&1f32.to_le_bytes());
    data[len - 4..].copy_from_slice(&2f32.to_le_bytes());
    let stride = [&b"J"[..], &(len as u32 / 4 - 1).to_le_bytes(), b"\x85"].concat();
    let contents = pickle(b"K\0", b"K\x02\x85", &stride);
    let bytes = archive(&[("data.pkl", &contents), ("data/0", &data)]);
    let folder = tempfile::tempdir().unwrap();
    let source = open(&write(&folder, &bytes)).unwrap();
    assert_eq!(source.read("t").unwrap().to_f32(), [1.0, 2.0]);
}

#[test]
fn views_outside_their_storage_are_refused() {
    let outside = Flaw::OutsideFile { tensor: "t".into() };
    let max = b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f";
    assert_eq!(flaw(&one(b"K\0", b"K\x05\x85", b"K\x01\x85")), outside);
    assert_eq!(flaw(&one(b"K\x01", b"K\x04\x85", b"K\x01\x85")), outside);
    assert_eq!(flaw(&one(max, b"K\x01\x85", b"K\x01\x85")), outside);
    assert_eq!(flaw(&one(b"K\0", b"K\x03\x85", &[max, &b"\x85"[..]].concat())), outside);
    let size = flaw(&one(b"K\0", &[max, &max[..], b"\x86"].concat(), b"K\0K\0\x86"));
    assert_eq!(size, Flaw::SizeMismatch { tensor: "t".into() });
    let repeated = flaw(&one(b"K\0", b"J\0\0\0\x40\x85", b"K\0\x85"));
    assert_eq!(repeated, Flaw::PickleLimit { limit: "size of a tensor".into() });
    for (offset, shape, strides) in [
        (&b"J\xff\xff\xff\xff"[..], &b"K\x01\x85"[..], &b"K\x01\x85"[..]),
        (b"K\0", b"J\xff\xff\xff\xff\x85", b"K\x01\x85"),
        (b"K\0", b"K\x01\x85", b"J\xff\xff\xff\xff\x85"),
        (b"K\0", b"K\x01\x85", b")"),
    ] {
        let found = flaw(&one(offset, shape, strides));
        assert!(matches!(found, Flaw::PickleUnreadable { .. }), "{found:?}");
    }
    let contents = pickle(b"K\0", b"K\x01\x85", b"K\x01\x85");
    assert_eq!(flaw(&archive(&[("a/data.pkl", &contents)])), outside);
    assert_eq!(flaw(&archive(&[("a/data.pkl", &contents), ("a/data/0", &[0; 15])])), outside);
}

#[test]
fn storages_of_other_numbers() {
    let contents = pickle(b"K\0", b"K\x01\x85", b"K\x01\x85");
    let text = contents.escape_ascii().to_string();
    let swap = |class: &str| {
        let at = contents.windows(5).position(|w| w == b"Float").unwrap();
        [&contents[..at], class.as_bytes(), &contents[at + 5..]].concat()
    };
    assert!(text.contains("FloatStorage"));
    let bytes = archive(&[("data.pkl", &swap("ComplexFloat")), ("data/0", &[0; 64])]);
    let complex = "ComplexFloatStorage".to_owned();
    assert_eq!(flaw(&bytes), Flaw::UnknownDtype { tensor: "t".into(), dtype: complex });
    let bytes = archive(&[("data.pkl", &swap("Strange")), ("data/0", &[0; 64])]);
    assert!(matches!(flaw(&bytes), Flaw::PickleUnreadable { .. }));
}

#[test]
fn archives_that_are_broken_say_how() {
    let whole = one(b"K\0", b"K\x04\x85", b"K\x01\x85");
    let unreadable = |bytes: &[u8], what: &str| match flaw(bytes) {
        Flaw::ArchiveUnreadable { detail } => assert!(detail.contains(what), "{detail}"),
        other => panic!("{other:?}"),
    };
    unreadable(&whole[..whole.len() - 1], "cut short");
    unreadable(&whole[..200], "cut short");
    let change = |pattern: &[u8], at: usize, value: u8| {
        let mut bytes = whole.clone();
        let found = bytes.windows(pattern.len()).position(|w| w == pattern).unwrap();
        bytes[found + at] = value;
        bytes
    };
    unreadable(&change(b"PK\x01\x02", 10, 8), "packed or encrypted");
    unreadable(&change(b"PK\x01\x02", 8, 1), "packed or encrypted");
    unreadable(&change(b"PK\x01\x02", 42, 9), "not where the directory says");
    unreadable(&change(b"PK\x01\x02", 45, 9), "outside the file");
    unreadable(&change(b"PK\x01\x02", 0, b'Q'), "directory is broken");
    let big = archive(&[("data.pkl", &b"}."[..]), ("byteorder", b"big")]);
    unreadable(&big, "big-endian");
    let other = archive(&[("word/document.xml", &b"<a/>"[..])]);
    assert_eq!(flaw(&other), Flaw::UnknownFormat);
}

#[test]
fn archives_of_64_bits_are_read() {
    let mut bytes = one(b"K\0", b"K\x04\x85", b"K\x01\x85");
    let end = bytes.len() - 22;
    let field = |at: usize| u32::from_le_bytes(bytes[end + at..end + at + 4].try_into().unwrap());
    let (len, start) = (u64::from(field(12)), u64::from(field(16)));
    let mut record = b"PK\x06\x06".to_vec();
    record.resize(40, 0);
    record.extend_from_slice(&len.to_le_bytes());
    record.extend_from_slice(&start.to_le_bytes());
    record.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    record.extend_from_slice(&(end as u64).to_le_bytes());
    record.extend_from_slice(&[1, 0, 0, 0]);
    bytes[end + 12..end + 20].fill(0xff);
    bytes.splice(end..end, record);
    assert_eq!(opened(&bytes).unwrap().tensors().len(), 1);
    bytes[end + 48] ^= 1;
    assert!(matches!(flaw(&bytes), Flaw::ArchiveUnreadable { .. }));
}

#[test]
fn hostile_pickles_are_refused_in_every_coat() {
    let evil = b"\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.";
    let refused = Flaw::ForbiddenCall { callable: "posix.system".into() };
    assert_eq!(flaw(&archive(&[("archive/data.pkl", evil)])), refused);
    let legacy = FILES.iter().find(|file| file.0 == "legacy.ckpt").unwrap().1;
    // Magic and version, then the evil one in the place of the system's description.
    assert_eq!(flaw(&[&legacy[..21], evil].concat()), refused);
    assert_eq!(flaw(evil), refused);
    assert_eq!(flaw(b"cposix\nsystem\n(S'id'\ntR."), refused);
    let folder = tempfile::tempdir().unwrap();
    let harmless = ModelFile::open(&write(&folder, b"\x80\x02}.")).unwrap();
    assert_eq!(forbidden_call(&harmless), Ok(None));
}

#[test]
fn a_legacy_file_cut_short_is_truncated() {
    let legacy = FILES.iter().find(|file| file.0 == "legacy.ckpt").unwrap().1;
    let cut = legacy.len() as u64 - 1;
    match flaw(&legacy[..legacy.len() - 1]) {
        Flaw::Truncated { expected, found } => assert_eq!((expected, found), (cut + 1, cut)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(flaw(&legacy[..1000]), Flaw::PickleUnreadable { .. }));
}

#[test]
fn a_crowd_of_tensors_is_refused() {
    // The one tensor of a valid file, again and again under other names.
    let mut contents = pickle(b"K\0", b"K\x01\x85", b"K\x01\x85");
    contents.truncate(contents.len() - 2);
    contents.extend_from_slice(b"q\0s(");
    for i in 0..100_000 {
        contents.extend_from_slice(format!("X\x06\0\0\0{i:06}h\0").as_bytes());
    }
    contents.extend_from_slice(b"u.");
    let bytes = archive(&[("data.pkl", &contents), ("data/0", &[0; 16])]);
    assert_eq!(flaw(&bytes), Flaw::PickleLimit { limit: "number of tensors".into() });
}

#[test]
fn contents_without_tensors() {
    assert!(opened(&archive(&[("data.pkl", b"}.")])).unwrap().tensors().is_empty());
    for contents in [&b"N."[..], b"].", b"K\x01)\x86.", b"cx\nY\n)R."] {
        let found = flaw(&archive(&[("data.pkl", contents)]));
        assert!(matches!(found, Flaw::PickleUnreadable { .. }), "{found:?}");
    }
}
