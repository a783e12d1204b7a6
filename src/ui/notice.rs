//! The bar above the picture that says what went wrong, why, and what to do about it, or what the
//! engine does otherwise than asked.
//!
//! Notices wait for each other, failures before remarks: the next is shown when one is closed.

use super::accessible::{self, Named};
use super::actions::Action;
use crate::engine::{Error, Event};
use crate::i18n::text;
use crate::wording;
use gtk::prelude::*;
use relm4::{ComponentParts, ComponentSender, SimpleComponent, gtk};
use std::collections::VecDeque;

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Whether the request failed; else it went on.
    pub is_failure: bool,
    /// One sentence with the reason.
    pub reason: String,
    /// What to do; may be empty.
    pub advice: String,
    /// Text to copy into a report; may be empty.
    pub details: String,
    /// What may help or can be done, for buttons: two at most.
    pub remedies: Vec<Action>,
}

impl Notice {
    /// What `error` means for the user, with the engine's last log lines.
    pub fn new(error: &Error, log: &[String]) -> Self {
        Self {
            is_failure: true,
            reason: wording::error(error),
            advice: wording::hints(error).join(" "),
            details: [&[error.to_string()], log].concat().join("\n"),
            remedies: remedy(error).into_iter().collect(),
        }
    }

    /// What is worth more than a glance at the step bar, if `event` is.
    pub fn of_event(event: &Event) -> Option<Self> {
        let advice = match event {
            Event::DeviceSkipped { device, obstacle } => {
                wording::obstacle_hint(obstacle, *device).unwrap_or_default()
            }
            Event::Placed(placement) if placement.is_makeshift() => String::new(),
            Event::StepRetried { .. }
            | Event::StepRepeated { .. }
            | Event::DecodeRepeated { .. }
            | Event::DecodeRetried { .. } => String::new(),
            _ => return None,
        };
        let reason = wording::event(event);
        let details = String::new();
        Some(Self { is_failure: false, reason, advice, details, remedies: Vec::new() })
    }
}

/// What is likely to help against `error`.
fn remedy(error: &Error) -> Option<Action> {
    match error {
        Error::Save { .. } => Some(Action::OpenOutputFolder),
        Error::File { .. }
        | Error::Flawed { .. }
        | Error::WrongKind { .. }
        | Error::MissingParts { .. } => Some(Action::OpenModelsFolder),
        Error::DeviceUnusable { .. } | Error::PrecisionUnsupported { .. } => {
            Some(Action::Preferences)
        }
        _ => None,
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
    /// Close those that offer this.
    Withdraw(Action),
}

/// What became of it.
#[derive(Debug)]
pub enum NoticeOutput {
    /// The last failure's notice was closed.
    Closed,
}

impl NoticeBar {
    fn shown(&self) -> Option<&Notice> {
        self.waiting.front()
    }

    /// Puts the notice behind those of its kind, unless it waits already.
    fn queue(&mut self, notice: Notice) {
        if self.waiting.contains(&notice) {
            return;
        }
        let failures = self.waiting.iter().take_while(|waiting| waiting.is_failure).count();
        let place = if notice.is_failure { failures } else { self.waiting.len() };
        self.waiting.insert(place, notice);
    }

    fn kind(&self) -> gtk::MessageType {
        let is_failure = self.shown().is_none_or(|notice| notice.is_failure);
        if is_failure { gtk::MessageType::Error } else { gtk::MessageType::Info }
    }

    /// The first remedy, or the second.
    fn remedy(&self, place: usize) -> Option<Action> {
        self.shown().and_then(|notice| notice.remedies.get(place)).copied()
    }

    fn close(&mut self, sender: &ComponentSender<Self>) {
        let closed = self.waiting.pop_front();
        let was_failure = closed.is_some_and(|notice| notice.is_failure);
        if was_failure && self.shown().is_none_or(|notice| !notice.is_failure) {
            let _ = sender.output(NoticeOutput::Closed);
        }
    }

    /// Takes away the remarks that offer what is done by now, or cannot be done any more.
    fn withdraw(&mut self, remedy: Action) {
        self.waiting.retain(|notice| !notice.remedies.contains(&remedy));
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

            #[name(bar)]
            gtk::InfoBar {
                set_property: ("accessible-role", gtk::AccessibleRole::Alert),
                #[watch]
                set_message_type: model.kind(),
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

                add_child = &gtk::Box {
                    set_orientation: gtk::Orientation::Vertical,
                    set_spacing: 6,
                    set_valign: gtk::Align::Center,
                    gtk::Button {
                        #[watch]
                        set_label: &model.remedy(0).map(Action::label).unwrap_or_default(),
                        set_use_underline: true,
                        #[watch]
                        set_action_name: model.remedy(0).map(Action::name).as_deref(),
                        #[watch]
                        set_visible: model.remedy(0).is_some(),
                    },
                    gtk::Button {
                        #[watch]
                        set_label: &model.remedy(1).map(Action::label).unwrap_or_default(),
                        set_use_underline: true,
                        #[watch]
                        set_action_name: model.remedy(1).map(Action::name).as_deref(),
                        #[watch]
                        set_visible: model.remedy(1).is_some(),
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
        if let Some(close) = accessible::part(&widgets.bar, "close") {
            close.set_spoken_label(&text("notice-close"));
        }
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: NoticeInput, sender: ComponentSender<Self>) {
        match message {
            NoticeInput::Show(notice) => self.queue(notice),
            NoticeInput::Close => self.close(&sender),
            NoticeInput::CloseAll => self.waiting.clear(),
            NoticeInput::Withdraw(remedy) => self.withdraw(remedy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Device, Obstacle, Precision};

    #[test]
    fn a_notice_says_reason_advice_and_the_last_words() {
        let error = Error::EngineGone { status: "signal 9, SIGKILL".into() };
        let notice = Notice::new(&error, &["out of ideas".into()]);
        assert!(notice.reason.contains("SIGKILL"), "{}", notice.reason);
        assert!(notice.advice.ends_with('.'), "{}", notice.advice);
        assert!(notice.details.ends_with("out of ideas"), "{}", notice.details);
    }

    #[test]
    fn what_the_engine_does_otherwise_than_asked_is_a_remark() {
        let (device, obstacle) = (Device::Cuda(1), Obstacle::Unproven);
        let skipped = Notice::of_event(&Event::DeviceSkipped { device, obstacle }).unwrap();
        assert!(skipped.reason.starts_with("cuda:1 is not used"), "{}", skipped.reason);
        assert!(skipped.advice.contains("selftest --device cuda:1"), "{}", skipped.advice);
        let repeated = Event::DecodeRepeated { precision: Precision::F16 };
        let repeated = Notice::of_event(&repeated).unwrap();
        assert!(repeated.reason.contains("f16") && !repeated.is_failure, "{}", repeated.reason);
        assert_eq!(Notice::of_event(&Event::DecodeStarted), None);
    }

    #[test]
    fn failures_come_before_remarks_and_nothing_twice() {
        let mut bar = NoticeBar { waiting: VecDeque::new() };
        let gone = |n: u32| Notice::new(&Error::EngineGone { status: n.to_string() }, &[]);
        let remark = Notice::of_event(&Event::DecodeRepeated { precision: Precision::F16 });
        let remark = remark.unwrap();
        for notice in [remark.clone(), gone(1), gone(2), gone(1), remark.clone()] {
            bar.queue(notice);
        }
        assert_eq!(bar.waiting, [gone(1), gone(2), remark]);
    }

    #[test]
    fn what_is_done_is_offered_no_more() {
        let error = Error::Save { file: "a".into(), reason: "full".into() };
        let full = Notice::new(&error, &[]);
        assert_eq!(full.remedies, [Action::OpenOutputFolder]);
        let remedies = vec![Action::FinishPictures, Action::DiscardPictures];
        let left = Notice { is_failure: false, remedies, ..full.clone() };
        for done in [Action::FinishPictures, Action::DiscardPictures] {
            let mut bar = NoticeBar { waiting: [full.clone(), left.clone()].into() };
            bar.withdraw(done);
            assert_eq!(bar.waiting, std::slice::from_ref(&full));
        }
    }
}
