//! Seeded models: checkpoints in the published file layout whose numbers follow from a seed.
//!
//! They stand in for trained weights in the self test and in the tests, at sizes from a few
//! megabytes to the published ones, without a file, a download or another program. Values and
//! layout are those of the reference kit, bit for bit.

mod buffers;
mod file;
mod layout;
mod recipe;
mod values;

pub use file::write;
pub use recipe::{Dimensions, Recipe, Scale};

use super::error::Error;
use super::family::{Take, transpose};
use super::weights::{Dtype, Format, RawTensor, Source, TensorInfo};
use crate::draft;
use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use values::{Spread, encode, stored_type};

/// A part of a model that can make up a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The UNet.
    Unet,
    /// The autoencoder.
    Vae,
    /// CLIP L.
    ClipL,
    /// OpenCLIP H or G.
    OpenClip,
}

/// What a file holds, and which of the forms seen in the wild it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The parts; empty for an all-in-one file. A file of one part has bare names (text encoders
    /// in the transformers layout), a UNet excepted.
    pub pieces: Vec<Piece>,
    /// Whether a file of one part has the names of the all-in-one file.
    pub full_names: bool,
    /// Number type of CLIP L's unused `position_ids`, if they are there.
    pub position_ids: Option<Dtype>,
    /// Whether an all-in-one file has the schedule's tables, as the published SD 1.x and 2.x have.
    pub buffers: bool,
    /// Whether the VAE has diffusers' names.
    pub diffusers_vae: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pieces: Vec::new(),
            full_names: false,
            position_ids: Some(Dtype::I64),
            buffers: true,
            diffusers_vae: false,
        }
    }
}

/// Where a tensor's numbers come from.
#[derive(Clone, Debug)]
enum Content {
    /// Seeded values of the all-in-one file's tensor `origin`, or a part of them.
    Seeded { origin: String, shape: Vec<usize>, take: Take },
    /// Given numbers.
    Given(Vec<f32>),
}

/// A model file that exists in no place: each tensor is made when it is read.
#[derive(Clone, Debug)]
pub struct SeededSource {
    file: PathBuf,
    seed: u64,
    v_mark: Option<bool>,
    tensors: BTreeMap<String, TensorInfo>,
    contents: BTreeMap<String, Content>,
    metadata: BTreeMap<String, String>,
}

/// The checkpoint `recipe` at `scale`, stored as `dtype`: half floats or bfloat16; anything else
/// is stored in single precision.
pub fn checkpoint(
    recipe: Recipe,
    scale: Scale,
    dtype: Dtype,
    seed: u64,
    options: &Options,
) -> SeededSource {
    let description = recipe.describe(scale, dtype, seed);
    let mut source = SeededSource {
        file: format!("seeded-{}-{}", recipe.name(), scale.name()).into(),
        seed,
        v_mark: recipe.v_mark(),
        tensors: BTreeMap::new(),
        contents: BTreeMap::new(),
        metadata: BTreeMap::from([("reference_kit".to_owned(), description)]),
    };
    for tensor in layout::tensors(&recipe.dimensions(scale), options) {
        let content =
            Content::Seeded { origin: tensor.origin, shape: tensor.shape, take: tensor.take };
        source.add(tensor.name, dtype, tensor.taken_shape, content);
    }
    let l = layout::position_ids_name(&recipe.dimensions(scale), options);
    if let (Some(name), Some(dtype)) = (l, options.position_ids) {
        let positions = (0..77_u8).map(f32::from).collect();
        source.add(name, dtype, vec![1, 77], Content::Given(positions));
    }
    if let (true, true, Some(ema)) = (options.pieces.is_empty(), options.buffers, recipe.buffers())
    {
        source.add_buffers(ema);
    }
    source
}

impl SeededSource {
    fn add(&mut self, name: String, dtype: Dtype, shape: Vec<usize>, content: Content) {
        self.tensors.insert(name.clone(), TensorInfo { dtype: stored_type(dtype), shape });
        self.contents.insert(name, content);
    }

    fn add_buffers(&mut self, ema: bool) {
        for (name, values) in buffers::schedule() {
            self.add(name.to_owned(), Dtype::F32, vec![values.len()], Content::Given(values));
        }
        if ema {
            self.add("model_ema.decay".into(), Dtype::F32, vec![], Content::Given(vec![0.9999]));
            let updates = Content::Given(vec![470_000.0]);
            self.add("model_ema.num_updates".into(), Dtype::I32, vec![], updates);
        }
    }

    fn values(&self, content: &Content) -> Vec<f32> {
        let Content::Seeded { origin, shape, take } = content else {
            return match content {
                Content::Given(values) => values.clone(),
                Content::Seeded { .. } => Vec::new(),
            };
        };
        let spread = Spread::of(origin, shape, self.v_mark);
        let values = values::values(self.seed, origin, shape.iter().product(), spread);
        let row: usize = shape.iter().skip(1).product();
        match *take {
            Take::Whole => values,
            Take::Rows { start, count } => {
                values.into_iter().skip(start * row).take(count * row).collect()
            }
            Take::Transposed => transpose(&values, row),
        }
    }
}

impl Source for SeededSource {
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
        let found = self.tensors.get(name).zip(self.contents.get(name));
        let (info, content) = found.ok_or_else(|| Error::MissingTensor {
            file: self.file.clone(),
            tensor: name.to_owned(),
        })?;
        let bytes = encode(&self.values(content), info.dtype);
        Ok(RawTensor { info: info.clone(), bytes })
    }
}

/// Writes such a checkpoint to a file, for tests and trials of the program.
///
/// # Errors
///
/// [`Error::Save`].
pub fn write_seeded(
    recipe: Recipe,
    scale: Scale,
    dtype: Dtype,
    seed: u64,
    options: &Options,
    path: &Path,
) -> Result<(), Error> {
    let source = checkpoint(recipe, scale, dtype, seed, options);
    draft::replace(path, |file| write(&source, &mut BufWriter::new(file)))
        .map_err(|error| Error::Save { file: path.to_owned(), reason: error.to_string() })
}

#[cfg(test)]
mod tests;
