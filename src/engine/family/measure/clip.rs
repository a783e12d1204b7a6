//! Dimensions of a text encoder.

use super::super::super::error::Error;
use super::super::part::Found;
use super::super::sidecar::Sidecar;
use super::super::{ClipConfig, ClipKind};
use super::{MAX_DEPTH, MAX_WIDTH};

/// Channels per attention head in all published text encoders.
const HEAD_CHANNELS: usize = 64;

/// Counts everything about the text encoder `part`. The kind is the published one of that size,
/// or a guess by depth; see [`published_kind`].
///
/// # Errors
/// [`Error::UnsupportedModel`] for sizes that cannot be computed with; [`Error::MissingTensor`]
/// where a tensor is needed to count by.
pub fn measure(part: &Found) -> Result<ClipConfig, Error> {
    const POSITIONS: &str = "embeddings.position_embedding.weight";
    let positions = part.shape(POSITIONS)?;
    let [_, width] = positions[..] else {
        return Err(part.unsupported_shape(POSITIONS, &positions));
    };
    if !(1..=MAX_WIDTH).contains(&width) {
        return Err(part.unsupported_shape(POSITIONS, &positions));
    }
    let layers = part.count("encoder.layers.");
    // The next to last state is used, so one layer is not enough.
    if !(2..=MAX_DEPTH).contains(&layers) {
        return Err(part.unsupported(format!("{layers} text encoder layers")));
    }
    let told = Sidecar::of(part.source.as_ref()).clip_heads(width, layers);
    let heads = told.unwrap_or((width / HEAD_CHANNELS).max(1));
    if heads == 0 || width % heads != 0 {
        return Err(part.unsupported(format!("text encoder width {width}, {heads} heads")));
    }
    let projection = part.find("text_projection.weight").is_some();
    let kind = published_kind(width, layers).unwrap_or_else(|| kind_by_depth(layers));
    Ok(ClipConfig { kind, width, heads, layers, projection })
}

/// The published text encoder with these dimensions. H has 24 layers, but the last is never used
/// and some files leave it out.
pub fn published_kind(width: usize, layers: usize) -> Option<ClipKind> {
    match (width, layers) {
        (768, 12) => Some(ClipKind::L),
        (1024, 23 | 24) => Some(ClipKind::H),
        (1280, 32) => Some(ClipKind::G),
        _ => None,
    }
}

fn kind_by_depth(layers: usize) -> ClipKind {
    match layers {
        31.. => ClipKind::G,
        23.. => ClipKind::H,
        _ => ClipKind::L,
    }
}
