//! Everything that can be done in the window, in one table: menus, buttons, keys, tooltips and the
//! list of shortcuts are made from its rows.

use super::accessible::without_key;
use crate::config::Theme;
use crate::i18n::text;
use gtk::gio;
use gtk::prelude::*;
use relm4::gtk;
use std::collections::BTreeMap;

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take the parameters of a picture anywhere.
    OpenPicture,
    /// Show the folder of pictures in the file browser.
    OpenOutputFolder,
    /// Show the preferences.
    Preferences,
    /// Close the window.
    Quit,
    /// Copy the picture shown.
    CopyPicture,
    /// Copy the last picture's seed.
    CopySeed,
    /// Exchange the two prompts.
    SwapPrompts,
    /// Empty both prompts.
    ClearPrompts,
    /// Load the chosen model without making a picture.
    LoadModel,
    /// Give the model's memory back.
    ClearModel,
    /// Choose a checkpoint anywhere.
    OpenCheckpoint,
    /// Look for models again.
    Rescan,
    /// Show the models folder in the file browser.
    OpenModelsFolder,
    /// Make a picture, or put one into the queue while another is in the making.
    Generate,
    /// Put a picture into the queue, and start nothing.
    Queue,
    /// Stop making a picture; once more to stop now.
    Stop,
    /// Stop, and empty the queue.
    StopAll,
    /// Go on with a queue that waits.
    Resume,
    /// Show what waits.
    ShowQueue,
    /// Draw a seed for each picture.
    RandomSeed,
    /// Take the last picture's seed.
    ReuseSeed,
    /// Finish the pictures whose latents are kept.
    FinishPictures,
    /// Give up the pictures whose latents are kept.
    DiscardPictures,
    /// Take that back.
    RestorePictures,
    /// Show or hide the left panel.
    LeftPanel,
    /// Show or hide the right panel.
    RightPanel,
    /// Nothing but the picture.
    Fullscreen,
    /// The picture larger.
    ZoomIn,
    /// The picture smaller.
    ZoomOut,
    /// The whole picture.
    ZoomFit,
    /// One pixel of the picture on one of the screen.
    ZoomActual,
    /// The picture made after the one shown.
    NewerPicture,
    /// The picture made before it.
    OlderPicture,
    /// Go to the thumbnails.
    FocusPictures,
    /// Go to the prompt.
    FocusPrompt,
    /// Light, dark or the desktop's colours.
    Theme(Theme),
    /// Show all keys.
    Shortcuts,
    /// Show the folder with the settings.
    OpenSettingsFolder,
    /// Show what this program is.
    About,
    /// End this program and start it again.
    Restart,
}

/// One action's row.
struct Row {
    action: Action,
    name: &'static str,
    /// In GTK's form, the first one shown; empty for none.
    keys: &'static [&'static str],
    /// What the action is given, where several rows share a name.
    target: &'static str,
    /// Whether it is on or off.
    switch: bool,
}

const fn row(action: Action, name: &'static str, keys: &'static [&'static str]) -> Row {
    Row { action, name, keys, target: "", switch: false }
}

const fn switch(action: Action, name: &'static str, keys: &'static [&'static str]) -> Row {
    Row { action, name, keys, target: "", switch: true }
}

const fn theme(theme: Theme, target: &'static str) -> Row {
    Row { action: Action::Theme(theme), name: "theme", keys: &[], target, switch: false }
}

const TABLE: [Row; 42] = [
    row(Action::OpenPicture, "open-picture", &["<Ctrl>o"]),
    row(Action::OpenOutputFolder, "open-output-folder", &[]),
    row(Action::Preferences, "preferences", &["<Ctrl>comma"]),
    row(Action::Quit, "quit", &["<Ctrl>q"]),
    row(Action::CopyPicture, "copy-picture", &["<Ctrl><Shift>c"]),
    row(Action::CopySeed, "copy-seed", &[]),
    row(Action::SwapPrompts, "swap-prompts", &["<Ctrl><Shift>x"]),
    row(Action::ClearPrompts, "clear-prompts", &["<Ctrl><Shift>BackSpace"]),
    row(Action::LoadModel, "load-model", &["<Ctrl>l"]),
    row(Action::ClearModel, "clear-model", &["<Ctrl><Shift>l"]),
    row(Action::OpenCheckpoint, "open-checkpoint", &["<Ctrl><Shift>o"]),
    row(Action::Rescan, "rescan", &["F5"]),
    row(Action::OpenModelsFolder, "open-models-folder", &[]),
    row(Action::Generate, "generate", &["<Ctrl>Return", "<Ctrl>KP_Enter"]),
    row(Action::Queue, "queue", &["<Ctrl><Shift>Return"]),
    row(Action::Stop, "stop", &["Escape"]),
    row(Action::StopAll, "stop-all", &["<Shift>Escape"]),
    row(Action::Resume, "resume", &[]),
    row(Action::ShowQueue, "show-queue", &["<Ctrl>j"]),
    row(Action::RandomSeed, "random-seed", &["<Ctrl>r"]),
    row(Action::ReuseSeed, "reuse-seed", &["<Ctrl><Shift>r"]),
    row(Action::FinishPictures, "finish-pictures", &[]),
    row(Action::DiscardPictures, "discard-pictures", &[]),
    row(Action::RestorePictures, "restore-pictures", &[]),
    switch(Action::LeftPanel, "left-panel", &["F9"]),
    switch(Action::RightPanel, "right-panel", &["<Shift>F9"]),
    switch(Action::Fullscreen, "fullscreen", &["F11"]),
    row(Action::ZoomIn, "zoom-in", &["<Ctrl>plus", "<Ctrl>equal", "<Ctrl>KP_Add"]),
    row(Action::ZoomOut, "zoom-out", &["<Ctrl>minus", "<Ctrl>KP_Subtract"]),
    row(Action::ZoomFit, "zoom-fit", &["<Ctrl>0", "<Ctrl>KP_0"]),
    row(Action::ZoomActual, "zoom-actual", &["<Ctrl>1", "<Ctrl>KP_1"]),
    row(Action::NewerPicture, "newer-picture", &["<Ctrl>Page_Up"]),
    row(Action::OlderPicture, "older-picture", &["<Ctrl>Page_Down"]),
    row(Action::FocusPictures, "focus-pictures", &["<Ctrl>g"]),
    row(Action::FocusPrompt, "focus-prompt", &["<Ctrl>p"]),
    theme(Theme::System, "system"),
    theme(Theme::Light, "light"),
    theme(Theme::Dark, "dark"),
    row(Action::Shortcuts, "shortcuts", &["F1", "<Ctrl>question"]),
    row(Action::OpenSettingsFolder, "open-settings-folder", &[]),
    row(Action::About, "about", &[]),
    row(Action::Restart, "restart", &[]),
];

/// One menu of the menubar.
struct Menu {
    /// The text with its title.
    title: &'static str,
    sections: &'static [&'static [Action]],
}

const MENUS: [Menu; 6] = [
    Menu {
        title: "menubar-file",
        sections: &[
            &[Action::OpenPicture, Action::OpenOutputFolder],
            &[Action::Preferences],
            &[Action::Quit],
        ],
    },
    Menu {
        title: "menubar-edit",
        sections: &[
            &[Action::CopyPicture, Action::CopySeed],
            &[Action::SwapPrompts, Action::ClearPrompts],
        ],
    },
    Menu {
        title: "menubar-model",
        sections: &[
            &[Action::LoadModel, Action::ClearModel],
            &[Action::OpenCheckpoint, Action::Rescan, Action::OpenModelsFolder],
        ],
    },
    Menu {
        title: "menubar-generate",
        sections: &[
            &[Action::Generate, Action::Queue, Action::Stop, Action::StopAll],
            &[Action::ShowQueue, Action::Resume],
            &[Action::FinishPictures, Action::DiscardPictures],
            &[Action::RandomSeed, Action::ReuseSeed],
        ],
    },
    Menu {
        title: "menubar-view",
        sections: &[
            &[Action::LeftPanel, Action::RightPanel, Action::Fullscreen],
            &[Action::ZoomIn, Action::ZoomOut, Action::ZoomFit, Action::ZoomActual],
            &[Action::NewerPicture, Action::OlderPicture],
            &[Action::FocusPrompt, Action::FocusPictures],
            &[
                Action::Theme(Theme::System),
                Action::Theme(Theme::Light),
                Action::Theme(Theme::Dark),
            ],
        ],
    },
    Menu {
        title: "menubar-help",
        sections: &[&[Action::Shortcuts], &[Action::OpenSettingsFolder], &[Action::About]],
    },
];

impl Row {
    fn of(action: Action) -> Option<&'static Self> {
        TABLE.iter().find(|row| row.action == action)
    }

    /// What its texts are called after.
    fn id(&self) -> String {
        let dash = if self.target.is_empty() { "" } else { "-" };
        format!("{}{dash}{}", self.name, self.target)
    }
}

impl Action {
    /// The name that widgets call it by.
    pub fn name(self) -> String {
        Row::of(self).map(|row| format!("win.{}", row.name)).unwrap_or_default()
    }

    /// What it is called in menus and on buttons, with its mnemonic.
    pub fn label(self) -> String {
        Row::of(self).map(|row| text(&format!("menu-{}", row.id()))).unwrap_or_default()
    }

    /// What it does.
    pub fn purpose(self) -> String {
        Row::of(self).map(|row| text(&format!("action-{}", row.id()))).unwrap_or_default()
    }

    /// What it does, and its keys.
    pub fn tooltip(self) -> String {
        let keys = Row::of(self).and_then(|row| row.keys.first());
        keys.map_or_else(|| self.purpose(), |keys| with_keys(&self.purpose(), keys))
    }

    fn menu_item(self) -> gio::MenuItem {
        let item = gio::MenuItem::new(Some(&self.label()), None);
        let Some(row) = Row::of(self) else { return item };
        let target = (!row.target.is_empty()).then(|| row.target.to_variant());
        item.set_action_and_target_value(Some(&self.name()), target.as_ref());
        if let Some(keys) = row.keys.first() {
            item.set_attribute_value("accel", Some(&keys.to_variant()));
        }
        item
    }
}

/// `purpose` and the keys for it, as on the keyboard.
pub fn with_keys(purpose: &str, keys: &str) -> String {
    match gtk::accelerator_parse(keys) {
        Some((key, modifiers)) => {
            format!("{purpose} ({})", gtk::accelerator_get_label(key, modifiers))
        }
        None => purpose.to_owned(),
    }
}

/// The menubar's menus.
pub fn menubar() -> gio::Menu {
    let bar = gio::Menu::new();
    for menu in &MENUS {
        bar.append_submenu(Some(&text(menu.title)), &sections(menu.sections));
    }
    bar
}

/// The menu beside the toolbar's button for pictures.
pub fn generate_menu() -> gio::Menu {
    let menu = MENUS.iter().find(|menu| menu.title == "menubar-generate");
    menu.map(|menu| sections(menu.sections)).unwrap_or_default()
}

fn sections(sections: &[&[Action]]) -> gio::Menu {
    let menu = gio::Menu::new();
    for section in sections {
        let items = gio::Menu::new();
        section.iter().for_each(|action| items.append_item(&action.menu_item()));
        menu.append_section(None, &items);
    }
    menu
}

/// Menus with the actions in them that have keys: title, then what each is called and its keys.
pub fn shortcuts() -> Vec<(String, Vec<(String, String)>)> {
    let of_menu = |menu: &Menu| {
        let actions = menu.sections.iter().copied().flatten().copied();
        let with_keys = actions.filter_map(|action| {
            let keys = Row::of(action)?.keys.first()?;
            let label = without_key(&action.label());
            Some((label.trim_end_matches('\u{2026}').to_owned(), (*keys).to_owned()))
        });
        (without_key(&text(menu.title)), with_keys.collect::<Vec<_>>())
    };
    MENUS.iter().map(of_menu).filter(|(_, rows)| !rows.is_empty()).collect()
}

/// The window's actions.
pub struct Actions(BTreeMap<&'static str, gio::SimpleAction>);

impl Actions {
    /// Adds every action to `window`; `act` is called with those that are chosen.
    pub fn install(
        window: &gtk::ApplicationWindow,
        act: impl Fn(Action) + Clone + 'static,
    ) -> Self {
        let mut actions = BTreeMap::new();
        for row in &TABLE {
            actions.entry(row.name).or_insert_with(|| {
                let action = simple_action(row);
                let act = act.clone();
                action.connect_activate(move |action, target| {
                    let target = target.and_then(|target| target.str()).unwrap_or_default();
                    let is_it = |row: &&Row| row.name == action.name() && row.target == target;
                    if let Some(row) = TABLE.iter().find(is_it) {
                        act(row.action);
                    }
                });
                window.add_action(&action);
                action
            });
        }
        // Keys alone come last, so that Escape closes an open menu and not the work.
        let keys = gtk::ShortcutController::new();
        let combinations = gtk::ShortcutController::new();
        combinations.set_propagation_phase(gtk::PropagationPhase::Capture);
        for (row, trigger) in TABLE.iter().flat_map(|row| row.keys.iter().map(move |k| (row, k))) {
            let named = gtk::NamedAction::new(&row.action.name());
            let shortcut =
                gtk::Shortcut::new(gtk::ShortcutTrigger::parse_string(trigger), Some(named));
            let bare = !trigger.contains("<Ctrl>");
            if bare { &keys } else { &combinations }.add_shortcut(shortcut);
        }
        window.add_controller(keys);
        window.add_controller(combinations);
        Self(actions)
    }

    fn entry(&self, action: Action) -> Option<&gio::SimpleAction> {
        self.0.get(Row::of(action)?.name)
    }

    /// Lets `action` be chosen, or not.
    pub fn enable(&self, action: Action, enabled: bool) {
        if let Some(entry) = self.entry(action) {
            entry.set_enabled(enabled);
        }
    }

    /// Shows whether `action`, a switch or one of several choices, is on.
    pub fn turn(&self, action: Action, on: bool) {
        let (Some(entry), Some(row)) = (self.entry(action), Row::of(action)) else { return };
        if row.switch {
            entry.set_state(&on.to_variant());
        } else if on && !row.target.is_empty() {
            entry.set_state(&row.target.to_variant());
        }
    }
}

fn simple_action(row: &Row) -> gio::SimpleAction {
    if row.switch {
        gio::SimpleAction::new_stateful(row.name, None, &false.to_variant())
    } else if row.target.is_empty() {
        gio::SimpleAction::new(row.name, None)
    } else {
        let string = gtk::glib::VariantTy::STRING;
        gio::SimpleAction::new_stateful(row.name, Some(string), &row.target.to_variant())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_keys_are_unique_and_every_row_has_its_texts() {
        let ids: HashSet<_> = TABLE.iter().map(Row::id).collect();
        assert_eq!(ids.len(), TABLE.len());
        let keys: Vec<_> = TABLE.iter().flat_map(|row| row.keys).collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        for row in &TABLE {
            for prefix in ["action", "menu"] {
                let id = format!("{prefix}-{}", row.id());
                assert_ne!(text(&id), id);
            }
            assert_eq!(Row::of(row.action).unwrap().id(), row.id());
        }
    }

    #[test]
    fn every_action_is_in_one_menu() {
        // Offered where it is needed.
        let elsewhere = [Action::Restart, Action::RestorePictures];
        let all: Vec<_> = MENUS.iter().flat_map(|menu| menu.sections).copied().flatten().collect();
        for row in &TABLE {
            let places = all.iter().filter(|action| ***action == row.action).count();
            assert_eq!(places, usize::from(!elsewhere.contains(&row.action)), "{}", row.name);
        }
    }
}
