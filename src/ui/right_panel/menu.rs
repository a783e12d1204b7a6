//! The menu of one picture, by the right button or the menu key.

use super::cell::Cell;
use crate::i18n::text;
use gtk::prelude::*;
use gtk::{gdk, gio};
use relm4::gtk;

const GROUP: &str = "picture";

/// What can be done with the selected picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Look at it.
    Show,
    /// Take it into the clipboard.
    Copy,
    /// Make one with the same values.
    UseParameters,
    /// Make one with the same values but another seed.
    UseAllButSeed,
    /// See its file in the file browser.
    OpenFolder,
    /// Throw it away.
    Delete,
}

/// Action names and labels, a part of the menu each.
const PARTS: [&[(Choice, &str, &str)]; 3] = [
    &[(Choice::Show, "show", "gallery-show"), (Choice::Copy, "copy", "gallery-copy")],
    &[
        (Choice::UseParameters, "use-parameters", "gallery-use-parameters"),
        (Choice::UseAllButSeed, "use-all-but-seed", "gallery-use-all-but-seed"),
    ],
    &[
        (Choice::OpenFolder, "open-folder", "gallery-open-folder"),
        (Choice::Delete, "delete", "gallery-delete"),
    ],
];

/// The menu.
pub struct Menu {
    popover: gtk::PopoverMenu,
}

impl Menu {
    /// A menu inside `panel`; `act` is called with what is chosen.
    pub fn new(panel: &gtk::Box, act: impl Fn(Choice) + Clone + 'static) -> Self {
        let (menu, actions) = (gio::Menu::new(), gio::SimpleActionGroup::new());
        for part in PARTS {
            let section = gio::Menu::new();
            for (choice, name, label) in part {
                let action = gio::SimpleAction::new(name, None);
                let act = act.clone();
                action.connect_activate(move |_, _| act(*choice));
                actions.add_action(&action);
                section.append(Some(&text(label)), Some(&format!("{GROUP}.{name}")));
            }
            menu.append_section(None, &section);
        }
        panel.insert_action_group(GROUP, Some(&actions));
        let popover = gtk::PopoverMenu::from_model(Some(&menu));
        popover.set_has_arrow(false);
        popover.set_halign(gtk::Align::Start);
        popover.set_parent(panel);
        Self { popover }
    }

    /// Gives `view` the keyboard back when it is closed.
    pub fn return_to(&self, view: &gtk::GridView) {
        let view = view.downgrade();
        self.popover.connect_closed(move |_| {
            if let Some(view) = view.upgrade() {
                view.grab_focus();
            }
        });
    }

    /// Opens at this place of `cell`.
    pub fn open(&self, cell: &Cell, x: f64, y: f64) {
        let Some(panel) = self.popover.parent() else { return };
        let Some((x, y)) = cell.translate_coordinates(&panel, x, y) else { return };
        self.popover.set_pointing_to(Some(&gdk::Rectangle::new(x as i32, y as i32, 1, 1)));
        self.popover.popup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::text;

    #[test]
    fn every_line_has_a_text() {
        for (_, _, label) in PARTS.concat() {
            assert_ne!(text(label), label);
        }
    }
}
