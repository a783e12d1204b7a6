//! The engine in a process of its own, and the pipe to it.
//!
//! A driver fault, an abort in a kernel or the system's out-of-memory killer then ends the engine
//! and not the window, and ending the process gives back its memory to the last byte. [`Host`] is
//! the window's end of the pipe, [`run`] the engine's: it reads requests from stdin and writes
//! events and answers to stdout, as the frames of `frame` with the contents of `message`.

mod devices;
mod frame;
mod host;
mod message;
mod raw;
mod serve;

pub use devices::{DRIVER_PATIENCE, TEST_PATIENCE, devices, place_queue, test_again};
pub use host::{Handle, Host, Launch};
pub use serve::{Work, run};
