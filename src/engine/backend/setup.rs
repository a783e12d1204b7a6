//! What cubecl is told before its first use, and where this program keeps what it learns about
//! cards.

use cubecl::config::cache::CacheConfig;
use cubecl::config::compilation::CompilationConfig;
use cubecl::config::streaming::StreamingConfig;
use cubecl::config::{CubeClRuntimeConfig, RuntimeConfig};
use std::path::PathBuf;

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
    let folder = crate::engine::cache_folder()?.join("kernels").join(short_hash(cards));
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder)
}

/// A name for a file that stands for `text`.
pub fn short_hash(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
