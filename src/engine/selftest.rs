//! The self test: on a card every kernel first, then seeded models of every family, compared stage
//! by stage with recorded runs of diffusers and transformers, or with the processor.

mod guidance;
mod proof;

use guidance::selftest_guidance;
pub use proof::{keep_copies, prove_one, proven_candidates, test_again, with_findings};

use super::backend::{self, Site};
use super::device::{Device, Precision, Stage};
use super::error::Error;
use super::event::Event;
#[cfg(feature = "gpu")]
use super::kernels::check::{CASES, Case};
use super::loaded::{Files, Loaded, go_on};
use super::memory::Room;
use super::picture::{Array, Generation, Values};
use super::pipeline::{Checked, Run};
use super::request::{ModelRequest, Request};
use super::seeded::{self, Options, Recipe, Scale};
use super::weights::{Dtype, embedded};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// One stage of one model, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct SelftestRow {
    /// The model: `sd15`, `sd21-v`, ...
    pub family: String,
    /// Its size.
    pub scale: String,
    /// The number type it is stored in.
    pub dtype: String,
    /// `tokens`, `noise`, `text`, `input`, `unet`, `latent`, `picture` or `guidance`.
    pub stage: String,
    /// Largest difference, in standard deviations of the tensor (of a picture: in 1/255).
    pub max_diff: f64,
    /// The largest that is right.
    pub limit: f64,
    /// Whether it is.
    pub ok: bool,
}

/// The request of a recorded run.
#[derive(Deserialize)]
struct Recorded {
    prompt: String,
    negative: String,
    width: u32,
    height: u32,
    steps: u32,
    cfg: f32,
    sampler: String,
    scheduler: String,
    seed: u64,
}

/// The recorded runs: request and results.
fn recorded(recipe: Recipe) -> (&'static str, &'static [u8]) {
    macro_rules! run {
        ($name:literal) => {
            (
                include_str!(concat!("../../assets/selftest/", $name, ".json")),
                include_bytes!(concat!("../../assets/selftest/", $name, ".safetensors")),
            )
        };
    }
    match recipe {
        Recipe::Sd15 => run!("sd15"),
        Recipe::Sd15Inpaint => run!("sd15-inpaint"),
        Recipe::Sd21Base => run!("sd21-base"),
        Recipe::Sd21V => run!("sd21-v"),
        Recipe::Sdxl => run!("sdxl"),
        Recipe::SdxlRefiner => run!("sdxl-refiner"),
    }
}

/// What is compared, and how far it may be off on the processor: an independent f32
/// implementation differs by about 1e-5 of a tensor's deviation.
const STAGES: [(&str, &[&str], f64); 6] = [
    (
        "tokens",
        &["pos_ids_0", "pos_ids_1", "neg_ids_0", "neg_ids_1", "timesteps", "timestep_0"],
        0.0,
    ),
    ("noise", &["noise", "sigmas"], 2e-6),
    ("text", &["pos_context", "neg_context", "pos_pooled", "neg_pooled"], 1e-5),
    ("input", &["unet_input_0"], 2e-5),
    ("unet", &["eps_pos_0", "eps_neg_0"], 2e-5),
    ("latent", &["latents"], 1e-4),
];

/// How far a stage on a card may be off: they add up in another order and round functions
/// differently, and narrow types keep 11 and 8 bits of a number.
fn allowed(limit: f64, device: Device, precision: Precision) -> f64 {
    match precision {
        _ if limit == 0.0 || device == Device::Cpu => limit,
        Precision::Auto | Precision::F32 => 1e-3,
        Precision::F16 => 3e-2,
        Precision::Bf16 => 2.5e-1,
    }
}

/// The same for the picture, in 1/255.
fn allowed_of_picture(device: Device, precision: Precision) -> f64 {
    match precision {
        _ if device == Device::Cpu => 1.0,
        Precision::Auto | Precision::F32 => 2.0,
        Precision::F16 => 8.0,
        Precision::Bf16 => 64.0,
    }
}

/// One model, run once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The model.
    pub recipe: Recipe,
    /// Its size.
    pub scale: Scale,
    /// Where it runs.
    pub device: Device,
    /// What it computes in.
    pub precision: Precision,
}

/// What the self test tells while it runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SelftestNews<'a> {
    /// It is at work: an occasion to stop it.
    Working,
    /// One more row.
    Row(&'a SelftestRow),
}

/// Told how many parts of a test begin now, often none; answers whether to go on.
pub type Tick<'a> = &'a mut dyn FnMut(u32) -> ControlFlow<()>;

/// The parts of [`selftest_kernels`] that a [`Tick`] hears of.
#[cfg(feature = "gpu")]
const KERNEL_PARTS: u32 = CASES.len() as u32;
#[cfg(not(feature = "gpu"))]
const KERNEL_PARTS: u32 = 0;

/// Runs everything on `device`; each row is told as it comes, and the answer says whether to go
/// on. A card that passes is used from then on; one that does not is tested anew when it is next
/// to be used.
///
/// On the processor the tiny models of all families against recorded runs; on cards first every
/// kernel and that two UNets give the bits of one, then the tiny and the mini models, in every
/// number type that the card has.
///
/// # Errors
///
/// [`Error::Cancelled`], counted in parts of the test; [`Error::DeviceUnusable`], and whatever a
/// generation can give.
pub fn selftest(
    device: Device,
    on_news: &mut dyn FnMut(SelftestNews) -> ControlFlow<()>,
) -> Result<Vec<SelftestRow>, Error> {
    backend::check(device)?;
    let parts = parts(device);
    let mut rows = Vec::new();
    for (done, part) in parts.iter().enumerate() {
        let cancelled = Error::Cancelled { step: done as u32, steps: parts.len() as u32 };
        let new =
            part.run(&mut |_| on_news(SelftestNews::Working)).map_err(|error| match error {
                Error::Cancelled { .. } => cancelled.clone(),
                other => other,
            })?;
        if new.iter().try_for_each(|row| on_news(SelftestNews::Row(row))).is_break() {
            return Err(cancelled);
        }
        rows.extend(new);
    }
    proof::keep_result(device, rows.iter().all(|row| row.ok));
    Ok(rows)
}

/// What the self test consists of.
enum Part {
    Kernels(Device, Precision),
    Model(Trial),
    Guidance(Site),
}

impl Part {
    fn run(&self, tick: Tick) -> Result<Vec<SelftestRow>, Error> {
        match self {
            Self::Kernels(device, precision) => selftest_kernels(*device, *precision, tick),
            Self::Model(trial) => selftest_model(*trial, tick),
            Self::Guidance(site) => selftest_guidance(*site, tick),
        }
    }
}

fn parts(device: Device) -> Vec<Part> {
    let precisions = backend::precisions(device);
    let mut parts = Vec::new();
    if device != Device::Cpu {
        parts.extend(precisions.iter().map(|precision| Part::Kernels(device, *precision)));
        let site = |precision: &_| Site { device, precision: *precision };
        parts.extend(precisions.iter().map(|precision| Part::Guidance(site(precision))));
    }
    let scales: &[_] =
        if device == Device::Cpu { &[Scale::Tiny] } else { &[Scale::Tiny, Scale::Mini] };
    for scale in scales {
        for recipe in Recipe::ALL {
            parts.extend(precisions.iter().map(|precision| {
                Part::Model(Trial { recipe, scale: *scale, device, precision: *precision })
            }));
        }
    }
    parts
}

/// Compares the kernels of a card with the processor's; none for the processor itself.
///
/// # Errors
///
/// As [`selftest`].
pub fn selftest_kernels(
    device: Device,
    precision: Precision,
    tick: Tick,
) -> Result<Vec<SelftestRow>, Error> {
    let mut rows: Vec<SelftestRow> = Vec::new();
    for (kernel, max_diff) in kernel_differences(Site { device, precision }, tick)? {
        match rows.iter_mut().find(|row| row.stage == kernel) {
            Some(row) => row.max_diff = row.max_diff.max(max_diff),
            None => rows.push(SelftestRow {
                family: "kernels".into(),
                scale: "-".into(),
                dtype: precision.to_string(),
                stage: kernel.into(),
                max_diff,
                limit: allowed(1e-5, device, precision),
                ok: true,
            }),
        }
    }
    rows.iter_mut().for_each(|row| row.ok = row.max_diff <= row.limit);
    Ok(rows)
}

#[cfg(feature = "gpu")]
fn kernel_differences(site: Site, tick: Tick) -> Result<Vec<(&'static str, f64)>, Error> {
    let check = |case: &'static Case| {
        go_on(tick(1))?;
        Ok((case.name(), backend::check_kernel(site, case)?))
    };
    CASES.iter().map(check).collect()
}

#[cfg(not(feature = "gpu"))]
fn kernel_differences(site: Site, _: Tick) -> Result<Vec<(&'static str, f64)>, Error> {
    backend::check(site.device).map(|()| Vec::new())
}

/// Runs one model, a tiny one against the recorded run, others against the processor.
///
/// # Errors
///
/// As [`selftest`].
pub fn selftest_model(trial: Trial, tick: Tick) -> Result<Vec<SelftestRow>, Error> {
    go_on(tick(1))?;
    let Trial { recipe, scale, device, precision } = trial;
    let wanted = match scale {
        Scale::Tiny => Results::recorded(recipe)?,
        _ => {
            let on_processor = Trial { device: Device::Cpu, precision: Precision::F32, ..trial };
            Results::new(generate(on_processor, tick)?.0)?
        }
    };
    let (generation, is_other) = generate(trial, tick)?;
    let found = Results::new(generation)?;
    let row = |stage: &str, max_diff: f64, limit: f64| SelftestRow {
        family: recipe.name().into(),
        scale: scale.name().into(),
        dtype: precision.to_string(),
        stage: stage.into(),
        max_diff,
        limit,
        ok: max_diff <= limit,
    };
    let mut rows = Vec::new();
    for (stage, names, limit) in STAGES {
        // Numbers that are none were replaced by another type's.
        let mut max_diff = if is_other && stage == "unet" { f64::INFINITY } else { 0.0 };
        for name in names {
            if let Some(wanted) = wanted.arrays.get(*name) {
                max_diff = max_diff.max(difference(name, wanted, found.array(name)?)?);
            }
        }
        rows.push(row(stage, max_diff, allowed(limit, device, precision)));
    }
    if wanted.picture.len() != found.picture.len() {
        return Err(broken("a picture of another size"));
    }
    let max_diff = max_difference(&wanted.picture, &found.picture);
    rows.push(row("picture", max_diff, allowed_of_picture(device, precision)));
    Ok(rows)
}

/// What a run gave, as numbers.
struct Results {
    /// By name: shape and values.
    arrays: BTreeMap<String, (Vec<usize>, Vec<f64>)>,
    /// The first picture's bytes.
    picture: Vec<f64>,
}

impl Results {
    fn recorded(recipe: Recipe) -> Result<Self, Error> {
        let source = embedded(recipe.name(), recorded(recipe).1)?;
        let mut arrays = BTreeMap::new();
        for name in source.tensors().keys() {
            let tensor = source.read(name)?;
            let values = tensor.to_f32().into_iter().map(f64::from).collect();
            arrays.insert(name.clone(), (tensor.info.shape, values));
        }
        let image: Option<(_, Vec<f64>)> = arrays.remove("image");
        let image = image.ok_or_else(|| broken("no picture"))?.1;
        Ok(Self {
            arrays,
            picture: image.into_iter().map(|value| (value * 255.0).round()).collect(),
        })
    }

    fn new(generation: Generation) -> Result<Self, Error> {
        let picture = generation.pictures.first().ok_or_else(|| broken("no picture"))?;
        let picture = picture.rgb.iter().map(|byte| f64::from(*byte)).collect();
        let arrays = generation.trace.into_iter();
        let numbers = |array: Array| (array.shape.clone(), numbers(&array));
        Ok(Self { arrays: arrays.map(|(name, array)| (name, numbers(array))).collect(), picture })
    }

    fn array(&self, name: &str) -> Result<&(Vec<usize>, Vec<f64>), Error> {
        self.arrays.get(name).ok_or_else(|| broken(format!("no {name} in the trace")))
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal { detail: format!("a recorded run: {error}") }
}

/// Runs a trial, and says whether its UNet had to compute otherwise than it was to.
fn generate(trial: Trial, tick: Tick) -> Result<(Generation, bool), Error> {
    let Trial { recipe, scale, device, precision } = trial;
    let recorded: Recorded = serde_json::from_str(recorded(recipe).0).map_err(broken)?;
    // All of it: the processor's help would prove nothing.
    let place = Stage::ALL.map(|stage| (stage, device)).into();
    let model = ModelRequest { devices: vec![device], place, precision, ..ModelRequest::default() };
    let checkpoint = seeded::checkpoint(recipe, scale, Dtype::F16, 0, &Options::default());
    let files = Files { checkpoint: Arc::new(checkpoint), vae: None, clip: Vec::new() };
    let mut candidates = backend::candidates(&[device]);
    let mut is_other = false;
    let on_event = &mut |event: Event| {
        is_other |= matches!(event, Event::StepRepeated { .. } | Event::StepRetried { .. });
        tick(0)
    };
    let room = Room::default();
    let parts = files.model()?;
    let mut loaded = Loaded::load(&parts, &model, &mut candidates, (None, room), on_event)?;
    let Recorded { prompt, negative, width, height, steps, cfg, sampler, scheduler, seed } =
        recorded;
    // The recorded runs are of the tiny models; two steps of a larger one go through as much.
    let steps = if scale == Scale::Tiny { steps } else { 2 };
    let request = Request {
        model,
        prompt,
        negative,
        width,
        height,
        steps,
        cfg,
        sampler,
        scheduler,
        seed: Some(seed),
        batch: 1,
        trace: true,
        strict: false,
        preview: false,
    };
    let checked = Checked::new(&request)?;
    let generation = Run::new(checked, &mut loaded, on_event, seed, Room::default()).generate()?;
    Ok((generation, is_other))
}

/// The largest difference in standard deviations of the wanted tensor. Of `latents`, the recorded
/// run keeps the last.
fn difference(
    name: &str,
    (shape, wanted): &(Vec<usize>, Vec<f64>),
    (found_shape, found): &(Vec<usize>, Vec<f64>),
) -> Result<f64, Error> {
    let last = found.len().checked_sub(wanted.len()).ok_or_else(|| broken("too few values"))?;
    if name != "latents" && shape != found_shape {
        return Err(broken(format!("{name}: {shape:?} for {found_shape:?}")));
    }
    Ok(max_difference(wanted, &found[last..]) / deviation(wanted))
}

/// Token ids are compared as they are: their deviation does not matter where the limit is 0.
fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    (square / values.len() as f64).sqrt().max(f64::MIN_POSITIVE)
}

/// The largest difference; infinite where a value is none.
fn max_difference(wanted: &[f64], found: &[f64]) -> f64 {
    let differences = wanted.iter().zip(found).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, |most, d| if d.is_nan() { f64::INFINITY } else { most.max(d) })
}

fn numbers(array: &Array) -> Vec<f64> {
    match &array.data {
        Values::F32(values) => values.iter().copied().map(f64::from).collect(),
        Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_the_largest_difference() {
        assert_eq!(max_difference(&[1.0, 2.0], &[1.0, 4.0]), 2.0);
        assert_eq!(max_difference(&[1.0, 2.0], &[f64::NAN, 2.0]), f64::INFINITY);
    }
}
