//! The window's root: knows the work in progress, sends requests down, and shows what comes back.

mod doing;
mod job;
mod lanes;
mod latents;
mod pictures;
mod questions;
mod state;
mod waiting;
mod work;

use super::Settings;
use super::actions::{Action, Actions};
use super::canvas::{Canvas, CanvasOutput, Drawing};
use super::desktop::StayAwake;
use super::examples::{Examples, ExamplesOutput};
use super::menubar::Menubar;
use super::models::{Models, ModelsInit, ModelsOutput};
use super::notice::{NoticeBar, NoticeOutput};
use super::parameters::{Parameters, ParametersInput, ParametersOutput, Values};
use super::preferences::{Preferences, PreferencesInit, PreferencesOutput};
use super::prompts::{Prompts, PromptsInit, PromptsOutput};
use super::queue::{QueueOutput, QueueRow};
use super::right_panel::{RightPanel, RightPanelInit, RightPanelOutput};
use super::session::{SessionFile, View};
use super::toolbar::Toolbar;
use super::vram_meter::{VramMeter, VramMeterInit};
use crate::config::ConfigFile;
use crate::engine::{DecodeRequest, Device, Error, Event, ModelRequest};
use crate::i18n::text;
use crate::metadata::{Recovered, Unread};
use crate::unfinished::Unfinished;
use crate::worker::WorkerOutput;
use gtk::prelude::*;
use lanes::{Lane, Sharing};
use latents::Discarded;
use relm4::{
    Component, ComponentController, ComponentParts, ComponentSender, Controller, RelmWidgetExt, gtk,
};
use relm4_components::alert::Alert;
use relm4_components::open_dialog::OpenDialogMulti;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use waiting::Waiting;

/// The window.
pub struct App {
    settings: Settings,
    config_file: ConfigFile,
    /// Where requests are worked on: at least one.
    lanes: Vec<Lane>,
    /// Which cards share what waits, where that was asked.
    sharing: Option<Sharing>,
    /// Requests that follow those under way.
    waiting: Waiting,
    /// Requests that failed, one after another.
    failures: u32,
    /// The last request's id.
    last_id: u64,
    /// Latents that wait to be decoded.
    unfinished: VecDeque<Unfinished>,
    /// Whether it is their turn.
    finishing: bool,
    /// Those whose turn did not bring their pictures.
    set_aside: Vec<Unfinished>,
    /// The files of those that were discarded last, at their old places.
    in_trash: Vec<PathBuf>,
    /// The picture that was asked for last and is being read.
    wanted: Option<PathBuf>,
    /// What waits, as it was shown last: its state, and its rows.
    rows: (u64, Vec<QueueRow>),
    /// The request whose picture was drawn last.
    drawn: Option<u64>,
    /// The file of the picture shown.
    shown: Option<PathBuf>,
    /// Its size on the screen, in percent; none where it fits its place.
    zoom: Option<f64>,
    last_seed: Option<u64>,
    /// The parameters, as they were heard of last.
    values: Values,
    history: Vec<String>,
    view: View,
    fullscreen: bool,
    session: SessionFile,
    panes: (gtk::Paned, gtk::Paned),
    awake: Option<StayAwake>,
    actions: Actions,
    menubar: Controller<Menubar>,
    toolbar: Controller<Toolbar>,
    models: Controller<Models>,
    meter: Controller<VramMeter>,
    parameters: Controller<Parameters>,
    prompts: Controller<Prompts>,
    canvas: Controller<Canvas>,
    examples: Controller<Examples>,
    gallery: Controller<RightPanel>,
    notice: Controller<NoticeBar>,
    preferences: Controller<Preferences>,
    picture_dialog: Controller<OpenDialogMulti>,
    quit_question: Controller<Alert>,
}

/// What the window hears.
#[derive(Debug)]
pub enum AppInput {
    /// The user wants something done.
    Act(Action),
    /// News from the worker of the lane at this place.
    Worker(usize, WorkerOutput),
    /// News from the choice of models.
    Models(ModelsOutput),
    /// News from the parameters.
    Parameters(ParametersOutput),
    /// News from the prompts.
    Prompts(PromptsOutput),
    /// News from the place of the picture.
    Canvas(CanvasOutput),
    /// News from the thumbnails.
    Gallery(RightPanelOutput),
    /// News from the queue's list.
    Queue(QueueOutput),
    /// News from the preferences.
    Preferences(Box<PreferencesOutput>),
    /// News from the notice bar.
    Notice(NoticeOutput),
    /// The parameters of these pictures are wanted: of the first.
    PicturesChosen(Vec<PathBuf>),
    /// Fill the prompt.
    TakeExample(String),
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
    /// News of the question where requests like this one are best made.
    Placing(u64, Event),
    /// Requests like this one are made at the same time on these cards, if there are several.
    Shared(u64, Vec<Device>),
    /// A picture of this request in the form that is drawn, and its prompt.
    Drawn(u64, Drawing, String),
    /// The file of a picture of this request, and whether it is the picture that was drawn.
    Saved(u64, Result<PathBuf, Error>, bool),
    /// The last of a request's pictures is dealt with.
    Kept {
        /// The request.
        id: u64,
        /// Whether each has its file.
        all_saved: bool,
    },
    /// A file's picture, to be shown.
    Read(PathBuf, Result<Drawing, Error>),
    /// A file's parameters, and whether its seed is wanted too.
    Recovered(PathBuf, bool, Box<Result<Recovered, Unread>>),
    /// A picture for the clipboard.
    Copied(Result<Drawing, Error>),
    /// Latents that were kept, and not made into pictures.
    Unfinished(Vec<Unfinished>),
    /// More such latents than are kept: these.
    Surplus(Vec<String>),
    /// Latents are in the desktop's trash.
    Discarded(Discarded),
    /// They are back, or not all of them.
    Restored(io::Result<()>),
    /// A latent is kept, or is not.
    LatentKept(u64, Result<String, Error>),
    /// A kept latent, read again.
    LatentRead(Box<(Unfinished, Result<DecodeRequest, Error>)>),
    /// A setting was written, or was not.
    Configured(Result<(), crate::config::Error>),
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
            set_title: Some(&model.phase().title()),
            set_icon_name: Some(super::APP_ID),
            set_default_size: (model.view.size.0, model.view.size.1),
            set_maximized: model.view.maximized,
            connect_close_request[sender] => move |_| {
                sender.input(AppInput::AskToQuit);
                gtk::glib::Propagation::Stop
            },

            gtk::Box {
                set_orientation: gtk::Orientation::Vertical,
                #[local_ref]
                menubar -> gtk::PopoverMenuBar {
                    #[watch]
                    set_visible: !model.fullscreen,
                },
                #[local_ref]
                toolbar -> gtk::Box {
                    #[watch]
                    set_visible: !model.fullscreen,
                },
                #[local_ref]
                outer -> gtk::Paned {
                    set_position: model.view.left_width,
                    set_shrink_start_child: false,
                    set_shrink_end_child: false,
                    set_resize_start_child: false,
                    set_vexpand: true,

                    #[wrap(Some)]
                    set_start_child = &gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        set_width_request: 280,
                        #[watch]
                        set_visible: model.view.left && !model.fullscreen,
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
                    #[local_ref]
                    set_end_child = inner -> gtk::Paned {
                        set_shrink_start_child: false,
                        set_shrink_end_child: false,
                        set_resize_end_child: false,

                        #[wrap(Some)]
                        set_start_child = &gtk::Box {
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
                                        #[watch]
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
                                #[local_ref]
                                add_overlay = examples -> gtk::Box {
                                    #[watch]
                                    set_visible: model.shows_examples(),
                                },
                                add_overlay = &gtk::Box {
                                    add_css_class: "step-bar",
                                    set_orientation: gtk::Orientation::Vertical,
                                    set_spacing: 6,
                                    set_valign: gtk::Align::End,
                                    #[watch]
                                    set_visible: model.is_busy(),
                                    gtk::Label {
                                        #[watch]
                                        set_label: &model.phase().label(),
                                        set_xalign: 0.0,
                                    },
                                    gtk::ProgressBar {
                                        #[watch]
                                        set_fraction: model.phase().fraction().unwrap_or(0.0),
                                    },
                                },
                            },
                            gtk::Label {
                                #[watch]
                                set_label: &model.status_line(),
                                #[watch]
                                set_visible: !model.fullscreen,
                                add_css_class: "dim-label",
                                add_css_class: "saved",
                                set_xalign: 0.0,
                                set_selectable: true,
                                set_ellipsize: gtk::pango::EllipsizeMode::Middle,
                            },
                            #[local_ref]
                            prompts -> gtk::Box {
                                #[watch]
                                set_visible: !model.fullscreen,
                            },
                        },

                        #[wrap(Some)]
                        #[local_ref]
                        set_end_child = gallery -> gtk::Box {
                            #[watch]
                            set_visible: model.view.right && !model.fullscreen,
                        },
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
        let mut model = Self::new(settings, &root, &sender);
        let (menubar, toolbar) = (model.menubar.widget(), model.toolbar.widget());
        let (prompts, gallery) = (model.prompts.widget(), model.gallery.widget());
        let (outer, inner) = (&model.panes.0, &model.panes.1);
        let examples = model.examples.widget();
        let widgets = view_output!();
        model.settle(&sender);
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: AppInput, sender: ComponentSender<Self>, root: &Self::Root) {
        match message {
            AppInput::Act(action) => self.act(action, &sender, root),
            AppInput::Worker(lane, output) => self.hear(lane, output, &sender, root),
            AppInput::Models(output) => self.models_changed(output),
            AppInput::Parameters(output) => self.parameters_changed(output, &sender),
            AppInput::Prompts(output) => self.prompts_changed(output),
            AppInput::Canvas(output) => self.canvas_changed(output, &sender),
            AppInput::Gallery(output) => self.gallery_wants(output, &sender, root),
            AppInput::Queue(output) => self.reorder(output),
            AppInput::Preferences(output) => self.configure(*output),
            AppInput::Notice(NoticeOutput::Closed) => self.forget_failure(),
            AppInput::PicturesChosen(files) => self.recover_first(files, &sender),
            AppInput::TakeExample(prompt) => self.take_example(prompt),
            AppInput::AskToQuit => self.ask_to_quit(root),
            AppInput::Quit => self.quit(root),
            AppInput::Stay => {}
        }
        self.show_state();
    }

    fn update_cmd(
        &mut self,
        message: AppCommand,
        sender: ComponentSender<Self>,
        root: &Self::Root,
    ) {
        match message {
            AppCommand::Prepared(id, model) => self.send(id, model, &sender),
            AppCommand::Placing(id, event) => self.placing(id, &event),
            AppCommand::Shared(id, devices) => self.shared(id, devices, &sender),
            AppCommand::Drawn(id, drawing, prompt) => self.show_new(id, drawing, prompt),
            AppCommand::Saved(id, saved, drawn) => self.saved(id, saved, drawn, root),
            AppCommand::Kept { id, all_saved } => self.kept(id, all_saved, &sender),
            AppCommand::Read(file, drawing) => self.show_file(file, drawing),
            AppCommand::Recovered(file, with_seed, found) => {
                self.recovered(&file, with_seed, *found);
            }
            AppCommand::Copied(drawing) => self.copied(drawing, root),
            AppCommand::Unfinished(files) => self.found_unfinished(files),
            AppCommand::Surplus(ids) => self.found_surplus(ids, &sender),
            AppCommand::Discarded(discarded) => self.discarded(discarded, &sender),
            AppCommand::Restored(restored) => self.restored(restored, &sender),
            AppCommand::LatentKept(id, kept) => self.latent_kept(id, kept, &sender),
            AppCommand::LatentRead(read) => self.decode(*read, &sender),
            AppCommand::Configured(done) => self.configured(done),
        }
        self.show_state();
    }
}

impl App {
    fn new(
        settings: Settings,
        root: &gtk::ApplicationWindow,
        sender: &ComponentSender<Self>,
    ) -> Self {
        let input = sender.input_sender();
        let (session_file, mut session) = SessionFile::open(settings.session_file());
        session.view.size = state::within_screen(session.view.size, &WidgetExt::display(root));
        let defaults = &settings.config.defaults;
        let lane = Lane::new(0, settings.engine.clone(), input);
        let chosen = session.models.clone().unwrap_or_else(|| settings.model_choice());
        let models =
            ModelsInit { folder: settings.models.clone(), demo: settings.paths.demo(), chosen };
        let values = session.values.clone().unwrap_or_else(|| Values::of(defaults));
        let negative = session.negative.clone().unwrap_or_else(|| defaults.negative.clone());
        let prompts = PromptsInit {
            positive: session.positive.clone(),
            negative,
            history: session.history.clone(),
        };
        let meter =
            VramMeterInit { chosen: defaults.devices.clone(), engine: settings.engine.clone() };
        let gallery = RightPanelInit { folder: settings.output.clone() };
        let config_file = ConfigFile::new(settings.paths.config());
        let preferences = PreferencesInit {
            paths: settings.paths.clone(),
            config: settings.config.clone(),
            file: config_file.clone(),
        };
        let parameters = Parameters::builder().launch(defaults.clone());
        if let Some(values) = session.values {
            parameters.emit(ParametersInput::Set(values));
        }
        if session.models.is_none_or(|models| models.checkpoint.is_none()) {
            parameters.emit(ParametersInput::ForNoModel);
        }
        let act = sender.clone();
        Self {
            lanes: vec![lane],
            sharing: None,
            waiting: Waiting::restored(session.queue),
            failures: 0,
            last_id: 0,
            unfinished: VecDeque::new(),
            finishing: false,
            set_aside: Vec::new(),
            in_trash: Vec::new(),
            wanted: None,
            rows: (u64::MAX, Vec::new()),
            drawn: None,
            shown: None,
            zoom: None,
            last_seed: None,
            values,
            history: session.history,
            view: session.view,
            fullscreen: false,
            session: session_file,
            panes: Default::default(),
            awake: None,
            actions: Actions::install(root, move |action| act.input(AppInput::Act(action))),
            menubar: Menubar::builder().launch(()).detach(),
            toolbar: Toolbar::builder().launch(()).forward(input, AppInput::Queue),
            models: Models::builder().launch(models).forward(input, AppInput::Models),
            meter: VramMeter::builder().launch(meter).detach(),
            parameters: parameters.forward(input, AppInput::Parameters),
            prompts: Prompts::builder().launch(prompts).forward(input, AppInput::Prompts),
            examples: Examples::builder()
                .launch(())
                .forward(input, |ExamplesOutput::Chosen(prompt)| AppInput::TakeExample(prompt)),
            canvas: Canvas::builder().launch(()).forward(input, AppInput::Canvas),
            gallery: RightPanel::builder().launch(gallery).forward(input, AppInput::Gallery),
            notice: NoticeBar::builder().launch(()).forward(input, AppInput::Notice),
            preferences: Preferences::builder()
                .transient_for(root)
                .launch(preferences)
                .forward(input, |output| AppInput::Preferences(Box::new(output))),
            picture_dialog: questions::picture_dialog(root, input),
            quit_question: questions::quit_question(root, input),
            config_file,
            settings,
        }
    }
}
