//! What a load does when a device has less room than it said.

use super::*;
use crate::engine::device::Precision;
use crate::engine::placement::Mode;
use crate::engine::seeded::{self, Options, Recipe, Scale};
use crate::engine::weights::Dtype;

const GB: u64 = 1_000_000_000;
const FIRST: Device = Device::Cuda(0);

fn machine() -> Vec<Candidate> {
    let candidate = |device: Device, free| Candidate {
        device,
        obstacle: None,
        free: Some(free),
        memory: Some(device.to_string()),
    };
    vec![candidate(FIRST, 4 * GB), candidate(Device::Cpu, 64 * GB)]
}

/// In f32, which is no question to any driver.
fn request(devices: &[Device]) -> ModelRequest {
    let devices = devices.to_vec();
    ModelRequest { devices, precision: Precision::F32, ..ModelRequest::default() }
}

const SMALL: Sizes = Sizes { family: Family::Sd1, values: [20_000_000, 60_000_000, 10_000_000] };

#[cfg(not(feature = "gpu"))]
fn lay_out(
    request: &ModelRequest,
    has_room: &dyn Fn(&Placement) -> bool,
) -> (Vec<[Device; 3]>, Result<(), Error>) {
    let mut tried = Vec::new();
    let work = (Work::square(64), Room::default());
    let read = &mut |placement: &Placement, _: &Sites, _: OnEvent| {
        tried.push(Stage::ALL.map(|stage| placement.device(stage)));
        match has_room(placement) {
            true => Ok(()),
            false => Err(Error::OutOfMemory { device: FIRST, needed: 1, available: 0 }),
        }
    };
    let on_event = &mut |_| ControlFlow::Continue(());
    let read = SMALL.place_and_read(request, &mut machine(), work, on_event, read);
    (tried, read)
}

#[test]
fn pictures_that_wait_go_to_a_card_each_and_one_alone_to_both() {
    let second =
        Candidate { device: Device::Cuda(1), memory: Some("b".into()), ..machine()[0].clone() };
    let mut candidates = [machine(), vec![second]].concat();
    let mut mode = |able, waiting, devices: &[Device]| {
        let work = (Work { waiting, ..Work::square(64) }, Room::default());
        let on_event = &mut |_| ControlFlow::Continue(());
        let placed = SMALL.place_tested(&mut candidates, (&request(devices), able), work, on_event);
        placed.unwrap().mode
    };
    let both = [FIRST, Device::Cuda(1)];
    let queue = Mode::QueueInParallel { devices: both.to_vec() };
    assert_eq!(mode(SEVERAL, 2, &[]), queue);
    assert_eq!(mode(SEVERAL, 9, &both), queue);
    assert_eq!(mode(SEVERAL, 1, &[]), Mode::OneDevice { device: FIRST });
    assert_eq!(mode(SEVERAL, 9, &[FIRST]), Mode::OneDevice { device: FIRST });
    assert!(matches!(mode(ABLE, 1, &[]), Mode::GuidanceInParallel { .. }));
}

// Where there are cards, their drivers are asked what they have free.
#[cfg(not(feature = "gpu"))]
#[test]
fn a_card_without_room_loses_one_part_after_the_other() {
    let (first, cpu) = ([FIRST; 3], [Device::Cpu; 3]);
    let (tried, read) = lay_out(&request(&[]), &|it| it.device(Stage::Vae) == Device::Cpu);
    assert_eq!(read, Ok(()));
    assert_eq!(tried[..2], [first, [Device::Cpu, FIRST, FIRST]]);
    assert_eq!(tried[2], [Device::Cpu, FIRST, Device::Cpu]);
    let (tried, read) = lay_out(&request(&[]), &|it| it.device(Stage::Unet) == Device::Cpu);
    assert_eq!((read, tried.last()), (Ok(()), Some(&cpu)));
}

#[cfg(not(feature = "gpu"))]
#[test]
fn a_card_that_was_named_keeps_the_unet_or_the_load_fails() {
    let (tried, read) = lay_out(&request(&[FIRST]), &|_| false);
    assert!(tried.iter().all(|devices| devices[1] == FIRST), "{tried:?}");
    assert!(matches!(read, Err(Error::OutOfMemory { device: FIRST, .. })), "{read:?}");
}

#[test]
fn a_loaded_model_moves_for_a_picture_only_where_that_helps() {
    let checkpoint =
        seeded::checkpoint(Recipe::Sd15, Scale::Tiny, Dtype::F16, 0, &Options::default());
    let files = Files { checkpoint: Arc::new(checkpoint), vae: None, clip: Vec::new() };
    let mut placed = Vec::new();
    let on_event = &mut |event| {
        if let Event::Placed(placement) = event {
            placed.push(placement);
        }
        ControlFlow::Continue(())
    };
    let (request, room) = (request(&[]), Room::default());
    let mut processor = machine()[1..].to_vec();
    let loaded =
        Loaded::load(&files.model().unwrap(), &request, &mut processor, (None, room), on_event);
    let loaded = loaded.unwrap();
    assert_eq!(placed.len(), 1);
    assert_eq!(Stage::ALL.map(|stage| placed[0].device(stage)), [Device::Cpu; 3]);
    let (small, huge) = (Work::square(64), Work { batch: 64, ..Work::square(8192) });
    let mut with_card = machine();
    with_card[0].free = None;
    let outgrown = |candidates: &[Candidate], work| loaded.is_outgrown(candidates, (work, room));
    assert!(!outgrown(&with_card, &small), "it has room where it is");
    assert!(outgrown(&with_card, &huge));
    assert!(!outgrown(&processor, &huge), "there is nowhere to go");
    assert!(!outgrown(&machine(), &huge), "the card is too small as well");
}

#[test]
fn other_failures_are_not_tried_again() {
    let mut count = 0;
    let read = &mut |_: &Placement, _: &Sites, _: OnEvent| {
        count += 1;
        Err::<(), _>(Error::Internal { detail: "a fault".into() })
    };
    let work = (Work::square(64), Room::default());
    let on_event = &mut |_| ControlFlow::Continue(());
    let read = SMALL.place_and_read(&request(&[Device::Cpu]), &mut machine(), work, on_event, read);
    assert!(matches!(read, Err(Error::Internal { .. })) && count == 1);
}
