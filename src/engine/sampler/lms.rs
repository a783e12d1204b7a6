//! Linear multistep: the polynomial through the last four slopes, integrated over the step.

use super::{Sampling, advance};
use crate::engine::error::Error;

/// Most slopes used.
const ORDER: usize = 4;

/// Adams-Bashforth on uneven sigmas (Crowson 2022, `sample_lms`). The last step, into 0, gives the
/// denoised estimate, as ComfyUI does; the first k-diffusion extrapolated there too.
pub fn lms(sampling: &mut Sampling, mut x: Vec<f32>) -> Result<Vec<f32>, Error> {
    let mut history: Vec<(f32, Vec<f32>)> = Vec::new();
    for step in sampling.steps() {
        let denoised = sampling.denoise(&x, step.sigma)?;
        // A repeated sigma would put two points of the polynomial in one place.
        history.retain(|(sigma, _)| *sigma != step.sigma);
        if history.len() == ORDER {
            history.remove(0);
        }
        history.push((step.sigma, super::slope(&x, &denoised, step.sigma)));
        x = if step.next == 0.0 { denoised } else { extrapolate(&x, &history, step.next) };
        sampling.step_done(step, &x)?;
    }
    Ok(x)
}

fn extrapolate(x: &[f32], history: &[(f32, Vec<f32>)], next: f32) -> Vec<f32> {
    let nodes: Vec<f64> = history.iter().map(|(sigma, _)| f64::from(*sigma)).collect();
    let mut sum = vec![0.0; x.len()];
    for (place, (_, slope)) in history.iter().enumerate().rev() {
        sum = advance(&sum, slope, coefficient(&nodes, place, f64::from(next)) as f32);
    }
    advance(x, &sum, 1.0)
}

/// The integral of the Lagrange basis polynomial of node `place` from the last node to `end`.
/// Simpson's rule is exact for it: with four nodes its degree is three.
fn coefficient(nodes: &[f64], place: usize, end: f64) -> f64 {
    let (Some(&here), Some(&start)) = (nodes.get(place), nodes.last()) else { return 0.0 };
    let others = || nodes.iter().enumerate().filter(|(other, _)| *other != place);
    let basis =
        |sigma: f64| others().map(|(_, node)| (sigma - node) / (here - node)).product::<f64>();
    (end - start) / 6.0 * (basis(start) + 4.0 * basis((start + end) / 2.0) + basis(end))
}
