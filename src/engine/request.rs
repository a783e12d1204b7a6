//! What can be asked of the engine: plain data that crosses process borders unchanged.

use super::device::{Device, Precision, Stage};
use super::latent::Latent;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Which files make up the model, and where and how it is to run.
///
/// Two equal values are the same loaded model: the engine loads again only when this changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelRequest {
    /// The checkpoint: all parts, or at least the UNet.
    pub checkpoint: PathBuf,
    /// A VAE that replaces the embedded one.
    pub vae: Option<PathBuf>,
    /// Text encoders that replace the embedded ones; each file's kind is read from its shapes.
    pub clip: Vec<PathBuf>,
    /// Devices to use, best first; empty leaves the choice to the engine.
    pub devices: Vec<Device>,
    /// Stages pinned to a device, over the engine's own placement.
    pub place: Vec<(Stage, Device)>,
    /// The number type to compute in.
    pub precision: Precision,
}

/// One generation: `batch` pictures made together from one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The model to use, loaded first if it is not.
    pub model: ModelRequest,
    /// What the picture shall show.
    pub prompt: String,
    /// What it shall not.
    pub negative: String,
    /// Pixels; a multiple of 8.
    pub width: u32,
    /// Pixels; a multiple of 8.
    pub height: u32,
    /// Sampling steps, at least 1.
    pub steps: u32,
    /// Guidance scale; 1 switches the negative prompt off.
    pub cfg: f32,
    /// A name from [`super::samplers`].
    pub sampler: String,
    /// A name from [`super::schedulers`].
    pub scheduler: String,
    /// Seed of the noise, or `None` to draw one. The generator takes its low 32 bits.
    pub seed: Option<u64>,
    /// Pictures made in one go, from consecutive parts of one noise tensor.
    pub batch: u32,
    /// Whether to compute both halves of the guidance one by one, as two GPUs would: the same
    /// picture on one GPU and on several, a little more slowly on one.
    #[serde(default)]
    pub strict: bool,
    /// Whether to keep every intermediate that the reference runs have.
    pub trace: bool,
    /// Whether to show what is in the making, as [`super::Event::Preview`].
    #[serde(default)]
    pub preview: bool,
}

/// Latents at the end of their sampling, from which pictures can be made at any time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FinishedLatent {
    /// As the sampler ends with them, not divided by the scaling factor.
    pub latent: Latent,
    /// The seed that they came from.
    pub seed: u64,
}

/// Pictures of latents that were sampled before.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodeRequest {
    /// The model that made them. Its autoencoder alone is read, unless the model is loaded.
    pub model: ModelRequest,
    /// The latents.
    pub finished: FinishedLatent,
}
