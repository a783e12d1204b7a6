//! Requests: how they begin, what is heard of them, and how they end.

use super::App;
use super::job::{Job, Task};
use crate::engine::{Error, Event, Generation, ModelRequest, ModelSummary, Request};
use crate::i18n::text;
use crate::ui::actions::Action;
use crate::ui::canvas::{CanvasInput, Drawing};
use crate::ui::desktop::StayAwake;
use crate::ui::notice::{Notice, NoticeInput};
use crate::ui::parameters::ParametersInput;
use crate::ui::phase::Phase;
use crate::ui::prompts::PromptsInput;
use crate::ui::queue::QueueOutput;
use crate::ui::vram_meter::VramMeterInput;
use crate::worker::{WorkerInput, WorkerOutput};
use gtk::prelude::*;
use relm4::{ComponentController, ComponentSender, gtk};
use relm4_components::alert::AlertMsg;

/// Failures in a row after which the queue waits for the user.
const MOST_FAILURES: u32 = 2;

impl App {
    /// Makes the pictures that the form asks for, after those that wait if work is under way.
    pub(super) fn generate(&mut self, sender: &ComponentSender<Self>) {
        let mut requests = self.requests();
        if self.is_busy() {
            requests.into_iter().for_each(|request| self.waiting.push(request));
            self.start_next(sender);
        } else if !requests.is_empty() {
            self.notice.emit(NoticeInput::CloseAll);
            self.failures = 0;
            let first = requests.remove(0);
            self.waiting.push_front(requests);
            self.start(0, Task::Generate, first, sender);
            self.start_next(sender);
        }
        self.remember();
    }

    /// Puts the pictures that the form asks for into the queue, which is not started.
    pub(super) fn queue(&mut self) {
        let requests = self.requests();
        requests.into_iter().for_each(|request| self.waiting.push(request));
        if !self.is_busy() {
            self.waiting.hold();
        }
        self.remember();
    }

    pub(super) fn load(&mut self, sender: &ComponentSender<Self>) {
        if self.is_busy() {
            return;
        }
        if let Some(request) = self.requests().into_iter().next() {
            self.notice.emit(NoticeInput::CloseAll);
            self.start(0, Task::Load, request, sender);
        }
    }

    pub(super) fn resume(&mut self, sender: &ComponentSender<Self>) {
        self.notice.emit(NoticeInput::CloseAll);
        self.waiting.resume();
        self.failures = 0;
        self.start_next(sender);
        self.remember();
    }

    /// What the form asks for, one request for each picture made after another.
    fn requests(&mut self) -> Vec<Request> {
        let choice = self.models.model().choice();
        let Some(checkpoint) = self.models.model().checkpoint().map(Into::into) else {
            return Vec::new();
        };
        self.values = self.parameters.model().values();
        let prompts = self.prompts.model();
        let defaults = &self.settings.config.defaults;
        let model =
            ModelRequest { vae: choice.vae, clip: choice.clip, ..defaults.model(checkpoint) };
        let request = self.values.request(defaults.request(model, prompts.positive()));
        let request = Request { negative: prompts.negative(), preview: true, ..request };
        drop(prompts);
        self.prompts.emit(PromptsInput::Remember);
        let seed = |n: u32| request.seed.map(|seed| seed.wrapping_add(n.into()));
        (0..self.values.count).map(|n| Request { seed: seed(n), ..request.clone() }).collect()
    }

    /// Begins a request in the lane at this place, which has nothing to do.
    pub(super) fn start(
        &mut self,
        place: usize,
        task: Task,
        request: Request,
        sender: &ComponentSender<Self>,
    ) {
        self.last_id += 1;
        let device = self.card_for(place, &task, &request);
        let question = self.question(place, &task, &request);
        let mut job = Job::new(self.last_id, task, request);
        job.device = device;
        job.prepare(&self.settings, question, sender);
        self.meter.emit(VramMeterInput::Working(true));
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.phase = Phase::Starting;
            lane.job = Some(job);
        }
    }

    /// Sends the request on, once its model's files are found.
    pub(super) fn send(
        &mut self,
        id: u64,
        model: Result<ModelRequest, Error>,
        sender: &ComponentSender<Self>,
    ) {
        let Some(place) = self.lane_of(id) else { return };
        match model {
            Ok(model) => {
                let Some(lane) = self.lanes.get_mut(place) else { return };
                if let Some(job) = &mut lane.job {
                    job.request.model = model;
                    job.is_sent = true;
                    lane.worker.emit(job.order());
                }
            }
            Err(error) => self.fail(place, &error, &[], sender),
        }
    }

    /// Stops after the running step, or, asked again, without it.
    pub(super) fn stop(&mut self, sender: &ComponentSender<Self>) {
        // None that begins because another has ended.
        let busy: Vec<_> = (0..self.lanes.len()).filter(|place| self.is_at_work(*place)).collect();
        for place in busy {
            self.stop_lane(place, sender);
        }
    }

    fn is_at_work(&self, place: usize) -> bool {
        self.lanes.get(place).is_some_and(|lane| lane.phase.is_busy())
    }

    fn stop_lane(&mut self, place: usize, sender: &ComponentSender<Self>) {
        let Some(lane) = self.lanes.get_mut(place) else { return };
        let waits_for_files = lane.job.as_ref().is_some_and(|job| !job.is_sent);
        match lane.phase {
            Phase::Idle | Phase::Saving | Phase::Failed => {}
            // Nobody works on it yet, and what is found comes too late.
            _ if waits_for_files => self.end(place, Phase::Idle, sender),
            Phase::Stopping => {
                lane.handle.kill();
                // Comes after whatever the request still answers: the model is gone in any case.
                lane.worker.emit(WorkerInput::Clear);
            }
            _ => {
                if let Some(job) = &lane.job {
                    lane.handle.cancel(job.id);
                }
                lane.phase = Phase::Stopping;
            }
        }
    }

    pub(super) fn stop_all(&mut self, sender: &ComponentSender<Self>) {
        self.waiting.clear();
        self.finishing = false;
        self.stop(sender);
        self.remember();
    }

    pub(super) fn reorder(&mut self, order: QueueOutput) {
        match order {
            QueueOutput::Earlier(id) => self.waiting.shift(id, -1),
            QueueOutput::Later(id) => self.waiting.shift(id, 1),
            QueueOutput::Remove(id) => self.waiting.remove(id),
            QueueOutput::Clear => self.waiting.clear(),
            QueueOutput::Emptied => self.prompts.emit(PromptsInput::Focus),
        }
        self.remember();
    }

    pub(super) fn hear(
        &mut self,
        place: usize,
        output: WorkerOutput,
        sender: &ComponentSender<Self>,
        root: &gtk::ApplicationWindow,
    ) {
        match output {
            WorkerOutput::Event(_, event) => self.note(place, event, root),
            WorkerOutput::Preview(_, picture) => {
                if place == self.leading()
                    && let Some(drawing) = Drawing::new(&picture)
                {
                    self.canvas.emit(CanvasInput::Preview(drawing));
                }
            }
            WorkerOutput::Latent(id, latent) => self.keep_latent(id, latent, sender),
            WorkerOutput::Loaded(_, summary) => {
                self.hold(place, summary);
                self.end(place, Phase::Idle, sender);
            }
            WorkerOutput::Finished(_, generation) => self.finish(place, *generation, sender),
            WorkerOutput::Cancelled(_) => {
                self.forget_replaced(place);
                self.end(place, Phase::Idle, sender);
            }
            WorkerOutput::Failed(_, error, log) => {
                match error {
                    Error::EngineGone { .. } => self.forget_model(place),
                    // Found before the engine turns to the model.
                    Error::BadValue { .. } => {}
                    _ => self.forget_replaced(place),
                }
                self.fail(place, &error, &log, sender);
            }
            WorkerOutput::Cleared => self.forget_model(place),
        }
    }

    /// News of the question where a request is best made.
    pub(super) fn placing(&mut self, id: u64, event: &Event) {
        let lane = self.lane_of(id).and_then(|place| self.lanes.get_mut(place));
        if let Some(lane) = lane {
            lane.phase.note(event);
        }
        if let Some(notice) = Notice::of_event(event) {
            self.notice.emit(NoticeInput::Show(notice));
        }
    }

    fn note(&mut self, place: usize, event: Event, root: &gtk::ApplicationWindow) {
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.phase.note(&event);
        }
        if self.awake.is_none() {
            self.awake = Some(StayAwake::new(root));
        }
        if let Some(notice) = Notice::of_event(&event) {
            self.notice.emit(NoticeInput::Show(notice));
        }
        self.show_processes();
        match event {
            // Another model has left the memory by now, and this one may never get there.
            Event::LoadProgress { .. } => self.forget_model(place),
            Event::Loaded(summary) => self.hold(place, summary),
            Event::MemoryHeld { device, bytes } => {
                self.meter.emit(VramMeterInput::Held(device, bytes));
            }
            Event::SeedChosen(seed) => self.remember_seed(seed),
            _ => {}
        }
    }

    fn finish(&mut self, place: usize, generation: Generation, sender: &ComponentSender<Self>) {
        let Some(lane) = self.lanes.get_mut(place) else { return };
        lane.phase = Phase::Saving;
        // A decode alone leaves no model behind that was not there before.
        if lane.job.as_ref().is_some_and(|job| job.task == Task::Generate) {
            self.hold(place, generation.model.clone());
        }
        self.remember_seed(generation.seed);
        if let Some(job) = self.lanes.get_mut(place).and_then(|lane| lane.job.as_mut()) {
            job.keep(generation, &self.settings, sender);
        }
    }

    fn remember_seed(&mut self, seed: u64) {
        self.last_seed = Some(seed);
        self.parameters.emit(ParametersInput::Remember(seed));
    }

    fn hold(&mut self, place: usize, summary: ModelSummary) {
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.loaded = Some(summary);
            lane.loaded_as = lane.job.as_ref().map(|job| job.request.model.clone());
        }
        self.show_models();
        self.plan();
    }

    fn forget_model(&mut self, place: usize) {
        let lane = self.lanes.get_mut(place);
        if lane.and_then(|lane| lane.loaded.take()).is_some() {
            self.show_models();
            self.plan();
        }
    }

    /// The engine lets go of its model before it reads another, whatever becomes of that one.
    fn forget_replaced(&mut self, place: usize) {
        let Some(lane) = self.lanes.get(place) else { return };
        let asked = lane.job.as_ref().map(|job| &job.request.model);
        if asked.is_some() && asked != lane.loaded_as.as_ref() {
            self.forget_model(place);
        }
    }

    /// The request is over; the next one's turn comes.
    pub(super) fn end(&mut self, place: usize, phase: Phase, sender: &ComponentSender<Self>) {
        if place == self.leading() {
            self.canvas.emit(CanvasInput::EndPreview);
        }
        let Some(lane) = self.lanes.get_mut(place) else { return };
        let left = lane.job.take().and_then(Job::left);
        lane.phase = phase;
        self.leave(left);
        self.start_next(sender);
        if !self.is_busy() {
            self.awake = None;
            self.quit_question.emit(AlertMsg::Hide);
            self.meter.emit(VramMeterInput::Working(false));
        }
        self.remember();
    }

    pub(super) fn fail(
        &mut self,
        place: usize,
        error: &Error,
        log: &[String],
        sender: &ComponentSender<Self>,
    ) {
        let id = self.lanes.get(place).and_then(|lane| lane.job.as_ref()).map(|job| job.id);
        self.tell_of(id, error, log);
        self.count_failure();
        self.end(place, Phase::Failed, sender);
        self.offer_unfinished(sender);
    }

    /// After some in a row, nothing more is tried without the user.
    fn count_failure(&mut self) {
        self.failures += 1;
        if self.failures < MOST_FAILURES {
            return;
        }
        self.finishing = false;
        if !self.waiting.is_empty() {
            self.waiting.hold();
            self.say(text("queue-held"), String::new(), Some(Action::Resume));
        }
    }

    /// The request's pictures are dealt with.
    pub(super) fn kept(&mut self, id: u64, all_saved: bool, sender: &ComponentSender<Self>) {
        if all_saved {
            self.failures = 0;
            // Its latent is gone by now.
            if let Some(job) = self.job_of(id) {
                job.task = Task::Load;
            }
        } else {
            self.count_failure();
        }
        if let Some(place) = self.lane_of(id) {
            self.end(place, if all_saved { Phase::Idle } else { Phase::Failed }, sender);
        }
        if !all_saved {
            self.offer_unfinished(sender);
        }
    }

    pub(super) fn tell(&self, error: &Error, log: &[String]) {
        self.tell_of(None, error, log);
    }

    /// What has befallen the request of this id, if it is about one.
    pub(super) fn tell_of(&self, id: Option<u64>, error: &Error, log: &[String]) {
        log::error!("{error}");
        let mut notice = Notice::new(error, log);
        let mut jobs = self.running().filter(|job| Some(job.id) == id);
        if jobs.any(|job| job.kept_id().is_some()) {
            let advice = [notice.advice, text("unfinished-kept")];
            notice.advice = advice.join(" ").trim_start().to_owned();
        }
        self.notice.emit(NoticeInput::Show(notice));
    }

    /// A remark, and perhaps what can be done.
    pub(super) fn say(
        &self,
        reason: String,
        advice: String,
        remedies: impl IntoIterator<Item = Action>,
    ) {
        let (is_failure, details) = (false, String::new());
        let remedies = remedies.into_iter().collect();
        let notice = Notice { is_failure, reason, advice, details, remedies };
        self.notice.emit(NoticeInput::Show(notice));
    }

    pub(super) fn forget_failure(&mut self) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.phase == Phase::Failed) {
            lane.phase = Phase::Idle;
        }
    }

    pub(super) fn ask_to_quit(&mut self, root: &gtk::ApplicationWindow) {
        // Until its file is there, a picture's request is under way.
        let is_saving = self.lanes.iter().any(|lane| lane.phase == Phase::Saving);
        if is_saving || self.running().any(Job::makes_pictures) {
            self.quit_question.emit(AlertMsg::Show);
        } else {
            self.quit(root);
        }
    }

    pub(super) fn quit(&mut self, root: &gtk::ApplicationWindow) {
        self.note_view(root);
        self.remember();
        // What is still heard must not be written over it.
        self.session.finish();
        self.lanes.iter().for_each(|lane| lane.handle.kill());
        root.destroy();
    }
}
