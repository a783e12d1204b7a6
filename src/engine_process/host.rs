//! The window's end: starts the engine's process, asks it, and outlives it.
//!
//! [`Host`] blocks while the engine works and belongs to one thread; [`Handle`] goes round it, from
//! any thread and without waiting. A process that ends is an error of the running request, and the
//! next request starts another.

use super::frame::Frame;
use super::message::{FromEngine, ToEngine};
use crate::engine::{
    DecodeRequest, Device, DeviceFacts, Error, Event, Generation, ModelRequest, ModelSummary,
    Placement, Request,
};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Lines of the process's last words that are kept.
const LAST_LINES: usize = 40;

/// Longest line taken from the process.
const LONGEST_LINE: u64 = 4096;

/// How long an ended process's last words are waited for.
const LAST_WORDS_WAIT: Duration = Duration::from_millis(300);

/// How the engine's process is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program; `None` for this one.
    pub program: Option<PathBuf>,
    /// Its arguments.
    pub args: Vec<OsString>,
}

impl Launch {
    /// This program as `aiimagegen engine`, with this folder for settings and caches.
    pub fn with(settings: &Path) -> Self {
        Self { program: None, args: vec!["--settings".into(), settings.into(), "engine".into()] }
    }
}

impl Launch {
    fn command(&self) -> Command {
        // A program that was replaced while it runs has no path, but is still there.
        let own = || std::env::current_exe().ok().filter(|path| path.exists());
        let program = self.program.clone().or_else(own);
        let mut command = Command::new(program.unwrap_or_else(|| "/proc/self/exe".into()));
        command.args(&self.args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A Ctrl-C in the terminal is the window's to answer.
        command.process_group(0);
        command
    }
}

/// Stops the engine's work from any thread, without waiting for it.
#[derive(Clone, Debug, Default)]
pub struct Handle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Requests with ids up to this one are to stop.
    cancelled: AtomicU64,
    link: Mutex<Option<Link>>,
}

/// The running process as its handle sees it.
#[derive(Debug)]
struct Link {
    frames: Sender<Frame>,
    child: Child,
    /// Whether its end was wanted.
    killed: bool,
}

impl Handle {
    /// Stops request `id` and those before it after the running step.
    pub fn cancel(&self, id: u64) {
        self.shared.cancelled.fetch_max(id, Ordering::AcqRel);
        if let Some(link) = &*self.link()
            && let Ok(frame) = ToEngine::Cancel.encode(id)
        {
            // Without a receiver the process has ended, and the request with it.
            let _ = link.frames.send(frame);
        }
    }

    /// Ends the process now, with the model in its memory; a running request is cancelled.
    pub fn kill(&self) {
        if let Some(link) = &mut *self.link() {
            link.killed = true;
            // Fails only when the process has ended already.
            let _ = link.child.kill();
        }
    }

    /// The process's id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.link().as_ref().map(|link| link.child.id())
    }

    fn is_cancelled(&self, id: u64) -> bool {
        self.shared.cancelled.load(Ordering::Acquire) >= id
    }

    fn link(&self) -> MutexGuard<'_, Option<Link>> {
        self.shared.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The engine's process, started when it is first needed.
///
/// The system ends the process with the thread that started it, so a host stays on one thread.
pub struct Host {
    launch: Launch,
    handle: Handle,
    streams: Option<Streams>,
    last_words: Vec<String>,
}

/// What is read from the running process.
struct Streams {
    answers: BufReader<ChildStdout>,
    log: Log,
}

impl Host {
    /// A host without a process yet; `handle` stops its work.
    pub fn new(launch: Launch, handle: Handle) -> Self {
        Self { launch, handle, streams: None, last_words: Vec::new() }
    }

    /// Has the model put in place. Ids grow from request to request, from 1.
    pub fn load(
        &mut self,
        id: u64,
        model: &ModelRequest,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<ModelSummary, Error> {
        match self.ask(id, &ToEngine::Load(model.clone()), on_event)? {
            FromEngine::Loaded(summary) => Ok(summary),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Has pictures made, without a trace. Ids grow from request to request, from 1.
    pub fn generate(
        &mut self,
        id: u64,
        request: &Request,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Generation, Error> {
        let request = Request { trace: false, ..request.clone() };
        match self.ask(id, &ToEngine::Generate(request), on_event)? {
            FromEngine::Finished(generation) => Ok(*generation),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Has pictures made of latents that were sampled before. Ids grow from request to request,
    /// from 1.
    pub fn decode(
        &mut self,
        id: u64,
        request: &DecodeRequest,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Generation, Error> {
        match self.ask(id, &ToEngine::Decode(request.clone()), on_event)? {
            FromEngine::Finished(generation) => Ok(*generation),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Has the drivers asked what can compute here. Ids grow from request to request, from 1.
    pub(super) fn devices(&mut self, id: u64) -> Result<Vec<DeviceFacts>, Error> {
        match self.ask(id, &ToEngine::Devices, &mut |_| {})? {
            FromEngine::Devices(facts) => Ok(facts),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Has a card tested once more, and the drivers asked again. Ids grow from request to request,
    /// from 1.
    pub(super) fn test(
        &mut self,
        id: u64,
        device: Device,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Vec<DeviceFacts>, Error> {
        match self.ask(id, &ToEngine::Test(device), on_event)? {
            FromEngine::Devices(facts) => Ok(facts),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Has a place found for `waiting` requests like this one, at the same time. Ids grow from
    /// request to request, from 1.
    pub(super) fn place_queue(
        &mut self,
        id: u64,
        (request, waiting): (&Request, u32),
        to_be_freed: &[(Device, u64)],
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Option<Placement>, Error> {
        let question = ToEngine::PlaceQueue(request.clone(), waiting, to_be_freed.to_vec());
        match self.ask(id, &question, on_event)? {
            FromEngine::Placed(placement) => Ok(placement),
            other => Err(self.misunderstood(&format!("{other:?}"))),
        }
    }

    /// Ends the process: all of its memory, the graphics cards' too, is free afterwards.
    pub fn stop(&mut self) {
        self.handle.kill();
        self.bury();
    }

    /// What the last process that ended wrote to its log before, for a bug report.
    pub fn last_words(&self) -> &[String] {
        &self.last_words
    }

    fn ask(
        &mut self,
        id: u64,
        message: &ToEngine,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<FromEngine, Error> {
        let frame = message.encode(id)?;
        frame.length().map_err(|error| Error::Internal { detail: error.to_string() })?;
        let mut progress = Progress::of(message);
        if self.handle.is_cancelled(id) {
            return Err(progress.cancelled());
        }
        self.start()?;
        self.send(frame);
        if self.handle.is_cancelled(id) {
            self.handle.cancel(id); // again: the process was not there to hear it
        }
        loop {
            match self.read(id) {
                Ok(Some(FromEngine::Event(event))) => {
                    progress.note(&event);
                    on_event(event);
                }
                Ok(Some(FromEngine::Failed(error))) => return Err(error),
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {
                    return Err(match self.bury() {
                        End::Wanted => progress.cancelled(),
                        End::Own(status) => Error::EngineGone { status },
                    });
                }
                Err(detail) => return Err(self.misunderstood(&detail)),
            }
        }
    }

    /// Starts the process unless it runs.
    fn start(&mut self) -> Result<(), Error> {
        let ended = |link: &mut Link| !matches!(link.child.try_wait(), Ok(None));
        let ended = self.handle.link().as_mut().is_none_or(ended);
        if self.streams.is_some() && !ended {
            return Ok(());
        }
        self.stop();
        let failed = |error: io::Error| Error::EngineGone { status: error.to_string() };
        let mut child = self.launch.command().spawn().map_err(failed)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Error::Internal { detail: "a process without its pipes".to_owned() });
        };
        log::info!("the engine's process {} runs", child.id());
        let (frames, to_write) = unbounded();
        *self.handle.link() = Some(Link { frames, child, killed: false });
        self.streams = Some(Streams {
            answers: BufReader::with_capacity(1 << 16, stdout),
            log: Log::read(stderr).map_err(failed)?,
        });
        write_all(to_write, stdin).map_err(failed)
    }

    fn send(&self, frame: Frame) {
        if let Some(link) = &*self.handle.link() {
            // Without a receiver the process has ended, which reading the answer will tell.
            let _ = link.frames.send(frame);
        }
    }

    /// The next message about request `id`; `None` when the process has ended.
    fn read(&mut self, id: u64) -> Result<Option<FromEngine>, String> {
        let Some(streams) = &mut self.streams else { return Ok(None) };
        loop {
            match Frame::read(&mut streams.answers) {
                Ok(Some(frame)) if frame.id == id => return FromEngine::decode(&frame).map(Some),
                Ok(Some(frame)) => log::warn!("an answer to {} and not to {id}", frame.id),
                Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                    return Err(error.to_string());
                }
                Ok(None) | Err(_) => return Ok(None),
            }
        }
    }

    /// Ends a process that does not keep to the form.
    fn misunderstood(&mut self, detail: &str) -> Error {
        self.stop();
        Error::Internal { detail: format!("the engine's process answered {detail}") }
    }

    /// Waits for the process, which has closed its stdout or was killed.
    fn bury(&mut self) -> End {
        let streams = self.streams.take();
        let Some(mut link) = self.handle.link().take() else { return End::Wanted };
        // It may have closed its stdout and live on; on its way out a signal changes nothing.
        let _ = link.child.kill();
        let status = link.child.wait();
        self.last_words = streams.map(|streams| streams.log.last_words()).unwrap_or_default();
        let status = status.map_or_else(|error| error.to_string(), describe);
        log::info!("the engine's process {} ended: {status}", link.child.id());
        if link.killed { End::Wanted } else { End::Own(status) }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

/// How a process came to its end.
enum End {
    /// On our request.
    Wanted,
    /// Otherwise, with this status.
    Own(String),
}

/// How far a request has come, for the case that its process is killed on request.
struct Progress {
    step: u32,
    steps: u32,
}

impl Progress {
    fn of(message: &ToEngine) -> Self {
        let steps = if let ToEngine::Generate(request) = message { request.steps } else { 0 };
        Self { step: 0, steps }
    }

    fn note(&mut self, event: &Event) {
        match *event {
            Event::SamplingStarted { steps } => self.steps = steps,
            Event::StepDone { step, steps, .. } => (self.step, self.steps) = (step, steps),
            _ => {}
        }
    }

    fn cancelled(&self) -> Error {
        Error::Cancelled { step: self.step, steps: self.steps }
    }
}

/// The process's stderr: goes to our log, and its end is kept.
struct Log {
    lines: Arc<Mutex<VecDeque<String>>>,
    /// Closed when the stream has ended.
    ended: Receiver<()>,
}

impl Log {
    fn read(stderr: ChildStderr) -> io::Result<Self> {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let (open, ended) = unbounded();
        let kept = Arc::clone(&lines);
        let read = move || {
            let _open: Sender<()> = open;
            let mut stderr = BufReader::new(stderr);
            let mut line = Vec::new();
            while matches!(stderr.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line), Ok(1..))
            {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                log::info!(target: "engine", "{text}");
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.push_back(text);
                if kept.len() > LAST_LINES {
                    kept.pop_front();
                }
                line.clear();
            }
        };
        thread::Builder::new().name("engine log".to_owned()).spawn(read)?;
        Ok(Self { lines, ended })
    }

    /// The last lines. A process that the ended one left behind may hold the stream open, so the
    /// wait for its end is short.
    fn last_words(&self) -> Vec<String> {
        let _ = self.ended.recv_timeout(LAST_WORDS_WAIT);
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }
}

/// Writes on a thread of its own, so that nobody waits for a process that does not read.
fn write_all(frames: Receiver<Frame>, mut stdin: ChildStdin) -> io::Result<()> {
    let write = move || {
        for frame in frames {
            if let Err(error) = frame.write(&mut stdin) {
                log::debug!("the engine's process does not listen: {error}");
                break;
            }
        }
    };
    thread::Builder::new().name("engine requests".to_owned()).spawn(write).map(drop)
}

/// `exit code 1`, `signal 9 (SIGKILL)`
fn describe(status: ExitStatus) -> String {
    let Some(signal) = status.signal() else {
        return status
            .code()
            .map_or_else(|| status.to_string(), |code| format!("exit code {code}"));
    };
    let name = match signal {
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGILL => "SIGILL",
        libc::SIGINT => "SIGINT",
        libc::SIGKILL => "SIGKILL",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGTERM => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    format!("signal {signal}, {name}")
}

#[cfg(test)]
mod tests;
