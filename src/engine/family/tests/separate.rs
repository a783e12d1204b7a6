//! Parts from files of their own, and reading them.

use super::edited::{Edited, pieces, whole};
use super::*;
use crate::engine::seeded::{self, Options};
use crate::engine::weights::Source;
use std::path::Path;
use std::sync::Arc;

type File = Arc<dyn Source>;

/// The files of one part each that make up the model.
fn apart(recipe: Recipe, scale: Scale) -> (File, File, Vec<File>) {
    let file = |piece| pieces(recipe, scale, &[piece]);
    let clips = match recipe {
        Recipe::Sd15 | Recipe::Sd15Inpaint => vec![file(Piece::ClipL)],
        Recipe::Sdxl => vec![file(Piece::OpenClip), file(Piece::ClipL)],
        _ => vec![file(Piece::OpenClip)],
    };
    (file(Piece::Unet), file(Piece::Vae), clips)
}

#[test]
fn single_parts_make_up_every_model() {
    for recipe in Recipe::ALL {
        for scale in Scale::ALL {
            let (unet, vae, clips) = apart(recipe, scale);
            let bare = Edited::of(&unet).renamed(|name| name.strip_prefix(UNET).map(str::to_owned));
            for unet in [unet, bare.source()] {
                assert_is(&resolve(&unet, Some(&vae), &clips).unwrap(), recipe, scale);
            }
        }
    }
}

#[test]
fn a_vae_in_diffusers_words_is_read_level_by_level() {
    let whole = resolve(&whole(Recipe::Sd15, Scale::Mini), None, &[]).unwrap();
    let options = Options { pieces: vec![Piece::Vae], diffusers_vae: true, ..Options::default() };
    let vae = seeded::checkpoint(Recipe::Sd15, Scale::Mini, Dtype::F16, 0, &options);
    let vae: Arc<dyn Source> = Arc::new(vae);
    assert!(vae.tensors().contains_key("decoder.up_blocks.3.resnets.0.conv_shortcut.weight"));
    let unet = pieces(Recipe::Sd15, Scale::Mini, &[Piece::Unet, Piece::ClipL]);
    let model = resolve(&unet, Some(&vae), &[]).unwrap();
    assert_is(&model, Recipe::Sd15, Scale::Mini);
    assert_same_values(&whole.vae.1, &model.vae.1);
}

#[test]
fn clip_g_in_transformers_words_is_the_one_in_openclips() {
    let whole = resolve(&whole(Recipe::Sdxl, Scale::Tiny), None, &[]).unwrap();
    let (unet, vae, clips) = apart(Recipe::Sdxl, Scale::Tiny);
    let model = resolve(&unet, Some(&vae), &clips).unwrap();
    for (whole, apart) in whole.clips.iter().zip(&model.clips) {
        assert_same_values(&whole.1, &apart.1);
    }
    assert_ne!(whole.clips[1].1.file(), Path::new(""));
    assert_eq!(whole.clips[1].1.bytes(), model.clips[1].1.bytes());
}

fn assert_same_values(one: &Part, other: &Part) {
    assert!(one.names().eq(other.names()));
    for name in one.names() {
        let shape = &one.info(name).unwrap().shape;
        assert_eq!(one.read(name, shape).unwrap(), other.read(name, shape).unwrap(), "{name}");
    }
}

#[test]
fn a_separate_part_goes_before_the_embedded_one() {
    let own = whole(Recipe::Sd15, Scale::Tiny);
    let other = seeded::checkpoint(Recipe::Sd15, Scale::Tiny, Dtype::F16, 7, &Options::default());
    let other: Arc<dyn Source> = Arc::new(other);
    let name = "post_quant_conv.bias";
    let read = |model: &Model| model.vae.1.read(name, &[4]).unwrap();
    let embedded = read(&resolve(&own, None, &[]).unwrap());
    // Out of a whole checkpoint, too.
    let replaced = resolve(&own, Some(&other), &[Arc::clone(&other)]).unwrap();
    assert_ne!(embedded, read(&replaced));
    let norm = "final_layer_norm.bias";
    let theirs = resolve(&other, None, &[]).unwrap().clips[0].1.read(norm, &[16]).unwrap();
    assert_eq!(replaced.clips[0].1.read(norm, &[16]).unwrap(), theirs);
}

#[test]
fn one_of_two_encoders_can_be_replaced() {
    let own = whole(Recipe::Sdxl, Scale::Mini);
    let clip_g = pieces(Recipe::Sdxl, Scale::Mini, &[Piece::OpenClip]);
    assert_is(&resolve(&own, None, &[clip_g]).unwrap(), Recipe::Sdxl, Scale::Mini);
}

#[test]
fn what_is_missing_is_said() {
    for (recipe, missing) in [
        (Recipe::Sd15, &["vae", "clip_l"][..]),
        (Recipe::Sd21V, &["vae", "clip_h"]),
        (Recipe::Sdxl, &["vae", "clip_l", "clip_g"]),
        (Recipe::SdxlRefiner, &["vae", "clip_g"]),
    ] {
        let unet = pieces(recipe, Scale::Full, &[Piece::Unet]);
        let error = resolve(&unet, None, &[]).err().unwrap();
        assert!(matches!(error, Error::MissingParts { parts, .. } if parts == missing));
    }
    let unet = pieces(Recipe::Sdxl, Scale::Tiny, &[Piece::Unet, Piece::Vae]);
    let clip = pieces(Recipe::Sdxl, Scale::Tiny, &[Piece::ClipL]);
    let error = resolve(&unet, None, &[clip]).err().unwrap();
    assert!(matches!(error, Error::MissingParts { parts, .. } if parts == ["clip_g"]));
}

#[test]
fn a_vae_without_encoder_will_do_unless_its_encoder_is_needed() {
    let decoder = |recipe| {
        let vae = pieces(recipe, Scale::Tiny, &[Piece::Vae]);
        Edited::of(&vae).without("encoder.").without("quant_conv.").source()
    };
    let base = whole(Recipe::Sd15, Scale::Tiny);
    let model = resolve(&base, Some(&decoder(Recipe::Sd15)), &[]).unwrap();
    assert!(!model.vae.1.contains("encoder.conv_in.weight"));
    let inpaint = whole(Recipe::Sd15Inpaint, Scale::Tiny);
    let error = resolve(&inpaint, Some(&decoder(Recipe::Sd15Inpaint)), &[]).err().unwrap();
    assert!(
        matches!(error, Error::MissingTensor { tensor, .. } if tensor == "encoder.conv_in.weight")
    );
}

#[test]
fn reading_checks_name_shape_and_values() {
    let name = "cond_stage_model.model.transformer.resblocks.1.attn.in_proj_bias";
    let file = Edited::of(&whole(Recipe::Sd21Base, Scale::Tiny)).damaged(name).source();
    let model = resolve(&file, None, &[]).unwrap();
    let clip = &model.clips[0].1;
    // Only the first third is damaged.
    assert!(clip.read("encoder.layers.1.self_attn.v_proj.bias", &[16]).is_ok());
    let error = clip.read("encoder.layers.1.self_attn.q_proj.bias", &[16]).unwrap_err();
    assert!(matches!(error, Error::WeightsNotFinite { tensor, .. } if tensor == name));
    let error = clip.read("encoder.layers.1.self_attn.k_proj.bias", &[4, 4]).unwrap_err();
    assert!(matches!(error, Error::WrongShape { .. }));
    let error = clip.read("encoder.layers.9.self_attn.k_proj.bias", &[16]).unwrap_err();
    let published = name.replace("resblocks.1", "resblocks.9");
    assert!(matches!(error, Error::MissingTensor { tensor, .. } if tensor == published));
    let proj = "middle_block.1.proj_in.weight";
    assert_eq!(
        model.unet.1.read(proj, &[64, 64]).unwrap(),
        model.unet.1.read(proj, &[64, 64, 1, 1]).unwrap()
    );
}
