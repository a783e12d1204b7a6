//! What the windows beside the main one have in common.

use gtk::prelude::*;
use relm4::gtk;

/// Has Escape close the window.
pub fn close_on_escape(window: &gtk::Window) {
    let keys = gtk::ShortcutController::new();
    let trigger = gtk::ShortcutTrigger::parse_string("Escape");
    keys.add_shortcut(gtk::Shortcut::new(trigger, Some(gtk::NamedAction::new("window.close"))));
    window.add_controller(keys);
}
