//! Proof that a card computes right: asked for before it is first used, kept until the card, its
//! driver or this program changes.

use super::{SelftestRow, Trial, selftest_kernels, selftest_model};
use crate::draft;
use crate::engine::backend;
use crate::engine::device::{Device, Precision};
use crate::engine::error::{Error, Obstacle};
use crate::engine::placement::Candidate;
use crate::engine::request::ModelRequest;
use crate::engine::seeded::{Recipe, Scale};
use crate::engine::{cache_folder, guarded};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// A card that passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Proof {
    /// What it holds for.
    fingerprint: String,
    /// Whether it holds for the tensor cores too.
    tensor_cores: bool,
}

/// The devices to choose from for `request`. Those that it names have passed; where it names none,
/// cards are tested, best first, until one passes.
///
/// # Errors
///
/// [`Error::DeviceUnusable`] for a device that was named.
pub fn proven_candidates(request: &ModelRequest) -> Result<Vec<Candidate>, Error> {
    let pinned = request.place.iter().map(|(_, device)| *device);
    let named: Vec<_> = request.devices.iter().copied().chain(pinned).collect();
    named.iter().try_for_each(|device| prove(*device))?;
    // A pinned stage says nothing of where the others go.
    let wanted: &[_] = if request.devices.is_empty() { &[] } else { &named };
    let mut candidates = backend::candidates(wanted);
    if request.devices.is_empty() {
        prove_first(&mut candidates);
    }
    Ok(candidates)
}

/// Tests cards, best first, until there is a device that can be used.
pub fn prove_first(candidates: &mut [Candidate]) {
    for candidate in candidates {
        if candidate.obstacle == Some(Obstacle::Unproven) {
            candidate.obstacle = match prove(candidate.device) {
                Err(Error::DeviceUnusable { obstacle, .. }) => Some(obstacle),
                Err(error) => Some(Obstacle::Broken { detail: error.to_string() }),
                Ok(()) => None,
            };
        }
        if candidate.obstacle.is_none() {
            break;
        }
    }
}

/// Whether `device` computes right. The processor is what the recorded runs were made for; it
/// needs no proof.
fn prove(device: Device) -> Result<(), Error> {
    static VERDICTS: Mutex<BTreeMap<Device, Result<(), Obstacle>>> = Mutex::new(BTreeMap::new());
    if device == Device::Cpu {
        return Ok(());
    }
    backend::check(device)?;
    let mut verdicts = VERDICTS.lock().unwrap_or_else(PoisonError::into_inner);
    let verdict = verdicts.get(&device).cloned().unwrap_or_else(|| kept_or_new(device));
    // What a full memory or a lost driver says holds for now alone.
    if matches!(verdict, Ok(()) | Err(Obstacle::Wrong { .. })) {
        verdicts.insert(device, verdict.clone());
    }
    verdict.map_err(|obstacle| Error::DeviceUnusable { device, obstacle })
}

fn kept_or_new(device: Device) -> Result<(), Obstacle> {
    let fingerprint = backend::fingerprint(device);
    let mut proofs = read();
    if let Some(proof) = proofs.get(&device).filter(|proof| proof.fingerprint == fingerprint) {
        backend::use_tensor_cores(device, proof.tensor_cores);
        return Ok(());
    }
    log::info!("{device} is new: it is tested");
    let with = passes(device);
    let tensor_cores = with.is_ok();
    if let Err(obstacle) = with {
        // They are the one thing in which a card may differ from all others.
        let wrong = matches!(obstacle, Obstacle::Wrong { .. });
        backend::use_tensor_cores(device, false);
        if !wrong || passes(device).is_err() {
            backend::use_tensor_cores(device, true);
            return Err(obstacle);
        }
        log::warn!("{device} is used without its tensor cores: {obstacle:?}");
    }
    proofs.insert(device, Proof { fingerprint, tensor_cores });
    if let Err(error) = write(&proofs) {
        log::warn!("the test of {device} will be run again next time: {error}");
    }
    Ok(())
}

/// The self test's short form: kernels in the types that are used by themselves, and the one model
/// whose run goes through every stage, the VAE's encoder included.
fn passes(device: Device) -> Result<(), Obstacle> {
    let broken = |error: Error| match error {
        Error::DeviceUnusable { obstacle, .. } => obstacle,
        Error::Internal { detail } => Obstacle::Broken { detail },
        Error::OutOfMemory { needed, available, .. } => Obstacle::TooSmall { needed, available },
        other => Obstacle::Broken { detail: other.to_string() },
    };
    let rows = guarded(|| {
        let mut rows = selftest_kernels(device, Precision::F32)?;
        let mut model = Precision::F32;
        if backend::supports(device, Precision::F16) {
            rows.extend(selftest_kernels(device, Precision::F16)?);
            model = Precision::F16;
        }
        let (recipe, scale) = (Recipe::Sd15Inpaint, Scale::Tiny);
        rows.extend(selftest_model(Trial { recipe, scale, device, precision: model })?);
        Ok(rows)
    });
    match rows.map_err(broken)?.into_iter().find(|row| !row.ok) {
        None => Ok(()),
        Some(SelftestRow { stage, max_diff, limit, .. }) => {
            Err(Obstacle::Wrong { stage, max_diff, limit })
        }
    }
}

const FILE: &str = "cards.json";

fn read() -> BTreeMap<Device, Proof> {
    let text = cache_folder().and_then(|folder| std::fs::read_to_string(folder.join(FILE)).ok());
    let proofs = text.and_then(|text| serde_json::from_str::<BTreeMap<String, Proof>>(&text).ok());
    let proofs = proofs.unwrap_or_default().into_iter();
    proofs.filter_map(|(device, proof)| Some((device.parse().ok()?, proof))).collect()
}

fn write(proofs: &BTreeMap<Device, Proof>) -> std::io::Result<()> {
    let Some(folder) = cache_folder() else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let proofs: BTreeMap<_, _> =
        proofs.iter().map(|(device, proof)| (device.to_string(), proof)).collect();
    let text = serde_json::to_vec_pretty(&proofs)?;
    draft::replace(&folder.join(FILE), |file| file.write_all(&text))
}
