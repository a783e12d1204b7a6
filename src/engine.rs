//! The Stable Diffusion engine: load a model, turn prompts into pictures, forget it again.
//!
//! This page is the whole public face: plain data in and out, one callback for progress and
//! cancel. Everything below it is private.

mod arrays;
mod backend;
mod conditioning;
mod copies;
mod decode;
mod denoise;
mod device;
mod error;
mod event;
mod facts;
mod family;
mod foresight;
mod kernels;
mod lanes;
mod latent;
mod loaded;
mod memory;
mod models;
mod nn;
mod noise;
mod picture;
mod pipeline;
mod placement;
mod preview;
mod prompt;
mod request;
mod sampler;
mod schedule;
mod seeded;
mod selftest;
mod stage;
mod tokenizer;
mod trace;
mod undriven;
mod weights;

pub use arrays::{ArrayFile, holds_arrays, read_arrays, write_arrays, write_arrays_to};
pub use backend::take_memory_peaks;
pub use copies::{CopyRates, measure_copies};
pub use device::{Device, Precision, Stage, UnknownDevice};
pub use error::{Error, FileKind, FileProblem, Flaw, Obstacle, Rule};
pub use event::{DecodeWay, Event, ModelSummary, StageSummary, StepWay};
pub use facts::{
    DeviceFacts, DeviceKind, ModelFacts, Named, OtherWay, PartFacts, devices, inspect,
    one_per_card, samplers, schedulers,
};
pub use foresight::{Foresight, FreeMemory, Outlook};
pub use lanes::{may_share, place_queue};
pub use latent::Latent;
pub use picture::{Array, Generation, Picture, Timings, Values};
pub use placement::{Fit, Mode, Placement, Why};
pub use prompt::{TokenCount, count_tokens};
pub use request::{DecodeRequest, FinishedLatent, ModelRequest, Request};
pub use seeded::{Options as SeededOptions, Piece, Recipe, Scale, write_seeded};
pub use selftest::{
    SelftestNews, SelftestRow, Trial, selftest, selftest_kernels, selftest_model, test_again,
};
pub use undriven::{Maker, UndrivenCard, undriven_cards};
pub use weights::Dtype;

use backend::Site;
use loaded::Loaded;
use memory::{Room, Work};
use pipeline::{Checked, Run};
use placement::Candidate;
use selftest::proven_candidates;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Instant;

/// Told of every [`Event`]; answers whether to go on. After `Break` the running step is finished,
/// and the call returns [`Error::Cancelled`].
pub type OnEvent<'a> = &'a mut dyn FnMut(Event) -> ControlFlow<()>;

/// Where kernels compiled for this machine's cards are kept, and what was found out about them.
static CACHE: OnceLock<PathBuf> = OnceLock::new();

/// Names the folder for caches, before anything else is asked of the engine; without one, they
/// last as long as the process.
pub fn keep_caches_in(folder: PathBuf) {
    let _ = CACHE.set(folder);
}

fn cache_folder() -> Option<&'static Path> {
    CACHE.get().map(PathBuf::as_path)
}

/// Holds at most one model, and makes pictures with it.
pub struct Engine {
    loaded: Option<Loaded>,
    room: Room,
}

impl Default for Engine {
    fn default() -> Self {
        Self { loaded: None, room: Room::from_environment() }
    }
}

impl Engine {
    /// With nothing loaded.
    pub fn new() -> Self {
        Self::default()
    }

    /// Uses at most `bytes` of each device for what is computed, beside the weights; `None` for
    /// all that is free. At first, `AIIMAGEGEN_MEMORY_LIMIT` sets it.
    pub fn limit_memory(&mut self, bytes: Option<u64>) {
        self.room = Room { limit: bytes };
    }

    /// Loads the model that `request` names, unless it is there already.
    ///
    /// What was loaded before goes first, so that two models never share the memory; it is gone
    /// also when the load fails or is cancelled.
    pub fn load(
        &mut self,
        request: &ModelRequest,
        on_event: OnEvent,
    ) -> Result<ModelSummary, Error> {
        Ok(self.loaded(request, None, &mut with_memory(on_event))?.summary.clone())
    }

    /// Makes the pictures of `request`, loading its model first if need be.
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] before anything is read; everything that loading can give;
    /// [`Error::NotFinite`], [`Error::OutOfMemory`], [`Error::Cancelled`].
    pub fn generate(&mut self, request: &Request, on_event: OnEvent) -> Result<Generation, Error> {
        let started = Instant::now();
        let checked = Checked::new(request)?;
        let seed = match request.seed {
            Some(seed) => seed,
            None => random_seed()?,
        };
        if self.loaded.is_none() && backend::only_processor(&request.model.devices) {
            // Once more with the weights in place; this saves the minutes of reading them.
            self.room.check_picture((Device::Cpu, Site::PROCESSOR), &request.work())?;
        }
        let room = self.room;
        let on_event = &mut with_memory(on_event);
        let model = self.loaded(&request.model, Some(request.work()), on_event)?;
        let load_s = started.elapsed().as_secs_f64();
        let run = Run::new(checked, model, on_event, seed, room);
        let mut generation = guarded(|| run.generate())?;
        // The pictures are there: whoever stops now gets them all the same.
        let _ = tell_memory(on_event);
        generation.timings.load_s = load_s;
        generation.timings.total_s = started.elapsed().as_secs_f64();
        Ok(generation)
    }

    /// Makes the pictures of latents that were sampled before. Where the model is not loaded, its
    /// autoencoder alone is read for this, and what else was loaded goes.
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] for a latent of an impossible shape; everything that loading and
    /// decoding can give.
    pub fn decode(
        &mut self,
        request: &DecodeRequest,
        on_event: OnEvent,
    ) -> Result<Generation, Error> {
        let started = Instant::now();
        pipeline::check_latent(&request.finished.latent)?;
        let room = self.room;
        let mut load_s = 0.0;
        let mut generation = match self.loaded.as_mut().filter(|it| it.is(&request.model)) {
            Some(Loaded { vae, summary, .. }) => {
                let summary = summary.clone();
                guarded(|| pipeline::decode(vae, summary, request, room, on_event))?
            }
            None => {
                self.loaded = None;
                let (model, work) = (loaded::find(&request.model)?, (request.work(), room));
                let load = &mut |candidates: &mut [Candidate], on_event: OnEvent| {
                    Loaded::load_vae(&model, &request.model, candidates, work, on_event)
                };
                let (mut vae, summary) = somewhere(&request.model, on_event, load)?;
                load_s = started.elapsed().as_secs_f64();
                guarded(|| pipeline::decode(&mut vae, summary, request, room, on_event))?
            }
        };
        generation.timings.load_s = load_s;
        generation.timings.total_s = started.elapsed().as_secs_f64();
        Ok(generation)
    }

    /// The model of `request`, with room for `work`.
    fn loaded(
        &mut self,
        request: &ModelRequest,
        work: Option<Work>,
        on_event: OnEvent,
    ) -> Result<&mut Loaded, Error> {
        let room = self.room;
        let is_outgrown = |loaded: &Loaded| {
            let candidates = || backend::candidates(&request.in_question());
            work.is_some_and(|work| loaded.is_outgrown(&candidates(), (&work, room)))
        };
        let kept = self.loaded.take().filter(|it| it.is(request) && !is_outgrown(it));
        let loaded = match kept {
            Some(loaded) => loaded,
            None => {
                // Before any card is tested: what is wrong with the files shows at once.
                let model = loaded::find(request)?;
                let load = &mut |candidates: &mut [Candidate], on_event: OnEvent| {
                    Loaded::load(&model, request, candidates, (work, room), on_event)
                };
                somewhere(request, on_event, load)?
            }
        };
        Ok(self.loaded.insert(loaded))
    }
}

/// The most bytes of each device that making the pictures of `request` with the model loaded so is
/// expected to hold at a time.
pub fn foreseen_peaks(model: &ModelSummary, request: &Request) -> Vec<(Device, u64)> {
    memory::foreseen_peaks(model, &request.work())
}

/// Reports what the cards' memory holds along with each load and each step.
fn with_memory(on_event: OnEvent) -> impl FnMut(Event) -> ControlFlow<()> {
    move |event| {
        let is_time = matches!(event, Event::Loaded(_) | Event::StepDone { .. });
        on_event(event)?;
        if is_time { tell_memory(on_event) } else { ControlFlow::Continue(()) }
    }
}

fn tell_memory(on_event: OnEvent) -> ControlFlow<()> {
    let mut held = backend::held_memory().into_iter();
    held.try_for_each(|(device, bytes)| on_event(Event::MemoryHeld { device, bytes }))
}

/// Loads something onto some of the candidates.
type LoadOn<'a, T> = &'a mut dyn FnMut(&mut [Candidate], OnEvent) -> Result<T, Error>;

/// What `load` gives on devices that are known to compute right.
fn somewhere<T>(request: &ModelRequest, on_event: OnEvent, load: LoadOn<T>) -> Result<T, Error> {
    let mut candidates = proven_candidates(request, on_event)?;
    guarded(|| load(&mut candidates, on_event))
}

/// A seed that the noise generator tells from all others: it takes 32 bits.
///
/// # Errors
///
/// [`Error::Internal`] where the system has no random numbers.
pub fn random_seed() -> Result<u64, Error> {
    let seed = getrandom::u32().map_err(|error| Error::Internal { detail: error.to_string() })?;
    Ok(seed.into())
}

/// Turns a panic (in a kernel, in a library) into an error: the window and the other pictures of
/// a run go on.
fn guarded<R>(work: impl FnOnce() -> Result<R, Error>) -> Result<R, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Err(Error::Internal { detail: text.unwrap_or_else(|| "a panic without words".into()) })
    })
}
