//! What the desktop is told: a picture is finished, and work is under way.

use crate::i18n::text;
use gtk::gio;
use gtk::prelude::*;
use relm4::gtk;
use std::path::Path;

/// Tells that a picture is finished, where the window is not the one in use.
pub fn notify_finished(window: &gtk::ApplicationWindow, file: &Path, prompt: &str) {
    let Some(application) = window.application().filter(|_| !window.is_active()) else { return };
    let notification = gio::Notification::new(&text("notification-finished"));
    notification.set_body(Some(prompt));
    notification.set_icon(&gio::FileIcon::new(&gio::File::for_path(file)));
    application.send_notification(Some("finished"), &notification);
}

/// Keeps the machine from going to sleep until it is dropped.
pub struct StayAwake {
    application: Option<gtk::Application>,
    cookie: u32,
}

impl StayAwake {
    /// For the work of `window`.
    pub fn new(window: &gtk::ApplicationWindow) -> Self {
        let application = window.application();
        let flags = gtk::ApplicationInhibitFlags::SUSPEND;
        let reason = text("awake-reason");
        let cookie = application
            .as_ref()
            .map_or(0, |application| application.inhibit(Some(window), flags, Some(&reason)));
        Self { application, cookie }
    }
}

impl Drop for StayAwake {
    fn drop(&mut self) {
        if let Some(application) = self.application.take().filter(|_| self.cookie != 0) {
            application.uninhibit(self.cookie);
        }
    }
}
