//! How fast data goes between the machine's memory and a card. Cards exchange nothing with each
//! other but through it, so the slower of two cards also says how fast those two talk.

use super::backend;
use super::device::Device;
use super::error::Error;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Bytes that are copied at a time, which every driver takes in one piece.
pub const PIECE: usize = 64 << 20;
/// Pieces that are copied there, and back.
pub const PIECES: usize = 4;

/// Rates in bytes per second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopyRates {
    /// From the machine's memory to the card's.
    pub to_card: f64,
    /// From the card's memory to the machine's.
    pub from_card: f64,
}

impl CopyRates {
    /// For [`PIECES`] copied there, and back.
    pub fn of(to_card: Duration, from_card: Duration) -> Self {
        let rate = |time: Duration| (PIECES * PIECE) as f64 / time.as_secs_f64().max(1e-9);
        Self { to_card: rate(to_card), from_card: rate(from_card) }
    }

    /// From this card to `other`, by way of the machine's memory: one copy after the other.
    pub fn on_to(self, other: Self) -> f64 {
        1.0 / (1.0 / self.from_card + 1.0 / other.to_card)
    }
}

/// Copies 256 MiB to a card and back, and keeps what that took for [`devices`](super::devices).
/// `None` for the processor, which has nothing to copy.
///
/// # Errors
///
/// [`Error::DeviceUnusable`] and [`Error::OutOfMemory`].
pub fn measure_copies(device: Device) -> Result<Option<CopyRates>, Error> {
    backend::check(device)?;
    let rates = backend::copy_rates(device)?;
    if let Some(rates) = rates {
        super::selftest::keep_copies(device, rates);
    }
    Ok(rates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_passes_on_no_faster_than_both_copies_take() {
        let second = Duration::from_secs(1);
        let rates = CopyRates::of(second, second / 2);
        assert_eq!((rates.to_card, rates.from_card), (268_435_456.0, 536_870_912.0));
        let through = rates.on_to(rates);
        assert!((through - 268_435_456.0 * 2.0 / 3.0).abs() < 1.0, "{through}");
        assert!(CopyRates::of(Duration::ZERO, second).to_card.is_finite());
    }

    #[test]
    fn the_processor_has_nothing_to_copy_and_no_card_is_an_error() {
        assert_eq!(measure_copies(Device::Cpu), Ok(None));
        let absent = measure_copies(Device::Cuda(99)).unwrap_err();
        assert!(matches!(absent, Error::DeviceUnusable { .. }), "{absent}");
    }
}
