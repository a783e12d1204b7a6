//! The window with all keys, made from the table of actions, and what the program is.

use super::{accessible, actions, queue};
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
    // Before GTK 4.14, only a description brings sections into this window as it wants them.
    let builder = gtk::Builder::from_string(&description());
    if let Some(shortcuts) = builder.object::<gtk::ShortcutsWindow>("shortcuts") {
        // GTK puts a title of its own there, in the system's language.
        let title = accessible::part(&shortcuts, "title").and_downcast::<gtk::Label>();
        if let Some(title) = title {
            title.set_label(&text("shortcuts-title"));
        }
        shortcuts.set_transient_for(Some(window));
        shortcuts.present();
    }
}

fn description() -> String {
    let mut groups = String::new();
    for (title, rows) in actions::shortcuts() {
        groups +=
            &group(&title, rows.iter().map(|(purpose, keys)| (keys.as_str(), purpose.clone())));
    }
    for (title, rows) in PLACES {
        groups += &group(&text(title), rows.iter().map(|(keys, purpose)| (*keys, text(purpose))));
    }
    let rows = queue::keys().map(|(keys, purpose)| (keys, text(purpose)));
    groups += &group(&text("shortcuts-queue"), rows);
    let section = object(
        "GtkShortcutsSection",
        &[("section-name", "all"), ("visible", "1"), ("max-height", "12")],
        &groups,
    );
    let properties = [("modal", "1"), ("title", &text("shortcuts-title"))];
    let window = object("GtkShortcutsWindow\" id=\"shortcuts", &properties, &section);
    let window = window.trim_start_matches("<child>").trim_end_matches("</child>");
    format!("<interface>{window}</interface>")
}

fn group<'a>(title: &str, rows: impl Iterator<Item = (&'a str, String)>) -> String {
    let rows: String = rows
        .map(|(keys, purpose)| {
            let properties = [("accelerator", keys), ("title", purpose.as_str())];
            object("GtkShortcutsShortcut", &properties, "")
        })
        .collect();
    object("GtkShortcutsGroup", &[("title", title)], &rows)
}

/// A child in GTK's description language.
fn object(class: &str, properties: &[(&str, &str)], children: &str) -> String {
    let escaped = gtk::glib::markup_escape_text;
    let properties: String = properties
        .iter()
        .map(|(name, value)| format!("<property name=\"{name}\">{}</property>", escaped(value)))
        .collect();
    format!("<child><object class=\"{class}\">{properties}{children}</object></child>")
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
