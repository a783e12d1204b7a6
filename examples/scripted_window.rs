//! The window with a script in the engine's place: no model, any speed, any mishap.
//!
//! `cargo run --example scripted_window -- SETTINGS-FOLDER` opens it. The prompt's words steer the
//! script: `fail`, `crash`, `slow`. Good for working on the window, and for pictures of it.

use aiimagegen::config::Config;
use aiimagegen::engine::{
    Array, Device, Error, Event, FileProblem, Generation, ModelRequest, ModelSummary, OnEvent,
    Picture, Precision, Request, Stage, StageSummary, Timings, Values,
};
use aiimagegen::engine_process::{self, Launch, Work};
use aiimagegen::paths::Paths;
use aiimagegen::ui;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// Makes a picture of colours, step by step.
struct Script {
    loaded: Option<PathBuf>,
}

fn main() -> ExitCode {
    env_logger::init();
    let argument = std::env::args_os().nth(1).unwrap_or_default();
    if argument == "engine" {
        return engine_process::run(&mut Script { loaded: None });
    }
    let settings = PathBuf::from(argument);
    let paths = Paths { app: settings.clone(), settings };
    let mut config = Config::default();
    (config.defaults.width, config.defaults.height) = (256, 256);
    let window = ui::run(ui::Start::Ready(Box::new(ui::Settings {
        engine: Launch { program: None, args: vec!["engine".into()] },
        ..ui::Settings::new(paths, config)
    })));
    match window {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn summary() -> ModelSummary {
    let stages =
        [(Stage::Clip, 500_000_000), (Stage::Unet, 3_200_000_000), (Stage::Vae, 300_000_000)];
    let part = |(stage, bytes)| StageSummary {
        stage,
        device: Device::Cpu,
        precision: Precision::F32,
        bytes,
    };
    ModelSummary {
        family: "sd1".into(),
        prediction: "eps".into(),
        stages: stages.map(part).to_vec(),
        load_s: 1.0,
        weight_bytes: 4_000_000_000,
    }
}

fn picture(width: u32, height: u32) -> Picture {
    let shade = |place: u32, of: u32| (place * 255 / of.max(1)) as u8;
    let pixel = |y, x| [shade(x, width), shade(y, height), 255 - shade(x + y, width + height)];
    let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(y, x))).collect();
    Picture { width, height, rgb }
}

impl Work for Script {
    fn load(&mut self, model: &ModelRequest, on_event: OnEvent<'_>) -> Result<ModelSummary, Error> {
        if self.loaded.as_ref() == Some(&model.checkpoint) {
            return Ok(summary());
        }
        let total = 4_000_000_000;
        for tenth in 1..=10 {
            thread::sleep(Duration::from_millis(60));
            let done = total / 10 * tenth;
            if on_event(Event::LoadProgress { stage: Stage::Unet, done, total }).is_break() {
                return Err(Error::Cancelled { step: 0, steps: 0 });
            }
        }
        self.loaded = Some(model.checkpoint.clone());
        let _ = on_event(Event::Loaded(summary()));
        Ok(summary())
    }

    fn generate(&mut self, request: &Request, on_event: OnEvent<'_>) -> Result<Generation, Error> {
        let model = self.load(&request.model, on_event)?;
        let (steps, seed) = (request.steps, request.seed.unwrap_or(42));
        if request.prompt.contains("fail") {
            let file = request.model.checkpoint.clone();
            return Err(Error::File { file, problem: FileProblem::NoPermission });
        }
        let seconds = if request.prompt.contains("slow") { 1.0 } else { 0.1 };
        let _ = on_event(Event::SeedChosen(seed));
        let _ = on_event(Event::EncodeStarted);
        let _ = on_event(Event::SamplingStarted { steps });
        for step in 1..=steps {
            if request.prompt.contains("crash") && step > steps / 2 {
                eprintln!("the script crashes, as the prompt says");
                std::process::abort();
            }
            thread::sleep(Duration::from_secs_f64(seconds));
            if on_event(Event::StepDone { step, steps, seconds }).is_break() {
                return Err(Error::Cancelled { step, steps });
            }
        }
        let _ = on_event(Event::DecodeStarted);
        Ok(Generation {
            pictures: vec![picture(request.width, request.height)],
            latent: Array { shape: vec![0], data: Values::F32(Vec::new()) },
            seed,
            nan_retries: 0,
            timings: Timings::default(),
            model,
            trace: Vec::new(),
        })
    }
}
