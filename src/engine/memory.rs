//! How much memory there is, and whether the work at hand fits: asked before it starts, because
//! the system answers too late (it ends the process).

use super::backend;
use super::device::Device;
use super::error::Error;

/// Room that is left to everything else on the machine.
const RESERVE: u64 = 256 << 20;

/// Bytes that processes can still get without pushing others out, from `/proc/meminfo`.
pub fn available() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")
}

/// Bytes of memory in this machine.
pub fn total() -> Option<u64> {
    field(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemTotal")
}

/// The value of `name: N kB`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// Whether weights fit, given as bytes for devices, each of which may come more than once.
pub fn check_weights(needed: &[(Device, u64)]) -> Result<(), Error> {
    needed.iter().try_for_each(|(device, _)| {
        let same = needed.iter().filter(|(other, _)| other == device);
        check(*device, same.map(|(_, bytes)| bytes).sum())
    })
}

/// Whether a batch of `batch` pictures of `width` by `height` fits beside the weights.
///
/// Pictures are denoised together and decoded one by one. The decode of one holds about 700
/// channels of full size at its peak (two maps of 256 and one of 128 in the last level's first
/// block); the UNet, with both halves of the guidance, about a third of that per picture.
pub fn check_picture(device: Device, width: u32, height: u32, batch: u32) -> Result<(), Error> {
    /// Bytes per pixel of the picture being decoded.
    const DECODE: u64 = 4 * 700;
    /// Bytes per pixel of every picture being denoised.
    const DENOISE: u64 = 1000;
    let pixels = u64::from(width) * u64::from(height);
    check(device, pixels * DECODE.max(DENOISE * u64::from(batch)))
}

fn check(device: Device, needed: u64) -> Result<(), Error> {
    let needed = needed.saturating_add(RESERVE);
    match backend::free_memory(device) {
        Some(available) if needed > available => {
            Err(Error::OutOfMemory { device, needed, available })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meminfo_is_read_to_the_letter() {
        let text = "MemTotal:       24604916 kB\nMemFree: 1 kB\nMemAvailable:   23 kB\n";
        assert_eq!(field(text, "MemAvailable"), Some(23 * 1024));
        assert_eq!(field(text, "Mem"), None);
        assert_eq!(field("MemAvailable: many kB", "MemAvailable"), None);
    }

    #[test]
    fn the_impossible_is_refused_before_it_is_tried() {
        let weights = |bytes| check_weights(&[(Device::Cpu, bytes), (Device::Cpu, bytes)]);
        assert!(weights(1 << 20).is_ok());
        assert!(
            matches!(weights(1 << 49), Err(Error::OutOfMemory { needed, .. }) if needed == (1 << 50) + RESERVE)
        );
        assert!(check_picture(Device::Cpu, 64, 64, 64).is_ok());
        assert!(check_picture(Device::Cpu, 1 << 20, 1 << 20, 1).is_err());
    }
}
