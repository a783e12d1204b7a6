//! Samplers: from noise to a picture, by asking the model again and again what lies behind it.
//!
//! Each sampler is one function over [`Sampling`], in the form of k-diffusion: it sees the latent,
//! the sigmas and what it may ask for, but no model, device or tensor. Adding one is such a
//! function and a row of [`SAMPLERS`].

use super::error::Error;
use super::schedule::{NoiseSchedule, Scheduler};

mod ddim;
mod dpm_2;
mod dpmpp_2m;
mod euler;
mod heun;
mod lms;

/// Estimates the clean latent in `x` at noise level sigma: the model, guidance included.
pub type Denoise<'a> = &'a mut dyn FnMut(&[f32], f32) -> Result<Vec<f32>, Error>;

/// Draws standard normal noise of the latent's shape for the way from one sigma down to another.
/// Independent noise has no use for the two, noise along a Brownian path has.
pub type DrawNoise<'a> = &'a mut dyn FnMut(f32, f32) -> Vec<f32>;

/// Told the latent after each step, counted from 0. An error ends the sampling and comes back.
pub type OnStep<'a> = &'a mut dyn FnMut(usize, &[f32]) -> Result<(), Error>;

/// All that a sampler can see and ask for.
///
/// Samplers use the methods only, so that what lies behind them can grow (another kind of noise,
/// the unguided estimate beside the guided one) without a change to those that do not need it.
pub struct Sampling<'a> {
    /// Falling noise levels; the last one is 0.
    pub sigmas: &'a [f32],
    /// The model.
    pub denoise: Denoise<'a>,
    /// The noise, asked for by samplers whose row says so.
    pub draw_noise: DrawNoise<'a>,
    /// Progress and cancel.
    pub on_step: OnStep<'a>,
}

/// One step down the schedule.
#[derive(Clone, Copy)]
struct Step {
    /// Counted from 0.
    index: usize,
    /// The noise level before it.
    sigma: f32,
    /// The noise level after it.
    next: f32,
}

impl<'a> Sampling<'a> {
    fn steps(&self) -> impl Iterator<Item = Step> + use<'a> {
        let below = self.sigmas.iter().skip(1);
        let pairs = self.sigmas.iter().zip(below).enumerate();
        pairs.map(|(index, (&sigma, &next))| Step { index, sigma, next })
    }

    fn denoise(&mut self, x: &[f32], sigma: f32) -> Result<Vec<f32>, Error> {
        same_size((self.denoise)(x, sigma)?, x, "denoised latent")
    }

    /// The normalised difference between `x` and its denoised estimate: the slope dx/dsigma of the
    /// probability flow (Karras et al. 2022, equations 1 and 3).
    fn slope(&mut self, x: &[f32], sigma: f32) -> Result<Vec<f32>, Error> {
        Ok(slope(x, &self.denoise(x, sigma)?, sigma))
    }

    /// Adds fresh noise of size `scale` for the way between two sigmas.
    fn add_noise(&mut self, x: &mut [f32], step: Step, scale: f32) -> Result<(), Error> {
        let noise = same_size((self.draw_noise)(step.sigma, step.next), x, "step noise")?;
        x.iter_mut().zip(noise).for_each(|(x, noise)| *x += noise * scale);
        Ok(())
    }

    fn step_done(&mut self, step: Step, x: &[f32]) -> Result<(), Error> {
        (self.on_step)(step.index, x)
    }
}

/// Values that the engine around gave, if there are as many as in `x`.
fn same_size(values: Vec<f32>, x: &[f32], what: &str) -> Result<Vec<f32>, Error> {
    if values.len() == x.len() {
        return Ok(values);
    }
    let detail = format!("{what}: {} values for a latent of {}", values.len(), x.len());
    Err(Error::Internal { detail })
}

fn slope(x: &[f32], denoised: &[f32], sigma: f32) -> Vec<f32> {
    x.iter().zip(denoised).map(|(x, clean)| (x - clean) / sigma).collect()
}

/// `x + slope * by`.
fn advance(x: &[f32], slope: &[f32], by: f32) -> Vec<f32> {
    x.iter().zip(slope).map(|(x, slope)| x + slope * by).collect()
}

/// Which noise a sampler adds on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepNoise {
    /// None: the start noise decides everything.
    None,
    /// Each draw independent of the others.
    Independent,
}

/// A way from noise to picture.
pub struct Sampler {
    /// The name in requests and files, as ComfyUI writes it.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// Where it was described.
    pub source: &'static str,
    /// Noise it asks for.
    pub noise: StepNoise,
    /// Whether the last noise level above 0 is left out, and one more step asked of the schedule.
    pub drops_penultimate: bool,
    /// Takes the scaled start noise down all sigmas and gives the clean latent. Passes on every
    /// error of what it calls.
    pub run: fn(&mut Sampling, Vec<f32>) -> Result<Vec<f32>, Error>,
}

/// All samplers. Adding one is a function and a row.
pub static SAMPLERS: &[Sampler] = &[
    Sampler {
        name: "euler",
        label: "Euler",
        source: "Karras et al. 2022 (EDM), algorithm 1 without the correction",
        noise: StepNoise::None,
        drops_penultimate: false,
        run: euler::euler,
    },
    Sampler {
        name: "euler_ancestral",
        label: "Euler ancestral",
        source: "k-diffusion (Crowson 2022), after Song et al. 2021",
        noise: StepNoise::Independent,
        drops_penultimate: false,
        run: euler::euler_ancestral,
    },
    Sampler {
        name: "heun",
        label: "Heun",
        source: "Karras et al. 2022 (EDM), algorithm 1",
        noise: StepNoise::None,
        drops_penultimate: false,
        run: heun::heun,
    },
    Sampler {
        name: "dpm_2",
        label: "DPM2",
        source: "Lu et al. 2022 (DPM-Solver), DPM-Solver-2",
        noise: StepNoise::None,
        drops_penultimate: true,
        run: dpm_2::dpm_2,
    },
    Sampler {
        name: "lms",
        label: "LMS",
        source: "linear multistep (Adams-Bashforth of order 4), k-diffusion (Crowson 2022)",
        noise: StepNoise::None,
        drops_penultimate: false,
        run: lms::lms,
    },
    Sampler {
        name: "dpmpp_2m",
        label: "DPM++ 2M",
        source: "Lu et al. 2022 (DPM-Solver++), algorithm 2",
        noise: StepNoise::None,
        drops_penultimate: false,
        run: dpmpp_2m::dpmpp_2m,
    },
    Sampler {
        name: "ddim",
        label: "DDIM",
        source: "Song et al. 2021 (DDIM), eta 0",
        noise: StepNoise::None,
        drops_penultimate: false,
        run: ddim::ddim,
    },
];

/// The sampler of that name.
pub fn sampler(name: &str) -> Option<&'static Sampler> {
    SAMPLERS.iter().find(|sampler| sampler.name == name)
}

impl Sampler {
    /// The sigmas for `steps` steps of this sampler, the closing 0 included.
    pub fn sigmas(&self, by: &Scheduler, schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
        if !self.drops_penultimate {
            return (by.run)(schedule, steps);
        }
        let mut sigmas = (by.run)(schedule, steps.saturating_add(1));
        if sigmas.len() > 2 {
            sigmas.remove(sigmas.len() - 2);
        }
        sigmas
    }
}

#[cfg(test)]
mod tests;
