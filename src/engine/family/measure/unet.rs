//! Dimensions of a UNet, and the family that they mean.

use super::super::super::error::Error;
use super::super::part::Found;
use super::super::sidecar::Sidecar;
use super::super::{Family, Heads, UnetConfig};
use super::{MAX_BLOCKS, MAX_DEPTH, MAX_LEVELS, MAX_WIDTH, in_groups};

/// Width of one number's sinusoids in SDXL's vector conditioning.
const SINUSOIDS: usize = 256;
/// First-level channels of the published models, for which the published context widths hold.
const PUBLISHED_CHANNELS: [usize; 2] = [320, 384];

/// One level on the way down.
#[derive(Debug, Default)]
struct Level {
    channels: usize,
    depth: usize,
    blocks: usize,
}

/// Counts everything about the UNet `part`.
///
/// # Errors
/// [`Error::UnsupportedModel`] for another topology, widths of no known family, or sizes that
/// cannot be computed with; [`Error::MissingTensor`] where a tensor is needed to count by.
pub fn measure(part: &Found) -> Result<(Family, UnetConfig), Error> {
    const STEM: &str = "input_blocks.0.0.weight";
    if part.any("label_emb.weight") {
        return Err(part.unsupported(part.naming.published("label_emb.weight")));
    }
    let stem = part.shape(STEM)?;
    let [model_channels, in_channels, _, _] = stem[..] else {
        return Err(part.unsupported_shape(STEM, &stem));
    };
    if !in_groups(model_channels) || !matches!(in_channels, 4 | 9) {
        return Err(part.unsupported_shape(STEM, &stem));
    }
    let levels = levels(part, model_channels)?;
    let res_blocks = same_blocks(part, &levels)?;
    check_way_up(part, &levels, res_blocks)?;
    let middle_depth = depth(part, "middle_block")?;
    if middle_depth == 0 {
        return Err(part.unsupported("middle_block without attention"));
    }
    let (context_dim, linear_projection, adm_channels) = widths(part)?;
    let mut config = UnetConfig {
        in_channels,
        model_channels,
        channel_mult: levels.iter().map(|level| level.channels / model_channels).collect(),
        res_blocks,
        transformer_depth: levels.iter().map(|level| level.depth).collect(),
        middle_depth,
        context_dim,
        heads: Heads::Count(8),
        linear_projection,
        adm_channels,
    };
    let family = family(&config).ok_or_else(|| unknown_widths(part, &config))?;
    let sidecar = Sidecar::of(part.source.as_ref());
    config.heads = sidecar.unet_heads.unwrap_or(match family {
        Family::Sd1 => Heads::Count(8),
        Family::Sd2 | Family::Sdxl | Family::SdxlRefiner => Heads::Channels(64),
    });
    check_heads(part, &config)?;
    Ok((family, config))
}

/// Width of the context, form of the projections, width of the vector conditioning.
fn widths(part: &Found) -> Result<(usize, bool, Option<usize>), Error> {
    const CONTEXT: &str = "middle_block.1.transformer_blocks.0.attn2.to_k.weight";
    const VECTOR: &str = "label_emb.0.0.weight";
    let context = part.shape(CONTEXT)?;
    let [_, context_dim] = context[..] else {
        return Err(part.unsupported_shape(CONTEXT, &context));
    };
    if !(1..=MAX_WIDTH).contains(&context_dim) {
        return Err(part.unsupported_shape(CONTEXT, &context));
    }
    let linear = part.shape("middle_block.1.proj_in.weight")?.len() == 2;
    if !part.any("label_emb.") {
        return Ok((context_dim, linear, None));
    }
    match part.shape(VECTOR)?[..] {
        [_, width] if (1..=MAX_WIDTH).contains(&width) => Ok((context_dim, linear, Some(width))),
        ref shape => Err(part.unsupported_shape(VECTOR, shape)),
    }
}

/// The levels on the way down, each closed by a downsampling but the last.
fn levels(part: &Found, model_channels: usize) -> Result<Vec<Level>, Error> {
    let blocks = part.count("input_blocks.");
    if blocks > 1 + MAX_LEVELS * (MAX_BLOCKS + 1) {
        return Err(part.unsupported(format!("{blocks} input blocks")));
    }
    let (mut levels, mut level) = (Vec::new(), Level::default());
    for index in 1..blocks {
        let block = format!("input_blocks.{index}");
        if part.any(&format!("{block}.0.op.")) {
            levels.push(std::mem::take(&mut level));
            continue;
        }
        let convolution = format!("{block}.0.in_layers.2.weight");
        let shape = part.shape(&convolution)?;
        let channels = shape.first().copied().unwrap_or(0);
        let depth = depth(part, &block)?;
        if !in_groups(channels) || channels % model_channels != 0 {
            return Err(part.unsupported_shape(&convolution, &shape));
        }
        if level.blocks > 0 && (level.channels, level.depth) != (channels, depth) {
            return Err(part.unsupported(format!("{block} differs from the block before it")));
        }
        level = Level { channels, depth, blocks: level.blocks + 1 };
    }
    levels.push(level);
    if levels.len() > MAX_LEVELS {
        return Err(part.unsupported(format!("{} levels", levels.len())));
    }
    Ok(levels)
}

/// Residual blocks per level, the same in all.
fn same_blocks(part: &Found, levels: &[Level]) -> Result<usize, Error> {
    let blocks = levels.first().map_or(0, |level| level.blocks);
    let same = levels.iter().all(|level| level.blocks == blocks);
    if !same || !(1..=MAX_BLOCKS).contains(&blocks) {
        let counts: Vec<usize> = levels.iter().map(|level| level.blocks).collect();
        return Err(part.unsupported(format!("{counts:?} residual blocks")));
    }
    Ok(blocks)
}

/// Whether the way up mirrors the way down; distilled models leave blocks out.
fn check_way_up(part: &Found, levels: &[Level], res_blocks: usize) -> Result<(), Error> {
    let depths = levels.iter().rev().flat_map(|level| vec![level.depth; res_blocks + 1]);
    let blocks = part.count("output_blocks.");
    if blocks > levels.len() * (res_blocks + 1) {
        return Err(part.unsupported(format!("{blocks} output blocks")));
    }
    for (index, expected) in depths.enumerate() {
        let block = format!("output_blocks.{index}");
        let found = depth(part, &block)?;
        if found != expected && part.any(&format!("{block}.")) {
            return Err(part.unsupported(format!("{block}: {found} transformer blocks")));
        }
    }
    Ok(())
}

/// Transformer blocks in `block`.
fn depth(part: &Found, block: &str) -> Result<usize, Error> {
    match part.count(&format!("{block}.1.transformer_blocks.")) {
        depth if depth <= MAX_DEPTH => Ok(depth),
        depth => Err(part.unsupported(format!("{block}: {depth} transformer blocks"))),
    }
}

/// The family, by structure; where the published widths are there, they decide.
fn family(config: &UnetConfig) -> Option<Family> {
    let context = config.context_dim;
    let published = PUBLISHED_CHANNELS.contains(&config.model_channels);
    let Some(vector) = config.adm_channels else {
        return match context {
            768 => Some(Family::Sd1),
            1024 => Some(Family::Sd2),
            _ if published => None,
            _ if config.linear_projection => Some(Family::Sd2),
            _ => Some(Family::Sd1),
        };
    };
    // The vector is the pooled text beside five (refiner) or six (base) numbers.
    let pooled = |numbers: usize| vector.checked_sub(numbers * SINUSOIDS);
    let family = match config.channel_mult.len() {
        4 if pooled(5) == Some(context) => Family::SdxlRefiner,
        3 if pooled(6).is_some_and(|pooled| (1..context).contains(&pooled)) => Family::Sdxl,
        _ => return None,
    };
    (!published || matches!((context, vector), (2048, 2816) | (1280, 2560))).then_some(family)
}

fn unknown_widths(part: &Found, config: &UnetConfig) -> Error {
    let UnetConfig { model_channels, context_dim, channel_mult, .. } = config;
    let vector = config.adm_channels.map(|width| format!(", vector {width}")).unwrap_or_default();
    part.unsupported(format!(
        "channels {model_channels} x {channel_mult:?}, context {context_dim}{vector}"
    ))
}

/// Whether every level's channels divide into heads.
fn check_heads(part: &Found, config: &UnetConfig) -> Result<(), Error> {
    let depths = config.transformer_depth.iter().copied().chain([config.middle_depth]);
    let mults = config.channel_mult.iter().chain(config.channel_mult.last());
    for (mult, depth) in mults.zip(depths) {
        let channels = config.model_channels * mult;
        let divides = match config.heads {
            Heads::Count(unit) | Heads::Channels(unit) => channels.is_multiple_of(unit),
        };
        if depth > 0 && !divides {
            return Err(part.unsupported(format!("{channels} channels, {:?}", config.heads)));
        }
    }
    Ok(())
}
