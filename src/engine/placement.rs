//! Which stage goes on which device, decided from plain facts.

use super::device::{Device, Stage};
use super::error::Error;

/// What is known of one device before anything is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The device.
    pub device: Device,
    /// Why it cannot compute, or `None` if it can.
    pub obstacle: Option<String>,
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
    pub skipped: Vec<(Device, String)>,
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
    Ok(Placement { clip: of(Stage::Clip)?, unet: of(Stage::Unet)?, vae: of(Stage::Vae)?, skipped })
}

fn usable(candidates: &[Candidate], device: Device) -> Result<Device, Error> {
    let reason = match candidates.iter().find(|candidate| candidate.device == device) {
        Some(Candidate { obstacle: None, .. }) => return Ok(device),
        Some(Candidate { obstacle: Some(reason), .. }) => reason.clone(),
        None => "there is no such device on this machine".into(),
    };
    Err(Error::DeviceUnusable { device, reason })
}

fn first_usable(candidates: &[Candidate]) -> (Device, Vec<(Device, String)>) {
    let mut skipped = Vec::new();
    for candidate in candidates {
        match &candidate.obstacle {
            None => return (candidate.device, skipped),
            Some(reason) => skipped.push((candidate.device, reason.clone())),
        }
    }
    (Device::Cpu, skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Vec<Candidate> {
        let candidate = |device, obstacle: Option<&str>| Candidate {
            device,
            obstacle: obstacle.map(str::to_owned),
        };
        vec![
            candidate(Device::Cuda(0), Some("no NVRTC")),
            candidate(Device::Vulkan(0), None),
            candidate(Device::Cpu, None),
        ]
    }

    #[test]
    fn the_first_that_works_is_taken_and_the_rest_named() {
        let placement = place(&machine(), &[], &[]).unwrap();
        assert_eq!((placement.clip, placement.unet), (Device::Vulkan(0), Device::Vulkan(0)));
        assert_eq!(placement.skipped, [(Device::Cuda(0), "no NVRTC".to_owned())]);
    }

    #[test]
    fn a_named_device_is_used_or_refused() {
        assert_eq!(place(&machine(), &[Device::Cpu], &[]).unwrap().unet, Device::Cpu);
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
}
