//! Euler's method along the slope, and its ancestral form that goes lower and adds fresh noise.

use super::{Sampling, advance, slope};
use crate::engine::error::Error;

/// One straight step along the slope (Karras et al. 2022, algorithm 1 without the correction).
pub fn euler(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    for step in sampling.steps() {
        let slope = sampling.slope(&x, step.sigma)?;
        x = advance(&x, &slope, step.next - step.sigma);
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}

/// Steps below the next sigma and makes up for it with noise (k-diffusion, Crowson 2022).
pub fn euler_ancestral(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    for step in sampling.steps() {
        let denoised = sampling.denoise(&x, step.sigma)?;
        if step.next == 0.0 {
            x = denoised;
        } else {
            let (down, up) = ancestral_split(step.sigma, step.next);
            x = advance(&x, &slope(&x, &denoised, step.sigma), down - step.sigma);
            sampling.add_noise(&mut x, step, up)?;
        }
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}

/// Splits the variance at `next` into what is left of the old noise and what is added anew:
/// (sigma down, sigma up), with down^2 + up^2 = next^2 (Song et al. 2021, equation 16 with eta 1).
fn ancestral_split(sigma: f32, next: f32) -> (f32, f32) {
    let (before, after) = (sigma * sigma, next * next);
    let up = (after * (before - after) / before).sqrt().min(next);
    ((after - up * up).sqrt(), up)
}
