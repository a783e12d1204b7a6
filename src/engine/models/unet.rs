//! The denoiser: the UNet of latent diffusion (Rombach et al. 2022, Podell et al. 2023).

use crate::engine::conditioning::sinusoid;
use crate::engine::error::Error;
use crate::engine::family::UnetConfig;
use crate::engine::kernels::{Activation, Extras, Kernels, Place};
use crate::engine::nn::attention::{SpatialTransformer, TransformerSizes};
use crate::engine::nn::layer::{Conv, GroupNorm, Linear, Loader};
use crate::engine::nn::resnet::ResBlock;
use burn::tensor::Tensor;

/// One entry of `input_blocks` or `output_blocks`.
struct Block<B: Kernels> {
    res: Option<ResBlock<B>>,
    attn: Option<SpatialTransformer<B>>,
    conv: Option<Conv<B>>,
}

impl<B: Kernels> Block<B> {
    fn conv(conv: Conv<B>) -> Self {
        Self { res: None, attn: None, conv: Some(conv) }
    }
}

/// Two linear layers with a SiLU between: `time_embed` and `label_emb.0`.
struct Embedding<B: Kernels>([Linear<B>; 2]);

impl<B: Kernels> Embedding<B> {
    fn load(loader: &Loader<B>, inputs: usize, width: usize) -> Result<Self, Error> {
        Ok(Self([
            Linear::load(&loader.at(0), inputs, width)?,
            Linear::load(&loader.at(2), width, width)?,
        ]))
    }

    fn forward(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        self.0[1].forward(self.hidden(x))
    }

    /// The same added to `sum`.
    fn forward_onto(&self, x: Tensor<B, 3>, sum: Tensor<B, 3>) -> Tensor<B, 3> {
        self.0[1].forward_onto(self.hidden(x), sum)
    }

    fn hidden(&self, x: Tensor<B, 3>) -> Tensor<B, 3> {
        B::activate(self.0[0].forward(x), Activation::Silu)
    }
}

/// The UNet of any family.
pub struct Unet<B: Kernels> {
    time_embed: Embedding<B>,
    label_emb: Option<Embedding<B>>,
    input_blocks: Vec<Block<B>>,
    middle: (ResBlock<B>, SpatialTransformer<B>, ResBlock<B>),
    output_blocks: Vec<Block<B>>,
    out_norm: GroupNorm<B>,
    out_conv: Conv<B>,
    model_channels: usize,
    place: Place<B>,
}

/// Channels of the latent that the UNet predicts.
const LATENT: usize = 4;

impl<B: Kernels> Unet<B> {
    /// From a UNet part's tensors.
    pub fn load(config: &UnetConfig, loader: &Loader<B>) -> Result<Self, Error> {
        let mc = config.model_channels;
        let parts = Assembly { config, loader, embedding: 4 * mc };
        let (input_blocks, mut skips, deepest) = parts.input_blocks()?;
        let label_emb = match config.adm_channels {
            Some(adm) => Some(Embedding::load(&loader.at("label_emb.0"), adm, 4 * mc)?),
            None => None,
        };
        let middle = (
            parts.res(&loader.at("middle_block.0"), deepest, deepest)?,
            parts.attn(&loader.at("middle_block.1"), deepest, config.middle_depth)?,
            parts.res(&loader.at("middle_block.2"), deepest, deepest)?,
        );
        Ok(Self {
            time_embed: Embedding::load(&loader.at("time_embed"), mc, 4 * mc)?,
            label_emb,
            input_blocks,
            middle,
            output_blocks: parts.output_blocks(&mut skips, deepest)?,
            out_norm: GroupNorm::load(&loader.at("out.0"), mc, 1e-5)?,
            out_conv: Conv::load(&loader.at("out.2"), mc, LATENT)?,
            model_channels: mc,
            place: loader.place().clone(),
        })
    }

    /// The raw output (noise or velocity) for `x` `[batch, height, width, in]` at `timestep`.
    ///
    /// `context` is `[batch, tokens, context]`; `vector` is `[1, batch, adm]` where the family
    /// has one. The result is `[batch, height, width, 4]`.
    pub fn forward(
        &self,
        x: Tensor<B, 4>,
        timestep: f32,
        context: &Tensor<B, 3>,
        vector: Option<Tensor<B, 3>>,
    ) -> Tensor<B, 4> {
        let embedding = self.embedding(timestep, x.dims()[0], vector);
        let mut skips = Vec::with_capacity(self.input_blocks.len());
        let mut h = x;
        for block in &self.input_blocks {
            h = run(block, h, &embedding, context, None);
            skips.push(h.clone());
        }
        h = self.middle.0.forward(h, Some(&embedding));
        h = self.middle.1.forward(h, context);
        h = self.middle.2.forward(h, Some(&embedding));
        for block in &self.output_blocks {
            let Some(skip) = skips.pop() else { break };
            let crop = skips.last().map(|next| (next.dims()[1], next.dims()[2]));
            h = run(block, B::concat(h, skip), &embedding, context, crop);
        }
        self.out_conv.forward(self.out_norm.forward(h, Activation::Silu))
    }

    /// SiLU of the time embedding, the vector conditioning added: `[1, batch, 4 channels]`.
    fn embedding(&self, timestep: f32, batch: usize, vector: Option<Tensor<B, 3>>) -> Tensor<B, 3> {
        let row = sinusoid(timestep, self.model_channels);
        let rows = self.place.tensor(row.repeat(batch), [1, batch, self.model_channels]);
        let mut embedding = self.time_embed.forward(rows);
        if let (Some(label), Some(vector)) = (&self.label_emb, vector) {
            embedding = label.forward_onto(vector, embedding);
        }
        B::activate(embedding, Activation::Silu)
    }
}

/// One block; a convolution on the way up cuts its doubled input to `crop`, the size that the
/// next skip connection has (they differ where the latent has odd sides).
fn run<B: Kernels>(
    block: &Block<B>,
    x: Tensor<B, 4>,
    embedding: &Tensor<B, 3>,
    context: &Tensor<B, 3>,
    crop: Option<(usize, usize)>,
) -> Tensor<B, 4> {
    let mut h = x;
    if let Some(res) = &block.res {
        h = res.forward(h, Some(embedding));
    }
    if let Some(attn) = &block.attn {
        h = attn.forward(h, context);
    }
    match &block.conv {
        Some(conv) => conv.forward_with(h, Extras { crop, ..Extras::default() }),
        None => h,
    }
}

/// What the blocks are assembled from.
struct Assembly<'a, B: Kernels> {
    config: &'a UnetConfig,
    loader: &'a Loader<'a, B>,
    embedding: usize,
}

impl<B: Kernels> Assembly<'_, B> {
    fn res(&self, loader: &Loader<B>, inputs: usize, outputs: usize) -> Result<ResBlock<B>, Error> {
        ResBlock::load_unet(loader, inputs, outputs, self.embedding)
    }

    fn attn(
        &self,
        loader: &Loader<B>,
        channels: usize,
        depth: usize,
    ) -> Result<SpatialTransformer<B>, Error> {
        let (context, heads) = (self.config.context_dim, self.config.heads.of(channels));
        SpatialTransformer::load(loader, TransformerSizes { channels, context, heads, depth })
    }

    fn level_attn(
        &self,
        loader: &Loader<B>,
        channels: usize,
        level: usize,
    ) -> Result<Option<SpatialTransformer<B>>, Error> {
        match self.config.transformer_depth[level] {
            0 => Ok(None),
            depth => self.attn(loader, channels, depth).map(Some),
        }
    }

    /// The way down: the blocks, the channels of every skip connection, and of the last block.
    #[allow(clippy::type_complexity, reason = "three results, used once")]
    fn input_blocks(&self) -> Result<(Vec<Block<B>>, Vec<usize>, usize), Error> {
        let UnetConfig { model_channels: mc, channel_mult, res_blocks, in_channels, .. } =
            self.config;
        let first = Conv::load(&self.loader.at("input_blocks.0.0"), *in_channels, *mc)?;
        let (mut blocks, mut skips, mut channels) = (vec![Block::conv(first)], vec![*mc], *mc);
        for (level, mult) in channel_mult.iter().enumerate() {
            for _ in 0..*res_blocks {
                let loader = self.loader.at("input_blocks").at(blocks.len());
                let res = self.res(&loader.at(0), channels, mc * mult)?;
                channels = mc * mult;
                let attn = self.level_attn(&loader.at(1), channels, level)?;
                blocks.push(Block { res: Some(res), attn, conv: None });
                skips.push(channels);
            }
            if level + 1 < channel_mult.len() {
                let loader = self.loader.at("input_blocks").at(blocks.len()).at("0.op");
                blocks.push(Block::conv(Conv::load_down(&loader, channels, (1, 1))?));
                skips.push(channels);
            }
        }
        Ok((blocks, skips, channels))
    }

    /// The way up.
    fn output_blocks(&self, skips: &mut Vec<usize>, from: usize) -> Result<Vec<Block<B>>, Error> {
        let UnetConfig { model_channels: mc, channel_mult, res_blocks, .. } = self.config;
        let (mut blocks, mut channels) = (Vec::new(), from);
        for (level, mult) in channel_mult.iter().enumerate().rev() {
            for index in 0..=*res_blocks {
                let loader = self.loader.at("output_blocks").at(blocks.len());
                let inputs = channels + skips.pop().unwrap_or(0);
                let res = self.res(&loader.at(0), inputs, mc * mult)?;
                channels = mc * mult;
                let attn = self.level_attn(&loader.at(1), channels, level)?;
                let place = if attn.is_some() { 2 } else { 1 };
                let conv = match level > 0 && index == *res_blocks {
                    true => Some(Conv::load_up(&loader.at(place).at("conv"), channels)?),
                    false => None,
                };
                blocks.push(Block { res: Some(res), attn, conv });
            }
        }
        Ok(blocks)
    }
}
