//! The non-linear functions, written so that whole vectors of them are computed at once.

use super::{GRAIN, simd};
use crate::engine::kernels::Activation;
use rayon::prelude::*;

impl Activation {
    /// The function in place, on one thread.
    #[inline(always)]
    pub fn apply(self, values: &mut [f32]) {
        match self {
            Self::Identity => {}
            Self::Silu => values.iter_mut().for_each(|x| *x = silu(*x)),
            Self::Gelu => values.iter_mut().for_each(|x| *x = gelu(*x)),
            Self::QuickGelu => values.iter_mut().for_each(|x| *x /= 1.0 + exp(-1.702 * *x)),
        }
    }
}

/// `e^x` to 1e-7 relative; 0 below -87.3, and the largest power that f32 holds above 88.3.
///
/// Reduction to `2^n e^r` with `|r| <= ln(2)/2`, then a polynomial of degree 6 (Taylor with the
/// last coefficients refitted is not needed: the error of degree 7's first term is below 1e-8).
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    const LOG2_E: f32 = std::f32::consts::LOG2_E;
    // ln 2 in two parts, so that x - n ln 2 keeps its low bits (Cody and Waite).
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let clamped = x.clamp(-87.3, 88.3);
    let n = clamped.mul_add(LOG2_E, ROUND) - ROUND;
    let r = n.mul_add(-LN2_LOW, n.mul_add(-LN2_HIGH, clamped));
    let mut p = 1.388_888_9e-3_f32;
    p = p.mul_add(r, 8.333_334e-3);
    p = p.mul_add(r, 4.166_666_8e-2);
    p = p.mul_add(r, 1.666_666_7e-1);
    p = p.mul_add(r, 0.5);
    p = p.mul_add(r, 1.0);
    p = p.mul_add(r, 1.0);
    let power = f32::from_bits((((n as i32) + 127) << 23) as u32);
    let value = p * power;
    // NaN must stay NaN: the watch over the results depends on it.
    if x.is_nan() {
        x
    } else if x < -87.3 {
        0.0
    } else {
        value
    }
}

/// `x sigmoid(x)`.
#[inline(always)]
fn silu(x: f32) -> f32 {
    x / (1.0 + exp(-x))
}

/// `x Phi(x)` with the normal distribution's tail from Abramowitz and Stegun 7.1.26
/// (absolute error 1.5e-7), so that large negative `x` lose no digits to cancellation.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / 0.327_591_1_f32.mul_add(z, 1.0);
    let mut p = 1.061_405_4_f32;
    p = p.mul_add(t, -1.453_152);
    p = p.mul_add(t, 1.421_413_7);
    p = p.mul_add(t, -0.284_496_74);
    p = p.mul_add(t, 0.254_829_6);
    let tail = 0.5 * p * t * exp(-z * z);
    if x < 0.0 { x * tail } else { x * (1.0 - tail) }
}

/// An activation in place, on all cores.
pub fn activate(values: &mut [f32], activation: Activation) {
    values.par_chunks_mut(GRAIN).for_each(|chunk| {
        simd(
            #[inline(always)]
            || activation.apply(chunk),
        );
    });
}

/// Gated GELU (Shazeer 2020): of each row `[value | gate]`, `value * gelu(gate)`.
pub fn geglu(x: &[f32], width: usize) -> Vec<f32> {
    let mut out = vec![0.0; x.len() / 2];
    let rows = (GRAIN / width).max(1);
    out.par_chunks_mut(rows * width).zip(x.par_chunks(rows * 2 * width)).for_each(|(out, x)| {
        simd(
            #[inline(always)]
            || {
                for (out, x) in out.chunks_exact_mut(width).zip(x.chunks_exact(2 * width)) {
                    let (value, gate) = x.split_at(width);
                    for ((out, value), gate) in out.iter_mut().zip(value).zip(gate) {
                        *out = value * gelu(*gate);
                    }
                }
            },
        );
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(
        f: impl Fn(f32) -> f32,
        truth: impl Fn(f64) -> f64,
        scale: impl Fn(f64) -> f64,
    ) -> f64 {
        (-20_000..=20_000)
            .map(|i| i as f32 * 1e-3)
            .map(|x| (f64::from(f(x)) - truth(f64::from(x))).abs() / scale(truth(f64::from(x))))
            .fold(0.0, f64::max)
    }

    /// erfc by its continued fraction and series, in f64: slow, and independent of the kernel.
    fn erfc(z: f64) -> f64 {
        if z < 2.0 {
            let (mut term, mut sum) = (z, z);
            for n in 1..200 {
                term *= -z * z / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            1.0 - 2.0 / std::f64::consts::PI.sqrt() * sum
        } else {
            let mut f = z;
            for k in (1..200).rev() {
                f = z + f64::from(k) / 2.0 / f;
            }
            (-z * z).exp() / std::f64::consts::PI.sqrt() / f
        }
    }

    #[test]
    fn exp_is_exact_to_f32() {
        assert!(worst(exp, f64::exp, |y| y) < 3e-7);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-1000.0), 0.0);
        assert!(exp(1000.0).is_finite() && exp(1000.0) > 1e38);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn gelu_is_the_exact_one() {
        let truth = |x: f64| x * 0.5 * erfc(-x / std::f64::consts::SQRT_2);
        let mut signed = 0.0_f64;
        for i in -6000..=6000 {
            let x = f64::from(i) * 1e-3;
            let want =
                if x < 0.0 { x * 0.5 * erfc(-x / std::f64::consts::SQRT_2) } else { truth(x) };
            signed = signed.max((f64::from(gelu(x as f32)) - want).abs());
        }
        assert!(signed < 1e-6, "{signed}");
    }

    #[test]
    fn silu_and_quick_gelu() {
        assert!(worst(silu, |x| x / (1.0 + (-x).exp()), |_| 1.0) < 2e-6);
        let mut one = [1.0_f32];
        Activation::QuickGelu.apply(&mut one);
        assert!((one[0] - 0.845_795_8).abs() < 1e-6);
    }

    #[test]
    fn geglu_gates_the_first_half() {
        let out = geglu(&[2.0, 3.0, 0.0, 10.0], 2);
        assert_eq!(out[0], 0.0);
        assert!((out[1] - 30.0).abs() < 1e-5);
    }
}
