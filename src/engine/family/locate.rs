//! Which parts a file holds, and how their tensors are named there.

use super::super::weights::{Source, TensorInfo};
use super::names::{Naming, Scheme};
use super::part::Found;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names a part has to show before it counts as there: enough that no single missing tensor hides
/// it, few enough for the smallest model.
const ENOUGH: usize = 6;

const UNET_PREFIXES: [&str; 3] = ["model.diffusion_model.", "diffusion_model.", ""];
const VAE_PREFIXES: [&str; 3] = ["first_stage_model.", "vae.", ""];

/// Beginnings of a UNet's names.
const UNET_STEMS: [&str; 6] =
    ["time_embed.", "label_emb.", "input_blocks.", "middle_block.", "output_blocks.", "out."];
/// Beginnings of an autoencoder's names.
const VAE_STEMS: [&str; 4] = ["encoder.", "decoder.", "quant_conv.", "post_quant_conv."];
/// Beginnings of a text encoder's names, in transformers' and OpenCLIP's words.
const CLIP_STEMS: [&str; 9] = [
    "embeddings.",
    "encoder.layers.",
    "final_layer_norm.",
    "text_projection",
    "token_embedding.",
    "positional_embedding",
    "transformer.resblocks.",
    "ln_final.",
    "logit_scale",
];

/// The UNet in `source`.
pub fn unet(source: &Arc<dyn Source>) -> Option<Found> {
    let tensors = source.tensors();
    let is_there = |prefix: &&&str| {
        many(tensors, &format!("{prefix}input_blocks."))
            && many(tensors, &format!("{prefix}output_blocks."))
    };
    let prefix = UNET_PREFIXES.iter().find(is_there)?;
    Some(found(source, prefix, Scheme::Canonical))
}

/// The autoencoder in `source`.
pub fn vae(source: &Arc<dyn Source>) -> Option<Found> {
    let tensors = source.tensors();
    VAE_PREFIXES.iter().find_map(|prefix| {
        if many(tensors, &format!("{prefix}decoder.up.")) {
            return Some(found(source, prefix, Scheme::Canonical));
        }
        if !many(tensors, &format!("{prefix}decoder.up_blocks.")) {
            return None;
        }
        let mut vae = found(source, prefix, Scheme::Canonical);
        let last = vae.count("decoder.up_blocks.").saturating_sub(1);
        vae.naming.scheme = Scheme::Diffusers { last };
        Some(vae)
    })
}

/// The text encoders in `source`, whatever their names begin with.
pub fn clips(source: &Arc<dyn Source>) -> Vec<Found> {
    const MARKS: [(&str, Scheme); 4] = [
        ("embeddings.token_embedding.weight", Scheme::Canonical),
        ("encoder.layers.0.mlp.fc1.weight", Scheme::Canonical),
        ("transformer.resblocks.0.attn.in_proj_weight", Scheme::OpenClip),
        ("transformer.resblocks.0.mlp.c_fc.weight", Scheme::OpenClip),
    ];
    let mut prefixes = BTreeSet::new();
    for name in source.tensors().keys() {
        for (mark, scheme) in MARKS {
            if let Some(prefix) = name.strip_suffix(mark)
                && (prefix.is_empty() || prefix.ends_with('.'))
                && !prefix.contains("vision_model.")
                && !prefix.contains("visual.")
            {
                prefixes.insert((prefix, scheme == Scheme::OpenClip));
            }
        }
    }
    let scheme = |open| if open { Scheme::OpenClip } else { Scheme::Canonical };
    prefixes.into_iter().map(|(prefix, open)| found(source, prefix, scheme(open))).collect()
}

/// Whether the stored tensor `name` belongs to the UNet `part`.
pub fn in_unet(part: &Found, name: &str) -> bool {
    belongs(part, name, &UNET_STEMS)
}

/// Whether the stored tensor `name` belongs to the autoencoder `part`.
pub fn in_vae(part: &Found, name: &str) -> bool {
    belongs(part, name, &VAE_STEMS) && !name.contains("encoder.layers.")
}

/// Whether the stored tensor `name` belongs to the text encoder `part`.
pub fn in_clip(part: &Found, name: &str) -> bool {
    let projection = part.naming.published("text_projection.weight");
    name == projection || belongs(part, name, &CLIP_STEMS)
}

fn belongs(part: &Found, name: &str, stems: &[&str]) -> bool {
    let end = name.strip_prefix(&part.naming.prefix);
    end.is_some_and(|end| stems.iter().any(|stem| end.starts_with(stem)))
}

fn found(source: &Arc<dyn Source>, prefix: &str, scheme: Scheme) -> Found {
    Found { source: Arc::clone(source), naming: Naming { prefix: prefix.to_owned(), scheme } }
}

fn many(tensors: &BTreeMap<String, TensorInfo>, start: &str) -> bool {
    let names = tensors.range(start.to_owned()..).map(|(name, _)| name);
    names.take_while(|name| name.starts_with(start)).nth(ENOUGH - 1).is_some()
}
