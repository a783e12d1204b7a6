//! What is known of a device, in the user's words.

use super::{bytes, obstacle};
use crate::cards::Bond;
use crate::engine::{Device, DeviceFacts, DeviceKind, Maker, OtherWay, UndrivenCard};
use crate::i18n::{text, text_with};

/// What it is, how warm and how busy, as far as that is known; no word for a plain card.
pub fn device_state(facts: &DeviceFacts) -> Vec<String> {
    let kind = match facts.kind {
        DeviceKind::Integrated => Some(text("device-kind-integrated")),
        DeviceKind::Virtual => Some(text("device-kind-virtual")),
        // The name says the one, a remark the other.
        DeviceKind::Discrete | DeviceKind::Processor | DeviceKind::Software => None,
    };
    let number = |id, name, value: u32| text_with(id, [(name, value.to_string().into())]);
    let temperature = facts.temperature.map(|it| number("device-temperature", "degrees", it));
    let load = facts.load.map(|it| number("device-load", "percent", it));
    kind.into_iter().chain(temperature).chain(load).collect()
}

/// Its NVLinks, those that are off too.
pub fn device_links(facts: &DeviceFacts) -> Vec<String> {
    facts.links.iter().map(link).collect()
}

fn link(bond: &Bond) -> String {
    match bond.active {
        0 => {
            let all = Bond { active: bond.links, ..*bond };
            text_with("device-link-off", [("link", all.to_string().into())])
        }
        _ => bond.to_string(),
    }
}

/// How fast it was found to copy, if that was measured.
pub fn device_copies(facts: &DeviceFacts) -> Option<String> {
    let copies = facts.copies?;
    let places = [("to", rate(copies.to_card).into()), ("from", rate(copies.from_card).into())];
    Some(text_with("device-copies", places))
}

/// Another way to the same card.
pub fn other_way(way: &OtherWay) -> String {
    let device = ("device", way.device.to_string().into());
    match way.obstacle.as_ref().filter(|obstacle| obstacle.forbids()) {
        Some(it) => text_with("device-also-unusable", [device, ("reason", obstacle(it).into())]),
        None => text_with("device-also", [device]),
    }
}

/// Where there are two cards or more, of which each is in `devices` once: what a link between them
/// is good for, and how fast they exchange data, as far as that was measured.
pub fn between_cards(devices: &[DeviceFacts]) -> Vec<String> {
    let is_card = |facts: &&DeviceFacts| {
        !matches!(facts.kind, DeviceKind::Software) && facts.device != Device::Cpu
    };
    let cards: Vec<_> = devices.iter().filter(is_card).collect();
    if cards.len() < 2 {
        return Vec::new();
    }
    let mut is_linked = cards.iter().flat_map(|card| &card.links).map(|bond| bond.active > 0);
    let note = if is_linked.any(|it| it) { "devices-linked" } else { "devices-unlinked" };
    let pairs = cards.iter().flat_map(|from| cards.iter().map(move |to| (from, to)));
    let through = pairs.filter(|(from, to)| from.device != to.device).filter_map(|(from, to)| {
        let places = [
            ("from", from.device.to_string().into()),
            ("to", to.device.to_string().into()),
            ("rate", rate(from.copies?.on_to(to.copies?)).into()),
        ];
        Some(text_with("devices-through", places))
    });
    std::iter::once(text(note)).chain(through).collect()
}

/// `12.3 GB/s`
fn rate(bytes_per_second: f64) -> String {
    text_with("device-rate", [("bytes", bytes(bytes_per_second as u64).into())])
}

/// That a graphics card is there, and cannot be used for want of a driver.
pub fn undriven(card: &UndrivenCard) -> String {
    let places = [("pci", card.pci.to_string().into()), ("maker", card.maker.name().into())];
    text_with("devices-undriven", places)
}

/// What can be done about it.
pub fn undriven_hint(card: &UndrivenCard) -> String {
    text(match card.maker {
        Maker::Nvidia => "obstacle-no-cuda-driver-hint",
        Maker::Amd | Maker::Intel => "devices-undriven-mesa-hint",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{CopyRates, Obstacle};

    fn card(index: usize, active: u32) -> DeviceFacts {
        let peer = format!("0000:4{}:00.0", 1 - index).parse().ok();
        DeviceFacts {
            temperature: Some(61),
            load: Some(87),
            links: vec![Bond { peer, links: 4, active }],
            ..DeviceFacts::of(Device::Cuda(index))
        }
    }

    #[test]
    fn a_card_says_how_it_is() {
        let facts = card(0, 4);
        assert_eq!(device_state(&facts), ["61 \u{b0}C", "87% busy"]);
        assert_eq!(device_links(&facts), ["NVLink \u{d7}4 \u{2194} 0000:41:00.0"]);
        assert_eq!(device_links(&card(0, 0)), ["NVLink \u{d7}4 \u{2194} 0000:41:00.0, off"]);
        let kind = DeviceKind::Integrated;
        let chip = DeviceFacts { kind, ..DeviceFacts::of(Device::Vulkan(0)) };
        assert_eq!(device_state(&chip), ["part of the processor's chip"]);
    }

    #[test]
    fn another_way_says_why_it_is_none() {
        let way = |obstacle| other_way(&OtherWay { device: Device::Vulkan(0), obstacle });
        assert_eq!(way(Some(Obstacle::Unproven)), "also reached as vulkan:0");
        let none = way(Some(Obstacle::Broken { detail: "out of order".into() }));
        assert!(none.contains("cannot be used") && none.contains("out of order"), "{none}");
    }

    #[test]
    fn two_cards_say_what_a_link_is_good_for_and_one_says_nothing() {
        let processor = DeviceFacts::processor();
        assert!(between_cards(&[card(0, 4), processor.clone()]).is_empty());
        let linked = between_cards(&[card(0, 4), card(1, 4), processor.clone()]);
        assert!(linked.len() == 1 && linked[0].starts_with("NVLink joins"), "{linked:?}");
        let unlinked = between_cards(&[card(0, 0), card(1, 0), processor]);
        assert!(unlinked[0].starts_with("No NVLink in use"), "{unlinked:?}");
    }

    #[test]
    fn what_was_measured_is_said_of_each_card_and_of_both() {
        let copies = Some(CopyRates { to_card: 12e9, from_card: 6e9 });
        let [a, b] = [0, 1].map(|index| DeviceFacts { copies, ..card(index, 4) });
        assert_eq!(device_copies(&a).unwrap(), "copies 12.0 GB/s to the card, 6.0 GB/s back");
        let said = between_cards(&[a, b]);
        assert_eq!(said.len(), 3);
        assert!(said[1].starts_with("cuda:0 to cuda:1") && said[1].ends_with("4.0 GB/s"));
    }
}
