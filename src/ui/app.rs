//! The window's root: knows the work in progress, sends requests down, and shows what comes back.

mod job;

use super::Settings;
use super::actions::{Action, Actions};
use super::canvas::{Canvas, CanvasInput, Drawing};
use super::models::{ModelChoice, Models, ModelsInit, ModelsInput, ModelsOutput};
use super::notice::{Notice, NoticeBar, NoticeInput, NoticeOutput};
use super::parameters::{Parameters, ParametersInput, ParametersOutput, Values};
use super::phase::Phase;
use super::prompts::Prompts;
use super::vram_meter::{VramMeter, VramMeterInput};
use crate::engine::{Device, Error, Event, Generation, ModelRequest, ModelSummary};
use crate::engine_process::Handle;
use crate::i18n::{text, text_with};
use crate::worker::{Worker, WorkerInit, WorkerInput, WorkerOutput};
use gtk::prelude::*;
use job::{Job, Task};
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, RelmWidgetExt,
    WorkerController, gtk,
};
use relm4_components::alert::{Alert, AlertMsg, AlertResponse, AlertSettings};
use std::path::PathBuf;

/// The window.
pub struct App {
    settings: Settings,
    phase: Phase,
    /// The request under way.
    job: Option<Job>,
    /// The last request's id.
    last_id: u64,
    /// The model in the engine's memory, as far as is known.
    loaded: Option<ModelSummary>,
    /// What it was asked for as.
    loaded_as: Option<ModelRequest>,
    /// The last picture's file.
    saved: Option<PathBuf>,
    actions: Actions,
    handle: Handle,
    worker: WorkerController<Worker>,
    models: Controller<Models>,
    meter: Controller<VramMeter>,
    parameters: Controller<Parameters>,
    prompts: Controller<Prompts>,
    canvas: Controller<Canvas>,
    notice: Controller<NoticeBar>,
    quit_question: Controller<Alert>,
}

/// What the window hears.
#[derive(Debug)]
pub enum AppInput {
    /// The user wants something done.
    Act(Action),
    /// News from the worker.
    Worker(WorkerOutput),
    /// News from the choice of checkpoints.
    Models(ModelsOutput),
    /// News from the form.
    Parameters(ParametersOutput),
    /// News from the notice bar.
    Notice(NoticeOutput),
    /// The window is to be closed.
    AskToQuit,
    /// It is, whatever is under way.
    Quit,
    /// It is not.
    Stay,
}

/// What background work brings.
#[derive(Debug)]
pub enum AppCommand {
    /// A request's model with its files found.
    Prepared(u64, Result<ModelRequest, Error>),
    /// A picture in the form that is drawn, and its prompt.
    Drawn(Drawing, String),
    /// A picture's file.
    Saved(Result<PathBuf, Error>),
    /// The last of a request's pictures is dealt with.
    Kept {
        /// Whether each has its file.
        all_saved: bool,
    },
}

#[relm4::component(pub)]
impl Component for App {
    type Init = Settings;
    type Input = AppInput;
    type Output = ();
    type CommandOutput = AppCommand;

    view! {
        #[root]
        gtk::ApplicationWindow {
            #[watch]
            set_title: Some(&model.phase.title()),
            set_default_width: 1180,
            set_default_height: 720,
            connect_close_request[sender] => move |_| {
                sender.input(AppInput::AskToQuit);
                gtk::glib::Propagation::Stop
            },

            gtk::Box {
                set_orientation: gtk::Orientation::Vertical,

                gtk::Box {
                    add_css_class: "top-bar",
                    set_spacing: 8,
                    gtk::Button {
                        set_label: &text("button-generate"),
                        set_use_underline: true,
                        add_css_class: "suggested-action",
                        set_action_name: Some(&Action::Generate.name()),
                        set_tooltip: &Action::Generate.tooltip(),
                        #[watch]
                        set_visible: !model.phase.is_busy(),
                    },
                    gtk::Button {
                        #[watch]
                        set_label: &model.stop_label(),
                        set_action_name: Some(&Action::Stop.name()),
                        set_tooltip: &Action::Stop.tooltip(),
                        #[watch]
                        set_visible: model.phase.is_busy(),
                    },
                    gtk::Button {
                        set_label: &text("button-load-model"),
                        set_use_underline: true,
                        set_action_name: Some(&Action::LoadModel.name()),
                        set_tooltip: &Action::LoadModel.tooltip(),
                    },
                    gtk::Button {
                        set_label: &text("button-clear-model"),
                        set_use_underline: true,
                        set_action_name: Some(&Action::ClearModel.name()),
                        set_tooltip: &Action::ClearModel.tooltip(),
                    },
                    gtk::Label {
                        #[watch]
                        set_label: &model.model_line(),
                        add_css_class: "dim-label",
                        set_hexpand: true,
                        set_xalign: 1.0,
                        set_ellipsize: gtk::pango::EllipsizeMode::End,
                    },
                },

                gtk::Paned {
                    set_position: 320,
                    set_shrink_start_child: false,
                    set_shrink_end_child: false,
                    set_resize_start_child: false,
                    set_vexpand: true,

                    #[wrap(Some)]
                    set_start_child = &gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        gtk::Box {
                            add_css_class: "panel",
                            set_orientation: gtk::Orientation::Vertical,
                            set_spacing: 18,
                            append: model.models.widget(),
                            append: model.meter.widget(),
                            append: model.parameters.widget(),
                        },
                    },

                    #[wrap(Some)]
                    set_end_child = &gtk::Box {
                        set_orientation: gtk::Orientation::Vertical,
                        append: model.notice.widget(),
                        gtk::Overlay {
                            set_vexpand: true,
                            set_child: Some(model.canvas.widget()),
                            add_overlay = &gtk::Box {
                                add_css_class: "empty-state",
                                set_orientation: gtk::Orientation::Vertical,
                                set_spacing: 12,
                                set_halign: gtk::Align::Center,
                                set_valign: gtk::Align::Center,
                                #[watch]
                                set_visible: model.models.model().is_empty(),
                                gtk::Label {
                                    set_label: &model.empty_line(),
                                    set_wrap: true,
                                    set_wrap_mode: gtk::pango::WrapMode::WordChar,
                                    set_justify: gtk::Justification::Center,
                                    set_max_width_chars: 60,
                                },
                                gtk::Box {
                                    set_spacing: 8,
                                    set_halign: gtk::Align::Center,
                                    gtk::Button {
                                        set_label: &text("button-open-models-folder"),
                                        set_use_underline: true,
                                        set_action_name: Some(&Action::OpenModelsFolder.name()),
                                        set_tooltip: &Action::OpenModelsFolder.tooltip(),
                                    },
                                    gtk::Button {
                                        set_label: &text("button-rescan"),
                                        set_use_underline: true,
                                        set_action_name: Some(&Action::Rescan.name()),
                                        set_tooltip: &Action::Rescan.tooltip(),
                                    },
                                },
                            },
                            add_overlay = &gtk::Box {
                                add_css_class: "step-bar",
                                set_orientation: gtk::Orientation::Vertical,
                                set_spacing: 6,
                                set_valign: gtk::Align::End,
                                #[watch]
                                set_visible: model.phase.is_busy(),
                                gtk::Label {
                                    #[watch]
                                    set_label: &model.phase.label(),
                                    set_xalign: 0.0,
                                },
                                gtk::ProgressBar {
                                    #[watch]
                                    set_fraction: model.phase.fraction().unwrap_or(0.0),
                                },
                            },
                        },
                        gtk::Label {
                            #[watch]
                            set_label: &model.saved_line(),
                            #[watch]
                            set_visible: model.saved.is_some(),
                            add_css_class: "dim-label",
                            add_css_class: "saved",
                            set_xalign: 0.0,
                            set_selectable: true,
                            set_ellipsize: gtk::pango::EllipsizeMode::Middle,
                        },
                        append: model.prompts.widget(),
                    },
                },
            },
        }
    }

    fn init(
        settings: Settings,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let model = Self::new(settings, &root, &sender);
        let widgets = view_output!();
        model.enable_actions();
        model.prompts.widgets().positive.grab_focus();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: AppInput, sender: ComponentSender<Self>, root: &Self::Root) {
        match message {
            AppInput::Act(action) => self.act(action, &sender, root),
            AppInput::Worker(output) => self.hear(output, &sender),
            AppInput::Models(ModelsOutput::Listed | ModelsOutput::Chosen(_)) => {}
            AppInput::Models(ModelsOutput::FamilyChosen(family)) => {
                self.parameters.emit(ParametersInput::SetFamily(family));
            }
            AppInput::Parameters(ParametersOutput::Changed) => {}
            AppInput::Parameters(ParametersOutput::SaveAsDefault(values)) => {
                self.save_as_default(&values);
            }
            AppInput::Models(ModelsOutput::Missing(error)) => self.tell(&error, &[]),
            AppInput::Notice(NoticeOutput::Closed) => self.forget_failure(),
            AppInput::AskToQuit if self.would_lose_a_picture() => {
                self.quit_question.emit(AlertMsg::Show);
            }
            AppInput::AskToQuit | AppInput::Quit => self.quit(root),
            AppInput::Stay => {}
        }
        self.enable_actions();
    }

    fn update_cmd(
        &mut self,
        message: AppCommand,
        _sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match message {
            AppCommand::Prepared(id, model) => self.send(id, model),
            AppCommand::Drawn(drawing, prompt) => {
                self.canvas.emit(CanvasInput::Show(drawing, prompt));
            }
            AppCommand::Saved(Ok(file)) => self.saved = Some(file),
            AppCommand::Saved(Err(error)) => self.tell(&error, &[]),
            AppCommand::Kept { all_saved: true } => self.end(Phase::Idle),
            AppCommand::Kept { all_saved: false } => self.end(Phase::Failed),
        }
        self.enable_actions();
    }
}

impl App {
    fn new(
        settings: Settings,
        root: &gtk::ApplicationWindow,
        sender: &ComponentSender<Self>,
    ) -> Self {
        let input = sender.input_sender();
        let handle = Handle::default();
        let worker = WorkerInit { launch: settings.engine.clone(), handle: handle.clone() };
        let models = ModelsInit {
            folder: settings.models.clone(),
            chosen: ModelChoice {
                checkpoint: settings.defaults.checkpoint.clone(),
                vae: settings.defaults.vae.clone(),
                clip: settings.defaults.clip.clone(),
            },
        };
        let parameters = Parameters::builder().launch(settings.defaults.clone());
        let act = sender.clone();
        Self {
            phase: Phase::Idle,
            job: None,
            last_id: 0,
            loaded: None,
            loaded_as: None,
            saved: None,
            actions: Actions::install(root, move |action| act.input(AppInput::Act(action))),
            handle,
            worker: Worker::builder().detach_worker(worker).forward(input, AppInput::Worker),
            models: Models::builder().launch(models).forward(input, AppInput::Models),
            meter: VramMeter::builder().launch(settings.defaults.devices.clone()).detach(),
            parameters: parameters.forward(input, AppInput::Parameters),
            prompts: Prompts::builder().launch(settings.defaults.negative.clone()).detach(),
            canvas: Canvas::builder().launch(()).detach(),
            notice: NoticeBar::builder().launch(()).forward(input, AppInput::Notice),
            quit_question: quit_question(root, input),
            settings,
        }
    }

    fn act(
        &mut self,
        action: Action,
        sender: &ComponentSender<Self>,
        root: &gtk::ApplicationWindow,
    ) {
        match action {
            Action::Generate => self.begin(Task::Generate, sender),
            Action::LoadModel => self.begin(Task::Load, sender),
            Action::Stop => self.stop(),
            Action::OpenCheckpoint => self.models.emit(ModelsInput::OpenElsewhere),
            Action::Rescan => self.models.emit(ModelsInput::Rescan),
            Action::OpenModelsFolder => self.open_models_folder(root),
            Action::ClearModel => self.worker.emit(WorkerInput::Clear),
            Action::Quit => sender.input(AppInput::AskToQuit),
        }
    }

    fn begin(&mut self, task: Task, sender: &ComponentSender<Self>) {
        let models = self.models.model();
        let Some(checkpoint) = models.checkpoint().filter(|_| !self.phase.is_busy()) else {
            return;
        };
        let prompts = self.prompts.model();
        let mut job = Job::new(
            (self.last_id + 1, task),
            (checkpoint, models.choice()),
            (prompts.positive(), prompts.negative()),
            self.parameters.model().values(),
            &self.settings.defaults,
        );
        drop((models, prompts));
        job.prepare(&self.settings, sender);
        self.last_id = job.id;
        self.phase = Phase::Starting;
        self.notice.emit(NoticeInput::CloseAll);
        self.job = Some(job);
    }

    /// Sends the request on, once its model's files are found.
    fn send(&mut self, id: u64, model: Result<ModelRequest, Error>) {
        let Some(job) = self.job.as_mut().filter(|job| job.id == id) else { return };
        match model {
            Ok(model) => {
                job.request.model = model;
                let request = job.request.clone();
                self.worker.emit(match job.task {
                    Task::Load => WorkerInput::Load(id, request.model),
                    Task::Generate => WorkerInput::Generate(id, Box::new(request)),
                });
            }
            Err(error) => self.fail(&error, &[]),
        }
    }

    /// Stops after the running step, or, asked again, without it.
    fn stop(&mut self) {
        match self.phase {
            Phase::Idle | Phase::Saving | Phase::Failed => {}
            Phase::Stopping => {
                self.handle.kill();
                // Comes after whatever the request still answers: the model is gone in any case.
                self.worker.emit(WorkerInput::Clear);
            }
            _ => {
                self.handle.cancel(self.last_id);
                self.phase = Phase::Stopping;
            }
        }
    }

    fn hear(&mut self, output: WorkerOutput, sender: &ComponentSender<Self>) {
        self.meter.emit(VramMeterInput::EngineProcess(self.handle.pid()));
        match output {
            WorkerOutput::Event(_, event) => self.note(event),
            WorkerOutput::Loaded(_, summary) => {
                self.hold(summary);
                self.end(Phase::Idle);
            }
            WorkerOutput::Finished(_, generation) => self.finish(*generation, sender),
            WorkerOutput::Cancelled(_) => {
                self.forget_replaced();
                self.end(Phase::Idle);
            }
            WorkerOutput::Failed(_, error, log) => {
                match error {
                    Error::EngineGone { .. } => self.loaded = None,
                    // Found before the engine turns to the model.
                    Error::BadValue { .. } => {}
                    _ => self.forget_replaced(),
                }
                self.fail(&error, &log);
            }
            WorkerOutput::Cleared => self.loaded = None,
            WorkerOutput::Preview(..) | WorkerOutput::Latent(..) => {}
        }
    }

    fn note(&mut self, event: Event) {
        self.phase.note(&event);
        if let Some(notice) = Notice::of_event(&event) {
            self.notice.emit(NoticeInput::Show(notice));
        }
        match event {
            // Another model has left the memory by now, and this one may never get there.
            Event::LoadProgress { .. } => self.loaded = None,
            Event::Loaded(summary) => self.hold(summary),
            Event::SeedChosen(seed) => self.parameters.emit(ParametersInput::Remember(seed)),
            _ => {}
        }
    }

    fn finish(&mut self, generation: Generation, sender: &ComponentSender<Self>) {
        self.phase = Phase::Saving;
        self.hold(generation.model.clone());
        self.parameters.emit(ParametersInput::Remember(generation.seed));
        if let Some(job) = self.job.take() {
            job.keep(generation, &self.settings, sender);
        }
    }

    fn hold(&mut self, summary: ModelSummary) {
        self.loaded = Some(summary);
        self.loaded_as = self.job.as_ref().map(|job| job.request.model.clone());
    }

    /// The engine lets go of its model before it reads another, whatever becomes of that one.
    fn forget_replaced(&mut self) {
        let asked = self.job.as_ref().map(|job| &job.request.model);
        if asked.is_some() && asked != self.loaded_as.as_ref() {
            self.loaded = None;
        }
    }

    /// The request is over.
    fn end(&mut self, phase: Phase) {
        self.job = None;
        self.phase = phase;
        self.quit_question.emit(AlertMsg::Hide);
    }

    fn fail(&mut self, error: &Error, log: &[String]) {
        self.end(Phase::Failed);
        self.tell(error, log);
    }

    /// Shows what the chosen model will take, until it is there.
    fn plan(&self) {
        let models = self.models.model();
        let asked = self.loaded_as.as_ref().filter(|_| self.loaded.is_some());
        let is_there = asked.is_some_and(|asked| Some(&*asked.checkpoint) == models.checkpoint());
        let value_bytes = if self.settings.defaults.devices == [Device::Cpu] { 4 } else { 2 };
        let planned = models.planned_bytes(value_bytes).filter(|_| !is_there);
        self.meter.emit(VramMeterInput::Planned(planned));
    }

    fn save_as_default(&self, values: &Values) {
        let file = self.settings.settings.join("config.yaml");
        if let Err(error) = values.save_as_default(&file) {
            self.tell(&Error::Save { file, reason: error.to_string() }, &[]);
        }
    }

    fn would_lose_a_picture(&self) -> bool {
        let in_the_making = self.job.as_ref().is_some_and(|job| job.task == Task::Generate);
        in_the_making || self.phase == Phase::Saving
    }

    fn tell(&self, error: &Error, log: &[String]) {
        log::error!("{error}");
        self.notice.emit(NoticeInput::Show(Notice::new(error, log)));
    }

    fn forget_failure(&mut self) {
        if self.phase == Phase::Failed {
            self.phase = Phase::Idle;
        }
    }

    fn open_models_folder(&self, root: &gtk::ApplicationWindow) {
        let folder = self.settings.models.join("checkpoints");
        if let Err(error) = std::fs::create_dir_all(&folder) {
            let reason = error.to_string();
            return self.tell(&Error::Save { file: folder, reason }, &[]);
        }
        let uri = gtk::gio::File::for_path(&folder).uri();
        gtk::show_uri(Some(root), &uri, gtk::gdk::CURRENT_TIME);
    }

    fn quit(&self, root: &gtk::ApplicationWindow) {
        self.handle.kill();
        root.destroy();
    }

    fn enable_actions(&self) {
        let busy = self.phase.is_busy();
        self.plan();
        self.meter.emit(VramMeterInput::Model(self.loaded.clone()));
        self.meter.emit(VramMeterInput::Working(busy));
        let ready = self.models.model().checkpoint().is_some();
        self.actions.enable(Action::Generate, !busy && ready);
        self.actions.enable(Action::LoadModel, !busy && ready);
        self.actions.enable(Action::Stop, busy && self.phase != Phase::Saving);
        self.actions.enable(Action::ClearModel, !busy && self.loaded.is_some());
    }

    fn stop_label(&self) -> String {
        let stopping = self.phase == Phase::Stopping;
        if stopping { text("button-stop-now") } else { text("button-stop") }
    }

    /// The loaded model: family, device and precision of its UNet.
    fn model_line(&self) -> String {
        let Some(model) = &self.loaded else { return text("model-none") };
        let unet = model.stage(crate::engine::Stage::Unet);
        let place =
            unet.map(|unet| format!(" \u{2013} {} \u{2013} {}", unet.device, unet.precision));
        format!("{}{}", model.family, place.unwrap_or_default())
    }

    fn empty_line(&self) -> String {
        let folder = self.settings.models.join("checkpoints").display().to_string();
        text_with("models-empty", [("folder", folder.into())])
    }

    fn saved_line(&self) -> String {
        let file = self.saved.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
        text_with("picture-saved", [("file", file.into())])
    }
}

/// Asks before a picture in the making is lost. The first button, which Enter presses, goes on, as
/// do Escape and closing the question.
fn quit_question(
    root: &gtk::ApplicationWindow,
    input: &relm4::Sender<AppInput>,
) -> Controller<Alert> {
    let settings = AlertSettings {
        text: Some(text("quit-question")),
        secondary_text: Some(text("quit-question-loss")),
        confirm_label: Some(text("quit-cancel")),
        cancel_label: Some(text("quit-confirm")),
        ..AlertSettings::default()
    };
    let question = Alert::builder().transient_for(root).launch(settings);
    let question = question.forward(input, |response| match response {
        AlertResponse::Cancel => AppInput::Quit,
        AlertResponse::Confirm | AlertResponse::Option => AppInput::Stay,
    });
    let window = question.widget();
    window.set_hide_on_close(true);
    let keys = gtk::ShortcutController::new();
    let trigger = gtk::ShortcutTrigger::parse_string("Escape");
    keys.add_shortcut(gtk::Shortcut::new(trigger, Some(gtk::NamedAction::new("window.close"))));
    window.add_controller(keys);
    question
}
