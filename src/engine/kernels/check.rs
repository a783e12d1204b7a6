//! Kernels of cards against the processor's, with made-up values at the sizes of the published
//! models: what the self test begins with.

use super::{Activation, Affine, Extras, Geometry, Kernels, Place};
use crate::engine::backend::Cpu;
use burn::tensor::{DType, Tensor, TensorData};

/// One computation.
#[derive(Clone, Copy, Debug)]
pub enum Case {
    /// A linear layer with bias and residual.
    Linear {
        /// Rows of the input.
        rows: usize,
        /// Channels of the input.
        inputs: usize,
        /// Channels of the result.
        outputs: usize,
    },
    /// A convolution with everything that can be added to it.
    Conv {
        /// Channels and steps.
        geometry: Geometry,
        /// Height and width of the input.
        size: (usize, usize),
    },
    /// Group norm with SiLU.
    GroupNorm {
        /// Channels.
        channels: usize,
        /// Height and width.
        size: (usize, usize),
    },
    /// Layer norm.
    LayerNorm {
        /// Rows.
        rows: usize,
        /// Channels.
        channels: usize,
    },
    /// Attention.
    Attention {
        /// Queries and keys.
        positions: (usize, usize),
        /// Heads.
        heads: usize,
        /// Channels of a head.
        head: usize,
        /// Whether queries see only what is before them.
        causal: bool,
    },
    /// The gate of the feed-forward, and the activations.
    Pointwise {
        /// Rows.
        rows: usize,
        /// Channels.
        channels: usize,
    },
    /// The join of two maps.
    Concat {
        /// Channels of both.
        channels: (usize, usize),
    },
}

/// A 3x3 convolution that keeps the size.
const fn conv(inputs: usize, outputs: usize, size: (usize, usize)) -> Case {
    let geometry =
        Geometry { inputs, outputs, kernel: 3, stride: 1, padding: (1, 1), doubled: false };
    Case::Conv { geometry, size }
}

/// One convolution of another kind.
const fn resample(padding: (usize, usize), doubled: bool) -> Case {
    let stride = if doubled { 1 } else { 2 };
    let geometry = Geometry { inputs: 64, outputs: 64, kernel: 3, stride, padding, doubled };
    Case::Conv { geometry, size: (9, 12) }
}

const fn attention(positions: (usize, usize), heads: usize, head: usize) -> Case {
    Case::Attention { positions, heads, head, causal: false }
}

/// Enough to tell a card that computes wrongly: every kernel, and the inner sizes at which burn's
/// own products went wrong.
pub const CASES: [Case; 23] = [
    Case::Linear { rows: 77, inputs: 40, outputs: 96 },
    Case::Linear { rows: 64, inputs: 96, outputs: 64 },
    Case::Linear { rows: 130, inputs: 160, outputs: 320 },
    Case::Linear { rows: 64, inputs: 320, outputs: 1280 },
    Case::Linear { rows: 33, inputs: 480, outputs: 65 },
    Case::Linear { rows: 2, inputs: 1280, outputs: 640 },
    // Enough blocks for the large ones.
    Case::Linear { rows: 2048, inputs: 96, outputs: 1280 },
    conv(4, 320, (8, 8)),
    conv(9, 64, (5, 8)),
    conv(320, 4, (8, 7)),
    resample((1, 1), false),
    resample((0, 1), false),
    resample((1, 1), true),
    Case::GroupNorm { channels: 320, size: (16, 15) },
    Case::LayerNorm { rows: 77, channels: 768 },
    attention((130, 77), 2, 40),
    attention((64, 154), 2, 64),
    attention((16, 77), 1, 80),
    attention((16, 16), 1, 160),
    attention((16, 33), 1, 512),
    Case::Attention { positions: (77, 77), heads: 2, head: 64, causal: true },
    Case::Pointwise { rows: 33, channels: 82 },
    Case::Concat { channels: (320, 640) },
];

/// The sizes of SD 1.x, SD 2.x and SDXL that [`CASES`] leaves out, with fewer pixels where the
/// software device's buffers ask for it.
#[cfg(test)]
pub const MORE: [Case; 17] = [
    // More blocks of rows than one axis counts.
    Case::Linear { rows: 8_400_000, inputs: 1, outputs: 1 },
    Case::Linear { rows: 4096, inputs: 320, outputs: 320 },
    Case::Linear { rows: 1024, inputs: 640, outputs: 5120 },
    Case::Linear { rows: 256, inputs: 5120, outputs: 1280 },
    Case::Linear { rows: 154, inputs: 2048, outputs: 1280 },
    Case::Linear { rows: 77, inputs: 1024, outputs: 4096 },
    conv(320, 320, (32, 32)),
    conv(1280, 640, (16, 16)),
    conv(2560, 1280, (8, 8)),
    conv(512, 512, (32, 32)),
    conv(128, 3, (64, 64)),
    Case::GroupNorm { channels: 2560, size: (8, 8) },
    Case::GroupNorm { channels: 128, size: (128, 128) },
    Case::LayerNorm { rows: 4096, channels: 320 },
    attention((64, 64), 8, 80),
    attention((64, 77), 8, 160),
    attention((256, 256), 1, 512),
];

impl Case {
    /// What it checks, in a word, for the self test's table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear { .. } => "matmul",
            Self::Conv { .. } => "conv",
            Self::GroupNorm { .. } => "group norm",
            Self::LayerNorm { .. } => "layer norm",
            Self::Attention { .. } => "attention",
            Self::Pointwise { .. } => "gates",
            Self::Concat { .. } => "concat",
        }
    }

    /// The largest difference between a card and the processor, in standard deviations of the
    /// result. The processor computes in f32, from the values as the card's type rounds them.
    pub fn difference<B: Kernels>(self, place: &Place<B>) -> Result<f64, String> {
        let host = Place::<Cpu> { device: Default::default(), dtype: DType::F32 };
        let (wanted, found) = (self.run(&host, place.dtype)?, self.run(place, place.dtype)?);
        if wanted.len() != found.len() {
            return Err(format!("{} values for {}", found.len(), wanted.len()));
        }
        Ok(difference(&wanted, &found))
    }

    fn run<B: Kernels>(self, place: &Place<B>, dtype: DType) -> Result<Vec<f32>, String> {
        let make = Values { place, dtype };
        match self {
            Self::Linear { rows, inputs, outputs } => {
                let (weight, bias) = (make.weight(inputs, outputs, 1), noise(outputs, 1));
                let layer = B::pack_linear(weight, Some(bias), inputs, outputs, place);
                let residual = make.tensor([1, rows, outputs], 2);
                values(B::run_linear(make.tensor([1, rows, inputs], 3), &layer, Some(residual)))
            }
            Self::Conv { geometry, size } => {
                let Geometry { inputs, outputs, kernel, .. } = geometry;
                let weight = make.weight(inputs * kernel * kernel, outputs, 1);
                let layer = B::pack_conv(weight, noise(outputs, 1), geometry, place);
                // Cut by a row where the input is doubled, as under a map with an odd side.
                let crop = geometry.doubled.then_some((2 * size.0 - 1, 2 * size.1));
                let out = geometry.output(geometry.seen(size, crop));
                let shift = Some(make.tensor([2, outputs], 2));
                let residual = Some(make.tensor([2, out.0, out.1, outputs], 3));
                let x = make.tensor([2, size.0, size.1, inputs], 4);
                values(B::run_conv(x, &layer, Extras { shift, residual, crop }))
            }
            Self::GroupNorm { channels, size } => {
                let x = make.tensor([2, size.0, size.1, channels], 1);
                values(B::norm_groups(x, &make.affine(channels), 1e-5, Activation::Silu))
            }
            Self::LayerNorm { rows, channels } => {
                values(B::norm_rows(make.tensor([1, rows, channels], 1), &make.affine(channels)))
            }
            Self::Attention { positions, heads, head, causal } => {
                let tensor = |count, seed| make.tensor([2, count, heads * head], seed);
                let (q, k) = (tensor(positions.0, 1), tensor(positions.1, 2));
                values(B::attend(q, k, tensor(positions.1, 3), heads, causal))
            }
            Self::Pointwise { rows, channels } => {
                let mut x = B::geglu(make.tensor([1, rows, channels], 1));
                for activation in [Activation::Silu, Activation::Gelu, Activation::QuickGelu] {
                    x = B::activate(x, activation);
                }
                values(x)
            }
            Self::Concat { channels } => {
                let tensor = |count, seed| make.tensor([2, 3, 5, count], seed);
                values(B::concat(tensor(channels.0, 1), tensor(channels.1, 2)))
            }
        }
    }
}

/// Makes values at a place, rounded to a type that may be narrower than the place's.
struct Values<'a, B: Kernels> {
    place: &'a Place<B>,
    dtype: DType,
}

impl<B: Kernels> Values<'_, B> {
    fn rounded(&self, values: Vec<f32>) -> Vec<f32> {
        let count = values.len();
        let data = TensorData::new(values, [count]).convert_dtype(self.dtype);
        data.iter::<f32>().collect()
    }

    fn tensor<const D: usize>(&self, shape: [usize; D], seed: u32) -> Tensor<B, D> {
        self.place.tensor(self.rounded(noise(shape.iter().product(), seed)), shape)
    }

    /// Weights that keep the size of what they are multiplied with.
    fn weight(&self, inputs: usize, outputs: usize, seed: u32) -> Vec<f32> {
        let scale = 1.0 / (inputs as f32).sqrt();
        let values = noise(inputs * outputs, seed).into_iter().map(|value| value * scale);
        self.rounded(values.collect())
    }

    fn affine(&self, channels: usize) -> Affine<B> {
        let weight = noise(channels, 11).into_iter().map(|value| value + 1.0).collect();
        Affine {
            weight: self.place.wide(weight, [channels]),
            bias: self.place.wide(noise(channels, 12), [channels]),
        }
    }
}

/// Values around 0.3 that look like noise, the same every time.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    };
    (0..count).map(|_| 2.0 * (next() + next() + next()) - 2.7).collect()
}

fn values<B: Kernels, const D: usize>(x: Tensor<B, D>) -> Result<Vec<f32>, String> {
    let data = x.try_into_data().map_err(|error| format!("{error:?}"))?;
    data.convert::<f32>().into_vec().map_err(|error| format!("{error:?}"))
}

/// Infinite where a value is none.
fn difference(wanted: &[f32], found: &[f32]) -> f64 {
    let count = wanted.len() as f64;
    let mean = wanted.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    let square = wanted.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>();
    let most = wanted.iter().zip(found).fold(0.0_f64, |most, (a, b)| {
        let distance = (f64::from(*a) - f64::from(*b)).abs();
        if distance.is_nan() { f64::INFINITY } else { most.max(distance) }
    });
    most / (square / count).sqrt()
}
