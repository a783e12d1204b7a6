//! The list of devices for people: every card once, however many drivers reach it.

use super::{DeviceFacts, OtherWay};
use crate::engine::device::Device;
use crate::engine::error::Obstacle;
use std::mem;

/// Every card once. One that CUDA and Vulkan both reach stands there as the one of them that is
/// usable: as the one that is `preferred`, else CUDA; the other is in [`DeviceFacts::also`].
pub fn one_per_card(devices: Vec<DeviceFacts>, preferred: &[Device]) -> Vec<DeviceFacts> {
    let mut cards: Vec<DeviceFacts> = Vec::new();
    for new in devices {
        match cards.iter_mut().find(|old| is_another_way(old, &new)) {
            Some(old) => merge(old, new, preferred),
            None => cards.push(new),
        }
    }
    cards
}

/// Whether both are the same card. One driver lists two at one place only where a card is shared
/// out in parts, and those are cards of their own.
fn is_another_way(old: &DeviceFacts, new: &DeviceFacts) -> bool {
    let ways = || [old.device].into_iter().chain(old.also.iter().map(|way| way.device));
    old.pci.is_some() && old.pci == new.pci && ways().all(|way| driver(way) != driver(new.device))
}

/// Drivers, the better first.
fn driver(device: Device) -> u8 {
    match device {
        Device::Cuda(_) => 0,
        Device::Vulkan(_) => 1,
        Device::Cpu => 2,
    }
}

fn merge(old: &mut DeviceFacts, mut new: DeviceFacts, preferred: &[Device]) {
    let rank = |facts: &DeviceFacts| {
        let is_preferred = preferred.contains(&facts.device);
        let is_slow = facts.obstacle == Some(Obstacle::Software);
        (!facts.is_usable(), !is_preferred, is_slow, driver(facts.device))
    };
    if rank(&new) < rank(old) {
        mem::swap(old, &mut new);
    }
    let DeviceFacts { device, obstacle, also, .. } = new;
    old.also.push(OtherWay { device, obstacle });
    old.also.extend(also);
    old.also.sort_by_key(|way| driver(way.device));
    // What only the other driver knows is true of the card all the same.
    if old.total == 0 {
        (old.total, old.used, old.free) = (new.total, new.used, new.free);
    }
    if old.links.is_empty() {
        old.links = new.links;
    }
    old.uuid = old.uuid.take().or(new.uuid);
    old.temperature = old.temperature.or(new.temperature);
    old.load = old.load.or(new.load);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cards::Bond;

    fn facts(device: Device, pci: &str, obstacle: Option<Obstacle>) -> DeviceFacts {
        DeviceFacts { pci: pci.parse().ok(), obstacle, ..DeviceFacts::of(device) }
    }

    fn two_ways(cuda: Option<Obstacle>, vulkan: Option<Obstacle>) -> Vec<DeviceFacts> {
        let known = DeviceFacts {
            uuid: Some("GPU-0".into()),
            temperature: Some(61),
            load: Some(5),
            total: 24,
            free: 20,
            links: vec![Bond { peer: None, links: 4, active: 4 }],
            ..facts(Device::Cuda(0), "00000000:41:00.0", cuda)
        };
        vec![known, facts(Device::Vulkan(1), "41:00.0", vulkan), DeviceFacts::processor()]
    }

    #[test]
    fn the_better_way_that_works_stands_for_the_card() {
        use Obstacle::{NoCudaCompiler, Unproven};
        let wrong = || Obstacle::Wrong { stage: "conv".into(), max_diff: 1.0, limit: 0.1 };
        let (cuda, vulkan) = (Device::Cuda(0), Device::Vulkan(1));
        for (through_cuda, through_vulkan, preferred, expected) in [
            (None, None, &[][..], cuda),
            (Some(Unproven), None, &[], cuda),
            (Some(NoCudaCompiler), Some(Unproven), &[], vulkan),
            (Some(wrong()), None, &[], vulkan),
            (Some(NoCudaCompiler), Some(wrong()), &[], cuda),
            (None, Some(Unproven), &[vulkan], vulkan),
            (None, Some(wrong()), &[vulkan], cuda),
        ] {
            let ways = two_ways(through_cuda.clone(), through_vulkan.clone());
            let merged = one_per_card(ways, preferred);
            assert_eq!(merged.len(), 2);
            let (card, other) = match expected == cuda {
                true => ((cuda, through_cuda), (vulkan, through_vulkan)),
                false => ((vulkan, through_vulkan), (cuda, through_cuda)),
            };
            assert_eq!((merged[0].device, merged[0].obstacle.clone()), card);
            assert_eq!(merged[0].also, [OtherWay { device: other.0, obstacle: other.1 }]);
            assert_eq!(merged[1].device, Device::Cpu);
        }
    }

    #[test]
    fn what_one_driver_knows_is_known_of_the_card() {
        let merged = one_per_card(two_ways(Some(Obstacle::NoCudaHeaders), None), &[]);
        let card = &merged[0];
        assert_eq!((card.device, card.uuid.as_deref()), (Device::Vulkan(1), Some("GPU-0")));
        assert_eq!((card.temperature, card.load, card.links.len()), (Some(61), Some(5), 1));
        assert_eq!((card.total, card.free), (24, 20));
    }

    #[test]
    fn cards_without_an_address_and_parts_of_one_stay_apart() {
        let apart = |devices: Vec<DeviceFacts>| one_per_card(devices.clone(), &[]) == devices;
        let software = |index| facts(Device::Vulkan(index), "", Some(Obstacle::Software));
        assert!(apart(vec![software(0), software(1), DeviceFacts::processor()]));
        let part = |index| facts(Device::Cuda(index), "41:00.0", None);
        assert!(apart(vec![part(0), part(1)]));
    }
}
