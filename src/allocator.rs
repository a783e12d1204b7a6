//! The system's allocator, with large blocks on large pages.
//!
//! Every layer's result is a fresh block of megabytes. On pages of 4 KiB, the kernel's work to
//! hand them out costs more than some of the layers (a linear layer of 84 MB took three times as
//! long); on pages of 2 MiB it hardly shows.

use std::alloc::{GlobalAlloc, Layout, System};

/// Blocks from here on are worth it: below, a large page would be mostly empty.
const LARGE: usize = 4 << 20;

/// [`System`], with a word to the kernel about large blocks.
struct LargePages;

#[global_allocator]
static ALLOCATOR: LargePages = LargePages;

/// Asks for large pages under the block. The kernel may say no: it is advice.
fn advise(block: *mut u8, size: usize) {
    /// The kernel takes whole pages; a block's ragged ends stay as they are.
    const PAGE: usize = 4096;
    if block.is_null() || size < LARGE {
        return;
    }
    let skipped = block.align_offset(PAGE);
    let length = (size - skipped) & !(PAGE - 1);
    // SAFETY: the range lies inside the block that was just allocated, on page borders, and
    // `MADV_HUGEPAGE` changes nothing about its contents.
    unsafe {
        libc::madvise(block.wrapping_add(skipped).cast(), length, libc::MADV_HUGEPAGE);
    }
}

// SAFETY: every call is handed on to `System` as it is, and its answer back; `advise` neither
// touches contents nor moves a block.
unsafe impl GlobalAlloc for LargePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are `System`'s conditions.
        let block = unsafe { System.alloc(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let block = unsafe { System.alloc_zeroed(layout) };
        advise(block, layout.size());
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let block = unsafe { System.realloc(block, layout, size) };
        advise(block, size);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }
}
