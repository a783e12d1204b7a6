//! What the frames mean: requests to the engine, events and answers from it.
//!
//! Everything is JSON, except that pixels and latents follow their JSON head as they are.

use super::frame::{Frame, Kind};
use super::raw::{Rest, add_floats, with_head};
use crate::engine::{
    Array, DecodeRequest, Device, DeviceFacts, Error, Event, FinishedLatent, Generation,
    ModelRequest, ModelSummary, Picture, Placement, Request, Timings, UnknownDevice, Values,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ToEngine {
    Load(ModelRequest),
    Generate(Request),
    Decode(DecodeRequest),
    /// Ask the drivers what can compute here.
    Devices,
    /// Test this card once more, and ask again what can compute here.
    Test(Device),
    /// Say where so many requests like this one are made at the same time, once so much of the
    /// devices' memory is free again.
    PlaceQueue(Request, u32, Vec<(Device, u64)>),
    /// Stop the request of this frame's id, and those before it.
    Cancel,
}

/// An event, or the one answer that ends a request.
#[derive(Clone, Debug)]
pub(super) enum FromEngine {
    Event(Event),
    Loaded(ModelSummary),
    Finished(Box<Generation>),
    Devices(Vec<DeviceFacts>),
    Placed(Option<Placement>),
    Failed(Error),
}

/// An answer without its raw bytes.
#[derive(Serialize, Deserialize)]
struct Head {
    /// Width and height, picture by picture.
    sizes: Vec<(u32, u32)>,
    latent: Vec<usize>,
    seed: u64,
    nan_retries: u32,
    timings: Timings,
    model: ModelSummary,
}

/// A picture on its way without its pixels.
#[derive(Serialize, Deserialize)]
struct PreviewHead {
    size: (u32, u32),
}

/// A finished latent without its values.
#[derive(Serialize, Deserialize)]
struct LatentHead {
    shape: [usize; 4],
    seed: u64,
}

/// A request for a decode without the values.
#[derive(Serialize, Deserialize)]
struct DecodeHead {
    model: ModelRequest,
    shape: [usize; 4],
    seed: u64,
}

impl ToEngine {
    /// The frame for request `id`; fails on a path that is not Unicode.
    pub fn encode(&self, id: u64) -> Result<Frame, Error> {
        let unnameable = |model: &ModelRequest, error: serde_json::Error| {
            let all = || std::iter::once(&model.checkpoint).chain(&model.vae).chain(&model.clip);
            let file = all().find(|file| file.to_str().is_none()).unwrap_or(&model.checkpoint);
            let problem = crate::engine::FileProblem::Other { reason: error.to_string() };
            Error::File { file: file.clone(), problem }
        };
        let (kind, payload) = match self {
            Self::Load(model) => {
                let json = serde_json::to_vec(model).map_err(|error| unnameable(model, error))?;
                (Kind::Load, json)
            }
            Self::Generate(request) => {
                let json = serde_json::to_vec(request);
                (Kind::Generate, json.map_err(|error| unnameable(&request.model, error))?)
            }
            Self::Decode(request) => {
                let payload = pack_decode(request);
                (Kind::Decode, payload.map_err(|error| unnameable(&request.model, error))?)
            }
            Self::Devices => (Kind::Devices, Vec::new()),
            Self::Test(device) => (Kind::Test, device.to_string().into_bytes()),
            Self::PlaceQueue(request, waiting, to_be_freed) => {
                let json = serde_json::to_vec(&(request, waiting, to_be_freed));
                (Kind::PlaceQueue, json.map_err(|error| unnameable(&request.model, error))?)
            }
            Self::Cancel => (Kind::Cancel, Vec::new()),
        };
        Ok(Frame { kind, id, payload })
    }

    /// The request in `frame`, or why there is none.
    pub fn decode(frame: &Frame) -> Result<Self, String> {
        match frame.kind {
            Kind::Load => parse(&frame.payload).map(Self::Load),
            Kind::Generate => parse(&frame.payload).map(Self::Generate),
            Kind::Decode => unpack_decode(&frame.payload).map(Self::Decode),
            Kind::Devices => Ok(Self::Devices),
            Kind::Test => {
                let name = std::str::from_utf8(&frame.payload).map_err(|it| it.to_string())?;
                name.parse().map(Self::Test).map_err(|error: UnknownDevice| error.to_string())
            }
            Kind::PlaceQueue => parse(&frame.payload)
                .map(|(request, waiting, freed)| Self::PlaceQueue(request, waiting, freed)),
            Kind::Cancel => Ok(Self::Cancel),
            other => Err(format!("{other:?} is no request")),
        }
    }
}

impl FromEngine {
    /// The frame for request `id`.
    pub fn encode(&self, id: u64) -> Frame {
        let (kind, json) = match self {
            Self::Event(Event::Preview(picture)) => (Kind::Preview, pack_preview(picture)),
            Self::Event(Event::LatentFinished(it)) => (Kind::Latent, pack_latent(it)),
            Self::Event(event) => (Kind::Event, serde_json::to_vec(event)),
            Self::Loaded(summary) => (Kind::Loaded, serde_json::to_vec(summary)),
            Self::Finished(generation) => (Kind::Finished, pack(generation)),
            Self::Devices(facts) => (Kind::Listed, serde_json::to_vec(facts)),
            Self::Placed(placement) => (Kind::Placed, serde_json::to_vec(placement)),
            Self::Failed(error) => (Kind::Failed, serde_json::to_vec(error)),
        };
        let frame = json.map(|payload| Frame { kind, id, payload }).map_err(io::Error::from);
        match frame.and_then(|frame| frame.length().map(|_| frame)) {
            Ok(frame) => frame,
            Err(error) => Self::Failed(Error::Internal { detail: error.to_string() }).encode(id),
        }
    }

    /// The event or answer in `frame`, or why there is none.
    pub fn decode(frame: &Frame) -> Result<Self, String> {
        match frame.kind {
            Kind::Event => parse(&frame.payload).map(Self::Event),
            Kind::Preview => {
                unpack_preview(&frame.payload).map(|it| Self::Event(Event::Preview(it)))
            }
            Kind::Latent => {
                unpack_latent(&frame.payload).map(|it| Self::Event(Event::LatentFinished(it)))
            }
            Kind::Loaded => parse(&frame.payload).map(Self::Loaded),
            Kind::Finished => unpack(&frame.payload).map(Box::new).map(Self::Finished),
            Kind::Listed => parse(&frame.payload).map(Self::Devices),
            Kind::Placed => parse(&frame.payload).map(Self::Placed),
            Kind::Failed => parse(&frame.payload).map(Self::Failed),
            other => Err(format!("{other:?} is no answer")),
        }
    }
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

/// Head, pixels of each picture, latent.
fn pack(generation: &Generation) -> serde_json::Result<Vec<u8>> {
    let mut bytes = with_head(&Head {
        sizes: generation.pictures.iter().map(|p| (p.width, p.height)).collect(),
        latent: generation.latent.shape.clone(),
        seed: generation.seed,
        nan_retries: generation.nan_retries,
        timings: generation.timings.clone(),
        model: generation.model.clone(),
    })?;
    for picture in &generation.pictures {
        bytes.extend(&picture.rgb);
    }
    match &generation.latent.data {
        Values::F32(values) => add_floats(&mut bytes, values),
        Values::I64(values) => bytes.extend(values.iter().flat_map(|v| (*v as f32).to_le_bytes())),
    }
    Ok(bytes)
}

fn unpack(bytes: &[u8]) -> Result<Generation, String> {
    let (head, mut rest) = Rest::after_head::<Head>(bytes)?;
    let mut pictures = Vec::new();
    for size in head.sizes {
        pictures.push(rest.picture(size)?);
    }
    let values = rest.floats(&head.latent)?;
    Ok(Generation {
        pictures,
        latent: Array { shape: head.latent, data: Values::F32(values) },
        seed: head.seed,
        nan_retries: head.nan_retries,
        timings: head.timings,
        model: head.model,
        trace: Vec::new(),
    })
}

fn pack_preview(picture: &Picture) -> serde_json::Result<Vec<u8>> {
    let mut bytes = with_head(&PreviewHead { size: (picture.width, picture.height) })?;
    bytes.extend(&picture.rgb);
    Ok(bytes)
}

fn unpack_preview(bytes: &[u8]) -> Result<Picture, String> {
    let (PreviewHead { size }, mut rest) = Rest::after_head(bytes)?;
    let picture = rest.picture(size)?;
    rest.end().map(|()| picture)
}

fn pack_latent(finished: &FinishedLatent) -> serde_json::Result<Vec<u8>> {
    let FinishedLatent { latent, seed } = finished;
    let mut bytes = with_head(&LatentHead { shape: latent.shape(), seed: *seed })?;
    add_floats(&mut bytes, &latent.data);
    Ok(bytes)
}

fn unpack_latent(bytes: &[u8]) -> Result<FinishedLatent, String> {
    let (LatentHead { shape, seed }, rest) = Rest::after_head(bytes)?;
    Ok(FinishedLatent { latent: rest.latent(shape)?, seed })
}

fn pack_decode(request: &DecodeRequest) -> serde_json::Result<Vec<u8>> {
    let FinishedLatent { latent, seed } = &request.finished;
    let (model, shape) = (request.model.clone(), latent.shape());
    let mut bytes = with_head(&DecodeHead { model, shape, seed: *seed })?;
    add_floats(&mut bytes, &latent.data);
    Ok(bytes)
}

fn unpack_decode(bytes: &[u8]) -> Result<DecodeRequest, String> {
    let (DecodeHead { model, shape, seed }, rest) = Rest::after_head(bytes)?;
    let finished = FinishedLatent { latent: rest.latent(shape)?, seed };
    Ok(DecodeRequest { model, finished })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cards::Bond;
    use crate::engine::{Latent, Obstacle, OtherWay, Precision, Stage, StageSummary};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    fn generation() -> Generation {
        Generation {
            pictures: vec![
                Picture { width: 2, height: 1, rgb: vec![1, 2, 3, 4, 5, 6] },
                Picture { width: 1, height: 1, rgb: vec![7, 8, 9] },
            ],
            latent: Array { shape: vec![1, 2], data: Values::F32(vec![0.5, f32::NAN]) },
            seed: u64::MAX,
            nan_retries: 1,
            timings: Timings { steps_s: vec![0.25, 0.5], ..Timings::default() },
            model: ModelSummary {
                family: "sd1".into(),
                prediction: "eps".into(),
                stages: vec![StageSummary {
                    stage: Stage::Unet,
                    device: Device::Cuda(1),
                    precision: Precision::F16,
                    bytes: 12,
                }],
                load_s: 1.5,
                weight_bytes: 12,
            },
            trace: Vec::new(),
        }
    }

    #[test]
    fn an_answer_keeps_its_pixels_latent_and_figures() {
        let sent = generation();
        let frame = FromEngine::Finished(Box::new(sent.clone())).encode(3);
        let Ok(FromEngine::Finished(read)) = FromEngine::decode(&frame) else { panic!() };
        assert_eq!((read.pictures, read.seed, read.nan_retries), (sent.pictures, u64::MAX, 1));
        assert_eq!((read.timings, read.model), (sent.timings, sent.model));
        let Values::F32(values) = &read.latent.data else { panic!() };
        assert!(values[0] == 0.5 && values[1].is_nan());
    }

    #[test]
    fn an_answer_cut_anywhere_is_an_error() {
        let frame = FromEngine::Finished(Box::new(generation())).encode(3);
        for end in 0..frame.payload.len() {
            assert!(unpack(&frame.payload[..end]).is_err(), "{end}");
        }
        let longer = [&frame.payload[..], &[0]].concat();
        assert!(unpack(&longer).is_err());
    }

    fn finished() -> FinishedLatent {
        let values = vec![0.5, -0.0, f32::MAX, 1e-40];
        FinishedLatent { latent: Latent::new([1, 4, 1, 1], values).unwrap(), seed: u64::MAX }
    }

    #[test]
    fn previews_and_latents_cross_as_they_are() {
        let picture = Picture { width: 2, height: 1, rgb: vec![0, 255, 34, 123, 10, 13] };
        let events = [Event::Preview(picture), Event::LatentFinished(finished())];
        for event in events {
            let frame = FromEngine::Event(event.clone()).encode(3);
            assert_ne!(frame.kind, Kind::Event);
            let Ok(FromEngine::Event(read)) = FromEngine::decode(&frame) else { panic!() };
            assert_eq!(read, event);
            for end in 0..frame.payload.len() {
                let payload = frame.payload[..end].to_vec();
                assert!(FromEngine::decode(&Frame { payload, ..frame }).is_err(), "{end}");
            }
            let payload = [&frame.payload[..], &[0]].concat();
            assert!(FromEngine::decode(&Frame { payload, ..frame }).is_err());
        }
    }

    #[test]
    fn facts_about_devices_cross_with_what_is_in_their_way() {
        let facts = DeviceFacts {
            name: "Card 9000".into(),
            driver: "570.86".into(),
            pci: "0000:41:00.0".parse().ok(),
            total: u64::MAX,
            used: 1,
            free: 2,
            links: vec![Bond { peer: None, links: 4, active: 2 }],
            also: vec![OtherWay { device: Device::Vulkan(0), obstacle: None }],
            obstacle: Some(Obstacle::Broken { detail: "out of order".into() }),
            ..DeviceFacts::of(Device::Cuda(1))
        };
        let frame = FromEngine::Devices(vec![facts.clone()]).encode(3);
        let Ok(FromEngine::Devices(read)) = FromEngine::decode(&frame) else { panic!() };
        assert_eq!(read, [facts]);
        for request in [ToEngine::Devices, ToEngine::Test(Device::Vulkan(2))] {
            let frame = request.encode(3).unwrap();
            assert_eq!(ToEngine::decode(&frame), Ok(request));
        }
        for payload in [&b"gpu"[..], b"\xff", b""] {
            let frame = Frame { kind: Kind::Test, id: 3, payload: payload.to_vec() };
            assert!(ToEngine::decode(&frame).is_err(), "{payload:?}");
        }
    }

    #[test]
    fn a_request_for_a_decode_keeps_every_bit_of_the_latent() {
        let model = ModelRequest { checkpoint: "a.ckpt".into(), ..ModelRequest::default() };
        let request = ToEngine::Decode(DecodeRequest { model, finished: finished() });
        let frame = request.encode(1).unwrap();
        assert_eq!(ToEngine::decode(&frame), Ok(request));
        for end in 0..frame.payload.len() {
            let payload = frame.payload[..end].to_vec();
            assert!(ToEngine::decode(&Frame { payload, ..frame }).is_err(), "{end}");
        }
    }

    #[test]
    fn the_largest_latent_has_room_in_a_frame() {
        // 64 pictures of 8192x8192; the values themselves would be a gibibyte.
        let longest = 64 * 4 * 1024 * 1024 * 4;
        let payload = with_head(&LatentHead { shape: [64, 4, 1024, 1024], seed: 1 }).unwrap();
        assert!(Kind::Latent.most_bytes() > longest + payload.len());
        assert!(Kind::Decode.most_bytes() > longest + payload.len());
    }

    #[test]
    fn sizes_that_overflow_are_an_error() {
        let head = serde_json::json!({
            "sizes": [[u32::MAX, u32::MAX]], "latent": [usize::MAX, 2], "seed": 0,
            "nan_retries": 0, "timings": Timings::default(), "model": generation().model,
        });
        let head = serde_json::to_vec(&head).unwrap();
        let bytes = [&(head.len() as u32).to_le_bytes()[..], &head[..]].concat();
        assert!(unpack(&bytes).is_err());
    }

    #[test]
    fn a_path_that_is_not_unicode_is_refused_by_name() {
        let vae = std::path::PathBuf::from(OsStr::from_bytes(b"a\xff.ckpt"));
        let model = ModelRequest { vae: Some(vae.clone()), ..ModelRequest::default() };
        let error = ToEngine::Load(model).encode(1).unwrap_err();
        assert!(matches!(&error, Error::File { file, .. } if *file == vae));
        let Ok(FromEngine::Failed(Error::File { file, .. })) =
            FromEngine::decode(&FromEngine::Failed(error).encode(1))
        else {
            panic!("an error about such a file crosses the pipe")
        };
        assert_eq!(file.to_str(), Some("a\u{fffd}.ckpt"));
    }

    #[test]
    fn answers_are_no_requests_and_requests_no_answers() {
        let frame = |kind| Frame { kind, id: 1, payload: b"{}".to_vec() };
        assert!(ToEngine::decode(&frame(Kind::Event)).is_err());
        assert!(FromEngine::decode(&frame(Kind::Generate)).is_err());
        assert!(ToEngine::decode(&frame(Kind::Generate)).is_err(), "{{}} lacks every field");
    }
}
