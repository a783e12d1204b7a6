//! Reads the system's counters: those of graphics cards, and `/proc` for the rest.

use super::{Card, Machine, Readings};
use crate::cards::{self, Amd, Nvidia};
use crate::engine::{Device, DeviceFacts};
use std::fs;

/// Reads memory counters, again and again. Opening one may take a moment.
pub struct Gauge {
    nvidia: Option<Nvidia>,
    amd: Amd,
    /// What the engine calls each card, once there are several to tell apart.
    known: Option<Vec<DeviceFacts>>,
}

impl Gauge {
    /// Looks for counters.
    pub fn open() -> Self {
        Self::over(Nvidia::open())
    }

    /// The same for NVIDIA's cards that are listed elsewhere.
    pub fn over(nvidia: Option<Nvidia>) -> Self {
        Self { nvidia, amd: Amd::find(), known: None }
    }

    /// Whether there are several cards, which only the drivers that compute can tell apart.
    pub fn wants_names(&self) -> bool {
        let nvidia = self.nvidia.as_ref().map_or(0, Nvidia::count);
        self.known.is_none() && nvidia + self.amd.count() > 1
    }

    /// Takes what the drivers call the cards; without any names, no card is shown.
    pub fn name(&mut self, known: Vec<DeviceFacts>) {
        self.known = Some(known);
    }

    /// What they say now, the engines' processes being `engines`.
    pub fn read(&self, engines: &[u32]) -> Readings {
        let known = self.known.as_deref();
        let nvidia = self.nvidia.as_ref().map(Nvidia::cards).unwrap_or_default();
        let nvidia = nvidia
            .into_iter()
            .filter_map(|card| named(card, known, &[Device::Cuda(0), Device::Vulkan(0)]));
        let amd = self.amd.cards(engines).into_iter();
        let amd = amd.filter_map(|card| named(card, known, &[Device::Vulkan(0)]));
        Readings { machine: machine(engines), cards: nvidia.chain(amd).collect() }
    }
}

/// The card under the engine's names for it: those of `known`, or where nobody was asked, the
/// names of the `only` card. Nothing where it has no name, or no memory to speak of.
fn named(card: cards::Card, known: Option<&[DeviceFacts]>, only: &[Device]) -> Option<Card> {
    let devices = match known {
        Some(known) => {
            let here = known.iter().filter(|facts| card.pci.is_some() && facts.pci == card.pci);
            here.map(|facts| facts.device).collect()
        }
        None => only.to_vec(),
    };
    let cards::Card { name, total, used, processes, are_all, .. } = card;
    let is_shown = total > 0 && !devices.is_empty();
    is_shown.then_some(Card { devices, name, total, used, processes, are_all })
}

fn machine(engines: &[u32]) -> Option<Machine> {
    let meminfo = fs::read_to_string("/proc/meminfo").ok()?;
    Some(Machine {
        total: field(&meminfo, "MemTotal")?,
        available: field(&meminfo, "MemAvailable")?,
        window: held(std::process::id()).unwrap_or_default(),
        engine: engines.iter().copied().filter_map(held).reduce(u64::saturating_add),
    })
}

/// Bytes that a process holds alone: pages of mapped files can be had by others at any time, and
/// the kernel counts them as available.
fn held(process: u32) -> Option<u64> {
    held_by(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

fn held_by(status: &str) -> Option<u64> {
    match (field(status, "RssAnon"), field(status, "RssShmem")) {
        (Some(own), shared) => Some(own + shared.unwrap_or_default()),
        _ => field(status, "VmRSS"),
    }
}

/// The value of `name: N kB`, in bytes: the kernel means 1024 by that.
fn field(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NVIDIA: [Device; 2] = [Device::Cuda(0), Device::Vulkan(0)];

    fn found(pci: &str) -> cards::Card {
        let name = "card".to_owned();
        cards::Card { pci: pci.parse().ok(), name, total: 24, used: 1, ..Default::default() }
    }

    fn facts(device: Device, pci: &str) -> DeviceFacts {
        DeviceFacts { pci: pci.parse().ok(), ..DeviceFacts::of(device) }
    }

    #[test]
    fn a_machine_has_memory_and_this_process_some_of_it() {
        let machine = Gauge::open().read(&[std::process::id()]).machine.unwrap();
        assert!(machine.total > machine.available && machine.window > 0);
        let once = machine.engine.unwrap();
        let twice = Gauge::open().read(&[std::process::id(); 2]).machine.unwrap().engine;
        assert!(twice > Some(once + once / 2), "{once} {twice:?}");
        assert_eq!(Gauge::open().read(&[]).machine.unwrap().engine, None);
    }

    #[test]
    fn what_a_process_holds_leaves_mapped_files_out() {
        let status = "VmRSS:\t  900 kB\nRssAnon:\t 100 kB\nRssFile:\t 790 kB\nRssShmem:\t 10 kB\n";
        assert_eq!(held_by(status), Some(110 * 1024));
        assert_eq!(held_by("VmRSS: 9 kB\n"), Some(9 * 1024));
        assert_eq!(held_by("Name: x\n"), None);
    }

    #[test]
    fn the_only_card_has_the_first_names() {
        assert_eq!(named(found("01:00.0"), None, &NVIDIA).unwrap().devices, NVIDIA);
        let lost = cards::Card { total: 0, ..found("01:00.0") };
        assert_eq!(named(lost, None, &NVIDIA), None);
    }

    #[test]
    fn several_cards_are_told_apart_by_their_addresses() {
        let known = [
            facts(Device::Cuda(0), "0000:0a:00.0"),
            facts(Device::Cuda(1), "00000000:01:00.0"),
            facts(Device::Vulkan(0), "0000:0A:00.0"),
            facts(Device::Cpu, ""),
        ];
        let names = |pci| named(found(pci), Some(&known), &NVIDIA).map(|card| card.devices);
        assert_eq!(names("01:00.0"), Some(vec![Device::Cuda(1)]));
        assert_eq!(names("0a:00.0"), Some(vec![Device::Cuda(0), Device::Vulkan(0)]));
        assert_eq!(names("0b:00.0"), None);
        assert_eq!(names(""), None, "not the processor, which has no address either");
    }
}
