//! Group norm and layer norm, channels last.

use super::{GRAIN, simd};
use crate::engine::kernels::Activation;
use rayon::prelude::*;

/// Group norm (Wu and He 2018) over `[batch, positions, channels]`, then the activation.
///
/// Mean and variance are summed per channel in f32 over short runs and in f64 beyond, first the
/// mean and then the squares around it: nothing cancels, whatever the size of the picture.
pub fn group_norm(
    x: &[f32],
    batch: usize,
    (weight, bias): (&[f32], &[f32]),
    groups: usize,
    epsilon: f64,
    activation: Activation,
) -> Vec<f32> {
    let channels = weight.len();
    let mut out = vec![0.0; x.len()];
    let sample = x.len() / batch;
    for (x, out) in x.chunks_exact(sample).zip(out.chunks_exact_mut(sample)) {
        let (scale, shift) = affine(x, (weight, bias), groups, epsilon);
        let run = channels * (GRAIN / channels).max(1);
        out.par_chunks_mut(run).zip(x.par_chunks(run)).for_each(|(out, x)| {
            simd(
                #[inline(always)]
                || {
                    for (out, x) in out.chunks_exact_mut(channels).zip(x.chunks_exact(channels)) {
                        for i in 0..channels {
                            out[i] = x[i].mul_add(scale[i], shift[i]);
                        }
                        activation.apply(out);
                    }
                },
            );
        });
    }
    out
}

/// Per channel, the factor and the summand that normalise one sample.
fn affine(
    x: &[f32],
    (weight, bias): (&[f32], &[f32]),
    groups: usize,
    epsilon: f64,
) -> (Vec<f32>, Vec<f32>) {
    let channels = weight.len();
    let size = channels / groups;
    let count = (x.len() / channels * size) as f64;
    let group_mean = |sums: Vec<f64>| -> Vec<f64> {
        sums.chunks_exact(size).map(|group| group.iter().sum::<f64>() / count).collect()
    };
    let mean = group_mean(channel_sums(x, channels, &vec![0.0; channels], false));
    let spread: Vec<f32> = (0..channels).map(|c| mean[c / size] as f32).collect();
    // Around the f32 value of the mean, the squares need the rest of it taken off again.
    let variance = group_mean(channel_sums(x, channels, &spread, true));
    let mut scale = vec![0.0; channels];
    let mut shift = vec![0.0; channels];
    for c in 0..channels {
        let rest = mean[c / size] - f64::from(spread[c]);
        let deviation = (variance[c / size] - rest * rest + epsilon).sqrt();
        scale[c] = (f64::from(weight[c]) / deviation) as f32;
        shift[c] = (f64::from(bias[c]) - mean[c / size] * f64::from(weight[c]) / deviation) as f32;
    }
    (scale, shift)
}

/// Per channel, the sum over all positions of `x`, or of `(x - center)^2`.
fn channel_sums(x: &[f32], channels: usize, center: &[f32], squares: bool) -> Vec<f64> {
    // Positions summed in f32 before the partial sums go to f64.
    const RUN: usize = 32;
    let task = channels * RUN * (GRAIN / (channels * RUN)).max(1);
    let partials: Vec<Vec<f64>> = x
        .par_chunks(task)
        .map(|task| {
            let mut total = vec![0.0_f64; channels];
            let mut partial = vec![0.0_f32; channels];
            for run in task.chunks(channels * RUN) {
                partial.fill(0.0);
                simd(
                    #[inline(always)]
                    || add_run(&mut partial, run, center, squares),
                );
                for (total, partial) in total.iter_mut().zip(&partial) {
                    *total += f64::from(*partial);
                }
            }
            total
        })
        .collect();
    // Added up in order, not as the threads finish: the same input gives the same bits.
    let mut sums = vec![0.0; channels];
    for partial in partials {
        sums.iter_mut().zip(&partial).for_each(|(sum, partial)| *sum += partial);
    }
    sums
}

#[inline(always)]
fn add_run(partial: &mut [f32], run: &[f32], center: &[f32], squares: bool) {
    for row in run.chunks_exact(partial.len()) {
        if squares {
            for ((partial, x), center) in partial.iter_mut().zip(row).zip(center) {
                let d = x - center;
                *partial = d.mul_add(d, *partial);
            }
        } else {
            super::matrix::add(partial, row);
        }
    }
}

/// Layer norm (Ba et al. 2016) of every row.
pub fn layer_norm(x: &[f32], (weight, bias): (&[f32], &[f32]), epsilon: f32) -> Vec<f32> {
    let width = weight.len();
    let mut out = vec![0.0; x.len()];
    let run = width * (GRAIN / width).max(1);
    out.par_chunks_mut(run).zip(x.par_chunks(run)).for_each(|(out, x)| {
        simd(
            #[inline(always)]
            || {
                for (out, x) in out.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
                    normalise_row(out, x, (weight, bias), epsilon);
                }
            },
        );
    });
    out
}

#[inline(always)]
fn normalise_row(out: &mut [f32], x: &[f32], (weight, bias): (&[f32], &[f32]), epsilon: f32) {
    let width = x.len() as f32;
    let mean = lanes_sum(x, |v| v) / width;
    let variance = lanes_sum(x, |v| (v - mean) * (v - mean)) / width;
    let factor = 1.0 / (variance + epsilon).sqrt();
    for i in 0..x.len() {
        out[i] = ((x[i] - mean) * factor).mul_add(weight[i], bias[i]);
    }
}

/// The sum of `f(x)`, in sixteen partial sums that fill a vector register.
#[inline(always)]
pub fn lanes_sum(x: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0_f32; 16];
    let chunks = x.chunks_exact(16);
    let rest: f32 = chunks.remainder().iter().map(|v| f(*v)).sum();
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += f(*v);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_norm_of_a_far_mean_keeps_its_digits() {
        // Two groups of two channels, values around 1000 with deviation 1.
        let (positions, channels) = (5000, 4);
        let x: Vec<f32> = (0..positions * channels)
            .map(|i| 1000.0 + if (i / channels) % 2 == 0 { 1.0 } else { -1.0 })
            .collect();
        let weight = [1.0, 2.0, 1.0, 1.0];
        let bias = [0.0, 0.0, 5.0, 0.0];
        let y = group_norm(&x, 1, (&weight, &bias), 2, 0.0, Activation::Identity);
        for (i, y) in y.iter().enumerate() {
            let sign = if (i / channels) % 2 == 0 { 1.0 } else { -1.0 };
            let want = sign * weight[i % channels] + bias[i % channels];
            assert!((y - want).abs() < 2e-4, "{y} is not {want}");
        }
    }

    #[test]
    fn samples_are_normalised_apart() {
        let x = [1.0, 3.0, 100.0, 300.0];
        let y = group_norm(&x, 2, (&[1.0], &[0.0]), 1, 0.0, Activation::Identity);
        assert!(y.iter().zip([-1.0, 1.0, -1.0, 1.0]).all(|(y, w)| (y - w).abs() < 1e-5));
    }

    #[test]
    fn layer_norm_of_ragged_rows() {
        let width = 19;
        let x: Vec<f32> = (0..2 * width).map(|i| (i * i) as f32).collect();
        let y = layer_norm(&x, (&vec![1.0; width], &vec![0.0; width]), 1e-5);
        for row in y.chunks_exact(width) {
            let mean: f32 = row.iter().sum::<f32>() / width as f32;
            let variance: f32 = row.iter().map(|v| v * v).sum::<f32>() / width as f32;
            assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
        }
    }
}
