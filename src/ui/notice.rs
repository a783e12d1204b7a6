//! The bar above the picture that says what went wrong, why, and what to do about it.
//!
//! Notices wait for each other: the next is shown when the first is closed.

use crate::engine::Error;
use crate::i18n::text;
use crate::wording;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};
use std::collections::VecDeque;

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One sentence with the reason.
    pub reason: String,
    /// What to do; may be empty.
    pub advice: String,
    /// Text to copy into a report; may be empty.
    pub details: String,
}

impl Notice {
    /// What `error` means for the user, with the engine's last log lines.
    pub fn new(error: &Error, log: &[String]) -> Self {
        Self {
            reason: wording::error(error),
            advice: wording::hints(error).join(" "),
            details: [&[error.to_string()], log].concat().join("\n"),
        }
    }
}

/// The bar and those that wait.
pub struct NoticeBar {
    waiting: VecDeque<Notice>,
}

/// What the bar is asked.
#[derive(Debug)]
pub enum NoticeInput {
    /// Show the notice, after those before it.
    Show(Notice),
    /// Close the one shown.
    Close,
    /// Close all.
    CloseAll,
}

/// What became of it.
#[derive(Debug)]
pub enum NoticeOutput {
    /// The last notice was closed.
    Closed,
}

impl NoticeBar {
    fn shown(&self) -> Option<&Notice> {
        self.waiting.front()
    }

    fn part(&self, part: impl Fn(&Notice) -> &str) -> &str {
        self.shown().map(part).unwrap_or_default()
    }
}

#[relm4::component(pub)]
impl SimpleComponent for NoticeBar {
    type Init = ();
    type Input = NoticeInput;
    type Output = NoticeOutput;

    view! {
        gtk::Revealer {
            #[watch]
            set_reveal_child: model.shown().is_some(),

            gtk::InfoBar {
                set_property: ("accessible-role", gtk::AccessibleRole::Alert),
                set_message_type: gtk::MessageType::Error,
                set_show_close_button: true,
                connect_response[sender] => move |_, _| sender.input(NoticeInput::Close),

                add_child = &gtk::Box {
                    set_orientation: gtk::Orientation::Vertical,
                    set_spacing: 3,
                    set_hexpand: true,
                    gtk::Label {
                        #[watch]
                        set_label: model.part(|notice| &notice.reason),
                        add_css_class: "notice-reason",
                        set_wrap: true,
                        set_wrap_mode: gtk::pango::WrapMode::WordChar,
                        set_selectable: true,
                        set_xalign: 0.0,
                    },
                    gtk::Label {
                        #[watch]
                        set_label: model.part(|notice| &notice.advice),
                        #[watch]
                        set_visible: !model.part(|notice| &notice.advice).is_empty(),
                        set_wrap: true,
                        set_xalign: 0.0,
                    },
                },

                add_child = &gtk::MenuButton {
                    set_label: &text("notice-details"),
                    set_valign: gtk::Align::Center,
                    #[watch]
                    set_visible: !model.part(|notice| &notice.details).is_empty(),
                    #[wrap(Some)]
                    set_popover = &gtk::Popover {
                        gtk::ScrolledWindow {
                            set_min_content_width: 480,
                            set_min_content_height: 160,
                            gtk::Label {
                                #[watch]
                                set_label: model.part(|notice| &notice.details),
                                add_css_class: "monospace",
                                set_selectable: true,
                                set_wrap: true,
                                set_wrap_mode: gtk::pango::WrapMode::WordChar,
                                set_xalign: 0.0,
                                set_yalign: 0.0,
                            },
                        },
                    },
                },
            },
        }
    }

    fn init(_: (), root: Self::Root, sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let model = Self { waiting: VecDeque::new() };
        let widgets = view_output!();
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: NoticeInput, sender: ComponentSender<Self>) {
        match message {
            NoticeInput::Show(notice) => {
                if self.waiting.back() != Some(&notice) {
                    self.waiting.push_back(notice);
                }
            }
            NoticeInput::Close => {
                self.waiting.pop_front();
                if self.waiting.is_empty() {
                    let _ = sender.output(NoticeOutput::Closed);
                }
            }
            NoticeInput::CloseAll => self.waiting.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_says_reason_advice_and_the_last_words() {
        let error = Error::EngineGone { status: "signal 9, SIGKILL".into() };
        let notice = Notice::new(&error, &["out of ideas".into()]);
        assert!(notice.reason.contains("SIGKILL"), "{}", notice.reason);
        assert!(notice.advice.ends_with('.'), "{}", notice.advice);
        assert!(notice.details.ends_with("out of ideas"), "{}", notice.details);
    }
}
