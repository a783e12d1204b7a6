//! What can compute here, whether it computes right, and where what waits is best computed: asked
//! of a process that lives for this question alone.
//!
//! The answer takes the drivers of every card. One that crashes or hangs ends with that process,
//! and the process that makes pictures need not run, or be idle, to be asked.

use super::host::{Handle, Host, Launch};
use crate::engine::{Device, DeviceFacts, Error, Event, Placement, Request};
use crossbeam_channel::unbounded;
use std::thread;
use std::time::Duration;

/// How long drivers may take: the first call after a start of the machine loads them into the
/// kernel and wakes the cards.
pub const DRIVER_PATIENCE: Duration = Duration::from_secs(30);

/// How long one part of a test may take, for which kernels are compiled first.
pub const TEST_PATIENCE: Duration = Duration::from_secs(180);

/// The only request of such a process.
const ID: u64 = 1;

/// What comes of a question.
enum News<T> {
    Event(Event),
    Answer(Result<T, Error>),
}

/// Everything that could compute here, the processor last. Waits, at most for `patience`.
///
/// # Errors
///
/// [`Error::EngineGone`] where the process ended, [`Error::EngineSilent`] where it did not answer.
pub fn devices(launch: &Launch, patience: Duration) -> Result<Vec<DeviceFacts>, Error> {
    ask(launch, patience, &mut |_| {}, |host, _| host.devices(ID))
}

/// Tests a card whatever was found before, and says what is known of all devices then: also where
/// the card has failed, which is in what is known of it. Waits, at most for `patience` at a time
/// without any news.
///
/// # Errors
///
/// Those of [`devices`], and of [`test_again`](crate::engine::test_again).
pub fn test_again(
    launch: &Launch,
    device: Device,
    patience: Duration,
    on_event: &mut dyn FnMut(Event),
) -> Result<Vec<DeviceFacts>, Error> {
    ask(launch, patience, on_event, move |host, on_event| host.test(ID, device, on_event))
}

/// Where `waiting` requests like this one are made at the same time, as
/// [`place_queue`](crate::engine::place_queue) says. Waits, at most for `patience` at a time without
/// any news.
///
/// # Errors
///
/// Those of [`devices`], and of [`place_queue`](crate::engine::place_queue).
pub fn place_queue(
    launch: &Launch,
    (request, waiting): (Request, u32),
    to_be_freed: Vec<(Device, u64)>,
    patience: Duration,
    on_event: &mut dyn FnMut(Event),
) -> Result<Option<Placement>, Error> {
    ask(launch, patience, on_event, move |host, on_event| {
        host.place_queue(ID, (&request, waiting), &to_be_freed, on_event)
    })
}

fn ask<T: Send + 'static>(
    launch: &Launch,
    patience: Duration,
    on_event: &mut dyn FnMut(Event),
    question: impl FnOnce(&mut Host, &mut dyn FnMut(Event)) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let handle = Handle::default();
    let (sender, news) = unbounded();
    let mut host = Host::new(launch.clone(), handle.clone());
    let ask = move || {
        // Nobody waits for what comes too late. The answer goes before the process does: one that
        // hangs in a driver may not even be killed.
        let answer = question(&mut host, &mut |event| drop(sender.send(News::Event(event))));
        let _ = sender.send(News::Answer(answer));
        drop(host);
    };
    let asked = thread::Builder::new().name("devices".to_owned()).spawn(ask);
    asked.map_err(|error| Error::Internal { detail: error.to_string() })?;
    loop {
        match news.recv_timeout(patience) {
            Ok(News::Event(event)) => on_event(event),
            Ok(News::Answer(answer)) => return answer,
            Err(_) => {
                handle.cancel(ID);
                handle.kill();
                return Err(Error::EngineSilent { patience: patience.as_secs() });
            }
        }
    }
}
