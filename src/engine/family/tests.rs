//! Detection of every family at every scale, in every published layout.

mod edited;
mod hostile;
mod separate;
mod wrong;

use super::super::error::{Error, FileKind};
use super::super::seeded::{Piece, Recipe, Scale};
use super::super::weights::Dtype;
use super::*;
use edited::{Edited, pieces, whole};

const UNET: &str = "model.diffusion_model.";

fn family_of(recipe: Recipe) -> (Family, Prediction, bool) {
    match recipe {
        Recipe::Sd15 => (Family::Sd1, Prediction::Eps, false),
        Recipe::Sd15Inpaint => (Family::Sd1, Prediction::Eps, true),
        Recipe::Sd21Base => (Family::Sd2, Prediction::Eps, false),
        Recipe::Sd21V => (Family::Sd2, Prediction::V, false),
        Recipe::Sdxl => (Family::Sdxl, Prediction::Eps, false),
        Recipe::SdxlRefiner => (Family::SdxlRefiner, Prediction::Eps, false),
    }
}

fn assert_is(model: &Model, recipe: Recipe, scale: Scale) {
    let expected = recipe.dimensions(scale);
    let (family, prediction, inpaint) = family_of(recipe);
    assert_eq!((model.family, model.prediction), (family, prediction), "{recipe:?} {scale:?}");
    assert_eq!((model.inpaint, model.zero_terminal_snr), (inpaint, false));
    assert_eq!(model.unet.0, expected.unet, "{recipe:?} {scale:?}");
    assert_eq!(model.vae.0, expected.vae, "{recipe:?} {scale:?}");
    let clips: Vec<_> = model.clips.iter().map(|(config, _)| config.clone()).collect();
    let expected: Vec<_> = expected.clips.into_iter().map(|(_, config)| config).collect();
    assert_eq!(clips, expected, "{recipe:?} {scale:?}");
}

#[test]
fn every_family_is_told_at_every_scale() {
    for recipe in Recipe::ALL {
        for scale in Scale::ALL {
            assert_is(&resolve(&whole(recipe, scale), None, &[]).unwrap(), recipe, scale);
        }
    }
}

#[test]
fn scaling_factors_are_the_published_ones() {
    let factor = |recipe| resolve(&whole(recipe, Scale::Full), None, &[]).unwrap().scaling_factor;
    assert_eq!((factor(Recipe::Sd15), factor(Recipe::Sd21V)), (0.18215, 0.18215));
    assert_eq!((factor(Recipe::Sdxl), factor(Recipe::SdxlRefiner)), (0.13025, 0.13025));
}

/// Published bytes: two per value in f16 (UNet of SD 1.5: 859,520,964 values, VAE 83,653,863,
/// CLIP L 123,060,480).
#[test]
fn parts_have_the_published_sizes() {
    let model = resolve(&whole(Recipe::Sd15, Scale::Full), None, &[]).unwrap();
    assert_eq!(model.unet.1.bytes(), 2 * 859_520_964);
    assert_eq!(model.vae.1.bytes(), 2 * 83_653_863);
    assert_eq!(model.clips[0].1.bytes(), 2 * 123_060_480);
    let counts = [&model.unet.1, &model.vae.1, &model.clips[0].1].map(|part| part.names().count());
    assert_eq!(counts, [686, 248, 196]);
}

#[test]
fn names_seen_in_the_wild_are_understood() {
    let replaced = |name: &str, from: &str, to: &str| Some(name.replacen(from, to, 1));
    type Rename<'a> = &'a dyn Fn(&str) -> Option<String>;
    let old_sd1: Rename = &|name| replaced(name, "transformer.text_model.", "transformer.");
    let comfy_sd2: Rename =
        &|name| replaced(name, "cond_stage_model.model.", "conditioner.embedders.0.model.");
    let named_projection: Rename = &|name| {
        let end = if name.ends_with("text_projection") { ".weight" } else { "" };
        Some(format!("{name}{end}"))
    };
    let old_vae: Rename = &|name| {
        let words =
            [("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")];
        let is_vae = name.starts_with("first_stage_model.");
        let renamed = words.iter().fold(name.to_owned(), |name, (new, old)| name.replace(new, old));
        Some(if is_vae { renamed } else { name.to_owned() })
    };
    let no_positions: Rename = &|name| (!name.contains("position_ids")).then(|| name.to_owned());
    let ema: Rename = &|name| Some(name.replace("betas", "model_ema.diffusion_modelout0weight"));
    for (recipe, rename) in [
        (Recipe::Sd15, old_sd1),
        (Recipe::Sd21V, comfy_sd2),
        (Recipe::Sdxl, named_projection),
        (Recipe::Sd15, old_vae),
        (Recipe::Sdxl, no_positions),
        (Recipe::Sd15Inpaint, ema),
    ] {
        for scale in Scale::ALL {
            let file = Edited::of(&whole(recipe, scale)).renamed(rename).source();
            assert_is(&resolve(&file, None, &[]).unwrap(), recipe, scale);
        }
    }
}

/// The text encoder of SD 2.x in transformers' words often lacks its last, unused layer.
#[test]
fn clip_h_needs_no_last_layer() {
    let clip = pieces(Recipe::Sd21V, Scale::Full, &[Piece::OpenClip]);
    let clip = Edited::of(&clip).without("text_model.encoder.layers.23.").source();
    let unet = pieces(Recipe::Sd21V, Scale::Full, &[Piece::Unet, Piece::Vae]);
    let model = resolve(&unet, None, &[clip]).unwrap();
    assert_is(&model, Recipe::Sd21V, Scale::Full);
    assert!(!model.clips[0].1.contains("encoder.layers.23.layer_norm1.weight"));
}

#[test]
fn sdxl_marks_of_prediction_are_read() {
    let file = || Edited::of(&whole(Recipe::Sdxl, Scale::Tiny));
    let model = resolve(&file().with("v_pred", &[0]).source(), None, &[]).unwrap();
    assert_eq!((model.prediction, model.zero_terminal_snr), (Prediction::V, false));
    let file_v = file().with("v_pred", &[0]).with("ztsnr", &[0]).source();
    let model = resolve(&file_v, None, &[]).unwrap();
    assert_eq!((model.prediction, model.zero_terminal_snr), (Prediction::V, true));
    for key in ["edm_mean", "edm_vpred.sigma_max"] {
        let error = resolve(&file().with(key, &[1]).source(), None, &[]).err().unwrap();
        assert!(matches!(error, Error::UnsupportedModel { evidence, .. } if evidence == key));
    }
}

#[test]
fn facts_tell_whole_files() {
    for recipe in Recipe::ALL {
        for scale in Scale::ALL {
            let facts = facts(&whole(recipe, scale));
            let (family, prediction, inpaint) = family_of(recipe);
            assert_eq!(facts.kind, FileKind::Checkpoint);
            assert_eq!(facts.family.zip(facts.prediction), Some((family, prediction)));
            assert_eq!((facts.inpaint, &facts.missing[..]), (inpaint, &[][..]), "{recipe:?}");
            let names: Vec<_> = facts.parts.iter().map(|(name, _)| *name).collect();
            let expected: &[&str] = match family {
                Family::Sd1 => &["unet", "vae", "clip_l"],
                Family::Sd2 => &["unet", "vae", "clip_h"],
                Family::Sdxl => &["unet", "vae", "clip_l", "clip_g"],
                Family::SdxlRefiner => &["unet", "vae", "clip_g"],
            };
            assert_eq!(names, expected, "{recipe:?} {scale:?}");
            assert_eq!(facts.problem, None);
        }
    }
}

#[test]
fn facts_tell_parts() {
    let facts_of = |recipe, piece| facts(&pieces(recipe, Scale::Full, &[piece]));
    let unet = facts_of(Recipe::Sdxl, Piece::Unet);
    assert_eq!((unet.kind, unet.family), (FileKind::Checkpoint, Some(Family::Sdxl)));
    assert_eq!(unet.missing, ["vae", "clip_l", "clip_g"]);
    let expected =
        PartFacts { dtype: Dtype::F16, bytes: 2 * 2_567_463_684, tensors: 1680, channels: 4 };
    assert_eq!(unet.parts, [("unet", expected)]);
    let vae = facts_of(Recipe::Sd15, Piece::Vae);
    assert_eq!((vae.kind, vae.family, vae.missing.len()), (FileKind::Vae, None, 0));
    assert_eq!(vae.parts[0].0, "vae");
    for (recipe, piece, name) in [
        (Recipe::Sd15, Piece::ClipL, "clip_l"),
        (Recipe::Sd21Base, Piece::OpenClip, "clip_h"),
        (Recipe::Sdxl, Piece::OpenClip, "clip_g"),
    ] {
        let clip = facts_of(recipe, piece);
        assert_eq!((clip.kind, clip.parts[0].0), (FileKind::Clip, name));
    }
}

#[test]
fn facts_of_unknown_files_are_no_error() {
    let distilled = Edited::of(&whole(Recipe::Sdxl, Scale::Full))
        .without(&format!("{UNET}middle_block.1."))
        .source();
    let facts_of_it = facts(&distilled);
    assert_eq!((facts_of_it.kind, facts_of_it.family), (FileKind::Checkpoint, None));
    assert!(matches!(facts_of_it.problem, Some(Error::UnsupportedModel { .. })));
    let parts: Vec<_> = facts_of_it.parts.iter().map(|(name, _)| *name).collect();
    assert_eq!(parts, ["unet", "vae", "clip_l", "clip_g"]);
    let nothing = facts(&Edited::new(&[]).source());
    assert_eq!((nothing.kind, nothing.parts.len()), (FileKind::Unknown, 0));
}
