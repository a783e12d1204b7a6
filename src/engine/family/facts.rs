//! What can be said of a file from its header, without loading it.

use super::super::error::{Error, FileKind};
use super::super::weights::{Dtype, Source, TensorInfo};
use super::kind::file_kind;
use super::part::Found;
use super::resolve::{Denoiser, denoiser, slots};
use super::view::stored_bytes;
use super::{ClipKind, Family, Prediction, locate, measure};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file in a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// What it is.
    pub kind: FileKind,
    /// The family, if it is a checkpoint of a known one.
    pub family: Option<Family>,
    /// What its UNet gives, if the family is known.
    pub prediction: Option<Prediction>,
    /// Whether its UNet takes a mask and a masked latent.
    pub inpaint: bool,
    /// The parts in it: `unet`, `vae`, `clip_l`, `clip_h`, `clip_g`.
    pub parts: Vec<(&'static str, PartFacts)>,
    /// The text encoders that its UNet asks for, and how wide.
    pub encoders: Vec<(&'static str, usize)>,
    /// Parts that a checkpoint of its family needs and that are not in it.
    pub missing: Vec<&'static str>,
    /// Why the checkpoint's UNet cannot be used, if it cannot.
    pub problem: Option<Error>,
}

/// One part of a file in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFacts {
    /// The number type that most of its tensors have.
    pub dtype: Dtype,
    /// Bytes.
    pub bytes: u64,
    /// Tensors.
    pub tensors: usize,
    /// Channels of a UNet's input or a VAE's latents, width of a text encoder's states; 0 if it
    /// cannot be told.
    pub channels: usize,
}

/// Looks at the header of `source`, and at one small tensor in case of an SD 2.x checkpoint.
pub fn facts(source: &Arc<dyn Source>) -> Facts {
    let mut facts = Facts {
        kind: file_kind(source),
        family: None,
        prediction: None,
        inpaint: false,
        parts: Vec::new(),
        encoders: Vec::new(),
        missing: Vec::new(),
        problem: None,
    };
    let unet = locate::unet(source);
    let vae = locate::vae(source);
    let denoiser = unet.clone().map(denoiser).transpose();
    let denoiser = denoiser.unwrap_or_else(|problem| {
        facts.problem = Some(problem);
        None
    });
    let clips = named_clips(source, denoiser.as_ref());
    if let Some(found) = &unet {
        let channels = denoiser.as_ref().map_or(0, |denoiser| denoiser.config.in_channels);
        facts.add("unet", (found, channels), locate::in_unet);
    }
    if let Some(found) = &vae {
        let channels = measure::vae(found).map_or(0, |config| config.latent_channels);
        facts.add("vae", (found, channels), locate::in_vae);
    }
    for (kind, found) in &clips {
        let width = measure::clip(found).map_or(0, |config| config.width);
        facts.add(kind.part_name(), (found, width), locate::in_clip);
    }
    if let Some(denoiser) = denoiser {
        facts.family = Some(denoiser.family);
        facts.prediction = Some(denoiser.prediction);
        facts.inpaint = denoiser.inpaint();
        facts.missing.extend(vae.is_none().then_some("vae"));
        let wanted = slots(denoiser.family, &denoiser.config);
        facts.encoders = wanted.iter().map(|slot| (slot.kind.part_name(), slot.width)).collect();
        let wanted = wanted.into_iter();
        let missing = wanted.filter(|slot| clips.iter().all(|(kind, _)| *kind != slot.kind));
        facts.missing.extend(missing.map(|slot| slot.kind.part_name()));
    }
    facts
}

impl Facts {
    fn add(
        &mut self,
        name: &'static str,
        (part, channels): (&Found, usize),
        belongs: fn(&Found, &str) -> bool,
    ) {
        let tensors = part.source.tensors().iter();
        let tensors = tensors.filter(|(name, _)| belongs(part, name)).map(|(_, info)| info);
        self.parts.extend(part_facts(tensors, channels).map(|facts| (name, facts)));
    }
}

/// The text encoders, each by the name of the place it has in this model, or in its published one.
fn named_clips(source: &Arc<dyn Source>, denoiser: Option<&Denoiser>) -> Vec<(ClipKind, Found)> {
    let slots = denoiser.map(|denoiser| slots(denoiser.family, &denoiser.config));
    let slots = slots.unwrap_or_default();
    let named = |found: Found| {
        let config = measure::clip(&found).ok()?;
        let slot = slots.iter().find(|slot| slot.takes(&config));
        Some((slot.map_or(config.kind, |slot| slot.kind), found))
    };
    let mut clips: Vec<_> = locate::clips(source).into_iter().filter_map(named).collect();
    clips.sort_by_key(|(kind, _)| *kind);
    clips.dedup_by_key(|(kind, _)| *kind);
    clips
}

fn part_facts<'a>(
    tensors: impl Iterator<Item = &'a TensorInfo>,
    channels: usize,
) -> Option<PartFacts> {
    let mut dtypes = BTreeMap::new();
    let (mut bytes, mut count) = (0_u64, 0);
    for info in tensors {
        *dtypes.entry(info.dtype).or_insert(0_usize) += 1;
        bytes = bytes.saturating_add(stored_bytes(info));
        count += 1;
    }
    let (&dtype, _) = dtypes.iter().max_by_key(|(_, count)| **count)?;
    Some(PartFacts { dtype, bytes, tensors: count, channels })
}
