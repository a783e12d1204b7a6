//! Where memory goes, on the graphics cards and in the machine: read by a [`Gauge`], divided into
//! parts by a [`MemoryView`].
//!
//! Counters of the system alone, no driver that computes: reading them starts nothing.

mod gauge;

pub use gauge::Gauge;

use crate::engine::{Device, ModelSummary, Stage, StageSummary};

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
    /// Whether these are all the processes that hold any.
    pub are_all: bool,
}

/// What the engine says of its memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct EngineMemory<'a> {
    /// Its processes.
    pub processes: &'a [u32],
    /// The model in it.
    pub model: Option<&'a ModelSummary>,
    /// Bytes of cards that it holds for weights and for what is computed.
    pub held: &'a [(Device, u64)],
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
    /// What is computed, and what the engine keeps for that.
    Activations,
    /// This program's window.
    Window,
    /// Other programs.
    Others,
    /// What nobody accounts for: mostly the driver's own.
    Unaccounted,
    /// Nothing.
    Free,
}

impl MemoryPart {
    /// All of them, in the order of display.
    pub const ALL: [Self; 8] = [
        Self::Checkpoint,
        Self::Vae,
        Self::Clip,
        Self::Activations,
        Self::Window,
        Self::Others,
        Self::Unaccounted,
        Self::Free,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checkpoint => "checkpoint",
            Self::Vae => "vae",
            Self::Clip => "clip",
            Self::Activations => "activations",
            Self::Window => "own",
            Self::Others => "others",
            Self::Unaccounted => "unaccounted",
            Self::Free => "free",
        }
    }

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
    /// Divides up the memory of the devices that hold the engine's model or are `chosen` for it;
    /// where neither says anything, of all cards, or of the machine if it has none.
    pub fn new(readings: &Readings, engine: EngineMemory, chosen: &[Device]) -> Self {
        let mut wanted = chosen.to_vec();
        wanted.extend(stages(engine.model).map(|stage| stage.device));
        let is_wanted = |card: &&Card| {
            wanted.is_empty() || card.devices.iter().any(|device| wanted.contains(device))
        };
        let cards = readings.cards.iter().filter(is_wanted);
        let mut devices: Vec<_> = cards.map(|card| of_card(card, engine)).collect();
        if let Some(machine) = &readings.machine
            && (devices.is_empty() || wanted.contains(&Device::Cpu))
        {
            devices.push(of_machine(machine, engine.model));
        }
        Self { devices }
    }
}

/// The parts that are weights.
const WEIGHTS: [MemoryPart; 3] = [MemoryPart::Checkpoint, MemoryPart::Vae, MemoryPart::Clip];

/// The weights of `stage`, as a part.
fn part(stage: Stage) -> MemoryPart {
    match stage {
        Stage::Unet => MemoryPart::Checkpoint,
        Stage::Vae => MemoryPart::Vae,
        Stage::Clip => MemoryPart::Clip,
    }
}

/// All that is loaded, a UNet on two cards twice.
fn stages(model: Option<&ModelSummary>) -> impl Iterator<Item = &StageSummary> {
    model.into_iter().flat_map(|model| &model.stages)
}

/// The weights on any of `devices`.
fn weights(model: Option<&ModelSummary>, devices: &[Device]) -> [u64; 3] {
    WEIGHTS.map(|wanted| {
        let here = stages(model).filter(|it| devices.contains(&it.device));
        here.filter(|it| part(it.stage) == wanted).map(|it| it.bytes).sum()
    })
}

fn of_card(card: &Card, engine: EngineMemory) -> DeviceMemory {
    let window = std::process::id();
    let held_by = |process: u32| {
        let held = card.processes.iter().filter(|(found, _)| *found == process);
        held.map(|(_, bytes)| *bytes).max()
    };
    let by_driver =
        engine.processes.iter().copied().filter_map(held_by).reduce(u64::saturating_add);
    let here = engine.held.iter().filter(|(device, _)| card.devices.contains(device));
    let by_itself = here.map(|(_, bytes)| *bytes).reduce(u64::saturating_add);
    let weights = weights(engine.model, &card.devices);
    let is_other = |process: u32| !engine.processes.contains(&process) && process != window;
    let others = card.processes.iter().filter(|(process, _)| is_other(*process));
    // An engine that is here and that the driver has not seen may not be the only one.
    let is_here = by_itself.is_some() || weights.iter().any(|bytes| *bytes > 0);
    let is_known = card.are_all && (by_driver.is_some() || !is_here);
    let in_use = |device: &&Device| stages(engine.model).any(|stage| stage.device == **device);
    let device = card.devices.iter().find(in_use).or(card.devices.first());
    let shares = Shares {
        weights,
        engine: by_driver,
        // Nothing was said yet: a load has just begun.
        computing: by_itself.or(by_driver).unwrap_or_default(),
        window: held_by(window).unwrap_or_default(),
        others: is_known.then(|| others.map(|(_, bytes)| bytes).sum()),
    };
    DeviceMemory {
        device: device.copied().unwrap_or(Device::Cpu),
        name: card.name.clone(),
        total: card.total,
        parts: parts((card.total, card.used), shares),
    }
}

fn of_machine(machine: &Machine, model: Option<&ModelSummary>) -> DeviceMemory {
    let used = machine.total.saturating_sub(machine.available);
    let shares = Shares {
        weights: weights(model, &[Device::Cpu]),
        engine: machine.engine,
        // What the engine holds here besides is for its work, all of it.
        computing: machine.engine.unwrap_or_default(),
        window: machine.window,
        others: None,
    };
    DeviceMemory {
        device: Device::Cpu,
        name: String::new(),
        total: machine.total,
        parts: parts((machine.total, used), shares),
    }
}

/// What is known of those who use a memory, in bytes.
#[derive(Clone, Copy, Debug)]
struct Shares {
    /// Of the checkpoint, the VAE and the text encoders.
    weights: [u64; 3],
    /// Of the engine's process, as the system counts.
    engine: Option<u64>,
    /// What it says itself of weights and work together.
    computing: u64,
    /// Of this process.
    window: u64,
    /// Of all other processes; `None` where only the rest of what is used tells.
    others: Option<u64>,
}

/// Divides `total` bytes, `used` of them, so that the parts add up whatever the counters say:
/// they are read one after the other, and some count shared memory twice.
fn parts((total, used): (u64, u64), shares: Shares) -> Vec<(MemoryPart, u64)> {
    let used = used.min(total);
    let wanted: u128 = shares.weights.iter().map(|bytes| u128::from(*bytes)).sum();
    // A driver that does not know the process leaves what it says itself; and the weights have to
    // be somewhere.
    let least = u64::try_from(wanted).unwrap_or(u64::MAX).max(shares.computing);
    let engine = shares.engine.unwrap_or(least).min(used);
    // Less than its weights: they are still being read.
    let share = |bytes: u64| {
        let share = u128::from(bytes) * wanted.min(engine.into()) / wanted.max(1);
        u64::try_from(share).unwrap_or(engine)
    };
    let weights = shares.weights.map(share);
    let held: u64 = weights.iter().sum();
    let activations = shares.computing.min(engine).saturating_sub(held);
    let window = shares.window.min(used - engine);
    let rest = used - engine - window;
    let others = shares.others.unwrap_or(rest).min(rest);
    let mut parts: Vec<_> = WEIGHTS.into_iter().zip(weights).collect();
    parts.extend([
        (MemoryPart::Activations, activations),
        (MemoryPart::Window, window),
        (MemoryPart::Others, others),
        (MemoryPart::Unaccounted, engine - held - activations + rest - others),
        (MemoryPart::Free, total - used),
    ]);
    parts
}

#[cfg(test)]
mod tests;
