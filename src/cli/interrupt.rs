//! Ctrl-C: the first stops after the running step, the second at once.

use super::terminal::say;
use crate::i18n::text;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Exit code of an interrupted command.
const INTERRUPTED: i32 = 130;

/// From here on Ctrl-C no longer ends the process by itself.
pub fn install() {
    let handler = || {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            // SAFETY: `_exit` takes any number and has no preconditions. Not `exit`: a driver's
            // clean-up could wait for the very computation that is to end.
            unsafe { libc::_exit(INTERRUPTED) }
        }
        say(text("cli-stopping"));
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        log::warn!("Ctrl-C: {error}");
    }
}

/// Whether there was a Ctrl-C.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// The answer to an event: go on, or not.
pub fn flow() -> ControlFlow<()> {
    if requested() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
