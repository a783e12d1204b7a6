//! The operations that a backend may do its own way, and the plain ones that they are tested
//! against.
//!
//! Everything is channels last: maps are `[batch, height, width, channels]`, tokens `[batch,
//! positions, channels]`, so a 1x1 convolution is a linear layer, attention needs no transposes,
//! and the fast convolutions of every backend find the layout they want.

#[cfg(feature = "gpu")]
pub mod check;
pub mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(test)]
pub mod plain;

use burn::tensor::backend::Backend;
use burn::tensor::{DType, Tensor, TensorData};

/// Functions that a layer can end in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// None.
    Identity,
    /// `x sigmoid(x)`: UNet and VAE.
    Silu,
    /// Exact GELU, `x Phi(x)`: OpenCLIP and the UNet's feed-forward.
    Gelu,
    /// `x sigmoid(1.702 x)`: OpenAI's CLIP.
    QuickGelu,
}

/// How a kernel moves over its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Input channels.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Side of the square kernel: 1 or 3.
    pub kernel: usize,
    /// Step between output pixels, in input pixels.
    pub stride: usize,
    /// Zeros before the first row and column, and after the last.
    pub padding: (usize, usize),
    /// Whether the input is first doubled in size, each pixel repeated.
    pub doubled: bool,
}

impl Geometry {
    /// Output height and width where the kernel sees an input of this height and width.
    pub fn output(&self, (height, width): (usize, usize)) -> (usize, usize) {
        let side = |input: usize| {
            (input + self.padding.0 + self.padding.1 - self.kernel) / self.stride + 1
        };
        (side(height), side(width))
    }

    /// Height and width that the kernel sees of an input of this height and width.
    pub fn seen(
        &self,
        (height, width): (usize, usize),
        crop: Option<(usize, usize)>,
    ) -> (usize, usize) {
        let factor = if self.doubled { 2 } else { 1 };
        crop.unwrap_or((height * factor, width * factor))
    }
}

/// What is added to a convolution's result, and how much of its input it sees.
pub struct Extras<B: Backend> {
    /// `[batch, out]`, the same for every pixel of a map: the time embedding.
    pub shift: Option<Tensor<B, 2>>,
    /// The shape of the result: the skip connection of a residual block.
    pub residual: Option<Tensor<B, 4>>,
    /// Height and width to which a doubled input is cut, where the map above had odd sides.
    pub crop: Option<(usize, usize)>,
}

impl<B: Backend> Default for Extras<B> {
    fn default() -> Self {
        Self { shift: None, residual: None, crop: None }
    }
}

/// Where layers go, and the number type that they compute in.
#[derive(Clone, Debug)]
pub struct Place<B: Backend> {
    /// The device.
    pub device: B::Device,
    /// The number type. Norms keep their weights in f32 whatever it is.
    pub dtype: DType,
}

impl<B: Backend> Place<B> {
    /// The values, row after row, as a tensor of this place's type.
    pub fn tensor<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Tensor<B, D> {
        self.typed(values, shape, self.dtype)
    }

    /// The same in f32.
    pub fn wide<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Tensor<B, D> {
        self.typed(values, shape, DType::F32)
    }

    fn typed<const D: usize>(
        &self,
        values: Vec<f32>,
        shape: [usize; D],
        dtype: DType,
    ) -> Tensor<B, D> {
        let count = values.len();
        let data = TensorData::new(values, [count]).convert_dtype(dtype);
        // Uploaded as one row: cards pad the rows of anything else (by 2.7 times for a 3x3 kernel).
        Tensor::<B, 1>::from_data(data, (&self.device, dtype)).reshape(shape)
    }
}

/// Weight and bias of a norm, one pair per channel.
#[derive(Debug)]
pub struct Affine<B: Backend> {
    /// `[channels]`.
    pub weight: Tensor<B, 1>,
    /// `[channels]`.
    pub bias: Tensor<B, 1>,
}

/// A backend with everything that the models need.
///
/// Layers own their weights in the form that the backend computes with, made once at load.
pub trait Kernels: Backend {
    /// Weights of a linear layer, ready to use.
    type Linear: Send + 'static;
    /// Weights of a convolution, ready to use.
    type Conv: Send + 'static;

    /// From the checkpoint's `[out, in]` weight.
    fn pack_linear(
        weight: Vec<f32>,
        bias: Option<Vec<f32>>,
        inputs: usize,
        outputs: usize,
        place: &Place<Self>,
    ) -> Self::Linear;

    /// From the checkpoint's `[out, in, k, k]` weight.
    fn pack_conv(
        weight: Vec<f32>,
        bias: Vec<f32>,
        geometry: Geometry,
        place: &Place<Self>,
    ) -> Self::Conv;

    /// `[batch, positions, in]` to `[batch, positions, out]`, the residual added.
    fn run_linear(
        x: Tensor<Self, 3>,
        layer: &Self::Linear,
        residual: Option<Tensor<Self, 3>>,
    ) -> Tensor<Self, 3>;

    /// `[batch, height, width, in]` to `[batch, height', width', out]`.
    fn run_conv(x: Tensor<Self, 4>, layer: &Self::Conv, extras: Extras<Self>) -> Tensor<Self, 4>;

    /// Group norm (Wu and He 2018) with 32 groups, then the activation.
    fn norm_groups(
        x: Tensor<Self, 4>,
        norm: &Affine<Self>,
        epsilon: f64,
        activation: Activation,
    ) -> Tensor<Self, 4>;

    /// Layer norm (Ba et al. 2016) over the channels, epsilon 1e-5.
    fn norm_rows(x: Tensor<Self, 3>, norm: &Affine<Self>) -> Tensor<Self, 3>;

    /// `softmax(q k' / sqrt(head size)) v` for every head; `q` is `[batch, queries, channels]`,
    /// `k` and `v` are `[batch, keys, channels]`. With `causal`, position `i` sees keys `0..=i`.
    fn attend(
        q: Tensor<Self, 3>,
        k: Tensor<Self, 3>,
        v: Tensor<Self, 3>,
        heads: usize,
        causal: bool,
    ) -> Tensor<Self, 3>;

    /// Gated GELU (Shazeer 2020): of `[value | gate]` channels, `value * gelu(gate)`.
    fn geglu(x: Tensor<Self, 3>) -> Tensor<Self, 3>;

    /// The activation of every value.
    fn activate(x: Tensor<Self, 3>, activation: Activation) -> Tensor<Self, 3>;

    /// Two maps of one size, the channels of the second behind those of the first.
    fn concat(first: Tensor<Self, 4>, second: Tensor<Self, 4>) -> Tensor<Self, 4>;
}

/// Groups of every group norm in the published models.
pub const NORM_GROUPS: usize = 32;
/// Epsilon of every layer norm in the published models.
pub const LAYER_NORM_EPSILON: f32 = 1e-5;

#[cfg(test)]
mod tests;
