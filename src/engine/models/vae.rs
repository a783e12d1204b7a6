//! The autoencoder (Rombach et al. 2022): pixels to latents an eighth of the size, and back.

use crate::engine::error::Error;
use crate::engine::family::VaeConfig;
use crate::engine::kernels::{Activation, Kernels};
use crate::engine::nn::attention::PixelAttention;
use crate::engine::nn::layer::{Conv, GroupNorm, Linear, Loader};
use crate::engine::nn::picture_norm::TileNorms;
use crate::engine::nn::resnet::ResBlock;
use burn::tensor::Tensor;

/// The deepest level of both halves: `mid.block_1`, `mid.attn_1`, `mid.block_2`.
struct Middle<B: Kernels>(ResBlock<B>, PixelAttention<B>, ResBlock<B>);

impl<B: Kernels> Middle<B> {
    fn load(loader: &Loader<B>, channels: usize) -> Result<Self, Error> {
        Ok(Self(
            ResBlock::load_vae(&loader.at("block_1"), channels, channels)?,
            PixelAttention::load(&loader.at("attn_1"), channels)?,
            ResBlock::load_vae(&loader.at("block_2"), channels, channels)?,
        ))
    }

    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        self.2.forward(self.1.forward(self.0.forward(x, None)), None)
    }
}

/// Residual blocks of one size, and the convolution to the next size.
struct Level<B: Kernels> {
    blocks: Vec<ResBlock<B>>,
    resample: Option<Conv<B>>,
}

impl<B: Kernels> Level<B> {
    fn load(
        loader: &Loader<B>,
        count: usize,
        inputs: usize,
        outputs: usize,
        resample: Option<Conv<B>>,
    ) -> Result<Self, Error> {
        let block = |index: usize| {
            let inputs = if index == 0 { inputs } else { outputs };
            ResBlock::load_vae(&loader.at("block").at(index), inputs, outputs)
        };
        Ok(Self { blocks: (0..count).map(block).collect::<Result<_, _>>()?, resample })
    }

    fn forward(&self, x: Tensor<B, 4>) -> Tensor<B, 4> {
        self.resample(self.blocks.iter().fold(x, |h, block| block.forward(h, None)))
    }

    fn resample(&self, h: Tensor<B, 4>) -> Tensor<B, 4> {
        match &self.resample {
            Some(conv) => conv.forward(h),
            None => h,
        }
    }
}

/// First and last layers of one half, with the levels between.
struct Frame<B: Kernels> {
    conv_in: Conv<B>,
    norm_out: GroupNorm<B>,
    conv_out: Conv<B>,
}

impl<B: Kernels> Frame<B> {
    /// `ends` are the channels outside, `inner` those of the first and of the last level.
    fn load(
        loader: &Loader<B>,
        ends: (usize, usize),
        inner: (usize, usize),
    ) -> Result<Self, Error> {
        Ok(Self {
            conv_in: Conv::load(&loader.at("conv_in"), ends.0, inner.0)?,
            norm_out: GroupNorm::load(&loader.at("norm_out"), inner.1, 1e-6)?,
            conv_out: Conv::load(&loader.at("conv_out"), inner.1, ends.1)?,
        })
    }

    fn close(&self, h: Tensor<B, 4>) -> Tensor<B, 4> {
        self.conv_out.forward(self.norm_out.forward(h, Activation::Silu))
    }
}

/// Latent to pixels.
pub struct Decoder<B: Kernels> {
    post_quant: Linear<B>,
    frame: Frame<B>,
    middle: Middle<B>,
    levels: Vec<Level<B>>,
}

impl<B: Kernels> Decoder<B> {
    /// From a VAE part's tensors.
    pub fn load(config: &VaeConfig, loader: &Loader<B>) -> Result<Self, Error> {
        let VaeConfig { channels, channel_mult, res_blocks, latent_channels: z } = config;
        let deepest = channels * channel_mult.last().copied().unwrap_or(1);
        let top = channels * channel_mult.first().copied().unwrap_or(1);
        let decoder = loader.at("decoder");
        let (mut levels, mut width) = (Vec::new(), deepest);
        for (level, mult) in channel_mult.iter().enumerate().rev() {
            let at = decoder.at("up").at(level);
            let resample = match level {
                0 => None,
                _ => Some(Conv::load_up(&at.at("upsample.conv"), channels * mult)?),
            };
            levels.push(Level::load(&at, res_blocks + 1, width, channels * mult, resample)?);
            width = channels * mult;
        }
        Ok(Self {
            post_quant: Linear::load(&loader.at("post_quant_conv"), *z, *z)?,
            frame: Frame::load(&decoder, (*z, 3), (deepest, top))?,
            middle: Middle::load(&decoder.at("mid"), deepest)?,
            levels,
        })
    }

    /// `[batch, height, width, latent]`, divided by the scaling factor, to `[batch, 8 height,
    /// 8 width, 3]` around -1..1.
    pub fn forward(&self, latent: Tensor<B, 4>) -> Tensor<B, 4> {
        let h = self.frame.conv_in.forward(self.post_quant.forward_map(latent));
        let h = self.middle.forward(h);
        self.frame.close(self.levels.iter().fold(h, |h, level| level.forward(h)))
    }

    /// The part of it that takes place in the latent's own size: what sees all of the picture at
    /// once, and little memory.
    pub fn begin(&self, latent: Tensor<B, 4>) -> Tensor<B, 4> {
        let h = self.frame.conv_in.forward(self.post_quant.forward_map(latent));
        let h = self.middle.forward(h);
        let deepest = self.levels.first().map_or(&[][..], |level| &level.blocks);
        deepest.iter().fold(h, |h, block| block.forward(h, None))
    }

    /// The rest, for a tile of what [`Self::begin`] gave: `[1, height, width, channels]` to `[1, 8
    /// height, 8 width, 3]`. A place is affected by its surroundings up to 7 away.
    pub fn finish(&self, tile: Tensor<B, 4>, norms: &mut TileNorms) -> Tensor<B, 4> {
        let normalise =
            &mut |norm: &GroupNorm<B>, x, activation| norms.forward(norm, x, activation);
        let mut h = tile;
        for (index, level) in self.levels.iter().enumerate() {
            let blocks = if index == 0 { &[][..] } else { &level.blocks };
            h = blocks.iter().fold(h, |h, block| block.forward_with(h, None, normalise));
            h = level.resample(h);
        }
        let h = normalise(&self.frame.norm_out, h, Activation::Silu);
        self.frame.conv_out.forward(h)
    }
}

/// Pixels to the latent's distribution.
pub struct Encoder<B: Kernels> {
    frame: Frame<B>,
    levels: Vec<Level<B>>,
    middle: Middle<B>,
    quant: Linear<B>,
}

impl<B: Kernels> Encoder<B> {
    /// From a VAE part's tensors.
    pub fn load(config: &VaeConfig, loader: &Loader<B>) -> Result<Self, Error> {
        let VaeConfig { channels, channel_mult, res_blocks, latent_channels: z } = config;
        let deepest = channels * channel_mult.last().copied().unwrap_or(1);
        let encoder = loader.at("encoder");
        let (mut levels, mut width) = (Vec::new(), *channels);
        for (level, mult) in channel_mult.iter().enumerate() {
            let at = encoder.at("down").at(level);
            // The published encoder pads below and to the right only.
            let resample = match level + 1 < channel_mult.len() {
                true => Some(Conv::load_down(&at.at("downsample.conv"), channels * mult, (0, 1))?),
                false => None,
            };
            levels.push(Level::load(&at, *res_blocks, width, channels * mult, resample)?);
            width = channels * mult;
        }
        Ok(Self {
            frame: Frame::load(&encoder, (3, 2 * z), (*channels, deepest))?,
            levels,
            middle: Middle::load(&encoder.at("mid"), deepest)?,
            quant: Linear::load(&loader.at("quant_conv"), 2 * z, 2 * z)?,
        })
    }

    /// `[batch, height, width, 3]` in -1..1 to `[batch, height / 8, width / 8, 2 latent]`: mean
    /// and log variance, not multiplied by the scaling factor.
    pub fn forward(&self, pixels: Tensor<B, 4>) -> Tensor<B, 4> {
        let h = self.frame.conv_in.forward(pixels);
        let h = self.levels.iter().fold(h, |h, level| level.forward(h));
        self.quant.forward_map(self.frame.close(self.middle.forward(h)))
    }
}
