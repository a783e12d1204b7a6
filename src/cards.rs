//! Graphics cards as the system counts them: NVIDIA's through their management library (NVML),
//! AMD's through the kernel's files.
//!
//! No driver that computes is asked, so this is fast and safe in any process; what the engine
//! calls a card is not known here, and is found by its [`PciAddress`] or its unique id.

mod amd;
mod nvidia;
mod pci;

pub use amd::Amd;
pub use nvidia::Nvidia;
pub use pci::{NotPci, PciAddress};

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is known of one card now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Where it is plugged in.
    pub pci: Option<PciAddress>,
    /// The driver's unique id, as in `GPU-0a1b2c3d-...`.
    pub uuid: Option<String>,
    /// The maker's name for it.
    pub name: String,
    /// The driver's version.
    pub driver: String,
    /// Bytes of memory; 0 where the driver does not say.
    pub total: u64,
    /// Bytes in use, by anyone.
    pub used: u64,
    /// Bytes to be had: less than the rest, for some are kept by the driver.
    pub free: u64,
    /// Process ids and the bytes that each holds, as far as the driver tells.
    pub processes: Vec<(u32, u64)>,
    /// Whether these are all the processes that hold any.
    pub are_all: bool,
    /// Degrees Celsius.
    pub temperature: Option<u32>,
    /// Percent of the time that it computes.
    pub load: Option<u32>,
    /// Its NVLinks.
    pub links: Vec<Link>,
    /// Why the driver cannot use it, in its own words: it has fallen off the bus, for one.
    pub trouble: Option<String>,
}

/// One NVLink of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Counted from 0.
    pub number: u32,
    /// Whether it carries data.
    pub is_active: bool,
    /// What is at its other end: a card, or a switch.
    pub peer: Option<PciAddress>,
}

/// All NVLinks from one card to another, or to switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// The other card; `None` for switches.
    pub peer: Option<PciAddress>,
    /// Links that are there.
    pub links: u32,
    /// Links that carry data.
    pub active: u32,
}

impl fmt::Display for Bond {
    /// Those that carry data: `NVLink ×4 ↔ 0000:42:00.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NVLink \u{d7}{}", self.active)?;
        self.peer.map_or(Ok(()), |peer| write!(f, " \u{2194} {peer}"))
    }
}

impl Card {
    /// Its links, those to the same one of `cards` together, and those to anything else.
    pub fn bonds(&self, cards: &[Card]) -> Vec<Bond> {
        let is_card = |peer: &PciAddress| cards.iter().any(|card| card.pci == Some(*peer));
        let mut bonds: Vec<Bond> = Vec::new();
        for link in &self.links {
            let (peer, active) = (link.peer.filter(is_card), u32::from(link.is_active));
            match bonds.iter_mut().find(|bond| bond.peer == peer) {
                Some(bond) => (bond.links, bond.active) = (bond.links + 1, bond.active + active),
                None => bonds.push(Bond { peer, links: 1, active }),
            }
        }
        bonds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_counted_by_what_they_lead_to() {
        let [here, there, switch] = ["41:00.0", "42:00.0", "05:00.0"].map(|it| it.parse().ok());
        let link = |(number, peer, is_active)| Link { number, is_active, peer };
        let with = |links: &[(u32, Option<PciAddress>, bool)]| Card {
            pci: here,
            links: links.iter().copied().map(link).collect(),
            ..Card::default()
        };
        let cards = [with(&[]), Card { pci: there, ..Card::default() }];
        let bridged = with(&[(0, there, true), (1, there, true), (2, there, false)]);
        assert_eq!(bridged.bonds(&cards), [Bond { peer: there, links: 3, active: 2 }]);
        assert_eq!(bridged.bonds(&cards)[0].to_string(), "NVLink \u{d7}2 \u{2194} 0000:42:00.0");
        let switched = with(&[(0, switch, true), (1, None, true)]).bonds(&cards);
        assert_eq!(switched, [Bond { peer: None, links: 2, active: 2 }]);
        assert_eq!(switched[0].to_string(), "NVLink \u{d7}2");
        assert!(with(&[]).bonds(&cards).is_empty());
    }
}
