//! From open files to a model whose every tensor is known to be there and to fit.

use super::super::device::Stage;
use super::super::error::Error;
use super::super::weights::Source;
use super::kind::{file_kind, not_a_checkpoint};
use super::part::{Found, Part};
use super::{ClipConfig, ClipKind, Family, Prediction, UnetConfig, VaeConfig};
use super::{layout, locate, measure};
use std::sync::Arc;

/// Channels of every latent here.
const LATENT_CHANNELS: usize = 4;
/// The tensor that tells SD 2.x's prediction types apart, and the spread above which it is V.
const V_MARK: (&str, f64) = ("output_blocks.11.1.transformer_blocks.0.norm1.bias", 0.09);
/// Keys of models with another noise schedule (CosXL, Playground 2.5).
const EDM_KEYS: [&str; 4] = ["edm_mean", "edm_std", "edm_vpred.sigma_max", "edm_vpred.sigma_min"];

/// A whole model, each part from the file that was chosen for it.
#[derive(Clone)]
pub struct Model {
    /// The family.
    pub family: Family,
    /// What the UNet gives.
    pub prediction: Prediction,
    /// Whether the schedule is to be stretched until its end is pure noise (Lin et al. 2023).
    pub zero_terminal_snr: bool,
    /// Whether the UNet takes a mask and a masked latent beside the latent.
    pub inpaint: bool,
    /// Factor from the autoencoder's latents to the UNet's.
    pub scaling_factor: f32,
    /// The denoiser.
    pub unet: (UnetConfig, Part),
    /// The autoencoder. Its encoder may be missing where the model does not inpaint.
    pub vae: (VaeConfig, Part),
    /// The text encoders, L before G, as the UNet wants their states side by side.
    pub clips: Vec<(ClipConfig, Part)>,
}

/// The denoiser of a model, checked, with what its file says of how it is to be used.
pub struct Denoiser {
    /// The family.
    pub family: Family,
    /// What it gives.
    pub prediction: Prediction,
    /// As [`Model::zero_terminal_snr`].
    pub zero_terminal_snr: bool,
    /// Its dimensions.
    pub config: UnetConfig,
    /// Its tensors.
    pub part: Part,
}

/// A text encoder that a UNet asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which.
    pub kind: ClipKind,
    /// How wide.
    pub width: usize,
}

/// Puts the model together. Separate files go before what is in the checkpoint; each may be a
/// file of one part or a whole checkpoint.
///
/// # Errors
/// [`Error::WrongKind`] if a file is something else than it was chosen for,
/// [`Error::UnsupportedModel`], [`Error::MissingParts`], [`Error::PartMismatch`] if a separate
/// part is of another model, [`Error::MissingTensor`], [`Error::WrongShape`]; and errors of the
/// file, as one small tensor is read to tell SD 2.x's prediction type.
pub fn resolve(
    checkpoint: &Arc<dyn Source>,
    vae: Option<&Arc<dyn Source>>,
    clips: &[Arc<dyn Source>],
) -> Result<Model, Error> {
    let unet = locate::unet(checkpoint).ok_or_else(|| not_a_checkpoint(checkpoint))?;
    let unet = denoiser(unet)?;
    let vae = choose_vae(checkpoint, vae, unet.inpaint())?;
    let clips = choose_clips(checkpoint, clips, &slots(unet.family, &unet.config))?;
    let mut missing = Vec::new();
    missing.extend(vae.is_none().then(|| "vae".to_owned()));
    let wanted = clips.iter().filter(|(_, clip)| clip.is_none());
    missing.extend(wanted.map(|(slot, _)| slot.kind.part_name().to_owned()));
    let (Some(vae), true) = (vae, missing.is_empty()) else {
        return Err(Error::MissingParts { file: checkpoint.file().to_owned(), parts: missing });
    };
    Ok(Model {
        family: unet.family,
        prediction: unet.prediction,
        zero_terminal_snr: unet.zero_terminal_snr,
        inpaint: unet.inpaint(),
        scaling_factor: unet.family.scaling_factor(),
        unet: (unet.config, unet.part),
        vae,
        clips: clips.into_iter().filter_map(|(_, clip)| clip).collect(),
    })
}

impl Denoiser {
    /// Whether it takes a mask and a masked latent beside the latent.
    pub fn inpaint(&self) -> bool {
        self.config.in_channels > LATENT_CHANNELS
    }
}

/// Measures and checks the UNet `found`.
///
/// # Errors
/// [`Error::UnsupportedModel`], [`Error::MissingTensor`], [`Error::WrongShape`]; and errors of the
/// file, if a tensor has to be read.
pub fn denoiser(found: Found) -> Result<Denoiser, Error> {
    let (family, config) = measure::unet(&found)?;
    let source = Arc::clone(&found.source);
    let part = found.checked(layout::unet(&config))?;
    let (prediction, zero_terminal_snr) = prediction(family, &config, &part, source.as_ref())?;
    Ok(Denoiser { family, prediction, zero_terminal_snr, config, part })
}

/// The text encoders that a UNet of `family` asks for.
pub fn slots(family: Family, unet: &UnetConfig) -> Vec<Slot> {
    let context = unet.context_dim;
    match family {
        Family::Sd1 => vec![Slot { kind: ClipKind::L, width: context }],
        Family::Sd2 => vec![Slot { kind: ClipKind::H, width: context }],
        Family::SdxlRefiner => vec![Slot { kind: ClipKind::G, width: context }],
        Family::Sdxl => {
            // The vector conditioning is G's pooled state beside six numbers' sinusoids.
            let width = unet.adm_channels.unwrap_or(0).saturating_sub(6 * 256).min(context);
            vec![
                Slot { kind: ClipKind::L, width: context - width },
                Slot { kind: ClipKind::G, width },
            ]
        }
    }
}

impl Slot {
    /// Whether a text encoder of these dimensions belongs here.
    pub fn takes(self, clip: &ClipConfig) -> bool {
        let published = measure::published_kind(clip.width, clip.layers);
        clip.width == self.width && published.is_none_or(|kind| kind == self.kind)
    }
}

fn prediction(
    family: Family,
    config: &UnetConfig,
    unet: &Part,
    source: &dyn Source,
) -> Result<(Prediction, bool), Error> {
    let has = |key: &str| source.tensors().contains_key(key);
    match family {
        Family::Sd1 | Family::SdxlRefiner => Ok((Prediction::Eps, false)),
        Family::Sd2 if config.in_channels == LATENT_CHANNELS => Ok((sd2_prediction(unet)?, false)),
        Family::Sd2 => Ok((Prediction::Eps, false)),
        Family::Sdxl => match EDM_KEYS.into_iter().find(|key| has(key)) {
            Some(key) => Err(Error::UnsupportedModel {
                file: source.file().to_owned(),
                evidence: key.to_owned(),
            }),
            None if has("v_pred") => Ok((Prediction::V, has("ztsnr"))),
            // As ComfyUI: the schedule's mark means something beside the prediction's only.
            None => Ok((Prediction::Eps, false)),
        },
    }
}

/// SD 2.1's two variants have the same names and shapes; one bias is known to differ in spread.
fn sd2_prediction(unet: &Part) -> Result<Prediction, Error> {
    let (name, limit) = V_MARK;
    let Some(info) = unet.info(name) else { return Ok(Prediction::Eps) };
    let values = unet.read(name, &info.shape.clone())?;
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let square = |&value: &f32| (f64::from(value) - mean).powi(2);
    let variance = values.iter().map(square).sum::<f64>() / count;
    Ok(if variance.sqrt() > limit { Prediction::V } else { Prediction::Eps })
}

/// Levels of an autoencoder whose latents are an eighth of the picture's size.
const VAE_LEVELS: usize = 4;

fn choose_vae(
    checkpoint: &Arc<dyn Source>,
    separate: Option<&Arc<dyn Source>>,
    inpaint: bool,
) -> Result<Option<(VaeConfig, Part)>, Error> {
    let found = match separate {
        Some(file) => Some(locate::vae(file).ok_or_else(|| wrong_kind(file, Stage::Vae))?),
        None => locate::vae(checkpoint),
    };
    let Some(found) = found else { return Ok(None) };
    let config = measure::vae(&found)?;
    if config.latent_channels != LATENT_CHANNELS {
        return Err(Error::PartMismatch {
            file: found.source.file().to_owned(),
            part: "vae".to_owned(),
            expected: format!("{LATENT_CHANNELS} latent channels"),
            found: format!("{} latent channels", config.latent_channels),
        });
    }
    if config.channel_mult.len() != VAE_LEVELS {
        return Err(Error::PartMismatch {
            file: found.source.file().to_owned(),
            part: "vae".to_owned(),
            expected: format!("{VAE_LEVELS} levels"),
            found: format!("{} levels", config.channel_mult.len()),
        });
    }
    let both = inpaint || found.any("encoder.conv_in.");
    let layout = if both { layout::vae(&config) } else { layout::vae_decoder(&config) };
    Ok(Some((config, found.checked(layout)?)))
}

fn wrong_kind(source: &Arc<dyn Source>, wanted: Stage) -> Error {
    let found = file_kind(source);
    Error::WrongKind { file: source.file().to_owned(), wanted, found }
}

type Filled = Vec<(Slot, Option<(ClipConfig, Part)>)>;

/// Fills each slot from the separate files, then from the checkpoint.
fn choose_clips(
    checkpoint: &Arc<dyn Source>,
    separate: &[Arc<dyn Source>],
    slots: &[Slot],
) -> Result<Filled, Error> {
    let mut filled: Filled = slots.iter().map(|&slot| (slot, None)).collect();
    for file in separate {
        let clips = measured_clips(file)?;
        if clips.is_empty() {
            return Err(wrong_kind(file, Stage::Clip));
        }
        if let Some(mismatch) = fill(&mut filled, clips)? {
            return Err(mismatch);
        }
    }
    if filled.iter().all(|(_, clip)| clip.is_some()) {
        return Ok(filled);
    }
    match fill(&mut filled, measured_clips(checkpoint)?)? {
        Some(mismatch) if separate.is_empty() => Err(mismatch),
        // The encoders that were replaced need not fit anywhere.
        _ => Ok(filled),
    }
}

fn measured_clips(file: &Arc<dyn Source>) -> Result<Vec<(ClipConfig, Found)>, Error> {
    let clips = locate::clips(file).into_iter();
    clips.map(|found| Ok((measure::clip(&found)?, found))).collect()
}

/// Puts one file's text encoders where they belong. If not one of them belongs anywhere, says so.
fn fill(filled: &mut Filled, clips: Vec<(ClipConfig, Found)>) -> Result<Option<Error>, Error> {
    let (mut mismatch, mut used) = (None, false);
    for (config, found) in clips {
        let slot = filled.iter_mut().find(|(slot, clip)| clip.is_none() && slot.takes(&config));
        let Some((slot, clip)) = slot else {
            mismatch = mismatch.or_else(|| Some(clip_mismatch(filled, &config, &found)));
            continue;
        };
        *clip = Some(checked_clip(found, config, slot.kind)?);
        used = true;
    }
    Ok(mismatch.filter(|_| !used))
}

fn checked_clip(
    found: Found,
    config: ClipConfig,
    kind: ClipKind,
) -> Result<(ClipConfig, Part), Error> {
    let mut config = ClipConfig { kind, ..config };
    // G's pooled state is part of the conditioning; L and H are used without theirs.
    let square = [config.width, config.width];
    let projection = found.find("text_projection.weight");
    config.projection = kind == ClipKind::G || projection.is_some_and(|view| view.fits(&square));
    let part = found.checked(layout::clip(&config))?;
    if (kind, config.width, config.layers) == (ClipKind::H, 1024, 23) {
        config.layers = 24;
    }
    Ok((config, part))
}

fn clip_mismatch(filled: &Filled, config: &ClipConfig, found: &Found) -> Error {
    let name = |kind: ClipKind, width: usize| format!("{} {width}", kind.part_name());
    let open = filled.iter().filter(|(_, clip)| clip.is_none());
    let open: Vec<String> = open.map(|(slot, _)| name(slot.kind, slot.width)).collect();
    Error::PartMismatch {
        file: found.source.file().to_owned(),
        part: config.kind.part_name().to_owned(),
        // All have theirs where one file too many was named.
        expected: if open.is_empty() { "no other".to_owned() } else { open.join(", ") },
        found: name(config.kind, config.width),
    }
}
