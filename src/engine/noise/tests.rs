//! The noise against values that torch itself drew.

use super::TorchGenerator;
use serde_json::Value;

/// Vectorised sine, cosine and logarithm differ in their last bits from machine to machine.
const TOLERANCE: f32 = 2e-6;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/data/torch_randn.json")).unwrap()
}

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap() as f32).collect()
}

fn worst(found: &[f32], wanted: &[f32]) -> f32 {
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn check(values: &[f32], entry: &Value) {
    let first = floats(&entry["first"]);
    let place = format!("seed {} shape {}", entry["seed"], entry["shape"]);
    assert!(worst(&values[..first.len()], &first) <= TOLERANCE, "first values, {place}");
    if let Some(last) = entry.get("last").map(floats) {
        let start = values.len() - last.len();
        assert!(worst(&values[start..], &last) <= TOLERANCE, "last values, {place}");
    }
}

fn count(entry: &Value) -> usize {
    entry["n"].as_u64().unwrap() as usize
}

#[test]
fn fresh_generators_equal_torch() {
    let vectors = vectors();
    let entries = vectors["cpu"].as_array().unwrap();
    assert_eq!(entries.len(), 80);
    for entry in entries {
        let seed: u64 = entry["seed"].as_str().unwrap().parse().unwrap();
        check(&TorchGenerator::new(seed).randn(count(entry)), entry);
    }
}

/// Draws below 16 values keep half a pair back; larger ones in between leave it alone.
#[test]
fn successive_draws_equal_torch() {
    let vectors = vectors();
    let entries = vectors["cpu_sequence"].as_array().unwrap();
    assert_eq!(entries.len(), 6);
    let mut generator = TorchGenerator::new(42);
    for entry in entries {
        check(&generator.randn(count(entry)), entry);
    }
}

#[test]
fn only_the_low_32_bits_of_a_seed_count() {
    let draw = |seed| TorchGenerator::new(seed).randn(64);
    assert_eq!(draw(7), draw(7 + (1 << 32)));
    assert_ne!(draw(7), draw(8));
}

#[test]
fn values_are_finite_and_standard_normal() {
    let values = TorchGenerator::new(3).randn(1 << 18);
    let count = values.len() as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let square = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>() / count;
    assert!(values.iter().all(|v| v.is_finite()));
    assert!(mean.abs() < 0.01 && (square - 1.0).abs() < 0.01, "mean {mean}, square {square}");
}

#[test]
fn no_values_are_no_values() {
    assert!(TorchGenerator::new(0).randn(0).is_empty());
}
