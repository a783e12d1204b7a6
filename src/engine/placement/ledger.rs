//! What parts cost on devices, and whether that can be paid.

use super::{Candidate, Fit};
use crate::engine::backend::Site;
use crate::engine::device::{Device, Precision, Stage};
use crate::engine::error::Error;
use crate::engine::memory::{self, RESERVE, Room, Work};

/// A part on a device.
pub type Load = (Stage, Device);

/// What is to be placed.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Values in the weights of the text encoders, the UNet and the VAE.
    pub values: [u64; 3],
    /// What a part is computed in on a device, or why it cannot be. Asked only of devices that
    /// come into question: the answer may start a driver.
    pub precision: &'a dyn Fn(Device, Stage) -> Result<Precision, Error>,
    /// What will be made.
    pub work: Work,
    /// How much of the memory may be used for that.
    pub room: Room,
}

impl Job<'_> {
    /// Bytes of the weights of a part on a device.
    pub fn weights(&self, (stage, device): Load) -> Result<u64, Error> {
        Ok(self.values[stage as usize] * self.site((stage, device))?.value_bytes())
    }

    /// Bytes that a part takes beside its weights while it works.
    fn working(&self, (stage, device): Load, fit: Fit) -> Result<u64, Error> {
        Ok(match (stage, fit) {
            // Prompts are short: the reserve is more than they take.
            (Stage::Clip, _) | (_, Fit::WillNot) => 0,
            (Stage::Unet, Fit::Tight) => memory::denoising(&self.work.least()),
            (Stage::Unet, Fit::Fits) => memory::denoising(&self.work),
            (Stage::Vae, _) => {
                let site = self.site((stage, device))?;
                memory::decoding(site, self.work.latent_sides(), fit == Fit::Tight)
            }
        })
    }

    fn site(&self, (stage, device): Load) -> Result<Site, Error> {
        Ok(Site { device, precision: (self.precision)(device, stage)? })
    }
}

/// Free bytes that weights need at the least.
pub fn least_free(weights: u64) -> u64 {
    weights.saturating_add(RESERVE)
}

/// The books on all devices' memory.
#[derive(Clone, Copy)]
pub struct Ledger<'a> {
    /// The devices.
    pub candidates: &'a [Candidate],
    /// What is to be placed.
    pub job: &'a Job<'a>,
}

impl Ledger<'_> {
    /// Whether these parts find room, with room for their work as `fit` says.
    ///
    /// # Errors
    ///
    /// Those of [`Job::precision`].
    pub fn holds(&self, loads: &[Load], fit: Fit) -> Result<bool, Error> {
        let mut holds = true;
        for load in loads {
            let (needed, available) = self.balance(loads, load.1, fit)?;
            let limit = self.job.room.limit.unwrap_or(u64::MAX);
            holds &= needed <= available && self.job.working(*load, fit)? <= limit;
        }
        Ok(holds)
    }

    /// Bytes that are needed and free where `device` has its memory: all weights that lie there,
    /// and the most that one of these parts takes for its work, as they work in turns.
    pub fn balance(&self, loads: &[Load], device: Device, fit: Fit) -> Result<(u64, u64), Error> {
        let Some(here) = self.candidates.iter().find(|it| it.device == device) else {
            return Ok((0, u64::MAX));
        };
        let is_here = |load: &&Load| {
            self.candidates.iter().any(|it| it.device == load.1 && it.shares_memory(here))
        };
        let (mut weights, mut working) = (0_u64, 0);
        for load in loads.iter().filter(is_here) {
            weights = weights.saturating_add(self.job.weights(*load)?);
            working = self.job.working(*load, fit)?.max(working);
        }
        let needed = least_free(weights).saturating_add(working);
        Ok((needed, here.free.unwrap_or(u64::MAX)))
    }

    /// The first device that has no room for the weights of `loads`, as an error.
    pub fn shortage(&self, loads: &[Load]) -> Result<Option<Error>, Error> {
        for (_, device) in loads {
            let (needed, available) = self.balance(loads, *device, Fit::WillNot)?;
            if needed > available {
                return Ok(Some(Error::OutOfMemory { device: *device, needed, available }));
            }
        }
        Ok(None)
    }
}
