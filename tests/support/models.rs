//! Model files for tests: a home with a tiny checkpoint, and files changed or written by hand.

use crate::program::home;
use aiimagegen::engine::{Dtype, Recipe, Scale, SeededOptions, write_seeded};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A home with a tiny checkpoint in its models folder, where the settings point to.
pub fn home_with_model() -> TempDir {
    let home = home();
    fs::create_dir_all(home.path().join("settings")).unwrap();
    let settings = "folders: {models: ../models, output: ../pictures}\n\
                    defaults: {checkpoint: tiny, width: 64, height: 64, steps: 2, devices: [cpu]}\n";
    fs::write(home.path().join("settings/config.yaml"), settings).unwrap();
    seeded(
        Recipe::Sd15,
        &SeededOptions::default(),
        0,
        &home.path().join("models/checkpoints/tiny"),
    );
    home
}

/// Writes a tiny model to `file`, which gets its ending here.
pub fn seeded(recipe: Recipe, options: &SeededOptions, seed: u64, file: &Path) -> String {
    let file = file.with_extension("safetensors");
    write_seeded(recipe, Scale::Tiny, Dtype::F32, seed, options, &file).unwrap();
    file.display().to_string()
}

/// A safetensors file taken apart.
#[allow(dead_code, reason = "not every test changes files")]
pub struct Parts {
    pub header: Map<String, Value>,
    pub data: Vec<u8>,
}

#[allow(dead_code, reason = "not every test changes files")]
impl Parts {
    pub fn of(file: &Path) -> Self {
        let bytes = fs::read(file).unwrap();
        let end = 8 + usize::try_from(u64::from_le_bytes(bytes[..8].try_into().unwrap())).unwrap();
        let header = serde_json::from_slice(&bytes[8..end]).unwrap();
        Self { header, data: bytes[end..].to_vec() }
    }

    /// Where the bytes of a tensor are.
    pub fn range(&self, name: &str) -> std::ops::Range<usize> {
        let [begin, end] = [0, 1].map(|i| self.header[name]["data_offsets"][i].as_u64().unwrap());
        usize::try_from(begin).unwrap()..usize::try_from(end).unwrap()
    }

    pub fn write(&self, file: &Path) {
        let header = serde_json::to_vec(&self.header).unwrap();
        let length = (header.len() as u64).to_le_bytes();
        fs::write(file, [&length, &header[..], &self.data].concat()).unwrap();
    }

    /// The same tensors, all f32, as PyTorch saves them: a pickle and raw storages in a zip.
    pub fn write_ckpt(&self, file: &Path) {
        let mut pickle = b"\x80\x02}X\x0a\0\0\0state_dict}(".to_vec();
        let mut entries = Vec::new();
        let text = |text: &str| [b"X", &wide(text.len())[..], text.as_bytes()].concat();
        let int = |n: usize| [b"J", &wide(n)[..]].concat();
        let tensors = self.header.iter().filter(|(_, entry)| entry["dtype"] == "F32");
        for (key, (name, entry)) in tensors.enumerate() {
            let shape = entry["shape"].as_array().unwrap().iter();
            let shape: Vec<_> =
                shape.map(|n| usize::try_from(n.as_u64().unwrap()).unwrap()).collect();
            let strides = (0..shape.len()).map(|i| shape[i + 1..].iter().product());
            let tuple = |numbers: &mut dyn Iterator<Item = usize>| {
                [b"(".to_vec(), numbers.flat_map(int).collect(), b"t".to_vec()].concat()
            };
            let count = self.range(name).len() / 4;
            pickle.extend(text(name));
            pickle.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
            pickle.extend(text("storage"));
            pickle.extend(b"ctorch\nFloatStorage\n");
            pickle.extend([text(&key.to_string()), text("cpu"), int(count)].concat());
            pickle.extend(b"tQK\0");
            pickle.extend(tuple(&mut shape.iter().copied()));
            pickle.extend(tuple(&mut strides.into_iter()));
            pickle.extend(b"\x89ccollections\nOrderedDict\n)RtR");
            entries.push((format!("a/data/{key}"), &self.data[self.range(name)]));
        }
        pickle.extend(b"us.");
        entries.insert(0, ("a/data.pkl".to_owned(), &pickle));
        fs::write(file, archive(&entries)).unwrap();
    }
}

fn wide(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap().to_le_bytes()
}

/// A zip archive of stored entries, without check sums.
fn archive(entries: &[(String, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let small = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    for (name, data) in entries {
        let start = bytes.len();
        let sizes = [[0; 4], wide(data.len()), wide(data.len())].concat();
        let common = [&[0; 8], &sizes[..], &small(name.len()), &[0; 2]].concat();
        bytes.extend([b"PK\x03\x04\0\0", &common[..], name.as_bytes(), data].concat());
        directory.extend([b"PK\x01\x02\0\0\0\0", &common[..], &[0; 10]].concat());
        directory.extend([&wide(start), name.as_bytes()].concat());
    }
    let start = bytes.len();
    bytes.extend(&directory);
    bytes
        .extend([b"PK\x05\x06\0\0\0\0", &small(entries.len())[..], &small(entries.len())].concat());
    bytes.extend([wide(directory.len()), wide(start)].concat());
    bytes.extend([0; 2]);
    bytes
}
