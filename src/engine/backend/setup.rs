//! What cubecl is told before its first use, and where this program keeps what it learns about
//! cards.

use cubecl::config::cache::CacheConfig;
use cubecl::config::compilation::CompilationConfig;
use cubecl::config::streaming::StreamingConfig;
use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

/// How long compiled kernels are kept that nobody uses: an older build may be gone back to.
const KEPT: Duration = Duration::from_hours(14 * 24);

/// Configures cubecl for this process: once, and before anything is asked of it.
///
/// `cards` is what compiled kernels depend on besides their source: they are kept apart by it,
/// since cubecl finds them by their name alone. `keep_kernels` is for where one folder does: cards
/// of one generation.
pub fn configure(cards: &str, keep_kernels: bool) {
    let cache = if keep_kernels { kernels_folder(cards) } else { None };
    let cache = cache.map(CacheConfig::File);
    let config = CubeClRuntimeConfig {
        // One pool of memory for a device, whichever thread asks.
        streaming: StreamingConfig { max_streams: 1, ..StreamingConfig::default() },
        compilation: CompilationConfig { cache, ..CompilationConfig::default() },
        ..CubeClRuntimeConfig::default()
    };
    CubeClRuntimeConfig::set(config);
}

fn kernels_folder(cards: &str) -> Option<PathBuf> {
    let all = crate::engine::cache_folder()?.join("kernels");
    let folder = all.join(short_hash(cards));
    fs::create_dir_all(&folder).ok()?;
    let now = SystemTime::now();
    if let Err(error) = tidy(&all, &folder, now) {
        log::debug!("{}: {error}", all.display());
    }
    Some(folder)
}

/// Removes from `all` what was compiled for cards, drivers or builds of this program that have
/// not been used for long, and notes that `own` is used now.
fn tidy(all: &Path, own: &Path, now: SystemTime) -> io::Result<()> {
    fs::File::open(own)?.set_modified(now)?;
    for entry in fs::read_dir(all)? {
        let entry = entry?;
        let used = entry.metadata()?.modified()?;
        if now.duration_since(used).is_ok_and(|unused| unused > KEPT) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

/// A name for a file that stands for `text`.
pub fn short_hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_that_nobody_uses_go() {
        let all = tempfile::tempdir().unwrap();
        let folders = ["own", "other", "old"].map(|name| all.path().join(name));
        let now = SystemTime::now();
        for (folder, days) in folders.iter().zip([40, 10, 20]) {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("kernel"), "").unwrap();
            let used = now - Duration::from_hours(days * 24);
            fs::File::open(folder).unwrap().set_modified(used).unwrap();
        }
        tidy(all.path(), &folders[0], now).unwrap();
        assert_eq!(folders.each_ref().map(|folder| folder.exists()), [true, true, false]);
        assert_eq!(fs::metadata(&folders[0]).unwrap().modified().unwrap(), now);
    }
}
