//! Dimensions of an autoencoder, counted from its decoder.

use super::super::super::error::Error;
use super::super::VaeConfig;
use super::super::names::Scheme;
use super::super::part::Found;
use super::{MAX_BLOCKS, MAX_LEVELS, in_groups};

/// More channels than any known latent has.
const MAX_LATENT: usize = 64;

/// Counts everything about the autoencoder `part`.
///
/// # Errors
/// [`Error::UnsupportedModel`] for another topology or sizes that cannot be computed with;
/// [`Error::MissingTensor`] where a tensor is needed to count by.
pub fn measure(part: &Found) -> Result<VaeConfig, Error> {
    const FIRST: &str = "decoder.conv_in.weight";
    const LAST: &str = "decoder.norm_out.weight";
    let first = part.shape(FIRST)?;
    let [_, latent_channels, _, _] = first[..] else {
        return Err(part.unsupported_shape(FIRST, &first));
    };
    if !(1..=MAX_LATENT).contains(&latent_channels) {
        return Err(part.unsupported_shape(FIRST, &first));
    }
    let last = part.shape(LAST)?;
    let [channels] = last[..] else { return Err(part.unsupported_shape(LAST, &last)) };
    if !in_groups(channels) {
        return Err(part.unsupported_shape(LAST, &last));
    }
    let levels = match part.naming.scheme {
        Scheme::Diffusers { last } => last.saturating_add(1),
        Scheme::Canonical | Scheme::OpenClip => part.count("decoder.up."),
    };
    if !(1..=MAX_LEVELS).contains(&levels) {
        return Err(part.unsupported(format!("{levels} levels")));
    }
    let blocks = part.count("decoder.up.0.block.");
    if !(2..=MAX_BLOCKS).contains(&blocks) {
        return Err(part.unsupported(format!("{blocks} residual blocks")));
    }
    let mult = |level| multiplier(part, level, channels, blocks);
    Ok(VaeConfig {
        channels,
        channel_mult: (0..levels).map(mult).collect::<Result<_, _>>()?,
        res_blocks: blocks - 1,
        latent_channels,
    })
}

/// The factor on `channels` at one level.
fn multiplier(part: &Found, level: usize, channels: usize, blocks: usize) -> Result<usize, Error> {
    let list = format!("decoder.up.{level}.block.");
    let found = part.count(&list);
    if found > blocks {
        return Err(part.unsupported(format!("level {level}: {found} residual blocks")));
    }
    let convolution = format!("{list}0.conv1.weight");
    let shape = part.shape(&convolution)?;
    match shape.first() {
        Some(&width) if in_groups(width) && width % channels == 0 => Ok(width / channels),
        _ => Err(part.unsupported_shape(&convolution, &shape)),
    }
}
