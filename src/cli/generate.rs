//! `generate`: pictures without a window.

mod arrays;
mod lanes;
mod report;
mod target;

pub use report::unet_place;

use super::args::{Generate, Model, Shared};
use super::failure::Failure;
use super::progress::{Progress, median, seconds};
use super::values::{DeviceChoice, Seed, Size};
use super::{interrupt, terminal};
use crate::catalog::{self, Shelf};
use crate::config::Config;
use crate::engine::{self, Engine, Error, Event, Generation, Mode, ModelRequest, Request, Rule};
use crate::i18n::text_with;
use crate::metadata::PictureFacts;
use crate::paths::Paths;
use crate::wording;
use arrays::Arrays;
use report::Report;
use serde_json::json;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};
use std::time::Instant;
use target::Target;

/// The one program whose pictures are reproduced so far.
pub const PROFILE: &str = "comfyui";

/// No prompt is longer.
const LONGEST_PROMPT: u64 = 1 << 20;

/// Runs the command.
pub fn run(args: &Generate, shared: &Shared) -> Result<(), Failure> {
    let arrays = Arrays::new(args)?;
    let paths = Paths::new(shared.settings.clone());
    let config = Config::load(&paths.config())?;
    let request = request(args, &config, &Shelves::new(&config, &paths))?;
    let count = args.count.unwrap_or(1);
    if count == 0 {
        return Err(impossible("count", "0", Rule::Between { min: 1.0, max: u32::MAX.into() }));
    }
    let target = Target::new(args.output.as_deref(), config.output(&paths))?;
    arrays.check(count)?;
    interrupt::install();
    let mut session = Session {
        hash: Hash::start(&request.model.checkpoint, &paths.settings),
        progress: Progress::new(shared.verbose > 0),
        target,
        arrays,
        request,
        json: shared.json,
        report: Report::default(),
    };
    let ended = session.run(count);
    session.progress.clear();
    if shared.json && (ended.is_ok() || !session.report.pictures.is_empty()) {
        terminal::print_json(&session.report.document())?;
    }
    ended
}

/// The request that flags and settings make together.
fn request(args: &Generate, config: &Config, shelves: &Shelves) -> Result<Request, Failure> {
    if let Some(profile) = args.profile.as_deref().filter(|name| *name != PROFILE) {
        let names = vec![PROFILE.to_owned()];
        return Err(impossible("profile", profile, Rule::OneOf { names }));
    }
    let mut model = model(&args.model, config, shelves)?;
    let own_size = shelves.own_size(&model.checkpoint);
    model.place = args.place.as_ref().map(|place| place.0.clone()).unwrap_or_default();
    let text = args.text.as_ref().or(args.prompt.as_ref());
    let prompt = prompt(text.map(String::as_str).unwrap_or_default())?;
    let set = config.defaults.request(model, prompt);
    let saved = Size { width: set.width, height: set.height };
    let size = args.size.or(own_size).unwrap_or(saved);
    Ok(Request {
        negative: args.negative.clone().unwrap_or(set.negative),
        width: size.width,
        height: size.height,
        steps: args.steps.unwrap_or(set.steps),
        cfg: args.cfg.unwrap_or(set.cfg),
        sampler: args.sampler.clone().unwrap_or(set.sampler),
        scheduler: args.scheduler.clone().unwrap_or(set.scheduler),
        seed: args.seed.map_or(set.seed, Seed::fixed),
        batch: args.batch.unwrap_or(set.batch),
        strict: args.strict.unwrap_or(set.strict),
        trace: args.trace.is_some(),
        ..set
    })
}

/// Where models are found: the folder of the settings, and the one that comes with the program.
pub struct Shelves {
    models: PathBuf,
    demo: Option<PathBuf>,
}

impl Shelves {
    /// What `config` and `paths` say.
    pub fn new(config: &Config, paths: &Paths) -> Self {
        Self { models: config.models(paths), demo: paths.demo() }
    }

    /// The size that the model that comes with the program was trained at, if `checkpoint` is
    /// that; what it makes at a size that was saved for other models is no picture.
    pub fn own_size(&self, checkpoint: &Path) -> Option<Size> {
        self.demo.as_deref().filter(|demo| *demo == checkpoint)?;
        let (width, height) = engine::inspect(checkpoint).ok()?.resolution?;
        Some(Size { width, height })
    }

    fn find(&self, shelf: Shelf, wanted: &Path) -> Result<PathBuf, Failure> {
        let found = catalog::find(&self.models, shelf, wanted)?;
        let is_bare_name = wanted.components().count() == 1 && !wanted.is_absolute();
        if found == wanted && is_bare_name && !found.exists() {
            if let Some(demo) = self.demo.clone().filter(|_| catalog::is_demo(wanted)) {
                return Ok(demo);
            }
            let (name, folder) = (wanted.display().to_string(), self.models.join(shelf.folder()));
            return Err(Failure::UnknownModel { name, folder });
        }
        Ok(found)
    }
}

/// The model files and devices that flags and settings name; where they name no checkpoint, the
/// model that comes with the program.
pub fn model(args: &Model, config: &Config, shelves: &Shelves) -> Result<ModelRequest, Failure> {
    let defaults = &config.defaults;
    let find = |shelf, wanted: &PathBuf| shelves.find(shelf, wanted);
    let checkpoint = match args.checkpoint.as_ref().or(defaults.checkpoint.as_ref()) {
        Some(wanted) => find(Shelf::Checkpoints, wanted)?,
        None => shelves.demo.clone().ok_or(Failure::NoCheckpoint)?,
    };
    let set = defaults.model(checkpoint);
    let vae = args.vae.as_ref().or(set.vae.as_ref());
    let clip = if args.clip.is_empty() { &set.clip } else { &args.clip };
    let devices = args.device.iter().copied().filter_map(DeviceChoice::named).collect();
    Ok(ModelRequest {
        vae: vae.map(|name| find(Shelf::Vae, name)).transpose()?,
        clip: clip.iter().map(|name| find(Shelf::Clip, name)).collect::<Result<_, _>>()?,
        devices: if args.device.is_empty() { set.devices } else { devices },
        precision: args.precision.unwrap_or(set.precision),
        ..set
    })
}

fn impossible(field: &str, value: &str, rule: Rule) -> Failure {
    Error::BadValue { field: field.to_owned(), value: value.to_owned(), rule }.into()
}

/// The prompt itself, or what the standard input has when it is `-`.
fn prompt(given: &str) -> Result<String, Failure> {
    if given != "-" {
        return Ok(given.to_owned());
    }
    read_prompt(std::io::stdin().lock()).map_err(Failure::Prompt)
}

fn read_prompt(input: impl Read) -> std::io::Result<String> {
    let mut text = String::new();
    input.take(LONGEST_PROMPT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_PROMPT {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "longer than 1 MiB"));
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The checkpoint's hash, made beside the computation.
enum Hash {
    Running(Option<JoinHandle<Option<String>>>),
    Known(Option<String>),
}

impl Hash {
    fn start(checkpoint: &Path, settings: &Path) -> Self {
        let (checkpoint, settings) = (checkpoint.to_owned(), settings.to_owned());
        let work = move || catalog::model_hash(&checkpoint, &settings).ok();
        Self::Running(thread::Builder::new().spawn(work).ok())
    }

    fn get(&mut self) -> Option<String> {
        if let Self::Running(work) = self {
            *self = Self::Known(work.take().and_then(|work| work.join().ok().flatten()));
        }
        match self {
            Self::Known(hash) => hash.clone(),
            Self::Running(_) => None,
        }
    }
}

/// One run of the command.
struct Session {
    request: Request,
    target: Target,
    arrays: Arrays,
    hash: Hash,
    progress: Progress,
    json: bool,
    report: Report,
}

impl Session {
    /// Makes `count` generations, on several cards at the same time where that can be.
    fn run(&mut self, count: u32) -> Result<(), Failure> {
        let progress = &mut self.progress;
        let placed = engine::place_queue(&self.request, count, &[], &mut |event| {
            progress.show(&event);
            interrupt::flow()
        });
        self.progress.clear();
        let placed = match placed {
            Err(Error::Cancelled { step, steps }) => {
                return Err(self.interrupted(Some((step, steps))));
            }
            placed => placed?,
        };
        if let Some(placement) = placed
            && let Mode::QueueInParallel { devices } = placement.mode.clone()
        {
            self.progress.line(&wording::event(&Event::Placed(placement)));
            return self.run_in_lanes(count, &devices, interrupt::requested);
        }
        self.run_in_turn(count)
    }

    fn run_in_turn(&mut self, count: u32) -> Result<(), Failure> {
        let mut engine = Engine::new();
        for number in 0..count {
            let started = Instant::now();
            let progress = &mut self.progress;
            let generation = engine.generate(&self.request, &mut |event| {
                progress.show(&event);
                interrupt::flow()
            });
            self.progress.clear();
            let generation = match generation {
                Err(Error::Cancelled { step, steps }) => {
                    return Err(self.interrupted(Some((step, steps))));
                }
                other => other?,
            };
            self.keep(&generation, number, started)?;
            self.request.seed = Some(generation.seed.wrapping_add(1));
            if interrupt::requested() && number + 1 < count {
                return Err(self.interrupted(None));
            }
        }
        Ok(())
    }

    /// Keeps what generation `number`, begun at `started`, has made.
    fn keep(
        &mut self,
        generation: &Generation,
        number: u32,
        started: Instant,
    ) -> Result<(), Failure> {
        self.keep_pictures(generation)?;
        self.report.add(generation, started.elapsed().as_secs_f64());
        self.keep_arrays(generation, number)
    }

    fn keep_arrays(&mut self, generation: &Generation, number: u32) -> Result<(), Failure> {
        for (field, file) in self.arrays.keep(generation, number)? {
            let file = file.display().to_string();
            let line = [("kind", field.into()), ("file", file.clone().into())];
            self.progress.line(&text_with("cli-array", line));
            self.report.add_array(generation.pictures.len(), field, &file);
        }
        Ok(())
    }

    fn keep_pictures(&mut self, generation: &Generation) -> Result<(), Failure> {
        for (place, picture) in (0..).zip(&generation.pictures) {
            let facts = PictureFacts::of(&self.request, generation, place, self.hash.get());
            let file = self.target.save(picture, &facts)?;
            self.report.pictures.push(json!({
                "path": file.display().to_string(),
                "seed": generation.seed,
                "width": picture.width,
                "height": picture.height,
                "nan_retries": generation.nan_retries,
            }));
            if !self.json {
                self.progress.aside(|| terminal::print(file.display().to_string()))?;
            }
        }
        let timings = &generation.timings;
        let line = text_with(
            "cli-generated",
            [
                ("seed", generation.seed.to_string().into()),
                ("step", seconds(median(&timings.steps_s)).into()),
                ("time", seconds(timings.total_s).into()),
            ],
        );
        self.progress.line(&line);
        Ok(())
    }

    /// Says where it stopped and what there is.
    fn interrupted(&self, steps: Option<(u32, u32)>) -> Failure {
        if let Some((step, steps)) = steps {
            terminal::say(crate::wording::error(&Error::Cancelled { step, steps }));
        }
        let kept = self.report.pictures.iter().filter_map(|picture| picture["path"].as_str());
        let kept: Vec<&str> = kept.collect();
        terminal::say(if kept.is_empty() {
            crate::i18n::text("cli-kept-nothing")
        } else {
            text_with("cli-kept", [("files", kept.join(", ").into())])
        });
        Failure::Interrupted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Arguments, Command};
    use clap::Parser;

    fn parsed(flags: &[&str]) -> Generate {
        let words = ["aiimagegen", "generate"].iter().chain(flags);
        match Arguments::try_parse_from(words).unwrap().command {
            Some(Command::Generate(generate)) => *generate,
            other => panic!("{other:?}"),
        }
    }

    fn asked(flags: &[&str], config: &Config) -> Result<Request, Failure> {
        request(&parsed(flags), config, &Shelves { models: "/models".into(), demo: None })
    }

    #[test]
    fn flags_win_over_settings_and_settings_over_nothing() {
        let mut config = Config::default();
        config.defaults.steps = 8;
        config.defaults.seed = 5;
        config.defaults.negative = "blurry".into();
        config.defaults.strict = true;
        config.defaults.checkpoint = Some("/c.ckpt".into());
        let plain = asked(&["a cat"], &config).unwrap();
        assert_eq!((plain.steps, plain.seed, plain.negative.as_str()), (8, Some(5), "blurry"));
        assert_eq!((plain.width, plain.height, plain.cfg), (1024, 1024, 7.0));
        assert_eq!(plain.model.checkpoint, Path::new("/c.ckpt"));
        assert!(plain.strict && !asked(&["a", "--strict=false"], &config).unwrap().strict);
        let flags = ["a", "--steps", "3", "--seed=-1", "-n", "", "--size", "8x16", "-c", "/d.ckpt"];
        let flagged = asked(&flags, &config).unwrap();
        assert_eq!((flagged.steps, flagged.seed, flagged.negative.as_str()), (3, None, ""));
        assert_eq!((flagged.width, flagged.height), (8, 16));
        assert_eq!(flagged.model.checkpoint, Path::new("/d.ckpt"));
    }

    #[test]
    fn a_missing_checkpoint_and_an_unknown_profile_are_refused() {
        let config = Config::default();
        assert!(matches!(asked(&["a"], &config), Err(Failure::NoCheckpoint)));
        let other = asked(&["a", "-c", "/c.ckpt", "--profile", "a1111"], &config);
        assert!(matches!(other, Err(Failure::Engine(Error::BadValue { .. }))));
        assert!(asked(&["a", "-c", "/c.ckpt", "--profile", PROFILE], &config).is_ok());
    }

    #[test]
    fn without_a_checkpoint_the_program_s_own_model_makes_pictures_of_its_own_size() {
        let folder = tempfile::tempdir().unwrap();
        let demo = folder.path().join("built-in-demo.safetensors");
        let header = br#"{"__metadata__":{"modelspec.resolution":"192x128"}}"#;
        let length = (header.len() as u64).to_le_bytes();
        std::fs::write(&demo, [&length[..], header].concat()).unwrap();
        let shelves = Shelves { models: folder.path().into(), demo: Some(demo.clone()) };
        let asked =
            |flags: &[&str], config: &Config| request(&parsed(flags), config, &shelves).unwrap();
        let mut config = Config::default();
        config.defaults.width = 768;
        for flags in [&["a"][..], &["a", "-c", "built-in-demo"]] {
            let request = asked(flags, &config);
            assert_eq!(request.model.checkpoint, demo);
            assert_eq!((request.width, request.height), (192, 128));
        }
        assert_eq!(asked(&["a", "--size", "256x256"], &config).width, 256);
        assert_eq!(asked(&["a", "-c", "/c.ckpt"], &config).width, 768);
        config.defaults.checkpoint = Some("/d.ckpt".into());
        assert_eq!(asked(&["a"], &config).model.checkpoint, Path::new("/d.ckpt"));
    }

    #[test]
    fn a_prompt_from_the_standard_input_is_bounded_text() {
        assert_eq!(read_prompt(&b"a cat\n\n"[..]).unwrap(), "a cat");
        assert_eq!(read_prompt(&b""[..]).unwrap(), "");
        assert!(read_prompt(&b"\xff\xfe"[..]).is_err());
        assert!(read_prompt(std::io::repeat(b'a')).is_err());
    }
}
