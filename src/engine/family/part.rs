//! One part of a model in one file: found, measured, checked, and read tensor by tensor.

use super::super::error::{Error, Flaw};
use super::super::latent::is_finite;
use super::super::weights::{RawTensor, Source, TensorInfo};
use super::layout::Layout;
use super::names::Naming;
use super::view::{Take, View, transpose};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A part that is in a file, not yet measured.
#[derive(Clone)]
pub struct Found {
    /// The file.
    pub source: Arc<dyn Source>,
    /// How its tensors are named there.
    pub naming: Naming,
}

/// A part whose tensors are all there and fit together.
#[derive(Clone)]
pub struct Part {
    source: Arc<dyn Source>,
    naming: Naming,
    views: BTreeMap<String, View>,
}

impl Found {
    /// The tensor `canonical`, if it is there.
    pub fn find(&self, canonical: &str) -> Option<View> {
        self.naming.find(self.source.tensors(), canonical)
    }

    /// The shape of a tensor that must be there.
    pub fn shape(&self, canonical: &str) -> Result<Vec<usize>, Error> {
        let view = self.find(canonical).ok_or_else(|| self.missing(canonical))?;
        Ok(view.info.shape)
    }

    /// One more than the highest number that follows `list` (a canonical name's beginning) in any
    /// name.
    pub fn count(&self, list: &str) -> usize {
        let start = self.naming.published(list);
        let names = self.source.tensors().range(start.clone()..).map(|(name, _)| name);
        let ends = names.map_while(|name| name.strip_prefix(&start));
        let numbers = ends.filter_map(|end| end.split('.').next()?.parse::<usize>().ok());
        numbers.max().map_or(0, |highest| highest.saturating_add(1))
    }

    /// Whether any name begins with `start` (a canonical name's beginning).
    pub fn any(&self, start: &str) -> bool {
        let start = self.naming.published(start);
        let first = self.source.tensors().range(start.clone()..).next();
        first.is_some_and(|(name, _)| name.starts_with(&start))
    }

    /// The error for a model that is none of the known ones.
    pub fn unsupported(&self, evidence: impl Into<String>) -> Error {
        Error::UnsupportedModel { file: self.source.file().to_owned(), evidence: evidence.into() }
    }

    /// [`Found::unsupported`], because of one tensor's shape.
    pub fn unsupported_shape(&self, canonical: &str, shape: &[usize]) -> Error {
        self.unsupported(format!("{} {shape:?}", self.naming.published(canonical)))
    }

    /// The part made of exactly the tensors of `layout`.
    ///
    /// # Errors
    /// [`Error::MissingTensor`], [`Error::WrongShape`]; [`Error::UnsupportedModel`] for weights that
    /// are stored divided by a scale of their own (scaled 8-bit floats).
    pub fn checked(self, layout: Layout) -> Result<Part, Error> {
        let mut views = BTreeMap::new();
        for (name, shape) in layout {
            let view = self.find(&name).ok_or_else(|| self.missing(&name))?;
            if !view.fits(&shape) {
                return Err(wrong_shape(self.source.as_ref(), &view, &shape));
            }
            let scale = view.stored.replace(".weight", ".scale_weight");
            if scale != view.stored && self.source.tensors().contains_key(&scale) {
                return Err(self.unsupported(scale));
            }
            views.insert(name, view);
        }
        Ok(Part { source: self.source, naming: self.naming, views })
    }

    fn missing(&self, canonical: &str) -> Error {
        missing(self.source.as_ref(), &self.naming, canonical)
    }
}

impl Part {
    /// The file that the part is in.
    #[cfg(test)]
    pub fn file(&self) -> &std::path::Path {
        self.source.file()
    }

    /// Shape (of the canonical tensor) and stored number type of `name`.
    pub fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.views.get(name).map(|view| &view.info)
    }

    /// Whether there is a tensor `name`.
    #[cfg(test)]
    pub fn contains(&self, name: &str) -> bool {
        self.views.contains_key(name)
    }

    /// The canonical names of all tensors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.views.keys().map(String::as_str)
    }

    /// Bytes that the part takes in its file.
    #[cfg(test)]
    pub fn bytes(&self) -> u64 {
        self.views.values().fold(0, |sum, view| sum.saturating_add(view.bytes()))
    }

    /// The values of the tensor `name`, row-major. A 1x1 convolution and a matrix of the same size
    /// are the same thing here.
    ///
    /// # Errors
    /// [`Error::MissingTensor`], [`Error::WrongShape`], [`Error::WeightsNotFinite`] if a value is
    /// NaN or infinite, and whatever the file gives while it is read.
    pub fn read(&self, name: &str, expected_shape: &[usize]) -> Result<Vec<f32>, Error> {
        let source = self.source.as_ref();
        let view = self.views.get(name).ok_or_else(|| missing(source, &self.naming, name))?;
        if !view.fits(expected_shape) {
            return Err(wrong_shape(source, view, expected_shape));
        }
        if !view.info.dtype.is_float() {
            let (tensor, dtype) = (view.stored.clone(), view.info.dtype.name().to_owned());
            return Err(Error::flawed(source.file(), Flaw::UnknownDtype { tensor, dtype }));
        }
        let values = taken(source, view)?;
        let count: usize = expected_shape.iter().product();
        if values.len() != count {
            return Err(wrong_shape(source, view, expected_shape));
        }
        if !is_finite(&values) {
            return Err(Error::WeightsNotFinite {
                file: source.file().to_owned(),
                tensor: view.stored.clone(),
            });
        }
        Ok(values)
    }
}

/// The part of a stored tensor that `view` means.
fn taken(source: &dyn Source, view: &View) -> Result<Vec<f32>, Error> {
    Ok(match view.take {
        Take::Whole => source.read_f32(&view.stored)?,
        Take::Rows { start, count } => {
            let raw = source.read(&view.stored)?;
            let width: usize = view.info.shape.iter().skip(1).product();
            let row = width * raw.info.dtype.size();
            let rows = start * row..(start + count) * row;
            let bytes = raw.bytes.get(rows).unwrap_or_default().to_vec();
            RawTensor { info: view.info.clone(), bytes }.to_f32()
        }
        Take::Transposed => {
            let columns = view.info.shape.first().copied().unwrap_or(1);
            transpose(&source.read_f32(&view.stored)?, columns)
        }
    })
}

fn missing(source: &dyn Source, naming: &Naming, canonical: &str) -> Error {
    Error::MissingTensor { file: source.file().to_owned(), tensor: naming.published(canonical) }
}

/// In terms of the stored tensor, which is what one can look up.
fn wrong_shape(source: &dyn Source, view: &View, expected: &[usize]) -> Error {
    let found = source.tensors().get(&view.stored).map(|info| info.shape.clone());
    Error::WrongShape {
        file: source.file().to_owned(),
        tensor: view.stored.clone(),
        expected: view.stored_shape(expected),
        found: found.unwrap_or_default(),
    }
}
