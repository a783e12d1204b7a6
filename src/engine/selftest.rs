//! The self test: seeded tiny models of every family, run on a device and compared, stage by
//! stage, with recorded runs of diffusers and transformers.

use super::device::Device;
use super::error::{Error, Obstacle};
use super::guarded;
use super::loaded::{Files, Loaded};
use super::picture::{Array, Generation, Values};
use super::pipeline::{Checked, Run};
use super::request::{ModelRequest, Request};
use super::seeded::{self, Options, Recipe, Scale};
use super::weights::{Dtype, Source, embedded};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// One stage of one model, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct SelftestRow {
    /// The model: `sd15`, `sd21-v`, ...
    pub family: String,
    /// Its size.
    pub scale: String,
    /// The number type it is stored in.
    pub dtype: String,
    /// `tokens`, `noise`, `text`, `input`, `unet`, `latent` or `picture`.
    pub stage: String,
    /// Largest difference, in standard deviations of the tensor (of a picture: in 1/255).
    pub max_diff: f64,
    /// The largest that is right.
    pub limit: f64,
    /// Whether it is.
    pub ok: bool,
}

/// Whether `device` computes right: asked before a card is used for the first time, answered from
/// memory after that. The processor is what the recorded runs were made for; it needs no proof.
///
/// # Errors
///
/// [`Error::DeviceUnusable`] with the first stage that is wrong, or with what broke.
pub fn prove(device: Device) -> Result<(), Error> {
    static PROVEN: Mutex<BTreeMap<Device, Result<(), Obstacle>>> = Mutex::new(BTreeMap::new());
    if device == Device::Cpu {
        return Ok(());
    }
    let mut proven = PROVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let verdict = proven.entry(device).or_insert_with(|| verdict(device));
    verdict.clone().map_err(|obstacle| Error::DeviceUnusable { device, obstacle })
}

fn verdict(device: Device) -> Result<(), Obstacle> {
    let broken = |error: Error| match error {
        Error::DeviceUnusable { obstacle, .. } => obstacle,
        Error::Internal { detail } => Obstacle::Broken { detail },
        other => Obstacle::Broken { detail: other.to_string() },
    };
    // The one family whose run goes through every stage, the VAE's encoder included.
    let rows = guarded(|| selftest_family(Recipe::Sd15Inpaint, device)).map_err(broken)?;
    match rows.into_iter().find(|row| !row.ok) {
        None => Ok(()),
        Some(SelftestRow { stage, max_diff, limit, .. }) => {
            Err(Obstacle::Wrong { stage, max_diff, limit })
        }
    }
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

/// What is compared, and how far it may be off: an independent f32 implementation differs by
/// about 1e-5 of a tensor's deviation.
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

/// Runs every family on `device`; each row is also shown as it comes, and the answer says whether
/// to go on.
///
/// # Errors
///
/// [`Error::Cancelled`], counted in families; [`Error::DeviceUnusable`], and whatever a generation can give.
pub fn selftest(
    device: Device,
    on_row: &mut dyn FnMut(&SelftestRow) -> ControlFlow<()>,
) -> Result<Vec<SelftestRow>, Error> {
    let mut rows = Vec::new();
    for (done, recipe) in (0..).zip(Recipe::ALL) {
        let new = selftest_family(recipe, device)?;
        if new.iter().try_for_each(&mut *on_row).is_break() {
            return Err(Error::Cancelled { step: done, steps: Recipe::ALL.len() as u32 });
        }
        rows.extend(new);
    }
    Ok(rows)
}

/// Runs one family on `device`.
///
/// # Errors
///
/// As [`selftest`].
pub fn selftest_family(recipe: Recipe, device: Device) -> Result<Vec<SelftestRow>, Error> {
    let (request, results) = recorded(recipe);
    let request: Recorded = serde_json::from_str(request).map_err(broken)?;
    let wanted = embedded(recipe.name(), results)?;
    let found = generate(recipe, device, request)?;
    let mut rows = Vec::new();
    for (stage, names, limit) in STAGES {
        let mut max_diff = 0.0_f64;
        for name in names {
            if wanted.tensors().contains_key(*name) {
                max_diff = max_diff.max(difference(name, wanted.as_ref(), &found)?);
            }
        }
        rows.push(row(recipe, stage, max_diff, allowed(limit, device)));
    }
    let picture = picture_difference(wanted.as_ref(), &found)?;
    rows.push(row(recipe, "picture", picture, if device == Device::Cpu { 1.0 } else { 2.0 }));
    Ok(rows)
}

/// Cards add up in another order and round their functions differently: 1e-3 there.
fn allowed(limit: f64, device: Device) -> f64 {
    if device == Device::Cpu || limit == 0.0 { limit } else { 1e-3 }
}

fn row(recipe: Recipe, stage: &str, max_diff: f64, limit: f64) -> SelftestRow {
    SelftestRow {
        family: recipe.name().into(),
        scale: Scale::Tiny.name().into(),
        dtype: Dtype::F16.name().into(),
        stage: stage.into(),
        max_diff,
        limit,
        ok: max_diff <= limit,
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Internal { detail: format!("a recorded run: {error}") }
}

fn generate(recipe: Recipe, device: Device, recorded: Recorded) -> Result<Generation, Error> {
    let model = ModelRequest { devices: vec![device], ..ModelRequest::default() };
    let checkpoint = seeded::checkpoint(recipe, Scale::Tiny, Dtype::F16, 0, &Options::default());
    let files = Files { checkpoint: Arc::new(checkpoint), vae: None, clip: Vec::new() };
    let mut loaded = Loaded::load_from(files, &model, &mut |_| ControlFlow::Continue(()))?;
    let Recorded { prompt, negative, width, height, steps, cfg, sampler, scheduler, seed } =
        recorded;
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
    };
    let on_event = &mut |_| ControlFlow::Continue(());
    Run::new(Checked::new(&request)?, &mut loaded, on_event, seed).generate()
}

/// The largest difference in standard deviations of the wanted tensor. Of `latents`, the recorded
/// run keeps the last.
fn difference(name: &str, wanted: &dyn Source, found: &Generation) -> Result<f64, Error> {
    let wanted = wanted.read(name)?;
    let array = traced(name, found)?;
    let values = numbers(array);
    let count = wanted.info.shape.iter().product::<usize>();
    let last = values.len().checked_sub(count).ok_or_else(|| broken("too few values"))?;
    let same_shape = name == "latents" || wanted.info.shape == array.shape;
    if !same_shape {
        return Err(broken(format!("{name}: {:?} for {:?}", array.shape, wanted.info.shape)));
    }
    let wanted: Vec<f64> = wanted.to_f32().into_iter().map(f64::from).collect();
    Ok(max_difference(&wanted, &values[last..]) / deviation(&wanted))
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

fn traced<'a>(name: &str, found: &'a Generation) -> Result<&'a Array, Error> {
    let array = found.trace.iter().find(|(found, _)| found == name);
    array.map(|(_, array)| array).ok_or_else(|| broken(format!("no {name} in the trace")))
}

fn numbers(array: &Array) -> Vec<f64> {
    match &array.data {
        Values::F32(values) => values.iter().copied().map(f64::from).collect(),
        Values::I64(values) => values.iter().map(|value| *value as f64).collect(),
    }
}

/// The largest difference between the bytes of the picture and the recorded one's.
fn picture_difference(wanted: &dyn Source, found: &Generation) -> Result<f64, Error> {
    let wanted = wanted.read("image")?.to_f32().into_iter();
    let wanted: Vec<f64> = wanted.map(|value| f64::from(value * 255.0).round()).collect();
    let picture = found.pictures.first().ok_or_else(|| broken("no picture"))?;
    let bytes: Vec<f64> = picture.rgb.iter().map(|byte| f64::from(*byte)).collect();
    if bytes.len() != wanted.len() {
        return Err(broken("a picture of another size"));
    }
    Ok(max_difference(&wanted, &bytes))
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
