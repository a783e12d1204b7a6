//! What the window asks: whether to quit, and for a file.

use super::AppInput;
use crate::i18n::text;
use crate::metadata::Format;
use crate::ui::dialog::close_on_escape;
use gtk::prelude::*;
use relm4::{Component, ComponentController, Controller, gtk};
use relm4_components::alert::{Alert, AlertResponse, AlertSettings};
use relm4_components::open_dialog::{OpenDialogMulti, OpenDialogResponse, OpenDialogSettings};

/// Asks before a picture in the making is lost. The first button, which Enter presses, goes on, as
/// do Escape and closing the question.
pub fn quit_question(
    root: &gtk::ApplicationWindow,
    input: &relm4::Sender<AppInput>,
) -> Controller<Alert> {
    let settings = AlertSettings {
        text: Some(text("quit-question")),
        secondary_text: Some(text("quit-question-loss")),
        confirm_label: Some(text("quit-cancel")),
        cancel_label: Some(text("quit-confirm")),
        ..AlertSettings::default()
    };
    let question = Alert::builder().transient_for(root).launch(settings);
    let question = question.forward(input, |response| match response {
        AlertResponse::Cancel => AppInput::Quit,
        AlertResponse::Confirm | AlertResponse::Option => AppInput::Stay,
    });
    let window = question.widget();
    window.set_hide_on_close(true);
    close_on_escape(window.upcast_ref());
    question
}

/// Asks for a picture with parameters.
pub fn picture_dialog(
    root: &gtk::ApplicationWindow,
    input: &relm4::Sender<AppInput>,
) -> Controller<OpenDialogMulti> {
    let filter = gtk::FileFilter::new();
    filter.set_name(Some(&text("picture-files")));
    for ending in Format::ALL.iter().flat_map(|format| format.endings()) {
        filter.add_suffix(ending);
    }
    // The form for several files: that for one panics on files that have no path.
    let dialog = OpenDialogMulti::builder().transient_for_native(root);
    let dialog = dialog.launch(OpenDialogSettings {
        accept_label: text("dialog-open"),
        cancel_label: text("dialog-cancel"),
        filters: vec![filter],
        ..OpenDialogSettings::default()
    });
    dialog.forward(input, |response| match response {
        OpenDialogResponse::Accept(files) => AppInput::PicturesChosen(files),
        OpenDialogResponse::Cancel => AppInput::Stay,
    })
}
