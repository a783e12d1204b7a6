//! Graphics cards that are plugged in and that no driver offers for computing: Linux itself lists
//! what is on the PCI bus, whatever drivers are installed.

use super::facts::DeviceFacts;
use crate::cards::PciAddress;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// Makers of cards that this program could compute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Maker {
    /// CUDA or Vulkan.
    Nvidia,
    /// Vulkan.
    Amd,
    /// Vulkan.
    Intel,
}

impl Maker {
    /// By the PCI vendor number.
    fn of(vendor: &str) -> Option<Self> {
        match vendor {
            "0x10de" => Some(Self::Nvidia),
            "0x1002" => Some(Self::Amd),
            "0x8086" => Some(Self::Intel),
            _ => None,
        }
    }

    /// As it writes itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nvidia => "NVIDIA",
            Self::Amd => "AMD",
            Self::Intel => "Intel",
        }
    }
}

/// A card without a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndrivenCard {
    /// Where it is plugged in.
    pub pci: PciAddress,
    /// Who made it.
    pub maker: Maker,
}

/// The graphics cards of this machine that `known` leaves out.
pub fn undriven_cards(known: &[DeviceFacts]) -> Vec<UndrivenCard> {
    listed(Path::new("/sys/bus/pci/devices"), known)
}

fn listed(bus: &Path, known: &[DeviceFacts]) -> Vec<UndrivenCard> {
    let entries = fs::read_dir(bus).into_iter().flatten().flatten();
    let card = |entry: fs::DirEntry| {
        let pci = entry.file_name().to_str()?.parse().ok()?;
        let value = |name: &str| fs::read_to_string(entry.path().join(name)).ok();
        // Class 03: VGA, 3D and other display controllers.
        let is_display = value("class")?.trim().starts_with("0x03");
        let maker = Maker::of(value("vendor")?.trim()).filter(|_| is_display)?;
        Some(UndrivenCard { pci, maker })
    };
    let is_known = |card: &UndrivenCard| known.iter().any(|facts| facts.pci == Some(card.pci));
    let mut cards: Vec<_> = entries.filter_map(card).filter(|card| !is_known(card)).collect();
    cards.sort_by_key(|card| card.pci);
    cards
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::device::Device;

    fn plugged(bus: &Path, pci: &str, class: &str, vendor: &str) {
        let folder = bus.join(pci);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("class"), format!("{class}\n")).unwrap();
        fs::write(folder.join("vendor"), format!("{vendor}\n")).unwrap();
    }

    #[test]
    fn cards_that_no_driver_offers_are_told_from_all_else_on_the_bus() {
        let bus = tempfile::tempdir().unwrap();
        plugged(bus.path(), "0000:0a:00.0", "0x030000", "0x10de");
        plugged(bus.path(), "0000:01:00.0", "0x030200", "0x10de");
        plugged(bus.path(), "0000:00:02.0", "0x038000", "0x8086");
        plugged(bus.path(), "0000:01:00.1", "0x040300", "0x10de");
        plugged(bus.path(), "0000:00:01.0", "0x030000", "0x1af4");
        fs::create_dir(bus.path().join("0000:00:1f.0")).unwrap();
        let driven = DeviceFacts {
            device: Device::Cuda(0),
            pci: "00000000:0A:00.0".parse().ok(),
            ..DeviceFacts::processor()
        };
        let found = listed(bus.path(), &[DeviceFacts::processor(), driven]);
        let card = |pci: &str, maker| UndrivenCard { pci: pci.parse().unwrap(), maker };
        let (intel, nvidia) = (Maker::Intel, Maker::Nvidia);
        assert_eq!(found, [card("0000:00:02.0", intel), card("0000:01:00.0", nvidia)]);
    }
}
