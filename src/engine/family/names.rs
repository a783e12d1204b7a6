//! The names that canonical tensors have in the published layouts.
//!
//! Text encoders come in transformers' and in OpenCLIP's words, autoencoders in LDM's and in
//! diffusers' words; each layout is one function from the canonical name to the stored one.

use super::super::weights::TensorInfo;
use super::view::View;
use std::collections::BTreeMap;

/// Words and order in which a part's tensors are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// The canonical names.
    Canonical,
    /// diffusers' names for an autoencoder whose deepest level is `last`.
    Diffusers {
        /// Index of the deepest level.
        last: usize,
    },
    /// OpenCLIP's names for a text encoder.
    OpenClip,
}

/// How one part's tensors are named in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    /// What all names begin with.
    pub prefix: String,
    /// The words after that.
    pub scheme: Scheme,
}

/// A stored tensor, and which part of it is the canonical one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Portion {
    Whole,
    Third(usize),
    Transposed,
}

impl Naming {
    /// The name under which the tensor `canonical` is published in this layout.
    pub fn published(&self, canonical: &str) -> String {
        self.candidates(canonical).swap_remove(0).0
    }

    /// The tensor `canonical` among `tensors`.
    pub fn find(&self, tensors: &BTreeMap<String, TensorInfo>, canonical: &str) -> Option<View> {
        self.candidates(canonical).into_iter().find_map(|(stored, portion)| {
            let info = tensors.get(&stored)?;
            Some(match portion {
                Portion::Whole => View::whole(&stored, info),
                Portion::Third(index) => View::third(&stored, info, index),
                Portion::Transposed => View::transposed(&stored, info),
            })
        })
    }

    /// Names under which `canonical` may be stored: the published one, then others seen.
    fn candidates(&self, canonical: &str) -> Vec<(String, Portion)> {
        let prefix = self.prefix.as_str();
        let whole = |prefix: &str, name: &str| (format!("{prefix}{name}"), Portion::Whole);
        match self.scheme {
            Scheme::Canonical => match prefix.strip_suffix("text_model.") {
                // Beside the text model, not in it.
                Some(parent) if canonical == "text_projection.weight" => {
                    vec![whole(parent, canonical), whole(prefix, canonical)]
                }
                _ => vec![whole(prefix, canonical)],
            },
            Scheme::Diffusers { last } => {
                let names = diffusers_vae(canonical, last);
                names.into_iter().map(|name| whole(prefix, &name)).collect()
            }
            Scheme::OpenClip if canonical == "text_projection.weight" => vec![
                (format!("{prefix}text_projection"), Portion::Transposed),
                whole(prefix, canonical),
            ],
            Scheme::OpenClip => {
                let (name, third) = open_clip(canonical);
                vec![(format!("{prefix}{name}"), third.map_or(Portion::Whole, Portion::Third))]
            }
        }
    }
}

/// OpenCLIP's name for a tensor of a text encoder, and which third of it is meant, if one is.
/// Works on the beginnings of names too.
pub fn open_clip(canonical: &str) -> (String, Option<usize>) {
    const RENAMES: [(&str, &str); 8] = [
        ("embeddings.token_embedding", "token_embedding"),
        ("embeddings.position_embedding.weight", "positional_embedding"),
        ("final_layer_norm", "ln_final"),
        ("encoder.layers", "transformer.resblocks"),
        ("layer_norm", "ln_"),
        ("self_attn.out_proj", "attn.out_proj"),
        ("mlp.fc1", "mlp.c_fc"),
        ("mlp.fc2", "mlp.c_proj"),
    ];
    const FUSED: [&str; 3] = ["self_attn.q_proj.", "self_attn.k_proj.", "self_attn.v_proj."];
    let name = RENAMES.iter().fold(canonical.to_owned(), |name, (from, to)| name.replace(from, to));
    for (index, matrix) in FUSED.iter().enumerate() {
        if name.contains(matrix) {
            return (name.replace(matrix, "attn.in_proj_"), Some(index));
        }
    }
    (name, None)
}

/// diffusers' names for a tensor of an autoencoder whose deepest level is `last`: today's, then
/// those of old files.
pub fn diffusers_vae(canonical: &str, last: usize) -> Vec<String> {
    const RENAMES: [(&str, &str); 8] = [
        ("mid.block_1", "mid_block.resnets.0"),
        ("mid.block_2", "mid_block.resnets.1"),
        ("nin_shortcut", "conv_shortcut"),
        ("norm_out", "conv_norm_out"),
        (".block.", ".resnets."),
        ("encoder.down.", "encoder.down_blocks."),
        ("downsample.", "downsamplers.0."),
        ("upsample.", "upsamplers.0."),
    ];
    const ATTENTION: [(&str, &str, &str); 5] = [
        ("norm", "group_norm", "group_norm"),
        ("q", "to_q", "query"),
        ("k", "to_k", "key"),
        ("v", "to_v", "value"),
        ("proj_out", "to_out.0", "proj_attn"),
    ];
    if let Some((coder, end)) = canonical.split_once(".mid.attn_1.")
        && let Some((matrix, kind)) = end.split_once('.')
        && let Some((_, new, old)) = ATTENTION.iter().find(|(ldm, ..)| *ldm == matrix)
    {
        let name = |word: &str| format!("{coder}.mid_block.attentions.0.{word}.{kind}");
        return vec![name(new), name(old)];
    }
    let name = RENAMES.iter().fold(canonical.to_owned(), |name, (from, to)| name.replace(from, to));
    let level = name.strip_prefix("decoder.up.").and_then(|end| end.split_once('.'));
    if let Some((level, end)) = level
        && let Ok(level) = level.parse::<usize>()
    {
        // Counted from the bottom here, from the top in LDM.
        return vec![format!("decoder.up_blocks.{}.{end}", last.saturating_sub(level))];
    }
    vec![name]
}
