//! Every operation in plain tensor code, for any backend: what the fast ones are tested against.

use super::{Activation, Affine, Extras, Geometry, LAYER_NORM_EPSILON, NORM_GROUPS};
use burn::tensor::activation::{sigmoid, softmax};
use burn::tensor::backend::Backend;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Tensor, TensorData};

/// Weights of a linear layer: `[in, out]`.
#[derive(Debug)]
pub struct PlainLinear<B: Backend> {
    weight: Tensor<B, 2>,
    bias: Option<Tensor<B, 1>>,
}

/// Weights of a convolution: `[out, in, k, k]`.
#[derive(Debug)]
pub struct PlainConv<B: Backend> {
    weight: Tensor<B, 4>,
    bias: Tensor<B, 1>,
    geometry: Geometry,
}

fn vector<B: Backend>(values: Vec<f32>, device: &B::Device) -> Tensor<B, 1> {
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), device)
}

/// From the checkpoint's `[out, in]` weight.
pub fn pack_linear<B: Backend>(
    weight: Vec<f32>,
    bias: Option<Vec<f32>>,
    inputs: usize,
    outputs: usize,
    device: &B::Device,
) -> PlainLinear<B> {
    let weight = vector::<B>(weight, device).reshape([outputs, inputs]).transpose();
    PlainLinear { weight, bias: bias.map(|bias| vector(bias, device)) }
}

/// From the checkpoint's `[out, in, k, k]` weight.
pub fn pack_conv<B: Backend>(
    weight: Vec<f32>,
    bias: Vec<f32>,
    geometry: Geometry,
    device: &B::Device,
) -> PlainConv<B> {
    let Geometry { inputs, outputs, kernel, .. } = geometry;
    let weight = vector::<B>(weight, device).reshape([outputs, inputs, kernel, kernel]);
    PlainConv { weight, bias: vector(bias, device), geometry }
}

/// `x w + bias + residual`.
pub fn linear<B: Backend>(
    x: Tensor<B, 3>,
    layer: &PlainLinear<B>,
    residual: Option<Tensor<B, 3>>,
) -> Tensor<B, 3> {
    let mut y = x.matmul(layer.weight.clone().unsqueeze());
    if let Some(bias) = &layer.bias {
        y = y + bias.clone().unsqueeze();
    }
    match residual {
        Some(residual) => y + residual,
        None => y,
    }
}

/// The convolution with everything that is added to it.
pub fn conv<B: Backend>(x: Tensor<B, 4>, layer: &PlainConv<B>, extras: Extras<B>) -> Tensor<B, 4> {
    let Geometry { stride, padding, doubled, .. } = layer.geometry;
    let [batch, height, width, _] = x.dims();
    let seen = layer.geometry.seen((height, width), extras.crop);
    let mut x = x.permute([0, 3, 1, 2]);
    if doubled {
        x = doubled_and_cut(x, seen);
    }
    let (before, after) = padding;
    let around = before.min(after);
    if before != after {
        let (before, after) = (before - around, after - around);
        x = x.pad((before, after, before, after), 0.0);
    }
    let options = ConvOptions::new([stride, stride], [around, around], [1, 1], 1);
    let y = conv2d(x, layer.weight.clone(), Some(layer.bias.clone()), options);
    let mut y = y.permute([0, 2, 3, 1]);
    if let Some(shift) = extras.shift {
        let channels = layer.geometry.outputs;
        y = y + shift.reshape([batch, 1, 1, channels]);
    }
    match extras.residual {
        Some(residual) => y + residual,
        None => y,
    }
}

/// Every pixel of `[batch, channels, height, width]` twice in both directions, cut to `size`.
fn doubled_and_cut<B: Backend>(x: Tensor<B, 4>, size: (usize, usize)) -> Tensor<B, 4> {
    let [batch, channels, height, width] = x.dims();
    let x = x.reshape([batch * channels, height, 1, width]).repeat_dim(2, 2);
    let x = x.reshape([batch * channels, 2 * height, width, 1]).repeat_dim(3, 2);
    let x = x.reshape([batch, channels, 2 * height, 2 * width]);
    x.slice([0..batch, 0..channels, 0..size.0, 0..size.1])
}

/// Group norm, then the activation.
pub fn group_norm<B: Backend>(
    x: Tensor<B, 4>,
    norm: &Affine<B>,
    epsilon: f64,
    activation: Activation,
) -> Tensor<B, 4> {
    let [batch, height, width, channels] = x.dims();
    let size = channels / NORM_GROUPS;
    let grouped = x.reshape([batch, height * width, NORM_GROUPS, size]);
    let mean = grouped.clone().mean_dim(3).mean_dim(1);
    let centered = grouped - mean;
    let variance = centered.clone().square().mean_dim(3).mean_dim(1);
    let y = (centered / (variance + epsilon).sqrt()).reshape([batch, height, width, channels]);
    let y = y * norm.weight.clone().unsqueeze() + norm.bias.clone().unsqueeze();
    activate(y, activation)
}

/// Layer norm over the last dimension.
pub fn layer_norm<B: Backend>(x: Tensor<B, 3>, norm: &Affine<B>) -> Tensor<B, 3> {
    let centered = x.clone() - x.mean_dim(2);
    let variance = centered.clone().square().mean_dim(2);
    let y = centered / (variance + LAYER_NORM_EPSILON).sqrt();
    y * norm.weight.clone().unsqueeze() + norm.bias.clone().unsqueeze()
}

/// Attention with the whole matrix of scores.
pub fn attention<B: Backend>(
    q: Tensor<B, 3>,
    k: Tensor<B, 3>,
    v: Tensor<B, 3>,
    heads: usize,
    causal: bool,
) -> Tensor<B, 3> {
    let [batch, queries, channels] = q.dims();
    let [_, keys, _] = k.dims();
    let head = channels / heads;
    let split = |x: Tensor<B, 3>, positions: usize| {
        x.reshape([batch, positions, heads, head]).swap_dims(1, 2)
    };
    // Scaled before the product, so that a narrow number type does not overflow in it.
    let q = split(q, queries) / (head as f32).sqrt();
    let mut scores = q.matmul(split(k, keys).swap_dims(2, 3));
    if causal {
        let hidden = Tensor::<B, 2>::ones([queries, keys], &scores.device()).triu(1);
        let hidden = hidden.bool().unsqueeze::<4>().expand([batch, heads, queries, keys]);
        scores = scores.mask_fill(hidden, f32::NEG_INFINITY);
    }
    let mixed = softmax(scores, 3).matmul(split(v, keys));
    mixed.swap_dims(1, 2).reshape([batch, queries, channels])
}

/// `value * gelu(gate)` of `[value | gate]`.
pub fn geglu<B: Backend>(x: Tensor<B, 3>) -> Tensor<B, 3> {
    let width = x.dims()[2] / 2;
    let value = x.clone().narrow(2, 0, width);
    value * activate(x.narrow(2, width, width), Activation::Gelu)
}

/// The activation of every value.
pub fn activate<B: Backend, const D: usize>(
    x: Tensor<B, D>,
    activation: Activation,
) -> Tensor<B, D> {
    match activation {
        Activation::Identity => x,
        Activation::Silu => x.clone() * sigmoid(x),
        Activation::Gelu => burn::tensor::activation::gelu(x),
        Activation::QuickGelu => x.clone() * sigmoid(x * 1.702),
    }
}

/// Channels of the second behind those of the first.
pub fn concat<B: Backend>(first: Tensor<B, 4>, second: Tensor<B, 4>) -> Tensor<B, 4> {
    Tensor::cat(vec![first, second], 3)
}
