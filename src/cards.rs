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

impl Card {
    /// The active links in short, those to the same one of `cards` together: `NVLink ×4 ↔
    /// 0000:42:00.0`; those to switches without the address.
    pub fn links_in_short(&self, cards: &[Card]) -> Vec<String> {
        let is_card = |peer: &PciAddress| cards.iter().any(|card| card.pci == Some(*peer));
        let mut counts: Vec<(Option<PciAddress>, usize)> = Vec::new();
        for link in self.links.iter().filter(|link| link.is_active) {
            let peer = link.peer.filter(is_card);
            match counts.iter_mut().find(|(known, _)| *known == peer) {
                Some((_, count)) => *count += 1,
                None => counts.push((peer, 1)),
            }
        }
        let said = counts.into_iter().map(|(peer, count)| match peer {
            Some(peer) => format!("NVLink \u{d7}{count} \u{2194} {peer}"),
            None => format!("NVLink \u{d7}{count}"),
        });
        said.collect()
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
        assert_eq!(bridged.links_in_short(&cards), ["NVLink \u{d7}2 \u{2194} 0000:42:00.0"]);
        let switched = with(&[(0, switch, true), (1, None, true)]);
        assert_eq!(switched.links_in_short(&cards), ["NVLink \u{d7}2"]);
        assert!(with(&[(0, there, false)]).links_in_short(&cards).is_empty());
    }
}
