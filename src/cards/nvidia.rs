//! NVIDIA's cards as their management library (NVML) lists them, in the order of the PCI bus.
//!
//! CUDA lists them the fastest first, unless it is told otherwise.

use super::{Card, Link};
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::struct_wrappers::device::ProcessInfo;
use nvml_wrapper::{Device, Nvml};
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// The library where it is installed.
const LIBRARY: &str = "libnvidia-ml.so.1";

/// Most links that a card can have: `NVML_NVLINK_MAX_LINKS`.
const MOST_LINKS: u32 = 18;

/// What to call a card whose name cannot be had.
const NAMELESS: &str = "NVIDIA";

/// The open library.
pub struct Nvidia {
    nvml: Nvml,
    driver: String,
}

impl Nvidia {
    /// Opens the library; `None` where there is no driver of NVIDIA's, or none that works.
    pub fn open() -> Option<Self> {
        Self::open_library(LIBRARY.as_ref())
    }

    /// The same with the library at `path`.
    pub fn open_library(path: &OsStr) -> Option<Self> {
        let nvml = Nvml::builder().lib_path(path).init();
        let nvml = nvml.inspect_err(|error| log::debug!("no NVIDIA cards: {error}")).ok()?;
        let driver = nvml.sys_driver_version().unwrap_or_default();
        Some(Self { nvml, driver })
    }

    /// The number of cards, those in trouble too.
    pub fn count(&self) -> usize {
        self.nvml.device_count().unwrap_or(0) as usize
    }

    /// All cards, as they are now.
    pub fn cards(&self) -> Vec<Card> {
        let count = self.nvml.device_count().unwrap_or(0);
        (0..count).map(|index| self.card(index)).collect()
    }

    fn card(&self, index: u32) -> Card {
        let named =
            Card { name: NAMELESS.to_owned(), driver: self.driver.clone(), ..Card::default() };
        match self.nvml.device_by_index(index) {
            Ok(device) => read(&device, named),
            Err(error) => Card { trouble: Some(error.to_string()), ..named },
        }
    }
}

/// Fills in what the library says of one card. What it does not know of an old or a virtual one
/// is left out.
fn read(device: &Device<'_>, card: Card) -> Card {
    let card = Card {
        pci: device.pci_info().ok().and_then(|info| info.bus_id.parse().ok()),
        uuid: device.uuid().ok(),
        name: device.name().unwrap_or_else(|_| card.name.clone()),
        ..card
    };
    let memory = match device.memory_info() {
        Ok(memory) => memory,
        // A card that shares the machine's memory has none of its own.
        Err(NvmlError::NotSupported) => return card,
        Err(error) => return Card { trouble: Some(error.to_string()), ..card },
    };
    let (processes, are_all) = processes(device);
    Card {
        total: memory.total,
        used: memory.used,
        free: memory.free,
        processes,
        are_all,
        temperature: device.temperature(TemperatureSensor::Gpu).ok(),
        load: device.utilization_rates().ok().map(|rates| rates.gpu),
        links: links(device),
        ..card
    }
}

/// One entry for each process: one that computes and draws is in both lists, with the same number.
/// And whether nothing was kept back.
fn processes(device: &Device<'_>) -> (Vec<(u32, u64)>, bool) {
    let mut held = BTreeMap::<u32, u64>::new();
    let mut note = |process: ProcessInfo| match process.used_gpu_memory {
        UsedGpuMemory::Used(bytes) => {
            let most = held.entry(process.pid).or_default();
            *most = bytes.max(*most);
            true
        }
        UsedGpuMemory::Unavailable => false,
    };
    let computing = device.running_compute_processes();
    let mut are_all = computing.is_ok();
    // Cards that only compute have no list of those that draw.
    for list in [computing, device.running_graphics_processes()] {
        list.into_iter().flatten().for_each(|process| are_all &= note(process));
    }
    (held.into_iter().collect(), are_all)
}

fn links(device: &Device<'_>) -> Vec<Link> {
    let read = |number| {
        let link = device.link_wrapper_for(number);
        let is_active = link.is_active().ok()?;
        let peer = link.remote_pci_info().ok().and_then(|info| info.bus_id.parse().ok());
        Some(Link { number, is_active, peer })
    };
    // The first number that the card does not have ends them.
    (0..MOST_LINKS).map_while(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_library_there_are_no_cards() {
        assert!(Nvidia::open_library("/no/such/libnvidia-ml.so.1".as_ref()).is_none());
    }
}
