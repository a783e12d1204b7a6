//! The figures that `generate --json` reports.

use crate::cli::memory;
use crate::cli::progress::median;
use crate::engine::{Generation, Precision, Stage};
use serde_json::{Value, json};

/// Where the denoiser, which does most of the work, ran.
pub fn unet_place(generation: &Generation) -> (String, Precision) {
    generation.model.stage(Stage::Unet).map_or_else(
        || (String::new(), Precision::Auto),
        |unet| (unet.device.to_string(), unet.precision),
    )
}

/// The figures for `--json`.
#[derive(Default)]
pub struct Report {
    /// The pictures, as the document has them.
    pub pictures: Vec<Value>,
    /// All that took part, in the order that they came in.
    devices: Vec<String>,
    precision: String,
    load_s: f64,
    encode_s: f64,
    step_s: Vec<f64>,
    steps: usize,
    decode_s: f64,
    total_s: f64,
}

impl Report {
    /// Counts one generation in, which took `total_s` with everything around it.
    pub fn add(&mut self, generation: &Generation, total_s: f64) {
        let (device, precision) = unet_place(generation);
        let timings = &generation.timings;
        if !self.devices.contains(&device) {
            self.devices.push(device);
        }
        self.precision = precision.to_string();
        self.load_s += timings.load_s;
        self.encode_s += timings.encode_s;
        self.step_s.extend(&timings.steps_s);
        self.steps = timings.steps_s.len();
        self.decode_s += timings.decode_s;
        self.total_s += total_s;
    }

    /// Says how long all of it took, where generations were made at the same time.
    pub fn took(&mut self, total_s: f64) {
        self.total_s = total_s;
    }

    /// Notes the file that has an array of the last `count` pictures.
    pub fn add_array(&mut self, count: usize, field: &str, file: &str) {
        for picture in self.pictures.iter_mut().rev().take(count) {
            picture[field] = file.into();
        }
    }

    /// The document.
    pub fn document(&self) -> Value {
        json!({
            "pictures": self.pictures,
            "device": self.devices.join(", "),
            "precision": self.precision,
            "load_s": self.load_s,
            "encode_s": self.encode_s,
            "step_s": median(&self.step_s),
            "steps": self.steps,
            "decode_s": self.decode_s,
            "total_s": self.total_s,
            "peak_rss_bytes": memory::peak_bytes(),
        })
    }
}
