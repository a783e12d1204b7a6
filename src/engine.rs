//! The Stable Diffusion engine: load a model, turn prompts into pictures, forget it again.
//!
//! This page is the whole public face: plain data in and out, one callback for progress and
//! cancel. Everything below it is private.

mod device;
mod error;
mod event;
mod family;
mod kernels;
mod picture;
mod request;
mod seeded;
mod weights;

pub use device::{Device, Precision, Stage, UnknownDevice};
pub use error::{Error, FileKind, FileProblem, Flaw, Rule};
pub use event::{Event, ModelSummary};
pub use picture::{Array, Generation, Picture, Timings, Values};
pub use request::{ModelRequest, Request};

use std::ops::ControlFlow;

/// Told of every [`Event`]; answers whether to go on. After `Break` the running step is finished,
/// and the call returns [`Error::Cancelled`].
pub type OnEvent<'a> = &'a mut dyn FnMut(Event) -> ControlFlow<()>;
