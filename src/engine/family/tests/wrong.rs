//! Files chosen for what they are not.

use super::edited::{Edited, pieces, whole};
use super::*;
use crate::engine::device::Stage;
use crate::engine::weights::Source;
use std::sync::Arc;

fn error_as_checkpoint(file: &Arc<dyn Source>) -> Error {
    resolve(file, None, &[]).err().unwrap()
}

#[test]
fn other_kinds_of_file_are_named() {
    for (kind, tensors) in [
        (FileKind::Lora, &["lora_unet_mid_block_attentions_0_proj_in.lora_down.weight"][..]),
        (FileKind::Lora, &["lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha"]),
        (FileKind::Lora, &["unet.down_blocks.1.attentions.0.proj_in.lora_A.weight"]),
        (FileKind::LanguageModel, &["model.layers.0.self_attn.q_proj.weight", "lm_head.weight"]),
        (FileKind::LanguageModel, &["encoder.block.0.layer.0.SelfAttention.q.weight"]),
        (FileKind::ControlNet, &["control_model.input_blocks.0.0.weight"]),
        (FileKind::ControlNet, &["input_hint_block.0.weight", "zero_convs.0.0.weight"]),
        (FileKind::ControlNet, &["controlnet_cond_embedding.conv_in.weight"]),
        (
            FileKind::OtherDiffusion,
            &["model.diffusion_model.joint_blocks.0.x_block.attn.proj.bias"],
        ),
        (FileKind::OtherDiffusion, &["double_blocks.0.img_attn.qkv.weight"]),
        (FileKind::OtherDiffusion, &["model.diffusion_model.cap_embedder.0.weight"]),
        (FileKind::Upscaler, &["model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight"]),
        (FileKind::Upscaler, &["conv_first.weight", "body.0.rdb1.conv1.weight"]),
        (FileKind::Embedding, &["emb_params"]),
        (FileKind::Embedding, &["clip_g", "clip_l"]),
        (FileKind::Unknown, &["fc.weight"]),
        (FileKind::Unknown, &[]),
    ] {
        let tensors: Vec<(&str, &[usize])> =
            tensors.iter().map(|&name| (name, &[8, 8][..])).collect();
        let file = Edited::new(&tensors).source();
        assert_eq!(facts(&file).kind, kind, "{tensors:?}");
        for (wanted, error) in [
            (Stage::Unet, error_as_checkpoint(&file)),
            (Stage::Vae, with_vae(&file)),
            (Stage::Clip, with_clip(&file)),
        ] {
            let expected = Error::WrongKind { file: "made-up".into(), wanted, found: kind };
            assert_eq!(error, expected, "{tensors:?}");
        }
    }
    let learned = Edited::new(&[("<mark>", &[2, 768])]).source();
    assert_eq!(facts(&learned).kind, FileKind::Embedding);
}

fn with_vae(file: &Arc<dyn Source>) -> Error {
    resolve(&whole(Recipe::Sd15, Scale::Tiny), Some(file), &[]).err().unwrap()
}

fn with_clip(file: &Arc<dyn Source>) -> Error {
    resolve(&whole(Recipe::Sd15, Scale::Tiny), None, &[Arc::clone(file)]).err().unwrap()
}

#[test]
fn parts_are_not_taken_for_each_other() {
    let vae = pieces(Recipe::Sd15, Scale::Tiny, &[Piece::Vae]);
    let clip = pieces(Recipe::Sd15, Scale::Tiny, &[Piece::ClipL]);
    let unet = pieces(Recipe::Sd15, Scale::Tiny, &[Piece::Unet]);
    for (error, wanted, found) in [
        (error_as_checkpoint(&vae), Stage::Unet, FileKind::Vae),
        (error_as_checkpoint(&clip), Stage::Unet, FileKind::Clip),
        (with_vae(&clip), Stage::Vae, FileKind::Clip),
        (with_vae(&unet), Stage::Vae, FileKind::Checkpoint),
        (with_clip(&vae), Stage::Clip, FileKind::Vae),
        (with_clip(&unet), Stage::Clip, FileKind::Checkpoint),
    ] {
        assert!(
            matches!(error, Error::WrongKind { wanted: w, found: f, .. } if (w, f) == (wanted, found)),
            "{error}"
        );
    }
}

#[test]
fn parts_of_other_models_do_not_fit() {
    for (recipe, clip, part) in [
        (Recipe::Sd15, (Recipe::Sd21V, Piece::OpenClip), "clip_h"),
        (Recipe::Sd15, (Recipe::Sdxl, Piece::OpenClip), "clip_g"),
        (Recipe::Sd21V, (Recipe::Sd15, Piece::ClipL), "clip_l"),
        (Recipe::Sdxl, (Recipe::Sd21V, Piece::OpenClip), "clip_h"),
        (Recipe::SdxlRefiner, (Recipe::Sdxl, Piece::ClipL), "clip_l"),
    ] {
        let clip = pieces(clip.0, Scale::Full, &[clip.1]);
        let error = resolve(&whole(recipe, Scale::Full), None, &[clip]).err().unwrap();
        assert!(matches!(&error, Error::PartMismatch { part: p, .. } if p == part), "{error}");
    }
    // The same encoder twice.
    let clip = pieces(Recipe::Sdxl, Scale::Full, &[Piece::ClipL]);
    let twice = [Arc::clone(&clip), clip];
    let error = resolve(&whole(Recipe::Sdxl, Scale::Full), None, &twice).err().unwrap();
    assert!(
        matches!(&error, Error::PartMismatch { expected, found, .. }
            if expected == "clip_g 1280" && found == "clip_l 768"),
        "{error}"
    );
}

#[test]
fn a_vae_with_another_latent_does_not_fit() {
    let vae = Edited::of(&pieces(Recipe::Sd15, Scale::Tiny, &[Piece::Vae]))
        .with("decoder.conv_in.weight", &[64, 16, 3, 3])
        .source();
    assert!(matches!(
        with_vae(&vae),
        Error::PartMismatch { found, .. } if found == "16 latent channels"
    ));
}

#[test]
fn other_architectures_are_told_by_their_evidence() {
    let stem = format!("{UNET}input_blocks.0.0.weight");
    let full = |recipe| Edited::of(&whole(recipe, Scale::Full));
    let without_half_the_way_up = |block: usize, from: usize| {
        let start = format!("{UNET}output_blocks.{block}.1.transformer_blocks.");
        full(Recipe::Sdxl).renamed(move |name| {
            let index =
                name.strip_prefix(&start).and_then(|end| end.split('.').next()?.parse().ok());
            (index.is_none_or(|index: usize| index < from)).then(|| name.to_owned())
        })
    };
    for (file, expected) in [
        (full(Recipe::Sd15).with(&stem, &[320, 8, 3, 3]), "[320, 8, 3, 3]"),
        (full(Recipe::Sd21Base).with(&stem, &[320, 5, 3, 3]), "[320, 5, 3, 3]"),
        (full(Recipe::Sdxl).without(&format!("{UNET}middle_block.1.")), "middle_block"),
        (without_half_the_way_up(1, 4), "output_blocks.1: 4"),
        (
            full(Recipe::Sdxl).without(&format!("{UNET}input_blocks.8.1.transformer_blocks.9.")),
            "input_blocks.8 differs",
        ),
        (
            full(Recipe::Sd21Base).with(&format!("{UNET}label_emb.weight"), &[1000, 1280]),
            "label_emb",
        ),
        (
            // unCLIP: SD 2.x with an image embedding.
            full(Recipe::Sd21V).with(&format!("{UNET}label_emb.0.0.weight"), &[1280, 2048]),
            "vector 2048",
        ),
        (full(Recipe::Sd15).with(&context(), &[1280, 640]), "context 640"),
        (
            Edited::new(&[("up_blocks.0.resnets.0.time_emb_proj.weight", &[1280, 1280])]),
            "up_blocks.0",
        ),
    ] {
        let error = error_as_checkpoint(&file.source());
        assert!(
            matches!(&error, Error::UnsupportedModel { evidence, .. } if evidence.contains(expected)),
            "{expected}: {error}"
        );
    }
}

fn context() -> String {
    format!("{UNET}middle_block.1.transformer_blocks.0.attn2.to_k.weight")
}
