//! What actions do, which of them can be chosen now, and why the others cannot.

use super::App;
use crate::catalog;
use crate::engine::{Error, Stage};
use crate::i18n::text;
use crate::ui::actions::Action;
use crate::ui::canvas::{CanvasInput, Zoom};
use crate::ui::models::ModelsInput;
use crate::ui::parameters::ParametersInput;
use crate::ui::phase::Phase;
use crate::ui::preferences::PreferencesInput;
use crate::ui::prompts::PromptsInput;
use crate::ui::queue::QueueInput;
use crate::ui::right_panel::RightPanelInput;
use crate::ui::session::SessionFile;
use crate::ui::toolbar::{ToolbarInput, ToolbarState};
use crate::ui::{language, shortcuts, theme};
use gtk::prelude::*;
use relm4::{ComponentController, ComponentSender, gtk};
use relm4_components::open_dialog::OpenDialogMsg;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

impl App {
    pub(super) fn act(
        &mut self,
        action: Action,
        sender: &ComponentSender<Self>,
        root: &gtk::ApplicationWindow,
    ) {
        match action {
            Action::OpenPicture => self.picture_dialog.emit(OpenDialogMsg::Open),
            Action::Preferences => {
                self.preferences.emit(PreferencesInput::Open(self.settings.config.clone()));
            }
            Action::Quit => self.ask_to_quit(root),
            Action::CopyPicture => self.copy_picture(root),
            Action::CopySeed => self.copy_seed(root),
            Action::SwapPrompts => self.prompts.emit(PromptsInput::Swap),
            Action::ClearPrompts => self.prompts.emit(PromptsInput::Clear),
            Action::LoadModel => self.load(sender),
            Action::ClearModel => self.clear_model(),
            Action::OpenCheckpoint => self.models.emit(ModelsInput::OpenElsewhere),
            Action::Rescan => self.models.emit(ModelsInput::Rescan),
            Action::Generate => self.generate(sender),
            Action::Queue => self.queue(),
            // Escape is also the way back from the picture alone.
            Action::Stop if self.fullscreen && !self.is_busy() => self.unfold(false, root),
            Action::Stop => self.stop(sender),
            Action::StopAll => self.stop_all(sender),
            Action::Resume => self.resume(sender),
            Action::ShowQueue => self.toolbar.emit(ToolbarInput::Queue(QueueInput::Open)),
            Action::FinishPictures => self.finish_pictures(sender),
            Action::DiscardPictures => self.discard_pictures(sender),
            Action::RestorePictures => self.restore_pictures(sender),
            Action::RandomSeed => self.parameters.emit(ParametersInput::RandomEachTime),
            Action::ReuseSeed => self.parameters.emit(ParametersInput::RepeatLast),
            Action::OpenModelsFolder | Action::OpenOutputFolder | Action::OpenSettingsFolder => {
                self.open_folder(action, root)
            }
            _ => self.act_on_view(action, sender, root),
        }
    }

    fn act_on_view(
        &mut self,
        action: Action,
        sender: &ComponentSender<Self>,
        root: &gtk::ApplicationWindow,
    ) {
        match action {
            Action::LeftPanel => self.view.left = !self.view.left,
            Action::RightPanel => self.view.right = !self.view.right,
            Action::Fullscreen => self.unfold(!self.fullscreen, root),
            Action::ZoomIn => self.canvas.emit(CanvasInput::Zoom(Zoom::In)),
            Action::ZoomOut => self.canvas.emit(CanvasInput::Zoom(Zoom::Out)),
            Action::ZoomFit => self.canvas.emit(CanvasInput::Zoom(Zoom::Fit)),
            Action::ZoomActual => self.canvas.emit(CanvasInput::Zoom(Zoom::Actual)),
            Action::NewerPicture => self.gallery.emit(RightPanelInput::ShowPrevious),
            Action::OlderPicture => self.gallery.emit(RightPanelInput::ShowNext),
            Action::FocusPictures => {
                self.view.right = true;
                self.gallery.emit(RightPanelInput::FocusGrid);
            }
            Action::FocusPrompt => self.prompts.emit(PromptsInput::Focus),
            Action::Theme(theme) => {
                theme::apply(theme);
                self.settings.config.theme = theme;
                self.write_config(sender);
            }
            Action::Shortcuts => shortcuts::show(root),
            Action::About => shortcuts::about(root),
            Action::Restart => self.restart(root),
            _ => log::error!("nothing is done for {action:?}"),
        }
        self.remember();
    }

    /// Shows nothing but the picture, or everything again.
    fn unfold(&mut self, fullscreen: bool, root: &gtk::ApplicationWindow) {
        self.fullscreen = fullscreen;
        if fullscreen {
            root.fullscreen();
        } else {
            root.unfullscreen();
        }
    }

    fn open_folder(&self, action: Action, root: &gtk::ApplicationWindow) {
        let settings = &self.settings;
        let folder = match action {
            Action::OpenModelsFolder => settings.models.join("checkpoints"),
            Action::OpenOutputFolder => settings.output.clone(),
            _ => settings.settings.clone(),
        };
        if let Err(error) = std::fs::create_dir_all(&folder) {
            let reason = error.to_string();
            return self.tell(&Error::Save { file: folder, reason }, &[]);
        }
        show_in_file_browser(&folder, root);
    }

    /// Ends this process's work and puts a new one of the same program in its place.
    fn restart(&mut self, root: &gtk::ApplicationWindow) {
        if self.is_busy() {
            return self.say(text("why-busy"), String::new(), Some(Action::Stop));
        }
        self.note_view(root);
        self.remember();
        self.session.finish();
        self.lanes.iter().for_each(|lane| lane.handle.kill());
        // The program as it runs, whatever has become of its file.
        let mut program = Command::new("/proc/self/exe");
        language::restore(&mut program);
        let error = program.args(std::env::args_os().skip(1)).exec();
        self.session = SessionFile::open(self.settings.session_file()).0;
        self.tell(&Error::Internal { detail: error.to_string() }, &[]);
    }

    /// Lets the toolbar, the menus and the queue show how things stand.
    pub(super) fn show_state(&mut self) {
        let state = self.toolbar_state();
        let can_stop = self.can_stop();
        let has_picture = self.canvas.model().has_picture();
        for (action, enabled) in [
            (Action::Generate, state.no_picture.is_none()),
            (Action::Queue, state.no_picture.is_none()),
            (Action::LoadModel, state.no_load.is_none()),
            (Action::ClearModel, state.no_clear.is_none()),
            (Action::Stop, can_stop || self.fullscreen),
            (Action::StopAll, can_stop || !self.waiting.is_empty()),
            (Action::Resume, self.waiting.is_held()),
            (Action::ShowQueue, !self.waiting.is_empty()),
            (Action::FinishPictures, !self.unfinished.is_empty()),
            (Action::DiscardPictures, !self.unfinished.is_empty() && !self.finishing),
            (Action::RestorePictures, !self.in_trash.is_empty()),
            (Action::CopyPicture, has_picture),
            (Action::CopySeed, self.last_seed.is_some()),
            (Action::ReuseSeed, self.last_seed.is_some()),
            (Action::ZoomIn, has_picture),
            (Action::ZoomOut, has_picture),
            (Action::ZoomFit, has_picture),
            (Action::ZoomActual, has_picture),
        ] {
            self.actions.enable(action, enabled);
        }
        for (action, on) in [
            (Action::LeftPanel, self.view.left),
            (Action::RightPanel, self.view.right),
            (Action::Fullscreen, self.fullscreen),
            (Action::Theme(self.settings.config.theme), true),
        ] {
            self.actions.turn(action, on);
        }
        self.toolbar.emit(ToolbarInput::Show(state));
        if self.rows.0 != self.waiting.changes() {
            self.rows = (self.waiting.changes(), self.waiting.rows());
            let (rows, held) = (self.rows.1.clone(), self.waiting.is_held());
            self.toolbar.emit(ToolbarInput::Queue(QueueInput::Show(rows, held)));
        }
        self.gallery.emit(RightPanelInput::Jobs(self.jobs()));
    }

    fn toolbar_state(&self) -> ToolbarState {
        let models = self.models.model();
        let none = models.checkpoint().is_none().then(|| text("why-no-checkpoint"));
        let busy = self.is_busy().then(|| match self.phase() {
            Phase::Loading { .. } => text("why-loading"),
            _ => text("why-busy"),
        });
        let is_loaded = self.loaded().is_some() && self.holds_choice();
        let loaded = is_loaded.then(|| text("why-loaded"));
        // A load that failed leaves a process with what the driver gave it.
        let has_process = self.lanes.iter().any(|lane| lane.handle.pid().is_some());
        let is_clear = self.loaded().is_none() && !has_process;
        let cleared = is_clear.then(|| text("why-none-loaded"));
        ToolbarState {
            busy: self.is_busy(),
            stopping: *self.phase() == Phase::Stopping,
            no_load: busy.clone().or(none.clone()).or(loaded),
            no_clear: busy.or(cleared),
            no_picture: none,
            model: self.model_line(),
        }
    }

    /// Whether the model in memory is the one chosen.
    pub(super) fn holds_choice(&self) -> bool {
        let choice = self.models.model().choice();
        let defaults = &self.settings.config.defaults;
        self.loaded_as().is_some_and(|held| {
            (&held.devices, held.precision) == (&defaults.devices, defaults.precision)
                && Some(&held.checkpoint) == choice.checkpoint.as_ref()
                && held.vae == choice.vae
                && held.clip == choice.clip
        })
    }

    /// The loaded model: family, device and precision of its UNet.
    fn model_line(&self) -> String {
        let Some(model) = self.loaded() else { return text("model-none") };
        let (device, precision) = (model.device(Stage::Unet), model.precision(Stage::Unet));
        let file = self.loaded_as().map(|held| held.checkpoint.as_path());
        let name = match file.and_then(Path::file_stem) {
            Some(_) if file.is_some_and(catalog::is_demo) => text("model-built-in-demo").into(),
            Some(stem) => stem.to_string_lossy(),
            None => model.family.as_str().into(),
        };
        format!("{name} \u{2013} {device} \u{2013} {precision}")
    }
}

/// Has the desktop show a folder.
pub(super) fn show_in_file_browser(folder: &Path, root: &gtk::ApplicationWindow) {
    let uri = gtk::gio::File::for_path(folder).uri();
    gtk::show_uri(Some(root), &uri, gtk::gdk::CURRENT_TIME);
}
