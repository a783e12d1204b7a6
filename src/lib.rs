//! aiimagegen: Stable Diffusion on this machine, in a GTK window or without one.
//!
//! Imports go only downhill, and `tests/architecture.rs` holds them to it:
//!
//! ```text
//! main -> cli, ui -> worker -> engine_process -> wording, output, catalog, ... -> engine -> cards, draft, regular
//! ```
//!
//! The engine knows neither the window nor the words; the window knows no tensors.

mod allocator;
pub mod cards;
pub mod catalog;
pub mod cli;
pub mod config;
mod draft;
pub mod engine;
pub mod engine_process;
pub mod gallery;
pub mod gpu;
pub mod i18n;
pub mod metadata;
pub mod output;
pub mod paths;
mod regular;
pub mod ui;
pub mod unfinished;
pub mod wording;
pub mod worker;
