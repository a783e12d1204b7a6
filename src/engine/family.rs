//! What a checkpoint is: family, dimensions and parts, read off tensor names and shapes.

mod facts;
mod kind;
pub mod layout;
mod locate;
mod measure;
pub mod names;
mod part;
mod resolve;
mod sidecar;
mod view;

pub use facts::{PartFacts, facts};
pub use part::Part;
pub use resolve::{Model, resolve};
pub use view::{Take, transpose};

/// The model families that run here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Stable Diffusion 1.x.
    Sd1,
    /// Stable Diffusion 2.x.
    Sd2,
    /// Stable Diffusion XL base.
    Sdxl,
    /// Stable Diffusion XL refiner.
    SdxlRefiner,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sd1, Self::Sd2, Self::Sdxl, Self::SdxlRefiner];

    /// `sd1`, `sd2`, `sdxl` or `sdxl-refiner`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sd1 => "sd1",
            Self::Sd2 => "sd2",
            Self::Sdxl => "sdxl",
            Self::SdxlRefiner => "sdxl-refiner",
        }
    }

    /// Factor from the autoencoder's latents to the UNet's.
    pub fn scaling_factor(self) -> f32 {
        match self {
            Self::Sd1 | Self::Sd2 => 0.18215,
            Self::Sdxl | Self::SdxlRefiner => 0.13025,
        }
    }
}

/// What the UNet's output means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Prediction {
    /// The noise.
    Eps,
    /// The velocity (Salimans and Ho 2022).
    V,
}

impl Prediction {
    /// `eps` or `v`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eps => "eps",
            Self::V => "v",
        }
    }
}

/// How a level's channels divide into attention heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heads {
    /// This many heads at every level (SD 1.x: 8).
    Count(usize),
    /// This many channels per head (SD 2.x and SDXL: 64).
    Channels(usize),
}

impl Heads {
    /// Number of heads for `channels`.
    pub fn of(self, channels: usize) -> usize {
        match self {
            Self::Count(heads) => heads,
            Self::Channels(size) => (channels / size).max(1),
        }
    }
}

/// Dimensions of a UNet in the LDM layout.
#[derive(Clone, Debug, PartialEq)]
pub struct UnetConfig {
    /// 4, or 9 for inpainting checkpoints (latent, mask, masked latent).
    pub in_channels: usize,
    /// Channels of the first level.
    pub model_channels: usize,
    /// Factor on `model_channels`, level by level from the top.
    pub channel_mult: Vec<usize>,
    /// Residual blocks per level on the way down (one more on the way up).
    pub res_blocks: usize,
    /// Transformer blocks behind each residual block, level by level; 0 for none.
    pub transformer_depth: Vec<usize>,
    /// Transformer blocks in the middle.
    pub middle_depth: usize,
    /// Width of the text context.
    pub context_dim: usize,
    /// Attention heads.
    pub heads: Heads,
    /// Whether `proj_in` and `proj_out` are linear (SD 2.x, SDXL) or 1x1 convolutions (SD 1.x).
    pub linear_projection: bool,
    /// Width of the vector conditioning (`label_emb`), if there is one.
    pub adm_channels: Option<usize>,
}

/// Dimensions of an autoencoder.
#[derive(Clone, Debug, PartialEq)]
pub struct VaeConfig {
    /// Channels of the first level.
    pub channels: usize,
    /// Factor on `channels`, level by level from the top.
    pub channel_mult: Vec<usize>,
    /// Residual blocks per level of the encoder (the decoder has one more).
    pub res_blocks: usize,
    /// Channels of the latent.
    pub latent_channels: usize,
}

/// The published text encoders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClipKind {
    /// OpenAI's CLIP ViT-L/14.
    L,
    /// OpenCLIP ViT-H/14.
    H,
    /// OpenCLIP ViT-bigG/14.
    G,
}

impl ClipKind {
    /// `clip_l`, `clip_h` or `clip_g`.
    pub fn part_name(self) -> &'static str {
        match self {
            Self::L => "clip_l",
            Self::H => "clip_h",
            Self::G => "clip_g",
        }
    }
}

/// Dimensions of a text encoder.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipConfig {
    /// Which one it is: L has quick GELU and pads with 49407, the others exact GELU and 0.
    pub kind: ClipKind,
    /// Width of the states.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Layers of the model. H's last one is never used, and some files leave it out.
    pub layers: usize,
    /// Whether `text_projection` is there.
    pub projection: bool,
}

#[cfg(test)]
mod tests;
