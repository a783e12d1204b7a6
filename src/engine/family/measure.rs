//! Dimensions of a model's parts, counted from tensor names and shapes.
//!
//! Nothing here is assumed but the published topology; what does not follow it ends in
//! [`Error::UnsupportedModel`](super::super::error::Error) with the evidence, and sizes that no
//! computation could be set up for do so too.

mod clip;
mod unet;
mod vae;

pub use clip::{measure as clip, published_kind};
pub use unet::measure as unet;
pub use vae::measure as vae;

/// Groups of every group norm.
const GROUPS: usize = 32;
/// More levels than any known model has.
const MAX_LEVELS: usize = 8;
/// More residual blocks per level than any known model has.
const MAX_BLOCKS: usize = 16;
/// More transformer blocks or layers in a row than any known model has.
const MAX_DEPTH: usize = 64;
/// Wider than any known layer.
const MAX_WIDTH: usize = 1 << 14;

/// Whether group norm can work on so many channels.
fn in_groups(channels: usize) -> bool {
    (1..=MAX_WIDTH).contains(&channels) && channels.is_multiple_of(GROUPS)
}
