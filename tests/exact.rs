//! The engine's results against recorded runs of diffusers and transformers, stage by stage, for
//! every model family: token ids equal, text within 1e-5 of a deviation, UNet outputs 2e-5, final
//! latents 1e-4, pictures 1/255.

use aiimagegen::engine::{Device, Precision, Recipe, Scale, Trial, selftest_model};
use std::ops::ControlFlow;

fn is_exact(recipe: Recipe) {
    let (device, precision) = (Device::Cpu, Precision::F32);
    let trial = Trial { recipe, scale: Scale::Tiny, device, precision };
    let rows = selftest_model(trial, &mut |_| ControlFlow::Continue(()))
        .unwrap_or_else(|error| panic!("{error}"));
    let stages: Vec<&str> = rows.iter().map(|row| row.stage.as_str()).collect();
    assert_eq!(stages, ["tokens", "noise", "text", "input", "unet", "latent", "picture"]);
    for row in rows {
        println!("{}: {} off by {:.1e}", row.family, row.stage, row.max_diff);
        assert!(row.ok, "{row:?}");
    }
}

#[test]
fn sd1() {
    is_exact(Recipe::Sd15);
}

#[test]
fn sd1_inpainting_checkpoint() {
    is_exact(Recipe::Sd15Inpaint);
}

#[test]
fn sd2_base() {
    is_exact(Recipe::Sd21Base);
}

#[test]
fn sd2_velocity() {
    is_exact(Recipe::Sd21V);
}

#[test]
fn sdxl() {
    is_exact(Recipe::Sdxl);
}

#[test]
fn sdxl_refiner() {
    is_exact(Recipe::SdxlRefiner);
}
