//! A model file in memory, changed in ways that files in the wild are.

use super::super::super::error::Error;
use super::super::super::seeded::{self, Options, Piece, Recipe, Scale};
use super::super::super::weights::{Dtype, Format, RawTensor, Source, TensorInfo};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A source whose tensors can be renamed, reshaped, added and damaged. Added and reshaped tensors
/// hold zeros.
pub struct Edited {
    file: PathBuf,
    base: Option<Arc<dyn Source>>,
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
    /// The base's name for a tensor that is still the base's.
    origins: BTreeMap<String, String>,
    damaged: Option<String>,
}

impl Edited {
    /// A copy of `base`.
    pub fn of(base: &Arc<dyn Source>) -> Self {
        Self {
            file: base.file().to_owned(),
            base: Some(Arc::clone(base)),
            tensors: base.tensors().clone(),
            metadata: base.metadata().clone(),
            origins: base.tensors().keys().map(|name| (name.clone(), name.clone())).collect(),
            damaged: None,
        }
    }

    /// A file with nothing but tensors of these names and shapes.
    pub fn new(tensors: &[(&str, &[usize])]) -> Self {
        let empty = Self {
            file: "made-up".into(),
            base: None,
            tensors: BTreeMap::new(),
            metadata: BTreeMap::new(),
            origins: BTreeMap::new(),
            damaged: None,
        };
        tensors.iter().fold(empty, |file, (name, shape)| file.with(name, shape))
    }

    /// Adds a tensor, or gives it another shape.
    pub fn with(mut self, name: &str, shape: &[usize]) -> Self {
        let info = TensorInfo { dtype: Dtype::F16, shape: shape.to_vec() };
        self.tensors.insert(name.to_owned(), info);
        self.origins.remove(name);
        self
    }

    /// Renames every tensor; `None` takes it out.
    pub fn renamed(mut self, rename: impl Fn(&str) -> Option<String>) -> Self {
        let tensors = std::mem::take(&mut self.tensors);
        let origins = std::mem::take(&mut self.origins);
        for (name, info) in tensors {
            let Some(new) = rename(&name) else { continue };
            self.origins.extend(origins.get(&name).map(|origin| (new.clone(), origin.clone())));
            self.tensors.insert(new, info);
        }
        self
    }

    /// Takes out every tensor whose name begins with `start`.
    pub fn without(self, start: &str) -> Self {
        self.renamed(|name| (!name.starts_with(start)).then(|| name.to_owned()))
    }

    /// Sets the header's text for the reference kit.
    pub fn told(mut self, text: &str) -> Self {
        self.metadata.insert("reference_kit".into(), text.to_owned());
        self
    }

    /// Makes the first value of `name` NaN.
    pub fn damaged(mut self, name: &str) -> Self {
        self.damaged = Some(name.to_owned());
        self
    }

    /// Ready to be used.
    pub fn source(self) -> Arc<dyn Source> {
        Arc::new(self)
    }
}

impl Source for Edited {
    fn file(&self) -> &Path {
        &self.file
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
        let missing = || Error::MissingTensor { file: self.file.clone(), tensor: name.to_owned() };
        let info = self.tensors.get(name).ok_or_else(missing)?;
        let mut raw = match (&self.base, self.origins.get(name)) {
            (Some(base), Some(origin)) => base.read(origin)?,
            _ => {
                let bytes = vec![0; info.dtype.size() * info.shape.iter().product::<usize>()];
                RawTensor { info: info.clone(), bytes }
            }
        };
        if self.damaged.as_deref() == Some(name) {
            // All ones is NaN in every float type.
            raw.bytes.iter_mut().take(raw.info.dtype.size()).for_each(|byte| *byte = 0xFF);
        }
        Ok(raw)
    }
}

/// A seeded all-in-one file.
pub fn whole(recipe: Recipe, scale: Scale) -> Arc<dyn Source> {
    Arc::new(seeded::checkpoint(recipe, scale, Dtype::F16, 0, &Options::default()))
}

/// A seeded file of some parts.
pub fn pieces(recipe: Recipe, scale: Scale, pieces: &[Piece]) -> Arc<dyn Source> {
    let options = Options { pieces: pieces.to_vec(), ..Options::default() };
    Arc::new(seeded::checkpoint(recipe, scale, Dtype::F16, 0, &options))
}
