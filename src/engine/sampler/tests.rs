//! Samplers against ComfyUI's own results, and how they pass on what goes wrong.

use super::{SAMPLERS, Sampler, Sampling, StepNoise, sampler};
use crate::engine::error::Error;
use crate::engine::noise::TorchGenerator;
use crate::engine::schedule::{NoiseSchedule, SCHEDULERS, scheduler};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/samplers.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
}

/// The reference kit's stand-in for a model, in closed form.
fn model(x: &[f32], sigma: f32) -> Vec<f32> {
    let bend = |x: f32| 0.1 * x.sin() * sigma / (1.0 + sigma);
    x.iter().map(|&x| x / (1.0 + sigma * sigma) + bend(x)).collect()
}

/// What a run did: its result, the sigmas of its model calls, the latents after its steps.
struct Run {
    last: Vec<f32>,
    calls: Vec<f32>,
    steps: Vec<(usize, Vec<f32>)>,
}

fn run(sampler: &Sampler, sigmas: &[f32], start: Vec<f32>) -> Run {
    let (mut calls, mut steps) = (Vec::new(), Vec::new());
    let mut generator = TorchGenerator::new(12_345);
    let count = start.len();
    let mut sampling = Sampling {
        sigmas,
        denoise: &mut |x, sigma| {
            calls.push(sigma);
            Ok(model(x, sigma))
        },
        draw_noise: &mut |_, _| {
            assert_eq!(sampler.noise, StepNoise::Independent, "{} asked for noise", sampler.name);
            generator.randn(count)
        },
        on_step: &mut |index, x| {
            steps.push((index, x.to_vec()));
            Ok(())
        },
    };
    let last = (sampler.run)(&mut sampling, start).unwrap();
    Run { last, calls, steps }
}

fn start(noise: Vec<f32>, sigma: f32) -> Vec<f32> {
    let mut x = noise;
    x.iter_mut().for_each(|value| *value *= (1.0 + sigma * sigma).sqrt());
    x
}

fn std(values: &[f32]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    (values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// Largest difference in units of the wanted values' standard deviation.
fn difference(found: &[f32], wanted: &[f32]) -> f64 {
    assert_eq!(found.len(), wanted.len());
    let differences = found.iter().zip(wanted).map(|(a, b)| f64::from(a - b).abs());
    differences.fold(0.0, f64::max) / std(wanted)
}

#[test]
fn results_equal_comfyui() {
    let vectors = vectors();
    let schedule = NoiseSchedule::stable_diffusion();
    let noise = floats(&vectors["start_noise"]);
    for sampler in SAMPLERS {
        for name in ["karras", "normal"] {
            let place = format!("{} with {name}", sampler.name);
            let wanted = &vectors["samplers"][sampler.name][name];
            let sigmas = sampler.sigmas(scheduler(name).unwrap(), &schedule, 8);
            let run = run(sampler, &sigmas, start(noise.clone(), sigmas[0]));
            let calls = floats(&wanted["model_sigmas"]);
            assert_eq!(run.calls.len(), calls.len(), "{place}");
            for (found, wanted) in run.calls.iter().zip(calls) {
                assert!((found - wanted).abs() <= 5e-7 * wanted, "{place}: {found}, {wanted}");
            }
            let off = difference(&run.last, &floats(&wanted["final"]));
            assert!(off < 5e-6, "{place}: {off}");
        }
    }
}

#[test]
fn rows_say_which_noise_is_used() {
    let vectors = vectors();
    for sampler in SAMPLERS {
        let wanted = match sampler.noise {
            StepNoise::None => "none",
            StepNoise::Independent => "generator",
        };
        assert_eq!(vectors["samplers"][sampler.name]["karras"]["noise"], wanted);
    }
}

#[test]
fn each_step_is_told_once_and_the_last_is_the_result() {
    let schedule = NoiseSchedule::stable_diffusion();
    for sampler in SAMPLERS {
        let sigmas = sampler.sigmas(scheduler("simple").unwrap(), &schedule, 5);
        let run = run(sampler, &sigmas, vec![3.0; 8]);
        let indices: Vec<usize> = run.steps.iter().map(|(index, _)| *index).collect();
        assert_eq!(indices, [0, 1, 2, 3, 4], "{}", sampler.name);
        assert_eq!(run.steps[4].1, run.last, "{}", sampler.name);
    }
}

#[test]
fn a_flat_model_is_reached_exactly() {
    let schedule = NoiseSchedule::stable_diffusion();
    for sampler in SAMPLERS {
        let sigmas = sampler.sigmas(scheduler("karras").unwrap(), &schedule, 6);
        let mut sampling = Sampling {
            sigmas: &sigmas,
            denoise: &mut |x, _| Ok(vec![0.25; x.len()]),
            draw_noise: &mut |_, _| vec![1.0; 4],
            on_step: &mut |_, _| Ok(()),
        };
        let last = (sampler.run)(&mut sampling, vec![14.0, -3.0, 0.5, 20.0]).unwrap();
        assert!(last.iter().all(|v| (v - 0.25).abs() < 1e-5), "{}: {last:?}", sampler.name);
    }
}

/// Thousands of steps repeat sigmas, or put them one rounding apart.
#[test]
fn any_number_of_steps_stays_finite() {
    let schedule = NoiseSchedule::stable_diffusion();
    for sampler in SAMPLERS {
        for scheduler in SCHEDULERS {
            for steps in [1, 2, 3, 1001, 2500, 10_000] {
                let sigmas = sampler.sigmas(scheduler, &schedule, steps);
                let run = run(sampler, &sigmas, start(vec![1.0, -0.5], sigmas[0]));
                let place = format!("{} {} {steps}", sampler.name, scheduler.name);
                assert_eq!(run.steps.len(), sigmas.len() - 1, "{place}");
                assert!(run.last.iter().all(|v| v.abs() < 20.0), "{place}: {:?}", run.last);
            }
        }
    }
}

#[test]
fn dpm_2_leaves_out_the_last_but_one_sigma() {
    let schedule = NoiseSchedule::stable_diffusion();
    let karras = scheduler("karras").unwrap();
    let mut wanted = (karras.run)(&schedule, 6);
    wanted.remove(5);
    assert_eq!(sampler("dpm_2").unwrap().sigmas(karras, &schedule, 5), wanted);
    assert_eq!(sampler("dpm_2").unwrap().sigmas(karras, &schedule, 1).len(), 2);
}

fn failing(sampler: &Sampler, denoise_fails: bool) -> (Result<Vec<f32>, Error>, usize) {
    let mut done = 0;
    let result = (sampler.run)(
        &mut Sampling {
            sigmas: &[4.0, 2.0, 1.0, 0.0],
            denoise: &mut |x, sigma| match denoise_fails && sigma < 2.0 {
                true => Err(Error::Internal { detail: "model".into() }),
                false => Ok(x.to_vec()),
            },
            draw_noise: &mut |_, _| vec![0.0; 2],
            on_step: &mut |index, _| {
                done = index + 1;
                match !denoise_fails && index == 1 {
                    true => Err(Error::Cancelled { step: 2, steps: 3 }),
                    false => Ok(()),
                }
            },
        },
        vec![1.0, 2.0],
    );
    (result, done)
}

#[test]
fn errors_and_cancel_come_back_at_once() {
    for sampler in SAMPLERS {
        let (result, done) = failing(sampler, false);
        assert_eq!(result, Err(Error::Cancelled { step: 2, steps: 3 }), "{}", sampler.name);
        assert_eq!(done, 2, "{}", sampler.name);
        let (result, done) = failing(sampler, true);
        assert_eq!(result, Err(Error::Internal { detail: "model".into() }), "{}", sampler.name);
        assert!(done <= 2, "{}", sampler.name);
    }
}

#[test]
fn an_estimate_or_noise_of_another_size_is_refused() {
    for (estimate, noise) in [(3, 4), (4, 3)] {
        let mut sampling = Sampling {
            sigmas: &[4.0, 2.0, 0.0],
            denoise: &mut |_, _| Ok(vec![0.0; estimate]),
            draw_noise: &mut |_, _| vec![0.0; noise],
            on_step: &mut |_, _| Ok(()),
        };
        let result = (sampler("euler_ancestral").unwrap().run)(&mut sampling, vec![1.0; 4]);
        assert!(matches!(result, Err(Error::Internal { .. })));
    }
}

#[test]
fn names_are_unique_and_found() {
    for row in SAMPLERS {
        assert!(std::ptr::eq(sampler(row.name).unwrap(), row));
    }
    assert!(sampler("Euler").is_none());
}
