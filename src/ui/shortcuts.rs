//! The window with all keys, made from the table of actions, and what the program is.

use super::actions;
use crate::i18n::text;
use gtk::prelude::*;
use relm4::gtk;

/// Keys that belong to a place in the window, and what they do there.
const PLACES: [(&str, &[(&str, &str)]); 3] = [
    (
        "shortcuts-prompts",
        &[
            ("<Ctrl>Up", "shortcut-emphasis-more"),
            ("<Ctrl>Down", "shortcut-emphasis-less"),
            ("<Alt>Up", "shortcut-history-older"),
            ("<Alt>Down", "shortcut-history-newer"),
        ],
    ),
    (
        "shortcuts-picture",
        &[
            ("f", "shortcut-picture-fit"),
            ("1", "shortcut-picture-actual"),
            ("plus minus", "shortcut-picture-zoom"),
        ],
    ),
    (
        "shortcuts-pictures",
        &[
            ("Return", "shortcut-pictures-show"),
            ("Delete", "shortcut-pictures-delete"),
            ("<Ctrl>z", "shortcut-pictures-undo"),
            ("<Shift>F10", "shortcut-pictures-menu"),
        ],
    ),
];

/// Shows all keys above `window`.
pub fn show(window: &gtk::ApplicationWindow) {
    let section = gtk::ShortcutsSection::builder().section_name("all").visible(true).build();
    for (title, rows) in actions::shortcuts() {
        append(
            &section,
            &title,
            rows.iter().map(|(purpose, keys)| (keys.as_str(), purpose.clone())),
        );
    }
    for (title, rows) in PLACES {
        append(&section, &text(title), rows.iter().map(|(keys, purpose)| (*keys, text(purpose))));
    }
    let shortcuts = gtk::ShortcutsWindow::builder()
        .transient_for(window)
        .modal(true)
        .title(text("shortcuts-title"))
        .child(&section)
        .build();
    shortcuts.present();
}

fn append<'a>(
    section: &gtk::ShortcutsSection,
    title: &str,
    rows: impl Iterator<Item = (&'a str, String)>,
) {
    let group = gtk::ShortcutsGroup::builder().title(title).build();
    for (keys, purpose) in rows {
        let row = gtk::ShortcutsShortcut::builder().accelerator(keys).title(purpose).build();
        group.append(&row);
    }
    section.append(&group);
}

/// Says above `window` what this program is.
pub fn about(window: &gtk::ApplicationWindow) {
    let about = gtk::AboutDialog::builder()
        .transient_for(window)
        .modal(true)
        .program_name(text("app-name"))
        .version(env!("CARGO_PKG_VERSION"))
        .comments(text("about-comments"))
        .logo_icon_name(super::APP_ID)
        .license_type(gtk::License::MitX11)
        .build();
    about.present();
}
