//! What can compute here, asked of a process that lives for this question alone.
//!
//! The answer takes the drivers of every card. One that crashes or hangs ends with that process,
//! and the process that makes pictures need not run, or be idle, to be asked.

use super::host::{Handle, Host, Launch};
use crate::engine::{DeviceFacts, Error};
use crossbeam_channel::bounded;
use std::thread;
use std::time::Duration;

/// How long drivers may take: the first call after a start of the machine loads them into the
/// kernel and wakes the cards.
pub const DRIVER_PATIENCE: Duration = Duration::from_secs(30);

/// The only request of such a process.
const ID: u64 = 1;

/// Everything that could compute here, the processor last. Waits, at most for `patience`.
///
/// # Errors
///
/// [`Error::EngineGone`] where the process ended, [`Error::EngineSilent`] where it did not answer.
pub fn devices(launch: &Launch, patience: Duration) -> Result<Vec<DeviceFacts>, Error> {
    let handle = Handle::default();
    let (done, answer) = bounded(1);
    let mut host = Host::new(launch.clone(), handle.clone());
    let ask = move || {
        // Nobody waits for what comes too late. The answer goes before the process does: one that
        // hangs in a driver may not even be killed.
        let _ = done.send(host.devices(ID));
        drop(host);
    };
    let asked = thread::Builder::new().name("devices".to_owned()).spawn(ask);
    asked.map_err(|error| Error::Internal { detail: error.to_string() })?;
    answer.recv_timeout(patience).unwrap_or_else(|_| {
        handle.cancel(ID);
        handle.kill();
        Err(Error::EngineSilent { patience: patience.as_secs() })
    })
}
