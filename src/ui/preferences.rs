//! The preferences: the same choices as at the first start, and the colours. Saving writes the
//! settings file; what is half-typed when the window is closed is forgotten.

use super::accessible::Named;
use super::devices::{Devices, DevicesInit, DevicesInput, DevicesOutput};
use super::dialog::close_on_escape;
use super::folder_row::{Folder, FolderInit, FolderInput, FolderOutput, FolderRow};
use super::languages::Languages;
use super::refusal::{Refusal, make_folders};
use super::theme;
use crate::config::{Config, ConfigFile, Theme};
use crate::engine_process::Launch;
use crate::i18n::{text, text_with};
use crate::paths::Paths;
use gtk::prelude::*;
use relm4::{Component, ComponentController, ComponentParts, ComponentSender, Controller, gtk};

/// The lines of the choice of colours.
const THEMES: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

/// What the preferences start with.
#[derive(Clone, Debug)]
pub struct PreferencesInit {
    /// Where settings are.
    pub paths: Paths,
    /// The settings.
    pub config: Config,
    /// Where they are written.
    pub file: ConfigFile,
}

/// The preferences.
pub struct Preferences {
    paths: Paths,
    config: Config,
    file: ConfigFile,
    output: Controller<FolderRow>,
    models: Controller<FolderRow>,
    devices: Controller<Devices>,
    languages: Languages,
    strict: gtk::CheckButton,
    theme: gtk::DropDown,
    is_saving: bool,
    /// Why the settings were not saved.
    problem: Option<String>,
}

/// What the preferences hear.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "sent once, when somebody asks for it")]
pub enum PreferencesInput {
    /// Show the window, with these settings.
    Open(Config),
    /// More is known of a folder or the graphics cards.
    Changed,
    /// Save what is chosen.
    Save,
}

/// What became of it.
#[derive(Debug)]
pub enum PreferencesOutput {
    /// These settings are saved, and hold from now on.
    Changed(Config),
}

/// What background work brings.
#[derive(Debug)]
pub enum PreferencesCommand {
    /// The settings were saved, or why not.
    Saved(Box<Result<Config, Refusal>>),
}

#[relm4::component(pub)]
impl Component for Preferences {
    type Init = PreferencesInit;
    type Input = PreferencesInput;
    type Output = PreferencesOutput;
    type CommandOutput = PreferencesCommand;

    view! {
        #[root]
        gtk::Window {
            set_title: Some(&text("preferences-title")),
            set_default_size: (600, 640),
            set_modal: true,
            set_hide_on_close: true,
            set_default_widget: Some(&save),

            gtk::Box {
                set_orientation: gtk::Orientation::Vertical,

                gtk::ScrolledWindow {
                    set_hscrollbar_policy: gtk::PolicyType::Never,
                    set_vexpand: true,
                    gtk::Box {
                        add_css_class: "setup-page",
                        set_orientation: gtk::Orientation::Vertical,
                        set_spacing: 18,

                        gtk::Label {
                            set_label: &text("preferences-folders"),
                            add_css_class: "heading",
                            set_xalign: 0.0,
                        },
                        append: model.output.widget(),
                        append: model.models.widget(),
                        gtk::Label {
                            set_label: &model.settings_line(),
                            add_css_class: "dim-label",
                            set_xalign: 0.0,
                            set_wrap: true,
                            set_wrap_mode: gtk::pango::WrapMode::WordChar,
                            set_selectable: true,
                        },

                        gtk::Label {
                            set_label: &text("preferences-devices"),
                            add_css_class: "heading",
                            set_xalign: 0.0,
                        },
                        append: model.devices.widget(),
                        gtk::Label {
                            set_label: &text("preferences-devices-note"),
                            add_css_class: "dim-label",
                            set_xalign: 0.0,
                            set_wrap: true,
                        },
                        #[local_ref]
                        strict -> gtk::CheckButton {
                            set_label: Some(&text("preferences-strict")),
                            set_use_underline: true,
                            set_spoken_description: &text("preferences-strict-note"),
                        },
                        gtk::Label {
                            set_label: &text("preferences-strict-note"),
                            add_css_class: "dim-label",
                            set_xalign: 0.0,
                            set_wrap: true,
                        },

                        gtk::Label {
                            set_label: &text("preferences-appearance"),
                            add_css_class: "heading",
                            set_xalign: 0.0,
                        },
                        gtk::Grid {
                            set_row_spacing: 6,
                            set_column_spacing: 12,
                            attach[0, 0, 1, 1] = &gtk::Label {
                                set_label: &text("theme-label"),
                                set_use_underline: true,
                                set_mnemonic_widget: Some(&model.theme),
                                set_xalign: 0.0,
                            },
                            #[local_ref]
                            attach[1, 0, 1, 1] = theme -> gtk::DropDown {},
                            attach[0, 1, 1, 1] = &gtk::Label {
                                set_label: &text("language-label"),
                                set_use_underline: true,
                                set_mnemonic_widget: Some(language),
                                set_xalign: 0.0,
                            },
                            #[local_ref]
                            attach[1, 1, 1, 1] = language -> gtk::DropDown {},
                        },
                        gtk::Label {
                            set_label: &text("preferences-language-note"),
                            add_css_class: "dim-label",
                            set_xalign: 0.0,
                            set_wrap: true,
                        },
                    },
                },

                gtk::Label {
                    #[watch]
                    set_label: &model.problem_line(),
                    #[watch]
                    set_visible: model.problem.is_some(),
                    add_css_class: "error",
                    add_css_class: "setup-kept",
                    set_property: ("accessible-role", gtk::AccessibleRole::Alert),
                    set_xalign: 0.0,
                    set_wrap: true,
                    set_wrap_mode: gtk::pango::WrapMode::WordChar,
                },
                gtk::Box {
                    add_css_class: "setup-buttons",
                    set_spacing: 8,
                    gtk::Button {
                        set_hexpand: true,
                        set_halign: gtk::Align::End,
                        set_label: &text("preferences-cancel"),
                        set_use_underline: true,
                        set_action_name: Some("window.close"),
                    },
                    #[name = "save"]
                    gtk::Button {
                        set_label: &text("preferences-save"),
                        set_use_underline: true,
                        add_css_class: "suggested-action",
                        #[watch]
                        set_sensitive: model.can_save(),
                        connect_clicked => PreferencesInput::Save,
                    },
                },
            },
        }
    }

    fn init(
        init: PreferencesInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let model = Self::new(init, &sender);
        let (theme, language) = (&model.theme, model.languages.drop_down());
        let strict = &model.strict;
        let widgets = view_output!();
        close_on_escape(&root);
        ComponentParts { model, widgets }
    }

    fn update(
        &mut self,
        message: PreferencesInput,
        sender: ComponentSender<Self>,
        root: &Self::Root,
    ) {
        match message {
            PreferencesInput::Open(config) => self.open(config, root),
            PreferencesInput::Changed => {}
            PreferencesInput::Save => self.save(&sender),
        }
    }

    fn update_cmd(
        &mut self,
        PreferencesCommand::Saved(saved): PreferencesCommand,
        sender: ComponentSender<Self>,
        root: &Self::Root,
    ) {
        self.is_saving = false;
        match *saved {
            Ok(config) => self.close(config, &sender, root),
            Err(refusal) => self.refuse(refusal),
        }
    }
}

impl Preferences {
    fn new(init: PreferencesInit, sender: &ComponentSender<Self>) -> Self {
        let PreferencesInit { paths, config, file } = init;
        let row = |folder, path| {
            let init = FolderInit { folder, path, is_fixed: false };
            let row = FolderRow::builder().launch(init);
            row.forward(sender.input_sender(), |FolderOutput::Changed| PreferencesInput::Changed)
        };
        let devices = Devices::builder()
            .launch(DevicesInit { engine: Launch::with(&paths.settings), can_test: true });
        let devices = devices
            .forward(sender.input_sender(), |DevicesOutput::Found| PreferencesInput::Changed);
        let names = THEMES.map(theme_name);
        Self {
            output: row(Folder::Output, config.output(&paths)),
            models: row(Folder::Models, config.models(&paths)),
            devices,
            languages: Languages::new(config.language.as_deref()),
            strict: gtk::CheckButton::new(),
            theme: gtk::DropDown::from_strings(&names.each_ref().map(String::as_str)),
            is_saving: false,
            problem: None,
            paths,
            config,
            file,
        }
    }

    fn open(&mut self, config: Config, root: &gtk::Window) {
        self.output.emit(FolderInput::Take(vec![config.output(&self.paths)]));
        self.models.emit(FolderInput::Take(vec![config.models(&self.paths)]));
        // Looked for now and not at the program's start, which need not wait for drivers.
        self.devices.emit(DevicesInput::Open(config.defaults.devices.clone()));
        self.languages.choose(config.language.as_deref());
        let line = (0..).zip(THEMES).find(|(_, theme)| *theme == config.theme);
        self.theme.set_selected(line.map_or(0, |(line, _)| line));
        self.strict.set_active(config.defaults.strict);
        self.config = config;
        self.problem = None;
        root.present();
    }

    fn can_save(&self) -> bool {
        let rows = [&self.output, &self.models];
        !self.is_saving && !rows.iter().any(|row| row.model().is_bad())
    }

    /// The settings with what is chosen. What nobody touched stays as it is written.
    fn chosen(&self) -> Config {
        let mut config = self.config.clone();
        let (output, models) = (self.output.model().path(), self.models.model().path());
        if output != self.config.output(&self.paths) {
            config.folders.output = Some(output);
        }
        if models != self.config.models(&self.paths) {
            config.folders.models = Some(models);
        }
        if let Some(devices) = self.devices.model().changed() {
            config.defaults.devices = devices;
        }
        config.defaults.strict = self.strict.is_active();
        config.language = self.languages.tag();
        config.theme = THEMES.get(self.theme.selected() as usize).copied().unwrap_or_default();
        config
    }

    fn save(&mut self, sender: &ComponentSender<Self>) {
        if !self.can_save() {
            return;
        }
        self.is_saving = true;
        self.problem = None;
        let (config, paths) = (self.chosen(), self.paths.clone());
        let pending = self.file.decide(config.clone());
        sender.spawn_oneshot_command(move || {
            let made = make_folders(&config, &paths);
            let saved = made.and_then(|()| pending.write().map_err(Refusal::of_file));
            PreferencesCommand::Saved(Box::new(saved))
        });
    }

    fn close(&mut self, config: Config, sender: &ComponentSender<Self>, root: &gtk::Window) {
        theme::apply(config.theme);
        self.config = config.clone();
        let _ = sender.output(PreferencesOutput::Changed(config));
        root.close();
    }

    fn refuse(&mut self, refusal: Refusal) {
        let refused = FolderInput::Refuse(refusal.reason.clone());
        match refusal.folder {
            Folder::Output => self.output.emit(refused),
            Folder::Models => self.models.emit(refused),
            Folder::Settings => self.problem = Some(refusal.reason),
        }
    }

    fn settings_line(&self) -> String {
        let folder = self.paths.settings.display().to_string();
        text_with("preferences-settings-folder", [("folder", folder.into())])
    }

    fn problem_line(&self) -> String {
        let reason = self.problem.clone().unwrap_or_default();
        text_with("preferences-not-saved", [("reason", reason.into())])
    }
}

fn theme_name(theme: Theme) -> String {
    match theme {
        Theme::System => text("theme-system"),
        Theme::Light => text("theme-light"),
        Theme::Dark => text("theme-dark"),
    }
}
