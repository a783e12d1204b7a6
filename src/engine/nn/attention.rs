//! Transformer blocks of the UNet, and the single attention of the autoencoder's middle.

use super::layer::{GroupNorm, LayerNorm, Linear, Loader};
use crate::engine::error::Error;
use crate::engine::kernels::{Activation, Kernels};
use burn::tensor::Tensor;

/// Self or cross attention: `to_q`, `to_k`, `to_v`, `to_out.0`.
struct CrossAttention<B: Kernels> {
    to_q: Linear<B>,
    to_k: Linear<B>,
    to_v: Linear<B>,
    to_out: Linear<B>,
    heads: usize,
}

impl<B: Kernels> CrossAttention<B> {
    fn load(
        loader: &Loader<B>,
        channels: usize,
        context: usize,
        heads: usize,
    ) -> Result<Self, Error> {
        Ok(Self {
            to_q: Linear::load_unbiased(&loader.at("to_q"), channels, channels)?,
            to_k: Linear::load_unbiased(&loader.at("to_k"), context, channels)?,
            to_v: Linear::load_unbiased(&loader.at("to_v"), context, channels)?,
            to_out: Linear::load(&loader.at("to_out.0"), channels, channels)?,
            heads,
        })
    }

    /// `residual` plus the attention from `x` to `context`.
    fn forward_onto(
        &self,
        x: Tensor<B, 3>,
        context: Tensor<B, 3>,
        residual: Tensor<B, 3>,
    ) -> Tensor<B, 3> {
        let q = self.to_q.forward(x);
        let k = self.to_k.forward(context.clone());
        let v = self.to_v.forward(context);
        self.to_out.forward_onto(B::attend(q, k, v, self.heads, false), residual)
    }
}

/// One `transformer_blocks.N`.
struct TransformerBlock<B: Kernels> {
    norms: [LayerNorm<B>; 3],
    attn1: CrossAttention<B>,
    attn2: CrossAttention<B>,
    gate: Linear<B>,
    out: Linear<B>,
}

impl<B: Kernels> TransformerBlock<B> {
    fn load(
        loader: &Loader<B>,
        channels: usize,
        context: usize,
        heads: usize,
    ) -> Result<Self, Error> {
        let norm = |name: &str| LayerNorm::load(&loader.at(name), channels);
        Ok(Self {
            norms: [norm("norm1")?, norm("norm2")?, norm("norm3")?],
            attn1: CrossAttention::load(&loader.at("attn1"), channels, channels, heads)?,
            attn2: CrossAttention::load(&loader.at("attn2"), channels, context, heads)?,
            gate: Linear::load(&loader.at("ff.net.0.proj"), channels, 8 * channels)?,
            out: Linear::load(&loader.at("ff.net.2"), 4 * channels, channels)?,
        })
    }

    fn forward(&self, x: Tensor<B, 3>, context: &Tensor<B, 3>) -> Tensor<B, 3> {
        let normed = self.norms[0].forward(x.clone());
        let x = self.attn1.forward_onto(normed.clone(), normed, x);
        let normed = self.norms[1].forward(x.clone());
        let x = self.attn2.forward_onto(normed, context.clone(), x);
        let gated = B::geglu(self.gate.forward(self.norms[2].forward(x.clone())));
        self.out.forward_onto(gated, x)
    }
}

/// Sizes of one [`SpatialTransformer`].
#[derive(Clone, Copy, Debug)]
pub struct TransformerSizes {
    /// Channels of the map.
    pub channels: usize,
    /// Width of the text context.
    pub context: usize,
    /// Attention heads.
    pub heads: usize,
    /// Transformer blocks.
    pub depth: usize,
}

/// The pixels of a map as tokens, through transformer blocks that look at the text.
///
/// `proj_in` and `proj_out` are 1x1 convolutions in SD 1.x and linear layers later: channels
/// last, the same thing.
pub struct SpatialTransformer<B: Kernels> {
    norm: GroupNorm<B>,
    proj_in: Linear<B>,
    blocks: Vec<TransformerBlock<B>>,
    proj_out: Linear<B>,
}

impl<B: Kernels> SpatialTransformer<B> {
    /// From `norm`, `proj_in`, `transformer_blocks.N`, `proj_out`.
    pub fn load(loader: &Loader<B>, sizes: TransformerSizes) -> Result<Self, Error> {
        let TransformerSizes { channels, context, heads, depth } = sizes;
        let blocks = (0..depth).map(|index| {
            let loader = loader.at("transformer_blocks").at(index);
            TransformerBlock::load(&loader, channels, context, heads)
        });
        Ok(Self {
            norm: GroupNorm::load(&loader.at("norm"), channels, 1e-6)?,
            proj_in: Linear::load(&loader.at("proj_in"), channels, channels)?,
            blocks: blocks.collect::<Result<_, _>>()?,
            proj_out: Linear::load(&loader.at("proj_out"), channels, channels)?,
        })
    }

    /// `x` is `[batch, height, width, channels]`, `context` is `[batch, tokens, context]`.
    pub fn forward(&self, x: Tensor<B, 4>, context: &Tensor<B, 3>) -> Tensor<B, 4> {
        let [batch, height, width, channels] = x.dims();
        let tokens = |x: Tensor<B, 4>| x.reshape([batch, height * width, channels]);
        let normed = self.norm.forward(x.clone(), Activation::Identity);
        let mut h = self.proj_in.forward(tokens(normed));
        for block in &self.blocks {
            h = block.forward(h, context);
        }
        let y = self.proj_out.forward_onto(h, tokens(x));
        y.reshape([batch, height, width, channels])
    }
}

/// The autoencoder's attention: one head over all pixels.
pub struct PixelAttention<B: Kernels> {
    norm: GroupNorm<B>,
    q: Linear<B>,
    k: Linear<B>,
    v: Linear<B>,
    proj_out: Linear<B>,
}

impl<B: Kernels> PixelAttention<B> {
    /// From `norm`, `q`, `k`, `v`, `proj_out`.
    pub fn load(loader: &Loader<B>, channels: usize) -> Result<Self, Error> {
        let linear = |name: &str| Linear::load(&loader.at(name), channels, channels);
        Ok(Self {
            norm: GroupNorm::load(&loader.at("norm"), channels, 1e-6)?,
            q: linear("q")?,
            k: linear("k")?,
            v: linear("v")?,
            proj_out: linear("proj_out")?,
        })
    }

    /// `[batch, height, width, channels]`, with what the pixels saw of each other added.
    pub fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        let [batch, height, width, channels] = x.dims();
        let tokens = |x: Tensor<B, 4>| x.reshape([batch, height * width, channels]);
        let normed = tokens(self.norm.forward(x.clone(), Activation::Identity));
        let q = self.q.forward(normed.clone());
        let k = self.k.forward(normed.clone());
        let v = self.v.forward(normed);
        let y = self.proj_out.forward_onto(B::attend(q, k, v, 1, false), tokens(x));
        y.reshape([batch, height, width, channels])
    }
}
