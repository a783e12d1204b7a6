//! Model files of every kind through `generate`: families, overrides, containers, and files that
//! are damaged, dangerous or something else.

#![allow(clippy::unwrap_used, reason = "a test may end at any line")]

#[path = "support/models.rs"]
mod models;
#[path = "support/program.rs"]
mod program;

use aiimagegen::engine::{Dtype, Piece, Recipe, Scale, SeededOptions, write_seeded};
use models::{Parts, home_with_model, seeded};
use program::{assert_refused, document, run, stderr};
use serde_json::json;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The latent of one run.
fn latent(home: &TempDir, flags: &[&str]) -> Vec<u8> {
    let file = home.path().join("latent.safetensors").display().to_string();
    let words = ["generate", "a cat", "--seed", "5", "--json", "--latent", &file];
    let output = run(home, &[&words[..], flags].concat());
    assert_eq!(output.status.code(), Some(0), "{flags:?}: {}", stderr(&output));
    assert_eq!(document(&output)["pictures"][0]["latent"], *file);
    Parts::of(Path::new(&file)).data
}

fn finite(latent: &[u8]) -> bool {
    let mut values = latent.as_chunks::<4>().0.iter();
    values.all(|bytes| f32::from_le_bytes(*bytes).is_finite())
}

#[test]
fn inpainting_xl_and_version_2_models_make_pictures() {
    let home = home_with_model();
    for recipe in [Recipe::Sd15Inpaint, Recipe::Sd21V, Recipe::Sdxl, Recipe::SdxlRefiner] {
        let file = home.path().join(recipe.name());
        let file = seeded(recipe, &SeededOptions::default(), 0, &file);
        let latent = latent(&home, &["-c", &file]);
        assert_eq!(latent.len(), 4 * 8 * 8 * 4, "{}", recipe.name());
        assert!(finite(&latent), "{}", recipe.name());
    }
}

#[test]
fn separate_parts_are_used_by_file_and_by_name() {
    let home = home_with_model();
    let part = |piece, seed, place: &str| {
        let options = SeededOptions { pieces: vec![piece], ..Default::default() };
        seeded(Recipe::Sd15, &options, seed, &home.path().join(place))
    };
    let own_vae = part(Piece::Vae, 0, "own");
    let other_vae = part(Piece::Vae, 1, "models/vae/other");
    let other_clip = part(Piece::ClipL, 1, "models/clip/other");
    let picture = |flags: &[&str]| {
        let words = ["generate", "a cat", "--seed", "5", "--json"];
        let output = run(&home, &[&words[..], flags].concat());
        assert_eq!(output.status.code(), Some(0), "{flags:?}: {}", stderr(&output));
        let file = document(&output)["pictures"][0]["path"].as_str().unwrap().to_owned();
        let mut png = png::Decoder::new(std::io::BufReader::new(fs::File::open(file).unwrap()))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; png.output_buffer_size().unwrap()];
        png.next_frame(&mut pixels).unwrap();
        pixels
    };
    let plain = picture(&[]);
    assert_eq!(picture(&["--vae", &own_vae]), plain);
    let other = picture(&["--vae", &other_vae]);
    assert_ne!(other, plain);
    assert_eq!(picture(&["--vae", "other"]), other);
    assert_eq!(latent(&home, &["--vae", "other"]), latent(&home, &[]));
    let encoded = latent(&home, &["--clip", &other_clip]);
    assert_ne!(encoded, latent(&home, &[]));
    assert_eq!(latent(&home, &["--clip", "other"]), encoded);
    assert_refused(&run(&home, &["generate", "a", "--vae", "none"]), "none");
    assert_refused(&run(&home, &["generate", "a", "--vae", &other_clip]), &other_clip);
}

#[test]
fn a_ckpt_makes_the_picture_of_its_safetensors() {
    let home = home_with_model();
    // Not a tiny model: its number of attention heads is told in metadata, which a ckpt has not.
    let [mini, ckpt] = ["mini.safetensors", "mini.ckpt"].map(|name| home.path().join(name));
    let options = SeededOptions::default();
    write_seeded(Recipe::Sd15, Scale::Mini, Dtype::F32, 0, &options, &mini).unwrap();
    Parts::of(&mini).write_ckpt(&ckpt);
    let [mini, ckpt] = [mini, ckpt].map(|file| latent(&home, &["-c", file.to_str().unwrap()]));
    assert!(finite(&mini) && mini == ckpt);
}

#[test]
fn damaged_and_foreign_files_are_refused_with_file_and_reason() {
    let home = home_with_model();
    let tiny = home.path().join("models/checkpoints/tiny.safetensors");
    let bad = home.path().join("bad.safetensors");
    let file = bad.display().to_string();
    let name = "model.diffusion_model.out.2.weight";
    let refused = |change: &dyn Fn(&mut Parts), reason: &str| {
        let mut parts = Parts::of(&tiny);
        change(&mut parts);
        parts.write(&bad);
        let output = run(&home, &["generate", "a cat", "-c", &file]);
        assert_refused(&output, &file);
        assert_refused(&output, reason);
    };
    refused(
        &|parts| {
            let at = parts.range(name).start;
            parts.data[at..at + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        },
        &format!("the tensor {name} holds values that are not numbers"),
    );
    refused(
        &|parts| {
            let entry = parts.header.remove(name).unwrap();
            parts.header.insert("model.diffusion_model.lost".to_owned(), entry);
        },
        &format!("the tensor {name} is missing"),
    );
    refused(
        &|parts| parts.header[name]["shape"].as_array_mut().unwrap().reverse(),
        &format!("the tensor {name} has the shape"),
    );
    let foreign = |names: &[&str]| {
        let entry = |i: usize| json!({"dtype": "F32", "shape": [2, 2], "data_offsets": [16 * i, 16 * i + 16]});
        let header = names.iter().enumerate().map(|(i, name)| ((*name).to_owned(), entry(i)));
        Parts { header: header.collect(), data: vec![0; 16 * names.len()] }
    };
    let lora = ["lora_down.weight", "lora_up.weight", "alpha"]
        .map(|end| format!("lora_unet_down_blocks_0_attentions_0_proj_in.{end}"));
    refused(&|parts| *parts = foreign(&lora.each_ref().map(String::as_str)), "this is a LoRA");
    let llm = [
        "model.embed_tokens.weight",
        "model.layers.0.self_attn.q_proj.weight",
        "model.layers.0.mlp.gate_proj.weight",
        "lm_head.weight",
    ];
    refused(&|parts| *parts = foreign(&llm), "this is a language model");
}

#[test]
fn a_pickle_that_calls_the_system_is_refused_and_not_run() {
    let home = home_with_model();
    let mark = home.path().join("ran");
    let file = home.path().join("evil.ckpt");
    let command = format!("touch {}", mark.display());
    let length = u32::try_from(command.len()).unwrap().to_le_bytes();
    let pickle = [b"\x80\x02cos\nsystem\nX", &length[..], command.as_bytes(), b"\x85R."].concat();
    fs::write(&file, pickle).unwrap();
    let output = run(&home, &["generate", "a cat", "-c", file.to_str().unwrap()]);
    assert_refused(&output, &format!("{}: the file asks to run os.system", file.display()));
    assert!(!mark.exists());
}
