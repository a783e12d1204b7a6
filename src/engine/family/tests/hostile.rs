//! Damaged and lying headers: an error each, never a panic, never a wrong model.

use super::edited::{Edited, whole};
use super::*;
use crate::engine::weights::Source;
use std::sync::Arc;

fn is_needed(name: &str) -> bool {
    let unused = ["position_ids", "logit_scale", "text_model.embeddings.position_ids"];
    name.contains('.')
        && !name.starts_with("model_ema.")
        && !unused.iter().any(|end| name.ends_with(end))
}

/// Every `stride`-th tensor that the model needs.
fn needed(file: &Arc<dyn Source>, stride: usize) -> Vec<(String, Vec<usize>)> {
    let tensors = file.tensors().iter().filter(|(name, _)| is_needed(name)).step_by(stride);
    tensors.map(|(name, info)| (name.clone(), info.shape.clone())).collect()
}

#[test]
fn every_missing_tensor_is_missed() {
    for (recipe, stride) in [(Recipe::Sd15, 3), (Recipe::Sdxl, 5), (Recipe::SdxlRefiner, 11)] {
        let file = whole(recipe, Scale::Tiny);
        for (name, _) in needed(&file, stride) {
            let cut = Edited::of(&file).renamed(|other| (other != name).then(|| other.to_owned()));
            let error = resolve(&cut.source(), None, &[]).err();
            assert!(
                matches!(&error, Some(Error::MissingTensor { tensor, .. }) if *tensor == name),
                "{name}: {error:?}"
            );
        }
    }
}

#[test]
fn only_clip_g_needs_its_projection() {
    let without = |recipe| {
        let file = Edited::of(&whole(recipe, Scale::Tiny));
        let kept = |name: &str| (!name.ends_with("text_projection")).then(|| name.to_owned());
        resolve(&file.renamed(kept).source(), None, &[])
    };
    assert!(!without(Recipe::Sd21Base).unwrap().clips[0].0.projection);
    let error = without(Recipe::SdxlRefiner).err().unwrap();
    assert!(matches!(
        error,
        Error::MissingTensor { tensor, .. }
            if tensor == "conditioner.embedders.0.model.text_projection"
    ));
}

#[test]
fn every_wrong_shape_is_noticed() {
    for (recipe, stride) in [(Recipe::Sd15, 7), (Recipe::Sd21V, 11), (Recipe::Sdxl, 13)] {
        let file = whole(recipe, Scale::Tiny);
        for (name, shape) in needed(&file, stride) {
            for size in [0, 5, 1 << 20, usize::MAX] {
                let mut wrong = shape.clone();
                wrong[0] = size;
                assert_refused(&file, &name, &wrong);
            }
            assert_refused(&file, &name, &[]);
            assert_refused(&file, &name, &[&shape[..], &[1]].concat());
        }
    }
}

fn assert_refused(file: &Arc<dyn Source>, name: &str, shape: &[usize]) {
    let changed = Edited::of(file).with(name, shape).source();
    let error = resolve(&changed, None, &[]).err();
    assert!(
        matches!(
            &error,
            Some(
                Error::WrongShape { .. }
                    | Error::UnsupportedModel { .. }
                    | Error::PartMismatch { .. }
            )
        ),
        "{name} {shape:?}: {error:?}"
    );
    facts(&changed);
}

#[test]
fn absurd_counts_are_refused_quickly() {
    let file = whole(Recipe::Sd15, Scale::Tiny);
    let huge = usize::MAX;
    for name in [
        format!("{UNET}input_blocks.{huge}.0.op.weight"),
        format!("{UNET}output_blocks.{huge}.0.in_layers.2.weight"),
        format!("{UNET}input_blocks.1.1.transformer_blocks.{huge}.norm1.weight"),
        format!("{UNET}middle_block.1.transformer_blocks.{huge}.norm1.weight"),
        format!("first_stage_model.decoder.up.{huge}.block.0.conv1.weight"),
        format!("first_stage_model.decoder.up.0.block.{huge}.conv1.weight"),
        format!("cond_stage_model.transformer.text_model.encoder.layers.{huge}.mlp.fc1.bias"),
    ] {
        let error = resolve(&Edited::of(&file).with(&name, &[32]).source(), None, &[]).err();
        assert!(matches!(error, Some(Error::UnsupportedModel { .. })), "{name}: {error:?}");
    }
    let names: Vec<_> = (0..6).map(|n| format!("decoder.up_blocks.{}.x", huge - n)).collect();
    let vae: Vec<(&str, &[usize])> = names.iter().map(|name| (name.as_str(), &[8][..])).collect();
    let vae = [&vae[..], &[("decoder.conv_in.weight", &[32, 4, 3, 3])]].concat();
    let vae = [&vae[..], &[("decoder.conv_norm_out.weight", &[32])]].concat();
    let error = resolve(&file, Some(&Edited::new(&vae).source()), &[]).err();
    assert!(matches!(error, Some(Error::UnsupportedModel { .. })), "{error:?}");
}

#[test]
fn scaled_weights_are_not_taken_for_plain_ones() {
    let scale = format!("{UNET}middle_block.1.proj_in.scale_weight");
    let file = Edited::of(&whole(Recipe::Sdxl, Scale::Tiny)).with(&scale, &[]).source();
    let error = resolve(&file, None, &[]).err().unwrap();
    assert!(matches!(error, Error::UnsupportedModel { evidence, .. } if evidence == scale));
}

#[test]
fn head_counts_in_the_header_are_not_believed_blindly() {
    let file = whole(Recipe::Sd15, Scale::Tiny);
    let told = |text: &str| resolve(&Edited::of(&file).told(text).source(), None, &[]);
    for heads in ["0", "7", "4096", "18446744073709551615"] {
        let error = told(&format!(r#"{{"unet":{{"num_heads":{heads}}}}}"#)).err();
        assert!(matches!(error, Some(Error::UnsupportedModel { .. })), "{heads}: {error:?}");
        let clip = format!(r#"{{"clip":[{{"width":16,"layers":3,"heads":{heads}}}]}}"#);
        let error = told(&clip).err();
        assert!(matches!(error, Some(Error::UnsupportedModel { .. })), "{heads}: {error:?}");
    }
    for text in ["", "[]", "{", "null", r#"{"unet":3,"clip":{}}"#, r#"{"unet":{"num_heads":-8}}"#] {
        assert_eq!(told(text).unwrap().unet.0.heads, Heads::Count(8), "{text}");
    }
    let nested = "[".repeat(100_000);
    assert_eq!(told(&nested).unwrap().unet.0.heads, Heads::Count(8));
}

#[test]
fn fused_projections_must_divide_in_three() {
    let name = "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight";
    let file = Edited::of(&whole(Recipe::Sd21V, Scale::Tiny)).with(name, &[47, 16]).source();
    let error = resolve(&file, None, &[]).err().unwrap();
    assert_eq!(
        error,
        Error::WrongShape {
            file: file.file().to_owned(),
            tensor: name.to_owned(),
            expected: vec![48, 16],
            found: vec![47, 16],
        }
    );
}
