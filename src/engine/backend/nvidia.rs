//! NVIDIA's cards under the engine's names, with what their management library (NVML) knows.

use crate::cards::{Card, Nvidia};
use crate::engine::device::Device;
use crate::engine::error::Obstacle;
use crate::engine::facts::{DeviceFacts, DeviceKind};

/// Every card that NVML lists; none where there is no NVML.
///
/// It lists cards in PCI order, CUDA the fastest first unless it is told otherwise: their numbers
/// agree only where CUDA cannot be asked, which then cannot be used either.
pub fn gpus() -> Vec<DeviceFacts> {
    Nvidia::open().map(|nvidia| listed(&nvidia.cards())).unwrap_or_default()
}

fn listed(cards: &[Card]) -> Vec<DeviceFacts> {
    let facts = |(index, card): (usize, &Card)| {
        let trouble = card.trouble.clone().map(|detail| Obstacle::Broken { detail });
        DeviceFacts {
            // One without memory of its own is part of the machine's chip.
            kind: if card.total == 0 && card.trouble.is_none() {
                DeviceKind::Integrated
            } else {
                DeviceKind::Discrete
            },
            name: card.name.clone(),
            driver: card.driver.clone(),
            pci: card.pci,
            uuid: card.uuid.clone(),
            total: card.total,
            used: card.used,
            free: card.free,
            temperature: card.temperature,
            load: card.load,
            links: card.bonds(cards),
            obstacle: Some(trouble.unwrap_or(Obstacle::Unproven)),
            ..DeviceFacts::of(Device::Cuda(index))
        }
    };
    cards.iter().enumerate().map(facts).collect()
}

/// A card as CUDA describes it, with what NVML knows of the same one. They are the same where both
/// say the same unique id, or the same address where one has no id: a part of a card that is
/// shared out has an id of its own, and memory of its own.
#[cfg(any(feature = "gpu", test))]
pub fn managed(card: DeviceFacts, all: &[DeviceFacts]) -> DeviceFacts {
    let is_same = |other: &&DeviceFacts| match (&card.uuid, &other.uuid) {
        (Some(this), Some(other)) => this == other,
        _ => card.pci.is_some() && card.pci == other.pci,
    };
    match all.iter().find(is_same) {
        // A card that shares the machine's memory: CUDA alone says how much it can have.
        Some(known) if known.total == 0 => {
            let (links, obstacle) = (known.links.clone(), known.obstacle.clone());
            let DeviceFacts { temperature, load, .. } = *known;
            DeviceFacts { temperature, load, links, obstacle, ..card }
        }
        Some(known) => DeviceFacts { device: card.device, ..known.clone() },
        None => card,
    }
}

/// Whether the driver itself cannot use the card.
#[cfg(feature = "gpu")]
pub fn is_in_trouble(facts: &DeviceFacts) -> bool {
    matches!(facts.obstacle, Some(Obstacle::Broken { .. }))
}

/// A unique id as NVML writes it: `GPU-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f`.
#[cfg(any(feature = "gpu", test))]
pub fn uuid(bytes: [u8; 16]) -> String {
    let mut text = "GPU".to_owned();
    for (place, byte) in bytes.iter().enumerate() {
        let dash = if [0, 4, 6, 8, 10].contains(&place) { "-" } else { "" };
        text += &format!("{dash}{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(pci: &str, uuid: &str, total: u64) -> Card {
        let name = format!("card {pci}");
        let uuid = (!uuid.is_empty()).then(|| uuid.to_owned());
        Card { pci: pci.parse().ok(), uuid, name, total, free: total, ..Card::default() }
    }

    /// The card as CUDA would describe it.
    fn by_cuda(ordinal: usize, card: &Card) -> DeviceFacts {
        let device = Device::Cuda(ordinal);
        let facts = listed(std::slice::from_ref(card)).remove(0);
        DeviceFacts { device, name: "by CUDA".into(), driver: "12080".into(), total: 7, ..facts }
    }

    #[test]
    fn cards_are_matched_whatever_order_cuda_lists_them_in() {
        let cards = [card("41:00.0", "GPU-a", 24), card("42:00.0", "GPU-b", 48)];
        let all = listed(&cards);
        for (ordinal, index) in [(0, 1), (1, 0)] {
            let facts = managed(by_cuda(ordinal, &cards[index]), &all);
            assert_eq!((facts.device, facts.total), (Device::Cuda(ordinal), cards[index].total));
            assert_eq!(facts.name, cards[index].name);
        }
    }

    #[test]
    fn an_address_serves_where_an_id_is_not_known() {
        let all = listed(&[card("41:00.0", "", 24)]);
        assert_eq!(managed(by_cuda(3, &card("41:00.0", "GPU-a", 0)), &all).total, 24);
        assert_eq!(managed(by_cuda(3, &card("42:00.0", "GPU-a", 0)), &all).total, 7);
        assert_eq!(managed(by_cuda(3, &card("", "", 0)), &listed(&[card("", "", 24)])).total, 7);
    }

    #[test]
    fn a_part_of_a_card_keeps_its_own_memory() {
        let all = listed(&[card("41:00.0", "GPU-a", 80)]);
        assert_eq!(managed(by_cuda(0, &card("41:00.0", "MIG-c", 0)), &all).total, 7);
    }

    #[test]
    fn a_card_without_counters_has_what_cuda_says_and_nvml_s_trouble() {
        let shared = card("41:00.0", "GPU-a", 0);
        let facts = managed(by_cuda(0, &shared), &listed(std::slice::from_ref(&shared)));
        assert_eq!((facts.total, facts.obstacle), (7, Some(Obstacle::Unproven)));
        let lost = Card { trouble: Some("lost".into()), ..shared.clone() };
        let facts = managed(by_cuda(0, &shared), &listed(&[lost]));
        assert_eq!(facts.obstacle, Some(Obstacle::Broken { detail: "lost".into() }));
    }

    #[test]
    fn an_id_reads_as_nvml_writes_it() {
        let bytes = std::array::from_fn(|place| place as u8 + 0xa0);
        assert_eq!(uuid(bytes), "GPU-a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf");
    }
}
