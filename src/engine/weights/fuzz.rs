//! Valid files of every format, changed at random: each is read or refused, never a panic.
//!
//! Two seconds per run of the tests; `AIIMAGEGEN_FUZZ_SECONDS=600 cargo test fuzz -- --nocapture`
//! for longer.

use super::{Dtype, TensorInfo, open, write_safetensors_to};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

macro_rules! data {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../../../tests/data/", $name)).as_slice())),*]
    };
}

/// The small model files of `tests/data`.
pub const FILES: [(&str, &[u8]); 5] =
    data!["lightning.ckpt", "legacy.ckpt", "bare-protocol4.ckpt", "untyped.ckpt", "embedding.ckpt"];

/// Writes `bytes` to a file in `folder`.
pub fn write(folder: &tempfile::TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A zip archive of stored entries; check sums are left at zero, which nothing here reads.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let small = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let wide = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    for (name, data) in entries {
        let header = bytes.len();
        let mut common = vec![0; 10];
        common.extend([[0; 4], wide(data.len()), wide(data.len())].concat());
        common.extend([small(name.len()), [0; 2]].concat());
        bytes.extend_from_slice(b"PK\x03\x04\0\0");
        bytes.extend_from_slice(&common[2..]);
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(data);
        directory.extend_from_slice(b"PK\x01\x02\0\0\0\0");
        directory.extend_from_slice(&common[2..]);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&wide(header));
        directory.extend_from_slice(name.as_bytes());
    }
    let start = bytes.len();
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend([small(entries.len()), small(entries.len())].concat());
    bytes.extend([wide(directory.len()), wide(start)].concat());
    bytes.extend_from_slice(&[0; 2]);
    bytes
}

fn safetensors() -> Vec<u8> {
    let tensor = |name: &str, dtype, shape: &[usize]| {
        (name.to_owned(), TensorInfo { dtype, shape: shape.to_vec() })
    };
    let tensors = [
        tensor("a", Dtype::F32, &[2, 2]),
        tensor("b", Dtype::BF16, &[3]),
        tensor("c", Dtype::U8, &[]),
    ];
    let metadata = BTreeMap::from([("format".to_owned(), "pt".to_owned())]);
    let mut bytes = Vec::new();
    let contents = |i| Ok(vec![7; [16, 6, 1][i]]);
    write_safetensors_to(&mut bytes, &tensors, &metadata, contents).unwrap();
    bytes
}

/// Marsaglia's xorshift64 (doi:10.18637/jss.v008.i14).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

/// Numbers at which comparisons and sums go wrong.
const EDGES: [u64; 8] = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0xffff_ffff, i64::MAX as u64, u64::MAX];

/// One to eight changes: bytes replaced, edge values written, pieces removed, doubled or moved.
fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len());
        let end = bytes.len().min(at + 1 + random.below(40));
        let piece = bytes.get(at..end).unwrap_or_default().to_vec();
        match random.below(8) {
            0..=3 => bytes[at] = random.below(256).to_le_bytes()[0],
            4 => {
                let edge = EDGES[random.below(EDGES.len())].to_le_bytes();
                let width = [1, 2, 4, 8][random.below(4)].min(bytes.len() - at);
                bytes[at..at + width].copy_from_slice(&edge[..width]);
            }
            5 => drop(bytes.drain(at..end)),
            6 => drop(bytes.splice(at..at, piece)),
            _ => {
                let to = random.below(bytes.len());
                let width = piece.len().min(bytes.len() - to);
                bytes[to..to + width].copy_from_slice(&piece[..width]);
            }
        }
        if bytes.is_empty() {
            bytes.push(0);
        }
    }
}

/// Opens a file and reads every tensor; answers whether it could be opened.
fn exercise(path: &Path, len: usize) -> bool {
    let Ok(source) = open(path) else { return false };
    for (name, info) in source.tensors() {
        if let Ok(tensor) = source.read(name) {
            assert_eq!(Some(tensor.bytes.len() as u64), info.byte_len(), "{name}");
            assert!(tensor.bytes.len() <= 4 * len, "{name} is larger than it can be");
            assert_eq!(tensor.to_f32().len() * info.dtype.size(), tensor.bytes.len(), "{name}");
        }
    }
    true
}

fn seconds() -> f64 {
    let wish = std::env::var("AIIMAGEGEN_FUZZ_SECONDS").ok();
    wish.map_or(2.0, |wish| wish.parse().unwrap())
}

/// The pickle of a file, where changes do most: the tensors' own bytes cannot go wrong.
fn vulnerable(bytes: &[u8]) -> Vec<u8> {
    let is_pickle = |w: &[u8]| w == b"data.pkl";
    let Some(at) = bytes.windows(8).position(is_pickle) else { return bytes.to_vec() };
    let start = bytes[at..].iter().position(|&b| b == 0x80).map_or(at, |skip| at + skip);
    let end = bytes[start..].windows(4).position(|w| w == b"PK\x07\x08");
    bytes[start..end.map_or(bytes.len(), |end| start + end)].to_vec()
}

#[test]
fn fuzz_of_every_format_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut seeds: Vec<&[u8]> = FILES.iter().map(|file| file.1).collect();
    let safetensors = safetensors();
    seeds.push(&safetensors);
    let data: Vec<(String, Vec<u8>)> =
        (0..24).map(|key| (format!("a/data/{key}"), vec![key; 512])).collect();
    for seed in &seeds {
        assert!(exercise(&write(&folder, seed), seed.len()));
    }
    let (end, mut rounds, mut opened) = (Duration::from_secs_f64(seconds()), 0u64, 0u64);
    let start = Instant::now();
    while start.elapsed() < end {
        let seed = seeds[random.below(seeds.len())];
        // Every other time only the pickle is changed, in an archive that is sound.
        let bytes = if seed.starts_with(b"PK") && random.below(2) == 0 {
            let mut pickle = vulnerable(seed);
            change(&mut pickle, &mut random);
            let mut entries: Vec<(&str, &[u8])> = vec![("a/data.pkl", &pickle)];
            entries.extend(data.iter().map(|(name, data)| (name.as_str(), data.as_slice())));
            archive(&entries)
        } else {
            let mut bytes = seed.to_vec();
            change(&mut bytes, &mut random);
            bytes
        };
        opened += u64::from(exercise(&write(&folder, &bytes), bytes.len()));
        rounds += 1;
    }
    println!("{rounds} files in {:.0?}, {opened} of them readable", start.elapsed());
    assert!(rounds > opened && opened > 0, "{rounds} files, {opened} readable");
}
