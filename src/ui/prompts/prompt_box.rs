//! One prompt's box: a label, a counter of tokens, and the text, with undo and emphasis by key.

use super::emphasis;
use super::history::Direction;
use super::paste::{self, Cleaned};
use crate::engine::{TokenCount, count_tokens};
use crate::i18n::{text, text_with};
use crate::ui::accessible::{Named, without_key};
use gtk::gdk::{Key, ModifierType};
use gtk::glib;
use gtk::glib::Propagation;
use gtk::prelude::*;
use relm4::{Component, ComponentParts, ComponentSender, RelmWidgetExt, gtk};
use std::time::Duration;

/// Lines that a box grows to before it scrolls.
const MOST_LINES: usize = 6;
/// How long nothing is typed before the text counts as changed.
const PAUSE: Duration = Duration::from_millis(300);
/// What a key press adds to the emphasis.
const STEP: f64 = 0.1;

/// Which prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What the picture shall show.
    Positive,
    /// What it shall not.
    Negative,
}

impl Side {
    fn label(self) -> String {
        match self {
            Self::Positive => text("prompt-positive"),
            Self::Negative => text("prompt-negative"),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }

    /// What could be written in an empty box.
    fn example(self) -> String {
        match self {
            Self::Positive => {
                text_with("prompt-example", [("prompt", text("example-house").into())])
            }
            Self::Negative => String::new(),
        }
    }

    /// Lines that the box has when it is empty.
    fn lines(self) -> usize {
        match self {
            Self::Positive => 3,
            Self::Negative => 2,
        }
    }
}

/// A prompt's box.
pub struct PromptBox {
    side: Side,
    buffer: gtk::TextBuffer,
    count: TokenCount,
    counting: Counting,
    /// Changes so far.
    edits: u64,
}

/// Whether the count is that of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counting {
    /// It is.
    Done,
    /// It will be.
    Running,
    /// The text was changed since the count began.
    Stale,
}

/// What the box is asked.
#[derive(Debug)]
pub enum PromptBoxInput {
    /// Hold this text.
    Set(String),
    /// Take the keyboard.
    Focus,
    /// More or less emphasis on what is selected.
    Emphasize(f64),
    /// Notice that the text is another.
    Edit,
    /// Fit the height to the font.
    Measure,
}

/// What happened in it.
#[derive(Debug)]
pub enum PromptBoxOutput {
    /// The text was changed, and has rested since.
    Changed,
    /// An earlier prompt is asked for, or a later one.
    Walked(Direction),
    /// A text was cut, as it was too long.
    Cut,
}

/// What background work brings.
#[derive(Debug)]
pub enum PromptBoxCommand {
    /// How many tokens the text has.
    Counted(TokenCount),
    /// Nothing was typed for a while after so many changes.
    Rested(u64),
}

#[relm4::component(pub)]
impl Component for PromptBox {
    /// Which prompt, and its text.
    type Init = (Side, String);
    type Input = PromptBoxInput;
    type Output = PromptBoxOutput;
    type CommandOutput = PromptBoxCommand;

    view! {
        gtk::Box {
            set_orientation: gtk::Orientation::Vertical,
            set_spacing: 3,

            gtk::Box {
                set_spacing: 12,
                gtk::Label {
                    set_label: &model.side.label(),
                    set_use_underline: true,
                    set_mnemonic_widget: Some(&view),
                    set_hexpand: true,
                    set_xalign: 0.0,
                },
                gtk::Label {
                    add_css_class: "prompt-counter",
                    #[watch]
                    set_label: &model.counter(),
                    #[watch]
                    set_class_active: ("second-chunk", model.count.chunks > 1),
                    set_tooltip: &text("prompt-tokens-tooltip"),
                },
            },
            gtk::Overlay {
                #[name(scroll)]
                #[wrap(Some)]
                set_child = &gtk::ScrolledWindow {
                    add_css_class: "prompt",
                    add_css_class: model.side.class(),
                    set_hscrollbar_policy: gtk::PolicyType::Never,
                    set_propagate_natural_height: true,
                    #[name(view)]
                    gtk::TextView {
                        set_buffer: Some(&model.buffer),
                        set_wrap_mode: gtk::WrapMode::WordChar,
                        set_accepts_tab: false,
                        connect_map => PromptBoxInput::Measure,
                    },
                },
                add_overlay = &gtk::Label {
                    add_css_class: "prompt-example",
                    add_css_class: "dim-label",
                    set_label: &model.side.example(),
                    #[watch]
                    set_visible: model.buffer.char_count() == 0,
                    set_can_target: false,
                    set_halign: gtk::Align::Start,
                    set_valign: gtk::Align::Start,
                    set_ellipsize: gtk::pango::EllipsizeMode::End,
                },
            },
        }
    }

    fn init(
        (side, prompt): (Side, String),
        root: Self::Root,
        sender: ComponentSender<Self>,
    ) -> ComponentParts<Self> {
        let buffer = gtk::TextBuffer::builder().text(&prompt).enable_undo(true).build();
        let output = sender.output_sender().clone();
        buffer.connect_insert_text(move |buffer, place, text| {
            if admit(buffer, place, text) {
                let _ = output.send(PromptBoxOutput::Cut);
            }
        });
        let edited = sender.input_sender().clone();
        buffer.connect_changed(move |_| edited.emit(PromptBoxInput::Edit));
        let count = TokenCount { tokens: 0, chunks: 1 };
        let mut model = Self { side, buffer, count, counting: Counting::Done, edits: 0 };
        // Also for an empty text: the tokenizer takes a while to begin with.
        model.count(&sender);
        let widgets = view_output!();
        widgets.view.set_spoken_label(&without_key(&side.label()));
        widgets.view.add_controller(keys(&sender));
        ComponentParts { model, widgets }
    }

    fn update_with_view(
        &mut self,
        widgets: &mut Self::Widgets,
        message: PromptBoxInput,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match message {
            PromptBoxInput::Set(text) => self.set(&text),
            PromptBoxInput::Focus => {
                widgets.view.grab_focus();
            }
            PromptBoxInput::Emphasize(step) => {
                self.emphasize(step);
                widgets.view.scroll_mark_onscreen(&self.buffer.get_insert());
            }
            PromptBoxInput::Edit => self.edit(&sender),
            PromptBoxInput::Measure => self.measure(&widgets.scroll, &widgets.view),
        }
        self.update_view(widgets, sender);
    }

    fn update_cmd(
        &mut self,
        message: PromptBoxCommand,
        sender: ComponentSender<Self>,
        _root: &Self::Root,
    ) {
        match message {
            PromptBoxCommand::Counted(count) => self.counted(count, &sender),
            PromptBoxCommand::Rested(edits) if edits == self.edits => {
                let _ = sender.output(PromptBoxOutput::Changed);
            }
            PromptBoxCommand::Rested(_) => {}
        }
    }
}

impl PromptBox {
    /// The text.
    pub fn text(&self) -> String {
        self.buffer.text(&self.buffer.start_iter(), &self.buffer.end_iter(), false).into()
    }

    /// Replaces the text, in a way that can be undone.
    fn set(&self, text: &str) {
        if self.text() == text {
            return;
        }
        let (mut start, mut end) = self.buffer.bounds();
        self.buffer.begin_user_action();
        self.buffer.delete(&mut start, &mut end);
        self.buffer.insert(&mut start, text);
        self.buffer.end_user_action();
    }

    fn emphasize(&self, step: f64) {
        let buffer = &self.buffer;
        let cursor = buffer.iter_at_mark(&buffer.get_insert());
        let (start, end) = buffer.selection_bounds().unwrap_or((cursor, cursor));
        let place = |iter: &gtk::TextIter| usize::try_from(iter.offset()).unwrap_or_default();
        let selection = place(&start)..place(&end);
        let Some(edit) = emphasis::adjust(&self.text(), selection, step) else { return };
        let at = |place| buffer.iter_at_offset(i32::try_from(place).unwrap_or(i32::MAX));
        let (mut start, mut end) = (at(edit.range.start), at(edit.range.end));
        buffer.begin_user_action();
        buffer.delete(&mut start, &mut end);
        buffer.insert(&mut start, &edit.text);
        buffer.end_user_action();
        buffer.select_range(&at(edit.selection.end), &at(edit.selection.start));
    }

    fn edit(&mut self, sender: &ComponentSender<Self>) {
        self.edits += 1;
        let (edits, rested) = (self.edits, sender.command_sender().clone());
        glib::timeout_add_local_once(PAUSE, move || {
            let _ = rested.send(PromptBoxCommand::Rested(edits));
        });
        match self.counting {
            Counting::Done => self.count(sender),
            Counting::Running | Counting::Stale => self.counting = Counting::Stale,
        }
    }

    /// Counts on another thread: a pasted book takes as long as a picture's step.
    fn count(&mut self, sender: &ComponentSender<Self>) {
        self.counting = Counting::Running;
        let text = self.text();
        sender.spawn_oneshot_command(move || PromptBoxCommand::Counted(count_tokens(&text)));
    }

    fn counted(&mut self, count: TokenCount, sender: &ComponentSender<Self>) {
        self.count = count;
        match self.counting {
            Counting::Stale => self.count(sender),
            Counting::Running | Counting::Done => self.counting = Counting::Done,
        }
    }

    fn counter(&self) -> String {
        let TokenCount { tokens, .. } = self.count;
        let room = self.count.room().to_string();
        text_with("prompt-tokens", [("tokens", tokens.to_string().into()), ("room", room.into())])
    }

    /// Makes the box as high as its lines are in the font of the day.
    fn measure(&self, scroll: &gtk::ScrolledWindow, view: &gtk::TextView) {
        let height = |lines| {
            let layout = view.create_pango_layout(Some(&vec!["X"; lines].join("\n")));
            layout.pixel_size().1
        };
        scroll.set_max_content_height(height(MOST_LINES));
        scroll.set_min_content_height(height(self.side.lines()));
    }
}

/// Lets `text` into `buffer` as it should be; whether it had to be cut. Called for every way in:
/// keyboard, clipboard, drop, undo.
fn admit(buffer: &gtk::TextBuffer, place: &mut gtk::TextIter, text: &str) -> bool {
    let held = usize::try_from(buffer.char_count()).unwrap_or(paste::MOST);
    let Cleaned { text: clean, is_cut } = paste::clean(text, paste::MOST.saturating_sub(held));
    if *clean != *text {
        buffer.stop_signal_emission_by_name("insert-text");
        buffer.insert(place, &clean);
    }
    is_cut
}

/// Ctrl with arrows for emphasis, Alt with arrows for earlier prompts, before the text view takes
/// them for moving about.
fn keys(sender: &ComponentSender<PromptBox>) -> gtk::EventControllerKey {
    let keys = gtk::EventControllerKey::new();
    keys.set_propagation_phase(gtk::PropagationPhase::Capture);
    let sender = sender.clone();
    keys.connect_key_pressed(move |_, key, _, state| {
        let (control, alt) = (ModifierType::CONTROL_MASK, ModifierType::ALT_MASK);
        let held = state & (control | alt | ModifierType::SHIFT_MASK | ModifierType::SUPER_MASK);
        let is_up = matches!(key, Key::Up | Key::KP_Up);
        if !is_up && !matches!(key, Key::Down | Key::KP_Down) {
            return Propagation::Proceed;
        }
        if held == control {
            sender.input(PromptBoxInput::Emphasize(if is_up { STEP } else { -STEP }));
        } else if held == alt {
            let direction = if is_up { Direction::Older } else { Direction::Newer };
            let _ = sender.output(PromptBoxOutput::Walked(direction));
        } else {
            return Propagation::Proceed;
        }
        Propagation::Stop
    });
    keys
}
