//! The first start: folders, graphics cards, language, on three pages. Nothing is written before
//! its end, and nothing at all when it is closed.

mod finish;

use super::accessible::Named;
use super::devices::{Devices, DevicesInit, DevicesInput, DevicesOutput};
use super::dialog::close_on_escape;
use super::folder_row::{Folder, FolderInit, FolderInput, FolderOutput, FolderRow};
use super::languages::Languages;
use super::refusal::Refusal;
use crate::config::Config;
use crate::engine_process::Launch;
use crate::i18n::{self, text, text_with};
use crate::paths::{self, Paths};
use finish::Choice;
use gtk::prelude::*;
use relm4::{Component, ComponentController, ComponentParts, ComponentSender, Controller, gtk};
use std::cell::Cell;
use std::path::PathBuf;

/// What the setup starts with.
#[derive(Clone, Debug)]
pub struct SetupInit {
    /// Where settings are, unless another folder is chosen.
    pub paths: Paths,
    /// What could be read of the settings, or the defaults.
    pub start: Config,
    /// A broken or newer settings file, under the name that it was given.
    pub kept_aside: Option<PathBuf>,
    /// What is wrong with it, in words.
    pub reason: Option<String>,
    /// Whether the settings folder was named on the command line, and so stays.
    pub is_named: bool,
}

/// The setup.
pub struct SetupWizard {
    init: SetupInit,
    page: Page,
    phase: Phase,
    /// Whether another page was just turned to.
    is_turned: Cell<bool>,
    settings: Controller<FolderRow>,
    output: Controller<FolderRow>,
    models: Controller<FolderRow>,
    devices: Controller<Devices>,
    languages: Languages,
    /// What was chosen on the pages before, name by name.
    summary: gtk::Grid,
}

/// The pages in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Folders,
    Devices,
    Summary,
}

/// How far the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    /// All is said, but the graphics cards are still being looked for.
    Waiting,
    Writing,
}

/// What the setup hears.
#[derive(Debug)]
pub enum SetupInput {
    /// To the page before.
    Back,
    /// To the next page; at the last, to the end.
    Next,
    /// More is known of a folder.
    FolderChanged,
    /// The graphics cards are known.
    DevicesFound,
    /// Another language was chosen.
    LanguageChosen,
    /// The window is to be closed.
    Close,
}

/// What became of it.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "sent once, when somebody asks for it")]
pub enum SetupOutput {
    /// All is chosen and written.
    Finished(Paths, Config),
    /// The window was closed, and nothing is written.
    Closed,
}

/// What background work brings.
#[derive(Debug)]
pub enum SetupCommand {
    /// Folders and settings file, or what could not be written.
    Written(Box<Result<(Paths, Config), Refusal>>),
}

impl Page {
    const ALL: [Self; 3] = [Self::Folders, Self::Devices, Self::Summary];

    fn name(self) -> &'static str {
        match self {
            Self::Folders => "folders",
            Self::Devices => "devices",
            Self::Summary => "summary",
        }
    }

    fn heading(self) -> String {
        match self {
            Self::Folders => text("setup-folders-heading"),
            Self::Devices => text("setup-devices-heading"),
            Self::Summary => text("setup-summary-heading"),
        }
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|page| *page == self).unwrap_or_default()
    }

    fn after(self) -> Option<Self> {
        Self::ALL.get(self.place() + 1).copied()
    }

    fn before(self) -> Option<Self> {
        Self::ALL.get(self.place().checked_sub(1)?).copied()
    }

    /// `2 of 3`
    fn number(self) -> String {
        let [page, pages] = [self.place() + 1, Self::ALL.len()].map(|number| number.to_string());
        text_with("setup-page", [("page", page.into()), ("pages", pages.into())])
    }
}

#[relm4::component(pub)]
impl Component for SetupWizard {
    type Init = SetupInit;
    type Input = SetupInput;
    type Output = SetupOutput;
    type CommandOutput = SetupCommand;

    view! {
        #[root]
        gtk::Window {
            #[watch]
            set_title: Some(&model.title()),
            set_default_size: (680, 560),
            set_default_widget: Some(&next),
            connect_close_request[sender] => move |_| {
                sender.input(SetupInput::Close);
                gtk::glib::Propagation::Stop
            },

            gtk::Box {
                set_orientation: gtk::Orientation::Vertical,

                gtk::Box {
                    add_css_class: "setup-heading",
                    set_spacing: 12,
                    gtk::Label {
                        #[watch]
                        set_label: &model.page.heading(),
                        add_css_class: "title-2",
                        set_hexpand: true,
                        set_xalign: 0.0,
                    },
                    gtk::Label {
                        #[watch]
                        set_label: &model.page.number(),
                        add_css_class: "dim-label",
                    },
                },

                #[name = "stack"]
                gtk::Stack {
                    set_vexpand: true,
                    set_hhomogeneous: true,

                    add_named[Some(Page::Folders.name())] = &gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        gtk::Box {
                            add_css_class: "setup-page",
                            set_orientation: gtk::Orientation::Vertical,
                            set_spacing: 18,
                            gtk::Label {
                                #[watch]
                                set_label: &model.kept_line(),
                                set_visible: model.init.reason.is_some(),
                                add_css_class: "setup-kept",
                                set_property: ("accessible-role", gtk::AccessibleRole::Alert),
                                set_xalign: 0.0,
                                set_wrap: true,
                                set_wrap_mode: gtk::pango::WrapMode::WordChar,
                                set_selectable: true,
                                set_focusable: false,
                            },
                            gtk::Label {
                                #[watch]
                                set_label: &text("setup-folders-intro"),
                                set_xalign: 0.0,
                                set_wrap: true,
                            },
                            append: model.settings.widget(),
                            append: model.output.widget(),
                            append: model.models.widget(),
                        },
                    },

                    add_named[Some(Page::Devices.name())] = &gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        // It has the keyboard itself where no card can be chosen.
                        #[watch]
                        set_spoken_label: &Page::Devices.heading(),
                        gtk::Box {
                            add_css_class: "setup-page",
                            set_orientation: gtk::Orientation::Vertical,
                            set_spacing: 18,
                            gtk::Label {
                                #[watch]
                                set_label: &text("setup-devices-intro"),
                                #[watch]
                                set_visible: model.devices.model().has_cards(),
                                set_xalign: 0.0,
                                set_wrap: true,
                            },
                            append: model.devices.widget(),
                        },
                    },

                    add_named[Some(Page::Summary.name())] = &gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        gtk::Box {
                            add_css_class: "setup-page",
                            set_orientation: gtk::Orientation::Vertical,
                            set_spacing: 18,
                            gtk::Box {
                                set_spacing: 12,
                                gtk::Label {
                                    #[watch]
                                    set_label: &text("language-label"),
                                    set_use_underline: true,
                                    set_mnemonic_widget: Some(drop_down),
                                    set_xalign: 0.0,
                                },
                                #[local_ref]
                                drop_down -> gtk::DropDown {
                                    connect_selected_notify => SetupInput::LanguageChosen,
                                },
                            },
                            append: &model.summary,
                        },
                    },

                    #[watch]
                    set_visible_child_name: model.page.name(),
                },

                gtk::Box {
                    add_css_class: "setup-buttons",
                    set_spacing: 8,
                    gtk::Button {
                        #[watch]
                        set_label: &text("setup-back"),
                        set_use_underline: true,
                        #[watch]
                        set_sensitive: model.can_go_back(),
                        connect_clicked => SetupInput::Back,
                    },
                    gtk::Spinner {
                        set_hexpand: true,
                        set_halign: gtk::Align::End,
                        #[watch]
                        set_spinning: model.phase != Phase::Asking,
                    },
                    #[name = "next"]
                    gtk::Button {
                        #[watch]
                        set_label: &model.next_label(),
                        set_use_underline: true,
                        add_css_class: "suggested-action",
                        #[watch]
                        set_sensitive: model.can_go_on(),
                        connect_clicked => SetupInput::Next,
                    },
                },
            },
        }
    }

    fn post_view() {
        // Enter goes on from here, Shift+Tab back into the page.
        if model.is_turned.take() {
            widgets.next.grab_focus();
        }
    }

    fn init(
        init: SetupInit,
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let model = Self::new(init, &sender);
        let drop_down = model.languages.drop_down();
        let widgets = view_output!();
        close_on_escape(&root);
        widgets.next.grab_focus();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: SetupInput, sender: ComponentSender<Self>, _root: &Self::Root) {
        match message {
            SetupInput::Back => self.turn(self.page.before()),
            SetupInput::Next if self.page == Page::Summary => self.finish(&sender),
            SetupInput::Next => self.turn(self.page.after().filter(|_| self.can_go_on())),
            SetupInput::FolderChanged => {}
            SetupInput::DevicesFound if self.phase == Phase::Waiting => self.finish(&sender),
            SetupInput::DevicesFound => {}
            SetupInput::LanguageChosen => self.reword(),
            SetupInput::Close => self.close(&sender),
        }
        self.summarize();
    }

    fn update_cmd(
        &mut self,
        SetupCommand::Written(written): SetupCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match *written {
            Ok((paths, config)) => {
                let _ = sender.output(SetupOutput::Finished(paths, config));
            }
            Err(refusal) => self.refuse(refusal),
        }
    }
}

impl SetupWizard {
    fn new(init: SetupInit, sender: &ComponentSender<Self>) -> Self {
        let (paths, start) = (&init.paths, &init.start);
        let row = |folder, path, is_fixed| {
            let init = FolderInit { folder, path, is_fixed };
            let row = FolderRow::builder().launch(init);
            row.forward(sender.input_sender(), |FolderOutput::Changed| SetupInput::FolderChanged)
        };
        let devices = Devices::builder()
            .launch(DevicesInit { engine: Launch::with(&paths.settings), can_test: false });
        let devices =
            devices.forward(sender.input_sender(), |DevicesOutput::Found| SetupInput::DevicesFound);
        devices.emit(DevicesInput::Open(start.defaults.devices.clone()));
        Self {
            page: Page::Folders,
            phase: Phase::Asking,
            is_turned: Cell::new(false),
            settings: row(Folder::Settings, paths.settings.clone(), init.is_named),
            output: row(Folder::Output, start.output(paths), false),
            models: row(Folder::Models, start.models(paths), false),
            devices,
            languages: Languages::new(start.language.as_deref()),
            summary: gtk::Grid::builder().row_spacing(12).column_spacing(18).build(),
            init,
        }
    }

    fn rows(&self) -> [(Folder, &Controller<FolderRow>); 3] {
        [
            (Folder::Settings, &self.settings),
            (Folder::Output, &self.output),
            (Folder::Models, &self.models),
        ]
    }

    fn title(&self) -> String {
        let title = text_with("setup-title", [("page", self.page.number().into())]);
        format!("{title} \u{2013} {}", text("app-name"))
    }

    fn next_label(&self) -> String {
        if self.page == Page::Summary { text("setup-finish") } else { text("setup-next") }
    }

    fn can_go_back(&self) -> bool {
        self.phase == Phase::Asking && self.page.before().is_some()
    }

    /// Folders that are still being looked at are no hindrance: they are tried out at the end.
    fn can_go_on(&self) -> bool {
        self.phase == Phase::Asking && !self.rows().iter().any(|(_, row)| row.model().is_bad())
    }

    fn turn(&mut self, page: Option<Page>) {
        if let Some(page) = page {
            self.page = page;
            self.is_turned.set(true);
        }
    }

    /// What is wrong with the settings file that was there, and what became of it.
    fn kept_line(&self) -> String {
        let reason = ("reason", self.init.reason.clone().unwrap_or_default().into());
        match &self.init.kept_aside {
            Some(kept) => {
                let kept = kept.display().to_string();
                text_with("setup-broken-kept", [reason, ("kept", kept.into())])
            }
            None => text_with("setup-broken", [reason]),
        }
    }

    fn summarize(&self) {
        let path = |row: &Controller<FolderRow>| row.model().path().display().to_string();
        let lines = [
            (text("setup-summary-settings"), path(&self.settings)),
            (text("setup-summary-output"), path(&self.output)),
            (text("setup-summary-models"), path(&self.models)),
            (text("setup-summary-devices"), self.devices.model().names()),
        ];
        while let Some(old) = self.summary.first_child() {
            self.summary.remove(&old);
        }
        for (row, (name, value)) in (0..).zip(lines) {
            let [name, value] = [name, value].map(|text| gtk::Label::new(Some(&text)));
            name.add_css_class("dim-label");
            value.set_wrap(true);
            value.set_wrap_mode(gtk::pango::WrapMode::WordChar);
            for (column, label) in (0..).zip([name, value]) {
                label.set_xalign(0.0);
                label.set_yalign(0.0);
                self.summary.attach(&label, column, row, 1, 1);
            }
        }
    }

    /// From here on all texts are in the chosen language.
    fn reword(&self) {
        i18n::set_language(self.languages.tag().as_deref());
        self.rows().iter().for_each(|(_, row)| row.emit(FolderInput::Reword));
        self.devices.emit(DevicesInput::Reword);
    }

    fn choice(&self) -> Option<Choice> {
        let mut config = self.init.start.clone();
        config.folders.output = Some(self.output.model().path());
        config.folders.models = Some(self.models.model().path());
        config.defaults.devices = self.devices.model().chosen()?;
        config.language = self.languages.tag();
        let settings = self.settings.model().path();
        let began_in = self.init.paths.settings.clone();
        let default = (!self.init.is_named).then(paths::default_settings);
        let paths = Paths { settings, ..self.init.paths.clone() };
        Some(Choice { paths, config, began_in, default })
    }

    fn finish(&mut self, sender: &ComponentSender<Self>) {
        let Some(choice) = self.choice() else {
            self.phase = Phase::Waiting;
            return;
        };
        self.phase = Phase::Writing;
        sender
            .spawn_oneshot_command(move || SetupCommand::Written(Box::new(finish::finish(choice))));
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.phase = Phase::Asking;
        self.page = Page::Folders;
        for (_, row) in self.rows().iter().filter(|(folder, _)| *folder == refusal.folder) {
            row.emit(FolderInput::Refuse(refusal.reason.clone()));
        }
    }

    fn close(&self, sender: &ComponentSender<Self>) {
        // What is being written is there in a moment, and then the window goes by itself.
        if self.phase != Phase::Writing {
            let _ = sender.output(SetupOutput::Closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_both_ways() {
        assert_eq!(Page::Folders.before(), None);
        assert_eq!(Page::Summary.after(), None);
        for page in Page::ALL {
            assert!(page.after().is_none_or(|after| after.before() == Some(page)));
            assert!(!page.heading().starts_with("setup-"));
        }
        assert_eq!(Page::Devices.number(), "2 of 3");
    }
}
