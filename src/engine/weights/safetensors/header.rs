//! The JSON header: `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, ...}`, with free
//! text under `__metadata__`. Offsets count from the first byte after the header.

use crate::engine::error::Flaw;
use crate::engine::weights::{Dtype, MAX_DIMENSIONS, MAX_NAME, MAX_TENSORS, TensorInfo};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// The key that is no tensor.
pub const METADATA: &str = "__metadata__";

/// One tensor's place: `info.byte_len()` bytes from `begin` to `end`.
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Type and shape.
    pub info: TensorInfo,
    /// First byte, from the end of the header.
    pub begin: u64,
    /// One past the last byte.
    pub end: u64,
}

/// A header whose tensors each have the bytes that their shape needs.
pub struct Header {
    /// The tensors, in the order of the header.
    pub entries: Vec<Entry>,
    /// Free text pairs.
    pub metadata: BTreeMap<String, String>,
}

impl Header {
    /// Reads the JSON and checks each tensor by itself.
    pub fn parse(json: &[u8]) -> Result<Self, Flaw> {
        let raw: RawHeader = serde_json::from_slice(json)
            .map_err(|error| Flaw::HeaderUnreadable { detail: error.to_string() })?;
        let mut seen = HashSet::new();
        if let Some(name) = raw.names().find(|name| !seen.insert(*name)) {
            return Err(Flaw::Duplicate { tensor: name.to_owned() });
        }
        let metadata = raw.metadata.into_iter().next().unwrap_or_default();
        let entries = raw.entries.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries, metadata })
    }

    /// Checks that no two tensors share bytes, and that all lie in a file of `file_len` bytes.
    ///
    /// Tensors without a gap that end past the end of the file mean that the file was cut short;
    /// otherwise the header lies.
    pub fn check_layout(&self, data_start: u64, file_len: u64) -> Result<(), Flaw> {
        let mut order: Vec<&Entry> = self.entries.iter().filter(|e| e.begin < e.end).collect();
        order.sort_by_key(|entry| (entry.begin, entry.end));
        for pair in order.windows(2) {
            if let [first, second] = pair
                && second.begin < first.end
            {
                let (tensor, other) = (second.name.clone(), first.name.clone());
                return Err(Flaw::Overlap { tensor, other });
            }
        }
        let data_len = file_len.saturating_sub(data_start);
        let end = self.entries.iter().map(|entry| entry.end).max().unwrap_or(0);
        let Some(outside) = self.entries.iter().find(|entry| entry.end > data_len) else {
            return Ok(());
        };
        let used: u64 = order.iter().map(|entry| entry.end - entry.begin).sum();
        Err(if used == end {
            Flaw::Truncated { expected: data_start.saturating_add(end), found: file_len }
        } else {
            Flaw::OutsideFile { tensor: outside.name.clone() }
        })
    }
}

fn entry((name, raw): (String, RawEntry)) -> Result<Entry, Flaw> {
    let Some(dtype) = Dtype::from_safetensors(&raw.dtype) else {
        let dtype = raw.dtype.chars().take(40).collect();
        return Err(Flaw::UnknownDtype { tensor: name, dtype });
    };
    let info = TensorInfo { dtype, shape: raw.shape.0 };
    let (begin, end) = raw.data_offsets;
    if end.checked_sub(begin).is_none_or(|len| info.byte_len() != Some(len)) {
        return Err(Flaw::SizeMismatch { tensor: name });
    }
    Ok(Entry { name, info, begin, end })
}

#[derive(serde::Deserialize)]
struct RawEntry {
    dtype: String,
    shape: Shape,
    data_offsets: (u64, u64),
}

/// The header as it stands there, duplicates included: a map would swallow them.
struct RawHeader {
    entries: Vec<(String, RawEntry)>,
    metadata: Vec<BTreeMap<String, String>>,
}

impl RawHeader {
    fn names(&self) -> impl Iterator<Item = &str> {
        let tensors = self.entries.iter().map(|(name, _)| name.as_str());
        tensors.chain(self.metadata.iter().map(|_| METADATA))
    }
}

impl<'de> Deserialize<'de> for RawHeader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = RawHeader;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawHeader, A::Error> {
        let mut header = RawHeader { entries: Vec::new(), metadata: Vec::new() };
        while let Some(name) = map.next_key::<String>()? {
            if name == METADATA {
                header.metadata.push(map.next_value()?);
            } else if name.len() > MAX_NAME {
                return Err(A::Error::custom("a tensor name longer than any real one"));
            } else if header.entries.len() == MAX_TENSORS {
                return Err(A::Error::custom("more tensors than any model has"));
            } else {
                header.entries.push((name, map.next_value()?));
            }
        }
        Ok(header)
    }
}

/// Dimensions, few enough that their list cannot be a burden of its own.
struct Shape(Vec<usize>);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'de> Visitor<'de> for ShapeVisitor {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of dimensions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let mut shape = Vec::new();
        while let Some(dimension) = list.next_element()? {
            if shape.len() == MAX_DIMENSIONS {
                return Err(A::Error::custom("more dimensions than any tensor has"));
            }
            shape.push(dimension);
        }
        Ok(Shape(shape))
    }
}
