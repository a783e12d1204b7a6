//! The Stable Diffusion engine: load a model, turn prompts into pictures, forget it again.
//!
//! This page is the whole public face: plain data in and out, one callback for progress and
//! cancel. Everything below it is private.

mod arrays;
mod backend;
mod conditioning;
mod device;
mod error;
mod event;
mod facts;
mod family;
mod kernels;
mod latent;
mod loaded;
mod memory;
mod models;
mod nn;
mod noise;
mod picture;
mod pipeline;
mod placement;
mod prompt;
mod request;
mod sampler;
mod schedule;
mod seeded;
mod selftest;
mod stage;
mod tokenizer;
mod trace;
mod weights;

pub use arrays::{holds_arrays, read_arrays, write_arrays};
pub use device::{Device, Precision, Stage, UnknownDevice};
pub use error::{Error, FileKind, FileProblem, Flaw, Obstacle, Rule};
pub use event::{Event, ModelSummary};
pub use facts::{
    DeviceFacts, ModelFacts, Named, PartFacts, devices, inspect, samplers, schedulers,
};
pub use picture::{Array, Generation, Picture, Timings, Values};
pub use prompt::{TokenCount, count_tokens};
pub use request::{ModelRequest, Request};
pub use seeded::{Options as SeededOptions, Piece, Recipe, Scale, write_seeded};
pub use selftest::{SelftestRow, Trial, selftest, selftest_kernels, selftest_model};
pub use weights::Dtype;

use loaded::Loaded;
use pipeline::{Checked, Run};
use placement::Candidate;
use selftest::{prove_first, proven_candidates};
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
#[derive(Default)]
pub struct Engine {
    loaded: Option<Loaded>,
}

impl Engine {
    /// With nothing loaded.
    pub fn new() -> Self {
        Self::default()
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
        Ok(self.loaded(request, on_event)?.summary.clone())
    }

    /// Forgets the model.
    pub fn unload(&mut self) {
        self.loaded = None;
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
            memory::check_picture(Device::Cpu, request.width, request.height, request.batch)?;
        }
        let model = self.loaded(&request.model, on_event)?;
        let load_s = started.elapsed().as_secs_f64();
        let run = Run::new(checked, model, on_event, seed);
        let mut generation = guarded(|| run.generate())?;
        generation.timings.load_s = load_s;
        generation.timings.total_s = started.elapsed().as_secs_f64();
        Ok(generation)
    }

    fn loaded(&mut self, request: &ModelRequest, on_event: OnEvent) -> Result<&mut Loaded, Error> {
        let kept = self.loaded.take().filter(|loaded| loaded.is(request));
        let loaded = match kept {
            Some(loaded) => loaded,
            None => {
                let mut candidates = proven_candidates(request)?;
                loop {
                    let loaded = guarded(|| Loaded::load(request, &candidates, on_event));
                    match loaded {
                        Err(Error::OutOfMemory { device, needed, available })
                            if request.devices.is_empty() && device != Device::Cpu =>
                        {
                            // Nobody named that card: the next one, in the end the processor.
                            let obstacle = Obstacle::TooSmall { needed, available };
                            rule_out(&mut candidates, device, obstacle);
                            prove_first(&mut candidates);
                        }
                        loaded => break loaded?,
                    }
                }
            }
        };
        Ok(self.loaded.insert(loaded))
    }
}

fn rule_out(candidates: &mut [Candidate], device: Device, obstacle: Obstacle) {
    if let Some(candidate) = candidates.iter_mut().find(|candidate| candidate.device == device) {
        candidate.obstacle = Some(obstacle);
    }
}

/// A seed that the noise generator tells from all others: it takes 32 bits.
fn random_seed() -> Result<u64, Error> {
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
