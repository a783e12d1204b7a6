//! Which models can be made: the published ones at three sizes, and the facts about them that go
//! into a file's header.

use super::super::family::{ClipConfig, ClipKind, Heads, UnetConfig, VaeConfig};
use super::super::weights::Dtype;
use super::values::stored_type;
use serde_json::json;

/// A published model whose file layout is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Recipe {
    Sd15,
    Sd15Inpaint,
    Sd21Base,
    Sd21V,
    Sdxl,
    SdxlRefiner,
}

/// How large the model is. Names and topology are the published ones at every size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// A few channels; head counts of its own, which the header tells.
    Tiny,
    /// Small, with head counts after the published models' rules.
    Mini,
    /// The published dimensions.
    Full,
}

/// Every dimension of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Dimensions {
    /// The UNet.
    pub unet: UnetConfig,
    /// The autoencoder.
    pub vae: VaeConfig,
    /// The text encoders, with the prefix of their names: CLIP L first.
    pub clips: Vec<(&'static str, ClipConfig)>,
}

impl Scale {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tiny, Self::Mini, Self::Full];

    /// `tiny`, `mini` or `full`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Mini => "mini",
            Self::Full => "full",
        }
    }

    fn pick<T>(self, tiny: T, mini: T, full: T) -> T {
        match self {
            Self::Tiny => tiny,
            Self::Mini => mini,
            Self::Full => full,
        }
    }
}

impl Recipe {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Sd15, Self::Sd15Inpaint, Self::Sd21Base, Self::Sd21V, Self::Sdxl, Self::SdxlRefiner];

    /// `sd15`, `sd15-inpaint`, `sd21-base`, `sd21-v`, `sdxl` or `sdxl-refiner`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sd15 => "sd15",
            Self::Sd15Inpaint => "sd15-inpaint",
            Self::Sd21Base => "sd21-base",
            Self::Sd21V => "sd21-v",
            Self::Sdxl => "sdxl",
            Self::SdxlRefiner => "sdxl-refiner",
        }
    }

    /// Whether the model predicts velocity, where that shows in one tensor's values.
    pub(super) fn v_mark(self) -> Option<bool> {
        match self {
            Self::Sd21Base => Some(false),
            Self::Sd21V => Some(true),
            _ => None,
        }
    }

    /// Whether the published files carry schedule buffers, and with them EMA counters.
    pub(super) fn buffers(self) -> Option<bool> {
        match self {
            Self::Sd15 | Self::Sd15Inpaint => Some(true),
            Self::Sd21Base | Self::Sd21V => Some(false),
            Self::Sdxl | Self::SdxlRefiner => None,
        }
    }

    /// The model's dimensions at `scale`.
    pub fn dimensions(self, scale: Scale) -> Dimensions {
        let vae_mult = scale.pick([1, 1, 1, 2], [1, 2, 2, 2], [1, 2, 4, 4]);
        let vae = VaeConfig {
            channels: scale.pick(32, 32, 128),
            channel_mult: vae_mult.to_vec(),
            res_blocks: 2,
            latent_channels: 4,
        };
        let (unet, clips) = match self {
            Self::Sd15 | Self::Sd15Inpaint => self.sd1(scale),
            Self::Sd21Base | Self::Sd21V => sd2(scale),
            Self::Sdxl => sdxl(scale),
            Self::SdxlRefiner => refiner(scale),
        };
        Dimensions { unet, vae, clips }
    }

    fn sd1(self, scale: Scale) -> (UnetConfig, Vec<(&'static str, ClipConfig)>) {
        let width = scale.pick(16, 128, 768);
        let unet = UnetConfig {
            in_channels: if self == Self::Sd15Inpaint { 9 } else { 4 },
            model_channels: scale.pick(32, 32, 320),
            channel_mult: scale.pick([1, 1, 1, 2], [1, 2, 4, 4], [1, 2, 4, 4]).to_vec(),
            res_blocks: 2,
            transformer_depth: vec![1, 1, 1, 0],
            middle_depth: 1,
            context_dim: width,
            heads: Heads::Count(8),
            linear_projection: false,
            adm_channels: None,
        };
        let clip = clip_l(width, scale.pick(2, 2, 12), scale);
        (unet, vec![("cond_stage_model.transformer.text_model.", clip)])
    }

    /// The dimensions as JSON, in the form of the reference kit.
    pub(super) fn describe(self, scale: Scale, dtype: Dtype, seed: u64) -> String {
        let Dimensions { unet, vae, clips } = self.dimensions(scale);
        let (heads, head_channels) = match unet.heads {
            Heads::Count(count) => (json!(count), json!(null)),
            Heads::Channels(size) => (json!(null), json!(size)),
        };
        // Written piece by piece: the order of the fields is part of the format.
        let unet = format!(
            r#"{{"model_channels":{},"channel_mult":{},"num_res_blocks":{},"transformer_depth":{},"middle_depth":{},"context_dim":{},"num_heads":{heads},"num_head_channels":{head_channels},"use_linear":{},"adm_in":{},"in_channels":{},"out_channels":4,"v_mark":{}}}"#,
            unet.model_channels,
            json!(unet.channel_mult),
            unet.res_blocks,
            json!(unet.transformer_depth),
            unet.middle_depth,
            unet.context_dim,
            unet.linear_projection,
            unet.adm_channels.unwrap_or(0),
            unet.in_channels,
            json!(self.v_mark()),
        );
        let scaling_factor = match self {
            Self::Sdxl | Self::SdxlRefiner => "0.13025",
            _ => "0.18215",
        };
        let vae = format!(
            r#"{{"ch":{},"ch_mult":{},"num_res_blocks":{},"z":{},"scaling_factor":{scaling_factor}}}"#,
            vae.channels,
            json!(vae.channel_mult),
            vae.res_blocks,
            vae.latent_channels,
        );
        let clips: Vec<String> =
            clips.iter().map(|(prefix, clip)| describe_clip(prefix, clip)).collect();
        let prediction = if self == Self::Sd21V { "v" } else { "epsilon" };
        format!(
            r#"{{"family":"{}","scale":"{}","prediction":"{prediction}","unet":{unet},"vae":{vae},"clip":[{}],"seed":{seed},"dtype":"{}"}}"#,
            self.name(),
            scale.name(),
            clips.join(","),
            stored_type(dtype).name(),
        )
    }
}

fn describe_clip(prefix: &str, clip: &ClipConfig) -> String {
    let (kind, act) =
        if clip.kind == ClipKind::L { ("hf", "quick_gelu") } else { ("open", "gelu") };
    let prefix = prefix.strip_suffix("text_model.").unwrap_or(prefix);
    let ClipConfig { width, heads, layers, projection, .. } = clip;
    format!(
        r#"{{"kind":"{kind}","prefix":"{prefix}","width":{width},"heads":{heads},"layers":{layers},"act":"{act}","proj":{projection}}}"#
    )
}

fn clip_l(width: usize, heads: usize, scale: Scale) -> ClipConfig {
    let layers = scale.pick(3, 4, 12);
    ClipConfig { kind: ClipKind::L, width, heads, layers, projection: false }
}

fn open_clip(kind: ClipKind, scale: Scale) -> ClipConfig {
    let full = if kind == ClipKind::H { (1024, 16, 24) } else { (1280, 20, 32) };
    let (width, heads, layers) = scale.pick((16, 2, 4), (128, 2, 4), full);
    ClipConfig { kind, width, heads, layers, projection: true }
}

fn sd2(scale: Scale) -> (UnetConfig, Vec<(&'static str, ClipConfig)>) {
    let clip = open_clip(ClipKind::H, scale);
    let unet = UnetConfig {
        in_channels: 4,
        model_channels: scale.pick(32, 64, 320),
        channel_mult: scale.pick([1, 1, 1, 2], [1, 2, 2, 2], [1, 2, 4, 4]).to_vec(),
        res_blocks: 2,
        transformer_depth: vec![1, 1, 1, 0],
        middle_depth: 1,
        context_dim: clip.width,
        heads: Heads::Channels(scale.pick(16, 64, 64)),
        linear_projection: true,
        adm_channels: None,
    };
    (unet, vec![("cond_stage_model.model.", clip)])
}

fn sdxl(scale: Scale) -> (UnetConfig, Vec<(&'static str, ClipConfig)>) {
    let (width, heads) = scale.pick((8, 2), (64, 1), (768, 12));
    let (l, g) = (clip_l(width, heads, scale), open_clip(ClipKind::G, scale));
    let unet = UnetConfig {
        in_channels: 4,
        model_channels: scale.pick(32, 32, 320),
        channel_mult: scale.pick([1, 1, 2], [1, 2, 4], [1, 2, 4]).to_vec(),
        res_blocks: 2,
        transformer_depth: scale.pick([0, 1, 2], [0, 2, 3], [0, 2, 10]).to_vec(),
        middle_depth: scale.pick(2, 3, 10),
        context_dim: l.width + g.width,
        heads: Heads::Channels(scale.pick(16, 64, 64)),
        linear_projection: true,
        adm_channels: Some(g.width + 6 * 256),
    };
    let prefixes =
        ["conditioner.embedders.0.transformer.text_model.", "conditioner.embedders.1.model."];
    (unet, prefixes.into_iter().zip([l, g]).collect())
}

fn refiner(scale: Scale) -> (UnetConfig, Vec<(&'static str, ClipConfig)>) {
    let clip = open_clip(ClipKind::G, scale);
    let unet = UnetConfig {
        in_channels: 4,
        model_channels: scale.pick(32, 32, 384),
        channel_mult: scale.pick([1, 1, 1, 2], [1, 2, 4, 4], [1, 2, 4, 4]).to_vec(),
        res_blocks: 2,
        transformer_depth: scale.pick([0, 1, 1, 0], [0, 2, 2, 0], [0, 4, 4, 0]).to_vec(),
        middle_depth: scale.pick(1, 2, 4),
        context_dim: clip.width,
        heads: Heads::Channels(scale.pick(16, 64, 64)),
        linear_projection: true,
        adm_channels: Some(clip.width + 5 * 256),
    };
    (unet, vec![("conditioner.embedders.0.model.", clip)])
}
