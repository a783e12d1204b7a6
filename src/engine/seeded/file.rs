//! Writing a source as a safetensors file, in the order and the JSON form of the reference kit, so
//! that equal contents are equal files.

use super::super::weights::{Source, TensorInfo};
use serde_json::json;
use std::io::{self, Write};

/// Writes every tensor of `source` to `out`.
pub fn write(source: &dyn Source, out: &mut dyn Write) -> io::Result<()> {
    let tensors = in_order(source);
    out.write_all(&header(source, &tensors))?;
    for (name, _) in &tensors {
        out.write_all(&source.read(name).map_err(io::Error::other)?.bytes)?;
    }
    out.flush()
}

type Entry<'a> = (&'a String, &'a TensorInfo);

fn in_order(source: &dyn Source) -> Vec<Entry<'_>> {
    let mut tensors: Vec<_> = source.tensors().iter().collect();
    tensors.sort_by_key(|(name, info)| (std::cmp::Reverse(info.dtype.size()), *name));
    tensors
}

/// The length, then the JSON, padded so that the tensors begin aligned.
fn header(source: &dyn Source, tensors: &[Entry]) -> Vec<u8> {
    let mut header = format!(r#"{{"__metadata__":{}"#, json!(source.metadata()));
    let mut offset = 0;
    for (name, info) in tensors {
        let end = offset + info.dtype.size() * info.shape.iter().product::<usize>();
        header += &format!(
            r#",{}:{{"dtype":"{}","shape":{},"data_offsets":[{offset},{end}]}}"#,
            json!(name),
            info.dtype.name().to_uppercase(),
            json!(info.shape),
        );
        offset = end;
    }
    header.push('}');
    header += &" ".repeat(header.len().next_multiple_of(8) - header.len());
    [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Recipe, Scale, checkpoint};
    use super::*;
    use crate::engine::inspect;
    use crate::engine::weights::Dtype;
    use std::time::{Duration, Instant};

    #[test]
    fn a_file_of_the_published_size_is_inspected_at_once() {
        let folder = tempfile::tempdir().unwrap();
        for (recipe, family) in [(Recipe::Sd15, "sd1"), (Recipe::Sdxl, "sdxl")] {
            let source = checkpoint(recipe, Scale::Full, Dtype::F16, 0, &Options::default());
            let header = header(&source, &in_order(&source));
            let data: u64 = source.tensors().values().filter_map(TensorInfo::byte_len).sum();
            let path = folder.path().join(recipe.name());
            std::fs::write(&path, &header).unwrap();
            // The tensors are a hole, which takes no room on the disk.
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_len(header.len() as u64 + data).unwrap();
            assert!(data > 2_000_000_000, "{data}");
            let start = Instant::now();
            let facts = inspect(&path).unwrap();
            let time = start.elapsed();
            assert_eq!((facts.family.as_deref(), facts.problem), (Some(family), None));
            assert!(time < Duration::from_millis(100), "{time:?}");
        }
    }
}
