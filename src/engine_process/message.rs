//! What the frames mean: requests to the engine, events and answers from it.
//!
//! Everything is JSON, except that an answer's pixels and latent follow its JSON head as they are.

use super::frame::{Frame, Kind};
use crate::engine::{
    Array, Error, Event, Generation, ModelRequest, ModelSummary, Picture, Request, Timings, Values,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ToEngine {
    Load(ModelRequest),
    Generate(Request),
    /// Stop the request of this frame's id, and those before it.
    Cancel,
}

/// An event, or the one answer that ends a request.
#[derive(Clone, Debug)]
pub(super) enum FromEngine {
    Event(Event),
    Loaded(ModelSummary),
    Finished(Box<Generation>),
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
            Self::Cancel => (Kind::Cancel, Vec::new()),
        };
        Ok(Frame { kind, id, payload })
    }

    /// The request in `frame`, or why there is none.
    pub fn decode(frame: &Frame) -> Result<Self, String> {
        match frame.kind {
            Kind::Load => parse(&frame.payload).map(Self::Load),
            Kind::Generate => parse(&frame.payload).map(Self::Generate),
            Kind::Cancel => Ok(Self::Cancel),
            other => Err(format!("{other:?} is no request")),
        }
    }
}

impl FromEngine {
    /// The frame for request `id`.
    pub fn encode(&self, id: u64) -> Frame {
        let (kind, json) = match self {
            Self::Event(event) => (Kind::Event, serde_json::to_vec(event)),
            Self::Loaded(summary) => (Kind::Loaded, serde_json::to_vec(summary)),
            Self::Finished(generation) => (Kind::Finished, pack(generation)),
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
            Kind::Loaded => parse(&frame.payload).map(Self::Loaded),
            Kind::Finished => unpack(&frame.payload).map(Box::new).map(Self::Finished),
            Kind::Failed => parse(&frame.payload).map(Self::Failed),
            other => Err(format!("{other:?} is no answer")),
        }
    }
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    serde_json::from_slice(json).map_err(|error| error.to_string())
}

/// `u32` length of the head, head, pixels of each picture, latent as `f32`.
fn pack(generation: &Generation) -> serde_json::Result<Vec<u8>> {
    let head = serde_json::to_vec(&Head {
        sizes: generation.pictures.iter().map(|p| (p.width, p.height)).collect(),
        latent: generation.latent.shape.clone(),
        seed: generation.seed,
        nan_retries: generation.nan_retries,
        timings: generation.timings.clone(),
        model: generation.model.clone(),
    })?;
    let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
    bytes.extend(head);
    for picture in &generation.pictures {
        bytes.extend(&picture.rgb);
    }
    match &generation.latent.data {
        Values::F32(values) => bytes.extend(values.iter().flat_map(|v| v.to_le_bytes())),
        Values::I64(values) => bytes.extend(values.iter().flat_map(|v| (*v as f32).to_le_bytes())),
    }
    Ok(bytes)
}

fn unpack(bytes: &[u8]) -> Result<Generation, String> {
    let short = || "an answer shorter than it says".to_owned();
    let (length, rest) = bytes.split_first_chunk().ok_or_else(short)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (head, mut rest) = rest.split_at_checked(length).ok_or_else(short)?;
    let head: Head = parse(head)?;
    let mut pictures = Vec::new();
    for (width, height) in head.sizes {
        let length = u64::from(width).checked_mul(u64::from(height)).and_then(|n| n.checked_mul(3));
        let length = length.and_then(|n| usize::try_from(n).ok()).ok_or_else(short)?;
        let (rgb, after) = rest.split_at_checked(length).ok_or_else(short)?;
        pictures.push(Picture { width, height, rgb: rgb.to_vec() });
        rest = after;
    }
    let count = head.latent.iter().try_fold(4, |all: usize, n| all.checked_mul(*n));
    if count != Some(rest.len()) {
        return Err(format!("a latent of {} bytes for the shape {:?}", rest.len(), head.latent));
    }
    let (values, _) = rest.as_chunks();
    let values = values.iter().map(|value| f32::from_le_bytes(*value)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Device, Precision, Stage, StageSummary};
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
