//! The queue as a person sees it: a button with the number of pictures that wait, and their list,
//! which arrows walk through and keys put in order.

use super::accessible::Named;
use super::actions::{self, Action};
use crate::i18n::{text, text_with};
use crate::wording;
use gtk::prelude::*;
use relm4::{Component, ComponentParts, ComponentSender, RelmWidgetExt, gtk};

/// What can be done with a line: keys, what it is called, its icon.
const DEEDS: [(&str, &str, &str, Deed); 3] = [
    ("<Alt>Up", "queue-earlier", "go-up-symbolic", QueueOutput::Earlier),
    ("<Alt>Down", "queue-later", "go-down-symbolic", QueueOutput::Later),
    ("Delete", "queue-remove", "list-remove-symbolic", QueueOutput::Remove),
];

type Deed = fn(u64) -> QueueOutput;

/// The list's keys, and what they are for.
pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    DEEDS.iter().map(|(keys, label, ..)| (*keys, *label))
}

/// One picture that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    /// Its request.
    pub id: u64,
    /// The beginning of its prompt.
    pub prompt: String,
    /// Size, steps and model.
    pub detail: String,
}

/// The queue's button and list.
pub struct Queue {
    rows: Vec<QueueRow>,
    /// Whether it waits for the user to go on.
    held: bool,
    list: gtk::ListBox,
}

/// What the queue is asked.
#[derive(Debug)]
pub enum QueueInput {
    /// What waits now, and whether it waits for the user.
    Show(Vec<QueueRow>, bool),
    /// Open the list.
    Open,
    /// Do this with the line that has the keyboard.
    Do(Deed),
}

/// What the user wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueOutput {
    /// The request comes one place earlier.
    Earlier(u64),
    /// One place later.
    Later(u64),
    /// Not at all.
    Remove(u64),
    /// None of them does.
    Clear,
    /// The list was open, and has nothing left to show.
    Emptied,
}

impl Queue {
    fn label(&self) -> String {
        let id = if self.held { "queue-button-held" } else { "queue-button" };
        text_with(id, [("n", self.rows.len().into())])
    }

    /// Takes up new rows, and gives the keyboard back to where it was.
    fn take(&mut self, rows: Vec<QueueRow>, sender: &ComponentSender<Self>) {
        let focus = self.focus();
        self.rows = rows;
        while let Some(row) = self.list.first_child() {
            self.list.remove(&row);
        }
        let last = self.rows.len().saturating_sub(1);
        for (place, row) in self.rows.iter().enumerate() {
            self.list.append(&line(row, (place, last), sender));
        }
        if let Some(Focus { id, place, button }) = focus {
            // What comes into the place of one that has gone is next.
            let place = self.rows.iter().position(|row| row.id == id).unwrap_or(place.min(last));
            if let Some(row) = self.list.row_at_index(place as i32) {
                self.list.select_row(Some(&row));
                let again = buttons(&row).into_iter().nth(button).filter(|b| b.is_sensitive());
                if !again.is_some_and(|button| button.grab_focus()) {
                    row.grab_focus();
                }
            }
        }
    }

    /// The row that has the keyboard.
    fn focus(&self) -> Option<Focus> {
        let focus = gtk::prelude::RootExt::focus(&self.list.root()?)?;
        self.rows.iter().enumerate().find_map(|(place, row)| {
            let line = self.list.row_at_index(place as i32)?;
            if !focus.is_ancestor(&line) && focus != line {
                return None;
            }
            let button = buttons(&line).iter().position(|button| *button == focus);
            Some(Focus { id: row.id, place, button: button.unwrap_or(usize::MAX) })
        })
    }
}

/// Where the keyboard is.
struct Focus {
    /// The row's request.
    id: u64,
    place: usize,
    /// Which of its buttons, if one of them.
    button: usize,
}

/// A line of the list at a `place` up to `last`.
fn line(
    row: &QueueRow,
    (place, last): (usize, usize),
    sender: &ComponentSender<Queue>,
) -> gtk::ListBoxRow {
    let number = wording::whole(place as u64 + 1);
    let words = gtk::Box::new(gtk::Orientation::Vertical, 2);
    words.set_hexpand(true);
    for (label, class) in [(&row.prompt, "queue-prompt"), (&row.detail, "dim-label")] {
        let label = gtk::Label::builder()
            .label(label)
            .xalign(0.0)
            .ellipsize(gtk::pango::EllipsizeMode::End)
            .max_width_chars(36)
            .css_classes([class])
            .build();
        words.append(&label);
    }
    let content = gtk::Box::new(gtk::Orientation::Horizontal, 6);
    content.append(&gtk::Label::builder().label(&number).css_classes(["dim-label"]).build());
    content.append(&words);
    for (keys, label, icon, deed) in DEEDS {
        let order = deed(row.id);
        let button = gtk::Button::from_icon_name(icon);
        button.set_tooltip_text(Some(&actions::with_keys(&text(label), keys)));
        button.set_spoken_label(&text(label));
        button.set_sensitive(match order {
            QueueOutput::Earlier(_) => place > 0,
            QueueOutput::Later(_) => place < last,
            _ => true,
        });
        button.add_css_class("flat");
        button.set_valign(gtk::Align::Center);
        let sender = sender.clone();
        button.connect_clicked(move |_| {
            let _ = sender.output(order);
        });
        content.append(&button);
    }
    let line = gtk::ListBoxRow::builder().child(&content).activatable(false).build();
    line.set_spoken_label(&format!("{number}: {}, {}", row.prompt, row.detail));
    line
}

/// Has keys act on the line that has the keyboard.
fn add_keys(list: &gtk::ListBox, sender: &ComponentSender<Queue>) {
    let controller = gtk::ShortcutController::new();
    for (keys, _, _, deed) in DEEDS {
        let sender = sender.clone();
        let action = gtk::CallbackAction::new(move |_, _| {
            sender.input(QueueInput::Do(deed));
            gtk::glib::Propagation::Stop
        });
        let trigger = gtk::ShortcutTrigger::parse_string(keys);
        controller.add_shortcut(gtk::Shortcut::new(trigger, Some(action)));
    }
    list.add_controller(controller);
}

fn buttons(line: &gtk::ListBoxRow) -> Vec<gtk::Widget> {
    let mut found = Vec::new();
    let mut next = line.child().and_then(|content| content.first_child());
    while let Some(widget) = next {
        next = widget.next_sibling();
        if widget.is::<gtk::Button>() {
            found.push(widget);
        }
    }
    found
}

#[relm4::component(pub)]
impl Component for Queue {
    type Init = ();
    type Input = QueueInput;
    type Output = QueueOutput;
    type CommandOutput = ();

    view! {
        gtk::MenuButton {
            #[watch]
            set_label: &model.label(),
            set_tooltip: &Action::ShowQueue.tooltip(),
            #[watch]
            set_visible: !model.rows.is_empty(),

            #[wrap(Some)]
            #[name(popover)]
            set_popover = &gtk::Popover {
                gtk::Box {
                    set_orientation: gtk::Orientation::Vertical,
                    set_spacing: 8,
                    set_width_request: 380,
                    gtk::ScrolledWindow {
                        set_hscrollbar_policy: gtk::PolicyType::Never,
                        set_propagate_natural_height: true,
                        set_max_content_height: 420,
                        #[local_ref]
                        list -> gtk::ListBox {
                            set_selection_mode: gtk::SelectionMode::Browse,
                            add_css_class: "queue",
                            set_spoken_label: &text("queue-list"),
                        },
                    },
                    gtk::Box {
                        set_spacing: 8,
                        set_halign: gtk::Align::End,
                        gtk::Button {
                            set_label: &Action::Resume.label(),
                            set_use_underline: true,
                            set_action_name: Some(&Action::Resume.name()),
                            set_tooltip: &Action::Resume.tooltip(),
                            #[watch]
                            set_visible: model.held,
                        },
                        gtk::Button {
                            set_label: &text("queue-clear"),
                            set_use_underline: true,
                            connect_clicked[sender] => move |_| {
                                let _ = sender.output(QueueOutput::Clear);
                            },
                        },
                    },
                },
            },
        }
    }

    fn init(_: (), root: Self::Root, sender: ComponentSender<Self>) -> ComponentParts<Self> {
        let model = Self { rows: Vec::new(), held: false, list: gtk::ListBox::new() };
        let list = &model.list;
        let widgets = view_output!();
        add_keys(list, &sender);
        let list = list.clone();
        widgets.popover.connect_show(move |_| {
            if let Some(row) = list.selected_row().or_else(|| list.row_at_index(0)) {
                list.select_row(Some(&row));
                row.grab_focus();
            }
        });
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: QueueInput, sender: ComponentSender<Self>, root: &Self::Root) {
        match message {
            QueueInput::Show(rows, held) => {
                self.held = held;
                if self.rows != rows {
                    self.take(rows, &sender);
                }
                let is_open = root.popover().is_some_and(|popover| popover.is_visible());
                if self.rows.is_empty() && is_open {
                    root.popdown();
                    let _ = sender.output(QueueOutput::Emptied);
                }
            }
            QueueInput::Open if !self.rows.is_empty() => root.popup(),
            QueueInput::Open => {}
            QueueInput::Do(deed) => {
                if let Some(Focus { id, .. }) = self.focus() {
                    let _ = sender.output(deed(id));
                }
            }
        }
    }
}
