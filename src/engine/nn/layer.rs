//! Single layers, and the loader that makes them from a part's tensors.

use crate::engine::error::Error;
use crate::engine::family::Part;
use crate::engine::kernels::{Activation, Affine, Extras, Geometry, Kernels, NORM_GROUPS, Place};
use burn::tensor::{DType, Tensor, TensorData};

/// Reads a part's tensors by name, below a prefix, to one place.
pub struct Loader<'a, B: Kernels> {
    part: &'a Part,
    place: &'a Place<B>,
    prefix: String,
    on_read: &'a dyn Fn(u64) -> Result<(), Error>,
}

impl<'a, B: Kernels> Loader<'a, B> {
    /// At the root of `part`. `on_read` is told the bytes of every tensor read, and may stop the
    /// load by an error.
    pub fn new(
        part: &'a Part,
        place: &'a Place<B>,
        on_read: &'a dyn Fn(u64) -> Result<(), Error>,
    ) -> Self {
        Self { part, place, prefix: String::new(), on_read }
    }

    /// One level down.
    pub fn at(&self, name: impl std::fmt::Display) -> Self {
        Self { prefix: format!("{}{name}.", self.prefix), ..*self }
    }

    /// Where the layers go.
    pub fn place(&self) -> &Place<B> {
        self.place
    }

    /// The values of tensor `name` in f32.
    pub fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let values = self.part.read(&format!("{}{name}", self.prefix), shape)?;
        (self.on_read)((self.place.dtype.size() * values.len()) as u64)?;
        Ok(values)
    }

    fn vector(&self, name: &str, length: usize) -> Result<Tensor<B, 1>, Error> {
        Ok(self.place.wide(self.values(name, &[length])?, [length]))
    }

    /// Weight and bias of a norm.
    pub fn affine(&self, channels: usize) -> Result<Affine<B>, Error> {
        Ok(Affine {
            weight: self.vector("weight", channels)?,
            bias: self.vector("bias", channels)?,
        })
    }
}

/// A linear layer, or a 1x1 convolution.
pub struct Linear<B: Kernels>(B::Linear);

impl<B: Kernels> Linear<B> {
    /// With a bias.
    pub fn load(loader: &Loader<B>, inputs: usize, outputs: usize) -> Result<Self, Error> {
        let bias = loader.values("bias", &[outputs])?;
        Self::from_loader(loader, inputs, outputs, Some(bias))
    }

    /// Without a bias.
    pub fn load_unbiased(loader: &Loader<B>, inputs: usize, outputs: usize) -> Result<Self, Error> {
        Self::from_loader(loader, inputs, outputs, None)
    }

    fn from_loader(
        loader: &Loader<B>,
        inputs: usize,
        outputs: usize,
        bias: Option<Vec<f32>>,
    ) -> Result<Self, Error> {
        let weight = loader.values("weight", &[outputs, inputs])?;
        Ok(Self(B::pack_linear(weight, bias, inputs, outputs, loader.place())))
    }

    /// `[batch, positions, in]` to `[batch, positions, out]`.
    pub fn forward(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        B::run_linear(x, &self.0, None)
    }

    /// The same with `residual` added to the result.
    pub fn forward_onto(&self, x: Tensor<B, 3>, residual: Tensor<B, 3>) -> Tensor<B, 3> {
        B::run_linear(x, &self.0, Some(residual))
    }

    /// The same for every pixel: `[batch, height, width, in]` to `[batch, height, width, out]`.
    pub fn forward_map(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let [batch, height, width, channels] = x.dims();
        let y = self.forward(x.reshape([batch, height * width, channels]));
        let outputs = y.dims()[2];
        y.reshape([batch, height, width, outputs])
    }
}

/// A 3x3 convolution.
pub struct Conv<B: Kernels>(B::Conv);

impl<B: Kernels> Conv<B> {
    /// That keeps the size.
    pub fn load(loader: &Loader<B>, inputs: usize, outputs: usize) -> Result<Self, Error> {
        Self::from_loader(loader, inputs, outputs, 1, (1, 1), false)
    }

    /// That halves the size, with this much padding before and after.
    pub fn load_down(
        loader: &Loader<B>,
        channels: usize,
        padding: (usize, usize),
    ) -> Result<Self, Error> {
        Self::from_loader(loader, channels, channels, 2, padding, false)
    }

    /// On the input doubled in size.
    pub fn load_up(loader: &Loader<B>, channels: usize) -> Result<Self, Error> {
        Self::from_loader(loader, channels, channels, 1, (1, 1), true)
    }

    fn from_loader(
        loader: &Loader<B>,
        inputs: usize,
        outputs: usize,
        stride: usize,
        padding: (usize, usize),
        doubled: bool,
    ) -> Result<Self, Error> {
        let geometry = Geometry { inputs, outputs, kernel: 3, stride, padding, doubled };
        let weight = loader.values("weight", &[outputs, inputs, 3, 3])?;
        let bias = loader.values("bias", &[outputs])?;
        Ok(Self(B::pack_conv(weight, bias, geometry, loader.place())))
    }

    /// `[batch, height, width, in]` to `[batch, height', width', out]`.
    pub fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        self.forward_with(x, Extras::default())
    }

    /// The same with everything that is added on the way.
    pub fn forward_with(&self, x: Tensor<B, 4>, extras: Extras<B>) -> Tensor<B, 4> {
        B::run_conv(x, &self.0, extras)
    }
}

/// Group norm with 32 groups.
pub struct GroupNorm<B: Kernels> {
    affine: Affine<B>,
    epsilon: f64,
}

impl<B: Kernels> GroupNorm<B> {
    /// `epsilon` is 1e-5 in the UNet's residual blocks and 1e-6 everywhere else.
    pub fn load(loader: &Loader<B>, channels: usize, epsilon: f64) -> Result<Self, Error> {
        Ok(Self { affine: loader.affine(channels)?, epsilon })
    }

    /// The norm, then the activation.
    pub fn forward(&self, x: Tensor<B, 4>, activation: Activation) -> Tensor<B, 4> {
        B::norm_groups(x, &self.affine, self.epsilon, activation)
    }

    /// The same with mean and variance of every group given, for a map that is a part of another.
    pub fn forward_as(
        &self,
        x: Tensor<B, 4>,
        groups: &[(f64, f64); NORM_GROUPS],
        activation: Activation,
    ) -> Tensor<B, 4> {
        let shape @ [batch, height, width, channels] = x.dims();
        let (device, dtype) = (x.device(), x.dtype());
        let per_channel = |value: &dyn Fn((f64, f64)) -> f64| {
            let of = |channel: usize| value(groups[channel * NORM_GROUPS / channels]) as f32;
            let values: Vec<f32> = (0..channels).map(of).collect();
            Tensor::<B, 1>::from_data(TensorData::new(values, [channels]), (&device, DType::F32))
        };
        let row = |values: Tensor<B, 1>| values.cast(dtype).reshape([1, 1, 1, channels]);
        let mean = per_channel(&|(mean, _)| mean);
        let factor = per_channel(&|(_, variance)| 1.0 / (variance + self.epsilon).sqrt());
        // The mean goes first: what is left is small enough for half floats.
        let y = (x - row(mean)) * row(self.affine.weight.clone() * factor)
            + row(self.affine.bias.clone());
        B::activate(y.reshape([batch, height * width, channels]), activation).reshape(shape)
    }
}

/// Layer norm over the channels.
pub struct LayerNorm<B: Kernels>(Affine<B>);

impl<B: Kernels> LayerNorm<B> {
    /// Over `width` channels.
    pub fn load(loader: &Loader<B>, width: usize) -> Result<Self, Error> {
        Ok(Self(loader.affine(width)?))
    }

    /// `[batch, positions, width]`, normalised.
    pub fn forward(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        B::norm_rows(x, &self.0)
    }
}
