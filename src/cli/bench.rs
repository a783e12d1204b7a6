//! `bench`: how fast each stage is here.

use super::args::{Bench, Shared};
use super::failure::Failure;
use super::generate::{Shelves, model, unet_place};
use super::progress::{Progress, median, seconds};
use super::values::Size;
use super::{interrupt, memory, terminal};
use crate::config::Config;
use crate::engine::{self, Device, Engine, Error, Event, Generation, ModelSummary, Request, Rule};
use crate::i18n::{text, text_with};
use crate::paths::Paths;
use crate::wording;
use serde_json::{Value, json};
use std::cell::RefCell;

/// What is painted while the clock runs; its length in tokens is an everyday one.
const PROMPT: &str = "a lighthouse on a cliff at dusk, waves below, oil painting";

/// Runs the command.
pub fn run(args: &Bench, shared: &Shared) -> Result<(), Failure> {
    let paths = Paths::new(shared.settings.clone());
    let config = Config::load(&paths.config())?;
    let shelves = Shelves::new(&config, &paths);
    let request = request(args, &config, &shelves)?;
    if args.repeats == 0 {
        let rule = Rule::Between { min: 1.0, max: u32::MAX.into() };
        let (field, value) = ("repeats".to_owned(), args.repeats.to_string());
        return Err(Error::BadValue { field, value, rule }.into());
    }
    let saved = Size { width: config.defaults.width, height: config.defaults.height };
    let own = shelves.own_size(&request.model.checkpoint).unwrap_or(saved);
    let sizes = if args.size.is_empty() { &vec![own] } else { &args.size };
    interrupt::install();
    let mut progress = Progress::new(shared.verbose > 0);
    let ended = measure_all(&request, sizes, args.repeats, &mut progress);
    drop(progress);
    let runs = ended.map_err(|failure| match failure {
        Failure::Engine(Error::Cancelled { .. }) => {
            terminal::say(text("cli-kept-nothing"));
            Failure::Interrupted
        }
        other => other,
    })?;
    if shared.json {
        let runs: Vec<_> = runs.iter().map(Run::report).collect();
        return terminal::print_json(&json!({ "runs": runs }));
    }
    runs.iter().try_for_each(|run| terminal::print(run.described()))
}

fn request(args: &Bench, config: &Config, shelves: &Shelves) -> Result<Request, Failure> {
    let defaults = &config.defaults;
    let model = model(&args.model, config, shelves)?;
    Ok(Request {
        negative: String::new(),
        steps: args.steps.unwrap_or(defaults.steps),
        seed: Some(0),
        batch: args.batch.unwrap_or(defaults.batch),
        ..defaults.request(model, PROMPT.to_owned())
    })
}

fn measure_all(
    request: &Request,
    sizes: &[Size],
    repeats: u32,
    progress: &mut Progress,
) -> Result<Vec<Run>, Failure> {
    let mut engine = Engine::new();
    let mut loaded = Held::default();
    let peaks = RefCell::new(Peaks::default());
    let mut generate = |request: &Request| {
        engine.generate(request, &mut |event| {
            progress.show(&event);
            loaded.note(&event);
            peaks.borrow_mut().note(&event);
            interrupt::flow()
        })
    };
    let mut runs = Vec::new();
    let mut load_s = None;
    for size in sizes {
        let request = Request { width: size.width, height: size.height, ..request.clone() };
        memory::forget_peak();
        engine::take_memory_peaks();
        peaks.take();
        // Kernels are compiled and chosen, and memory is touched, on the first use of a size.
        let first = generate(&Request { steps: request.steps.min(1), ..request.clone() })?;
        let load_s = *load_s.get_or_insert(first.timings.load_s);
        let mut run = Run::new(&request, &first, load_s);
        for _ in 0..repeats {
            run.add(&generate(&request)?);
        }
        run.peak_rss_bytes = memory::peak_bytes();
        run.cards = peaks.take().cards(&first.model, &request);
        runs.push(run);
    }
    for card in runs.iter_mut().flat_map(|run| &mut run.cards) {
        card.loaded = loaded.bytes(card.device);
    }
    Ok(runs)
}

/// What was held of each card's memory when the model was there.
#[derive(Default)]
struct Held {
    is_loaded: bool,
    bytes: Vec<(Device, u64)>,
}

impl Held {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Loaded(_) => *self = Self { is_loaded: true, bytes: Vec::new() },
            // What follows is held for the work, too.
            Event::EncodeStarted => self.is_loaded = false,
            Event::MemoryHeld { device, bytes } if self.is_loaded => {
                self.bytes.push((*device, *bytes));
            }
            _ => {}
        }
    }

    fn bytes(&self, device: Device) -> Option<u64> {
        self.bytes.iter().find(|(held, _)| *held == device).map(|(_, bytes)| *bytes)
    }
}

/// What was held of a card's memory, in bytes.
struct CardMemory {
    device: Device,
    /// With the model loaded, where it was loaded in this run.
    loaded: Option<u64>,
    /// At the most, until the latent was finished; with this size.
    sampling: Option<u64>,
    /// At the most, while it was decoded.
    decode: Option<u64>,
    /// What the placement expects at the most.
    foreseen: Option<u64>,
}

/// The most that was held of each card's memory, with a size.
#[derive(Default)]
struct Peaks {
    is_decoding: bool,
    sampling: Vec<(Device, u64)>,
    decode: Vec<(Device, u64)>,
}

impl Peaks {
    fn note(&mut self, event: &Event) {
        match event {
            Event::EncodeStarted | Event::DecodeStarted => {
                self.add(engine::take_memory_peaks());
                self.is_decoding = *event == Event::DecodeStarted;
            }
            _ => {}
        }
    }

    /// What was held until now, in the stage that ran.
    fn add(&mut self, held: Vec<(Device, u64)>) {
        let peaks = if self.is_decoding { &mut self.decode } else { &mut self.sampling };
        for (device, bytes) in held {
            match peaks.iter_mut().find(|(known, _)| *known == device) {
                Some((_, most)) => *most = bytes.max(*most),
                None => peaks.push((device, bytes)),
            }
        }
    }

    fn cards(mut self, model: &ModelSummary, request: &Request) -> Vec<CardMemory> {
        self.add(engine::take_memory_peaks());
        let foreseen = engine::foreseen_peaks(model, request);
        let of = |all: &[(Device, u64)], device| {
            all.iter().find(|(it, _)| *it == device).map(|(_, bytes)| *bytes)
        };
        let mut devices: Vec<_> = self.sampling.iter().chain(&self.decode).map(|it| it.0).collect();
        devices.sort_unstable();
        devices.dedup();
        let card = |device| CardMemory {
            device,
            loaded: None,
            sampling: of(&self.sampling, device),
            decode: of(&self.decode, device),
            foreseen: of(&foreseen, device),
        };
        devices.into_iter().map(card).collect()
    }
}

impl CardMemory {
    fn peak(&self) -> u64 {
        self.sampling.max(self.decode).unwrap_or_default()
    }

    fn report(&self) -> Value {
        json!({
            "id": self.device,
            "loaded_bytes": self.loaded,
            "sampling_bytes": self.sampling,
            "decode_bytes": self.decode,
            "peak_bytes": self.peak(),
            "foreseen_bytes": self.foreseen,
        })
    }

    fn described(&self) -> String {
        // A card that had nothing to do in a stage held the model there.
        let size = |bytes: Option<u64>| wording::bytes(bytes.or(self.loaded).unwrap_or(0)).into();
        text_with(
            "cli-bench-card",
            [
                ("device", self.device.to_string().into()),
                ("loaded", size(self.loaded)),
                ("sampling", size(self.sampling)),
                ("decode", size(self.decode)),
                ("foreseen", size(self.foreseen)),
            ],
        )
    }
}

/// The measurements of one size.
struct Run {
    device: String,
    precision: String,
    size: Size,
    batch: u32,
    load_s: Vec<f64>,
    encode_s: Vec<f64>,
    step_s: Vec<f64>,
    decode_s: Vec<f64>,
    repeats: u32,
    peak_rss_bytes: u64,
    cards: Vec<CardMemory>,
}

impl Run {
    fn new(request: &Request, first: &Generation, load_s: f64) -> Self {
        let (device, precision) = unet_place(first);
        Self {
            device,
            precision: precision.to_string(),
            size: Size { width: request.width, height: request.height },
            batch: request.batch,
            load_s: vec![load_s],
            encode_s: Vec::new(),
            step_s: Vec::new(),
            decode_s: Vec::new(),
            repeats: 0,
            peak_rss_bytes: 0,
            cards: Vec::new(),
        }
    }

    fn add(&mut self, generation: &Generation) {
        let timings = &generation.timings;
        self.encode_s.push(timings.encode_s);
        self.step_s.extend(&timings.steps_s);
        self.decode_s.push(timings.decode_s);
        self.repeats += 1;
    }

    fn report(&self) -> Value {
        json!({
            "device": self.device,
            "precision": self.precision,
            "width": self.size.width,
            "height": self.size.height,
            "batch": self.batch,
            "load_s": median(&self.load_s),
            "encode_s": median(&self.encode_s),
            "step_s": median(&self.step_s),
            "decode_s": median(&self.decode_s),
            "peak_rss_bytes": self.peak_rss_bytes,
            "cards": self.cards.iter().map(CardMemory::report).collect::<Vec<_>>(),
            "repeats": self.repeats,
            "all": {
                "load_s": self.load_s,
                "encode_s": self.encode_s,
                "step_s": self.step_s,
                "decode_s": self.decode_s,
            },
        })
    }

    fn described(&self) -> String {
        let time = |values: &[f64]| seconds(median(values)).into();
        let run = text_with(
            "cli-bench-run",
            [
                ("device", self.device.clone().into()),
                ("precision", self.precision.clone().into()),
                ("size", format!("{}x{}", self.size.width, self.size.height).into()),
                ("batch", self.batch.into()),
                ("load", time(&self.load_s)),
                ("encode", time(&self.encode_s)),
                ("step", time(&self.step_s)),
                ("decode", time(&self.decode_s)),
                ("memory", wording::bytes(self.peak_rss_bytes).into()),
            ],
        );
        let cards = self.cards.iter().map(|card| format!("  {}", card.described()));
        std::iter::once(run).chain(cards).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_has_the_documented_fields_with_medians_on_top() {
        let run = Run {
            device: "cpu".into(),
            precision: "f32".into(),
            size: Size { width: 64, height: 32 },
            batch: 1,
            load_s: vec![1.0],
            encode_s: vec![0.5, 0.25],
            step_s: vec![3.0, 1.0, 2.0],
            decode_s: vec![4.0],
            repeats: 2,
            peak_rss_bytes: 9,
            cards: vec![CardMemory {
                device: Device::Cuda(1),
                loaded: Some(4_000_000_000),
                sampling: Some(5_000_000_000),
                decode: Some(6_000_000_000),
                foreseen: None,
            }],
        };
        let expected = json!({
            "device": "cpu", "precision": "f32", "width": 64, "height": 32, "batch": 1,
            "load_s": 1.0, "encode_s": 0.375, "step_s": 2.0, "decode_s": 4.0,
            "peak_rss_bytes": 9, "repeats": 2,
            "cards": [{
                "id": "cuda:1", "loaded_bytes": 4_000_000_000_u64,
                "sampling_bytes": 5_000_000_000_u64, "decode_bytes": 6_000_000_000_u64,
                "peak_bytes": 6_000_000_000_u64, "foreseen_bytes": null,
            }],
            "all": {
                "load_s": [1.0], "encode_s": [0.5, 0.25], "step_s": [3.0, 1.0, 2.0],
                "decode_s": [4.0],
            },
        });
        assert_eq!(run.report(), expected);
        let described = run.described();
        assert!(described.contains("64x32") && described.contains("cuda:1: 4.0 GB"), "{described}");
    }

    #[test]
    fn what_is_loaded_is_what_is_held_before_the_work() {
        let mut held = Held::default();
        let device = Device::Cuda(0);
        let memory = |bytes| Event::MemoryHeld { device, bytes };
        let model = ModelSummary {
            family: "sd1".into(),
            prediction: "eps".into(),
            stages: Vec::new(),
            load_s: 0.0,
            weight_bytes: 0,
        };
        for event in [memory(1), Event::Loaded(model), memory(5), Event::EncodeStarted, memory(9)] {
            held.note(&event);
        }
        assert_eq!((held.bytes(device), held.bytes(Device::Cpu)), (Some(5), None));
    }
}
