//! Everything that can be done in the window, in one table: menus, buttons, keys and tooltips are
//! made from its rows.

use crate::i18n::text;
use gtk::gio;
use gtk::prelude::*;
use relm4::gtk;

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Make a picture.
    Generate,
    /// Stop making it; once more to stop now.
    Stop,
    /// Choose a checkpoint anywhere.
    OpenCheckpoint,
    /// Look for checkpoints again.
    Rescan,
    /// Show the models folder in the file browser.
    OpenModelsFolder,
    /// Load the chosen model without making a picture.
    LoadModel,
    /// Give the model's memory back.
    ClearModel,
    /// Close the window.
    Quit,
}

/// One action's row.
struct Row {
    action: Action,
    name: &'static str,
    /// In GTK's form; empty for none.
    keys: &'static str,
    /// The text with what it does.
    label: &'static str,
}

const TABLE: [Row; 8] = [
    row(Action::Generate, "generate", "<Ctrl>Return", "action-generate"),
    row(Action::Stop, "stop", "Escape", "action-stop"),
    row(Action::OpenCheckpoint, "open-checkpoint", "<Ctrl>o", "action-open-checkpoint"),
    row(Action::Rescan, "rescan", "F5", "action-rescan"),
    row(Action::OpenModelsFolder, "open-models-folder", "", "action-open-models-folder"),
    row(Action::LoadModel, "load-model", "", "action-load-model"),
    row(Action::ClearModel, "clear-model", "", "action-clear-model"),
    row(Action::Quit, "quit", "<Ctrl>q", "action-quit"),
];

const fn row(action: Action, name: &'static str, keys: &'static str, label: &'static str) -> Row {
    Row { action, name, keys, label }
}

impl Action {
    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.action == self)
    }

    /// The name that widgets call it by.
    pub fn name(self) -> String {
        self.row().map(|row| format!("win.{}", row.name)).unwrap_or_default()
    }

    /// What it does, and its keys.
    pub fn tooltip(self) -> String {
        let Some(row) = self.row() else { return String::new() };
        match gtk::accelerator_parse(row.keys) {
            Some((key, modifiers)) => {
                format!("{} ({})", text(row.label), gtk::accelerator_get_label(key, modifiers))
            }
            None => text(row.label),
        }
    }
}

/// The window's actions.
pub struct Actions(Vec<(Action, gio::SimpleAction)>);

impl Actions {
    /// Adds every action to `window`; `act` is called with those that are chosen.
    pub fn install(
        window: &gtk::ApplicationWindow,
        act: impl Fn(Action) + Clone + 'static,
    ) -> Self {
        // Keys alone come last, so that Escape closes an open menu and not the work.
        let keys = gtk::ShortcutController::new();
        let combinations = gtk::ShortcutController::new();
        combinations.set_propagation_phase(gtk::PropagationPhase::Capture);
        let mut actions = Vec::new();
        for row in &TABLE {
            let action = gio::SimpleAction::new(row.name, None);
            let (act, this) = (act.clone(), row.action);
            action.connect_activate(move |_, _| act(this));
            window.add_action(&action);
            actions.push((row.action, action));
            let named = gtk::NamedAction::new(&row.action.name());
            if let Some(trigger) = gtk::ShortcutTrigger::parse_string(row.keys) {
                let shortcut = gtk::Shortcut::new(Some(trigger), Some(named));
                let bare = !row.keys.starts_with('<');
                if bare { &keys } else { &combinations }.add_shortcut(shortcut);
            }
        }
        window.add_controller(keys);
        window.add_controller(combinations);
        Self(actions)
    }

    /// Lets `action` be chosen, or not.
    pub fn enable(&self, action: Action, enabled: bool) {
        for (_, entry) in self.0.iter().filter(|(this, _)| *this == action) {
            entry.set_enabled(enabled);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_keys_are_unique_and_every_row_has_a_text() {
        let names: HashSet<_> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), TABLE.len());
        let keys: Vec<_> =
            TABLE.iter().map(|row| row.keys).filter(|keys| !keys.is_empty()).collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        for row in &TABLE {
            assert_ne!(text(row.label), row.label);
            assert_eq!(row.action.row().unwrap().name, row.name);
        }
    }
}
