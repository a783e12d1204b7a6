//! Noise levels: the training schedule of Stable Diffusion, and the ways to pick steps from it.
//!
//! A schedule of N steps is a falling list of sigmas that ends in 0. Names and numbers are those of
//! ComfyUI, quirks included, so that a recipe copied from there gives the same picture.

mod published_logarithms;

/// Steps that the models were trained on.
const TRAINING_STEPS: usize = 1000;
/// First and last beta of the training schedule (Rombach et al. 2022, "scaled linear").
const BETA: (f64, f64) = (0.000_85, 0.012);
/// Share of the signal left at the last step of a zero-terminal-SNR schedule: not quite nothing, as
/// sigma would be infinite.
const TERMINAL_SIGNAL: f64 = 4.897_345_189_085_343_5e-8;

/// The noise levels that a model was trained on, and the map between them and its time steps.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseSchedule {
    /// Rising, one per training step.
    sigmas: Vec<f32>,
    log_sigmas: Vec<f32>,
}

impl NoiseSchedule {
    /// The schedule of SD 1.x, 2.x and SDXL: beta is the square of an evenly spaced line.
    pub fn stable_diffusion() -> Self {
        let mut schedule = Self::from_signal(&signal_shares());
        published_logarithms::correct(&mut schedule.log_sigmas);
        schedule
    }

    /// The same with no signal left at its last step (Lin et al. 2024, "Common Diffusion Noise
    /// Schedules and Sample Steps are Flawed", algorithm 1): for checkpoints marked `ztsnr`.
    pub fn zero_terminal_snr() -> Self {
        let shares = signal_shares();
        let first = shares.first().map_or(1.0, |share| share.sqrt());
        let last = shares.last().map_or(0.0, |share| share.sqrt());
        let rescale = |share: &f64| ((share.sqrt() - last) * first / (first - last)).powi(2);
        let mut shares: Vec<f64> = shares.iter().map(rescale).collect();
        if let Some(share) = shares.last_mut() {
            *share = TERMINAL_SIGNAL;
        }
        Self::from_signal(&shares)
    }

    fn from_signal(shares: &[f64]) -> Self {
        let sigmas: Vec<f32> = shares.iter().map(|a| ((1.0 - a) / a).sqrt() as f32).collect();
        let log_sigmas = sigmas.iter().map(|sigma| f64::from(*sigma).ln() as f32).collect();
        Self { sigmas, log_sigmas }
    }

    /// The lowest noise level trained on.
    pub fn sigma_min(&self) -> f32 {
        self.table(0)
    }

    /// The highest noise level trained on.
    pub fn sigma_max(&self) -> f32 {
        self.table(TRAINING_STEPS - 1)
    }

    /// The training step whose noise level lies nearest to `sigma` on a logarithmic scale: what the
    /// UNet is told. Schedules put levels right between two steps: there the last bit of the
    /// table decides.
    pub fn timestep(&self, sigma: f32) -> f32 {
        let log_sigma = f64::from(sigma).ln();
        let distance = |step: usize| (log_sigma - f64::from(self.log_table(step))).abs();
        let nearer = |best, step| if distance(step) < distance(best) { step } else { best };
        (0..TRAINING_STEPS).fold(0, nearer) as f32
    }

    /// The noise level at a training step, which may be fractional; outside the table, its end.
    pub fn sigma(&self, timestep: f32) -> f32 {
        let step = timestep.clamp(0.0, (TRAINING_STEPS - 1) as f32);
        let (low, high) = (step.floor() as usize, step.ceil() as usize);
        let weight = step.fract();
        let log_sigma = (1.0 - weight) * self.log_table(low) + weight * self.log_table(high);
        f64::from(log_sigma).exp() as f32
    }

    /// The noise level of a whole training step; beyond the last, the last.
    fn table(&self, step: usize) -> f32 {
        self.sigmas.get(step).or(self.sigmas.last()).copied().unwrap_or_default()
    }

    fn log_table(&self, step: usize) -> f32 {
        self.log_sigmas.get(step).or(self.log_sigmas.last()).copied().unwrap_or_default()
    }
}

/// Share of the signal's variance left at every training step: the running product of 1 - beta.
fn signal_shares() -> Vec<f64> {
    let (first, last) = (BETA.0.sqrt(), BETA.1.sqrt());
    let width = (last - first) / (TRAINING_STEPS - 1) as f64;
    let mut share = 1.0;
    (0..TRAINING_STEPS)
        .map(|step| {
            share *= 1.0 - (first + width * step as f64).powi(2);
            share
        })
        .collect()
}

/// A way to pick noise levels.
pub struct Scheduler {
    /// The name in requests and files, as ComfyUI writes it.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// Where it was described or first used.
    pub source: &'static str,
    /// Falling sigmas for that many steps, the closing 0 included. All but the last are positive.
    pub run: fn(&NoiseSchedule, usize) -> Vec<f32>,
}

/// All schedulers. Adding one is a function and a row.
pub static SCHEDULERS: &[Scheduler] = &[
    Scheduler {
        name: "normal",
        label: "Normal",
        source: "Song et al. 2021 (DDIM), evenly spaced time steps, both ends included",
        run: normal,
    },
    Scheduler {
        name: "karras",
        label: "Karras",
        source: "Karras et al. 2022 (EDM), equation 5",
        run: karras,
    },
    Scheduler {
        name: "exponential",
        label: "Exponential",
        source: "k-diffusion (Crowson 2022), evenly spaced log sigma",
        run: exponential,
    },
    Scheduler {
        name: "sgm_uniform",
        label: "SGM uniform",
        source: "generative-models (Stability AI 2023), evenly spaced time steps without the last",
        run: sgm_uniform,
    },
    Scheduler {
        name: "simple",
        label: "Simple",
        source: "ComfyUI, every (1000 / steps)-th training step from the top",
        run: simple,
    },
    Scheduler {
        name: "ddim_uniform",
        label: "DDIM uniform",
        source: "Song et al. 2021 (DDIM), a fixed stride from the bottom",
        run: ddim_uniform,
    },
];

/// The scheduler of that name.
pub fn scheduler(name: &str) -> Option<&'static Scheduler> {
    SCHEDULERS.iter().find(|scheduler| scheduler.name == name)
}

fn normal(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let (first, last) = time_range(schedule);
    closed(line(first, last, steps).map(|step| schedule.sigma(step)))
}

fn sgm_uniform(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let (first, last) = time_range(schedule);
    closed(line(first, last, steps + 1).take(steps).map(|step| schedule.sigma(step)))
}

/// Evenly spaced in the seventh root of sigma.
fn karras(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let root = |sigma: f32| f64::from(sigma).powf(1.0 / 7.0);
    let (high, low) = (root(schedule.sigma_max()), root(schedule.sigma_min()));
    let sigma = |ramp: f32| (high as f32 + ramp * (low - high) as f32).powf(7.0);
    closed(line(0.0, 1.0, steps).map(sigma))
}

fn exponential(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let log = |sigma: f32| f64::from(sigma).ln() as f32;
    let (high, low) = (log(schedule.sigma_max()), log(schedule.sigma_min()));
    closed(line(high, low, steps).map(f32::exp))
}

/// Beyond 1000 steps it repeats training steps.
fn simple(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let stride = TRAINING_STEPS as f64 / steps as f64;
    let place = |step: usize| TRAINING_STEPS.saturating_sub(1 + (step as f64 * stride) as usize);
    closed((0..steps).map(|step| schedule.table(place(step))))
}

/// Does not start at the highest sigma, and gives more steps than asked for where 1000 is no
/// multiple of the number (15 become 16), or fewer (1001 become 999). Files made with it say the
/// number asked for, so the quirk stays.
fn ddim_uniform(schedule: &NoiseSchedule, steps: usize) -> Vec<f32> {
    let stride = (TRAINING_STEPS / steps.max(1)).max(1);
    let rising: Vec<usize> = (1..TRAINING_STEPS).step_by(stride).collect();
    closed(rising.into_iter().rev().map(|step| schedule.table(step)))
}

fn time_range(schedule: &NoiseSchedule) -> (f32, f32) {
    (schedule.timestep(schedule.sigma_max()), schedule.timestep(schedule.sigma_min()))
}

fn closed(sigmas: impl Iterator<Item = f32>) -> Vec<f32> {
    sigmas.chain([0.0]).collect()
}

/// `count` evenly spaced values from `first` to `last`, both included, rounded as `torch.linspace`
/// does: each half is counted from its own end.
fn line(first: f32, last: f32, count: usize) -> impl Iterator<Item = f32> {
    let width = if count > 1 { (last - first) / (count - 1) as f32 } else { 0.0 };
    (0..count).map(move |i| {
        if i < count.div_ceil(2) {
            first + width * i as f32
        } else {
            last - width * (count - 1 - i) as f32
        }
    })
}

#[cfg(test)]
mod tests;
