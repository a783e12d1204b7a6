//! The window with a script in the engine's place: no model, any speed, any mishap.
//!
//! `cargo run --example scripted_window -- SETTINGS-FOLDER [DEVICE...]` opens it; with several cards
//! named, those share what waits if the prompt says `cards`. The prompt's words steer the
//! script: `fail`, `crash` (in the middle), `decode` (a crash after the last step), `tiles` (too
//! little memory), `slow`. Good for working on the window, and for pictures of it.
//!
//! At its end it says how long the window was deaf at the longest: the largest gap between two
//! turns of its main loop that were due after 5 ms. With `AIIMAGEGEN_ENGINE=PROGRAM` the engine is
//! that program's, a real one.

use aiimagegen::config::Config;
use aiimagegen::engine::{
    Array, DecodeRequest, DecodeWay, Device, DeviceFacts, Error, Event, FileProblem,
    FinishedLatent, Fit, Generation, Latent, Mode, ModelRequest, ModelSummary, OnEvent, Picture,
    Placement, Precision, Request, Stage, StageSummary, Timings, Values, Why, devices, test_again,
};
use aiimagegen::engine_process::{self, Launch, Work};
use aiimagegen::paths::Paths;
use aiimagegen::ui;
use relm4::gtk::glib;
use std::cell::Cell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

/// Makes a picture of colours, step by step.
struct Script {
    loaded: Option<ModelRequest>,
}

fn main() -> ExitCode {
    env_logger::init();
    let mut arguments = std::env::args_os().skip(1);
    let argument = arguments.next().unwrap_or_default();
    if argument == "engine" {
        return engine_process::run(&mut Script { loaded: None });
    }
    let settings = PathBuf::from(argument);
    let engine = match std::env::var_os("AIIMAGEGEN_ENGINE") {
        Some(program) => Launch { program: Some(program.into()), ..Launch::with(&settings) },
        None => Launch { program: None, args: vec!["engine".into()] },
    };
    let paths = Paths { app: settings.clone(), settings };
    let mut config = Config::default();
    (config.defaults.width, config.defaults.height) = (256, 256);
    config.defaults.devices = arguments.filter_map(|name| name.to_str()?.parse().ok()).collect();
    let gaps = watch_gaps();
    let window = ui::run(ui::Start::Ready(Box::new(ui::Settings {
        engine,
        ..ui::Settings::new(paths, config)
    })));
    let (begin, later) = gaps.get();
    eprintln!("longest gaps: {begin:?} in the first second, {later:?} after it");
    match window {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures how long the main loop turns to nothing else: within a second of its first turn, and
/// after that.
fn watch_gaps() -> Rc<Cell<(Duration, Duration)>> {
    let gaps = Rc::new(Cell::new((Duration::ZERO, Duration::ZERO)));
    let (noted, turns) = (Rc::clone(&gaps), Cell::new(None::<(Instant, Instant)>));
    glib::timeout_add_local(Duration::from_millis(5), move || {
        let now = Instant::now();
        let (first, last) = turns.get().unwrap_or((now, now));
        turns.set(Some((first, now)));
        let (begin, later) = noted.get();
        let gap = now - last;
        noted.set(match now - first < Duration::from_secs(1) {
            true => (begin.max(gap), later),
            false => (begin, later.max(gap)),
        });
        glib::ControlFlow::Continue
    });
    gaps
}

/// The model where it was asked for.
fn summary(model: &ModelRequest) -> ModelSummary {
    let device = model.devices.first().copied().unwrap_or(Device::Cpu);
    let stages =
        [(Stage::Clip, 500_000_000), (Stage::Unet, 3_200_000_000), (Stage::Vae, 300_000_000)];
    let part = |(stage, bytes)| StageSummary { stage, device, precision: Precision::F32, bytes };
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
        if self.loaded.as_ref() == Some(model) {
            return Ok(summary(model));
        }
        let total = 4_000_000_000;
        for tenth in 1..=10 {
            thread::sleep(Duration::from_millis(60));
            let done = total / 10 * tenth;
            if on_event(Event::LoadProgress { stage: Stage::Unet, done, total }).is_break() {
                return Err(Error::Cancelled { step: 0, steps: 0 });
            }
        }
        self.loaded = Some(model.clone());
        let _ = on_event(Event::Loaded(summary(model)));
        Ok(summary(model))
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
        Ok(generation(summary(&request.model), latent, seed))
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
        let devices = request.model.devices.clone();
        let mode = Mode::QueueInParallel { devices };
        let why = Why::PicturesWait { waiting };
        let placed = Placement { mode, why, fit: Fit::Fits, skipped: Vec::new() };
        Ok((request.prompt.contains("cards") && waiting > 1).then_some(placed))
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
