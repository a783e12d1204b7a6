//! The tensors of a seeded file: their names in the published layouts, and which tensor of the
//! all-in-one file each one's values belong to.

use super::super::family::{ClipConfig, ClipKind, Take, layout};
use super::{Dimensions, Options, Piece};

/// One tensor of the file.
pub struct Planned {
    /// Its name in the file.
    pub name: String,
    /// Its shape in the file.
    pub taken_shape: Vec<usize>,
    /// The tensor of the all-in-one file that its values belong to.
    pub origin: String,
    /// That tensor's shape.
    pub shape: Vec<usize>,
    /// What is taken of it.
    pub take: Take,
}

impl Planned {
    fn whole(name: String, origin: String, shape: Vec<usize>) -> Self {
        Self { name, taken_shape: shape.clone(), origin, shape, take: Take::Whole }
    }
}

/// Every seeded tensor of the file that `options` ask for.
pub fn tensors(dimensions: &Dimensions, options: &Options) -> Vec<Planned> {
    let mut planned = Vec::new();
    if wants(options, Piece::Unet) {
        planned.extend(layout::unet(&dimensions.unet).into_iter().map(|(name, shape)| {
            let origin = format!("model.diffusion_model.{name}");
            Planned::whole(origin.clone(), origin, shape)
        }));
    }
    if wants(options, Piece::Vae) {
        let last = dimensions.vae.channel_mult.len() - 1;
        let prefix = if bare(options) { "" } else { "first_stage_model." };
        planned.extend(layout::vae(&dimensions.vae).into_iter().map(|(name, shape)| {
            let stored = if options.diffusers_vae { diffusers(&name, last) } else { name.clone() };
            Planned::whole(format!("{prefix}{stored}"), format!("first_stage_model.{name}"), shape)
        }));
    }
    for (prefix, clip) in &dimensions.clips {
        if !wants(options, piece(clip)) {
            continue;
        }
        match (clip.kind, bare(options)) {
            (ClipKind::L, bare) => {
                let stored = if bare { "text_model." } else { prefix };
                planned.extend(layout::clip(clip).into_iter().map(|(name, shape)| {
                    Planned::whole(format!("{stored}{name}"), format!("{prefix}{name}"), shape)
                }));
            }
            (_, false) => planned.extend(open_clip(clip).into_iter().map(|(name, shape)| {
                let name = format!("{prefix}{name}");
                Planned::whole(name.clone(), name, shape)
            })),
            (_, true) => {
                planned.extend(layout::clip(clip).into_iter().map(|(name, shape)| {
                    let mut tensor = from_open_clip(&name, shape);
                    tensor.origin.insert_str(0, prefix);
                    tensor
                }));
            }
        }
    }
    planned
}

/// The name of CLIP L's `position_ids`, if CLIP L is in the file.
pub fn position_ids_name(dimensions: &Dimensions, options: &Options) -> Option<String> {
    let (prefix, _) = dimensions.clips.iter().find(|(_, clip)| clip.kind == ClipKind::L)?;
    let prefix = if bare(options) { "text_model." } else { prefix };
    wants(options, Piece::ClipL).then(|| format!("{prefix}embeddings.position_ids"))
}

fn piece(clip: &ClipConfig) -> Piece {
    if clip.kind == ClipKind::L { Piece::ClipL } else { Piece::OpenClip }
}

fn wants(options: &Options, piece: Piece) -> bool {
    options.pieces.is_empty() || options.pieces.contains(&piece)
}

fn bare(options: &Options) -> bool {
    options.pieces.len() == 1 && !options.full_names
}

/// OpenCLIP's own names and shapes.
fn open_clip(clip: &ClipConfig) -> layout::Layout {
    let width = clip.width;
    let mut tensors = vec![
        ("positional_embedding".to_owned(), vec![layout::CONTEXT_LENGTH, width]),
        ("text_projection".to_owned(), vec![width, width]),
        ("logit_scale".to_owned(), vec![]),
        ("token_embedding.weight".to_owned(), vec![layout::VOCABULARY, width]),
        ("ln_final.weight".to_owned(), vec![width]),
        ("ln_final.bias".to_owned(), vec![width]),
    ];
    for index in 0..clip.layers {
        let block = [
            ("ln_1.weight", vec![width]),
            ("ln_1.bias", vec![width]),
            ("attn.in_proj_weight", vec![3 * width, width]),
            ("attn.in_proj_bias", vec![3 * width]),
            ("attn.out_proj.weight", vec![width, width]),
            ("attn.out_proj.bias", vec![width]),
            ("ln_2.weight", vec![width]),
            ("ln_2.bias", vec![width]),
            ("mlp.c_fc.weight", vec![4 * width, width]),
            ("mlp.c_fc.bias", vec![4 * width]),
            ("mlp.c_proj.weight", vec![width, 4 * width]),
            ("mlp.c_proj.bias", vec![width]),
        ];
        let name = |name: &str| format!("transformer.resblocks.{index}.{name}");
        tensors.extend(block.into_iter().map(|(end, shape)| (name(end), shape)));
    }
    tensors
}

/// The tensor `name` of the transformers layout, taken from OpenCLIP's tensors.
fn from_open_clip(name: &str, shape: Vec<usize>) -> Planned {
    let stored = if name == "text_projection.weight" {
        name.to_owned()
    } else {
        format!("text_model.{name}")
    };
    let third = ["q_proj", "k_proj", "v_proj"].iter().position(|matrix| name.contains(matrix));
    let (origin, take) = match (third, shape.first()) {
        (Some(index), Some(&count)) => {
            let (block, end) = name.split_once("self_attn.").unwrap_or((name, ""));
            let kind = end.rsplit('.').next().unwrap_or(end);
            let take = Take::Rows { start: index * count, count };
            (format!("{block}attn.in_proj_{kind}"), take)
        }
        _ if name == "text_projection.weight" => ("text_projection".to_owned(), Take::Transposed),
        _ => (name.to_owned(), Take::Whole),
    };
    let renames = [
        ("embeddings.token_embedding", "token_embedding"),
        ("embeddings.position_embedding.weight", "positional_embedding"),
        ("final_layer_norm", "ln_final"),
        ("encoder.layers", "transformer.resblocks"),
        ("layer_norm", "ln_"),
        ("self_attn.out_proj", "attn.out_proj"),
        ("mlp.fc1", "mlp.c_fc"),
        ("mlp.fc2", "mlp.c_proj"),
    ];
    let origin = renames.iter().fold(origin, |name, (from, to)| name.replace(from, to));
    let mut whole = shape.clone();
    if let (Take::Rows { .. }, Some(rows)) = (take, whole.first_mut()) {
        *rows *= 3;
    }
    Planned { name: stored, taken_shape: shape, origin, shape: whole, take }
}

/// An LDM name of the VAE in diffusers' words. `last` is the deepest level.
fn diffusers(name: &str, last: usize) -> String {
    let renames = [
        ("mid.block_1", "mid_block.resnets.0"),
        ("mid.block_2", "mid_block.resnets.1"),
        ("mid.attn_1.norm", "mid_block.attentions.0.group_norm"),
        ("mid.attn_1.q", "mid_block.attentions.0.to_q"),
        ("mid.attn_1.k", "mid_block.attentions.0.to_k"),
        ("mid.attn_1.v", "mid_block.attentions.0.to_v"),
        ("mid.attn_1.proj_out", "mid_block.attentions.0.to_out.0"),
        ("nin_shortcut", "conv_shortcut"),
        ("norm_out", "conv_norm_out"),
        (".block.", ".resnets."),
        ("encoder.down.", "encoder.down_blocks."),
        ("downsample.", "downsamplers.0."),
        ("upsample.", "upsamplers.0."),
    ];
    let name = renames.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to));
    let Some((level, rest)) = name.strip_prefix("decoder.up.").and_then(|end| end.split_once('.'))
    else {
        return name;
    };
    match level.parse::<usize>() {
        Ok(level) => format!("decoder.up_blocks.{}.{rest}", last.saturating_sub(level)),
        Err(_) => name,
    }
}
