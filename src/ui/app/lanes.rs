//! Requests made at the same time: each in a lane, which has a worker and an engine's process of
//! its own.
//!
//! There is one lane, and more while pictures wait that several cards can make at once. The first
//! one does everything else, too.

use super::job::{Job, Task};
use super::{App, AppInput};
use crate::engine::{self, Device, ModelRequest, ModelSummary, Request};
use crate::engine_process::{Handle, Launch};
use crate::ui::phase::Phase;
use crate::ui::vram_meter::VramMeterInput;
use crate::worker::{Worker, WorkerInit, WorkerInput};
use relm4::{Component, ComponentController, ComponentSender, WorkerController};

/// A place where one request at a time is worked on.
pub struct Lane {
    /// How far that is.
    pub phase: Phase,
    /// The request under way.
    pub job: Option<Job>,
    /// The model in the engine's memory, as far as is known.
    pub loaded: Option<ModelSummary>,
    /// What it was asked for as.
    pub loaded_as: Option<ModelRequest>,
    /// Stops the engine.
    pub handle: Handle,
    /// Has the engine work.
    pub worker: WorkerController<Worker>,
}

impl Lane {
    /// The lane at this place, without an engine's process yet.
    pub fn new(place: usize, launch: Launch, input: &relm4::Sender<AppInput>) -> Self {
        let handle = Handle::default();
        let worker = WorkerInit { launch, handle: handle.clone() };
        let worker = Worker::builder().detach_worker(worker);
        Self {
            phase: Phase::Idle,
            job: None,
            loaded: None,
            loaded_as: None,
            handle,
            worker: worker.forward(input, move |output| AppInput::Worker(place, output)),
        }
    }

    /// Ends the engine's process, which gives back its memory.
    pub fn clear(&self) {
        if self.handle.pid().is_some() {
            self.handle.kill();
            self.worker.emit(WorkerInput::Clear);
        }
    }
}

/// What requests have to have in common to be made at the same time, each on a card of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    model: ModelRequest,
    size: (u32, u32),
    batch: u32,
}

impl Kind {
    /// That of `request`.
    pub fn of(request: &Request) -> Self {
        let size = (request.width, request.height);
        Self { model: request.model.clone(), size, batch: request.batch }
    }
}

/// Which cards share the work on requests of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    kind: Kind,
    /// The card of each lane; none where one engine makes all of them.
    devices: Vec<Device>,
}

impl Sharing {
    /// As it was decided.
    pub fn new(kind: Kind, devices: Vec<Device>) -> Self {
        Self { kind, devices }
    }

    /// The card that the lane at this place makes `request` on; none for lanes without one, and
    /// for requests of another kind.
    fn device(&self, place: usize, request: &Request) -> Option<Device> {
        let device = self.devices.get(place).copied().filter(|_| self.devices.len() > 1);
        device.filter(|_| Kind::of(request) == self.kind)
    }
}

/// What is asked before a request is begun that others like it wait behind.
#[derive(Debug)]
pub struct Question {
    /// How many there are, with the one to be begun.
    pub waiting: u32,
    /// Memory that the model in the engine gives back if it has to.
    pub to_be_freed: Vec<(Device, u64)>,
}

impl App {
    /// The lane that the window tells of: the first one that works, or has failed.
    pub(super) fn leading(&self) -> usize {
        let first = |is: fn(&Lane) -> bool| self.lanes.iter().position(is);
        let working = first(|lane| lane.phase.is_busy());
        working.or_else(|| first(|lane| lane.phase == Phase::Failed)).unwrap_or_default()
    }

    /// How far the work is.
    pub(super) fn phase(&self) -> &Phase {
        const IDLE: &Phase = &Phase::Idle;
        self.lanes.get(self.leading()).map_or(IDLE, |lane| &lane.phase)
    }

    /// Whether anything is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.lanes.iter().any(|lane| lane.phase.is_busy())
    }

    /// Whether any of what is under way can still be stopped.
    pub(super) fn can_stop(&self) -> bool {
        self.lanes.iter().any(|lane| lane.phase.is_busy() && lane.phase != Phase::Saving)
    }

    /// The requests under way.
    pub(super) fn running(&self) -> impl Iterator<Item = &Job> {
        self.lanes.iter().filter_map(|lane| lane.job.as_ref())
    }

    /// The place of the lane that works on this request.
    pub(super) fn lane_of(&self, id: u64) -> Option<usize> {
        let is_it = |lane: &Lane| lane.job.as_ref().is_some_and(|job| job.id == id);
        self.lanes.iter().position(is_it)
    }

    /// The request of this id, while it is under way.
    pub(super) fn job_of(&mut self, id: u64) -> Option<&mut Job> {
        self.lanes.iter_mut().filter_map(|lane| lane.job.as_mut()).find(|job| job.id == id)
    }

    /// The model that a load would replace.
    pub(super) fn loaded(&self) -> Option<&ModelSummary> {
        self.lanes.first().and_then(|lane| lane.loaded.as_ref())
    }

    /// What that was asked for as.
    pub(super) fn loaded_as(&self) -> Option<&ModelRequest> {
        self.lanes.first().and_then(|lane| lane.loaded_as.as_ref())
    }

    /// The next one's turn: latents that were left come first, if the user wants them; then each
    /// lane that has nothing to do takes what waits.
    pub(super) fn start_next(&mut self, sender: &ComponentSender<Self>) {
        let is_free = |app: &Self, place: usize| {
            app.lanes.get(place).is_some_and(|lane| !lane.phase.is_busy())
        };
        if is_free(self, 0) && self.read_unfinished(sender) {
            return;
        }
        for place in 0..self.lanes.len() {
            if is_free(self, place)
                && let Some(next) = self.waiting.peek()
                && self.may_take(place, next)
                && let Some(request) = self.waiting.next()
            {
                self.start(place, Task::Generate, request, sender);
            }
        }
    }

    /// Whether it is the turn of `request`, and the lane's to begin it.
    fn may_take(&self, place: usize, request: &Request) -> bool {
        let shared = self.sharing.as_ref().and_then(|it| it.device(place, request));
        match place {
            // What the others hold makes room first, once they are done.
            0 => shared.is_some() || self.lanes.iter().skip(1).all(|lane| !lane.phase.is_busy()),
            _ => shared.is_some(),
        }
    }

    /// The card to begin `request` on. Where none is to be had, the engine decides, and the first
    /// lane has all cards to itself.
    pub(super) fn card_for(
        &mut self,
        place: usize,
        task: &Task,
        request: &Request,
    ) -> Option<Device> {
        let sharing = self.sharing.as_ref();
        let device = sharing.and_then(|sharing| sharing.device(place, request));
        let is_alone = !self.lanes.iter().skip(1).any(|lane| lane.phase.is_busy())
            && self.waiting.alike(&Kind::of(request)) == 0;
        if place == 0 && (device.is_none() || *task == Task::Load || is_alone) {
            self.lanes.iter().skip(1).for_each(Lane::clear);
            return None;
        }
        device
    }

    /// What has to be known before `request` is begun.
    pub(super) fn question(
        &self,
        place: usize,
        task: &Task,
        request: &Request,
    ) -> Option<Question> {
        let kind = Kind::of(request);
        let alike = self.waiting.alike(&kind);
        let is_known = self.sharing.as_ref().is_some_and(|sharing| sharing.kind == kind);
        let asks = place == 0 && *task == Task::Generate && alike > 0 && !is_known;
        (asks && engine::may_share(&request.model)).then(|| Question {
            waiting: u32::try_from(alike).unwrap_or(u32::MAX).saturating_add(1),
            to_be_freed: held(self.loaded()),
        })
    }

    /// Requests like that of this id are made on these cards from now on.
    pub(super) fn shared(&mut self, id: u64, devices: Vec<Device>, sender: &ComponentSender<Self>) {
        let Some(job) = self.job_of(id) else { return };
        job.device = devices.first().copied().filter(|_| devices.len() > 1);
        let kind = Kind::of(&job.request);
        while self.lanes.len() < devices.len() {
            let launch = self.settings.engine.clone();
            self.lanes.push(Lane::new(self.lanes.len(), launch, sender.input_sender()));
        }
        self.sharing = Some(Sharing::new(kind, devices));
        self.start_next(sender);
    }

    /// Ends all engines.
    pub(super) fn clear_model(&mut self) {
        // With other memory free, another answer may be right.
        self.sharing = None;
        for lane in &self.lanes {
            lane.worker.emit(WorkerInput::Clear);
        }
    }

    /// Has the meters show the models in memory, of all lanes.
    pub(super) fn show_models(&self) {
        let mut loaded = self.lanes.iter().filter_map(|lane| lane.loaded.clone());
        let model = loaded.next().map(|mut first| {
            first.stages.extend(loaded.flat_map(|other| other.stages));
            first
        });
        self.meter.emit(VramMeterInput::Model(model));
    }

    /// Has the meters know the engines' processes.
    pub(super) fn show_processes(&self) {
        let processes = self.lanes.iter().filter_map(|lane| lane.handle.pid()).collect();
        self.meter.emit(VramMeterInput::EngineProcesses(processes));
    }
}

/// Bytes of each device that a model's weights take.
fn held(model: Option<&ModelSummary>) -> Vec<(Device, u64)> {
    let stages = model.into_iter().flat_map(|model| &model.stages);
    stages.map(|stage| (stage.device, stage.bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Defaults;

    #[test]
    fn cards_share_what_is_of_one_kind() {
        let defaults = Defaults::default();
        let request = defaults.request(defaults.model("/m/a.ckpt".into()), "a".into());
        let cards = vec![Device::Cuda(1), Device::Cuda(0)];
        let sharing = Sharing::new(Kind::of(&request), cards.clone());
        let other = Request { prompt: "b".into(), seed: Some(3), steps: 4, ..request.clone() };
        assert_eq!(
            [0, 1].map(|place| sharing.device(place, &other)),
            [cards[0], cards[1]].map(Some)
        );
        assert_eq!(sharing.device(2, &other), None, "there are two cards");
        let larger = Request { width: request.width + 8, ..request.clone() };
        assert_eq!(sharing.device(0, &larger), None);
        let model = defaults.model("/m/b.ckpt".into());
        assert_eq!(sharing.device(0, &Request { model, ..request.clone() }), None);
        let one = Sharing::new(Kind::of(&request), cards[..1].to_vec());
        assert_eq!(one.device(0, &request), None, "one card alone is the engine's to choose");
    }
}
