//! The numbers of seeded models: a counter-based generator, the same on every machine.
//!
//! Each value follows from the seed, the tensor's name and the value's place alone (SplitMix64,
//! Steele et al. 2014, on a key from SHA-256), so one tensor is made without the others. Mean and
//! spread follow from the tensor's role: norms about 1, matrices 1/sqrt(inputs).

use super::super::weights::Dtype;
use half::{bf16, f16};
use sha2::{Digest, Sha256};

/// Mean and standard deviation of a tensor's values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub std: f64,
}

/// Layers that scale and shift, by the end of their names.
const NORMS: [&str; 14] = [
    "in_layers.0",
    "out_layers.0",
    ".norm",
    ".norm1",
    ".norm2",
    ".norm3",
    ".out.0",
    ".norm_out",
    ".layer_norm1",
    ".layer_norm2",
    ".final_layer_norm",
    ".ln_1",
    ".ln_2",
    ".ln_final",
];

/// Factors on the usual spread of weights, by the end of the layer's name.
const GAINS: [(&str, f64); 22] = [
    (".out_layers.3", 0.7),
    (".to_q", 1.3),
    (".to_k", 1.3),
    (".to_out.0", 0.7),
    (".ff.net.2", 0.7),
    (".proj_out", 0.7),
    (".out.2", 0.8),
    (".conv2", 0.7),
    (".attn_1.q", 1.3),
    (".attn_1.k", 1.3),
    (".decoder.conv_out", 0.6),
    (".post_quant_conv", 1.0),
    (".quant_conv", 3.0),
    (".q_proj", 1.3),
    (".k_proj", 1.3),
    (".out_proj", 0.7),
    (".mlp.fc2", 0.7),
    (".mlp.c_proj", 0.7),
    (".mlp.fc1", 1.0),
    (".mlp.c_fc", 1.0),
    (".to_v", 1.0),
    (".v_proj", 1.0),
];

/// The tensor by whose spread programs tell SD 2.x's two prediction types apart.
const V_MARK: &str = "output_blocks.11.1.transformer_blocks.0.norm1.bias";

impl Spread {
    /// The spread of the tensor `name` (as in an all-in-one file). `v_mark` says whether the model
    /// is of a family whose prediction type shows in one tensor, and which type it is.
    pub fn of(name: &str, shape: &[usize], v_mark: Option<bool>) -> Self {
        let around_zero = |std| Self { mean: 0.0, std };
        let fan_in = || (shape.iter().skip(1).product::<usize>() as f64).sqrt();
        if let Some(v) = v_mark
            && name.ends_with(V_MARK)
        {
            return around_zero(if v { 0.2 } else { 0.03 });
        }
        match name.rsplit('.').next().unwrap_or(name) {
            "logit_scale" => return Self { mean: 4.605_170_2, std: 0.0 },
            "positional_embedding" => return around_zero(0.3),
            "text_projection" => return around_zero(1.0 / fan_in()),
            "in_proj_weight" => return around_zero(1.2 / fan_in()),
            _ => {}
        }
        let (layer, is_weight) = match name.strip_suffix(".weight") {
            Some(layer) => (layer, true),
            None => (name.strip_suffix(".bias").unwrap_or(name), false),
        };
        let is_norm = NORMS.iter().any(|end| layer.ends_with(end));
        match (is_norm, is_weight) {
            (true, true) => Self { mean: 1.0, std: 0.15 },
            (true, false) => around_zero(0.1),
            (false, false) => around_zero(0.05),
            (false, true) if layer.ends_with("token_embedding") => around_zero(0.6),
            (false, true) if layer.ends_with("position_embedding") => around_zero(0.3),
            (false, true) => {
                let gain = GAINS.iter().find(|(end, _)| layer.ends_with(end));
                around_zero(gain.map_or(1.0, |(_, gain)| *gain) / fan_in())
            }
        }
    }
}

/// The first `count` values of the tensor `name`.
pub fn values(seed: u64, name: &str, count: usize, spread: Spread) -> Vec<f32> {
    let digest = Sha256::digest(format!("{seed}:{name}"));
    let key = digest.iter().take(8).rev().fold(0_u64, |key, &byte| key << 8 | u64::from(byte));
    let scale = (spread.std * 3.0_f64.sqrt() / 16_777_216.0) as f32;
    let mean = spread.mean as f32;
    let mut values: Vec<f32> = (1..=count as u64)
        .map(|index| {
            let odd = 2 * (split_mix(key, index) >> 40) as i32 + 1 - (1 << 24);
            odd as f32 * scale + mean
        })
        .collect();
    if name.ends_with(".quant_conv.bias") {
        // The encoder's log variance: as low as in trained models.
        values.iter_mut().skip(count / 2).for_each(|value| *value -= 6.0);
    }
    values
}

/// The `index`-th output of SplitMix64 started at `key`.
fn split_mix(key: u64, index: u64) -> u64 {
    let mut z = index.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(key);
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

/// The type that numbers asked for as `dtype` are stored in: single precision where there is
/// nothing better.
pub fn stored_type(dtype: Dtype) -> Dtype {
    match dtype {
        Dtype::F16 | Dtype::BF16 | Dtype::I64 | Dtype::I32 => dtype,
        _ => Dtype::F32,
    }
}

/// `values` as little-endian bytes of [`stored_type`], rounded to nearest even.
pub fn encode(values: &[f32], dtype: Dtype) -> Vec<u8> {
    fn bytes<const N: usize>(values: &[f32], convert: impl Fn(f32) -> [u8; N]) -> Vec<u8> {
        values.iter().map(|&value| convert(value)).collect::<Vec<_>>().into_flattened()
    }
    match dtype {
        Dtype::F16 => bytes(values, |value| f16::from_f32(value).to_le_bytes()),
        Dtype::BF16 => bytes(values, |value| bf16::from_f32(value).to_le_bytes()),
        Dtype::I64 => bytes(values, |value| (value as i64).to_le_bytes()),
        Dtype::I32 => bytes(values, |value| (value as i32).to_le_bytes()),
        _ => bytes(values, f32::to_le_bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference kit's known answer.
    #[test]
    fn the_first_convolution_of_sd15_has_its_published_values() {
        let name = "model.diffusion_model.input_blocks.0.0.weight";
        let shape = [320, 4, 3, 3];
        let spread = Spread::of(name, &shape, None);
        assert_eq!(spread, Spread { mean: 0.0, std: 1.0 / 6.0 });
        let values = values(0, name, shape.iter().product(), spread);
        // Given to eight digits.
        let known = [(0, 0.263_942_45), (1, 0.123_813_26), (2, -0.002_241_388_9)];
        for (index, expected) in known.into_iter().chain([(11_519, 0.177_020_37)]) {
            assert!((f64::from(values[index]) - expected).abs() < 5e-9, "{index}");
        }
        assert_eq!(values.len(), 11_520);
    }

    #[test]
    fn roles_are_told_by_name() {
        let std = |name: &str, shape: &[usize]| Spread::of(name, shape, Some(true)).std;
        assert_eq!(std(&format!("x.{V_MARK}"), &[320]), 0.2);
        assert_eq!(std("x.out.0.bias", &[320]), 0.1);
        assert_eq!(std("x.to_out.0.bias", &[320]), 0.05);
        assert_eq!(std("first_stage_model.post_quant_conv.weight", &[4, 4, 1, 1]), 0.5);
        assert_eq!(std("first_stage_model.quant_conv.weight", &[4, 4, 1, 1]), 1.5);
        assert_eq!(std("c.transformer.resblocks.3.mlp.c_proj.weight", &[4, 16]), 0.7 / 4.0);
    }

    #[test]
    fn numbers_are_stored_in_every_type() {
        assert_eq!(encode(&[1.0], Dtype::BF16), [0x80, 0x3F]);
        assert_eq!(encode(&[2.0], Dtype::I64), [2, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode(&[-3.0], Dtype::I32), (-3_i32).to_le_bytes());
        assert_eq!(encode(&[1.5], stored_type(Dtype::U8)), 1.5_f32.to_le_bytes());
        // Halfway between two half floats: to the even one.
        assert_eq!(encode(&[2049.0], Dtype::F16), f16::from_f32(2048.0).to_le_bytes());
    }
}
