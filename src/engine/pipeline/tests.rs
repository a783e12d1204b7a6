//! What the pipeline does when a stage misbehaves or someone wants to stop, with scripted stages.

use super::*;
use crate::engine::backend::Site;
use crate::engine::denoise::LoadedUnet;
use crate::engine::device::{Device, Precision};
use crate::engine::family::ClipKind;
use crate::engine::models::clip::POSITIONS;
use crate::engine::nn::picture_norm::PictureNorms;
use crate::engine::request::ModelRequest;
use crate::engine::stage::{Autoencoder, Denoiser, Encoded, TextEncoder, TextLayer};

struct Text(f32);

impl TextEncoder for Text {
    fn kind(&self) -> ClipKind {
        ClipKind::L
    }

    fn encode(&mut self, chunks: &[[u32; POSITIONS]], _: TextLayer) -> Result<Encoded, Error> {
        Ok(Encoded { states: vec![self.0; chunks.len() * POSITIONS], width: 1, pooled: None })
    }
}

/// Calm noise, but NaN from the given call on.
struct Noise {
    calls: u32,
    bad_from: u32,
}

impl Denoiser for Noise {
    fn predict(
        &mut self,
        input: &Latent,
        _: f32,
        conditionings: &[&Conditioning],
    ) -> Result<Vec<Latent>, Error> {
        self.calls += 1;
        let value = if self.calls >= self.bad_from { f32::NAN } else { 0.1 };
        let one = Latent::new(input.shape(), vec![value; input.data.len()])?;
        Ok(vec![one; conditionings.len()])
    }
}

/// Grey, but NaN until it was widened as often as given.
struct Vae {
    precision: Precision,
    bad: bool,
    heals: bool,
}

impl Autoencoder for Vae {
    fn precision(&self) -> Precision {
        self.precision
    }

    fn widen(&mut self) -> Result<(), Error> {
        self.precision = Precision::F32;
        self.bad &= !self.heals;
        Ok(())
    }

    fn decode(&mut self, latent: &Latent) -> Result<Latent, Error> {
        let [batch, _, height, width] = latent.shape();
        let value = if self.bad { f32::NAN } else { 0.0 };
        Latent::new([batch, 3, 8 * height, 8 * width], vec![value; batch * 192 * height * width])
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

const CALM: Noise = Noise { calls: 0, bad_from: u32::MAX };
const GREY: Vae = Vae { precision: Precision::F32, bad: false, heals: false };

fn request(batch: u32) -> Request {
    Request {
        model: ModelRequest::default(),
        prompt: "a cat".into(),
        negative: String::new(),
        width: 16,
        height: 8,
        steps: 4,
        cfg: 7.0,
        sampler: "euler".into(),
        scheduler: "normal".into(),
        seed: Some(1),
        batch,
        trace: false,
        strict: false,
        preview: false,
    }
}

fn run_until(
    stages: (Text, Noise, Vae),
    batch: u32,
    stop: impl FnMut(&Event) -> bool,
) -> (Result<Generation, Error>, Vec<Event>) {
    run_request(stages, &request(batch), stop)
}

fn run_request(
    stages: (Text, Noise, Vae),
    request: &Request,
    mut stop: impl FnMut(&Event) -> bool,
) -> (Result<Generation, Error>, Vec<Event>) {
    let (text, noise, vae) = stages;
    let vae = LoadedVae {
        stage: Box::new(vae),
        device: Device::Cpu,
        scaling_factor: 1.0,
        on_processor: Box::new(|| Err(Error::Internal { detail: "not scripted".into() })),
    };
    let unscripted = Box::new(|_| Err(Error::Internal { detail: "not scripted".into() }));
    let unet = LoadedUnet::new(Box::new(noise), Site::PROCESSOR, Vec::new(), unscripted);
    let mut model = Loaded::scripted(Box::new(text), unet, vae);
    let mut events = Vec::new();
    let on_event = &mut |event: Event| {
        let flow = if stop(&event) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        events.push(event);
        flow
    };
    let checked = Checked::new(request).unwrap();
    let run = Run::new(checked, &mut model, on_event, 1, Room::default());
    (run.generate(), events)
}

fn run(text: Text, noise: Noise, vae: Vae) -> (Result<Generation, Error>, Vec<Event>) {
    run_until((text, noise, vae), 1, |_| false)
}

#[test]
fn grey_comes_out_grey() {
    let (generation, events) = run(Text(0.5), CALM, GREY);
    let generation = generation.unwrap();
    assert_eq!(generation.pictures[0].rgb, vec![128; 16 * 8 * 3]);
    assert_eq!(generation.latent.shape, [1, 4, 1, 2]);
    assert_eq!(generation.timings.steps_s.len(), 4);
    let steps = events.iter().filter(|event| matches!(event, Event::StepDone { .. }));
    assert_eq!(steps.count(), 4);
}

#[test]
fn numbers_that_are_none_are_noticed_where_they_arise() {
    let (text, _) = run(Text(f32::INFINITY), CALM, GREY);
    assert_eq!(text.err(), Some(Error::NotFinite { stage: Stage::Clip, step: 0 }));
    let (unet, _) = run(Text(0.5), Noise { bad_from: 2, ..CALM }, GREY);
    assert_eq!(unet.err(), Some(Error::NotFinite { stage: Stage::Unet, step: 2 }));
    let (vae, _) = run(Text(0.5), CALM, Vae { bad: true, ..GREY });
    assert_eq!(vae.err(), Some(Error::NotFinite { stage: Stage::Vae, step: 0 }));
}

#[test]
fn a_decode_that_overflows_is_repeated_in_f32() {
    let vae = Vae { precision: Precision::F16, bad: true, heals: true };
    let (generation, events) = run(Text(0.5), CALM, vae);
    assert_eq!(generation.unwrap().nan_retries, 1);
    assert!(events.contains(&Event::DecodeRepeated { precision: Precision::F16 }));
    let vae = Vae { precision: Precision::F16, bad: true, heals: false };
    let (generation, _) = run(Text(0.5), CALM, vae);
    assert_eq!(generation.err(), Some(Error::NotFinite { stage: Stage::Vae, step: 0 }));
}

#[test]
fn stopping_works_in_every_phase() {
    let stages = || (Text(0.5), CALM, GREY);
    let (result, _) = run_until(stages(), 1, |event| *event == Event::EncodeStarted);
    assert!(matches!(result, Err(Error::Cancelled { step: 0, .. })));
    let (result, _) =
        run_until(stages(), 1, |event| matches!(event, Event::StepDone { step: 3, .. }));
    assert_eq!(result.err(), Some(Error::Cancelled { step: 3, steps: 4 }));
    // Between two pictures of a batch.
    let mut pictures = 0;
    let (result, _) = run_until(stages(), 3, |event| {
        pictures += u32::from(*event == Event::DecodeStarted);
        pictures == 2
    });
    assert_eq!((result.err(), pictures), (Some(Error::Cancelled { step: 4, steps: 4 }), 2));
}

fn previews(events: &[Event]) -> Vec<&Picture> {
    let shown = events.iter().filter_map(|event| match event {
        Event::Preview(picture) => Some(picture),
        _ => None,
    });
    shown.collect()
}

#[test]
fn a_preview_comes_after_the_first_step_and_then_not_too_often() {
    let stages = || (Text(0.5), CALM, GREY);
    let request = Request { preview: true, steps: 40, ..request(2) };
    let begin = Instant::now();
    let (result, events) = run_request(stages(), &request, |_| false);
    let most = 1 + (begin.elapsed().as_secs_f64() / 0.2) as usize;
    assert!(result.is_ok());
    let first = events.iter().position(|event| matches!(event, Event::Preview(_))).unwrap();
    assert!(matches!(events[first - 1], Event::StepDone { step: 1, .. }), "{events:?}");
    let shown = previews(&events);
    assert!((1..=most).contains(&shown.len()), "{} in {:?}", shown.len(), begin.elapsed());
    // One picture, an eighth of the size: the noise that the first estimate still is.
    let picture = shown[0];
    assert_eq!((picture.width, picture.height, picture.rgb.len()), (2, 1, 6));
    assert!(picture.rgb.iter().any(|byte| *byte != picture.rgb[0]), "{picture:?}");
    let (_, events) = run_request(stages(), &Request { preview: false, ..request }, |_| false);
    assert!(previews(&events).is_empty());
}

#[test]
fn the_latent_is_out_before_the_decode_and_makes_the_same_pictures() {
    let bad = Vae { bad: true, ..GREY };
    let (failed, events) = run_until((Text(0.5), CALM, bad), 2, |_| false);
    assert!(failed.is_err());
    let place = events.iter().position(|event| matches!(event, Event::LatentFinished(_))).unwrap();
    assert_eq!(events[place + 1], Event::DecodeStarted);
    let Event::LatentFinished(finished) = events[place].clone() else { panic!() };
    assert_eq!((finished.latent.shape(), finished.seed), ([2, 4, 1, 2], 1));
    let (whole, _) = run_until((Text(0.5), CALM, GREY), 2, |_| false);
    let whole = whole.unwrap();
    assert_eq!(whole.latent.data, Values::F32(finished.latent.data.clone()));
    // A wish to stop is heard there too.
    let stop = |event: &Event| matches!(event, Event::LatentFinished(_));
    let (stopped, events) = run_until((Text(0.5), CALM, GREY), 1, stop);
    assert_eq!(stopped.err(), Some(Error::Cancelled { step: 4, steps: 4 }));
    assert!(!events.contains(&Event::DecodeStarted));
}

#[test]
fn latents_from_elsewhere_are_looked_at_before_they_are_decoded() {
    let latent = |shape: [usize; 4], data| {
        let [batch, channels, height, width] = shape;
        check_latent(&Latent { batch, channels, height, width, data })
    };
    assert_eq!(latent([1, 4, 1, 2], vec![0.5; 8]), Ok(()));
    for (shape, count) in [
        ([0, 4, 1, 2], 0),
        ([65, 4, 1, 1], 260),
        ([1, 3, 1, 2], 6),
        ([1, 4, 1, 2], 7),
        ([1, 4, 0, 2], 0),
        ([1, 4, 1, 1025], 4100),
        ([1 << 60, 1 << 60, 1 << 60, 16], 0),
    ] {
        let refused = latent(shape, vec![0.5; count]);
        assert!(matches!(refused, Err(Error::BadValue { .. })), "{shape:?}: {refused:?}");
    }
    let nan = latent([1, 4, 1, 2], vec![f32::NAN; 8]);
    assert!(matches!(nan, Err(Error::NotFinite { .. })));
}

#[test]
fn impossible_values_are_named() {
    let check = |change: &dyn Fn(&mut Request)| {
        let mut request = request(1);
        change(&mut request);
        match Checked::new(&request).err() {
            Some(Error::BadValue { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    for size in [0, 7, 100_000, 12] {
        assert_eq!(check(&|request| request.width = size), "size");
        assert_eq!(check(&|request| request.height = size), "size");
    }
    assert_eq!(check(&|request| request.steps = 0), "steps");
    assert_eq!(check(&|request| request.batch = 0), "batch");
    for cfg in [f32::NAN, f32::INFINITY, -1.0] {
        assert_eq!(check(&|request| request.cfg = cfg), "cfg");
    }
    assert_eq!(check(&|request| request.sampler = "paint".into()), "sampler");
    assert_eq!(check(&|request| request.scheduler = String::new()), "scheduler");
    assert_eq!(check(&|request| request.negative = "a ".repeat(20_000)), "prompt_tokens");
}
