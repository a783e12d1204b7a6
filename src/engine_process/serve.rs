//! The engine's end: requests in, events and answers out.
//!
//! One thread does all the work and owns the engine. Another only reads, so that a Cancel is seen
//! in the middle of a step: it marks the request, and the next event is answered with `Break`.

use super::frame::Frame;
use super::message::{FromEngine, ToEngine};
use crate::engine::{
    self, DecodeRequest, Device, DeviceFacts, Engine, Error, Event, Generation, ModelRequest,
    ModelSummary, OnEvent, Placement, Request,
};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// What the process can do for its host: the engine, or a script in its place in tests.
pub trait Work {
    /// Puts the model in place.
    fn load(&mut self, model: &ModelRequest, on_event: OnEvent<'_>) -> Result<ModelSummary, Error>;
    /// Makes the pictures.
    fn generate(&mut self, request: &Request, on_event: OnEvent<'_>) -> Result<Generation, Error>;
    /// Makes the pictures of latents that were sampled before.
    fn decode(
        &mut self,
        request: &DecodeRequest,
        on_event: OnEvent<'_>,
    ) -> Result<Generation, Error>;
    /// Asks the drivers what can compute here.
    fn devices(&mut self) -> Vec<DeviceFacts>;
    /// Tests a card once more.
    fn test(&mut self, device: Device, on_event: OnEvent<'_>) -> Result<(), Error>;
    /// Says where so many requests like this one are made at the same time, once so much of the
    /// devices' memory is free again.
    fn place_queue(
        &mut self,
        request: &Request,
        waiting: u32,
        to_be_freed: &[(Device, u64)],
        on_event: OnEvent<'_>,
    ) -> Result<Option<Placement>, Error>;
}

impl Work for Engine {
    fn load(&mut self, model: &ModelRequest, on_event: OnEvent<'_>) -> Result<ModelSummary, Error> {
        Self::load(self, model, on_event)
    }

    fn generate(&mut self, request: &Request, on_event: OnEvent<'_>) -> Result<Generation, Error> {
        Self::generate(self, request, on_event)
    }

    fn decode(
        &mut self,
        request: &DecodeRequest,
        on_event: OnEvent<'_>,
    ) -> Result<Generation, Error> {
        Self::decode(self, request, on_event)
    }

    fn devices(&mut self) -> Vec<DeviceFacts> {
        engine::devices()
    }

    fn test(&mut self, device: Device, on_event: OnEvent<'_>) -> Result<(), Error> {
        engine::test_again(device, on_event)
    }

    fn place_queue(
        &mut self,
        request: &Request,
        waiting: u32,
        to_be_freed: &[(Device, u64)],
        on_event: OnEvent<'_>,
    ) -> Result<Option<Placement>, Error> {
        engine::place_queue(request, waiting, to_be_freed, on_event)
    }
}

/// Serves this process's stdin and stdout until its host goes. Never call it twice.
pub fn run(engine: &mut impl Work) -> ExitCode {
    let served = die_with_parent().and_then(|()| take_stdout()).and_then(|output| {
        log::debug!("the engine's process serves");
        serve(engine, io::stdin(), BufWriter::new(output))
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error!("the pipe to the window broke: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Asks the system to end this process when the thread that started it ends.
///
/// A parent that was gone before the call is seen as the end of stdin.
fn die_with_parent() -> io::Result<()> {
    // SAFETY: this option takes a signal number and touches no memory of ours.
    match unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Takes stdout for the frames alone; what drivers and libraries print goes to stderr from here.
fn take_stdout() -> io::Result<std::fs::File> {
    let frames = io::stdout().as_fd().try_clone_to_owned()?;
    // SAFETY: both descriptors are the process's own and open; nothing else owns descriptor 1.
    match unsafe { libc::dup2(libc::STDERR_FILENO, libc::STDOUT_FILENO) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(frames.into()),
    }
}

/// Answers the requests of `input` on `output`, one after another, until `input` ends.
pub(super) fn serve(
    engine: &mut impl Work,
    input: impl Read + Send + 'static,
    mut output: impl Write,
) -> io::Result<()> {
    let cancelled = Arc::new(AtomicU64::new(0));
    let (sender, requests) = unbounded();
    let reader = Reader { cancelled: Arc::clone(&cancelled), requests: sender };
    thread::Builder::new().name("requests".to_owned()).spawn(move || reader.read(input))?;
    answer_all(engine, &requests, &cancelled, &mut output)
}

fn answer_all(
    engine: &mut impl Work,
    requests: &Receiver<io::Result<Frame>>,
    cancelled: &AtomicU64,
    output: &mut impl Write,
) -> io::Result<()> {
    for frame in requests {
        let frame = frame?;
        let mut broken = None;
        let mut on_event = |event: Event| {
            let sent = FromEngine::Event(event).encode(frame.id).write(output);
            let stop = sent.is_err() || cancelled.load(Ordering::Acquire) >= frame.id;
            broken = sent.err().or(broken.take());
            if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let answer = answer(engine, &frame, &mut on_event);
        if let Some(error) = broken {
            return Err(error);
        }
        answer.encode(frame.id).write(output)?;
    }
    Ok(())
}

fn answer(engine: &mut impl Work, frame: &Frame, on_event: OnEvent<'_>) -> FromEngine {
    let answer = match ToEngine::decode(frame) {
        Ok(ToEngine::Load(model)) => engine.load(&model, on_event).map(FromEngine::Loaded),
        Ok(ToEngine::Generate(request)) => {
            engine.generate(&request, on_event).map(Box::new).map(FromEngine::Finished)
        }
        Ok(ToEngine::Decode(request)) => {
            engine.decode(&request, on_event).map(Box::new).map(FromEngine::Finished)
        }
        Ok(ToEngine::Devices) => Ok(FromEngine::Devices(engine.devices())),
        Ok(ToEngine::Test(device)) => {
            engine.test(device, on_event).map(|()| FromEngine::Devices(engine.devices()))
        }
        Ok(ToEngine::PlaceQueue(request, waiting, to_be_freed)) => {
            engine.place_queue(&request, waiting, &to_be_freed, on_event).map(FromEngine::Placed)
        }
        Ok(ToEngine::Cancel) => {
            Err(Error::Internal { detail: "a cancel among the requests".to_owned() })
        }
        Err(detail) => Err(Error::Internal { detail }),
    };
    answer.unwrap_or_else(FromEngine::Failed)
}

/// The reading thread's side of the two things it shares with the working one.
struct Reader {
    /// Requests with ids up to this one are to stop.
    cancelled: Arc<AtomicU64>,
    requests: Sender<io::Result<Frame>>,
}

impl Reader {
    fn read(self, mut input: impl Read) {
        loop {
            let item = match Frame::read(&mut input) {
                Ok(None) => break,
                Ok(Some(frame)) => match ToEngine::decode(&frame) {
                    Ok(ToEngine::Cancel) => {
                        self.cancelled.fetch_max(frame.id, Ordering::Release);
                        continue;
                    }
                    _ => Ok(frame),
                },
                Err(error) => Err(error),
            };
            let broken = item.is_err();
            if self.requests.send(item).is_err() || broken {
                break;
            }
        }
        // Nobody waits for a result any more.
        self.cancelled.store(u64::MAX, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::super::frame::Kind;
    use super::*;
    use crate::engine::{Array, FinishedLatent, Fit, Latent, Mode, Timings, Values, Why};
    use std::io::PipeReader;

    /// Steps until it is told to stop, or to the end.
    struct Script;

    impl Work for Script {
        fn load(&mut self, _: &ModelRequest, _: OnEvent<'_>) -> Result<ModelSummary, Error> {
            Ok(summary())
        }

        fn generate(
            &mut self,
            request: &Request,
            on_event: OnEvent<'_>,
        ) -> Result<Generation, Error> {
            let steps = request.steps;
            for step in 1..=steps {
                thread::sleep(std::time::Duration::from_millis(1));
                if on_event(Event::StepDone { step, steps, seconds: 0.001 }).is_break() {
                    return Err(Error::Cancelled { step, steps });
                }
            }
            Ok(generation(request.seed.unwrap_or(0), Vec::new()))
        }

        fn decode(
            &mut self,
            request: &DecodeRequest,
            on_event: OnEvent<'_>,
        ) -> Result<Generation, Error> {
            let _ = on_event(Event::DecodeStarted);
            let FinishedLatent { latent, seed } = &request.finished;
            Ok(generation(*seed, latent.data.clone()))
        }

        fn devices(&mut self) -> Vec<DeviceFacts> {
            Vec::new()
        }

        fn test(&mut self, device: Device, on_event: OnEvent<'_>) -> Result<(), Error> {
            let _ = on_event(Event::DeviceTesting { device, done: 1, total: 2 });
            Ok(())
        }

        fn place_queue(
            &mut self,
            _: &Request,
            waiting: u32,
            to_be_freed: &[(Device, u64)],
            _: OnEvent<'_>,
        ) -> Result<Option<Placement>, Error> {
            let devices: Vec<_> = to_be_freed.iter().map(|(device, _)| *device).collect();
            let mode = Mode::QueueInParallel { devices };
            let placement =
                Placement { mode, fit: Fit::Fits, why: Why::OnlyOne, skipped: Vec::new() };
            Ok((waiting > 1).then_some(placement))
        }
    }

    fn generation(seed: u64, latent: Vec<f32>) -> Generation {
        Generation {
            pictures: Vec::new(),
            latent: Array { shape: vec![latent.len()], data: Values::F32(latent) },
            seed,
            nan_retries: 0,
            timings: Timings::default(),
            model: summary(),
            trace: Vec::new(),
        }
    }

    fn summary() -> ModelSummary {
        let (family, prediction) = ("sd1".into(), "eps".into());
        ModelSummary { family, prediction, stages: Vec::new(), load_s: 0.0, weight_bytes: 0 }
    }

    fn request(steps: u32) -> ToEngine {
        ToEngine::Generate(Request {
            model: ModelRequest::default(),
            prompt: String::new(),
            negative: String::new(),
            width: 8,
            height: 8,
            steps,
            cfg: 7.0,
            sampler: "euler".into(),
            scheduler: "normal".into(),
            seed: Some(5),
            batch: 1,
            trace: false,
            strict: false,
            preview: false,
        })
    }

    #[test]
    fn several_that_wait_are_placed() {
        let (mut to_engine, mut answers, _served) = start();
        let ToEngine::Generate(waits) = request(3) else { panic!() };
        let devices = [(Device::Cuda(1), 9), (Device::Cuda(0), u64::MAX)];
        for (id, waiting) in [(1, 1), (2, 2)] {
            let question = ToEngine::PlaceQueue(waits.clone(), waiting, devices.to_vec());
            question.encode(id).unwrap().write(&mut to_engine).unwrap();
        }
        assert!(matches!(answer_to(1, &mut answers), (FromEngine::Placed(None), 0)));
        let (answer, _) = answer_to(2, &mut answers);
        let FromEngine::Placed(Some(placement)) = answer else { panic!("{answer:?}") };
        let devices = vec![Device::Cuda(1), Device::Cuda(0)];
        assert_eq!(placement.mode, Mode::QueueInParallel { devices });
    }

    type Served = thread::JoinHandle<io::Result<()>>;

    fn start() -> (std::io::PipeWriter, PipeReader, Served) {
        let (requests, to_engine) = std::io::pipe().unwrap();
        let (answers, output) = std::io::pipe().unwrap();
        let served = thread::spawn(move || serve(&mut Script, requests, output));
        (to_engine, answers, served)
    }

    /// The answer to `id`, and the number of steps before it.
    fn answer_to(id: u64, answers: &mut PipeReader) -> (FromEngine, u32) {
        let mut steps = 0;
        loop {
            let frame = Frame::read(answers).unwrap().unwrap();
            assert_eq!(frame.id, id);
            match FromEngine::decode(&frame).unwrap() {
                FromEngine::Event(Event::StepDone { .. }) => steps += 1,
                FromEngine::Event(_) => {}
                answer => return (answer, steps),
            }
        }
    }

    #[test]
    fn requests_are_answered_in_order_until_the_host_goes() {
        let (mut to_engine, mut answers, served) = start();
        ToEngine::Load(ModelRequest::default()).encode(1).unwrap().write(&mut to_engine).unwrap();
        request(3).encode(2).unwrap().write(&mut to_engine).unwrap();
        assert!(matches!(answer_to(1, &mut answers), (FromEngine::Loaded(_), 0)));
        assert!(matches!(answer_to(2, &mut answers), (FromEngine::Finished(_), 3)));
        drop(to_engine);
        served.join().unwrap().unwrap();
    }

    #[test]
    fn a_latent_of_before_is_decoded() {
        let (mut to_engine, mut answers, _served) = start();
        let latent = Latent::new([1, 1, 1, 2], vec![1.5, -2.0]).unwrap();
        let finished = FinishedLatent { latent, seed: 8 };
        let request = DecodeRequest { model: ModelRequest::default(), finished };
        ToEngine::Decode(request).encode(1).unwrap().write(&mut to_engine).unwrap();
        let (answer, _) = answer_to(1, &mut answers);
        let FromEngine::Finished(made) = answer else { panic!("{answer:?}") };
        assert_eq!((made.seed, made.latent.data), (8, Values::F32(vec![1.5, -2.0])));
    }

    #[test]
    fn a_cancel_stops_the_running_request_and_not_the_next() {
        let (mut to_engine, mut answers, _served) = start();
        request(100_000).encode(1).unwrap().write(&mut to_engine).unwrap();
        Frame::read(&mut answers).unwrap().unwrap();
        ToEngine::Cancel.encode(1).unwrap().write(&mut to_engine).unwrap();
        request(2).encode(2).unwrap().write(&mut to_engine).unwrap();
        let (answer, _) = answer_to(1, &mut answers);
        assert!(matches!(answer, FromEngine::Failed(Error::Cancelled { .. })), "{answer:?}");
        assert!(matches!(answer_to(2, &mut answers), (FromEngine::Finished(_), 2)));
    }

    #[test]
    fn the_work_stops_when_the_host_goes() {
        let (mut to_engine, answers, served) = start();
        request(u32::MAX).encode(1).unwrap().write(&mut to_engine).unwrap();
        drop((to_engine, answers));
        assert!(served.join().unwrap().is_err(), "the answers' pipe is closed");
    }

    #[test]
    fn an_unreadable_request_fails_and_a_broken_stream_ends_the_service() {
        let (mut to_engine, mut answers, served) = start();
        let broken = Frame { kind: Kind::Generate, id: 1, payload: b"{".to_vec() };
        broken.write(&mut to_engine).unwrap();
        let (answer, _) = answer_to(1, &mut answers);
        assert!(matches!(answer, FromEngine::Failed(Error::Internal { .. })), "{answer:?}");
        to_engine.write_all(&[255; 64]).unwrap();
        assert_eq!(served.join().unwrap().unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
