//! What a file is, told by the names in it, so that a wrong choice can be named.

use super::super::device::Stage;
use super::super::error::{Error, FileKind};
use super::super::weights::{Source, TensorInfo};
use super::locate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Kinds that one piece of a name gives away, first match first.
const MARKS: [(FileKind, &[&str]); 5] = [
    (
        FileKind::Lora,
        &[
            "lora_unet_",
            "lora_te",
            "lora_transformer_",
            ".lora_down.",
            ".lora_up.",
            ".lora_A.",
            ".lora_B.",
            ".hada_w1_",
            ".lokr_w",
        ],
    ),
    (
        FileKind::ControlNet,
        &["control_model.", "input_hint_block.", "zero_convs.", "controlnet_", "t2i_adapter"],
    ),
    (
        FileKind::LanguageModel,
        &[
            "lm_head.",
            "embed_tokens.",
            "model.layers.0.",
            "language_model.",
            "transformer.h.0.",
            "transformer.wte.",
            "encoder.block.0.",
            "blk.0.attn",
        ],
    ),
    (
        FileKind::OtherDiffusion,
        &[
            "joint_blocks.",
            "double_blocks.",
            "single_transformer_blocks.",
            "transformer_blocks.",
            "cap_embedder.",
            "caption_projection.",
            "model.diffusion_model.",
            "diffusion_model.",
            "blocks.0.cross_attn.",
        ],
    ),
    (
        FileKind::Upscaler,
        &[
            "RRDB_trunk.",
            ".rdb1.conv1.",
            ".RDB1.conv1.",
            ".residual_group.",
            "conv_up1.",
            "upconv1.",
            "params_ema.",
            "body.0.weight",
        ],
    ),
];
/// Names of a textual inversion's vectors.
const EMBEDDING: [&str; 4] = ["emb_params", "clip_l", "clip_g", "string_to_param"];
/// A name of every UNet in diffusers' own layout, which is not read.
const DIFFUSERS_UNET: &str = "up_blocks.0.resnets.0.time_emb_proj.weight";

/// What `source` is.
pub fn file_kind(source: &Arc<dyn Source>) -> FileKind {
    let tensors = source.tensors();
    if locate::unet(source).is_some() || tensors.contains_key(DIFFUSERS_UNET) {
        return FileKind::Checkpoint;
    }
    let marked =
        |marks: &[&str]| tensors.keys().any(|name| marks.iter().any(|mark| name.contains(mark)));
    if let Some((kind, _)) = MARKS.iter().find(|(_, marks)| marked(marks)) {
        return *kind;
    }
    if locate::vae(source).is_some() {
        return FileKind::Vae;
    }
    if !locate::clips(source).is_empty() {
        return FileKind::Clip;
    }
    if is_embedding(tensors) {
        return FileKind::Embedding;
    }
    FileKind::Unknown
}

/// The error for a `source` without a UNet, chosen as checkpoint.
pub fn not_a_checkpoint(source: &Arc<dyn Source>) -> Error {
    let file = source.file().to_owned();
    match file_kind(source) {
        FileKind::Checkpoint => {
            Error::UnsupportedModel { file, evidence: DIFFUSERS_UNET.to_owned() }
        }
        found => Error::WrongKind { file, wanted: Stage::Unet, found },
    }
}

/// A textual inversion is a few rows of a token table and nothing else.
fn is_embedding(tensors: &BTreeMap<String, TensorInfo>) -> bool {
    let few = (1..=4).contains(&tensors.len());
    let rows = |info: &TensorInfo| matches!(info.shape[..], [1..=75, 768 | 1024 | 1280]);
    few && tensors
        .iter()
        .all(|(name, info)| rows(info) || EMBEDDING.iter().any(|mark| name.starts_with(mark)))
}
