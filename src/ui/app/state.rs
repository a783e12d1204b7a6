//! What outlives the window: the session and the settings file.

use super::{App, AppCommand};
use crate::config::{self, Flaw};
use crate::engine::{Error, Outlook};
use crate::i18n::text;
use crate::ui::actions::Action;
use crate::ui::models::{ModelsInput, ModelsOutput};
use crate::ui::parameters::{ParametersInput, ParametersOutput};
use crate::ui::preferences::PreferencesOutput;
use crate::ui::prompts::{PromptsInput, PromptsOutput};
use crate::ui::right_panel::RightPanelInput;
use crate::ui::session::Session;
use crate::ui::theme;
use crate::ui::vram_meter::VramMeterInput;
use gtk::prelude::*;
use relm4::{ComponentController, ComponentSender, gtk};

/// Height that a desktop's bars and the window's title take of a screen.
const BARS: i32 = 56;

/// The window's size where it is no larger than a screen has room for.
pub(super) fn within_screen(size: (i32, i32), display: &gtk::gdk::Display) -> (i32, i32) {
    let monitors = display.monitors();
    let screens = (0..monitors.n_items()).filter_map(|place| monitors.item(place));
    let screens = screens.filter_map(|it| it.downcast::<gtk::gdk::Monitor>().ok());
    let screen = screens.map(|screen| screen.geometry()).max_by_key(|it| it.width() * it.height());
    screen.map_or(size, |screen| {
        (size.0.min(screen.width()), size.1.min((screen.height() - BARS).max(1)))
    })
}

impl App {
    /// The last of the window's beginning.
    pub(super) fn settle(&mut self, sender: &ComponentSender<Self>) {
        self.panes.1.set_position(self.inner_position());
        if self.waiting.is_held() {
            let advice = text("queue-restored-advice");
            self.say(text("queue-restored"), advice, Some(Action::Resume));
        }
        self.look_for_unfinished(sender);
        self.look_for_surplus(sender);
        self.prompts.emit(PromptsInput::Focus);
        self.show_state();
    }

    /// Has the session written as it is now.
    pub(super) fn remember(&self) {
        let prompts = self.prompts.model();
        let mut running: Vec<_> =
            self.running().filter(|job| job.is_lost_without_queue()).collect();
        running.sort_by_key(|job| job.id);
        let running = running.into_iter().map(|job| &job.request);
        let queue = running.chain(self.waiting.requests());
        self.session.write(Session {
            positive: prompts.positive(),
            negative: Some(prompts.negative()),
            history: self.history.clone(),
            values: Some(self.values.clone()),
            models: Some(self.models.model().choice()),
            queue: queue.cloned().collect(),
            view: self.view.clone(),
        });
    }

    /// How the window is divided up now.
    pub(super) fn note_view(&mut self, root: &gtk::ApplicationWindow) {
        if self.fullscreen {
            return;
        }
        self.view.maximized = root.is_maximized();
        if !self.view.maximized {
            self.view.size = root.default_size();
        }
        if self.view.left {
            self.view.left_width = self.panes.0.position();
        }
        if self.view.right && self.panes.1.width() > 0 {
            self.view.right_width = self.panes.1.width() - self.panes.1.position();
        }
    }

    /// Where the handle before the right panel is, in a window of the size kept.
    fn inner_position(&self) -> i32 {
        let left = if self.view.left { self.view.left_width } else { 0 };
        (self.view.size.0 - left - self.view.right_width).max(0)
    }

    pub(super) fn models_changed(&mut self, output: ModelsOutput) {
        match output {
            ModelsOutput::Listed => {}
            ModelsOutput::Missing(error) => self.tell(&error, &[]),
            ModelsOutput::Chosen => {
                self.plan();
                self.remember();
            }
            ModelsOutput::SizesKnown(sizes) => {
                self.parameters.emit(ParametersInput::SetSizes(sizes));
                self.plan();
            }
        }
    }

    /// Shows what the chosen model will take.
    pub(super) fn plan(&self) {
        let defaults = &self.settings.config.defaults;
        let outlook = |(family, values)| Outlook {
            family,
            values,
            devices: defaults.devices.clone(),
            place: Vec::new(),
            precision: defaults.precision,
            size: (self.values.width, self.values.height),
            batch: defaults.batch,
        };
        let planned = self.models.model().planned().map(outlook);
        let is_there = self.loaded().is_some() && self.holds_choice();
        self.meter.emit(VramMeterInput::Planned(planned, is_there));
    }

    pub(super) fn parameters_changed(
        &mut self,
        output: ParametersOutput,
        sender: &ComponentSender<Self>,
    ) {
        match output {
            ParametersOutput::Changed => {
                self.values = self.parameters.model().values();
                self.plan();
                self.remember();
            }
            ParametersOutput::SaveAsDefault(values) => {
                values.become_defaults(&mut self.settings.config.defaults);
                self.write_config(sender);
                self.say(text("defaults-saved"), String::new(), None);
            }
        }
    }

    pub(super) fn prompts_changed(&mut self, output: PromptsOutput) {
        match output {
            PromptsOutput::Changed => {}
            PromptsOutput::HistoryChanged(history) => self.history = history,
            PromptsOutput::Trouble { reason, advice } => self.say(reason, advice, None),
        }
        self.remember();
    }

    /// Goes by other settings from now on.
    pub(super) fn configure(&mut self, output: PreferencesOutput) {
        let PreferencesOutput::Changed(config) = output;
        let old = std::mem::replace(&mut self.settings.config, config);
        let config = &self.settings.config;
        theme::apply(config.theme);
        let (models, output) =
            (config.models(&self.settings.paths), config.output(&self.settings.paths));
        if models != self.settings.models {
            self.models.emit(ModelsInput::SetFolder(models.clone()));
            self.settings.models = models;
        }
        if output != self.settings.output {
            self.gallery.emit(RightPanelInput::SetFolder(output.clone()));
            self.settings.output = output;
        }
        if config.defaults.devices != old.defaults.devices {
            self.meter.emit(VramMeterInput::Devices(config.defaults.devices.clone()));
            self.plan();
        }
        if config.language != old.language {
            self.say(text("language-changed"), String::new(), Some(Action::Restart));
        }
    }

    pub(super) fn write_config(&self, sender: &ComponentSender<Self>) {
        let pending = self.config_file.decide(self.settings.config.clone());
        sender.spawn_oneshot_command(|| AppCommand::Configured(pending.write().map(drop)));
    }

    pub(super) fn configured(&self, done: Result<(), config::Error>) {
        if let Err(error) = done {
            let reason = match error.flaw {
                Flaw::Io(reason) => reason,
                flaw => format!("{flaw:?}"),
            };
            self.tell(&Error::Save { file: error.file, reason }, &[]);
        }
    }
}
