//! Which stage goes on which device, decided from plain facts.

use super::device::{Device, Stage};
use super::error::{Error, Obstacle};

/// What is known of one device before anything is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The device.
    pub device: Device,
    /// What keeps it from being used, if anything does.
    pub obstacle: Option<Obstacle>,
}

/// Where each stage runs, and what was passed over on the way to that.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// For the text encoders.
    pub clip: Device,
    /// For the denoiser.
    pub unet: Device,
    /// For the autoencoder.
    pub vae: Device,
    /// Devices that would have come first, and what is in their way.
    pub skipped: Vec<(Device, Obstacle)>,
}

/// Chooses from `candidates`, best first.
///
/// Devices that were named (`wanted`, `pinned`) have to work: [`Error::DeviceUnusable`] otherwise.
/// Left to itself, the choice falls on the first candidate that works.
pub fn place(
    candidates: &[Candidate],
    wanted: &[Device],
    pinned: &[(Stage, Device)],
) -> Result<Placement, Error> {
    let (main, skipped) = match wanted.first() {
        Some(device) => (usable(candidates, *device)?, Vec::new()),
        None => first_usable(candidates),
    };
    wanted.iter().try_for_each(|device| usable(candidates, *device).map(drop))?;
    let of = |stage: Stage| match pinned.iter().rfind(|(pinned, _)| *pinned == stage) {
        Some((_, device)) => usable(candidates, *device),
        None => Ok(main),
    };
    // Not passed over after all.
    let skipped =
        skipped.into_iter().filter(|(device, _)| pinned.iter().all(|pin| pin.1 != *device));
    let skipped = skipped.collect();
    Ok(Placement { clip: of(Stage::Clip)?, unet: of(Stage::Unet)?, vae: of(Stage::Vae)?, skipped })
}

fn usable(candidates: &[Candidate], device: Device) -> Result<Device, Error> {
    let obstacle = match candidates.iter().find(|candidate| candidate.device == device) {
        // Whoever names a device has decided to try it.
        Some(Candidate { obstacle: Some(obstacle), .. }) if obstacle.forbids() => obstacle.clone(),
        Some(_) => return Ok(device),
        None => Obstacle::Absent,
    };
    Err(Error::DeviceUnusable { device, obstacle })
}

fn first_usable(candidates: &[Candidate]) -> (Device, Vec<(Device, Obstacle)>) {
    let mut skipped = Vec::new();
    for candidate in candidates {
        match &candidate.obstacle {
            None => return (candidate.device, skipped),
            Some(obstacle) => skipped.push((candidate.device, obstacle.clone())),
        }
    }
    (Device::Cpu, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken() -> Obstacle {
        Obstacle::Broken { detail: "no NVRTC".into() }
    }

    fn machine() -> Vec<Candidate> {
        vec![
            Candidate { device: Device::Cuda(0), obstacle: Some(broken()) },
            Candidate { device: Device::Cuda(1), obstacle: Some(Obstacle::Unproven) },
            Candidate { device: Device::Vulkan(0), obstacle: None },
            Candidate { device: Device::Cpu, obstacle: None },
        ]
    }

    #[test]
    fn the_first_that_works_is_taken_and_the_rest_named() {
        let placement = place(&machine(), &[], &[]).unwrap();
        assert_eq!((placement.clip, placement.unet), (Device::Vulkan(0), Device::Vulkan(0)));
        let skipped = [(Device::Cuda(0), broken()), (Device::Cuda(1), Obstacle::Unproven)];
        assert_eq!(placement.skipped, skipped);
    }

    #[test]
    fn a_named_device_is_used_or_refused() {
        for device in [Device::Cpu, Device::Cuda(1)] {
            assert_eq!(place(&machine(), &[device], &[]).unwrap().unet, device);
        }
        let refused = |wanted: &[Device], pinned: &[(Stage, Device)]| {
            matches!(place(&machine(), wanted, pinned), Err(Error::DeviceUnusable { .. }))
        };
        assert!(refused(&[Device::Cuda(0)], &[]));
        assert!(refused(&[Device::Cpu, Device::Cuda(7)], &[]));
        assert!(refused(&[], &[(Stage::Vae, Device::Cuda(0))]));
    }

    #[test]
    fn a_pinned_stage_leaves_the_others_where_they_were() {
        let placement = place(&machine(), &[], &[(Stage::Clip, Device::Cpu)]).unwrap();
        assert_eq!((placement.clip, placement.vae), (Device::Cpu, Device::Vulkan(0)));
    }

    #[test]
    fn a_device_that_a_stage_is_pinned_to_is_not_passed_over() {
        let placement = place(&machine(), &[], &[(Stage::Vae, Device::Cuda(1))]).unwrap();
        assert_eq!(placement.skipped, [(Device::Cuda(0), broken())]);
    }
}
