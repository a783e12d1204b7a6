//! What the program asks of the desktop around its window: to tell that a picture is finished, not
//! to go to sleep over one, and to keep in its trash what is thrown away.
//!
//! Without a desktop that can do it, nothing happens.

use crate::i18n::text;
use crate::wording;
use gtk::prelude::*;
use gtk::{gio, glib};
use relm4::gtk;
use std::path::{Path, PathBuf};

/// A newer notification takes the place of the older one with this id.
const NOTIFICATION: &str = "finished";
/// The application's action behind a click on it.
const SHOW: &str = "show-window";
/// Characters of a prompt in a notification.
const LONGEST_PROMPT: usize = 160;

/// Tells that the picture in `file` is finished, unless someone is looking at the window.
pub fn notify_finished(window: &gtk::ApplicationWindow, file: &Path, prompt: &str) {
    let Some(application) = window.application().filter(|_| !window.is_active()) else { return };
    if application.lookup_action(SHOW).is_none() {
        let (action, window) = (gio::SimpleAction::new(SHOW, None), window.downgrade());
        action.connect_activate(move |_, _| {
            if let Some(window) = window.upgrade() {
                window.present();
            }
        });
        application.add_action(&action);
    }
    let notification = gio::Notification::new(&text("notification-finished"));
    let body = wording::beginning(prompt, LONGEST_PROMPT);
    if !body.is_empty() {
        notification.set_body(Some(&body));
    }
    notification.set_icon(&gio::FileIcon::new(&gio::File::for_path(file)));
    notification.set_default_action(&format!("app.{SHOW}"));
    application.send_notification(Some(NOTIFICATION), &notification);
}

/// Moves a file to the trash, from which [`crate::gallery::restore`] brings it back; why not, in the
/// desktop's words.
pub async fn trash(file: &Path) -> Result<(), String> {
    let file = gio::File::for_path(file);
    let trashed = file.trash_future(glib::Priority::DEFAULT).await;
    trashed.map_err(|error| error.message().to_owned())
}

/// The path as the desktop writes it, so that the same file has the same path wherever it comes
/// from.
pub fn usual(path: &Path) -> PathBuf {
    gio::File::for_path(path).path().unwrap_or_else(|| path.to_owned())
}

/// Keeps the machine from being put to sleep, and the session from ending without a question, for
/// as long as it lives.
pub struct StayAwake {
    application: Option<gtk::Application>,
    /// 0 when the desktop does not do it.
    cookie: u32,
}

impl StayAwake {
    /// Begins now, for the work of `window`.
    pub fn new(window: &gtk::ApplicationWindow) -> Self {
        let application = window.application();
        let flags = gtk::ApplicationInhibitFlags::SUSPEND | gtk::ApplicationInhibitFlags::LOGOUT;
        let reason = text("awake-reason");
        let cookie = application.as_ref().map(|it| it.inhibit(Some(window), flags, Some(&reason)));
        Self { application, cookie: cookie.unwrap_or_default() }
    }
}

impl Drop for StayAwake {
    fn drop(&mut self) {
        if let Some(application) = self.application.as_ref().filter(|_| self.cookie != 0) {
            application.uninhibit(self.cookie);
        }
    }
}
