//! How much memory this process has taken.

/// The most that was resident at once, in bytes; 0 where the system does not tell.
pub fn peak_bytes() -> u64 {
    peak_in(&std::fs::read_to_string("/proc/self/status").unwrap_or_default())
}

/// Starts a new peak from what is resident now, where the system allows it.
pub fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// `VmHWM` of a `/proc/PID/status`.
fn peak_in(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        assert_eq!(peak_in("VmPeak:\t  9 kB\nVmHWM:\t    5120 kB\n"), 5 << 20);
        assert_eq!(peak_in("VmHWM: many"), 0);
        assert!(peak_bytes() > 1 << 20);
    }
}
