//! The processor's kernels against the plain bodies, at the shapes of the published models (fewer
//! pixels).

use super::*;
use crate::engine::backend::Cpu;

fn place() -> Place<Cpu> {
    Place { device: Default::default(), dtype: DType::F32 }
}

/// Values between -1 and 1 that look like noise, the same every time.
fn noise(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn tensor<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<Cpu, D> {
    let values = noise(shape.iter().product(), seed);
    place().tensor(values, shape)
}

fn same<const D: usize>(fast: Tensor<Cpu, D>, plain: Tensor<Cpu, D>, what: &str) {
    assert_eq!(fast.dims(), plain.dims(), "{what}");
    let values = |x: Tensor<Cpu, D>| x.into_data().into_vec::<f32>().unwrap();
    let (fast, plain) = (values(fast), values(plain));
    let square: f64 = plain.iter().map(|value| f64::from(*value).powi(2)).sum();
    let deviation = (square / plain.len() as f64).sqrt();
    for (a, b) in fast.iter().zip(&plain) {
        assert!(f64::from(a - b).abs() < 1e-5 * deviation.max(1.0), "{what}: {a} is not {b}");
    }
}

fn affine(channels: usize) -> Affine<Cpu> {
    Affine { weight: tensor([channels], 11) + 1.0, bias: tensor([channels], 12) }
}

#[test]
fn linear_layers() {
    for (rows, inputs, outputs, bias) in [
        (4096, 320, 320, true),
        (77, 768, 320, false),
        (64, 1280, 10_240, true),
        (1, 320, 1280, true),
    ] {
        let scale = 1.0 / (inputs as f32).sqrt();
        let weight: Vec<f32> = noise(inputs * outputs, 1).iter().map(|w| w * scale).collect();
        let bias = bias.then(|| noise(outputs, 2));
        let fast = Cpu::pack_linear(weight.clone(), bias.clone(), inputs, outputs, &place());
        let slow = plain::pack_linear::<Cpu>(weight, bias, inputs, outputs, &place().device);
        let x = tensor([2, rows, inputs], 3);
        for residual in [None, Some(tensor([2, rows, outputs], 4))] {
            same(
                Cpu::run_linear(x.clone(), &fast, residual.clone()),
                plain::linear(x.clone(), &slow, residual),
                &format!("{inputs} to {outputs}"),
            );
        }
    }
}

fn check_conv(
    geometry: Geometry,
    batch: usize,
    size: (usize, usize),
    crop: Option<(usize, usize)>,
) {
    let Geometry { inputs, outputs, kernel, .. } = geometry;
    let scale = 1.0 / ((inputs * kernel * kernel) as f32).sqrt();
    let weight: Vec<f32> =
        noise(outputs * inputs * kernel * kernel, 1).iter().map(|w| w * scale).collect();
    let bias = noise(outputs, 2);
    let fast = Cpu::pack_conv(weight.clone(), bias.clone(), geometry, &place());
    let slow = plain::pack_conv::<Cpu>(weight, bias, geometry, &place().device);
    let x = tensor([batch, size.0, size.1, inputs], 3);
    let (height, width) = geometry.output(geometry.seen(size, crop));
    let extras = || Extras {
        shift: Some(tensor([batch, outputs], 4)),
        residual: Some(tensor([batch, height, width, outputs], 5)),
        crop,
    };
    same(
        Cpu::run_conv(x.clone(), &fast, extras()),
        plain::conv(x, &slow, extras()),
        &format!("{geometry:?} on {size:?}"),
    );
}

#[test]
fn convolutions() {
    let conv = |inputs, outputs| Geometry {
        inputs,
        outputs,
        kernel: 3,
        stride: 1,
        padding: (1, 1),
        doubled: false,
    };
    check_conv(conv(4, 320), 2, (64, 64), None);
    check_conv(conv(320, 320), 2, (16, 64), None);
    check_conv(conv(960, 640), 1, (16, 16), None);
    check_conv(conv(320, 4), 2, (9, 13), None);
    check_conv(conv(2560, 1280), 1, (8, 8), None);
    check_conv(Geometry { stride: 2, ..conv(320, 320) }, 2, (16, 16), None);
    check_conv(Geometry { stride: 2, ..conv(320, 320) }, 1, (9, 7), None);
    // The autoencoder's encoder: padded below and to the right.
    check_conv(Geometry { stride: 2, padding: (0, 1), ..conv(128, 128) }, 1, (32, 64), None);
    let up = Geometry { doubled: true, ..conv(64, 96) };
    check_conv(up, 2, (8, 8), None);
    check_conv(up, 1, (8, 40), None);
    check_conv(up, 1, (5, 4), Some((9, 7)));
}

#[test]
fn norms() {
    for (channels, activation) in
        [(320, Activation::Silu), (1280, Activation::Identity), (128, Activation::Silu)]
    {
        let x = tensor([2, 16, 24, channels], 1) * 3.0 + 1.5;
        same(
            Cpu::norm_groups(x.clone(), &affine(channels), 1e-5, activation),
            plain::group_norm(x, &affine(channels), 1e-5, activation),
            "group norm",
        );
        let x = tensor([2, 77, channels], 2) * 2.0 - 0.5;
        same(
            Cpu::norm_rows(x.clone(), &affine(channels)),
            plain::layer_norm(x, &affine(channels)),
            "layer norm",
        );
    }
}

#[test]
fn attention() {
    // Head sizes 40, 80, 160 of SD 1.x, 64 of SD 2.x, SDXL and CLIP, 512 of the autoencoder.
    for (channels, heads) in [(320, 8), (640, 8), (1280, 8), (320, 5), (512, 1)] {
        for (queries, keys, causal) in
            [(200, 200, false), (200, 77, false), (77, 77, true), (1, 1, false), (40, 1100, false)]
        {
            let q = tensor([2, queries, channels], 1) * 3.0;
            let (k, v) = (tensor([2, keys, channels], 2), tensor([2, keys, channels], 3));
            same(
                Cpu::attend(q.clone(), k.clone(), v.clone(), heads, causal),
                plain::attention(q, k, v, heads, causal),
                &format!("{channels} channels, {heads} heads, {queries} by {keys}"),
            );
        }
    }
}

#[test]
fn the_rest() {
    let x = tensor([2, 50, 640], 1) * 5.0;
    same(Cpu::geglu(x.clone()), plain::geglu(x.clone()), "geglu");
    for activation in
        [Activation::Identity, Activation::Silu, Activation::Gelu, Activation::QuickGelu]
    {
        same(
            Cpu::activate(x.clone(), activation),
            plain::activate(x.clone(), activation),
            &format!("{activation:?}"),
        );
    }
    let (a, b) = (tensor([2, 5, 7, 320], 1), tensor([2, 5, 7, 640], 2));
    same(Cpu::concat(a.clone(), b.clone()), plain::concat(a, b), "concat");
}
