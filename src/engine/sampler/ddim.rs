//! DDIM without fresh noise, written in sigma.

use super::Sampling;
use crate::engine::error::Error;

/// Keeps the denoised estimate and shrinks the noise on it (Song et al. 2021, equation 12).
pub fn ddim(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    for step in sampling.steps() {
        let denoised = sampling.denoise(&x, step.sigma)?;
        let left = step.next / step.sigma;
        x.iter_mut().zip(denoised).for_each(|(x, clean)| *x = clean + (*x - clean) * left);
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}
