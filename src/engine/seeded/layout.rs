//! The tensors of a seeded file: their names in the published layouts, and which tensor of the
//! all-in-one file each one's values belong to.

use super::super::family::{ClipConfig, ClipKind, Take, layout, names};
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
        planned.extend(vae(dimensions, options));
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
                    let mut tensor = from_open_clip(name, shape);
                    tensor.origin.insert_str(0, prefix);
                    tensor
                }));
            }
        }
    }
    planned
}

/// The autoencoder's tensors.
fn vae(dimensions: &Dimensions, options: &Options) -> Vec<Planned> {
    let last = dimensions.vae.channel_mult.len() - 1;
    let prefix = if bare(options) { "" } else { "first_stage_model." };
    let tensors = layout::vae(&dimensions.vae).into_iter();
    let planned = tensors.map(|(name, shape)| {
        let origin = format!("first_stage_model.{name}");
        if !options.diffusers_vae {
            return Planned::whole(format!("{prefix}{name}"), origin, shape);
        }
        let stored = names::diffusers_vae(&name, last).swap_remove(0);
        let mut tensor = Planned::whole(format!("{prefix}{stored}"), origin, shape);
        if stored.contains(".attentions.") {
            // Matrices there, not 1x1 convolutions.
            tensor.taken_shape.truncate(2);
        }
        tensor
    });
    planned.collect()
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
fn from_open_clip(name: String, shape: Vec<usize>) -> Planned {
    if name == "text_projection.weight" {
        let origin = "text_projection".to_owned();
        let whole = shape.iter().rev().copied().collect();
        return Planned { name, taken_shape: shape, origin, shape: whole, take: Take::Transposed };
    }
    let (origin, third) = names::open_clip(&name);
    let name = format!("text_model.{name}");
    match (third, shape.first()) {
        (Some(index), Some(&count)) => {
            let take = Take::Rows { start: index * count, count };
            let whole = std::iter::once(3 * count).chain(shape.iter().skip(1).copied()).collect();
            Planned { name, taken_shape: shape, origin, shape: whole, take }
        }
        _ => Planned::whole(name, origin, shape),
    }
}
