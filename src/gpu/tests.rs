//! The parts add up, whatever the counters say.

use super::*;
use crate::engine::{Precision, StageSummary};
use proptest::prelude::*;

const GB: u64 = 1_000_000_000;
const ENGINE: u32 = 77;

fn summary(devices: [Device; 3], weight_bytes: u64) -> ModelSummary {
    let [unet, vae, clip] = devices;
    let stages = [(Stage::Clip, clip, 12), (Stage::Unet, unet, 84), (Stage::Vae, vae, 4)];
    let stage = |(stage, device, percent)| StageSummary {
        stage,
        device,
        precision: Precision::F16,
        bytes: weight_bytes / 100 * percent,
    };
    ModelSummary {
        family: "sdxl".into(),
        prediction: "eps".into(),
        stages: stages.map(stage).to_vec(),
        load_s: 1.0,
        weight_bytes,
    }
}

fn card(index: usize, used: u64, processes: &[(u32, u64)]) -> Card {
    Card {
        devices: vec![Device::Cuda(index), Device::Vulkan(index)],
        name: format!("card {index}"),
        total: 24 * GB,
        used,
        processes: processes.to_vec(),
    }
}

fn machine() -> Machine {
    Machine { total: 32 * GB, available: 20 * GB, window: GB / 4, engine: Some(5 * GB) }
}

fn readings(cards: Vec<Card>) -> Readings {
    Readings { machine: Some(machine()), cards }
}

fn adds_up(memory: &DeviceMemory) -> bool {
    let parts: Vec<_> = memory.parts.iter().map(|(part, _)| *part).collect();
    let sum: u64 = memory.parts.iter().map(|(_, bytes)| bytes).sum();
    sum == memory.total && parts == MemoryPart::ALL
}

#[test]
fn a_loaded_card_is_divided_into_weights_activations_others_and_room() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let readings = readings(vec![card(0, 14 * GB, &[(ENGINE, 12 * GB), (1, GB)])]);
    let view = MemoryView::new(&readings, Some(&model), &[], Some(ENGINE));
    let [memory] = &view.devices[..] else { panic!("{view:?}") };
    assert!(adds_up(memory));
    assert_eq!((memory.device, memory.used()), (Device::Cuda(0), 14 * GB));
    let weights = [MemoryPart::Checkpoint, MemoryPart::Vae, MemoryPart::Clip];
    assert_eq!(weights.map(|part| memory.bytes(part)).iter().sum::<u64>(), 10 * GB);
    assert_eq!(memory.bytes(MemoryPart::Activations), 2 * GB);
    assert_eq!(memory.bytes(MemoryPart::Others), 2 * GB);
    assert_eq!(memory.bytes(MemoryPart::Free), 10 * GB);
}

#[test]
fn weights_still_being_read_are_shown_as_far_as_they_are_there() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let readings = readings(vec![card(0, 3 * GB, &[(ENGINE, 2 * GB)])]);
    let view = MemoryView::new(&readings, Some(&model), &[], Some(ENGINE));
    let memory = &view.devices[0];
    assert!(adds_up(memory));
    assert!(memory.bytes(MemoryPart::Checkpoint) > GB);
    assert!(memory.bytes(MemoryPart::Activations) < 8, "rounding alone");
    assert_eq!(memory.bytes(MemoryPart::Others), GB);
}

#[test]
fn a_driver_that_does_not_know_the_engine_leaves_the_weights() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let readings = readings(vec![card(0, 14 * GB, &[(1, GB)])]);
    let view = MemoryView::new(&readings, Some(&model), &[], Some(ENGINE));
    let memory = &view.devices[0];
    assert_eq!(memory.bytes(MemoryPart::Activations), 0);
    assert_eq!(memory.bytes(MemoryPart::Others), 4 * GB);
}

#[test]
fn counters_beyond_the_total_stay_within_it() {
    let model = summary([Device::Cuda(0); 3], 100 * GB);
    let readings = readings(vec![card(0, 40 * GB, &[(ENGINE, 90 * GB)])]);
    let view = MemoryView::new(&readings, Some(&model), &[], Some(ENGINE));
    assert!(adds_up(&view.devices[0]));
    assert_eq!(view.devices[0].bytes(MemoryPart::Free), 0);
}

#[test]
fn without_a_card_in_use_the_machine_is_shown() {
    let cpu = summary([Device::Cpu; 3], 4 * GB);
    for (cards, model, chosen) in [
        (vec![], None, vec![]),
        (vec![card(0, 0, &[])], Some(&cpu), vec![]),
        (vec![card(0, 0, &[])], None, vec![Device::Cpu]),
    ] {
        let view = MemoryView::new(&readings(cards), model, &chosen, Some(ENGINE));
        let [memory] = &view.devices[..] else { panic!("{view:?}") };
        assert_eq!((memory.device, memory.used()), (Device::Cpu, 12 * GB));
        assert_eq!(memory.bytes(MemoryPart::Window), GB / 4);
        assert!(adds_up(memory));
    }
}

#[test]
fn every_device_in_use_is_shown_once_cards_first() {
    let cards = vec![card(0, GB, &[]), card(1, GB, &[]), card(2, GB, &[])];
    let readings = readings(cards);
    let shown = |model: Option<&ModelSummary>, chosen: &[Device]| {
        let view = MemoryView::new(&readings, model, chosen, None);
        view.devices.iter().map(|memory| memory.device).collect::<Vec<_>>()
    };
    let split = summary([Device::Vulkan(1), Device::Cuda(0), Device::Cpu], GB);
    assert_eq!(shown(Some(&split), &[]), [Device::Cuda(0), Device::Vulkan(1), Device::Cpu]);
    let all = [Device::Cuda(0), Device::Cuda(1), Device::Cuda(2)];
    assert_eq!(shown(None, &[]), all);
    assert_eq!(shown(None, &[Device::Cuda(2), Device::Vulkan(2)]), [Device::Cuda(2)]);
    assert_eq!(shown(None, &[Device::Cuda(9)]), [Device::Cpu], "no counter for it");
}

#[test]
fn nothing_read_is_nothing_shown() {
    assert_eq!(MemoryView::new(&Readings::default(), None, &[], None), MemoryView::default());
}

#[test]
fn a_loaded_model_goes_before_the_next() {
    let readings = readings(vec![card(0, 14 * GB, &[(ENGINE, 12 * GB)])]);
    let memory = &MemoryView::new(&readings, None, &[], Some(ENGINE)).devices[0];
    assert_eq!(memory.to_be_had(), 22 * GB);
}

proptest! {
    #[test]
    fn parts_always_add_up(
        total in 0_u64..=u64::MAX / 2,
        used: u64,
        engine: Option<u64>,
        window: u64,
        weights: [u64; 3],
    ) {
        let parts = parts(
            (total, used),
            engine,
            window,
            [
                (MemoryPart::Checkpoint, weights[0]),
                (MemoryPart::Vae, weights[1]),
                (MemoryPart::Clip, weights[2]),
            ],
        );
        prop_assert_eq!(parts.iter().map(|(_, bytes)| u128::from(*bytes)).sum::<u128>(),
            u128::from(total));
    }
}
