//! What comes out of a generation: pixels, the latent they came from, and the figures of the run.

use super::event::ModelSummary;
use serde::{Deserialize, Serialize};

/// Pixels, row by row from the top, three bytes (sRGB) each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `3 * width * height` bytes.
    pub rgb: Vec<u8>,
}

/// A named array for `--trace` and `--latent`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Dimensions; empty for a single number.
    pub shape: Vec<usize>,
    /// The values.
    pub data: Values,
}

/// The values of an [`Array`].
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Floats.
    F32(Vec<f32>),
    /// Integers: token ids and timesteps.
    I64(Vec<i64>),
}

/// Everything that one generation made.
#[derive(Clone, Debug)]
pub struct Generation {
    /// The pictures, in batch order.
    pub pictures: Vec<Picture>,
    /// Final latent `[B, 4, H/8, W/8]` as the sampler ends with it, not divided by the scaling factor.
    pub latent: Array,
    /// The seed used.
    pub seed: u64,
    /// How many decodes had to be repeated in f32.
    pub nan_retries: u32,
    /// Seconds of each stage.
    pub timings: Timings,
    /// The model that made it.
    pub model: ModelSummary,
    /// Intermediates by name, in the reference kit's names and shapes, when asked for.
    pub trace: Vec<(String, Array)>,
}

/// Seconds spent, stage by stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Until the model was in place: next to nothing when it was there already.
    pub load_s: f64,
    /// Both prompts through the text encoders.
    pub encode_s: f64,
    /// Every step.
    pub steps_s: Vec<f64>,
    /// Latent to pixels.
    pub decode_s: f64,
    /// From request to pixels, loading included.
    pub total_s: f64,
}
