//! Steps that run out of numbers or memory, with scripted UNets; and seeded ones, which have to
//! give the same whichever way they go.

use super::*;
use crate::engine::device::Device;
use crate::engine::family::resolve;
use crate::engine::seeded::{self, Options, Recipe, Scale};
use crate::engine::weights::{Dtype, Source};
use std::sync::{Arc, Mutex};

/// Adds the timestep, and knows how many latents it has the memory for.
#[derive(Clone, Copy)]
struct Adder {
    most: usize,
    overflows: bool,
}

const ADDER: Adder = Adder { most: usize::MAX, overflows: false };

impl Denoiser for Adder {
    fn predict(
        &mut self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        if input.batch * conditionings.len() > self.most {
            return Err(too_small());
        }
        let half = |conditioning: &&Conditioning| {
            let added = timestep + conditioning.context[0];
            let value = |x: &f32| if self.overflows { f32::INFINITY } else { x + added };
            Latent::new(input.shape(), input.data.iter().map(value).collect())
        };
        conditionings.iter().map(half).collect()
    }
}

fn too_small() -> Error {
    Error::OutOfMemory { device: Device::Cpu, needed: 2, available: 1 }
}

fn conditioning(value: f32) -> Conditioning {
    Conditioning { context: vec![value; 77], tokens: 77, width: 1, vector: None }
}

fn latent(batch: usize) -> Latent {
    let data = (0..batch * 16).map(|i| i as f32).collect();
    Latent::new([batch, 4, 2, 2], data).unwrap()
}

fn predict(
    unet: &mut LoadedUnet,
    batch: usize,
    room: Room,
) -> (Result<Vec<Latent>, Error>, Vec<Event>) {
    let mut events = Vec::new();
    let (positive, negative) = (conditioning(1.0), conditioning(2.0));
    let input = latent(batch);
    let call = Call { input: &input, timestep: 10.0, conditionings: &[&positive, &negative] };
    let outputs = unet.predict(call, room, &mut |event| {
        events.push(event);
        Ok(())
    });
    (outputs, events)
}

/// What [`Adder`] gives for [`latent`].
fn right(batch: usize) -> Vec<Latent> {
    let plus = |added: f32| {
        let data = latent(batch).data.iter().map(|x| x + added).collect();
        Latent::new([batch, 4, 2, 2], data).unwrap()
    };
    vec![plus(11.0), plus(12.0)]
}

const CARD: Site = Site { device: Device::Cuda(0), precision: Precision::F32 };

/// On a card, to be read onto any device as `elsewhere` says.
fn unet(
    stage: Adder,
    spares: Vec<Site>,
    elsewhere: impl Fn(Site) -> Result<Adder, Error> + Send + 'static,
) -> LoadedUnet {
    let read = move |site| elsewhere(site).map(|stage| Box::new(stage) as Box<dyn Denoiser>);
    LoadedUnet::new(Box::new(stage), CARD, spares, Box::new(read))
}

fn retried(how: StepWay) -> Event {
    Event::StepRetried { how }
}

#[test]
fn what_fits_goes_through_in_one_go() {
    let mut unet = unet(ADDER, Vec::new(), |_| Err(too_small()));
    assert_eq!(predict(&mut unet, 3, Room::default()), (Ok(right(3)), Vec::new()));
}

#[test]
fn smaller_portions_give_the_same_and_are_said_once() {
    let cases = [(3, vec![StepWay::Halves]), (1, vec![StepWay::Halves, StepWay::OneByOne])];
    for (most, ways) in cases {
        let mut unet = unet(Adder { most, ..ADDER }, Vec::new(), |_| Err(too_small()));
        unet.begin(false);
        let (outputs, events) = predict(&mut unet, 3, Room::default());
        assert_eq!(outputs.unwrap(), right(3));
        assert_eq!(events, ways.into_iter().map(retried).collect::<Vec<_>>());
        // The next step knows.
        assert_eq!(predict(&mut unet, 3, Room::default()), (Ok(right(3)), Vec::new()));
    }
}

#[test]
fn a_limit_is_kept_before_the_step_is_tried() {
    let mut unet = unet(ADDER, Vec::new(), |_| Err(too_small()));
    // Two latents of 2x2 take 256 pixels each.
    let room = Room { limit: Some(2 * 256 * 500) };
    let (outputs, events) = predict(&mut unet, 2, room);
    assert_eq!((outputs.unwrap(), events), (right(2), vec![retried(StepWay::Halves)]));
}

#[test]
fn what_does_not_fit_at_all_moves_on_until_it_does() {
    let other = Site { device: Device::Cuda(1), ..CARD };
    let read = |site: Site| if site.device == Device::Cpu { Ok(ADDER) } else { Err(too_small()) };
    let mut unet = unet(Adder { most: 0, ..ADDER }, vec![other, Site::PROCESSOR], read);
    let (outputs, events) = predict(&mut unet, 1, Room::default());
    assert_eq!(outputs.unwrap(), right(1));
    let elsewhere = |device| retried(StepWay::Elsewhere { device });
    let moves = [elsewhere(Device::Cuda(1)), elsewhere(Device::Cpu)];
    assert_eq!(events[1..], moves);
    assert_eq!(unet.site(), Site::PROCESSOR);
}

#[test]
fn where_nothing_helps_the_error_says_so_and_the_unet_is_gone() {
    let mut unet = unet(Adder { most: 0, ..ADDER }, vec![Site::PROCESSOR], |_| Err(too_small()));
    let (outputs, _) = predict(&mut unet, 1, Room::default());
    assert!(matches!(outputs, Err(Error::OutOfMemory { .. })));
    assert!(!unet.is_there());
}

#[test]
fn numbers_that_are_none_are_computed_in_a_wider_type() {
    let narrow = Site { precision: Precision::Bf16, ..CARD };
    let read = |_| Ok(Box::new(ADDER) as Box<dyn Denoiser>);
    let stage = Box::new(Adder { overflows: true, ..ADDER });
    let mut unet = LoadedUnet::new(stage, narrow, Vec::new(), Box::new(read));
    let (outputs, events) = predict(&mut unet, 1, Room::default());
    assert_eq!(outputs.unwrap(), right(1));
    let (precision, instead) = (Precision::Bf16, Precision::F32);
    assert_eq!(events, [Event::StepRepeated { precision, instead }]);
    assert_eq!(unet.site(), CARD);
}

#[test]
fn numbers_that_are_none_in_f32_are_left_to_the_caller() {
    let mut unet = unet(Adder { overflows: true, ..ADDER }, Vec::new(), |_| Ok(ADDER));
    let (outputs, events) = predict(&mut unet, 1, Room::default());
    assert!(!outputs.unwrap()[0].is_finite() && events.is_empty());
}

/// A tiny UNet on the processor, with a note of how much it was asked at a time.
struct Noted {
    unet: Box<dyn Denoiser>,
    halves: Arc<Mutex<Vec<usize>>>,
}

impl Denoiser for Noted {
    fn predict(
        &mut self,
        input: &Latent,
        timestep: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        self.halves.lock().unwrap().push(conditionings.len());
        self.unet.predict(input, timestep, conditionings)
    }
}

/// Reads the same tiny UNet as often as wanted, and how wide its prompts are.
fn seeded_unet() -> (impl Fn() -> Box<dyn Denoiser>, usize) {
    let (recipe, options) = (Recipe::Sd15, Options::default());
    let file: Arc<dyn Source> =
        Arc::new(seeded::checkpoint(recipe, Scale::Tiny, Dtype::F16, 0, &options));
    let (config, part) = resolve(&file, None, &[]).unwrap().unet;
    let width = config.context_dim;
    (move || backend::denoiser(Site::PROCESSOR, &config, &part, &|_| Ok(())).unwrap(), width)
}

#[test]
fn two_devices_give_the_bits_of_one_in_strict_mode() {
    let (read, width) = seeded_unet();
    let side = |start: f32| Conditioning {
        context: (0..77 * width).map(|i| start + (i % 13) as f32 * 0.1).collect(),
        tokens: 77,
        width,
        vector: None,
    };
    let (positive, negative) = (side(0.2), side(-0.7));
    let data = (0..2 * 4 * 8 * 12).map(|i| ((i * 37) % 101) as f32 / 50.0 - 1.0).collect();
    let input = Latent::new([2, 4, 8, 12], data).unwrap();
    let call = Call { input: &input, timestep: 481.0, conditionings: &[&positive, &negative] };
    let run = |unet: &mut LoadedUnet, strict| {
        unet.begin(strict);
        unet.predict(call, Room::default(), &mut |_| Ok(())).unwrap()
    };
    let asked: Arc<Mutex<Vec<usize>>> = Arc::default();
    let noted = || Box::new(Noted { unet: read(), halves: Arc::clone(&asked) });
    let alone = || LoadedUnet::new(noted(), Site::PROCESSOR, Vec::new(), Box::new(|_| Err(gone())));
    let mut pair = alone();
    pair.join(noted());
    let one = run(&mut alone(), true);
    assert_eq!(run(&mut pair, true), one, "bits differ");
    assert_eq!(run(&mut pair, false), one, "a pair is always strict");
    assert_eq!(*asked.lock().unwrap(), [1; 6]);
    let together = run(&mut alone(), false);
    let differences = one.iter().zip(&together).flat_map(|(a, b)| a.data.iter().zip(&b.data));
    let far = differences.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(far < 1e-4, "{far}");
}
