//! What can be asked of the engine: plain data that crosses process borders unchanged.

use super::device::{Device, Precision, Stage};
use super::latent::Latent;
use super::memory::Work;
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

impl ModelRequest {
    /// The same on `device` alone.
    #[must_use]
    pub fn on(&self, device: Device) -> Self {
        Self { devices: vec![device], ..self.clone() }
    }

    /// The devices that come into question, or none for all there are: a pinned stage says nothing
    /// of where the others go.
    pub(super) fn in_question(&self) -> Vec<Device> {
        let pinned = self.place.iter().map(|(_, device)| *device);
        match self.devices.is_empty() {
            true => Vec::new(),
            false => self.devices.iter().copied().chain(pinned).collect(),
        }
    }
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

impl Request {
    /// Whether both halves of the guidance are computed. As ComfyUI: at a scale of 1 the negative
    /// half would cancel out of the result.
    pub(super) fn is_guided(&self) -> bool {
        (self.cfg - 1.0).abs() > 1e-9
    }

    /// What its pictures take memory for.
    pub(super) fn work(&self) -> Work {
        let Self { width, height, batch, .. } = *self;
        Work { width, height, batch, guided: self.is_guided(), waiting: 1 }
    }
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

impl DecodeRequest {
    /// What its pictures take memory for.
    pub(super) fn work(&self) -> Work {
        let Latent { width, height, .. } = self.finished.latent;
        let side = |latent: usize| u32::try_from(latent.saturating_mul(8)).unwrap_or(u32::MAX);
        Work { width: side(width), height: side(height), batch: 0, guided: false, waiting: 1 }
    }
}
