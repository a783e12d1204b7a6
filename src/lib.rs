//! aiimagegen: Stable Diffusion on this machine, in a GTK window or without one.

pub mod engine;
pub mod i18n;
pub mod wording;
