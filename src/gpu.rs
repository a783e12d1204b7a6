//! Where memory goes, on the graphics cards and in the machine: read by a [`Gauge`], divided into
//! parts by a [`MemoryView`].
//!
//! Counters of the system alone, no driver that computes: reading them starts nothing.

mod gauge;

pub use gauge::Gauge;

use crate::engine::{Device, ModelSummary, Stage};

/// What the system says of memory at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readings {
    /// The machine's own memory.
    pub machine: Option<Machine>,
    /// Graphics cards whose memory can be read.
    pub cards: Vec<Card>,
}

/// The machine's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Bytes there are.
    pub total: u64,
    /// Bytes that processes can still get.
    pub available: u64,
    /// Bytes that this process holds.
    pub window: u64,
    /// Bytes that the engine's process holds, while it runs.
    pub engine: Option<u64>,
}

/// A graphics card's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What the engine calls it: one name for each way to compute there.
    pub devices: Vec<Device>,
    /// The maker's name for it.
    pub name: String,
    /// Bytes there are.
    pub total: u64,
    /// Bytes in use, by anyone.
    pub used: u64,
    /// Process ids and what each holds, as far as the driver tells.
    pub processes: Vec<(u32, u64)>,
}

/// What a share of memory is for, in the order of display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MemoryPart {
    /// The checkpoint's UNet.
    Checkpoint,
    /// The VAE.
    Vae,
    /// The text encoders.
    Clip,
    /// What the engine holds beside weights.
    Activations,
    /// This program's window.
    Window,
    /// Other programs.
    Others,
    /// Nothing.
    Free,
}

impl MemoryPart {
    /// All of them, in the order of display.
    pub const ALL: [Self; 7] = [
        Self::Checkpoint,
        Self::Vae,
        Self::Clip,
        Self::Activations,
        Self::Window,
        Self::Others,
        Self::Free,
    ];

    /// Whether clearing the model would free it.
    fn is_the_engines(self) -> bool {
        matches!(self, Self::Checkpoint | Self::Vae | Self::Clip | Self::Activations)
    }
}

/// One device's memory, divided up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceMemory {
    /// The device.
    pub device: Device,
    /// The maker's name for it; empty for the machine's own memory.
    pub name: String,
    /// Bytes there are: the sum of the parts.
    pub total: u64,
    /// Every part and its bytes, in the order of display.
    pub parts: Vec<(MemoryPart, u64)>,
}

impl DeviceMemory {
    /// The bytes of `part`.
    pub fn bytes(&self, part: MemoryPart) -> u64 {
        self.parts.iter().filter(|(this, _)| *this == part).map(|(_, bytes)| bytes).sum()
    }

    /// The bytes in use.
    pub fn used(&self) -> u64 {
        self.total - self.bytes(MemoryPart::Free)
    }

    /// The bytes that a model to be loaded can have: a loaded one goes first.
    pub fn to_be_had(&self) -> u64 {
        let engine = self.parts.iter().filter(|(part, _)| part.is_the_engines());
        self.bytes(MemoryPart::Free) + engine.map(|(_, bytes)| bytes).sum::<u64>()
    }
}

/// The memory of the devices that matter now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryView {
    /// Graphics cards first, and the machine where the processor computes.
    pub devices: Vec<DeviceMemory>,
}

impl MemoryView {
    /// Divides up the memory of the devices that hold the model `summary` or are `chosen` for it;
    /// where neither says anything, of all cards, or of the machine if it has none.
    ///
    /// `engine` is the engine's process.
    pub fn new(
        readings: &Readings,
        summary: Option<&ModelSummary>,
        chosen: &[Device],
        engine: Option<u32>,
    ) -> Self {
        let mut wanted = chosen.to_vec();
        if let Some(summary) = summary {
            wanted.extend(STAGES.map(|(stage, _)| summary.device(stage)));
        }
        let is_wanted = |card: &&Card| {
            wanted.is_empty() || card.devices.iter().any(|device| wanted.contains(device))
        };
        let cards = readings.cards.iter().filter(is_wanted);
        let mut devices: Vec<_> = cards.map(|card| of_card(card, summary, engine)).collect();
        if let Some(machine) = &readings.machine
            && (devices.is_empty() || wanted.contains(&Device::Cpu))
        {
            devices.push(of_machine(machine, summary));
        }
        Self { devices }
    }
}

/// The stages, with the parts that their weights are.
const STAGES: [(Stage, MemoryPart); 3] = [
    (Stage::Unet, MemoryPart::Checkpoint),
    (Stage::Vae, MemoryPart::Vae),
    (Stage::Clip, MemoryPart::Clip),
];

type Weights = [(MemoryPart, u64); 3];

/// The weights on any of `devices`.
fn weights(summary: Option<&ModelSummary>, devices: &[Device]) -> Weights {
    STAGES.map(|(stage, part)| {
        let here = summary.filter(|summary| devices.contains(&summary.device(stage)));
        (part, here.map_or(0, |summary| summary.bytes(stage)))
    })
}

fn of_card(card: &Card, summary: Option<&ModelSummary>, engine: Option<u32>) -> DeviceMemory {
    let weights = weights(summary, &card.devices);
    let held = engine.and_then(|engine| {
        let held = card.processes.iter().filter(|(process, _)| *process == engine);
        held.map(|(_, bytes)| *bytes).max()
    });
    let in_use = |device: &&Device| {
        summary.is_some_and(|summary| STAGES.iter().any(|(s, _)| summary.device(*s) == **device))
    };
    let device = card.devices.iter().find(in_use).or(card.devices.first());
    DeviceMemory {
        device: device.copied().unwrap_or(Device::Cpu),
        name: card.name.clone(),
        total: card.total,
        parts: parts((card.total, card.used), held, 0, weights),
    }
}

fn of_machine(machine: &Machine, summary: Option<&ModelSummary>) -> DeviceMemory {
    let used = machine.total.saturating_sub(machine.available);
    let weights = weights(summary, &[Device::Cpu]);
    DeviceMemory {
        device: Device::Cpu,
        name: String::new(),
        total: machine.total,
        parts: parts((machine.total, used), machine.engine, machine.window, weights),
    }
}

/// Divides `total` bytes, `used` of them, so that the parts add up whatever the counters say:
/// they are read one after the other, and some count shared memory twice.
fn parts(
    (total, used): (u64, u64),
    engine: Option<u64>,
    window: u64,
    weights: Weights,
) -> Vec<(MemoryPart, u64)> {
    let used = used.min(total);
    let wanted: u128 = weights.iter().map(|(_, bytes)| u128::from(*bytes)).sum();
    // A driver that does not know the process leaves the weights, which have to be somewhere.
    let engine = engine.unwrap_or(u64::try_from(wanted).unwrap_or(u64::MAX)).min(used);
    // Less than its weights: they are still being read.
    let share = |bytes: u64| {
        let share = u128::from(bytes) * wanted.min(engine.into()) / wanted.max(1);
        u64::try_from(share).unwrap_or(engine)
    };
    let weights = weights.map(|(part, bytes)| (part, share(bytes)));
    let held: u64 = weights.iter().map(|(_, bytes)| bytes).sum();
    let window = window.min(used - engine);
    let mut parts = weights.to_vec();
    parts.extend([
        (MemoryPart::Activations, engine - held),
        (MemoryPart::Window, window),
        (MemoryPart::Others, used - engine - window),
        (MemoryPart::Free, total - used),
    ]);
    parts
}

#[cfg(test)]
mod tests;
