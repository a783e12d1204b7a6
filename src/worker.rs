//! The thread between the window and the engine's process.
//!
//! It does one request at a time and reads no message meanwhile: what must reach a running request
//! goes round it, through [`Handle`].

use crate::engine::{
    DecodeRequest, Error, Event, FinishedLatent, Generation, ModelRequest, ModelSummary, Picture,
    Request,
};
use crate::engine_process::{Handle, Host, Launch};
use relm4::ComponentSender;
use std::time::{Duration, Instant};

/// Least time between two reports of bytes loaded; a window draws no faster.
const LOAD_REPORT_GAP: Duration = Duration::from_millis(40);

/// Where the engine is, and what stops it.
#[derive(Debug)]
pub struct WorkerInit {
    /// How its process is started.
    pub launch: Launch,
    /// Stops requests while the worker waits for them.
    pub handle: Handle,
}

/// What the worker is asked. Ids grow from request to request, from 1.
#[derive(Debug)]
pub enum WorkerInput {
    /// Put the model in place.
    Load(u64, ModelRequest),
    /// Make pictures.
    Generate(u64, Box<Request>),
    /// Make pictures of latents that were sampled before.
    Decode(u64, Box<DecodeRequest>),
    /// End the engine's process, and so give all of its memory back.
    Clear,
}

/// What became of it.
#[derive(Debug)]
pub enum WorkerOutput {
    /// News of the request, other than the next two.
    Event(u64, Event),
    /// What is in the making, where the request asks to see it.
    Preview(u64, Picture),
    /// The latents that the pictures will be made of. To be kept until these are there: with them,
    /// an engine that ends in the decode costs no sampling.
    Latent(u64, FinishedLatent),
    /// The model is in place.
    Loaded(u64, ModelSummary),
    /// The pictures are there.
    Finished(u64, Box<Generation>),
    /// The request was stopped.
    Cancelled(u64),
    /// The request failed; with the engine's last log lines where its process ended.
    Failed(u64, Error, Vec<String>),
    /// The engine's process is gone.
    Cleared,
}

/// The worker.
pub struct Worker {
    host: Host,
}

impl relm4::Worker for Worker {
    type Init = WorkerInit;
    type Input = WorkerInput;
    type Output = WorkerOutput;

    fn init(init: WorkerInit, _sender: ComponentSender<Self>) -> Self {
        // On the window's thread: no process is started here.
        Self { host: Host::new(init.launch, init.handle) }
    }

    fn update(&mut self, message: WorkerInput, sender: ComponentSender<Self>) {
        let report = |output| {
            // A window that has gone has no use for news.
            let _ = sender.output(output);
        };
        match message {
            WorkerInput::Load(id, model) => {
                let loaded = self.host.load(id, &model, &mut paced(id, &report));
                let answer = loaded.map(|summary| WorkerOutput::Loaded(id, summary));
                report(answer.unwrap_or_else(|error| self.failure(id, error)));
            }
            WorkerInput::Generate(id, request) => {
                let made = self.host.generate(id, &request, &mut paced(id, &report));
                let answer = made.map(|made| WorkerOutput::Finished(id, Box::new(made)));
                report(answer.unwrap_or_else(|error| self.failure(id, error)));
            }
            WorkerInput::Decode(id, request) => {
                let made = self.host.decode(id, &request, &mut paced(id, &report));
                let answer = made.map(|made| WorkerOutput::Finished(id, Box::new(made)));
                report(answer.unwrap_or_else(|error| self.failure(id, error)));
            }
            WorkerInput::Clear => {
                self.host.stop();
                report(WorkerOutput::Cleared);
            }
        }
    }
}

impl Worker {
    fn failure(&self, id: u64, error: Error) -> WorkerOutput {
        match error {
            Error::Cancelled { .. } => WorkerOutput::Cancelled(id),
            Error::EngineGone { .. } => {
                WorkerOutput::Failed(id, error, self.host.last_words().to_vec())
            }
            error => WorkerOutput::Failed(id, error, Vec::new()),
        }
    }
}

/// Passes events on, of those about bytes loaded only as many as can be seen, and the last.
fn paced(id: u64, report: &impl Fn(WorkerOutput)) -> impl FnMut(Event) {
    let mut last = None::<Instant>;
    move |event| {
        if let Event::LoadProgress { done, total, .. } = event
            && done < total
        {
            if last.is_some_and(|last| last.elapsed() < LOAD_REPORT_GAP) {
                return;
            }
            last = Some(Instant::now());
        }
        report(match event {
            Event::Preview(picture) => WorkerOutput::Preview(id, picture),
            Event::LatentFinished(finished) => WorkerOutput::Latent(id, finished),
            event => WorkerOutput::Event(id, event),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Stage;
    use std::cell::{Cell, RefCell};

    #[test]
    fn a_flood_of_load_reports_becomes_a_few_with_the_last_among_them() {
        let passed = Cell::new(0_u64);
        let last = Cell::new(0);
        let report = |output| {
            if let WorkerOutput::Event(_, Event::LoadProgress { done, .. }) = output {
                passed.set(passed.get() + 1);
                last.set(done);
            }
        };
        let mut on_event = paced(1, &report);
        for done in 1..=10_000 {
            on_event(Event::LoadProgress { stage: Stage::Unet, done, total: 10_000 });
        }
        assert_eq!(last.get(), 10_000);
        assert!(passed.get() < 100, "{}", passed.get());
    }

    #[test]
    fn previews_and_latents_go_their_own_way() {
        let heard = RefCell::new(Vec::new());
        let report = |output| heard.borrow_mut().push(output);
        let mut on_event = paced(4, &report);
        on_event(Event::Preview(Picture { width: 1, height: 1, rgb: vec![1, 2, 3] }));
        on_event(Event::LatentFinished(FinishedLatent { seed: 9, ..FinishedLatent::default() }));
        on_event(Event::DecodeStarted);
        let heard = heard.take();
        assert!(matches!(&heard[0], WorkerOutput::Preview(4, picture) if picture.rgb[2] == 3));
        assert!(matches!(&heard[1], WorkerOutput::Latent(4, finished) if finished.seed == 9));
        assert!(matches!(heard[2], WorkerOutput::Event(4, Event::DecodeStarted)));
    }
}
