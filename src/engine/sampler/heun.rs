//! Heun's method: the slope at the end of an Euler step corrects the one at its start.

use super::{Sampling, advance};
use crate::engine::error::Error;

/// The mean of the slopes at both ends; plain Euler into 0 (Karras et al. 2022, algorithm 1).
pub fn heun(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    for step in sampling.steps() {
        let by = step.next - step.sigma;
        let mut slope = sampling.slope(&x, step.sigma)?;
        if step.next != 0.0 {
            let guess = advance(&x, &slope, by);
            let there = sampling.slope(&guess, step.next)?;
            slope.iter_mut().zip(there).for_each(|(here, there)| *here = (*here + there) / 2.0);
        }
        x = advance(&x, &slope, by);
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}
