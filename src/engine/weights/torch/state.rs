//! From a checkpoint's pickle to its tensors: which dictionary holds them, and their types.

use super::view::Strided;
use super::{Span, Storages};
use crate::engine::error::Flaw;
use crate::engine::weights::file::ModelFile;
use crate::engine::weights::pickle::{Id, Pickle, Storage, Value, View};
use crate::engine::weights::{Dtype, MAX_NAME, MAX_TENSORS, TensorInfo};
use std::collections::{BTreeMap, HashSet};

/// Where training programs put the tensors, if not at the top.
const WRAPPERS: [&str; 3] = ["state_dict", "model", "module"];

/// A tensor and where to read it.
pub struct Found {
    pub name: String,
    pub info: TensorInfo,
    pub view: Strided,
}

/// The elements of a storage class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Element {
    /// Numbers of this type.
    Number(Dtype),
    /// Bytes; each tensor says its type itself.
    Bytes,
    /// Numbers of that many bytes, not read here.
    Other(u64),
}

impl Element {
    /// Bytes per element.
    pub fn size(self) -> u64 {
        match self {
            Self::Number(dtype) => dtype.size() as u64,
            Self::Bytes => 1,
            Self::Other(size) => size,
        }
    }
}

/// The elements of a storage, by its class: `torch.FloatStorage`, `torch.cuda.HalfStorage`, ...
pub fn element(pickle: &Pickle, storage: &Storage) -> Result<Element, Flaw> {
    let (module, name) = pickle.global(storage.class).unwrap_or_default();
    let known = matches!(module, "torch" | "torch.cuda" | "torch.storage");
    Ok(match name.strip_suffix("Storage").filter(|_| known) {
        Some("Double") => Element::Number(Dtype::F64),
        Some("Float") => Element::Number(Dtype::F32),
        Some("Half") => Element::Number(Dtype::F16),
        Some("BFloat16") => Element::Number(Dtype::BF16),
        Some("Long") => Element::Number(Dtype::I64),
        Some("Int") => Element::Number(Dtype::I32),
        Some("Short") => Element::Number(Dtype::I16),
        Some("Char") => Element::Number(Dtype::I8),
        Some("Byte") => Element::Number(Dtype::U8),
        Some("Bool") => Element::Number(Dtype::Bool),
        Some("Untyped") => Element::Bytes,
        Some("ComplexDouble") => Element::Other(16),
        Some("ComplexFloat") => Element::Other(8),
        Some("QInt32") => Element::Other(4),
        Some("QInt8" | "QUInt8" | "QUInt4x2" | "QUInt2x4") => Element::Other(1),
        _ => {
            let detail = format!("a storage of the unknown class {module}.{name}");
            return Err(Flaw::PickleUnreadable { detail });
        }
    })
}

/// `torch.float32` and the like, as tensors of untyped storages name it.
fn named_dtype(pickle: &Pickle, id: Id) -> Option<Dtype> {
    Some(match pickle.global(id)? {
        ("torch", "float64") => Dtype::F64,
        ("torch", "float32") => Dtype::F32,
        ("torch", "float16") => Dtype::F16,
        ("torch", "bfloat16") => Dtype::BF16,
        ("torch", "float8_e4m3fn") => Dtype::F8E4M3,
        ("torch", "float8_e5m2") => Dtype::F8E5M2,
        ("torch", "int64") => Dtype::I64,
        ("torch", "int32") => Dtype::I32,
        ("torch", "int16") => Dtype::I16,
        ("torch", "int8") => Dtype::I8,
        ("torch", "uint64") => Dtype::U64,
        ("torch", "uint32") => Dtype::U32,
        ("torch", "uint16") => Dtype::U16,
        ("torch", "uint8") => Dtype::U8,
        ("torch", "bool") => Dtype::Bool,
        _ => return None,
    })
}

/// Every tensor of the checkpoint, checked against the storages' real lengths.
///
/// The storages of `storages` are asked for by key; one that is not there is a broken file.
pub fn collect(pickle: &Pickle, storages: &Storages, file: &ModelFile) -> Result<Vec<Found>, Flaw> {
    let tensors = named_tensors(pickle)?;
    tensors.into_iter().map(|(name, view)| found(pickle, storages, file, name, view)).collect()
}

/// The views by name. Tensors at the top of the dictionary come alone; a file without any there
/// (an embedding, say) has them one level down, as `outer.inner`.
fn named_tensors(pickle: &Pickle) -> Result<BTreeMap<String, &View>, Flaw> {
    let Some(mut items) = dict(pickle, pickle.root) else {
        let detail = "no dictionary of tensors".to_owned();
        return Err(Flaw::PickleUnreadable { detail });
    };
    if !items.iter().any(|&(_, value)| tensor(pickle, value).is_some()) {
        let wrapped = |name| dict(pickle, item(pickle, items, name)?);
        items = WRAPPERS.into_iter().find_map(wrapped).unwrap_or(items);
    }
    let mut tensors = BTreeMap::new();
    add_tensors(pickle, items, "", &mut tensors)?;
    if tensors.is_empty() {
        // Each dictionary once, however often it is referred to.
        let mut seen = HashSet::new();
        for &(key, value) in items {
            if let (Some(outer), Some(inner)) = (pickle.text(key), dict(pickle, value))
                && outer.len() <= MAX_NAME
                && seen.insert(value)
            {
                add_tensors(pickle, inner, outer, &mut tensors)?;
            }
        }
    }
    Ok(tensors)
}

fn add_tensors<'a>(
    pickle: &'a Pickle,
    items: &[(Id, Id)],
    outer: &str,
    tensors: &mut BTreeMap<String, &'a View>,
) -> Result<(), Flaw> {
    for &(key, value) in items {
        let Some(view) = tensor(pickle, value) else { continue };
        let Some(name) = pickle.text(key) else {
            let detail = "a tensor whose name is no text".to_owned();
            return Err(Flaw::PickleUnreadable { detail });
        };
        if name.len() > MAX_NAME {
            return Err(Flaw::PickleLimit { limit: "length of a name".to_owned() });
        }
        let name = if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        tensors.insert(name, view);
        if tensors.len() > MAX_TENSORS {
            return Err(Flaw::PickleLimit { limit: "number of tensors".to_owned() });
        }
    }
    Ok(())
}

fn found(
    pickle: &Pickle,
    storages: &Storages,
    file: &ModelFile,
    name: String,
    view: &View,
) -> Result<Found, Flaw> {
    let Value::Storage(storage) = pickle.get(view.storage) else {
        return Err(Flaw::PickleUnreadable { detail: format!("{name} has no storage") });
    };
    let element = element(pickle, storage)?;
    let dtype = match (element, view.dtype) {
        (Element::Number(dtype), None) => Some(dtype),
        (_, Some(dtype)) => named_dtype(pickle, dtype),
        _ => None,
    };
    let Some(dtype) = dtype else {
        let class = pickle.global(view.dtype.unwrap_or(storage.class)).unwrap_or_default();
        return Err(Flaw::UnknownDtype { tensor: name, dtype: class.1.to_owned() });
    };
    let key = pickle.text(storage.key).unwrap_or_default();
    let Some(&whole) = storages.get(key) else {
        return Err(Flaw::OutsideFile { tensor: name });
    };
    let Some(span) = span(whole, storage, element.size()) else {
        return Err(Flaw::OutsideFile { tensor: name });
    };
    let info = TensorInfo { dtype, shape: view.shape.clone() };
    let view = Strided::new(&name, &info, span, view.offset, &view.strides, file)?;
    Ok(Found { name, info, view })
}

/// The storage's bytes, or those of the part that old files treat as a storage of its own; `None`
/// if the file has fewer than the pickle counts on.
fn span(whole: Span, storage: &Storage, size: u64) -> Option<Span> {
    if storage.count.checked_mul(size)? > whole.len {
        return None;
    }
    let Some((first, count)) = storage.part else { return Some(whole) };
    let (skip, len) = (first.checked_mul(size)?, count.checked_mul(size)?);
    (skip.checked_add(len)? <= whole.len).then_some(Span { start: whole.start + skip, len })
}

fn dict(pickle: &Pickle, id: Id) -> Option<&[(Id, Id)]> {
    match pickle.get(id) {
        Value::Dict(items) => Some(items),
        _ => None,
    }
}

fn tensor(pickle: &Pickle, id: Id) -> Option<&View> {
    match pickle.get(id) {
        Value::Tensor(view) => Some(view),
        _ => None,
    }
}

fn item(pickle: &Pickle, items: &[(Id, Id)], name: &str) -> Option<Id> {
    items.iter().rev().find(|item| pickle.text(item.0) == Some(name)).map(|item| item.1)
}
