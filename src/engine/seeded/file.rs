//! Writing a source as a safetensors file, in the order and the JSON form of the reference kit, so
//! that equal contents are equal files.

use super::super::error::Error;
use super::super::weights::Source;
use serde_json::json;
use std::io::Write;

/// Writes every tensor of `source` to `out`.
///
/// # Errors
/// [`Error::Save`] with the source's name if `out` fails; whatever reading a tensor gives.
pub fn write(source: &dyn Source, out: &mut dyn Write) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::Save {
        file: source.file().to_owned(),
        reason: error.to_string(),
    };
    let mut tensors: Vec<_> = source.tensors().iter().collect();
    tensors.sort_by_key(|(name, info)| (std::cmp::Reverse(info.dtype.size()), *name));
    let mut header = format!(r#"{{"__metadata__":{}"#, json!(source.metadata()));
    let mut offset = 0;
    for (name, info) in &tensors {
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
    out.write_all(&(header.len() as u64).to_le_bytes()).map_err(failed)?;
    out.write_all(header.as_bytes()).map_err(failed)?;
    for (name, _) in &tensors {
        out.write_all(&source.read(name)?.bytes).map_err(failed)?;
    }
    Ok(())
}
