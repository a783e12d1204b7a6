//! The window with a script in the engine's place: no model, any speed, any mishap.
//!
//! `cargo run --example scripted_window -- SETTINGS-FOLDER` opens it. The prompt's words steer the
//! script: `fail`, `crash` (in the middle), `decode` (a crash after the last step), `tiles` (too
//! little memory), `slow`, `cards` (two cards share what waits). Good for working on the window, and for pictures of it.

use aiimagegen::config::Config;
use aiimagegen::engine::{
    Array, DecodeRequest, DecodeWay, Device, DeviceFacts, Error, Event, FileProblem,
    FinishedLatent, Fit, Generation, Latent, Mode, ModelRequest, ModelSummary, OnEvent, Picture,
    Placement, Precision, Request, Stage, StageSummary, Timings, Values, Why, devices, test_again,
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
            if request.preview {
                let _ = on_event(Event::Preview(preview(request, step)));
            }
        }
        let latent = latent(request);
        let _ = on_event(Event::LatentFinished(FinishedLatent { latent: latent.clone(), seed }));
        let _ = on_event(Event::DecodeStarted);
        if request.prompt.contains("decode") {
            eprintln!("the script crashes in the decode, as the prompt says");
            std::process::abort();
        }
        if request.prompt.contains("tiles") {
            tiles(on_event)?;
        }
        Ok(generation(model, latent, seed))
    }

    fn decode(
        &mut self,
        request: &DecodeRequest,
        on_event: OnEvent<'_>,
    ) -> Result<Generation, Error> {
        let _ = on_event(Event::DecodeStarted);
        tiles(on_event)?;
        let FinishedLatent { latent, seed } = request.finished.clone();
        Ok(generation(summary(), latent, seed))
    }

    fn test(&mut self, device: Device, on_event: OnEvent<'_>) -> Result<(), Error> {
        test_again(device, on_event)
    }

    fn devices(&mut self) -> Vec<DeviceFacts> {
        devices()
    }

    fn place_queue(
        &mut self,
        request: &Request,
        waiting: u32,
        _: &[(Device, u64)],
        _: OnEvent<'_>,
    ) -> Result<Option<Placement>, Error> {
        let devices = vec![Device::Cuda(0), Device::Cuda(1)];
        let mode = Mode::QueueInParallel { devices };
        let why = Why::PicturesWait { waiting };
        let placed = Placement { mode, why, fit: Fit::Fits, skipped: Vec::new() };
        Ok(request.prompt.contains("cards").then_some(placed))
    }
}

/// The decode of a picture too large for the memory.
fn tiles(on_event: OnEvent<'_>) -> Result<(), Error> {
    let _ = on_event(Event::DecodeRetried { how: DecodeWay::Tiled });
    for tile in 1..=9 {
        thread::sleep(Duration::from_millis(200));
        if on_event(Event::TileDone { tile, tiles: 9 }).is_break() {
            return Err(Error::Cancelled { step: 0, steps: 0 });
        }
    }
    Ok(())
}

/// The picture an eighth of its size, coming out of the dark.
fn preview(request: &Request, step: u32) -> Picture {
    let mut small = picture(request.width / 8, request.height / 8);
    let shade = |byte: &mut u8| *byte = (u32::from(*byte) * step / request.steps.max(1)) as u8;
    small.rgb.iter_mut().for_each(shade);
    small
}

fn latent(request: &Request) -> Latent {
    let (batch, height, width) = (request.batch, request.height / 8, request.width / 8);
    let [batch, height, width] = [batch, height, width].map(|size| size as usize);
    Latent { batch, channels: 4, height, width, data: vec![0.5; batch * 4 * height * width] }
}

fn generation(model: ModelSummary, latent: Latent, seed: u64) -> Generation {
    Generation {
        pictures: vec![picture(8 * latent.width as u32, 8 * latent.height as u32)],
        latent: Array { shape: latent.shape().to_vec(), data: Values::F32(latent.data) },
        seed,
        nan_retries: 0,
        timings: Timings::default(),
        model,
        trace: Vec::new(),
    }
}
