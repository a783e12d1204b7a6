//! Proof that a card computes right: asked for before it is first used, kept until the card, its
//! driver or this program changes.

use super::{KERNEL_PARTS, SelftestRow, Trial, selftest_kernels, selftest_model};
use crate::draft;
use crate::engine::backend;
use crate::engine::copies::CopyRates;
use crate::engine::device::{Device, Precision};
use crate::engine::error::{Error, Obstacle};
use crate::engine::event::Event;
use crate::engine::facts::DeviceFacts;
use crate::engine::loaded::go_on;
use crate::engine::placement::Candidate;
use crate::engine::request::ModelRequest;
use crate::engine::seeded::{Recipe, Scale};
use crate::engine::{OnEvent, cache_folder, guarded, measure_copies};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a test of a card found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Finding {
    /// What it holds for.
    fingerprint: String,
    #[serde(default)]
    verdict: Option<Verdict>,
    /// How fast it copies.
    #[serde(default)]
    copies: Option<CopyRates>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// It computes right, with its tensor cores or without.
    Passed { tensor_cores: bool },
    /// It does not.
    Failed(Obstacle),
}

impl Verdict {
    /// Whether the next test would find the same: a full memory is full for now alone.
    fn lasts(&self) -> bool {
        matches!(
            self,
            Self::Passed { .. } | Self::Failed(Obstacle::Wrong { .. } | Obstacle::Broken { .. })
        )
    }
}

/// The devices to choose from for `request`. Those that it names have passed; where it names none,
/// cards are tested, best first, until one passes.
///
/// # Errors
///
/// [`Error::DeviceUnusable`] for a device that was named; [`Error::Cancelled`].
pub fn proven_candidates(
    request: &ModelRequest,
    on_event: OnEvent,
) -> Result<Vec<Candidate>, Error> {
    let pinned = request.place.iter().map(|(_, device)| *device);
    let named: Vec<_> = request.devices.iter().copied().chain(pinned).collect();
    named.iter().try_for_each(|device| prove(*device, on_event))?;
    let mut candidates = backend::candidates(&request.in_question());
    if request.devices.is_empty() {
        prove_first(&mut candidates, on_event)?;
    }
    Ok(candidates)
}

/// Tests cards, best first, until there is a device that can be used.
///
/// # Errors
///
/// [`Error::Cancelled`].
fn prove_first(candidates: &mut [Candidate], on_event: OnEvent) -> Result<(), Error> {
    let is_open = |it: &&Candidate| matches!(it.obstacle, None | Some(Obstacle::Unproven));
    while let Some(Candidate { device, obstacle: Some(_), .. }) = candidates.iter().find(is_open) {
        let device = *device;
        prove_one(candidates, device, on_event)?;
    }
    Ok(())
}

/// What was found out about each card stands where [`Obstacle::Unproven`] stood.
pub fn with_findings(mut cards: Vec<DeviceFacts>) -> Vec<DeviceFacts> {
    for facts in &mut cards {
        let is_open = facts.obstacle.as_ref().is_some_and(|obstacle| !obstacle.forbids());
        let finding = kept(facts);
        facts.copies = finding.as_ref().and_then(|finding| finding.copies);
        match finding.and_then(|finding| finding.verdict).filter(|_| is_open) {
            Some(Verdict::Failed(obstacle)) => facts.obstacle = Some(obstacle),
            // A device in software stays one.
            Some(Verdict::Passed { .. }) if facts.obstacle == Some(Obstacle::Unproven) => {
                facts.obstacle = None;
            }
            _ => {}
        }
    }
    cards
}

/// Keeps what the whole self test found. It has no second look without the tensor cores: after a
/// failure the short form, which has, decides anew.
pub fn keep_result(device: Device, passed: bool) {
    if device == Device::Cpu {
        return;
    }
    if let Ok(facts) = backend::present(device) {
        keep(&facts, passed.then_some(Verdict::Passed { tensor_cores: true }));
    }
}

/// Keeps how fast a card was found to copy.
pub fn keep_copies(device: Device, rates: CopyRates) {
    if let Ok(facts) = backend::present(device) {
        change(&facts, |finding| finding.copies = Some(rates));
    }
}

/// Tests a card once more, whatever was found before, and measures its copies: for somebody who
/// has changed something about it. What is found is in [`devices`](crate::engine::devices) then.
///
/// # Errors
///
/// [`Error::Cancelled`], and [`Error::DeviceUnusable`] where the test cannot begin.
pub fn test_again(device: Device, on_event: OnEvent) -> Result<(), Error> {
    if device == Device::Cpu {
        return Ok(());
    }
    let facts = backend::present(device)?;
    let verdict = tested(device, on_event)?;
    // What may be different next time is not kept; nor is what was found before.
    keep(&facts, Some(verdict.clone()).filter(Verdict::lasts));
    if let Verdict::Passed { .. } = verdict
        && let Err(error) = measure_copies(device)
    {
        log::warn!("{device}: its copies could not be measured: {error}");
    }
    Ok(())
}

/// Tests a card that nobody has named.
///
/// # Errors
///
/// [`Error::Cancelled`].
pub fn prove_one(
    candidates: &mut [Candidate],
    device: Device,
    on_event: OnEvent,
) -> Result<(), Error> {
    let Some(candidate) = candidates.iter_mut().find(|it| it.device == device) else {
        return Ok(());
    };
    candidate.obstacle = match prove(device, on_event) {
        Err(Error::DeviceUnusable { obstacle, .. }) => Some(obstacle),
        Err(error @ Error::Cancelled { .. }) => return Err(error),
        Err(error) => Some(Obstacle::Broken { detail: error.to_string() }),
        Ok(()) => None,
    };
    // The tests have started its driver, which takes memory too.
    candidate.free = backend::free_memory(device);
    Ok(())
}

/// Whether `device` computes right. The processor is what the recorded runs were made for; it
/// needs no proof.
fn prove(device: Device, on_event: OnEvent) -> Result<(), Error> {
    if device == Device::Cpu {
        return Ok(());
    }
    let facts = backend::present(device)?;
    let verdict = match kept(&facts).and_then(|finding| finding.verdict) {
        Some(verdict) => verdict,
        None => {
            log::info!("{device} is new: it is tested");
            let verdict = tested(device, on_event)?;
            if verdict.lasts() {
                keep(&facts, Some(verdict.clone()));
            }
            verdict
        }
    };
    match verdict {
        Verdict::Passed { tensor_cores } => {
            backend::use_tensor_cores(device, tensor_cores);
            Ok(())
        }
        Verdict::Failed(obstacle) => Err(Error::DeviceUnusable { device, obstacle }),
    }
}

/// Tests a card: with its tensor cores, which are the one thing in which a card may differ from
/// all others, and if they are wrong, without.
fn tested(device: Device, on_event: OnEvent) -> Result<Verdict, Error> {
    let started = Instant::now();
    backend::use_tensor_cores(device, true);
    let mut found = found_by_test(device, on_event)?;
    let is_wrong = matches!(found, Some(Obstacle::Wrong { .. }));
    if is_wrong {
        backend::use_tensor_cores(device, false);
        if found_by_test(device, on_event)?.is_none() {
            log::warn!("{device} is used without its tensor cores: {found:?}");
            found = None;
        }
    }
    if let Some(obstacle) = found {
        return Ok(Verdict::Failed(obstacle));
    }
    let seconds = started.elapsed().as_secs_f64();
    go_on(on_event(Event::DeviceTested { device, seconds }))?;
    Ok(Verdict::Passed { tensor_cores: !is_wrong })
}

/// The self test's short form: kernels in the types that are used by themselves, and the one model
/// whose run goes through every stage, the VAE's encoder included. What it found, if anything.
fn found_by_test(device: Device, on_event: OnEvent) -> Result<Option<Obstacle>, Error> {
    let has_f16 = backend::supports(device, Precision::F16);
    let precisions: &[_] =
        if has_f16 { &[Precision::F32, Precision::F16] } else { &[Precision::F32] };
    let total = KERNEL_PARTS * precisions.len() as u32 + 1;
    let mut begun = 0;
    let tick = &mut |parts: u32| {
        begun += parts;
        if begun == 0 {
            return ControlFlow::Continue(());
        }
        on_event(Event::DeviceTesting { device, done: (begun - 1).min(total), total })
    };
    let rows = guarded(|| {
        let mut rows = Vec::new();
        for precision in precisions {
            rows.extend(selftest_kernels(device, *precision, tick)?);
        }
        let (recipe, scale) = (Recipe::Sd15Inpaint, Scale::Tiny);
        let precision = if has_f16 { Precision::F16 } else { Precision::F32 };
        rows.extend(selftest_model(Trial { recipe, scale, device, precision }, tick)?);
        Ok(rows)
    });
    let rows = match rows {
        Ok(rows) => rows,
        Err(error @ Error::Cancelled { .. }) => return Err(error),
        Err(error) => return Ok(Some(obstacle(error))),
    };
    let wrong = rows.into_iter().find(|row| !row.ok);
    Ok(wrong.map(|SelftestRow { stage, max_diff, limit, .. }| Obstacle::Wrong {
        stage,
        // Infinity, where a number is none, has no form in JSON.
        max_diff: max_diff.min(f64::MAX),
        limit,
    }))
}

fn obstacle(error: Error) -> Obstacle {
    match error {
        Error::DeviceUnusable { obstacle, .. } => obstacle,
        Error::Internal { detail } => Obstacle::Broken { detail },
        Error::OutOfMemory { needed, available, .. } => Obstacle::TooSmall { needed, available },
        other => Obstacle::Broken { detail: other.to_string() },
    }
}

const FILE: &str = "cards.json";

/// What this process found out, for where there is no folder to keep it in.
static FOUND: Mutex<BTreeMap<Device, Finding>> = Mutex::new(BTreeMap::new());

/// What is known of a card. The file comes first: another process may have tested it since.
fn kept(facts: &DeviceFacts) -> Option<Finding> {
    let fingerprint = backend::fingerprint(facts);
    let found = || FOUND.lock().unwrap_or_else(PoisonError::into_inner).get(&facts.device).cloned();
    let holds = |finding: &Finding| finding.fingerprint == fingerprint;
    read().remove(&facts.device).filter(holds).or_else(|| found().filter(holds))
}

/// Keeps whether a card computes right, or forgets it.
fn keep(facts: &DeviceFacts, verdict: Option<Verdict>) {
    change(facts, |finding| finding.verdict = verdict);
}

fn change(facts: &DeviceFacts, change: impl FnOnce(&mut Finding)) {
    let device = facts.device;
    let fingerprint = backend::fingerprint(facts);
    let mut finding = kept(facts).unwrap_or(Finding { fingerprint, verdict: None, copies: None });
    change(&mut finding);
    let mut found = FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let mut findings = read();
    found.insert(device, finding.clone());
    findings.insert(device, finding);
    if let Err(error) = write(&findings) {
        log::warn!("the test of {device} will be run again next time: {error}");
    }
}

fn read() -> BTreeMap<Device, Finding> {
    let text = cache_folder().and_then(|folder| std::fs::read_to_string(folder.join(FILE)).ok());
    let findings = text.and_then(|text| serde_json::from_str(&text).ok());
    let findings: BTreeMap<String, Finding> = findings.unwrap_or_default();
    let findings = findings.into_iter();
    findings.filter_map(|(device, finding)| Some((device.parse().ok()?, finding))).collect()
}

fn write(findings: &BTreeMap<Device, Finding>) -> std::io::Result<()> {
    let Some(folder) = cache_folder() else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let findings: BTreeMap<_, _> =
        findings.iter().map(|(device, finding)| (device.to_string(), finding)).collect();
    let text = serde_json::to_vec_pretty(&findings)?;
    draft::replace(&folder.join(FILE), |file| file.write_all(&text))
}
