//! The queue as a person sees it: a button with the number of pictures that wait, and their list.

use super::accessible::Named;
use super::actions::Action;
use crate::i18n::{text, text_with};
use gtk::prelude::*;
use relm4::{Component, ComponentParts, ComponentSender, RelmWidgetExt, gtk};

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
            let at = (place == 0, place == last);
            self.list.append(&line(row, at, sender));
        }
        if let Some((id, button)) = focus {
            let place = self.rows.iter().position(|row| row.id == id);
            let row = place.and_then(|place| self.list.row_at_index(place as i32));
            if let Some(row) = row.or_else(|| self.list.row_at_index(last as i32)) {
                let again = buttons(&row).into_iter().nth(button).filter(|b| b.is_sensitive());
                if !again.is_some_and(|button| button.grab_focus()) {
                    row.grab_focus();
                }
            }
        }
    }

    /// The row that has the keyboard, by its request, and which of its buttons.
    fn focus(&self) -> Option<(u64, usize)> {
        let focus = gtk::prelude::RootExt::focus(&self.list.root()?)?;
        self.rows.iter().enumerate().find_map(|(place, row)| {
            let line = self.list.row_at_index(place as i32)?;
            if !focus.is_ancestor(&line) && focus != line {
                return None;
            }
            let button = buttons(&line).iter().position(|button| *button == focus);
            Some((row.id, button.unwrap_or(usize::MAX)))
        })
    }
}

/// A line of the list; `at` is whether it is the first, and the last.
fn line(row: &QueueRow, at: (bool, bool), sender: &ComponentSender<Queue>) -> gtk::ListBoxRow {
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
    content.append(&words);
    let orders = [
        ("go-up-symbolic", "queue-earlier", QueueOutput::Earlier(row.id), !at.0),
        ("go-down-symbolic", "queue-later", QueueOutput::Later(row.id), !at.1),
        ("list-remove-symbolic", "queue-remove", QueueOutput::Remove(row.id), true),
    ];
    for (icon, label, order, sensitive) in orders {
        let button = gtk::Button::from_icon_name(icon);
        button.set_tooltip_text(Some(&text(label)));
        button.set_spoken_label(&text(label));
        button.set_sensitive(sensitive);
        button.add_css_class("flat");
        button.set_valign(gtk::Align::Center);
        let sender = sender.clone();
        button.connect_clicked(move |_| {
            let _ = sender.output(order);
        });
        content.append(&button);
    }
    let line = gtk::ListBoxRow::builder().child(&content).activatable(false).build();
    line.set_spoken_label(&format!("{}, {}", row.prompt, row.detail));
    line
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
                            set_selection_mode: gtk::SelectionMode::None,
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
        ComponentParts { model, widgets }
    }

    fn update(&mut self, message: QueueInput, sender: ComponentSender<Self>, root: &Self::Root) {
        match message {
            QueueInput::Show(rows, held) => {
                self.held = held;
                if self.rows != rows {
                    self.take(rows, &sender);
                }
            }
            QueueInput::Open if !self.rows.is_empty() => root.popup(),
            QueueInput::Open => {}
        }
    }
}
