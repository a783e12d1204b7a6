//! What goes wrong on cubecl's own threads. They catch every panic, log it, and go on with
//! buffers that hold garbage; so panics are listened to where they start.
//!
//! Each card has such a thread. What goes wrong there is that card's fault, whichever card is
//! being waited for.

use crate::engine::device::Device;
use std::backtrace::Backtrace;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::{self, PanicHookInfo};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;

/// A panic on one of those threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device had no room.
    OutOfMemory {
        /// Bytes asked for; 0 where that is not known.
        needed: u64,
    },
    /// Anything else.
    Other {
        /// The panic's words.
        detail: String,
    },
}

/// Whose a fault is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Owner {
    Card(Device),
    /// A thread of cubecl's by its name, before it is known whose it is. CUDA's first card and the
    /// first discrete one of Vulkan's have the same.
    Thread(String),
}

/// The first fault of each since the last look.
static FIRST: Mutex<BTreeMap<Owner, Fault>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// The card that this thread works for.
    static CARD: Cell<Option<Device>> = const { Cell::new(None) };
}

/// What goes wrong on this thread is the fault of `device` from now on.
pub fn this_thread_serves(device: Device) {
    CARD.set(Some(device));
}

/// Starts to listen, in front of whoever does already.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name().is_some_and(|name| name.starts_with("DSD-")) {
                note(info);
            } else {
                others(info);
            }
        }));
    });
}

fn note(info: &PanicHookInfo) {
    let text = info.payload().downcast_ref::<String>().cloned();
    let text = text.or_else(|| info.payload().downcast_ref::<&str>().map(|text| (*text).into()));
    let text = text.unwrap_or_default();
    log::debug!("on a device's thread: {text}\n{}", Backtrace::capture());
    report(&text);
}

/// Notes a failure that a library reported and that no result can carry.
pub fn report(text: &str) {
    let thread = || thread::current().name().unwrap_or_default().to_owned();
    let owner = CARD.get().map_or_else(|| Owner::Thread(thread()), Owner::Card);
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    first.entry(owner).or_insert_with(|| meaning(text));
}

/// The first fault of a card since the last call; `thread` is cubecl's name for its thread.
pub fn take(device: Device, thread: &str) -> Option<Fault> {
    let mut first = FIRST.lock().unwrap_or_else(PoisonError::into_inner);
    let at_the_start = first.remove(&Owner::Thread(thread.to_owned()));
    first.remove(&Owner::Card(device)).or(at_the_start)
}

/// What the words of a failure say.
pub fn meaning(text: &str) -> Fault {
    const MEMORY: [&str; 3] = ["BufferTooBig", "can't allocate buffer", "OUT_OF_MEMORY"];
    if !MEMORY.iter().any(|words| text.contains(words)) {
        let detail = text.lines().next().unwrap_or_default().to_owned();
        return Fault::Other { detail };
    }
    let after = text.split_once("size:").map(|(_, rest)| rest.trim_start());
    let digits =
        after.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    Fault::OutOfMemory { needed: digits.and_then(|digits| digits.parse().ok()).unwrap_or(0) }
}
