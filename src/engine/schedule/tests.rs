//! Schedules against ComfyUI's own numbers, and their bounds for any step count.

use super::{NoiseSchedule, SCHEDULERS, TRAINING_STEPS, scheduler};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/samplers.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
}

fn assert_close(found: f32, wanted: f32, place: &str) {
    let difference = (found - wanted).abs();
    assert!(difference <= 5e-7 * wanted.abs(), "{place}: {found} instead of {wanted}");
}

#[test]
fn training_sigmas_are_exact() {
    let wanted = floats(&vectors()["training_sigmas"]);
    assert_eq!(NoiseSchedule::stable_diffusion().sigmas, wanted);
}

#[test]
fn schedules_equal_comfyui() {
    let vectors = vectors();
    let schedule = NoiseSchedule::stable_diffusion();
    for scheduler in SCHEDULERS {
        let runs = vectors["schedulers"][scheduler.name].as_object().unwrap();
        assert_eq!(runs.len(), 5);
        for (steps, wanted) in runs {
            let found = (scheduler.run)(&schedule, steps.parse().unwrap());
            let wanted = floats(wanted);
            assert_eq!(found.len(), wanted.len(), "{} at {steps} steps", scheduler.name);
            for (found, wanted) in found.iter().zip(wanted) {
                assert_close(*found, wanted, &format!("{} at {steps} steps", scheduler.name));
            }
        }
    }
}

#[test]
fn sigmas_and_timesteps_equal_comfyui() {
    let vectors = vectors();
    let schedule = NoiseSchedule::stable_diffusion();
    for (sigma, step) in vectors["timesteps_of_sigmas"].as_object().unwrap() {
        let found = schedule.timestep(sigma.parse().unwrap());
        assert_eq!(f64::from(found), step.as_f64().unwrap(), "sigma {sigma}");
    }
    for (step, sigma) in vectors["sigma_of_timesteps"].as_object().unwrap() {
        let found = schedule.sigma(step.parse().unwrap());
        assert_close(found, sigma.as_f64().unwrap() as f32, &format!("step {step}"));
    }
}

#[test]
fn timestep_undoes_sigma() {
    for schedule in [NoiseSchedule::stable_diffusion(), NoiseSchedule::zero_terminal_snr()] {
        for step in 0..TRAINING_STEPS {
            assert_eq!(schedule.timestep(schedule.sigma(step as f32)), step as f32);
        }
    }
}

#[test]
fn values_outside_the_table_take_its_ends() {
    let schedule = NoiseSchedule::stable_diffusion();
    assert_eq!(schedule.timestep(1e9), 999.0);
    assert_eq!(schedule.timestep(1e-9), 0.0);
    assert_eq!(schedule.sigma(5000.0), schedule.sigma(999.0));
    assert_eq!(schedule.sigma(-1.0), schedule.sigma(0.0));
}

/// Almost no signal left at the top, the bottom as it was (Lin et al. 2024).
#[test]
fn zero_terminal_snr_moves_the_top_only() {
    let plain = NoiseSchedule::stable_diffusion();
    let rescaled = NoiseSchedule::zero_terminal_snr();
    let signal = 1.0 / (f64::from(rescaled.sigma_max()).powi(2) + 1.0);
    assert!((signal / super::TERMINAL_SIGNAL - 1.0).abs() < 1e-6, "signal left: {signal}");
    assert_close(rescaled.sigma_min(), plain.sigma_min(), "smallest sigma");
    assert!(rescaled.sigmas.is_sorted() && rescaled.sigmas.iter().all(|s| s.is_finite()));
}

/// The step counts that 1000 is no multiple of, as ComfyUI turns them out.
#[test]
fn ddim_uniform_keeps_its_odd_step_counts() {
    let schedule = NoiseSchedule::stable_diffusion();
    let steps = |asked| (scheduler("ddim_uniform").unwrap().run)(&schedule, asked).len() - 1;
    assert_eq!([15, 20, 30, 999, 5000].map(steps), [16, 20, 31, 999, 999]);
}

#[test]
fn one_step_goes_straight_to_zero() {
    let schedule = NoiseSchedule::stable_diffusion();
    let sigmas = (scheduler("normal").unwrap().run)(&schedule, 1);
    assert_eq!(sigmas, [schedule.sigma(999.0), 0.0]);
}

#[test]
fn every_step_count_gives_a_falling_finite_schedule() {
    let counts = (0..=300).chain((300..=2000).step_by(37)).chain([999, 1000, 1001, 9999, 10_000]);
    let models = [NoiseSchedule::stable_diffusion(), NoiseSchedule::zero_terminal_snr()];
    for (steps, model) in counts.flat_map(|steps| models.iter().map(move |m| (steps, m))) {
        for scheduler in SCHEDULERS {
            let sigmas = (scheduler.run)(model, steps);
            let place = format!("{} at {steps} steps", scheduler.name);
            let (last, rest) = sigmas.split_last().unwrap();
            assert_eq!(*last, 0.0, "{place}");
            assert!(rest.iter().all(|s| s.is_finite() && *s > 0.0), "{place}");
            assert!(sigmas.is_sorted_by(|a, b| a >= b), "{place}");
        }
    }
}

#[test]
fn names_are_unique_and_found() {
    for row in SCHEDULERS {
        assert!(std::ptr::eq(scheduler(row.name).unwrap(), row));
    }
    assert!(scheduler("Karras").is_none());
}

/// These schedules have a level right between the training steps 832 and 833.
#[test]
fn a_level_between_two_steps_goes_where_the_reference_puts_it() {
    let schedule = NoiseSchedule::stable_diffusion();
    let cases = [("sgm_uniform", [6, 12, 24, 30].as_slice()), ("normal", &[7, 25])];
    for (name, steps) in cases {
        for steps in steps {
            let sigmas = (scheduler(name).unwrap().run)(&schedule, *steps);
            let timesteps: Vec<f32> = sigmas.iter().map(|s| schedule.timestep(*s)).collect();
            assert!(timesteps.contains(&832.0), "{name} {steps}: {timesteps:?}");
            assert!(!timesteps.contains(&833.0), "{name} {steps}: {timesteps:?}");
        }
    }
}
