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
        are_all: true,
    }
}

/// A running engine with this model.
fn engine(model: Option<&ModelSummary>) -> EngineMemory<'_> {
    EngineMemory { processes: &[ENGINE], model, held: &[] }
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
    let held = [(Device::Cuda(0), 11 * GB + GB / 2), (Device::Cuda(1), 9 * GB)];
    let engine = EngineMemory { held: &held, ..engine(Some(&model)) };
    let view = MemoryView::new(&readings, engine, &[]);
    let [memory] = &view.devices[..] else { panic!("{view:?}") };
    assert!(adds_up(memory));
    assert_eq!((memory.device, memory.used()), (Device::Cuda(0), 14 * GB));
    let weights = [MemoryPart::Checkpoint, MemoryPart::Vae, MemoryPart::Clip];
    assert_eq!(weights.map(|part| memory.bytes(part)).iter().sum::<u64>(), 10 * GB);
    assert_eq!(memory.bytes(MemoryPart::Activations), 3 * GB / 2);
    assert_eq!(memory.bytes(MemoryPart::Others), GB);
    // Half a gigabyte of the engine's, and one of nobody's.
    assert_eq!(memory.bytes(MemoryPart::Unaccounted), 3 * GB / 2);
    assert_eq!(memory.bytes(MemoryPart::Free), 10 * GB);
}

#[test]
fn a_second_unet_counts_where_it_is() {
    let mut model = summary([Device::Cuda(0); 3], 10 * GB);
    let second = StageSummary { device: Device::Cuda(1), ..*model.stage(Stage::Unet).unwrap() };
    model.stages.insert(1, second);
    let cards = vec![card(0, 14 * GB, &[(ENGINE, 12 * GB)]), card(1, 9 * GB, &[(ENGINE, 9 * GB)])];
    let view = MemoryView::new(&readings(cards), engine(Some(&model)), &[]);
    let held: Vec<_> = view.devices.iter().map(|it| it.bytes(MemoryPart::Checkpoint)).collect();
    assert_eq!(held, [84 * GB / 10; 2]);
    assert_eq!(view.devices[1].bytes(MemoryPart::Clip), 0);
    assert!(view.devices.iter().all(adds_up));
}

#[test]
fn what_the_driver_keeps_back_is_what_others_use() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let partly = Card { are_all: false, ..card(0, 14 * GB, &[(ENGINE, 12 * GB)]) };
    let view = MemoryView::new(&readings(vec![partly]), engine(Some(&model)), &[]);
    assert_eq!(view.devices[0].bytes(MemoryPart::Others), 2 * GB);
    let nobody = readings(vec![card(0, GB, &[])]);
    let view = MemoryView::new(&nobody, EngineMemory::default(), &[]);
    let memory = &view.devices[0];
    assert_eq!(memory.bytes(MemoryPart::Unaccounted), GB, "no process has it");
}

#[test]
fn weights_still_being_read_are_shown_as_far_as_they_are_there() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let readings = readings(vec![card(0, 3 * GB, &[(ENGINE, 2 * GB)])]);
    let view = MemoryView::new(&readings, engine(Some(&model)), &[]);
    let memory = &view.devices[0];
    assert!(adds_up(memory));
    assert!(memory.bytes(MemoryPart::Checkpoint) > GB);
    assert!(memory.bytes(MemoryPart::Activations) < 8, "rounding alone");
    assert_eq!(memory.bytes(MemoryPart::Unaccounted), GB);
}

#[test]
fn a_driver_that_does_not_know_the_engine_leaves_the_weights() {
    let model = summary([Device::Cuda(0); 3], 10 * GB);
    let readings = readings(vec![card(0, 14 * GB, &[(1, GB)])]);
    let view = MemoryView::new(&readings, engine(Some(&model)), &[]);
    let memory = &view.devices[0];
    assert_eq!(memory.bytes(MemoryPart::Activations), 0);
    assert_eq!(memory.bytes(MemoryPart::Others), 4 * GB);
}

#[test]
fn counters_beyond_the_total_stay_within_it() {
    let model = summary([Device::Cuda(0); 3], 100 * GB);
    let readings = readings(vec![card(0, 40 * GB, &[(ENGINE, 90 * GB)])]);
    let view = MemoryView::new(&readings, engine(Some(&model)), &[]);
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
        let view = MemoryView::new(&readings(cards), engine(model), &chosen);
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
        let view =
            MemoryView::new(&readings, EngineMemory { model, ..EngineMemory::default() }, chosen);
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
    assert_eq!(
        MemoryView::new(&Readings::default(), EngineMemory::default(), &[]),
        MemoryView::default()
    );
}

#[test]
fn a_loaded_model_goes_before_the_next() {
    let readings = readings(vec![card(0, 14 * GB, &[(ENGINE, 12 * GB)])]);
    let memory = &MemoryView::new(&readings, engine(None), &[]).devices[0];
    assert_eq!(memory.to_be_had(), 22 * GB);
}

proptest! {
    #[test]
    fn parts_always_add_up(
        total in 0_u64..=u64::MAX / 2,
        used: u64,
        engine: Option<u64>,
        computing: u64,
        window: u64,
        others: Option<u64>,
        weights: [u64; 3],
    ) {
        let shares = Shares { weights, engine, computing, window, others };
        let parts = parts((total, used), shares);
        let bytes = |(_, bytes): &(MemoryPart, u64)| u128::from(*bytes);
        prop_assert_eq!(parts.iter().map(bytes).sum::<u128>(), u128::from(total));
        prop_assert_eq!(parts.iter().map(|(part, _)| *part).collect::<Vec<_>>(), MemoryPart::ALL);
    }
}
