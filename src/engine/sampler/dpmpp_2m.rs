//! DPM-Solver++ of second order with one model call a step.

use super::Sampling;
use crate::engine::error::Error;

/// Extrapolates the denoised estimate from the last two in log sigma (Lu et al. 2022, algorithm 2).
/// The first step, and the last one into 0, are of first order.
pub fn dpmpp_2m(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    let mut before: Option<(f32, Vec<f32>)> = None;
    for step in sampling.steps() {
        let denoised = sampling.denoise(&x, step.sigma)?;
        let h = log_ratio(step.sigma, step.next);
        let (ratio, gain) = (step.next / step.sigma, -(-h).exp_m1() as f32);
        if let Some((sigma, old)) = before.as_ref().filter(|_| step.next != 0.0) {
            let more = (h / (2.0 * log_ratio(*sigma, step.sigma))) as f32;
            for ((x, new), old) in x.iter_mut().zip(&denoised).zip(old) {
                *x = ratio * *x + gain * ((1.0 + more) * new - more * old);
            }
        } else {
            x.iter_mut().zip(&denoised).for_each(|(x, new)| *x = ratio * *x + gain * new);
        }
        // Two estimates at the same sigma have no line through them.
        if step.next != step.sigma {
            before = Some((step.sigma, denoised));
        }
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}

/// The length of a step in log sigma; infinite into 0.
fn log_ratio(sigma: f32, next: f32) -> f64 {
    (f64::from(sigma) / f64::from(next)).ln()
}
