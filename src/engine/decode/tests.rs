//! Decodes that run out of numbers or memory, with scripted stages and with seeded autoencoders.

use super::*;
use crate::engine::backend;
use crate::engine::family::resolve;
use crate::engine::nn::picture_norm::PictureNorms;
use crate::engine::seeded::{self, Options, Recipe, Scale};
use crate::engine::weights::{Dtype, Source};
use std::sync::Arc;

/// Paints the first channel, and knows how large a latent it has the memory for.
struct Painter {
    most: usize,
    precision: Precision,
    overflows: bool,
}

const PAINTER: Painter = Painter { most: usize::MAX, precision: Precision::F32, overflows: false };

fn too_small<T>(device: Device) -> Result<T, Error> {
    Err(Error::OutOfMemory { device, needed: 2, available: 1 })
}

impl Autoencoder for Painter {
    fn precision(&self) -> Precision {
        self.precision
    }

    fn widen(&mut self) -> Result<(), Error> {
        self.precision = Precision::F32;
        self.overflows = false;
        Ok(())
    }

    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let Latent { height, width, .. } = *latent;
        if height * width > self.most {
            return too_small(Device::Cuda(0));
        }
        let value = if self.overflows { f32::INFINITY } else { latent.data[0] };
        let shape = [1, 3, 8 * height, 8 * width];
        Latent::new(shape, vec![value; shape.iter().product()])
    }

    fn begin(&mut self, latent: &Latent) -> Result<Latent, Error> {
        Ok(latent.clone())
    }

    fn finish(&mut self, tile: &Latent, _: &mut PictureNorms) -> Result<Latent, Error> {
        self.decode(tile)
    }

    fn encode(&mut self, _: &Latent) -> Result<Latent, Error> {
        Err(Error::Internal { detail: "not scripted".into() })
    }
}

fn vae(stage: Painter, device: Device, on_processor: OnProcessor) -> LoadedVae {
    LoadedVae { stage: Box::new(stage), device, scaling_factor: 0.5, on_processor }
}

/// Pictures of the given heights and widths in latent pixels, with the pictures' numbers in them.
fn latent(batch: usize, (height, width): (usize, usize)) -> Latent {
    let data = (1..=batch).flat_map(|i| vec![i as f32; 4 * height * width]).collect();
    Latent::new([batch, 4, height, width], data).unwrap()
}

fn decode(vae: &mut LoadedVae, latent: &Latent) -> (Result<(Latent, u32), Error>, Vec<Event>) {
    let mut events = Vec::new();
    let decoded = vae.decode(latent, Room::default(), &mut |event| {
        events.push(event);
        Ok(())
    });
    (decoded, events)
}

fn ways(events: &[Event]) -> Vec<DecodeWay> {
    let how = |event: &Event| match event {
        Event::DecodeRetried { how } => Some(*how),
        _ => None,
    };
    events.iter().filter_map(how).collect()
}

#[test]
fn a_batch_that_fits_is_decoded_whole() {
    let mut vae = vae(PAINTER, Device::Cpu, Box::new(|| too_small(Device::Cpu)));
    let (decoded, events) = decode(&mut vae, &latent(2, (80, 70)));
    let (pixels, widened) = decoded.unwrap();
    assert_eq!((pixels.shape(), widened), ([2, 3, 640, 560], 0));
    assert_eq!(events, [Event::DecodeStarted, Event::DecodeStarted]);
    // Divided by the scaling factor.
    assert_eq!((pixels.data[0], pixels.data.last()), (2.0, Some(&4.0)));
}

#[test]
fn a_card_without_the_memory_for_the_whole_decodes_tiles() {
    let stage = Painter { most: TILE * TILE, ..PAINTER };
    let mut vae = vae(stage, Device::Cuda(0), Box::new(|| too_small(Device::Cpu)));
    let (decoded, events) = decode(&mut vae, &latent(2, (80, 70)));
    let (pixels, _) = decoded.unwrap();
    assert_eq!(pixels.shape(), [2, 3, 640, 560]);
    let near =
        |(values, wanted): (&[f32], f32)| values.iter().all(|value| (value - wanted).abs() < 1e-4);
    let halves = pixels.data.chunks_exact(3 * 640 * 560).zip([2.0, 4.0]);
    assert_eq!(halves.map(near).collect::<Vec<_>>(), [true, true]);
    // The second picture does not try the whole again.
    assert_eq!(ways(&events), [DecodeWay::Tiled]);
    let tiles = events.iter().filter(|event| matches!(event, Event::TileDone { tiles: 5, .. }));
    assert_eq!(tiles.count(), 10);
}

#[test]
fn where_even_a_tile_is_too_much_the_processor_takes_over() {
    let stage = Painter { most: 10, ..PAINTER };
    let spare = || Ok(Box::new(PAINTER) as Box<dyn Autoencoder>);
    let mut small = vae(stage, Device::Cuda(0), Box::new(spare));
    let (decoded, events) = decode(&mut small, &latent(1, (80, 70)));
    assert_eq!(decoded.unwrap().0.shape(), [1, 3, 640, 560]);
    assert_eq!(ways(&events), [DecodeWay::Tiled, DecodeWay::TiledOnProcessor]);
    // A picture that is one tile goes there at once.
    let (decoded, events) = decode(&mut small, &latent(1, (8, 8)));
    assert!(decoded.is_ok());
    assert_eq!(ways(&events), [DecodeWay::TiledOnProcessor]);
    // And where the processor has no memory for the weights, that is the end.
    let stage = Painter { most: 10, ..PAINTER };
    let mut none = vae(stage, Device::Cuda(0), Box::new(|| too_small(Device::Cpu)));
    let (decoded, _) = decode(&mut none, &latent(1, (80, 70)));
    assert!(matches!(decoded, Err(Error::OutOfMemory { device: Device::Cpu, .. })));
}

#[test]
fn an_overflow_in_tiles_is_repeated_in_f32() {
    let stage = Painter { most: TILE * TILE, precision: Precision::F16, overflows: true };
    let mut vae = vae(stage, Device::Cuda(0), Box::new(|| too_small(Device::Cpu)));
    let (decoded, events) = decode(&mut vae, &latent(1, (80, 70)));
    let (pixels, widened) = decoded.unwrap();
    assert!(pixels.is_finite() && widened == 1);
    assert!(events.contains(&Event::DecodeRepeated { precision: Precision::F16 }));
    assert_eq!(ways(&events), [DecodeWay::Tiled]);
}

#[test]
fn a_wish_to_stop_ends_it_between_tiles() {
    let stage = Painter { most: TILE * TILE, ..PAINTER };
    let mut vae = vae(stage, Device::Cuda(0), Box::new(|| too_small(Device::Cpu)));
    let mut done = 0;
    let stopped = Error::Cancelled { step: 4, steps: 4 };
    let decoded = vae.decode(&latent(1, (80, 70)), Room::default(), &mut |event| match event {
        Event::TileDone { tile: 2, .. } => Err(stopped.clone()),
        Event::TileDone { tile, .. } => {
            done = tile;
            Ok(())
        }
        _ => Ok(()),
    });
    assert_eq!((decoded.err(), done), (Some(stopped), 1));
}

/// The autoencoder of a seeded model on the processor.
fn seeded_vae(recipe: Recipe, scale: Scale) -> LoadedVae {
    let options = Options::default();
    let file: Arc<dyn Source> =
        Arc::new(seeded::checkpoint(recipe, scale, Dtype::F32, 0, &options));
    let model = resolve(&file, None, &[]).unwrap();
    let (config, part) = model.vae;
    let stage = backend::autoencoder(Site::PROCESSOR, &config, false, &part, &|_| Ok(())).unwrap();
    let scaling_factor = model.scaling_factor;
    let on_processor: OnProcessor = Box::new(|| too_small(Device::Cpu));
    LoadedVae { stage, device: Device::Cpu, scaling_factor, on_processor }
}

/// A latent as of a picture: soft shapes, and a little grain.
fn shapes((height, width): (usize, usize)) -> Latent {
    let grain = crate::engine::noise::TorchGenerator::new(5).randn(4 * height * width);
    let value = |(place, grain): (usize, f32)| {
        let (channel, y, x) = (place / (height * width), place / width % height, place % width);
        let (y, x) = (y as f32 / 17.0, x as f32 / 23.0);
        (y + channel as f32).sin() + (x * 1.3 - y).cos() + 0.2 * grain
    };
    let data = grain.into_iter().enumerate().map(value).collect();
    Latent::new([1, 4, height, width], data).unwrap()
}

fn mean_difference(a: &Latent, b: &Latent) -> f64 {
    let sum: f64 = a.data.iter().zip(&b.data).map(|(a, b)| f64::from((a - b).abs())).sum();
    sum / a.data.len() as f64
}

/// A step of a byte: pixels go from -1 to 1.
const BYTE: f64 = 2.0 / 255.0;

/// How far tiles are from the whole, in steps of a byte.
fn tiled_difference(recipe: Recipe, sides: (usize, usize), cut: Cut) -> f64 {
    let mut vae = seeded_vae(recipe, Scale::Mini);
    let latent = shapes(sides);
    let whole = vae.stage.decode(&latent).unwrap();
    let tiled = cut.decode(&latent, vae.stage.as_mut(), &mut |_, _| Ok(())).unwrap();
    mean_difference(&whole, &tiled) / BYTE
}

/// The cut shows nowhere: what is left is in how well the sample stands for the whole.
#[test]
fn with_the_norms_of_the_whole_tiles_are_the_whole() {
    let cut = Cut { tile: 24, sample: usize::MAX, ..Cut::default() };
    for recipe in [Recipe::Sd15, Recipe::Sdxl] {
        let difference = tiled_difference(recipe, (28, 40), cut);
        assert!(difference < 0.01, "{recipe:?}: {difference}");
    }
}

#[test]
fn tiles_are_the_whole_to_less_than_a_byte() {
    for (recipe, sides) in [(Recipe::Sd15, (96, 72)), (Recipe::Sdxl, (66, 96))] {
        let difference = tiled_difference(recipe, sides, Cut::default());
        assert!(difference < 1.0, "{recipe:?}: {difference}");
    }
}

#[test]
fn a_limit_on_memory_is_kept_to_by_decoding_tiles() {
    let mut vae = seeded_vae(Recipe::Sd15, Scale::Tiny);
    let mut latent = shapes((8, 80));
    latent.data.iter_mut().for_each(|value| *value *= vae.scaling_factor);
    let whole = vae.decode(&latent, Room::default(), &mut |_| Ok(())).unwrap().0;
    // 8 x 80 latent pixels whole need 115 MB, 8 x 64 and the canvas 92 MB.
    let room = Room { limit: Some(100 << 20) };
    let mut events = Vec::new();
    let tiled = vae
        .decode(&latent, room, &mut |event| {
            events.push(event);
            Ok(())
        })
        .unwrap()
        .0;
    assert_eq!(ways(&events), [DecodeWay::Tiled]);
    assert_eq!(tiled.shape(), whole.shape());
    let difference = mean_difference(&whole, &tiled);
    assert!(difference > 0.0 && difference < 3.0 * BYTE, "{difference}");
    let room = Room { limit: Some(10 << 20) };
    let refused = vae.decode(&latent, room, &mut |_| Ok(()));
    assert!(matches!(refused, Err(Error::OutOfMemory { available, .. }) if available == 10 << 20));
}
