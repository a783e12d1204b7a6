//! Which part of a model goes on which device, in which mode and why, decided from plain facts.
//!
//! Parts stay together while they can, and then move in this order: to another card, the text
//! encoders to the processor, the autoencoder to the processor, everything to the processor. Links
//! between cards play no part: all that ever crosses from one part to another is a latent or an
//! encoded prompt, and it crosses through the host.

mod ledger;
mod spread;

pub use ledger::Job;

use super::device::{Device, Stage};
use super::error::{Error, Obstacle};
use serde::{Deserialize, Serialize};

/// What is known of one device before anything is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The device.
    pub device: Device,
    /// What keeps it from being used, if anything does.
    pub obstacle: Option<Obstacle>,
    /// Bytes of its memory that can be had; `None` where nobody tells.
    pub free: Option<u64>,
    /// The name of its memory where it goes by more than one name: a card that CUDA and Vulkan
    /// reach is one card.
    pub memory: Option<String>,
}

impl Candidate {
    /// Whether both are ways to the same memory.
    pub(super) fn shares_memory(&self, other: &Self) -> bool {
        self.device == other.device || (self.memory.is_some() && self.memory == other.memory)
    }

    /// Whether it can be used by whoever names it.
    pub fn is_there(&self) -> bool {
        !self.obstacle.as_ref().is_some_and(Obstacle::forbids)
    }
}

/// What people have said about devices, and what the engine can do with several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice<'a> {
    /// Devices to use, best first; none leaves it to the placement.
    pub wanted: &'a [Device],
    /// Parts that were pinned to a device; of two pins for one part, the last holds.
    pub pinned: &'a [(Stage, Device)],
    /// The modes that can run.
    pub able: Able,
}

impl Choice<'_> {
    fn pin(&self, stage: Stage) -> Option<Device> {
        self.pinned.iter().rfind(|(pinned, _)| *pinned == stage).map(|(_, device)| *device)
    }
}

/// Modes that use two cards at the same time, which whoever runs the placement may not know yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Able {
    /// Whether two UNets can each compute one half of the guidance.
    pub guidance_in_parallel: bool,
    /// Whether pictures that wait can be made on several cards.
    pub queue_in_parallel: bool,
}

/// Where everything runs, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The parts and their devices.
    pub mode: Mode,
    /// What led to that.
    pub why: Why,
    /// Whether there is room for the work, too.
    pub fit: Fit,
    /// Devices that would have come first, and what is in their way.
    pub skipped: Vec<(Device, Obstacle)>,
}

/// How a model is laid out over devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything on one device.
    OneDevice {
        /// The device.
        device: Device,
    },
    /// The parts on different devices, one after the other.
    Apart {
        /// For the text encoders.
        clip: Device,
        /// For the denoiser.
        unet: Device,
        /// For the autoencoder.
        vae: Device,
    },
    /// The denoiser on two cards: each step, both compute one half of the guidance.
    GuidanceInParallel {
        /// For the text encoders.
        clip: Device,
        /// For the denoiser of the prompt.
        unet: Device,
        /// For the denoiser of the negative prompt.
        negative: Device,
        /// For the autoencoder.
        vae: Device,
    },
    /// The whole model on several cards: each makes a picture of its own.
    QueueInParallel {
        /// The cards.
        devices: Vec<Device>,
    },
}

/// Why a placement is as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nothing else can be used.
    OnlyOne,
    /// It is the best, and has room.
    Best,
    /// Someone chose the device.
    Chosen,
    /// Someone pinned parts to devices.
    Pinned,
    /// The device that comes first has no room for all of it.
    TooLarge {
        /// That device.
        device: Device,
        /// Bytes that all of it needs there.
        needed: u64,
        /// Bytes that are free there.
        available: u64,
    },
    /// Two cards hold the denoiser.
    TwoDenoisers,
    /// More than one picture waits, and more than one card has room.
    PicturesWait {
        /// Pictures to be made.
        waiting: u32,
    },
}

/// Whether a model finds room, and its work beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// With room for whole pictures.
    Fits,
    /// Pictures have to be denoised one by one, or decoded part by part.
    Tight,
    /// Pictures of this size have no room, or not even the weights have.
    WillNot,
}

impl Mode {
    /// Where `stage` runs; the first place of several.
    pub fn device(&self, stage: Stage) -> Device {
        match self {
            Self::OneDevice { device } => *device,
            Self::QueueInParallel { devices } => devices.first().copied().unwrap_or(Device::Cpu),
            Self::Apart { clip, unet, vae } | Self::GuidanceInParallel { clip, unet, vae, .. } => {
                match stage {
                    Stage::Clip => *clip,
                    Stage::Unet => *unet,
                    Stage::Vae => *vae,
                }
            }
        }
    }

    /// Where the other half of the guidance is computed, if at the same time.
    pub fn negative(&self) -> Option<Device> {
        match self {
            Self::GuidanceInParallel { negative, .. } => Some(*negative),
            _ => None,
        }
    }

    fn of([clip, unet, vae]: [Device; 3]) -> Self {
        match clip == unet && unet == vae {
            true => Self::OneDevice { device: unet },
            false => Self::Apart { clip, unet, vae },
        }
    }
}

impl Placement {
    /// Where `stage` runs; the first place of several.
    pub fn device(&self, stage: Stage) -> Device {
        self.mode.device(stage)
    }

    /// Whether parts went elsewhere than they were meant to, for want of room.
    pub fn is_makeshift(&self) -> bool {
        matches!((&self.mode, &self.why), (Mode::Apart { .. }, Why::TooLarge { .. }))
    }
}

/// Chooses from `candidates`, best first.
///
/// Devices that were named (`wanted`, `pinned`) have to work, and the denoiser never leaves them;
/// the processor may take the text encoders and the autoencoder off a card that is too small for
/// them, whether it was named or not. Left to itself, the choice falls on the first candidate that
/// works and has room. Where there is room for the weights and not for the work, it is said
/// ([`Fit::WillNot`]) and left to those who ask for that work.
///
/// # Errors
///
/// [`Error::DeviceUnusable`] for a device that was named, [`Error::OutOfMemory`] where the weights
/// find no room, [`Error::PrecisionUnsupported`] where no device computes as asked.
pub fn place(candidates: &[Candidate], choice: &Choice, job: &Job) -> Result<Placement, Error> {
    let named = choice.wanted.iter().chain(choice.pinned.iter().map(|(_, device)| device));
    named.copied().try_for_each(|device| check_named(candidates, device))?;
    let homes = homes(candidates, choice.wanted);
    spread::Spread::new(candidates, choice, job, homes).place()
}

/// The card to test next, where one that nobody named and nobody has tested yet may be of use: the
/// parts found no room together, or two cards could work at the same time.
pub fn to_be_proven(
    candidates: &[Candidate],
    choice: &Choice,
    placed: &Result<Placement, Error>,
) -> Option<Device> {
    let together = |placement: &Placement| match &placement.mode {
        Mode::OneDevice { device } => *device != Device::Cpu && placement.fit != Fit::WillNot,
        _ => placement.why == Why::Pinned && placement.fit != Fit::WillNot,
    };
    let content = placed.as_ref().is_ok_and(together) && choice.able == Able::default();
    if content || !choice.wanted.is_empty() {
        return None;
    }
    let is_new = |candidate: &&Candidate| {
        let twin = |other: &Candidate| other.obstacle.is_none() && other.shares_memory(candidate);
        candidate.obstacle == Some(Obstacle::Unproven) && !candidates.iter().any(twin)
    };
    candidates.iter().find(is_new).map(|candidate| candidate.device)
}

/// Notes that weights of so many bytes found no room on `device`, whatever was said to be free
/// there: the next placement puts less on it.
pub fn note_shortage(candidates: &mut [Candidate], device: Device, weights: u64) {
    let Some(short) = candidates.iter().find(|it| it.device == device).cloned() else { return };
    for candidate in candidates.iter_mut().filter(|candidate| candidate.shares_memory(&short)) {
        let less = ledger::least_free(weights).saturating_sub(1);
        candidate.free = Some(candidate.free.map_or(less, |free| free.min(less)));
    }
}

fn check_named(candidates: &[Candidate], device: Device) -> Result<(), Error> {
    let found = candidates.iter().find(|candidate| candidate.device == device);
    let obstacle = match found {
        // Whoever names a device has decided to try it.
        Some(candidate) if candidate.is_there() => return Ok(()),
        Some(candidate) => candidate.obstacle.clone().unwrap_or(Obstacle::Absent),
        None => Obstacle::Absent,
    };
    Err(Error::DeviceUnusable { device, obstacle })
}

/// The devices where a whole model may go, best first: those wanted, or all that work. Two names
/// of one memory are one device.
fn homes<'a>(candidates: &'a [Candidate], wanted: &[Device]) -> Vec<&'a Candidate> {
    let mut homes: Vec<&Candidate> = Vec::new();
    let mut add = |candidate: &'a Candidate| {
        if !homes.iter().any(|home| home.shares_memory(candidate)) {
            homes.push(candidate);
        }
    };
    if wanted.is_empty() {
        candidates.iter().filter(|candidate| candidate.obstacle.is_none()).for_each(&mut add);
    }
    for device in wanted {
        candidates.iter().filter(|candidate| candidate.device == *device).for_each(&mut add);
    }
    homes
}

#[cfg(test)]
mod tests;
