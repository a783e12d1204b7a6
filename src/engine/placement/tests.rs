//! Machines and requests by name, and what holds for all of them.

use super::*;
use crate::engine::device::Precision;
use crate::engine::memory::{Room, Work};
use proptest::prelude::*;

const GB: u64 = 1_000_000_000;
/// Values of the text encoders, the UNet and the decoder.
const SD15: [u64; 3] = [123_000_000, 860_000_000, 50_000_000];
const SDXL: [u64; 3] = [817_000_000, 2_567_000_000, 50_000_000];
const CPU: Device = Device::Cpu;
const FIRST: Device = Device::Cuda(0);
const SECOND: Device = Device::Cuda(1);

fn broken() -> Obstacle {
    Obstacle::Broken { detail: "no NVRTC".into() }
}

/// A device with so many tenths of gigabytes free.
fn with(device: Device, tenths: u64) -> Candidate {
    let memory = Some(device.to_string());
    Candidate { device, obstacle: None, free: Some(tenths * GB / 10), memory }
}

/// Cards with so many tenths of gigabytes free, and a processor with 32 gigabytes.
fn cards(tenths: &[u64]) -> Vec<Candidate> {
    let cards = tenths.iter().enumerate().map(|(index, free)| with(Device::Cuda(index), *free));
    cards.chain([with(CPU, 320)]).collect()
}

/// Cards compute in f16, but for the autoencoder of SDXL, the processor in f32.
fn precision(device: Device, stage: Stage) -> Result<Precision, Error> {
    let wide = device == CPU || stage == Stage::Vae;
    Ok(if wide { Precision::F32 } else { Precision::F16 })
}

fn unsupported(device: Device, precision: Precision) -> Error {
    Error::PrecisionUnsupported { device, precision, supported: vec![Precision::F32] }
}

fn job(values: [u64; 3], work: Work) -> Job<'static> {
    Job { values, precision: &precision, work, room: Room::default() }
}

fn sdxl() -> Job<'static> {
    job(SDXL, Work::square(1024))
}

fn left_alone(candidates: &[Candidate], job: &Job) -> Placement {
    place(candidates, &Choice::default(), job).unwrap()
}

fn named(candidates: &[Candidate], wanted: &[Device], job: &Job) -> Result<Placement, Error> {
    place(candidates, &Choice { wanted, ..Choice::default() }, job)
}

fn one(device: Device) -> Mode {
    Mode::OneDevice { device }
}

fn apart(clip: Device, unet: Device, vae: Device) -> Mode {
    Mode::Apart { clip, unet, vae }
}

mod without_a_word_about_memory {
    //! What held before memory was looked at.

    use super::*;

    fn machine() -> Vec<Candidate> {
        let candidate = |device, obstacle| Candidate { device, obstacle, free: None, memory: None };
        vec![
            candidate(FIRST, Some(broken())),
            candidate(SECOND, Some(Obstacle::Unproven)),
            candidate(Device::Vulkan(0), None),
            candidate(CPU, None),
        ]
    }

    fn placed(wanted: &[Device], pinned: &[(Stage, Device)]) -> Result<Placement, Error> {
        place(&machine(), &Choice { wanted, pinned, ..Choice::default() }, &sdxl())
    }

    #[test]
    fn the_first_that_works_is_taken_and_the_rest_named() {
        let placement = placed(&[], &[]).unwrap();
        assert_eq!(placement.mode, one(Device::Vulkan(0)));
        assert_eq!((placement.why, placement.fit), (Why::Best, Fit::Fits));
        let skipped = [(FIRST, broken()), (SECOND, Obstacle::Unproven)];
        assert_eq!(placement.skipped, skipped);
    }

    #[test]
    fn a_named_device_is_used_or_refused() {
        for device in [CPU, SECOND] {
            let placement = placed(&[device], &[]).unwrap();
            assert_eq!((placement.mode, placement.why), (one(device), Why::Chosen));
        }
        let refused = |wanted: &[Device], pinned: &[(Stage, Device)]| {
            matches!(placed(wanted, pinned), Err(Error::DeviceUnusable { .. }))
        };
        assert!(refused(&[FIRST], &[]));
        assert!(refused(&[CPU, Device::Cuda(7)], &[]));
        assert!(refused(&[], &[(Stage::Vae, FIRST)]));
    }

    #[test]
    fn a_pinned_stage_leaves_the_others_where_they_were() {
        let placement = placed(&[], &[(Stage::Clip, CPU)]).unwrap();
        assert_eq!(placement.mode, apart(CPU, Device::Vulkan(0), Device::Vulkan(0)));
        let unet = placed(&[], &[(Stage::Unet, SECOND)]).unwrap();
        assert_eq!(unet.mode, apart(Device::Vulkan(0), SECOND, Device::Vulkan(0)));
        assert_eq!(unet.why, Why::Pinned);
        let twice = placed(&[], &[(Stage::Vae, SECOND), (Stage::Vae, CPU)]).unwrap();
        assert_eq!(twice.device(Stage::Vae), CPU, "the last word holds");
    }

    #[test]
    fn a_device_that_a_stage_is_pinned_to_is_not_passed_over() {
        let placement = placed(&[], &[(Stage::Vae, SECOND)]).unwrap();
        assert_eq!(placement.skipped, [(FIRST, broken())]);
    }
}

#[test]
fn machines_by_name() {
    let (first, both) = (one(FIRST), [FIRST, SECOND]);
    let whole = |stage| if stage == Stage::Unet { FIRST } else { SECOND };
    let over_two = apart(whole(Stage::Clip), whole(Stage::Unet), whole(Stage::Vae));
    type Case<'a> = (&'a str, Vec<Candidate>, &'a [Device], Mode, Fit);
    let cases: [Case; 12] = [
        ("no card", cards(&[]), &[], one(CPU), Fit::Fits),
        ("24 GB", cards(&[235]), &[], first.clone(), Fit::Fits),
        ("24 and 24 GB", cards(&[235, 235]), &[], first.clone(), Fit::Fits),
        ("12 GB", cards(&[115]), &[], first.clone(), Fit::Fits),
        ("10 GB: in tiles", cards(&[95]), &[], first.clone(), Fit::Tight),
        ("8 GB: the text encoder leaves", cards(&[78]), &[], apart(CPU, FIRST, FIRST), Fit::Tight),
        ("8 and 8 GB", cards(&[78, 78]), &[], over_two.clone(), Fit::Fits),
        ("8 and 8 GB, ticked", cards(&[78, 78]), &both, over_two, Fit::Fits),
        (
            "8 and 8 GB, one ticked",
            cards(&[78, 78]),
            &[SECOND],
            apart(CPU, SECOND, SECOND),
            Fit::Tight,
        ),
        ("6 GB: no room for the UNet", cards(&[58]), &[], one(CPU), Fit::Fits),
        ("a busy card and a free one", cards(&[20, 235]), &[], one(SECOND), Fit::Fits),
        (
            "a busy card, and it is ticked",
            cards(&[66, 235]),
            &[FIRST],
            apart(CPU, FIRST, FIRST),
            Fit::Tight,
        ),
    ];
    for (name, candidates, wanted, mode, fit) in cases {
        let placement = named(&candidates, wanted, &sdxl()).unwrap();
        assert_eq!((placement.mode, placement.fit), (mode, fit), "{name}");
    }
}

#[test]
fn the_reason_is_the_one_that_counted() {
    let why = |candidates: &[Candidate]| left_alone(candidates, &sdxl()).why;
    assert_eq!(why(&cards(&[])), Why::OnlyOne);
    assert_eq!(why(&cards(&[235])), Why::Best);
    for (busy, tenths) in [(cards(&[20, 235]), 20), (cards(&[78]), 78), (cards(&[58]), 58)] {
        let why = why(&busy);
        let Why::TooLarge { device: FIRST, needed, available } = why else { panic!("{why:?}") };
        assert!(available == tenths * GB / 10 && needed > available, "{needed} of {available}");
    }
    assert_eq!(named(&cards(&[235]), &[FIRST], &sdxl()).unwrap().why, Why::Chosen);
}

#[test]
fn what_was_passed_over_is_said_once_and_only_where_nobody_chose() {
    let mut candidates = cards(&[235, 20, 235]);
    candidates[0].obstacle = Some(broken());
    let skipped = left_alone(&candidates, &sdxl()).skipped;
    assert_eq!(skipped[0], (FIRST, broken()));
    assert!(matches!(skipped[1], (SECOND, Obstacle::TooSmall { available: 2_000_000_000, .. })));
    assert_eq!(skipped.len(), 2);
    let third = named(&candidates, &[SECOND, Device::Cuda(2)], &sdxl()).unwrap();
    assert_eq!((third.mode, third.skipped), (one(Device::Cuda(2)), vec![]));
    let helped = left_alone(&cards(&[78]), &sdxl());
    assert!(helped.skipped.is_empty() && helped.is_makeshift(), "it is used");
}

#[test]
fn the_size_of_the_picture_counts() {
    let placed = |side, batch| {
        let work = Work { batch, ..Work::square(side) };
        let placement = left_alone(&cards(&[78]), &job(SD15, work));
        (placement.mode, placement.fit)
    };
    assert_eq!(placed(512, 1), (one(FIRST), Fit::Fits));
    assert_eq!(placed(1536, 1), (one(FIRST), Fit::Tight));
    assert_eq!(placed(512, 64), (one(FIRST), Fit::Tight), "denoised one by one");
    let huge = Work::square(8192);
    let placement = left_alone(&cards(&[78]), &job(SD15, huge));
    assert_eq!((placement.mode, placement.fit), (one(FIRST), Fit::WillNot), "the weights do fit");
}

#[test]
fn a_limit_leaves_room_for_weights_and_bounds_the_work() {
    let limited = |limit| {
        let room = Room { limit: Some(limit) };
        left_alone(&cards(&[]), &Job { room, ..job(SD15, Work::square(1024)) }).fit
    };
    assert_eq!(limited(3 * GB), Fit::Fits);
    assert_eq!(limited(11 * GB / 10), Fit::Tight);
    assert_eq!(limited(7 * GB / 10), Fit::WillNot);
}

#[test]
fn pins_hold_whatever_they_cost() {
    let pinned = [(Stage::Clip, SECOND), (Stage::Vae, CPU)];
    let choice = Choice { wanted: &[FIRST], pinned: &pinned, ..Choice::default() };
    let placement = place(&cards(&[235, 235]), &choice, &sdxl()).unwrap();
    assert_eq!(
        (placement.mode.clone(), placement.why.clone()),
        (apart(SECOND, FIRST, CPU), Why::Pinned)
    );
    assert!(!placement.is_makeshift(), "it was wished for");
    // The part that nobody pinned makes room.
    let choice = Choice { pinned: &[(Stage::Clip, FIRST)], ..Choice::default() };
    let placement = place(&cards(&[84]), &choice, &sdxl()).unwrap();
    assert_eq!((placement.device(Stage::Clip), placement.fit), (FIRST, Fit::Tight));
    let choice = Choice { pinned: &[(Stage::Unet, SECOND)], ..Choice::default() };
    let refused = place(&cards(&[235, 40]), &choice, &sdxl());
    assert!(matches!(refused, Err(Error::OutOfMemory { device: SECOND, .. })), "{refused:?}");
}

#[test]
fn the_unet_never_leaves_the_cards_that_were_named() {
    for free in [0, 20, 53] {
        let refused = named(&cards(&[free, 235]), &[FIRST], &sdxl());
        let Err(Error::OutOfMemory { device: FIRST, needed, available }) = refused else {
            panic!("{refused:?}")
        };
        assert!(needed > available && available == free * GB / 10);
    }
    let weights_alone = named(&cards(&[58]), &[FIRST], &sdxl()).unwrap();
    assert_eq!((weights_alone.device(Stage::Unet), weights_alone.fit), (FIRST, Fit::WillNot));
}

#[test]
fn two_names_of_one_card_are_one_card() {
    let mut candidates = cards(&[78]);
    candidates.insert(
        1,
        Candidate { memory: candidates[0].memory.clone(), ..with(Device::Vulkan(0), 78) },
    );
    let placement = left_alone(&candidates, &sdxl());
    assert_eq!(placement.mode, apart(CPU, FIRST, FIRST), "there is no second card");
    candidates[0].obstacle = Some(broken());
    assert_eq!(left_alone(&candidates, &sdxl()).device(Stage::Unet), Device::Vulkan(0));
    candidates[0].obstacle = None;
    let pinned = [(Stage::Clip, Device::Vulkan(0)), (Stage::Vae, Device::Vulkan(0))];
    let choice = Choice { wanted: &[FIRST], pinned: &pinned, ..Choice::default() };
    assert_eq!(
        place(&candidates, &choice, &sdxl()).unwrap().fit,
        Fit::WillNot,
        "its memory counts once"
    );
}

#[test]
fn a_precision_that_only_one_card_has_decides() {
    let only_second = |device, _| match device {
        SECOND => Ok(Precision::Bf16),
        device => Err(unsupported(device, Precision::Bf16)),
    };
    let job = Job { precision: &only_second, ..sdxl() };
    let placement = left_alone(&cards(&[235, 235]), &job);
    assert_eq!((placement.mode, placement.skipped), (one(SECOND), vec![]));
    let refused = place(&cards(&[235]), &Choice::default(), &job);
    assert!(
        matches!(refused, Err(Error::PrecisionUnsupported { device: FIRST, .. })),
        "{refused:?}"
    );
}

#[test]
fn too_small_is_said_before_cannot_compute_so() {
    let cards_alone = |device, _| match device {
        CPU => Err(unsupported(device, Precision::F16)),
        _ => Ok(Precision::F16),
    };
    let job = Job { precision: &cards_alone, ..sdxl() };
    let refused = place(&cards(&[40]), &Choice::default(), &job);
    assert!(matches!(refused, Err(Error::OutOfMemory { device: FIRST, .. })), "{refused:?}");
}

fn able(guidance: bool, queue: bool) -> Able {
    Able { guidance_in_parallel: guidance, queue_in_parallel: queue }
}

#[test]
fn two_cards_at_a_time_where_that_can_run() {
    let placed = |candidates: &[Candidate], able, work| {
        place(candidates, &Choice { able, ..Choice::default() }, &job(SDXL, work)).unwrap()
    };
    let two = cards(&[235, 235]);
    let (work, more) = (Work::square(1024), Work { waiting: 3, ..Work::square(1024) });
    assert_eq!(placed(&two, able(false, false), more).mode, one(FIRST), "not yet");
    let halves =
        Mode::GuidanceInParallel { clip: FIRST, unet: FIRST, negative: SECOND, vae: FIRST };
    let placement = placed(&two, able(true, true), work);
    assert_eq!((placement.mode, placement.why), (halves.clone(), Why::TwoDenoisers));
    let unguided = Work { guided: false, ..work };
    assert_eq!(placed(&two, able(true, true), unguided).mode, one(FIRST));
    let placement = placed(&two, able(true, true), more);
    let queue = Mode::QueueInParallel { devices: vec![FIRST, SECOND] };
    assert_eq!((placement.mode, placement.why), (queue, Why::PicturesWait { waiting: 3 }));
    assert_eq!(placed(&cards(&[235, 70]), able(true, true), more).mode, halves, "one is too small");
    assert_eq!(placed(&cards(&[235, 40]), able(true, true), more).mode, one(FIRST));
    assert_eq!(placed(&cards(&[235]), able(true, true), more).mode, one(FIRST));
    let mixed = [with(FIRST, 235), with(Device::Vulkan(3), 235), with(CPU, 320)];
    assert_eq!(placed(&mixed, able(true, true), more).mode, one(FIRST), "of two kinds");
    let three = cards(&[235, 235, 235]);
    let two_wait = Work { waiting: 2, ..work };
    let queue = Mode::QueueInParallel { devices: vec![FIRST, SECOND] };
    assert_eq!(placed(&three, able(false, true), two_wait).mode, queue, "a card for each");
    let pinned = Choice { able: able(true, true), pinned: &[(Stage::Unet, FIRST)], wanted: &[] };
    assert_eq!(
        place(&two, &pinned, &job(SDXL, more)).unwrap().mode,
        one(FIRST),
        "one was asked for"
    );
}

#[test]
fn a_new_card_is_tested_where_it_may_help() {
    let mut candidates = cards(&[78, 78]);
    candidates[1].obstacle = Some(Obstacle::Unproven);
    let next = |candidates: &[Candidate], wanted: &[Device], able| {
        let choice = Choice { wanted, able, ..Choice::default() };
        to_be_proven(candidates, &choice, &place(candidates, &choice, &sdxl()))
    };
    assert_eq!(next(&candidates, &[], Able::default()), Some(SECOND));
    assert_eq!(next(&candidates, &[FIRST], Able::default()), None, "it was not named");
    candidates[0].free = Some(95 * GB / 10);
    assert_eq!(next(&candidates, &[], Able::default()), None, "one is enough");
    assert_eq!(next(&candidates, &[], able(true, false)), Some(SECOND));
    candidates[0].free = Some(GB);
    assert_eq!(next(&candidates, &[], Able::default()), Some(SECOND), "before the processor");
    candidates[1].memory = candidates[0].memory.clone();
    assert_eq!(next(&candidates, &[], Able::default()), None, "it is the same card");
}

#[test]
fn a_shortage_that_shows_late_moves_one_part_after_the_other() {
    let mut candidates = cards(&[235]);
    let mut seen = Vec::new();
    for _ in 0..9 {
        let placement = left_alone(&candidates, &sdxl());
        let weights = Stage::ALL.into_iter().filter(|stage| placement.device(*stage) == FIRST);
        let weights = weights.map(|stage| sdxl().weights((stage, FIRST)).unwrap()).sum();
        seen.push(placement.mode);
        note_shortage(&mut candidates, FIRST, weights);
    }
    assert_eq!(seen[0], one(FIRST));
    assert!(seen.contains(&one(CPU)), "it ends: {seen:?}");
    seen.dedup();
    assert_eq!(seen.last(), Some(&one(CPU)), "and never comes back: {seen:?}");
}

fn any_device() -> impl Strategy<Value = Device> {
    prop_oneof![
        (0_usize..3).prop_map(Device::Cuda),
        (0_usize..2).prop_map(Device::Vulkan),
        Just(CPU)
    ]
}

fn any_machine() -> impl Strategy<Value = Vec<Candidate>> {
    let obstacle = prop_oneof![
        4 => Just(None),
        1 => Just(Some(Obstacle::Unproven)),
        1 => Just(Some(broken())),
    ];
    let memory = proptest::option::of((0_u8..4).prop_map(|card| card.to_string()));
    let free = proptest::option::weighted(0.9, 0..30 * GB);
    let card = |device: Device| {
        (obstacle.clone(), free.clone(), memory.clone())
            .prop_map(move |(obstacle, free, memory)| Candidate { device, obstacle, free, memory })
    };
    let devices = [FIRST, SECOND, Device::Cuda(2), Device::Vulkan(0), Device::Vulkan(1)];
    let cards: Vec<_> = devices.into_iter().map(card).collect();
    (cards, 0_u64..64, 0_usize..=5).prop_map(|(mut cards, processor, count)| {
        cards.truncate(count);
        cards.push(with(CPU, processor * 10));
        // Names of one memory agree on what is free there.
        let first: Vec<_> = cards
            .iter()
            .map(|card| cards.iter().find(|it| it.shares_memory(card)).and_then(|it| it.free))
            .collect();
        cards.iter_mut().zip(first).for_each(|(card, free)| card.free = free);
        cards
    })
}

proptest! {
    #[test]
    fn whatever_the_machine(
        candidates in any_machine(),
        wanted in proptest::collection::vec(any_device(), 0..3),
        pinned in proptest::collection::vec(
            (prop_oneof![Just(Stage::Clip), Just(Stage::Unet), Just(Stage::Vae)], any_device()),
            0..3,
        ),
        (values, side) in (prop_oneof![Just(SD15), Just(SDXL)], 8_u32..256),
        (batch, waiting) in (1_u32..4, 1_u32..4),
        (guided, guidance, queue) in (any::<bool>(), any::<bool>(), any::<bool>()),
    ) {
        let work = Work { batch, waiting, guided, ..Work::square(8 * side) };
        let job = job(values, work);
        let choice = Choice { wanted: &wanted, pinned: &pinned, able: able(guidance, queue) };
        let placed = place(&candidates, &choice, &job);
        prop_assert_eq!(&placed, &place(&candidates, &choice, &job), "the same every time");
        let Ok(placement) = placed else { return Ok(()) };
        let loads: Vec<(Stage, Device)> = match &placement.mode {
            Mode::QueueInParallel { devices } => devices
                .iter()
                .flat_map(|device| Stage::ALL.map(|stage| (stage, *device)))
                .collect(),
            mode => {
                let second = match mode {
                    Mode::GuidanceInParallel { negative, .. } => Some((Stage::Unet, *negative)),
                    _ => None,
                };
                Stage::ALL.map(|stage| (stage, mode.device(stage))).into_iter().chain(second).collect()
            }
        };
        for (stage, device) in &loads {
            let candidate = candidates.iter().find(|it| it.device == *device).unwrap();
            let pin = choice.pin(*stage);
            prop_assert!(pin.is_none_or(|pin| pin == *device), "what is pinned stays");
            let is_named = pin.is_some() || wanted.contains(device);
            prop_assert!(is_named || candidate.obstacle.is_none(), "{device} cannot be used");
            let may_help = *device == CPU && *stage != Stage::Unet;
            prop_assert!(wanted.is_empty() || is_named || may_help, "{stage} on {device}");
        }
        for card in &candidates {
            let here = |device: &Device| {
                candidates.iter().any(|it| it.device == *device && it.shares_memory(card))
            };
            let weights: u64 = loads
                .iter()
                .filter(|load| here(&load.1))
                .map(|load| job.weights(*load).unwrap())
                .sum();
            prop_assert!(weights == 0 || card.free.is_none_or(|free| weights <= free));
        }
        let parallel = !matches!(placement.mode, Mode::OneDevice { .. } | Mode::Apart { .. });
        prop_assert!(!parallel || (guidance || queue), "only what can run");
    }
}
