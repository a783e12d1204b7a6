//! Pictures that wait, made on several cards at the same time: an engine for each card.

use super::backend;
use super::device::Device;
use super::error::Error;
use super::loaded;
use super::memory::{Room, Work};
use super::pipeline::Checked;
use super::placement::{Candidate, Mode, Placement};
use super::request::{ModelRequest, Request};
use super::selftest::proven_candidates;
use super::{OnEvent, guarded};

/// Where `waiting` requests like this one are made at the same time: [`Mode::QueueInParallel`] on
/// cards that each hold the whole model. `None` where one engine makes them one after another.
///
/// An [`Engine`](super::Engine) of its own, on a thread or in a process of its own, is asked for
/// [`ModelRequest::on`] each of the cards.
///
/// Of each card's memory, `to_be_freed` bytes more can be had than it has free now: those of a
/// model that makes room for the engines.
///
/// # Errors
///
/// [`Error::BadValue`]; what is wrong with the model's files, and with devices that were named;
/// [`Error::Cancelled`].
pub fn place_queue(
    request: &Request,
    waiting: u32,
    to_be_freed: &[(Device, u64)],
    on_event: OnEvent,
) -> Result<Option<Placement>, Error> {
    if waiting < 2 || !may_share(&request.model) {
        return Ok(None);
    }
    Checked::new(request)?;
    let model = loaded::find(&request.model)?;
    let mut candidates = proven_candidates(&request.model, on_event)?;
    free_up(&mut candidates, to_be_freed);
    let work = (Work { waiting, ..request.work() }, Room::from_environment());
    let placed =
        guarded(|| loaded::place_queue(&model, &request.model, &mut candidates, work, on_event));
    match placed {
        Ok(placement) => Ok(Some(placement).filter(is_shared)),
        Err(error @ Error::Cancelled { .. }) => Err(error),
        // One engine may find a way, and says why not if it does not.
        Err(_) => Ok(None),
    }
}

fn free_up(candidates: &mut [Candidate], to_be_freed: &[(Device, u64)]) {
    for (device, bytes) in to_be_freed {
        let Some(held) = candidates.iter().find(|it| it.device == *device).cloned() else {
            continue;
        };
        for candidate in candidates.iter_mut().filter(|it| it.shares_memory(&held)) {
            candidate.free = candidate.free.map(|free| free.saturating_add(*bytes));
        }
    }
}

fn is_shared(placement: &Placement) -> bool {
    matches!(placement.mode, Mode::QueueInParallel { .. })
}

/// Whether more than one card comes into question: told without asking a driver where it can be.
pub fn may_share(model: &ModelRequest) -> bool {
    let cards = model.devices.iter().filter(|device| **device != Device::Cpu).count();
    let named_several = model.devices.is_empty() || cards > 1;
    model.place.is_empty() && named_several && !backend::only_processor(&model.devices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_goes_leaves_its_memory_under_every_name_of_its_card() {
        let card = |device, memory: &str, free| Candidate {
            device,
            obstacle: None,
            free,
            memory: Some(memory.to_owned()),
        };
        let mut candidates = [
            card(Device::Cuda(0), "a", Some(3)),
            card(Device::Vulkan(1), "a", Some(2)),
            card(Device::Cuda(1), "b", Some(9)),
            card(Device::Vulkan(0), "b", None),
        ];
        free_up(&mut candidates, &[(Device::Cuda(0), 5), (Device::Cpu, 7)]);
        assert_eq!(candidates.map(|it| it.free), [Some(8), Some(7), Some(9), None]);
    }

    #[test]
    fn who_names_one_card_or_pins_a_part_has_one_engine() {
        let model =
            |devices: &[Device]| ModelRequest { devices: devices.into(), ..Default::default() };
        let (first, second) = (Device::Cuda(0), Device::Cuda(1));
        assert!(may_share(&model(&[first, second])));
        assert!(!may_share(&model(&[first])) && !may_share(&model(&[first, Device::Cpu])));
        assert!(!may_share(&model(&[Device::Cpu])));
        let place = vec![(crate::engine::Stage::Vae, Device::Cpu)];
        assert!(!may_share(&ModelRequest { place, ..model(&[first, second]) }));
        assert_eq!(model(&[first, second]).on(second), model(&[second]));
    }
}
