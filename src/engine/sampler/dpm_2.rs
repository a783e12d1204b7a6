//! The midpoint method in log sigma.

use super::{Sampling, advance};
use crate::engine::error::Error;

/// The slope at the geometric mean of both sigmas; Euler into 0 (Lu et al. 2022, DPM-Solver-2).
pub fn dpm_2(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    for step in sampling.steps() {
        let mut slope = sampling.slope(&x, step.sigma)?;
        if step.next != 0.0 {
            let (log, log_next) = (step.sigma.ln(), step.next.ln());
            let middle = (log_next - (log_next - log) * 0.5).exp();
            let halfway = advance(&x, &slope, middle - step.sigma);
            slope = sampling.slope(&halfway, middle)?;
        }
        x = advance(&x, &slope, step.next - step.sigma);
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}
