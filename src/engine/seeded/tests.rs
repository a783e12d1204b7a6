//! Whole files against the checksums of the reference kit's own.

use super::*;
use sha2::{Digest, Sha256};

fn checksum(recipe: Recipe, dtype: Dtype, seed: u64, options: &Options) -> String {
    let source = checkpoint(recipe, Scale::Tiny, dtype, seed, options);
    let mut file = Vec::new();
    write(&source, &mut file).unwrap();
    Sha256::digest(&file).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn all_in_one_files_are_the_kits_bit_for_bit() {
    for (recipe, expected) in [
        (Recipe::Sd15, "1c28f97c572d98e1cb6e14b0efcb86925be59ea305fef18511acd16e7d6d4ec9"),
        (Recipe::Sd15Inpaint, "cdabc9eb17f719d767683df6bfe2c69b037de06e88f3189d74680762a3aa3f25"),
        (Recipe::Sd21Base, "2c25a2bf6425be6ccf21c76b32690a5bd191109095e346130c2ce87098ea06f7"),
        (Recipe::Sd21V, "f5821d7eeb536ec9899e13240f3d399c5f50561554b97ee0a9c214bea6f25fdb"),
        (Recipe::Sdxl, "d2e903cc0f9121a41afdbd496a98e51f2ea5a57cef6700734a7b9091f42ccb5d"),
        (Recipe::SdxlRefiner, "03b1e509360ea73bc4ec23425898906e635bd63f97057e4ca18a2a2073468e59"),
    ] {
        assert_eq!(checksum(recipe, Dtype::F16, 0, &Options::default()), expected, "{recipe:?}");
    }
}

#[test]
fn other_forms_are_the_kits_bit_for_bit() {
    let default = Options::default;
    let pieces = |pieces: &[Piece]| Options { pieces: pieces.to_vec(), ..default() };
    let full_names = Options { full_names: true, ..pieces(&[Piece::Vae]) };
    let float_positions = Options { position_ids: Some(Dtype::F32), ..default() };
    let no_buffers = Options { buffers: false, ..default() };
    for (recipe, options, expected) in [
        (
            Recipe::Sd15,
            pieces(&[Piece::Vae]),
            "7f877354a050fefd56324b54a899289b9b57691f6cd085d50e046e2d41c4e0f8",
        ),
        (
            Recipe::Sd15,
            full_names,
            "b4e477c16b46374cfc44bcf9ccccebaee8be6337f3a6ec14177199b3a91106a5",
        ),
        (
            Recipe::Sd15,
            pieces(&[Piece::ClipL]),
            "3927afaf2be2ada81c1d47c228d03c97c680271826b8587f6d7d266699dc1590",
        ),
        (
            Recipe::Sd21Base,
            pieces(&[Piece::OpenClip]),
            "a89f49503ccc78e5ffaf13f2d3e62790286ef3475491c6dfcd21617316b7fd0e",
        ),
        (
            Recipe::Sd21Base,
            pieces(&[Piece::Unet]),
            "1687430d1ed5a881c7fe6dda6e8e91130e5ae76f27b28daf406912cdc85d4efa",
        ),
        (
            Recipe::Sdxl,
            pieces(&[Piece::ClipL]),
            "f7a8a8ae1d4e29212eab5771f5c18bd1fd6a904436705eef5e936873472e3d55",
        ),
        (
            Recipe::Sdxl,
            pieces(&[Piece::OpenClip]),
            "c5c1cb41e6f4441950fdf5d294261c133ff56fe2d0da547f5f3b7a5f15a63ab2",
        ),
        (
            Recipe::Sdxl,
            pieces(&[Piece::Vae, Piece::OpenClip]),
            "cda2d9984b046e2976cdb7f03419f9f286d6403390b9af42522905cee3feff95",
        ),
        (
            Recipe::Sd15,
            float_positions,
            "6345c8312aa45465d2efe8ebb98c003835ef8d23c181b69717f427cb07efe142",
        ),
        (
            Recipe::Sd15,
            no_buffers,
            "0fdfd5ab4cfdffdb8ca021e0b23b46cbda5e915d5b6ec8b40342c7c500ef3189",
        ),
    ] {
        assert_eq!(checksum(recipe, Dtype::F16, 0, &options), expected, "{recipe:?} {options:?}");
    }
}

#[test]
fn other_number_types_and_seeds_are_the_kits_bit_for_bit() {
    for (recipe, dtype, seed, expected) in [
        (
            Recipe::Sd15,
            Dtype::F32,
            0,
            "46f85608ca64c01671669963221fb55f032b2545c1f95057112230c9738e0983",
        ),
        (
            Recipe::Sd21Base,
            Dtype::BF16,
            5,
            "7d470d9e07eb55c44119f98132c910603461a32ed0df95be0530c97633dae82f",
        ),
    ] {
        assert_eq!(checksum(recipe, dtype, seed, &Options::default()), expected, "{recipe:?}");
    }
}

/// Names and shapes of the `AutoencoderKL` of diffusers 0.42 at the published size, as a checksum
/// of lines like `decoder.conv_in.bias 512`.
#[test]
fn the_vae_in_diffusers_words_has_diffusers_names_and_shapes() {
    let options = Options { pieces: vec![Piece::Vae], diffusers_vae: true, ..Options::default() };
    let source = checkpoint(Recipe::Sd15, Scale::Full, Dtype::F16, 0, &options);
    let mut lines = String::new();
    for (name, info) in source.tensors() {
        let shape: Vec<String> = info.shape.iter().map(usize::to_string).collect();
        lines += &format!("{name} {}\n", shape.join(","));
    }
    let sum: String = Sha256::digest(&lines).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(sum, "a3750584b623416871c0bf1adb0e67eb2ae5db49b3fe04453382b64fa88e3a6a");
}

#[test]
fn a_written_file_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let options = Options { pieces: vec![Piece::Vae, Piece::ClipL], ..Options::default() };
    let seeded = checkpoint(Recipe::Sd15, Scale::Tiny, Dtype::BF16, 3, &options);
    write(&seeded, &mut std::fs::File::create(&path).unwrap()).unwrap();
    let file = super::super::weights::open(&path).unwrap();
    assert_eq!(file.tensors(), seeded.tensors());
    assert_eq!(file.metadata(), seeded.metadata());
    for name in seeded.tensors().keys() {
        assert_eq!(file.read(name).unwrap(), seeded.read(name).unwrap(), "{name}");
    }
}
