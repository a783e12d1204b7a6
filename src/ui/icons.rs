//! The program's own icons: the desktop has them once it is installed, and a program that runs
//! from its project brings them along.

use super::APP_ID;
use crate::paths::Paths;
use relm4::gtk;

/// Makes the icons known to the display, and the program's own the one of its windows.
pub fn install() {
    let folder = Paths::new(None).app.join("assets/icons");
    if let Some(display) = gtk::gdk::Display::default().filter(|_| folder.is_dir()) {
        gtk::IconTheme::for_display(&display).add_search_path(folder);
    }
    gtk::Window::set_default_icon_name(APP_ID);
}
