//! What the engine knows without loading anything: devices, files, names.

mod merged;

pub use merged::one_per_card;

use super::backend;
use super::copies::CopyRates;
use super::device::Device;
use super::error::{Error, FileKind, Obstacle};
use super::{family, memory, sampler, schedule, selftest, weights};
use crate::cards::{Amd, Bond, PciAddress};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Something that requests name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// In requests and files.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// Where it was described.
    pub source: &'static str,
}

/// All samplers.
pub fn samplers() -> Vec<Named> {
    let rows = sampler::SAMPLERS.iter();
    rows.map(|row| Named { name: row.name, label: row.label, source: row.source }).collect()
}

/// All schedulers.
pub fn schedulers() -> Vec<Named> {
    let rows = schedule::SCHEDULERS.iter();
    rows.map(|row| Named { name: row.name, label: row.label, source: row.source }).collect()
}

/// A model file in a few words.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFacts {
    /// What it is.
    pub kind: FileKind,
    /// `safetensors` or `ckpt`.
    pub format: String,
    /// `sd1`, `sd2`, `sdxl`, `sdxl-refiner`, if known.
    pub family: Option<String>,
    /// `eps` or `v`, if the family is known.
    pub prediction: Option<String>,
    /// Whether the UNet takes a mask and a masked latent.
    pub inpaint: bool,
    /// `unet`, `vae`, `clip_l`, `clip_g`, `clip_h`, as far as they are there.
    pub parts: BTreeMap<String, PartFacts>,
    /// The text encoders that its UNet asks for, by part name, and the width of each.
    pub encoders: BTreeMap<String, usize>,
    /// Parts that its family needs and that are not in it.
    pub missing: Vec<String>,
    /// Why a checkpoint cannot be used, if it cannot.
    pub problem: Option<Error>,
    /// Width and height that the model was trained at, where its header tells.
    pub resolution: Option<(u32, u32)>,
}

/// One part of a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFacts {
    /// The number type that most of its tensors have.
    pub dtype: String,
    /// Bytes in the file.
    pub bytes: u64,
    /// Tensors.
    pub tensors: usize,
    /// Channels of a UNet's input or a VAE's latents, width of a text encoder's states; 0 if it
    /// cannot be told.
    pub channels: usize,
}

/// The header's key for the size that a model was trained at, by Stability AI's ModelSpec 1.0.
const RESOLUTION: &str = "modelspec.resolution";
/// Sides in pixels that a header may tell; any other is a mistake in the file.
const TRAINED_AT: std::ops::RangeInclusive<u32> = 64..=4096;

/// Reads the header of the model file at `path`.
///
/// # Errors
///
/// [`Error::File`] and [`Error::Flawed`]. A readable file of an unknown kind is no error.
pub fn inspect(path: &Path) -> Result<ModelFacts, Error> {
    let source = weights::open(path)?;
    let facts = family::facts(&source);
    let part = |part: family::PartFacts| PartFacts {
        dtype: part.dtype.name().into(),
        bytes: part.bytes,
        tensors: part.tensors,
        channels: part.channels,
    };
    Ok(ModelFacts {
        kind: facts.kind,
        format: source.format().name().into(),
        family: facts.family.map(|family| family.name().into()),
        prediction: facts.prediction.map(|prediction| prediction.name().into()),
        inpaint: facts.inpaint,
        parts: facts.parts.into_iter().map(|(name, facts)| (name.into(), part(facts))).collect(),
        encoders: facts.encoders.into_iter().map(|(name, width)| (name.into(), width)).collect(),
        missing: facts.missing.into_iter().map(str::to_owned).collect(),
        problem: facts.problem,
        resolution: source.metadata().get(RESOLUTION).and_then(|told| resolution(told)),
    })
}

/// The size in a header's [`RESOLUTION`]: `1024x1024`, or `1024` for a square.
fn resolution(told: &str) -> Option<(u32, u32)> {
    let (width, height) = told.split_once('x').unwrap_or((told, told));
    let pixels = |text: &str| text.trim().parse().ok().filter(|side| TRAINED_AT.contains(side));
    Some((pixels(width)?, pixels(height)?))
}

/// What a place to compute is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A graphics card with memory of its own.
    Discrete,
    /// Graphics on the processor's chip, in the machine's memory.
    Integrated,
    /// A share of a card, as virtual machines have it.
    Virtual,
    /// A graphics card imitated on the processor.
    Software,
    /// The processor.
    Processor,
}

/// Another way to compute on the same card.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherWay {
    /// Its id.
    pub device: Device,
    /// What keeps this program from computing that way, if anything does.
    pub obstacle: Option<Obstacle>,
}

/// A place to compute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceFacts {
    /// Its id.
    pub device: Device,
    /// What it is made of.
    pub kind: DeviceKind,
    /// The maker's name for it.
    pub name: String,
    /// The driver, with its version.
    pub driver: String,
    /// Where it is plugged in.
    pub pci: Option<PciAddress>,
    /// The driver's unique id.
    pub uuid: Option<String>,
    /// Bytes of memory.
    pub total: u64,
    /// Bytes in use, by anyone.
    pub used: u64,
    /// Bytes to be had.
    pub free: u64,
    /// Degrees Celsius.
    pub temperature: Option<u32>,
    /// Percent of the time that it computes.
    pub load: Option<u32>,
    /// NVLinks to other cards.
    pub links: Vec<Bond>,
    /// How fast it was found to exchange data with the machine's memory.
    pub copies: Option<CopyRates>,
    /// What keeps this program from computing there, if anything does.
    pub obstacle: Option<Obstacle>,
    /// Other ways to compute on the same card; only [`one_per_card`] fills them in.
    pub also: Vec<OtherWay>,
}

/// Everything that could compute here, with what tests of it have found; the processor comes last.
/// A card that is reached through CUDA and through Vulkan is there twice: see [`one_per_card`].
/// Loads the drivers of all cards into this process.
pub fn devices() -> Vec<DeviceFacts> {
    let mut devices = selftest::with_findings(backend::gpus());
    if devices.iter().any(|facts| facts.pci.is_some() && facts.temperature.is_none()) {
        let sensed = Amd::find().cards(&[]);
        for facts in &mut devices {
            let is_same = |card: &&crate::cards::Card| card.pci.is_some() && card.pci == facts.pci;
            if let Some(card) = sensed.iter().find(is_same) {
                (facts.temperature, facts.load) = (card.temperature, card.load);
            }
        }
    }
    devices.push(DeviceFacts::processor());
    devices
}

impl DeviceFacts {
    /// A device of which nothing else is known.
    pub fn of(device: Device) -> Self {
        let kind = if device == Device::Cpu { DeviceKind::Processor } else { DeviceKind::Discrete };
        Self {
            device,
            kind,
            name: String::new(),
            driver: String::new(),
            pci: None,
            uuid: None,
            total: 0,
            used: 0,
            free: 0,
            temperature: None,
            load: None,
            links: Vec::new(),
            copies: None,
            obstacle: None,
            also: Vec::new(),
        }
    }

    /// Whether the engine computes there when it is named.
    pub fn is_usable(&self) -> bool {
        self.obstacle.as_ref().is_none_or(|obstacle| !obstacle.forbids())
    }

    /// What is known of the processor, whose memory is this machine's. No driver is asked.
    pub fn processor() -> Self {
        let (total, free) =
            (memory::total().unwrap_or_default(), memory::available().unwrap_or_default());
        Self {
            name: processor_name(&std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
            total,
            used: total.saturating_sub(free),
            free,
            ..Self::of(Device::Cpu)
        }
    }
}

/// The model name in `/proc/cpuinfo`, or the architecture where there is none.
fn processor_name(cpuinfo: &str) -> String {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim());
    name.unwrap_or(std::env::consts::ARCH).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_last_and_usable() {
        let devices = devices();
        let last = devices.last().unwrap();
        assert_eq!(last.device, Device::Cpu);
        assert!(last.obstacle.is_none() && last.total > last.free && last.free > 0);
    }

    #[test]
    fn a_header_s_resolution_is_a_size_or_nothing() {
        assert_eq!(resolution("1024x768"), Some((1024, 768)));
        assert_eq!(resolution("512"), Some((512, 512)));
        for wrong in ["", "x", "0x0", "8x99999999999", "big", "-512x512", "512x512x512"] {
            assert_eq!(resolution(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_processor_has_a_name() {
        assert_eq!(processor_name("flags: x\nmodel name\t: A Chip 9000\n"), "A Chip 9000");
        assert_eq!(processor_name("nothing"), std::env::consts::ARCH);
    }
}
