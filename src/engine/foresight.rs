//! What would become of a model: where its parts would go, and whether a picture would find room
//! there. Told from the headers of its files and what is free; no weight is read, and no driver
//! asked.

use super::backend;
use super::device::{Device, Precision, Stage};
use super::error::{Error, Obstacle};
use super::family::Family;
use super::loaded::ABLE;
use super::memory::{Room, Work};
use super::placement::{Candidate, Choice, Job, Placement, place};

/// A model to come, and the pictures to be made with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// The family by its name, if it is known.
    pub family: Option<String>,
    /// Values in the weights of the text encoders, the UNet and the VAE.
    pub values: [u64; 3],
    /// Devices to use, best first; none leaves the choice to the engine.
    pub devices: Vec<Device>,
    /// Stages pinned to a device.
    pub place: Vec<(Stage, Device)>,
    /// The number type to compute in.
    pub precision: Precision,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Pictures that are made together.
    pub batch: u32,
}

/// Memory, by the devices that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeMemory {
    /// The names of one device: a card that CUDA and Vulkan reach has two.
    pub devices: Vec<Device>,
    /// Bytes that can be had.
    pub bytes: u64,
}

/// What would become of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Foresight {
    /// Where its parts would go.
    pub placement: Placement,
    /// The bytes of the parts' weights, and where they would be.
    pub weights: [(Device, u64); 3],
    /// The UNet's once more, on the card that would compute the other half of the guidance.
    pub negative: Option<(Device, u64)>,
}

impl Foresight {
    /// The bytes of the weights that would be on the device of these `names`.
    pub fn weights_on(&self, names: &[Device]) -> u64 {
        let all = self.weights.iter().chain(&self.negative);
        all.filter(|(device, _)| names.contains(device)).map(|(_, bytes)| bytes).sum()
    }
}

impl Outlook {
    /// Where the parts would go on devices with so much `free`, best first.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] where there is no room for the weights.
    pub fn foresee(&self, free: &[FreeMemory]) -> Result<Foresight, Error> {
        let candidates = self.candidates(free);
        let precision = |device, stage| self.precision(device, stage);
        let choice = Choice { wanted: &self.devices, pinned: &self.place, able: ABLE };
        let (width, height) = self.size;
        let work = Work { width, height, batch: self.batch, ..Work::square(0) };
        let job = Job { values: self.values, precision: &precision, work, room: Room::default() };
        let placement = place(&candidates, &choice, &job)?;
        let mut weights = [(Device::Cpu, 0); 3];
        for stage in Stage::ALL {
            let device = placement.device(stage);
            weights[stage as usize] = (device, job.weights((stage, device))?);
        }
        let negative = match placement.mode.negative() {
            Some(device) => Some((device, job.weights((Stage::Unet, device))?)),
            None => None,
        };
        Ok(Foresight { placement, weights, negative })
    }

    /// Everything that has memory, and what was named besides: its memory is not known.
    fn candidates(&self, free: &[FreeMemory]) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (index, FreeMemory { devices, bytes }) in free.iter().enumerate() {
            let memory = Some(index.to_string());
            candidates.extend(devices.iter().map(|device| Candidate {
                device: *device,
                obstacle: None,
                free: Some(*bytes),
                memory: memory.clone(),
            }));
        }
        for device in self.devices.iter().chain(self.place.iter().map(|(_, device)| device)) {
            if candidates.iter().all(|it| it.device != *device) {
                let obstacle = Some(Obstacle::Unproven);
                candidates.push(Candidate { device: *device, obstacle, free: None, memory: None });
            }
        }
        candidates
    }

    /// As far as it can be known without asking: cards compute in all types.
    fn precision(&self, device: Device, stage: Stage) -> Result<Precision, Error> {
        let named = |family: &&Family| Some(family.name()) == self.family.as_deref();
        let family = Family::ALL.iter().find(named).copied().unwrap_or(Family::Sd1);
        let supports = |precision| device != Device::Cpu || precision == Precision::F32;
        backend::precision_of((device, stage), family, self.precision, &supports)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::placement::{Fit, Mode, Why};

    const GB: u64 = 1_000_000_000;

    fn sdxl() -> Outlook {
        Outlook {
            family: Some("sdxl".into()),
            values: [817_000_000, 2_567_000_000, 50_000_000],
            devices: Vec::new(),
            place: Vec::new(),
            precision: Precision::Auto,
            size: (1024, 1024),
            batch: 1,
        }
    }

    fn free(cards: &[u64]) -> Vec<FreeMemory> {
        let card = |(index, gigabytes): (usize, &u64)| FreeMemory {
            devices: vec![Device::Cuda(index), Device::Vulkan(index)],
            bytes: gigabytes * GB,
        };
        let processor = FreeMemory { devices: vec![Device::Cpu], bytes: 32 * GB };
        cards.iter().enumerate().map(card).chain([processor]).collect()
    }

    #[test]
    fn a_model_fits_is_tight_or_goes_elsewhere() {
        let fit = |cards: &[u64]| {
            let Foresight { placement, weights, .. } = sdxl().foresee(&free(cards)).unwrap();
            (weights.map(|(device, _)| device), placement.fit)
        };
        let (first, cpu) = (Device::Cuda(0), Device::Cpu);
        assert_eq!(fit(&[24]), ([first; 3], Fit::Fits));
        assert_eq!(fit(&[9]), ([first; 3], Fit::Tight));
        assert_eq!(fit(&[7]), ([cpu, first, first], Fit::Tight));
        assert_eq!(fit(&[4]), ([cpu; 3], Fit::Fits));
        assert_eq!(fit(&[]), ([cpu; 3], Fit::Fits));
    }

    #[test]
    fn weights_are_counted_in_the_types_that_they_are_computed_in() {
        let weights = sdxl().foresee(&free(&[24])).unwrap().weights.map(|(_, bytes)| bytes);
        assert_eq!(weights, [1_634_000_000, 5_134_000_000, 200_000_000], "the VAE in f32");
        let wide = Outlook { devices: vec![Device::Cpu], ..sdxl() };
        let weights = wide.foresee(&free(&[24])).unwrap().weights;
        assert_eq!(weights[0], (Device::Cpu, 3_268_000_000));
        let half = Outlook { family: None, ..sdxl() };
        assert_eq!(half.foresee(&free(&[24])).unwrap().weights[2].1, 100_000_000);
    }

    #[test]
    fn two_cards_share_the_guidance_as_they_will_when_it_is_loaded() {
        let foreseen = sdxl().foresee(&free(&[24, 24])).unwrap();
        let (first, second) = (Device::Cuda(0), Device::Cuda(1));
        let mode =
            Mode::GuidanceInParallel { clip: first, unet: first, negative: second, vae: first };
        assert_eq!(foreseen.placement.mode, mode);
        assert_eq!(foreseen.placement.why, Why::TwoDenoisers);
        assert_eq!(foreseen.weights_on(&[first, Device::Vulkan(0)]), 6_968_000_000);
        assert_eq!(foreseen.weights_on(&[second, Device::Vulkan(1)]), 5_134_000_000);
        let small = sdxl().foresee(&free(&[24, 4])).unwrap();
        assert_eq!((small.negative, small.weights_on(&[second])), (None, 0));
    }

    #[test]
    fn what_was_chosen_is_kept_to() {
        let chosen = Outlook { devices: vec![Device::Vulkan(1)], ..sdxl() };
        let placement = chosen.foresee(&free(&[24, 24])).unwrap().placement;
        assert_eq!(placement.mode, Mode::OneDevice { device: Device::Vulkan(1) });
        assert_eq!(placement.why, Why::Chosen);
        let unknown = Outlook { devices: vec![Device::Cuda(9)], ..sdxl() };
        assert_eq!(unknown.foresee(&free(&[])).unwrap().placement.fit, Fit::Fits, "who knows");
        let refused = chosen.foresee(&free(&[24, 2]));
        assert!(matches!(refused, Err(Error::OutOfMemory { device: Device::Vulkan(1), .. })));
        let huge = Outlook { size: (8192, 8192), ..chosen }.foresee(&free(&[24, 8])).unwrap();
        assert_eq!(huge.placement.fit, Fit::WillNot, "the weights alone do");
    }
}
