//! What a picture says about how it was made: the `parameters` text that A1111 writes into PNGs
//! and that galleries, sites and other programs read.
//!
//! The text's form follows A1111's `modules/infotext_utils.py` and `processing.py`. [`PictureFacts`]
//! writes it, [`read`] finds it in any picture that has it, whoever made that.

mod container;
mod infotext;
mod names;
mod read;

pub use container::Format;
pub use read::{Recovered, Source, Unhonoured, UnhonouredReason, Unread, is_picture, read};

use crate::engine::{Generation, Request};
use std::fmt;
use std::path::Path;

/// A1111's names for samplers; ours (ComfyUI's) on the left.
///
/// The one table of both vocabularies. A name that is not in it is written as it is.
const SAMPLERS: [(&str, &str); 24] = [
    ("euler", "Euler"),
    ("euler_ancestral", "Euler a"),
    ("heun", "Heun"),
    ("dpm_2", "DPM2"),
    ("dpm_2_ancestral", "DPM2 a"),
    ("lms", "LMS"),
    ("dpm_fast", "DPM fast"),
    ("dpm_adaptive", "DPM adaptive"),
    ("dpmpp_2s_ancestral", "DPM++ 2S a"),
    ("dpmpp_sde", "DPM++ SDE"),
    ("dpmpp_sde_gpu", "DPM++ SDE"),
    ("dpmpp_2m", "DPM++ 2M"),
    ("dpmpp_2m_sde", "DPM++ 2M SDE"),
    ("dpmpp_2m_sde_gpu", "DPM++ 2M SDE"),
    ("dpmpp_2m_sde_heun", "DPM++ 2M SDE Heun"),
    ("dpmpp_2m_sde_heun_gpu", "DPM++ 2M SDE Heun"),
    ("dpmpp_3m_sde", "DPM++ 3M SDE"),
    ("dpmpp_3m_sde_gpu", "DPM++ 3M SDE"),
    ("restart", "Restart"),
    ("ddim", "DDIM"),
    ("ddim_cfgpp", "DDIM CFG++"),
    ("plms", "PLMS"),
    ("uni_pc", "UniPC"),
    ("lcm", "LCM"),
];

/// A1111's names for schedules, likewise.
///
/// `normal` is A1111's own port of that schedule, "Normal", and not its older "Uniform", which
/// has the same numbers but is made for A1111's samplers; `ddim_uniform` is its "DDIM".
const SCHEDULERS: [(&str, &str); 9] = [
    ("normal", "Normal"),
    ("karras", "Karras"),
    ("exponential", "Exponential"),
    ("sgm_uniform", "SGM Uniform"),
    ("simple", "Simple"),
    ("ddim_uniform", "DDIM"),
    ("beta", "Beta"),
    ("kl_optimal", "KL Optimal"),
    ("linear_quadratic", "Linear Quadratic"),
];

/// The program in its own pictures, before its version.
const OUR_NAME: &str = env!("CARGO_PKG_NAME");

/// How one picture was made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PictureFacts {
    /// The prompt.
    pub prompt: String,
    /// The negative prompt; empty for none.
    pub negative: String,
    /// Sampling steps.
    pub steps: u32,
    /// The sampler's name here.
    pub sampler: String,
    /// The scheduler's name here.
    pub scheduler: String,
    /// Guidance scale.
    pub cfg: f32,
    /// The seed used.
    pub seed: u64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The checkpoint's name, without its ending.
    pub model: String,
    /// The checkpoint's hash, from [`crate::catalog::model_hash`].
    pub model_hash: Option<String>,
    /// The separate VAE's name, if there was one.
    pub vae: Option<String>,
    /// Whether both halves of the guidance were computed one by one, as two GPUs do.
    pub strict: bool,
    /// Pictures made together with this one; 0 and 1 both mean that it was alone.
    pub batch: u32,
    /// This one's place among them, from 0.
    pub batch_place: u32,
}

impl PictureFacts {
    /// The facts about picture `place` of `generation`, which `request` asked for.
    pub fn of(
        request: &Request,
        generation: &Generation,
        place: u32,
        model_hash: Option<String>,
    ) -> Self {
        let stem =
            |file: &Path| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let picture = generation.pictures.get(place as usize);
        Self {
            prompt: request.prompt.clone(),
            negative: request.negative.clone(),
            steps: request.steps,
            sampler: request.sampler.clone(),
            scheduler: request.scheduler.clone(),
            cfg: request.cfg,
            seed: generation.seed,
            width: picture.map_or(request.width, |picture| picture.width),
            height: picture.map_or(request.height, |picture| picture.height),
            model: stem(&request.model.checkpoint),
            model_hash,
            vae: request.model.vae.as_deref().map(stem),
            strict: request.strict,
            batch: request.batch,
            batch_place: place,
        }
    }

    /// The text for the `parameters` chunk.
    pub fn parameters(&self) -> String {
        let mut text = self.prompt.trim().to_owned();
        if !self.negative.trim().is_empty() {
            text = format!("{text}\nNegative prompt: {}", self.negative.trim());
        }
        let pairs: Vec<String> =
            self.pairs().iter().map(|(key, value)| format!("{key}: {}", Quoted(value))).collect();
        // A chunk's text cannot hold NUL.
        format!("{text}\n{}", pairs.join(", ")).trim_start().replace('\0', "")
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("Steps", self.steps.to_string()),
            ("Sampler", translated(&SAMPLERS, &self.sampler)),
            ("Schedule type", translated(&SCHEDULERS, &self.scheduler)),
            ("CFG scale", self.cfg.to_string()),
            ("Seed", self.seed.to_string()),
            ("Size", format!("{}x{}", self.width, self.height)),
        ];
        pairs.extend(self.model_hash.clone().map(|hash| ("Model hash", hash)));
        pairs.push(("Model", self.model.clone()));
        pairs.extend(self.vae.clone().map(|name| ("VAE", name)));
        // torch's CPU generator, whatever the device.
        pairs.push(("RNG", "CPU".to_owned()));
        if self.strict {
            pairs.push(("Strict", "True".to_owned()));
        }
        if self.batch > 1 {
            pairs.push(("Batch size", self.batch.to_string()));
            pairs.push(("Batch pos", self.batch_place.to_string()));
        }
        pairs.push(("Version", format!("{OUR_NAME} {}", env!("CARGO_PKG_VERSION"))));
        pairs
    }
}

fn translated(table: &[(&str, &str)], name: &str) -> String {
    let row = table.iter().find(|(ours, _)| *ours == name);
    row.map_or(name, |(_, theirs)| theirs).to_owned()
}

/// A value as it stands in the last line: a JSON string when it would be read wrongly bare.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A bare quote at the start would be taken for the start of a JSON string.
        if self.0.contains([',', '\n', ':']) || self.0.starts_with('"') {
            write!(f, "{}", serde_json::Value::from(self.0))
        } else {
            f.write_str(self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> PictureFacts {
        PictureFacts {
            prompt: "a cat, (masterpiece:1.2)".into(),
            negative: "blurry".into(),
            steps: 20,
            sampler: "dpmpp_2m".into(),
            scheduler: "karras".into(),
            cfg: 7.0,
            seed: 4_294_967_296,
            width: 512,
            height: 768,
            model: "v1-5-pruned".into(),
            model_hash: Some("cc6cb27103".into()),
            ..Default::default()
        }
    }

    const LAST_LINE: &str = concat!(
        "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 4294967296, ",
        "Size: 512x768, Model hash: cc6cb27103, Model: v1-5-pruned, RNG: CPU, Version: aiimagegen ",
        env!("CARGO_PKG_VERSION")
    );

    #[test]
    fn the_text_has_prompt_negative_and_pairs_in_order() {
        let text = format!("a cat, (masterpiece:1.2)\nNegative prompt: blurry\n{LAST_LINE}");
        assert_eq!(facts().parameters(), text);
    }

    #[test]
    fn empty_prompts_leave_no_empty_lines() {
        let plain = PictureFacts { negative: " ".into(), ..facts() };
        assert_eq!(plain.parameters(), format!("a cat, (masterpiece:1.2)\n{LAST_LINE}"));
        let empty = PictureFacts { prompt: "\n".into(), ..plain };
        assert_eq!(empty.parameters(), LAST_LINE);
    }

    #[test]
    fn values_that_would_break_the_line_are_quoted() {
        for (value, written) in [
            ("plain name 1.5", "plain name 1.5"),
            ("a, b", r#""a, b""#),
            ("a: b", r#""a: b""#),
            ("a\nb", r#""a\nb""#),
            ("\"a", r#""\"a""#),
            ("é, ü", "\"é, ü\""),
            ("a \"b\", \\c", r#""a \"b\", \\c""#),
        ] {
            assert_eq!(Quoted(value).to_string(), written);
        }
    }

    #[test]
    fn a_batch_tells_the_picture_s_place_and_a_vae_its_name() {
        let facts =
            PictureFacts { batch: 4, batch_place: 2, vae: Some("mse".into()), cfg: 7.5, ..facts() };
        let text = facts.parameters();
        for part in ["VAE: mse, RNG", "Batch size: 4, Batch pos: 2, Version", "CFG scale: 7.5,"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn what_is_the_same_on_any_number_of_gpus_says_so() {
        let text = PictureFacts { strict: true, ..facts() }.parameters();
        assert!(text.contains("RNG: CPU, Strict: True, Version"), "{text}");
    }

    #[test]
    fn names_outside_the_table_stay_as_they_are() {
        assert_eq!(translated(&SAMPLERS, "euler_ancestral"), "Euler a");
        assert_eq!(translated(&SAMPLERS, "brand_new"), "brand_new");
        assert_eq!(translated(&SCHEDULERS, "normal"), "Normal");
    }

    #[test]
    fn no_nul_reaches_the_chunk() {
        let text = PictureFacts { prompt: "a\0b".into(), ..facts() }.parameters();
        assert!(text.starts_with("ab\n"));
    }
}
